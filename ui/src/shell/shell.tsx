import { Button, FluentProvider, teamsDarkTheme, teamsLightTheme } from '@fluentui/react-components';
import { Navigation20Regular, Search20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useRef, useState, type ReactNode } from 'react';
import { useLiveChanges } from '../api/live.ts';
import { isSignedOut } from '../api/problem.ts';
import { meQuery, type Me } from '../api/queries.ts';
import { QueryProblem } from '../parts/problem-view.tsx';
import { Bar, SkeletonRows } from '../parts/skeleton.tsx';
import { Brand } from './brand.tsx';
import { Navigation } from './navigation.tsx';
import { PersonMenu } from './person-menu.tsx';
import styles from './shell.module.css';
import { SignInNeeded } from './sign-in-needed.tsx';
import { useAppearance } from './theme.ts';
import { useFocusOnNavigation } from './use-focus-on-navigation.ts';
import { usePaletteKey } from './use-palette-key.ts';

const CommandPalette = lazy(async () => ({ default: (await import('./command-palette.tsx')).CommandPalette }));

/** The frame of every page: theme, who is signed in, navigation. */
export function Shell() {
  const look = useAppearance();
  const me = useQuery({ ...meQuery, retryOnMount: false }); // it may have been refused before this was drawn
  return (
    <FluentProvider theme={look.dark ? teamsDarkTheme : teamsLightTheme}>
      {isSignedOut(me.error) ? (
        <SignInNeeded />
      ) : (
        <Frame me={me.data} look={look}>
          {me.data && <SignedIn />}
          {!me.data && me.error && <QueryProblem error={me.error} retry={me.refetch} />}
          {!me.data && !me.error && <PageSkeleton />}
        </Frame>
      )}
    </FluentProvider>
  );
}

function SignedIn() {
  useLiveChanges();
  return <Outlet />;
}

type FrameProps = { me: Me | undefined; look: ReturnType<typeof useAppearance>; children: ReactNode };

function Frame({ me, look, children }: FrameProps) {
  const [finding, setFinding] = usePaletteKey(me !== undefined);
  useFocusOnNavigation();
  const mayManage = me?.member.role === 'owner' || me?.member.role === 'admin';
  const person = me && <PersonMenu member={me.member} appearance={look.appearance} choose={look.choose} />;
  const find = <FindButton onClick={() => setFinding(true)} />;
  return (
    <div className={styles.frame}>
      <a href="#content" className={styles.skip}>
        Skip to the content
      </a>
      <TopBar workspace={me?.workspace.name} onFind={() => setFinding(true)}>
        {(close) => (
          <>
            <Navigation mayManage={mayManage} onNavigate={close} />
            {person}
          </>
        )}
      </TopBar>
      <header className={styles.side}>
        <Brand workspace={me?.workspace.name} />
        {find}
        <Navigation mayManage={mayManage} />
        {person}
      </header>
      <main className={styles.main} id="content" tabIndex={-1}>
        <div>{children}</div>
      </main>
      {finding && (
        <Suspense>
          <CommandPalette onClose={() => setFinding(false)} />
        </Suspense>
      )}
    </div>
  );
}

function FindButton({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" className={styles.find} onClick={onClick} aria-keyshortcuts="Control+K">
      <Search20Regular aria-hidden />
      Find
      <kbd aria-hidden>Ctrl K</kbd>
    </button>
  );
}

type TopBarProps = { workspace: string | undefined; onFind: () => void; children: (close: () => void) => ReactNode };

/** On narrow screens the navigation is in a drawer; the browser's dialog keeps the focus in it and closes it with Escape. */
function TopBar({ workspace, onFind, children }: TopBarProps) {
  const drawer = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  const close = () => drawer.current?.close();
  const show = () => {
    setOpen(true);
    drawer.current?.showModal();
  };
  return (
    <header className={styles.topBar}>
      <Button appearance="subtle" icon={<Navigation20Regular />} aria-label="Navigation" onClick={show} />
      <Brand workspace={workspace} />
      <Button appearance="subtle" icon={<Search20Regular />} aria-label="Find" onClick={onFind} />
      <dialog
        ref={drawer}
        className={styles.drawer}
        aria-label="Navigation"
        onClose={() => setOpen(false)}
        onClick={({ target }) => target === drawer.current && close()}
      >
        {open && children(close)}
      </dialog>
    </header>
  );
}

/** Stands where a page will be. */
export function PageSkeleton() {
  return (
    <div style={{ display: 'grid', gap: '32px' }}>
      <Bar width="40%" height="36px" />
      <SkeletonRows />
    </div>
  );
}

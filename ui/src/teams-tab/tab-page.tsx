import { useCallback, useEffect, useRef, useState } from 'react';
import { isSignedOut } from '../api/problem.ts';
import { Connect } from './connect.tsx';
import { DayView } from './day-view.tsx';
import type { Host } from './host.ts';
import { Refusal } from './refusal.tsx';
import type { Day, Tab } from './tab-api.ts';

const lookAgainMs = 20_000;
/** While a Teams link is being made: people wait for it. */
const lookForLinkMs = 2000;

type State = { day?: Day; error?: unknown };

/** The tab: an operator’s day and requests, or why they are not to be seen. */
export function TabPage({ host, tab }: { host: Host; tab: Tab }) {
  const [{ day, error }, setState] = useState<State>({});
  const [said, setSaid] = useState('');
  const wanted = useRef<string | undefined>(undefined);
  const told = useRef<HTMLParagraphElement>(null);

  const load = useCallback(async () => {
    const date = wanted.current;
    try {
      const loaded = await tab.day(date);
      // Somebody may have turned to another day meanwhile.
      if (date === wanted.current) setState({ day: loaded });
    } catch (error) {
      setState((before) => (before.day && !isSignedOut(error) && isPassing(error) ? before : { error }));
    }
  }, [tab]);

  useEffect(() => void load(), [load]);
  const isOpen = day !== undefined;
  useEffect(() => {
    if (!isOpen) return undefined;
    const timer = setInterval(() => void (document.visibilityState === 'visible' && load()), lookAgainMs);
    return () => clearInterval(timer);
  }, [isOpen, load]);

  const awaitsLink = day?.appointments.some(({ join }) => join && ['pending', 'provisioning'].includes(join.status));
  useEffect(() => {
    if (!awaitsLink) return undefined;
    const timer = setInterval(() => void load(), lookForLinkMs);
    return () => clearInterval(timer);
  }, [awaitsLink, load]);

  // What was decided is gone from the page, and the focus with it.
  useEffect(() => {
    if (said !== '') told.current?.focus();
  }, [said]);

  const turnTo = (date: string | undefined) => {
    wanted.current = date;
    void load();
  };
  if (error !== undefined) return <Refusal error={error} host={host} again={load} />;
  if (!day) return <Opening />;
  return (
    <main>
      <p role="status" className="said" ref={told} tabIndex={-1}>
        {said}
      </p>
      <Connect state={day.connection} host={host} tab={tab} connected={load} />
      <DayView day={day} host={host} tab={tab} turnTo={turnTo} changed={load} say={setSaid} />
    </main>
  );
}

function Opening() {
  return (
    <main aria-busy="true">
      <p role="status" className="quiet">
        Opening your day…
      </p>
    </main>
  );
}

/** The page was opened in a browser, where nobody can say who is there. */
export function Outside() {
  return (
    <main className="message">
      <h1>Open this in Teams</h1>
      <p>This page is a tab of Microsoft Teams, which tells it who you are. In a browser, use the console.</p>
      <p>
        <a className="button" href="/console/">
          Open the console
        </a>
      </p>
    </main>
  );
}

/** A look that fails for want of a network leaves the day standing that was there. */
function isPassing(error: unknown): boolean {
  return error instanceof Error && error.name === 'ApiError' && /could not be reached/.test(error.message);
}

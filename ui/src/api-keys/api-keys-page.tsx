import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { apiKeysQuery, type ApiKey, type NewApiKey } from '../api/queries.ts';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useNow } from '../parts/use-now.ts';
import { useMe } from '../shell/me.ts';
import { KeyRow, type KeyAction } from './key-row.tsx';
import { NewSecret } from './new-secret.tsx';

const dialogs = () => import('./key-dialogs.tsx');
const NewKeyDialog = lazy(async () => ({ default: (await dialogs()).NewKeyDialog }));
const ChangeKeyDialog = lazy(async () => ({ default: (await dialogs()).ChangeKeyDialog }));
const ReplaceKeyDialog = lazy(async () => ({ default: (await dialogs()).ReplaceKeyDialog }));
const RevokeDialog = lazy(async () => ({ default: (await import('./revoke-dialog.tsx')).RevokeDialog }));

type Open = { action: 'make' } | { action: KeyAction; apiKey: ApiKey };

/** Keys with which other programs book and make meetings in this workspace. */
export function ApiKeysPage() {
  const { mayManage } = useMe();
  const [open, setOpen] = useState<Open>();
  const lead = (
    <>
      With a key, your other programs book times and make meetings in this workspace. What they can ask for is described
      in <a href="/openapi.json">the OpenAPI description</a>.
    </>
  );
  const action = mayManage && (
    <Button appearance="primary" onClick={() => setOpen({ action: 'make' })}>
      Make a key
    </Button>
  );
  return (
    <Page title="API keys" lead={lead} action={action}>
      <ManagersOnly>
        <Keys open={open} setOpen={setOpen} />
      </ManagersOnly>
    </Page>
  );
}

type Opening = { open: Open | undefined; setOpen: (open: Open | undefined) => void };

function Keys({ open, setOpen }: Opening) {
  const { data, error, refetch } = useQuery(apiKeysQuery);
  const [made, setMade] = useState<NewApiKey>();
  const zone = useMe().member.timeZone;
  const now = useNow();
  return (
    <div className={sheets.stack}>
      {!data && !error && <SkeletonRows rows={2} height="120px" />}
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {made && data?.some(({ id }) => id === made.id) && <NewSecret key={made.id} made={made} />}
      {data?.length === 0 && <p className={sheets.quiet}>There are no keys yet.</p>}
      {data && data.length > 0 && (
        <ul className={sheets.rows} aria-label="Keys">
          {data.map((apiKey) => (
            <KeyRow
              key={apiKey.id}
              apiKey={apiKey}
              first={data.find(({ id }) => id === apiKey.replaces)}
              now={now}
              zone={zone}
              onAction={(action) => setOpen({ action, apiKey })}
            />
          ))}
        </ul>
      )}
      <Suspense>
        <OpenDialog open={open} setOpen={setOpen} onMade={setMade} />
      </Suspense>
    </div>
  );
}

function OpenDialog({ open, setOpen, onMade }: Opening & { onMade: (made: NewApiKey) => void }) {
  if (!open) return null;
  const onClose = () => setOpen(undefined);
  const onDone = (made: NewApiKey) => {
    onMade(made);
    onClose();
  };
  if (open.action === 'make') return <NewKeyDialog onDone={onDone} onClose={onClose} />;
  const { apiKey } = open;
  if (open.action === 'change') return <ChangeKeyDialog apiKey={apiKey} onClose={onClose} />;
  if (open.action === 'replace') return <ReplaceKeyDialog apiKey={apiKey} onDone={onDone} onClose={onClose} />;
  return <RevokeDialog apiKey={apiKey} onClose={onClose} />;
}

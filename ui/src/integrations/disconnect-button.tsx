import { Button } from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import type { Connection } from '../api/queries.ts';

const DisconnectDialog = lazy(async () => ({ default: (await import('./disconnect-dialog.tsx')).DisconnectDialog }));

/** One's own, or that of somebody who is no member. */
export function DisconnectButton({ connection }: { connection: Connection }) {
  const [asking, setAsking] = useState(false);
  const { memberId, accountEmail } = connection;
  return (
    <>
      <Button
        onClick={() => setAsking(true)}
        aria-label={memberId === null ? `Disconnect ${accountEmail ?? 'this account'}` : undefined}
      >
        Disconnect
      </Button>
      {asking && (
        <Suspense>
          <DisconnectDialog connection={connection} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}

import { Button } from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import type { Connection } from '../api/queries.ts';

const DisconnectDialog = lazy(async () => ({ default: (await import('./disconnect-dialog.tsx')).DisconnectDialog }));

export function DisconnectButton({ connection }: { connection: Connection }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button onClick={() => setAsking(true)}>Disconnect</Button>
      {asking && (
        <Suspense>
          <DisconnectDialog connection={connection} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}

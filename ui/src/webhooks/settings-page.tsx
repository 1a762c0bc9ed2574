import { Button } from '@fluentui/react-components';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { WebhookEndpoint } from '../api/webhooks.ts';
import { EndpointFrame } from './endpoint-frame.tsx';
import { EndpointSettings } from './endpoint-settings.tsx';
import { SigningSecret } from './signing-secret.tsx';
import styles from './webhooks.module.css';

const route = getRouteApi('/developers/webhooks/$id/settings');
const SwitchOff = lazy(async () => ({ default: (await import('./endpoint-dialogs.tsx')).SwitchOffDialog }));
const Delete = lazy(async () => ({ default: (await import('./endpoint-dialogs.tsx')).DeleteDialog }));

/** What can be changed of an endpoint, its secret, and how to end it. */
export function EndpointSettingsPage() {
  const { id } = route.useParams();
  return (
    <EndpointFrame id={id} current="settings">
      {(endpoint) => (
        <>
          <EndpointSettings endpoint={endpoint} />
          <SigningSecret endpoint={endpoint} />
          <End endpoint={endpoint} />
        </>
      )}
    </EndpointFrame>
  );
}

function End({ endpoint }: { endpoint: WebhookEndpoint }) {
  const [open, setOpen] = useState<'off' | 'delete'>();
  const onClose = () => setOpen(undefined);
  return (
    <div className={styles.foot}>
      {endpoint.status === 'enabled' && <Button onClick={() => setOpen('off')}>Switch this endpoint off</Button>}
      {endpoint.nextProbeAt !== null && <Button onClick={() => setOpen('off')}>Leave it switched off</Button>}
      <Button onClick={() => setOpen('delete')}>Delete this endpoint</Button>
      <Suspense>
        {open === 'off' && <SwitchOff endpoint={endpoint} onClose={onClose} />}
        {open === 'delete' && <Delete endpoint={endpoint} onClose={onClose} />}
      </Suspense>
    </div>
  );
}

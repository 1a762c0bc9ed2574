import { Button } from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import type { NewWebhookEndpoint, WebhookEndpoint } from '../api/webhooks.ts';
import { CopyField } from '../parts/copy.tsx';
import sheets from '../parts/sheets.module.css';
import { momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { NewSecret } from './new-secret.tsx';
import styles from './webhooks.module.css';

const RotateDialog = lazy(async () => ({ default: (await import('./endpoint-dialogs.tsx')).RotateDialog }));

/** What receivers verify with, and how to change it. */
export function SigningSecret({ endpoint }: { endpoint: WebhookEndpoint }) {
  const zone = useMe().member.timeZone;
  const [asking, setAsking] = useState(false);
  const [made, setMade] = useState<NewWebhookEndpoint>();
  const { publicKey, previousSecretUntil } = endpoint;
  const what = publicKey === null ? 'secret' : 'key';
  const onDone = (next: NewWebhookEndpoint) => {
    setMade(next);
    setAsking(false);
  };
  return (
    <section className={sheets.group} aria-label="Signature">
      <h2>Signature</h2>
      <p className={styles.text}>
        {publicKey === null
          ? 'Events are signed with a secret that your system knows too (HMAC-SHA256). It was shown when it was made, and is shown no more.'
          : 'Events are signed with a private key that never leaves Parley (Ed25519). Your system verifies with the public one.'}
      </p>
      {publicKey !== null && !made && <CopyField text={publicKey} what="the public key" />}
      {previousSecretUntil !== null && (
        <p className={styles.text}>
          Until {momentText(previousSecretUntil, zone)}, every event is signed with the {what} before as well.
        </p>
      )}
      {made && <NewSecret key={made.updatedAt} endpoint={made} />}
      <div className={styles.foot}>
        <Button onClick={() => setAsking(true)}>Make a new {what}</Button>
      </div>
      {asking && (
        <Suspense>
          <RotateDialog endpoint={endpoint} onDone={onDone} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </section>
  );
}

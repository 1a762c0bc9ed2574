import { useEffect, useRef } from 'react';
import type { NewWebhookEndpoint } from '../api/webhooks.ts';
import { CopyField } from '../parts/copy.tsx';
import styles from './webhooks.module.css';

/** What the receiver verifies with, right after it was made; a secret is shown this once. */
export function NewSecret({ endpoint: { secret, publicKey } }: { endpoint: NewWebhookEndpoint }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className={styles.secret} aria-label={secret ? 'The new secret' : 'The public key'}>
      <h2 ref={heading} tabIndex={-1}>
        {secret ? 'Copy the secret now' : 'Give your system the public key'}
      </h2>
      <p>
        {secret
          ? 'It is shown this once. Keep it where your system reads its secrets.'
          : 'The private key never leaves Parley. The public one is no secret, and stays under Settings.'}
      </p>
      {secret && <CopyField text={secret} what="the secret" />}
      {!secret && publicKey && <CopyField text={publicKey} what="the public key" />}
      <Verify hmac={secret !== null} />
    </section>
  );
}

function Verify({ hmac }: { hmac: boolean }) {
  const standard = (
    <a href="https://www.standardwebhooks.com" target="_blank" rel="noopener noreferrer">
      Standard Webhooks
    </a>
  );
  if (!hmac) {
    return (
      <p>
        To verify an event, do as {standard} says for <code>v1a</code>: the Ed25519 signature is of webhook-id,
        webhook-timestamp and the body, joined by dots.
      </p>
    );
  }
  return (
    <>
      <p>Verify each event before you read it. The libraries of {standard} do it in most languages; in JavaScript:</p>
      <CopyField
        text="new Webhook(process.env.PARLEY_WEBHOOK_SECRET).verify(body, headers)"
        what="the line that verifies"
      />
    </>
  );
}

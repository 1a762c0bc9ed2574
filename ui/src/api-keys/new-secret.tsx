import { useEffect, useRef } from 'react';
import type { NewApiKey } from '../api/queries.ts';
import { CopyField } from '../parts/copy.tsx';
import styles from './api-keys.module.css';

/** The secret of a key right after it was made; it is shown this once. */
export function NewSecret({ made: { name, secret, permissions, replaces } }: { made: NewApiKey }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const mayList = permissions.includes('*') || permissions.includes('event-types:read');
  return (
    <section className={styles.secret} aria-label="The new key">
      <h2 ref={heading} tabIndex={-1}>
        Copy the {replaces === null ? 'key of' : 'second key of'} “{name}” now
      </h2>
      <p>It is shown this once; Parley keeps only a fingerprint of it.</p>
      <CopyField text={secret} what="the key" />
      {mayList && (
        <>
          <p>To try it:</p>
          <CopyField
            text={`curl -H "Authorization: Bearer ${secret}" ${location.origin}/v1/event-types`}
            what="an example request"
          />
        </>
      )}
    </section>
  );
}

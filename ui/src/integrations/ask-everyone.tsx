import { Button } from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import { SkeletonRows } from '../parts/skeleton.tsx';
import styles from './integrations.module.css';

const AskForm = lazy(async () => ({ default: (await import('./ask-form.tsx')).AskForm }));

/** The way to ask all people at once to connect again; who it would be is seen first. */
export function AskEveryone() {
  const [open, setOpen] = useState(false);
  return (
    <section className={styles.everyone} aria-labelledby="ask-everyone">
      <h2 id="ask-everyone">Ask everyone to connect again</h2>
      <p>
        For example after an administrator has added permissions: Microsoft grants them only when a person signs in
        again. You see first who it would be.
      </p>
      {!open && <Button onClick={() => setOpen(true)}>See who would be asked</Button>}
      {open && (
        <Suspense fallback={<SkeletonRows rows={2} height="160px" />}>
          <AskForm onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </section>
  );
}

import { Button } from '@fluentui/react-components';
import { Certificate20Regular } from '@fluentui/react-icons';
import { lazy, Suspense, useState } from 'react';
import type { AppRegistration } from '../api/queries.ts';
import { Actions } from '../parts/page.tsx';
import styles from './app-registrations.module.css';
import { CredentialRow } from './credential-row.tsx';

const dialogs = {
  make: lazy(async () => ({ default: (await import('./add-certificate.tsx')).AddCertificate })),
  bring: lazy(async () => ({ default: (await import('./import-certificate.tsx')).ImportCertificate })),
  secret: lazy(async () => ({ default: (await import('./add-secret.tsx')).AddSecret })),
};

/** What the app proves itself with: what is there, whether it works, and the ways to add the next one. */
export function Credentials({ registration }: { registration: AppRegistration }) {
  const [adding, setAdding] = useState<keyof typeof dialogs>();
  const { id, credentials } = registration;
  const Dialog = adding && dialogs[adding];
  return (
    <>
      {credentials.length > 0 && (
        <ul className={styles.credentials}>
          {credentials.map((credential) => (
            <CredentialRow key={credential.id} registration={registration} credential={credential} />
          ))}
        </ul>
      )}
      <Actions>
        <Button
          appearance={credentials.length === 0 ? 'primary' : 'secondary'}
          icon={<Certificate20Regular />}
          onClick={() => setAdding('make')}
        >
          {credentials.some(({ kind }) => kind === 'certificate')
            ? 'Make the next certificate'
            : 'Make a certificate (recommended)'}
        </Button>
        <Button onClick={() => setAdding('bring')}>Bring your own certificate</Button>
        <Button onClick={() => setAdding('secret')}>Add a client secret</Button>
      </Actions>
      {Dialog && (
        <Suspense>
          <Dialog registrationId={id} onClose={() => setAdding(undefined)} />
        </Suspense>
      )}
    </>
  );
}

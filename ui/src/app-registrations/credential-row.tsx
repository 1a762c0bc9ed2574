import { Button } from '@fluentui/react-components';
import { ArrowDownload20Regular } from '@fluentui/react-icons';
import { lazy, Suspense, useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { AppCredential, AppRegistration } from '../api/queries.ts';
import { CopyField } from '../parts/copy.tsx';
import { Actions } from '../parts/page.tsx';
import { ChangeProblem, ProblemView } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { StateLabel } from '../parts/state-label.tsx';
import { useNow } from '../parts/use-now.ts';
import { agoText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './app-registrations.module.css';
import { credentialState, endWords } from './registration-words.ts';
import { useRegistrationChange } from './use-registration-change.ts';

const RemoveDialog = lazy(async () => ({ default: (await import('./remove-credential.tsx')).RemoveCredential }));

type Props = { registration: AppRegistration; credential: AppCredential };

/** One certificate or secret: whether it works, until when, and the next step with it. */
export function CredentialRow({ registration, credential }: Props) {
  const zone = useMe().member.timeZone;
  const [removing, setRemoving] = useState(false);
  const { id, kind, name, state, problem } = credential;
  const check = useRegistrationChange(() =>
    ask(
      api['app-registrations'][':id'].credentials[':credentialId'].check.$post({
        param: { id: registration.id, credentialId: id },
      }),
    ),
  );
  const mayCheck = registration.appOnly.possible && state !== 'expired';
  return (
    <li className={styles.credential}>
      <div className={sheets.rowHead}>
        <h3>
          {name} <span className={styles.kind}>· {kind === 'certificate' ? 'Certificate' : 'Client secret'}</span>
        </h3>
        <div role="status">
          <StateLabel {...credentialState(credential, zone)} badge />
        </div>
      </div>
      <p className={sheets.quiet}>
        {endWords(credential, zone)}. <Worked credential={credential} />
      </p>
      <ChangeProblem error={check.error} />
      {state === 'refused' && problem && !check.error && <ProblemView problem={problem} />}
      {kind === 'certificate' && (state === 'unproven' || state === 'refused') && (
        <UploadSteps portalUrl={registration.portalUrl} canCheck={mayCheck} />
      )}
      {kind === 'certificate' && <Thumbprints credential={credential} open={state !== 'proven'} />}
      <Actions>
        {kind === 'certificate' && <Download registrationId={registration.id} credential={credential} />}
        {mayCheck && (
          <Button disabledFocusable={check.isPending} onClick={() => check.mutate()} aria-label={`Check ${name}`}>
            {check.isPending ? 'Asking Entra…' : 'Check'}
          </Button>
        )}
        <Button appearance="subtle" onClick={() => setRemoving(true)} aria-label={`Remove ${name}`}>
          Remove
        </Button>
      </Actions>
      {removing && (
        <Suspense>
          <RemoveDialog registration={registration} credential={credential} onClose={() => setRemoving(false)} />
        </Suspense>
      )}
    </li>
  );
}

function Worked({ credential: { workedAt, refusedAt, state } }: { credential: AppCredential }) {
  const zone = useMe().member.timeZone;
  const now = useNow();
  if (state === 'refused' && refusedAt) return <>Entra refused it {agoText(refusedAt, now, zone)}.</>;
  return workedAt ? <>Entra last took it {agoText(workedAt, now, zone)}.</> : <>Entra was not asked with it yet.</>;
}

function UploadSteps({ portalUrl, canCheck }: { portalUrl: string; canCheck: boolean }) {
  return (
    <div className={styles.next}>
      <strong>Entra has to know it</strong>
      <ol>
        <li>Download the certificate below. It is no secret; the private key stays in Parley.</li>
        <li>
          <a href={portalUrl} target="_blank" rel="noopener noreferrer">
            In Entra
          </a>
          , open Certificates &amp; secrets › Certificates › Upload certificate, choose the file, and compare the
          thumbprint.
        </li>
        <li>
          {canCheck
            ? 'Choose Check. Entra can take a minute to know a new certificate.'
            : 'Whether it works is seen when somebody connects.'}
        </li>
      </ol>
    </div>
  );
}

function Thumbprints({ credential: { name, sha1, sha256 }, open }: { credential: AppCredential; open: boolean }) {
  return (
    <details className={sheets.disclosure} open={open}>
      <summary>
        Thumbprints<span className="visually-hidden"> of {name}</span>
      </summary>
      <div className={styles.thumbprints}>
        {sha1 && (
          <div>
            SHA-1, as Entra shows it
            <CopyField text={sha1} what={`the SHA-1 thumbprint of ${name}`} />
          </div>
        )}
        {sha256 && (
          <div>
            SHA-256
            <CopyField text={sha256} what={`the SHA-256 thumbprint of ${name}`} />
          </div>
        )}
      </div>
    </details>
  );
}

/** A link, so that the browser saves the file as it saves every other. */
function Download({ registrationId, credential }: { registrationId: string; credential: AppCredential }) {
  const { id, name } = credential;
  return (
    <Button
      as="a"
      href={`/v1/app-registrations/${registrationId}/credentials/${id}/certificate`}
      download
      icon={<ArrowDownload20Regular />}
      aria-label={`Download .cer of ${name}`}
    >
      Download .cer
    </Button>
  );
}

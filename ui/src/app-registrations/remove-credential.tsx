import { api, ask } from '../api/client.ts';
import type { AppCredential, AppRegistration } from '../api/queries.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { useRegistrationChange } from './use-registration-change.ts';

type Props = { registration: AppRegistration; credential: AppCredential; onClose: () => void };

/** Forgets a certificate or a secret, after saying what goes on without it. */
export function RemoveCredential({ registration, credential, onClose }: Props) {
  const { name, kind } = credential;
  const remove = useRegistrationChange(
    () =>
      ask(
        api['app-registrations'][':id'].credentials[':credentialId'].$delete({
          param: { id: registration.id, credentialId: credential.id },
        }),
      ),
    onClose,
  );
  const others = registration.credentials.filter(({ id, state }) => id !== credential.id && state === 'proven');
  return (
    <ConfirmDialog
      title={`Remove “${name}”?`}
      verb={`Remove “${name}”`}
      keep="Keep it"
      change={remove}
      onClose={onClose}
    >
      <p>
        Parley forgets {kind === 'certificate' ? 'this certificate and its private key' : 'this client secret'}; nobody
        can bring it back.{' '}
        {others.length > 0
          ? `It goes on with ${others.map((other) => `“${other.name}”`).join(' and ')}, which ${others.length === 1 ? 'works' : 'work'}.`
          : `No other one of “${registration.name}” is known to work: until there is one, nobody can connect through it, and no meetings are made by it.`}
      </p>
      <p>Entra keeps it until somebody deletes it there, under Certificates &amp; secrets.</p>
    </ConfirmDialog>
  );
}

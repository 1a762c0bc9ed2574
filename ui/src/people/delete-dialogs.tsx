import { api, ask } from '../api/client.ts';
import type { Contact, Organisation } from '../api/people.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { useChange } from '../parts/use-change.ts';

type OnClose = (said?: string) => void;

/** Deletes a contact after naming them and saying what stays. */
export function DeleteContact({ contact: { id, name, email }, onClose }: { contact: Contact; onClose: OnClose }) {
  const change = useChange(
    ['contacts'],
    () => ask(api.contacts[':id'].$delete({ param: { id } })),
    () => onClose(`${name} is deleted.`),
  );
  return (
    <ConfirmDialog
      title={`Delete ${name}?`}
      verb={`Delete ${name}`}
      keep="Keep them"
      change={change}
      onClose={() => onClose()}
    >
      <p>
        Parley forgets {name} ({email}) as a contact. Their appointments stay as they are, and they are told nothing.
      </p>
    </ConfirmDialog>
  );
}

/** Deletes an organisation after saying what becomes of its people. */
export function DeleteOrganisation({
  organisation: { id, name },
  onClose,
}: {
  organisation: Organisation;
  onClose: OnClose;
}) {
  const change = useChange(
    ['organisations', 'contacts'],
    () => ask(api.organisations[':id'].$delete({ param: { id } })),
    () => onClose(`${name} is deleted.`),
  );
  return (
    <ConfirmDialog
      title={`Delete ${name}?`}
      verb={`Delete ${name}`}
      keep="Keep it"
      change={change}
      onClose={() => onClose()}
    >
      <p>Its contacts stay, without an organisation. Appointments stay as they are.</p>
    </ConfirmDialog>
  );
}

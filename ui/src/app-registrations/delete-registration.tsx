import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, ask } from '../api/client.ts';
import { registrationQuery, type AppRegistration } from '../api/queries.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { count } from '../parts/when.ts';

type Props = { registration: AppRegistration; onClose: () => void };

/** Removes a registration that nothing uses, after naming what goes with it. */
export function DeleteRegistration({ registration: { id, name, credentials }, onClose }: Props) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => ask(api['app-registrations'][':id'].$delete({ param: { id } })),
    onSuccess: async () => {
      await navigate({ to: '/microsoft-365/app-registrations', ignoreBlocker: true });
      queries.removeQueries({ queryKey: registrationQuery(id).queryKey });
      await queries.invalidateQueries({ queryKey: ['app-registrations'] });
    },
  });
  return (
    <ConfirmDialog
      title={`Remove “${name}” from Parley?`}
      verb={`Remove “${name}”`}
      keep="Keep it"
      change={remove}
      onClose={onClose}
    >
      <p>
        Parley forgets its ids
        {credentials.length > 0 && ` and its ${count(credentials.length, 'credential')}, with their private keys`}. The
        registration in Entra stays as it is.
      </p>
      <p>While people or an organization are connected through it, it cannot be removed.</p>
    </ConfirmDialog>
  );
}

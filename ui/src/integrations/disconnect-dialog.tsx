import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, ask } from '../api/client.ts';
import type { Connection } from '../api/queries.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';

/** Forgets a connection, after saying what stops, what stays, and what Microsoft keeps. */
export function DisconnectDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const disconnect = useMutation({
    mutationFn: () => ask(api.connections[':id'].$delete({ param: { id: connection.id } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['connections'] });
      await navigate({ to: '/microsoft-365/integrations', search: {}, replace: true });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title="Disconnect Microsoft Teams?"
      verb="Disconnect Microsoft Teams"
      keep="Stay connected"
      change={disconnect}
      onClose={onClose}
    >
      <p>
        Parley forgets {connection.accountEmail ?? 'this account'} and its tokens. Your booking pages take no bookings
        from then on. Meetings that are booked stay in your calendar, but Parley can no longer move or cancel them
        there.
      </p>
      <p>
        Microsoft keeps what you granted until you remove it yourself:{' '}
        <a href={connection.consentedAppsUrl} target="_blank" rel="noopener noreferrer">
          the apps your account has consented to
        </a>
        .
      </p>
    </ConfirmDialog>
  );
}

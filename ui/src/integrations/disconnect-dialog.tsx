import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, ask } from '../api/client.ts';
import type { Connection } from '../api/queries.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';

/** Forgets a connection, after saying what stops, what stays, and what Microsoft keeps. */
export function DisconnectDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const isOwn = connection.memberId !== null;
  const account = connection.accountEmail ?? 'this account';
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
      title={isOwn ? 'Disconnect Microsoft Teams?' : `Disconnect ${account}?`}
      verb={isOwn ? 'Disconnect Microsoft Teams' : `Disconnect ${account}`}
      keep="Stay connected"
      change={disconnect}
      onClose={onClose}
    >
      {isOwn ? <OfOneself connection={connection} /> : <OfAnother connection={connection} />}
    </ConfirmDialog>
  );
}

function OfOneself({ connection: { accountEmail, consentedAppsUrl } }: { connection: Connection }) {
  return (
    <>
      <p>
        Parley forgets {accountEmail ?? 'this account'} and its tokens. Your booking pages take no bookings from then
        on. Meetings that are booked stay in your calendar, but Parley can no longer move or cancel them there.
      </p>
      <p>
        Microsoft keeps what you granted until you remove it yourself:{' '}
        <a href={consentedAppsUrl} target="_blank" rel="noopener noreferrer">
          the apps your account has consented to
        </a>
        .
      </p>
    </>
  );
}

function OfAnother({ connection: { accountEmail } }: { connection: Connection }) {
  return (
    <p>
      Parley forgets {accountEmail ?? 'this account'} and its tokens. Meetings stay in that calendar, but Parley can no
      longer move or cancel them there. What the person granted at Microsoft stays until they remove it themselves.
    </p>
  );
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, ask } from '../api/client.ts';
import { endpointsQuery, type NewWebhookEndpoint, type WebhookEndpoint } from '../api/webhooks.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { useChange } from '../parts/use-change.ts';
import { endpointName } from './endpoint-words.ts';

type Props = { endpoint: WebhookEndpoint; onClose: () => void };

/** Makes a new secret, after saying what becomes of the old one. */
export function RotateDialog({ endpoint, onDone, onClose }: Props & { onDone: (made: NewWebhookEndpoint) => void }) {
  const { id, publicKey, previousSecretUntil } = endpoint;
  const what = publicKey === null ? 'secret' : 'key';
  const rotate = useChange(
    ['webhooks'],
    () => ask(api['webhook-endpoints'][':id']['rotate-secret'].$post({ param: { id } })),
    onDone,
  );
  return (
    <ConfirmDialog
      title={`Make a new ${what}?`}
      verb={`Make a new ${what}`}
      keep="Keep this one"
      calm
      change={rotate}
      onClose={onClose}
    >
      <p>
        For 24 hours every event is signed twice, with the old {what} and with the new one, so that your system can
        change over at its own time. After that only the new one counts.
      </p>
      {previousSecretUntil !== null && (
        <p>There was a change a short while ago: the {what} from before that one stops working at once.</p>
      )}
      {publicKey === null && (
        <p>
          Has the secret leaked? Then make a new endpoint and delete this one: until tomorrow the old secret would still
          be good.
        </p>
      )}
    </ConfirmDialog>
  );
}

/** Stops an endpoint, or leaves it stopped that would come back by itself; it can be switched on again. */
export function SwitchOffDialog({ endpoint, onClose }: Props) {
  const disable = useChange(
    ['webhooks'],
    () => ask(api['webhook-endpoints'][':id'].disable.$post({ param: { id: endpoint.id } })),
    onClose,
  );
  if (endpoint.nextProbeAt !== null) {
    return (
      <ConfirmDialog
        title={`Leave “${endpointName(endpoint)}” switched off?`}
        verb="Leave it switched off"
        keep="Go on asking"
        calm
        change={disable}
        onClose={onClose}
      >
        <p>
          Parley no longer asks whether it answers again. When it is switched on here, you can send what happened
          meanwhile.
        </p>
      </ConfirmDialog>
    );
  }
  return (
    <ConfirmDialog
      title={`Switch “${endpointName(endpoint)}” off?`}
      verb="Switch it off"
      keep="Leave it on"
      calm
      change={disable}
      onClose={onClose}
    >
      <p>
        Nothing more is sent there, and what waits for its next try is given up. When it is switched on again, you can
        send what happened meanwhile.
      </p>
    </ConfirmDialog>
  );
}

/** Deletes an endpoint, after naming what goes with it. */
export function DeleteDialog({ endpoint, onClose }: Props) {
  const { id } = endpoint;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => ask(api['webhook-endpoints'][':id'].$delete({ param: { id } })),
    onSuccess: async () => {
      queries.setQueryData(endpointsQuery.queryKey, (list) => list?.filter((one) => one.id !== id));
      await navigate({ to: '/developers/webhooks', ignoreBlocker: true });
      for (const kind of ['endpoint', 'latest', 'deliveries'])
        queries.removeQueries({ queryKey: ['webhooks', kind, id] });
      await queries.invalidateQueries(endpointsQuery);
    },
  });
  return (
    <ConfirmDialog
      title={`Delete “${endpointName(endpoint)}”?`}
      verb="Delete this endpoint"
      keep="Keep it"
      change={remove}
      onClose={onClose}
    >
      <p>
        Nothing more is sent there. Parley forgets its {endpoint.publicKey === null ? 'secret' : 'keys'} and the log of
        what was sent; nobody can bring them back.
      </p>
    </ConfirmDialog>
  );
}

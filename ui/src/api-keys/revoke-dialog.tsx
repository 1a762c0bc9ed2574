import { api, ask } from '../api/client.ts';
import type { ApiKey } from '../api/queries.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { useChange } from '../parts/use-change.ts';

/** Ends a key after naming it. */
export function RevokeDialog({ apiKey: { id, name, hint }, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const revoke = useChange(['api-keys'], () => ask(api['api-keys'][':id'].$delete({ param: { id } })), onClose);
  return (
    <ConfirmDialog
      title={`Revoke the key “${name}”?`}
      verb={`Revoke “${name}”`}
      keep="Keep it"
      change={revoke}
      onClose={onClose}
    >
      <p>
        Programs that use the key beginning with <code>{hint}</code> are refused from the next request on. It cannot be
        taken back; a new key can be made at any time. What the key has booked stays.
      </p>
    </ConfirmDialog>
  );
}

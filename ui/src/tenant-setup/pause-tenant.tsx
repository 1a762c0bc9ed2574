import { api, ask } from '../api/client.ts';
import type { Tenant } from '../api/queries.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { useChange } from '../parts/use-change.ts';

type Props = { tenant: Tenant; title: string; onClose: () => void };

/** Stops new meetings in a tenant, until somebody resumes it. */
export function PauseTenant({ tenant: { id }, title, onClose }: Props) {
  const pause = useChange(['tenants'], () => ask(api.tenants[':id'].pause.$post({ param: { id } })), onClose);
  return (
    <ConfirmDialog
      title={`Pause ${title}?`}
      verb={`Pause ${title}`}
      keep="Keep it running"
      change={pause}
      onClose={onClose}
    >
      <p>
        Parley makes no new meetings for the organizers of this tenant until you resume it. Meetings that exist are
        still moved and cancelled. Nothing changes at Microsoft.
      </p>
    </ConfirmDialog>
  );
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, ask } from '../api/client.ts';
import { tenantQuery, tenantsQuery, type Tenant } from '../api/queries.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { count } from '../parts/when.ts';
import { allowedOrganizersQuery } from './setup-words.ts';

type Props = { tenant: Tenant; title: string; onClose: () => void };

/** Forgets a tenant, after naming who loses meetings by it and what Microsoft keeps. */
export function RemoveTenant({ tenant: { id, policyName }, title, onClose }: Props) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { data } = useQuery(allowedOrganizersQuery(id));
  const organizers = data?.data.length ?? 0;
  const remove = useMutation({
    mutationFn: () => ask(api.tenants[':id'].$delete({ param: { id } })),
    onSuccess: async () => {
      await navigate({ to: '/microsoft-365/setup', search: {} });
      queries.removeQueries({ queryKey: tenantQuery(id).queryKey });
      await queries.invalidateQueries(tenantsQuery);
    },
  });
  return (
    <ConfirmDialog title={`Remove ${title}?`} verb={`Remove ${title}`} keep="Keep it" change={remove} onClose={onClose}>
      <p>
        Parley forgets this tenant and everything in this guide
        {organizers > 0 && `, and its ${data?.nextCursor ? 'many organizers' : count(organizers, 'organizer')}`}. No new
        meetings are made there. Those that exist stay in their calendars, but Parley can no longer move or cancel them.
      </p>
      <p>
        Microsoft keeps what was granted. To take it back, an administrator deletes the Enterprise application in Entra
        and the policy {policyName} in Teams.
      </p>
    </ConfirmDialog>
  );
}

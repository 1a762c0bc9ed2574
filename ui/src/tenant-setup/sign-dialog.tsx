import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import { setupQuery, type Tenant } from '../api/queries.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { useChange } from '../parts/use-change.ts';
import { count } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';

type Props = {
  tenant: Tenant;
  title: string;
  stage: 'pilot' | 'live';
  organizers: { displayName: string | null; userPrincipalName: string | null; objectId: string }[];
  /** There are more organizers than these. */
  more: boolean;
  onClose: () => void;
};

/** Signs a stage off, after naming for whom meetings are made from then on and what the signature says. */
export function SignDialog({ tenant: { id }, title, stage, organizers, more, onClose }: Props) {
  const queries = useQueryClient();
  const { member } = useMe();
  const sign = useChange(
    ['tenants'],
    () => ask(api.tenants[':id']['go-live'].$post({ param: { id }, json: { stage } })),
    (setup) => {
      queries.setQueryData(setupQuery(id).queryKey, setup);
      onClose();
    },
  );
  const many = `${more ? 'more than ' : ''}${count(organizers.length, 'organizer')}`;
  const names = organizers.slice(0, 5).map((one) => one.displayName ?? one.userPrincipalName ?? one.objectId);
  const rest = organizers.length - names.length;
  return (
    <ConfirmDialog
      title={stage === 'pilot' ? `Start the pilot in ${title}?` : `Go live in ${title}?`}
      verb={stage === 'pilot' ? `Start the pilot with ${many}` : `Go live for ${many}`}
      keep="Not yet"
      calm
      change={sign}
      onClose={onClose}
    >
      <p>
        From then on Parley makes meetings for {names.join(', ')}
        {rest > 0 && ` and ${rest} more`}
        {stage === 'pilot' ? ', and for nobody else.' : '.'}
      </p>
      <p>
        You sign as {member.name}, with the checklist as it is now. By signing you say that the app’s sign-in logs and
        audit logs were looked at, and that somebody watches them for the first days.
      </p>
    </ConfirmDialog>
  );
}

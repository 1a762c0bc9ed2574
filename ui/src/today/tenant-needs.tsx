import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { registrationsQuery, tenantsQuery } from '../api/queries.ts';
import { endingCredentials, inDays } from '../app-registrations/registration-words.ts';
import { useMe } from '../shell/me.ts';

type Need = { title: string; words: string; link: ReactNode; tone: 'waiting' | 'problem' };

/** For those who manage the workspace: what ends or has ended, and tenants in which Microsoft refuses the app. */
export function useTenantNeeds(): Need[] {
  const { mayManage } = useMe();
  const { data: registrations = [] } = useQuery({ ...registrationsQuery, enabled: mayManage });
  const { data: tenants = [] } = useQuery({ ...tenantsQuery, enabled: mayManage });
  const refused = tenants
    .filter(({ problem, stage }) => problem && stage !== 'setup')
    .map(({ id, name, tenantId, problem }): Need => ({
      title: `${problem?.title} (${name ?? tenantId})`,
      words: problem?.remedy ?? '',
      tone: 'problem',
      link: (
        <Link to="/microsoft-365/setup/$id" params={{ id }}>
          Go to the setup guide
        </Link>
      ),
    }));
  const ending = registrations.flatMap((registration) =>
    endingCredentials(registration).map(({ credential, tone }): Need => {
      const what = `The ${credential.kind === 'certificate' ? 'certificate' : 'client secret'} “${credential.name}”`;
      return {
        title:
          credential.state === 'expired'
            ? `${what} of ${registration.name} has ended`
            : `${what} of ${registration.name} ends ${inDays(credential.daysLeft)}`,
        words:
          credential.state === 'expired'
            ? 'Until there is a new one, Microsoft refuses Parley there.'
            : 'Add the next one now: both work at a time, and no meeting waits for it.',
        tone,
        link: (
          <Link to="/microsoft-365/app-registrations/$id" params={{ id: registration.id }}>
            Go to the registration
          </Link>
        ),
      };
    }),
  );
  return [...refused, ...ending];
}

/** Whether it is known what the above says, so that nothing moves when it comes. */
export function useTenantsRead(): boolean {
  const { mayManage } = useMe();
  const registrations = useQuery({ ...registrationsQuery, enabled: mayManage });
  const tenants = useQuery({ ...tenantsQuery, enabled: mayManage });
  return !mayManage || !(registrations.isPending || tenants.isPending);
}

import { artifactSettingsQuery, artifactsQuery, foundLinesQuery } from './api/artifacts.ts';
import { bookingPages, bookingSearchOf, otherMeetingsQuery, requestsQuery, runningQuery } from './api/lists.ts';
import { auditQuery } from './api/audit.ts';
import { scheduleQuery, timeOffQuery } from './api/availability.ts';
import { emailsQuery, templatesQuery } from './api/mail.ts';
import { contactsQuery, organisationChoicesQuery, organisationsQuery } from './api/people.ts';
import { isSignedOut } from './api/problem.ts';
import {
  connectionsQuery,
  eventTypesQuery,
  integrationQuery,
  membersQuery,
  meQuery,
  registrationsQuery,
  tenantsQuery,
  type Me,
} from './api/queries.ts';
import { queryClient } from './api/query-client.ts';
import { teamsAppQuery } from './api/teams-app.ts';
import { endpointsQuery } from './api/webhooks.ts';
import { workspaceQuery } from './api/workspace.ts';
import { availabilitySearchOf } from './availability/shown.ts';
import { mailStatusOf } from './mail/mail-status.ts';
import { auditSearchOf } from './monitoring/audit-search.ts';
import { recordingsSearchOf } from './recordings/recordings-search.ts';
import { dayQueries } from './today/day.ts';

type Query = { queryKey: readonly unknown[] };
type Reads = (me: Me, search: Record<string, unknown>) => Query[];

/** What the pages that one comes to first read, by their addresses. */
export const pageQueries = {
  '/': ({ member }) => {
    const { booked, requests, changed, failed, own } = dayQueries(member, Date.now());
    const managed = forManagers(member, [registrationsQuery, tenantsQuery, endpointsQuery]);
    const shared = [eventTypesQuery, integrationQuery, membersQuery, connectionsQuery];
    return [booked, requests, changed, failed, own, ...shared, ...managed];
  },
  '/bookings': ({ member }, raw) => {
    const { show = 'upcoming', ...filter } = bookingSearchOf(raw);
    if (show === 'meetings') return [otherMeetingsQuery];
    const more = show === 'upcoming' ? [runningQuery(filter)] : [];
    return [bookingPages(show, filter, member.timeZone), ...more, requestsQuery, membersQuery, eventTypesQuery];
  },
  '/bookings/requests': () => [requestsQuery, membersQuery, eventTypesQuery],
  '/bookings/calendar': () => [requestsQuery, membersQuery, eventTypesQuery],
  '/event-types': () => [eventTypesQuery, membersQuery, connectionsQuery],
  '/availability': ({ member }, search) => {
    const { member: id = member.id } = availabilitySearchOf(search);
    return [scheduleQuery(id), timeOffQuery(id), eventTypesQuery, membersQuery];
  },
  '/availability/why-not': () => [eventTypesQuery, membersQuery],
  '/people': (_, { organisation }) => {
    const of = typeof organisation === 'string' ? { organisationId: organisation } : {};
    return [contactsQuery(of), organisationChoicesQuery];
  },
  '/people/organisations': () => [organisationsQuery],
  '/people/operators': () => [membersQuery, connectionsQuery],
  '/recordings': (_, search) => {
    const { kind, q } = recordingsSearchOf(search);
    return [q === undefined ? artifactsQuery({ kind }) : foundLinesQuery(q)];
  },
  '/settings': ({ member }) => forManagers(member, [workspaceQuery, artifactSettingsQuery]),
  '/settings/mail': ({ member }, { status }) => forManagers(member, [emailsQuery({ status: mailStatusOf(status) })]),
  '/settings/mail/templates': ({ member }) => forManagers(member, [templatesQuery]),
  '/microsoft-365/integrations': () => [integrationQuery, connectionsQuery, membersQuery],
  '/microsoft-365/app-registrations': ({ member }) => forManagers(member, [registrationsQuery]),
  '/microsoft-365/setup': ({ member }) => forManagers(member, [tenantsQuery, registrationsQuery]),
  '/microsoft-365/access-policies': ({ member }) => forManagers(member, [tenantsQuery]),
  '/microsoft-365/teams-app': ({ member }) => forManagers(member, [teamsAppQuery]),
  '/monitoring/audit': ({ member }, search) =>
    forManagers(member, [auditQuery(auditSearchOf(search), member.timeZone), membersQuery]),
  '/developers/webhooks': ({ member }) => forManagers(member, [endpointsQuery]),
  '/developers/connecting-accounts': ({ member }) => forManagers(member, [workspaceQuery]),
} satisfies Record<string, Reads>;

/** What only those who manage the workspace may read. */
export function forManagers({ role }: Me['member'], queries: Query[]): Query[] {
  return role === 'owner' || role === 'admin' ? queries : [];
}

/**
 * Asks for what a page shows while its script is still on its way, as soon as it is known that somebody is signed in.
 * Pages show what goes wrong.
 */
export function ask(reads: Reads, search: Record<string, unknown> = {}): void {
  const onMe = (me: Me) => {
    for (const query of reads(me, search)) {
      if ('initialPageParam' in query) void queryClient.prefetchInfiniteQuery(query);
      else void queryClient.prefetchQuery(query);
    }
  };
  if (isSignedOut(queryClient.getQueryState(meQuery.queryKey)?.error)) return;
  void queryClient.ensureQueryData(meQuery).then(onMe, () => {}); // the shell shows why nobody is signed in
}

/** Asks for what the page at an address of the console shows; for pages with ids, only who is signed in. */
export function askForAddress({ pathname, search }: { pathname: string; search: string }): void {
  const reads = new Map<string, Reads>(Object.entries(pageQueries)).get(pathname.replace(/^\/console/, ''));
  ask(reads ?? (() => []), Object.fromEntries(new URLSearchParams(search)));
}

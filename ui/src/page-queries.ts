import { bookingLists, otherMeetingsQuery, runningQuery } from './api/lists.ts';
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
import { endpointsQuery } from './api/webhooks.ts';
import { dayQueries } from './today/day.ts';

const lists = ['upcoming', 'past', 'cancelled', 'meetings'] as const;
export type BookingList = (typeof lists)[number];

/** The list that `?show=` names; the upcoming bookings if it names none. */
export function bookingListOf(show: unknown): BookingList {
  return lists.find((list) => list === show) ?? 'upcoming';
}

type Query = { queryKey: readonly unknown[] };
type Reads = (me: Me, show: unknown) => Query[];

/** What the pages that one comes to first read, by their addresses. */
export const pageQueries = {
  '/': ({ member }) => {
    const { booked, failed, own } = dayQueries(member, Date.now());
    const managed = forManagers(member, [registrationsQuery, tenantsQuery, endpointsQuery]);
    return [booked, failed, own, eventTypesQuery, integrationQuery, membersQuery, connectionsQuery, ...managed];
  },
  '/bookings': (_, show) => {
    const list = bookingListOf(show);
    if (list === 'meetings') return [otherMeetingsQuery];
    const more = list === 'upcoming' ? [runningQuery] : [];
    return [bookingLists[list], ...more, membersQuery, eventTypesQuery];
  },
  '/event-types': () => [eventTypesQuery, membersQuery, connectionsQuery],
  '/microsoft-365/integrations': () => [integrationQuery, connectionsQuery, membersQuery],
  '/microsoft-365/app-registrations': ({ member }) => forManagers(member, [registrationsQuery]),
  '/microsoft-365/setup': ({ member }) => forManagers(member, [tenantsQuery, registrationsQuery]),
  '/microsoft-365/access-policies': ({ member }) => forManagers(member, [tenantsQuery]),
  '/developers/webhooks': ({ member }) => forManagers(member, [endpointsQuery]),
} satisfies Record<string, Reads>;

/** What only those who manage the workspace may read. */
export function forManagers({ role }: Me['member'], queries: Query[]): Query[] {
  return role === 'owner' || role === 'admin' ? queries : [];
}

/**
 * Asks for what a page shows while its script is still on its way, as soon as it is known that somebody is signed in.
 * Pages show what goes wrong.
 */
export function ask(reads: Reads, show?: unknown): void {
  const onMe = (me: Me) => {
    for (const query of reads(me, show)) {
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
  ask(reads ?? (() => []), new URLSearchParams(search).get('show'));
}

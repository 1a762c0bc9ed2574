import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { bookingLists, otherMeetingsQuery, runningQuery } from './api/lists.ts';
import {
  apiKeysQuery,
  bookingQuery,
  connectionsQuery,
  eventTypesQuery,
  integrationQuery,
  meetingQuery,
  membersQuery,
  meQuery,
  type Me,
} from './api/queries.ts';
import { queryClient } from './api/query-client.ts';
import { dayQueries } from './today/day.ts';
import { NotFound, PageFault } from './shell/no-page.tsx';
import { PageSkeleton, Shell } from './shell/shell.tsx';

type Query = { queryKey: readonly unknown[] };

/**
 * What a page shows is asked for while its script is still on its way, as soon as it is known that somebody is signed
 * in. Pages show what goes wrong.
 */
function ask(...queries: Query[]): void {
  askAs(() => queries);
}

function askAs(queriesFor: (me: Me) => Query[]): void {
  const onMe = (me: Me) => {
    for (const query of queriesFor(me)) {
      if ('initialPageParam' in query) void queryClient.prefetchInfiniteQuery(query);
      else void queryClient.prefetchQuery(query);
    }
  };
  void queryClient.ensureQueryData(meQuery).then(onMe, () => {}); // the shell shows why nobody is signed in
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const today = createRoute({
  getParentRoute: () => root,
  path: '/',
  loader: () =>
    askAs(({ member }) => {
      const { booked, failed, own } = dayQueries(member, Date.now());
      return [booked, failed, own, eventTypesQuery, integrationQuery, membersQuery, connectionsQuery];
    }),
  component: lazyRouteComponent(() => import('./today/today-page.tsx'), 'TodayPage'),
});

const lists = ['upcoming', 'past', 'cancelled', 'meetings'] as const;
export type BookingList = (typeof lists)[number];

const bookings = createRoute({
  getParentRoute: () => root,
  path: '/bookings',
  validateSearch: ({ show }: Record<string, unknown>): { show?: BookingList } => {
    const known = lists.find((list) => list === show);
    return known && known !== 'upcoming' ? { show: known } : {};
  },
  loaderDeps: ({ search: { show = 'upcoming' } }) => ({ show }),
  loader: ({ deps: { show } }) => {
    if (show === 'meetings') return ask(otherMeetingsQuery);
    return ask(bookingLists[show], ...(show === 'upcoming' ? [runningQuery] : []), membersQuery, eventTypesQuery);
  },
  component: lazyRouteComponent(() => import('./bookings/bookings-page.tsx'), 'BookingsPage'),
});

const booking = createRoute({
  getParentRoute: () => root,
  path: '/bookings/$id',
  loader: ({ params }) => ask(bookingQuery(params.id), membersQuery, eventTypesQuery),
  component: lazyRouteComponent(() => import('./bookings/booking-page.tsx'), 'BookingPage'),
});

const move = createRoute({
  getParentRoute: () => root,
  path: '/bookings/$id/move',
  loader: ({ params }) => ask(bookingQuery(params.id), eventTypesQuery),
  component: lazyRouteComponent(() => import('./bookings/move-page.tsx'), 'MovePage'),
});

const meeting = createRoute({
  getParentRoute: () => root,
  path: '/meetings/$id',
  loader: ({ params }) => ask(meetingQuery(params.id)),
  component: lazyRouteComponent(() => import('./bookings/meeting-page.tsx'), 'MeetingPage'),
});

const eventTypes = createRoute({
  getParentRoute: () => root,
  path: '/event-types',
  loader: () => ask(eventTypesQuery, membersQuery, connectionsQuery),
  component: lazyRouteComponent(() => import('./event-types/event-types-page.tsx'), 'EventTypesPage'),
});

const newEventType = createRoute({
  getParentRoute: () => root,
  path: '/event-types/new',
  loader: () => ask(membersQuery),
  component: lazyRouteComponent(() => import('./event-types/event-type-page.tsx'), 'NewEventTypePage'),
});

const eventType = createRoute({
  getParentRoute: () => root,
  path: '/event-types/$id',
  loader: () => ask(membersQuery),
  component: lazyRouteComponent(() => import('./event-types/event-type-page.tsx'), 'EventTypePage'),
});

const integrations = createRoute({
  getParentRoute: () => root,
  path: '/microsoft-365/integrations',
  validateSearch: ({ connected }: Record<string, unknown>): { connected?: 1 } => (connected ? { connected: 1 } : {}),
  loader: () => ask(integrationQuery, connectionsQuery, membersQuery),
  component: lazyRouteComponent(() => import('./integrations/integrations-page.tsx'), 'IntegrationsPage'),
});

const diagnostics = createRoute({
  getParentRoute: () => root,
  path: '/microsoft-365/diagnostics',
  validateSearch: ({ member }: Record<string, unknown>): { member?: string } =>
    typeof member === 'string' && /^mem_\w+$/.test(member) ? { member } : {},
  loader: () => ask(membersQuery),
  component: lazyRouteComponent(() => import('./diagnostics/diagnostics-page.tsx'), 'DiagnosticsPage'),
});

const apiKeys = createRoute({
  getParentRoute: () => root,
  path: '/developers/api-keys',
  loader: () => ask(apiKeysQuery),
  component: lazyRouteComponent(() => import('./api-keys/api-keys-page.tsx'), 'ApiKeysPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    today,
    bookings,
    booking,
    move,
    meeting,
    eventTypes,
    newEventType,
    eventType,
    integrations,
    diagnostics,
    apiKeys,
  ]),
  basepath: '/console',
  defaultPreload: 'intent',
  defaultPendingComponent: PageSkeleton,
  defaultPendingMs: 150,
  defaultErrorComponent: PageFault,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

import { queryOptions, skipToken } from '@tanstack/react-query';
import { api, ask, type Answer } from './client.ts';

export type Me = Answer<typeof api.me.$get>;
export type Member = Answer<typeof api.members.$get>['data'][number];
export type Integration = Answer<typeof api.integrations.teams.$get>;
export type Connection = Answer<typeof api.connections.$get>['data'][number];
export type EventType = Answer<(typeof api)['event-types']['$get']>['data'][number];
export type Booking = Answer<typeof api.bookings.$get>['data'][number];
export type BookingStatus = Booking['status'];
export type Meeting = Answer<typeof api.meetings.$get>['data'][number];
export type MeetingEvent = Answer<(typeof api.meetings)[':id']['events']['$get']>['data'][number];
export type Diagnosis = Answer<typeof api.diagnostics.$post>;
export type Finding = Diagnosis['findings'][number];
export type AppRegistration = Answer<(typeof api)['app-registrations']['$get']>['data'][number];
export type AppCredential = AppRegistration['credentials'][number];
export type Tenant = Answer<typeof api.tenants.$get>['data'][number];
export type TenantSetup = Answer<(typeof api.tenants)[':id']['setup']['$get']>;
export type SetupStep = TenantSetup['steps'][number];
export type ApiKey = Answer<(typeof api)['api-keys']['$get']>['data'][number];
export type NewApiKey = Answer<(typeof api)['api-keys']['$post']>;

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => ask(api.me.$get()), staleTime: 60_000 });

export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: async () => (await ask(api.members.$get())).data,
  staleTime: 60_000,
});

export const integrationQuery = queryOptions({
  queryKey: ['connections', 'own'],
  queryFn: () => ask(api.integrations.teams.$get()),
});

export const connectionsQuery = queryOptions({
  queryKey: ['connections', 'all'],
  queryFn: async () => (await ask(api.connections.$get())).data,
});

export const eventTypesQuery = queryOptions({
  queryKey: ['event-types'],
  queryFn: async () => (await ask(api['event-types'].$get())).data,
});

export const eventTypeQuery = (id: string) =>
  queryOptions({
    queryKey: ['event-types', id],
    queryFn: () => ask(api['event-types'][':id'].$get({ param: { id } })),
  });

export const bookingQuery = (id: string) =>
  queryOptions({ queryKey: ['bookings', id], queryFn: () => ask(api.bookings[':id'].$get({ param: { id } })) });

export const meetingQuery = (id: string) =>
  queryOptions({ queryKey: ['meetings', id], queryFn: () => ask(api.meetings[':id'].$get({ param: { id } })) });

export const meetingEventsQuery = (id: string) =>
  queryOptions({
    queryKey: ['meetings', id, 'events'],
    queryFn: async () => (await ask(api.meetings[':id'].events.$get({ param: { id } }))).data,
  });

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: async () => (await ask(api['api-keys'].$get())).data,
});

/** The server's own registration first. For those who manage the workspace, as is everything about whole tenants. */
export const registrationsQuery = queryOptions({
  queryKey: ['app-registrations'],
  queryFn: async () => (await ask(api['app-registrations'].$get())).data,
});

export const registrationQuery = (id: string) =>
  queryOptions({
    queryKey: ['app-registrations', id],
    queryFn: () => ask(api['app-registrations'][':id'].$get({ param: { id } })),
  });

export const tenantsQuery = queryOptions({
  queryKey: ['tenants'],
  queryFn: async () => (await ask(api.tenants.$get())).data,
});

export const tenantQuery = (id: string) =>
  queryOptions({ queryKey: ['tenants', id], queryFn: () => ask(api.tenants[':id'].$get({ param: { id } })) });

export const setupQuery = (id: string) =>
  queryOptions({
    queryKey: ['tenants', id, 'setup'],
    queryFn: () => ask(api.tenants[':id'].setup.$get({ param: { id } })),
  });

/** What the last diagnosis found while the console was open; it is never asked for by itself. */
export const lastDiagnosis = (memberId: string) =>
  queryOptions<Diagnosis>({
    queryKey: ['diagnosis', memberId],
    queryFn: skipToken,
    staleTime: Infinity,
    gcTime: Infinity,
  });

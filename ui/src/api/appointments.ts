import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, ask, type Answer } from './client.ts';
import type { Booking } from './queries.ts';

export type BookingEvent = Answer<(typeof api.bookings)[':id']['history']['$get']>['data'][number];
/** Somebody who comes along with the visitor. */
export type Companion = Booking['attendees'][number];
export type PersonFound = Answer<typeof api.people.users.$get>['data'][number];
export type NewBooking = Parameters<typeof api.bookings.$post>[0]['json'];
export type SeriesWish = Parameters<(typeof api)['booking-series']['preview']['$post']>[0]['json'];
export type SeriesTime = Answer<(typeof api)['booking-series']['preview']['$post']>['data'][number];
export type Approval = Parameters<(typeof api.bookings)[':id']['approve']['$post']>[0]['json'];
export type RepairAction = Parameters<(typeof api.meetings)[':id']['resolve']['$post']>[0]['json']['action'];

/** Whose free times are asked for: of an event type, with a length and an operator where these can be chosen. */
export type TimeWish = {
  eventTypeId: string;
  durationMinutes?: number | undefined;
  operatorId?: string | undefined;
  /** The booking that moves: its own time counts as free. */
  excludingBookingId?: string | undefined;
};

/** The times that are free, and the operators whose calendars could not be read. Never taken from memory. */
export const timesQuery = (
  { eventTypeId: id, durationMinutes, operatorId, excludingBookingId }: TimeWish,
  span: Span,
) =>
  queryOptions({
    queryKey: ['slots', id, durationMinutes, operatorId, excludingBookingId, span],
    queryFn: () => {
      const query = {
        ...span,
        ...(durationMinutes !== undefined && { durationMinutes }),
        ...(operatorId !== undefined && { operatorId }),
        ...(excludingBookingId !== undefined && { excludingBookingId }),
      };
      return ask(api['event-types'][':id'].slots.$get({ param: { id }, query }));
    },
    staleTime: 0,
  });

type Span = { from: string; to: string };

/** What happened to a booking, oldest first. */
export const historyQuery = (bookingId: string) =>
  queryOptions({
    queryKey: ['bookings', bookingId, 'history'],
    queryFn: async () => (await ask(api.bookings[':id'].history.$get({ param: { id: bookingId } }))).data,
  });

/** The mails that Parley wrote about a booking, the latest first. */
export const bookingMailsQuery = (bookingId: string) =>
  queryOptions({
    queryKey: ['emails', 'of-booking', bookingId],
    // Mail is not announced, and some waits for the link.
    refetchInterval: ({ state: { data } }) => (data?.some(({ status }) => status === 'queued') ? 2_000 : 10_000),
    queryFn: async () => (await ask(api.emails.$get({ query: { bookingId, order: 'desc', limit: 200 } }))).data,
  });

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: ['contacts', id],
    queryFn: () => ask(api.contacts[':id'].$get({ param: { id } })),
  });

export const organisationQuery = (id: string) =>
  queryOptions({
    queryKey: ['organisations', id],
    queryFn: () => ask(api.organisations[':id'].$get({ param: { id } })),
  });

/** Members of the workspace and people of the connected directories whose name or address has a text. */
export const usersQuery = (q: string) =>
  queryOptions({
    queryKey: ['users', q],
    queryFn: () => ask(api.people.users.$get({ query: { q } })),
    placeholderData: keepPreviousData,
  });

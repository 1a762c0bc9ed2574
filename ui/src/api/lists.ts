import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';

/** No booking is longer, so that what takes place now has started since then. */
const longestMs = 8 * 3_600_000;

type BookingsQuery = NonNullable<Parameters<typeof api.bookings.$get>[0]>['query'];
type MeetingsQuery = NonNullable<Parameters<typeof api.meetings.$get>[0]>['query'];

const iso = (instant: number) => new Date(instant).toISOString();
/** `now` is that of the moment in which a page is asked for: it is not part of what the list is. */
type At<Query> = (now: number) => Query;

const paging = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor ?? undefined,
};

const bookingPages = (name: string, queryAt: At<BookingsQuery>) =>
  infiniteQueryOptions({
    queryKey: ['bookings', 'list', name],
    queryFn: ({ pageParam: cursor }) => ask(api.bookings.$get({ query: { ...queryAt(Date.now()), cursor } })),
    ...paging,
  });

/** Lists of bookings, page by page. What has started and not ended is on none but `runningQuery`, and on top of `past`. */
export const bookingLists = {
  upcoming: bookingPages('upcoming', (now) => ({ status: 'confirmed', order: 'asc', from: iso(now) })),
  past: bookingPages('past', (now) => ({ status: 'confirmed', order: 'desc', to: iso(now) })),
  cancelled: bookingPages('cancelled', () => ({ status: 'cancelled', order: 'desc' })),
};

const bookingRows = (name: readonly unknown[], queryAt: At<BookingsQuery>) =>
  queryOptions({
    queryKey: ['bookings', 'rows', ...name],
    queryFn: async () => (await ask(api.bookings.$get({ query: queryAt(Date.now()) }))).data,
  });

/** Bookings that have started; those that began long ago have ended. */
export const runningQuery = bookingRows(['running'], (now) => ({
  status: 'confirmed',
  order: 'asc',
  from: iso(now - longestMs),
  to: iso(now),
  limit: 200,
}));

/** The bookings of a span of time, such as a day. */
export const bookingsWithin = ({ from, to }: { from: number; to: number }) =>
  bookingRows(['within', from, to], () => ({
    status: 'confirmed',
    order: 'asc',
    from: iso(from),
    to: iso(to),
    limit: 200,
  }));

/** The first booking from an instant on. */
export const firstBookingFrom = (from: number) =>
  bookingRows(['first', from], () => ({ status: 'confirmed', order: 'asc', from: iso(from), limit: 1 }));

/** One of a host's bookings, to know whether there was any. */
export const anyBookingOf = (hostId: string) => bookingRows(['of', hostId], () => ({ hostId, limit: 1 }));

const meetingRows = (query: MeetingsQuery) => async () => (await ask(api.meetings.$get({ query }))).data;

/** Meetings from an instant on that need a person, the next one first. */
export const failedMeetingsFrom = (from: number) =>
  queryOptions({
    queryKey: ['meetings', 'failed', from],
    queryFn: meetingRows({ status: 'failed', order: 'asc', from: iso(from) }),
  });

/** Meetings that other programs asked for, page by page. */
export const otherMeetingsQuery = infiniteQueryOptions({
  queryKey: ['meetings', 'other'],
  queryFn: ({ pageParam: cursor }) => ask(api.meetings.$get({ query: { booked: 'false', order: 'desc', cursor } })),
  ...paging,
});

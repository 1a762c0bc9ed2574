import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { instantAt } from '../parts/when.ts';
import { api, ask } from './client.ts';
import type { Booking } from './queries.ts';

/** No booking is longer, so that what takes place now has started since then. */
export const longestMs = 8 * 3_600_000;

type BookingsQuery = NonNullable<Parameters<typeof api.bookings.$get>[0]>['query'];
type MeetingsQuery = NonNullable<Parameters<typeof api.meetings.$get>[0]>['query'];
type Status = Booking['status'];

const iso = (instant: number) => new Date(instant).toISOString();

const paging = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor ?? undefined,
};

const listNames = ['upcoming', 'past', 'cancelled', 'meetings'] as const;
export type ListName = (typeof listNames)[number];
export type BookingList = Exclude<ListName, 'meetings'>;

/** What the list of bookings shows, as the address of the page says it. Days are those of the member's zone. */
export type BookingSearch = {
  show?: ListName;
  status?: Status;
  host?: string;
  type?: string;
  from?: string;
  to?: string;
  q?: string;
};

/** Which states a list holds; a filter chooses one of them. */
export const statusesOf = {
  upcoming: ['confirmed', 'requested'],
  past: ['completed', 'no_show', 'confirmed'],
  cancelled: ['cancelled', 'declined'],
} as const satisfies Record<BookingList, readonly Status[]>;

/** The list that `?show=` names; the upcoming bookings if it names none. */
export function listOf(show: unknown): ListName {
  return listNames.find((list) => list === show) ?? 'upcoming';
}

/** What an address asks for, without what cannot be asked for. */
export function bookingSearchOf(raw: Record<string, unknown>): BookingSearch {
  const list = listOf(raw['show']);
  const text = (name: string, pattern: RegExp) => {
    const value = raw[name];
    // The router reads what looks like a number as one.
    const words = typeof value === 'number' ? String(value) : value;
    return typeof words === 'string' && pattern.test(words) ? words : undefined;
  };
  const statuses: readonly Status[] = list === 'meetings' ? [] : statusesOf[list];
  const search = {
    show: list === 'upcoming' ? undefined : list,
    status: statuses.find((status) => status === raw['status']),
    host: text('host', /^mem_\w+$/),
    type: text('type', /^evt_\w+$/),
    from: text('from', dayPattern),
    to: text('to', dayPattern),
    q: text('q', /\S/),
  };
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

/** Bookings page by page. What has started and not ended is on none but {@link runningQuery}, and on top of `past`. */
export function bookingPages(list: BookingList, search: BookingSearch, zone: string) {
  const { show: _, ...filter } = search;
  return infiniteQueryOptions({
    queryKey: ['bookings', 'list', list, filter, zone],
    queryFn: ({ pageParam: cursor }) =>
      ask(api.bookings.$get({ query: { ...listQuery(list, filter, zone, Date.now()), cursor } })),
    ...paging,
  });
}

function listQuery(list: BookingList, filter: BookingSearch, zone: string, now: number): BookingsQuery {
  const { status, from, to } = boundsOf(list, filter, zone, now);
  return {
    status,
    order: list === 'upcoming' ? 'asc' : 'desc',
    ...(from !== undefined && { from: iso(from) }),
    ...(to !== undefined && { to: iso(to) }),
    ...filterQuery(filter),
  };
}

/** What a filter asks for besides states and times. */
function filterQuery({ host, type, q }: BookingSearch): Pick<BookingsQuery, 'hostId' | 'eventTypeId' | 'q'> {
  return { ...(host && { hostId: host }), ...(type && { eventTypeId: type }), ...(q && { q }) };
}

function boundsOf(list: BookingList, filter: BookingSearch, zone: string, now: number) {
  const from = filter.from === undefined ? undefined : instantAt(`${filter.from}T00:00`, zone);
  const to = filter.to === undefined ? undefined : instantAt(`${dayAfter(filter.to)}T00:00`, zone);
  return {
    status: filter.status ?? statusesOf[list].join(','),
    from: list === 'upcoming' ? Math.max(now, from ?? now) : from,
    to: list === 'past' ? Math.min(now, to ?? now) : to,
  };
}

/** The day after one that is written as `2026-11-24`. */
export function dayAfter(day: string): string {
  return daysLater(day, 1);
}

/** So many days after a day, earlier ones with a negative number; days are written as `2026-11-24`. */
export function daysLater(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

const bookingRows = (name: readonly unknown[], queryAt: (now: number) => BookingsQuery) =>
  queryOptions({
    queryKey: ['bookings', 'rows', ...name],
    queryFn: async () => (await ask(api.bookings.$get({ query: queryAt(Date.now()) }))).data,
  });

/** Bookings that have started, as far as the filter lets them through; those that began long ago have ended. */
export const runningQuery = (filter: BookingSearch = {}) => {
  const { host, type, q, status } = filter;
  return bookingRows(['running', { host, type, q, status }], (now) => ({
    status: status ?? statusesOf.upcoming.join(','),
    order: 'asc',
    from: iso(now - longestMs),
    to: iso(now),
    limit: 200,
    ...filterQuery(filter),
  }));
};

type Span = { from: number; to: number };

/** What is booked or asked for in a span of time, such as a day or a week: all of it, however many pages it takes. */
export const bookingsWithin = ({ from, to }: Span, { host, type }: BookingSearch = {}) =>
  queryOptions({
    queryKey: ['bookings', 'within', from, to, { host, type }],
    queryFn: async () => {
      const found: Booking[] = [];
      let cursor: string | undefined;
      do {
        const query = {
          status: 'requested,confirmed,completed,no_show',
          order: 'asc' as const,
          from: iso(from - longestMs),
          to: iso(to),
          limit: 200,
          ...filterQuery({ ...(host && { host }), ...(type && { type }) }),
        };
        const page = await ask(api.bookings.$get({ query: { ...query, cursor } }));
        found.push(...page.data);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined && found.length < mostAtOnce);
      return found.filter(({ end }) => Date.parse(end) > from);
    },
  });

const mostAtOnce = 2000;

/** Requests that nobody has answered yet, the next time first. They have no meeting whose changes would be announced. */
export const requestsQuery = queryOptions({
  queryKey: ['bookings', 'requests'],
  refetchInterval: 15_000,
  queryFn: async () =>
    (await ask(api.bookings.$get({ query: { status: 'requested', order: 'asc', limit: 200 } }))).data,
});

/** The first booking from an instant on. */
export const firstBookingFrom = (from: number) =>
  bookingRows(['first', from], () => ({ status: 'confirmed', order: 'asc', from: iso(from), limit: 1 }));

/** One of a host's bookings, to know whether there was any. */
export const anyBookingOf = (hostId: string) => bookingRows(['of', hostId], () => ({ hostId, limit: 1 }));

/** All the times of a series, whatever became of them. */
export const seriesQuery = (seriesId: string) =>
  bookingRows(['series', seriesId], () => ({ seriesId, order: 'asc', limit: 200 }));

const meetingRows = (query: MeetingsQuery) => async () => (await ask(api.meetings.$get({ query }))).data;

/** Meetings from an instant on that need a person, the next one first: those that Microsoft refused. */
export const failedMeetingsFrom = (from: number) =>
  queryOptions({
    queryKey: ['meetings', 'failed', from],
    queryFn: meetingRows({ status: 'failed', order: 'asc', from: iso(from) }),
  });

/** Meetings from an instant on that somebody changed in Outlook, so that a person decides what holds. */
export const changedMeetingsFrom = (from: number) =>
  queryOptions({
    queryKey: ['meetings', 'out-of-sync', from],
    queryFn: meetingRows({ status: 'out_of_sync', order: 'asc', from: iso(from) }),
  });

/** Meetings that other programs asked for, page by page. */
export const otherMeetingsQuery = infiniteQueryOptions({
  queryKey: ['meetings', 'other'],
  queryFn: ({ pageParam: cursor }) => ask(api.meetings.$get({ query: { booked: 'false', order: 'desc', cursor } })),
  ...paging,
});

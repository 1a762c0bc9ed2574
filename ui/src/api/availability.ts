import { queryOptions } from '@tanstack/react-query';
import { api, ask, type Answer } from './client.ts';

const schedules = api.members[':id'].schedule;
const timeOffs = api.members[':id']['time-off'];
const eventTypes = api['event-types'][':id'];

export type MemberSchedule = Answer<typeof schedules.$get>;
export type Schedule = MemberSchedule['weekly'];
export type TimeRange = Schedule['mon'][number];
export type HolidayRegion = NonNullable<MemberSchedule['holidays']>;
export type TimeOff = Answer<typeof timeOffs.$get>['data'][number];
export type Holiday = Answer<typeof api.holidays.$get>['data'][number];
export type ExplainedTime = Answer<(typeof eventTypes)['why-not']['$get']>['data'][number];
export type Reason = ExplainedTime['reason'];
/** A booking as far as a week shows it. */
export type Booked = Pick<
  Answer<typeof api.bookings.$get>['data'][number],
  'id' | 'status' | 'start' | 'end' | 'visitor'
>;

/** When somebody works. */
export const scheduleQuery = (memberId: string) =>
  queryOptions({
    queryKey: ['availability', memberId, 'schedule'],
    queryFn: () => ask(schedules.$get({ param: { id: memberId } })),
  });

export const saveSchedule = (memberId: string, json: MemberSchedule) =>
  ask(schedules.$put({ param: { id: memberId }, json }));

export const timeOffQuery = (memberId: string) =>
  queryOptions({
    queryKey: ['availability', memberId, 'time-off'],
    queryFn: async () => (await ask(timeOffs.$get({ param: { id: memberId } }))).data,
  });

export const addTimeOff = (memberId: string, json: Pick<TimeOff, 'firstDay' | 'lastDay' | 'note'>) =>
  ask(timeOffs.$post({ param: { id: memberId }, json }));

export const removeTimeOff = (id: string) => ask(api['time-off'][':id'].$delete({ param: { id } }));

/** The public holidays of a year; they never change while somebody looks. */
export const holidaysQuery = ({ country, region }: HolidayRegion, year: number) =>
  queryOptions({
    queryKey: ['holidays', country, region ?? '', year],
    queryFn: async () => {
      const query = { country, year: String(year), ...(region !== undefined && { region }) };
      return (await ask(api.holidays.$get({ query }))).data;
    },
    staleTime: Infinity,
  });

export const holidayRegionsQuery = queryOptions({
  queryKey: ['holiday-regions'],
  queryFn: async () => (await ask(api['holiday-regions'].$get())).data,
  staleTime: Infinity,
});

/** Why each time of a day is offered or not. `date` is a day in the operator’s zone. */
export const whyNotQuery = (eventTypeId: string, operatorId: string, date: string) =>
  queryOptions({
    queryKey: ['why-not', eventTypeId, operatorId, date],
    queryFn: async () =>
      (await ask(eventTypes['why-not'].$get({ param: { id: eventTypeId }, query: { operatorId, date } }))).data,
    staleTime: 0,
  });

/** Who takes the bookings of an event type, and whether they can now. */
export const operatorsQuery = (id: string) =>
  queryOptions({
    queryKey: ['event-types', id, 'operators'],
    queryFn: async () => (await ask(eventTypes.operators.$get({ param: { id } }))).data,
  });

type Search = { from: string; to: string; operatorId?: string; durationMinutes?: number };

/** The times that visitors can choose now, and whose calendars could not be read. */
export const freeTimesQuery = (id: string, { durationMinutes, ...search }: Search) =>
  queryOptions({
    queryKey: ['slots', 'free', id, durationMinutes ?? 0, search],
    queryFn: () => {
      const length = durationMinutes === undefined ? {} : { durationMinutes: String(durationMinutes) };
      return ask(eventTypes.slots.$get({ param: { id }, query: { ...search, ...length } }));
    },
    retry: false,
    staleTime: 20_000,
  });

/** What takes an operator’s time in a span: bookings, and requests that nobody has answered. */
export const bookedQuery = (hostId: string, span: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['bookings', 'rows', 'of-operator', hostId, span],
    queryFn: async (): Promise<Booked[]> => {
      const query = { hostId, ...span, status: 'requested,confirmed', order: 'asc' as const, limit: 200 };
      return (await ask(api.bookings.$get({ query }))).data;
    },
  });

const feeds = api.members[':id']['calendar-feed'];

/** Makes the secret address of an operator’s calendar; one that was made before ends. */
export const makeFeed = (memberId: string) => ask(feeds.$post({ param: { id: memberId } }));
export const revokeFeed = (memberId: string) => ask(feeds.$delete({ param: { id: memberId } }));

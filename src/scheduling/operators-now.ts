import type { Kysely } from 'kysely';
import type { BusyRules, Database } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import type { Booking } from './busy-times.ts';
import type { EventTypeRow } from './event-types.ts';
import type { Busy, FreeBusy } from './free-busy.ts';
import type { OpenHost } from './offer.ts';
import { readOperatorHours, type OperatorHours } from './operator-hours.ts';
import type { Operator } from './operator-times.ts';

export type SchedulingDeps = { db: Kysely<Database>; now: () => Date; freeBusy: FreeBusy };

/** Times that begin and end here are looked for; what is of one booking, or of one hold, does not stand in its own way. */
export type Asking = {
  from: Date;
  to: Date;
  excludingBookingId: string | undefined;
  holdKey: Buffer | undefined;
  /** Whether what is booked and held here counts; otherwise that is left to the database, whose constraint decides anyway. */
  countsBookings: boolean;
  /** Staff need not keep free what event types keep free around their bookings. */
  byStaff?: boolean | undefined;
};

/** An operator as they are now, ready for the search; whose calendar could not be read, with the reason. */
export type OperatorNow = Operator & { hours: OperatorHours; unreadable: Problem | undefined };

/** Everything that decides on the times of operators: hours, what is booked and held, and their calendars. */
export async function readOperatorsNow(
  deps: SchedulingDeps,
  eventType: EventTypeRow,
  hosts: readonly OpenHost[],
  asking: Asking,
): Promise<OperatorNow[]> {
  const ids = hosts.map(({ memberId }) => memberId);
  const [hours, bookings, ownEvents] = await Promise.all([
    readOperatorHours(deps, eventType, hosts, asking),
    asking.countsBookings ? readBookings(deps, eventType, ids, asking) : new Map<string, Booking[]>(),
    readOwnEvents(deps, eventType, ids, asking),
  ]);
  return Promise.all(
    hosts.flatMap((host) => {
      const own = hours.get(host.memberId);
      return own ? [readOperator(deps, eventType, host, { ...asking, hours: own, bookings, ownEvents })] : [];
    }),
  );
}

type Known = Asking & {
  hours: OperatorHours;
  bookings: ReadonlyMap<string, Booking[]>;
  ownEvents: ReadonlyMap<string, OwnEvent[]>;
};

async function readOperator(
  deps: SchedulingDeps,
  eventType: EventTypeRow,
  host: OpenHost,
  { hours, bookings, ownEvents, ...asking }: Known,
): Promise<OperatorNow> {
  const { memberId: id, calendar } = host;
  const { timeZone, schedule } = hours;
  const operator = { id, timeZone, schedule, hours, bookings: bookings.get(id) ?? [] };
  if (!calendar) return { ...operator, calendar: hours.awayTimes, unreadable: undefined };
  try {
    const busy = await deps.freeBusy({ calendar, ...widened(eventType, asking), timeZone });
    const others = withoutOwn(busy, ownEvents.get(id) ?? []).filter((time) => isInTheWay(time, eventType.busy_rules));
    return { ...operator, calendar: [...others, ...hours.awayTimes], unreadable: undefined };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ...operator, calendar: 'unreadable', unreadable: error };
  }
}

/** Which entries of a calendar take time. Who is away has said so, whether the entry is all-day or not. */
function isInTheWay({ status, allDay }: Busy, rules: BusyRules): boolean {
  if (status === 'oof') return rules.outOfOffice;
  if (status === 'workingElsewhere') return rules.workingElsewhere;
  return (status !== 'tentative' || rules.tentative) && (!allDay || rules.allDay);
}

/** A window widened by the event type’s buffers: what lies there can stand in the way of a time inside. */
function widened(eventType: EventTypeRow, { from, to }: { from: Date; to: Date }): { from: Date; to: Date } {
  return {
    from: new Date(from.getTime() - eventType.buffer_before_minutes * 60_000),
    to: new Date(to.getTime() + eventType.buffer_after_minutes * 60_000),
  };
}

/** A limit counts whole weeks, whatever the zone. */
const weekAroundMs = 8 * 24 * 60 * 60_000;
/** The most that an event type keeps free around a booking. */
const longestBufferMs = 480 * 60_000;

/** What is booked and held here for operators, as far as it can matter for times in a window; buffers are added to it. */
export async function readBookings(
  { db, now }: Pick<SchedulingDeps, 'db' | 'now'>,
  eventType: EventTypeRow,
  hostIds: readonly string[],
  asking: Pick<Asking, 'from' | 'to'> & Partial<Asking>,
): Promise<Map<string, Booking[]>> {
  if (hostIds.length === 0) return new Map();
  const hasLimit = eventType.most_per_day !== null || eventType.most_per_week !== null;
  const aroundMs = hasLimit ? weekAroundMs : longestBufferMs;
  const { from, to } = widened(eventType, asking);
  const rows = await db
    .selectFrom('reservations')
    .innerJoin('event_types', 'event_types.id', 'reservations.event_type_id')
    .select(['host_id', 'event_type_id', 'starts_at as start', 'ends_at as end', 'booking_id', 'hold_key'])
    .select(['buffer_before_minutes', 'buffer_after_minutes'])
    .where('host_id', 'in', hostIds)
    .where('starts_at', '<', new Date(to.getTime() + aroundMs))
    .where('ends_at', '>', new Date(from.getTime() - aroundMs))
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now())]))
    .execute();
  const bookings = new Map<string, Booking[]>();
  for (const { host_id, event_type_id, booking_id, hold_key, start, end, ...row } of rows) {
    if (booking_id !== null && booking_id === asking.excludingBookingId) continue;
    if (hold_key && asking.holdKey?.equals(hold_key)) continue;
    const booking: Booking = {
      start,
      end,
      status: hold_key ? 'held' : 'booked',
      sameEventType: event_type_id === eventType.id,
      keepsFree: asking.byStaff ? undefined : keptFree(row),
    };
    bookings.set(host_id, [...(bookings.get(host_id) ?? []), booking]);
  }
  return bookings;
}

function keptFree(row: Pick<EventTypeRow, 'buffer_before_minutes' | 'buffer_after_minutes'>): Booking['keepsFree'] {
  const { buffer_before_minutes: before, buffer_after_minutes: after } = row;
  return before + after > 0 ? { beforeMs: before * 60_000, afterMs: after * 60_000 } : undefined;
}

/** An entry of ours in the calendar of somebody who takes part: its time is known from the booking. */
type OwnEvent = { start: Date; end: Date; eventId: string | null };

/**
 * Entries that are in calendars only because of what is booked here and does not stand in the way: the booking that is
 * being moved, and the sessions that others may join.
 */
async function readOwnEvents(
  { db }: Pick<SchedulingDeps, 'db'>,
  eventType: EventTypeRow,
  hostIds: readonly string[],
  { excludingBookingId, ...asking }: Asking,
): Promise<Map<string, OwnEvent[]>> {
  const isGroup = eventType.capacity > 1;
  if (hostIds.length === 0 || (!excludingBookingId && !isGroup)) return new Map();
  const { from, to } = widened(eventType, asking);
  const rows = await db
    .selectFrom('reservations')
    .innerJoin('bookings', 'bookings.id', 'reservations.booking_id')
    .innerJoin('meetings', 'meetings.id', 'bookings.meeting_id')
    .select([
      'reservations.host_id',
      'reservations.starts_at as start',
      'reservations.ends_at as end',
      'meetings.provider_event_id as eventId',
    ])
    .distinct()
    .where('reservations.host_id', 'in', hostIds)
    .where('reservations.workspace_id', '=', eventType.workspace_id)
    .where('meetings.kind', '=', 'calendar')
    .where('meetings.provider_event_id', 'is not', null)
    .where((where) =>
      where.or([
        ...(excludingBookingId ? [where('reservations.booking_id', '=', excludingBookingId)] : []),
        ...(isGroup
          ? [
              where.and([
                where('reservations.event_type_id', '=', eventType.id),
                where('reservations.starts_at', '<', to),
                where('reservations.ends_at', '>', from),
              ]),
            ]
          : []),
      ]),
    )
    .execute();
  return Map.groupBy(rows, ({ host_id }) => host_id);
}

/** Takes one entry out for each of ours: the one with its id, or else, where ids are not known, one of its exact time. */
function withoutOwn(busy: readonly Busy[], ownEvents: readonly OwnEvent[]): Busy[] {
  const left = [...busy];
  for (const { start, end, eventId } of ownEvents) {
    const byId = left.findIndex((time) => time.eventId !== undefined && time.eventId === eventId);
    const at = byId >= 0 ? byId : left.findIndex((time) => isExactly(time, start, end));
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

function isExactly(time: Busy, start: Date, end: Date): boolean {
  return time.start.getTime() === start.getTime() && time.end.getTime() === end.getTime();
}

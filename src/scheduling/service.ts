import { Problem } from '../problem.ts';
import { getEventType, type EventTypeRow } from './event-types.ts';
import type { Offer, OpenEventType, OpenHost } from './offer.ts';
import { timesOf, type SlotRules } from './operator-times.ts';
import { readOperatorsNow, type OperatorNow, type SchedulingDeps } from './operators-now.ts';
import { findOpenSlots, longestSearchDays, toldToVisitors, whyNot, type FreeOperator } from './slots.ts';
import { bookingsAround } from './fairness.ts';
import { stillFits } from './guard.ts';
import { reasonOfHours, reasonOfOthers, reasons, type Reason } from './why-not.ts';

export { getEventType, stillFits, type EventTypeRow, type SchedulingDeps };

/** What is asked for besides the time. */
export type SlotWish = {
  /** One of the lengths that the event type offers; else its usual one, or that of the booking that is being moved. */
  durationMinutes?: number | undefined;
  /** Only times of this operator; where everybody meets the visitor, it changes nothing. */
  operatorId?: string | undefined;
  /** A booking that is being moved: its own time counts as free. */
  excludingBookingId?: string | undefined;
  /** The visitor’s own hold, which does not stand in their way. */
  holdKey?: Buffer | undefined;
};

export type FreeSlot = {
  start: Date;
  end: Date;
  /** Who can be booked then, in the order of the event type. */
  operatorIds: string[];
  /** How many more visitors can book it. */
  seatsLeft: number;
};

export type FreeSlots = {
  slots: FreeSlot[];
  /** Operators whose calendar could not be read: none of their times are among the slots. */
  unreadable: string[];
  unreadableBecause: ReadonlyMap<string, Problem>;
};

/**
 * The free times of an event type that begin between two instants: its rules, less what is booked or held here and busy
 * in Outlook. Throws `calendar_unreadable` (or `booking_not_open`, where somebody has to connect again first) when
 * nothing is left that could be offered, and `invalid_request`.
 */
export async function findFreeSlots(
  deps: SchedulingDeps,
  open: OpenEventType,
  { from, to, ...wish }: SlotWish & { from: Date; to: Date },
): Promise<FreeSlots> {
  if (to.getTime() - from.getTime() > longestSearchDays * 24 * 60 * 60_000) {
    const detail = `Ask for at most ${longestSearchDays} days at once.`;
    throw new Problem('invalid_request', { errors: [{ pointer: '/to', detail }] });
  }
  const rules = slotRules(open.eventType, await durationFor(deps, open, wish));
  const hosts = hostsFor(open, wish.operatorId);
  const { excludingBookingId, holdKey } = wish;
  // What begins in the window may end behind it.
  const until = new Date(to.getTime() + rules.durationMinutes * 60_000);
  const asking = { from, to: until, excludingBookingId, holdKey, countsBookings: true };
  const operators = await readOperatorsNow(deps, open.eventType, hosts, asking);
  const unreadable = operators.filter((operator) => operator.unreadable !== undefined);
  const isCollective = open.eventType.assignment === 'collective';
  const [first] = unreadable;
  if (first?.unreadable && (isCollective || unreadable.length === operators.length)) throw first.unreadable;
  const assignment = isCollective ? ({ kind: 'collective' } as const) : ({ kind: 'round_robin' } as const);
  const found = findOpenSlots({ rules, operators, assignment, from, to, now: deps.now() });
  return {
    slots: found.map(({ startMs, endMs, free }) => ({
      start: new Date(startMs),
      end: new Date(endMs),
      operatorIds: free.map(({ operatorId }) => operatorId),
      seatsLeft: seats(free, isCollective),
    })),
    unreadable: unreadable.map(({ id }) => id),
    unreadableBecause: new Map(unreadable.flatMap(({ id, unreadable: why }) => (why ? [[id, why]] : []))),
  };
}

/** Everybody sits in one meeting, or each holds their own. */
function seats(free: readonly FreeOperator[], isCollective: boolean): number {
  const left = free.map(({ seatsLeft }) => seatsLeft);
  return isCollective ? Math.min(...left) : left.reduce((sum, seatsLeft) => sum + seatsLeft, 0);
}

/**
 * The choices for a time that is to be booked now, the fairest first. Throws `slot_not_offered` or `slot_taken`, with
 * the reason in words, `calendar_unreadable`, `booking_not_open` and `invalid_request`. Where nothing depends on our own
 * bookings they are left to the database, whose constraint decides them anyway.
 */
export async function requireOffer(
  deps: SchedulingDeps,
  open: OpenEventType,
  {
    start,
    staff = false,
    ahead = false,
    ...wish
  }: SlotWish & {
    start: Date;
    /** Nothing is booked yet: our own bookings are looked at, although the constraint has the last word. */
    ahead?: boolean | undefined;
    /** An operator books or moves: notice, horizon, hours, limits, buffers and step are theirs to ignore. */
    staff?: boolean | undefined;
  },
): Promise<Offer> {
  const { eventType } = open;
  const rules = slotRules(eventType, await durationFor(deps, open, wish, staff), staff);
  const hosts = hostsFor(open, wish.operatorId);
  if (hosts.length === 0) throw new Problem('booking_not_open', { detail: 'This operator cannot take bookings now.' });
  const end = new Date(start.getTime() + rules.durationMinutes * 60_000);
  const { excludingBookingId, holdKey } = wish;
  const countsBookings = ahead || hosts.length > 1 || dependsOnBookings(rules) || hosts.some(({ spaced }) => spaced);
  const operators = await readOperatorsNow(deps, eventType, hosts, {
    from: start,
    to: end,
    excludingBookingId,
    holdKey,
    countsBookings,
    byStaff: staff,
  });
  const isCollective = eventType.assignment === 'collective';
  const asked = { rules, start, now: deps.now(), staff, isCollective };
  const verdicts = operators.map((operator) => verdictOn(operator, asked));
  const refused = isCollective ? againstAll(verdicts) : verdicts.every(({ reason }) => reason) ? verdicts : [];
  if (refused.length > 0) throw refusal(refused);
  const choices = isCollective ? [hosts] : await fairest(deps, open, { start, hosts, verdicts });
  return { open, start, end, choices, guard: keepsDistance(rules) ? { rules, operators } : undefined };
}

type Asked = { rules: SlotRules; start: Date; now: Date; staff: boolean; isCollective: boolean };
type Verdict = { operator: OperatorNow; reason: Reason | undefined; seatsTaken: number };

function verdictOn(operator: OperatorNow, { rules, start, now, staff, isCollective }: Asked): Verdict {
  const startMs = start.getTime();
  const times = timesOf(rules, operator, now, { fromMs: startMs, toMs: startMs + 1 });
  const ofHours = reasonOfHours(times, startMs, now);
  const ownHours = staff && ofHours !== 'past' ? undefined : ofHours;
  // The hours of another one may give the step to everybody, but that makes nobody free.
  const mayJoin = ownHours === undefined || (isCollective && ownHours === 'off_step');
  const reason = (mayJoin ? reasonOfOthers(times, startMs) : undefined) ?? ownHours;
  return { operator, reason, seatsTaken: times.sessions.get(startMs)?.length ?? 0 };
}

/** What stands against a time of all operators together: the hours of one of them give the step. */
function againstAll(verdicts: readonly Verdict[]): Verdict[] {
  const offStep = verdicts.filter(({ reason }) => reason === 'off_step');
  if (offStep.length === verdicts.length) return offStep;
  return verdicts.filter(({ reason }) => reason !== undefined && reason !== 'off_step');
}

const reasonOrder = Object.keys(reasons);

/** Says what came nearest to an offer; what is not known, because a calendar was not read, is never “taken”. */
function refusal(verdicts: readonly Verdict[]): Problem {
  const unknown = verdicts.find(({ reason }) => reason === 'calendar_unreadable')?.operator.unreadable;
  if (unknown) return unknown;
  const found = verdicts.flatMap(({ reason }) => reason ?? []);
  const [nearest = 'past'] = found.toSorted((a, b) => reasonOrder.indexOf(b) - reasonOrder.indexOf(a));
  const told = toldToVisitors[nearest];
  return new Problem(told === 'busy' ? 'slot_taken' : 'slot_not_offered', { detail: whyNot[told] });
}

/** Those who are free: a session that has begun to fill before a new one, then whoever was booked least around that day. */
async function fairest(
  deps: SchedulingDeps,
  { eventType }: OpenEventType,
  { start, hosts, verdicts }: { start: Date; hosts: readonly OpenHost[]; verdicts: readonly Verdict[] },
): Promise<OpenHost[][]> {
  const free = verdicts.filter(({ reason }) => reason === undefined);
  const ids = free.map(({ operator }) => operator.id);
  const counts = free.length > 1 ? await bookingsAround(deps, eventType, ids, start) : new Map<string, number>();
  const count = ({ operator }: Verdict) => counts.get(operator.id) ?? 0;
  const ranked = free.toSorted((a, b) => b.seatsTaken - a.seatsTaken || count(a) - count(b));
  return ranked.flatMap(({ operator }) =>
    hosts.filter(({ memberId }) => memberId === operator.id).map((host) => [host]),
  );
}

/** What an event type asks of a time of this length. */
export function slotRules(row: EventTypeRow, durationMinutes: number, staff = false): SlotRules {
  return {
    durationMinutes,
    slotStepMinutes: row.slot_step_minutes,
    bufferBeforeMinutes: staff ? 0 : row.buffer_before_minutes,
    bufferAfterMinutes: staff ? 0 : row.buffer_after_minutes,
    minNoticeMinutes: row.min_notice_minutes,
    horizonDays: row.horizon_days,
    capacity: row.capacity,
    mostPerDay: staff ? undefined : (row.most_per_day ?? undefined),
    mostPerWeek: staff ? undefined : (row.most_per_week ?? undefined),
  };
}

function dependsOnBookings(rules: SlotRules): boolean {
  return (rules.capacity ?? 1) > 1 || keepsDistance(rules);
}

/** Whether a time depends on bookings that do not overlap with it. */
function keepsDistance({ bufferBeforeMinutes, bufferAfterMinutes, mostPerDay, mostPerWeek }: SlotRules): boolean {
  return bufferBeforeMinutes > 0 || bufferAfterMinutes > 0 || mostPerDay !== undefined || mostPerWeek !== undefined;
}

/** Whose times are looked at. Throws `invalid_request` for somebody who does not take bookings of the event type. */
function hostsFor({ eventType, operatorIds, hosts }: OpenEventType, operatorId: string | undefined): OpenHost[] {
  if (operatorId === undefined) return hosts;
  if (!operatorIds.includes(operatorId)) {
    const detail = 'There is no such operator of this event type.';
    throw new Problem('invalid_request', { errors: [{ pointer: '/operatorId', detail }] });
  }
  return eventType.assignment === 'collective' ? hosts : hosts.filter(({ memberId }) => memberId === operatorId);
}

/** A booking that is moved keeps its length, whatever the event type offers today. Throws `invalid_request`. */
async function durationFor(
  { db }: Pick<SchedulingDeps, 'db'>,
  { eventType }: OpenEventType,
  { durationMinutes, excludingBookingId }: SlotWish,
  staff = false,
): Promise<number> {
  const offered = [eventType.duration_minutes, ...eventType.duration_choices];
  if (durationMinutes !== undefined && (staff || offered.includes(durationMinutes))) return durationMinutes;
  if (durationMinutes === undefined && excludingBookingId === undefined) return eventType.duration_minutes;
  const moved = excludingBookingId === undefined ? undefined : await lengthOf(db, eventType, excludingBookingId);
  if (durationMinutes === undefined) return moved ?? eventType.duration_minutes;
  if (durationMinutes === moved) return durationMinutes;
  const detail = `Choose ${offered.toSorted((a, b) => a - b).join(' or ')} minutes.`;
  throw new Problem('invalid_request', { errors: [{ pointer: '/durationMinutes', detail }] });
}

async function lengthOf(
  db: SchedulingDeps['db'],
  { id, workspace_id }: EventTypeRow,
  bookingId: string,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('bookings')
    .select(['starts_at', 'ends_at'])
    .where('id', '=', bookingId)
    .where('workspace_id', '=', workspace_id)
    .where('event_type_id', '=', id)
    .executeTakeFirst();
  return row && (row.ends_at.getTime() - row.starts_at.getTime()) / 60_000;
}

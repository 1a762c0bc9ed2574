/**
 * The search for slots as one would write it down with Temporal: every question is asked of the calendar, each busy
 * time is looked at for each slot. What `bench/slots.ts` is measured against, and what tests hold the engine to.
 */
import { Temporal } from 'temporal-polyfill';
import type { Booking, BusyTime } from '../src/scheduling/busy-times.ts';
import { weekdays, type TimeRange } from '../src/scheduling/event-type.ts';
import type { Operator, SlotRules } from '../src/scheduling/operator-times.ts';
import type { OpenSearch, OpenSlot } from '../src/scheduling/slots.ts';
import type { DayQuestion, ExplainedTime, Reason } from '../src/scheduling/why-not.ts';

/** What `findOpenSlots` promises. */
export function findOpenSlotsPlainly({ rules, operators, assignment, from, to, now }: OpenSearch): OpenSlot[] {
  const asked = operators
    .filter(({ id }) => assignment.kind !== 'chosen' || id === assignment.operatorId)
    .map((operator) => readCommitments(operator));
  const [fromMs, toMs] = [from.getTime(), to.getTime()];
  const startsOf = new Map(asked.map((one) => [one, new Set(gridBetween(rules, one, fromMs, toMs))]));
  const starts = [...new Set([...startsOf.values()].flatMap((own) => [...own]))].toSorted((a, b) => a - b);
  return starts.flatMap((startMs) => {
    const free = asked
      .filter((one) => assignment.kind === 'collective' || startsOf.get(one)?.has(startMs))
      .filter((one) => reasonAgainst(rules, one, startMs, now) === undefined);
    if (free.length === 0 || (assignment.kind === 'collective' && free.length < asked.length)) return [];
    const seats = free.map((one) => ({
      operatorId: one.operator.id,
      seatsLeft: (rules.capacity ?? 1) - sessionAt(rules, one, startMs).length,
    }));
    return [{ startMs, endMs: startMs + rules.durationMinutes * minuteMs, free: seats }];
  });
}

/** What `explainDay` promises. */
export function explainDayPlainly({ rules, operator, date, now }: DayQuestion): ExplainedTime[] {
  const one = readCommitments(operator);
  const day = Temporal.PlainDate.from(date);
  const ranges = rangesOn(operator, day);
  const inHours = ranges.flatMap((range) => stepsOf(range, rules.slotStepMinutes));
  const outside = stepsOf({ from: '00:00', to: '24:00' }, rules.slotStepMinutes).filter(
    (minute) => !ranges.some((range) => minuteOf(range.from) <= minute && minute < minuteOf(range.to)),
  );
  const starts = [...inHours, ...outside].flatMap((minute) => instantsOf(day, minute, operator.timeZone));
  return [...new Set(starts)]
    .toSorted((a, b) => a - b)
    .map((startMs) => ({
      startMs,
      endMs: startMs + rules.durationMinutes * minuteMs,
      reason: reasonAgainst(rules, one, startMs, now) ?? 'offered',
    }));
}

/** What `groupByDay` promises. */
export function groupByDayPlainly<T extends { startMs: number }>(slots: readonly T[], timeZone: string) {
  const days = new Map<string, T[]>();
  for (const slot of slots) {
    const date = zoned(slot.startMs, timeZone).toPlainDate().toString();
    days.set(date, [...(days.get(date) ?? []), slot]);
  }
  return [...days].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([date, ofDay]) => ({ date, slots: ofDay }));
}

const minuteMs = 60_000;
/** No zone was ever further from UTC: Manila until 1844, and Juneau until 1867. */
const furthestOffsetMs = 16 * 60 * minuteMs;

type Interval = { startMs: number; endMs: number };
type Commitments = { operator: Operator; calendar: Interval[]; bookings: (Interval & Booking)[] };

function readCommitments(operator: Operator): Commitments {
  return {
    operator,
    calendar: operator.calendar === 'unreadable' ? [] : operator.calendar.map(readInterval),
    bookings: operator.bookings.map((booking) => ({ ...booking, ...readInterval(booking) })),
  };
}

function readInterval({ start, end }: BusyTime): Interval {
  const [startMs, endMs] = [start, end].map((at) =>
    typeof at === 'string' ? Temporal.Instant.from(at).epochMilliseconds : at.getTime(),
  ) as [number, number]; // two in, two out
  return { startMs, endMs };
}

/** Where clocks go back over midnight, a day begins, the one before it comes again, and it begins once more. */
function gridBetween(rules: SlotRules, { operator }: Commitments, fromMs: number, toMs: number): number[] {
  const last = zoned(toMs, operator.timeZone).toPlainDate().add({ days: 1 });
  const starts: number[] = [];
  let day = zoned(fromMs, operator.timeZone).toPlainDate().subtract({ days: 1 });
  while (Temporal.PlainDate.compare(day, last) <= 0) {
    const midnightMs = day.toZonedDateTime('UTC').epochMilliseconds;
    for (const range of rangesOn(operator, day)) {
      for (const minute of stepsOf(range, rules.slotStepMinutes)) {
        const wallMs = midnightMs + minute * minuteMs;
        if (wallMs < fromMs - furthestOffsetMs || wallMs > toMs + furthestOffsetMs) continue;
        starts.push(...instantsOf(day, minute, operator.timeZone));
      }
    }
    day = day.add({ days: 1 });
  }
  return starts.filter((startMs) => startMs >= fromMs && startMs < toMs);
}

function reasonAgainst(rules: SlotRules, one: Commitments, startMs: number, now: Date): Reason | undefined {
  const { operator, calendar, bookings } = one;
  const endMs = startMs + rules.durationMinutes * minuteMs;
  const { timeZone } = operator;
  const closed = zoned(now.getTime(), timeZone)
    .toPlainDate()
    .add({ days: rules.horizonDays + 1 });
  if (startMs < now.getTime()) return 'past';
  if (startMs < now.getTime() + rules.minNoticeMinutes * minuteMs) return 'notice';
  if (startMs >= closed.toZonedDateTime(timeZone).epochMilliseconds) return 'horizon';
  if (!isOpen(operator, startMs, endMs)) return 'outside_hours';
  const session = sessionAt(rules, one, startMs);
  const others = bookings.filter((booking) => !session.includes(booking));
  const booked = others.filter(({ status }) => status === 'booked');
  const full = session.length > 0 && session.length >= (rules.capacity ?? 1);
  const fullyBooked = full && session.filter(({ status }) => status === 'booked').length >= (rules.capacity ?? 1);
  if (fullyBooked || overlaps(booked, startMs, endMs)) return 'booked';
  if (full || overlaps(others, startMs, endMs)) return 'held';
  if (operator.calendar === 'unreadable') return 'calendar_unreadable';
  if (overlaps(calendar, startMs, endMs)) return 'busy';
  const [clearFromMs, clearToMs] = [
    startMs - rules.bufferBeforeMinutes * minuteMs,
    endMs + rules.bufferAfterMinutes * minuteMs,
  ];
  if (overlaps([...calendar, ...others], clearFromMs, clearToMs)) return 'buffer';
  return session.length === 0 && isLimitReached(rules, one, startMs) ? 'limit' : undefined;
}

/** An empty interval takes no time. */
function overlaps(intervals: Interval[], fromMs: number, toMs: number): boolean {
  return intervals.some(({ startMs, endMs }) => startMs < endMs && startMs < toMs && endMs > fromMs);
}

/** Bookings that a new one would share its time with. */
function sessionAt(rules: SlotRules, { bookings }: Commitments, startMs: number) {
  if ((rules.capacity ?? 1) === 1) return [];
  const endMs = startMs + rules.durationMinutes * minuteMs;
  return bookings.filter((one) => one.sameEventType && one.startMs === startMs && one.endMs === endMs);
}

function isLimitReached(rules: SlotRules, { operator, bookings }: Commitments, startMs: number): boolean {
  const dayOf = (ms: number) => zoned(ms, operator.timeZone).toPlainDate();
  const mondayOf = (day: Temporal.PlainDate) => day.subtract({ days: day.dayOfWeek - 1 });
  const starts = new Set(bookings.filter(({ sameEventType }) => sameEventType).map((booking) => booking.startMs));
  const days = [...starts].map(dayOf);
  const day = dayOf(startMs);
  const sameDay = days.filter((other) => other.equals(day)).length;
  const sameWeek = days.filter((other) => mondayOf(other).equals(mondayOf(day))).length;
  return sameDay >= (rules.mostPerDay ?? Infinity) || sameWeek >= (rules.mostPerWeek ?? Infinity);
}

/** Goes from the end of one range to the next, or to where the clocks change, as long as one range follows another. */
function isOpen(operator: Operator, startMs: number, endMs: number): boolean {
  for (let atMs = startMs; atMs < endMs;) {
    const at = zoned(atMs, operator.timeZone);
    const minute = at.hour * 60 + at.minute + at.second / 60 + at.millisecond / minuteMs;
    const range = rangesOn(operator, at.toPlainDate()).find(
      ({ from, to }) => minuteOf(from) <= minute && minute < minuteOf(to),
    );
    if (!range) return false;
    const closesMs = atMs + Math.round((minuteOf(range.to) - minute) * minuteMs);
    atMs = Math.min(closesMs, at.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity);
  }
  return true;
}

/** The instants, none to two, at which the clocks of a zone show a minute of a day. */
function instantsOf(day: Temporal.PlainDate, minute: number, timeZone: string): number[] {
  const wall = day.toPlainDateTime({ hour: Math.floor(minute / 60), minute: minute % 60 });
  const [earlier, later] = (['earlier', 'later'] as const).map((disambiguation) =>
    wall.toZonedDateTime(timeZone, { disambiguation }),
  ) as [Temporal.ZonedDateTime, Temporal.ZonedDateTime]; // two in, two out
  if (earlier.epochMilliseconds === later.epochMilliseconds) return [earlier.epochMilliseconds];
  return earlier.toPlainDateTime().equals(wall) ? [earlier.epochMilliseconds, later.epochMilliseconds] : [];
}

function rangesOn({ schedule }: Operator, day: Temporal.PlainDate): TimeRange[] {
  const own = schedule.overrides.find(({ date }) => date === day.toString());
  const weekday = weekdays[day.dayOfWeek - 1];
  return own?.ranges ?? (weekday ? schedule[weekday] : []);
}

function stepsOf({ from, to }: TimeRange, step: number): number[] {
  const minutes: number[] = [];
  for (let minute = minuteOf(from); minute < minuteOf(to); minute += step) minutes.push(minute);
  return minutes;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function zoned(ms: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);
}

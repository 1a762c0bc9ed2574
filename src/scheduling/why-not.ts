import { meets, spansOf, type Booking, type BusyTime } from './busy-times.ts';
import { dayNumber } from './instant-text.ts';
import { timesOf, withOwnBuffers, type Operator, type OperatorTimes, type SlotRules } from './operator-times.ts';
import { weekHours } from './week-hours.ts';
import { offsetPeriods } from './zone-offsets.ts';

/** Why a time of an operator is not offered, in the words of the console, by what is looked at first. */
export const reasons = {
  past: 'This time has passed.',
  notice: 'It is too soon: the event type asks for more notice.',
  horizon: 'It is further ahead than this event type can be booked.',
  outside_hours: 'It is outside the operator’s hours, or does not end within them.',
  off_step: 'Times of this event type do not start at this minute.',
  booked: 'The operator is booked.',
  held: 'A visitor is filling in the form for this time.',
  calendar_unreadable: 'The operator’s calendar cannot be read, so nothing is offered.',
  busy: 'The operator is busy in Outlook.',
  buffer: 'The time before or after it that the event type keeps free is taken.',
  limit: 'The operator has as many meetings of this event type on this day, or in this week, as it allows.',
} as const;
export type Reason = keyof typeof reasons;

/** A time of a day with what is said of it, in epoch milliseconds. */
export type ExplainedTime = { startMs: number; endMs: number; reason: 'offered' | Reason };

export type DayQuestion = { rules: SlotRules; operator: Operator; date: string; now: Date };

/**
 * Each time of a date in the operator’s zone at which a meeting might begin, in order, with the first reason against
 * it: those that the hours give, and outside of them those that lie on the step, counted from midnight.
 * Throws `TypeError` for what is no date.
 */
export function explainDay({ rules, operator, date, now }: DayQuestion): ExplainedTime[] {
  const day = dayNumber(date);
  if (Number.isNaN(day)) throw new TypeError('A day is a date such as 2026-11-24.');
  const times = timesOf(rules, operator, now, { fromMs: (day - 1) * dayMs, toMs: (day + 2) * dayMs });
  return startsOn(day, times).map((startMs) => {
    const reason = reasonOfHours(times, startMs, now) ?? reasonOfOthers(times, startMs) ?? 'offered';
    return { startMs, endMs: startMs + times.durationMs, reason };
  });
}

/** The first reason against a start that rules, hours and the clock give; `undefined` where they give none. */
export function reasonOfHours(times: OperatorTimes, startMs: number, now: Date): Reason | undefined {
  const { bookable, stretches, durationMs, stepMs } = times;
  if (startMs < now.getTime()) return 'past';
  if (startMs < bookable.fromMs) return 'notice';
  if (startMs >= bookable.toMs) return 'horizon';
  const stretch = stretches.find((open) => open.startMs <= startMs && startMs < open.endMs);
  if (!stretch || stretch.closesMs < startMs + durationMs) return 'outside_hours';
  return (startMs - stretch.anchorMs) % stepMs === 0 ? undefined : 'off_step';
}

/** The first reason against a start in the operator’s hours that lies in what they have to do already. */
export function reasonOfOthers(times: OperatorTimes, startMs: number): Reason | undefined {
  const { operator, stretches, durationMs, bufferBeforeMs, bufferAfterMs, isFull } = times;
  const endMs = startMs + durationMs;
  const { session, bookings } = othersAt(times, startMs);
  const taken = (by: readonly BusyTime[]) => meets(spansOf(by), startMs, endMs);
  const full = fullBecause(session, times.capacity);
  if (full === 'booked' || taken(bookings.filter(({ status }) => status === 'booked'))) return 'booked';
  if (full === 'held' || taken(bookings)) return 'held';
  if (operator.calendar === 'unreadable') return 'calendar_unreadable';
  if (taken(operator.calendar)) return 'busy';
  const around = spansOf([...operator.calendar, ...withOwnBuffers(bookings, bufferBeforeMs, bufferAfterMs)]);
  if (meets(around, startMs - bufferBeforeMs, endMs + bufferAfterMs)) return 'buffer';
  const stretch = stretches.find((open) => open.startMs <= startMs && startMs < open.endMs);
  return stretch && isFull?.(stretch.day) && session.length === 0 ? 'limit' : undefined;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The session that begins at a start, and every booking that is not of it. */
function othersAt({ sessions, alone }: OperatorTimes, startMs: number) {
  const others = [...sessions].flatMap(([beginMs, session]) => (beginMs === startMs ? [] : session));
  return { session: sessions.get(startMs) ?? [], bookings: [...alone, ...others] };
}

function fullBecause(session: readonly Booking[], capacity: number): 'booked' | 'held' | undefined {
  if (session.length < capacity) return undefined;
  return session.filter(({ status }) => status === 'booked').length >= capacity ? 'booked' : 'held';
}

function startsOn(day: number, { operator, window, stepMs }: OperatorTimes): number[] {
  const hours = weekHours(operator.schedule, day, day)(day);
  const inHours = hours.flatMap(({ openMs, closeMs }) => steps(openMs, closeMs, stepMs));
  const outside = steps(0, dayMs, stepMs).filter(
    (atMs) => !hours.some(({ openMs, closeMs }) => openMs <= atMs && atMs < closeMs),
  );
  const walls = [...inHours, ...outside].toSorted((a, b) => a - b);
  return offsetPeriods(operator.timeZone, window.fromMs, window.toMs).flatMap(({ startMs, endMs, offsetMs }) =>
    walls.map((wallMs) => day * dayMs + wallMs - offsetMs).filter((atMs) => startMs <= atMs && atMs < endMs),
  );
}

function steps(fromMs: number, toMs: number, stepMs: number): number[] {
  return Array.from({ length: Math.ceil((toMs - fromMs) / stepMs) }, (_, step) => fromMs + step * stepMs);
}

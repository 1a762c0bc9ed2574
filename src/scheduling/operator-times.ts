import { openStretches, type OpeningHours, type OpenStretch } from './availability.ts';
import { spansOf, type Booking, type BusyTime } from './busy-times.ts';
import type { EventTypeRules } from './event-type.ts';
import { epochMs } from './instant-text.ts';
import { weekOf } from './week-hours.ts';
import { dayCounter, startOfDay } from './zone-offsets.ts';

/** What an event type asks of a time, whoever the operator is. */
export type SlotRules = Omit<EventTypeRules, 'timeZone' | 'schedule'> & {
  /** How many bookings may share a time of an operator; 1 when left out. */
  capacity?: number | undefined;
  /** How many times of this event type an operator gives on one of their days. */
  mostPerDay?: number | undefined;
  /** The same for their weeks, which begin on Monday. */
  mostPerWeek?: number | undefined;
};

/** Somebody who can be booked. Limits need the bookings of the whole weeks that a search touches. */
export type Operator = OpeningHours & {
  id: string;
  /** What their own calendar shows; one that could not be read is never free. */
  calendar: readonly BusyTime[] | 'unreadable';
  bookings: readonly Booking[];
};

/** From when and until when a time can begin, in epoch milliseconds; `toMs` is exclusive. */
export type Window = { fromMs: number; toMs: number };

/** Everything about one operator that decides on the times that begin in a window. */
export type OperatorTimes = {
  operator: Operator;
  durationMs: number;
  stepMs: number;
  bufferBeforeMs: number;
  bufferAfterMs: number;
  capacity: number;
  window: Window;
  /** What notice and horizon leave. */
  bookable: Window;
  stretches: OpenStretch[];
  /** Times that others may still join, by their start, with the bookings that they have. */
  sessions: ReadonlyMap<number, readonly Booking[]>;
  /** The bookings that nobody can join. */
  alone: readonly Booking[];
  /** The same as far as they are in the way of a time with its buffers: with what they keep free themselves beyond those. */
  apart: readonly BusyTime[];
  /** Whether a limit is reached on a day; left out where there is none. */
  isFull: ((day: number) => boolean) | undefined;
};

const minuteMs = 60_000;

/** Notice counts from now to the minute; the horizon counts whole days of the operator, so that no day is cut in two. */
export function bookableWindow(rules: SlotRules, { timeZone }: Pick<Operator, 'timeZone'>, now: Date): Window {
  const nowMs = now.getTime();
  const today = dayCounter(timeZone, nowMs, nowMs + 1)(nowMs);
  return {
    fromMs: nowMs + rules.minNoticeMinutes * minuteMs,
    toMs: startOfDay(timeZone, today + rules.horizonDays + 1),
  };
}

/** Prepares the times of an operator that begin in a window. */
export function timesOf(rules: SlotRules, operator: Operator, now: Date, window: Window): OperatorTimes {
  const durationMs = rules.durationMinutes * minuteMs;
  const bufferBeforeMs = rules.bufferBeforeMinutes * minuteMs;
  const bufferAfterMs = rules.bufferAfterMinutes * minuteMs;
  const capacity = rules.capacity ?? 1;
  const shared = sharing(operator.bookings, capacity, durationMs);
  return {
    operator,
    durationMs,
    stepMs: rules.slotStepMinutes * minuteMs,
    bufferBeforeMs,
    bufferAfterMs,
    capacity,
    window,
    bookable: bookableWindow(rules, operator, now),
    stretches: openStretches(operator, window.fromMs, window.toMs + durationMs),
    ...shared,
    apart: withOwnBuffers(shared.alone, bufferBeforeMs, bufferAfterMs),
    isFull: limitOf(rules, operator),
  };
}

/** The starts that an operator’s hours give, free or not: on the step, and open until the end. In order. */
export function ownStarts({ stretches, window, stepMs, durationMs }: OperatorTimes): number[] {
  const starts: number[] = [];
  for (const { startMs, endMs, anchorMs, closesMs } of stretches) {
    const skipped = Math.max(0, Math.ceil((Math.max(startMs, window.fromMs) - anchorMs) / stepMs));
    const lastMs = Math.min(endMs - 1, window.toMs - 1, closesMs - durationMs);
    for (let at = anchorMs + skipped * stepMs; at <= lastMs; at += stepMs) starts.push(at);
  }
  return starts;
}

/** Those of `starts`, which are in order, at which an operator can be booked: one pass over hours and what is taken. */
export function keepFree(times: OperatorTimes, starts: readonly number[]): number[] {
  const { operator, stretches, durationMs, bufferBeforeMs, bufferAfterMs, bookable, sessions, isFull } = times;
  if (operator.calendar === 'unreadable') return [];
  const taken = spansOf([...operator.calendar, ...times.apart]);
  const canJoin = sessions.size > 0 ? joinInOrder(times) : undefined;
  const kept: number[] = [];
  let span = 0;
  let [takenFromMs, takenToMs] = [taken.starts[0] ?? 0, taken.ends[0] ?? 0];
  let next = 0;
  for (const stretch of stretches) {
    const lastMs = Math.min(stretch.endMs - 1, stretch.closesMs - durationMs, bookable.toMs - 1);
    const firstMs = Math.max(stretch.startMs, bookable.fromMs);
    const full = isFull?.(stretch.day) ?? false;
    while (next < starts.length && (starts[next] ?? 0) < firstMs) next++;
    for (; next < starts.length && (starts[next] ?? 0) <= lastMs; next++) {
      const startMs = starts[next] ?? 0;
      while (takenToMs <= startMs - bufferBeforeMs) {
        span++;
        takenFromMs = taken.starts[span] ?? 0;
        takenToMs = taken.ends[span] ?? 0;
      }
      if (takenFromMs < startMs + durationMs + bufferAfterMs) continue;
      if (canJoin && !canJoin(startMs)) continue;
      if (!full || sessions.has(startMs)) kept.push(startMs);
    }
  }
  return kept;
}

/** How many more bookings a start takes. */
export function seatsLeft({ capacity, sessions }: OperatorTimes, startMs: number): number {
  return sessions.size === 0 ? capacity : capacity - (sessions.get(startMs)?.length ?? 0);
}

/**
 * Answers whether a start, with its buffers, meets no session but one that it can join. Each question must be later than
 * the one before it.
 */
function joinInOrder(times: OperatorTimes): (startMs: number) => boolean {
  const { durationMs, sessions } = times;
  const kept = [...sessions.values()].flatMap(([booking]) => booking?.keepsFree ?? []);
  const beforeMs = Math.max(times.bufferBeforeMs, ...kept.map(({ afterMs }) => afterMs));
  const behindMs = Math.max(times.bufferAfterMs, ...kept.map(({ beforeMs }) => beforeMs));
  const starts = [...sessions.keys()].toSorted((a, b) => a - b);
  let first = 0;
  return (startMs) => {
    while ((starts[first] ?? Infinity) + durationMs <= startMs - beforeMs) first++;
    for (let next = first; (starts[next] ?? Infinity) < startMs + durationMs + behindMs; next++) {
      if (starts[next] !== startMs || seatsLeft(times, startMs) <= 0) return false;
    }
    return true;
  };
}

/** A booking can be joined when it is of the same event type and as long; those that begin together are one session. */
function sharing(bookings: readonly Booking[], capacity: number, durationMs: number) {
  if (capacity <= 1) return { sessions: new Map<number, Booking[]>(), alone: bookings };
  const joinable = ({ sameEventType, start, end }: Booking) =>
    sameEventType && epochMs(end) - epochMs(start) === durationMs;
  return {
    sessions: Map.groupBy(bookings.filter(joinable), ({ start }) => epochMs(start)),
    alone: bookings.filter((booking) => !joinable(booking)),
  };
}

/** Between two bookings the longer of what both keep free is enough: only what is beyond the buffers of a time is added. */
export function withOwnBuffers(bookings: readonly Booking[], beforeMs: number, afterMs: number): readonly BusyTime[] {
  if (!bookings.some(({ keepsFree }) => keepsFree)) return bookings;
  return bookings.map(({ start, end, keepsFree }) => ({
    start: new Date(epochMs(start) - Math.max(0, (keepsFree?.beforeMs ?? 0) - afterMs)),
    end: new Date(epochMs(end) + Math.max(0, (keepsFree?.afterMs ?? 0) - beforeMs)),
  }));
}

/** Bookings that begin together are one time, so that a limit and a capacity do not count against each other. */
function limitOf({ mostPerDay, mostPerWeek }: SlotRules, { bookings, timeZone }: Operator) {
  if (mostPerDay === undefined && mostPerWeek === undefined) return undefined;
  const own = bookings.filter(({ sameEventType }) => sameEventType).map(({ start }) => epochMs(start));
  const starts = [...new Set(own)].toSorted((a, b) => a - b);
  const dayOf = dayCounter(timeZone, starts[0] ?? 0, (starts.at(-1) ?? 0) + 1);
  const perDay = new Map<number, number>();
  const perWeek = new Map<number, number>();
  for (const day of starts.map(dayOf)) {
    perDay.set(day, (perDay.get(day) ?? 0) + 1);
    perWeek.set(weekOf(day), (perWeek.get(weekOf(day)) ?? 0) + 1);
  }
  return (day: number) =>
    (perDay.get(day) ?? 0) >= (mostPerDay ?? Infinity) || (perWeek.get(weekOf(day)) ?? 0) >= (mostPerWeek ?? Infinity);
}

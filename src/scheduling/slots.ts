import { Problem } from '../problem.ts';
import type { EventTypeRules } from './event-type.ts';
import {
  bookableWindow,
  keepFree,
  ownStarts,
  seatsLeft,
  timesOf,
  type Operator,
  type OperatorTimes,
  type SlotRules,
} from './operator-times.ts';
import { reasonOfHours, reasonOfOthers, type Reason } from './why-not.ts';

/** A time that can be booked, `start` inclusive, `end` exclusive. */
export type Slot = { start: Date; end: Date };

/** Who of several operators a time is for. */
export type Assignment =
  /** Anybody who is free: the times of all of them together. */
  | { kind: 'round_robin' }
  /** All at once: the starts that the hours of any of them give and at which everybody works and is free. */
  | { kind: 'collective' }
  /** The one whom the visitor chose. */
  | { kind: 'chosen'; operatorId: string };

/** A time that can be booked, in epoch milliseconds, with those who can be booked for it, in the order of the search. */
export type OpenSlot = { startMs: number; endMs: number; free: FreeOperator[] };
export type FreeOperator = { operatorId: string; seatsLeft: number };

/** The longest stretch of time that one search may cover: a month with the weeks around it, or two months. */
export const longestSearchDays = 62;

const dayMs = 24 * 60 * 60_000;

export type OpenSearch = {
  rules: SlotRules;
  operators: readonly Operator[];
  assignment: Assignment;
  from: Date;
  to: Date;
  now: Date;
  /** When times can begin, in epoch milliseconds and in order; where they are left out, the hours of each say it. */
  starts?: readonly number[] | undefined;
};

/**
 * Every time that starts in `[from, to)` and can be booked, in order. Each operator’s hours are in their own zone: wall
 * times that daylight saving skips are not offered, those that it repeats are offered twice, and a time lasts as long
 * as it should across both. Throws `invalid_request` like `findSlots`.
 */
export function findOpenSlots({ rules, operators, assignment, from, to, now, starts }: OpenSearch): OpenSlot[] {
  assertSearchable(from, to);
  const asked = assignment.kind === 'chosen' ? operators.filter(({ id }) => id === assignment.operatorId) : operators;
  const all = asked.map((operator) => {
    const { fromMs, toMs } = bookableWindow(rules, operator, now);
    const window = { fromMs: Math.max(from.getTime(), fromMs), toMs: Math.min(to.getTime(), toMs) };
    return timesOf(rules, operator, now, window);
  });
  const startsOf = starts ? () => starts : ownStarts;
  const open = assignment.kind === 'collective' ? jointStarts(all, startsOf) : all.map((t) => keepFree(t, startsOf(t)));
  return together(all, open);
}

/** Operators with the fewest bookings first, by counts of the caller’s choice; equals stay in their order. */
export function leastBusyFirst(free: readonly FreeOperator[], bookings: ReadonlyMap<string, number>): FreeOperator[] {
  const count = ({ operatorId }: FreeOperator) => bookings.get(operatorId) ?? 0;
  return free.toSorted((a, b) => count(a) - count(b));
}

type Search = { rules: EventTypeRules; from: Date; to: Date; now: Date; busy: readonly Slot[] };

/**
 * Every slot of a single host that starts in `[from, to)`, in order: inside opening hours from start to end, on the
 * step, far enough ahead, and with its buffers clear of `busy`. Throws `invalid_request` for a search that ends before
 * it starts or is longer than `longestSearchDays`.
 */
export function findSlots({ rules, from, to, now, busy }: Search): Slot[] {
  const found = findOpenSlots({
    rules,
    operators: [host(rules, busy)],
    assignment: { kind: 'round_robin' },
    from,
    to,
    now,
  });
  return found.map(({ startMs, endMs }) => ({ start: new Date(startMs), end: new Date(endMs) }));
}

/** Why a time is not offered, in the words people get to see. */
export const whyNot = {
  past: 'This time has passed.',
  'too-soon': 'This time is too soon: the host needs more notice.',
  'too-far': 'This time is too far ahead to be booked yet.',
  'outside-hours': 'This time is outside the hours in which meetings can be booked.',
  'not-on-step': 'Meetings do not start at this time; choose one of the times that are offered.',
  busy: 'The host is busy at this time.',
} as const;
export type NotOfferedReason = keyof typeof whyNot;

/** A visitor learns less than the console: whatever takes the host’s time, they are busy. */
export const toldToVisitors = {
  past: 'past',
  notice: 'too-soon',
  horizon: 'too-far',
  outside_hours: 'outside-hours',
  off_step: 'not-on-step',
  booked: 'busy',
  held: 'busy',
  calendar_unreadable: 'busy',
  busy: 'busy',
  buffer: 'busy',
  limit: 'busy',
} as const satisfies Record<Reason, NotOfferedReason>;

export type Offer = { offered: true } | { offered: false; reason: NotOfferedReason };

type Question = { rules: EventTypeRules; start: Date; end?: Date; now: Date; busy: readonly Slot[] };

/** Whether `findSlots` would offer this very slot, and if not, the first reason against it. `end` may be left out. */
export function isOffered({ rules, start, end, now, busy }: Question): Offer {
  const startMs = start.getTime();
  const times = timesOf(rules, host(rules, busy), now, { fromMs: startMs, toMs: startMs + 1 });
  const otherEnd = end && end.getTime() !== startMs + times.durationMs ? 'off_step' : undefined;
  const reason = reasonOfHours(times, startMs, now) ?? otherEnd ?? reasonOfOthers(times, startMs);
  return reason ? { offered: false, reason: toldToVisitors[reason] } : { offered: true };
}

function host({ timeZone, schedule }: EventTypeRules, busy: readonly Slot[]): Operator {
  return { id: 'host', timeZone, schedule, calendar: busy, bookings: [] };
}

function jointStarts(
  all: readonly OperatorTimes[],
  startsOf: (times: OperatorTimes) => readonly number[],
): (readonly number[])[] {
  const joint = all.reduce<readonly number[]>((starts, times) => keepFree(times, starts), union(all.map(startsOf)));
  return all.map(() => joint);
}

function together(all: readonly OperatorTimes[], startsOfEach: readonly (readonly number[])[]): OpenSlot[] {
  const durationMs = all[0]?.durationMs ?? 0;
  const members = all.map((times, index) => ({
    times,
    starts: startsOfEach[index] ?? [],
    next: 0,
    alone: { operatorId: times.operator.id, seatsLeft: times.capacity },
  }));
  return union(startsOfEach).map((startMs) => {
    const free: FreeOperator[] = [];
    for (const member of members) {
      if (member.next === member.starts.length || member.starts[member.next] !== startMs) continue;
      member.next++;
      const left = seatsLeft(member.times, startMs);
      free.push(left === member.alone.seatsLeft ? member.alone : { ...member.alone, seatsLeft: left });
    }
    return { startMs, endMs: startMs + durationMs, free };
  });
}

/** Numbers that are in order in each list, in order and each once. */
function union(lists: readonly (readonly number[])[]): readonly number[] {
  return lists.reduce((all, list) => (hasAll(all, list) ? all : merge(all, list)), []);
}

/** Mostly so: the hours of operators begin on the same minutes. */
function hasAll(numbers: readonly number[], some: readonly number[]): boolean {
  let at = 0;
  for (const number of some) {
    while (at < numbers.length && (numbers[at] ?? 0) < number) at++;
    if (at === numbers.length || numbers[at] !== number) return false;
  }
  return true;
}

function merge(a: readonly number[], b: readonly number[]): number[] {
  const merged: number[] = [];
  let at = 0;
  for (const number of b) {
    for (; at < a.length && (a[at] ?? 0) <= number; at++) merged.push(a[at] ?? 0);
    if (merged.at(-1) !== number) merged.push(number);
  }
  return [...merged, ...a.slice(at)];
}

function assertSearchable(from: Date, to: Date): void {
  const lengthMs = to.getTime() - from.getTime();
  if (Number.isNaN(lengthMs)) throw new TypeError('The bounds of a slot search must be valid dates.');
  if (lengthMs < 0) throw invalidSearch('The end must not be before the start.');
  if (lengthMs > longestSearchDays * dayMs) throw invalidSearch(`Search at most ${longestSearchDays} days at a time.`);
}

function invalidSearch(detail: string): Problem {
  return new Problem('invalid_request', { detail, errors: [{ pointer: '/to', detail }] });
}

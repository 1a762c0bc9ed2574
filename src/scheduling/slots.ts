import { Problem } from '../problem.ts';
import { openStretches, startOfDayAfter, type OpenStretch } from './availability.ts';
import type { EventTypeRules } from './event-type.ts';

/** A time that can be booked, `start` inclusive, `end` exclusive. */
export type Slot = { start: Date; end: Date };

/** The longest stretch of time that one search may cover: a month with the weeks around it, or two months. */
export const longestSearchDays = 62;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

type Search = { rules: EventTypeRules; from: Date; to: Date; now: Date; busy: readonly Slot[] };

/**
 * Every slot that starts in `[from, to)`, in order: inside opening hours from start to end, on the step, far enough
 * ahead, and with its buffers clear of `busy`. Throws `invalid_request` for a search that ends before it starts or is
 * longer than `longestSearchDays`.
 */
export function findSlots({ rules, from, to, now, busy }: Search): Slot[] {
  assertSearchable(from, to);
  const { earliestMs, latestMs } = bookable(rules, now);
  const firstMs = Math.max(from.getTime(), earliestMs);
  const endMs = Math.min(to.getTime(), latestMs);
  if (firstMs >= endMs) return [];
  const durationMs = rules.durationMinutes * minuteMs;
  const isBusy = busyInOrder(rules, busy);
  const slots: Slot[] = [];
  for (const stretch of openStretches(rules, firstMs, endMs + durationMs)) {
    const stepMs = rules.slotStepMinutes * minuteMs;
    const skipped = Math.max(0, Math.ceil((Math.max(stretch.startMs, firstMs) - stretch.anchorMs) / stepMs));
    const lastMs = Math.min(stretch.endMs - 1, endMs - 1, stretch.closesMs - durationMs);
    for (let startMs = stretch.anchorMs + skipped * stepMs; startMs <= lastMs; startMs += stepMs) {
      const slotEndMs = startMs + durationMs;
      if (!isBusy(startMs, slotEndMs)) slots.push({ start: new Date(startMs), end: new Date(slotEndMs) });
    }
  }
  return slots;
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

export type Offer = { offered: true } | { offered: false; reason: NotOfferedReason };

type Question = { rules: EventTypeRules; start: Date; end?: Date; now: Date; busy: readonly Slot[] };

/** Whether `findSlots` would offer this very slot, and if not, the first reason against it. `end` may be left out. */
export function isOffered({ rules, start, end, now, busy }: Question): Offer {
  const startMs = start.getTime();
  const slotEndMs = startMs + rules.durationMinutes * minuteMs;
  const { earliestMs, latestMs } = bookable(rules, now);
  if (startMs < now.getTime()) return refuse('past');
  if (startMs < earliestMs) return refuse('too-soon');
  if (startMs >= latestMs) return refuse('too-far');
  const stretch = stretchAround(rules, startMs, slotEndMs);
  if (!stretch || stretch.closesMs < slotEndMs) return refuse('outside-hours');
  const onStep = (startMs - stretch.anchorMs) % (rules.slotStepMinutes * minuteMs) === 0;
  if (!onStep || (end && end.getTime() !== slotEndMs)) return refuse('not-on-step');
  return busyInOrder(rules, busy)(startMs, slotEndMs) ? refuse('busy') : { offered: true };
}

function refuse(reason: NotOfferedReason): Offer {
  return { offered: false, reason };
}

/** Notice counts from now to the minute; the horizon counts whole days of the host, so that no day is cut in two. */
function bookable({ minNoticeMinutes, horizonDays, timeZone }: EventTypeRules, now: Date) {
  return {
    earliestMs: now.getTime() + minNoticeMinutes * minuteMs,
    latestMs: startOfDayAfter(now, horizonDays + 1, timeZone),
  };
}

function stretchAround(rules: EventTypeRules, startMs: number, endMs: number): OpenStretch | undefined {
  return openStretches(rules, startMs, endMs).find((stretch) => stretch.startMs <= startMs && startMs < stretch.endMs);
}

/**
 * Answers whether `[startMs, endMs)` with its buffers meets a busy time. Each question must start later than the one
 * before it, which makes all of them together one pass over the busy times.
 */
function busyInOrder({ bufferBeforeMinutes, bufferAfterMinutes }: EventTypeRules, busy: readonly Slot[]) {
  const spans = merge(busy);
  let next = 0;
  return (startMs: number, endMs: number): boolean => {
    const clearFromMs = startMs - bufferBeforeMinutes * minuteMs;
    while (next < spans.length && (spans[next]?.endMs ?? 0) <= clearFromMs) next++;
    return (spans[next]?.startMs ?? Infinity) < endMs + bufferAfterMinutes * minuteMs;
  };
}

type Span = { startMs: number; endMs: number };

function merge(busy: readonly Slot[]): Span[] {
  const spans = busy
    .map(({ start, end }) => ({ startMs: start.getTime(), endMs: end.getTime() }))
    .filter(({ startMs, endMs }) => startMs < endMs) // an empty interval takes no time
    .toSorted((a, b) => a.startMs - b.startMs);
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last && span.startMs <= last.endMs) last.endMs = Math.max(last.endMs, span.endMs);
    else merged.push(span);
  }
  return merged;
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

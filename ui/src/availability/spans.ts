import { dayKey, timeText } from '../parts/when.ts';
import { clockOf, minutesOf } from './schedule.ts';

/** A stretch of one day in minutes after midnight, by the clock of a zone. */
export type Stretch = { from: number; to: number };

const wholeDay = 24 * 60;

/** The part of a span that lies on a date; `undefined` where none does. */
export function onDate(span: { start: string; end: string }, date: string, zone: string): Stretch | undefined {
  const [first, last] = [dayKey(span.start, zone), dayKey(span.end, zone)];
  if (date < first || date > last) return undefined;
  const from = first < date ? 0 : minutesOf(timeText(span.start, zone));
  const to = last > date ? wholeDay : minutesOf(timeText(span.end, zone));
  return from < to ? { from, to } : undefined;
}

/** Stretches in order, those that overlap or touch as one. */
export function joined(stretches: readonly Stretch[]): Stretch[] {
  const all: Stretch[] = [];
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else all.push({ from, to });
  }
  return all;
}

/** `09:00–12:00, 13:00–17:00` */
export function stretchesText(stretches: readonly Stretch[], none: string): string {
  return stretches.map(({ from, to }) => `${clockOf(from)}–${clockOf(to)}`).join(', ') || none;
}

/** How long they are together, in minutes. */
export function lengthOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** The whole hours around everything that there is to see, at least from 8 to 18. */
export function hoursAround(stretches: readonly Stretch[]): Stretch {
  const from = Math.min(8 * 60, ...stretches.map((one) => one.from));
  const to = Math.max(18 * 60, ...stretches.map((one) => one.to));
  return { from: Math.floor(from / 60) * 60, to: Math.ceil(to / 60) * 60 };
}

import { dateText } from './instant-text.ts';
import { dayCounter } from './zone-offsets.ts';

/** What begins on one date of a zone. */
export type DayOf<T> = { date: string; slots: T[] };

/** Puts times, which are in order, under the dates that they have in a visitor’s zone. */
export function groupByDay<T extends { startMs: number }>(slots: readonly T[], timeZone: string): DayOf<T>[] {
  const [first, last] = [slots[0], slots.at(-1)];
  if (!first || !last) return [];
  const dayOf = dayCounter(timeZone, first.startMs, last.startMs + 1);
  // Not only neighbours: where clocks go back over midnight, the day before comes once more.
  const days = Map.groupBy(slots, ({ startMs }) => dayOf(startMs));
  return [...days].toSorted(([a], [b]) => a - b).map(([day, ofDay]) => ({ date: dateText(day), slots: ofDay }));
}

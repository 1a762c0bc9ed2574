import { z } from 'zod';
import { weekdays, type TimeRange, type Weekday, type WeeklySchedule } from '../scheduling/event-type.ts';

/** A time of day as both products write it. */
export const clockTime = z.string().regex(/^([01]\d|2[0-4]):[0-5]\d(:\d\d)?$/, 'Here should be a time such as 09:00.');
export const dayText = z.string().regex(/^\d{4}-\d{2}-\d{2}/, 'Here should be a date such as 2026-11-24.');

/** `monday` or `Monday` as our `mon`. */
export function weekdayOf(name: string): Weekday | undefined {
  const short = name.slice(0, 3).toLowerCase();
  return weekdays.find((day) => day === short);
}

/**
 * Ranges of one day in order, those that touch or overlap made one. A range up to 23:59 or 00:00 lasts until the end of
 * the day; one from 00:00 to 00:00 is how a day without hours is written.
 */
export function dayOf(ranges: readonly TimeRange[]): TimeRange[] {
  const sorted = ranges
    .map(({ from, to }) => ({ from: from.slice(0, 5), to: endOf(from.slice(0, 5), to.slice(0, 5)) }))
    .filter(({ from, to }) => from < to)
    .toSorted((a, b) => (a.from < b.from ? -1 : 1));
  const merged: TimeRange[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last && range.from <= last.to) last.to = range.to > last.to ? range.to : last.to;
    else merged.push(range);
  }
  return merged;
}

function endOf(from: string, to: string): string {
  if (to === '23:59' || (to === '00:00' && from !== '00:00')) return '24:00';
  return to;
}

/** A week without hours, to be filled. */
export function emptyWeek(): WeeklySchedule {
  return { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [], overrides: [] };
}

/** Dates with hours of their own, each once and in order; those before a date are over. */
export function overridesOf(
  days: readonly { date: string; ranges: readonly TimeRange[] }[],
): WeeklySchedule['overrides'] {
  const byDate = Map.groupBy(days, ({ date }) => date.slice(0, 10));
  return [...byDate]
    .map(([date, entries]) => ({ date, ranges: dayOf(entries.flatMap(({ ranges }) => ranges)) }))
    .toSorted((a, b) => (a.date < b.date ? -1 : 1));
}

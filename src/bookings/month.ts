import { Temporal } from 'temporal-polyfill';
import { dateIn } from '../scheduling/date-text.ts';

type Started = { start: Date };

/** A day of the month at a glance, with the number of free times on it. */
export type MonthDay = { date: string; day: number; freeTimes: number; today: boolean };

/** The weeks of a month, Monday first; days of other months are `undefined`. */
export function monthGrid(
  month: string,
  slots: readonly Started[],
  now: Date,
  timeZone: string,
): (MonthDay | undefined)[][] {
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  const free = countByDate(slots, timeZone);
  const today = dateIn(now, timeZone);
  const leading = first.dayOfWeek - 1;
  const weeks = Math.ceil((leading + first.daysInMonth) / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_, weekday) => {
      const day = week * 7 + weekday - leading + 1;
      if (day < 1 || day > first.daysInMonth) return undefined;
      const date = first.with({ day }).toString();
      return { date, day, freeTimes: free.get(date) ?? 0, today: date === today };
    }),
  );
}

/** The month that lies a number of months after another: `monthAfter('2026-12', 1)` is `2027-01`. */
export function monthAfter(month: string, months: number): string {
  return Temporal.PlainYearMonth.from(month).add({ months }).toString();
}

/** The instants at which a month begins and ends in a zone. */
export function monthSpan(month: string, timeZone: string): { from: Date; to: Date } {
  return { from: startOf(`${month}-01`, timeZone), to: startOf(`${monthAfter(month, 1)}-01`, timeZone) };
}

/** The instants at which a number of days begins and ends in a zone. */
export function daySpan(date: string, timeZone: string, days = 1): { from: Date; to: Date } {
  const end = Temporal.PlainDate.from(date).add({ days }).toString();
  return { from: startOf(date, timeZone), to: startOf(end, timeZone) };
}

/** The slots that start on a date in a zone. */
export function slotsOn<T extends Started>(date: string, slots: readonly T[], timeZone: string): T[] {
  return slots.filter(({ start }) => dateIn(start, timeZone) === date);
}

function countByDate(slots: readonly Started[], timeZone: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { start } of slots) {
    const date = dateIn(start, timeZone);
    counts.set(date, (counts.get(date) ?? 0) + 1);
  }
  return counts;
}

function startOf(date: string, timeZone: string): Date {
  return new Date(Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds);
}

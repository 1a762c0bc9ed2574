import { type TimeRange, type WeeklySchedule, weekdays } from './event-type.ts';
import { dayNumber } from './instant-text.ts';

const minuteMs = 60_000;

/** Opening hours in milliseconds of wall time since the beginning of a day. */
export type Hours = { openMs: number; closeMs: number };

/** Tells the hours of each day, counted from 1970-01-01, in order. An override replaces the hours of its date. */
export function weekHours(schedule: WeeklySchedule, firstDay: number, lastDay: number): (day: number) => Hours[] {
  const week = weekdays.map((weekday) => hoursOf(schedule[weekday]));
  const ownHours = new Map<number, Hours[]>();
  for (const { date, ranges } of schedule.overrides) {
    const day = dayNumber(date);
    if (day >= firstDay && day <= lastDay) ownHours.set(day, hoursOf(ranges));
  }
  return (day) => ownHours.get(day) ?? week[weekdayOf(day)] ?? [];
}

/** The week of a day, counted from the one of 1970-01-01; weeks begin on Monday. */
export function weekOf(day: number): number {
  return Math.floor((day + 3) / 7); // 1970-01-01 was a Thursday
}

function weekdayOf(day: number): number {
  return day + 3 - weekOf(day) * 7;
}

function hoursOf(ranges: readonly TimeRange[]): Hours[] {
  return ranges
    .map(({ from, to }) => ({ openMs: minutesOf(from) * minuteMs, closeMs: minutesOf(to) * minuteMs }))
    .toSorted((a, b) => a.openMs - b.openMs);
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

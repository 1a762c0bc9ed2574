import type { BusyTime } from './busy-times.ts';
import type { WeeklySchedule } from './event-type.ts';
import { dateText, dayNumber } from './instant-text.ts';
import { startOfDay } from './zone-offsets.ts';

/** A day on which somebody takes no appointments, in the zone of their schedule. */
export type DayAway = { date: string; reason: 'time_off' | 'holiday'; name: string };

/** Whole days, both inclusive. */
export type DaySpan = { first: string; last: string };

/** Each day of a time off that lies within `within`. */
export function daysOff(timeOff: { first_day: string; last_day: string; note: string }, within: DaySpan): DayAway[] {
  const first = Math.max(dayNumber(timeOff.first_day), dayNumber(within.first));
  const last = Math.min(dayNumber(timeOff.last_day), dayNumber(within.last));
  const count = Math.max(0, last - first + 1);
  return Array.from({ length: count }, (_, at) => ({
    date: dateText(first + at),
    reason: 'time_off',
    name: timeOff.note,
  }));
}

/**
 * Those days on which nothing is offered whatever the week says: time off always, and public holidays that have no hours
 * of their own.
 */
export function closedDays(schedule: WeeklySchedule, away: readonly DayAway[]): DayAway[] {
  const own = new Set(schedule.overrides.map(({ date }) => date));
  const days = new Map<string, DayAway>();
  for (const day of away) {
    if (day.reason === 'time_off' || (!own.has(day.date) && !days.has(day.date))) days.set(day.date, day);
  }
  return [...days.values()];
}

/** A schedule in which days are closed. */
export function withoutDays(schedule: WeeklySchedule, closed: readonly DayAway[]): WeeklySchedule {
  if (closed.length === 0) return schedule;
  const dates = new Set(closed.map(({ date }) => date));
  const kept = schedule.overrides.filter(({ date }) => !dates.has(date));
  return { ...schedule, overrides: [...kept, ...[...dates].map((date) => ({ date, ranges: [] }))] };
}

/** The same days as times, for hours that are kept in another zone. */
export function asTimes(closed: readonly DayAway[], timeZone: string): BusyTime[] {
  return closed.map(({ date }) => {
    const day = dayNumber(date);
    return { start: new Date(startOfDay(timeZone, day)), end: new Date(startOfDay(timeZone, day + 1)) };
  });
}

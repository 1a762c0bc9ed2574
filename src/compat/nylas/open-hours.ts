import { z } from '@hono/zod-openapi';
import {
  calendarDate,
  timeZoneSchema,
  weekdays,
  type TimeRange,
  type WeeklySchedule,
} from '../../scheduling/event-type.ts';

const clock = z
  .string()
  .regex(/^([01]?\d|2[0-3]):[0-5]\d$|^24:00$/, 'Write hours and minutes from 0:00 to 24:00, like 9:00.')
  .transform((text) => text.padStart(5, '0'));

/** Hours in which somebody can meet, on days of the week. */
export const openHours = z
  .object({
    days: z.array(z.coerce.number().int().min(0).max(6, 'Days are numbers from 0 to 6.')),
    timezone: timeZoneSchema,
    start: clock,
    end: clock,
    exdates: z.array(calendarDate).nullish(),
  })
  .refine(({ start, end }) => start < toEnd(end), { path: ['end'], error: 'The end must be later than the start.' });
export type OpenHours = z.output<typeof openHours>;

/** Hours on one date, in the place of those of its weekday. */
export const specificTime = z
  .object({ date: calendarDate, start: clock, end: clock, timezone: timeZoneSchema.nullish() })
  .refine(({ start, end }) => start < toEnd(end), { path: ['end'], error: 'The end must be later than the start.' });
export type SpecificTime = z.output<typeof specificTime>;

/** Which day is counted as 0. */
export type FirstDay = 'sunday' | 'monday';
type Hours = { timeZone: string; schedule: WeeklySchedule };

/**
 * Somebody's hours as Parley has them; around the clock where none are given. `undefined` where they are in several time
 * zones.
 */
export function hoursOf(
  open: readonly OpenHours[],
  dates: readonly SpecificTime[],
  firstDay: FirstDay,
): Hours | undefined {
  const zones = new Set([...open, ...dates].flatMap(({ timezone }) => timezone ?? []));
  if (zones.size > 1) return undefined;
  const [timeZone = 'UTC'] = zones;
  const all = open.length === 0 && dates.length === 0;
  const onDay = (day: number, date?: string) =>
    joined(
      open
        .filter(({ days, exdates }) => days.includes(day) && !(date && exdates?.includes(date)))
        .map(({ start, end }) => ({ from: start, to: toEnd(end) })),
    );
  const numberOf = (index: number) => (firstDay === 'monday' ? index : (index + 1) % 7);
  const days = weekdays.map((name, index) => [name, all ? allDay : onDay(numberOf(index))] as const);
  const excluded = [...new Set(open.flatMap(({ exdates }) => exdates ?? []))].map((date) => ({
    date,
    ranges: onDay(numberOf(weekdayOf(date)), date),
  }));
  const given = Map.groupBy(dates, ({ date }) => date);
  const specific = [...given].map(([date, times]) => ({
    date,
    ranges: joined(times.map(({ start, end }) => ({ from: start, to: toEnd(end) }))),
  }));
  const overrides = [...excluded.filter(({ date }) => !given.has(date)), ...specific];
  return {
    timeZone,
    schedule: { ...(Object.fromEntries(days) as Record<(typeof weekdays)[number], TimeRange[]>), overrides },
  };
}

const allDay: TimeRange[] = [{ from: '00:00', to: '24:00' }];

/** An end at midnight is the end of the day. */
function toEnd(end: string): string {
  return end === '00:00' ? '24:00' : end;
}

/** Monday is 0. */
function weekdayOf(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** Ranges in order that neither overlap nor touch. */
function joined(ranges: readonly TimeRange[]): TimeRange[] {
  const all: TimeRange[] = [];
  for (const range of ranges.toSorted((one, other) => one.from.localeCompare(other.from))) {
    const last = all.at(-1);
    if (last && range.from <= last.to) last.to = range.to > last.to ? range.to : last.to;
    else all.push({ ...range });
  }
  return all;
}

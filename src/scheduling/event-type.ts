import { Temporal } from 'temporal-polyfill';
import { findIana } from 'windows-iana';
import { z } from '@hono/zod-openapi';

/** The days of a week in the order of ISO 8601: index 0 is weekday 1, Monday. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

const startOfRange = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write the start as hours and minutes from 00:00 to 23:59, like 09:00.');
const endOfRange = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'Write the end as hours and minutes up to 24:00, like 17:00.');

const timeRange = z
  .strictObject({ from: startOfRange, to: endOfRange })
  .refine(({ from, to }) => from < to, { path: ['to'], error: 'The end must be later than the start.' });

/** A span of one day in wall time, `from` inclusive, `to` exclusive. `24:00` is the end of the day. */
export type TimeRange = z.infer<typeof timeRange>;

const rangesOfDay = z
  .array(timeRange)
  .max(24, 'A day can have at most 24 ranges.')
  .check(({ value, issues }) => {
    for (const [index, range] of value.entries()) {
      const other = value.slice(0, index).find(({ from, to }) => from < range.to && range.from < to);
      if (!other) continue;
      const message = `${range.from}–${range.to} overlaps ${other.from}–${other.to} on the same day.`;
      issues.push({ code: 'custom', input: range, path: [index], message });
    }
  });

/** A date such as `2026-11-24`. */
export const calendarDate = z
  .string()
  .refine(isCalendarDate, 'Write a date that exists as year-month-day, like 2026-11-24.');

const dateOverrides = z
  .array(z.strictObject({ date: calendarDate, ranges: rangesOfDay }))
  .max(366, 'At most 366 dates can have their own hours.')
  .check(({ value, issues }) => {
    const seen = new Set<string>();
    for (const [index, { date }] of value.entries()) {
      if (seen.has(date)) {
        const message = `${date} is listed twice; put all its ranges into one entry.`;
        issues.push({ code: 'custom', input: date, path: [index, 'date'], message });
      }
      seen.add(date);
    }
  });

/** Opening hours in the event type's own zone. A weekday that is left out is closed; an override replaces its date. */
export const weeklySchedule = z.strictObject({
  mon: rangesOfDay.default([]),
  tue: rangesOfDay.default([]),
  wed: rangesOfDay.default([]),
  thu: rangesOfDay.default([]),
  fri: rangesOfDay.default([]),
  sat: rangesOfDay.default([]),
  sun: rangesOfDay.default([]),
  overrides: dateOverrides.default([]),
});
export type WeeklySchedule = z.infer<typeof weeklySchedule>;

const officeHours: TimeRange[] = [{ from: '09:00', to: '17:00' }];

/** Monday to Friday, nine to five: what a new event type starts with. */
export const defaultSchedule: WeeklySchedule = {
  mon: officeHours,
  tue: officeHours,
  wed: officeHours,
  thu: officeHours,
  fri: officeHours,
  sat: [],
  sun: [],
  overrides: [],
};

/** An IANA zone name that this runtime knows, canonical or alias. Offsets such as `+01:00` are refused: they know no summer time. */
export const timeZoneSchema = z.string().superRefine((name, context) => {
  if (findTimeZone(name) !== name) context.addIssue({ code: 'custom', message: howToWrite(name) });
});

/** What to write in place of a name that is not, or not quite, one of a zone. */
function howToWrite(name: string): string {
  const known = findTimeZone(name);
  if (known) return `Time zone names are case-sensitive: write ${known}.`;
  const [ofWindows] = findIana(name);
  if (ofWindows) return `“${name}” is what Windows calls a time zone. Use its IANA name: ${ofWindows}.`;
  return 'This time zone is not known. Use an IANA name such as Europe/Berlin or America/New_York.';
}

/** The name of a zone in its proper spelling, or `undefined` when the runtime does not know it. */
export function findTimeZone(name: string): string | undefined {
  // Names only: Temporal would also take offsets and whole timestamps.
  if (name.length > 64 || !/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return undefined;
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const minutes = (least: number, most: number) =>
  z
    .int('Give whole minutes.')
    .min(least, `At least ${least} ${least === 1 ? 'minute' : 'minutes'}.`)
    .max(most, `At most ${most} minutes.`);

const dayOfMinutes = 24 * 60;

/** Everything that decides which times of an event type can be booked, apart from the host's calendar. */
export const eventTypeRules = z.strictObject({
  durationMinutes: minutes(5, 480),
  slotStepMinutes: minutes(5, 480),
  bufferBeforeMinutes: minutes(0, 480),
  bufferAfterMinutes: minutes(0, 480),
  minNoticeMinutes: minutes(0, 365 * dayOfMinutes),
  horizonDays: z.int('Give whole days.').min(1, 'At least 1 day.').max(730, 'At most 730 days.'),
  timeZone: timeZoneSchema,
  schedule: weeklySchedule,
});
export type EventTypeRules = z.infer<typeof eventTypeRules>;

function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

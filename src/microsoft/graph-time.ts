import { Temporal } from 'temporal-polyfill';
import { findIana } from 'windows-iana';

/** Graph's pair of wall time and zone (Graph docs: dateTimeTimeZone). */
export type GraphTime = { dateTime: string; timeZone?: string | null | undefined };

/**
 * An instant as Graph takes it: wall time in the zone, without an offset. In the hour that the clocks repeat, wall time
 * names two instants; then it is said in UTC.
 */
export function toGraphTime(instant: Date, timeZone: string): { dateTime: string; timeZone: string } {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
  const wall = zoned.toPlainDateTime();
  const isAmbiguous = !wall
    .toZonedDateTime(timeZone, { disambiguation: 'earlier' })
    .equals(wall.toZonedDateTime(timeZone, { disambiguation: 'later' }));
  if (isAmbiguous) return { dateTime: wallTime(zoned.withTimeZone('UTC')), timeZone: 'UTC' };
  return { dateTime: wallTime(zoned), timeZone };
}

/**
 * The instant that Graph means: `dateTime` has seven decimals and no offset, its zone (UTC when absent) is the sibling,
 * in Windows' or IANA's words. Throws `RangeError` for a zone that nobody knows.
 */
export function fromGraphTime(time: GraphTime): Date {
  if (/(Z|[+-]\d{2}:\d{2})$/.test(time.dateTime)) return dateOf(Temporal.Instant.from(time.dateTime));
  const zoned = Temporal.PlainDateTime.from(time.dateTime).toZonedDateTime(ianaZone(time.timeZone ?? 'UTC'));
  return dateOf(zoned.toInstant());
}

/** True when `fromGraphTime` can read it. */
export function isGraphTime(time: GraphTime): boolean {
  try {
    return !Number.isNaN(fromGraphTime(time).getTime());
  } catch {
    return false;
  }
}

/**
 * When an all-day event begins or ends for somebody in `timeZone`. Graph gives such days as midnight in whatever zone
 * was asked for, so the wall date counts; a time other than midnight was converted, and is converted back.
 */
export function fromGraphDate(time: GraphTime, timeZone: string): Date {
  const wall = Temporal.PlainDateTime.from(time.dateTime.replace(/Z$/, ''));
  const isMidnight = wall.toPlainTime().equals(Temporal.PlainTime.from('00:00'));
  const date = isMidnight ? wall.toPlainDate() : nearestDate(fromGraphTime(time), timeZone);
  return dateOf(date.toZonedDateTime(timeZone).toInstant());
}

/** Whether a day begins at an instant in a zone, in Windows’ or IANA’s words; never in a zone that nobody knows. */
export function isMidnight(instant: Date, timeZone: string): boolean {
  try {
    const zoned = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(ianaZone(timeZone));
    return zoned.equals(zoned.startOfDay());
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The day whose midnight lies nearest, so that an hour's difference between two zones moves no day. */
function nearestDate(instant: Date, timeZone: string): Temporal.PlainDate {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
  return zoned.add({ hours: 12 }).toPlainDate();
}

function wallTime(zoned: Temporal.ZonedDateTime): string {
  return zoned.toPlainDateTime().toString({ smallestUnit: 'second' });
}

function ianaZone(name: string): string {
  return findIana(name)[0] ?? name;
}

function dateOf(instant: Temporal.Instant): Date {
  return new Date(instant.epochMilliseconds);
}

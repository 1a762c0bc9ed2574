import { Temporal } from 'temporal-polyfill';
import { findIana } from 'windows-iana';
import { badRequest } from './graph-error.ts';
import type { EventTime } from './mailboxes.ts';

/** The IANA zone behind a Windows or IANA name; 400 `TimeZoneNotSupportedException` for anything else. */
export function ianaZone(timeZone: string): string {
  const [windows] = findIana(timeZone);
  const zone = windows ?? timeZone;
  if (!isIanaZone(zone)) throw zoneNotSupported(timeZone);
  return zone;
}

/** What a client sent as `{ dateTime, timeZone }`: the wall time in that zone, as an instant. */
export function readDateTime(value: { dateTime: string; timeZone?: string | null }): EventTime {
  const timeZone = value.timeZone ?? 'UTC';
  const zone = ianaZone(timeZone);
  return { at: instantOf(value.dateTime, zone), timeZone };
}

/** A moment as Graph writes it: wall time with seven decimals and no offset, the zone beside it. */
export function writeDateTime(at: number, timeZone: string): { dateTime: string; timeZone: string } {
  return { dateTime: wallTime(at, ianaZone(timeZone)), timeZone };
}

/** Wall time in a zone, with Graph's seven decimals. */
export function wallTime(at: number, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();
  return local.toString({ fractionalSecondDigits: 7 });
}

/** A bound of `calendarView`: its own offset counts, else UTC; `Prefer` has no say. */
export function readBound(name: string, text: string | null): number {
  if (text === null || text === '') {
    throw badRequest(
      `This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.`,
      'ErrorInvalidParameter',
    );
  }
  // A "+" that was not encoded arrives as a space.
  const at = parseInstant(text.replace(/ (?=\d\d:\d\d$)/, '+'), 'UTC');
  if (at === undefined) {
    throw badRequest(`The value '${text}' of parameter '${name}' is invalid.`, 'ErrorInvalidParameter');
  }
  return at;
}

/** The zone that `Prefer: outlook.timezone="…"` asks for; UTC without one. */
export function preferredZone(prefer: string): string {
  const match = /outlook\.timezone\s*=\s*(?:"([^"]*)"|([^,;"\s]+))/i.exec(prefer);
  const zone = match?.[1] ?? match?.[2] ?? 'UTC';
  ianaZone(zone);
  return zone;
}

/** Midnight of the day, in UTC, that an instant falls on in a zone. All-day events are kept so. */
export function dayOf(at: number, timeZone: string): number {
  const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(ianaZone(timeZone)).toPlainDate();
  return date.toZonedDateTime('UTC').epochMilliseconds;
}

/** Epoch milliseconds of a text that may carry its own offset; `undefined` when it is no date. */
export function parseInstant(text: string, zone: string): number | undefined {
  try {
    if (/(Z|[+-]\d\d:?\d\d)$/i.test(text)) return Temporal.Instant.from(text).epochMilliseconds;
    return Temporal.PlainDateTime.from(trimFraction(text)).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    return undefined;
  }
}

function instantOf(text: string, zone: string): number {
  const at = parseInstant(text, zone);
  // Invented wording: the documentation shows no example of an unreadable dateTime.
  if (at === undefined) throw badRequest(`The value '${text}' is not a valid date and time.`, 'ErrorInvalidParameter');
  return at;
}

function trimFraction(text: string): string {
  return text.replace(/(\.\d{9})\d+$/, '$1');
}

function isIanaZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    Temporal.PlainDateTime.from('2000-01-01T00:00').toZonedDateTime(zone);
    return true;
  } catch {
    return false;
  }
}

function zoneNotSupported(timeZone: string): Error {
  return badRequest(
    `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${timeZone}'.`,
    'TimeZoneNotSupportedException',
  );
}

import { Temporal } from 'temporal-polyfill';
import type { Mailboxes, Recurrence, StoredEvent } from './mailboxes.ts';
import { ianaZone } from './time-zones.ts';

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
/** A series without an end is followed this far. */
const HORIZON_DAYS = 3660;

/** What a calendar shows between two instants: single events, and the occurrences of every series. */
export function expand(mailboxes: Mailboxes, events: StoredEvent[], from: number, to: number): StoredEvent[] {
  const shown = events.flatMap((event) =>
    event.recurrence === null ? [event] : occurrencesOf(mailboxes, event, from, to),
  );
  return shown
    .filter((event) => event.start.at < to && (event.end.at > from || event.start.at >= from))
    .toSorted((a, b) => a.start.at - b.start.at || a.createdAt - b.createdAt);
}

/** The regular occurrences of a series that begin before `to` and end after `from`; exceptions stand for themselves. */
export function occurrencesOf(mailboxes: Mailboxes, master: StoredEvent, from: number, to: number): StoredEvent[] {
  const taken = new Set(master.cancelledDates);
  for (const event of mailboxes.events.values()) {
    if (event.exception?.masterId === master.id) taken.add(event.exception.date);
  }
  const found: StoredEvent[] = [];
  for (const date of datesOf(master)) {
    if (taken.has(date)) continue;
    const occurrence = occurrenceOn(master, date);
    if (occurrence.start.at >= to) break;
    if (occurrence.end.at > from) found.push(occurrence);
  }
  return found;
}

/** An occurrence by its id, as long as nobody cancelled or changed it. */
export function findOccurrence(mailboxes: Mailboxes, id: string): StoredEvent | undefined {
  const parts = /^(.+)OCC(\d{8})=$/.exec(id);
  const base = parts?.[1];
  const digits = parts?.[2];
  if (base === undefined || digits === undefined) return undefined;
  const date = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  for (const master of mailboxes.events.values()) {
    if (stem(master.id) !== base && stem(master.immutableId) !== base) continue;
    if (master.recurrence === null || master.cancelledDates.includes(date)) return undefined;
    return datesOf(master).includes(date) ? occurrenceOn(master, date) : undefined;
  }
  return undefined;
}

/** The start dates of a series, as far as anyone looks. */
export function datesOf(master: StoredEvent): string[] {
  if (master.recurrence === null) return [];
  const { pattern, range } = master.recurrence;
  const first = Temporal.PlainDate.from(range.startDate);
  const last = range.type === 'endDate' ? Temporal.PlainDate.from(range.endDate ?? range.startDate) : null;
  const most = range.type === 'numbered' ? (range.numberOfOccurrences ?? 1) : Number.POSITIVE_INFINITY;
  const dates: string[] = [];
  for (let offset = 0; offset < HORIZON_DAYS && dates.length < most; offset += 1) {
    const date = first.add({ days: offset });
    if (last !== null && Temporal.PlainDate.compare(date, last) > 0) break;
    if (matches(pattern, first, date, offset)) dates.push(date.toString());
  }
  return dates;
}

/** Daily, weekly and fixed monthly or yearly days; "the second Tuesday" is not expanded beyond its first date. */
function matches(
  pattern: Recurrence['pattern'],
  first: Temporal.PlainDate,
  date: Temporal.PlainDate,
  offset: number,
): boolean {
  const months = (date.year - first.year) * 12 + date.month - first.month;
  switch (pattern.type) {
    case 'daily':
      return offset % pattern.interval === 0;
    case 'weekly':
      return (
        pattern.daysOfWeek.includes(days[date.dayOfWeek - 1] ?? '') &&
        weeksBetween(pattern, first, date) % pattern.interval === 0
      );
    case 'absoluteMonthly':
      return date.day === (pattern['dayOfMonth'] || first.day) && months % pattern.interval === 0;
    case 'absoluteYearly':
      return date.day === first.day && date.month === first.month && (months / 12) % pattern.interval === 0;
    default:
      return offset === 0;
  }
}

function weeksBetween(pattern: Recurrence['pattern'], first: Temporal.PlainDate, date: Temporal.PlainDate): number {
  const weekStart = days.indexOf(pattern.firstDayOfWeek);
  const startOfWeek = first.subtract({ days: (first.dayOfWeek - 1 - weekStart + 7) % 7 });
  return Math.floor(startOfWeek.until(date, { largestUnit: 'days' }).days / 7);
}

/** The occurrence of a series that begins on this date. */
export function occurrenceOn(master: StoredEvent, date: string): StoredEvent {
  const zone = master.isAllDay ? 'UTC' : ianaZone(master.recurrence?.range.recurrenceTimeZone || master.start.timeZone);
  const time = Temporal.Instant.fromEpochMilliseconds(master.start.at).toZonedDateTimeISO(zone).toPlainTime();
  const at = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
  const digits = date.replaceAll('-', '');
  return {
    ...master,
    id: `${stem(master.id)}OCC${digits}=`,
    immutableId: `${stem(master.immutableId)}OCC${digits}=`,
    // The eight digits after the prefix of a global object id are the occurrence's date.
    iCalUId:
      master.iCalUId.slice(0, 32) +
      Number(date.slice(0, 4)).toString(16).padStart(4, '0').toUpperCase() +
      hexDay(date) +
      master.iCalUId.slice(40),
    start: { at, timeZone: master.start.timeZone },
    end: { at: at + (master.end.at - master.start.at), timeZone: master.end.timeZone },
    recurrence: null,
    cancelledDates: [],
    exception: { masterId: master.id, date, originalStart: at },
  };
}

function hexDay(date: string): string {
  const [, month, day] = date.split('-').map(Number);
  return [month ?? 0, day ?? 0].map((part) => part.toString(16).padStart(2, '0').toUpperCase()).join('');
}

function stem(id: string): string {
  return id.replace(/=+$/, '');
}

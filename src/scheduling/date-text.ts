import { Temporal } from 'temporal-polyfill';

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Cities by the name that they have today, where the zone database or a browser still uses an older one. */
const renamedCities: Record<string, string> = {
  Calcutta: 'Kolkata',
  Katmandu: 'Kathmandu',
  Kiev: 'Kyiv',
  Rangoon: 'Yangon',
  Saigon: 'Ho Chi Minh City',
  Ho_Chi_Minh: 'Ho Chi Minh City',
  Godthab: 'Nuuk',
  Faeroe: 'Faroe',
  Asmera: 'Asmara',
  Ashkhabad: 'Ashgabat',
  Thimbu: 'Thimphu',
  Dacca: 'Dhaka',
  Macao: 'Macau',
  Ujung_Pandang: 'Makassar',
};

/**
 * A time in words: “Tue 24 Nov 2026, 10:00–10:30 (Berlin)”. Over midnight both days are named. The offset from UTC is
 * added where the clocks change during the time or show it twice.
 */
export function formatWhen(start: Date, end: Date, timeZone: string): string {
  const [from, to] = [inZone(start, timeZone), inZone(end, timeZone)];
  const zone = from.offset === to.offset && !isRepeated(from) ? '' : `, ${offsetName(from)}`;
  const ending = from.toPlainDate().equals(to.toPlainDate()) ? `–${clock(to)}` : ` – ${shortDay(to)}, ${clock(to)}`;
  return `${shortDay(from)}, ${clock(from)}${ending} (${zoneCity(timeZone)}${zone})`;
}

/** The time of day on a 24-hour clock: “10:00”; “02:30 (UTC+2)” where the clocks go back and show it twice. */
export function formatClock(instant: Date, timeZone: string): string {
  const at = inZone(instant, timeZone);
  return isRepeated(at) ? `${clock(at)} (${offsetName(at)})` : clock(at);
}

/** A day in full: “Tuesday 24 November 2026”, from a date such as `2026-11-24`. */
export function formatDay(date: string): string {
  return `${formatDayOfYear(date)} ${Temporal.PlainDate.from(date).year}`;
}

/** A day where the year is plain: “Tuesday 24 November”, from a date such as `2026-11-24`. */
export function formatDayOfYear(date: string): string {
  const { dayOfWeek, day, month } = Temporal.PlainDate.from(date);
  return `${days[dayOfWeek - 1]} ${day} ${months[month - 1]}`;
}

/** The heading of a month: “November 2026”, from a month such as `2026-11`. */
export function formatMonth(month: string): string {
  const { month: number, year } = Temporal.PlainYearMonth.from(month);
  return `${months[number - 1]} ${year}`;
}

/** The calendar date of an instant in a zone, such as `2026-11-24`. */
export function dateIn(instant: Date, timeZone: string): string {
  return inZone(instant, timeZone).toPlainDate().toString();
}

/** The place that people know a zone by: “Berlin” for `Europe/Berlin`, “UTC−3” for `Etc/GMT+3`. */
export function zoneCity(timeZone: string): string {
  const fixed = /^Etc\/GMT([+-])(\d+)$/.exec(timeZone);
  // The zone database counts these westwards: Etc/GMT+3 is three hours behind UTC.
  if (fixed) return fixed[2] === '0' ? 'UTC' : `UTC${fixed[1] === '+' ? '−' : '+'}${fixed[2]}`;
  if (/^(Etc\/)?(UTC|UCT|GMT|Zulu|Universal|Greenwich)$/.test(timeZone)) return 'UTC';
  const place = timeZone.slice(timeZone.lastIndexOf('/') + 1);
  return renamedCities[place] ?? place.replaceAll('_', ' ');
}

/** How far a zone is from UTC at an instant: “UTC+5:30”, “UTC−4”, “UTC”. */
export function zoneOffset(instant: Date, timeZone: string): string {
  return offsetName(inZone(instant, timeZone));
}

function inZone(instant: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
}

function isRepeated(at: Temporal.ZonedDateTime): boolean {
  const wall = at.toPlainDateTime();
  const [first, second] = (['earlier', 'later'] as const).map((disambiguation) =>
    wall.toZonedDateTime(at.timeZoneId, { disambiguation }),
  );
  return first?.epochMilliseconds !== second?.epochMilliseconds;
}

function shortDay({ dayOfWeek, day, month, year }: Temporal.ZonedDateTime): string {
  return `${days[dayOfWeek - 1]?.slice(0, 3)} ${day} ${months[month - 1]?.slice(0, 3)} ${year}`;
}

function clock({ hour, minute }: Temporal.ZonedDateTime): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

function offsetName({ offsetNanoseconds }: Temporal.ZonedDateTime): string {
  const minutes = Math.round(offsetNanoseconds / 60e9);
  if (minutes === 0) return 'UTC';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
}

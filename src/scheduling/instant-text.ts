const dayMs = 24 * 60 * 60_000;

/**
 * An instant in epoch milliseconds. Text is an RFC 3339 timestamp with its offset, such as `2026-11-24T09:00:00Z`; what
 * is smaller than a millisecond is cut off. Throws `TypeError` for anything else: local time would depend on the process.
 */
export function epochMs(instant: Date | string): number {
  const ms = typeof instant === 'string' ? timestampMs(instant) : instant.getTime();
  if (Number.isNaN(ms)) throw new TypeError('An instant is a valid date, or a timestamp with its offset from UTC.');
  return ms;
}

/** The number of days from 1970-01-01 to a date such as `2026-11-24`; `NaN` for what is no date. */
export function dayNumber(date: string): number {
  if (date.charCodeAt(4) !== dash || date.charCodeAt(7) !== dash) return Number.NaN;
  const century = twoDigits(date, 0);
  const yearInCentury = twoDigits(date, 2);
  const year = century * 100 + yearInCentury;
  const month = twoDigits(date, 5);
  const day = twoDigits(date, 8);
  if (century < 0 || yearInCentury < 0 || month < 1 || month > 12) return Number.NaN;
  if (day < 1 || (day > 28 && day > daysInMonth(year, month))) return Number.NaN;
  // Counted from March, so that the leap day is the last of its year.
  const years = month > 2 ? year : year - 1;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  const daysFromMarch = Math.floor((((month + 9) % 12) * 306 + 5) / 10);
  return years * 365 + leapDays + daysFromMarch + day - 1 - daysTo1970;
}

/** The date of a day that is counted from 1970-01-01: `2026-11-24`. */
export function dateText(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** From 0000-03-01 to 1970-01-01. */
const daysTo1970 = 719_468;
const zero = 0x30;
const dash = 0x2d;
const colon = 0x3a;
const dot = 0x2e;
const plus = 0x2b;
const upperT = 0x54;
const upperZ = 0x5a;

/** `Date.parse` takes several times as long, which is most of a search among the busy times of many calendars. */
function timestampMs(text: string): number {
  if (text.charCodeAt(10) !== upperT || text.charCodeAt(13) !== colon) return Number.NaN;
  const hours = twoDigits(text, 11);
  const minutes = twoDigits(text, 14);
  const seconds = text.charCodeAt(16) === colon ? twoDigits(text, 17) : 0;
  if (!isClock(hours, minutes) || seconds < 0 || seconds > 59) return Number.NaN;
  let at = text.charCodeAt(16) === colon ? 19 : 16;
  let ms = 0;
  if (text.charCodeAt(at) === dot) {
    if (!isDigit(text.charCodeAt(++at))) return Number.NaN;
    for (let unitMs = 100; isDigit(text.charCodeAt(at)); at++, unitMs = Math.floor(unitMs / 10)) {
      ms += unitMs * (text.charCodeAt(at) - zero);
    }
  }
  return dayNumber(text) * dayMs + ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms - offsetMs(text, at);
}

function offsetMs(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  if (sign === upperZ) return text.length === at + 1 ? 0 : Number.NaN;
  if ((sign !== plus && sign !== dash) || text.charCodeAt(at + 3) !== colon) return Number.NaN;
  const hours = twoDigits(text, at + 1);
  const minutes = twoDigits(text, at + 4);
  if (!isClock(hours, minutes) || text.length !== at + 6) return Number.NaN;
  return (sign === plus ? 1 : -1) * (hours * 60 + minutes) * 60_000;
}

function isClock(hours: number, minutes: number): boolean {
  return hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60;
}

/** The number that two digits write, or less than zero. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at);
  const ones = text.charCodeAt(at + 1);
  return isDigit(tens) && isDigit(ones) ? (tens - zero) * 10 + ones - zero : -1;
}

function isDigit(code: number): boolean {
  return code >= zero && code <= zero + 9;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Instants in words, always in a zone that is named. Every function takes ISO 8601 or epoch milliseconds. */
type Instant = string | number;
type Span = { start: string; end: string };

const formats = new Map<string, Intl.DateTimeFormat>();

function partsOf(instant: Instant, zone: string, style: 'words' | 'clock'): Record<string, string> {
  const key = `${style} ${zone}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, ...styles[style] });
  formats.set(key, format); // making one is slow
  return Object.fromEntries(format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
}

const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const styles = {
  words: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', ...time },
  clock: { year: 'numeric', month: '2-digit', day: '2-digit', ...time },
} as const;

const parts = (instant: Instant, zone: string) => partsOf(instant, zone, 'words');
const clockOf = (instant: Instant, zone: string) => partsOf(instant, zone, 'clock');

/** `Tue 24 Nov 2026` */
export function dayText(instant: Instant, zone: string): string {
  const { weekday, day, month, year } = parts(instant, zone);
  return `${weekday} ${day} ${month} ${year}`;
}

/** `10:00` */
export function timeText(instant: Instant, zone: string): string {
  const { hour, minute } = parts(instant, zone);
  return `${hour}:${minute}`;
}

/** `10:00–10:30`, with the day of the end where it is another one. */
export function timesText({ start, end }: Span, zone: string): string {
  const later = dayText(start, zone) === dayText(end, zone) ? '' : `${dayText(end, zone)}, `;
  return `${timeText(start, zone)}–${later}${timeText(end, zone)}`;
}

/** `Tue 24 Nov 2026, 10:00–10:30 (Berlin)` */
export function spanText(span: Span, zone: string): string {
  return `${dayText(span.start, zone)}, ${timesText(span, zone)} (${cityOf(zone)})`;
}

/** `Tue 24 Nov 2026, 10:00` */
export function momentText(instant: Instant, zone: string): string {
  return `${dayText(instant, zone)}, ${timeText(instant, zone)}`;
}

/** `2026-11-24`: equal for all instants of one day in the zone, and sortable. */
export function dayKey(instant: Instant, zone: string): string {
  const { year, month, day } = clockOf(instant, zone);
  return `${year}-${month}-${day}`;
}

/** The day in the zone that an instant belongs to: its first instant, and that of the next day. */
export function dayOf(instant: Instant, zone: string): { from: number; to: number } {
  const from = dayStart(dayKey(instant, zone), zone);
  return { from, to: dayStart(dayKey(from + 36 * hourMs, zone), zone) };
}

const hourMs = 3_600_000;

/** Clocks may be changed at midnight: the day starts at its midnight by the clock before or after, whichever is in it first. */
function dayStart(day: string, zone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const starts = [-24, 24].map((hours) => midnight - clockAheadMs(midnight + hours * hourMs, zone));
  return Math.min(...starts.filter((start) => dayKey(start, zone) === day));
}

function clockAheadMs(instant: number, zone: string): number {
  const { year, month, day, hour, minute } = clockOf(instant, zone);
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`) - Math.floor(instant / 60_000) * 60_000;
}

/** The place that stands for a zone: `Berlin` for `Europe/Berlin`. */
export function cityOf(zone: string): string {
  return zone.split('/').at(-1)?.replaceAll('_', ' ') ?? zone;
}

/** True when clocks in both zones show the same at that instant, so that naming both would only confuse. */
export function sameClock(instant: Instant, one: string, other: string): boolean {
  return momentText(instant, one) === momentText(instant, other);
}

/** `2026-11-24T10:00`: what a field for a date and a time holds. */
export function clockText(instant: Instant, zone: string): string {
  const { hour, minute } = clockOf(instant, zone);
  return `${dayKey(instant, zone)}T${hour}:${minute}`;
}

/**
 * The instant at which clocks in a zone show what {@link clockText} gives: of two the first, of a time that clocks skip
 * the one as long after the change; `undefined` for what is no time.
 */
export function instantAt(clock: string, zone: string): number | undefined {
  const wall = Date.parse(`${clock}Z`);
  if (Number.isNaN(wall)) return undefined;
  const found = [-24, 24].map((hours) => wall - clockAheadMs(wall + hours * hourMs, zone));
  return found.find((instant) => clockText(instant, zone) === clock.slice(0, 16)) ?? found[0];
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** `3 minutes ago`, `yesterday`; older than four weeks it is the day. */
export function agoText(instant: string, now: number, zone: string): string {
  const passed = now - new Date(instant).getTime();
  if (passed > 28 * 86_400_000) return `on ${dayText(instant, zone)}`;
  const step = steps.find(([, length]) => passed >= length);
  return step ? relative.format(-Math.floor(passed / step[1]), step[0]) : 'just now';
}

/** `45 minutes`, `2 hours`, `1 hour 30 minutes` */
export function durationText(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours && count(hours, 'hour'), rest && count(rest, 'minute')].filter(Boolean).join(' ') || 'none';
}

/** `1 meeting`, `12 meetings` */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

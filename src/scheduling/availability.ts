import { Temporal } from 'temporal-polyfill';
import { type EventTypeRules, type TimeRange, type WeeklySchedule, weekdays } from './event-type.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * A stretch of opening hours in real time, in epoch milliseconds. Clocks do not jump inside it, so that wall time and
 * real time run in step from `anchorMs`, the instant at which its range would open: where slots are counted from.
 */
export type OpenStretch = {
  startMs: number;
  endMs: number;
  anchorMs: number;
  /** Where opening hours really stop: `endMs`, or later when the next stretch follows without a pause. */
  closesMs: number;
};

/**
 * The opening hours that touch `[fromMs, toMs)`, in order. Wall times that daylight saving skips do not appear, those
 * that it repeats appear twice. `closesMs` is exact up to `toMs`.
 */
export function openStretches(
  { timeZone, schedule }: Pick<EventTypeRules, 'timeZone' | 'schedule'>,
  fromMs: number,
  toMs: number,
): OpenStretch[] {
  const overrides = new Map(schedule.overrides.map(({ date, ranges }) => [date, ranges]));
  const stretches = offsetPeriods(timeZone, fromMs, toMs).flatMap((period) =>
    stretchesOfPeriod(period, (localDayMs) => rangesOf(schedule, overrides, localDayMs)),
  );
  let following: OpenStretch | undefined;
  for (const stretch of stretches.toReversed()) {
    if (following?.startMs === stretch.endMs) stretch.closesMs = following.closesMs;
    following = stretch;
  }
  return stretches;
}

/** The first instant of the day that lies `days` after the day of `now` in a zone, in epoch milliseconds. */
export function startOfDayAfter(now: Date, days: number, timeZone: string): number {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
  return today.add({ days }).toZonedDateTime(timeZone).epochMilliseconds;
}

/** A stretch of time in which a zone keeps one offset from UTC. */
type OffsetPeriod = { startMs: number; endMs: number; offsetMs: number };

function offsetPeriods(timeZone: string, fromMs: number, toMs: number): OffsetPeriod[] {
  const periods: OffsetPeriod[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timeZone);
  for (let startMs = fromMs; startMs < toMs;) {
    const next = at.getTimeZoneTransition('next');
    const endMs = Math.min(next?.epochMilliseconds ?? toMs, toMs);
    periods.push({ startMs, endMs, offsetMs: at.offsetNanoseconds / 1e6 });
    startMs = endMs;
    at = next ?? at;
  }
  return periods;
}

function stretchesOfPeriod(
  { startMs, endMs, offsetMs }: OffsetPeriod,
  rangesOn: (localDayMs: number) => readonly TimeRange[],
): OpenStretch[] {
  const stretches: OpenStretch[] = [];
  const firstDayMs = Math.floor((startMs + offsetMs) / dayMs) * dayMs;
  for (let localDayMs = firstDayMs; localDayMs < endMs + offsetMs; localDayMs += dayMs) {
    for (const range of rangesOn(localDayMs)) {
      const anchorMs = localDayMs - offsetMs + minutesOf(range.from) * minuteMs;
      const open = Math.max(anchorMs, startMs);
      const close = Math.min(localDayMs - offsetMs + minutesOf(range.to) * minuteMs, endMs);
      if (open < close) stretches.push({ startMs: open, endMs: close, anchorMs, closesMs: close });
    }
  }
  return stretches;
}

function rangesOf(schedule: WeeklySchedule, overrides: Map<string, TimeRange[]>, localDayMs: number): TimeRange[] {
  const day = new Date(localDayMs);
  const weekday = weekdays[(day.getUTCDay() + 6) % 7] as (typeof weekdays)[number]; // a remainder of 7 is an index of it
  const ranges = overrides.get(day.toISOString().slice(0, 10)) ?? schedule[weekday];
  return ranges.toSorted((a, b) => a.from.localeCompare(b.from));
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

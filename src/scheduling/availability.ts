import type { EventTypeRules } from './event-type.ts';
import { weekHours } from './week-hours.ts';
import { offsetPeriods } from './zone-offsets.ts';

const dayMs = 24 * 60 * 60_000;

/** When somebody works, in their own zone. */
export type OpeningHours = Pick<EventTypeRules, 'timeZone' | 'schedule'>;

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
  /** Its local day, counted from 1970-01-01. */
  day: number;
};

/**
 * The opening hours that touch `[fromMs, toMs)`, in order. Wall times that daylight saving skips do not appear, those
 * that it repeats appear twice. `closesMs` is exact up to `toMs`.
 */
export function openStretches({ timeZone, schedule }: OpeningHours, fromMs: number, toMs: number): OpenStretch[] {
  const hoursOn = weekHours(schedule, Math.floor(fromMs / dayMs) - 1, Math.floor(toMs / dayMs) + 1);
  const stretches: OpenStretch[] = [];
  for (const { startMs, endMs, offsetMs } of offsetPeriods(timeZone, fromMs, toMs)) {
    for (let day = Math.floor((startMs + offsetMs) / dayMs); day * dayMs < endMs + offsetMs; day++) {
      const midnightMs = day * dayMs - offsetMs;
      for (const { openMs, closeMs } of hoursOn(day)) {
        const anchorMs = midnightMs + openMs;
        const opensMs = Math.max(anchorMs, startMs);
        const closesMs = Math.min(midnightMs + closeMs, endMs);
        if (opensMs < closesMs) stretches.push({ startMs: opensMs, endMs: closesMs, anchorMs, closesMs, day });
      }
    }
  }
  return joined(stretches);
}

function joined(stretches: OpenStretch[]): OpenStretch[] {
  for (let at = stretches.length - 2; at >= 0; at--) {
    const [stretch, following] = [stretches[at], stretches[at + 1]];
    if (stretch && following?.startMs === stretch.endMs) stretch.closesMs = following.closesMs;
  }
  return stretches;
}

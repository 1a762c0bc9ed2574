const dayMs = 24 * 60 * 60_000;

/** A stretch of time in which a zone keeps one offset from UTC. */
export type OffsetPeriod = { startMs: number; endMs: number; offsetMs: number };

/** The offsets of a zone in `[fromMs, toMs)`, in order and without a gap; neighbours differ. */
export function offsetPeriods(timeZone: string, fromMs: number, toMs: number): OffsetPeriod[] {
  const periods: OffsetPeriod[] = [];
  let last: OffsetPeriod | undefined;
  for (let startMs = fromMs, year = yearOf(fromMs); startMs < toMs; year++) {
    for (const { endMs: changesMs, offsetMs } of periodsOfYear(timeZone, year)) {
      const endMs = Math.min(changesMs, toMs);
      if (endMs <= startMs) continue;
      if (last?.offsetMs === offsetMs) last.endMs = endMs;
      else periods.push((last = { startMs, endMs, offsetMs }));
      startMs = endMs;
    }
  }
  return periods;
}

/** Tells the local day, counted from 1970-01-01, of each instant in `[fromMs, toMs)`. */
export function dayCounter(timeZone: string, fromMs: number, toMs: number): (ms: number) => number {
  const periods = offsetPeriods(timeZone, fromMs, toMs);
  let period = periods[0];
  return (ms) => {
    if (!period || ms < period.startMs || ms >= period.endMs) {
      period = periods.find(({ startMs, endMs }) => startMs <= ms && ms < endMs);
    }
    return Math.floor((ms + (period?.offsetMs ?? Number.NaN)) / dayMs);
  };
}

/** The first instant at which a zone has reached a day, counted from 1970-01-01, in epoch milliseconds. */
export function startOfDay(timeZone: string, day: number): number {
  for (const { startMs, endMs, offsetMs } of offsetPeriods(timeZone, (day - 1) * dayMs, (day + 2) * dayMs)) {
    const reachedMs = Math.max(startMs, day * dayMs - offsetMs);
    if (reachedMs < endMs) return reachedMs;
  }
  throw new TypeError('A day begins within a day of its beginning in UTC.');
}

/**
 * What was found, by zone and year of UTC. The zone database cannot change while the process runs, so this memory is
 * no state that anybody could see.
 */
const known = new Map<string, OffsetPeriod[]>();
/** Every zone in seven years. */
const mostKnown = 3000;
/** How a zone is read, by its name: making one takes longer than reading a year, and holds memory outside the heap. */
const readers = new Map<string, OffsetReader>();
type OffsetReader = (ms: number) => number;

function periodsOfYear(timeZone: string, year: number): OffsetPeriod[] {
  const key = `${timeZone} ${year}`;
  const found = known.get(key);
  if (found) return found;
  if (known.size >= mostKnown) known.clear();
  const periods = findPeriods(readerOf(timeZone), Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1));
  known.set(key, periods);
  return periods;
}

/** No zone has changed its clocks there and back in less than a week; Brazil’s north did in just a week in 2000. */
const stepMs = 6 * dayMs;
const secondMs = 1000;

function findPeriods(offsetAt: (ms: number) => number, fromMs: number, toMs: number): OffsetPeriod[] {
  const periods: OffsetPeriod[] = [];
  let startMs = fromMs;
  let offsetMs = offsetAt(fromMs);
  for (let beforeMs = fromMs; beforeMs < toMs; beforeMs += stepMs) {
    const afterMs = Math.min(beforeMs + stepMs, toMs);
    const nextOffsetMs = offsetAt(afterMs);
    if (nextOffsetMs === offsetMs) continue;
    const changeMs = findChange(offsetAt, beforeMs, afterMs, offsetMs);
    periods.push({ startMs, endMs: changeMs, offsetMs });
    [startMs, offsetMs] = [changeMs, nextOffsetMs];
  }
  if (startMs < toMs) periods.push({ startMs, endMs: toMs, offsetMs });
  return periods;
}

/** The first second with another offset, between an instant that has the old one and an instant that has the new. */
function findChange(offsetAt: (ms: number) => number, oldMs: number, newMs: number, offsetMs: number): number {
  while (newMs - oldMs > secondMs) {
    const middleMs = oldMs + Math.floor((newMs - oldMs) / 2 / secondMs) * secondMs;
    if (offsetAt(middleMs) === offsetMs) oldMs = middleMs;
    else newMs = middleMs;
  }
  return newMs;
}

function readerOf(timeZone: string): OffsetReader {
  const reader = readers.get(timeZone) ?? offsetReader(timeZone);
  readers.set(timeZone, reader);
  return reader;
}

function offsetReader(timeZone: string): OffsetReader {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', year: 'numeric' });
  return (ms) => {
    const [, sign, hours, minutes, seconds = '0'] = /GMT([+-])(\d+):(\d+)(?::(\d+))?/.exec(format.format(ms)) ?? [];
    const distance = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds);
    return (sign === '-' ? -distance : distance) * 1000;
  };
}

function yearOf(ms: number): number {
  return new Date(ms).getUTCFullYear();
}

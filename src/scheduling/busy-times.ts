import { epochMs } from './instant-text.ts';

/** A time that is taken, `start` inclusive, `end` exclusive; text is an RFC 3339 timestamp. */
export type BusyTime = { start: Date | string; end: Date | string };

/** What Parley itself keeps for an operator: what is booked, and what is held while a visitor fills in the form. */
export type Booking = BusyTime & {
  status: 'booked' | 'held';
  /** Whether it is of the event type that is searched for: then it counts for its limits, and others may share it. */
  sameEventType: boolean;
  /** What its own event type keeps free around it; nothing when left out. */
  keepsFree?: { beforeMs: number; afterMs: number } | undefined;
};

/**
 * Times in epoch milliseconds that neither overlap nor touch, in order: the n-th is from `starts[n]` to `ends[n]`. Those
 * that are infinite stand at the end, at least one, and never come.
 */
export type Spans = { starts: Float64Array; ends: Float64Array };

/** Times as one pass over them; an empty one takes no time. Throws `TypeError` for what is no instant. */
export function spansOf(times: readonly BusyTime[]): Spans {
  const starts = new Float64Array(times.length + 1).fill(Infinity);
  const ends = new Float64Array(times.length + 1).fill(Infinity);
  let count = 0;
  for (const { start, end } of times) {
    const startMs = epochMs(start);
    const endMs = epochMs(end);
    if (startMs >= endMs) continue;
    starts[count] = startMs;
    ends[count] = endMs;
    count++;
  }
  return merged({ starts: starts.toSorted(), ends: ends.toSorted() }, count);
}

/** Whether anything meets `[fromMs, toMs)`. */
export function meets({ starts, ends }: Spans, fromMs: number, toMs: number): boolean {
  return ends.some((endMs, at) => endMs > fromMs && (starts[at] ?? Infinity) < toMs);
}

/**
 * Takes starts and ends that were sorted apart from each other: where the next start lies behind as many ends as there
 * were starts, everything that began has ended.
 */
function merged({ starts, ends }: Spans, count: number): Spans {
  let kept = 0;
  for (let at = 0; at < count; at++) {
    const startMs = starts[at] ?? 0;
    while ((starts[at + 1] ?? 0) <= (ends[at] ?? 0)) at++;
    starts[kept] = startMs;
    ends[kept] = ends[at] ?? 0;
    kept++;
  }
  starts.fill(Infinity, kept);
  ends.fill(Infinity, kept);
  return { starts, ends };
}

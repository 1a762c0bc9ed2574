import type { OpeningHours } from './availability.ts';
import type { BusyTime } from './busy-times.ts';
import { findOpenSlots } from './slots.ts';

/** Somebody who may take part; a calendar that could not be read is never free. */
export type Participant = OpeningHours & { id: string; calendar: readonly BusyTime[] | 'unreadable' };

export type CommonSearch = {
  participants: readonly Participant[];
  /** Whether all have to be free at once, or anybody is enough. */
  everybody: boolean;
  /** The first and the last instant of all times that are found. */
  from: Date;
  to: Date;
  durationMinutes: number;
  /** How far apart times begin, counted from `from`. */
  everyMinutes: number;
  /** Beginnings are moved back to whole multiples of it. */
  roundMinutes?: number | undefined;
  /** What is kept free around that which is in the calendars. */
  keptFree: { beforeMinutes: number; afterMinutes: number };
  now: Date;
};

export type CommonTime = { start: Date; end: Date; participantIds: string[] };

const minuteMs = 60_000;
/** Farther ahead nobody asks. */
const horizonDays = 730;

/** The times at which people could meet, in order, each with those who are free then. Throws `invalid_request` like `findSlots`. */
export function findCommonTimes(search: CommonSearch): CommonTime[] {
  const { participants, everybody, from, to, durationMinutes, everyMinutes, keptFree, now } = search;
  const found = findOpenSlots({
    rules: {
      durationMinutes,
      slotStepMinutes: everyMinutes,
      // What is kept free before an entry of a calendar lies behind the time that is searched for.
      bufferBeforeMinutes: keptFree.afterMinutes,
      bufferAfterMinutes: keptFree.beforeMinutes,
      minNoticeMinutes: 0,
      horizonDays,
    },
    operators: participants.map((participant) => ({ ...participant, bookings: [] })),
    assignment: { kind: everybody ? 'collective' : 'round_robin' },
    from,
    to,
    now,
    starts: startsOf(search),
  });
  return found.map(({ startMs, endMs, free }) => ({
    start: new Date(startMs),
    end: new Date(endMs),
    participantIds: free.map(({ operatorId }) => operatorId),
  }));
}

function startsOf({ from, to, durationMinutes, everyMinutes, roundMinutes }: CommonSearch): number[] {
  const starts: number[] = [];
  const lastMs = to.getTime() - durationMinutes * minuteMs;
  const roundMs = (roundMinutes ?? 0) * minuteMs;
  const rounded = (at: number) => (roundMs === 0 ? at : Math.ceil(at / roundMs) * roundMs);
  for (let at = rounded(from.getTime()); at <= lastMs; at += everyMinutes * minuteMs) {
    const startMs = rounded(at);
    if (startMs <= lastMs && starts.at(-1) !== startMs) starts.push(startMs);
  }
  return starts;
}

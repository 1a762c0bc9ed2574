import type { ExplainedTime, Reason } from '../api/availability.ts';

/** How a reason looks on the strip. */
export type Look = 'offered' | 'booked' | 'busy' | 'problem' | 'rule' | 'outside';

export const reasonNames: Record<Reason, { words: string; look: Look }> = {
  offered: { words: 'Offered', look: 'offered' },
  past: { words: 'Past', look: 'outside' },
  outside_hours: { words: 'Outside the hours', look: 'outside' },
  time_off: { words: 'Time off', look: 'outside' },
  holiday: { words: 'Public holiday', look: 'outside' },
  closed: { words: 'Takes no bookings', look: 'problem' },
  notice: { words: 'Too soon', look: 'rule' },
  horizon: { words: 'Too far ahead', look: 'rule' },
  off_step: { words: 'No start time', look: 'rule' },
  buffer: { words: 'Kept free around another', look: 'rule' },
  limit: { words: 'Limit reached', look: 'rule' },
  booked: { words: 'Booked', look: 'booked' },
  held: { words: 'Held for a visitor', look: 'booked' },
  busy: { words: 'Busy in Outlook', look: 'busy' },
  calendar_unreadable: { words: 'Calendar unreadable', look: 'problem' },
};

/** Start times next to each other with the same reason. `lastStart` is the last of them, `until` where the next begins. */
export type Run = { reason: Reason; sentence: string; start: string; lastStart: string; until: string; starts: number };

/** A day’s times, told together where the reason is the same. */
export function runsOf(times: readonly ExplainedTime[]): Run[] {
  const runs: Run[] = [];
  for (const [at, { start, end, reason, sentence }] of times.entries()) {
    const until = times[at + 1]?.start ?? end;
    const last = runs.at(-1);
    if (last?.reason === reason && last.sentence === sentence) {
      Object.assign(last, { lastStart: start, until, starts: last.starts + 1 });
    } else {
      runs.push({ reason, sentence, start, lastStart: start, until, starts: 1 });
    }
  }
  return runs;
}

import type { Check, Context, Result } from '../check.ts';
import { ownMailbox, recordedGraph, refused } from './asking.ts';
import { cleanUpMs, leftovers, makeAndDelete, removeLeftovers, type Calendar } from './calendar-trip.ts';

const workMs = 25_000;

/**
 * Makes a meeting the way it is really done, waits for its link, and deletes it; only when asked for. What an
 * interrupted run left behind is found by its property and removed first, also when no new event is asked for.
 */
export const roundTrip: Check = {
  name: 'round-trip',
  label: 'Round trip with a test meeting',
  needs: ['mailbox', 'token'],
  uses: ['teams'],
  deadlineMs: workMs + 2 * cleanUpMs,
  async run(context) {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(workMs)]);
    const calendar = { graph: recordedGraph(context), access: ownMailbox(context, signal), endsMeetings: false };
    try {
      const removed = await removeLeftovers(calendar);
      const result = await tryOrSkip(context, calendar, removed);
      return removed === 0 ? result : { ...result, notes: [leftovers(removed), ...(result.notes ?? [])] };
    } catch (error) {
      return refused(context, error);
    }
  },
};

async function tryOrSkip(context: Context, calendar: Calendar, removed: number): Promise<Result> {
  if (!context.roundTrip) {
    return removed > 0
      ? { status: 'ok', title: 'No test meeting was asked for; what an earlier one had left is gone.' }
      : { status: 'skipped', title: 'Not run, because a test meeting is made only when it is asked for.' };
  }
  if (!context.facts.teams) {
    return { status: 'skipped', title: 'Not run, because the calendar does not allow Teams meetings.' };
  }
  return makeAndDelete(context, calendar, async () => ({
    status: 'ok',
    title: 'A Teams meeting was made, had its link, and was deleted again.',
  }));
}

import { setTimeout as pause } from 'node:timers/promises';
import { deleteEvent, getEvent, type CalendarAccess } from '../../microsoft/calendar.ts';
import type { GraphDeps } from '../../microsoft/graph.ts';
import { toProblem } from '../../microsoft/problems.ts';
import { Problem } from '../../problem.ts';
import type { Check, Context, Result } from '../check.ts';
import { answerOf, ownMailbox, recordedGraph, refused, resultOf } from './asking.ts';
import { createTestEvent, removeTestEvents, testSubject, type TestEvent } from './test-event.ts';

const day = 86_400_000;
const ahead = 300 * day;
const workMs = 25_000;
const linkWaitMs = 10_000;
const looks = [250, 500, 1000, 1500, 2000, 2500, 2500];
const cleanUpMs = 8_000;

type Calendar = { graph: GraphDeps; access: CalendarAccess };

/**
 * Makes a meeting the way it is really done, waits for its link, and deletes it; only when asked for. What an
 * interrupted run left behind is found by its property and removed first, also when no new event is asked for.
 */
export const roundTrip: Check = {
  name: 'round-trip',
  label: 'Round trip with a test meeting',
  needs: ['mailbox', 'token'],
  deadlineMs: workMs + 2 * cleanUpMs,
  async run(context) {
    const graph = recordedGraph(context);
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(workMs)]);
    const calendar = { graph, access: ownMailbox(context, signal) };
    try {
      const removed = await removeTestEvents(graph, calendar.access);
      const result = await tryOrSkip(context, calendar, removed);
      return removed === 0 ? result : { ...result, notes: [leftovers(removed), ...(result.notes ?? [])] };
    } catch (error) {
      return refused(context, error);
    }
  },
};

function leftovers(count: number): string {
  return `${count === 1 ? 'A test event that an interrupted diagnosis had left was' : `${count} test events that interrupted diagnoses had left were`} removed.`;
}

async function tryOrSkip(context: Context, calendar: Calendar, removed: number): Promise<Result> {
  if (!context.roundTrip) {
    return removed > 0
      ? { status: 'ok', title: 'No test meeting was asked for; what an earlier one had left is gone.' }
      : { status: 'skipped', title: 'Not run, because a test meeting is made only when it is asked for.' };
  }
  if (!context.facts.teams) {
    return { status: 'skipped', title: 'Not run, because the calendar does not allow Teams meetings.' };
  }
  return makeAndDelete(context, calendar);
}

async function makeAndDelete(context: Context, calendar: Calendar): Promise<Result> {
  const hour = 3_600_000;
  const start = new Date(Math.ceil((context.now().getTime() + ahead) / hour) * hour);
  const made: { event?: TestEvent } = {};
  let left: Problem | undefined;
  let result: Result;
  try {
    result = await makeAndWait(context, calendar, start, made);
  } finally {
    left = await cleanUp(calendar, made.event);
  }
  if (left === undefined) return result;
  const words = `“${testSubject}” on ${start.toISOString()} is still in the calendar: Microsoft answered ${answerOf(left)} when it was to be deleted.`;
  return {
    ...result,
    status: result.status === 'ok' ? 'warning' : result.status,
    title: result.status === 'ok' ? 'The test meeting was made, but could not be deleted.' : result.title,
    notes: [...(result.notes ?? []), words],
    remedy: 'The next diagnosis removes it; or delete it in Outlook. Nobody is invited to it.',
  };
}

async function makeAndWait(
  context: Context,
  calendar: Calendar,
  start: Date,
  made: { event?: TestEvent },
): Promise<Result> {
  try {
    made.event = await createTestEvent(calendar.graph, calendar.access, start);
    return await waitForLink(context, calendar, made.event);
  } catch (error) {
    return refused(context, error);
  }
}

async function waitForLink(context: Context, { graph, access }: Calendar, made: TestEvent): Promise<Result> {
  const until = context.now().getTime() + linkWaitMs;
  let { isOnlineMeeting, hasLink } = made;
  for (const ms of looks) {
    if (hasLink || !isOnlineMeeting || context.now().getTime() >= until) break;
    await pause(ms, undefined, { signal: access.signal }).catch(() => undefined); // too late: the next call says so
    const seen = await getEvent(graph, access, { eventId: made.id });
    if (!seen)
      return {
        status: 'not_known',
        title: 'The test event disappeared before it had a link.',
        notes: ['Another diagnosis of the same mailbox may have removed it.'],
        remedy: 'Run the round trip again, once at a time.',
      };
    isOnlineMeeting = seen.isOnlineMeeting;
    hasLink = seen.joinUrl !== undefined;
  }
  if (hasLink) return { status: 'ok', title: 'A Teams meeting was made, had its link, and was deleted again.' };
  if (!isOnlineMeeting) return resultOf(new Problem('teams_not_available'));
  return {
    status: 'warning',
    title: `The event was made, but Teams gave no link within ${linkWaitMs / 1000} seconds.`,
    problem: new Problem('provisioning'),
  };
}

/** In its own time, whatever became of the rest. Gives what stood in the way; an event that may exist counts as made. */
async function cleanUp({ graph, access }: Calendar, event: TestEvent | undefined): Promise<Problem | undefined> {
  const remove = async () => {
    const own = { ...access, signal: AbortSignal.timeout(cleanUpMs) };
    await (event ? deleteEvent(graph, own, { eventId: event.id }) : removeTestEvents(graph, own));
  };
  try {
    await remove().catch(remove);
    return undefined;
  } catch (error) {
    return toProblem(error);
  }
}

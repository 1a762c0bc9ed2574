import { setTimeout as pause } from 'node:timers/promises';
import { deleteEvent, getEvent, type CalendarAccess } from '../../microsoft/calendar.ts';
import type { GraphDeps } from '../../microsoft/graph.ts';
import { deleteOnlineMeeting, findOnlineMeetingByJoinUrl } from '../../microsoft/online-meetings.ts';
import { toProblem } from '../../microsoft/problems.ts';
import { createTestEvent, listTestEvents, testSubject, type TestEvent } from '../../microsoft/test-event.ts';
import { Problem } from '../../problem.ts';
import type { Context, Result } from '../check.ts';
import { answerOf, refused, resultOf } from './asking.ts';

const day = 86_400_000;
const ahead = 300 * day;
const linkWaitMs = 10_000;
const looks = [250, 500, 1000, 1500, 2000, 2500, 2500];
export const cleanUpMs = 8_000;

export type Calendar = {
  graph: GraphDeps;
  access: CalendarAccess;
  /** Whether the Teams meeting of a test event is looked for and ended too: it may outlive its event. */
  endsMeetings: boolean;
};

/** What is done with the link of the test meeting, before it is deleted. */
type Trial = (joinUrl: string) => Promise<Result>;

/** When test meetings are: so far ahead that nobody stumbles over one. */
export function farAhead({ now }: Pick<Context, 'now'>): Date {
  const hour = 3_600_000;
  return new Date(Math.ceil((now().getTime() + ahead) / hour) * hour);
}

/** Removes every test event of the calendar, also what an interrupted run left behind. Gives their number. */
export async function removeLeftovers(calendar: Calendar): Promise<number> {
  const events = await listTestEvents(calendar.graph, calendar.access);
  for (const event of events) await remove(calendar, event);
  return events.length;
}

/** What to say of test events that were there already. */
export function leftovers(count: number): string {
  return `${count === 1 ? 'A test event that an interrupted diagnosis had left was' : `${count} test events that interrupted diagnoses had left were`} removed.`;
}

/** Makes an event with a Teams meeting, waits for its link, tries what is to be tried with it, and deletes it. */
export async function makeAndDelete(context: Context, calendar: Calendar, trial: Trial): Promise<Result> {
  const start = farAhead(context);
  const made: { event?: TestEvent } = {};
  let left: Problem | undefined;
  let result: Result;
  try {
    result = await makeAndTry(context, calendar, { start, made, trial });
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

type Attempt = { start: Date; made: { event?: TestEvent }; trial: Trial };

async function makeAndTry(context: Context, calendar: Calendar, { start, made, trial }: Attempt): Promise<Result> {
  try {
    made.event = await createTestEvent(calendar.graph, calendar.access, start);
    const link = await waitForLink(context, calendar, made.event);
    if (typeof link !== 'string') return link;
    made.event = { ...made.event, joinUrl: link };
    return await trial(link);
  } catch (error) {
    return refused(context, error);
  }
}

async function waitForLink(context: Context, { graph, access }: Calendar, made: TestEvent): Promise<string | Result> {
  let { isOnlineMeeting, joinUrl } = made;
  let isGone = false;
  await lookUntil(context, access.signal, async () => {
    if (joinUrl !== undefined || !isOnlineMeeting) return true;
    const seen = await getEvent(graph, access, { eventId: made.id });
    isGone = seen === undefined;
    if (seen) ({ isOnlineMeeting, joinUrl } = seen);
    return isGone || joinUrl !== undefined || !isOnlineMeeting;
  });
  if (isGone)
    return {
      status: 'not_known',
      title: 'The test event disappeared before it had a link.',
      notes: ['Another diagnosis of the same mailbox may have removed it.'],
      remedy: 'Run the round trip again, once at a time.',
    };
  if (joinUrl !== undefined) return joinUrl;
  if (!isOnlineMeeting) return resultOf(new Problem('teams_not_available'));
  return {
    status: 'warning',
    title: `The event was made, but Teams gave no link within ${linkWaitMs / 1000} seconds.`,
    problem: new Problem('provisioning'),
  };
}

/** Looks again and again, with growing pauses, until it is seen or ten seconds are over. */
export async function lookUntil(
  { now }: Pick<Context, 'now'>,
  signal: AbortSignal | undefined,
  look: () => Promise<boolean>,
): Promise<void> {
  const until = now().getTime() + linkWaitMs;
  for (const ms of [0, ...looks]) {
    if (ms > 0 && now().getTime() >= until) return;
    if (ms > 0) await pause(ms, undefined, { signal }).catch(() => undefined); // too late: the next call says so
    if (await look()) return;
  }
}

/** In its own time, whatever became of the rest. Gives what stood in the way; an event that may exist counts as made. */
async function cleanUp(calendar: Calendar, event: TestEvent | undefined): Promise<Problem | undefined> {
  const clean = async () => {
    const own = { ...calendar, access: { ...calendar.access, signal: AbortSignal.timeout(cleanUpMs) } };
    await (event ? remove(own, event) : removeLeftovers(own));
  };
  try {
    await clean().catch(clean);
    return undefined;
  } catch (error) {
    return toProblem(error);
  }
}

/** The meeting first: once the event is gone, nothing leads to it any more. */
async function remove({ graph, access, endsMeetings }: Calendar, { id, joinUrl }: TestEvent): Promise<void> {
  if (endsMeetings && joinUrl !== undefined) await endMeeting(graph, access, joinUrl).catch(() => undefined);
  await deleteEvent(graph, access, { eventId: id });
}

async function endMeeting(graph: GraphDeps, access: CalendarAccess, joinUrl: string): Promise<void> {
  const meeting = await findOnlineMeetingByJoinUrl(graph, access, { joinUrl });
  if (meeting) await deleteOnlineMeeting(graph, access, { onlineMeetingId: meeting.id });
}

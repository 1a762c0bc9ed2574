import {
  applyMeetingOptions,
  createOnlineMeeting,
  deleteOnlineMeeting,
  findOnlineMeetingByJoinUrl,
  type OnlineMeeting,
} from '../../microsoft/online-meetings.ts';
import { toProblem } from '../../microsoft/problems.ts';
import { testEnd, testSubject } from '../../microsoft/test-event.ts';
import type { OrganizerRow } from '../../organizers/organizer.ts';
import { Problem } from '../../problem.ts';
import { tenantOf, type Check, type Context, type Result } from '../check.ts';
import { answerOf, isPassing, mailboxOf, recordedGraph, refused, resultOf } from './asking.ts';
import {
  cleanUpMs,
  farAhead,
  leftovers,
  lookUntil,
  makeAndDelete,
  removeLeftovers,
  type Calendar,
} from './calendar-trip.ts';
import { allowedOrganizers, displayName, nobodyAllowed } from './people.ts';

const workMs = 30_000;

/** Teams keeps one meeting for it, so that what a crash leaves behind is found by the next round trip. Never change it. */
const externalId = 'parley-diagnosis-round-trip';

/** An option that every licence includes, and that says nothing to anybody: nobody is invited. */
const trialOptions = { allowedPresenters: 'organizer' } as const;

/**
 * Makes a meeting for the first allowed organizer the way it is really done, and deletes it; only when asked for. Test
 * events that an interrupted run left in the calendar are removed also when no new one is asked for.
 */
export const appRoundTrip: Check = {
  name: 'app-round-trip',
  label: 'Round trip with a test meeting',
  needs: ['graph', 'app-token'],
  deadlineMs: workMs + 2 * cleanUpMs,
  async run(context) {
    const { features } = tenantOf(context);
    const [organizer] = (await allowedOrganizers(context)).organizers;
    if (!organizer) return nobodyAllowed;
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(workMs)]);
    const access = mailboxOf(context, organizer.object_id, signal);
    const endsMeetings = features.includes('meeting-options');
    const calendar: Calendar = { graph: recordedGraph(context), access, endsMeetings };
    if (features.includes('meetings')) return onCalendar(context, organizer, calendar);
    if (!context.roundTrip) return notAsked;
    if (features.includes('standalone-meetings')) return standingAlone(context, organizer, calendar);
    return { status: 'skipped', title: 'Not run, because no feature that is switched on makes meetings.' };
  },
};

const notAsked: Result = {
  status: 'skipped',
  title: 'Not run, because a test meeting is made only when it is asked for.',
};

async function onCalendar(context: Context, organizer: OrganizerRow, calendar: Calendar): Promise<Result> {
  let removed = 0;
  try {
    removed = await removeLeftovers(calendar);
  } catch (error) {
    return context.roundTrip ? refused(context, error) : notAsked;
  }
  const notes = removed > 0 ? [leftovers(removed)] : [];
  if (!context.roundTrip)
    return removed > 0
      ? { status: 'ok', title: 'No test meeting was asked for; what an earlier one had left is gone.', notes }
      : notAsked;
  const name = displayName(organizer);
  const result = await makeAndDelete(context, calendar, async (joinUrl) =>
    calendar.endsMeetings ? setOptions(context, calendar, { name, joinUrl }) : madeAndGone(name, 'had its link'),
  );
  return { ...result, notes: [...notes, ...(result.notes ?? [])] };
}

function madeAndGone(name: string, what: string): Result {
  return { status: 'ok', title: `A Teams meeting was made for ${name}, ${what}, and was deleted again.` };
}

/** The second half of a meeting with options: Teams' own object is looked up by the link, which can lag behind the event. */
async function setOptions(
  context: Context,
  { graph, access }: Calendar,
  { name, joinUrl }: { name: string; joinUrl: string },
): Promise<Result> {
  let meeting: OnlineMeeting | undefined;
  await lookUntil(context, access.signal, async () => {
    meeting = await findOnlineMeetingByJoinUrl(graph, access, { joinUrl });
    return meeting !== undefined;
  });
  if (!meeting) {
    const title = 'The meeting was made and had its link, but Teams did not find it by that link in time for options.';
    return { ...resultOf(new Problem('online_meeting_not_found')), status: 'warning', title };
  }
  return (await tryOption({ graph, access }, meeting.id)) ?? madeAndGone(name, 'had its link, took an option');
}

/** Gives what is to be said of an option that was not taken. */
async function tryOption(
  { graph, access }: Pick<Calendar, 'graph' | 'access'>,
  onlineMeetingId: string,
): Promise<Result | undefined> {
  const { refused: refusals } = await applyMeetingOptions(graph, access, { onlineMeetingId, options: trialOptions });
  const [first] = refusals;
  return first && { ...resultOf(first.problem), status: 'warning', title: 'The meeting was made, but took no option.' };
}

async function standingAlone(context: Context, organizer: OrganizerRow, calendar: Calendar): Promise<Result> {
  const { graph, access, endsMeetings } = calendar;
  const start = farAhead(context);
  const draft = { externalId, subject: testSubject, start, end: testEnd(start) };
  try {
    const meeting = await twice(() => createOnlineMeeting(graph, access, draft));
    const result = endsMeetings
      ? await tryOption(calendar, meeting.id).catch((error: unknown) => refused(context, error))
      : undefined;
    const own = { ...access, signal: AbortSignal.timeout(cleanUpMs) };
    const end = () => deleteOnlineMeeting(graph, own, { onlineMeetingId: meeting.id });
    const left = await twice(end).then(() => undefined, toProblem);
    if (left) return notDeleted(left);
    if (result) return result;
    if (meeting.joinUrl === undefined) {
      const title = 'The meeting was made, but had no link.';
      return { status: 'warning', title, problem: new Problem('provisioning') };
    }
    return madeAndGone(displayName(organizer), `had its link${endsMeetings ? ', took an option' : ''}`);
  } catch (error) {
    return refused(context, error);
  }
}

/** Asks again where the answer was lost: both requests have the same effect however often they are sent. */
async function twice<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isPassing(toProblem(error))) throw error;
    return ask();
  }
}

function notDeleted(problem: Problem): Result {
  return {
    status: 'warning',
    title: 'The test meeting was made, but could not be deleted.',
    notes: [`Microsoft answered ${answerOf(problem)}. The meeting is on no calendar, and nobody is invited.`],
    remedy: 'The next round trip deletes it.',
  };
}

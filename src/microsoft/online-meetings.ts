import { z } from 'zod';
import { Problem } from '../problem.ts';
import type { CalendarAccess } from './calendar.ts';
import { graph, GraphError, type GraphDeps } from './graph.ts';
import { isGuid } from './guid.ts';
import { readMeetingOptions, unmetOptions, type MeetingOption, type MeetingOptions } from './meeting-options.ts';
import { literal, query, segment } from './odata.ts';
import { toProblem } from './problems.ts';
import { onlineMeetingAnswer, onlineMeetingListAnswer, type OnlineMeetingAnswer } from './wire.ts';

export { meetingOptions, unmetOptions, type MeetingOption, type MeetingOptions } from './meeting-options.ts';

/** Roles beyond `attendee` are for people of the organizer's directory only. */
export type MeetingAttendee = {
  upn: string;
  objectId?: string | undefined;
  role: 'attendee' | 'presenter' | 'coorganizer';
};

export type OnlineMeetingDraft = {
  /** Teams keeps one meeting for an organizer and an external id, however often it is asked. A new meeting has a new one. */
  externalId: string;
  subject: string;
  start: Date;
  end: Date;
  attendees?: MeetingAttendee[];
};

export type OnlineMeetingChanges = {
  subject?: string;
  /** Always together with `end`. */
  start?: Date;
  end?: Date;
  /** The whole list, with roles: who is not in it is no attendee any more. */
  attendees?: MeetingAttendee[];
  options?: MeetingOptions;
};

export type OnlineMeeting = {
  id: string;
  subject: string;
  start: Date;
  end: Date;
  /** Opaque: never take it apart, and look the meeting up with exactly this text. */
  joinUrl: string | undefined;
  /** What people type who have no link. */
  joinMeetingId: string | undefined;
  passcode: string | undefined;
  externalId: string | undefined;
  /** Object id. */
  organizerId: string | undefined;
  threadId: string | undefined;
  attendees: MeetingAttendee[];
  /** As they are in force; a value that Parley does not know is left out. */
  options: MeetingOptions;
};

/** Without it, members of enumerations that Graph added later come back as `unknownFutureValue`. */
export const PREFER = ['include-unknown-enum-members'];

/**
 * Makes a meeting that is on no calendar and invites nobody; asked again, it finds the first one, as it was then: compare
 * subject and times, and update what differs. Options are for `applyMeetingOptions`, so that none can cost the meeting.
 */
export async function createOnlineMeeting(
  deps: GraphDeps,
  access: CalendarAccess,
  draft: OnlineMeetingDraft,
): Promise<OnlineMeeting> {
  const answer = await graph(deps, {
    ...call(access),
    method: 'POST',
    path: `${root(access)}/createOrGet`,
    schema: onlineMeetingAnswer,
    body: {
      externalId: draft.externalId,
      subject: draft.subject,
      ...times(draft),
      ...(draft.attendees === undefined ? {} : participants(draft.attendees)),
    },
  });
  return onlineMeeting(answer);
}

/** The meeting, or `undefined` when Teams has it no more. */
export async function getOnlineMeeting(
  deps: GraphDeps,
  access: CalendarAccess,
  p: { onlineMeetingId: string },
): Promise<OnlineMeeting | undefined> {
  const path = meetingPath(access, p.onlineMeetingId);
  const answer = await unlessGone(graph(deps, { ...call(access), method: 'GET', path, schema: onlineMeetingAnswer }));
  return answer && onlineMeeting(answer);
}

/**
 * The organizer's meeting with exactly this join URL; `undefined` while Teams does not find it, which can last some time
 * after an event was made. Throws `meeting_lookup_denied` on behalf of anybody else.
 */
export async function findOnlineMeetingByJoinUrl(
  deps: GraphDeps,
  access: CalendarAccess,
  p: { joinUrl: string },
): Promise<OnlineMeeting | undefined> {
  const byUrl = await search(deps, access, `JoinWebUrl eq ${literal(p.joinUrl)}`);
  if (byUrl) return byUrl;
  // Short links may be known by the number in them only.
  const joinMeetingId = /^https:\/\/[^/]+\/meet\/(\d+)(?:\?|$)/.exec(p.joinUrl)?.[1];
  return joinMeetingId === undefined
    ? undefined
    : search(deps, access, `joinMeetingIdSettings/joinMeetingId eq ${literal(joinMeetingId)}`);
}

/** Changes a meeting. Of one that belongs to a calendar event change options only: the event holds the rest. */
export async function updateOnlineMeeting(
  deps: GraphDeps,
  access: CalendarAccess,
  p: { onlineMeetingId: string; changes: OnlineMeetingChanges },
): Promise<OnlineMeeting> {
  const { subject, start, end, attendees, options } = p.changes;
  if ((start === undefined) !== (end === undefined)) throw new TypeError('start and end change together');
  const answer = await graph(deps, {
    ...call(access),
    method: 'PATCH',
    path: meetingPath(access, p.onlineMeetingId),
    schema: onlineMeetingAnswer,
    body: {
      ...(subject === undefined ? {} : { subject }),
      ...(start && end ? times({ start, end }) : {}),
      ...(attendees === undefined ? {} : participants(attendees)),
      ...options,
    },
  });
  return onlineMeeting(answer);
}

export type RefusedOption = { option: MeetingOption; problem: Problem };

/**
 * Sets options, as many as Teams takes. An option that the organizer's licence or policy does not include is refused by
 * name and costs neither the meeting nor the other options. Throws where no option is to blame: policy, permission, fault.
 */
export async function applyMeetingOptions(
  deps: GraphDeps,
  access: CalendarAccess,
  p: { onlineMeetingId: string; options: MeetingOptions },
): Promise<{ meeting: OnlineMeeting; refused: RefusedOption[] }> {
  const { onlineMeetingId, options } = p;
  const set = (changes: MeetingOptions) =>
    updateOnlineMeeting(deps, access, { onlineMeetingId, changes: { options: changes } });
  try {
    const meeting = await set(options);
    return { meeting, refused: ignored(options, meeting, []) };
  } catch (error) {
    if (!isRefusedOption(error)) throw error;
  }
  // One of them is refused, and Graph does not say which in words that can be relied on.
  const refused: RefusedOption[] = [];
  let meeting: OnlineMeeting | undefined;
  for (const option of Object.keys(options) as MeetingOption[]) {
    try {
      meeting = await set({ [option]: options[option] });
    } catch (error) {
      if (!isRefusedOption(error)) throw error;
      refused.push({ option, problem: notApplied(option, error) });
    }
  }
  meeting ??= await getOnlineMeeting(deps, access, { onlineMeetingId });
  if (!meeting) throw new Problem('online_meeting_not_found');
  return { meeting, refused: [...refused, ...ignored(options, meeting, refused)] };
}

/** Ends a meeting: its link stops working. A calendar event that it belongs to stays. */
export async function deleteOnlineMeeting(
  deps: GraphDeps,
  access: CalendarAccess,
  p: { onlineMeetingId: string },
): Promise<'deleted' | 'gone'> {
  const path = meetingPath(access, p.onlineMeetingId);
  const done = graph(deps, { ...call(access), method: 'DELETE', path, schema: z.undefined() });
  return (await unlessGone(done.then(() => 'deleted' as const))) ?? 'gone';
}

async function search(deps: GraphDeps, access: CalendarAccess, $filter: string): Promise<OnlineMeeting | undefined> {
  const path = `${root(access)}?${query({ $filter })}`;
  const found = await unlessGone(
    graph(deps, { ...call(access), method: 'GET', path, schema: onlineMeetingListAnswer }),
  );
  const [meeting] = found?.value ?? [];
  return meeting && onlineMeeting(meeting);
}

function call(access: CalendarAccess) {
  return { accessToken: access.accessToken, prefer: PREFER, signal: access.signal };
}

/** Teams knows users here by object id only, other than Exchange does. */
function root({ mailbox }: CalendarAccess): string {
  if (mailbox.kind === 'me') return '/me/onlineMeetings';
  if (!isGuid(mailbox.objectId)) throw new TypeError('online meetings want the object id of their organizer');
  return `/users/${mailbox.objectId}/onlineMeetings`;
}

/** Of one meeting of the organizer's. */
export function meetingPath(access: CalendarAccess, onlineMeetingId: string): string {
  return `${root(access)}/${segment(onlineMeetingId)}`;
}

function times({ start, end }: { start: Date; end: Date }) {
  return { startDateTime: start.toISOString(), endDateTime: end.toISOString() };
}

function participants(attendees: MeetingAttendee[]) {
  return {
    participants: {
      attendees: attendees.map(({ upn, objectId, role }) => ({
        upn,
        role,
        ...(objectId === undefined ? {} : { identity: { user: { id: objectId } } }),
      })),
    },
  };
}

/** A refusal of what was sent, not of who sent it: another token, policy or moment would not change it. */
function isRefusedOption(error: unknown): error is GraphError {
  if (!(error instanceof GraphError) || (error.status !== 400 && error.status !== 403)) return false;
  // “Missing role permissions on the request. API requires one of …”: no option is to blame for that.
  if (/permissions on the request/i.test(error.providerMessage ?? '')) return false;
  const { code } = toProblem(error);
  return ['microsoft_request_invalid', 'microsoft_refused', 'missing_permission', 'organizer_not_licensed'].includes(
    code,
  );
}

function ignored(wanted: MeetingOptions, meeting: OnlineMeeting, known: RefusedOption[]): RefusedOption[] {
  return unmetOptions(wanted, meeting.options)
    .filter((option) => !known.some((refusal) => refusal.option === option))
    .map((option) => ({ option, problem: notApplied(option) }));
}

function notApplied(option: MeetingOption, cause?: GraphError): Problem {
  return new Problem('meeting_option_not_applied', {
    detail: `Teams did not apply the option “${option}”.`,
    cause,
    provider: cause && toProblem(cause).provider,
  });
}

/** Teams' 404 for a meeting it does not know; one about the user proves nothing of the meeting. */
async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GraphError && error.status === 410) return undefined;
    if (
      error instanceof GraphError &&
      error.status === 404 &&
      ['NotFound', 'UnknownError'].includes(error.code) &&
      !/\buser\b/i.test(error.providerMessage ?? '')
    ) {
      return undefined;
    }
    throw error;
  }
}

function onlineMeeting(answer: OnlineMeetingAnswer): OnlineMeeting {
  return {
    id: answer.id,
    subject: answer.subject ?? '',
    start: new Date(answer.startDateTime),
    end: new Date(answer.endDateTime),
    joinUrl: answer.joinWebUrl || undefined,
    joinMeetingId: answer.joinMeetingIdSettings?.joinMeetingId ?? undefined,
    passcode: answer.joinMeetingIdSettings?.passcode ?? undefined,
    externalId: answer.externalId ?? undefined,
    organizerId: answer.participants?.organizer?.identity?.user?.id?.toLowerCase(),
    threadId: answer.chatInfo?.threadId ?? undefined,
    attendees: (answer.participants?.attendees ?? []).map((each) => ({
      upn: each.upn ?? '',
      objectId: each.identity?.user?.id?.toLowerCase(),
      role: each.role === 'presenter' || each.role === 'coorganizer' ? each.role : 'attendee',
    })),
    options: readMeetingOptions(answer),
  };
}

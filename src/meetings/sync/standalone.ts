import {
  createOnlineMeeting,
  deleteOnlineMeeting,
  getOnlineMeeting,
  updateOnlineMeeting,
  type MeetingAttendee,
  type OnlineMeeting,
} from '../../microsoft/online-meetings.ts';
import { Problem } from '../../problem.ts';
import type { Attendee } from '../../database/schema.ts';
import {
  createOnItsWay,
  eventReference,
  patchFor,
  whileSending,
  wholeMeeting,
  type MeetingPatch,
  type MeetingRow,
} from '../meeting.ts';
import { markCreating, markSending, rememberEvent, unmarkCreating, type EventFacts, type Outcome } from '../settle.ts';
import { madeNothing, type Call, type Done } from './call.ts';

/**
 * Makes Teams match: a meeting that is on no calendar. Teams keeps one for each organizer and external id, however often
 * it is asked, so that a create whose answer was lost is simply asked again.
 */
export async function syncOnlineMeeting(call: Call): Promise<Done> {
  const { row } = call;
  if (row.wanted === 'cancelled') return remove(call);
  if (row.online_meeting_id === null) return create(call);
  const meeting = await getOnlineMeeting(call.graph, call.access, { onlineMeetingId: row.online_meeting_id });
  if (!meeting) throw new Problem('online_meeting_not_found');
  return update(call, meeting);
}

async function create(call: Call): Promise<Done> {
  const { deps, row } = call;
  if (row.ends_at <= deps.now()) throw new Problem('meeting_over');
  const marked = await markCreating(deps, row, whileSending(row, wholeMeeting(row)));
  if (!marked) return 'superseded';
  const meeting = await createOrFind(call).catch(async (error: unknown) => {
    if (madeNothing(error)) await unmarkCreating(deps, row, marked);
    throw error;
  });
  await rememberEvent(deps.db, row, factsOf(meeting));
  // One that was made before, by a create whose answer was lost, may have other values than are wanted now.
  return update({ ...call, row: marked }, meeting);
}

function createOrFind({ graph, access, row }: Call): Promise<OnlineMeeting> {
  return createOnlineMeeting(graph, access, {
    externalId: eventReference(row),
    subject: row.subject,
    start: row.starts_at,
    end: row.ends_at,
    attendees: row.attendees.map(({ email, role = 'attendee' }) => ({ upn: email, role })),
  });
}

async function update(call: Call, meeting: OnlineMeeting): Promise<Done> {
  const { graph, access, deps, row } = call;
  const { subject, start, end } = meeting;
  const observed = { subject, start, end, attendees: meeting.attendees.map(({ upn }) => upn) };
  const patch: MeetingPatch = { ...rolesFor(row, meeting), ...patchFor(row, observed) };
  if (Object.keys(patch).length === 0) return withLink(meeting);
  if (!(await markSending(deps, row, whileSending(row, patch)))) return 'superseded';
  const changed = await updateOnlineMeeting(graph, access, {
    onlineMeetingId: meeting.id,
    changes: {
      ...(patch.subject !== undefined && { subject: patch.subject }),
      ...(patch.start && patch.end && { start: patch.start, end: patch.end }),
      ...(patch.attendees && { attendees: participants(patch.attendees, meeting) }),
    },
  });
  return withLink(changed);
}

/** Everybody who is there, where somebody does not have the role that is wanted for them. */
function rolesFor(row: MeetingRow, { attendees }: OnlineMeeting): MeetingPatch {
  const wanted = new Map(row.attendees.map(({ email, role }) => [email.toLowerCase(), role]));
  const differs = attendees.some(({ upn, role }) => (wanted.get(upn.toLowerCase()) ?? role) !== role);
  if (!differs) return {};
  const others = attendees.filter(({ upn }) => !wanted.has(upn.toLowerCase()));
  return { attendees: [...row.attendees, ...others.map(({ upn }) => ({ email: upn, name: null }))] };
}

/**
 * Whoever Parley says nothing of keeps the role that somebody gave them at Teams. Roles beyond attendee are for people of
 * the tenant; Teams refuses them for anybody else.
 */
function participants(attendees: Attendee[], meeting: OnlineMeeting): MeetingAttendee[] {
  const known = new Map(meeting.attendees.map(({ upn, role }) => [upn.toLowerCase(), role]));
  return attendees.map(({ email, role }) => ({
    upn: email,
    role: role ?? known.get(email.toLowerCase()) ?? 'attendee',
  }));
}

/** A create that was ever sent is asked for once more, because only so can what it made be found, and then removed. */
async function remove(call: Call): Promise<Outcome> {
  const { graph, access, row, deps } = call;
  if (row.online_meeting_id === null) {
    if (row.create_started_at === null) return { kind: 'cancelled' };
    const unresolved = createOnItsWay(row, deps.now());
    if (unresolved) throw unresolved;
  }
  const onlineMeetingId = row.online_meeting_id ?? (await createOrFind(call)).id;
  await deleteOnlineMeeting(graph, access, { onlineMeetingId });
  return { kind: 'cancelled' };
}

function withLink(meeting: OnlineMeeting): Outcome {
  const facts = factsOf(meeting);
  return meeting.joinUrl
    ? { kind: 'ready', event: { ...facts, joinUrl: meeting.joinUrl } }
    : { kind: 'provisioning', event: facts };
}

function factsOf({ id, joinUrl }: OnlineMeeting): EventFacts {
  return { onlineMeetingId: id, joinUrl };
}

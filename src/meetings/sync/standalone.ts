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
import { eventReference, patchFor, whileSending, wholeMeeting } from '../meeting.ts';
import { markSending, rememberEvent, type EventFacts, type Outcome } from '../settle.ts';
import type { Call, Done } from './call.ts';

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
  const synced = whileSending(row, wholeMeeting(row));
  if (!(await markSending(deps, row, synced))) return 'superseded';
  const meeting = await createOrFind(call);
  await rememberEvent(deps.db, row, factsOf(meeting));
  // One that was made before, by a create whose answer was lost, may have other values than are wanted now.
  return update({ ...call, row: { ...row, synced } }, meeting);
}

function createOrFind({ graph, access, row }: Call): Promise<OnlineMeeting> {
  return createOnlineMeeting(graph, access, {
    externalId: eventReference(row),
    subject: row.subject,
    start: row.starts_at,
    end: row.ends_at,
    attendees: row.attendees.map(participant),
  });
}

async function update(call: Call, meeting: OnlineMeeting): Promise<Done> {
  const { graph, access, deps, row } = call;
  const attendees = meeting.attendees.map(({ upn }) => upn);
  const patch = patchFor(row, { subject: meeting.subject, start: meeting.start, end: meeting.end, attendees });
  if (!patch) return withLink(meeting);
  if (!(await markSending(deps, row, whileSending(row, patch)))) return 'superseded';
  const { subject, start, end } = patch;
  const changed = await updateOnlineMeeting(graph, access, {
    onlineMeetingId: meeting.id,
    changes: {
      ...(subject !== undefined && { subject }),
      ...(start && end && { start, end }),
      ...(patch.attendees && { attendees: patch.attendees.map(participant) }),
    },
  });
  return withLink(changed);
}

/** A create that was ever sent is asked for once more, because only so can what it made be found, and then removed. */
async function remove(call: Call): Promise<Outcome> {
  const { graph, access, row } = call;
  if (row.online_meeting_id === null && row.create_started_at === null) return { kind: 'cancelled' };
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

/** Roles beyond attendee are for people of the tenant; Teams refuses them for anybody else. */
function participant({ email, role = 'attendee' }: Attendee): MeetingAttendee {
  return { upn: email, role };
}

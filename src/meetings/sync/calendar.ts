import type { ExternalConference } from '../../database/schema.ts';
import { manageUrl } from '../manage-link.ts';
import { Problem } from '../../problem.ts';
import {
  cancelEvent,
  createEvent,
  deleteEvent,
  findEvent,
  getCalendar,
  getEvent,
  isCancelRefused,
  shownIn,
  updateEvent,
  type CalendarAccess,
  type CalendarEvent,
} from '../../microsoft/calendar.ts';
import { getEventText } from '../../microsoft/event-text.ts';
import { GraphError, type GraphDeps } from '../../microsoft/graph.ts';
import {
  createOnItsWay,
  eventReference,
  manageUrlPlaceholder,
  patchFor,
  whileSending,
  wholeMeeting,
  type MeetingPatch,
  type MeetingRow,
} from '../meeting.ts';
import { markCreating, markSending, rememberEvent, unmarkCreating, type EventFacts, type Outcome } from '../settle.ts';
import { madeNothing, type Call, type Done } from './call.ts';
import { conferenceBlock, isPlaceOfBlock, placeOf, withBlock } from './conference-block.ts';

/** Makes the organizer's calendar match: an event that carries a Teams meeting or tells of another, changed, or gone. */
export async function syncEvent(call: Call): Promise<Done> {
  const event = await observe(call);
  if (call.row.wanted === 'cancelled') return remove(call, event);
  if (event && !event.isCancelled) return update(call, event);
  // Somebody removed it: that is theirs to take back, and nothing is made unasked.
  if (call.row.provider_event_id || event) return { kind: 'removed', how: event ? 'cancelled' : 'deleted' };
  return create(call);
}

/** Looks before anything is done. Nothing to look for is known only if no create was ever sent. */
async function observe({ graph, access, row }: Call): Promise<CalendarEvent | undefined> {
  const known = row.provider_event_id && (await getEvent(graph, access, { eventId: row.provider_event_id }));
  if (known && !known.isCancelled) return known;
  // Under another id it may be there all the same: a create that arrived late, an event that somebody restored.
  const found = row.create_started_at && (await findEvent(graph, access, { meetingId: eventReference(row) }));
  return found || known || undefined;
}

async function create(call: Call): Promise<Done> {
  const { deps, row } = call;
  if (row.ends_at <= deps.now()) throw new Problem('meeting_over');
  const marked = await markCreating(deps, row, whileSending(row, wholeMeeting(row)));
  if (!marked) return 'superseded';
  const posted = await post(call, marked);
  if (!posted) return { kind: 'removed', how: 'deleted' };
  const { event, made } = posted;
  // An earlier create, whose answer was lost, made it: perhaps with other values than are wanted now.
  if (!made) return update({ ...call, row: marked }, event);
  await (event.joinUrl || row.kind === 'external' ? undefined : rememberEvent(deps.db, row, factsOf(event)));
  return withLink(call, event);
}

/** `undefined`: an earlier create had made it, and somebody has removed it since. */
async function post(
  { graph, access, deps, row }: Call,
  marked: MeetingRow,
): Promise<{ event: CalendarEvent; made: boolean } | undefined> {
  const url = manageUrl(await deps.dataKeys(row.workspace_id), deps.publicUrl, row.id);
  try {
    const event = await createEvent(graph, access, {
      meetingId: eventReference(row),
      transactionId: eventReference(row),
      subject: row.subject,
      bodyHtml: row.body_html.replaceAll(manageUrlPlaceholder, url) + conferenceBlock(row.external_conference),
      start: row.starts_at,
      end: row.ends_at,
      timeZone: row.time_zone,
      attendees: row.attendees.map(({ email, name }) => ({ email, ...(name && { name }) })),
      ...(row.kind === 'external' && { elsewhere: { location: placeOf(row.external_conference) } }),
    });
    return { event, made: true };
  } catch (error) {
    const eventId = error instanceof GraphError ? error.existingEventId : undefined;
    if (!eventId) {
      if (madeNothing(error)) await unmarkCreating(deps, row, marked);
      throw error;
    }
    const event = await getEvent(graph, access, { eventId });
    return event && !event.isCancelled ? { event, made: false } : undefined;
  }
}

async function update(call: Call, event: CalendarEvent): Promise<Done> {
  const { graph, access, deps, row } = call;
  const patch: MeetingPatch = patchFor(row, event) ?? {};
  const { conference, ...fields } = patch;
  const text = conference === undefined ? {} : await textChanges(call, event, conference);
  // Somebody removed it just now: that is looked at instead.
  if (!text) return 'superseded';
  const changes = {
    ...fields,
    ...text,
    ...(patch.start && event.days && { notAllDay: true }),
    ...(row.kind === 'calendar' && !event.isOnlineMeeting && { onlineMeeting: true }),
  };
  if (Object.keys(changes).length === 0) return withLink(call, event);
  if (!(await markSending(deps, row, whileSending(row, patch)))) return 'superseded';
  return withLink(call, await updateEvent(graph, access, { eventId: event.id, changes }));
}

/** What has to be sent so that the event tells of this conference; what people wrote into it themselves is kept. */
async function textChanges({ graph, access, row }: Call, event: CalendarEvent, conference: ExternalConference | null) {
  const now = await getEventText(graph, access, { eventId: event.id });
  if (!now) return undefined;
  const [html, place] = [withBlock(now.html, conferenceBlock(conference)), placeOf(conference)];
  const isOurs =
    ['', placeOf(row.synced?.conference || null)].includes(now.location) || isPlaceOfBlock(now.html, now.location);
  return {
    ...(html !== now.html && { bodyHtml: html }),
    ...(isOurs && place !== now.location && { location: place }),
  };
}

/** A success status is no proof of a meeting: only a join URL that was read back is. */
async function withLink(call: Call, event: CalendarEvent): Promise<Outcome> {
  const facts = factsOf(event);
  const shown = shownIn(call.row.time_zone, event);
  if (call.row.kind === 'external') return { kind: 'ready', event: { ...facts, joinUrl: null }, shown };
  if (event.joinUrl) return { kind: 'ready', event: { ...facts, joinUrl: event.joinUrl }, shown };
  if (event.isOnlineMeeting) return { kind: 'provisioning', event: facts };
  await rememberEvent(call.deps.db, call.row, facts);
  throw await whyNoTeams(call);
}

async function whyNoTeams({ graph, access }: Call): Promise<Problem> {
  const calendar = await getCalendar(graph, access).catch(() => undefined);
  if (!calendar) return new Problem('teams_not_available');
  const allowed = calendar.allowedOnlineMeetingProviders;
  if (allowed.includes('teamsForBusiness')) {
    const detail = 'The calendar allows Teams, so the organizer most likely has no Teams licence.';
    return new Problem('teams_not_available', { detail });
  }
  const instead = allowed.length > 0 ? `${allowed.join(', ')}, but not Teams` : 'no online meetings at all';
  return new Problem('teams_not_available', { detail: `The organizer’s calendar allows ${instead}.` });
}

async function remove(call: Call, event: CalendarEvent | undefined): Promise<Outcome> {
  const { graph, access, row, deps } = call;
  if (event && !event.isCancelled) {
    await cancelOrDelete(graph, access, event, row.cancel_comment ?? '');
    return { kind: 'cancelled', eventId: event.id };
  }
  // A create whose answer was lost may still arrive: it is waited for, so that nothing is left behind.
  const unresolved = event || row.provider_event_id ? undefined : createOnItsWay(row, deps.now());
  if (unresolved) throw unresolved;
  return { kind: 'cancelled' };
}

/** Attendees get Outlook's cancellation; where Graph refuses to cancel (nobody was invited), the event is deleted. */
async function cancelOrDelete(
  graph: GraphDeps,
  access: CalendarAccess,
  event: CalendarEvent,
  comment: string,
): Promise<void> {
  if (event.attendees.length === 0) {
    await deleteEvent(graph, access, { eventId: event.id });
    return;
  }
  try {
    await cancelEvent(graph, access, { eventId: event.id, comment });
  } catch (error) {
    if (!isCancelRefused(error)) throw error;
    await deleteEvent(graph, access, { eventId: event.id });
  }
}

function factsOf({ id, iCalUId, webLink, joinUrl }: CalendarEvent): EventFacts {
  return { eventId: id, iCalUId, webLink, joinUrl };
}

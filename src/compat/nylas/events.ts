import type { Kysely } from 'kysely';
import type { ConnectionRow } from '../../connections/connection.ts';
import { getUsableConnection } from '../../connections/service.ts';
import type { Attendee, Database } from '../../database/schema.ts';
import { heldByBooking, isSame, type MeetingRow } from '../../meetings/meeting.ts';
import {
  cancelMeeting,
  changeMeeting,
  createMeeting,
  getMeeting,
  type MeetingChanges,
  type MeetingDeps,
  type MeetingFilter,
} from '../../meetings/service.ts';
import { homeOfConnection } from '../../organizers/home.ts';
import { Problem, type FieldError } from '../../problem.ts';
import { isTeams, type Conferencing } from './conferencing.ts';
import { descriptionOf } from './event-json.ts';
import type { EventInput } from './event-input.ts';

/** The meetings that are events of a grant: those in its mailbox that are made with its permission. */
export function eventsOf(grant: ConnectionRow): NonNullable<MeetingFilter['calendarOf']> {
  return homeOfConnection(grant.workspace_id, grant).mailbox;
}

/** An event of a grant that is not cancelled. Throws `not_found`, also for another grant's. */
export async function getEvent(
  { db }: { db: Kysely<Database> },
  grant: ConnectionRow,
  id: string,
): Promise<MeetingRow> {
  const row = await findOwn({ db }, grant, id);
  if (row.wanted === 'cancelled') throw new Problem('not_found');
  return row;
}

/** Makes an event, which is a meeting in the grant's mailbox. Throws what stands in the way of making meetings there. */
export async function createEvent(deps: MeetingDeps, grant: ConnectionRow, input: EventInput): Promise<MeetingRow> {
  const { when, conferencing = { kind: 'none' }, participants: attendees = [], metadata } = input;
  if (!when) throw invalid('/when', 'Give start_time and end_time, in seconds since 1970.');
  if (conferencing.kind === 'named')
    throw invalid('/conferencing', 'Say “autocreate” to have the meeting made, or give its “details”.');
  const usable = await getUsableConnection(deps, grant.workspace_id, grant.id);
  const { start, end, timeZone = 'UTC' } = when;
  const home = homeOfConnection(grant.workspace_id, usable);
  const common = {
    home,
    subject: input.title ?? 'Meeting',
    bodyHtml: input.bodyHtml ?? '',
    start,
    end,
    timeZone,
    attendees,
    metadata,
  };
  return deps.db.transaction().execute((trx) =>
    createMeeting(
      { ...deps, db: trx },
      conferencing.kind === 'autocreate'
        ? { ...common, kind: 'calendar', options: conferencing.options }
        : {
            ...common,
            kind: 'external',
            options: null,
            conference: conferencing.kind === 'details' ? conferencing.conference : null,
          },
    ),
  );
}

/**
 * Changes what is said differently of an event than it is; what is not said stays, and what an event was made with cannot
 * become something else. `undefined` where nothing is to be changed.
 */
export async function changeEvent(
  deps: MeetingDeps,
  row: MeetingRow,
  input: EventInput,
): Promise<MeetingRow | undefined> {
  const changes = changesTo(row, input);
  if (Object.keys(changes).length === 0) return undefined;
  if (changes.start && row.booking_id !== null) throw heldByBooking(row.booking_id);
  return deps.db.transaction().execute((trx) => changeMeeting({ ...deps, db: trx }, row.workspace_id, row.id, changes));
}

/** Cancels an event; those who are invited are told by Outlook. Asking twice changes nothing. Throws `not_found`. */
export async function cancelEvent(deps: MeetingDeps, grant: ConnectionRow, id: string): Promise<MeetingRow> {
  const row = await findOwn(deps, grant, id);
  if (row.booking_id !== null) throw heldByBooking(row.booking_id);
  return deps.db.transaction().execute((trx) => cancelMeeting({ ...deps, db: trx }, row.workspace_id, row.id, ''));
}

/** What only those can do who were invited by somebody else. Throws `invalid_request`, or `not_found`. */
export async function refuseRsvp(deps: { db: Kysely<Database> }, grant: ConnectionRow, id: string): Promise<never> {
  await getEvent(deps, grant, id);
  throw new Problem('invalid_request', {
    detail: 'Events here are organized by the grant itself: only those whom it invites accept or decline.',
  });
}

async function findOwn({ db }: { db: Kysely<Database> }, grant: ConnectionRow, id: string): Promise<MeetingRow> {
  if (!/^[\w-]{1,64}$/.test(id)) throw new Problem('not_found');
  const row = await getMeeting({ db }, grant.workspace_id, id);
  const { tenantId, organizerId, access } = eventsOf(grant);
  const isOwn = row.tenant_id === tenantId && row.organizer_id === organizerId && row.access === access;
  if (!isOwn || row.kind === 'standalone') throw new Problem('not_found');
  return row;
}

function changesTo(row: MeetingRow, input: EventInput): MeetingChanges {
  const { title, bodyHtml, when, participants, conferencing, metadata } = input;
  if (bodyHtml !== undefined && bodyHtml !== row.body_html && bodyHtml !== descriptionOf(row))
    throw invalid('/description', 'The text was sent with the invitation. Leave it out, or as it was.');
  const { start, end, timeZone = row.time_zone } = when ?? { start: row.starts_at, end: row.ends_at };
  const moved = start.getTime() !== row.starts_at.getTime() || end.getTime() !== row.ends_at.getTime();
  return {
    ...(title !== undefined && title !== row.subject && { subject: title }),
    ...(moved && { start, end }),
    ...(timeZone !== row.time_zone && { timeZone }),
    ...(participants && !isSame(participants.map(invited), row.attendees.map(invited)) && { attendees: participants }),
    ...(metadata && !isSame(metadata, row.metadata) && { metadata }),
    ...(conferencing && conferenceChange(row, conferencing)),
  };
}

function invited({ email, name }: Attendee) {
  return { email: email.toLowerCase(), name };
}

/** An event keeps the conference that it was made with; only details that were given by hand are given anew. */
function conferenceChange(row: MeetingRow, wanted: Conferencing): Pick<MeetingChanges, 'options' | 'conference'> {
  return row.kind === 'external' ? changeByHand(row, wanted) : changeOfTeams(row, wanted);
}

function changeOfTeams(row: MeetingRow, wanted: Conferencing): Pick<MeetingChanges, 'options'> {
  if (wanted.kind === 'autocreate')
    return wanted.options && !isSame(wanted.options, row.options) ? { options: wanted.options } : {};
  const isEcho =
    (wanted.kind === 'named' && isTeams(wanted.provider)) ||
    (wanted.kind === 'details' && isTeams(wanted.conference.provider) && wanted.conference.url === row.join_url);
  if (isEcho) return {};
  throw invalid(
    '/conferencing',
    'This event carries its own Teams meeting. For another, or for none, make a new event.',
  );
}

function changeByHand(row: MeetingRow, wanted: Conferencing): Pick<MeetingChanges, 'conference'> {
  const { external_conference: now } = row;
  if (wanted.kind === 'autocreate')
    throw invalid('/conferencing/autocreate', 'A Teams meeting is made together with its event: make a new event.');
  if (wanted.kind === 'named') {
    if (wanted.provider === now?.provider) return {};
    throw invalid('/conferencing', 'Give the “details” of the conference.');
  }
  const conference = wanted.kind === 'details' ? wanted.conference : null;
  return isSame(conference, now) ? {} : { conference };
}

function invalid(pointer: string, detail: string): Problem {
  const errors: FieldError[] = [{ pointer, detail }];
  return new Problem('invalid_request', { errors });
}

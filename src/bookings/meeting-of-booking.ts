import { cancelMeeting, changeMeeting, createMeeting, getMeeting } from '../meetings/service.ts';
import type { MeetingRow, WantedMeeting } from '../meetings/meeting.ts';
import type { OpenEventType, OpenHost } from '../scheduling/offer.ts';
import { takeTurns } from '../scheduling/reservations.ts';
import { meetingSubject, type BookingRow, type Visitor } from './booking.ts';
import { groupInvitationHtml, invitationHtml } from './invitation.ts';
import { attendeesOf, withoutAddresses, withVisitor } from './people-of-meeting.ts';
import type { BookingDeps } from './service.ts';

/** A booking that wants its Teams meeting, with those who meet the visitor, the leader first. */
export type Wanting = {
  open: OpenEventType;
  choice: readonly OpenHost[];
  booking: Pick<BookingRow, 'id' | 'session_id' | 'starts_at' | 'ends_at' | 'attendees' | 'note'>;
  visitor: Visitor;
};

/** The meeting of a booking: its own, or in a group the one that the others of its session have already. */
export async function joinMeeting(deps: BookingDeps, wanting: Wanting, meetingId: string): Promise<MeetingRow> {
  const { eventType } = wanting.open;
  const isGroup = eventType.capacity > 1;
  if (isGroup) await takeTurns(deps, wanting.booking.session_id);
  const shared = isGroup ? await meetingOfSession(deps, wanting.booking) : undefined;
  if (!shared) return createMeeting(deps, wantedMeeting(wanting), { id: meetingId, bookingId: wanting.booking.id });
  const people = { visitor: wanting.visitor, companions: wanting.booking.attendees, rule: wanting.open.visitorRule };
  const attendees = withVisitor(eventType, shared.attendees, people);
  if (attendees.length === shared.attendees.length) return shared;
  return changeMeeting(deps, shared.workspace_id, shared.id, { attendees });
}

/**
 * Takes a booking’s people off its meeting. The last one takes the meeting with them: everybody on it is told why.
 * Gives the meeting as it is wanted then.
 */
export async function leaveMeeting(
  deps: BookingDeps,
  booking: Pick<BookingRow, 'id' | 'workspace_id' | 'meeting_id' | 'session_id' | 'visitor_email' | 'attendees'>,
  comment: string,
): Promise<MeetingRow | undefined> {
  if (booking.meeting_id === null) return undefined;
  const isGroup = booking.session_id !== booking.id;
  if (isGroup) await takeTurns(deps, booking.session_id);
  const staying = isGroup ? await addressesOfOthers(deps, booking.meeting_id, booking.id) : new Set<string>();
  if (staying.size === 0) return cancelMeeting(deps, booking.workspace_id, booking.meeting_id, comment);
  const meeting = await getMeeting(deps, booking.workspace_id, booking.meeting_id);
  const leaving = addressesOf(booking).filter((email) => !staying.has(email));
  const attendees = withoutAddresses(meeting.attendees, leaving);
  if (attendees.length === meeting.attendees.length) return meeting;
  return changeMeeting(deps, booking.workspace_id, meeting.id, { attendees });
}

/** What a booking’s own meeting is to be; in a group, what all who will share it may read. */
export function wantedMeeting({ open, choice, booking, visitor }: Wanting): WantedMeeting {
  const { eventType } = open;
  const [leader] = choice;
  if (!leader) throw new TypeError('a meeting needs somebody who leads it');
  const { title, description, time_zone: timeZone } = eventType;
  const hostName = choice.map(({ name }) => name).join(', ');
  const isGroup = eventType.capacity > 1;
  const { name: visitorName, email: visitorEmail } = visitor;
  return {
    home: leader.home,
    kind: eventType.meeting_kind,
    options: eventType.meeting_options,
    subject: isGroup ? `${title} with ${hostName}` : meetingSubject({ title, visitorName, hostName }),
    bodyHtml: isGroup
      ? groupInvitationHtml({ title, description })
      : invitationHtml({ title, description, visitorName, visitorEmail, note: booking.note }),
    start: booking.starts_at,
    end: booking.ends_at,
    timeZone,
    attendees: attendeesOf(eventType, choice, { visitor, companions: booking.attendees, rule: open.visitorRule }),
  };
}

/** The meeting that the others of a session have, if there are any. */
export async function meetingOfSession(
  deps: Pick<BookingDeps, 'db'>,
  { id, session_id }: Pick<BookingRow, 'id' | 'session_id'>,
): Promise<MeetingRow | undefined> {
  return deps.db
    .selectFrom('meetings')
    .innerJoin('bookings', 'bookings.meeting_id', 'meetings.id')
    .selectAll('meetings')
    .where('bookings.session_id', '=', session_id)
    .where('bookings.id', '<>', id)
    .where('bookings.status', '=', 'confirmed')
    .where('meetings.wanted', '=', 'scheduled')
    .limit(1)
    .executeTakeFirst();
}

/** The addresses, in lower case, of everybody whom other bookings bring to a meeting. */
export async function addressesOfOthers(
  { db }: Pick<BookingDeps, 'db'>,
  meetingId: string,
  exceptId: string,
): Promise<Set<string>> {
  const others = await db
    .selectFrom('bookings')
    .select(['visitor_email', 'attendees'])
    .where('meeting_id', '=', meetingId)
    .where('id', '<>', exceptId)
    .where('status', '=', 'confirmed')
    .execute();
  return new Set(others.flatMap(addressesOf));
}

function addressesOf({ visitor_email, attendees }: Pick<BookingRow, 'visitor_email' | 'attendees'>): string[] {
  return [visitor_email, ...attendees.map(({ email }) => email)].map((email) => email.toLowerCase());
}

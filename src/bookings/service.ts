import type { Kysely, Transaction } from 'kysely';
import type { DataKeys } from '../access/workspace-keys.ts';
import { paged, type Page } from '../database/page.ts';
import type { Attendee, Database, IdentityRule } from '../database/schema.ts';
import { newId } from '../id.ts';
import type { Queue } from '../jobs/queue.ts';
import { claimedMeetingId, isManageToken } from '../meetings/manage-link.ts';
import type { MeetingRow } from '../meetings/meeting.ts';
import { cancelMeeting, changeMeeting, createMeeting, getMeeting } from '../meetings/service.ts';
import { Problem } from '../problem.ts';
import type { OpenEventType } from '../scheduling/open-event-type.ts';
import type { Slot } from '../scheduling/slots.ts';
import { meetingSubject, type BookingRow, type BookingWithMeeting, type Visitor } from './booking.ts';
import { invitationHtml } from './invitation.ts';

type Read = { db: Kysely<Database> };
/** Writing a booking is part of a transaction that the caller owns. */
export type BookingDeps = { db: Transaction<Database>; now: () => Date; queue: Queue };

/**
 * Books an offered time: booking, wanted meeting, job and events in the caller's transaction. Two visitors for one time
 * meet at the database's exclusion constraint; the later one gets `slot_taken`.
 */
export async function createBooking(
  deps: BookingDeps,
  { eventType, home, hostName, visitorRule, alsoInvited, start, end }: Slot & OpenEventType,
  visitor: Visitor,
): Promise<BookingWithMeeting> {
  const meetingId = newId('mtg');
  const booking: BookingRow = {
    id: newId('bkg'),
    workspace_id: eventType.workspace_id,
    event_type_id: eventType.id,
    host_id: eventType.host_id,
    meeting_id: meetingId,
    status: 'confirmed',
    starts_at: start,
    ends_at: end,
    visitor_name: visitor.name,
    visitor_email: visitor.email,
    visitor_time_zone: visitor.timeZone,
    note: visitor.note,
    sequence: 0,
    cancel_reason: null,
    cancelled_at: null,
    updated_at: deps.now(),
    created_at: deps.now(),
  };
  const made = await deps.db
    .insertInto('bookings')
    .values(booking)
    // Not an exception but an answer: it also spares racing visitors PostgreSQL's deadlock detection.
    .onConflict((conflict) => conflict.constraint('bookings_no_overlap').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made) throw new Problem('slot_taken');
  const meeting = await createMeeting(
    deps,
    {
      home,
      kind: eventType.meeting_kind,
      options: eventType.meeting_options,
      subject: meetingSubject({
        title: eventType.title,
        visitorName: visitor.name,
        hostName,
      }),
      bodyHtml: invitationHtml({
        title: eventType.title,
        description: eventType.description,
        visitorName: visitor.name,
        visitorEmail: visitor.email,
        note: visitor.note,
      }),
      start,
      end,
      timeZone: eventType.time_zone,
      attendees: [asAttendee(visitor, visitorRule), ...othersThan(visitor, alsoInvited)],
    },
    { id: meetingId, bookingId: booking.id },
  );
  return { booking, meeting };
}

/** A visitor who may be somebody of the tenant: looked up when the meeting is made, unless the address says all. */
function asAttendee(visitor: Visitor, rule: IdentityRule | undefined): Attendee {
  const attendee = { email: visitor.email, name: visitor.name };
  if (!rule || (rule.local === 'email' && rule.remote === 'mail')) return attendee;
  const match = rule.local === 'email' ? visitor.email : visitor.attributes?.[rule.local.replace(/^attribute:/, '')];
  return match === undefined ? attendee : { ...attendee, match };
}

/** The same address is invited once, also where somebody books a time with themselves. */
function othersThan(visitor: Visitor, attendees: Attendee[]): Attendee[] {
  return attendees.filter(({ email }) => email.toLowerCase() !== visitor.email.toLowerCase());
}

/** Moves a booking to another offered time; the meeting keeps its link. Throws `slot_taken`, `booking_closed`. */
export async function rescheduleBooking(
  deps: BookingDeps,
  row: BookingRow,
  { start, end }: Slot,
): Promise<BookingWithMeeting> {
  // Moves of one host take turns: two that meet at the constraint would each wait for the other, until PostgreSQL finds
  // the deadlock a second later. New bookings do not wait for this lock.
  await deps.db.selectFrom('members').select('id').where('id', '=', row.host_id).forNoKeyUpdate().execute();
  const booking = await deps.db
    .updateTable('bookings')
    .set((set) => ({ starts_at: start, ends_at: end, sequence: set('sequence', '+', 1), updated_at: deps.now() }))
    .where('id', '=', row.id)
    .where('status', '=', 'confirmed')
    .returningAll()
    .executeTakeFirst()
    .catch((error: unknown) => {
      throw isOverlap(error) ? new Problem('slot_taken') : error;
    });
  if (!booking) throw new Problem('booking_closed');
  return { booking, meeting: await changeMeeting(deps, row.workspace_id, row.meeting_id, { start, end }) };
}

/** Cancels a booking and frees its time at once; the meeting is removed by its job. Cancelling twice changes nothing. */
export async function cancelBooking(deps: BookingDeps, row: BookingRow, reason: string): Promise<BookingWithMeeting> {
  const cancelled = await deps.db
    .updateTable('bookings')
    .set((set) => ({
      status: 'cancelled',
      cancel_reason: reason,
      cancelled_at: deps.now(),
      sequence: set('sequence', '+', 1),
      updated_at: deps.now(),
    }))
    .where('id', '=', row.id)
    .where('status', '=', 'confirmed')
    .returningAll()
    .executeTakeFirst();
  if (!cancelled) return getBooking(deps, row.workspace_id, row.id);
  return { booking: cancelled, meeting: await cancelMeeting(deps, row.workspace_id, row.meeting_id, reason) };
}

/** Throws `not_found`, also for another workspace's booking. */
export async function getBooking({ db }: Read, workspaceId: string, id: string): Promise<BookingWithMeeting> {
  const booking = await db
    .selectFrom('bookings')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
  return { booking, meeting: await getMeeting({ db }, workspaceId, booking.meeting_id) };
}

/** The booking whose visitor holds this link, or `undefined` when the link is not one of ours. */
export async function findBookingByToken(
  { db, dataKeys }: Read & { dataKeys: DataKeys },
  token: string,
): Promise<BookingWithMeeting | undefined> {
  const meetingId = claimedMeetingId(token);
  if (!meetingId) return undefined;
  const booking = await db.selectFrom('bookings').selectAll().where('meeting_id', '=', meetingId).executeTakeFirst();
  if (!booking || !isManageToken(await dataKeys(booking.workspace_id), meetingId, token)) return undefined;
  return { booking, meeting: await getMeeting({ db }, booking.workspace_id, meetingId) };
}

export type BookingPage = Page & { status?: BookingRow['status'] | undefined; hostId?: string | undefined };

/** One page of bookings by their start, each with its meeting; one row more than `limit` tells of a next page. */
export async function listBookings(
  { db }: Read,
  workspaceId: string,
  page: BookingPage,
): Promise<BookingWithMeeting[]> {
  let query = paged(db.selectFrom('bookings').selectAll(), page).where('workspace_id', '=', workspaceId);
  if (page.status) query = query.where('status', '=', page.status);
  if (page.hostId) query = query.where('host_id', '=', page.hostId);
  const bookings = await query.execute();
  if (bookings.length === 0) return [];
  const meetings = await db
    .selectFrom('meetings')
    .selectAll()
    .where(
      'id',
      'in',
      bookings.map((row) => row.meeting_id),
    )
    .execute();
  const byId = new Map<string, MeetingRow>(meetings.map((row) => [row.id, row]));
  return bookings.flatMap((booking) => {
    const meeting = byId.get(booking.meeting_id);
    return meeting ? [{ booking, meeting }] : [];
  });
}

/** An overlap, or the deadlock in which PostgreSQL finds two moves into one time: either way somebody else was first. */
function isOverlap(error: unknown): boolean {
  const code = (error as { code?: string } | undefined)?.code;
  return code === '23P01' || code === '40P01';
}

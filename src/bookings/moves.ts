import { newId } from '../id.ts';
import { changeMeeting } from '../meetings/service.ts';
import { Problem } from '../problem.ts';
import type { Offer, OpenHost } from '../scheduling/offer.ts';
import { release, sessionOf } from '../scheduling/reservations.ts';
import { openStatuses, type BookingRow, type BookingWithMeeting, type Visitor } from './booking.ts';
import { joinMeeting, leaveMeeting } from './meeting-of-booking.ts';
import { reserveOne } from './new-booking.ts';
import { lockOpen, recordBooking, type BookingDeps } from './service.ts';

/**
 * Moves a booking to another offered time. With the same leader the meeting is moved and keeps its link; with another one
 * it is made anew in their mailbox. Throws `slot_taken`, `booking_closed`.
 */
export async function rescheduleBooking(
  deps: BookingDeps,
  row: BookingRow,
  offer: Offer,
  by: string,
): Promise<BookingWithMeeting> {
  const current = await lockForMove(deps, row, offer);
  await release(deps, { bookingId: row.id });
  const { choice, sessionId } = await reserveOne(deps, keepLeaderFirst(offer, current), row.id);
  const [leader] = choice;
  if (!leader) throw new TypeError('a time was offered with nobody');
  const stays = leader.memberId === current.host_id && sessionId === row.id && current.session_id === row.id;
  const moved = {
    ...current,
    host_id: leader.memberId,
    session_id: sessionId,
    starts_at: offer.start,
    ends_at: offer.end,
  };
  const meeting = !current.meeting_id
    ? undefined
    : stays
      ? await changeMeeting(deps, row.workspace_id, current.meeting_id, { start: offer.start, end: offer.end })
      : await replaceMeeting(deps, current, moved, { offer, choice });
  const booking = await deps.db
    .updateTable('bookings')
    .set((set) => ({
      host_id: moved.host_id,
      session_id: moved.session_id,
      starts_at: moved.starts_at,
      ends_at: moved.ends_at,
      meeting_id: meeting?.id ?? null,
      sequence: set('sequence', '+', 1),
      ...(by === 'visitor' && { moves: set('moves', '+', 1) }),
      updated_at: deps.now(),
    }))
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const from = { start: current.starts_at.toISOString(), end: current.ends_at.toISOString() };
  await recordBooking(deps, booking, 'booking.rescheduled', { by, from });
  return { booking, meeting };
}

/**
 * Moves of one host take turns: two that meet at the constraint would each wait for the other, until PostgreSQL finds the
 * deadlock a second later. New bookings do not wait for this lock. Throws `booking_closed`.
 */
async function lockForMove(deps: BookingDeps, row: BookingRow, offer?: Offer): Promise<BookingRow> {
  const hosts = new Set([row.host_id, ...(offer?.choices.flat().map(({ memberId }) => memberId) ?? [])]);
  await deps.db
    .selectFrom('members')
    .select('id')
    .where('id', 'in', [...hosts].toSorted())
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  return lockOpen(deps, row);
}

function keepLeaderFirst(offer: Offer, { host_id }: BookingRow): Offer {
  const leads = (choice: OpenHost[]) => (choice[0]?.memberId === host_id ? 0 : 1);
  return { ...offer, choices: offer.choices.toSorted((a, b) => leads(a) - leads(b)) };
}

async function replaceMeeting(
  deps: BookingDeps,
  before: BookingRow,
  after: BookingRow,
  { offer, choice }: { offer: Offer; choice: OpenHost[] },
) {
  await leaveMeeting(deps, before, 'The meeting was moved; there is a new invitation.');
  const { visitor_name: name, visitor_email: email, visitor_time_zone: timeZone, note } = after;
  const visitor: Visitor = { name, email, timeZone, note };
  return joinMeeting(deps, { open: offer.open, choice, booking: after, visitor }, newId('mtg'));
}

/**
 * Takes over the time that somebody gave a meeting in Outlook: for every booking on it, as far as nothing else is booked
 * then. The meeting itself is the caller's. Throws `slot_taken`, `booking_closed`.
 */
export async function moveAsInOutlook(
  deps: BookingDeps,
  row: BookingRow,
  { start, end, by = 'outlook' }: { start: Date; end: Date; by?: string },
): Promise<BookingRow> {
  const current = await lockForMove(deps, row);
  const from = { start: current.starts_at.toISOString(), end: current.ends_at.toISOString() };
  // A group is found by its time: whoever books the old one must not end up in a session that is elsewhere.
  const isGroup = current.session_id !== current.id;
  const group = { eventTypeId: current.event_type_id, hostIds: [current.host_id], start, end, capacity: 2 };
  const sessionId = isGroup ? sessionOf(group, current.id) : current.id;
  await deps.db
    .updateTable('reservations')
    .set({ session_id: sessionId, starts_at: start, ends_at: end })
    .where('session_id', '=', current.session_id)
    .where('booking_id', 'is not', null)
    .execute()
    .catch((error: unknown) => {
      throw isOverlap(error) ? new Problem('slot_taken') : error;
    });
  const rows = await deps.db
    .updateTable('bookings')
    .set((set) => ({
      session_id: sessionId,
      starts_at: start,
      ends_at: end,
      sequence: set('sequence', '+', 1),
      updated_at: deps.now(),
    }))
    .where('session_id', '=', current.session_id)
    .where('status', 'in', openStatuses)
    .returningAll()
    .execute();
  for (const booking of rows) await recordBooking(deps, booking, 'booking.rescheduled', { by, from });
  const moved = rows.find(({ id }) => id === row.id);
  if (!moved) throw new Problem('booking_closed');
  return moved;
}

/** An overlap, a seat that is taken, or the deadlock in which PostgreSQL finds two moves into one time: either way somebody else was first. */
function isOverlap(error: unknown): boolean {
  const code = (error as { code?: string } | undefined)?.code;
  return code === '23P01' || code === '23505' || code === '40P01';
}

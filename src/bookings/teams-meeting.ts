import { newId } from '../id.ts';
import type { OpenEventType, OpenHost } from '../scheduling/offer.ts';
import type { BookingRow, BookingWithMeeting } from './booking.ts';
import { joinMeeting, leaveMeeting } from './meeting-of-booking.ts';
import { visitorOf } from './requests.ts';
import { lockOpen, recordBooking, type BookingDeps } from './service.ts';

/** Gives a confirmed booking its Teams meeting; one that has one, or is only requested, just wants it. Throws `booking_closed`. */
export async function addTeamsMeeting(
  deps: BookingDeps,
  row: BookingRow,
  { open, hosts, by }: { open: OpenEventType; hosts: readonly OpenHost[]; by: string },
): Promise<BookingWithMeeting> {
  const current = await lockOpen(deps, row);
  const isDue = current.status === 'confirmed' && current.meeting_id === null;
  const meeting = isDue
    ? await joinMeeting(deps, { open, choice: hosts, booking: current, visitor: visitorOf(current) }, newId('mtg'))
    : undefined;
  const booking = await write(deps, current, {
    teams_meeting: true,
    ...(meeting && { meeting_id: meeting.id }),
  });
  await recordBooking(deps, booking, 'booking.changed', { by, changed: ['teamsMeeting'] });
  return { booking, meeting };
}

/** Takes the Teams meeting away from a booking that stays at its time. Throws `booking_closed`. */
export async function removeTeamsMeeting(deps: BookingDeps, row: BookingRow, by: string): Promise<BookingWithMeeting> {
  const current = await lockOpen(deps, row);
  await leaveMeeting(deps, current, 'There is no Teams meeting for this appointment any more.');
  const booking = await write(deps, current, { teams_meeting: false, meeting_id: null });
  await recordBooking(deps, booking, 'booking.changed', { by, changed: ['teamsMeeting'] });
  return { booking, meeting: undefined };
}

function write(
  deps: BookingDeps,
  { id }: BookingRow,
  columns: { teams_meeting: boolean; meeting_id?: string | null },
): Promise<BookingRow> {
  return deps.db
    .updateTable('bookings')
    .set((set) => ({ ...columns, sequence: set('sequence', '+', 1), updated_at: deps.now() }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

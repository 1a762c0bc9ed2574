import type { Companion } from '../database/schema.ts';
import { changeMeeting, getMeeting } from '../meetings/service.ts';
import type { BookingRow, BookingWithMeeting } from './booking.ts';
import { addressesOfOthers } from './meeting-of-booking.ts';
import { addCompanions, isOnMeeting, withoutAddresses } from './people-of-meeting.ts';
import { lockOpen, meetingOf, recordBooking, type BookingDeps } from './service.ts';

/** What may change about a booking that stays at its time. */
export type BookingChanges = { attendees?: readonly Companion[] | undefined; note?: string | undefined };

/** Changes who comes along, and the note. Throws `booking_closed`. */
export async function changeBooking(
  deps: BookingDeps,
  row: BookingRow,
  { attendees, note }: BookingChanges,
  by: string,
): Promise<BookingWithMeeting> {
  const before = await lockOpen(deps, row);
  const booking = await deps.db
    .updateTable('bookings')
    .set((set) => ({
      ...(attendees && { attendees: JSON.stringify(attendees) }),
      ...(note !== undefined && { note }),
      sequence: set('sequence', '+', 1),
      updated_at: deps.now(),
    }))
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const meeting = attendees && (await invite(deps, before, booking));
  await recordBooking(deps, booking, 'booking.changed', {
    by,
    changed: [...(attendees ? ['attendees'] : []), ...(note === undefined ? [] : ['note'])],
  });
  return { booking, meeting: meeting ?? (await meetingOf(deps, booking)) };
}

/** Who was invited by Outlook stays so, and those who come along with them, whatever the event type says by now. */
async function invite(deps: BookingDeps, before: BookingRow, after: BookingRow) {
  if (!after.meeting_id) return undefined;
  const meeting = await getMeeting(deps, after.workspace_id, after.meeting_id);
  if (!isOnMeeting(meeting, after.visitor_email)) return undefined;
  const staying = await addressesOfOthers(deps, meeting.id, after.id);
  staying.add(after.visitor_email.toLowerCase());
  const leaving = before.attendees.map(({ email }) => email.toLowerCase()).filter((email) => !staying.has(email));
  const attendees = addCompanions(withoutAddresses(meeting.attendees, leaving), after.attendees);
  return changeMeeting(deps, after.workspace_id, meeting.id, { attendees });
}

import type { Kysely } from 'kysely';
import type { Companion, Database } from '../database/schema.ts';
import { changeMeeting, getMeeting } from '../meetings/service.ts';
import type { BookingRow, BookingWithMeeting } from './booking.ts';
import { addCompanions, withoutAddresses } from './people-of-meeting.ts';
import { lockOpen, meetingOf, recordBooking, type BookingDeps } from './service.ts';

type Read = { db: Kysely<Database> };

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

async function invite(deps: BookingDeps, before: BookingRow, after: BookingRow) {
  if (!after.meeting_id || !(await visitorsAreOnMeeting(deps, after))) return undefined;
  const meeting = await getMeeting(deps, after.workspace_id, after.meeting_id);
  const kept = withoutAddresses(
    meeting.attendees,
    before.attendees
      .map(({ email }) => email)
      .filter((email) => email.toLowerCase() !== after.visitor_email.toLowerCase()),
  );
  const attendees = addCompanions(kept, after.attendees);
  return changeMeeting(deps, after.workspace_id, meeting.id, { attendees });
}

async function visitorsAreOnMeeting({ db }: Read, { event_type_id }: BookingRow): Promise<boolean> {
  const { meeting_kind: kind, invitations } = await db
    .selectFrom('event_types')
    .select(['meeting_kind', 'invitations'])
    .where('id', '=', event_type_id)
    .executeTakeFirstOrThrow();
  return kind === 'standalone' || invitations === 'outlook';
}

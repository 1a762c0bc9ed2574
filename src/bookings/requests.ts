import { newId } from '../id.ts';
import { Problem } from '../problem.ts';
import type { Offer, OpenEventType, OpenHost } from '../scheduling/offer.ts';
import { release } from '../scheduling/reservations.ts';
import type { BookingRow, BookingWithMeeting, Visitor } from './booking.ts';
import { joinMeeting } from './meeting-of-booking.ts';
import { reserveOne } from './new-booking.ts';
import { endBooking, getBooking, recordBooking, type BookingDeps } from './service.ts';

/** How a request is approved: as it was asked for, or with what the approver changes about it. */
export type Approval = {
  by: string;
  note: string;
  /** *Generate Microsoft Teams meeting link*. */
  teamsMeeting: boolean;
  /** Those who meet the visitor as it was asked for, the leader first. */
  hosts: readonly OpenHost[];
  open: OpenEventType;
  /** Another time or operator. */
  instead?: Offer | undefined;
};

/**
 * Approves a request: whoever claims it first has decided it, everybody else gets `request_decided`. The meeting follows
 * by its job, so that approving neither waits for Microsoft nor fails because of it. Throws `slot_taken`.
 */
export async function approveBooking(
  deps: BookingDeps,
  row: Pick<BookingRow, 'id' | 'workspace_id' | 'sequence'>,
  { by, note, teamsMeeting, hosts, open, instead }: Approval,
): Promise<BookingWithMeeting> {
  const claimed = await deps.db
    .updateTable('bookings')
    .set((set) => ({
      status: 'confirmed',
      decided_by: by,
      decided_at: deps.now(),
      decision_note: note,
      teams_meeting: teamsMeeting,
      sequence: set('sequence', '+', 1),
      updated_at: deps.now(),
    }))
    .where('id', '=', row.id)
    // Whoever moved it meanwhile asks for a time that the approver has not seen.
    .where('sequence', '=', row.sequence)
    .where('status', '=', 'requested')
    .returningAll()
    .executeTakeFirst();
  if (!claimed) throw await decidedAlready(deps, row);
  const { booking, choice } = instead ? await takeInstead(deps, claimed, instead) : { booking: claimed, choice: hosts };
  const meeting = teamsMeeting
    ? await joinMeeting(deps, { open, choice, booking, visitor: visitorOf(booking) }, newId('mtg'))
    : undefined;
  const approved = { ...booking, meeting_id: meeting?.id ?? null };
  if (meeting) await deps.db.updateTable('bookings').set({ meeting_id: meeting.id }).where('id', '=', row.id).execute();
  const from = instead && { start: claimed.starts_at.toISOString(), end: claimed.ends_at.toISOString() };
  await recordBooking(deps, approved, 'booking.approved', { by, ...(note && { note }), ...(from && { from }) });
  return { booking: approved, meeting };
}

/**
 * Declines a request, or takes an approval back: then the meeting is removed too. Declining twice changes nothing.
 * Throws `request_decided` where the booking was cancelled or is over.
 */
export async function declineBooking(
  deps: BookingDeps,
  row: BookingRow,
  { reason, by }: { reason: string; by: string },
): Promise<BookingWithMeeting> {
  const ended = await endBooking(deps, row, { status: 'declined', event: 'booking.declined', reason, by });
  if (ended.booking.status !== 'declined') throw await decidedAlready(deps, row);
  return ended;
}

/** The visitor of a booking, as they told it. */
export function visitorOf(row: BookingRow): Visitor {
  return { name: row.visitor_name, email: row.visitor_email, timeZone: row.visitor_time_zone, note: row.note };
}

async function takeInstead(deps: BookingDeps, claimed: BookingRow, offer: Offer) {
  await release(deps, { bookingId: claimed.id });
  const { choice, sessionId } = await reserveOne(deps, offer, claimed.id);
  const booking = await deps.db
    .updateTable('bookings')
    .set({
      host_id: choice[0]?.memberId ?? claimed.host_id,
      session_id: sessionId,
      starts_at: offer.start,
      ends_at: offer.end,
    })
    .where('id', '=', claimed.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return { booking, choice };
}

/** What the second of two approvers is told. */
async function decidedAlready(
  deps: Pick<BookingDeps, 'db'>,
  { workspace_id, id }: Pick<BookingRow, 'workspace_id' | 'id'>,
): Promise<Problem> {
  const { booking } = await getBooking(deps, workspace_id, id);
  const words: Record<BookingRow['status'], string> = {
    requested: 'It was changed a moment ago. Look at it once more.',
    confirmed: 'It has been approved.',
    completed: 'It was approved, and its time is over.',
    no_show: 'It was approved, and its time is over.',
    declined: 'It has been declined.',
    cancelled: 'Its visitor does not want it any more, or it was cancelled.',
  };
  const who = booking.decided_by?.startsWith('mem_') && (await nameOf(deps, booking.decided_by));
  const detail = words[booking.status];
  return new Problem('request_decided', {
    detail: who
      ? detail
          .replace('It has been approved', `${who} has approved it`)
          .replace('It has been declined', `${who} has declined it`)
      : detail,
  });
}

async function nameOf({ db }: Pick<BookingDeps, 'db'>, memberId: string): Promise<string | undefined> {
  const row = await db.selectFrom('members').select('name').where('id', '=', memberId).executeTakeFirst();
  return row?.name;
}

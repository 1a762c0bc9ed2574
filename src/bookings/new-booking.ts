import { sql } from 'kysely';
import type { Companion } from '../database/schema.ts';
import { newId } from '../id.ts';
import { newMeeting, type MeetingRow } from '../meetings/meeting.ts';
import { enqueueSync, meetingParts, nudge } from '../meetings/service.ts';
import { Problem } from '../problem.ts';
import type { Offer, OpenHost } from '../scheduling/offer.ts';
import {
  release,
  reserve,
  reserveWith,
  sessionOf,
  takeTurns,
  type Places,
  type Reserved,
} from '../scheduling/reservations.ts';
import { stillFits } from '../scheduling/service.ts';
import type { BookingRow, BookingWithMeeting, Visitor } from './booking.ts';
import { joinMeeting, meetingOfSession, wantedMeeting } from './meeting-of-booking.ts';
import { lineOf, tellPages, type BookingDeps } from './service.ts';

/** What is wanted of a new booking beside its time and its visitor. */
export type BookingWish = {
  /** Who makes it: 'visitor', or the id of a member or key. */
  by: string;
  /** Staff books what visitors can only request. */
  approved?: boolean | undefined;
  teamsMeeting?: boolean | undefined;
  attendees?: readonly Companion[] | undefined;
  contactId?: string | null | undefined;
  organisationId?: string | null | undefined;
  seriesId?: string | undefined;
  /** What kept the time while the form was filled in. */
  holdKey?: Buffer | undefined;
};

/**
 * Books or requests an offered time: reservation, booking, wanted meeting, job and events in the caller's transaction.
 * Two visitors for one time meet at the database's constraint; where nobody else is free, the later gets `slot_taken`.
 */
export async function createBooking(
  deps: BookingDeps,
  offer: Offer,
  visitor: Visitor,
  wish: BookingWish,
): Promise<BookingWithMeeting & { hosts: OpenHost[] }> {
  if (wish.holdKey) await release(deps, { holdKey: wish.holdKey });
  for (const choice of offer.choices) {
    if (!(await stillFits(deps, offer, choice))) continue;
    const wanted = bookingWith(deps, { offer, choice, visitor, wish });
    const made = await tryToBook(deps, { offer, choice, wanted, visitor, by: wish.by });
    if (made) return { ...made, hosts: choice };
  }
  throw new Problem('slot_taken');
}

type Wanted = { offer: Offer; choice: readonly OpenHost[]; visitor: Visitor; wish: BookingWish };

function bookingWith(deps: BookingDeps, { offer, choice, visitor, wish }: Wanted): BookingRow {
  const { eventType } = offer.open;
  const [leader] = choice;
  if (!leader) throw new TypeError('a time was offered with nobody');
  const id = newId('bkg');
  const status = eventType.needs_approval && !wish.approved ? 'requested' : 'confirmed';
  const teamsMeeting = wish.teamsMeeting ?? true;
  return {
    id,
    workspace_id: eventType.workspace_id,
    event_type_id: eventType.id,
    host_id: leader.memberId,
    meeting_id: status === 'confirmed' && teamsMeeting ? newId('mtg') : null,
    session_id: sessionOf(reservedBy(offer, choice), id),
    status,
    starts_at: offer.start,
    ends_at: offer.end,
    visitor_name: visitor.name,
    visitor_email: visitor.email,
    visitor_time_zone: visitor.timeZone,
    note: visitor.note,
    teams_meeting: teamsMeeting,
    attendees: [...(wish.attendees ?? [])],
    contact_id: wish.contactId ?? null,
    organisation_id: wish.organisationId ?? null,
    locale: visitor.locale ?? 'en',
    moves: 0,
    series_id: wish.seriesId ?? null,
    sequence: 0,
    decided_by: null,
    decided_at: null,
    decision_note: '',
    cancel_reason: null,
    cancelled_at: null,
    held_at: null,
    held_by: null,
    hold_reason: null,
    updated_at: deps.now(),
    created_at: deps.now(),
  };
}

type Attempt = { offer: Offer; choice: readonly OpenHost[]; wanted: BookingRow; visitor: Visitor; by: string };

/**
 * Reservation, booking, meeting and events in one statement, because a visitor waits for it; then the meeting’s job.
 * `undefined`: somebody was first.
 */
async function tryToBook(
  deps: BookingDeps,
  { offer, choice, wanted, visitor, by }: Attempt,
): Promise<BookingWithMeeting | undefined> {
  const { id: bookingId, session_id: sessionId } = wanted;
  const isGroup = offer.open.eventType.capacity > 1;
  if (isGroup) await takeTurns(deps, sessionId);
  const shared = isGroup && wanted.meeting_id ? await meetingOfSession(deps, wanted) : undefined;
  const booking = { ...wanted, meeting_id: shared?.id ?? wanted.meeting_id };
  const wanting = { open: offer.open, choice, booking, visitor };
  const own =
    booking.meeting_id && !shared
      ? newMeeting(wantedMeeting(wanting), { id: booking.meeting_id, bookingId, now: deps.now() })
      : undefined;
  const type = booking.status === 'requested' ? 'booking.requested' : 'booking.confirmed';
  const line = lineOf(booking, type, { by }, deps.now());
  let { locale } = booking;
  const places = { ...reservedBy(offer, choice), sessionId };
  const made = await reserveWith(deps, places, { bookingId }, async (seats) => {
    const written = await write(deps.db, booking, { places: seats, line, locale: visitor.locale, meeting: own });
    locale = written.locale;
    if (written.reserved !== choice.length) await unwrite(deps, booking, own);
    return written.reserved;
  });
  if (!made) return undefined;
  if (own) await enqueueSync(deps, own);
  const meeting = own ?? (shared && (await joinMeeting(deps, wanting, shared.id)));
  // A meeting says so itself.
  if (!meeting) await tellPages(deps, booking);
  return { booking: { ...booking, locale }, meeting };
}

type Parts = {
  places: Places;
  line: ReturnType<typeof lineOf>;
  locale: string | undefined;
  meeting: MeetingRow | undefined;
};

/** The one statement, written out: to build it from parts takes longer than PostgreSQL needs to run it. */
async function write(
  db: BookingDeps['db'],
  row: BookingRow,
  { places: { seat, hostIds }, line, locale, meeting }: Parts,
): Promise<{ locale: string; reserved: number }> {
  const { rows } = await sql<{ locale: string; reserved: number }>`
    with made as (
      insert into bookings (id, workspace_id, event_type_id, host_id, meeting_id, session_id, status, starts_at, ends_at,
        visitor_name, visitor_email, visitor_time_zone, note, teams_meeting, attendees, contact_id, organisation_id,
        series_id, locale, updated_at, created_at)
      values (${row.id}, ${row.workspace_id}, ${row.event_type_id}, ${row.host_id}, ${row.meeting_id}, ${row.session_id},
        ${row.status}, ${row.starts_at}, ${row.ends_at}, ${row.visitor_name}, ${row.visitor_email},
        ${row.visitor_time_zone}, ${row.note}, ${row.teams_meeting}, ${JSON.stringify(row.attendees)}, ${row.contact_id},
        ${row.organisation_id}, ${row.series_id},
        coalesce(${locale ?? null}, (select locale from workspaces where id = ${row.workspace_id})),
        ${row.updated_at}, ${row.created_at})
      returning *
    ), reserved as (
      insert into reservations
        (workspace_id, event_type_id, session_id, seat, starts_at, ends_at, booking_id, host_id)
      select workspace_id, event_type_id, session_id, ${seat}::integer, starts_at, ends_at, id, place
      from made, unnest(${hostIds}::text[]) as place
      on conflict do nothing returning id
    ), recorded as (
      insert into outbox_events (workspace_id, type, meeting_id, booking_id, data, created_at)
      select workspace_id, ${line.type}::text, meeting_id, id, ${line.data}::jsonb, created_at from made
    )${meeting ? sql`, ${meetingParts(meeting)}` : sql``}
    select locale, (select count(*)::int from reserved) as reserved${meeting ? sql`, ${nudge(meeting)}` : sql``} from made
  `.execute(db);
  const [written] = rows;
  if (!written) throw new TypeError('a booking was not written');
  return written;
}

/** Takes back what was written together with a reservation that others were faster to make. */
async function unwrite(
  { db }: Pick<BookingDeps, 'db'>,
  { id }: Pick<BookingRow, 'id'>,
  meeting: Pick<MeetingRow, 'id'> | undefined,
): Promise<void> {
  await db.deleteFrom('outbox_events').where('booking_id', '=', id).execute();
  if (meeting) await db.deleteFrom('meetings').where('id', '=', meeting.id).execute();
  await db.deleteFrom('bookings').where('id', '=', id).execute();
}

function reservedBy(
  { open: { eventType }, start, end }: Offer,
  choice: readonly OpenHost[],
): Omit<Reserved, 'sessionId'> {
  return {
    workspaceId: eventType.workspace_id,
    eventTypeId: eventType.id,
    hostIds: choice.map(({ memberId }) => memberId),
    start,
    end,
    capacity: eventType.capacity,
  };
}

/** Takes the first choice that nobody has taken meanwhile. Throws `slot_taken`. */
export async function reserveOne(
  deps: BookingDeps,
  offer: Offer,
  bookingId: string,
): Promise<{ choice: OpenHost[]; sessionId: string }> {
  for (const choice of offer.choices) {
    if (!(await stillFits(deps, offer, choice))) continue;
    const wanted = reservedBy(offer, choice);
    const sessionId = sessionOf(wanted, bookingId);
    if (await reserve(deps, { ...wanted, sessionId }, { bookingId })) return { choice, sessionId };
  }
  throw new Problem('slot_taken');
}

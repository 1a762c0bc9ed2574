import { sql, type Kysely, type Transaction } from 'kysely';
import type { DataKeys } from '../access/workspace-keys.ts';
import { paged, type Page } from '../database/page.ts';
import type { BookingStatus, Companion, Database } from '../database/schema.ts';
import { newId } from '../id.ts';
import type { Queue } from '../jobs/queue.ts';
import { claimedMeetingId, isManageToken } from '../meetings/manage-link.ts';
import { changeMeeting, getMeeting } from '../meetings/service.ts';
import { Problem } from '../problem.ts';
import type { Offer, OpenHost } from '../scheduling/offer.ts';
import { stillFits } from '../scheduling/service.ts';
import { release, reserve, reserveWith, sessionOf, takeTurns, type Reserved } from '../scheduling/reservations.ts';
import { openStatuses, type BookingEvent, type BookingRow, type BookingWithMeeting, type Visitor } from './booking.ts';
import { claimedBookingId, isBookingToken } from './booking-link.ts';
import { joinMeeting, leaveMeeting, meetingOfSession } from './meeting-of-booking.ts';
import { addCompanions, withoutAddresses } from './people-of-meeting.ts';

type Read = { db: Kysely<Database> };
/** Writing a booking is part of a transaction that the caller owns. */
export type BookingDeps = { db: Transaction<Database>; now: () => Date; queue: Queue };

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
    const booking = await tryToBook(deps, { offer, choice, wanted, locale: visitor.locale, by: wish.by });
    if (!booking) continue;
    const meeting = booking.meeting_id
      ? await joinMeeting(deps, { open: offer.open, choice, booking, visitor }, booking.meeting_id)
      : undefined;
    return { booking, meeting, hosts: choice };
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
    updated_at: deps.now(),
    created_at: deps.now(),
  };
}

type Attempt = {
  offer: Offer;
  choice: readonly OpenHost[];
  wanted: BookingRow;
  locale: string | undefined;
  by: string;
};

/** Reservation, booking and event in one statement, because a visitor waits for it; `undefined`: somebody was first. */
async function tryToBook(
  deps: BookingDeps,
  { offer, choice, wanted, locale, by }: Attempt,
): Promise<BookingRow | undefined> {
  const { id: bookingId, workspace_id, session_id: sessionId } = wanted;
  const isGroup = offer.open.eventType.capacity > 1;
  if (isGroup) await takeTurns(deps, sessionId);
  const shared = isGroup && wanted.meeting_id ? await meetingOfSession(deps, wanted) : undefined;
  const booking = { ...wanted, meeting_id: shared?.id ?? wanted.meeting_id };
  const line = lineOf(
    booking,
    booking.status === 'requested' ? 'booking.requested' : 'booking.confirmed',
    { by },
    deps.now(),
  );
  let chosenLocale = booking.locale;
  const made = await reserveWith(
    deps,
    { ...reservedBy(offer, choice), sessionId },
    { bookingId },
    async (reserving) => {
      const written = await reserving
        .with('made', (db) =>
          db
            .insertInto('bookings')
            .values({
              ...columnsOf(booking),
              locale: locale ?? sql<string>`(select locale from workspaces where id = ${workspace_id})`,
            })
            .returning('locale'),
        )
        .with('recorded', (db) => db.insertInto('outbox_events').values(line))
        .selectFrom('made')
        .select(['locale', sql<number>`(select count(*)::int from reserved)`.as('reserved')])
        .executeTakeFirstOrThrow();
      chosenLocale = written.locale;
      if (written.reserved !== choice.length) await unwrite(deps, bookingId);
      return written.reserved;
    },
  );
  return made ? { ...booking, locale: chosenLocale } : undefined;
}

/** What is written of a new row; most bookings leave the rest to the columns' defaults. */
function columnsOf(row: BookingRow) {
  const { attendees, contact_id, organisation_id, series_id, teams_meeting } = row;
  return {
    id: row.id,
    workspace_id: row.workspace_id,
    event_type_id: row.event_type_id,
    host_id: row.host_id,
    meeting_id: row.meeting_id,
    session_id: row.session_id,
    status: row.status,
    starts_at: row.starts_at,
    ends_at: row.ends_at,
    visitor_name: row.visitor_name,
    visitor_email: row.visitor_email,
    visitor_time_zone: row.visitor_time_zone,
    note: row.note,
    updated_at: row.updated_at,
    created_at: row.created_at,
    ...(attendees.length > 0 && { attendees: JSON.stringify(attendees) }),
    ...(contact_id !== null && { contact_id }),
    ...(organisation_id !== null && { organisation_id }),
    ...(series_id !== null && { series_id }),
    ...(!teams_meeting && { teams_meeting }),
  };
}

/** Takes back what was written together with a reservation that others were faster to make. */
async function unwrite({ db }: Pick<BookingDeps, 'db'>, bookingId: string): Promise<void> {
  await db
    .with('unsaid', (inStatement) => inStatement.deleteFrom('outbox_events').where('booking_id', '=', bookingId))
    .deleteFrom('bookings')
    .where('id', '=', bookingId)
    .execute();
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

/** The booking as it is now, kept so until the transaction ends. Throws `booking_closed`. */
export async function lockOpen({ db }: Pick<BookingDeps, 'db'>, row: Pick<BookingRow, 'id'>): Promise<BookingRow> {
  return db
    .selectFrom('bookings')
    .selectAll()
    .where('id', '=', row.id)
    .where('status', 'in', openStatuses)
    .forUpdate()
    .executeTakeFirstOrThrow(() => new Problem('booking_closed'));
}

/** Cancels a booking or takes a request back, and frees its time at once. Cancelling twice changes nothing. */
export async function cancelBooking(
  deps: BookingDeps,
  row: BookingRow,
  { reason, by }: { reason: string; by: string },
): Promise<BookingWithMeeting> {
  return endBooking(deps, row, { status: 'cancelled', event: 'booking.cancelled', reason, by });
}

type Ending = {
  /** Only a booking that has one of these ends; left out, every one that is open. */
  from?: readonly BookingStatus[];
  status: 'cancelled' | 'declined';
  event: 'booking.cancelled' | 'booking.declined';
  reason: string;
  by: string;
};

/** Ends a booking before it took place; its meeting is removed, or in a group goes on without it. */
export async function endBooking(
  deps: BookingDeps,
  row: BookingRow,
  { from = openStatuses, status, event, reason, by }: Ending,
): Promise<BookingWithMeeting> {
  const ended = await deps.db
    .updateTable('bookings')
    .set((set) => ({
      status,
      cancel_reason: reason,
      cancelled_at: deps.now(),
      ...(status === 'declined' && { decided_by: by, decided_at: deps.now() }),
      sequence: set('sequence', '+', 1),
      updated_at: deps.now(),
    }))
    .where('id', '=', row.id)
    .where('status', 'in', from)
    .returningAll()
    .executeTakeFirst();
  if (!ended) return getBooking(deps, row.workspace_id, row.id);
  await release(deps, { bookingId: row.id });
  const meeting = await leaveMeeting(deps, ended, reason);
  await recordBooking(deps, ended, event, { by, reason });
  return { booking: ended, meeting };
}

/** Says that a meeting took place, or that the visitor did not come. Throws `booking_closed`, `booking_not_begun`. */
export async function concludeBooking(
  deps: BookingDeps,
  row: BookingRow,
  { status, by }: { status: 'completed' | 'no_show'; by: string },
): Promise<BookingWithMeeting> {
  if (row.starts_at > deps.now()) throw new Problem('booking_not_begun');
  const from: BookingStatus[] = ['confirmed', status === 'completed' ? 'no_show' : 'completed'];
  const booking = await deps.db
    .updateTable('bookings')
    .set({ status, updated_at: deps.now() })
    .where('id', '=', row.id)
    .where('status', 'in', from)
    .returningAll()
    .executeTakeFirst();
  if (booking) await recordBooking(deps, booking, `booking.${status}`, { by });
  const now = await getBooking(deps, row.workspace_id, row.id);
  if (now.booking.status !== status) throw new Problem('booking_closed');
  return now;
}

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

/** One line in the outbox about a booking; whoever has its page open learns of it at once. */
export async function recordBooking(
  { db, now }: Pick<BookingDeps, 'db' | 'now'>,
  row: BookingRow,
  type: BookingEvent,
  data: { by: string } & Record<string, unknown>,
): Promise<void> {
  await db
    .insertInto('outbox_events')
    .values(lineOf(row, type, data, now()))
    .execute();
  await sql`select pg_notify('meeting_changed', ${`${row.workspace_id} ${row.id}`})`.execute(db);
}

function lineOf(
  row: Pick<BookingRow, 'id' | 'workspace_id' | 'meeting_id'>,
  type: BookingEvent,
  { by, ...data }: { by: string } & Record<string, unknown>,
  at: Date,
) {
  return {
    workspace_id: row.workspace_id,
    type,
    meeting_id: row.meeting_id,
    booking_id: row.id,
    data: JSON.stringify({ by, ...data }),
    created_at: at,
  };
}

/** Throws `not_found`, also for another workspace's booking. */
export async function getBooking({ db }: Read, workspaceId: string, id: string): Promise<BookingWithMeeting> {
  const booking = await db
    .selectFrom('bookings')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
  return { booking, meeting: await meetingOf({ db }, booking) };
}

async function meetingOf({ db }: Read, { workspace_id, meeting_id }: BookingRow) {
  return meeting_id === null ? undefined : getMeeting({ db }, workspace_id, meeting_id);
}

/** The booking whose visitor holds this link, or `undefined` when the link is not one of ours. */
export async function findBookingByToken(
  { db, dataKeys }: Read & { dataKeys: DataKeys },
  token: string,
): Promise<BookingWithMeeting | undefined> {
  const bookingId = claimedBookingId(token);
  const meetingId = claimedMeetingId(token);
  if (!bookingId && !meetingId) return undefined;
  let query = db.selectFrom('bookings').selectAll();
  query = bookingId ? query.where('id', '=', bookingId) : query.where('meeting_id', '=', meetingId ?? '');
  const [booking, another] = await query.limit(2).execute();
  // A meeting that several share has no link of its own.
  if (!booking || another) return undefined;
  const key = await dataKeys(booking.workspace_id);
  const isOurs = bookingId ? isBookingToken(key, bookingId, token) : isManageToken(key, meetingId ?? '', token);
  return isOurs ? { booking, meeting: await meetingOf({ db }, booking) } : undefined;
}

export type BookingPage = Page & {
  statuses?: readonly BookingStatus[] | undefined;
  hostId?: string | undefined;
  eventTypeId?: string | undefined;
  seriesId?: string | undefined;
  /** Part of the visitor's name or address. */
  q?: string | undefined;
};

/** One page of bookings by their start, each with its meeting; one row more than `limit` tells of a next page. */
export async function listBookings(
  { db }: Read,
  workspaceId: string,
  page: BookingPage,
): Promise<BookingWithMeeting[]> {
  const { statuses, hostId, eventTypeId, seriesId, q } = page;
  let query = paged(db.selectFrom('bookings').selectAll(), page).where('workspace_id', '=', workspaceId);
  if (statuses) query = query.where('status', 'in', statuses);
  // Whoever takes part, not only the leader; what is over or was ended is found by its leader.
  if (hostId)
    query = query.where((where) =>
      where.or([
        where('host_id', '=', hostId),
        where.exists(
          where
            .selectFrom('reservations')
            .select('reservations.id')
            .whereRef('reservations.booking_id', '=', 'bookings.id')
            .where('reservations.host_id', '=', hostId),
        ),
      ]),
    );
  if (eventTypeId) query = query.where('event_type_id', '=', eventTypeId);
  if (seriesId) query = query.where('series_id', '=', seriesId);
  if (q) {
    const pattern = `%${q.replaceAll(/[\\%_]/g, '\\$&')}%`;
    query = query.where((where) =>
      where.or([where('visitor_name', 'ilike', pattern), where('visitor_email', 'ilike', pattern)]),
    );
  }
  const bookings = await query.execute();
  const meetingIds = bookings.flatMap(({ meeting_id }) => meeting_id ?? []);
  const meetings =
    meetingIds.length > 0 ? await db.selectFrom('meetings').selectAll().where('id', 'in', meetingIds).execute() : [];
  const byId = new Map(meetings.map((row) => [row.id, row]));
  return bookings.map((booking) => ({ booking, meeting: byId.get(booking.meeting_id ?? '') }));
}

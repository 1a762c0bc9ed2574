import { sql, type Kysely, type Transaction } from 'kysely';
import type { DataKeys } from '../access/workspace-keys.ts';
import { paged, type Page } from '../database/page.ts';
import type { BookingStatus, Database } from '../database/schema.ts';
import type { Queue } from '../jobs/queue.ts';
import { claimedMeetingId, isManageToken } from '../meetings/manage-link.ts';
import { getMeeting, nudge } from '../meetings/service.ts';
import { Problem } from '../problem.ts';
import { release } from '../scheduling/reservations.ts';
import { openStatuses, type BookingEvent, type BookingRow, type BookingWithMeeting } from './booking.ts';
import { claimedBookingId, isBookingToken } from './booking-link.ts';
import { leaveMeeting } from './meeting-of-booking.ts';

type Read = { db: Kysely<Database> };
/** Writing a booking is part of a transaction that the caller owns. */
export type BookingDeps = { db: Transaction<Database>; now: () => Date; queue: Queue };

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
  await tellPages({ db }, row);
}

/** A nudge to whoever has a booking open, or the list that it is on. */
export async function tellPages(
  { db }: Pick<BookingDeps, 'db'>,
  row: Pick<BookingRow, 'id' | 'workspace_id'>,
): Promise<void> {
  await sql`select ${nudge(row)}`.execute(db);
}

/** A line of the outbox about a booking, to be written by a statement that writes the booking as well. */
export function lineOf(
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

/** The meeting of a booking, if it has one. */
export async function meetingOf({ db }: Read, { workspace_id, meeting_id }: BookingRow) {
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

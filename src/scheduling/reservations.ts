import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';

type Deps = { db: Kysely<Database>; now: () => Date };

/** A time of one or several operators that is about to be taken. */
export type Reserved = {
  workspaceId: string;
  eventTypeId: string;
  /** What those who share the time have in common: see {@link sessionOf}. */
  sessionId: string;
  hostIds: readonly string[];
  start: Date;
  end: Date;
  /** How many bookings may share it. */
  capacity: number;
};

/** For whom: a booking or request, or a visitor who is filling in the form. */
export type ReservationOwner = { bookingId: string } | { holdKey: Buffer; expiresAt: Date };

/**
 * What the reservations of one time have in common. Alone it is the booking's own id; in a group it follows from event
 * type, leader and time, so that two who are first at the same moment find themselves in the same session. Who wants
 * another length is in another one, and so in the way.
 */
export function sessionOf(
  { eventTypeId, hostIds, start, end, capacity }: Omit<Reserved, 'workspaceId' | 'sessionId'>,
  ownId: string,
): string {
  return capacity > 1 ? `${eventTypeId}/${hostIds[0]}/${start.toISOString()}/${end.toISOString()}` : ownId;
}

/**
 * Takes a time of every operator, in the caller's transaction, or of none: false when somebody was first. The database
 * decides, by `reservations_no_overlap` and, within a session, by its seats. Holds that are over do not count.
 */
export async function reserve(deps: Deps, wanted: Reserved, owner: ReservationOwner): Promise<boolean> {
  const { workspaceId, eventTypeId, sessionId, start, end } = wanted;
  const [bookingId, holdKey, expiresAt] =
    'bookingId' in owner ? [owner.bookingId, null, null] : [null, owner.holdKey, owner.expiresAt];
  return reserveWith(deps, wanted, owner, async ({ seat, hostIds }) => {
    const { rows } = await sql`
      insert into reservations
        (workspace_id, event_type_id, session_id, seat, starts_at, ends_at, booking_id, hold_key, expires_at, host_id)
      select ${workspaceId}::text, ${eventTypeId}::text, ${sessionId}::text, ${seat}::integer, ${start}::timestamptz,
        ${end}::timestamptz, ${bookingId}::text, ${holdKey}::bytea, ${expiresAt}::timestamptz, host_id
      from unnest(${hostIds}::text[]) as host_id
      on conflict do nothing returning id
    `.execute(deps.db);
    return rows.length;
  });
}

/** Which rows are to be made: a seat for each of the operators. */
export type Places = { seat: number; hostIds: string[] };

/**
 * {@link reserve} by a statement that writes other things, too: `write` runs it, doing nothing on a conflict, and tells how
 * many reservations it made. False when those are too few; then they are gone again, and the rest is the caller's to undo.
 */
export async function reserveWith(
  deps: Deps,
  wanted: Reserved,
  owner: ReservationOwner,
  write: (places: Places) => Promise<number>,
): Promise<boolean> {
  if (wanted.capacity > 1) await takeTurns(deps, wanted.sessionId);
  if (await tryReserve(deps, wanted, owner, write)) return true;
  const ended = await deps.db
    .deleteFrom('reservations')
    .where('host_id', 'in', wanted.hostIds)
    .where('expires_at', '<=', deps.now())
    .where('starts_at', '<', wanted.end)
    .where('ends_at', '>', wanted.start)
    .executeTakeFirst();
  return ended.numDeletedRows > 0n && tryReserve(deps, wanted, owner, write);
}

/** Gives back what a booking or a hold had taken; in the caller's transaction. */
export async function release(
  { db }: Pick<Deps, 'db'>,
  owner: { bookingId: string } | { holdKey: Buffer },
): Promise<void> {
  const mine = db.deleteFrom('reservations');
  await (
    'bookingId' in owner ? mine.where('booking_id', '=', owner.bookingId) : mine.where('hold_key', '=', owner.holdKey)
  ).execute();
}

/** Those who join one session wait for each other, so that each finds the next free seat and the meeting of the first. */
export async function takeTurns({ db }: Pick<Deps, 'db'>, sessionId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${sessionId}, 0))`.execute(db);
}

async function tryReserve(
  { db }: Deps,
  wanted: Reserved,
  owner: ReservationOwner,
  write: (places: Places) => Promise<number>,
): Promise<boolean> {
  const seat = wanted.capacity > 1 ? await freeSeat(db, wanted) : 1;
  if (seat === undefined) return false;
  // Always in the same order, so that two who want the same operators never wait for each other.
  const hostIds = [...new Set(wanted.hostIds)].toSorted();
  const made = await write({ seat, hostIds });
  if (made === hostIds.length) return true;
  if (made > 0) await release({ db }, owner);
  return false;
}

async function freeSeat(db: Kysely<Database>, { sessionId, capacity }: Reserved): Promise<number | undefined> {
  const rows = await db
    .selectFrom('reservations')
    .select('seat')
    .distinct()
    .where('session_id', '=', sessionId)
    .execute();
  const taken = new Set(rows.map(({ seat }) => seat));
  for (let seat = 1; seat <= capacity; seat++) if (!taken.has(seat)) return seat;
  return undefined;
}

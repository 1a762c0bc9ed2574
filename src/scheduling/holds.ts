import { createHash } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Database } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import type { EventTypeRow } from './event-types.ts';
import { stillFits } from './guard.ts';
import type { Offer, OpenEventType, OpenHost } from './offer.ts';
import { release, reserve, sessionOf } from './reservations.ts';
import { requireOffer, type SchedulingDeps, type SlotWish } from './service.ts';

type Write = { db: Transaction<Database>; now: () => Date };

/** A time that is kept for somebody who is filling in the form. */
export type Hold = { start: Date; end: Date; operatorIds: string[]; expiresAt: Date };

const holdMs = 10 * 60_000;
/** Holds are a courtesy. These keep scripts from taking whole calendars with them; whoever books needs none. */
const mostOfEventType = 20;
const mostOfDay = 4;
const halfDayMs = 12 * 60 * 60_000;

/**
 * Keeps a time for ten minutes, instead of the one that the same key has kept before. The key is the visitor’s secret;
 * only its hash is stored. Throws `slot_taken`, `slot_not_offered`, `too_many_holds` and what `requireOffer` throws.
 */
export async function holdTime(
  deps: SchedulingDeps,
  open: OpenEventType,
  { key, ...wanted }: Omit<SlotWish, 'holdKey' | 'excludingBookingId'> & { start: Date; key: string },
): Promise<Hold> {
  const holdKey = holdKeyOf(key);
  const offer = await requireOffer(deps, open, { ...wanted, holdKey });
  const expiresAt = new Date(deps.now().getTime() + holdMs);
  return deps.db.transaction().execute(async (trx) => {
    const write = { db: trx, now: deps.now };
    await makeRoom(write, open.eventType);
    await release(write, { holdKey });
    const choices = await withRoom(write, offer);
    for (const choice of choices) {
      if (!(await stillFits(write, offer, choice))) continue;
      if (await reserveFor(write, { offer, choice, holdKey, expiresAt }))
        return { start: offer.start, end: offer.end, operatorIds: choice.map(({ memberId }) => memberId), expiresAt };
    }
    throw new Problem('slot_taken');
  });
}

/** Gives back what was kept; a key that keeps nothing changes nothing. */
export async function releaseHold({ db }: { db: Kysely<Database> }, key: string): Promise<void> {
  await release({ db }, { holdKey: holdKeyOf(key) });
}

/** The same within a workspace. Throws `not_found` when the key keeps nothing there. */
export async function endHold({ db }: { db: Kysely<Database> }, workspaceId: string, key: string): Promise<void> {
  const ended = await db
    .deleteFrom('reservations')
    .where('hold_key', '=', holdKeyOf(key))
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst();
  if (ended.numDeletedRows === 0n) throw new Problem('not_found');
}

/** What is stored of a hold’s key. */
export function holdKeyOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

async function reserveFor(
  deps: Write,
  { offer, choice, holdKey, expiresAt }: { offer: Offer; choice: OpenHost[]; holdKey: Buffer; expiresAt: Date },
): Promise<boolean> {
  const { eventType } = offer.open;
  const time = {
    workspaceId: eventType.workspace_id,
    eventTypeId: eventType.id,
    hostIds: choice.map(({ memberId }) => memberId),
    start: offer.start,
    end: offer.end,
    capacity: eventType.capacity,
  };
  const sessionId = sessionOf(time, `hold/${holdKey.toString('hex')}`);
  return reserve(deps, { ...time, sessionId }, { holdKey, expiresAt });
}

/** Those who are about to hold a time of one event type take turns, so that nobody is counted past. */
async function makeRoom({ db, now }: Write, { id }: EventTypeRow): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`holds/${id}`}, 0))`.execute(db);
  await db.deleteFrom('reservations').where('event_type_id', '=', id).where('expires_at', '<=', now()).execute();
}

/** The choices whose operators have room for another hold around that day. Throws `too_many_holds`. */
async function withRoom({ db }: Write, { open: { eventType }, choices, start }: Offer): Promise<OpenHost[][]> {
  const held = await db
    .selectFrom('reservations')
    .select(['host_id', 'hold_key', 'session_id', 'starts_at'])
    .where('event_type_id', '=', eventType.id)
    .where('hold_key', 'is not', null)
    .execute();
  const keys = new Set(held.map(({ hold_key }) => hold_key?.toString('hex')));
  const near = held.filter(({ starts_at }) => Math.abs(starts_at.getTime() - start.getTime()) < halfDayMs);
  const timesOf = ({ memberId }: OpenHost) =>
    new Set(near.filter(({ host_id }) => host_id === memberId).map(({ starts_at }) => starts_at.getTime()));
  const hasRoom = (host: OpenHost) => {
    const times = timesOf(host);
    return times.has(start.getTime()) || times.size < mostOfDay;
  };
  const left = choices.filter((choice) => choice.every(hasRoom));
  if (keys.size >= Math.max(mostOfEventType, eventType.capacity) || left.length === 0)
    throw new Problem('too_many_holds');
  return left;
}

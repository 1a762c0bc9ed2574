import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { Offer, OpenHost } from './offer.ts';
import { timesOf } from './operator-times.ts';
import { readBookings } from './operators-now.ts';
import { reasonOfOthers } from './why-not.ts';

type Write = { db: Kysely<Database>; now: () => Date };

/**
 * Whether limits and buffers still leave room for an offered choice, in the transaction that is about to take its time:
 * no constraint can count bookings or keep a distance. Those who book the same operators under such rules take turns.
 */
export async function stillFits(
  { db, now }: Write,
  { open, guard, start, end }: Offer,
  choice: readonly OpenHost[],
): Promise<boolean> {
  if (!guard) return true;
  await takeTurnsWith(db, open.operatorIds);
  const hostIds = choice.map(({ memberId }) => memberId);
  const bookings = await readBookings({ db, now }, open.eventType, hostIds, { from: start, to: end });
  const startMs = start.getTime();
  return guard.operators
    .filter(({ id }) => hostIds.includes(id))
    .every((operator) => {
      const known = { ...operator, calendar: [], bookings: bookings.get(operator.id) ?? [] };
      const times = timesOf(guard.rules, known, now(), { fromMs: startMs, toMs: startMs + 1 });
      return reasonOfOthers(times, startMs) === undefined;
    });
}

/** Always everybody and in one order, so that nobody waits for somebody who waits for them. */
async function takeTurnsWith(db: Kysely<Database>, memberIds: readonly string[]): Promise<void> {
  const keys = memberIds.map((id) => `operator/${id}`).toSorted();
  await sql`select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(${keys}::text[]) as key`.execute(db);
}

import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { Queue } from '../jobs/queue.ts';
import { endBooking, recordBooking } from './service.ts';

type Deps = { db: Kysely<Database>; now: () => Date; queue: Queue };

/** What time alone changes: requests that nobody answered are declined, bookings that are over are completed. */
export async function sweepBookings(deps: Deps, limit = 500): Promise<void> {
  await declineUnanswered(deps, limit);
  await completeOver(deps, limit);
  await deps.db.deleteFrom('reservations').where('expires_at', '<=', deps.now()).execute();
}

async function declineUnanswered(deps: Deps, limit: number): Promise<void> {
  const rows = await deps.db
    .selectFrom('bookings')
    .selectAll()
    .where('status', '=', 'requested')
    .where('starts_at', '<=', deps.now())
    .orderBy('starts_at')
    .limit(limit)
    .execute();
  for (const row of rows) {
    const ending = {
      from: ['requested'],
      status: 'declined',
      event: 'booking.declined',
      reason: 'Nobody answered the request in time.',
      by: 'parley',
    } as const;
    await deps.db.transaction().execute((trx) => endBooking({ ...deps, db: trx }, row, ending));
  }
}

async function completeOver(deps: Deps, limit: number): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const rows = await trx
      .updateTable('bookings')
      .set({ status: 'completed', updated_at: deps.now() })
      .where('id', 'in', (query) =>
        query
          .selectFrom('bookings')
          .select('id')
          .where('status', '=', 'confirmed')
          .where('ends_at', '<=', deps.now())
          .orderBy('ends_at')
          .limit(limit)
          .forUpdate()
          .skipLocked(),
      )
      .returningAll()
      .execute();
    for (const row of rows) await recordBooking({ db: trx, now: deps.now }, row, 'booking.completed', { by: 'parley' });
  });
}

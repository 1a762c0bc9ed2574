import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { recordAudit, type Actor } from '../monitoring/audit.ts';
import type { BookingRow } from './booking.ts';

type Deps = { db: Kysely<Database>; now: () => Date };

/**
 * Puts a booking under legal hold: nobody and nothing deletes what is left of its meeting. Asked again, the first hold
 * stays as it is.
 */
export async function holdBooking(deps: Deps, booking: BookingRow, reason: string, by: Actor): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('bookings')
      .set({ held_at: deps.now(), held_by: by.id, hold_reason: reason, updated_at: deps.now() })
      .where('id', '=', booking.id)
      .where('held_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return;
    await record({ ...deps, db: trx }, booking, 'hold.set', by, { reason });
  });
}

/** Lifts the hold; where there is none, nothing happens. */
export async function liftHold(deps: Deps, booking: BookingRow, by: Actor): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('bookings')
      .set({ held_at: null, held_by: null, hold_reason: null, updated_at: deps.now() })
      .where('id', '=', booking.id)
      .where('held_at', 'is not', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return;
    await record({ ...deps, db: trx }, booking, 'hold.lifted', by, { reason: booking.hold_reason });
  });
}

async function record(
  deps: Deps,
  { id, workspace_id: workspaceId, meeting_id: meetingId }: BookingRow,
  action: 'hold.set' | 'hold.lifted',
  actor: Actor,
  details: Record<string, unknown>,
): Promise<void> {
  await recordAudit(deps, { workspaceId, actor, action, subjectId: id, details: { ...details, meetingId } });
}

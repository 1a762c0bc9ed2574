import type { Kysely, Transaction } from 'kysely';
import type { BookingRow } from '../bookings/booking.ts';
import { moveAsInOutlook } from '../bookings/moves.ts';
import type { Database, OutlookChange } from '../database/schema.ts';
import type { Queue } from '../jobs/queue.ts';
import type { MeetingRow } from '../meetings/meeting.ts';
import { isSameChange, markInSync, markOutOfSync, restoreMeeting, takeOver } from '../meetings/outlook-change.ts';
import { Problem } from '../problem.ts';
import { takeTurns } from '../scheduling/reservations.ts';

type Deps = { db: Kysely<Database>; now: () => Date; queue: Queue };
export type InTransaction = Deps & { db: Transaction<Database> };

const hourMs = 60 * 60_000;
/** Somebody, or some other program, who changes a meeting again and again is asked rather than fought. */
const mostRestoresPerHour = 3;

/**
 * Does what the workspace wants done about a change in Outlook. `undefined`: Outlook shows what is wanted. False when the
 * meeting is not as it was read any more: then it has to be compared once more.
 */
export async function applyChange(deps: Deps, row: MeetingRow, change: OutlookChange | undefined): Promise<boolean> {
  const inTransaction = (run: (inTrx: InTransaction) => Promise<boolean>) =>
    deps.db.transaction().execute(async (trx) => {
      await decideInTurn({ db: trx }, row.id);
      return run({ ...deps, db: trx });
    });
  if (!change) return row.status === 'out_of_sync' ? inTransaction((inTrx) => markInSync(inTrx, row)) : true;
  if (row.status === 'out_of_sync' && isSameChange(row.outlook_change, change)) return true;
  const ask = () => inTransaction((inTrx) => markOutOfSync(inTrx, row, change));
  const answer = change.kind === 'changed' ? await answerTo(deps, row, change) : 'ask';
  if (change.kind !== 'changed' || answer === 'ask') return ask();
  if (answer === 'revert') return inTransaction((inTrx) => restoreMeeting(inTrx, row, 'parley'));
  try {
    return await inTransaction((inTrx) => follow(inTrx, row, change, 'outlook'));
  } catch (error) {
    if (error instanceof Problem && (error.code === 'slot_taken' || error.code === 'booking_closed')) return ask();
    throw error;
  }
}

/** Those who decide on one meeting do so one after the other. */
export function decideInTurn(deps: { db: Transaction<Database> }, meetingId: string): Promise<void> {
  return takeTurns(deps, `outlook-change/${meetingId}`);
}

/**
 * Gives a meeting, and the bookings that it is for, what Outlook shows. False when the meeting is not as it was read any
 * more: then nothing may be committed. Throws `slot_taken`, `booking_closed`.
 */
export async function follow(
  deps: InTransaction,
  row: MeetingRow,
  change: Extract<OutlookChange, { kind: 'changed' }>,
  by: string,
): Promise<boolean> {
  const { start, end } = change;
  // One of those who share the meeting is enough: they move together.
  const [booking] = start && end ? await openBookingsOf(deps, row) : [];
  if (booking && start && end) await moveAsInOutlook(deps, booking, { start: new Date(start), end: new Date(end) });
  const taken = await takeOver(deps, row, change, by);
  if (!taken && booking) throw new Superseded();
  return taken;
}

/** Takes back what was written for a meeting that somebody else has changed meanwhile. */
export class Superseded extends Error {}

/** The bookings that a meeting is for, and that are not over. */
export function openBookingsOf({ db }: Pick<InTransaction, 'db'>, row: MeetingRow): Promise<BookingRow[]> {
  return db
    .selectFrom('bookings')
    .selectAll()
    .where('meeting_id', '=', row.id)
    .where('status', 'in', ['requested', 'confirmed'])
    .orderBy('id')
    .execute();
}

/** What was made all day, or into a series, or was moved to the past, is a matter for people. */
async function answerTo(
  deps: Deps,
  row: MeetingRow,
  change: Extract<OutlookChange, { kind: 'changed' }>,
): Promise<'follow' | 'ask' | 'revert'> {
  const { outlook_changes: wish } = await deps.db
    .selectFrom('workspaces')
    .select('outlook_changes')
    .where('id', '=', row.workspace_id)
    .executeTakeFirstOrThrow();
  if (wish === 'follow') {
    const isOver = change.end !== undefined && new Date(change.end) <= deps.now();
    return change.became || isOver ? 'ask' : 'follow';
  }
  return wish === 'revert' && (await wasRestoredOften(deps, row)) ? 'ask' : wish;
}

async function wasRestoredOften({ db, now }: Deps, row: MeetingRow): Promise<boolean> {
  const restored = await db
    .selectFrom('outbox_events')
    .select('id')
    .where('meeting_id', '=', row.id)
    .where('type', '=', 'meeting.restored')
    .where('created_at', '>', new Date(now().getTime() - hourMs))
    .limit(mostRestoresPerHour)
    .execute();
  return restored.length === mostRestoresPerHour;
}

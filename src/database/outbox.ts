import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Database, OutboxCursors } from './schema.ts';

/**
 * Lines of the outbox get their numbers before they can be seen, so a lower one may appear after a higher one. Each look
 * therefore reads again from the cursor, and makes what is not made yet; the cursor moves to a line only when everything
 * that could still appear before it has ended.
 */
export type Watermark = {
  /** Takes note of a look, and says up to which line all is seen by it. */
  settled(look: Look): number;
};

export type Look = {
  cursor: number;
  /** The highest line that can be seen. */
  head: number;
  /** PostgreSQL's `pg_snapshot_xmin` and `xmax`: all transactions before the first have ended, none after the second has begun. */
  oldest: bigint;
  next: bigint;
};

/** Remembers looks in this process alone: one that starts anew only takes a few looks longer. */
export function createWatermark(): Watermark {
  let head: number | undefined;
  let begunBefore: bigint | undefined;
  return {
    settled(look) {
      if (head === undefined) {
        head = look.head;
        return look.cursor;
      }
      // One look later than the line: whoever took a number before it is a transaction with a number of its own by now.
      begunBefore ??= look.next;
      if (look.oldest < begunBefore) return look.cursor;
      const settled = Math.max(head, look.cursor);
      head = look.head;
      begunBefore = undefined;
      return settled;
    },
  };
}

type Consumer = OutboxCursors['consumer'];

/** Where a reader of the outbox stands; `undefined` while it has nobody to read for. */
export async function lookAtOutbox(
  db: Kysely<Database>,
  consumer: Consumer,
  isWanted: RawBuilder<unknown> = sql`true`,
): Promise<Look | undefined> {
  const { rows } = await sql<{ cursor: number; head: number; oldest: string; next: string }>`
    select event_id as cursor, (select coalesce(max(id), 0) from outbox_events) as head,
      pg_snapshot_xmin(pg_current_snapshot())::text as oldest, pg_snapshot_xmax(pg_current_snapshot())::text as next
    from outbox_cursors where consumer = ${consumer} and ${isWanted}
  `.execute(db);
  const [row] = rows;
  return row && { ...row, oldest: BigInt(row.oldest), next: BigInt(row.next) };
}

/** Takes note that everything up to a line has been read; never goes back. */
export async function moveCursor(db: Kysely<Database>, consumer: Consumer, to: number): Promise<void> {
  await db
    .updateTable('outbox_cursors')
    .set({ event_id: to })
    .where('consumer', '=', consumer)
    .where('event_id', '<', to)
    .execute();
}

/** Something that happened, as webhooks and mail will be told of it. */
export type NewEvent = {
  workspaceId: string;
  type: string;
  meetingId?: string | null;
  bookingId?: string | null;
  data: Record<string, unknown>;
  at: Date;
};

/** Writes a line of the outbox; part of the caller's transaction, so that it tells exactly of what came true. */
export async function appendEvent(db: Kysely<Database>, event: NewEvent): Promise<void> {
  await db
    .insertInto('outbox_events')
    .values({
      workspace_id: event.workspaceId,
      type: event.type,
      meeting_id: event.meetingId ?? null,
      booking_id: event.bookingId ?? null,
      connection_id: null,
      data: JSON.stringify(event.data),
      created_at: event.at,
    })
    .execute();
}

import { setTimeout as delay } from 'node:timers/promises';
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
  /** The transactions that may have written lines which cannot be seen yet. */
  writers: readonly string[];
};

/** Remembers looks in this process alone: one that starts anew only takes a few looks longer. */
export function createWatermark(): Watermark {
  let head: number | undefined;
  let waitingFor: ReadonlySet<string> | undefined;
  return {
    settled(look) {
      if (head === undefined) {
        head = look.head;
        return look.cursor;
      }
      // One look later than the line: whoever took a number before it is a writer in that look, or has ended.
      const mayStillAppear = (waitingFor ??= new Set(look.writers));
      if (look.writers.some((writer) => mayStillAppear.has(writer))) return look.cursor;
      const settled = Math.max(head, look.cursor);
      head = look.head;
      waitingFor = undefined;
      return settled;
    },
  };
}

/** How often is looked again for writers that are about to end, and how long at most between two looks. */
const mostLooks = 16;
const mostBetweenLooksMs = 100;

/**
 * A function that says up to which line all is seen by whoever reads from then on. It waits for those that write when it
 * is called, for about a second; a line of one that takes longer, and what comes after it, counts in a later call.
 */
export function createSettling(db: Kysely<Database>): () => Promise<number> {
  const watermark = createWatermark();
  let settled = 0;
  let running: Promise<number> | undefined;
  let following: Promise<number> | undefined;
  const settle = async () => {
    const first = await lookAt(db);
    for (let looks = 1, look = first; ; looks += 1, look = await lookAt(db)) {
      settled = watermark.settled({ ...look, cursor: settled });
      if (settled >= first.head || looks === mostLooks) return settled;
      if (looks > 1) await delay(Math.min(2 ** looks, mostBetweenLooksMs));
    }
  };
  // One look at a time, as the watermark wants it: whoever asks while one is under way shares the next with all others.
  const run = () => (running = settle().finally(() => (running = undefined)));
  return () => {
    if (!running) return run();
    return (following ??= running
      .catch(() => undefined)
      .then(() => {
        following = undefined;
        return run();
      }));
  };
}

async function lookAt(db: Kysely<Database>): Promise<Omit<Look, 'cursor'>> {
  const { rows } = await sql<Omit<Look, 'cursor'>>`select ${headAndWriters}`.execute(db);
  return rows[0] ?? { head: 0, writers: [] };
}

/** A writer has this lock from before it takes a number until its transaction ends (PostgreSQL, “Table-Level Locks”). */
const headAndWriters = sql`
  (select coalesce(max(id), 0) from outbox_events) as head,
  array(
    select virtualtransaction from pg_locks
    where locktype = 'relation' and mode = 'RowExclusiveLock' and granted and relation = 'outbox_events'::regclass
      and database = (select oid from pg_database where datname = current_database())
  ) as writers`;

type Consumer = OutboxCursors['consumer'];

/** Where a reader of the outbox stands; `undefined` while it has nobody to read for. */
export async function lookAtOutbox(
  db: Kysely<Database>,
  consumer: Consumer,
  isWanted: RawBuilder<unknown> = sql`true`,
): Promise<Look | undefined> {
  const { rows } = await sql<Look>`
    select event_id as cursor, ${headAndWriters} from outbox_cursors where consumer = ${consumer} and ${isWanted}
  `.execute(db);
  return rows[0];
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

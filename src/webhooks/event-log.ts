import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { columnsOfLine } from './fan-out.ts';
import type { OutboxLine } from './event-json.ts';

export type EventLogDeps = {
  db: Kysely<Database>;
  /** Up to which line of the outbox everything is seen by whoever reads from then on. */
  settledLine: () => Promise<number>;
};

export type EventPage = {
  /** The line behind which the page begins. */
  after: number;
  /** Types and groups such as `meeting.*`; `undefined` for all. */
  types: readonly string[] | undefined;
  limit: number;
};

/**
 * What happened in a workspace behind a line, the oldest first, and the line behind which the next page begins. Only lines
 * before which none can appear any more: whoever goes on from there misses nothing, and gets nothing twice.
 */
export async function readEvents(
  { db, settledLine }: EventLogDeps,
  workspaceId: string,
  { after, types, limit }: EventPage,
): Promise<{ lines: OutboxLine[]; next: number }> {
  const settled = await settledLine();
  const chosen = types
    ? sql`and (e.type = any(${types}::text[]) or split_part(e.type, '.', 1) || '.*' = any(${types}::text[]))`
    : sql``;
  const { rows: lines } = await sql<OutboxLine>`
    select ${columnsOfLine} from outbox_events e left join meetings m on m.id = e.meeting_id
    where e.workspace_id = ${workspaceId} and e.id > ${after}::bigint and e.id <= ${settled}::bigint ${chosen}
    order by e.id limit ${limit}
  `.execute(db);
  const last = lines.length === limit ? lines.at(-1)?.id : settled;
  return { lines, next: Math.max(last ?? settled, after) };
}

/** Whether a line was ever written; not when the database is an older one than that which a cursor came from. */
export async function isKnownLine({ db, settledLine }: EventLogDeps, line: number): Promise<boolean> {
  if (line <= (await settledLine())) return true;
  const { rows } = await sql<{ reached: boolean }>`
    select last_value >= ${line}::bigint as reached from outbox_events_id_seq
  `.execute(db);
  return rows[0]?.reached === true;
}

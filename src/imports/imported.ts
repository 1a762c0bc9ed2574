import { sql, type Transaction } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { Queue } from '../jobs/queue.ts';
import type { ThingKind } from './found.ts';
import type { Fields } from './merging.ts';

/** One thing is imported in one transaction: what it becomes here, and what is remembered of it. */
export type StepDeps = { db: Transaction<Database>; now: () => Date; queue: Queue; workspaceId: string };

/** What was imported before: what it became here, and how it was then. */
export type Imported = { targetId: string; base: Fields };

/** Two imports into one workspace take turns, so that nothing is made twice. Holds until the transaction ends. */
export async function takeTurns({ db, workspaceId }: StepDeps): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`import/${workspaceId}`}, 0))`.execute(db);
}

export async function findImported({ db, workspaceId }: StepDeps, sourceId: string): Promise<Imported | undefined> {
  const row = await db
    .selectFrom('imported_things')
    .select(['target_id', 'base'])
    .where('workspace_id', '=', workspaceId)
    .where('source_id', '=', sourceId)
    .executeTakeFirst();
  return row && { targetId: row.target_id, base: row.base };
}

/** Which thing of the other product somebody’s hours, or an event type, came from. */
export async function findSource(
  { db, workspaceId }: StepDeps,
  kind: ThingKind,
  targetId: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('imported_things')
    .select('source_id')
    .where('workspace_id', '=', workspaceId)
    .where('kind', '=', kind)
    .where('target_id', '=', targetId)
    .limit(1)
    .executeTakeFirst();
  return row?.source_id;
}

export async function rememberImported(
  { db, now, workspaceId }: StepDeps,
  { id, kind }: { id: string; kind: ThingKind },
  { targetId, base }: Imported,
): Promise<void> {
  const columns = { target_id: targetId, base: JSON.stringify(base), updated_at: now() };
  await db
    .insertInto('imported_things')
    .values({ workspace_id: workspaceId, source_id: id, kind, ...columns, created_at: now() })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'source_id']).doUpdateSet(columns))
    .execute();
}

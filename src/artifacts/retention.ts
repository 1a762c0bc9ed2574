import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import type { ArtifactKind, Database } from '../database/schema.ts';
import type { Queue } from '../jobs/queue.ts';
import { recordAudit, type Actor } from '../monitoring/audit.ts';
import { Problem } from '../problem.ts';
import { artifactColumns, artifactKinds, type ArtifactRow } from './artifact.ts';

type Deps = { db: Kysely<Database>; now: () => Date; queue: Queue };

/** For how many days a workspace keeps each kind. */
export const keepColumns = {
  recording: 'keep_recordings_days',
  transcript: 'keep_transcripts_days',
  attendance: 'keep_attendance_days',
} as const satisfies Record<ArtifactKind, string>;

/** Whether a booking of the artifact’s meeting is under legal hold, as a condition on `artifacts`. */
export const isHeld: RawBuilder<boolean> = sql<boolean>`exists (
  select from bookings b where b.meeting_id = artifacts.meeting_id and b.held_at is not null)`;

/**
 * Deletes what is in an artifact, for good; its name stays, so that it is not fetched again. Throws `not_found`, and
 * `legal_hold` while a booking of its meeting is held.
 */
export async function deleteArtifact(deps: Deps, row: ArtifactRow, by: Actor): Promise<void> {
  const [deleted] = await remove(deps, { which: sql`artifacts.id = ${row.id}`, by, limit: 1, locked: 'wait' });
  if (deleted) return;
  const now = await deps.db
    .selectFrom('artifacts')
    .select(artifactColumns)
    .where('id', '=', row.id)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
  if (now.deleted_at) throw new Problem('not_found');
  throw new Problem('legal_hold');
}

/** Deletes what has been kept long enough, as each workspace has set it and nobody holds it. */
export async function applyRetention(deps: Deps, limit: number): Promise<void> {
  const over = artifactKinds.map((kind) => {
    const days = sql.ref(`w.${keepColumns[kind]}`);
    return sql`(artifacts.kind = ${kind} and artifacts.starts_at < ${deps.now()}::timestamptz - make_interval(days => ${days}))`;
  });
  await remove(deps, {
    which: sql`exists (
      select from workspaces w where w.id = artifacts.workspace_id and (${sql.join(over, sql` or `)}))`,
    by: { kind: 'parley', id: 'retention' },
    limit,
    locked: 'leave',
  });
}

type Removal = { which: RawBuilder<unknown>; by: Actor; limit: number; locked: 'wait' | 'leave' };

/** Rows and entries in the database; the storage follows by a job. */
async function remove(deps: Deps, { by, ...removal }: Removal): Promise<ArtifactRow[]> {
  return deps.db.transaction().execute(async (trx) => {
    const ids = await removable(trx, removal);
    if (ids.length === 0) return [];
    const rows = await trx
      .updateTable('artifacts')
      .set({
        deleted_at: deps.now(),
        deleted_by: by.id,
        document: null,
        attendance: null,
        participants: null,
        store_due_at: null,
        store_problem_code: null,
        store_answer: null,
        content_removed_at: sql<Date | null>`case when kind = 'recording' then null else ${deps.now()}::timestamptz end`,
        updated_at: deps.now(),
      })
      .where('id', 'in', ids)
      .returning(artifactColumns)
      .execute();
    await trx.deleteFrom('transcript_lines').where('artifact_id', 'in', ids).execute();
    const inTrx = { ...deps, db: trx };
    for (const row of rows) await enqueueRemoval(inTrx, row);
    // In one order, as everybody takes the locks of several workspaces' logs.
    for (const row of rows.toSorted((a, b) => (a.workspace_id < b.workspace_id ? -1 : 1))) {
      await recordAudit(inTrx, {
        workspaceId: row.workspace_id,
        actor: by,
        action: 'artifact.deleted',
        subjectId: row.id,
        details: { kind: row.kind, meetingId: row.meeting_id },
      });
    }
    return rows;
  });
}

/** What may be deleted, locked with its bookings: whoever sets a hold at this moment comes before this, or after it. */
async function removable(trx: Transaction<Database>, { which, limit, locked }: Omit<Removal, 'by'>): Promise<string[]> {
  const wanted = trx
    .selectFrom('artifacts')
    .select(['id', 'meeting_id'])
    .where('deleted_at', 'is', null)
    .where(sql<boolean>`${which}`)
    .where(sql<boolean>`not ${isHeld}`)
    .orderBy('id')
    .limit(limit)
    .forUpdate();
  const rows = await (locked === 'wait' ? wanted : wanted.skipLocked()).execute();
  if (rows.length === 0) return [];
  const bookings = await trx
    .selectFrom('bookings')
    .select(['meeting_id', 'held_at'])
    .where('meeting_id', 'in', [...new Set(rows.map((row) => row.meeting_id))])
    .orderBy('id')
    .forShare()
    .execute();
  const held = new Set(bookings.filter((booking) => booking.held_at).map((booking) => booking.meeting_id));
  return rows.filter((row) => !held.has(row.meeting_id)).map(({ id }) => id);
}

/** The job that takes a deleted recording out of the storage. */
export async function enqueueRemoval(
  { db, queue }: Pick<Deps, 'db' | 'queue'>,
  row: Pick<ArtifactRow, 'id' | 'kind'>,
): Promise<void> {
  if (row.kind !== 'recording') return;
  await queue.send(db, 'remove-artifact', { artifactId: row.id }, { singletonKey: row.id });
}

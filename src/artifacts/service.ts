import { sql, type Kysely, type SqlBool } from 'kysely';
import type { Principal } from '../access/principal.ts';
import type { Position } from '../database/page.ts';
import type { ArtifactKind, Database } from '../database/schema.ts';
import type { Queue } from '../jobs/queue.ts';
import type { MeetingRow } from '../meetings/meeting.ts';
import { artifactColumns, artifactKinds, type ArtifactRow, type CaptureRow } from './artifact.ts';
import { addCaptures, enqueueDownload, enqueueDueCaptures, isSwitchedOn } from './captures.ts';
import { applyRetention, enqueueRemoval } from './retention.ts';
import { visibleTo } from './sharing.ts';

export { resumeCaptures, wakeCaptures, type Announced } from './captures.ts';

export type ArtifactDeps = { db: Kysely<Database>; now: () => Date; queue: Queue };

/** Looks for what is due: searches, downloads, deletions. Nothing is lost for good when a process dies between two steps. */
export async function sweepArtifacts(deps: ArtifactDeps, limit = 1000): Promise<void> {
  await addCaptures(deps, limit);
  await enqueueDueCaptures(deps, limit);
  await followDownloadSetting(deps);
  await enqueueDueDownloads(deps, limit);
  await applyRetention(deps, limit);
  await enqueueMissedRemovals(deps, limit);
}

/** Recordings that were there before a workspace wanted copies are copied; where it wants none any more, none is begun. */
async function followDownloadSetting({ db, now }: ArtifactDeps): Promise<void> {
  await sql`
    update artifacts set store_due_at = ${now()}
    from workspaces w
    where w.id = artifacts.workspace_id and kind = 'recording' and stored_at is null and deleted_at is null
      and store_due_at is null and store_problem_code is null and w.download_recordings
  `.execute(db);
  await sql`
    update artifacts set store_due_at = null, store_problem_code = null, store_answer = null, store_attempts = 0
    from workspaces w
    where w.id = artifacts.workspace_id and kind = 'recording' and stored_at is null and deleted_at is null
      and (store_due_at is not null or store_problem_code is not null) and not w.download_recordings
  `.execute(db);
}

async function enqueueDueDownloads({ db, queue, now }: ArtifactDeps, limit: number): Promise<void> {
  const rows = await db
    .selectFrom('artifacts')
    .select('id')
    .where('store_due_at', '<=', now())
    .orderBy('store_due_at')
    .limit(limit)
    .execute();
  for (const { id } of rows) await enqueueDownload({ db, queue }, id);
}

async function enqueueMissedRemovals(deps: ArtifactDeps, limit: number): Promise<void> {
  const rows = await deps.db
    .selectFrom('artifacts')
    .select(['id', 'kind'])
    .where('deleted_at', 'is not', null)
    .where('content_removed_at', 'is', null)
    .limit(limit)
    .execute();
  for (const row of rows) await enqueueRemoval(deps, row);
}

/** How the search for one kind stands; `undefined` row: it is not switched on, or has not begun. */
export type CaptureState = { kind: ArtifactKind; switchedOn: boolean; row: CaptureRow | undefined; found: number };

/** How far the search for each kind of artifact of a meeting is. */
export async function listCaptures({ db }: Pick<ArtifactDeps, 'db'>, meeting: MeetingRow): Promise<CaptureState[]> {
  const rows = await db.selectFrom('artifact_captures').selectAll().where('meeting_id', '=', meeting.id).execute();
  const on = await db
    .selectFrom('meetings')
    .select(artifactKinds.map((kind) => isSwitchedOn(kind).as(kind)))
    .where('id', '=', meeting.id)
    .executeTakeFirstOrThrow();
  const counts = await db
    .selectFrom('artifacts')
    .select(['kind', (select) => select.fn.countAll<number>().as('count')])
    .where('meeting_id', '=', meeting.id)
    .where('deleted_at', 'is', null)
    .groupBy('kind')
    .execute();
  return artifactKinds.map((kind) => ({
    kind,
    switchedOn: on[kind],
    row: rows.find((row) => row.kind === kind),
    found: counts.find((one) => one.kind === kind)?.count ?? 0,
  }));
}

export type ArtifactPage = {
  limit: number;
  after?: Position | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  kind?: ArtifactKind | undefined;
  meetingId?: string | undefined;
  bookingId?: string | undefined;
};

/** What a principal may see, newest first, without what was deleted; one row more than `limit` tells of a next page. */
export async function listArtifacts(
  { db }: Pick<ArtifactDeps, 'db'>,
  principal: Principal,
  page: ArtifactPage,
): Promise<ArtifactRow[]> {
  const { limit, after, from, to, kind, meetingId, bookingId } = page;
  let query = db
    .selectFrom('artifacts')
    .select(artifactColumns)
    .where(visibleTo(principal))
    .where('deleted_at', 'is', null)
    .orderBy('starts_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (kind) query = query.where('kind', '=', kind);
  if (from) query = query.where('starts_at', '>=', from);
  if (to) query = query.where('starts_at', '<', to);
  if (meetingId) query = query.where('meeting_id', '=', meetingId);
  if (bookingId)
    query = query.where(
      sql<SqlBool>`exists (select from bookings b where b.id = ${bookingId} and b.meeting_id = artifacts.meeting_id)`,
    );
  if (after)
    query = query.where((where) =>
      where(where.refTuple('starts_at', 'id'), '<', where.tuple(after.startsAt, after.id)),
    );
  return query.execute();
}

import { randomBytes } from 'node:crypto';
import { sql, type Kysely, type Selectable } from 'kysely';
import type { ArtifactWatches, Database } from '../database/schema.ts';
import { newId } from '../id.ts';
import type { Queue } from '../jobs/queue.ts';
import { mailboxGroup } from '../meetings/meeting.ts';
import { believed, hurrySubscriptions, rowsTold, type Told } from '../watches/hearing.ts';
import { canBeTold } from '../watches/watch.ts';
import { isSwitchedOn, wakeCaptures } from './captures.ts';

/** A mailbox whose owner's recordings or transcripts Microsoft tells of, because they organize meetings of ours. */
export type ArtifactWatchRow = Selectable<ArtifactWatches>;
export type AnnouncedKind = ArtifactWatchRow['kind'];

/** What a notification of an artifact says, before anything of it is believed. */
export type ToldOfArtifact = Told & {
  /** Teams' id of the meeting, where it can be read. */
  onlineMeetingId?: string | undefined;
};

/** What is believed, and whose subscription it is of. */
export type HeardOfArtifact<Told extends ToldOfArtifact = ToldOfArtifact> = { told: Told; row: ArtifactWatchRow };

type Deps = { db: Kysely<Database>; now: () => Date; queue: Queue };
export type ArtifactWatchDeps = Deps & {
  publicUrl: string;
  graphBaseUrl: string;
  /** For whom Microsoft encrypts what it tells; without it, it tells only that there is something. */
  notificationCertificate: { id: string } | undefined;
};

const kinds = ['recording', 'transcript'] as const satisfies readonly AnnouncedKind[];

const hourMs = 60 * 60_000;
/** For so long after the last meeting its artifacts are expected. */
const expectedForMs = 48 * hourMs;

/** Has Microsoft tell of what comes of the meetings in calendars, and no more where nothing is expected. */
export async function sweepArtifactWatches(deps: ArtifactWatchDeps, limit = 2000): Promise<number> {
  const isTold = canBeTold(deps);
  let found = 0;
  for (const kind of kinds) {
    if (isTold) await addWatches(deps, kind, limit);
    const rows = await listDue(deps, kind, { isTold, limit });
    for (const row of rows) await enqueueArtifactWatch(deps, row);
    found += rows.length;
  }
  return found;
}

/** The meetings in calendars that end after an instant. Of a meeting that is called off nothing comes. */
function meetingsAfter({ db }: Pick<Deps, 'db'>, after: Date) {
  return db
    .selectFrom('meetings')
    .where('meetings.wanted', '=', 'scheduled')
    .where('meetings.kind', '=', 'calendar')
    .where('meetings.provider_event_id', 'is not', null)
    .where('meetings.ends_at', '>', after);
}

/** Before a meeting begins: nobody is told of a transcript that was begun before (Graph contract 6.5). */
async function addWatches(deps: Deps, kind: AnnouncedKind, limit: number): Promise<void> {
  const mailboxes = meetingsAfter(deps, deps.now())
    .select(['workspace_id', 'tenant_id', 'organizer_id', 'access', 'tenant_connection_id'])
    .distinct()
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('artifact_watches as w')
            .select('w.id')
            .where('w.kind', '=', kind)
            .whereRef('w.workspace_id', '=', 'meetings.workspace_id')
            .whereRef('w.tenant_id', '=', 'meetings.tenant_id')
            .whereRef('w.organizer_id', '=', 'meetings.organizer_id')
            .whereRef('w.access', '=', 'meetings.access'),
        ),
      ),
    )
    .as('meetings');
  const unwatched = await deps.db
    .selectFrom(mailboxes)
    .selectAll()
    .where(isSwitchedOn(kind))
    .orderBy('workspace_id')
    .limit(limit)
    .execute();
  if (unwatched.length === 0) return;
  const now = deps.now();
  const rows = unwatched.map((mailbox) => ({
    ...mailbox,
    id: newId('awt'),
    kind,
    // Nobody knows what this is the hash of, so that nothing is believed before a subscription is made.
    client_state: randomBytes(32),
    subscription_due_at: now,
    updated_at: now,
    created_at: now,
  }));
  await deps.db
    .insertInto('artifact_watches')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Subscriptions whose time has come, that are for a certificate of the past, or of which nothing is expected any more. */
function listDue(deps: ArtifactWatchDeps, kind: AnnouncedKind, { isTold, limit }: { isTold: boolean; limit: number }) {
  const { db, now, notificationCertificate: certificate } = deps;
  return db
    .selectFrom('artifact_watches')
    .select(['id', 'tenant_id', 'organizer_id'])
    .where('artifact_watches.kind', '=', kind)
    .where((where) =>
      where.or([
        where.and([where.val(isTold), where('subscription_due_at', '<=', now())]),
        where.and([
          where.val(isTold),
          where('subscription_attempts', '=', 0),
          where('certificate_id', 'is distinct from', certificate?.id ?? null),
        ]),
        where.not(where.exists(expected(deps, kind).select(sql`1`.as('one')))),
      ]),
    )
    .orderBy('subscription_due_at')
    .limit(limit)
    .execute();
}

/** The meetings of a row of `artifact_watches` of which something may come yet. */
function expected(deps: Pick<Deps, 'db' | 'now'>, kind: AnnouncedKind) {
  return meetingsAfter(deps, new Date(deps.now().getTime() - expectedForMs))
    .where(isSwitchedOn(kind))
    .where(
      sql<boolean>`(meetings.workspace_id, meetings.tenant_id, meetings.organizer_id, meetings.access) =
        (artifact_watches.workspace_id, artifact_watches.tenant_id, artifact_watches.organizer_id, artifact_watches.access)`,
    );
}

/**
 * By which connection of the tenant the mailbox of a watch is reached now: that of the newest meeting of which something
 * may come. `undefined`: nothing is expected any more.
 */
export async function findExpected(
  deps: Pick<Deps, 'db' | 'now'>,
  watch: ArtifactWatchRow,
): Promise<{ tenant_connection_id: string | null } | undefined> {
  return meetingsAfter(deps, new Date(deps.now().getTime() - expectedForMs))
    .select('meetings.tenant_connection_id')
    .where('meetings.workspace_id', '=', watch.workspace_id)
    .where('meetings.tenant_id', '=', watch.tenant_id)
    .where('meetings.organizer_id', '=', watch.organizer_id)
    .where('meetings.access', '=', watch.access)
    .where(isSwitchedOn(watch.kind))
    .orderBy('meetings.created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The job that looks after one subscription. */
export async function enqueueArtifactWatch(
  { db, queue }: Pick<Deps, 'db' | 'queue'>,
  row: Pick<ArtifactWatchRow, 'id' | 'tenant_id' | 'organizer_id'>,
): Promise<void> {
  await queue.send(db, 'watch-artifacts', { watchId: row.id }, { singletonKey: row.id, group: mailboxGroup(row) });
}

/**
 * Takes what Graph sends of recordings and transcripts. What does not carry the secret of a subscription of ours is left
 * alone, and so is what `open` does not let pass; what does only makes us look, so that it may come late, twice or in any
 * order. Gives how many were believed.
 */
export async function hearOfArtifacts<One extends ToldOfArtifact>(
  deps: Deps,
  told: readonly One[],
  open: (heard: HeardOfArtifact<One>[]) => Promise<HeardOfArtifact[]>,
): Promise<number> {
  const ids = [...new Set(told.map(({ subscriptionId }) => subscriptionId))];
  if (ids.length === 0) return 0;
  const rows = await deps.db.selectFrom('artifact_watches').selectAll().where('subscription_id', 'in', ids).execute();
  const heard = await open(believed(rows, told));
  if (heard.length === 0) return 0;
  await deps.db.transaction().execute(async (trx) => {
    const inTrx = { ...deps, db: trx };
    await hurrySubscriptions(inTrx, 'artifact_watches', rowsTold(heard, 'removed'), { gone: true });
    await hurrySubscriptions(inTrx, 'artifact_watches', rowsTold(heard, 'reauthorize'), { gone: false });
    for (const row of rowsTold(heard, 'removed', 'reauthorize')) await enqueueArtifactWatch(inTrx, row);
    // Whoever was not told of everything looks at every meeting.
    for (const row of rowsTold(heard, 'missed', 'removed')) await wakeAll(inTrx, row);
    for (const { row, onlineMeetingId } of meetingsTold(heard)) await wakeAll(inTrx, row, onlineMeetingId);
  });
  return heard.length;
}

/** Each meeting once, however often it was told. */
function meetingsTold(heard: readonly HeardOfArtifact[]) {
  const changed = heard.filter(({ told }) => told.what === 'changed');
  return new Map(
    changed.map(({ row, told: { onlineMeetingId } }) => [`${row.id} ${onlineMeetingId}`, { row, onlineMeetingId }]),
  ).values();
}

/**
 * Looks for what came of a meeting, or of all in a mailbox, in every workspace that has meetings there: one subscription
 * serves them all. Part of the caller's transaction.
 */
export async function wakeAll(deps: Deps, watch: ArtifactWatchRow, onlineMeetingId?: string): Promise<void> {
  const { tenant_id: tenantId, organizer_id: organizerId, kind } = watch;
  const rows = await deps.db
    .selectFrom('artifact_watches')
    .select(['workspace_id', 'access'])
    .where('tenant_id', '=', tenantId)
    .where('organizer_id', '=', organizerId)
    .where('kind', '=', kind)
    .execute();
  for (const { workspace_id: workspaceId, access } of rows)
    await wakeCaptures(deps, { workspaceId, tenantId, organizerId, access, kind, onlineMeetingId });
}

/** The subscription of a mailbox has ended that served other workspaces too: one of them makes its own. */
export async function hurryOthers({ db, now }: Pick<Deps, 'db' | 'now'>, ended: ArtifactWatchRow): Promise<void> {
  await db
    .updateTable('artifact_watches')
    .set({ subscription_due_at: now() })
    .where('tenant_id', '=', ended.tenant_id)
    .where('organizer_id', '=', ended.organizer_id)
    .where('kind', '=', ended.kind)
    .where('subscription_id', 'is', null)
    .where('subscription_attempts', '=', 0)
    .execute();
}

/** Tries at once what a tenant did not allow until its administrator has put something right; the sweep finds it. */
export async function wakeTenantSubscriptions(
  deps: Pick<Deps, 'db' | 'now'>,
  { tenantConnectionId }: { tenantConnectionId: string },
): Promise<void> {
  await wake(deps).where('tenant_connection_id', '=', tenantConnectionId).execute();
}

/** The same for somebody who has connected again. */
export async function wakeSubscriptions(
  deps: Pick<Deps, 'db' | 'now'>,
  { connectionId }: { connectionId: string },
): Promise<void> {
  await wake(deps)
    .where('access', '=', 'delegated')
    .where((where) =>
      where.exists(
        where
          .selectFrom('connections as c')
          .select('c.id')
          .where('c.id', '=', connectionId)
          .whereRef('c.workspace_id', '=', 'artifact_watches.workspace_id')
          .whereRef('c.tenant_id', '=', 'artifact_watches.tenant_id')
          .whereRef('c.object_id', '=', 'artifact_watches.organizer_id'),
      ),
    )
    .execute();
}

function wake({ db, now }: Pick<Deps, 'db' | 'now'>) {
  return db
    .updateTable('artifact_watches')
    .set({ subscription_due_at: now(), subscription_attempts: 0, updated_at: now() })
    .where('subscription_attempts', '>', 0);
}

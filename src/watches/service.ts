import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { newId } from '../id.ts';
import type { Queue } from '../jobs/queue.ts';
import { mailboxGroup, type MeetingRow } from '../meetings/meeting.ts';
import { believed, hurrySubscriptions, rowsTold, type Told } from './hearing.ts';
import { canBeTold, swarmMs, type WatchRow } from './watch.ts';

type Deps = { db: Kysely<Database>; now: () => Date; queue: Queue };
/** Where Parley is, and where Microsoft: whether one can tell the other something. */
export type WatchDeps = Deps & { publicUrl: string; graphBaseUrl: string };

/** The meetings of ours that are still to come in calendars: what watching is for. */
function upcoming({ db, now }: Pick<WatchDeps, 'db' | 'now'>) {
  return db
    .selectFrom('meetings')
    .where('wanted', '=', 'scheduled')
    .where('kind', '<>', 'standalone')
    .where('provider_event_id', 'is not', null)
    .where('ends_at', '>', now());
}

type InMailbox = Pick<WatchRow, 'workspace_id' | 'tenant_id' | 'organizer_id' | 'access'>;

function upcomingIn(deps: Pick<WatchDeps, 'db' | 'now'>, mailbox: InMailbox) {
  return upcoming(deps)
    .where('workspace_id', '=', mailbox.workspace_id)
    .where('tenant_id', '=', mailbox.tenant_id)
    .where('organizer_id', '=', mailbox.organizer_id)
    .where('access', '=', mailbox.access);
}

/** The meetings to come in one mailbox. */
export function listWatchedMeetings(deps: Pick<WatchDeps, 'db' | 'now'>, mailbox: InMailbox): Promise<MeetingRow[]> {
  return upcomingIn(deps, mailbox).selectAll().execute();
}

/** When the last of them ends; `undefined` when there is none, and nothing to watch. */
export async function lastWatchedEnd(
  deps: Pick<WatchDeps, 'db' | 'now'>,
  mailbox: InMailbox,
): Promise<Date | undefined> {
  const last = await upcomingIn(deps, mailbox)
    .select((select) => select.fn.max('ends_at').as('end'))
    .executeTakeFirst();
  return last?.end ?? undefined;
}

/** Watches mailboxes that have got meetings, and looks at those whose time has come. */
export async function sweepWatches(deps: WatchDeps, limit = 2000): Promise<number> {
  await addWatches(deps, limit);
  const now = deps.now();
  const rows = await deps.db
    .selectFrom('calendar_watches')
    .selectAll()
    .where((where) =>
      canBeTold(deps)
        ? where.or([where('read_due_at', '<=', now), where('subscription_due_at', '<=', now)])
        : where('read_due_at', '<=', now),
    )
    .orderBy('read_due_at')
    .limit(limit)
    .execute();
  for (const row of rows) await enqueueWatch(deps, row);
  return rows.length;
}

async function addWatches(deps: Deps, limit: number): Promise<void> {
  const unwatched = await upcoming(deps)
    .select(['workspace_id', 'tenant_id', 'organizer_id', 'access', 'tenant_connection_id'])
    .distinctOn(['workspace_id', 'tenant_id', 'organizer_id', 'access'])
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('calendar_watches as w')
            .select('w.id')
            .whereRef('w.workspace_id', '=', 'meetings.workspace_id')
            .whereRef('w.tenant_id', '=', 'meetings.tenant_id')
            .whereRef('w.organizer_id', '=', 'meetings.organizer_id')
            .whereRef('w.access', '=', 'meetings.access'),
        ),
      ),
    )
    .orderBy('workspace_id')
    .orderBy('tenant_id')
    .orderBy('organizer_id')
    .orderBy('access')
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute();
  if (unwatched.length === 0) return;
  const now = deps.now();
  const rows = unwatched.map((mailbox) => ({
    ...mailbox,
    id: newId('cwt'),
    // Nobody knows what this is the hash of, so that nothing is believed before a subscription is made.
    client_state: randomBytes(32),
    subscription_due_at: now,
    read_due_at: now,
    updated_at: now,
    created_at: now,
  }));
  await deps.db
    .insertInto('calendar_watches')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The job that looks at one mailbox. */
export async function enqueueWatch(
  deps: Pick<WatchDeps, 'db' | 'queue'>,
  row: Pick<WatchRow, 'id' | 'tenant_id' | 'organizer_id'>,
  startAfterMs = 0,
): Promise<void> {
  const options = { singletonKey: row.id, group: mailboxGroup(row), startAfterMs };
  await deps.queue.send(deps.db, 'watch-calendar', { watchId: row.id }, options);
}

/**
 * Takes what Graph sends. What does not carry the secret of a subscription of ours is left alone; what does only makes us
 * look, so that it may come late, twice or in any order. Gives how many were believed.
 */
export async function hear(deps: Deps, told: Told[]): Promise<number> {
  const ids = [...new Set(told.map(({ subscriptionId }) => subscriptionId))];
  if (ids.length === 0) return 0;
  const rows = await deps.db.selectFrom('calendar_watches').selectAll().where('subscription_id', 'in', ids).execute();
  const heard = believed(rows, told);
  if (heard.length === 0) return 0;
  await deps.db.transaction().execute(async (trx) => {
    const inTrx = { ...deps, db: trx };
    await hurrySubscriptions(inTrx, 'calendar_watches', rowsTold(heard, 'removed'), { gone: true });
    await hurrySubscriptions(inTrx, 'calendar_watches', rowsTold(heard, 'reauthorize'), { gone: false });
    for (const row of rowsTold(heard, 'removed', 'reauthorize')) await enqueueWatch(inTrx, row);
    for (const row of rowsTold(heard, 'changed', 'missed', 'removed')) await wakeMailbox(inTrx, row);
  });
  return heard.length;
}

/** One subscription serves all workspaces that have meetings in a mailbox. Who is told to wait by Microsoft waits. */
async function wakeMailbox(deps: Deps, { tenant_id, organizer_id }: WatchRow): Promise<void> {
  const rows = await deps.db
    .updateTable('calendar_watches')
    .set({ read_due_at: deps.now() })
    .where('tenant_id', '=', tenant_id)
    .where('organizer_id', '=', organizer_id)
    .where('attempts', '=', 0)
    .returningAll()
    .execute();
  for (const row of rows) {
    const sinceMs = row.read_at ? deps.now().getTime() - row.read_at.getTime() : swarmMs;
    await enqueueWatch(deps, row, Math.max(0, swarmMs - sinceMs));
  }
}

import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { isInSync, mailboxOf, retryDelayMs, type MeetingRow } from '../meetings/meeting.ts';
import { enqueueCompare } from '../meetings/service.ts';
import { toProblem } from '../microsoft/problems.ts';
import { inAllowedMailbox } from '../organizers/allowed-mailbox.ts';
import { inMailbox, type InMailbox, type MailboxDeps } from '../organizers/mailbox.ts';
import type { Problem } from '../problem.ts';
import { compareWithOutlook, readMailbox, type ReadingDeps } from './reading.ts';
import { lastWatchedEnd, listWatchedMeetings, type WatchDeps } from './service.ts';
import { endSubscription, postponeSubscription } from './subscribing.ts';
import { keepCalendarSubscribed } from './subscription.ts';
import { canBeTold, mailboxOfWatch, personNeededMs, type WatchRow } from './watch.ts';

export type WatchingDeps = WatchDeps & ReadingDeps & MailboxDeps;

const againMs = 15_000;

/**
 * Looks after one watched mailbox: its subscription, and what changed in it, each when its time has come. Never throws for
 * what Microsoft answers; that is written to the row, with when it is tried again.
 */
export async function watchCalendar(
  deps: WatchingDeps,
  { watchId }: { watchId: string },
  signal?: AbortSignal,
): Promise<void> {
  const watch = await findWatch(deps, watchId);
  if (!watch) return;
  const lastEnd = await lastWatchedEnd(deps, watch);
  if (!lastEnd) return stopWatching(deps, watch, signal);
  const subscriptionDue = canBeTold(deps) && watch.subscription_due_at <= deps.now();
  if (subscriptionDue)
    await attempt(deps, watch, 'subscription', signal, (call) => keepCalendarSubscribed(deps, call, watch));
  // A new subscription asks for a look: nobody told of what came before it.
  const now = subscriptionDue ? await findWatch(deps, watchId) : watch;
  if (!now || now.read_due_at > deps.now()) return;
  const meetings = { lastEnd, list: () => listWatchedMeetings(deps, watch) };
  await attempt(deps, now, 'read', signal, (call) => readMailbox(deps, call, now, meetings));
}

/** Compares one meeting with its event, once nothing of it is on its way to Microsoft. */
export async function compareMeeting(
  deps: WatchingDeps,
  { meetingId }: { meetingId: string },
  signal?: AbortSignal,
): Promise<void> {
  const row = await deps.db.selectFrom('meetings').selectAll().where('id', '=', meetingId).executeTakeFirst();
  if (!row || !isComparable(row, deps.now())) return;
  if (!isInSync(row)) {
    const waitMs = row.retry_at ? row.retry_at.getTime() - deps.now().getTime() : 0;
    return enqueueCompare(deps, row, Math.max(waitMs, 0) + againMs);
  }
  try {
    await inAllowedMailbox(deps, mailboxOf(row), signal, (call) => compareWithOutlook(deps, call, row));
  } catch (error) {
    const problem = toProblem(error);
    if (problem.retryable) throw problem;
    // The whole calendar is compared when somebody has put right what is wrong.
    await forgetPlace(deps, row);
    deps.log.warn({ meetingId, code: problem.code }, 'a meeting could not be compared with Outlook');
  }
}

function forgetPlace({ db }: Pick<WatchDeps, 'db'>, row: MeetingRow) {
  return db
    .updateTable('calendar_watches')
    .set({ delta_link: null })
    .where('workspace_id', '=', row.workspace_id)
    .where('tenant_id', '=', row.tenant_id)
    .where('organizer_id', '=', row.organizer_id)
    .where('access', '=', row.access)
    .execute();
}

/** Looks at once at the mailboxes of somebody who has connected again. */
export async function wakeConnection(deps: WatchDeps, { connectionId }: { connectionId: string }): Promise<void> {
  const row = await deps.db
    .selectFrom('connections')
    .select(['workspace_id', 'tenant_id', 'object_id'])
    .where('id', '=', connectionId)
    .executeTakeFirst();
  if (!row) return;
  await wake(deps)
    .where('access', '=', 'delegated')
    .where('workspace_id', '=', row.workspace_id)
    .where('tenant_id', '=', row.tenant_id)
    .where('organizer_id', '=', row.object_id)
    .execute();
}

/** Looks at once at the mailboxes of a tenant whose administrator has put something right. */
export async function wakeTenant(
  deps: WatchDeps,
  { tenantConnectionId }: { tenantConnectionId: string },
): Promise<void> {
  await wake(deps).where('tenant_connection_id', '=', tenantConnectionId).execute();
}

/** The sweep finds them. What only waits for its next turn is left as it is. */
function wake({ db, now }: WatchDeps) {
  return db.updateTable('calendar_watches').set((set) => ({
    read_due_at: set.case().when('attempts', '>', 0).then(now()).else(set.ref('read_due_at')).end(),
    subscription_due_at: set
      .case()
      .when('subscription_attempts', '>', 0)
      .then(now())
      .else(set.ref('subscription_due_at'))
      .end(),
    attempts: 0,
    subscription_attempts: 0,
    updated_at: now(),
  }));
}

function isComparable(row: MeetingRow, now: Date): boolean {
  const { wanted, kind, status, provider_event_id: eventId, ends_at: endsAt } = row;
  return wanted === 'scheduled' && kind !== 'standalone' && status !== 'failed' && eventId !== null && endsAt > now;
}

function findWatch({ db }: { db: Kysely<Database> }, id: string): Promise<WatchRow | undefined> {
  return db.selectFrom('calendar_watches').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Nothing of ours is to come in the mailbox. A subscription that cannot be ended now ends by itself within days. */
async function stopWatching(deps: WatchingDeps, watch: WatchRow, signal: AbortSignal | undefined): Promise<void> {
  if (watch.subscription_id) {
    const ended = inMailbox(deps, mailboxOfWatch(watch), signal, (call) => endSubscription(call, watch));
    await ended.catch((error: unknown) =>
      deps.log.warn({ watchId: watch.id, code: toProblem(error).code }, 'a subscription could not be ended'),
    );
  }
  await deps.db.deleteFrom('calendar_watches').where('id', '=', watch.id).execute();
}

async function attempt(
  deps: WatchingDeps,
  watch: WatchRow,
  what: 'read' | 'subscription',
  signal: AbortSignal | undefined,
  run: (call: InMailbox) => Promise<void>,
): Promise<void> {
  try {
    await inAllowedMailbox(deps, mailboxOfWatch(watch), signal, run);
  } catch (error) {
    if (signal?.aborted) throw error;
    const problem = toProblem(error);
    if (what === 'read') await postponeReading(deps, watch, problem);
    else await postponeSubscription(deps, watch, 'calendar_watches', { problem, personNeededMs });
    const fields = { watchId: watch.id, what, code: problem.code, provider: problem.provider };
    if (problem.code === 'internal_error') deps.log.error({ ...fields, err: error }, 'a calendar could not be watched');
    else deps.log.warn(fields, 'a calendar could not be watched');
  }
}

/** Writes why it did not succeed, and leaves the mailbox alone for as long as Microsoft asks or a person needs. */
async function postponeReading({ db, now }: WatchingDeps, watch: WatchRow, problem: Problem): Promise<void> {
  const { attempts } = watch;
  const delayMs = problem.retryable ? retryDelayMs(problem.retryAfterMs, attempts, Math.random()) : personNeededMs;
  await db
    .updateTable('calendar_watches')
    .set({
      attempts: attempts + 1,
      problem_code: problem.code,
      provider_answer: problem.provider ? JSON.stringify(problem.provider) : null,
      read_due_at: new Date(now().getTime() + delayMs),
      updated_at: now(),
    })
    .where('id', '=', watch.id)
    .execute();
}

import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { retryDelayMs } from '../meetings/meeting.ts';
import {
  allowedExpiry,
  createSubscription,
  deleteSubscription,
  existingSubscriptionId,
  latestExpiry,
  renewSubscription,
  type Subscription,
  type SubscriptionDraft,
  type subscriptionMinutes,
} from '../microsoft/subscriptions.ts';
import type { InMailbox } from '../organizers/mailbox.ts';
import type { Problem } from '../problem.ts';
import { hashOfState, renewalAt, type SubscribedRow, type WatchTable } from './watch.ts';

type Deps = { db: Kysely<Database>; now: () => Date; publicUrl: string };

/** What the rows of a table listen to. */
export type Listening = {
  table: WatchTable;
  life: keyof typeof subscriptionMinutes;
  draft: Omit<SubscriptionDraft, 'notificationUrl' | 'lifecycleNotificationUrl' | 'clientState' | 'expiresAt'>;
  /** Part of the transaction in which a new subscription is written: nobody told of what came before it. */
  onMade: (trx: Kysely<Database>) => Promise<unknown>;
};

const hourMs = 60 * 60_000;

/**
 * Renews the subscription of a row, or makes one. What was made and never heard of is ended first: its secret is another.
 * Throws what Microsoft refuses.
 */
export async function keepSubscribed(
  deps: Deps,
  call: InMailbox,
  row: SubscribedRow,
  listening: Listening,
): Promise<void> {
  const id = row.subscription_id;
  if (id) {
    const renewed = await asLongAsAllowed(deps.now(), listening, (expiresAt) =>
      renewSubscription(call.graph, call.access, { id, expiresAt }),
    );
    if (renewed) return write(deps, row, listening.table, renewed);
  }
  const made = await asLongAsAllowed(deps.now(), listening, (expiresAt) =>
    subscribe(deps, call, row, listening, expiresAt),
  );
  await deps.db.transaction().execute(async (trx) => {
    await write({ ...deps, db: trx }, row, listening.table, made);
    if (made) await listening.onMade(trx);
  });
}

/** Ends the subscription of a row that listens no more. */
export async function endSubscription({ graph, access }: InMailbox, row: SubscribedRow): Promise<void> {
  if (row.subscription_id) await deleteSubscription(graph, access, { id: row.subscription_id });
}

/** Writes why it did not succeed, and leaves it alone for as long as Microsoft asks or a person needs. */
export async function postponeSubscription(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  row: SubscribedRow,
  table: WatchTable,
  { problem, personNeededMs }: { problem: Problem; personNeededMs: number },
): Promise<void> {
  const attempts = row.subscription_attempts;
  const delayMs = problem.retryable ? retryDelayMs(problem.retryAfterMs, attempts, Math.random()) : personNeededMs;
  await db
    .updateTable(table)
    .set({
      subscription_attempts: attempts + 1,
      subscription_problem_code: problem.code,
      subscription_answer: problem.provider ? JSON.stringify(problem.provider) : null,
      subscription_due_at: new Date(now().getTime() + delayMs),
      updated_at: now(),
    })
    .where('id', '=', row.id)
    .execute();
}

async function asLongAsAllowed<T>(now: Date, { life }: Listening, run: (expiresAt: Date) => Promise<T>): Promise<T> {
  try {
    return await run(latestExpiry(life, now));
  } catch (error) {
    const expiresAt = allowedExpiry(error, now);
    if (!expiresAt) throw error;
    return run(expiresAt);
  }
}

/** `undefined` when another workspace is told of the same: that serves both. */
async function subscribe(
  deps: Deps,
  { graph, access }: InMailbox,
  row: SubscribedRow,
  { table, draft }: Listening,
  expiresAt: Date,
): Promise<Subscription | undefined> {
  const clientState = randomBytes(32).toString('base64url');
  const whole: SubscriptionDraft = {
    ...draft,
    notificationUrl: `${deps.publicUrl}/graph/notifications`,
    lifecycleNotificationUrl: `${deps.publicUrl}/graph/lifecycle`,
    clientState,
    expiresAt,
  };
  // Before it is sent: whatever becomes of the answer, no older secret is believed any more.
  await deps.db
    .updateTable(table)
    .set({ client_state: hashOfState(clientState), subscription_id: null, subscribed_until: null })
    .where('id', '=', row.id)
    .execute();
  try {
    return await createSubscription(graph, access, whole);
  } catch (error) {
    const existing = existingSubscriptionId(error);
    if (!existing) throw error;
    if (await isOfAnother(deps, row, table, existing)) return undefined;
    await deleteSubscription(graph, access, { id: existing });
    return createSubscription(graph, access, whole);
  }
}

async function isOfAnother({ db }: Deps, row: SubscribedRow, table: WatchTable, id: string): Promise<boolean> {
  const other = await db
    .selectFrom(table)
    .select('id')
    .where('subscription_id', '=', id)
    .where('id', '<>', row.id)
    .executeTakeFirst();
  return other !== undefined;
}

async function write(
  { db, now }: Deps,
  row: SubscribedRow,
  table: WatchTable,
  subscription: Subscription | undefined,
): Promise<void> {
  await db
    .updateTable(table)
    .set({
      subscription_id: subscription?.id ?? null,
      subscribed_until: subscription?.expiresAt ?? null,
      subscription_due_at: subscription ? renewalAt(now(), subscription.expiresAt) : new Date(now().getTime() + hourMs),
      subscription_attempts: 0,
      subscription_problem_code: null,
      subscription_answer: null,
      updated_at: now(),
    })
    .where('id', '=', row.id)
    .execute();
}

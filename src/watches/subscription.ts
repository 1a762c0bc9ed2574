import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import {
  allowedExpiry,
  createSubscription,
  deleteSubscription,
  eventsResource,
  existingSubscriptionId,
  latestExpiry,
  renewSubscription,
  type Subscription,
  type SubscriptionDraft,
} from '../microsoft/subscriptions.ts';
import type { InMailbox } from '../organizers/mailbox.ts';
import { hashOfState, renewalAt, type WatchRow } from './watch.ts';

type Deps = { db: Kysely<Database>; now: () => Date; publicUrl: string };

const hourMs = 60 * 60_000;

/**
 * Renews the subscription of a mailbox, or makes one. What was made and never heard of is ended first: its secret is
 * another. Throws what Microsoft refuses.
 */
export async function keepSubscribed(deps: Deps, call: InMailbox, watch: WatchRow): Promise<void> {
  const id = watch.subscription_id;
  if (id) {
    const renewed = await asLongAsAllowed(deps.now(), (expiresAt) =>
      renewSubscription(call.graph, call.access, { id, expiresAt }),
    );
    if (renewed) return write(deps, watch, renewed, { renewed: true });
  }
  const made = await asLongAsAllowed(deps.now(), (expiresAt) => subscribe(deps, call, watch, expiresAt));
  await write(deps, watch, made, { renewed: false });
}

async function asLongAsAllowed<T>(now: Date, run: (expiresAt: Date) => Promise<T>): Promise<T> {
  try {
    return await run(latestExpiry('event', now));
  } catch (error) {
    const expiresAt = allowedExpiry(error, now);
    if (!expiresAt) throw error;
    return run(expiresAt);
  }
}

/** Ends the subscription of a mailbox that is watched no more. */
export async function endSubscription({ graph, access }: InMailbox, watch: WatchRow): Promise<void> {
  if (watch.subscription_id) await deleteSubscription(graph, access, { id: watch.subscription_id });
}

/** `undefined` when another workspace is told of this mailbox's events: that serves both. */
async function subscribe(
  deps: Deps,
  { graph, access }: InMailbox,
  watch: WatchRow,
  expiresAt: Date,
): Promise<Subscription | undefined> {
  const clientState = randomBytes(32).toString('base64url');
  const draft: SubscriptionDraft = {
    resource: eventsResource(access.mailbox),
    changeTypes: ['created', 'updated', 'deleted'],
    notificationUrl: `${deps.publicUrl}/graph/notifications`,
    lifecycleNotificationUrl: `${deps.publicUrl}/graph/lifecycle`,
    clientState,
    expiresAt,
  };
  // Before it is sent: whatever becomes of the answer, no older secret is believed any more.
  await deps.db
    .updateTable('calendar_watches')
    .set({ client_state: hashOfState(clientState), subscription_id: null, subscribed_until: null })
    .where('id', '=', watch.id)
    .execute();
  try {
    return await createSubscription(graph, access, draft);
  } catch (error) {
    const existing = existingSubscriptionId(error);
    if (!existing) throw error;
    if (await isOfAnother(deps, watch, existing)) return undefined;
    await deleteSubscription(graph, access, { id: existing });
    return createSubscription(graph, access, draft);
  }
}

async function isOfAnother({ db }: Deps, watch: WatchRow, subscriptionId: string): Promise<boolean> {
  const other = await db
    .selectFrom('calendar_watches')
    .select('id')
    .where('subscription_id', '=', subscriptionId)
    .where('id', '<>', watch.id)
    .executeTakeFirst();
  return other !== undefined;
}

/** Whatever was missed while there was none is read at once. */
async function write(
  { db, now }: Deps,
  watch: WatchRow,
  subscription: Subscription | undefined,
  { renewed }: { renewed: boolean },
): Promise<void> {
  await db
    .updateTable('calendar_watches')
    .set({
      subscription_id: subscription?.id ?? null,
      subscribed_until: subscription?.expiresAt ?? null,
      subscription_due_at: subscription ? renewalAt(now(), subscription.expiresAt) : new Date(now().getTime() + hourMs),
      subscription_attempts: 0,
      subscription_problem_code: null,
      subscription_answer: null,
      updated_at: now(),
      ...(!renewed && { read_due_at: now() }),
    })
    .where('id', '=', watch.id)
    .execute();
}

import { sql } from 'kysely';
import { queueWebhookResumed } from '../email/service.ts';
import { ask, giveUpPending, takeUpGivenUp, type WebhookDeps } from './deliveries.ts';
import { recordEndpointEvent } from './endpoint-events.ts';
import { nextProbe, probeType, type EndpointRow } from './webhook.ts';

const mostAtOnce = 200;

/** Asks endpoints that were switched off for failing whether they answer again, as far as it is time; part of the sweep. */
export async function sendProbes(deps: WebhookDeps): Promise<void> {
  const due = await deps.db
    .selectFrom('webhook_endpoints')
    .select('id')
    .where('probe_at', '<=', deps.now())
    .orderBy('probe_at')
    .limit(mostAtOnce)
    .execute();
  for (const { id } of due) await sendProbe(deps, id);
}

async function sendProbe(deps: WebhookDeps, id: string): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const endpoint = await trx
      .selectFrom('webhook_endpoints')
      .selectAll()
      .where('id', '=', id)
      .where('probe_at', '<=', deps.now())
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!endpoint) return; // another process has asked
    const asked = endpoint.probes + 1;
    const disabledAt = endpoint.disabled_at ?? deps.now();
    await trx
      .updateTable('webhook_endpoints')
      .set({ probes: asked, probe_at: nextProbe({ disabledAt, asked, now: deps.now(), chance: Math.random() }) })
      .where('id', '=', id)
      .execute();
    await ask({ ...deps, db: trx }, endpoint, probeType);
  });
}

/**
 * Switches an endpoint on again that has answered a probe, in the caller's transaction: what was given up since it failed
 * is sent again, and what happened meanwhile follows.
 */
export async function resume(deps: WebhookDeps, endpoint: EndpointRow): Promise<void> {
  const resumed = await deps.db
    .updateTable('webhook_endpoints')
    .set({
      ...working,
      status: 'enabled',
      disabled_reason: null,
      updated_at: deps.now(),
    })
    .where('id', '=', endpoint.id)
    .where('disabled_reason', '=', 'failing')
    .executeTakeFirst();
  if (resumed.numUpdatedRows === 0n) return; // a person was faster
  await takeUpGivenUp(deps, endpoint);
  const disabledAt = endpoint.disabled_at ?? deps.now();
  await recordEndpointEvent(deps, endpoint, 'webhook.resumed', { disabledAt: disabledAt.toISOString() });
  await queueWebhookResumed(deps, { ...endpoint, disabled_at: disabledAt });
}

/** The columns of an endpoint at which everything is well. */
export const working = {
  failing_since: null,
  warned_at: null,
  disabled_at: null,
  probe_at: null,
  probes: 0,
} as const;

/** Asks an endpoint no more that was switched off for failing: from now on it is off for that reason. */
export async function stopProbing(
  deps: Pick<WebhookDeps, 'db' | 'now'>,
  { id }: Pick<EndpointRow, 'id'>,
  reason: 'person' | 'gone',
): Promise<void> {
  await deps.db
    .updateTable('webhook_endpoints')
    .set({ disabled_reason: reason, probe_at: null, catch_up_after: null, updated_at: deps.now() })
    .where('id', '=', id)
    .where('disabled_reason', '=', 'failing')
    .execute();
  if (reason === 'person') await giveUpPending(deps, id);
}

/** Asks later than planned, where the receiver has asked for time. */
export async function waitWithProbe(
  { db, now }: Pick<WebhookDeps, 'db' | 'now'>,
  { id }: EndpointRow,
  delayMs: number,
): Promise<void> {
  await db
    .updateTable('webhook_endpoints')
    .set({ probe_at: sql<Date>`greatest(probe_at, ${new Date(now().getTime() + delayMs)}::timestamptz)` })
    .where('id', '=', id)
    .where('probe_at', 'is not', null)
    .execute();
}

import { sql, type Transaction } from 'kysely';
import { createWatermark } from '../database/outbox.ts';
import type { Database } from '../database/schema.ts';
import { queueWebhookWarning } from '../email/service.ts';
import { newId } from '../id.ts';
import type { Log } from '../log.ts';
import { Problem } from '../problem.ts';
import { open, seal, type SealContext } from '../seal.ts';
import { createAddressGuard, type AddressGuard } from './address-guard.ts';
import { countPending, enqueueDue, giveUpPending, redeliver, requireEnabled, type WebhookDeps } from './deliveries.ts';
import { challenge } from './challenge.ts';
import { recordEndpointEvent } from './endpoint-events.ts';
import { fanOut, makeDeliveries, undeliveredBetween } from './fan-out.ts';
import { requireTypes, standardFormat, type FormatName, type Formats } from './format.ts';
import { sendProbes, stopProbing, working } from './probes.ts';
import { createSender } from './sender.ts';
import { newSigningKey, type SignatureKind } from './signature.ts';
import {
  keepDeliveriesMs,
  mostEndpoints,
  mostPending,
  nextProbe,
  oldSecretMs,
  warnAfterMs,
  type EndpointRow,
  type WebhookPost,
} from './webhook.ts';

export { createSample } from './deliveries.ts';
export type { WebhookDeps };

/** What webhooks need once in a process. Without `post` nothing is reached, and says so. */
export function createWebhooks({
  post = async () => ({ kind: 'unreachable', error: 'This process has no way to receivers.' }),
  log,
  allowedNetworks,
  formats,
}: {
  post: WebhookPost | undefined;
  log: Log;
  allowedNetworks: readonly string[];
  /** How receivers are told that were not written for Parley. */
  formats: Omit<Formats, 'standard'>;
}): WebhookDeps['webhooks'] {
  return {
    post,
    formats: { ...formats, standard: standardFormat },
    guard: createAddressGuard(allowedNetworks),
    sender: createSender({ post, log }),
    watermark: createWatermark(),
  };
}

/** Makes deliveries of what happened since the last look; called every second where jobs run. */
export async function watchOutbox(deps: WebhookDeps): Promise<void> {
  await fanOut(deps);
}

/**
 * Makes deliveries of what happened since the last look, enqueues those that are due, asks endpoints that are off whether
 * they answer again, and tells people of those that fail; part of the regular sweep.
 */
export async function sweepWebhooks(deps: WebhookDeps): Promise<void> {
  await fanOut(deps);
  await enqueueDue(deps);
  await sendProbes(deps);
  await warnOfFailures(deps);
  await forgetOldDeliveries(deps);
}

export type NewEndpoint = {
  url: string;
  description: string;
  types: string[] | null;
  signature: SignatureKind;
  format: FormatName;
  /** Who is written to when nothing arrives, beside those who administer the workspace. */
  alsoWarn: string[];
};
export type EndpointChanges = Partial<Pick<NewEndpoint, 'url' | 'description' | 'types' | 'alsoWarn'>>;
/** The secret is given out once, and only where the receiver needs it. */
export type WithSecret = { row: EndpointRow; secret: string | null };

export async function listEndpoints({ db }: Pick<WebhookDeps, 'db'>, workspaceId: string): Promise<EndpointRow[]> {
  return db
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** Throws `not_found`. */
export async function getEndpoint(
  { db }: Pick<WebhookDeps, 'db'>,
  workspaceId: string,
  id: string,
): Promise<EndpointRow> {
  const row = await db
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw new Problem('not_found');
  return row;
}

/**
 * What has to be asked before an endpoint is made, or gets another address: in no transaction, for the receiver may take its
 * time. Throws `webhook_url_refused`, `webhook_challenge_failed`.
 */
export async function requireWilling({ webhooks }: Pick<WebhookDeps, 'webhooks'>, format: FormatName, url: string) {
  requireUrl(webhooks.guard, url);
  if (webhooks.formats[format].challenges) await challenge(webhooks, url);
}

/**
 * Makes an endpoint at an address of which {@link requireWilling} was asked. It hears of what happens from now on. In a
 * transaction. Throws `invalid_request`, `webhook_url_refused`, `too_many_webhook_endpoints`.
 */
export async function createEndpoint(deps: WebhookDeps, workspaceId: string, input: NewEndpoint): Promise<WithSecret> {
  requireUrl(deps.webhooks.guard, input.url);
  requireTypes(input.format, input.types);
  await requireRoom(deps, workspaceId);
  const id = newId('whe');
  const { secret, publicKey } = newSigningKey(input.signature);
  const now = deps.now();
  const row = await deps.db
    .insertInto('webhook_endpoints')
    .values({
      id,
      workspace_id: workspaceId,
      url: input.url,
      description: input.description,
      types: input.types && JSON.stringify(input.types),
      signature: input.signature,
      format: input.format,
      also_warn: JSON.stringify(input.alsoWarn),
      public_key: publicKey,
      secret: seal(await deps.dataKeys(workspaceId), secret, secretContext({ workspace_id: workspaceId, id })),
      status: 'enabled',
      after_event_id: newestLine,
      updated_at: now,
      created_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { row, secret: shown(row, secret) };
}

/** Locks the workspace, so that whoever else makes an endpoint counts this one. */
async function requireRoom({ db }: Pick<WebhookDeps, 'db'>, workspaceId: string): Promise<void> {
  await db.selectFrom('workspaces').select('id').where('id', '=', workspaceId).forNoKeyUpdate().execute();
  const { number } = await db
    .selectFrom('webhook_endpoints')
    .select((count) => count.fn.countAll<number>().as('number'))
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow();
  if (number >= mostEndpoints) throw new Problem('too_many_webhook_endpoints');
}

/**
 * Of another address, {@link requireWilling} was asked. If the endpoint is off for failing, it is probed soon. Throws
 * `not_found`, `invalid_request`, `webhook_url_refused`.
 */
export async function changeEndpoint(
  deps: WebhookDeps,
  workspaceId: string,
  id: string,
  { url, description, types, alsoWarn }: EndpointChanges,
): Promise<EndpointRow> {
  if (types) requireTypes((await getEndpoint(deps, workspaceId, id)).format, types);
  if (url !== undefined) requireUrl(deps.webhooks.guard, url);
  return updated(
    deps.db
      .updateTable('webhook_endpoints')
      .set({
        ...(url !== undefined && {
          url,
          probe_at: sql<Date>`case when url <> ${url} and probe_at is not null then ${deps.now()}::timestamptz else probe_at end`,
        }),
        ...(description !== undefined && { description }),
        ...(types !== undefined && { types: types && JSON.stringify(types) }),
        ...(alsoWarn && { also_warn: JSON.stringify(alsoWarn) }),
        updated_at: deps.now(),
      })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst(),
  );
}

/** Deletes the endpoint with its log. Throws `not_found`. */
export async function deleteEndpoint({ db }: Pick<WebhookDeps, 'db'>, workspaceId: string, id: string): Promise<void> {
  const gone = await db
    .deleteFrom('webhook_endpoints')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (gone.numDeletedRows === 0n) throw new Problem('not_found');
}

/** A new secret; the one before signs too for a day, so that receivers can change over. Throws `not_found`. */
export async function rotateSecret(deps: WebhookDeps, workspaceId: string, id: string): Promise<WithSecret> {
  const before = await getEndpoint(deps, workspaceId, id);
  const { secret, publicKey } = newSigningKey(before.signature);
  const row = await updated(
    deps.db
      .updateTable('webhook_endpoints')
      .set({
        previous_secret: sql<Buffer>`secret`,
        previous_secret_until: new Date(deps.now().getTime() + oldSecretMs),
        secret: seal(await deps.dataKeys(workspaceId), secret, secretContext(before)),
        public_key: publicKey,
        updated_at: deps.now(),
      })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst(),
  );
  return { row, secret: shown(row, secret) };
}

/** The secrets that sign a message now: the current one first. */
export async function currentSecrets({ dataKeys, now }: WebhookDeps, row: EndpointRow): Promise<string[]> {
  const dataKey = await dataKeys(row.workspace_id);
  const previousIsGood = row.previous_secret_until !== null && row.previous_secret_until > now();
  const sealed = [row.secret, ...(previousIsGood && row.previous_secret ? [row.previous_secret] : [])];
  return sealed.map((one) => open(dataKey, one, secretContext(row)));
}

/** Takes up an endpoint again: what happens from now on is sent; what happened meanwhile only on request. Throws `not_found`. */
export async function enableEndpoint(deps: WebhookDeps, workspaceId: string, id: string): Promise<EndpointRow> {
  const changed = await deps.db
    .updateTable('webhook_endpoints')
    .set({
      ...working,
      status: 'enabled',
      disabled_reason: null,
      catch_up_after: null,
      after_event_id: newestLine,
      updated_at: deps.now(),
    })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .where('status', '=', 'disabled')
    .returningAll()
    .executeTakeFirst();
  return changed ?? getEndpoint(deps, workspaceId, id);
}

/** Sends nothing more, and asks no more; what is waiting is given up. Throws `not_found`. */
export async function disableEndpoint(deps: WebhookDeps, workspaceId: string, id: string): Promise<EndpointRow> {
  const row = await getEndpoint(deps, workspaceId, id);
  await deps.db.transaction().execute((trx) => disableEndpointIn(deps, trx, row));
  return getEndpoint(deps, workspaceId, id);
}

/** {@link disableEndpoint} in the caller's transaction. */
export async function disableEndpointIn(
  deps: Pick<WebhookDeps, 'now'>,
  trx: Transaction<Database>,
  row: EndpointRow,
): Promise<void> {
  await stopProbing({ ...deps, db: trx }, row, 'person');
  await disableIn(deps, trx, row, 'person');
}

/** {@link disableEndpoint} for a reason, in the caller's transaction. Only the change itself is an event. */
export async function disableIn(
  deps: Pick<WebhookDeps, 'now'>,
  trx: Transaction<Database>,
  row: EndpointRow,
  reason: NonNullable<EndpointRow['disabled_reason']>,
): Promise<void> {
  const now = deps.now();
  const isFailing = reason === 'failing';
  const changed = await trx
    .updateTable('webhook_endpoints')
    .set({
      status: 'disabled',
      disabled_reason: reason,
      disabled_at: now,
      probes: 0,
      probe_at: isFailing ? nextProbe({ disabledAt: now, asked: 0, now, chance: Math.random() }) : null,
      catch_up_after: isFailing ? sql<number>`coalesce(catch_up_after, ${cursorOfWebhooks})` : null,
      updated_at: now,
    })
    .where('id', '=', row.id)
    .where('status', '=', 'enabled')
    .executeTakeFirst();
  if (changed.numUpdatedRows === 0n) return;
  await giveUpPending({ ...deps, db: trx }, row.id);
  await recordEndpointEvent({ ...deps, db: trx }, row, 'webhook.disabled', { reason });
}

/**
 * Sends again what happened in a span of time: what did not arrive and what was never sent, or all of it. Returns how
 * many messages that are, and whether there are more, for which there is no room yet. Throws `webhook_endpoint_disabled`.
 */
export async function redeliverRange(
  deps: WebhookDeps,
  endpoint: EndpointRow,
  { from, to, which }: { from: Date; to: Date; which: 'undelivered' | 'all' },
): Promise<{ count: number; more: boolean }> {
  requireEnabled(endpoint);
  const statuses = which === 'all' ? (['failed', 'pending', 'delivered'] as const) : (['failed', 'pending'] as const);
  const again = await deps.db.transaction().execute(async (trx) => {
    // The endpoint before its deliveries, as everyone locks them.
    await trx.selectFrom('webhook_endpoints').select('id').where('id', '=', endpoint.id).forNoKeyUpdate().execute();
    return redeliver({ ...deps, db: trx }, { endpointId: endpoint.id, from, to, statuses: [...statuses] });
  });
  let count = again.length;
  for (;;) {
    const lines = await undeliveredBetween(deps, { endpointId: endpoint.id, from, to });
    if (lines.length === 0) return { count, more: false };
    const waiting = (await countPending(deps.db, [endpoint.id])).get(endpoint.id) ?? 0;
    if (waiting >= mostPending) return { count, more: true };
    count += await deps.db.transaction().execute((trx) => makeDeliveries(deps, trx, lines));
  }
}

/** Tells once, by event and by mail, of an endpoint to which nothing has come through for an hour. */
async function warnOfFailures(deps: WebhookDeps): Promise<void> {
  const since = new Date(deps.now().getTime() - warnAfterMs);
  await deps.db.transaction().execute(async (trx) => {
    const rows = await trx
      .updateTable('webhook_endpoints')
      .set({ warned_at: deps.now() })
      .where('status', '=', 'enabled')
      .where('failing_since', '<=', since)
      .where('warned_at', 'is', null)
      .returningAll()
      .execute();
    for (const row of rows) {
      const failingSince = row.failing_since ?? since; // never null: it was asked for
      await recordEndpointEvent({ ...deps, db: trx }, row, 'webhook.failing', {
        failingSince: failingSince.toISOString(),
      });
      await queueWebhookWarning({ ...deps, db: trx }, { ...row, failing_since: failingSince });
    }
  });
}

async function forgetOldDeliveries({ db, now }: Pick<WebhookDeps, 'db' | 'now'>): Promise<void> {
  await db
    .deleteFrom('webhook_deliveries')
    .where('created_at', '<', new Date(now().getTime() - keepDeliveriesMs))
    .where('status', '<>', 'pending')
    .execute();
}

/** Of what is up to this line of the outbox, an enabled endpoint has its deliveries. */
const cursorOfWebhooks = sql<number>`(select event_id from outbox_cursors where consumer = 'webhooks')`;

const newestLine = sql<number>`(select coalesce(max(id), 0) from outbox_events)`;

function requireUrl(guard: AddressGuard, url: string): void {
  const detail = guard.refuseUrl(url);
  if (detail !== undefined) throw new Problem('webhook_url_refused', { detail, errors: [{ pointer: '/url', detail }] });
}

/** A private key signs and is shown to nobody. */
function shown({ signature }: EndpointRow, secret: string): string | null {
  return signature === 'hmac' ? secret : null;
}

/** The same for both columns, so that rotation moves the sealed bytes as they are. */
function secretContext({ workspace_id: workspaceId, id }: Pick<EndpointRow, 'workspace_id' | 'id'>): SealContext {
  return { purpose: 'Webhook.Secret.v1', workspaceId, rowId: id, field: 'secret' };
}

async function updated(query: Promise<EndpointRow | undefined>): Promise<EndpointRow> {
  const row = await query;
  if (!row) throw new Problem('not_found');
  return row;
}

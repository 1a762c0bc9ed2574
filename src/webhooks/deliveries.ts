import { sql, type ExpressionBuilder, type Kysely } from 'kysely';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Watermark } from '../database/outbox.ts';
import type { Database } from '../database/schema.ts';
import type { EmailDeps } from '../email/service.ts';
import { newId } from '../id.ts';
import type { Queue } from '../jobs/queue.ts';
import { Problem } from '../problem.ts';
import type { AddressGuard } from './address-guard.ts';
import type { Asking, Formats } from './format.ts';
import type { Sender } from './sender.ts';
import { leaseMs, mostPending, probeType, type DeliveryRow, type EndpointRow, type WebhookPost } from './webhook.ts';

export type WebhookDeps = {
  db: Kysely<Database>;
  now: () => Date;
  queue: Queue;
  dataKeys: DataKeys;
  publicUrl: string;
  sendMail: EmailDeps['sendMail'];
  /** What webhooks keep in the memory of this process. */
  webhooks: {
    guard: AddressGuard;
    sender: Sender;
    watermark: Watermark;
    formats: Formats;
    /** For questions whose answer somebody waits for; messages go through `sender`. */
    post: WebhookPost;
  };
};

/** At most four of an endpoint run at a time; those who are known to fail share four, so that they hold up nobody else. */
const failingGroup = 'webhook:failing';

const mostJobsAtOnce = 1000;

/** Asks for a run of a delivery's job, in the caller's transaction. */
export async function enqueueDelivery(
  { db, queue }: Pick<WebhookDeps, 'db' | 'queue'>,
  {
    id,
    endpoint_id: endpointId,
    failing_since: failingSince,
  }: Pick<DeliveryRow, 'id' | 'endpoint_id'> & Partial<Pick<EndpointRow, 'failing_since'>>,
  startAfterMs = 0,
): Promise<void> {
  const group = groupOf(endpointId, failingSince);
  await queue.send(db, 'deliver-webhook', { deliveryId: id }, { singletonKey: id, group, startAfterMs });
}

type NewDelivery = { id: string; endpointId: string; failingSince: Date | null };

/** {@link enqueueDelivery} for deliveries that were made just now. */
export async function enqueueNew(
  { db, queue }: Pick<WebhookDeps, 'db' | 'queue'>,
  deliveries: NewDelivery[],
): Promise<void> {
  const jobs = deliveries.map(({ id, endpointId, failingSince }) => ({
    data: { deliveryId: id },
    singletonKey: id,
    group: groupOf(endpointId, failingSince),
  }));
  await queue.sendNew(db, 'deliver-webhook', jobs);
}

function groupOf(endpointId: string, failingSince: Date | null | undefined): string {
  return failingSince ? failingGroup : `webhook:${endpointId}`;
}

/** What may be sent now: everything to an endpoint that is enabled, to one that is not its probes alone. */
export function sendable(where: ExpressionBuilder<Joined, 'd' | 'w'>) {
  return where.or([
    where('w.status', '=', 'enabled'),
    where.and([where('w.disabled_reason', '=', 'failing'), where('d.type', '=', probeType)]),
  ]);
}

type Joined = Database & { d: Database['webhook_deliveries']; w: Database['webhook_endpoints'] };

/**
 * Enqueues deliveries whose time has come: those whose job was lost, and those that need not wait any more. However many
 * wait for an endpoint that fails, the others come first.
 */
export async function enqueueDue(deps: Pick<WebhookDeps, 'db' | 'queue' | 'now'>): Promise<void> {
  const rows = await deps.db
    .selectFrom('webhook_deliveries as d')
    .innerJoin('webhook_endpoints as w', 'w.id', 'd.endpoint_id')
    .select(['d.id', 'd.endpoint_id', 'w.failing_since'])
    .where('d.status', '=', 'pending')
    .where('d.next_attempt_at', '<=', deps.now())
    .where(sendable)
    .orderBy((order) => order('w.failing_since', 'is not', null))
    .orderBy('d.next_attempt_at')
    .limit(mostJobsAtOnce)
    .execute();
  for (const row of rows) await enqueueDelivery(deps, row);
}

export type DeliveryPage = {
  limit: number;
  order: 'asc' | 'desc';
  after?: { startsAt: Date; id: string } | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  status?: DeliveryRow['status'] | undefined;
  type?: string | undefined;
};

/** One page of what was sent to an endpoint, and one row more if there is a next page. */
export async function listDeliveries(
  { db }: Pick<WebhookDeps, 'db'>,
  { workspace_id: workspaceId, id }: EndpointRow,
  { limit, order, after, from, to, status, type }: DeliveryPage,
): Promise<DeliveryRow[]> {
  let query = db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('endpoint_id', '=', id)
    .orderBy('created_at', order)
    .orderBy('id', order)
    .limit(limit + 1);
  if (status) query = query.where('status', '=', status);
  if (type) query = query.where('type', '=', type);
  if (from) query = query.where('created_at', '>=', from);
  if (to) query = query.where('created_at', '<', to);
  if (!after) return query.execute();
  const behind = order === 'asc' ? '>' : '<';
  return query
    .where((where) => where(where.refTuple('created_at', 'id'), behind, where.tuple(after.startsAt, after.id)))
    .execute();
}

/** Throws `not_found`. */
export async function getDelivery(
  { db }: Pick<WebhookDeps, 'db'>,
  workspaceId: string,
  id: string,
): Promise<DeliveryRow> {
  const row = await db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw new Problem('not_found');
  return row;
}

/** Throws `webhook_endpoint_disabled`. */
export function requireEnabled(endpoint: EndpointRow): void {
  if (endpoint.status === 'disabled') throw new Problem('webhook_endpoint_disabled');
}

type MakingDeps = Pick<WebhookDeps, 'db' | 'queue' | 'now' | 'webhooks'>;

/** Makes a delivery of a `webhook.test` message, in the caller's transaction. Throws `webhook_endpoint_disabled`. */
export async function createTest(deps: MakingDeps, endpoint: EndpointRow): Promise<DeliveryRow> {
  requireEnabled(endpoint);
  return ask(deps, endpoint, 'webhook.test');
}

/** {@link createTest} with a message of the format's own. `write` is given the id that it has. */
export async function createSample(
  deps: MakingDeps,
  endpoint: EndpointRow,
  { type, write }: { type: string; write: (id: string) => string },
): Promise<DeliveryRow> {
  requireEnabled(endpoint);
  return makeAsking(deps, endpoint, { type, write });
}

/** Makes a delivery of a message that tells of nothing, in the caller's transaction. */
export async function ask(deps: MakingDeps, endpoint: EndpointRow, type: Asking['type']): Promise<DeliveryRow> {
  const format = deps.webhooks.formats[endpoint.format];
  return makeAsking(deps, endpoint, { type, write: (id) => format.ask({ type, id, at: deps.now(), endpoint }) });
}

async function makeAsking(
  deps: Pick<WebhookDeps, 'db' | 'queue' | 'now'>,
  endpoint: EndpointRow,
  { type, write }: { type: string; write: (id: string) => string },
): Promise<DeliveryRow> {
  const at = deps.now();
  const id = newId('whd');
  const messageId = id.replace('whd_', 'msg_');
  const row = await deps.db
    .insertInto('webhook_deliveries')
    .values({
      id,
      workspace_id: endpoint.workspace_id,
      endpoint_id: endpoint.id,
      message_id: messageId,
      event_id: null,
      occurred_at: at,
      type,
      payload: write(messageId),
      status: 'pending',
      next_attempt_at: at,
      updated_at: at,
      created_at: at,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await enqueueDelivery(deps, { ...endpoint, ...row });
  return row;
}

/**
 * Sends again, from the start of the schedule and with the same `webhook-id`, in the caller's transaction. What is under
 * way or about to be stays as it is: asking twice sends once.
 */
export async function redeliver(
  deps: Pick<WebhookDeps, 'db' | 'queue' | 'now'>,
  choose: { ids: string[] } | { endpointId: string; from: Date; to: Date; statuses: DeliveryRow['status'][] },
): Promise<DeliveryRow[]> {
  const soon = new Date(deps.now().getTime() + leaseMs);
  let query = deps.db
    .updateTable('webhook_deliveries')
    .set({ status: 'pending', attempts: 0, next_attempt_at: deps.now(), delivered_at: null, updated_at: deps.now() })
    .where((where) => where.or([where('status', '<>', 'pending'), where('next_attempt_at', '>', soon)]))
    .returningAll();
  query =
    'ids' in choose
      ? query.where('id', 'in', choose.ids)
      : query
          .where('endpoint_id', '=', choose.endpointId)
          .where('status', 'in', choose.statuses)
          .where('type', '<>', probeType)
          .where('occurred_at', '>=', choose.from)
          .where('occurred_at', '<', choose.to);
  const rows = (await query.execute()).toSorted((a, b) => a.occurred_at.getTime() - b.occurred_at.getTime());
  // What many more there are, the sweep takes up step by step.
  for (const row of rows.slice(0, mostJobsAtOnce)) await enqueueDelivery(deps, row);
  return rows;
}

/** How many messages of each of these endpoints wait; one for which none waits is left out. */
export async function countPending(db: Kysely<Database>, endpointIds: string[]): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('webhook_deliveries')
    .select(['endpoint_id', (count) => count.fn.countAll<number>().as('waiting')])
    .where('status', '=', 'pending')
    .where('endpoint_id', 'in', endpointIds)
    .groupBy('endpoint_id')
    .execute();
  return new Map(rows.map(({ endpoint_id: id, waiting }) => [id, waiting]));
}

/**
 * Lets everything wait again that was given up since an endpoint began to fail, as much as may wait, the oldest first; in
 * the caller's transaction. Returns how many messages that are.
 */
export async function takeUpGivenUp(
  deps: Pick<WebhookDeps, 'db' | 'queue' | 'now'>,
  { id, failing_since: since }: EndpointRow,
): Promise<number> {
  const rows = await deps.db
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('endpoint_id', '=', id)
    .where('status', '=', 'failed')
    .where('event_id', 'is not', null)
    .where('updated_at', '>=', since)
    .orderBy('occurred_at')
    .limit(mostPending)
    .execute();
  if (rows.length === 0) return 0;
  return (await redeliver(deps, { ids: rows.map((row) => row.id) })).length;
}

/** Ends every delivery of an endpoint that is waiting, in the caller's transaction. */
export async function giveUpPending({ db, now }: Pick<WebhookDeps, 'db' | 'now'>, endpointId: string): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set({
      status: 'failed',
      next_attempt_at: null,
      error: sql<string>`coalesce(error, 'The endpoint was disabled before it was sent.')`,
      updated_at: now(),
    })
    .where('endpoint_id', '=', endpointId)
    .where('status', '=', 'pending')
    .execute();
}

import { sql } from 'kysely';
import type { Log } from '../log.ts';
import { enqueueDelivery, sendable, type WebhookDeps } from './deliveries.ts';
import { resume, stopProbing, waitWithProbe } from './probes.ts';
import { currentSecrets, disableIn } from './service.ts';
import { signedHeaders } from './signature.ts';
import {
  disableAfterMs,
  judge,
  leaseMs,
  probeType,
  withAttempt,
  type DeliveryRow,
  type EndpointRow,
  type Verdict,
  type WebhookAnswer,
} from './webhook.ts';

type Deps = WebhookDeps & { log: Log };
type Claimed = { delivery: DeliveryRow; endpoint: EndpointRow; at: Date };

/** Where too much to one receiver is under way already, its next message waits for so long. */
const putOffMs = 5_000;
const mostPutOffMs = 15 * 60_000;

/**
 * Attempts one delivery, and writes down what came of it. A crash in between leaves the delivery pending with a lease:
 * when that is over it is sent again, with the same `webhook-id`.
 */
export async function deliverWebhook(deps: Deps, { deliveryId }: { deliveryId: string }): Promise<void> {
  const found = await findPending(deps, deliveryId);
  if (!found) return;
  const { delivery, endpoint } = found;
  const earlyMs = delivery.next_attempt_at ? delivery.next_attempt_at.getTime() - deps.now().getTime() : 0;
  if (earlyMs > 0) return enqueueDelivery(deps, { ...endpoint, ...delivery }, earlyMs);
  const place = deps.webhooks.sender.enter({ id: endpoint.id, failing: endpoint.failing_since !== null });
  if (!place) return putOff(deps, delivery, endpoint);
  const at = deps.now();
  const request = await prepare(deps, { delivery, endpoint, at }).catch((error: unknown) => {
    place.leave();
    throw error;
  });
  if (!request) return place.leave();
  const settle = delivery.type === probeType ? recordProbe : record;
  await place.send(request, (answer) => settle(deps, { delivery, endpoint, at }, answer));
}

/** The signed request of a delivery that is ours from now on; `undefined` when somebody else was faster. */
async function prepare(deps: Deps, { delivery, endpoint, at }: Claimed) {
  const secrets = await currentSecrets(deps, endpoint);
  const format = deps.webhooks.formats[endpoint.format];
  const body = await format.body(delivery);
  if (!(await claim(deps, delivery, at))) return undefined;
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Parley-Webhooks/1',
    ...format.headers(body, secrets),
    ...signedHeaders({ id: delivery.message_id, at, body }, secrets),
  };
  return { url: endpoint.url, headers, body };
}

async function findPending({ db }: Deps, id: string) {
  const delivery = await db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .executeTakeFirst();
  const endpoint =
    delivery &&
    (await db
      .selectFrom('webhook_endpoints as w')
      .innerJoin('webhook_deliveries as d', 'd.endpoint_id', 'w.id')
      .selectAll('w')
      .where('d.id', '=', id)
      .where(sendable)
      .executeTakeFirst());
  return endpoint && { delivery, endpoint };
}

/** False when somebody else was faster. */
async function claim({ db }: Deps, { id, next_attempt_at: due }: DeliveryRow, at: Date): Promise<boolean> {
  const claimed = await db
    .updateTable('webhook_deliveries')
    .set({ next_attempt_at: new Date(at.getTime() + leaseMs), attempted_at: at })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .where('next_attempt_at', '=', due)
    .executeTakeFirst();
  return claimed.numUpdatedRows > 0n;
}

/** One that fails holds its places until each request has timed out; what arrives again brings everything forward. */
function putOffFor(failingSince: Date | null, now: Date): number {
  if (!failingSince) return putOffMs;
  return Math.min(Math.max(now.getTime() - failingSince.getTime(), leaseMs + putOffMs), mostPutOffMs);
}

async function putOff(deps: Deps, delivery: DeliveryRow, endpoint: EndpointRow): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    // Locked, so that whoever finds that it works again brings this one forward, too.
    const found = await trx
      .selectFrom('webhook_endpoints')
      .select('failing_since')
      .where('id', '=', endpoint.id)
      .forShare()
      .executeTakeFirst();
    if (!found) return; // deleted meanwhile
    const delayMs = Math.round(putOffFor(found.failing_since, deps.now()) * (1 + Math.random()));
    await trx
      .updateTable('webhook_deliveries')
      .set({ next_attempt_at: new Date(deps.now().getTime() + delayMs) })
      .where('id', '=', delivery.id)
      .where('next_attempt_at', '=', delivery.next_attempt_at)
      .execute();
    await enqueueDelivery({ ...deps, db: trx }, { ...endpoint, ...delivery }, delayMs);
  });
}

/** The answer, and what follows from it for the delivery and for the endpoint. */
async function record(deps: Deps, claimed: Claimed, answer: WebhookAnswer): Promise<void> {
  const chance = Math.random();
  const verdict = judge(answer, { number: claimed.delivery.attempts + 1, now: deps.now(), chance });
  if (verdict.kind === 'delivered') await recordSuccess(deps, claimed, answer, verdict);
  else await recordFailure(deps, claimed, answer, verdict);
  logOutcome(deps, claimed, answer, verdict);
}

async function recordSuccess(
  deps: Deps,
  claimed: Claimed,
  answer: WebhookAnswer,
  verdict: Verdict & { kind: 'delivered' },
): Promise<void> {
  const stored = await store(deps, claimed, answer, verdict);
  if (stored && stored.failing_since === null) return;
  await deps.db.transaction().execute(async (trx) => {
    const inTrx = { ...deps, db: trx };
    if (await noteSuccess(inTrx, claimed.endpoint)) await bringForward(inTrx, claimed.endpoint);
  });
}

async function recordFailure(
  deps: Deps,
  claimed: Claimed,
  answer: WebhookAnswer,
  verdict: Exclude<Verdict, { kind: 'delivered' }>,
): Promise<void> {
  const { delivery, endpoint } = claimed;
  await deps.db.transaction().execute(async (trx) => {
    const inTrx = { ...deps, db: trx };
    // The endpoint before its deliveries: everyone locks them in this order.
    const failing = await noteFailure(inTrx, endpoint);
    const stored = await store(inTrx, claimed, answer, verdict);
    const reason = failing && reasonToDisable(failing, verdict, deps.now());
    if (reason !== undefined) return disableIn(deps, trx, endpoint, reason);
    if (stored && failing && verdict.kind === 'again')
      await enqueueDelivery(inTrx, { ...failing, ...delivery }, verdict.delayMs);
  });
}

/** {@link record} for a probe, of which there is one attempt: it is asked anew, with a message of its own. */
async function recordProbe(deps: Deps, { delivery, endpoint, at }: Claimed, answer: WebhookAnswer): Promise<void> {
  const now = deps.now();
  const judged = judge(answer, { number: delivery.attempts + 1, now, chance: Math.random() });
  const verdict = judged.kind === 'again' ? ({ kind: 'given up', error: judged.error } as const) : judged;
  await deps.db.transaction().execute(async (trx) => {
    const inTrx = { ...deps, db: trx };
    if (verdict.kind === 'delivered') await resume(inTrx, endpoint);
    if (verdict.kind === 'gone') await stopProbing(inTrx, endpoint, 'gone');
    if (judged.kind === 'again') await waitWithProbe(inTrx, endpoint, judged.delayMs);
    await store(inTrx, { delivery, endpoint, at }, answer, verdict);
  });
  logOutcome(deps, { delivery, endpoint, at }, answer, verdict);
}

/** Writes down how an attempt ended; `undefined` when somebody else has taken the delivery up since. */
async function store(
  { db, now: clock }: Deps,
  { delivery, at }: Claimed,
  answer: WebhookAnswer,
  verdict: Verdict,
): Promise<Pick<EndpointRow, 'failing_since'> | undefined> {
  const now = clock();
  const again = verdict.kind === 'again' ? new Date(now.getTime() + verdict.delayMs) : null;
  const error = verdict.kind === 'delivered' ? null : verdict.error;
  const status = answer.kind === 'answered' ? answer.status : null;
  const durationMs = now.getTime() - at.getTime();
  return db
    .updateTable('webhook_deliveries as d')
    .from('webhook_endpoints as w')
    .set({
      status: verdict.kind === 'delivered' ? 'delivered' : again ? 'pending' : 'failed',
      attempts: delivery.attempts + 1,
      next_attempt_at: again,
      response_status: status,
      response_body: answer.kind === 'answered' ? answer.body : null,
      error,
      duration_ms: durationMs,
      history: JSON.stringify(withAttempt(delivery.history, { at: at.toISOString(), status, error, durationMs })),
      delivered_at: verdict.kind === 'delivered' ? now : null,
      updated_at: now,
    })
    .whereRef('w.id', '=', 'd.endpoint_id')
    .where('d.id', '=', delivery.id)
    .where('d.status', '=', 'pending')
    .where('d.attempted_at', '=', at)
    .returning('w.failing_since')
    .executeTakeFirst();
}

function logOutcome(
  { log, now }: Deps,
  { delivery, endpoint, at }: Claimed,
  answer: WebhookAnswer,
  { kind }: Verdict,
): void {
  const status = answer.kind === 'answered' ? answer.status : null;
  const durationMs = now().getTime() - at.getTime();
  const fields = {
    deliveryId: delivery.id,
    endpointId: endpoint.id,
    attempt: delivery.attempts + 1,
    status,
    durationMs,
  };
  log.info(fields, kind === 'delivered' ? 'webhook delivered' : 'webhook not delivered');
}

/** Whether it works again after it had failed. */
async function noteSuccess({ db, now }: Deps, { id }: EndpointRow): Promise<boolean> {
  const recovered = await db
    .updateTable('webhook_endpoints')
    .set({ failing_since: null, warned_at: null, updated_at: now() })
    .where('id', '=', id)
    .where('failing_since', 'is not', null)
    .executeTakeFirst();
  return recovered.numUpdatedRows > 0n;
}

/** The endpoint as it is now; `undefined` when it was disabled meanwhile. */
async function noteFailure({ db, now }: Deps, { id }: EndpointRow): Promise<EndpointRow | undefined> {
  return db
    .updateTable('webhook_endpoints')
    .set({ failing_since: sql<Date>`coalesce(failing_since, ${now()}::timestamptz)` })
    .where('id', '=', id)
    .where('status', '=', 'enabled')
    .returningAll()
    .executeTakeFirst();
}

/** What waits for a later attempt need not wait any longer; the sweep takes it up. */
async function bringForward({ db, now }: Deps, { id }: EndpointRow): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set({ next_attempt_at: now() })
    .where('endpoint_id', '=', id)
    .where('status', '=', 'pending')
    .where('next_attempt_at', '>', new Date(now().getTime() + leaseMs)) // what is under way stays as it is
    .execute();
}

function reasonToDisable({ failing_since: since }: EndpointRow, verdict: Verdict, now: Date) {
  if (verdict.kind === 'gone') return 'gone';
  return since && now.getTime() - since.getTime() >= disableAfterMs ? 'failing' : undefined;
}

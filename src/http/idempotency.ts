import { createHash } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import { principalScope } from '../access/principal.ts';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Database } from '../database/schema.ts';
import type { Span } from '../database/span.ts';
import { Problem } from '../problem.ts';
import { open, seal, type SealContext } from '../seal.ts';
import { preferenceOf } from './prefer.ts';
import type { Answer, ApiContext, LaterAnswer, Spanned } from './router.ts';

type Deps = { db: Kysely<Database>; now: () => Date; dataKeys: DataKeys };
/** `waited`: for what the request preferred to wait for. */
type StoredAnswer = { status: number; text: string; replayed: boolean; waited?: boolean };
export type Claim = { workspaceId: string; scope: string; route: string; key: string; fingerprint: Buffer };

const keptMs = 7 * 24 * 60 * 60_000;

export type Work<T> = {
  /** What must be asked before the transaction begins. Left out when the answer is known already. */
  prepare?: () => Promise<void>;
  run: (trx: Transaction<Database>) => Promise<T>;
};

/**
 * Runs a write once per claim: the claim, the effect and the answer are one transaction, so there is no moment at which
 * one exists without the others. Whoever comes second waits for the first and gets its answer; refusals are not stored.
 */
export async function runOnce(deps: Deps, claim: Claim | undefined, work: Work<Answer>): Promise<StoredAnswer> {
  // Where nothing is asked beforehand, the claim itself finds out.
  const known = claim && work.prepare && (await findAnswer(deps, claim));
  if (known) return known;
  // Read before the transaction: inside, it would want a second connection while holding the first.
  if (claim) await deps.dataKeys(claim.workspaceId);
  try {
    await work.prepare?.();
    return await deps.db.transaction().execute(async (trx) => {
      const { status, body } = await work.run(trx);
      const text = JSON.stringify(body);
      if (claim && !(await insertAnswer({ ...deps, db: trx }, claim, status, text))) throw new SecondRun();
      return { status, text, replayed: false };
    });
  } catch (refusal) {
    if (!claim || !(refusal instanceof Problem || refusal instanceof SecondRun)) throw refusal;
    // What stands in the way may be this very request's first run: then its answer is the answer.
    const twin = await findAnswer(deps, claim);
    if (twin) return twin;
    throw refusal instanceof Problem ? refusal : new Problem('idempotency_in_progress', { retryAfterMs: 1000 });
  }
}

/** What undoes the work of a request whose first run has been committed meanwhile. */
class SecondRun extends Error {}

/**
 * {@link runOnce} for a request with an Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header). The same key
 * and body are answered with the same bytes; another body is `idempotency_conflict`.
 */
export async function once(
  c: ApiContext,
  deps: Deps,
  work: Work<Answer> & {
    /** Improves the answer after the transaction (waiting for a link); what it gives is what later calls get. */
    finish?: () => Promise<Answer | undefined>;
  },
): Promise<Response> {
  const claim = c.get('keyIsTaken') ? undefined : await readClaim(c);
  await deps.dataKeys(c.get('principal').workspaceId); // the answer's links are made inside the transaction
  const answer = await runOnce(deps, claim, work);
  const better = answer.replayed ? undefined : await work.finish?.();
  if (!better) return toResponse(c, answer);
  return toResponse(c, await storeBetter(deps, claim, better));
}

/** The answer of a request that is one transaction with its key gets better once that is committed; others wait at once. */
export async function answerFinally(
  c: ApiContext,
  first: Answer,
  finish?: () => Promise<LaterAnswer>,
): Promise<Response> {
  const spanned = c.get('spanned');
  if (spanned && finish) spanned.finish = finish;
  const waited = !spanned && finish !== undefined;
  const { status, body } = waited ? await finish() : first;
  return toResponse(c, { status, text: JSON.stringify(body), replayed: false, waited });
}

async function storeBetter(deps: Deps, claim: Claim | undefined, { status, body }: LaterAnswer): Promise<StoredAnswer> {
  const text = JSON.stringify(body);
  if (claim) await storeAnswer(deps, claim, status, text);
  return { status, text, replayed: false, waited: true };
}

/** Requests that ask others before their transaction begins: their key is a part of that one, see {@link once}. */
const ownTheirKey = new Set([
  'POST /v1/bookings',
  'POST /v1/booking-series',
  'POST /v1/meetings',
  'POST /v1/webhook-endpoints',
  'POST /v3/webhooks',
]);
const ownTheirKeyToo = /^(PATCH \/v1\/webhook-endpoints|PUT \/v3\/webhooks)\/[^/]+$/;

function ownsItsKey({ req: { method, path } }: ApiContext): boolean {
  const name = `${method} ${path}`;
  return ownTheirKey.has(name) || ownTheirKeyToo.test(name);
}

/** What undoes a request that was refused: nothing of it is kept, and its key is free again. */
class Refused extends Error {}

/**
 * {@link once} for every other request that changes something: whatever it does is one transaction with its key, so that
 * a key never exists without its effect. What fails within Parley is answered the same way again (5xx); refusals are not
 * kept. While the first request runs, another one with its key is told to come back.
 */
export async function answerOnce(c: ApiContext, deps: Deps & { span: Span }, next: () => Promise<void>): Promise<void> {
  const claim = ownsItsKey(c) ? undefined : await readClaim(c);
  if (!claim) return next();
  c.set('keyIsTaken', true);
  const known = await findAnswer(deps, claim);
  if (known) {
    c.res = toResponse(c, known);
    return;
  }
  await deps.dataKeys(claim.workspaceId); // read before the transaction
  const spanned: Spanned = { preference: preferenceOf(c) };
  c.set('spanned', spanned);
  c.req.raw.headers.delete('prefer'); // what is not committed yet is not worked on: nothing to wait for
  try {
    await deps.span.inOne(async (trx) => {
      if (!(await isFirst(trx, claim))) throw new Problem('idempotency_in_progress', { retryAfterMs: 1000 });
      const twin = await findAnswer(deps, claim);
      if (twin) {
        c.res = toResponse(c, twin);
        return;
      }
      await insertClaim(trx, claim, deps.now());
      await next();
      if (c.res.status >= 400) throw new Refused();
      await storeAnswer({ ...deps, db: trx }, claim, c.res.status, await c.res.clone().text());
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (c.res.status >= 500) await keepFailure(deps, claim, c.res);
    return;
  }
  if (!spanned.finish) return;
  const better = await storeBetter(deps, claim, await spanned.finish());
  c.res = toResponse(c, better);
}

/** One request with a key at a time, over all processes. */
async function isFirst(trx: Transaction<Database>, { scope, route, key }: Claim): Promise<boolean> {
  const name = JSON.stringify(['idempotency', scope, route, key]);
  const { rows } = await sql<{ first: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as first
  `.execute(trx);
  return rows[0]?.first === true;
}

async function keepFailure(deps: Deps, claim: Claim, response: Response): Promise<void> {
  const text = await response.clone().text();
  await deps.db.transaction().execute(async (trx) => {
    if (await insertClaim(trx, claim, deps.now()))
      await storeAnswer({ ...deps, db: trx }, claim, response.status, text);
  });
}

function toResponse(c: ApiContext, { status, text, replayed, waited = false }: StoredAnswer): Response {
  if (replayed) c.header('Idempotent-Replayed', 'true');
  if (status === 204) return c.body(null, 204);
  c.header('Content-Type', status >= 400 ? 'application/problem+json' : 'application/json');
  tellOfOperation(c, status === 202 ? text : undefined, waited);
  return c.body(text, status as Answer['status']);
}

/** Where the operation of a 202 is read, and which preferences counted (RFC 7240, section 3). */
function tellOfOperation(c: ApiContext, operation: string | undefined, waited: boolean): void {
  // Without a value, that of an answer that was not given is taken back.
  c.header('Location', operation && (JSON.parse(operation) as { url: string }).url);
  const { waitSeconds } = preferenceOf(c);
  const applied = [
    ...(operation === undefined ? [] : ['respond-async']),
    ...(waited && waitSeconds > 0 ? [`wait=${waitSeconds}`] : []),
  ];
  c.header('Preference-Applied', applied.length > 0 ? applied.join(', ') : undefined);
}

async function readClaim(c: ApiContext): Promise<Claim | undefined> {
  const header = c.req.header('idempotency-key');
  if (header === undefined) return undefined;
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header; // structured string or bare
  if (key.length === 0 || key.length > 255) {
    throw new Problem('invalid_request', {
      errors: [{ pointer: '', detail: 'Idempotency-Key must have 1 to 255 characters.' }],
    });
  }
  const fingerprint = createHash('sha256')
    .update(await c.req.text())
    .digest();
  const principal = c.get('principal');
  const { workspaceId } = principal;
  // A key that took another one's place goes on where that one was.
  const scope = principal.kind === 'key' ? principal.lineage : principalScope(principal);
  // As it was sent: decoded, it may hold what no database stores.
  const route = `${c.req.method} ${new URL(c.req.url).pathname}`;
  return { workspaceId, scope, route, key, fingerprint };
}

/** Waits for a transaction that holds the same key; false when that one succeeded. */
async function insertClaim(trx: Transaction<Database>, claim: Claim, now: Date): Promise<boolean> {
  const { scope, route, key, fingerprint } = claim;
  const { rows } = await sql`
    insert into idempotency_keys (scope, route, key, fingerprint, expires_at, created_at)
    values (${scope}, ${route}, ${key}, ${fingerprint}, ${expiryOf(now)}, ${now})
    on conflict (scope, route, key) do nothing returning key
  `.execute(trx);
  return rows.length > 0;
}

/** {@link insertClaim} with the answer, by one statement: for work that can be undone when it comes second. */
async function insertAnswer(deps: Deps, claim: Claim, status: number, text: string): Promise<boolean> {
  const { scope, route, key, fingerprint } = claim;
  const [now, body] = [deps.now(), await sealed(deps, claim, text)];
  const { rows } = await sql`
    insert into idempotency_keys (scope, route, key, fingerprint, status, body, expires_at, created_at)
    values (${scope}, ${route}, ${key}, ${fingerprint}, ${status}, ${body}, ${expiryOf(now)}, ${now})
    on conflict (scope, route, key) do nothing returning key
  `.execute(deps.db);
  return rows.length > 0;
}

function expiryOf(now: Date): Date {
  return new Date(now.getTime() + keptMs);
}

/** Answers are kept sealed: they hold links with which whoever has them may move and cancel a booking. */
async function sealed({ dataKeys }: Pick<Deps, 'dataKeys'>, claim: Claim, text: string): Promise<string> {
  return seal(await dataKeys(claim.workspaceId), text, answerContext(claim)).toString('base64');
}

async function storeAnswer(
  { db, dataKeys }: Pick<Deps, 'db' | 'dataKeys'>,
  claim: Claim,
  status: number,
  text: string,
): Promise<void> {
  await sql`
    update idempotency_keys set status = ${status}, body = ${await sealed({ dataKeys }, claim, text)}
    where scope = ${claim.scope} and route = ${claim.route} and key = ${claim.key}
  `.execute(db);
}

async function findAnswer(
  { db, dataKeys }: Pick<Deps, 'db' | 'dataKeys'>,
  claim: Claim,
): Promise<StoredAnswer | undefined> {
  const row = await db
    .selectFrom('idempotency_keys')
    .select(['fingerprint', 'status', 'body'])
    .where('scope', '=', claim.scope)
    .where('route', '=', claim.route)
    .where('key', '=', claim.key)
    .executeTakeFirst();
  if (!row) return undefined;
  if (!row.fingerprint.equals(claim.fingerprint)) throw new Problem('idempotency_conflict');
  if (row.status === null || row.body === null) return undefined;
  const text = open(await dataKeys(claim.workspaceId), Buffer.from(row.body, 'base64'), answerContext(claim));
  return { status: row.status, text, replayed: true };
}

function answerContext({ workspaceId, scope, route, key }: Claim): SealContext {
  return { purpose: 'Idempotency.Answer.v1', workspaceId, rowId: JSON.stringify([scope, route, key]), field: 'body' };
}

/** Forgets keys whose time is over; part of the regular sweep. */
export async function forgetExpiredKeys({ db, now }: Pick<Deps, 'db' | 'now'>): Promise<void> {
  await db.deleteFrom('idempotency_keys').where('expires_at', '<', now()).execute();
}

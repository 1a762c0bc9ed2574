import { createHash } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { principalScope } from '../access/principal.ts';
import type { Database } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import type { ApiContext } from './router.ts';

type Deps = { db: Kysely<Database>; now: () => Date };
export type Answer = { status: 200 | 201; body: unknown };
type Claim = { scope: string; route: string; key: string; fingerprint: Buffer };

const keptMs = 7 * 24 * 60 * 60_000;

/**
 * Runs a write once per Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header): the key, the effect and the
 * answer are one transaction, so there is no moment at which one exists without the others. The same key and body are
 * answered with the stored bytes; another body is `idempotency_conflict`. Refusals are not stored.
 */
export async function once(
  c: ApiContext,
  deps: Deps,
  work: {
    /** What must be asked before the transaction begins. Left out when the answer is known already. */
    prepare?: () => Promise<void>;
    run: (trx: Transaction<Database>) => Promise<Answer>;
    /** Improves the answer after the transaction (waiting for a link); what it gives is what later calls get. */
    finish?: (answer: Answer) => Promise<Answer>;
  },
): Promise<Response> {
  const claim = await readClaim(c);
  const known = claim && (await findAnswer(deps.db, claim));
  if (known) return replay(known);
  await work.prepare?.();
  const outcome = await deps.db.transaction().execute(async (trx) => {
    if (claim && !(await insertClaim(trx, claim, deps.now()))) return undefined;
    const answer = await work.run(trx);
    if (claim) await storeAnswer(trx, claim, answer);
    return answer;
  });
  if (!outcome) {
    const stored = claim && (await findAnswer(deps.db, claim));
    if (!stored) throw new Problem('idempotency_in_progress', { retryAfterMs: 1000 });
    return replay(stored);
  }
  const finished = work.finish ? await work.finish(outcome) : outcome;
  if (claim && finished !== outcome) await storeAnswer(deps.db, claim, finished);
  return new Response(JSON.stringify(finished.body), {
    status: finished.status,
    headers: { 'content-type': 'application/json' },
  });
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
  return { scope: principalScope(c.get('principal')), route: `${c.req.method} ${c.req.path}`, key, fingerprint };
}

/** Waits for a transaction that holds the same key; false when that one succeeded. */
async function insertClaim(trx: Transaction<Database>, claim: Claim, now: Date): Promise<boolean> {
  const expiresAt = new Date(now.getTime() + keptMs);
  const row = await trx
    .insertInto('idempotency_keys')
    .values({ ...claim, status: null, body: null, expires_at: expiresAt, created_at: now })
    .onConflict((conflict) => conflict.columns(['scope', 'route', 'key']).doNothing())
    .returning('key')
    .executeTakeFirst();
  return row !== undefined;
}

async function storeAnswer(db: Kysely<Database>, claim: Claim, answer: Answer): Promise<void> {
  await db
    .updateTable('idempotency_keys')
    .set({ status: answer.status, body: JSON.stringify(answer.body) })
    .where('scope', '=', claim.scope)
    .where('route', '=', claim.route)
    .where('key', '=', claim.key)
    .execute();
}

async function findAnswer(db: Kysely<Database>, claim: Claim): Promise<{ status: number; body: string } | undefined> {
  const row = await db
    .selectFrom('idempotency_keys')
    .select(['fingerprint', 'status', 'body'])
    .where('scope', '=', claim.scope)
    .where('route', '=', claim.route)
    .where('key', '=', claim.key)
    .executeTakeFirst();
  if (!row) return undefined;
  if (!row.fingerprint.equals(claim.fingerprint)) throw new Problem('idempotency_conflict');
  return row.status !== null && row.body !== null ? { status: row.status, body: row.body } : undefined;
}

function replay(stored: { status: number; body: string }): Response {
  return new Response(stored.body, {
    status: stored.status,
    headers: { 'content-type': 'application/json', 'idempotent-replayed': 'true' },
  });
}

/** Forgets keys whose time is over; part of the regular sweep. */
export async function forgetExpiredKeys({ db, now }: Deps): Promise<void> {
  await db.deleteFrom('idempotency_keys').where('expires_at', '<', now()).execute();
}

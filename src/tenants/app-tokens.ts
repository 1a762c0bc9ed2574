import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { Queue } from '../jobs/queue.ts';
import type { App, Apps } from '../registrations/apps.ts';
import { requestAppToken, type AppToken } from '../microsoft/entra.ts';
import { GraphError, type GraphDeps } from '../microsoft/graph.ts';
import { toProblem } from '../microsoft/problems.ts';
import { orGivenUp } from '../patience.ts';
import { Problem, type ProblemCode } from '../problem.ts';
import { recordTenantEvent } from './events.ts';
import { takeUpMeetings } from './take-up.ts';
import type { TenantRow } from './tenant.ts';

/** What acting in a tenant takes: a token of the app itself, and Graph in the tenant's cloud. */
export type TenantAccess = { token: AppToken; graph: GraphDeps; app: App };

type Options = {
  signal?: AbortSignal | undefined;
  /** A token that must not be used again, because Graph rejected it. */
  not?: string | undefined;
  /** Only a token that is asked for from now on will do: permissions were granted, or somebody wants to know. */
  fresh?: true | undefined;
  /** The member or key on whose request it is, for the audit. */
  by?: string | null | undefined;
};

/**
 * Gives a token of the app for one tenant. Tokens are kept in memory for each workspace, registration and tenant, and a
 * token of another tenant or app is never used. Throws why there is none, and writes that to the tenant's row. A token
 * outlives the credential that it was asked with, by an hour at most, as it does at Microsoft.
 */
export type AppTokens = (tenant: TenantRow, options?: Options) => Promise<TenantAccess>;

type Deps = {
  db: Kysely<Database>;
  now: () => Date;
  queue: Queue;
  fetch: typeof fetch;
  apps: Apps;
  graph: GraphDeps;
};
type Ask = { key: string; app: App; tenant: TenantRow; by: string | null };

const expiryMarginMs = 5 * 60_000;
/** A token that ends sooner may end on its way to Graph. */
const lastUseMs = 30_000;
const mostHeld = 1000;

/** What says nothing about the tenant: a minute later the answer may be another one. */
const passing = new Set<ProblemCode>([
  'microsoft_unreachable',
  'microsoft_unavailable',
  'microsoft_answer_unreadable',
  'entra_unavailable',
  'throttled',
  'internal_error',
]);

/** One request at a time for each registration and tenant; where Entra said how long to wait, nothing is asked before. */
export function createAppTokens(deps: Deps): AppTokens {
  const held = new Map<string, AppToken>();
  const asking = new Map<string, Promise<AppToken>>();
  const askedToWait = new Map<string, { until: number; problem: Problem }>();

  async function ask({ key, app, tenant, by }: Ask): Promise<AppToken> {
    const wait = askedToWait.get(key);
    const waitMs = wait ? wait.until - deps.now().getTime() : 0;
    if (wait && waitMs > 0) {
      const { code, provider } = wait.problem;
      throw new Problem(code, { cause: wait.problem, provider, retryAfterMs: waitMs });
    }
    askedToWait.delete(key);
    try {
      const token = await deps.apps.withCredential(app, (credential) =>
        requestAppToken(deps, { ...app, tenant: tenant.tenant_id, credential }),
      );
      requireOwnToken(app, token);
      keep(held, key, token);
      await rememberToken(deps, tenant, token, by);
      return token;
    } catch (error) {
      const problem = toProblem(error);
      if (problem.retryAfterMs !== undefined) {
        const until = deps.now().getTime() + problem.retryAfterMs;
        keep(askedToWait, key, { until, problem });
      }
      if (!passing.has(problem.code)) await rememberProblem(deps, tenant, problem, by);
      throw error;
    }
  }

  /** Joins a request that is on its way, or sends one. */
  function join(wanted: Ask): Promise<AppToken> {
    const running = asking.get(wanted.key) ?? ask(wanted).finally(() => asking.delete(wanted.key));
    asking.set(wanted.key, running);
    return running;
  }

  /** What is on its way now was asked before; whoever else waits for it may share the next one. */
  async function askAnew(wanted: Ask): Promise<AppToken> {
    await asking.get(wanted.key)?.catch(() => undefined);
    return join(wanted);
  }

  return async (tenant, { signal, not, fresh, by = null } = {}) => {
    const app = await deps.apps.get(tenant.workspace_id, tenant.registration_id);
    const graph = { ...deps.graph, baseUrl: app.graphBaseUrl };
    const wanted = { key: keyOf(app, tenant), app, tenant, by };
    if (fresh) return { token: await orGivenUp(askAnew(wanted), signal), graph, app };
    const known = held.get(wanted.key);
    const leftMs = known && known.accessToken !== not ? known.expiresAt.getTime() - deps.now().getTime() : 0;
    if (known && leftMs > expiryMarginMs) return { token: known, graph, app };
    try {
      return { token: await orGivenUp(join(wanted), signal), graph, app };
    } catch (error) {
      if (known && leftMs > lastUseMs && passing.has(toProblem(error).code)) return { token: known, graph, app };
      throw error;
    }
  };
}

/** Runs in a tenant. A token that Graph rejects before its time is replaced once. */
export async function withAppToken<T>(
  appTokens: AppTokens,
  tenant: TenantRow,
  signal: AbortSignal | undefined,
  run: (access: TenantAccess) => Promise<T>,
): Promise<T> {
  const access = await appTokens(tenant, { signal });
  try {
    return await run(access);
  } catch (error) {
    // Other answers with 401 are about policies: a new token would change nothing.
    if (!(error instanceof GraphError && toProblem(error).code === 'access_token_rejected')) throw error;
    return run(await appTokens(tenant, { signal, not: access.token.accessToken }));
  }
}

/** The workspace is part of it for the deployment's registration too: nothing is shared between customers. */
function keyOf(app: App, tenant: TenantRow): string {
  const { registrationId, clientId, authority, graphResource } = app;
  return JSON.stringify([tenant.workspace_id, registrationId, clientId, authority, graphResource, tenant.tenant_id]);
}

/** Keeps as many as there are tenants, up to a limit; the oldest goes first. */
function keep<T>(into: Map<string, T>, key: string, value: T): void {
  into.delete(key);
  into.set(key, value);
  const [oldest] = into.keys();
  if (into.size > mostHeld && oldest !== undefined) into.delete(oldest);
}

/** Two registrations of one tenant ask at the same address, so that something in between could mix up the answers. */
function requireOwnToken(app: App, { appId }: AppToken): void {
  if (appId === undefined || appId.toLowerCase() === app.clientId.toLowerCase()) return;
  const detail = `Asked for a token of the app ${app.clientId}, got one of the app ${appId}.`;
  throw new Problem('token_tenant_mismatch', { detail });
}

async function rememberToken(
  { db, now, queue }: Deps,
  tenant: TenantRow,
  token: AppToken,
  by: string | null,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const before = await lock(trx, tenant);
    if (!before) return;
    await trx
      .updateTable('tenant_connections')
      .set({
        verified_at: now(),
        roles: JSON.stringify(token.roles),
        ...(token.objectId !== undefined && { service_principal_id: token.objectId }),
        problem_code: null,
        provider_answer: null,
      })
      .where('id', '=', tenant.id)
      .execute();
    const hasMore = before.verified_at !== null && token.roles.some((role) => !before.roles.includes(role));
    if (before.problem_code !== null || hasMore) await takeUpMeetings({ db: trx, queue }, tenant.id);
    if (!before.verified_at) await recordTenantEvent(trx, tenant, 'tenant.verified', { by, roles: token.roles }, now());
  });
}

/** Written when it appears or becomes another one, not at every attempt. */
async function rememberProblem({ db, now }: Deps, tenant: TenantRow, problem: Problem, by: string | null) {
  await db.transaction().execute(async (trx) => {
    const before = await lock(trx, tenant);
    const isKnown = before?.problem_code === problem.code && before.provider_answer?.code === problem.provider?.code;
    if (!before || isKnown) return;
    await trx
      .updateTable('tenant_connections')
      .set({
        problem_code: problem.code,
        provider_answer: problem.provider ? JSON.stringify(problem.provider) : null,
        updated_at: now(),
      })
      .where('id', '=', tenant.id)
      .execute();
    if (before.problem_code !== problem.code)
      await recordTenantEvent(trx, tenant, 'tenant.failing', { by, code: problem.code, stage: before.stage }, now());
  });
}

async function lock(trx: Kysely<Database>, { id }: TenantRow) {
  return trx
    .selectFrom('tenant_connections')
    .select(['verified_at', 'problem_code', 'provider_answer', 'stage', 'roles'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

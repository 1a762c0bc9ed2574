import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { App, Apps } from '../registrations/apps.ts';
import { requestAppToken, type AppToken } from '../microsoft/entra.ts';
import { GraphError, type GraphDeps } from '../microsoft/graph.ts';
import { toProblem } from '../microsoft/problems.ts';
import { Problem, type ProblemCode } from '../problem.ts';
import type { TenantRow } from './tenant.ts';

/** What acting in a tenant takes: a token of the app itself, and Graph in the tenant's cloud. */
export type TenantAccess = { token: AppToken; graph: GraphDeps; app: App };

type Options = {
  signal?: AbortSignal | undefined;
  /** A token that must not be used again: it was rejected, or permissions were granted after it was made. */
  not?: string | undefined;
};

/**
 * Gives a token of the app for one tenant. Tokens are kept in memory for each registration and tenant, and a token whose
 * `tid` is another tenant's is never used. Throws why there is none, and writes that to the tenant's row.
 */
export type AppTokens = (tenant: TenantRow, options?: Options) => Promise<TenantAccess>;

type Deps = { db: Kysely<Database>; now: () => Date; fetch: typeof fetch; apps: Apps; graph: GraphDeps };

const expiryMarginMs = 5 * 60_000;

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

  async function ask(key: string, app: App, tenant: TenantRow): Promise<AppToken> {
    const wait = askedToWait.get(key);
    const waitMs = wait ? wait.until - deps.now().getTime() : 0;
    if (wait && waitMs > 0) throw new Problem(wait.problem.code, { cause: wait.problem, retryAfterMs: waitMs });
    askedToWait.delete(key);
    try {
      const token = await deps.apps.withCredential(app, (credential) =>
        requestAppToken(deps, { ...app, tenant: tenant.tenant_id, credential }),
      );
      held.set(key, token);
      await rememberToken(deps, tenant, token);
      return token;
    } catch (error) {
      const problem = toProblem(error);
      if (problem.retryAfterMs !== undefined)
        askedToWait.set(key, { until: deps.now().getTime() + problem.retryAfterMs, problem });
      if (!passing.has(problem.code)) await rememberProblem(deps, tenant, problem);
      throw error;
    }
  }

  return async (tenant, { signal, not } = {}) => {
    const app = await deps.apps.get(tenant.workspace_id, tenant.registration_id);
    const graph = { ...deps.graph, baseUrl: app.graphBaseUrl };
    // The workspace is part of the key for the deployment's registration too: nothing is shared between customers.
    const key = `${tenant.workspace_id}/${app.registrationId ?? ''}/${tenant.tenant_id}`;
    const known = held.get(key);
    const fresh = known && known.expiresAt.getTime() - deps.now().getTime() > expiryMarginMs;
    if (known && fresh && known.accessToken !== not) return { token: known, graph, app };
    const running = asking.get(key) ?? ask(key, app, tenant).finally(() => asking.delete(key));
    asking.set(key, running);
    return { token: await orGivenUp(running, signal), graph, app };
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
    if (!(error instanceof GraphError && error.status === 401)) throw error;
    return run(await appTokens(tenant, { signal, not: access.token.accessToken }));
  }
}

async function orGivenUp<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const over = Promise.withResolvers<never>();
  over.promise.catch(() => {});
  const giveUp = () => over.reject(new Problem('microsoft_unreachable', { cause: signal.reason }));
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

async function rememberToken({ db, now }: Deps, tenant: TenantRow, token: AppToken): Promise<void> {
  await db
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
}

async function rememberProblem({ db, now }: Deps, tenant: TenantRow, problem: Problem): Promise<void> {
  await db
    .updateTable('tenant_connections')
    .set({
      problem_code: problem.code,
      provider_answer: problem.provider ? JSON.stringify(problem.provider) : null,
      updated_at: now(),
    })
    .where('id', '=', tenant.id)
    .execute();
}

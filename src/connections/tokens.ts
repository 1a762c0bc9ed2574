import type { Kysely, Transaction } from 'kysely';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Database } from '../database/schema.ts';
import type { Cloud } from '../microsoft/clouds.ts';
import type { EntraApp, Tokens } from '../microsoft/entra.ts';
import { refreshTokens, TokenError } from '../microsoft/entra.ts';
import { GraphError } from '../microsoft/graph.ts';
import { toProblem } from '../microsoft/problems.ts';
import { orGivenUp } from '../patience.ts';
import { needsReconnect, Problem } from '../problem.ts';
import type { Apps } from '../registrations/apps.ts';
import { open, seal, type DataKey, type SealContext } from '../seal.ts';
import { splitScopes, type ConnectionRow } from './connection.ts';

export type MicrosoftApp = EntraApp & { scopes: string[] };
export type TokenDeps = {
  db: Kysely<Database>;
  now: () => Date;
  dataKeys: DataKeys;
  fetch: typeof fetch;
  apps: Apps;
};

export type AccessToken = {
  accessToken: string;
  version: number;
  connection: ConnectionRow;
  /** Graph in the cloud of the registration that the token belongs to. */
  graphBaseUrl: string;
};

/**
 * Gives a usable access token of a connection, refreshing it when it is about to expire or was rejected. `signal` ends
 * the waiting of this caller only: a refresh that others wait for too goes on.
 */
export type AccessTokens = (
  connectionId: string,
  options?: { signal?: AbortSignal | undefined; rejectedVersion?: number },
) => Promise<AccessToken>;

const expiryMarginMs = 5 * 60_000;
const maxRefreshesAtOnce = 3;

/**
 * One refresh per connection at a time: within this process by sharing the promise, across processes by the row's lock.
 * Throws a problem that needs reconnecting, or a passing one (`entra_unavailable`, …) that leaves the connection as it is.
 * Where Microsoft said how long to wait, nothing is asked before.
 */
export function createAccessTokens(deps: TokenDeps): AccessTokens {
  const refreshing = new Map<string, Promise<AccessToken>>();
  const askedToWait = new Map<string, { until: number; problem: Problem }>();
  const limit = createLimit(maxRefreshesAtOnce);

  return async (connectionId, { signal, rejectedVersion } = {}) => {
    const row = await getInCloud(deps.db, connectionId);
    if (row.status === 'reconnect_needed') throw reconnectProblem(row);
    if (isFresh(row, deps.now(), rejectedVersion)) return opened(deps, row);
    const running = refreshing.get(connectionId);
    if (running) return orGivenUp(running, signal);
    const wait = askedToWait.get(connectionId);
    const waitMs = wait ? wait.until - deps.now().getTime() : 0;
    if (wait && waitMs > 0) throw new Problem(wait.problem.code, { cause: wait.problem, retryAfterMs: waitMs });
    askedToWait.delete(connectionId);
    const started = limit(async () => {
      await deps.dataKeys(row.workspace_id); // before the transaction, which would want a second connection for it
      return refresh(deps, connectionId, rejectedVersion);
    }).finally(() => refreshing.delete(connectionId));
    refreshing.set(connectionId, started);
    started.catch((problem: unknown) => {
      if (!(problem instanceof Problem) || problem.retryAfterMs === undefined) return;
      askedToWait.set(connectionId, { until: deps.now().getTime() + problem.retryAfterMs, problem });
    });
    return orGivenUp(started, signal);
  };
}

/**
 * Runs with a token of a connection, and the address of Graph in its cloud. A token that Graph rejects before its time
 * (revoked, keys changed) is refreshed once.
 */
export async function withAccessToken<T>(
  accessTokens: AccessTokens,
  connectionId: string,
  signal: AbortSignal | undefined,
  run: (accessToken: string, graphBaseUrl: string) => Promise<T>,
): Promise<T> {
  const token = await accessTokens(connectionId, { signal });
  try {
    return await run(token.accessToken, token.graphBaseUrl);
  } catch (error) {
    if (!(error instanceof GraphError && error.status === 401)) throw error;
    const renewed = await accessTokens(connectionId, { signal, rejectedVersion: token.version });
    return run(renewed.accessToken, renewed.graphBaseUrl);
  }
}

/** Where the tokens of a connection are sealed: purpose, workspace, row and field are part of what is authenticated. */
export function tokenContext(
  row: { workspace_id: string; id: string },
  field: 'access_token' | 'refresh_token' | 'previous_refresh_token',
): SealContext {
  return { purpose: 'MeetingProvider.Tokens.v1', workspaceId: row.workspace_id, rowId: row.id, field };
}

/** The columns that hold a fresh set of tokens. */
export function sealedTokens(dataKey: DataKey, row: { workspace_id: string; id: string }, tokens: Tokens) {
  if (!tokens.refreshToken)
    throw new Problem('invalid_scope', {
      detail: 'Microsoft gave no refresh token: offline_access is not among the scopes.',
    });
  return {
    access_token: seal(dataKey, tokens.accessToken, tokenContext(row, 'access_token')),
    refresh_token: seal(dataKey, tokens.refreshToken, tokenContext(row, 'refresh_token')),
    access_token_expires_at: tokens.expiresAt,
    granted_scopes: tokens.scopes.join(' '),
  };
}

function isFresh(row: ConnectionRow, now: Date, rejectedVersion: number | undefined): boolean {
  if (rejectedVersion === row.token_version) return false;
  return row.access_token_expires_at.getTime() - now.getTime() > expiryMarginMs;
}

type RowInCloud = ConnectionRow & { cloud: Cloud | null };

async function opened(deps: TokenDeps, { cloud, ...row }: RowInCloud): Promise<AccessToken> {
  const dataKey = await deps.dataKeys(row.workspace_id);
  return {
    accessToken: open(dataKey, row.access_token, tokenContext(row, 'access_token')),
    version: row.token_version,
    connection: row,
    graphBaseUrl: deps.apps.graphBaseUrl(cloud),
  };
}

async function getInCloud(db: Kysely<Database>, id: string): Promise<RowInCloud> {
  return db
    .selectFrom('connections')
    .leftJoin('app_registrations', 'app_registrations.id', 'connections.registration_id')
    .selectAll('connections')
    .select('app_registrations.cloud')
    .where('connections.id', '=', id)
    .executeTakeFirstOrThrow(() => new Problem('not_connected'));
}

/** What Entra said to the registration's credentials is written down after the transaction, by another connection. */
async function refresh(deps: TokenDeps, id: string, rejectedVersion: number | undefined): Promise<AccessToken> {
  const afterwards: (() => Promise<void>)[] = [];
  try {
    const outcome = await refreshLocked(deps, { id, rejectedVersion, later: (work) => afterwards.push(work) });
    if (outcome instanceof Problem) throw outcome;
    return await opened(deps, outcome);
  } finally {
    for (const work of afterwards) await work();
  }
}

type Refresh = { id: string; rejectedVersion: number | undefined; later: (work: () => Promise<void>) => void };

/** Under the row's lock: whoever waited for it finds the tokens fresh and asks Microsoft nothing. */
async function refreshLocked(deps: TokenDeps, { id, rejectedVersion, later }: Refresh): Promise<RowInCloud | Problem> {
  return deps.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('connections')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirstOrThrow(() => new Problem('not_connected'));
    if (row.status === 'reconnect_needed') return reconnectProblem(row);
    if (isFresh(row, deps.now(), rejectedVersion)) return getInCloud(trx, id);
    const dataKey = await deps.dataKeys(row.workspace_id);
    const tokens = await askForTokens(deps, { row, dataKey, trx, later }).catch(refusalOfRefresh);
    if (!(tokens instanceof Problem)) {
      await storeRefreshed(deps, trx, row, dataKey, tokens);
      return getInCloud(trx, id);
    }
    if (!needsReconnect(tokens.code)) throw tokens;
    await markReconnectNeeded(trx, row, tokens, deps.now());
    return tokens; // returned, so that what was marked is committed
  });
}

type Asking = Pick<Refresh, 'later'> & { row: ConnectionRow; dataKey: DataKey; trx: Transaction<Database> };

/**
 * Asks as the registration that the tokens belong to, whatever people sign in through today. Tries the newest refresh
 * token, then (a rotation may have been lost) the one before it.
 */
async function askForTokens(deps: TokenDeps, { row, dataKey, trx, later }: Asking): Promise<Tokens> {
  const app = await deps.apps.get(row.workspace_id, row.registration_id, trx);
  const ask = (field: 'refresh_token' | 'previous_refresh_token', sealed: Buffer) => {
    const form = {
      refreshToken: open(dataKey, sealed, tokenContext(row, field)),
      // What was granted, not what is configured today: a scope added later must not break this connection.
      scopes: splitScopes(row.granted_scopes).concat('offline_access'),
    };
    return deps.apps.withCredential(app, (credential) => refreshTokens(deps, { ...app, credential }, form), {
      trx,
      later,
    });
  };
  try {
    return await ask('refresh_token', row.refresh_token);
  } catch (error) {
    const previous = row.previous_refresh_token;
    if (!previous || !needsReconnect(refusalOfRefresh(error).code)) throw error;
    // The first refusal is the telling one when both are refused.
    return ask('previous_refresh_token', previous).catch((second: unknown) => {
      throw needsReconnect(refusalOfRefresh(second).code) ? error : second;
    });
  }
}

const lostGrants = new Set(['invalid_grant', 'interaction_required', 'login_required', 'consent_required']);

/**
 * What a refused refresh means. Microsoft asks clients to go by `error`: a grant that it calls invalid stays so, whatever
 * number comes with it (a user who was deleted, say), unless the number is one that passes.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
function refusalOfRefresh(error: unknown): Problem {
  const problem = toProblem(error);
  const isLost = error instanceof TokenError && lostGrants.has(error.error);
  if (!isLost || problem.retryable || needsReconnect(problem.code)) return problem;
  return new Problem('reconnect_needed', { cause: error, provider: problem.provider });
}

/** Compare-and-set on `token_version`: tokens that are newer than the ones we read are never overwritten. */
async function storeRefreshed(
  deps: TokenDeps,
  trx: Transaction<Database>,
  row: ConnectionRow,
  dataKey: DataKey,
  tokens: Tokens,
): Promise<void> {
  const known = open(dataKey, row.refresh_token, tokenContext(row, 'refresh_token'));
  const rotated = tokens.refreshToken !== undefined && tokens.refreshToken !== known;
  await trx
    .updateTable('connections')
    .set({
      ...sealedTokens(dataKey, row, { ...tokens, refreshToken: tokens.refreshToken ?? known }),
      ...(rotated && { previous_refresh_token: seal(dataKey, known, tokenContext(row, 'previous_refresh_token')) }),
      token_version: row.token_version + 1,
      last_used_at: deps.now(),
      updated_at: deps.now(),
    })
    .where('id', '=', row.id)
    .where('token_version', '=', row.token_version)
    .execute();
}

/** Records why a person has to connect again, and says so once: only the change writes `connection.expired`. */
export async function markReconnectNeeded(
  trx: Kysely<Database>,
  row: ConnectionRow,
  problem: Problem,
  now: Date,
): Promise<void> {
  const changed = await trx
    .updateTable('connections')
    .set({
      status: 'reconnect_needed',
      problem_code: problem.code,
      provider_answer: problem.provider ? JSON.stringify(problem.provider) : null,
      updated_at: now,
    })
    .where('id', '=', row.id)
    .where('status', '=', 'connected')
    .executeTakeFirst();
  if (changed.numUpdatedRows === 0n) return;
  await trx
    .insertInto('outbox_events')
    .values({
      workspace_id: row.workspace_id,
      type: 'connection.expired',
      connection_id: row.id,
      data: JSON.stringify({ code: problem.code }),
      created_at: now,
    })
    .execute();
}

function reconnectProblem(row: ConnectionRow): Problem {
  return new Problem(
    row.problem_code ?? 'reconnect_needed',
    row.provider_answer ? { provider: row.provider_answer } : {},
  );
}

/** Runs at most `most` of the given tasks at once; the others wait in line. */
function createLimit(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= most) await new Promise<void>((go) => waiting.push(go));
    running += 1;
    try {
      return await task();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}

import { createHash, randomBytes } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { requireMember, type Principal } from '../access/principal.ts';
import { hashToken } from '../access/secret-token.ts';
import type { Database, MeetingKind } from '../database/schema.ts';
import { newId } from '../id.ts';
import type { Queue } from '../jobs/queue.ts';
import { getMe } from '../microsoft/directory.ts';
import {
  adminConsentUrl,
  authorizeUrl,
  parseAuthorizeError,
  redeemCode,
  type Account,
  type Tokens,
} from '../microsoft/entra.ts';
import { isPersonalTenant, missingScopes, scopesFor } from '../microsoft/permissions.ts';
import { toProblem } from '../microsoft/problems.ts';
import { Problem } from '../problem.ts';
import type { App } from '../registrations/apps.ts';
import { open, seal, type SealContext } from '../seal.ts';
import { splitScopes, type ConnectionRow, type ConnectionState } from './connection.ts';
import { sealedTokens, type MicrosoftApp, type TokenDeps } from './tokens.ts';

export type ConnectionDeps = TokenDeps & {
  /** Where Microsoft sends people back to, whether or not an app is configured yet. */
  redirectUri: string;
  queue: Queue;
  /** The deployment's own registration; `undefined` while it has none. */
  app: MicrosoftApp | undefined;
};
type Read = { db: Kysely<Database> };

const attemptMs = 10 * 60_000;
/** The link to admin consent is made to be passed on, so its state names no browser session. */
export const sharedConsentState = 'shared';

/**
 * Starts a consent with the workspace's registration, or the deployment's: state, nonce and PKCE verifier are kept for
 * this browser session, and the address of Microsoft's sign-in page is given. Throws `meetings_not_configured`, and
 * `app_credential_missing` where people would sign in for nothing.
 */
export async function startConnecting(deps: ConnectionDeps, principal: Principal): Promise<string> {
  const member = requireMember(principal);
  const app = configured(await deps.apps.findForSignIn(member.workspaceId));
  await deps.apps.requireCredential(app);
  const state = randomBytes(32).toString('base64url');
  const nonce = randomBytes(32).toString('base64url');
  const codeVerifier = randomBytes(32).toString('base64url');
  const stateHash = hashToken(state);
  const dataKey = await deps.dataKeys(member.workspaceId);
  await forgetOldAttempts(deps, member.memberId);
  await deps.db
    .insertInto('connect_attempts')
    .values({
      state_hash: stateHash,
      session_hash: member.sessionHash,
      workspace_id: member.workspaceId,
      member_id: member.memberId,
      nonce,
      code_verifier: seal(dataKey, codeVerifier, verifierContext(member.workspaceId, stateHash)),
      scopes: app.scopes.join(' '),
      registration_id: app.registrationId,
      expires_at: new Date(deps.now().getTime() + attemptMs),
      used_at: null,
      created_at: deps.now(),
    })
    .execute();
  const known = await findConnection(deps, member);
  return authorizeUrl(app, {
    scopes: app.scopes,
    state,
    nonce,
    codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    ...whomToAsk(known),
  });
}

/** Reconnecting goes to the account that was connected, unless that account can never hold meetings: then to a choice. */
function whomToAsk(known: ConnectionRow | undefined): { loginHint: string } | { prompt: 'select_account' } {
  const isOfUse = known && !isPersonalTenant(known.tenant_id) && known.problem_code !== 'account_disabled';
  return isOfUse && known.account_email ? { loginHint: known.account_email } : { prompt: 'select_account' };
}

/**
 * Ends a consent with what Microsoft sent to the callback: uses the state up (once, in the browser session that started
 * it), redeems the code and stores the connection. Throws a problem that says what happened and what to do.
 */
export async function finishConnecting(
  deps: ConnectionDeps,
  principal: Principal,
  params: URLSearchParams,
): Promise<ConnectionRow> {
  const member = requireMember(principal);
  configured(await deps.apps.findForSignIn(member.workspaceId));
  const attempt = await useAttempt(deps, member, params.get('state') ?? '');
  const app = await deps.apps.get(member.workspaceId, attempt.registration_id);
  if (params.has('error')) throw toProblem(parseAuthorizeError(params));
  const code = params.get('code');
  if (!code) throw new Problem('sign_in_interrupted');
  const dataKey = await deps.dataKeys(member.workspaceId);
  const form = {
    code,
    codeVerifier: open(dataKey, attempt.code_verifier, verifierContext(member.workspaceId, attempt.state_hash)),
    scopes: splitScopes(attempt.scopes),
    nonce: attempt.nonce,
  };
  try {
    const { tokens, account } = await deps.apps.withCredential(app, (credential) =>
      redeemCode(deps, { ...app, credential }, form),
    );
    const owner = { ...member, registrationId: app.registrationId };
    return await storeConnection(deps, owner, tokens, await nameAccount(deps, app, tokens, account));
  } catch (error) {
    throw toProblem(error);
  }
}

type Addressed = Pick<MicrosoftApp, 'authority' | 'tenant' | 'clientId' | 'redirectUri' | 'scopes'>;

/** The admin-consent link that a user sends to the administrator of their tenant. Throws `meetings_not_configured`. */
export function shareableConsentUrl(p: { app: Addressed | undefined }): string {
  const app = configured(p.app);
  return adminConsentUrl(app, { scopes: app.scopes, state: sharedConsentState });
}

/** The member's own connection, or `undefined`. */
export async function findConnection(deps: Read, { workspaceId, memberId }: { workspaceId: string; memberId: string }) {
  return deps.db
    .selectFrom('connections')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('member_id', '=', memberId)
    .where('provider', '=', 'teams')
    .executeTakeFirst();
}

export async function listConnections(deps: Read, workspaceId: string): Promise<ConnectionRow[]> {
  return deps.db
    .selectFrom('connections')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .orderBy('created_at')
    .execute();
}

/** Throws `not_found`, also for another workspace's connection. */
export async function getConnection(deps: Read, workspaceId: string, id: string): Promise<ConnectionRow> {
  return deps.db
    .selectFrom('connections')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

/** Throws `not_connected`, or what stands in the way of making meetings through it. */
export async function getUsableConnection(
  deps: Read,
  workspaceId: string,
  id: string,
  kind: MeetingKind = 'calendar',
): Promise<ConnectionRow> {
  const row = await deps.db
    .selectFrom('connections')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_connected'));
  if (isPersonalTenant(row.tenant_id)) throw new Problem('personal_account');
  const state = connectionState(row, [...scopesNeeded[kind]]);
  if (state.state === 'reconnect_needed') throw state.problem;
  return row;
}

/** The connection that can act in a mailbox: the remembered one if it still can, else any of the workspace's. */
export async function findConnectionOfMailbox(
  deps: Read,
  mailbox: { workspaceId: string; tenantId: string; objectId: string },
): Promise<ConnectionRow | undefined> {
  return deps.db
    .selectFrom('connections')
    .selectAll()
    .where('workspace_id', '=', mailbox.workspaceId)
    .where('tenant_id', '=', mailbox.tenantId)
    .where('object_id', '=', mailbox.objectId)
    .orderBy('status') // 'connected' comes before 'reconnect_needed'
    .orderBy('created_at')
    .executeTakeFirst();
}

/** Forgets a connection and its tokens. What the user granted at Microsoft remains until they remove it there. */
export async function disconnect(
  deps: Pick<ConnectionDeps, 'db' | 'now'>,
  workspaceId: string,
  id: string,
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    if (!(await disconnectIn(trx, { workspace_id: workspaceId, id }, deps.now()))) throw new Problem('not_found');
  });
}

/** False when there was nothing to delete. */
async function disconnectIn(trx: Kysely<Database>, row: { workspace_id: string; id: string }, now: Date) {
  const gone = await trx
    .deleteFrom('connections')
    .where('id', '=', row.id)
    .where('workspace_id', '=', row.workspace_id)
    .returning('id')
    .executeTakeFirst();
  if (gone) await recordEvent(trx, row, 'connection.deleted', now);
  return gone !== undefined;
}

async function recordEvent(
  trx: Kysely<Database>,
  row: { workspace_id: string; id: string },
  type: 'connection.created' | 'connection.deleted',
  now: Date,
): Promise<void> {
  await trx
    .insertInto('outbox_events')
    .values({ workspace_id: row.workspace_id, type, connection_id: row.id, data: '{}', created_at: now })
    .execute();
}

/** What the connection can do now, with what is missing: scopes come from the grant, not from our configuration. */
export function connectionState(row: ConnectionRow, requiredScopes: string[]): ConnectionState {
  if (isPersonalTenant(row.tenant_id)) return { state: 'personal_account' };
  const missing = missingScopes(requiredScopes, splitScopes(row.granted_scopes));
  if (row.status === 'reconnect_needed') {
    const problem = new Problem(row.problem_code ?? 'reconnect_needed', { provider: row.provider_answer ?? undefined });
    return { state: 'reconnect_needed', missingScopes: missing, problem };
  }
  if (missing.length === 0) return { state: 'connected' };
  const detail = `Microsoft did not grant ${missing.join(', ')} to this connection.`;
  return { state: 'reconnect_needed', missingScopes: missing, problem: new Problem('scopes_missing', { detail }) };
}

/** Whether meetings can be made through it now: connected, with a work account, and what they are made of may be written. */
export function canHoldMeetings(
  row: Pick<ConnectionRow, 'status' | 'tenant_id' | 'granted_scopes'>,
  kind: MeetingKind = 'calendar',
): boolean {
  if (row.status !== 'connected' || isPersonalTenant(row.tenant_id)) return false;
  return missingScopes(scopesNeeded[kind], splitScopes(row.granted_scopes)).length === 0;
}

const scopesNeeded = { calendar: scopesFor.meetings, standalone: scopesFor.meetingOptions };

/** Where the owner of the account sees and removes what they granted to applications. */
export function consentedAppsUrl(row: { tenant_id: string }): string {
  return isPersonalTenant(row.tenant_id)
    ? 'https://account.live.com/consent/Manage'
    : 'https://myapplications.microsoft.com/';
}

type Member = { workspaceId: string; memberId: string };

function configured<T>(app: T | undefined): T {
  if (!app) throw new Problem('meetings_not_configured');
  return app;
}

function verifierContext(workspaceId: string, stateHash: Buffer): SealContext {
  return { purpose: 'OAuth.State.v1', workspaceId, rowId: stateHash.toString('hex'), field: 'code_verifier' };
}

async function forgetOldAttempts({ db, now }: ConnectionDeps, memberId: string): Promise<void> {
  await db.deleteFrom('connect_attempts').where('member_id', '=', memberId).where('expires_at', '<', now()).execute();
}

async function useAttempt(deps: ConnectionDeps, member: Member & { sessionHash: Buffer }, state: string) {
  return deps.db
    .updateTable('connect_attempts')
    .set({ used_at: deps.now() })
    .where('state_hash', '=', hashToken(state))
    .where('session_hash', '=', member.sessionHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', deps.now())
    .returning(['state_hash', 'code_verifier', 'nonce', 'scopes', 'registration_id'])
    .executeTakeFirstOrThrow(() => new Problem('state_mismatch'));
}

/** The e-mail and name to show. The profile is a courtesy: without it the ID token's claims do. */
async function nameAccount(deps: ConnectionDeps, app: App, tokens: Tokens, account: Account): Promise<Account> {
  const graph = { fetch: deps.fetch, now: deps.now, baseUrl: app.graphBaseUrl };
  const me = await getMe(graph, tokens.accessToken).catch(() => undefined);
  if (!me) return account;
  return { ...account, email: me.mail ?? account.email ?? me.userPrincipalName, name: me.displayName ?? account.name };
}

/** One connection per member: connecting another account replaces it, connecting the same one renews it. */
export async function storeConnection(
  deps: ConnectionDeps,
  member: Member & { registrationId: string | null },
  tokens: Tokens,
  account: Account,
): Promise<ConnectionRow> {
  const dataKey = await deps.dataKeys(member.workspaceId);
  return deps.db.transaction().execute(async (trx) => {
    // The member's row is the lock under which two browsers of one person take turns.
    await trx.selectFrom('members').select('id').where('id', '=', member.memberId).forUpdate().execute();
    const known = await findConnection({ db: trx }, member);
    const same = known?.tenant_id === account.tenantId && known.object_id === account.objectId;
    if (known && !same) await disconnectIn(trx, known, deps.now());
    const row = { id: known && same ? known.id : newId('con'), workspace_id: member.workspaceId };
    const columns = {
      registration_id: member.registrationId,
      status: 'connected' as const,
      problem_code: null,
      provider_answer: null,
      account_email: account.email ?? null,
      account_name: account.name ?? null,
      ...sealedTokens(dataKey, row, tokens),
      previous_refresh_token: null,
      last_used_at: deps.now(),
      updated_at: deps.now(),
    };
    const stored = same
      ? await trx
          .updateTable('connections')
          // Counted in the row: a refresh may have written tokens since it was read.
          .set({ ...columns, token_version: sql`token_version + 1` })
          .where('id', '=', row.id)
          .returningAll()
          .executeTakeFirstOrThrow()
      : await trx
          .insertInto('connections')
          .values({ ...row, ...ownedBy(member, account), created_at: deps.now(), ...columns, token_version: 1 })
          .returningAll()
          .executeTakeFirstOrThrow();
    await recordEvent(trx, stored, 'connection.created', deps.now());
    await deps.queue.send(trx, 'resume-meetings', { connectionId: stored.id }, { singletonKey: stored.id });
    return stored;
  });
}

function ownedBy(member: Member, account: Account) {
  return {
    member_id: member.memberId,
    provider: 'teams' as const,
    kind: 'delegated' as const,
    tenant_id: account.tenantId,
    object_id: account.objectId,
  };
}

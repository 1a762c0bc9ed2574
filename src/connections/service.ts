import { sql, type Kysely, type Transaction } from 'kysely';
import { requireMember, type Principal } from '../access/principal.ts';
import type { Database, MeetingKind } from '../database/schema.ts';
import { newId } from '../id.ts';
import type { Queue } from '../jobs/queue.ts';
import { adminConsentUrl, type Account, type Tokens } from '../microsoft/entra.ts';
import { isPersonalTenant, missingScopes, scopesFor } from '../microsoft/permissions.ts';
import { Problem } from '../problem.ts';
import { redeemAttempt, startAttempt, useAttempt } from './attempts.ts';
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

/** The link to admin consent is made to be passed on, so its state names no browser session. */
export const sharedConsentState = 'shared';

/**
 * Starts a consent of a member with the workspace's registration, or the deployment's, and gives the address of
 * Microsoft's sign-in page. Throws `meetings_not_configured`, `app_credential_missing`.
 */
export async function startConnecting(deps: ConnectionDeps, principal: Principal): Promise<string> {
  const { workspaceId, memberId, sessionHash } = requireMember(principal);
  const app = configured(await deps.apps.findForSignIn(workspaceId));
  const known = await findConnection(deps, { workspaceId, memberId });
  return startAttempt(deps, {
    workspaceId,
    who: { memberId, sessionHash },
    app,
    scopes: app.scopes,
    ask: whomToAsk(known),
  });
}

/** Reconnecting goes to the account that was connected, unless that account can never hold meetings: then to a choice. */
export function whomToAsk(known: ConnectionRow | undefined): { loginHint: string } | { prompt: 'select_account' } {
  const isOfUse = known && !isPersonalTenant(known.tenant_id) && known.problem_code !== 'account_disabled';
  return isOfUse && known.account_email ? { loginHint: known.account_email } : { prompt: 'select_account' };
}

/**
 * Ends a member's consent with what Microsoft sent to the callback: uses the state up (once, in the browser session that
 * started it), redeems the code and stores the connection. Throws a problem that says what happened and what to do.
 */
export async function finishConnecting(
  deps: ConnectionDeps,
  principal: Principal,
  params: URLSearchParams,
): Promise<ConnectionRow> {
  const { workspaceId, memberId, sessionHash } = requireMember(principal);
  configured(await deps.apps.findForSignIn(workspaceId));
  const attempt = await useAttempt(deps, { sessionHash }, params.get('state') ?? '');
  const { app, tokens, account } = await redeemAttempt(deps, attempt, params);
  return storeConnection(deps, { workspaceId, memberId, registrationId: app.registrationId }, tokens, account);
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
  data: object = {},
): Promise<void> {
  await trx
    .insertInto('outbox_events')
    .values({
      workspace_id: row.workspace_id,
      type,
      connection_id: row.id,
      data: JSON.stringify(data),
      created_at: now,
    })
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

/** Throws `meetings_not_configured` where there is no app registration. */
export function configured<T>(app: T | undefined): T {
  if (!app) throw new Problem('meetings_not_configured');
  return app;
}

/** Whose a connection is to be: a member's, or (`null`) of whoever signed in. */
export type NewOwner = {
  workspaceId: string;
  memberId: string | null;
  registrationId: string | null;
  externalId?: string | null;
  metadata?: Record<string, unknown>;
};

/**
 * Stores a connection. Connecting the same account renews it. A member has one: connecting another account replaces it.
 */
export async function storeConnection(
  deps: ConnectionDeps,
  owner: NewOwner,
  tokens: Tokens,
  account: Account,
): Promise<ConnectionRow> {
  await deps.dataKeys(owner.workspaceId); // before the transaction, which would want a second connection for it
  return deps.db.transaction().execute((trx) => storeConnectionIn(deps, trx, owner, { tokens, account }));
}

/** {@link storeConnection} in the caller's transaction. */
export async function storeConnectionIn(
  deps: ConnectionDeps,
  trx: Transaction<Database>,
  owner: NewOwner,
  { tokens, account }: { tokens: Tokens; account: Account },
): Promise<ConnectionRow> {
  const dataKey = await deps.dataKeys(owner.workspaceId);
  const known = await findKnown(trx, owner, account);
  const same = known?.tenant_id === account.tenantId && known.object_id === account.objectId;
  if (known && !same) await disconnectIn(trx, known, deps.now());
  const row = { id: known && same ? known.id : newId('con'), workspace_id: owner.workspaceId };
  const columns = {
    registration_id: owner.registrationId,
    status: 'connected' as const,
    problem_code: null,
    provider_answer: null,
    account_email: account.email ?? null,
    account_name: account.name ?? null,
    ...sealedTokens(dataKey, row, tokens),
    previous_refresh_token: null,
    ...(typeof owner.externalId === 'string' && { external_id: owner.externalId }),
    ...(owner.metadata && { metadata: JSON.stringify(owner.metadata) }),
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
        .values({ ...row, ...ownedBy(owner, account), created_at: deps.now(), ...columns, token_version: 1 })
        .returningAll()
        .executeTakeFirstOrThrow();
  await recordEvent(trx, stored, 'connection.created', deps.now(), { renewed: same });
  await deps.queue.send(trx, 'resume-meetings', { connectionId: stored.id }, { singletonKey: stored.id });
  return stored;
}

/** The connection that a new one renews or replaces. Those who store one at the same time take turns. */
async function findKnown(trx: Transaction<Database>, { workspaceId, memberId }: NewOwner, account: Account) {
  if (memberId !== null) {
    await trx.selectFrom('members').select('id').where('id', '=', memberId).forUpdate().execute();
    return findConnection({ db: trx }, { workspaceId, memberId });
  }
  await trx.selectFrom('workspaces').select('id').where('id', '=', workspaceId).forNoKeyUpdate().execute();
  return trx
    .selectFrom('connections')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('member_id', 'is', null)
    .where('tenant_id', '=', account.tenantId)
    .where('object_id', '=', account.objectId)
    .executeTakeFirst();
}

function ownedBy({ memberId }: NewOwner, account: Account) {
  return {
    member_id: memberId,
    provider: 'teams' as const,
    kind: 'delegated' as const,
    tenant_id: account.tenantId,
    object_id: account.objectId,
  };
}

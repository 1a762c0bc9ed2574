import { createHash, randomBytes } from 'node:crypto';
import type { Selectable } from 'kysely';
import { hashToken } from '../access/secret-token.ts';
import type { ConnectAttempts } from '../database/schema.ts';
import { getMe } from '../microsoft/directory.ts';
import { authorizeUrl, parseAuthorizeError, redeemCode, type Account, type Tokens } from '../microsoft/entra.ts';
import { toProblem } from '../microsoft/problems.ts';
import { Problem } from '../problem.ts';
import type { App } from '../registrations/apps.ts';
import { open, seal, type SealContext } from '../seal.ts';
import { splitScopes } from './connection.ts';
import type { TokenDeps } from './tokens.ts';

type AttemptRow = Selectable<ConnectAttempts>;

type Start = {
  workspaceId: string;
  /** Whose account it is to be: a member's own, or of somebody who came by a link. */
  who: { memberId: string; sessionHash: Buffer } | { linkId: string };
  app: App;
  scopes: string[];
  ask: { loginHint: string } | { prompt: 'select_account' };
};

const attemptMs = 10 * 60_000;

/**
 * Starts one run through Microsoft's consent: state, nonce and PKCE verifier are kept for this browser, and the address of
 * Microsoft's sign-in page is given. Throws `app_credential_missing` where people would sign in for nothing.
 */
export async function startAttempt(deps: TokenDeps, start: Start): Promise<string> {
  const { workspaceId, who, app, scopes, ask } = start;
  await deps.apps.requireCredential(app);
  const state = randomBytes(32).toString('base64url');
  const nonce = randomBytes(32).toString('base64url');
  const codeVerifier = randomBytes(32).toString('base64url');
  const stateHash = hashToken(state);
  const dataKey = await deps.dataKeys(workspaceId);
  await forgetOldAttempts(deps);
  await deps.db
    .insertInto('connect_attempts')
    .values({
      state_hash: stateHash,
      session_hash: 'memberId' in who ? who.sessionHash : null,
      workspace_id: workspaceId,
      member_id: 'memberId' in who ? who.memberId : null,
      link_id: 'linkId' in who ? who.linkId : null,
      nonce,
      code_verifier: seal(dataKey, codeVerifier, verifierContext(workspaceId, stateHash)),
      scopes: scopes.join(' '),
      registration_id: app.registrationId,
      expires_at: new Date(deps.now().getTime() + attemptMs),
      used_at: null,
      created_at: deps.now(),
    })
    .execute();
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  return authorizeUrl(app, { scopes, state, nonce, codeChallenge, ...ask });
}

/** The link by which somebody came whose answer carries this state; `undefined` for every other state. */
export async function findLinkOfState({ db }: Pick<TokenDeps, 'db'>, state: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('connect_attempts')
    .select('link_id')
    .where('state_hash', '=', hashToken(state))
    .executeTakeFirst();
  return row?.link_id ?? undefined;
}

/** The browser that started an attempt: by the session of a member, or by the cookie that the link was opened with. */
export type StartedBy = { sessionHash: Buffer } | { openedBy: Buffer };

/** Uses an attempt up: once, in the browser that started it, in time. Throws `state_mismatch`. */
export async function useAttempt(deps: TokenDeps, by: StartedBy, state: string): Promise<AttemptRow> {
  return deps.db
    .updateTable('connect_attempts')
    .set({ used_at: deps.now() })
    .where('state_hash', '=', hashToken(state))
    .where((where) =>
      'sessionHash' in by
        ? where('session_hash', '=', by.sessionHash)
        : where('link_id', 'in', where.selectFrom('connect_links').select('id').where('opened_by', '=', by.openedBy)),
    )
    .where('used_at', 'is', null)
    .where('expires_at', '>', deps.now())
    .returningAll()
    .executeTakeFirstOrThrow(() => new Problem('state_mismatch'));
}

export type SignedIn = { app: App; tokens: Tokens; account: Account };

/** What Microsoft's answer to an attempt is worth: tokens, and the proven account. Throws the problem that says why not. */
export async function redeemAttempt(deps: TokenDeps, attempt: AttemptRow, params: URLSearchParams): Promise<SignedIn> {
  const app = await deps.apps.get(attempt.workspace_id, attempt.registration_id);
  if (params.has('error')) throw toProblem(parseAuthorizeError(params));
  const code = params.get('code');
  if (!code) throw new Problem('sign_in_interrupted');
  const dataKey = await deps.dataKeys(attempt.workspace_id);
  const form = {
    code,
    codeVerifier: open(dataKey, attempt.code_verifier, verifierContext(attempt.workspace_id, attempt.state_hash)),
    scopes: splitScopes(attempt.scopes),
    nonce: attempt.nonce,
  };
  try {
    const { tokens, account } = await deps.apps.withCredential(app, (credential) =>
      redeemCode(deps, { ...app, credential }, form),
    );
    return { app, tokens, account: await nameAccount(deps, app, tokens, account) };
  } catch (error) {
    throw toProblem(error);
  }
}

/** The e-mail and name to show. The profile is a courtesy: without it the ID token's claims do. */
export async function nameAccount(deps: TokenDeps, app: App, tokens: Tokens, account: Account): Promise<Account> {
  const graph = { fetch: deps.fetch, now: deps.now, baseUrl: app.graphBaseUrl };
  const me = await getMe(graph, tokens.accessToken).catch(() => undefined);
  if (!me) return account;
  return { ...account, email: me.mail ?? account.email ?? me.userPrincipalName, name: me.displayName ?? account.name };
}

function verifierContext(workspaceId: string, stateHash: Buffer): SealContext {
  return { purpose: 'OAuth.State.v1', workspaceId, rowId: stateHash.toString('hex'), field: 'code_verifier' };
}

async function forgetOldAttempts({ db, now }: Pick<TokenDeps, 'db' | 'now'>): Promise<void> {
  await db.deleteFrom('connect_attempts').where('expires_at', '<', now()).execute();
}

import { parseTokenError, TokenError, type Leg } from './token-error.ts';
import { verifyIdToken, type Account } from './id-token.ts';
import { retryAfterMs } from './retry-after.ts';
import { tokenAnswer } from './wire.ts';

export { IdTokenError, type Account } from './id-token.ts';
export { parseAuthorizeError, TokenError } from './token-error.ts';

/** Our identity in Entra ID, as one tenant (or `common`) is asked for it. */
export type EntraApp = {
  /** `https://login.microsoftonline.com`, a national cloud, or a stand-in. */
  authority: string;
  /** `common`, `organizations` or a tenant's GUID. */
  tenant: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
};

export type EntraDeps = { fetch: typeof fetch; now: () => Date };

export type Tokens = {
  accessToken: string;
  /** Absent when Entra kept the old one: keep it too. */
  refreshToken?: string;
  expiresAt: Date;
  /** What was granted, as Entra lists it. */
  scopes: string[];
  idToken?: string;
};

const SIGN_IN_SCOPES = ['openid', 'profile', 'email', 'offline_access'];
const TIMEOUT_MS = 20_000;

/** Where to send the person: authorization code with PKCE (S256). `prompt=consent` is never asked for: it forces admin approval. */
export function authorizeUrl(
  app: EntraApp,
  p: {
    scopes: string[];
    state: string;
    nonce: string;
    codeChallenge: string;
    loginHint?: string;
    /** Claims challenge of an earlier `TokenError` or `GraphError`, as it came. */
    claims?: string;
    prompt?: 'select_account' | 'login';
  },
): string {
  return urlWith(`${tenantUrl(app)}/oauth2/v2.0/authorize`, {
    client_id: app.clientId,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: app.redirectUri,
    scope: withSignIn(p.scopes),
    state: p.state,
    nonce: p.nonce,
    code_challenge: p.codeChallenge,
    code_challenge_method: 'S256',
    login_hint: p.loginHint,
    claims: p.claims,
    prompt: p.prompt,
  });
}

/**
 * Where an administrator approves the app for the whole tenant (v2). The answer comes to the redirect URI and carries
 * `admin_consent=True` on refusals too, so look for `error` first; its `tenant` can be forged and proves nothing.
 */
export function adminConsentUrl(app: EntraApp, p: { tenant?: string; scopes: string[]; state: string }): string {
  const tenant = p.tenant ?? (app.tenant === 'common' ? 'organizations' : app.tenant);
  return urlWith(`${tenantUrl({ ...app, tenant })}/v2.0/adminconsent`, {
    client_id: app.clientId,
    scope: withSignIn(p.scopes),
    redirect_uri: app.redirectUri,
    state: p.state,
  });
}

/** Turns the code of the callback into tokens and the proven account. Throws `TokenError`, or `IdTokenError` when the proof fails. */
export async function redeemCode(
  deps: EntraDeps,
  app: EntraApp,
  p: { code: string; codeVerifier: string; scopes: string[]; nonce: string; signal?: AbortSignal | undefined },
): Promise<{ tokens: Tokens; account: Account }> {
  const tokens = await requestTokens(deps, app, {
    leg: 'authorization_code',
    scopes: p.scopes,
    form: { code: p.code, code_verifier: p.codeVerifier, redirect_uri: app.redirectUri },
    signal: p.signal,
  });
  const account = await verifyIdToken(deps, app, { idToken: tokens.idToken, nonce: p.nonce, signal: p.signal });
  return { tokens, account };
}

/** New tokens for a stored refresh token. Entra keeps the old refresh token valid, so an answer that is lost does no harm. */
export function refreshTokens(
  deps: EntraDeps,
  app: EntraApp,
  p: { refreshToken: string; scopes: string[]; signal?: AbortSignal | undefined },
): Promise<Tokens> {
  const form = { refresh_token: p.refreshToken };
  return requestTokens(deps, app, { leg: 'refresh_token', scopes: p.scopes, form, signal: p.signal });
}

type Grant = {
  leg: 'authorization_code' | 'refresh_token';
  scopes: string[];
  form: Record<string, string>;
  signal: AbortSignal | undefined;
};

async function requestTokens(deps: EntraDeps, app: EntraApp, grant: Grant): Promise<Tokens> {
  const body = new URLSearchParams({
    grant_type: grant.leg,
    client_id: app.clientId,
    client_secret: app.clientSecret,
    scope: withSignIn(grant.scopes),
    ...grant.form,
  });
  const { response, json } = await post(deps, `${tenantUrl(app)}/oauth2/v2.0/token`, body, grant);
  const answer = response.ok ? tokenAnswer.safeParse(json).data : undefined;
  if (!answer) throw refusal(deps, response, json, grant.leg);
  return {
    accessToken: answer.access_token,
    expiresAt: new Date(deps.now().getTime() + answer.expires_in * 1000),
    // RFC 6749, section 5.1: no scope in the answer means what was asked for.
    scopes: answer.scope === undefined ? grant.scopes : words(answer.scope),
    ...(answer.refresh_token === undefined ? {} : { refreshToken: answer.refresh_token }),
    ...(answer.id_token === undefined ? {} : { idToken: answer.id_token }),
  };
}

async function post(deps: EntraDeps, url: string, body: URLSearchParams, grant: Grant) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await deps.fetch(url, {
      method: 'POST',
      body,
      headers: { accept: 'application/json', 'client-request-id': crypto.randomUUID() },
      redirect: 'manual',
      signal: grant.signal ? AbortSignal.any([grant.signal, timeout]) : timeout,
    });
    return { response, json: parseJson(await response.text()) };
  } catch (cause) {
    const timedOut = cause instanceof Error && (cause.name === 'TimeoutError' || cause.name === 'AbortError');
    throw new TokenError({ status: 0, leg: grant.leg, error: timedOut ? 'timeout' : 'network_error', cause });
  }
}

function refusal(deps: EntraDeps, response: Response, json: unknown, leg: Leg): TokenError {
  const body = typeof json === 'object' && json !== null ? { ...json } : {};
  const answer = { status: response.status, leg, retryAfterMs: retryAfterMs(response.headers, deps.now()) };
  if ('error' in body) return parseTokenError({ ...answer, body });
  return new TokenError({ ...answer, error: 'unreadable_answer' });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tenantUrl(app: EntraApp): string {
  return `${app.authority.replace(/\/$/, '')}/${encodeURIComponent(app.tenant)}`;
}

function withSignIn(scopes: string[]): string {
  const present = new Set(scopes.map((scope) => scope.toLowerCase()));
  return [...scopes, ...SIGN_IN_SCOPES.filter((scope) => !present.has(scope))].join(' ');
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function urlWith(base: string, query: Record<string, string | undefined>): string {
  const url = new URL(base);
  for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, value);
  // Entra reads %20 everywhere; a “+” only where it parses the query as a form.
  return url.href.replaceAll('+', '%20');
}

import type { AppCredential } from './credential.ts';
import { isGuid } from './guid.ts';
import { verifyIdToken, type Account } from './id-token.ts';
import { requestToken, tenantUrl, type EntraDeps } from './token-endpoint.ts';
import { parseAuthorizeError, type TokenError } from './token-error.ts';

export { graphDefaultScope, requestAppToken, type AppToken } from './app-token.ts';
export type { AppCredential } from './credential.ts';
export { IdTokenError, type Account } from './id-token.ts';
export { SsoTokenError, verifySsoToken, type SsoAccount } from './sso-token.ts';
export type { EntraDeps } from './token-endpoint.ts';
export { parseAuthorizeError, TokenError } from './token-error.ts';

/** Our identity in Entra ID, as one tenant (or `common`) is asked for it. */
export type EntraApp = {
  /** `https://login.microsoftonline.com`, a national cloud, or a stand-in. */
  authority: string;
  /** `common`, `organizations` or a tenant's GUID. */
  tenant: string;
  clientId: string;
  redirectUri: string;
} & (
  | { clientSecret: string; credential?: undefined }
  | {
      /** A certificate, or the secret in another form. */
      credential: AppCredential;
      clientSecret?: undefined;
    }
);

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

/** Where to send the person: authorization code with PKCE (S256). `prompt=consent` is never asked for: it forces admin approval. */
export function authorizeUrl(
  app: Pick<EntraApp, 'authority' | 'tenant' | 'clientId' | 'redirectUri'>,
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
 * Where an administrator approves the app for the whole tenant (v2): delegated scopes, or `graphDefaultScope()` alone
 * for everything on the registration, which is the only way to application permissions.
 */
export function adminConsentUrl(
  app: Pick<EntraApp, 'authority' | 'tenant' | 'clientId' | 'redirectUri'>,
  p: { tenant?: string; scopes: string[]; state: string },
): string {
  const tenant = p.tenant ?? (app.tenant === 'common' ? 'organizations' : app.tenant);
  return urlWith(`${tenantUrl({ ...app, tenant })}/v2.0/adminconsent`, {
    client_id: app.clientId,
    scope: withSignIn(p.scopes),
    redirect_uri: app.redirectUri,
    state: p.state,
  });
}

/** What came back from `adminConsentUrl`. A consent is a claim until a token of `claimedTenant` was obtained. */
export type AdminConsent =
  | {
      kind: 'consented';
      state: string | undefined;
      /** Anybody can write this into the address: never more than the tenant to ask for a token next. */
      claimedTenant: string | undefined;
      scopes: string[];
    }
  | { kind: 'refused'; state: string | undefined; error: TokenError };

/** Reads the callback of admin consent, the error first: `admin_consent=True` comes with refusals too. */
export function parseAdminConsent(params: URLSearchParams): AdminConsent {
  const state = params.get('state') ?? undefined;
  const consented = params.get('admin_consent')?.toLowerCase() === 'true';
  if (params.has('error') || !consented) return { kind: 'refused', state, error: parseAuthorizeError(params) };
  const tenant = params.get('tenant');
  return {
    kind: 'consented',
    state,
    claimedTenant: tenant && isGuid(tenant) ? tenant.toLowerCase() : undefined,
    scopes: words(params.get('scope') ?? ''),
  };
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

/** {@link refreshTokens} for a refresh token that another program was given, with the account that it is of. */
export async function redeemRefreshToken(
  deps: EntraDeps,
  app: EntraApp,
  p: { refreshToken: string; scopes: string[] },
): Promise<{ tokens: Tokens; account: Account }> {
  const tokens = await refreshTokens(deps, app, p);
  const account = await verifyIdToken(deps, app, { idToken: tokens.idToken, nonce: undefined });
  return { tokens: { ...tokens, refreshToken: tokens.refreshToken ?? p.refreshToken }, account };
}

/**
 * Graph tokens for the person behind a token that was sent to our API, which must be ours by its audience: never hand in
 * one that `verifySsoToken` did not take. `app.tenant` is the person's tenant. Throws `TokenError`; `consent_required`
 * and the like mean that the person has to be asked.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow
 */
export function exchangeOnBehalfOf(
  deps: EntraDeps,
  app: EntraApp,
  p: { assertion: string; scopes: string[]; signal?: AbortSignal | undefined },
): Promise<Tokens> {
  const form = { assertion: p.assertion, requested_token_use: 'on_behalf_of' };
  return requestTokens(deps, app, { leg: 'on_behalf_of', scopes: p.scopes, form, signal: p.signal });
}

type Grant = {
  leg: 'authorization_code' | 'refresh_token' | 'on_behalf_of';
  scopes: string[];
  form: Record<string, string>;
  signal: AbortSignal | undefined;
};

async function requestTokens(deps: EntraDeps, app: EntraApp, grant: Grant): Promise<Tokens> {
  const credential = app.credential ?? { kind: 'secret', secret: app.clientSecret };
  const answer = await requestToken(
    deps,
    { ...app, credential },
    { leg: grant.leg, form: { scope: withSignIn(grant.scopes), ...grant.form }, signal: grant.signal },
  );
  return {
    accessToken: answer.access_token,
    expiresAt: answer.expiresAt,
    // RFC 6749, section 5.1: no scope in the answer means what was asked for.
    scopes: answer.scope === undefined ? grant.scopes : words(answer.scope),
    ...(answer.refresh_token === undefined ? {} : { refreshToken: answer.refresh_token }),
    ...(answer.id_token === undefined ? {} : { idToken: answer.id_token }),
  };
}

/** `.default` stands for every permission there is and stands alone: Entra refuses it beside others. */
function withSignIn(scopes: string[]): string {
  if (scopes.some((scope) => scope.endsWith('.default'))) return scopes.join(' ');
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

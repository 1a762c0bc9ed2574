import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet } from 'jose';
import type { ZodType } from 'zod';
import { isGuid } from './guid.ts';
import { isPersonalTenant } from './permissions.ts';
import { TokenError } from './token-error.ts';
import { discoveryAnswer, idTokenClaims, keySetAnswer } from './wire.ts';

const CLOCK_TOLERANCE_S = 300;
const METADATA_MAX_AGE_MS = 24 * 60 * 60 * 1000;
const TIMEOUT_MS = 10_000;

/** Who signed in: identified by `tenantId` and `objectId` only; the e-mail is for display and may change. */
export type Account = {
  tenantId: string;
  objectId: string;
  email: string | undefined;
  name: string | undefined;
  /** True for a personal Microsoft account, which cannot make Teams meetings. */
  personal: boolean;
};

type Deps = { fetch: typeof fetch; now: () => Date };
type Issuer = { authority: string; tenant: string; clientId: string };
type Reason =
  'missing' | 'malformed' | 'signature' | 'audience' | 'issuer' | 'tenant' | 'account_type' | 'nonce' | 'time';

/** The ID token does not prove who signed in; `reason` names the check that failed. */
export class IdTokenError extends Error {
  override readonly name = 'IdTokenError';
  readonly reason: Reason;

  constructor(reason: Reason, cause?: unknown) {
    super(`ID token: ${reason}`, { cause });
    this.reason = reason;
  }
}

/**
 * Verifies an ID token (OpenID Connect Core, section 3.1.3.7, and Entra docs: “ID tokens”): signature, audience, issuer
 * with the token's own tenant in the place of `{tenantid}`, tenant lock, nonce, and times with five minutes' tolerance.
 */
export async function verifyIdToken(
  deps: Deps,
  app: Issuer,
  p: { idToken: string | undefined; nonce: string; signal?: AbortSignal | undefined },
): Promise<Account> {
  if (p.idToken === undefined) throw new IdTokenError('missing');
  const { issuer, payload } = await verifySignature(deps, app, p.idToken, p.signal);
  const claims = idTokenClaims.safeParse(payload).data;
  if (!claims) throw new IdTokenError('malformed');
  const tenantId = claims.tid.toLowerCase();
  const personal = isPersonalTenant(tenantId) || claims.idp === 'live.com';
  if (claims.iss !== issuer.replace('{tenantid}', claims.tid)) throw new IdTokenError('issuer');
  if (isGuid(app.tenant) && tenantId !== app.tenant.toLowerCase()) throw new IdTokenError('tenant');
  if (app.tenant === 'organizations' && isPersonalTenant(tenantId)) throw new IdTokenError('account_type');
  if (claims.nonce !== p.nonce) throw new IdTokenError('nonce');
  return { tenantId, objectId: claims.oid.toLowerCase(), email: emailOf(claims), name: claims.name, personal };
}

function emailOf(claims: { email?: string | undefined; preferred_username?: string | undefined }): string | undefined {
  return [claims.email, claims.preferred_username].find((address) => address?.includes('@'));
}

async function verifySignature(deps: Deps, app: Issuer, idToken: string, signal: AbortSignal | undefined) {
  const cached = await metadata(deps, app, signal);
  try {
    return { issuer: cached.issuer, payload: await verify(deps, app, idToken, cached.keys) };
  } catch (error) {
    if (!(error instanceof errors.JWKSNoMatchingKey)) throw idTokenError(error);
  }
  // A key that we do not know: Entra rolled its keys over. Ask for the new ones, once.
  const fresh = await metadata(deps, app, signal, { fresh: true });
  try {
    return { issuer: fresh.issuer, payload: await verify(deps, app, idToken, fresh.keys) };
  } catch (error) {
    throw idTokenError(error);
  }
}

async function verify(deps: Deps, app: Issuer, idToken: string, keys: JSONWebKeySet) {
  const { payload } = await jwtVerify(idToken, createLocalJWKSet(keys), {
    algorithms: ['RS256'],
    audience: app.clientId,
    currentDate: deps.now(),
    clockTolerance: CLOCK_TOLERANCE_S,
    requiredClaims: ['iss', 'aud', 'exp', 'iat', 'tid', 'oid', 'nonce'],
  });
  // jose compares `iat` only when asked for a maximum age; a token from the future means that a clock is wrong.
  if ((payload.iat ?? 0) > deps.now().getTime() / 1000 + CLOCK_TOLERANCE_S) throw new IdTokenError('time');
  return payload;
}

function idTokenError(error: unknown): IdTokenError {
  if (error instanceof IdTokenError) return error;
  if (error instanceof errors.JWTExpired) return new IdTokenError('time', error);
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf' || error.claim === 'iat') return new IdTokenError('time', error);
    return new IdTokenError(error.claim === 'aud' && error.reason === 'check_failed' ? 'audience' : 'malformed', error);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return new IdTokenError('signature', error);
  }
  return new IdTokenError('malformed', error);
}

type Metadata = { issuer: string; keys: JSONWebKeySet; readAt: number };

/** Entra's metadata, remembered for as long as the `fetch` that read it lives: a test's `fetch` never sees another's keys. */
const remembered = new WeakMap<typeof fetch, Map<string, Metadata>>();

async function metadata(
  deps: Deps,
  app: Issuer,
  signal: AbortSignal | undefined,
  { fresh = false } = {},
): Promise<Metadata> {
  const known = remembered.get(deps.fetch) ?? new Map<string, Metadata>();
  remembered.set(deps.fetch, known);
  const base = `${app.authority.replace(/\/$/, '')}/${encodeURIComponent(app.tenant)}`;
  const now = deps.now().getTime();
  const cached = known.get(base);
  if (cached && !fresh && Math.abs(now - cached.readAt) < METADATA_MAX_AGE_MS) return cached;
  const discovery = await getJson(deps, `${base}/v2.0/.well-known/openid-configuration`, discoveryAnswer, signal);
  const keys = await getJson(deps, discovery.jwks_uri, keySetAnswer, signal);
  const read = { issuer: discovery.issuer, keys, readAt: now };
  known.set(base, read);
  return read;
}

async function getJson<T>(deps: Deps, url: string, schema: ZodType<T>, signal: AbortSignal | undefined): Promise<T> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  let text: string;
  try {
    response = await deps.fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (cause) {
    throw new TokenError({ status: 0, leg: 'metadata', error: 'network_error', cause });
  }
  try {
    if (response.ok) return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TokenError({ status: response.status, leg: 'metadata', error: 'unreadable_answer', cause });
  }
  throw new TokenError({ status: response.status, leg: 'metadata', error: 'unreadable_answer' });
}

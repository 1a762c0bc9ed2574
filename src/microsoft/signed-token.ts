import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import type { ZodType } from 'zod';
import { TokenError } from './token-error.ts';
import { discoveryAnswer, keySetAnswer } from './wire.ts';

const CLOCK_TOLERANCE_S = 300;
const METADATA_MAX_AGE_MS = 24 * 60 * 60 * 1000;
const TIMEOUT_MS = 10_000;

type Deps = { fetch: typeof fetch; now: () => Date };
/** Whose metadata says which keys sign: a tenant, or `common` and its like, at its authority. */
export type Signer = { authority: string; tenant: string };
type Wanted = {
  /** The token must be for one of these. */
  audiences: string[];
  requiredClaims: string[];
  signal?: AbortSignal | undefined;
};

/** A token that Entra did not sign, or not for us, or not for now. */
export class SignedTokenError extends Error {
  override readonly name = 'SignedTokenError';
  readonly reason: 'malformed' | 'signature' | 'audience' | 'expired' | 'time';

  constructor(reason: SignedTokenError['reason'], cause?: unknown) {
    super(`signed token: ${reason}`, { cause });
    this.reason = reason;
  }
}

/**
 * The claims of a token that Entra signed (RS256 only), with five minutes' tolerance between clocks, and the issuer as
 * the metadata writes it. Unknown keys are asked for once more. Throws `SignedTokenError`, and `TokenError` when Entra
 * cannot tell its keys.
 */
export async function verifySigned(
  deps: Deps,
  signer: Signer,
  token: string,
  wanted: Wanted,
): Promise<{ issuer: string; payload: JWTPayload }> {
  const cached = await metadata(deps, signer, wanted.signal);
  try {
    return { issuer: cached.issuer, payload: await verify(deps, token, cached.keys, wanted) };
  } catch (error) {
    if (!(error instanceof errors.JWKSNoMatchingKey)) throw faultOf(error);
  }
  // A key that we do not know: Entra rolled its keys over. Ask for the new ones, once.
  const fresh = await metadata(deps, signer, wanted.signal, { fresh: true });
  try {
    return { issuer: fresh.issuer, payload: await verify(deps, token, fresh.keys, wanted) };
  } catch (error) {
    throw faultOf(error);
  }
}

async function verify(deps: Deps, token: string, keys: JSONWebKeySet, wanted: Wanted): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
    algorithms: ['RS256'],
    audience: wanted.audiences,
    currentDate: deps.now(),
    clockTolerance: CLOCK_TOLERANCE_S,
    requiredClaims: wanted.requiredClaims,
  });
  // jose compares `iat` only when asked for a maximum age; a token from the future means that a clock is wrong.
  if ((payload.iat ?? 0) > deps.now().getTime() / 1000 + CLOCK_TOLERANCE_S) throw new SignedTokenError('time');
  return payload;
}

function faultOf(error: unknown): SignedTokenError {
  if (error instanceof SignedTokenError) return error;
  if (error instanceof errors.JWTExpired) return new SignedTokenError('expired', error);
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf' || error.claim === 'iat') return new SignedTokenError('time', error);
    const isForOthers = error.claim === 'aud' && error.reason === 'check_failed';
    return new SignedTokenError(isForOthers ? 'audience' : 'malformed', error);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return new SignedTokenError('signature', error);
  }
  return new SignedTokenError('malformed', error);
}

type Metadata = { issuer: string; keys: JSONWebKeySet; readAt: number };

/** Entra's metadata, remembered for as long as the `fetch` that read it lives: a test's `fetch` never sees another's keys. */
const remembered = new WeakMap<typeof fetch, Map<string, Metadata>>();

async function metadata(
  deps: Deps,
  { authority, tenant }: Signer,
  signal: AbortSignal | undefined,
  { fresh = false } = {},
): Promise<Metadata> {
  const known = remembered.get(deps.fetch) ?? new Map<string, Metadata>();
  remembered.set(deps.fetch, known);
  const base = `${authority.replace(/\/$/, '')}/${encodeURIComponent(tenant)}`;
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

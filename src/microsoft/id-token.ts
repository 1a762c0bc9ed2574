import { isGuid } from './guid.ts';
import { isPersonalTenant } from './permissions.ts';
import { SignedTokenError, verifySigned } from './signed-token.ts';
import { idTokenClaims } from './wire.ts';

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
 * with the token's own tenant in the place of `{tenantid}`, tenant lock, nonce, and times with five minutes' tolerance. Only the
 * token of a refresh has no `nonce` to compare (section 12.2).
 */
export async function verifyIdToken(
  deps: Deps,
  app: Issuer,
  p: { idToken: string | undefined; nonce: string | undefined; signal?: AbortSignal | undefined },
): Promise<Account> {
  if (p.idToken === undefined) throw new IdTokenError('missing');
  const { issuer, payload } = await verifySignature(deps, app, p.idToken, p);
  const claims = idTokenClaims.safeParse(payload).data;
  if (!claims) throw new IdTokenError('malformed');
  const tenantId = claims.tid.toLowerCase();
  const personal = isPersonalTenant(tenantId) || claims.idp === 'live.com';
  if (claims.iss !== issuer.replace('{tenantid}', claims.tid)) throw new IdTokenError('issuer');
  if (isGuid(app.tenant) && tenantId !== app.tenant.toLowerCase()) throw new IdTokenError('tenant');
  if (app.tenant === 'organizations' && isPersonalTenant(tenantId)) throw new IdTokenError('account_type');
  if (p.nonce !== undefined && claims.nonce !== p.nonce) throw new IdTokenError('nonce');
  return { tenantId, objectId: claims.oid.toLowerCase(), email: emailOf(claims), name: claims.name, personal };
}

function emailOf(claims: { email?: string | undefined; preferred_username?: string | undefined }): string | undefined {
  return [claims.email, claims.preferred_username].find((address) => address?.includes('@'));
}

async function verifySignature(
  deps: Deps,
  app: Issuer,
  idToken: string,
  { nonce, signal }: { nonce: string | undefined; signal?: AbortSignal | undefined },
) {
  try {
    const requiredClaims = ['iss', 'aud', 'exp', 'iat', 'tid', 'oid', ...(nonce === undefined ? [] : ['nonce'])];
    return await verifySigned(deps, app, idToken, { audiences: [app.clientId], requiredClaims, signal });
  } catch (error) {
    if (!(error instanceof SignedTokenError)) throw error;
    throw new IdTokenError(error.reason === 'expired' ? 'time' : error.reason, error.cause);
  }
}

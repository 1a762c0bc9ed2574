import { isGuid } from './guid.ts';
import type { Account } from './id-token.ts';
import { isPersonalTenant } from './permissions.ts';
import { SignedTokenError, verifySigned, type Signer } from './signed-token.ts';
import { apiTokenClaims } from './wire.ts';
import type { z } from 'zod';

/** Who uses Teams, as its token proves it. Identified by `tenantId` and `objectId` only. */
export type SsoAccount = Account & {
  /** From another tenant, invited into this one. */
  guest: boolean;
  expiresAt: Date;
};

/** The scope that a tab's API exposes to Teams (Teams docs: “Configure your tab app in Microsoft Entra ID”). */
const SSO_SCOPE = 'access_as_user';
const PERSONAL_PROVIDER = 'live.com';

type Claims = z.infer<typeof apiTokenClaims>;
type Reason = SignedTokenError['reason'] | 'issuer' | 'tenant' | 'scope';

/** The token does not prove who uses Teams; `reason` names the check that failed. */
export class SsoTokenError extends Error {
  override readonly name = 'SsoTokenError';
  readonly reason: Reason;

  constructor(reason: Reason, cause?: unknown) {
    super(`SSO token: ${reason}`, { cause });
    this.reason = reason;
  }
}

/**
 * Verifies the token that Teams gives a tab (`authentication.getAuthToken`): signature, audience (the client id, or the
 * application ID URI `resource` in version 1.0 tokens), issuer with the token's own tenant, tenant lock, times, and the
 * scope `access_as_user`. Whether that tenant and person may come in is the caller's to decide.
 * @see https://learn.microsoft.com/microsoftteams/platform/tabs/how-to/authentication/tab-sso-code
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export async function verifySsoToken(
  deps: { fetch: typeof fetch; now: () => Date },
  app: Signer & { clientId: string },
  p: { token: string; resource: string; signal?: AbortSignal | undefined },
): Promise<SsoAccount> {
  const { issuer, payload } = await verifySignature(deps, app, p);
  const claims = apiTokenClaims.safeParse(payload).data;
  if (!claims) throw new SsoTokenError('malformed');
  const tenantId = claims.tid.toLowerCase();
  // First, for the metadata of one tenant says nothing about the issuers of others.
  if (isGuid(app.tenant) && tenantId !== app.tenant.toLowerCase()) throw new SsoTokenError('tenant');
  if (claims.iss !== issuerOf(claims, issuer)) throw new SsoTokenError('issuer');
  // A token of an app itself has roles and no scopes: nobody stands behind it.
  if (!claims.scp?.split(' ').includes(SSO_SCOPE)) throw new SsoTokenError('scope');
  return {
    tenantId,
    objectId: claims.oid.toLowerCase(),
    email: [claims.email, claims.preferred_username, claims.upn].find((address) => address?.includes('@')),
    name: claims.name,
    personal: isPersonal(claims),
    guest: isGuest(claims),
    expiresAt: new Date(claims.exp * 1000),
  };
}

async function verifySignature(
  deps: { fetch: typeof fetch; now: () => Date },
  app: Signer & { clientId: string },
  p: { token: string; resource: string; signal?: AbortSignal | undefined },
) {
  const requiredClaims = ['iss', 'aud', 'exp', 'iat', 'tid', 'oid', 'ver'];
  try {
    return await verifySigned(deps, app, p.token, {
      audiences: [app.clientId, p.resource],
      requiredClaims,
      signal: p.signal,
    });
  } catch (error) {
    if (!(error instanceof SignedTokenError)) throw error;
    throw new SsoTokenError(error.reason, error.cause);
  }
}

/** Version 1.0 tokens, which a registration gets that does not ask for version 2.0, come from the older issuer. */
function issuerOf({ ver, tid }: Claims, issuer: string): string {
  return ver === '1.0' ? `https://sts.windows.net/${tid}/` : issuer.replace('{tenantid}', tid);
}

function isPersonal({ tid, idp }: Claims): boolean {
  return isPersonalTenant(tid) || idp === PERSONAL_PROVIDER || tenantIn(idp).some((one) => isPersonalTenant(one));
}

/** `idp` is there, and names another tenant than `tid`, for an account that is not of the tenant. */
function isGuest({ tid, idp, acct }: Claims): boolean {
  if (acct !== undefined && Number(acct) === 1) return true;
  return idp !== undefined && !tenantIn(idp).includes(tid.toLowerCase());
}

function tenantIn(idp: string | undefined): string[] {
  return idp?.toLowerCase().split('/').filter(isGuid) ?? [];
}

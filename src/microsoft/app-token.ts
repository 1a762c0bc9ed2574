import { decodeJwt } from 'jose';
import { Problem } from '../problem.ts';
import { isGuid } from './guid.ts';
import { requestToken, type EntraDeps, type TokenClient } from './token-endpoint.ts';
import { TokenError } from './token-error.ts';
import { appTokenClaims } from './wire.ts';

/** A token of the app itself, for one tenant. Its claims are for diagnosis: Graph decides by the token, not by them. */
export type AppToken = {
  accessToken: string;
  expiresAt: Date;
  tenantId: string;
  /** Application permissions that the tenant granted; empty when an administrator granted none. */
  roles: string[];
  /** `app`, unless Entra does not say; `user` would mean that this is no app-only token. */
  idtyp: string | undefined;
  appId: string | undefined;
  /** Object id of the app's service principal (“Enterprise application”) in the tenant. */
  objectId: string | undefined;
};

const MANY_TENANTS = new Set(['common', 'organizations', 'consumers']);

/**
 * A token for Graph by client credentials. Throws `TokenError`, and `Problem`: `tenant_id_needed` for `common` and its
 * like, `token_tenant_mismatch` when the token is another tenant's than the one whose GUID was asked. Entra issues a
 * token also where nothing was granted, so look at `roles`.
 */
export async function requestAppToken(
  deps: EntraDeps,
  app: TokenClient & {
    /** `https://graph.microsoft.com` unless the tenant lives in a national cloud (see clouds.ts). */
    graphResource?: string;
  },
  p: { signal?: AbortSignal | undefined } = {},
): Promise<AppToken> {
  if (MANY_TENANTS.has(app.tenant.toLowerCase())) throw new Problem('tenant_id_needed');
  const answer = await requestToken(deps, app, {
    leg: 'client_credentials',
    form: { scope: graphDefaultScope(app.graphResource) },
    signal: p.signal,
  });
  const claims = readClaims(answer.access_token);
  const tenantId = claims.tid.toLowerCase();
  if (isGuid(app.tenant) && tenantId !== app.tenant.toLowerCase()) {
    throw new Problem('token_tenant_mismatch', {
      detail: `Asked for a token of tenant ${app.tenant.toLowerCase()}, got one of tenant ${tenantId}.`,
    });
  }
  return {
    accessToken: answer.access_token,
    expiresAt: answer.expiresAt,
    tenantId,
    roles: claims.roles ?? [],
    idtyp: claims.idtyp,
    appId: claims.appid ?? claims.azp,
    objectId: claims.oid,
  };
}

/** “Whatever the registration lists”: the only scope of client credentials, and of consent for application permissions. */
export function graphDefaultScope(graphResource = 'https://graph.microsoft.com'): string {
  return `${graphResource.replace(/\/$/, '')}/.default`;
}

/** A token that cannot be read cannot be told from another tenant's, so it is not used. */
function readClaims(accessToken: string) {
  try {
    return appTokenClaims.parse(decodeJwt(accessToken));
  } catch (cause) {
    throw new TokenError({ status: 200, leg: 'client_credentials', error: 'unreadable_answer', cause });
  }
}

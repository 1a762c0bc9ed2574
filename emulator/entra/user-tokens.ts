import type { Context } from '../context.ts';
import { findServicePrincipal } from '../directory.ts';
import type { AppRegistration, User } from '../directory.ts';
import { AadstsError } from './aadsts.ts';
import { ACCESS_TOKEN_LIFETIME, GRAPH_APP_ID, mintDelegatedToken } from './access-token.ts';
import { grantedScopes } from './grants.ts';
import { clientInfo, mintIdToken } from './id-token.ts';
import { isOpenId } from './permissions.ts';
import { sealRefreshToken } from './refresh-token.ts';
import type { TokenRequest } from './token.ts';

/**
 * The person behind a code or refresh token, if they may still use it. Throws AADSTS50034, 50057, 50173, 53003, 50076
 * with a claims challenge, or 7000112.
 */
export function checkPerson(
  context: Context,
  proof: { userId: string; tenantId: string; clientId: string; mfa: boolean; signedInAt: number },
): User {
  const user = context.directory.users.get(proof.userId);
  if (user === undefined) throw new AadstsError(50034, { user: proof.userId, tenant: proof.tenantId });
  if (!user.accountEnabled) throw new AadstsError(50057);
  if (user.sessionsRevokedAt !== null && proof.signedInAt <= user.sessionsRevokedAt) {
    throw new AadstsError(50173, { issuedAt: iso(proof.signedInAt), validFrom: iso(user.sessionsRevokedAt) });
  }
  const app = context.directory.apps.get(proof.clientId);
  const principal = findServicePrincipal(context.directory, proof.tenantId, proof.clientId);
  if (app?.disabled === true || principal?.disabled === true) {
    throw new AadstsError(7000112, { clientId: proof.clientId, app: app?.displayName ?? '' });
  }
  if (user.conditionalAccess === 'blocked') throw new AadstsError(53003, {}, { claims: challenge('block') });
  if (user.conditionalAccess === 'mfa' && !proof.mfa) {
    throw new AadstsError(50076, { resource: GRAPH_APP_ID }, { claims: challenge('mfa') });
  }
  return user;
}

/** The answer of the token endpoint to a grant that a person stands behind. */
export async function tokensFor(
  { context, request, form }: TokenRequest,
  input: {
    user: User;
    app: AppRegistration;
    tenantId: string;
    requestedScopes: string[];
    platform: 'web' | 'spa';
    mfa: boolean;
    signedInAt: number;
    nonce: string | undefined;
    credential: 'none' | 'secret' | 'certificate';
  },
): Promise<Record<string, unknown>> {
  const { user, app, tenantId, requestedScopes } = input;
  const granted = grantedScopes(context, tenantId, app.clientId, user.id);
  // An access token carries everything that was ever granted for Graph, not only what this request asked for.
  const scopes = granted.filter((scope) => !isOpenId(scope));
  const accessToken = await mintDelegatedToken(context, { ...input, scopes });
  const idToken = requestedScopes.includes('openid')
    ? await mintIdToken(context, { ...input, origin: new URL(request.url).origin, scopes: requestedScopes })
    : undefined;
  const refreshToken = requestedScopes.includes('offline_access')
    ? sealRefreshToken(context, {
        clientId: app.clientId,
        userId: user.id,
        tenantId,
        scopes: requestedScopes,
        platform: input.platform,
        mfa: input.mfa,
        issuedAt: context.now(),
        signedInAt: input.signedInAt,
      })
    : undefined;
  return {
    token_type: 'Bearer',
    scope: scopes.join(' '),
    expires_in: ACCESS_TOKEN_LIFETIME,
    ext_expires_in: ACCESS_TOKEN_LIFETIME,
    access_token: accessToken,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    ...(idToken !== undefined && { id_token: idToken }),
    ...(form.get('client_info') === '1' && { client_info: clientInfo(user) }),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** A claims challenge, as conditional access puts it. */
function challenge(policy: 'mfa' | 'block'): string {
  const id = policy === 'mfa' ? '4f0a3c6e-5a0b-4d55-9a0e-2f6c1b7d8e91' : '8c2d7b14-0e96-47f3-b5a8-61d3f09e2c74';
  return JSON.stringify({ access_token: { capolids: { essential: true, values: [id] } } });
}

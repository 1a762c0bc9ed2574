import type { JWTPayload } from 'jose';
import { AadstsError } from './aadsts.ts';
import { readApiToken } from './api-token.ts';
import { grantedScopes } from './grants.ts';
import { readScopes } from './scopes.ts';
import type { TokenRequest } from './token.ts';
import { checkPerson, tokensFor } from './user-tokens.ts';

export const ON_BEHALF_OF = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/**
 * The on-behalf-of grant: an API exchanges the token that a person's client sent to it for one for Graph. Nobody is
 * asked anything, so what is not granted yet is refused (Entra docs: “On-Behalf-Of flow”).
 */
export async function onBehalfOf(tokenRequest: TokenRequest): Promise<Record<string, unknown>> {
  const { context, app, form, authority } = tokenRequest;
  const credential = await tokenRequest.authenticate();
  if (credential === undefined) throw new AadstsError(7000218);
  const use = required(form, 'requested_token_use');
  if (use !== 'on_behalf_of') throw new AadstsError(90023, { parameter: 'requested_token_use' });
  const claims = await readApiToken(context, app, required(form, 'assertion'));
  const tenantId = String(claims['tid']);
  if (authority.kind === 'tenant' && authority.tenant.id !== tenantId) {
    throw new AadstsError(50013, { reason: 'The token issuer does not match the tenant.' });
  }
  const user = personBehind(tokenRequest, claims);
  const asked = readScopes(context, app, required(form, 'scope'));
  const granted = grantedScopes(context, tenantId, app.clientId, user.id);
  const missing = asked.graph.filter((scope) => !granted.includes(scope));
  if (granted.length === 0 || (missing.length > 0 && !asked.isDefault)) {
    throw new AadstsError(65001, { clientId: app.clientId, app: app.displayName });
  }
  return tokensFor(tokenRequest, {
    user,
    app,
    tenantId,
    requestedScopes: [...asked.openId, ...asked.graph],
    platform: 'web',
    mfa: false,
    signedInAt: (claims.iat ?? 0) * 1000,
    nonce: undefined,
    credential,
  });
}

/** Conditional access on Graph is told with `interaction_required` here, and with the claims that a sign-in must meet. */
function personBehind({ context, app }: TokenRequest, claims: JWTPayload) {
  const proof = {
    userId: String(claims['oid']),
    tenantId: String(claims['tid']),
    clientId: app.clientId,
    mfa: false,
    signedInAt: (claims.iat ?? 0) * 1000,
  };
  try {
    return checkPerson(context, proof);
  } catch (error) {
    if (!(error instanceof AadstsError) || error.code !== 50076) throw error;
    const claims = error.claims === undefined ? {} : { claims: error.claims };
    throw new AadstsError(50076, error.values, { ...claims, error: 'interaction_required' });
  }
}

function required(form: URLSearchParams, parameter: string): string {
  const value = form.get(parameter);
  if (value === null || value === '') throw new AadstsError(900144, { parameter });
  return value;
}

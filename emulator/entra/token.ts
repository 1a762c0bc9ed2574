import type { Context } from '../context.ts';
import { findServicePrincipal } from '../directory.ts';
import type { AppRegistration } from '../directory.ts';
import { AadstsError, noStore, tokenError } from './aadsts.ts';
import { ACCESS_TOKEN_LIFETIME, mintAppToken } from './access-token.ts';
import { authenticateClient, readClientId } from './client-authentication.ts';
import { ON_BEHALF_OF, onBehalfOf } from './on-behalf-of.ts';
import { redeemCode } from './redeem-code.ts';
import { refresh } from './refresh.ts';
import { isGraphDefault } from './scopes.ts';
import { checkAudience, readAuthority } from './tenants.ts';
import type { Authority } from './tenants.ts';

/** One request to the token endpoint, as far as it is known before the grant is looked at. */
export type TokenRequest = {
  context: Context;
  request: Request;
  form: URLSearchParams;
  authority: Authority;
  app: AppRegistration;
  /** Proves the app; `undefined` when it sent nothing to prove itself with. */
  authenticate: () => ReturnType<typeof authenticateClient>;
};

/** `POST /{tenant}/oauth2/v2.0/token`: every grant, every refusal in Entra's JSON. */
export async function token(context: Context, request: Request, segment: string): Promise<Response> {
  try {
    if (request.method !== 'POST') throw new AadstsError(900561, { method: request.method });
    const tokenRequest = await readTokenRequest(context, request, segment);
    const body = await grant(tokenRequest);
    return Response.json(body, { headers: { ...noStore(crypto.randomUUID()), ...crossOrigin(request) } });
  } catch (error) {
    if (!(error instanceof AadstsError)) throw error;
    return tokenError(context, request, error.code, error.values, { claims: error.claims, error: error.error });
  }
}

async function readTokenRequest(context: Context, request: Request, segment: string): Promise<TokenRequest> {
  const form = new URLSearchParams(await request.text());
  if (!form.has('grant_type')) throw new AadstsError(900144, { parameter: 'grant_type' });
  const authority = readAuthority(context, segment);
  const clientId = readClientId(request, form);
  const app = context.directory.apps.get(clientId);
  const tenant = authority.kind === 'tenant' ? authority.tenant.displayName : segment;
  if (app === undefined) throw new AadstsError(700016, { clientId, tenant });
  const authenticate = () => authenticateClient(context, request, form, app);
  return { context, request, form, authority, app, authenticate };
}

async function grant(tokenRequest: TokenRequest): Promise<Record<string, unknown>> {
  const grantType = tokenRequest.form.get('grant_type') ?? '';
  switch (grantType) {
    case 'authorization_code':
      checkAudience(tokenRequest.app, tokenRequest.authority);
      return redeemCode(tokenRequest);
    case 'refresh_token':
      checkAudience(tokenRequest.app, tokenRequest.authority);
      return refresh(tokenRequest);
    case ON_BEHALF_OF:
      checkAudience(tokenRequest.app, tokenRequest.authority);
      return onBehalfOf(tokenRequest);
    case 'client_credentials':
      return clientCredentials(tokenRequest);
    default:
      throw new AadstsError(70003, { grantType });
  }
}

async function clientCredentials(tokenRequest: TokenRequest): Promise<Record<string, unknown>> {
  const { context, app, authority, form } = tokenRequest;
  if (authority.kind === 'organizations') throw new AadstsError(50059);
  if (authority.kind !== 'tenant') throw new AadstsError(9001023);
  const { tenant } = authority;
  const values = { clientId: app.clientId, app: app.displayName, tenant: tenant.displayName };
  const principal = findServicePrincipal(context.directory, tenant.id, app.clientId);
  const isForeign = app.audience === 'AzureADMyOrg' && tenant.id !== app.homeTenantId;
  if (principal === undefined || isForeign) throw new AadstsError(700016, values);
  if (principal.disabled || app.disabled) throw new AadstsError(7000112, values);
  const credential = await tokenRequest.authenticate();
  if (credential === undefined) throw new AadstsError(7000216);
  checkDefaultScope(context, form.get('scope') ?? '', tenant.displayName);
  return {
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_LIFETIME,
    ext_expires_in: ACCESS_TOKEN_LIFETIME,
    access_token: await mintAppToken(context, { tenantId: tenant.id, app, credential }),
  };
}

function checkDefaultScope(context: Context, scope: string, tenant: string): void {
  if (scope === '') throw new AadstsError(900144, { parameter: 'scope' });
  if (!scope.endsWith('/.default')) throw new AadstsError(1002012, { scope });
  if (!isGraphDefault(context, scope)) {
    throw new AadstsError(500011, { resource: scope.slice(0, -'/.default'.length), tenant });
  }
}

/** Single-page apps redeem their codes from the browser. */
function crossOrigin(request: Request): Record<string, string> {
  const origin = request.headers.get('origin');
  return origin === null ? {} : { 'access-control-allow-origin': origin };
}

import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import type { Context } from '../context.ts';
import { findServicePrincipal, findTenant } from '../directory.ts';
import type { AppRegistration, ExposedApi, User } from '../directory.ts';
import { AadstsError } from './aadsts.ts';
import { ACCESS_TOKEN_LIFETIME, pairwiseSubject } from './access-token.ts';

/** The clients of Teams that an app authorizes (Teams docs: “Configure your tab app in Microsoft Entra ID”). */
export const TEAMS_CLIENTS = {
  desktop: '1fec8e78-bce4-4aaf-ab1b-5451cc387264',
  web: '5e3ce6c0-2b1f-4285-8d4b-75ee78787346',
} as const;

/**
 * A token of a person for the API that an app exposes under this Application ID URI, for one of its authorized clients.
 * Throws AADSTS500011 where nobody exposes it, 65001 where the client is not authorized, 7000112, 50057.
 */
export async function issueApiToken(
  context: Context,
  input: { user: User; resource: string; clientId: string },
): Promise<string> {
  const { user, resource, clientId } = input;
  const tenant = context.directory.tenants.get(user.tenantId)?.displayName ?? user.tenantId;
  const app = [...context.directory.apps.values()].find(({ api }) => api?.identifierUri === resource);
  const isForeign = app?.audience === 'AzureADMyOrg' && app.homeTenantId !== user.tenantId;
  if (app?.api === undefined || isForeign) throw new AadstsError(500011, { resource, tenant });
  if (!user.accountEnabled) throw new AadstsError(50057);
  const principal = findServicePrincipal(context.directory, user.tenantId, app.clientId);
  const names = { clientId: app.clientId, app: app.displayName };
  if (app.disabled || principal?.disabled === true) throw new AadstsError(7000112, names);
  if (!app.api.authorizedClients.includes(clientId)) throw new AadstsError(65001, { ...names, clientId });
  return mintApiToken(context, { user, app, api: app.api, clientId });
}

/** What the token of a person for an app's API says. Throws AADSTS50013, 500133 or 500131. */
export async function readApiToken(context: Context, app: AppRegistration, token: string): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, context.keys.publicKey, {
    algorithms: ['RS256'],
    currentDate: new Date(context.now()),
  }).catch((error: unknown) => {
    if (!(error instanceof errors.JWTExpired)) throw new AadstsError(50013, { reason: 'The key was not found.' });
    throw new AadstsError(500133, {
      now: new Date(context.now()).toISOString(),
      expires: new Date((error.payload.exp ?? 0) * 1000).toISOString(),
    });
  });
  const audience = String(payload.aud);
  const own = [app.clientId, app.api?.identifierUri];
  if (own.includes(audience)) return payload;
  throw new AadstsError(500131, {
    tokenAudience: audience,
    expectedAudience: app.clientId,
    clientId: app.clientId,
    app: app.displayName,
  });
}

type Minting = { user: User; app: AppRegistration; api: ExposedApi; clientId: string };

/** Entra docs: “Access token claims reference”, versions 1.0 and 2.0. */
function mintApiToken(context: Context, { user, app, api, clientId }: Minting): Promise<string> {
  const issuedAt = Math.floor(context.now() / 1000);
  const { kid, privateKey } = context.keys;
  const claims = {
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + ACCESS_TOKEN_LIFETIME,
    ...providerOf(context, user),
    name: user.displayName,
    oid: user.id,
    scp: api.scopes.join(' '),
    sub: pairwiseSubject(user.id, app.clientId),
    tid: user.tenantId,
    uti: randomUUID().replaceAll('-', '').slice(0, 22),
    ...(api.tokenVersion === 2
      ? {
          aud: app.clientId,
          iss: `${context.origins.entra}/${user.tenantId}/v2.0`,
          azp: clientId,
          azpacr: '0',
          preferred_username: user.userPrincipalName,
          ver: '2.0',
        }
      : {
          aud: api.identifierUri,
          iss: `https://sts.windows.net/${user.tenantId}/`,
          appid: clientId,
          appidacr: '0',
          unique_name: user.userPrincipalName,
          upn: user.userPrincipalName,
          ver: '1.0',
        }),
  };
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(privateKey);
}

/** `idp` is there for accounts that are not of the tenant. */
function providerOf(context: Context, user: User): { idp?: string } {
  if (user.userType !== 'Guest') return {};
  const home = findTenant(context.directory, user.mail?.split('@')[1] ?? '');
  return { idp: home === undefined ? 'live.com' : `https://sts.windows.net/${home.id}/` };
}

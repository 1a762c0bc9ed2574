import { createHash, randomUUID } from 'node:crypto';
import { decodeJwt, errors, jwtVerify, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import type { Context } from '../context.ts';
import { findServicePrincipal, PERSONAL_TENANT_ID } from '../directory.ts';
import type { AppRegistration, Tenant, User } from '../directory.ts';
import { openValue, sealValue } from './sealed.ts';

export const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';
export const GRAPH_AUDIENCE = 'https://graph.microsoft.com';
/** Seconds that an access token lives. */
export const ACCESS_TOKEN_LIFETIME = 3599;

/** Who calls Graph, proven by a token. */
export type Caller =
  | {
      kind: 'delegated';
      user: User;
      tenant: Tenant;
      /** Delegated Graph permissions (`scp`), without OpenID Connect's own scopes. */
      scopes: string[];
      app: AppRegistration;
      personal: boolean;
      claims: JWTPayload;
    }
  | { kind: 'app'; app: AppRegistration; tenant: Tenant; roles: string[]; claims: JWTPayload };

/** Why Graph answers 401 `InvalidAuthenticationToken`, with Graph's sentence. */
export type RefusedToken = {
  kind: 'refused';
  reason: 'missing' | 'malformed' | 'signature' | 'expired' | 'audience' | 'unknown-subject';
  message: string;
};

const sentences: Record<RefusedToken['reason'], string> = {
  missing: 'Access token is empty.',
  malformed: 'IDX14100: JWT is not well formed, there are no dots (.).',
  signature: 'Access token validation failure. Invalid signature.',
  expired: 'Lifetime validation failed, the token is expired.',
  audience: 'Access token validation failure. Invalid audience.',
  'unknown-subject': 'The identity of the calling application could not be established.',
};

/** Reads an `Authorization` header and says who calls, or why the token is refused. Never throws. */
export async function verifyAccessToken(
  context: Context,
  authorization: string | null | undefined,
): Promise<Caller | RefusedToken> {
  const token = /^Bearer +(\S+)$/i.exec(authorization?.trim() ?? '')?.[1];
  if (token === undefined) return refuse('missing');
  const claims = await readClaims(context, token);
  if (typeof claims === 'string') return refuse(claims);
  return callerOf(context, claims) ?? refuse('unknown-subject');
}

/** A token for a person who lets the app act; opaque for personal accounts, as Microsoft's are. */
export async function mintDelegatedToken(
  context: Context,
  input: {
    user: User;
    tenantId: string;
    app: AppRegistration;
    scopes: string[];
    mfa: boolean;
    credential: 'none' | 'secret' | 'certificate';
  },
): Promise<string> {
  const { user, app, tenantId } = input;
  const personal = tenantId === PERSONAL_TENANT_ID;
  const claims: JWTPayload = {
    ...commonClaims(context, tenantId, app, input.credential),
    acct: user.userType === 'Guest' ? 1 : 0,
    amr: input.mfa ? ['pwd', 'mfa'] : ['pwd'],
    ...(user.surname !== null && { family_name: user.surname }),
    ...(user.givenName !== null && { given_name: user.givenName }),
    ...(context.switches.idtypUser && { idtyp: 'user' }),
    name: user.displayName,
    oid: user.id,
    scp: input.scopes.join(' '),
    sub: pairwiseSubject(user.id, GRAPH_APP_ID),
    unique_name: user.userPrincipalName,
    upn: user.userPrincipalName,
    wids: user.isAdmin ? ['62e90394-69f5-4237-9190-012177145e10'] : [],
  };
  return personal ? `EwB${sealValue(context.entra.tokenKey, claims)}` : sign(context, claims);
}

/** A token for the app itself; the `roles` claim is absent when nothing was granted. */
export async function mintAppToken(
  context: Context,
  input: { tenantId: string; app: AppRegistration; credential: 'secret' | 'certificate' },
): Promise<string> {
  const principal = findServicePrincipal(context.directory, input.tenantId, input.app.clientId);
  if (principal === undefined) throw new TypeError(`${input.app.displayName} has no service principal here`);
  const claims: JWTPayload = {
    ...commonClaims(context, input.tenantId, input.app, input.credential),
    idtyp: 'app',
    idp: issuerOf(input.tenantId),
    oid: principal.id,
    sub: principal.id,
    ...(principal.appRoles.length > 0 && { roles: [...principal.appRoles] }),
  };
  return sign(context, claims);
}

/** The `sub` of a person for one app: another app sees another value. */
export function pairwiseSubject(userId: string, clientId: string): string {
  return createHash('sha256').update(`${userId}|${clientId}`).digest('base64url');
}

function commonClaims(
  context: Context,
  tenantId: string,
  app: AppRegistration,
  credential: 'none' | 'secret' | 'certificate',
): JWTPayload {
  const issuedAt = Math.floor(context.now() / 1000);
  return {
    aud: GRAPH_AUDIENCE,
    iss: issuerOf(tenantId),
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + ACCESS_TOKEN_LIFETIME,
    app_displayname: app.displayName,
    appid: app.clientId,
    appidacr: { none: '0', secret: '1', certificate: '2' }[credential],
    tid: tenantId,
    uti: randomUUID().replaceAll('-', '').slice(0, 22),
    ver: '1.0',
  };
}

function issuerOf(tenantId: string): string {
  return `https://sts.windows.net/${tenantId}/`;
}

async function sign(context: Context, claims: JWTPayload): Promise<string> {
  const { kid, privateKey } = context.keys;
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid, x5t: kid }).sign(privateKey);
}

async function readClaims(context: Context, token: string): Promise<JWTPayload | RefusedToken['reason']> {
  if (token.startsWith('EwB')) return readOpaqueClaims(context, token);
  try {
    const { payload } = await jwtVerify(token, context.keys.publicKey, {
      algorithms: ['RS256'],
      audience: [GRAPH_AUDIENCE, GRAPH_APP_ID],
      currentDate: new Date(context.now()),
    });
    return payload;
  } catch (error) {
    return reasonOf(error, token);
  }
}

function readOpaqueClaims(context: Context, token: string): JWTPayload | RefusedToken['reason'] {
  // Only `mintDelegatedToken` seals with this key and prefix, so the content is a claims set.
  const claims = openValue(context.entra.tokenKey, token.slice(3)) as JWTPayload | undefined;
  if (claims === undefined) return 'malformed';
  return (claims.exp ?? 0) * 1000 <= context.now() ? 'expired' : claims;
}

function reasonOf(error: unknown, token: string): RefusedToken['reason'] {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') return 'audience';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature';
  try {
    decodeJwt(token);
    return 'signature';
  } catch {
    return 'malformed';
  }
}

function callerOf(context: Context, claims: JWTPayload): Caller | undefined {
  const { directory } = context;
  const app = directory.apps.get(String(claims['appid']));
  const tenant = directory.tenants.get(String(claims['tid']));
  if (app === undefined || tenant === undefined) return undefined;
  if (claims['idtyp'] === 'app') {
    // Only `mintAppToken` signs with `idtyp: app`, and its roles are strings.
    return { kind: 'app', app, tenant, roles: (claims['roles'] as string[] | undefined) ?? [], claims };
  }
  const user = directory.users.get(String(claims['oid']));
  if (user === undefined) return undefined;
  const scopes = String(claims['scp']).split(' ').filter(Boolean);
  return { kind: 'delegated', user, tenant, scopes, app, personal: tenant.id === PERSONAL_TENANT_ID, claims };
}

function refuse(reason: RefusedToken['reason']): RefusedToken {
  return { kind: 'refused', reason, message: sentences[reason] };
}

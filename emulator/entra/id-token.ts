import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Context } from '../context.ts';
import type { AppRegistration, User } from '../directory.ts';
import { pairwiseSubject } from './access-token.ts';

/** A v2.0 ID token: RS256, its issuer named after the origin under which the caller reached Entra. */
export async function mintIdToken(
  context: Context,
  input: {
    origin: string;
    user: User;
    tenantId: string;
    app: AppRegistration;
    scopes: string[];
    nonce: string | undefined;
  },
): Promise<string> {
  const { user, app, tenantId, scopes } = input;
  const issuedAt = Math.floor(context.now() / 1000);
  const claims = {
    aud: app.clientId,
    iss: `${input.origin}/${tenantId}/v2.0`,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + 3600,
    ...(scopes.includes('email') && user.mail !== null && { email: user.mail }),
    ...(scopes.includes('profile') && {
      name: user.displayName,
      oid: user.id,
      preferred_username: user.userPrincipalName,
    }),
    ...(input.nonce !== undefined && { nonce: input.nonce }),
    sub: pairwiseSubject(user.id, app.clientId),
    tid: tenantId,
    uti: randomUUID().replaceAll('-', '').slice(0, 22),
    ver: '2.0',
  };
  const { kid, privateKey } = context.keys;
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(privateKey);
}

/** MSAL's `client_info`: whose tokens these are, for its cache. */
export function clientInfo(user: User): string {
  return Buffer.from(JSON.stringify({ uid: user.id, utid: user.tenantId })).toString('base64url');
}

import { decodeJwt, errors, jwtVerify, SignJWT } from 'jose';
import { NoResultError } from 'kysely';
import { z } from 'zod';
import type { DataKeys } from '../../access/workspace-keys.ts';
import type { ConnectionRow } from '../../connections/connection.ts';
import { accessSeconds } from '../../connections/connection-tokens.ts';
import { deriveKey } from '../../seal.ts';
import { epoch } from './envelope.ts';

type Deps = { dataKeys: DataKeys; now: () => Date; publicUrl: string };

const claims = z.object({
  iss: z.string(),
  aud: z.string().regex(/^wrk_\w{1,60}$/),
  sub: z.string(),
  email: z.string().optional(),
  iat: z.number(),
  exp: z.number(),
});

/**
 * Whom a grant is of, for the application that was given it, for as long as its access token: a JWT (RFC 7519) that the
 * workspace's own key signs. Who wants to be sure asks `tokeninfo`, which knows that key.
 */
export async function signIdToken({ dataKeys, now, publicUrl }: Deps, row: ConnectionRow): Promise<string> {
  const key = deriveKey(await dataKeys(row.workspace_id), 'Connection.IdToken.v1');
  const { account_email: email, account_name: name } = row;
  return new SignJWT({ provider: 'microsoft', ...(email !== null && { email }), ...(name !== null && { name }) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(publicUrl)
    .setAudience(row.workspace_id)
    .setSubject(row.id)
    .setIssuedAt(epoch(now()))
    .setExpirationTime(epoch(now()) + accessSeconds)
    .sign(key);
}

/** What an ID token of ours says; `undefined` for one that is made up, changed or too old. */
export async function readIdToken(
  { dataKeys, now, publicUrl }: Deps,
  idToken: string,
): Promise<z.infer<typeof claims> | undefined> {
  try {
    const { aud } = claims.parse(decodeJwt(idToken));
    const key = deriveKey(await dataKeys(aud), 'Connection.IdToken.v1');
    const expected = { algorithms: ['HS256'], issuer: publicUrl, audience: aud, currentDate: now() };
    const { payload } = await jwtVerify(idToken, key, expected);
    return claims.parse(payload);
  } catch (error) {
    const isNoneOfOurs =
      error instanceof errors.JOSEError || error instanceof z.ZodError || error instanceof NoResultError;
    if (isNoneOfOurs) return undefined;
    throw error;
  }
}

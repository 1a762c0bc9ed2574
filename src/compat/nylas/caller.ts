import type { Kysely } from 'kysely';
import type { KnownKeys } from '../../access/known-keys.ts';
import type { Principal } from '../../access/principal.ts';
import { findConnectionOfToken } from '../../connections/connection-tokens.ts';
import type { Database } from '../../database/schema.ts';
import { clientAddress } from '../../http/client-address.ts';
import type { ApiContext } from '../../http/router.ts';
import { Problem } from '../../problem.ts';

export type CallerDeps = {
  db: Kysely<Database>;
  now: () => Date;
  knownKeys: KnownKeys;
  trustedProxies: readonly string[];
};

/** Who calls: an application with its key, or a program that holds a token for one connection (`grantId`). */
export type Caller = { principal: Principal; workspaceId: string; grantId: string | undefined };

/** `Authorization: Bearer …`, an API key or an access token: version 3, and Python's clients of version 2. */
export async function callerByBearer(deps: CallerDeps, c: ApiContext): Promise<Caller> {
  const secret = bearerOf(c);
  if (secret === undefined) throw new Problem('unauthorized');
  return callerBySecret(deps, c, secret);
}

/**
 * Version 2 in all its forms: the access token, or the client secret, as the user of Basic authentication without a
 * password (Node's client), or as a bearer (Python's).
 */
export async function callerOfVersion2(deps: CallerDeps, c: ApiContext): Promise<Caller> {
  return callerBySecret(deps, c, secretOfVersion2(c));
}

/** The secret that {@link callerOfVersion2} knows a caller by. Throws `unauthorized` where there is none. */
export function secretOfVersion2(c: ApiContext): string {
  const basic = readBasic(c);
  // Some send the client id before the secret.
  const secret = basic ? basic.password || basic.user : bearerOf(c);
  if (!secret) throw new Problem('unauthorized');
  return secret;
}

/**
 * `Authorization: Basic base64(client_id:client_secret)` of the unified auth service: the id of the workspace, and an API
 * key of it. What `echo … | base64` makes of them ends in a line feed.
 */
export async function callerByClient(deps: CallerDeps, c: ApiContext): Promise<Caller> {
  const basic = readBasic(c);
  if (!basic) throw new Problem('unauthorized', { detail: 'Send “Basic”, with client_id:client_secret in Base64.' });
  return callerOfClient(deps, c, { clientId: basic.user, clientSecret: basic.password });
}

/** The application of a client id and secret. Throws `unauthorized`, also for a key of another workspace. */
export async function callerOfClient(
  deps: CallerDeps,
  c: ApiContext,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
): Promise<Caller> {
  const caller = await callerBySecret(deps, c, clientSecret);
  if (caller.grantId !== undefined || caller.workspaceId !== clientId)
    throw new Problem('unauthorized', { detail: 'Client id and client secret do not belong together.' });
  return caller;
}

async function callerBySecret(deps: CallerDeps, c: ApiContext, secret: string): Promise<Caller> {
  if (!secret.startsWith('parley_access_')) {
    const principal = await deps.knownKeys.use(secret, clientAddress(c, deps.trustedProxies));
    return { principal, workspaceId: principal.workspaceId, grantId: undefined };
  }
  const token = await findConnectionOfToken(deps, secret);
  if (!token) throw new Problem('unauthorized', { detail: 'The access token is unknown, revoked or expired.' });
  const { workspace_id: workspaceId, connection_id: grantId } = token;
  // It counts as one key, with what its owner's calendar needs and no more.
  const principal: Principal = {
    kind: 'key',
    workspaceId,
    keyId: grantId,
    lineage: grantId,
    grants: ['meetings:read', 'meetings:write', 'connections:read'],
  };
  return { principal, workspaceId, grantId };
}

function bearerOf(c: ApiContext): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
}

function readBasic(c: ApiContext): { user: string; password: string } | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64')
    .toString('utf8')
    .replace(/\r?\n$/, '');
  const colon = text.indexOf(':');
  return colon < 0 ? { user: text, password: '' } : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

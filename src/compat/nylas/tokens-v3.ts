import { z } from '@hono/zod-openapi';
import type { Context, Hono } from 'hono';
import { requireOfKey } from '../../access/principal.ts';
import type { DataKeys } from '../../access/workspace-keys.ts';
import {
  findConnectionOfToken,
  issueConnectionToken,
  redeemConnectionCode,
  refreshConnectionTokens,
  revokeConnectionToken,
  type IssuedTokens,
} from '../../connections/connection-tokens.ts';
import { getConnection } from '../../connections/service.ts';
import { readBytes } from '../../http/body.ts';
import type { ApiContext } from '../../http/router.ts';
import { Problem } from '../../problem.ts';
import type { CallerDeps } from './caller.ts';
import { browserApplications } from './cors.ts';
import { done, epoch, one } from './envelope.ts';
import { errorOfTokens, errorOfVersion3 } from './errors.ts';
import { newNylasRouter, type GateDeps, type NylasEnv } from './gate.ts';
import { getGrant } from './grants.ts';
import { readIdToken, signIdToken } from './id-token.ts';
import { fitsChallenge } from './pkce.ts';
import { checked, readQuery } from './read-input.ts';
import { readTokenClient, type TokenClient } from './token-client.ts';

type Deps = CallerDeps & Pick<GateDeps, 'log'> & { dataKeys: DataKeys; publicUrl: string };

const text = z.string().max(4000).optional();
const tokenInput = z.object({
  grant_type: z.string({ error: 'Give grant_type.' }).max(100),
  client_id: text,
  client_secret: text,
  code: text,
  code_verifier: text,
  redirect_uri: text,
  refresh_token: text,
  grant_id: text,
});
type TokenInput = z.infer<typeof tokenInput>;

/** Why no tokens are given, in a word of OAuth (RFC 6749, section 5.2). */
type Refused = { error: 'invalid_grant' | 'unsupported_grant_type' | 'unauthorized_client'; detail: string };

const mostBytes = 64 * 1024;

/** `POST /v3/connect/token` and `/v3/connect/revoke`: what stands in these requests is in no log, and in no cache. */
export function tokenRoutes(deps: Deps): Hono<NylasEnv> {
  const app = newNylasRouter(deps, (c, problem) => errorOfTokens(c, problem, wordFor(problem)));
  for (const path of ['/v3/connect/token', '/v3/connect/revoke'])
    app.use(path, browserApplications(deps), async (c, next) => {
      c.header('Cache-Control', 'no-store');
      await next();
    });
  app.post('/v3/connect/token', async (c) => {
    const input = checked(tokenInput, await readForm(c));
    const client = await readTokenClient(deps, c as ApiContext, withoutAbsent(input));
    const answer = await grantTokens(deps, client, input);
    if ('error' in answer)
      return errorOfTokens(c as ApiContext, new Problem('invalid_request', { detail: answer.detail }), answer.error);
    return c.json(await presentTokens(deps, client.workspaceId, answer));
  });
  app.post('/v3/connect/revoke', async (c) => {
    const { token } = checked(z.object({ token: text }), { ...(await readForm(c)), ...c.req.query() });
    if (token === undefined) throw new Problem('invalid_request', { detail: 'Give the token that is to end.' });
    await revokeConnectionToken(deps, token);
    return done(c as ApiContext);
  });
  return app;
}

/** `GET /v3/connect/tokeninfo`: what a token says, to whoever has it. */
export function tokenInfoRoutes(deps: Deps): Hono<NylasEnv> {
  const app = newNylasRouter(deps, errorOfVersion3);
  app.use('/v3/connect/tokeninfo', browserApplications(deps));
  app.get('/v3/connect/tokeninfo', async (c) => {
    const { access_token: accessToken, id_token: idToken } = readQuery(
      c as ApiContext,
      z.object({ access_token: text, id_token: text }),
    );
    if (accessToken === undefined && idToken === undefined)
      throw new Problem('invalid_request', { detail: 'Give access_token or id_token.' });
    const info =
      accessToken === undefined ? await readIdToken(deps, idToken ?? '') : await accessTokenInfo(deps, accessToken);
    if (!info) throw new Problem('unauthorized', { detail: 'The token is unknown, revoked or expired.' });
    c.header('Cache-Control', 'no-store');
    return one(c as ApiContext, info);
  });
  return app;
}

async function grantTokens(deps: Deps, client: TokenClient, input: TokenInput): Promise<IssuedTokens | Refused> {
  if (client.kind === 'confidential') requireOfKey(client.principal, 'connections:write');
  if (input.grant_type === 'authorization_code') return byCode(deps, client, input);
  if (input.grant_type === 'refresh_token') return byRefreshToken(deps, client, input);
  if (input.grant_type === 'client_credentials') return byClient(deps, client, input);
  const detail = 'Use authorization_code, refresh_token or client_credentials.';
  return { error: 'unsupported_grant_type', detail };
}

/** A public client proves by PKCE that it is the one that asked; one that asked with PKCE always does. */
async function byCode(deps: Deps, client: TokenClient, input: TokenInput): Promise<IssuedTokens | Refused> {
  const { code = '', redirect_uri: returnUri, code_verifier: verifier } = input;
  const issued = await redeemConnectionCode(deps, code, (asked) => {
    if (asked.workspaceId !== client.workspaceId || asked.returnUri !== returnUri) return false;
    if (asked.codeChallenge === null) return client.kind === 'confidential' && verifier === undefined;
    return verifier !== undefined && fitsChallenge(asked.codeChallenge, verifier);
  });
  const detail = 'The code was used or has expired, or it was given to another client, redirect_uri or code_verifier.';
  return issued ?? { error: 'invalid_grant', detail };
}

async function byRefreshToken(deps: Deps, client: TokenClient, input: TokenInput): Promise<IssuedTokens | Refused> {
  const isPublic = client.kind === 'public';
  const { workspaceId } = client;
  const issued = await refreshConnectionTokens(deps, input.refresh_token ?? '', { workspaceId, isPublic });
  return issued ?? { error: 'invalid_grant', detail: 'The refresh token is unknown, revoked or expired.' };
}

/** A key gives nobody more than it has itself. */
async function byClient(deps: Deps, client: TokenClient, input: TokenInput): Promise<IssuedTokens | Refused> {
  if (client.kind === 'public')
    return { error: 'unauthorized_client', detail: 'Only an application with its secret can ask for this.' };
  for (const permission of ['connections:read', 'meetings:read', 'meetings:write'] as const)
    requireOfKey(client.principal, permission);
  const { workspaceId } = client;
  const row = await getGrant(deps, { workspaceId, grantId: undefined }, input.grant_id ?? '');
  return issueConnectionToken(deps, row, { lasting: false });
}

async function presentTokens(deps: Deps, workspaceId: string, issued: IssuedTokens) {
  const row = await getConnection(deps, workspaceId, issued.connectionId);
  return {
    access_token: issued.accessToken,
    token_type: 'Bearer',
    expires_in: issued.expiresInSeconds,
    ...(issued.refreshToken !== undefined && { refresh_token: issued.refreshToken }),
    id_token: await signIdToken(deps, row),
    scope: row.granted_scopes,
    email: row.account_email ?? '',
    grant_id: row.id,
    provider: 'microsoft',
  };
}

async function accessTokenInfo(deps: Deps, accessToken: string) {
  const token = await findConnectionOfToken(deps, accessToken);
  if (!token) return undefined;
  const row = await getConnection(deps, token.workspace_id, token.connection_id);
  return {
    iss: deps.publicUrl,
    aud: token.workspace_id,
    sub: row.id,
    email: row.account_email ?? '',
    iat: epoch(token.created_at),
    ...(token.expires_at && { exp: epoch(token.expires_at) }),
  };
}

/** JSON, as Nylas' clients send it, or the form of OAuth. */
export async function readForm(c: Context<NylasEnv>): Promise<Record<string, unknown>> {
  const body = Buffer.from(await readBytes(c.req.raw, mostBytes)).toString('utf8');
  const type = c.req.header('content-type') ?? '';
  if (body === '') return {};
  if (/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type)) return Object.fromEntries(new URLSearchParams(body));
  if (!/^application\/json\s*(?:;|$)/i.test(type)) throw new Problem('unsupported_media_type');
  const json = z.record(z.string(), z.unknown()).safeParse(parsed(body));
  if (!json.success) throw new Problem('invalid_request', { detail: 'The body is no JSON object.' });
  return json.data;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new Problem('invalid_request', { detail: 'The body is not valid JSON.', cause });
  }
}

function withoutAbsent({ client_id, client_secret }: TokenInput): { client_id?: string; client_secret?: string } {
  return { ...(client_id !== undefined && { client_id }), ...(client_secret !== undefined && { client_secret }) };
}

/** What OAuth calls a problem of Parley. */
function wordFor({ code }: Problem): string {
  if (code === 'unauthorized') return 'invalid_client';
  if (code === 'forbidden') return 'unauthorized_client';
  if (code === 'not_found') return 'invalid_grant';
  if (code === 'internal_error' || code === 'database_unavailable') return 'server_error';
  return 'invalid_request';
}

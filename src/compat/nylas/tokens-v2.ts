import { z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import { requireOfKey } from '../../access/principal.ts';
import {
  issueConnectionToken,
  redeemConnectionCode,
  revokeConnectionToken,
} from '../../connections/connection-tokens.ts';
import type { ConnectionRow } from '../../connections/connection.ts';
import { getConnection } from '../../connections/service.ts';
import type { Database } from '../../database/schema.ts';
import type { ApiContext } from '../../http/router.ts';
import { Problem, problems } from '../../problem.ts';
import { callerOfVersion2, secretOfVersion2 } from './caller.ts';
import { errorOfTokens, errorOfVersion2 } from './errors.ts';
import { newNylasRouter, type GateDeps, type NylasRouter } from './gate.ts';
import { getGrant } from './grants.ts';
import { checked } from './read-input.ts';
import { readTokenClient } from './token-client.ts';
import { readForm } from './tokens-v3.ts';

type Read = { db: Kysely<Database> };

const text = z.string().max(500, 'At most 500 characters.');
const tokenBody = z.object({
  grant_type: z.enum(['client_credentials', 'authorization_code'], {
    error: 'Use client_credentials or authorization_code.',
  }),
  client_id: text.optional(),
  client_secret: text.optional(),
  grant_id: text.optional(),
  code: text.optional(),
});
type Asked = z.output<typeof tokenBody>;

/**
 * `/oauth/token` of version 2, by POST alone: in an address, a secret would be written into logs everywhere. Its tokens
 * last until they are revoked, since its clients know of no other.
 */
export function tokensV2(deps: GateDeps): NylasRouter {
  const app = newNylasRouter(deps, (c, problem) => errorOfTokens(c, problem, wordFor(problem)));
  app.post('/oauth/token', async (c) => {
    const context = c as ApiContext; // knows the same variables and more
    const asked = checked(tokenBody, await readForm(c));
    const client = await readTokenClient(deps, context, asked);
    if (client.kind === 'public') throw new Problem('unauthorized', { detail: 'Send client_secret: an API key.' });
    c.set('principal', client.principal);
    await deps.limit(context, async () => {});
    // A key gives nobody more than it has itself.
    for (const permission of ['connections:write', 'meetings:read', 'meetings:write'] as const)
      requireOfKey(client.principal, permission);
    const grant = await grantFor(deps, client.workspaceId, asked);
    const { accessToken } = await issueConnectionToken(deps, grant, { lasting: true });
    c.header('Cache-Control', 'no-store');
    return c.json({
      access_token: accessToken,
      account_id: grant.id,
      email_address: grant.account_email ?? '',
      provider: 'microsoft',
      token_type: 'bearer',
    });
  });
  return app;
}

/** `/oauth/revoke` of version 2: ends the token that it is asked with. */
export function revocationV2(deps: GateDeps): NylasRouter {
  const app = newNylasRouter(deps, errorOfVersion2);
  app.post('/oauth/revoke', async (c) => {
    const context = c as ApiContext;
    const { grantId } = await callerOfVersion2(deps, context);
    if (grantId === undefined)
      throw new Problem('invalid_request', {
        detail: 'This ends access tokens. An API key is revoked in the console, under Developers.',
      });
    await revokeConnectionToken(deps, secretOfVersion2(context));
    return c.json({ success: true });
  });
  return app;
}

async function grantFor(deps: Read & { now: () => Date }, workspaceId: string, asked: Asked): Promise<ConnectionRow> {
  if (asked.grant_type === 'client_credentials') {
    if (!asked.grant_id) throw invalid('/grant_id', 'Give the id of a grant.');
    return getGrant(deps, { workspaceId, grantId: undefined }, asked.grant_id);
  }
  const fits = (wanted: { workspaceId: string; codeChallenge: string | null }) =>
    wanted.workspaceId === workspaceId && wanted.codeChallenge === null;
  const tokens = asked.code === undefined ? undefined : await redeemConnectionCode(deps, asked.code, fits);
  if (!tokens) throw invalid('/code', 'This code is unknown, was used, or is too old.');
  return getConnection(deps, workspaceId, tokens.connectionId);
}

function wordFor({ code, errors }: Problem): string {
  if (code === 'unauthorized') return 'invalid_client';
  if (code === 'forbidden') return 'unauthorized_client';
  if (code === 'not_found' || errors?.some(({ pointer }) => pointer === '/code')) return 'invalid_grant';
  return problems[code].status < 500 ? 'invalid_request' : 'server_error';
}

function invalid(pointer: string, detail: string): Problem {
  return new Problem('invalid_request', { errors: [{ pointer, detail }] });
}

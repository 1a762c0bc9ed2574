import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireOfKey } from '../../access/principal.ts';
import { findConnectionOfToken, revokeTokensOf } from '../../connections/connection-tokens.ts';
import type { ConnectionRow } from '../../connections/connection.ts';
import { listConnections } from '../../connections/service.ts';
import { Problem } from '../../problem.ts';
import { epoch } from './envelope.ts';
import type { ApiContext } from '../../http/router.ts';
import type { GateDeps, NylasEnv, NylasRouter } from './gate.ts';
import { callerOf, grantOfToken } from './grant-of-request.ts';
import { getGrant } from './grants.ts';
import { cut, offsetQuery } from './query.ts';
import { readInput, readQuery } from './read-input.ts';

const tokenBody = z.object({ access_token: z.string({ error: 'Give an access token.' }).max(200) });
const revokeBody = z.object({ keep_access_token: z.string().max(200).nullish() });

/** `/account` of version 2, and what applications see of all accounts under `/a/{client_id}`. */
export function addAccountsV2(app: NylasRouter, deps: Pick<GateDeps, 'db' | 'now'>): void {
  const root = '/a/:client/accounts';
  app.get('/account', async (c) => {
    requireOfKey(c.get('principal'), 'connections:read');
    return c.json(presentAccount(await grantOfToken(deps, c)));
  });
  app.get(root, async (c) => {
    requireOfKey(c.get('principal'), 'connections:read');
    requireClient(c);
    const { workspaceId, grantId } = callerOf(c);
    const rows = await listConnections(deps, workspaceId);
    const all = rows.filter(({ id }) => grantId === undefined || id === grantId);
    const query = readQuery(c as ApiContext, offsetQuery);
    if (query.view === 'count') return c.json({ count: all.length });
    const accounts = cut(all, query);
    return c.json(query.view === 'ids' ? accounts.map(({ id }) => id) : accounts.map(presentManaged));
  });
  app.get(`${root}/:id`, async (c) => {
    requireOfKey(c.get('principal'), 'connections:read');
    return c.json(presentManaged(await accountOf(deps, c)));
  });
  app.post(`${root}/:id/token-info`, async (c) => {
    requireOfKey(c.get('principal'), 'connections:read');
    const grant = await accountOf(deps, c);
    const { access_token: token } = await readInput(c as ApiContext, tokenBody);
    const row = await findConnectionOfToken(deps, token);
    if (!row || row.connection_id !== grant.id) throw new Problem('not_found');
    const at = epoch(row.created_at);
    return c.json({ scopes: 'calendar', state: 'valid', created_at: at, updated_at: at });
  });
  app.post(`${root}/:id/revoke-all`, async (c) => {
    requireOfKey(c.get('principal'), 'connections:write');
    const grant = await accountOf(deps, c);
    const { keep_access_token: kept } = await readInput(c as ApiContext, revokeBody);
    await revokeTokensOf(deps, grant.id, kept ?? undefined);
    return c.json({ success: true });
  });
}

/** Throws `not_found` for another application’s address, and for an account that the caller may not see. */
async function accountOf(deps: Pick<GateDeps, 'db'>, c: Context<NylasEnv>): Promise<ConnectionRow> {
  requireClient(c);
  const id = c.req.param('id') ?? '';
  if (!/^[\w-]{1,64}$/.test(id)) throw new Problem('not_found');
  return getGrant(deps, callerOf(c), id);
}

function requireClient(c: Context<NylasEnv>): void {
  if (c.req.param('client') !== callerOf(c).workspaceId) throw new Problem('not_found');
}

function presentAccount(row: ConnectionRow) {
  return {
    id: row.id,
    account_id: row.id,
    object: 'account',
    name: row.account_name ?? '',
    email_address: row.account_email ?? '',
    provider: 'microsoft',
    organization_unit: 'folder',
    sync_state: syncStateOf(row),
    billing_state: 'paid',
    linked_at: epoch(row.created_at),
  };
}

function presentManaged(row: ConnectionRow) {
  return {
    id: row.id,
    account_id: row.id,
    object: 'account',
    email: row.account_email ?? '',
    namespace_id: row.id,
    provider: 'microsoft',
    sync_state: syncStateOf(row),
    authentication_type: 'oauth',
    billing_state: 'paid',
    trial: false,
    metadata: row.metadata,
  };
}

function syncStateOf({ status }: ConnectionRow): string {
  return status === 'connected' ? 'running' : 'invalid';
}

import type { Context, Hono } from 'hono';
import { requireOfKey } from '../../access/principal.ts';
import type { ConnectionRow } from '../../connections/connection.ts';
import { connectByRefreshToken } from '../../connections/refresh-token.ts';
import { searchConnections } from '../../connections/search.ts';
import { disconnect, type ConnectionDeps } from '../../connections/service.ts';
import type { ApiContext } from '../../http/router.ts';
import { paging } from './fields.ts';
import type { NylasEnv } from './gate.ts';
import { changeGrant, grantChange, grantInput } from './grant-changes.ts';
import { presentGrant } from './grant-json.ts';
import { getGrant } from './grants.ts';
import { readInput, readQuery } from './read-input.ts';

/** `/connect/grants` of the unified auth service, behind its gate. */
export function unifiedGrantRoutes(app: Hono<NylasEnv>, deps: ConnectionDeps): void {
  app.get('/connect/grants', async (c) => {
    requireOfKey(c.get('principal'), 'connections:read');
    const { limit, offset } = readQuery(c as ApiContext, paging);
    const wanted = { sortBy: 'created_at', order: 'asc', limit, offset } as const;
    const rows = await searchConnections(deps, c.get('principal').workspaceId, wanted);
    return c.json({ success: true, data: rows.map((row) => presentGrant(row)), limit, offset });
  });
  app.post('/connect/grants', async (c) => {
    requireOfKey(c.get('principal'), 'connections:write');
    const { settings, scope, metadata, state } = await readInput(c as ApiContext, grantInput);
    const row = await connectByRefreshToken(deps, c.get('principal').workspaceId, {
      refreshToken: settings.refresh_token,
      scopes: scope ?? [],
      metadata: metadata ?? undefined,
    });
    return c.json({ success: true, data: presentGrant(row, state ?? null) });
  });
  app.get('/connect/grants/:id', async (c) =>
    c.json({ success: true, data: presentGrant(await grantOf(deps, c, 'connections:read')) }),
  );
  app.patch('/connect/grants/:id', async (c) => {
    const row = await grantOf(deps, c, 'connections:write');
    const changed = await changeGrant(deps, row, await readInput(c as ApiContext, grantChange));
    return c.json({ success: true, data: presentGrant(changed) });
  });
  app.delete('/connect/grants/:id', async (c) => {
    const { workspace_id: workspaceId, id } = await grantOf(deps, c, 'connections:write');
    await disconnect(deps, workspaceId, id);
    return c.json({ success: true });
  });
  // Parley is in step without being asked to. Python's client posts, Java's gets; both want the grant bare.
  app.on(['GET', 'POST'], '/connect/grants/:id/sync', async (c) =>
    c.json(presentGrant(await grantOf(deps, c, 'connections:read'))),
  );
}

async function grantOf(
  deps: ConnectionDeps,
  c: Context<NylasEnv, string>,
  permission: Parameters<typeof requireOfKey>[1],
): Promise<ConnectionRow> {
  const principal = c.get('principal');
  requireOfKey(principal, permission);
  return getGrant(deps, { workspaceId: principal.workspaceId, grantId: undefined }, c.req.param('id') ?? '');
}

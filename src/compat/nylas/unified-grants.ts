import type { Hono } from 'hono';
import { requireOfKey } from '../../access/principal.ts';
import { searchConnections } from '../../connections/search.ts';
import { disconnect, type ConnectionDeps } from '../../connections/service.ts';
import type { ApiContext } from '../../http/router.ts';
import { paging } from './fields.ts';
import type { NylasEnv } from './gate.ts';
import { changeGrant, createGrant, grantChange, grantInput } from './grant-changes.ts';
import { permittedGrant } from './grant-of-request.ts';
import { presentGrant } from './grant-json.ts';
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
    const input = await readInput(c as ApiContext, grantInput);
    const row = await createGrant(deps, c.get('principal').workspaceId, input);
    return c.json({ success: true, data: presentGrant(row, input.state ?? null) });
  });
  app.get('/connect/grants/:grant', async (c) =>
    c.json({ success: true, data: presentGrant(await permittedGrant(deps, c, 'connections:read')) }),
  );
  app.patch('/connect/grants/:grant', async (c) => {
    const row = await permittedGrant(deps, c, 'connections:write');
    const changed = await changeGrant(deps, row, await readInput(c as ApiContext, grantChange));
    return c.json({ success: true, data: presentGrant(changed) });
  });
  app.delete('/connect/grants/:grant', async (c) => {
    const { workspace_id: workspaceId, id } = await permittedGrant(deps, c, 'connections:write');
    await disconnect(deps, workspaceId, id);
    return c.json({ success: true });
  });
  // Parley is in step without being asked to. Python's client posts, Java's gets; both want the grant bare.
  app.on(['GET', 'POST'], '/connect/grants/:grant/sync', async (c) =>
    c.json(presentGrant(await permittedGrant(deps, c, 'connections:read'))),
  );
}

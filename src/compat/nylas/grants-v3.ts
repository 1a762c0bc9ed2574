import { z } from '@hono/zod-openapi';
import type { Context, Hono } from 'hono';
import { requireOfKey } from '../../access/principal.ts';
import { isMicrosoftDomain } from '../../connections/domains.ts';
import { searchConnections } from '../../connections/search.ts';
import { disconnect, type ConnectionDeps } from '../../connections/service.ts';
import { singleLine, type ApiContext } from '../../http/router.ts';
import { callerByBearer } from './caller.ts';
import { done, one } from './envelope.ts';
import { errorOfVersion3 } from './errors.ts';
import { paging } from './fields.ts';
import { gate, newNylasRouter, type GateDeps, type NylasEnv } from './gate.ts';
import { changeGrant, createGrant, grantChange, grantInput } from './grant-changes.ts';
import { permittedGrant } from './grant-of-request.ts';
import { presentGrant } from './grant-json.ts';
import { readInput, readQuery } from './read-input.ts';

type Deps = GateDeps & ConnectionDeps;

const seconds = z.coerce
  .number({ error: 'Give seconds since 1970.' })
  .int('Give whole seconds.')
  .min(0)
  .max(4_102_444_800)
  .transform((at) => new Date(at * 1000));

const grantsQuery = paging.extend({
  sort_by: z.enum(['created_at', 'updated_at'], { error: 'Use “created_at” or “updated_at”.' }).default('created_at'),
  order_by: z.enum(['asc', 'desc'], { error: 'Use “asc” or “desc”.' }).default('desc'),
  since: seconds.optional(),
  before: seconds.optional(),
  email: singleLine(320).optional(),
  grant_status: z.enum(['valid', 'invalid'], { error: 'Use “valid” or “invalid”.' }).optional(),
  provider: z.string().optional(),
  ip: z.never('Parley keeps no addresses of people.').optional(),
});

/** `/v3/grants`, `/v3/connect/custom` and `/v3/providers/detect`. The holder of a token sees its own grant alone. */
export function grantRoutes(deps: Deps): Hono<NylasEnv> {
  const app = newNylasRouter(deps, errorOfVersion3);
  const guards = gate(deps, callerByBearer);
  for (const path of ['/v3/grants', '/v3/grants/:grant', '/v3/connect/custom', '/v3/providers/detect'])
    app.use(path, ...guards);
  app.get('/v3/grants', (c) => listGrants(deps, c));
  app.get('/v3/grants/:grant', async (c) =>
    one(c as ApiContext, presentGrant(await permittedGrant(deps, c, 'connections:read'))),
  );
  app.on(['PATCH', 'PUT'], '/v3/grants/:grant', async (c) => {
    const row = await permittedGrant(deps, c, 'connections:write');
    return one(
      c as ApiContext,
      presentGrant(await changeGrant(deps, row, await readInput(c as ApiContext, grantChange))),
    );
  });
  app.delete('/v3/grants/:grant', async (c) => {
    const { workspace_id: workspaceId, id } = await permittedGrant(deps, c, 'connections:write');
    await disconnect(deps, workspaceId, id);
    return done(c as ApiContext);
  });
  app.post('/v3/connect/custom', async (c) => {
    requireOfKey(c.get('principal'), 'connections:write');
    const input = await readInput(c as ApiContext, grantInput);
    const row = await createGrant(deps, c.get('principal').workspaceId, input);
    return one(c as ApiContext, presentGrant(row, input.state ?? null));
  });
  app.post('/v3/providers/detect', (c) => detect(deps, c));
  return app;
}

async function listGrants(deps: Deps, c: Context<NylasEnv>): Promise<Response> {
  const principal = c.get('principal');
  requireOfKey(principal, 'connections:read');
  const { limit, offset, ...asked } = readQuery(c as ApiContext, grantsQuery);
  const isOther = asked.provider !== undefined && asked.provider !== 'microsoft';
  const rows = isOther
    ? []
    : await searchConnections(deps, principal.workspaceId, {
        id: c.get('grantId'),
        email: asked.email,
        works: asked.grant_status && asked.grant_status === 'valid',
        createdFrom: asked.since,
        createdBefore: asked.before,
        sortBy: asked.sort_by,
        order: asked.order_by,
        limit,
        offset,
      });
  return c.json({ request_id: c.get('requestId'), data: rows.map((row) => presentGrant(row)), limit, offset });
}

/** Microsoft says whether an organization of its has the domain; which other provider it may be, nobody is asked. */
async function detect(deps: Deps, c: Context<NylasEnv>): Promise<Response> {
  const principal = c.get('principal');
  requireOfKey(principal, 'connections:read');
  const address = z.email('Give an e-mail address.').max(320);
  const { email } = readQuery(c as ApiContext, z.object({ email: address }));
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  const detected = await isMicrosoftDomain(deps, principal.workspaceId, domain);
  const found = detected && { provider: 'microsoft', type: 'microsoft' };
  return one(c as ApiContext, { email_address: email, detected, ...found });
}

import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import type { Context, Hono } from 'hono';
import { requireOfKey } from '../../access/principal.ts';
import { changeWorkspace, getWorkspace } from '../../access/workspace.ts';
import type { Span } from '../../database/span.ts';
import { returnUriList } from '../../http/return-uri.ts';
import type { ApiContext } from '../../http/router.ts';
import { Problem } from '../../problem.ts';
import { callerByBearer } from './caller.ts';
import { done, one, page } from './envelope.ts';
import { errorOfVersion3 } from './errors.ts';
import { gate, newNylasRouter, type GateDeps, type NylasEnv } from './gate.ts';
import { checked, readInput } from './read-input.ts';

type Deps = GateDeps & { span: Span };

const uriInput = z.object({ url: returnUriList.element, platform: z.string().max(40).nullish() });
const path = '/v3/applications/redirect-uris';

/** `/v3/applications`: the workspace, and where people may be sent back to. */
export function applicationRoutes(deps: Deps): Hono<NylasEnv> {
  const app = newNylasRouter(deps, errorOfVersion3);
  app.use('/v3/applications/*', ...gate(deps, callerByBearer));
  app.get('/v3/applications', async (c) => {
    requireOfKey(c.get('principal'), 'workspace:read');
    const { id, name, return_uris: uris } = await getWorkspace(deps, c.get('principal').workspaceId);
    const branding = { name };
    return one(c as ApiContext, { application_id: id, branding, callback_uris: uris.map(present) });
  });
  app.get(path, async (c) => page(c as ApiContext, (await listed(deps, c)).map(present), null));
  app.get(`${path}/:id`, async (c) => one(c as ApiContext, present(await named(deps, c))));
  app.post(path, async (c) => {
    const { url } = await readInput(c as ApiContext, uriInput);
    await change(deps, c, (uris) => [...uris.filter((uri) => uri !== url), url]);
    return one(c as ApiContext, present(url));
  });
  app.on(['PATCH', 'PUT'], `${path}/:id`, async (c) => {
    const [{ url }, before] = [await readInput(c as ApiContext, uriInput), await named(deps, c)];
    await change(deps, c, (uris) => [...new Set(uris.map((uri) => (uri === before ? url : uri)))]);
    return one(c as ApiContext, present(url));
  });
  app.delete(`${path}/:id`, async (c) => {
    const gone = await named(deps, c);
    await change(deps, c, (uris) => uris.filter((uri) => uri !== gone));
    return done(c as ApiContext);
  });
  return app;
}

async function listed(deps: Deps, c: Context<NylasEnv>): Promise<string[]> {
  requireOfKey(c.get('principal'), 'workspace:read');
  return (await getWorkspace(deps, c.get('principal').workspaceId)).return_uris;
}

async function named(deps: Deps, c: Context<NylasEnv, string>): Promise<string> {
  const found = (await listed(deps, c)).find((uri) => idOf(uri) === c.req.param('id'));
  if (found === undefined) throw new Problem('not_found');
  return found;
}

/** Those who change the list at the same time take turns. Throws `invalid_request` for one too many. */
async function change(deps: Deps, c: Context<NylasEnv>, next: (uris: string[]) => string[]): Promise<void> {
  const principal = c.get('principal');
  requireOfKey(principal, 'workspace:write');
  const { workspaceId } = principal;
  await deps.span.inOne(async (trx) => {
    await trx.selectFrom('workspaces').select('id').where('id', '=', workspaceId).forNoKeyUpdate().execute();
    const uris = next((await getWorkspace(deps, workspaceId)).return_uris);
    await changeWorkspace(deps, workspaceId, { returnUris: checked(returnUriList, uris) });
  });
}

function present(url: string) {
  return { id: idOf(url), url, platform: 'web' };
}

/** The list has no ids: an address is named by its hash. */
function idOf(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 32);
}

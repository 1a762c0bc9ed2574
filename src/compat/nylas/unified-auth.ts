import { z } from '@hono/zod-openapi';
import type { Hono } from 'hono';
import { requireOfKey } from '../../access/principal.ts';
import { createLink } from '../../connections/links.ts';
import { searchConnections } from '../../connections/search.ts';
import type { ConnectionDeps } from '../../connections/service.ts';
import { longText, singleLine, type ApiContext } from '../../http/router.ts';
import { callerByClient } from './caller.ts';
import { epoch } from './envelope.ts';
import { errorOfUnifiedAuth } from './errors.ts';
import { linkSeconds, notes, paging, provider, scopeList } from './fields.ts';
import { gate, newNylasRouter, type GateDeps, type NylasEnv } from './gate.ts';
import { getGrant } from './grants.ts';
import {
  changeIntegration,
  createIntegration,
  deleteIntegration,
  findIntegration,
  getIntegration,
  integrationChange,
  integrationInput,
  type Integration,
  type IntegrationDeps,
} from './integrations.ts';
import { readInput, readQuery } from './read-input.ts';
import { unifiedGrantRoutes } from './unified-grants.ts';

export type UnifiedAuthDeps = GateDeps & IntegrationDeps & ConnectionDeps;

const authInput = z.object({
  provider,
  redirect_uri: z.string({ error: 'Give the address that people are sent back to.' }).max(2000),
  grant_id: singleLine(320).nullish(),
  account_id: singleLine(200).nullish(),
  login_hint: singleLine(320).nullish(),
  state: longText(1000).nullish(),
  expires_in: linkSeconds.nullish(),
  settings: z.record(z.string(), z.unknown()).nullish(),
  metadata: notes.nullish(),
  scope: scopeList.nullish(),
});

/** `/connect/…` of the unified auth service: integrations, links to connect, grants. For an application with its key. */
export function unifiedAuthRoutes(deps: UnifiedAuthDeps): Hono<NylasEnv> {
  const app = newNylasRouter(deps, errorOfUnifiedAuth);
  const guards = gate(deps, callerByClient);
  for (const path of ['/connect/integrations/*', '/connect/auth', '/connect/grants/*']) app.use(path, ...guards);
  integrationRoutes(app, deps);
  app.post('/connect/auth', (c) => askToConnect(deps, c as ApiContext));
  unifiedGrantRoutes(app, deps);
  return app;
}

function integrationRoutes(app: Hono<NylasEnv>, deps: UnifiedAuthDeps): void {
  app.post('/connect/integrations', async (c) => {
    const wanted = await readInput(c as ApiContext, integrationInput);
    const { scope: _, ...created } = present(await createIntegration(deps, c.get('principal'), wanted));
    return c.json({ success: true, data: created });
  });
  app.get('/connect/integrations', async (c) => {
    const { limit, offset } = readQuery(c as ApiContext, paging);
    const found = await findIntegration(deps, c.get('principal'));
    const data = [found].flatMap((one) => (one ? [present(one)] : [])).slice(offset, offset + limit);
    return c.json({ success: true, data, limit, offset });
  });
  app.get('/connect/integrations/:provider', async (c) => {
    const data = present(await getIntegration(deps, c.get('principal'), c.req.param('provider')));
    return c.json({ success: true, data });
  });
  app.patch('/connect/integrations/:provider', async (c) => {
    const wanted = await readInput(c as ApiContext, integrationChange);
    const changed = await changeIntegration(deps, c.get('principal'), c.req.param('provider'), wanted);
    return c.json({ success: true, data: present(changed) });
  });
  app.delete('/connect/integrations/:provider', async (c) => {
    await deleteIntegration(deps, c.get('principal'), c.req.param('provider'));
    return c.json({ success: true });
  });
}

/** Never the secret. What is shown can be sent back as it is. */
function present({ registration: { row }, workspace }: Integration) {
  return {
    id: row.id,
    name: row.name,
    provider: 'microsoft',
    redirect_uris: workspace.return_uris,
    expires_in: workspace.connect_link_seconds,
    scope: row.scopes.split(' '),
  };
}

async function askToConnect(deps: UnifiedAuthDeps, c: ApiContext): Promise<Response> {
  const principal = c.get('principal');
  requireOfKey(principal, 'connections:write');
  const { expires_in: seconds, ...wanted } = await readInput(c, authInput);
  const { connectionId, externalId } = await whomToRenew(deps, principal.workspaceId, wanted);
  const { row, token } = await createLink(deps, principal.workspaceId, {
    returnUri: wanted.redirect_uri,
    returnState: wanted.state ?? undefined,
    loginHint: wanted.login_hint ?? undefined,
    externalId,
    connectionId,
    metadata: wanted.metadata ?? undefined,
    scopes: wanted.scope ?? undefined,
    expiresInSeconds: seconds ?? undefined,
    answer: 'grant',
  });
  const request = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null));
  const url = `${deps.publicUrl}/connect/login?id=${token}`;
  return c.json({ success: true, data: { url, id: row.id, expires_at: epoch(row.expires_at), request } });
}

/** `account_id` is a grant of ours where there is one of that id; else what the application calls its person. */
async function whomToRenew(
  deps: UnifiedAuthDeps,
  workspaceId: string,
  { grant_id: grantId, account_id: accountId }: Pick<z.infer<typeof authInput>, 'grant_id' | 'account_id'>,
): Promise<{ connectionId?: string; externalId?: string }> {
  const account = accountId && (await isGrant(deps, workspaceId, accountId)) ? accountId : undefined;
  const externalId = accountId && account === undefined ? { externalId: accountId } : {};
  if (grantId) {
    const { id } = await getGrant(deps, { workspaceId, grantId: undefined }, grantId);
    return { connectionId: id, ...externalId };
  }
  return account === undefined ? externalId : { connectionId: account };
}

async function isGrant(deps: UnifiedAuthDeps, workspaceId: string, id: string): Promise<boolean> {
  const wanted = { id, sortBy: 'created_at', order: 'asc', limit: 1, offset: 0 } as const;
  return (await searchConnections(deps, workspaceId, wanted)).length > 0;
}

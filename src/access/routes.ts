import { createRoute, z } from '@hono/zod-openapi';
import { deleteCookie } from 'hono/cookie';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { sessionCookieName } from '../http/authenticate.ts';
import { idParam, instantOut, json, jsonBody, newRouter, problemAnswers, singleLine } from '../http/router.ts';
import type { KnownKeys } from './known-keys.ts';
import { memberRoutes, memberSchema, presentMember } from './member-routes.ts';
import { requireMember, requirePermission } from './principal.ts';
import { createApiKey, endSession, getMember, listApiKeys, revokeApiKey } from './service.ts';
import { workspaceRoutes } from './workspace-routes.ts';

type Deps = { db: Kysely<Database>; now: () => Date; publicUrl: string; knownKeys: KnownKeys };

const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    hint: z.string(),
    lastUsedAt: instantOut.nullable(),
    createdAt: instantOut,
  })
  .openapi('ApiKey');

const me = createRoute({
  method: 'get',
  path: '/v1/me',
  tags: ['Access'],
  responses: {
    200: json(
      z.object({ member: memberSchema, workspace: z.object({ id: z.string(), name: z.string(), slug: z.string() }) }),
      'Who is signed in',
    ),
    ...problemAnswers,
  },
});
const signOut = createRoute({
  method: 'delete',
  path: '/v1/session',
  tags: ['Access'],
  responses: { 204: { description: 'Signed out' }, ...problemAnswers },
});
const keys = createRoute({
  method: 'get',
  path: '/v1/api-keys',
  tags: ['Access'],
  responses: {
    200: json(z.object({ data: z.array(apiKeySchema) }), 'Keys that are in use; never their secrets'),
    ...problemAnswers,
  },
});
const createKey = createRoute({
  method: 'post',
  path: '/v1/api-keys',
  tags: ['Access'],
  request: {
    body: jsonBody(z.strictObject({ name: singleLine(100, 'Give the key a name.') })),
  },
  responses: {
    201: json(apiKeySchema.extend({ secret: z.string() }), 'The key; its secret is shown this once'),
    ...problemAnswers,
  },
});
const revokeKey = createRoute({
  method: 'delete',
  path: '/v1/api-keys/{id}',
  tags: ['Access'],
  request: { params: idParam('the key') },
  responses: { 204: { description: 'The key works no more' }, ...problemAnswers },
});

/** `/v1/me`, the workspace, members and API keys. */
export function accessRoutes(deps: Deps) {
  return newRouter()
    .route('/', memberRoutes(deps))
    .route('/', workspaceRoutes(deps))
    .openapi(me, async (c) => {
      const principal = requireMember(c.get('principal'));
      const row = await getMember(deps, principal.workspaceId, principal.memberId);
      const workspace = { id: row.workspace_id, name: row.workspace_name, slug: row.workspace_slug };
      return c.json({ member: presentMember(row), workspace }, 200);
    })
    .openapi(signOut, async (c) => {
      await endSession(deps, requireMember(c.get('principal')).sessionHash);
      deleteCookie(c, sessionCookieName(deps.publicUrl), { path: '/', secure: deps.publicUrl.startsWith('https:') });
      return c.body(null, 204);
    })
    .openapi(keys, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      const rows = await listApiKeys(deps, c.get('principal').workspaceId);
      return c.json({ data: rows.map(presentKey) }, 200);
    })
    .openapi(createKey, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      const { row, secret } = await createApiKey(deps, c.get('principal').workspaceId, c.req.valid('json').name);
      return c.json({ ...presentKey(row), secret }, 201);
    })
    .openapi(revokeKey, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      await revokeApiKey(deps, c.get('principal').workspaceId, c.req.valid('param').id);
      deps.knownKeys.forget();
      return c.body(null, 204);
    });
}

function presentKey(row: Awaited<ReturnType<typeof listApiKeys>>[number]): z.infer<typeof apiKeySchema> {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

import { createRoute, z } from '@hono/zod-openapi';
import { deleteCookie } from 'hono/cookie';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { sessionCookieName } from '../http/authenticate.ts';
import { json, newRouter, problemAnswers } from '../http/router.ts';
import { keyRoutes } from './key-routes.ts';
import { memberRoutes, memberSchema, presentMember } from './member-routes.ts';
import { requireMember } from './principal.ts';
import { endSession, getMember } from './service.ts';
import { workspaceRoutes } from './workspace-routes.ts';

type Deps = { db: Kysely<Database>; now: () => Date; publicUrl: string };

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
/** `/v1/me`, the workspace, members and API keys. */
export function accessRoutes(deps: Deps) {
  return newRouter()
    .route('/', memberRoutes(deps))
    .route('/', workspaceRoutes(deps))
    .route('/', keyRoutes(deps))
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
    });
}

import { createRoute, z } from '@hono/zod-openapi';
import { requirePermission } from '../access/principal.ts';
import { once } from '../http/idempotency.ts';
import { idParam, json, newRouter, problemAnswers, type ApiContext } from '../http/router.ts';
import type { DataKeys } from '../access/workspace-keys.ts';
import { createFeed, endFeed } from './feed.ts';
import type { NoticeDeps } from './service.ts';

const params = idParam('the member');
const tags = ['Mail'];
const feedSchema = z
  .object({
    url: z.string().openapi({ description: 'Shown this once: whoever has it sees the member’s bookings.' }),
    webcalUrl: z.string().openapi({ description: 'The same, for calendar programs that subscribe with one click.' }),
  })
  .openapi('CalendarFeed');

const create = createRoute({
  method: 'post',
  path: '/v1/members/{id}/calendar-feed',
  tags,
  description:
    'Makes the address of a calendar with the member’s bookings. An address that was made before stops working.',
  request: { params },
  responses: { 201: json(feedSchema, 'The address, this once'), ...problemAnswers },
});
const remove = createRoute({
  method: 'delete',
  path: '/v1/members/{id}/calendar-feed',
  tags,
  request: { params },
  responses: { 204: { description: 'The address opens nothing any more' }, ...problemAnswers },
});

type Deps = Pick<NoticeDeps, 'db' | 'now' | 'publicUrl'> & { dataKeys: DataKeys };

/** `/v1/members/{id}/calendar-feed`: bookings in a calendar program that subscribes to them. */
export function noticeRoutes(deps: Deps) {
  return newRouter()
    .openapi(create, async (c) => {
      const { workspaceId, memberId } = ownOrManaged(c, c.req.valid('param').id);
      const response = await once(c, deps, {
        run: async (trx) => {
          const token = await createFeed({ ...deps, db: trx }, workspaceId, memberId);
          const url = `${deps.publicUrl}/feeds/${token}.ics`;
          return { status: 201, body: { url, webcalUrl: url.replace(/^https?:/, 'webcal:') } };
        },
      });
      return response as never; // stored bytes, checked against the schema when they were made
    })
    .openapi(remove, async (c) => {
      const { workspaceId, memberId } = ownOrManaged(c, c.req.valid('param').id);
      await endFeed(deps, workspaceId, memberId);
      return c.body(null, 204);
    });
}

/** People have a feed of their own bookings; whoever manages the workspace, for everybody. */
function ownOrManaged(c: ApiContext, memberId: string) {
  const principal = c.get('principal');
  const isOwn = principal.kind === 'member' && principal.memberId === memberId;
  requirePermission(principal, isOwn ? 'read' : 'manage');
  return { workspaceId: principal.workspaceId, memberId };
}

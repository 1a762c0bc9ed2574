import { createRoute, z } from '@hono/zod-openapi';
import { requirePermission } from '../access/principal.ts';
import { idParam, json, jsonBody, newRouter, problemAnswers } from '../http/router.ts';
import { eventTypeInput, eventTypeSchema, presentEventType } from './event-type-json.ts';
import {
  changeEventType,
  createEventType,
  deleteEventType,
  getEventType,
  listEventTypes,
  withOperators,
  type EventTypeRow,
} from './event-types.ts';
import { listOperatorStates } from './open-event-type.ts';
import type { SchedulingDeps } from './service.ts';

type Deps = SchedulingDeps & { publicUrl: string };

const params = idParam('the event type');
const tags = ['Event types'];
const answer = { 200: json(eventTypeSchema, 'The event type'), ...problemAnswers };

const list = createRoute({
  method: 'get',
  path: '/v1/event-types',
  tags,
  responses: { 200: json(z.object({ data: z.array(eventTypeSchema) }), 'All event types'), ...problemAnswers },
});
const create = createRoute({
  method: 'post',
  path: '/v1/event-types',
  tags,
  request: { body: jsonBody(eventTypeInput) },
  responses: { 201: json(eventTypeSchema, 'The event type'), ...problemAnswers },
});
const read = createRoute({ method: 'get', path: '/v1/event-types/{id}', tags, request: { params }, responses: answer });
const replace = createRoute({
  method: 'put',
  path: '/v1/event-types/{id}',
  tags,
  request: { params, body: jsonBody(eventTypeInput) },
  responses: answer,
});
const remove = createRoute({
  method: 'delete',
  path: '/v1/event-types/{id}',
  tags,
  description: 'Removes an event type; one that has bookings is only switched off.',
  request: { params },
  responses: { 204: { description: 'It is gone, or switched off' }, ...problemAnswers },
});
const operators = createRoute({
  method: 'get',
  path: '/v1/event-types/{id}/operators',
  tags,
  description: 'Who takes its bookings, in order, and whether they can now.',
  request: { params },
  responses: {
    200: json(
      z.object({
        data: z.array(
          z.object({
            id: z.string(),
            name: z.string(),
            takesBookings: z.boolean(),
            closedReason: z.string().nullable().openapi({ description: 'Why they cannot, as a sentence.' }),
          }),
        ),
      }),
      'The operators',
    ),
    ...problemAnswers,
  },
});

/** `/v1/event-types`: what visitors can book, and with whom. */
export function eventTypeRoutes(deps: Deps) {
  const present = async (row: EventTypeRow) => {
    const [eventType] = await withOperators(deps, [row]);
    if (!eventType) throw new TypeError('one event type was asked for');
    return presentEventType(deps, eventType, await workspaceSlug(deps, row.workspace_id));
  };
  return newRouter()
    .openapi(list, async (c) => {
      const { workspaceId } = c.get('principal');
      const rows = await listEventTypes(deps, workspaceId);
      const slug = await workspaceSlug(deps, workspaceId);
      return c.json({ data: await Promise.all(rows.map((row) => presentEventType(deps, row, slug))) }, 200);
    })
    .openapi(create, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      const { workspaceId } = c.get('principal');
      return c.json(await present(await createEventType(deps, workspaceId, c.req.valid('json'))), 201);
    })
    .openapi(read, async (c) => {
      const { workspaceId } = c.get('principal');
      return c.json(await present(await getEventType(deps, workspaceId, c.req.valid('param').id)), 200);
    })
    .openapi(replace, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      const { workspaceId } = c.get('principal');
      const row = await changeEventType(deps, workspaceId, c.req.valid('param').id, c.req.valid('json'));
      return c.json(await present(row), 200);
    })
    .openapi(remove, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      await deleteEventType(deps, c.get('principal').workspaceId, c.req.valid('param').id);
      return c.body(null, 204);
    })
    .openapi(operators, async (c) => {
      const eventType = await getEventType(deps, c.get('principal').workspaceId, c.req.valid('param').id);
      const states = await listOperatorStates(deps, eventType);
      const data = states.map(({ memberId: id, name, closedReason }) => ({
        id,
        name,
        takesBookings: closedReason === undefined,
        closedReason: closedReason ?? null,
      }));
      return c.json({ data }, 200);
    });
}

async function workspaceSlug({ db }: Pick<Deps, 'db'>, workspaceId: string): Promise<string> {
  const row = await db.selectFrom('workspaces').select('slug').where('id', '=', workspaceId).executeTakeFirstOrThrow();
  return row.slug;
}

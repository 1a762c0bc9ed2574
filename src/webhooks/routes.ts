import { createRoute, z } from '@hono/zod-openapi';
import { requirePermission } from '../access/principal.ts';
import { once } from '../http/idempotency.ts';
import { pageOf, pageQuery, splitPage } from '../http/paging.ts';
import {
  idParam,
  instant,
  json,
  jsonBody,
  longText,
  newRouter,
  problemAnswers,
  singleLine,
  type ApiContext,
} from '../http/router.ts';
import { createTest, getDelivery, listDeliveries, redeliver, requireEnabled, type WebhookDeps } from './deliveries.ts';
import { choosable, nylasTypes } from './event-types.ts';
import { requireReader } from './format.ts';
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  disableEndpoint,
  enableEndpoint,
  getEndpoint,
  listEndpoints,
  redeliverRange,
  requireWilling,
  rotateSecret,
  type WithSecret,
} from './service.ts';
import {
  deliverySchema,
  endpointSchema,
  presentDelivery,
  presentEndpoint,
  secretEndpointSchema,
} from './webhook-json.ts';
import { mostEndpoints } from './webhook.ts';

const dayMs = 24 * 60 * 60_000;

const choices: string[] = [...choosable, ...nylasTypes];

const fields = {
  url: singleLine(2000, 'Give a URL.'),
  description: longText(500).trim(),
  types: z
    .array(z.enum(choices, 'Give a type of event, or a group of them such as meeting.*.'))
    .min(1, 'Give at least one type, or null for all.')
    .max(100, 'At most 100 types.')
    .nullable()
    .openapi({
      description: `In the words of its format; of \`nylas\`: ${nylasTypes.join(', ')}. \`null\`: all of them.`,
    }),
  alsoWarn: z
    .array(z.email('Give an e-mail address.').max(254, 'At most 254 characters.'))
    .max(5, 'At most 5 addresses.')
    .openapi({ description: 'Who is written to when nothing arrives, beside owners and admins.' }),
};

const newEndpointSchema = z
  .strictObject({
    url: fields.url,
    description: fields.description.default(''),
    types: fields.types.default(null),
    signature: z.enum(['hmac', 'ed25519']).default('hmac'),
    format: z.enum(['standard', 'nylas']).default('standard').openapi({
      description:
        'standard: thin messages · nylas: what receivers written for Nylas expect; the address has to answer a challenge',
    }),
    alsoWarn: fields.alsoWarn.default([]),
  })
  .refine(({ format, signature }) => format === 'standard' || signature === 'hmac', {
    path: ['signature'],
    error: 'Messages of this format are signed with a secret: choose hmac.',
  })
  .openapi('NewWebhookEndpoint');
const changesSchema = z.strictObject(fields).partial().openapi('WebhookEndpointChanges');
const rangeSchema = z
  .strictObject({
    from: instant,
    to: instant,
    which: z.enum(['undelivered', 'all']).default('undelivered').openapi({
      description: 'undelivered: what did not arrive or was never sent · all: what arrived, once more, as well',
    }),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], error: 'The end must be later than the start.' })
  .refine(({ from, to }) => to.getTime() - from.getTime() <= 31 * dayMs, {
    path: ['to'],
    error: 'Give at most 31 days at a time.',
  });

const params = idParam('the endpoint');
const deliveryParams = idParam('the delivery');
const tags = ['Webhooks'];
const answer = { 200: json(endpointSchema, 'The endpoint'), ...problemAnswers };
const delivery = json(deliverySchema, 'The delivery');
// A literal, because the typed client is made from the paths.
const at = <Path extends string>(path: Path) => `/v1/webhook-endpoints/{id}${path}` as const;

const list = createRoute({
  method: 'get',
  path: '/v1/webhook-endpoints',
  tags,
  responses: { 200: json(z.object({ data: z.array(endpointSchema) }), 'All endpoints'), ...problemAnswers },
});
const create = createRoute({
  method: 'post',
  path: '/v1/webhook-endpoints',
  tags,
  description: `Sends what happens from now on to this address, signed as Standard Webhooks describes. A workspace has at most ${mostEndpoints}.`,
  request: { body: jsonBody(newEndpointSchema) },
  responses: { 201: json(secretEndpointSchema, 'The endpoint, with its secret this once'), ...problemAnswers },
});
const read = createRoute({ method: 'get', path: at(''), tags, request: { params }, responses: answer });
const change = createRoute({
  method: 'patch',
  path: at(''),
  tags,
  request: { params, body: jsonBody(changesSchema) },
  responses: answer,
});
const remove = createRoute({
  method: 'delete',
  path: at(''),
  tags,
  request: { params },
  responses: { 204: { description: 'It is gone, with its log' }, ...problemAnswers },
});
const rotate = createRoute({
  method: 'post',
  path: at('/rotate-secret'),
  tags,
  description: 'A new secret. For 24 hours messages are signed with the one before as well.',
  request: { params },
  responses: { 200: json(secretEndpointSchema, 'The endpoint, with its new secret this once'), ...problemAnswers },
});
const enable = createRoute({ method: 'post', path: at('/enable'), tags, request: { params }, responses: answer });
const disable = createRoute({
  method: 'post',
  path: at('/disable'),
  tags,
  description: 'Sends nothing more, and asks no more whether it answers. What was waiting is given up.',
  request: { params },
  responses: answer,
});
const test = createRoute({
  method: 'post',
  path: at('/test'),
  tags,
  description: 'Sends a `webhook.test` message now. Read the delivery to see what came of it.',
  request: { params },
  responses: { 201: delivery, ...problemAnswers },
});
const log = createRoute({
  method: 'get',
  path: at('/deliveries'),
  tags,
  description:
    'What was sent and what was answered, for 30 days. `order`, `from` and `to` go by when it was first sent.',
  request: {
    params,
    query: pageQuery.extend({
      status: deliverySchema.shape.status.optional(),
      type: longText(100).optional(),
    }),
  },
  responses: {
    200: json(z.object({ data: z.array(deliverySchema), nextCursor: z.string().nullable() }), 'Deliveries'),
    ...problemAnswers,
  },
});
const replay = createRoute({
  method: 'post',
  path: at('/redeliver'),
  tags,
  description: 'Sends again what happened in a span of time, with the same `webhook-id`s. Asking twice sends once.',
  request: { params, body: jsonBody(rangeSchema) },
  responses: {
    200: json(
      z.object({
        count: z.number().int(),
        more: z.boolean().openapi({
          description: 'There is more than may wait at a time. Ask once more when these have arrived.',
        }),
      }),
      'How many messages are sent',
    ),
    ...problemAnswers,
  },
});
const readDelivery = createRoute({
  method: 'get',
  path: '/v1/webhook-deliveries/{id}',
  tags,
  request: { params: deliveryParams },
  responses: { 200: delivery, ...problemAnswers },
});
const replayOne = createRoute({
  method: 'post',
  path: '/v1/webhook-deliveries/{id}/redeliver',
  tags,
  description: 'Sends it again, with the same `webhook-id`, from the start of the schedule.',
  request: { params: deliveryParams },
  responses: { 200: delivery, ...problemAnswers },
});

/** `/v1/webhook-endpoints`: where a workspace wants to be told what happens. */
export function webhookRoutes(deps: WebhookDeps) {
  const manager = (c: ApiContext) => {
    requirePermission(c.get('principal'), 'manage');
    return c.get('principal').workspaceId;
  };
  const endpoint = (row: Parameters<typeof presentEndpoint>[0]) => presentEndpoint(row, deps.now());
  const withSecret = ({ row, secret }: WithSecret) => ({ ...endpoint(row), secret });
  return newRouter()
    .openapi(list, async (c) => {
      const rows = await listEndpoints(deps, manager(c));
      return c.json({ data: rows.map(endpoint) }, 200);
    })
    .openapi(create, async (c) => {
      const workspaceId = manager(c);
      const input = c.req.valid('json');
      requireReader(c.get('principal'), input.format);
      const response = await once(c, deps, {
        prepare: () => requireWilling(deps, input.format, input.url),
        run: async (trx) => ({
          status: 201,
          body: withSecret(await createEndpoint({ ...deps, db: trx }, workspaceId, input)),
        }),
      });
      return response as never; // stored bytes, checked against the schema when they were made
    })
    .openapi(read, async (c) => c.json(endpoint(await getEndpoint(deps, manager(c), c.req.valid('param').id)), 200))
    .openapi(change, async (c) => {
      const before = await getEndpoint(deps, manager(c), c.req.valid('param').id);
      const changes = c.req.valid('json');
      requireReader(c.get('principal'), before.format);
      const response = await once(c, deps, {
        prepare: async () => {
          if (changes.url !== undefined && changes.url !== before.url)
            await requireWilling(deps, before.format, changes.url);
        },
        run: async (trx) => ({
          status: 200,
          body: endpoint(await changeEndpoint({ ...deps, db: trx }, before.workspace_id, before.id, changes)),
        }),
      });
      return response as never; // as above
    })
    .openapi(remove, async (c) => {
      await deleteEndpoint(deps, manager(c), c.req.valid('param').id);
      return c.body(null, 204);
    })
    .openapi(rotate, async (c) => {
      const workspaceId = manager(c);
      const { id } = c.req.valid('param');
      const response = await once(c, deps, {
        run: async (trx) => ({
          status: 200,
          body: withSecret(await rotateSecret({ ...deps, db: trx }, workspaceId, id)),
        }),
      });
      return response as never; // as above
    })
    .openapi(enable, async (c) =>
      c.json(endpoint(await enableEndpoint(deps, manager(c), c.req.valid('param').id)), 200),
    )
    .openapi(disable, async (c) =>
      c.json(endpoint(await disableEndpoint(deps, manager(c), c.req.valid('param').id)), 200),
    )
    .route('/', deliveryRoutes(deps, manager));
}

/** What was sent, and sending it again. */
function deliveryRoutes(deps: WebhookDeps, manager: (c: ApiContext) => string) {
  return newRouter()
    .openapi(test, async (c) => {
      const row = await getEndpoint(deps, manager(c), c.req.valid('param').id);
      const response = await once(c, deps, {
        run: async (trx) => ({ status: 201, body: presentDelivery(await createTest({ ...deps, db: trx }, row)) }),
      });
      return response as never; // as above
    })
    .openapi(log, async (c) => {
      const row = await getEndpoint(deps, manager(c), c.req.valid('param').id);
      const { status, type, ...query } = c.req.valid('query');
      const rows = await listDeliveries(deps, row, { ...pageOf(query), status, type });
      const page = splitPage(rows, query.limit, ({ created_at: startsAt, id }) => ({ startsAt, id }));
      return c.json({ data: page.data.map(presentDelivery), nextCursor: page.nextCursor }, 200);
    })
    .openapi(replay, async (c) => {
      const row = await getEndpoint(deps, manager(c), c.req.valid('param').id);
      return c.json(await redeliverRange(deps, row, c.req.valid('json')), 200);
    })
    .openapi(readDelivery, async (c) =>
      c.json(presentDelivery(await getDelivery(deps, manager(c), c.req.valid('param').id)), 200),
    )
    .openapi(replayOne, async (c) => {
      const workspaceId = manager(c);
      const { id } = c.req.valid('param');
      const before = await getDelivery(deps, workspaceId, id);
      requireEnabled(await getEndpoint(deps, workspaceId, before.endpoint_id));
      await deps.db.transaction().execute((trx) => redeliver({ ...deps, db: trx }, { ids: [id] }));
      return c.json(presentDelivery(await getDelivery(deps, workspaceId, id)), 200);
    });
}

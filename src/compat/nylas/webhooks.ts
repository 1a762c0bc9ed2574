import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireOfKey } from '../../access/principal.ts';
import { once } from '../../http/idempotency.ts';
import { idText, invalidRequest, longText, singleLine, type ApiContext } from '../../http/router.ts';
import { Problem } from '../../problem.ts';
import { nylasTypes, requireReader } from '../../webhooks/format.ts';
import {
  changeEndpoint,
  createEndpoint,
  createSample,
  deleteEndpoint,
  disableEndpointIn,
  enableEndpoint,
  getEndpoint,
  listEndpoints,
  requireWilling,
  rotateSecret,
  type WebhookDeps,
  type WithSecret,
} from '../../webhooks/service.ts';
import type { EndpointRow } from '../../webhooks/webhook.ts';
import { callerByBearer } from './caller.ts';
import { one, page } from './envelope.ts';
import { errorOfVersion3 } from './errors.ts';
import { gate, newNylasRouter, type GateDeps, type NylasEnv } from './gate.ts';
import { sample } from './samples.ts';
import { presentDestination } from './webhook-json.ts';

export type DestinationDeps = GateDeps & WebhookDeps;

const triggerType = z.enum(nylasTypes, `Parley tells of ${nylasTypes.join(', ')}.`);
const fields = {
  trigger_types: z.array(triggerType).min(1, 'Give at least one type.').max(50, 'At most 50 types.'),
  webhook_url: singleLine(2000, 'Give a URL.'),
  description: longText(500).trim().nullable(),
  notification_email_addresses: z
    .array(z.email('Give an e-mail address.').max(254, 'At most 254 characters.'))
    .max(5, 'At most 5 addresses.')
    .nullable(),
  compressed_delivery: z.literal(false, 'Parley sends messages as they are, not compressed.'),
};
const newSchema = z.object({
  ...fields,
  description: fields.description.optional(),
  notification_email_addresses: fields.notification_email_addresses.optional(),
  compressed_delivery: fields.compressed_delivery.optional(),
});
const changesSchema = z.object({ ...fields, status: z.enum(['active', 'pause'], 'Give active or pause.') }).partial();
const sampleSchema = z.object({ trigger_type: triggerType });
const testSchema = sampleSchema.extend({ webhook_url: fields.webhook_url });

/** `/v3/webhooks`: webhook endpoints whose receivers were written for Nylas. */
export function destinationRoutes(deps: DestinationDeps) {
  const app = newNylasRouter(deps, (c, problem) => errorOfVersion3(c, inTheirWords(problem)));
  app.use('/v3/webhooks/*', ...gate(deps, callerByBearer));
  const read = allowed(deps, 'webhooks:read');
  const write = allowed(deps, 'webhooks:write');
  app.get('/v3/webhooks', read(list));
  app.get('/v3/webhooks/ip-addresses', read(refuseAddresses));
  app.post('/v3/webhooks/mock-payload', read(showSample));
  app.post('/v3/webhooks/send-test-event', write(sendSample));
  app.post('/v3/webhooks/rotate-secret/:id', write(rotate));
  app.post('/v3/webhooks', write(create));
  app.get('/v3/webhooks/:id', read(show));
  app.put('/v3/webhooks/:id', write(change));
  app.delete('/v3/webhooks/:id', write(remove));
  return app;
}

type Handler = (deps: DestinationDeps, c: ApiContext, workspaceId: string) => Promise<Response>;

function allowed(deps: DestinationDeps, permission: Parameters<typeof requireOfKey>[1]) {
  return (handle: Handler) => async (context: Context<NylasEnv>) => {
    const c = context as unknown as ApiContext; // knows the same variables and fewer
    const principal = c.get('principal');
    requireOfKey(principal, permission);
    return handle(deps, c, principal.workspaceId);
  };
}

async function list(deps: DestinationDeps, c: ApiContext, workspaceId: string) {
  const rows = await listEndpoints(deps, workspaceId);
  return page(c, rows.filter(isOfNylas).map(presentDestination), null);
}

async function refuseAddresses(): Promise<never> {
  throw new Problem('not_found', {
    detail:
      'Parley runs on a server of yours and does not know under which addresses others see it: ask whoever looks after its network, and verify x-nylas-signature.',
  });
}

async function showSample({ now }: DestinationDeps, c: ApiContext, workspaceId: string) {
  const { trigger_type: type } = await bodyOf(c, sampleSchema);
  return one(c, sample(type, { id: 'msg_sample', at: now(), workspaceId }));
}

/** To an address that an endpoint has, and signed with its secret: nobody else asked for messages. */
async function sendSample(deps: DestinationDeps, c: ApiContext, workspaceId: string) {
  const { trigger_type: type, webhook_url: url } = await bodyOf(c, testSchema);
  const rows = await listEndpoints(deps, workspaceId);
  const row = rows.find((endpoint) => isOfNylas(endpoint) && endpoint.url === url);
  if (!row)
    throw new Problem('not_found', { detail: 'No webhook has this address: make it first, then it can be tested.' });
  const write = (id: string) => JSON.stringify(sample(type, { id, at: deps.now(), workspaceId }));
  await deps.db.transaction().execute((trx) => createSample({ ...deps, db: trx }, row, { type, write }));
  return one(c, 'The test event is on its way.');
}

async function create(deps: DestinationDeps, c: ApiContext, workspaceId: string) {
  const { trigger_types: types, webhook_url: url, ...input } = await bodyOf(c, newSchema);
  requireReader(c.get('principal'), 'nylas');
  const wanted = {
    url,
    types: [...types],
    description: input.description ?? '',
    alsoWarn: input.notification_email_addresses ?? [],
    signature: 'hmac' as const,
    format: 'nylas' as const,
  };
  return once(c, deps, {
    prepare: () => requireWilling(deps, 'nylas', url),
    run: async (trx) => withSecret(c, await createEndpoint({ ...deps, db: trx }, workspaceId, wanted)),
  });
}

async function show(deps: DestinationDeps, c: ApiContext, workspaceId: string) {
  return one(c, presentDestination(await find(deps, c, workspaceId)));
}

async function change(deps: DestinationDeps, c: ApiContext, workspaceId: string) {
  const before = await find(deps, c, workspaceId);
  const { id } = before;
  const { status, webhook_url: url, trigger_types: types, description, ...input } = await bodyOf(c, changesSchema);
  requireReader(c.get('principal'), 'nylas');
  const alsoWarn = input.notification_email_addresses;
  const changes = {
    ...(url !== undefined && { url }),
    ...(types && { types: [...types] }),
    ...(description !== undefined && { description: description ?? '' }),
    ...(alsoWarn !== undefined && { alsoWarn: alsoWarn ?? [] }),
  };
  return once(c, deps, {
    prepare: async () => {
      if (url !== undefined && url !== before.url) await requireWilling(deps, 'nylas', url);
    },
    run: async (trx) => {
      const inTrx = { ...deps, db: trx };
      const changed = await changeEndpoint(inTrx, workspaceId, id, changes);
      if (status === 'active') await enableEndpoint(inTrx, workspaceId, id);
      if (status === 'pause') await disableEndpointIn(deps, trx, changed);
      return answer(c, presentDestination(await getEndpoint(inTrx, workspaceId, id)));
    },
  });
}

async function remove(deps: DestinationDeps, c: ApiContext, workspaceId: string) {
  const { id } = await find(deps, c, workspaceId);
  await deleteEndpoint(deps, workspaceId, id);
  return one(c, { status: 'success' });
}

async function rotate(deps: DestinationDeps, c: ApiContext, workspaceId: string) {
  const { id } = await find(deps, c, workspaceId);
  return once(c, deps, {
    run: async (trx) => withSecret(c, await rotateSecret({ ...deps, db: trx }, workspaceId, id)),
  });
}

/** Throws `not_found`, also for endpoints of another format: their receivers do not understand what would be made here. */
async function find(deps: DestinationDeps, c: ApiContext, workspaceId: string): Promise<EndpointRow> {
  const id = idText.safeParse(c.req.param('id'));
  const row = id.success ? await getEndpoint(deps, workspaceId, id.data) : undefined;
  if (!row || !isOfNylas(row)) throw new Problem('not_found');
  return row;
}

function isOfNylas({ format }: EndpointRow): boolean {
  return format === 'nylas';
}

function withSecret(c: ApiContext, { row, secret }: WithSecret) {
  return answer(c, { ...presentDestination(row), webhook_secret: secret });
}

function answer(c: ApiContext, data: unknown) {
  return { status: 200 as const, body: { request_id: c.get('requestId'), data } };
}

async function bodyOf<Body>(c: ApiContext, schema: z.ZodType<Body>): Promise<Body> {
  const body = schema.safeParse(await c.req.json());
  if (!body.success) throw invalidRequest(body.error);
  return body.data;
}

/** Faults name the fields that the caller knows. */
function inTheirWords(problem: Problem): Problem {
  const { code, detail, errors, cause } = problem;
  if (!errors) return problem;
  const renamed = errors.map(({ pointer, ...fault }) => ({
    pointer: pointer.replace(/^\/url$/, '/webhook_url'),
    ...fault,
  }));
  return new Problem(code, { ...(detail !== undefined && { detail }), errors: renamed, cause });
}

import { createRoute, z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { idParam, instant, instantOut, json, jsonBody, newRouter, problemAnswers, singleLine } from '../http/router.ts';
import { addApiKey, changeApiKey, listApiKeys, revokeApiKey, rotateApiKey } from './api-keys.ts';
import { refuseIpRange } from './ip-ranges.ts';
import { keyGrants } from './permissions.ts';
import { requirePermission, type Principal } from './principal.ts';
import type { ApiKeyRow } from './service.ts';

type Deps = { db: Kysely<Database>; now: () => Date };

const mostRanges = 50;
const minuteMs = 60_000;
const yearMinutes = 365 * 24 * 60;

const grant = z
  .enum(keyGrants, { error: 'There is no such permission.' })
  .openapi('KeyPermission', { description: '`*` for everything, or what may be done with a resource' });

const ipRange = z
  .string({ error: 'Give an address or a network.' })
  .trim()
  .max(50, 'At most 50 characters.')
  .superRefine((text, context) => {
    const message = refuseIpRange(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .openapi({ example: '203.0.113.0/24' });

const fields = {
  name: singleLine(100, 'Give the key a name.'),
  permissions: z
    .array(grant, { error: 'Give a list of permissions.' })
    .min(1, 'Give at least one permission.')
    .max(keyGrants.length, `At most ${keyGrants.length} permissions.`),
  ipRanges: z
    .array(ipRange, { error: 'Give a list of addresses and networks.' })
    .max(mostRanges, `At most ${mostRanges} addresses and networks.`),
  // What describes an instant says that it is a text, and nothing else of it.
  expiresAt: instant.nullable().openapi({ type: ['string', 'null'] }),
};

const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    hint: z.string().openapi({ description: 'How its secret begins' }),
    permissions: z.array(grant),
    ipRanges: z.array(z.string()).openapi({ description: 'From where it is valid; empty: from anywhere' }),
    expiresAt: instantOut.nullable(),
    replaces: z.string().nullable().openapi({ description: 'The key beside which it was made, to take its place' }),
    lastUsedAt: instantOut.nullable().openapi({ description: 'To the minute' }),
    lastUsedFrom: z.string().nullable().openapi({ description: 'The address from which it was used then' }),
    createdAt: instantOut,
  })
  .openapi('ApiKey');
const madeSchema = apiKeySchema.extend({ secret: z.string() }).openapi('NewApiKey');

const tags = ['Access'];
const params = idParam('the key');

const list = createRoute({
  method: 'get',
  path: '/v1/api-keys',
  tags,
  responses: {
    200: json(z.object({ data: z.array(apiKeySchema) }), 'Keys that are not revoked; never their secrets'),
    ...problemAnswers,
  },
});
const create = createRoute({
  method: 'post',
  path: '/v1/api-keys',
  tags,
  description:
    'Makes a key. Without `permissions` it may do everything. A key makes only keys that may do no more than itself.',
  request: {
    body: jsonBody(
      z.strictObject({
        ...fields,
        permissions: fields.permissions.default(['*']),
        ipRanges: fields.ipRanges.default([]),
        expiresAt: fields.expiresAt.default(null),
      }),
    ),
  },
  responses: { 201: json(madeSchema, 'The key; its secret is shown this once'), ...problemAnswers },
});
const change = createRoute({
  method: 'patch',
  path: '/v1/api-keys/{id}',
  tags,
  description: 'Changes what is given, from the next request on; lists are replaced as a whole.',
  request: { params, body: jsonBody(z.strictObject(fields).partial()) },
  responses: { 200: json(apiKeySchema, 'The changed key'), ...problemAnswers },
});
const rotate = createRoute({
  method: 'post',
  path: '/v1/api-keys/{id}/rotate',
  tags,
  description:
    'Makes a second key beside the first, with the same name, permissions and addresses. Both are valid until the first is revoked, or its grace ends.',
  request: {
    params,
    body: jsonBody(
      z.strictObject({
        graceMinutes: z
          .number({ error: 'Give a whole number of minutes.' })
          .int('Give a whole number of minutes.')
          .min(0, 'Give 0 or more minutes.')
          .max(yearMinutes, 'At most a year.')
          .optional()
          .openapi({
            description: 'How long the first key is still valid; without it, until it is revoked or expires.',
          }),
        expiresAt: fields.expiresAt
          .optional()
          .openapi({ description: 'Of the second key; without it, it lasts as long as the first was made for.' }),
      }),
    ),
  },
  responses: { 201: json(madeSchema, 'The second key; its secret is shown this once'), ...problemAnswers },
});
const revoke = createRoute({
  method: 'delete',
  path: '/v1/api-keys/{id}',
  tags,
  request: { params },
  responses: { 204: { description: 'The key works no more' }, ...problemAnswers },
});

/** `/v1/api-keys`. */
export function keyRoutes(deps: Deps) {
  return newRouter()
    .openapi(list, async (c) => {
      const { workspaceId } = manager(c.get('principal'));
      const rows = await listApiKeys(deps, workspaceId);
      return c.json({ data: rows.map(presentKey) }, 200);
    })
    .openapi(create, async (c) => {
      const { row, secret } = await addApiKey(deps, manager(c.get('principal')), c.req.valid('json'));
      return c.json({ ...presentKey(row), secret }, 201);
    })
    .openapi(change, async (c) => {
      const principal = manager(c.get('principal'));
      const row = await changeApiKey(deps, principal, c.req.valid('param').id, c.req.valid('json'));
      return c.json(presentKey(row), 200);
    })
    .openapi(rotate, async (c) => {
      const principal = manager(c.get('principal'));
      const { graceMinutes, expiresAt } = c.req.valid('json');
      const graceMs = graceMinutes === undefined ? undefined : graceMinutes * minuteMs;
      const { row, secret } = await rotateApiKey(deps, principal, c.req.valid('param').id, { graceMs, expiresAt });
      return c.json({ ...presentKey(row), secret }, 201);
    })
    .openapi(revoke, async (c) => {
      await revokeApiKey(deps, manager(c.get('principal')), c.req.valid('param').id);
      return c.body(null, 204);
    });
}

function manager(principal: Principal): Principal {
  requirePermission(principal, 'manage');
  return principal;
}

function presentKey(row: ApiKeyRow): z.infer<typeof apiKeySchema> {
  const { id, name, hint, permissions, replaces } = row;
  return {
    id,
    name,
    hint,
    permissions,
    ipRanges: row.ip_ranges,
    expiresAt: row.expires_at?.toISOString() ?? null,
    replaces,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    lastUsedFrom: row.last_used_from,
    createdAt: row.created_at.toISOString(),
  };
}

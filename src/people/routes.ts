import { createRoute, z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import { requirePermission, type Principal } from '../access/principal.ts';
import type { Database } from '../database/schema.ts';
import { namedPageOf, namedPageQuery, splitNamedPage } from '../http/paging.ts';
import {
  idParam,
  idText,
  json,
  jsonBody,
  longText,
  newRouter,
  problemAnswers,
  singleLine,
  type ApiContext,
} from '../http/router.ts';
import { timeZoneSchema } from '../scheduling/event-type.ts';
import type { AppTokens } from '../tenants/app-tokens.ts';
import { changeContact, createContact, deleteContact, getContact, listContacts, putContact } from './contacts.ts';
import { organisationRoutes } from './organisation-routes.ts';
import { contactSchema, foundUserSchema, presentContact } from './person-json.ts';
import { addressSchema } from './person.ts';
import { findUsers } from './users.ts';
import { locales } from '../locale.ts';

type Deps = { db: Kysely<Database>; now: () => Date; appTokens: AppTokens };

const tags = ['People'];
const one = { params: idParam('the contact') };
const fields = {
  name: singleLine(200, 'Give a name.'),
  email: addressSchema,
  organisationId: idText.nullable(),
  timeZone: timeZoneSchema.nullable(),
  locale: z.enum(locales, { error: `Use one of ${locales.join(', ')}.` }).nullable(),
};
const externalId = singleLine(200, 'Give an external id, or leave it out.');
const wanted = {
  ...fields,
  organisationId: fields.organisationId.default(null),
  timeZone: fields.timeZone.default(null),
  locale: fields.locale.default(null),
};

const list = createRoute({
  method: 'get',
  path: '/v1/contacts',
  tags,
  request: {
    query: namedPageQuery.extend({
      q: longText(200)
        .optional()
        .openapi({ description: 'A part of the name, of the address, or of the organisation’s name.' }),
      organisationId: idText.optional(),
      externalId: longText(200).optional(),
    }),
  },
  responses: {
    200: json(z.object({ data: z.array(contactSchema), nextCursor: z.string().nullable() }), 'By name'),
    ...problemAnswers,
  },
});
const add = createRoute({
  method: 'post',
  path: '/v1/contacts',
  tags,
  request: { body: jsonBody(z.strictObject({ ...wanted, externalId: externalId.nullable().default(null) })) },
  responses: { 201: json(contactSchema, 'The new contact'), ...problemAnswers },
});
const put = createRoute({
  method: 'put',
  path: '/v1/contacts/by-external-id/{externalId}',
  tags,
  description: 'Makes the contact with your own id be as given, whether it was there or not.',
  request: { params: z.object({ externalId }), body: jsonBody(z.strictObject(wanted)) },
  responses: {
    200: json(contactSchema, 'The changed contact'),
    201: json(contactSchema, 'The new contact'),
    ...problemAnswers,
  },
});
const read = createRoute({
  method: 'get',
  path: '/v1/contacts/{id}',
  tags,
  request: one,
  responses: { 200: json(contactSchema, 'The contact'), ...problemAnswers },
});
const change = createRoute({
  method: 'patch',
  path: '/v1/contacts/{id}',
  tags,
  description: 'Changes what is given and leaves the rest.',
  request: { ...one, body: jsonBody(z.strictObject({ ...fields, externalId: externalId.nullable() }).partial()) },
  responses: { 200: json(contactSchema, 'The changed contact'), ...problemAnswers },
});
const remove = createRoute({
  method: 'delete',
  path: '/v1/contacts/{id}',
  tags,
  request: one,
  responses: { 204: { description: 'They are forgotten; their bookings stay' }, ...problemAnswers },
});
const users = createRoute({
  method: 'get',
  path: '/v1/people/users',
  tags,
  description: 'Members of the workspace and, from two letters on, people of connected tenants’ directories.',
  request: { query: z.object({ q: longText(200).default('') }) },
  responses: {
    200: json(
      z.object({
        data: z.array(foundUserSchema),
        note: z.string().nullable().openapi({ description: 'Which directories were not searched, and why.' }),
      }),
      'Members first',
    ),
    ...problemAnswers,
  },
});

/** `/v1/contacts`, `/v1/organisations`, `/v1/people`. */
export function peopleRoutes(deps: Deps) {
  return newRouter()
    .openapi(list, async (c) => {
      const { organisationId, externalId, ...query } = c.req.valid('query');
      const wanted = { ...namedPageOf(query), organisationId, externalId };
      const rows = await listContacts(deps, c.get('principal').workspaceId, wanted);
      const { data, nextCursor } = splitNamedPage(rows, query.limit);
      return c.json({ data: data.map(presentContact), nextCursor }, 200);
    })
    .openapi(add, async (c) => {
      const row = await createContact(deps, writer(c).workspaceId, c.req.valid('json'));
      return c.json(presentContact(row), 201);
    })
    .openapi(put, async (c) => {
      const { externalId } = c.req.valid('param');
      const { row, isNew } = await putContact(deps, writer(c).workspaceId, externalId, c.req.valid('json'));
      return isNew ? c.json(presentContact(row), 201) : c.json(presentContact(row), 200);
    })
    .openapi(read, async (c) => {
      const row = await getContact(deps, c.get('principal').workspaceId, c.req.valid('param').id);
      return c.json(presentContact(row), 200);
    })
    .openapi(change, async (c) => {
      const row = await changeContact(deps, writer(c).workspaceId, c.req.valid('param').id, c.req.valid('json'));
      return c.json(presentContact(row), 200);
    })
    .openapi(remove, async (c) => {
      await deleteContact(deps, writer(c).workspaceId, c.req.valid('param').id);
      return c.body(null, 204);
    })
    .openapi(users, async (c) => {
      const found = await findUsers(deps, c.get('principal').workspaceId, c.req.valid('query').q.trim());
      return c.json({ data: found.users, note: found.note }, 200);
    })
    .route('/', organisationRoutes(deps));
}

function writer(c: ApiContext): Principal {
  requirePermission(c.get('principal'), 'book');
  return c.get('principal');
}

import { createRoute, z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import { requirePermission } from '../access/principal.ts';
import type { Database } from '../database/schema.ts';
import { namedPageOf, namedPageQuery, splitNamedPage } from '../http/paging.ts';
import { idParam, json, jsonBody, longText, newRouter, problemAnswers, singleLine } from '../http/router.ts';
import {
  changeOrganisation,
  createOrganisation,
  deleteOrganisation,
  getOrganisation,
  listOrganisations,
  putOrganisation,
} from './organisations.ts';
import { organisationSchema, presentOrganisation } from './person-json.ts';
import { addressSchema } from './person.ts';

const tags = ['People'];
const one = { params: idParam('the organisation') };
const fields = {
  name: singleLine(200, 'Give the organisation a name.'),
  defaultEmail: addressSchema.nullable(),
};
const externalId = singleLine(200, 'Give an external id, or leave it out.');
const wanted = { ...fields, defaultEmail: fields.defaultEmail.default(null) };

const list = createRoute({
  method: 'get',
  path: '/v1/organisations',
  tags,
  request: { query: namedPageQuery.extend({ externalId: longText(200).optional() }) },
  responses: {
    200: json(z.object({ data: z.array(organisationSchema), nextCursor: z.string().nullable() }), 'By name'),
    ...problemAnswers,
  },
});
const add = createRoute({
  method: 'post',
  path: '/v1/organisations',
  tags,
  request: { body: jsonBody(z.strictObject({ ...wanted, externalId: externalId.nullable().default(null) })) },
  responses: { 201: json(organisationSchema, 'The new organisation'), ...problemAnswers },
});
const put = createRoute({
  method: 'put',
  path: '/v1/organisations/by-external-id/{externalId}',
  tags,
  description: 'Makes the organisation with your own id be as given, whether it was there or not.',
  request: { params: z.object({ externalId }), body: jsonBody(z.strictObject(wanted)) },
  responses: {
    200: json(organisationSchema, 'The changed organisation'),
    201: json(organisationSchema, 'The new organisation'),
    ...problemAnswers,
  },
});
const read = createRoute({
  method: 'get',
  path: '/v1/organisations/{id}',
  tags,
  request: one,
  responses: { 200: json(organisationSchema, 'The organisation'), ...problemAnswers },
});
const change = createRoute({
  method: 'patch',
  path: '/v1/organisations/{id}',
  tags,
  description: 'Changes what is given and leaves the rest.',
  request: { ...one, body: jsonBody(z.strictObject({ ...fields, externalId: externalId.nullable() }).partial()) },
  responses: { 200: json(organisationSchema, 'The changed organisation'), ...problemAnswers },
});
const remove = createRoute({
  method: 'delete',
  path: '/v1/organisations/{id}',
  tags,
  request: one,
  responses: { 204: { description: 'It is gone; its contacts and bookings stay' }, ...problemAnswers },
});

/** `/v1/organisations`. */
export function organisationRoutes(deps: { db: Kysely<Database>; now: () => Date }) {
  return newRouter()
    .openapi(list, async (c) => {
      const { externalId, ...query } = c.req.valid('query');
      const rows = await listOrganisations(deps, c.get('principal').workspaceId, { ...namedPageOf(query), externalId });
      const { data, nextCursor } = splitNamedPage(rows, query.limit);
      return c.json({ data: data.map(presentOrganisation), nextCursor }, 200);
    })
    .openapi(add, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      return c.json(
        presentOrganisation(await createOrganisation(deps, principal.workspaceId, c.req.valid('json'))),
        201,
      );
    })
    .openapi(put, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { externalId } = c.req.valid('param');
      const { row, isNew } = await putOrganisation(deps, principal.workspaceId, externalId, c.req.valid('json'));
      return isNew ? c.json(presentOrganisation(row), 201) : c.json(presentOrganisation(row), 200);
    })
    .openapi(read, async (c) => {
      const row = await getOrganisation(deps, c.get('principal').workspaceId, c.req.valid('param').id);
      return c.json(presentOrganisation(row), 200);
    })
    .openapi(change, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { id } = c.req.valid('param');
      const row = await changeOrganisation(deps, principal.workspaceId, id, c.req.valid('json'));
      return c.json(presentOrganisation(row), 200);
    })
    .openapi(remove, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      await deleteOrganisation(deps, principal.workspaceId, c.req.valid('param').id);
      return c.body(null, 204);
    });
}

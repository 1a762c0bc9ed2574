import { createRoute, z } from '@hono/zod-openapi';
import { principalScope, requirePermission, type Principal } from '../access/principal.ts';
import { namedPageOf, namedPageQuery, splitNamedPage } from '../http/paging.ts';
import {
  idParam,
  idText,
  json,
  jsonBody,
  newRouter,
  problemAnswers,
  singleLine,
  type ApiContext,
} from '../http/router.ts';
import { getTenant } from '../tenants/service.ts';
import { defaultOrganizerSchema, presentDefaultOrganizer } from '../tenants/tenant-json.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import { applyRoster } from './apply-roster.ts';
import { saveDefaultOrganizer } from './default-organizer.ts';
import { identityRoutes } from './identity-routes.ts';
import { lookAtOrganizer, type LookDeps } from './look.ts';
import { organizerSchema, presentOrganizer } from './organizer-json.ts';
import type { OrganizerRow } from './organizer.ts';
import { mostRosterBytes, readRoster } from './roster-import.ts';
import { addOrganizer, announceGrant, changeOrganizer, listOrganizers, removeOrganizer } from './roster.ts';
import { getOrganizer } from './service.ts';

const tags = ['Organizers'];
const ofTenant = { params: idParam('the tenant connection') };
const ofOrganizer = { params: idParam('the organizer') };
const organizerAnswer = (description: string) => ({
  200: json(organizerSchema, description),
  ...problemAnswers,
});

const list = createRoute({
  method: 'get',
  path: '/v1/tenants/{id}/organizers',
  tags,
  request: {
    ...ofTenant,
    query: namedPageQuery.extend({
      state: z.enum(['unknown', 'granted', 'denied', 'propagating']).optional(),
      allowed: z.enum(['true', 'false']).optional(),
    }),
  },
  responses: {
    200: json(z.object({ data: z.array(organizerSchema), nextCursor: z.string().nullable() }), 'The roster, by name'),
    ...problemAnswers,
  },
});
const add = createRoute({
  method: 'post',
  path: '/v1/tenants/{id}/organizers',
  tags,
  description: 'Looks the user up once; from then on the object id counts.',
  request: {
    ...ofTenant,
    body: jsonBody(
      z.strictObject({
        user: singleLine(320, 'Give a user principal name or an object id.'),
        memberId: idText.optional(),
        allowed: z.boolean().default(true),
        pilot: z.boolean().default(false),
      }),
    ),
  },
  responses: { 201: json(organizerSchema, 'The new organizer'), ...problemAnswers },
});
const read = createRoute({
  method: 'get',
  path: '/v1/organizers/{id}',
  tags,
  request: ofOrganizer,
  responses: organizerAnswer('The organizer'),
});
const change = createRoute({
  method: 'patch',
  path: '/v1/organizers/{id}',
  tags,
  request: {
    ...ofOrganizer,
    body: jsonBody(z.strictObject({ allowed: z.boolean(), pilot: z.boolean(), memberId: idText.nullable() }).partial()),
  },
  responses: organizerAnswer('The changed organizer'),
});
const remove = createRoute({
  method: 'delete',
  path: '/v1/organizers/{id}',
  tags,
  request: ofOrganizer,
  responses: { 204: { description: 'No organizer any more; meetings stay where they are' }, ...problemAnswers },
});
const check = createRoute({
  method: 'post',
  path: '/v1/organizers/{id}/check',
  tags,
  description:
    'Looks the object id up again and tries Teams’ policy by making an online meeting and deleting it. Of an organizer who is not allowed only the first.',
  request: ofOrganizer,
  responses: organizerAnswer('The organizer as they are now'),
});
const policyGranted = createRoute({
  method: 'post',
  path: '/v1/tenants/{id}/organizers/policy-granted',
  tags,
  description:
    'Says that the policy was granted: to these, or to everybody who is allowed. Probes follow by themselves.',
  request: {
    ...ofTenant,
    body: jsonBody(z.strictObject({ organizerIds: z.array(idText).max(5_000).optional() })),
  },
  responses: { 200: json(z.object({ data: z.array(organizerSchema) }), 'Who it was said of'), ...problemAnswers },
});
const importRoster = createRoute({
  method: 'post',
  path: '/v1/tenants/{id}/organizers/import',
  tags,
  description:
    'Takes the output of Get-CsOnlineUser with UserPrincipalName and ApplicationAccessPolicy, as CSV or JSON. Nobody is added.',
  request: {
    ...ofTenant,
    body: jsonBody(
      z.strictObject({ text: z.string({ error: 'Give the text of the file.' }).max(mostRosterBytes + 1) }),
    ),
  },
  responses: {
    200: json(
      z.object({
        known: z.number().int(),
        granted: z.number().int(),
        otherPolicy: z.array(z.object({ userPrincipalName: z.string(), policy: z.string() })),
        without: z.number().int(),
        unknown: z.array(z.string()),
        unknownLeftOut: z.number().int(),
      }),
      'What the list says of the roster',
    ),
    ...problemAnswers,
  },
});
const putDefault = createRoute({
  method: 'put',
  path: '/v1/tenants/{id}/default-organizer',
  tags,
  description:
    'Keeps the name at once. Whom it belongs to is found out right away if Microsoft answers, or else later.',
  request: {
    ...ofTenant,
    body: jsonBody(
      z.strictObject({ userPrincipalName: singleLine(320, 'Give a user principal name, or null.').nullable() }),
    ),
  },
  responses: { 200: json(defaultOrganizerSchema.nullable(), 'The default organizer'), ...problemAnswers },
});

/** `/v1/organizers` and what a tenant has of them: who may own meetings, and who they are. */
export function organizerRoutes(deps: LookDeps) {
  const manager = (c: ApiContext): Principal => {
    const principal = c.get('principal');
    requirePermission(principal, 'manage');
    return principal;
  };
  const tenantOf = async (c: ApiContext, id: string) => getTenant(deps, manager(c).workspaceId, id);
  const present = async (row: OrganizerRow) =>
    presentOrganizer(row, await getTenant(deps, row.workspace_id, row.tenant_connection_id));

  return newRouter()
    .openapi(list, async (c) => {
      const tenant = await tenantOf(c, c.req.valid('param').id);
      return c.json(await page(deps, tenant, c.req.valid('query')), 200);
    })
    .openapi(add, async (c) => {
      const tenant = await tenantOf(c, c.req.valid('param').id);
      const row = await addOrganizer(deps, tenant, { ...c.req.valid('json'), by: principalScope(c.get('principal')) });
      return c.json(presentOrganizer(row, tenant), 201);
    })
    .openapi(read, async (c) => {
      return c.json(await present(await getOrganizer(deps, manager(c).workspaceId, c.req.valid('param').id)), 200);
    })
    .openapi(change, async (c) => {
      const principal = manager(c);
      const who = { workspaceId: principal.workspaceId, id: c.req.valid('param').id, by: principalScope(principal) };
      return c.json(await present(await changeOrganizer(deps, who, c.req.valid('json'))), 200);
    })
    .openapi(remove, async (c) => {
      const principal = manager(c);
      const who = { workspaceId: principal.workspaceId, id: c.req.valid('param').id, by: principalScope(principal) };
      await removeOrganizer(deps, who);
      return c.body(null, 204);
    })
    .openapi(check, async (c) => {
      const row = await getOrganizer(deps, manager(c).workspaceId, c.req.valid('param').id);
      return c.json(await present(await lookAtOrganizer(deps, row)), 200);
    })
    .openapi(policyGranted, async (c) => {
      const tenant = await tenantOf(c, c.req.valid('param').id);
      const rows = await announceGrant(deps, tenant, {
        ...c.req.valid('json'),
        by: principalScope(c.get('principal')),
      });
      return c.json({ data: rows.map((row) => presentOrganizer(row, tenant)) }, 200);
    })
    .openapi(importRoster, async (c) => {
      const tenant = await tenantOf(c, c.req.valid('param').id);
      const lines = readRoster(c.req.valid('json').text);
      return c.json(await applyRoster(deps, tenant, { lines, by: principalScope(c.get('principal')) }), 200);
    })
    .openapi(putDefault, async (c) => {
      const tenant = await tenantOf(c, c.req.valid('param').id);
      const saved = await saveDefaultOrganizer(deps, tenant, {
        ...c.req.valid('json'),
        by: principalScope(c.get('principal')),
      });
      return c.json(presentDefaultOrganizer(saved), 200);
    })
    .route('/', identityRoutes(deps));
}

type ListQuery = z.infer<NonNullable<typeof list.request.query>>;

async function page(deps: LookDeps, tenant: TenantRow, { allowed, ...query }: ListQuery) {
  const rows = await listOrganizers(deps, tenant, {
    ...namedPageOf(query),
    state: query.state,
    allowed: allowed === undefined ? undefined : allowed === 'true',
  });
  const { data, nextCursor } = splitNamedPage(rows, query.limit);
  return { data: data.map((row) => presentOrganizer(row, tenant)), nextCursor };
}

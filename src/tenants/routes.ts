import { createRoute, z } from '@hono/zod-openapi';
import { requirePermission, type Principal } from '../access/principal.ts';
import {
  idParam,
  idText,
  instantOut,
  json,
  jsonBody,
  newRouter,
  problemAnswers,
  singleLine,
  type ApiContext,
} from '../http/router.ts';
import { startConsent, verifyTenant, type Verification } from './consent.ts';
import {
  changeTenant,
  clientIdsOf,
  createTenant,
  deleteTenant,
  getTenant,
  listTenants,
  pauseTenant,
  resumeTenant,
  type TenantDeps,
} from './service.ts';
import { identityRule, presentTenant, tenantSchema } from './tenant-json.ts';
import { tenantFeatures, type TenantRow } from './tenant.ts';

const features = z
  .array(z.enum(tenantFeatures, { error: `Choose from ${tenantFeatures.join(', ')}.` }))
  .min(1, 'Choose at least one feature.')
  .max(50)
  .transform((chosen) => tenantFeatures.filter((feature) => chosen.includes(feature)));

/** Scripts and Teams write `Tag:` before the name; here it is without. */
const policyName = singleLine(100, 'Give the policy a name.')
  .transform((name) => name.replace(/^Tag:\s*/i, ''))
  .refine(
    (name) => /^[\p{L}\p{N} ._-]{1,64}$/u.test(name),
    'A policy’s name has 1 to 64 letters, digits, spaces, dots, dashes or underscores.',
  )
  .openapi({ example: 'Parley-Meetings' });

const mailboxOrGroup = z
  .string({ error: 'Give a text.' })
  .trim()
  .max(320, 'At most 320 characters.')
  .refine(
    (text) => z.email().safeParse(text).success || z.guid().safeParse(text).success,
    'Give an e-mail address or an object id.',
  );

const newTenant = z.strictObject({
  registrationId: idText.openapi({ description: 'An app registration that names one tenant, or `deployment`.' }),
  features: features.optional(),
  reduced: z.boolean().optional(),
  policyName: policyName.optional(),
});
const tenantChanges = z.strictObject({
  features: features.optional(),
  reduced: z.boolean().optional(),
  policyName: policyName.optional(),
  exchangeScope: z.enum(['rbac', 'access-policy', 'none'], { error: 'Choose rbac, access-policy or none.' }).optional(),
  exchangeGroup: mailboxOrGroup.nullable().optional(),
  outsideMailbox: mailboxOrGroup.nullable().optional(),
  identityRules: z.strictObject({ operator: identityRule.optional(), visitor: identityRule.optional() }).optional(),
});

const params = idParam('the tenant connection');
const tags = ['Tenants'];
const answer = { 200: json(tenantSchema, 'The tenant'), ...problemAnswers };

const list = createRoute({
  method: 'get',
  path: '/v1/tenants',
  tags,
  responses: {
    200: json(z.object({ data: z.array(tenantSchema) }), 'The workspace’s tenants, oldest first'),
    ...problemAnswers,
  },
});
const create = createRoute({
  method: 'post',
  path: '/v1/tenants',
  tags,
  description: 'Connects the tenant that a registration names. Nothing is asked of Microsoft yet.',
  request: { body: jsonBody(newTenant) },
  responses: { 201: json(tenantSchema, 'The tenant, in its setup'), ...problemAnswers },
});
const read = createRoute({
  method: 'get',
  path: '/v1/tenants/{id}',
  tags,
  request: { params },
  responses: answer,
});
const change = createRoute({
  method: 'patch',
  path: '/v1/tenants/{id}',
  tags,
  request: { params, body: jsonBody(tenantChanges) },
  responses: answer,
});
const remove = createRoute({
  method: 'delete',
  path: '/v1/tenants/{id}',
  tags,
  description: 'Forgets the tenant and its organizers. Microsoft keeps what was granted until it is removed there.',
  request: { params },
  responses: { 204: { description: 'The tenant is gone' }, ...problemAnswers },
});
const consent = createRoute({
  method: 'post',
  path: '/v1/tenants/{id}/consent',
  tags,
  description: 'Makes a link to admin consent, which may be passed on to an administrator of the tenant.',
  request: { params },
  responses: {
    200: json(z.object({ url: z.string(), expiresAt: instantOut }), 'Where an administrator approves'),
    ...problemAnswers,
  },
});
const verification = createRoute({
  method: 'post',
  path: '/v1/tenants/{id}/verify',
  tags,
  description: 'Asks for a new token. Why there is none is the tenant’s `problem`.',
  request: { params },
  responses: answer,
});
const pause = createRoute({
  method: 'post',
  path: '/v1/tenants/{id}/pause',
  tags,
  description: 'No new meetings are made in the tenant. Those that exist are still moved and cancelled.',
  request: { params },
  responses: answer,
});
const resume = createRoute({
  method: 'post',
  path: '/v1/tenants/{id}/resume',
  tags,
  description: 'Goes back to the stage that was signed off last.',
  request: { params },
  responses: answer,
});

/** `/v1/tenants`: whole tenants that an administrator authorized. */
export function tenantRoutes(deps: TenantDeps) {
  const present = async (row: TenantRow, problem?: Verification['problem']) => {
    const clientIdOf = await clientIdsOf(deps, row.workspace_id);
    return presentTenant(row, { clientId: clientIdOf(row), problem });
  };
  return newRouter()
    .openapi(list, async (c) => {
      const { workspaceId } = manager(c);
      const clientIdOf = await clientIdsOf(deps, workspaceId);
      const rows = await listTenants(deps, workspaceId);
      return c.json({ data: rows.map((row) => presentTenant(row, { clientId: clientIdOf(row) })) }, 200);
    })
    .openapi(create, async (c) => {
      const row = await createTenant(deps, manager(c), c.req.valid('json'));
      return c.json(await present(row), 201);
    })
    .openapi(read, async (c) => {
      const row = await getTenant(deps, manager(c).workspaceId, c.req.valid('param').id);
      return c.json(await present(row), 200);
    })
    .openapi(change, async (c) => {
      const row = await changeTenant(deps, manager(c), c.req.valid('param').id, c.req.valid('json'));
      return c.json(await present(row), 200);
    })
    .openapi(remove, async (c) => {
      await deleteTenant(deps, manager(c), c.req.valid('param').id);
      return c.body(null, 204);
    })
    .openapi(consent, async (c) => {
      const { url, expiresAt } = await startConsent(deps, manager(c), c.req.valid('param').id);
      return c.json({ url, expiresAt: expiresAt.toISOString() }, 200);
    })
    .openapi(verification, async (c) => {
      const { tenant, problem } = await verifyTenant(deps, manager(c), c.req.valid('param').id);
      return c.json(await present(tenant, problem), 200);
    })
    .openapi(pause, async (c) => {
      return c.json(await present(await pauseTenant(deps, manager(c), c.req.valid('param').id)), 200);
    })
    .openapi(resume, async (c) => {
      return c.json(await present(await resumeTenant(deps, manager(c), c.req.valid('param').id)), 200);
    });
}

/** Who asks, when they may manage the workspace. */
function manager(c: ApiContext): Principal {
  const principal = c.get('principal');
  requirePermission(principal, 'manage');
  return principal;
}

import type { Hono } from 'hono';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { findGroup, findTenant, findUser } from '../directory.ts';
import type { Group, Tenant } from '../directory.ts';
import { grantRoles, grantScopes } from '../entra/grants.ts';
import { exchangeScopesOf } from '../policies/exchange-scopes.ts';
import { changesInSight } from '../policies/propagation.ts';
import { teamsPoliciesOf } from '../policies/teams-policies.ts';
import { userSchema } from '../seed-file.ts';
import { group } from '../seed.ts';
import { addUser, Conflict, deleteUser, NotFound } from './changes.ts';

const groupSchema = z.strictObject({
  /** Id or domain. */
  tenantId: z.string(),
  displayName: z.string().min(1),
  mail: z.string().includes('@').toLowerCase(),
  members: z.array(z.string()).default([]),
});
const groupChangeSchema = z
  .strictObject({ displayName: z.string().min(1), add: z.array(z.string()), remove: z.array(z.string()) })
  .partial();
const grantSchema = z.strictObject({
  tenantId: z.string(),
  clientId: z.string(),
  /** Application permissions, as admin consent grants them. */
  roles: z.array(z.string()).default([]),
  /** Delegated permissions, for everybody or for `userId`. */
  scopes: z.array(z.string()).default([]),
  userId: z.string().optional(),
});
const principalSchema = z.strictObject({ disabled: z.boolean(), appRoles: z.array(z.string()) }).partial();

/** What administrators of a tenant do besides policies: people, groups, consent, enterprise applications. */
export function addAdministration(app: Hono, context: Context): void {
  app.post('/control/users', async (c) => c.json(addUser(context, userSchema.parse(await c.req.json())), 201));
  app.delete('/control/users/:id', (c) => {
    deleteUser(context, c.req.param('id'));
    return c.body(null, 204);
  });
  app.post('/control/groups', async (c) => c.json(addGroup(context, groupSchema.parse(await c.req.json())), 201));
  app.patch('/control/groups/:id', async (c) =>
    c.json(changeGroup(context, c.req.param('id'), groupChangeSchema.parse(await c.req.json()))),
  );
  app.delete('/control/groups/:id', (c) => {
    context.directory.groups.delete(groupById(context, c.req.param('id')).id);
    return c.body(null, 204);
  });
  app.post('/control/grants', async (c) => {
    grantConsent(context, grantSchema.parse(await c.req.json()));
    return c.body(null, 204);
  });
  app.patch('/control/servicePrincipals/:id', async (c) => {
    const principal = context.directory.servicePrincipals.get(c.req.param('id'));
    if (principal === undefined) throw new NotFound(`No service principal ${c.req.param('id')}`);
    return c.json(Object.assign(principal, principalSchema.parse(await c.req.json())));
  });
  app.get('/control/policies', (c) =>
    c.json(policyState(context, tenantNamed(context, c.req.query('tenantId') ?? ''))),
  );
}

/** A tenant's policies and scoping as they were written, with when each change takes effect. */
export function policyState(context: Context, tenant: Tenant) {
  const { teamsPolicyDelayMs, exchangePolicyDelayMs } = context.switches;
  const teams = teamsPoliciesOf(context, tenant.id);
  const exchange = exchangeScopesOf(context, tenant.id);
  return {
    tenantId: tenant.id,
    groups: [...context.directory.groups.values()].filter(({ tenantId }) => tenantId === tenant.id),
    teams: { ...teams.current, changes: changesInSight(teams, context.now(), teamsPolicyDelayMs) },
    exchange: { ...exchange.current, changes: changesInSight(exchange, context.now(), exchangePolicyDelayMs) },
  };
}

/** The tenant with this id or domain; throws when there is none. */
export function tenantNamed(context: Context, idOrDomain: string): Tenant {
  const tenant = findTenant(context.directory, idOrDomain);
  if (tenant === undefined) throw new NotFound(`No tenant ${idOrDomain}`);
  return tenant;
}

function addGroup(context: Context, input: z.infer<typeof groupSchema>): Group {
  const tenant = tenantNamed(context, input.tenantId);
  if (findGroup(context.directory, input.mail, tenant.id) !== undefined) {
    throw new Conflict(`${input.mail} exists already`);
  }
  const added = group(input.mail, tenant.id, input.displayName, memberIds(context, tenant.id, input.members));
  context.directory.groups.set(added.id, added);
  return added;
}

function changeGroup(context: Context, id: string, change: z.infer<typeof groupChangeSchema>): Group {
  const found = groupById(context, id);
  const added = memberIds(context, found.tenantId, change.add ?? []);
  const removed = new Set(memberIds(context, found.tenantId, change.remove ?? []));
  found.memberIds = [...new Set([...found.memberIds, ...added])].filter((member) => !removed.has(member));
  found.displayName = change.displayName ?? found.displayName;
  return found;
}

function memberIds(context: Context, tenantId: string, members: string[]): string[] {
  return members.map((member) => {
    const user = findUser(context.directory, member, tenantId);
    if (user === undefined) throw new NotFound(`No user ${member}`);
    return user.id;
  });
}

function groupById(context: Context, id: string): Group {
  const found = context.directory.groups.get(id);
  if (found === undefined) throw new NotFound(`No group ${id}`);
  return found;
}

function grantConsent(context: Context, { clientId, roles, scopes, ...input }: z.infer<typeof grantSchema>): void {
  const tenant = tenantNamed(context, input.tenantId);
  const app = context.directory.apps.get(clientId);
  if (app === undefined) throw new NotFound(`No app registration ${clientId}`);
  const person = input.userId === undefined ? undefined : findUser(context.directory, input.userId, tenant.id);
  if (input.userId !== undefined && person === undefined) throw new NotFound(`No user ${input.userId}`);
  if (scopes.length > 0) grantScopes(context, { tenantId: tenant.id, app, userId: person?.id ?? null, scopes });
  grantRoles(context, tenant.id, app, roles);
}

import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import type { DelegatedGrant, ServicePrincipal } from '../directory.ts';
import { GRAPH_APP_ID } from '../entra/access-token.ts';
import type { Call, Reply } from './call.ts';
import { queryOption, serviceRoot } from './call.ts';
import { resourceNotFound } from './graph-error.ts';
import { compareIgnoringCase, parseFilter, satisfies } from './odata-filter.ts';
import { graphAppRoles } from './permissions.ts';
import type { Route } from './routes.ts';
import { under } from './routes.ts';

/** Reading what a tenant granted to an app: service principals, app role assignments, delegated grants. */
export const servicePrincipalRoutes: Route[] = [
  ...under('/servicePrincipals', [
    ['GET', '', 'read applications', (call) => collection(call, 'servicePrincipals', allPrincipals(call))],
    ['GET', '/:principal', 'read applications', readPrincipal],
    ['GET', '/:principal/appRoleAssignments', 'read applications', listAssignments],
    ['GET', '/:principal/oauth2PermissionGrants', 'read grants', listPrincipalGrants],
  ]),
  ...under('/oauth2PermissionGrants', [
    ['GET', '', 'read grants', (call) => collection(call, 'oauth2PermissionGrants', allGrants(call))],
  ]),
];

function readPrincipal(call: Call): Reply {
  const context = `${serviceRoot(call)}/$metadata#servicePrincipals/$entity`;
  return { status: 200, body: { '@odata.context': context, ...findPrincipal(call) } };
}

function listAssignments(call: Call): Reply {
  const principal = findPrincipal(call);
  const stored = call.context.directory.servicePrincipals.get(String(principal['id']));
  const assignments = (stored?.appRoles ?? []).map((role) => ({
    id: roleAssignmentId(stored?.id ?? '', role),
    deletedDateTime: null,
    appRoleId: appRoleId(role),
    createdDateTime: '2026-01-05T09:00:00Z',
    principalDisplayName: principal['displayName'],
    principalId: principal['id'],
    principalType: 'ServicePrincipal',
    resourceDisplayName: 'Microsoft Graph',
    resourceId: graphPrincipalId(call),
  }));
  return collection(call, 'appRoleAssignments', assignments);
}

function listPrincipalGrants(call: Call): Reply {
  const id = findPrincipal(call)['id'];
  const own = allGrants(call).filter((grant) => grant['clientId'] === id);
  return collection(call, 'oauth2PermissionGrants', own);
}

function collection(call: Call, name: string, all: Record<string, unknown>[]): Reply {
  const text = queryOption(call, 'filter');
  const filter = text === undefined ? undefined : parseFilter(text);
  const value = filter === undefined ? all : all.filter((item) => satisfies(item, filter, compareIgnoringCase));
  return { status: 200, body: { '@odata.context': `${serviceRoot(call)}/$metadata#${name}`, value } };
}

function findPrincipal(call: Call): Record<string, unknown> {
  const key = call.params['principal'] ?? '';
  const appId = /^appId=(.+)$/i.exec(key)?.[1];
  const found = allPrincipals(call).find((principal) =>
    appId === undefined ? principal['id'] === key : principal['appId'] === appId,
  );
  if (found === undefined) throw resourceNotFound(appId ?? key);
  return found;
}

function allPrincipals(call: Call): Record<string, unknown>[] {
  const { context, caller } = call;
  const own = [...context.directory.servicePrincipals.values()].filter(
    (principal) => principal.tenantId === caller.tenant.id,
  );
  return [graphPrincipal(call), ...own.map((principal) => principalJson(context, principal))];
}

function principalJson(context: Context, principal: ServicePrincipal): Record<string, unknown> {
  const app = context.directory.apps.get(principal.clientId);
  return {
    id: principal.id,
    accountEnabled: !principal.disabled,
    appDisplayName: app?.displayName ?? null,
    appId: principal.clientId,
    appOwnerOrganizationId: app?.homeTenantId ?? null,
    displayName: app?.displayName ?? null,
    servicePrincipalType: 'Application',
    appRoles: [],
    oauth2PermissionScopes: [],
  };
}

function graphPrincipal(call: Call): Record<string, unknown> {
  return {
    id: graphPrincipalId(call),
    accountEnabled: true,
    appDisplayName: 'Microsoft Graph',
    appId: GRAPH_APP_ID,
    appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
    displayName: 'Microsoft Graph',
    servicePrincipalType: 'Application',
    appRoles: Object.entries(graphAppRoles).map(([value, id]) => ({
      allowedMemberTypes: ['Application'],
      description: value,
      displayName: value,
      id,
      isEnabled: true,
      origin: 'Application',
      value,
    })),
    oauth2PermissionScopes: [],
  };
}

function allGrants(call: Call): Record<string, unknown>[] {
  return call.context.directory.grants
    .filter((grant) => grant.tenantId === call.caller.tenant.id)
    .flatMap((grant) => grantJson(call, grant));
}

function grantJson(call: Call, grant: DelegatedGrant): Record<string, unknown>[] {
  const principal = [...call.context.directory.servicePrincipals.values()].find(
    (candidate) => candidate.tenantId === grant.tenantId && candidate.clientId === grant.clientId,
  );
  if (principal === undefined) return [];
  return [
    {
      id: grant.id,
      clientId: principal.id,
      consentType: grant.userId === null ? 'AllPrincipals' : 'Principal',
      principalId: grant.userId,
      resourceId: graphPrincipalId(call),
      scope: grant.scopes.join(' '),
    },
  ];
}

function graphPrincipalId(call: Call): string {
  return stableGuid(`${call.caller.tenant.id}|${GRAPH_APP_ID}`);
}

/** The id of an application permission on Microsoft Graph. */
export function appRoleId(role: string): string {
  return graphAppRoles[role] ?? stableGuid(role);
}

/** The id of what was granted to a service principal. */
export function roleAssignmentId(principalId: string, role: string): string {
  return stableGuid(`${principalId}|${role}`);
}

function stableGuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

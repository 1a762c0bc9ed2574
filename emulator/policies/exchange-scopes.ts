import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import { findServicePrincipal } from '../directory.ts';
import type { Caller } from '../entra/access-token.ts';
import { accessDenied } from '../graph/graph-error.ts';
import type { GraphError } from '../graph/graph-error.ts';
import type { Propagated } from './propagation.ts';
import { changeState, inForce, propagated } from './propagation.ts';

/** Exchange's own application access policy, the older way to keep an app out of mailboxes. */
export type AccessPolicy = {
  id: string;
  appId: string;
  groupId: string;
  accessRight: 'RestrictAccess' | 'DenyAccess';
  description: string;
};

/** Whom a management scope holds. */
export type RecipientFilter =
  { kind: 'member-of'; groupId: string } | { kind: 'attribute'; name: string; value: string };

export type ManagementScope = { name: string; filterText: string; filter: RecipientFilter };

export type RoleAssignment = {
  name: string;
  /** Object id of the app's service principal, as Exchange was told it. */
  principalId: string;
  /** Such as `Application Calendars.ReadWrite`. */
  role: string;
  /** `null`: the whole organization. */
  scope: { kind: 'management-scope'; name: string } | { kind: 'group'; groupId: string } | null;
};

/** What a tenant's Exchange knows about apps. */
export type ExchangeScopes = {
  accessPolicies: AccessPolicy[];
  /** Pointers to Entra's service principals, made by New-ServicePrincipal. */
  principals: { appId: string; objectId: string; displayName: string }[];
  scopes: ManagementScope[];
  assignments: RoleAssignment[];
};

/** The application roles of Exchange, each with the Graph permission that it stands for. There is none for meetings. */
export const exchangeRoles: ReadonlyMap<string, string> = new Map(
  [
    'Mail.Read',
    'Mail.ReadBasic',
    'Mail.ReadWrite',
    'Mail.Send',
    'MailboxSettings.Read',
    'MailboxSettings.ReadWrite',
    'Calendars.Read',
    'Calendars.ReadWrite',
    'Contacts.Read',
    'Contacts.ReadWrite',
  ].map((permission) => [`Application ${permission}`, permission]),
);

/** What Exchange administrators see, as they wrote it. */
export function exchangeScopesOf(context: Context, tenantId: string): Propagated<ExchangeScopes> {
  const known = context.exchange.get(tenantId);
  if (known !== undefined) return known;
  const fresh = propagated<ExchangeScopes>({ accessPolicies: [], principals: [], scopes: [], assignments: [] });
  context.exchange.set(tenantId, fresh);
  return fresh;
}

/** Changes a tenant's scoping; mailboxes notice after `exchangePolicyDelayMs`. */
export function changeExchangeScopes<R>(
  context: Context,
  tenantId: string,
  what: string,
  edit: (current: ExchangeScopes) => R,
): R {
  return changeState(exchangeScopesOf(context, tenantId), context.now(), what, edit);
}

/**
 * The permissions that an app holds in one mailbox: what Entra granted, unless an access policy keeps the app out, and
 * what Exchange's own roles add. An access policy does not narrow those roles: it belongs to the older way alone.
 */
export function mailboxPermissions(
  context: Context,
  caller: Extract<Caller, { kind: 'app' }>,
  user: User,
): { effective: string[]; refuse: (needed: readonly string[]) => GraphError } {
  const tenantId = caller.tenant.id;
  const delay = context.switches.exchangePolicyDelayMs;
  const state = inForce(exchangeScopesOf(context, tenantId), context.now(), delay);
  const granted = isLetIn(context, state, caller.app.clientId, user)
    ? caller.roles
    : caller.roles.filter((permission) => !isScopable(permission));
  const own = assignmentsOf(context, state, tenantId, caller.app.clientId);
  const inScope = own.filter((assignment) => isInScope(context, state, assignment, user));
  const elsewhere = new Set([...caller.roles, ...own.map(permissionOf)]);
  return {
    effective: [...new Set([...granted, ...inScope.map(permissionOf)])],
    refuse: (needed) => (needed.some((name) => elsewhere.has(name)) ? blocked(context) : accessDenied()),
  };
}

/** Whether the access policies let an app into a mailbox: a denial beats everything, a restriction lets members in. */
export function isLetIn(context: Context, state: ExchangeScopes, appId: string, user: User): boolean {
  const own = state.accessPolicies.filter((policy) => policy.appId === appId);
  const covering = own.filter((policy) => isMember(context, policy.groupId, user));
  if (covering.some(({ accessRight }) => accessRight === 'DenyAccess')) return false;
  const restricting = own.filter(({ accessRight }) => accessRight === 'RestrictAccess');
  return restricting.length === 0 || restricting.some((policy) => covering.includes(policy));
}

/** Role assignments of an app. Exchange finds them by the object id of the enterprise application, and by no other. */
export function assignmentsOf(
  context: Context,
  state: ExchangeScopes,
  tenantId: string,
  clientId: string,
): RoleAssignment[] {
  const principal = findServicePrincipal(context.directory, tenantId, clientId);
  const isKnown = state.principals.some(
    ({ appId, objectId }) => appId === clientId && objectId.toLowerCase() === principal?.id,
  );
  return isKnown ? state.assignments.filter(({ principalId }) => principalId.toLowerCase() === principal?.id) : [];
}

/** Whether an assignment reaches this mailbox. */
export function isInScope(context: Context, state: ExchangeScopes, { scope }: RoleAssignment, user: User): boolean {
  if (scope === null) return true;
  if (scope.kind === 'group') return isMember(context, scope.groupId, user);
  const filter = state.scopes.find(({ name }) => name === scope.name)?.filter;
  if (filter === undefined) return false;
  if (filter.kind === 'member-of') return isMember(context, filter.groupId, user);
  return user.extensionAttributes[filter.name]?.toLowerCase() === filter.value.toLowerCase();
}

/** The Graph permission behind an assignment's role. */
export function permissionOf({ role }: RoleAssignment): string {
  return exchangeRoles.get(role) ?? role;
}

function isScopable(permission: string): boolean {
  return /^(Mail|MailboxSettings|Calendars|Contacts)\./.test(permission);
}

function isMember({ directory }: Context, groupId: string, user: User): boolean {
  return directory.groups.get(groupId)?.memberIds.includes(user.id) === true;
}

function blocked(context: Context): GraphError {
  switch (context.switches.exchangeRefusal) {
    case 'raop':
      return accessDenied(
        'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.',
      );
    case 'access-denied':
      return accessDenied();
    case 'odata-disabled':
    default:
      return accessDenied('Access to OData is disabled.');
  }
}

import { findServicePrincipal } from '../directory.ts';
import type {
  AccessPolicy,
  ExchangeScopes,
  ManagementScope,
  RecipientFilter,
  RoleAssignment,
} from '../policies/exchange-scopes.ts';
import {
  assignmentsOf,
  changeExchangeScopes,
  exchangeRoles,
  exchangeScopesOf,
  isInScope,
  isLetIn,
  permissionOf,
} from '../policies/exchange-scopes.ts';
import { stableId } from '../seed.ts';
import type { Call, Cmdlet } from './cmdlet.ts';
import { distinguishedName, groupOf, groupsOf, userOf } from './directory-cmdlets.ts';
import type { PsObject } from './values.ts';

/** Which mailboxes an app may open: access policies, and roles with a scope. ExchangeOnlineManagement module. */
export const exchangeCmdlets: Record<string, Cmdlet> = {
  'New-ApplicationAccessPolicy': {
    values: ['AppId', 'PolicyScopeGroupId', 'AccessRight', 'Description'],
    positions: 0,
    run: newAccessPolicies,
  },
  'Get-ApplicationAccessPolicy': {
    values: ['Identity'],
    run: (call) => accessPoliciesOf(call).map((policy) => accessPolicyObject(call, policy)),
  },
  'Set-ApplicationAccessPolicy': {
    values: ['Identity', 'Description'],
    run: (call) => {
      const [policy] = accessPoliciesOf(call);
      change(call, 'Describe an access policy', (state) => {
        const found = state.accessPolicies.find(({ id }) => id === policy?.id);
        if (found !== undefined) found.description = call.text('Description') ?? '';
      });
    },
  },
  'Remove-ApplicationAccessPolicy': {
    values: ['Identity'],
    takes: 'Identity',
    run: (call) => {
      call.required('Identity');
      const gone = new Set(accessPoliciesOf(call).map(({ id }) => id));
      change(call, 'Remove an access policy', (state) => {
        state.accessPolicies = state.accessPolicies.filter(({ id }) => !gone.has(id));
      });
    },
  },
  'Test-ApplicationAccessPolicy': { values: ['Identity', 'AppId'], run: testAccessPolicy },
  'New-ServicePrincipal': {
    values: ['AppId', 'ObjectId', 'DisplayName', 'ServiceId'],
    positions: 0,
    run: newServicePrincipal,
  },
  'Get-ServicePrincipal': {
    values: ['Identity'],
    run: (call) =>
      (call.has('Identity') ? [principalOf(call, 'Identity')] : stateOf(call).principals).map(principalObject),
  },
  'Remove-ServicePrincipal': {
    values: ['Identity'],
    run: (call) => {
      const { objectId } = principalOf(call, 'Identity');
      change(call, `Remove the service principal ${objectId}`, (state) => {
        state.principals = state.principals.filter((one) => one.objectId !== objectId);
      });
    },
  },
  'New-ManagementScope': { values: ['Name', 'RecipientRestrictionFilter'], run: newScope },
  'Get-ManagementScope': {
    values: ['Identity'],
    run: (call) => (call.has('Identity') ? [scopeOf(call, 'Identity')] : stateOf(call).scopes).map(scopeObject),
  },
  'Set-ManagementScope': { values: ['Identity', 'RecipientRestrictionFilter'], run: setScope },
  'Remove-ManagementScope': { values: ['Identity'], run: removeScope },
  'New-ManagementRoleAssignment': {
    values: ['Name', 'App', 'Role', 'CustomResourceScope', 'RecipientGroupScope', 'RecipientAdministrativeUnitScope'],
    positions: 0,
    run: newAssignment,
  },
  'Get-ManagementRoleAssignment': {
    values: ['Identity', 'App', 'RoleAssignee', 'Role'],
    run: (call) => chosenAssignments(call).map((one) => assignmentObject(call, one)),
  },
  'Remove-ManagementRoleAssignment': {
    values: ['Identity'],
    takes: 'Identity',
    run: (call) => {
      call.required('Identity');
      const gone = new Set(chosenAssignments(call).map(({ name }) => name));
      if (gone.size === 0) throw notFound(call, call.required('Identity'));
      change(call, `Remove the role assignment ${[...gone].join(', ')}`, (state) => {
        state.assignments = state.assignments.filter(({ name }) => !gone.has(name));
      });
    },
  },
  'Test-ServicePrincipalAuthorization': { values: ['Identity', 'Resource'], run: testAuthorization },
};

function newAccessPolicies(call: Call): PsObject[] {
  const group = groupOf(call, 'PolicyScopeGroupId');
  const given = call.required('AccessRight').toLowerCase();
  const accessRight = (['RestrictAccess', 'DenyAccess'] as const).find((right) => right.toLowerCase() === given);
  if (accessRight === undefined) throw call.fail(`'${given}' is not one of RestrictAccess, DenyAccess.`);
  if (call.list('AppId').length === 0) call.required('AppId');
  return call.list('AppId').map((appId) => {
    const policy: AccessPolicy = {
      id: `${call.tenantId}\\${appId.toLowerCase()}:${group.id};${stableId(`${appId}|${group.id}|${accessRight}`)}`,
      appId: appId.toLowerCase(),
      groupId: group.id,
      accessRight,
      description: call.text('Description') ?? '',
    };
    if (stateOf(call).accessPolicies.some(({ id }) => id === policy.id)) {
      throw call.fail(`An application access policy for ${appId} and ${group.displayName} exists already.`);
    }
    change(call, `${accessRight} of ${appId} for ${group.displayName}`, (state) => state.accessPolicies.push(policy));
    return accessPolicyObject(call, policy);
  });
}

/** Sees changes at once, as the real one does while mailboxes still lag. */
function testAccessPolicy(call: Call): PsObject {
  const user = userOf(call, call.required('Identity'));
  const appId = call.required('AppId').toLowerCase();
  return {
    AppId: appId,
    Mailbox: user.displayName,
    MailboxId: user.id,
    AccessCheckResult: isLetIn(call.context, stateOf(call), appId, user) ? 'Granted' : 'Denied',
  };
}

function newServicePrincipal(call: Call): PsObject {
  const appId = call.required('AppId').toLowerCase();
  const objectId = (call.text('ObjectId') ?? call.required('ServiceId')).toLowerCase();
  if (stateOf(call).principals.some((one) => one.appId === appId || one.objectId === objectId)) {
    throw call.fail(`The service principal '${appId}' exists already.`);
  }
  const principal = { appId, objectId, displayName: call.text('DisplayName') ?? appId };
  change(call, `Make the app ${principal.displayName} known`, (state) => state.principals.push(principal));
  return principalObject(principal);
}

function newScope(call: Call): PsObject {
  const name = call.required('Name');
  if (stateOf(call).scopes.some((one) => one.name.toLowerCase() === name.toLowerCase())) {
    throw call.fail(`The management scope "${name}" already exists.`);
  }
  const filterText = call.required('RecipientRestrictionFilter');
  const scope: ManagementScope = { name, filterText, filter: readFilter(call, filterText) };
  change(call, `Create the scope ${name}`, (state) => state.scopes.push(scope));
  return scopeObject(scope);
}

function setScope(call: Call): void {
  const { name } = scopeOf(call, 'Identity');
  const filterText = call.required('RecipientRestrictionFilter');
  const filter = readFilter(call, filterText);
  change(call, `Change the scope ${name}`, (state) => {
    const scope = state.scopes.find((one) => one.name === name);
    if (scope !== undefined) Object.assign(scope, { filterText, filter });
  });
}

function removeScope(call: Call): void {
  const { name } = scopeOf(call, 'Identity');
  const isUsed = stateOf(call).assignments.some(
    ({ scope }) => scope?.kind === 'management-scope' && scope.name === name,
  );
  if (isUsed) throw call.fail(`The management scope "${name}" is in use by a role assignment.`);
  change(call, `Remove the scope ${name}`, (state) => {
    state.scopes = state.scopes.filter((one) => one.name !== name);
  });
}

/** Membership of a group, or a custom attribute. Exchange knows more filters; this window does not. */
function readFilter(call: Call, text: string): RecipientFilter {
  const [, property = '', raw = ''] =
    /^\s*\(?\s*(\w+)\s+-eq\s+(?:'((?:[^']|'')*)'|"(?:[^"]*)")\s*\)?\s*$/i.exec(text) ?? [];
  const value = raw.replaceAll("''", "'");
  const attribute = /^CustomAttribute([1-9]|1[0-5])$/i.exec(property)?.[1];
  if (attribute !== undefined) return { kind: 'attribute', name: `extensionAttribute${attribute}`, value };
  if (property.toLowerCase() !== 'memberofgroup') {
    throw call.fail(
      `The filter "${text}" is more than this window understands: "MemberOfGroup -eq '<distinguished name>'".`,
    );
  }
  const group = groupsOf(call).find((one) => distinguishedName(call, one).toLowerCase() === value.toLowerCase());
  if (group === undefined)
    throw call.fail(`The group "${value}" in the filter couldn't be found. It wants a distinguished name.`);
  return { kind: 'member-of', groupId: group.id };
}

function newAssignment(call: Call): PsObject {
  const { objectId, displayName } = principalOf(call, 'App');
  const wanted = call.required('Role').toLowerCase();
  const role = [...exchangeRoles.keys()].find((one) => one.toLowerCase() === wanted);
  if (role === undefined) throw notFound(call, call.required('Role'));
  const name = call.text('Name') ?? `${role}-${displayName}`.slice(0, 64);
  if (stateOf(call).assignments.some((one) => one.name.toLowerCase() === name.toLowerCase())) {
    throw call.fail(`The management role assignment "${name}" already exists.`);
  }
  const assignment: RoleAssignment = { name, principalId: objectId, role, scope: chosenScope(call) };
  change(call, `Give ${displayName} the role ${role}`, (state) => state.assignments.push(assignment));
  return assignmentObject(call, assignment);
}

function chosenScope(call: Call): RoleAssignment['scope'] {
  if (call.has('RecipientAdministrativeUnitScope')) {
    throw call.fail('Administrative units are more than this window understands. Use a management scope or a group.');
  }
  if (call.has('CustomResourceScope'))
    return { kind: 'management-scope', name: scopeOf(call, 'CustomResourceScope').name };
  return call.has('RecipientGroupScope') ? { kind: 'group', groupId: groupOf(call, 'RecipientGroupScope').id } : null;
}

function testAuthorization(call: Call): PsObject[] {
  const { appId } = principalOf(call, 'Identity');
  const resource = call.text('Resource');
  const user = resource === undefined ? undefined : userOf(call, resource);
  return assignmentsOf(call.context, stateOf(call), call.tenantId, appId).map((assignment) => ({
    RoleName: assignment.role,
    GrantedPermissions: permissionOf(assignment),
    AllowedResourceScope: scopeName(call, assignment),
    ScopeType: scopeType(assignment),
    InScope: user === undefined ? 'Not Run' : isInScope(call.context, stateOf(call), assignment, user),
  }));
}

function accessPoliciesOf(call: Call): AccessPolicy[] {
  const identity = call.text('Identity')?.toLowerCase();
  const all = stateOf(call).accessPolicies;
  if (identity === undefined) return all;
  const found = all.filter(({ id }) => id.toLowerCase() === identity);
  if (found.length === 0) throw notFound(call, identity);
  return found;
}

function chosenAssignments(call: Call): RoleAssignment[] {
  const identity = call.text('Identity')?.toLowerCase();
  const role = call.text('Role')?.toLowerCase();
  const parameter = call.has('App') ? 'App' : 'RoleAssignee';
  const app = call.has(parameter) ? principalOf(call, parameter).objectId : undefined;
  return stateOf(call).assignments.filter(
    (one) =>
      (identity === undefined || one.name.toLowerCase() === identity) &&
      (role === undefined || one.role.toLowerCase() === role) &&
      (app === undefined || one.principalId === app),
  );
}

/** The pointer to an app that Exchange was told of, by app id, object id or name. */
function principalOf(call: Call, parameter: string): ExchangeScopes['principals'][number] {
  const identity = call.required(parameter).toLowerCase();
  const found = stateOf(call).principals.find((one) =>
    [one.appId, one.objectId, one.displayName.toLowerCase()].includes(identity),
  );
  if (found !== undefined) return found;
  const known = findServicePrincipal(call.context.directory, call.tenantId, identity);
  const hint = known === undefined ? '' : ' Run New-ServicePrincipal first: Exchange does not know the app yet.';
  throw call.fail(`The service principal '${identity}' couldn't be found.${hint}`);
}

function scopeOf(call: Call, parameter: string): ManagementScope {
  const name = call.required(parameter);
  const found = stateOf(call).scopes.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw notFound(call, name);
  return found;
}

function scopeName(call: Call, { scope }: RoleAssignment): string {
  if (scope === null) return 'Organization';
  if (scope.kind === 'management-scope') return scope.name;
  return call.context.directory.groups.get(scope.groupId)?.displayName ?? scope.groupId;
}

function scopeType({ scope }: RoleAssignment): string {
  if (scope === null) return 'OrganizationConfig';
  return scope.kind === 'group' ? 'RecipientGroup' : 'CustomRecipientScope';
}

function accessPolicyObject({ context }: Call, policy: AccessPolicy): PsObject {
  return {
    ScopeName: context.directory.groups.get(policy.groupId)?.displayName ?? policy.groupId,
    ScopeIdentity: context.directory.groups.get(policy.groupId)?.mail ?? policy.groupId,
    Identity: policy.id,
    AppId: policy.appId,
    AccessRight: policy.accessRight,
    Description: policy.description,
  };
}

function principalObject({ displayName, objectId, appId }: ExchangeScopes['principals'][number]): PsObject {
  return { DisplayName: displayName, ObjectId: objectId, AppId: appId };
}

function scopeObject({ name, filterText }: ManagementScope): PsObject {
  return { Name: name, ScopeRestrictionType: 'RecipientScope', RecipientFilter: filterText };
}

function assignmentObject(call: Call, assignment: RoleAssignment): PsObject {
  return {
    Name: assignment.name,
    Role: assignment.role,
    App: assignment.principalId,
    RecipientWriteScope: scopeType(assignment),
    CustomResourceScope: scopeName(call, assignment),
  };
}

function notFound(call: Call, identity: string): Error {
  return call.fail(`The operation couldn't be performed because object '${identity}' couldn't be found.`);
}

function change(call: Call, what: string, edit: (state: ExchangeScopes) => unknown): void {
  changeExchangeScopes(call.context, call.tenantId, what, edit);
}

function stateOf(call: Call): ExchangeScopes {
  return exchangeScopesOf(call.context, call.tenantId).current;
}

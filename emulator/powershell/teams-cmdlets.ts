import type { User } from '../directory.ts';
import type { Assignee, TeamsPolicies, TeamsPolicy } from '../policies/teams-policies.ts';
import {
  assignTeamsPolicy,
  changeTeamsPolicies,
  findTeamsPolicy,
  policyFor,
  policyName,
  teamsPoliciesOf,
} from '../policies/teams-policies.ts';
import type { Call, Cmdlet } from './cmdlet.ts';
import { groupOf, userOf } from './directory-cmdlets.ts';
import type { PsObject } from './values.ts';
import { isLike, isObject, itemsOf, memberOf, toText } from './values.ts';

const policyType = 'ApplicationAccessPolicy';

/** Application access policies, and who has one. MicrosoftTeams module. */
export const teamsCmdlets: Record<string, Cmdlet> = {
  'New-CsApplicationAccessPolicy': { values: ['Identity', 'AppIds', 'Description'], run: newPolicy },
  'Set-CsApplicationAccessPolicy': { values: ['Identity', 'AppIds', 'Description'], takes: 'Identity', run: setPolicy },
  'Get-CsApplicationAccessPolicy': { values: ['Identity', 'Filter'], run: getPolicies },
  'Remove-CsApplicationAccessPolicy': { values: ['Identity'], takes: 'Identity', run: removePolicy },
  'Grant-CsApplicationAccessPolicy': {
    values: ['Identity', 'PolicyName', 'Group', 'Rank'],
    switches: ['Global', 'PassThru'],
    takes: 'Identity',
    run: grant,
  },
  'Get-CsOnlineUser': {
    values: ['Identity', 'Filter', 'ResultSize', 'Properties'],
    takes: 'Identity',
    run: getUsers,
  },
  'Get-CsUserPolicyAssignment': { values: ['Identity', 'PolicyType'], run: getUserAssignment },
  'Get-CsGroupPolicyAssignment': {
    values: ['PolicyType', 'GroupId'],
    run: (call) => {
      const wanted = call.has('GroupId') ? groupOf(call, 'GroupId').id : undefined;
      const shown = stateOf(call).groups.filter(({ groupId }) => wanted === undefined || groupId === wanted);
      return shown.map(groupAssignment);
    },
  },
  'New-CsGroupPolicyAssignment': {
    values: ['GroupId', 'PolicyType', 'PolicyName', 'Rank'],
    run: (call) => {
      requirePolicyType(call);
      assign(call, grantable(call, call.required('PolicyName')), groupAssignee(call, 'GroupId'));
    },
  },
  'Remove-CsGroupPolicyAssignment': {
    values: ['GroupId', 'PolicyType'],
    run: (call) => {
      requirePolicyType(call);
      assign(call, null, groupAssignee(call, 'GroupId'));
    },
  },
  'New-CsBatchPolicyAssignmentOperation': {
    anything: true,
    values: ['PolicyType'],
    run: (call) => {
      throw call.fail(
        `The policy type '${call.text('PolicyType') ?? policyType}' is not supported for batch assignment.`,
      );
    },
  },
  'Get-CsTeamsMeetingConfiguration': { values: ['Identity'], run: meetingConfiguration },
  'Set-CsTeamsMeetingConfiguration': {
    values: ['Identity', 'EnableGraphTranscriptAccess', 'EnableAttributedTranscripts'],
    run: setMeetingConfiguration,
  },
  'Get-CsTenant': {
    run: ({ context, tenantId }) => ({
      TenantId: tenantId,
      DisplayName: context.directory.tenants.get(tenantId)?.displayName ?? null,
    }),
  },
};

function newPolicy(call: Call): PsObject {
  const name = policyName(call.required('Identity'));
  if (findTeamsPolicy(stateOf(call), name) !== undefined) {
    throw call.fail(`The Identity "Tag:${name}" already exists. Use Set-CsApplicationAccessPolicy to change it.`);
  }
  const policy = { name, appIds: appIds(call, call.list('AppIds')), description: call.text('Description') ?? '' };
  change(call, `Create ${name}`, (state) => state.policies.push(policy));
  return policyObject(policy);
}

function setPolicy(call: Call): void {
  const { name } = requiredPolicy(call, call.required('Identity'));
  const ids = call.value('AppIds');
  change(call, `Change ${name}`, (state) => {
    const policy = findTeamsPolicy(state, name);
    if (policy === undefined) return;
    if (call.has('Description')) policy.description = call.text('Description') ?? '';
    if (isObject(ids)) {
      const removed = new Set(appIds(call, itemsOf(memberOf(ids, 'Remove')).map(toText)));
      const added = appIds(call, itemsOf(memberOf(ids, 'Add')).map(toText));
      policy.appIds = [...new Set([...policy.appIds, ...added])].filter((id) => !removed.has(id));
    } else if (call.has('AppIds')) {
      policy.appIds = appIds(call, call.list('AppIds'));
    }
  });
}

function getPolicies(call: Call): PsObject[] {
  const identity = call.text('Identity');
  if (identity?.toLowerCase() === 'global') return globalPolicy(call);
  if (identity !== undefined) return [policyObject(requiredPolicy(call, identity))];
  const filter = call.text('Filter') ?? '*';
  const { policies } = stateOf(call);
  const chosen = policies.filter(({ name }) => isLike(`Tag:${name}`, filter) || isLike(name, filter));
  return [...(filter === '*' ? globalPolicy(call) : []), ...chosen.map(policyObject)];
}

/** What everybody without a policy has. How the real one shows it is not documented. */
function globalPolicy(call: Call): PsObject[] {
  const state = stateOf(call);
  const policy = state.global === null ? undefined : findTeamsPolicy(state, state.global);
  return policy === undefined ? [] : [{ ...policyObject(policy), Identity: 'Global' }];
}

/** Refusing to remove a policy that somebody has is what Teams does for its policies; the sentence is ours. */
function removePolicy(call: Call): void {
  const { name } = requiredPolicy(call, call.required('Identity'));
  const { users, groups, global } = stateOf(call);
  const assigned = [...Object.values(users), ...groups.map((one) => one.policyName), global];
  if (assigned.includes(name)) {
    throw call.fail(
      `The policy "${name}" is currently assigned to users, groups or the tenant. Take it away from them first.`,
    );
  }
  change(call, `Remove ${name}`, (state) => {
    state.policies = state.policies.filter((policy) => policy.name !== name);
  });
}

function grant(call: Call): void {
  if (!call.has('PolicyName')) {
    throw call.fail('Cannot process command because of one or more missing mandatory parameters: PolicyName.');
  }
  const name = call.text('PolicyName');
  const policy = name === undefined ? null : grantable(call, name);
  const targets = [call.has('Identity'), call.has('Group'), call.isOn('Global')].filter(Boolean).length;
  if (targets !== 1) {
    throw call.fail(
      'Parameter set cannot be resolved using the specified named parameters: -Identity, -Group or -Global.',
    );
  }
  if (call.isOn('Global')) assign(call, policy, { kind: 'global' });
  else if (call.has('Group')) assign(call, policy, groupAssignee(call, 'Group'));
  else assign(call, policy, { kind: 'user', id: userOf(call, call.required('Identity')).id });
}

function getUsers(call: Call): PsObject[] {
  if (call.has('Filter')) throw call.fail('-Filter is not understood here. Use | Where-Object { … }.');
  if (call.has('Identity')) return [userObject(call, userOf(call, call.required('Identity')))];
  const all = [...call.context.directory.users.values()].filter(({ tenantId }) => tenantId === call.tenantId);
  const size = Number(call.text('ResultSize') ?? Number.NaN);
  return all.slice(0, Number.isNaN(size) ? all.length : size).map((user) => userObject(call, user));
}

function getUserAssignment(call: Call): PsObject[] {
  const user = userOf(call, call.required('Identity'));
  const state = stateOf(call);
  const policy = policyFor(call.context, state, user);
  if (policy === undefined) return [];
  const source = state.users[user.id] === undefined ? 'Group or Global' : 'Direct';
  return [{ PolicyType: policyType, PolicyName: policy.name, PolicySource: source }];
}

function meetingConfiguration(call: Call): PsObject {
  const { enableGraphTranscriptAccess, enableAttributedTranscripts } = stateOf(call).meetingConfiguration;
  return {
    Identity: 'Global',
    EnableGraphTranscriptAccess: enableGraphTranscriptAccess,
    EnableAttributedTranscripts: enableAttributedTranscripts,
  };
}

function setMeetingConfiguration(call: Call): void {
  change(call, 'Change the meeting configuration', ({ meetingConfiguration: current }) => {
    if (call.has('EnableGraphTranscriptAccess')) {
      current.enableGraphTranscriptAccess = call.isOn('EnableGraphTranscriptAccess');
    }
    if (call.has('EnableAttributedTranscripts')) {
      current.enableAttributedTranscripts = call.isOn('EnableAttributedTranscripts');
    }
  });
}

function userObject(call: Call, user: User): PsObject {
  const policy = stateOf(call).users[user.id];
  const prefix = call.context.switches.onlineUserPolicy === 'tag' ? 'Tag:' : '';
  return {
    Identity: user.id,
    UserPrincipalName: user.userPrincipalName,
    DisplayName: user.displayName,
    ExternalDirectoryObjectId: user.id,
    SipAddress: `sip:${user.userPrincipalName}`,
    AccountEnabled: user.accountEnabled,
    FeatureTypes: user.teamsLicence ? ['Teams'] : [],
    ApplicationAccessPolicy: policy === undefined ? null : `${prefix}${policy}`,
  };
}

function policyObject({ name, appIds: ids, description }: TeamsPolicy): PsObject {
  return { Identity: `Tag:${name}`, AppIds: ids, Description: description };
}

function groupAssignment({ groupId, policyName: name, rank }: TeamsPolicies['groups'][number]): PsObject {
  return { GroupId: groupId, PolicyType: policyType, PolicyName: name, Priority: rank };
}

function groupAssignee(call: Call, parameter: string): Assignee {
  const { id } = groupOf(call, parameter);
  const rank = call.text('Rank');
  return rank === undefined ? { kind: 'group', id } : { kind: 'group', id, rank: Number(rank) };
}

function requiredPolicy(call: Call, identity: string): TeamsPolicy {
  const policy = findTeamsPolicy(stateOf(call), identity);
  if (policy === undefined) throw call.fail(`Management object not found for identity "${identity}".`);
  return policy;
}

function grantable(call: Call, identity: string): TeamsPolicy {
  const policy = findTeamsPolicy(stateOf(call), identity);
  if (policy !== undefined) return policy;
  throw call.fail(`Policy "${identity}" is not a user policy. You can assign only a user policy to a specific user.`);
}

function requirePolicyType(call: Call): void {
  const type = call.required('PolicyType');
  if (type.toLowerCase() !== policyType.toLowerCase())
    throw call.fail(`Only -PolicyType ${policyType} is understood here.`);
}

function appIds(call: Call, ids: string[]): string[] {
  return ids.map((id) => {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw call.fail(`"${id}" is not an application id.`);
    return id.toLowerCase();
  });
}

function assign(call: Call, policy: TeamsPolicy | null, assignee: Assignee): void {
  assignTeamsPolicy(call.context, call.tenantId, policy, assignee);
}

function change(call: Call, what: string, edit: (state: TeamsPolicies) => unknown): void {
  changeTeamsPolicies(call.context, call.tenantId, what, edit);
}

function stateOf(call: Call): TeamsPolicies {
  return teamsPoliciesOf(call.context, call.tenantId).current;
}

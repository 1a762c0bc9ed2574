import type { Context, Switches } from '../context.ts';
import type { User } from '../directory.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { Propagated } from './propagation.ts';
import { changeState, inForce, propagated } from './propagation.ts';

/** An application access policy of Teams: which apps may act for the people who have it. */
export type TeamsPolicy = {
  /** Without the `Tag:` that its identity shows. */
  name: string;
  appIds: string[];
  description: string;
};

/** A tenant's application access policies, and who has which. */
export type TeamsPolicies = {
  policies: TeamsPolicy[];
  /** By object id of the user. */
  users: Record<string, string>;
  /** The best rank (the smallest number) first. */
  groups: { groupId: string; policyName: string; rank: number }[];
  /** For everyone without a policy of their own. */
  global: string | null;
  /** What Graph may read of meetings in this tenant; off until an administrator switches it on. */
  meetingConfiguration: { enableGraphTranscriptAccess: boolean; enableAttributedTranscripts: boolean };
};

export type Assignee = { kind: 'user'; id: string } | { kind: 'group'; id: string; rank?: number } | { kind: 'global' };

/** What administrators of Teams see, as they wrote it. */
export function teamsPoliciesOf(context: Context, tenantId: string): Propagated<TeamsPolicies> {
  const known = context.teams.policies.get(tenantId);
  if (known !== undefined) return known;
  const fresh = propagated<TeamsPolicies>({
    policies: [],
    users: {},
    groups: [],
    global: null,
    meetingConfiguration: { enableGraphTranscriptAccess: false, enableAttributedTranscripts: false },
  });
  context.teams.policies.set(tenantId, fresh);
  return fresh;
}

/** Changes a tenant's policies; meetings notice after `teamsPolicyDelayMs`. */
export function changeTeamsPolicies<R>(
  context: Context,
  tenantId: string,
  what: string,
  edit: (current: TeamsPolicies) => R,
): R {
  return changeState(teamsPoliciesOf(context, tenantId), context.now(), what, edit);
}

/** The policy with this identity, with or without `Tag:`. */
export function findTeamsPolicy(state: TeamsPolicies, identity: string): TeamsPolicy | undefined {
  const wanted = policyName(identity).toLowerCase();
  return state.policies.find(({ name }) => name.toLowerCase() === wanted);
}

/** The name of a policy, of which the identity is `Tag:` and the name. */
export function policyName(identity: string): string {
  return identity.replace(/^tag:/i, '');
}

/** Assigns a policy, or takes it away with `null`. One policy each: a new one takes the place of the old one. */
export function assignTeamsPolicy(
  context: Context,
  tenantId: string,
  policy: TeamsPolicy | null,
  assignee: Assignee,
): void {
  const words = policy === null ? 'Remove the policy of' : `Grant ${policy.name} to`;
  changeTeamsPolicies(context, tenantId, `${words} ${nameOf(context, assignee)}`, (state) => {
    if (assignee.kind === 'global') state.global = policy?.name ?? null;
    if (assignee.kind === 'user') {
      delete state.users[assignee.id];
      if (policy !== null) state.users[assignee.id] = policy.name;
    }
    if (assignee.kind === 'group') state.groups = rankedGroups(state.groups, assignee, policy);
  });
}

/** The policy that counts for a person: their own, else that of their best-ranked group, else the global one. */
export function policyFor(context: Context, state: TeamsPolicies, user: User): TeamsPolicy | undefined {
  const own = state.users[user.id];
  const groups = context.switches.groupPolicies === 'honoured' ? state.groups : [];
  const shared = groups.find(({ groupId }) => context.directory.groups.get(groupId)?.memberIds.includes(user.id));
  const name = own ?? shared?.policyName ?? state.global;
  return name === null ? undefined : findTeamsPolicy(state, name);
}

/** Refuses an app that no policy in force lets act for this person. */
export function requireTeamsPolicy(context: Context, clientId: string, user: User): void {
  if (!hasTeamsPolicy(context, clientId, user)) throw refusals[context.switches.policyRefusal](clientId, user.id);
}

/** Whether a policy in force lets an app act for this person. */
export function hasTeamsPolicy(context: Context, clientId: string, user: User): boolean {
  const state = inForce(teamsPoliciesOf(context, user.tenantId), context.now(), context.switches.teamsPolicyDelayMs);
  return policyFor(context, state, user)?.appIds.includes(clientId) === true;
}

/** All the forms in which this refusal was seen. */
const refusals: Record<Switches['policyRefusal'], (clientId: string, userId: string) => GraphError> = {
  documented: () => new GraphError(403, 'Forbidden', 'No application access policy found for this app'),
  'with-app-id': (clientId) =>
    new GraphError(403, 'Forbidden', `No application access policy found for this app ${clientId} on the user`),
  'with-period': (clientId) =>
    new GraphError(403, 'Forbidden', `No Application Access Policy found for this app ${clientId} on the user.`),
  general: (clientId) =>
    new GraphError(403, 'General', `No application access policy found for this app ${clientId} on the user.`),
  'unauthorized-401': (clientId, userId) => new GraphError(401, 'Unauthorized', olderWording(clientId, userId)),
  'unauthorized-403': (clientId, userId) => new GraphError(403, 'Unauthorized', olderWording(clientId, userId)),
};

function olderWording(clientId: string, userId: string): string {
  return `App ${clientId} is not authorized to Create meeting on behalf of user ${userId}`;
}

/** Ranks count from 1 without gaps; a group that comes without a rank comes last. */
function rankedGroups(
  groups: TeamsPolicies['groups'],
  { id, rank }: { id: string; rank?: number },
  policy: TeamsPolicy | null,
): TeamsPolicies['groups'] {
  const others = groups.filter(({ groupId }) => groupId !== id);
  if (policy !== null) {
    const place = Math.min(Math.max(1, rank ?? others.length + 1), others.length + 1);
    others.splice(place - 1, 0, { groupId: id, policyName: policy.name, rank: place });
  }
  return others.map((group, index) => ({ ...group, rank: index + 1 }));
}

function nameOf({ directory }: Context, assignee: Assignee): string {
  if (assignee.kind === 'global') return 'everybody without a policy';
  if (assignee.kind === 'user') return directory.users.get(assignee.id)?.userPrincipalName ?? assignee.id;
  return `the group ${directory.groups.get(assignee.id)?.displayName ?? assignee.id}`;
}

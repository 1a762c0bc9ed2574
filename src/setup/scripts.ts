import type { Cloud } from '../microsoft/clouds.ts';
import {
  limitByAccessPolicy,
  limitByRbac,
  removeCalendarConsent,
  removeCalendarConsentScopes,
  testAccessPolicy,
  testRbac,
} from '../microsoft/exchange-policies.ts';
import {
  createTeamsPolicy,
  exportRoster,
  extendTeamsPolicy,
  grantTeamsPolicy,
  removeTeamsPolicy,
  revokeTeamsPolicy,
  showTeamsPolicies,
  switchTranscripts,
  validateTeamsPolicy,
  type PolicyTarget,
  type PolicyUser,
} from '../microsoft/policies.ts';
import { connectExchange, connectGraph, connectTeams, installModule } from '../microsoft/powershell.ts';

/** Whole PowerShell scripts, to paste as they are: modules, sign-in, work. */
export type Shell = 'teams' | 'exchange' | 'graph';
export type Script = { title: string; shell: Shell; text: string };

/** Which app in which tenant the scripts are about. */
export type ScriptSubject = { tenantId: string; cloud: Cloud; clientId: string; policyName: string };

/** What is to be done about the Teams policy, and to whom where that makes a difference. */
export type PolicyTask =
  | { kind: 'create' | 'extend' | 'show' | 'remove' | 'roster' }
  | { kind: 'grant'; target: PolicyTarget }
  | { kind: 'validate'; users?: PolicyUser[] }
  | { kind: 'revoke'; users: PolicyUser[] };

/** A script about the Teams application access policy. */
export function policyScript(subject: ScriptSubject, task: PolicyTask): Script {
  switch (task.kind) {
    case 'create':
      return teams(subject, 'Make the policy', createTeamsPolicy(subject));
    case 'extend':
      return teams(subject, 'Add the app to a policy that exists', extendTeamsPolicy(subject));
    case 'show':
      return teams(subject, 'Show all policies and their apps', showTeamsPolicies());
    case 'remove':
      return teams(subject, 'Remove the policy itself', removeTeamsPolicy(subject));
    case 'roster':
      return teams(subject, 'Write down who has which policy', exportRoster());
    case 'validate':
      return teams(
        subject,
        task.users ? 'Show which policy these people have' : 'Show everybody who has the policy',
        validateTeamsPolicy({ policyName: subject.policyName, ...(task.users && { users: task.users }) }),
      );
    case 'revoke':
      return teams(subject, 'Take the policy away', revokeTeamsPolicy({ ...subject, users: task.users }));
    case 'grant':
    default:
      return grantScript(subject, task.target);
  }
}

function grantScript(subject: ScriptSubject, target: PolicyTarget): Script {
  const grant = grantTeamsPolicy(subject, target);
  switch (target.kind) {
    case 'group-members':
      return {
        title: 'Grant the policy to each member of the group',
        shell: 'teams',
        text: paste(subject, [{ shell: 'graph', scopes: ['GroupMember.Read.All'] }, { shell: 'teams' }], grant),
      };
    case 'group':
      return teams(subject, 'Grant the policy to the group', grant);
    case 'everyone':
      return teams(subject, 'Grant the policy to everyone who has none of their own', grant);
    case 'users':
    default:
      return teams(subject, 'Grant the policy to these people', grant);
  }
}

/** Opens the tenant’s switch without which no app reads transcripts. */
export function transcriptsScript(subject: ScriptSubject): Script {
  return teams(subject, 'Let apps read transcripts', switchTranscripts({ allowed: true, attributed: true }));
}

/** Everything that limiting the app's mailboxes in Exchange takes. */
export type MailboxLimit = {
  group: string;
  /** Object id of the Enterprise application; RBAC cannot do without it. */
  servicePrincipalId: string | null;
  displayName: string;
  /** A mailbox that must stay open and one that must not; the tests need both. */
  inside: string | null;
  outside: string | null;
};

/** Scripts for RBAC for Applications: limit, test, and the last one, without which it limits nothing. */
export function rbacScripts(subject: ScriptSubject, limit: MailboxLimit): Script[] {
  const { group, servicePrincipalId, displayName } = limit;
  if (servicePrincipalId === null) return [];
  const scopeName = `Parley ${subject.clientId}`;
  const about = { clientId: subject.clientId, group, servicePrincipalId, displayName, scopeName };
  return [
    exchange(subject, 'Give the app the mailboxes of the group', limitByRbac(about)),
    ...testOf(limit, (mailboxes) =>
      exchange(subject, 'Ask Exchange about both mailboxes', testRbac({ ...subject, ...mailboxes })),
    ),
    {
      title: 'Take the tenant-wide calendar permission back',
      shell: 'graph',
      text: paste(
        subject,
        [{ shell: 'graph', scopes: removeCalendarConsentScopes }],
        removeCalendarConsent({ clientId: subject.clientId }),
      ),
    },
  ];
}

/** Scripts for Exchange's older application access policy. */
export function accessPolicyScripts(subject: ScriptSubject, limit: MailboxLimit): Script[] {
  const limiting = limitByAccessPolicy({ clientId: subject.clientId, group: limit.group });
  return [
    exchange(subject, 'Limit the app to the mailboxes of the group', limiting),
    ...testOf(limit, (mailboxes) =>
      exchange(subject, 'Ask Exchange about both mailboxes', testAccessPolicy({ ...subject, ...mailboxes })),
    ),
  ];
}

/** Signs in as the app itself, on a computer that has the certificate with its private key. */
export function certificateScripts(subject: ScriptSubject, thumbprint: string): Script[] {
  const runner = { ...runnerOf(subject), certificate: { clientId: subject.clientId, thumbprint } };
  return [
    {
      title: 'Sign in to Microsoft Graph with the certificate',
      shell: 'graph',
      text: [installLine('graph'), connectGraph(runner, [])].join('\n'),
    },
    {
      title: 'Sign in to Teams PowerShell with the certificate',
      shell: 'teams',
      text: [installLine('teams'), connectTeams(runner)].join('\n'),
    },
  ];
}

function testOf(limit: MailboxLimit, make: (mailboxes: { inside: string; outside: string }) => Script): Script[] {
  const { inside, outside } = limit;
  return inside !== null && outside !== null ? [make({ inside, outside })] : [];
}

function teams(subject: ScriptSubject, title: string, work: string): Script {
  return { title, shell: 'teams', text: paste(subject, [{ shell: 'teams' }], work) };
}

function exchange(subject: ScriptSubject, title: string, work: string): Script {
  return { title, shell: 'exchange', text: paste(subject, [{ shell: 'exchange' }], work) };
}

type SignIn = { shell: 'teams' | 'exchange' } | { shell: 'graph'; scopes: string[] };

/** First every module, then every sign-in, then the work: a text that can be pasted whole. */
function paste(subject: ScriptSubject, signIns: SignIn[], work: string): string {
  return [
    ...signIns.map(({ shell }) => installLine(shell)),
    ...signIns.map((signIn) => connectLine(subject, signIn)),
    work,
  ].join('\n');
}

function connectLine(subject: ScriptSubject, signIn: SignIn): string {
  if (signIn.shell === 'graph') return connectGraph(runnerOf(subject), signIn.scopes);
  return signIn.shell === 'teams' ? connectTeams(runnerOf(subject)) : connectExchange(runnerOf(subject));
}

function runnerOf({ tenantId, cloud }: ScriptSubject) {
  return { tenant: tenantId, cloud };
}

const modules = {
  teams: 'MicrosoftTeams',
  exchange: 'ExchangeOnlineManagement',
  graph: 'Microsoft.Graph',
} as const satisfies Record<Shell, string>;

/** Of the modules only the one that the script needs. */
function installLine(shell: Shell): string {
  return installModule(modules[shell]);
}

import { clouds } from '../microsoft/clouds.ts';
import { requiredPermissions, type RequiredPermission } from '../microsoft/permissions.ts';
import { nameOf } from '../organizers/organizer.ts';
import { needsTeamsPolicy, usesCalendars, type TenantRow } from '../tenants/tenant.ts';
import {
  accessPolicyScripts,
  certificateScripts,
  policyScript,
  rbacScripts,
  transcriptsScript,
  type Script,
} from './scripts.ts';
import type { ScriptSubject } from './scripts.ts';
import { allowedOrganizers, inWords, type Instruction, type SetupFacts, type StepName } from './step.ts';

/** What each step asks of a person, filled in for this tenant and this registration. */
export const instructions: Record<StepName, (facts: SetupFacts) => Instruction> = {
  registration,
  permissions,
  consent,
  credential,
  'teams-policy': teamsPolicy,
  'exchange-scope': exchangeScope,
  test: testMeeting,
  'go-live': goLive,
};

/** What the app's registration in Entra has to list: not what Exchange gives instead, for some mailboxes only. */
export function permissionsInEntra(
  tenant: Pick<TenantRow, 'features' | 'reduced' | 'exchange_scope'>,
): RequiredPermission[] {
  const all = requiredPermissions(tenant.features, 'app-only', tenant.reduced);
  return tenant.exchange_scope === 'rbac' ? all.filter(({ name }) => !name.startsWith('Calendars.')) : all;
}

/** Which app in which tenant the scripts are for. */
export function scriptSubject({ tenant, app }: Pick<SetupFacts, 'tenant' | 'app'>): ScriptSubject {
  return {
    tenantId: tenant.tenant_id,
    cloud: app.cloud,
    clientId: app.clientId,
    policyName: tenant.policy_name,
  };
}

function registration({ app, tenant }: SetupFacts): Instruction {
  return {
    title: 'Register the app',
    why: 'Entra knows Parley by this registration, and everything that Parley may do hangs on it.',
    role: 'Application Administrator',
    todo: [
      'Open the registration with the client id below. The link leads there.',
      'Overview › Supported account types: “My organization only” (single tenant), so that no other organization can use it.',
      'Authentication › Add a platform › Web: add the redirect URI below. Microsoft sends the administrator back to it after consent.',
      'Compare both ids with the ones below.',
    ],
    values: [
      value('Name in Parley', app.name, false),
      value('Application (client) ID', app.clientId),
      value('Directory (tenant) ID', tenant.tenant_id),
      value('Redirect URI (Web)', app.redirectUri),
    ],
    scripts: [],
    link: registrationPage(app, 'Overview', 'Open the registration in Entra'),
  };
}

function permissions(facts: SetupFacts): Instruction {
  const { tenant, app, alsoForPeople } = facts;
  const needed = permissionsInEntra(tenant);
  return {
    title: 'Add the permissions',
    why: 'These are the least permissions for the features that are switched on for this tenant.',
    role: 'Application Administrator',
    todo: [
      'API permissions › Add a permission › Microsoft Graph › Application permissions: add exactly the ones below.',
      'Not “Delegated permissions”: those act for a person who is signed in, and here nobody is.',
      alsoForPeople
        ? 'Leave the delegated permissions that are there: people connect their own accounts through the same registration.'
        : 'Remove the delegated User.Read, which Entra adds to every new registration: nothing here needs it.',
      ...reducedChoice(tenant),
      ...(tenant.exchange_scope === 'rbac' && usesCalendars(tenant)
        ? [
            'Add no Calendars permission here, and remove one that is there: Exchange gives it in step 6, for the mailboxes of the group alone.',
          ]
        : []),
    ],
    values: needed.map(({ name, reasons }) => value(reasons.join(' '), name)),
    scripts: [],
    link: registrationPage(app, 'CallAnAPI', 'Open API permissions in Entra'),
  };
}

function reducedChoice({ features, reduced }: TenantRow): string[] {
  if (!features.includes('people')) return [];
  const lost =
    'people are then found by e-mail address, user principal name or object id only (not by employee id or extension attribute), and Parley cannot see whether an account is switched off or has a Teams licence';
  return reduced
    ? [`You chose User.ReadBasic.All, which shows less of people than User.Read.All. The price: ${lost}.`]
    : [`To show Parley less of your people, choose User.ReadBasic.All instead of User.Read.All. The price: ${lost}.`];
}

function consent({ tenant, app }: SetupFacts): Instruction {
  const name = tenant.tenant_name ?? 'your organization';
  return {
    title: 'Give admin consent',
    why: 'Permissions of an app count only once an administrator has granted them for the whole tenant.',
    role: 'Global Administrator',
    todo: [
      'Make a link for admin consent in Parley and open it, or send it to an administrator of the tenant. It is good for 7 days and for this tenant only.',
      'It takes a Global Administrator or a Privileged Role Administrator: an Application Administrator cannot grant application permissions of Microsoft Graph.',
      'On Microsoft’s page, compare the name of the app and the permissions with step 2, then choose Accept.',
      `Or in Entra: API permissions › Grant admin consent for ${name}. Each permission must then say “Granted for ${name}”.`,
      'Parley believes neither of the two: it asks for a token of this tenant, and looks at what is in it.',
    ],
    values: [value('Directory (tenant) ID', tenant.tenant_id), value('Application (client) ID', app.clientId)],
    scripts: [],
    link: registrationPage(app, 'CallAnAPI', 'Open API permissions in Entra'),
  };
}

function credential(facts: SetupFacts): Instruction {
  const { app, credentials } = facts;
  const own = app.registrationId !== null;
  const certificate = credentials.find(({ kind, sha1 }) => kind === 'certificate' && sha1 !== null);
  return {
    title: 'Give Parley a credential',
    why: 'With it Parley proves to Entra that it is this app; a certificate is safer than a secret, as its private key never travels.',
    role: 'Application Administrator',
    todo: own
      ? [
          'In Parley, with the buttons of this step or under App registrations: make a certificate (recommended) and download its .cer file. The private key stays in Parley.',
          'In Entra, Certificates & secrets › Certificates › Upload certificate: upload the .cer file, and compare the thumbprint with the one below.',
          'Where a certificate is not possible: Client secrets › New client secret, and enter its Value (not its Secret ID) in Parley. Parley shows it to nobody again.',
          'Two credentials may be good at a time. So add the next one before the old one ends: no meeting waits for it.',
        ]
      : [
          'This is the registration of the server’s own configuration: whoever runs the server sets its client secret (MicrosoftTeams:ClientSecret).',
          'For a certificate, and for rotation without a restart, add a registration of your own under App registrations.',
        ],
    values: credentials.flatMap((each) => credentialValues(each)),
    scripts: certificate?.sha1 ? certificateScripts(scriptSubject(facts), certificate.sha1) : [],
    link: registrationPage(app, 'Credentials', 'Open Certificates & secrets in Entra'),
  };
}

function credentialValues({ kind, name, sha1, sha256, expiresAt }: SetupFacts['credentials'][number]) {
  const end = expiresAt ? `good until ${inWords(expiresAt)}` : 'end not known';
  if (kind === 'secret') return [value(`Client secret “${name}”`, end, false)];
  return [
    value(`Certificate “${name}”`, end, false),
    ...(sha1 ? [value(`Thumbprint (SHA-1) of “${name}”`, sha1)] : []),
    ...(sha256 ? [value(`Thumbprint (SHA-256) of “${name}”`, sha256)] : []),
  ];
}

const mostInGuide = 200;

function teamsPolicy(facts: SetupFacts): Instruction {
  const { tenant, app } = facts;
  const subject = scriptSubject(facts);
  const allowed = allowedOrganizers(facts);
  // A script for thousands of people is asked for when it is wanted; the guide is read all the time.
  const users =
    allowed.length > mostInGuide ? [] : allowed.map((one) => ({ objectId: one.object_id, label: nameOf(one) }));
  return {
    title: 'Let the app act for the organizers in Teams',
    why: 'Teams lets an app handle online meetings only for people who have an application access policy that lists the app.',
    role: 'Teams Administrator',
    todo: [
      'In Parley, choose who may own meetings: Access policies › Add an organizer.',
      'Run the scripts below in Windows PowerShell or PowerShell 7. Each can be pasted whole; it asks you to sign in.',
      'One policy for each person: a grant would silently take the place of another one. The script reads what is there first, and stops without a change if somebody has another policy. Then add the app to that policy, or leave the person out.',
      'Then tell Parley that the policy was granted, with the button of this step or under Access policies. Teams takes up to 30 minutes to apply it, in rare cases a day; Parley tries again by itself.',
      `For many people${allowed.length > mostInGuide ? `, as your ${allowed.length}` : ''}: scripts for all of them, the members of a group, a group or everyone are under Access policies.`,
      ...(tenant.features.includes('transcripts')
        ? [
            'The last script lets apps read transcripts at all, and who said what: a switch of the tenant, off by default, which counts for every app. Teams can take an hour to apply it, and answers in turns meanwhile.',
          ]
        : []),
    ],
    values: [value('Policy name', tenant.policy_name), value('Application (client) ID', app.clientId)],
    scripts: needsTeamsPolicy(tenant)
      ? [
          policyScript(subject, { kind: 'show' }),
          policyScript(subject, { kind: 'create' }),
          ...(users.length > 0
            ? [
                policyScript(subject, { kind: 'grant', target: { kind: 'users', users } }),
                policyScript(subject, { kind: 'validate', users }),
              ]
            : []),
          ...(tenant.features.includes('transcripts') ? [transcriptsScript(subject)] : []),
        ]
      : [],
    link: {
      label: 'Microsoft’s own description',
      url: 'https://learn.microsoft.com/graph/cloud-communication-online-meeting-application-access-policy',
    },
  };
}

function exchangeScope(facts: SetupFacts): Instruction {
  const { tenant, app } = facts;
  const { exchange_scope: scope, exchange_group: group, outside_mailbox: outside } = tenant;
  return {
    title: 'Limit the mailboxes in Exchange',
    why: 'The calendar permission reaches every mailbox of the tenant unless Exchange limits it, and Teams’ policy does not.',
    role: 'Exchange Administrator',
    todo: exchangeTodo(tenant),
    values: [
      value('Application (client) ID', app.clientId),
      ...(tenant.service_principal_id
        ? [value('Object ID of the Enterprise application', tenant.service_principal_id)]
        : []),
      ...(scope !== 'none' && group ? [value('Group of mailboxes', group)] : []),
      ...(scope !== 'none' && outside ? [value('Mailbox that must be refused', outside)] : []),
    ],
    scripts: usesCalendars(tenant) ? exchangeScripts(facts) : [],
    link: {
      label: 'Microsoft’s own description',
      url: 'https://learn.microsoft.com/exchange/permissions-exo/application-rbac',
    },
  };
}

function exchangeTodo({ exchange_scope: scope, exchange_group: group, outside_mailbox: outside }: TenantRow): string[] {
  const choose = [
    ...(group ? [] : ['In Parley, name a mail-enabled security group whose members are the organizers.']),
    ...(outside
      ? []
      : ['In Parley, name a mailbox outside that group: the check must be refused there. It only looks.']),
  ];
  const wait =
    'Exchange takes 30 minutes to 2 hours to apply it, whatever its own test says. Then check: one mailbox of the group must open, the other must not.';
  switch (scope) {
    case 'rbac':
      return [
        ...choose,
        'Run the first script: it gives the app the calendars of the group’s members, and of nobody else.',
        'Then take the tenant-wide Calendars permission back with the last script and under API permissions. Rights add up: as long as it is granted in Entra, every mailbox stays open.',
        wait,
      ];
    case 'access-policy':
      return [
        ...choose,
        'Run the scripts below. Microsoft replaces these policies by RBAC for Applications: choose that unless you cannot yet.',
        wait,
      ];
    case 'none':
    default:
      return [
        'Nothing is limited: with its calendar permission the app can read and change the calendar of every mailbox of the tenant.',
        'To limit it, choose RBAC for Applications (recommended) in Parley. The scripts then appear here.',
      ];
  }
}

function exchangeScripts(facts: SetupFacts): Script[] {
  const { tenant, app } = facts;
  if (tenant.exchange_scope === 'none' || tenant.exchange_group === null) return [];
  const [first] = allowedOrganizers(facts);
  const limit = {
    group: tenant.exchange_group,
    servicePrincipalId: tenant.service_principal_id,
    displayName: app.name,
    inside: first ? (first.mail ?? first.user_principal_name) : null,
    outside: tenant.outside_mailbox,
  };
  const make = tenant.exchange_scope === 'rbac' ? rbacScripts : accessPolicyScripts;
  return make(scriptSubject(facts), limit);
}

function testMeeting(facts: SetupFacts): Instruction {
  const [first] = allowedOrganizers(facts);
  const whose = first ? nameOf(first) : 'an organizer';
  const what = facts.tenant.features.includes('meetings')
    ? `makes a meeting 300 days ahead in the calendar of ${whose}`
    : `makes a Teams meeting 300 days ahead for ${whose}, on no calendar`;
  return {
    title: 'Make a test meeting',
    why: 'Only a meeting that was really made proves that all walls are open where they should be.',
    role: 'Workspace administrator',
    todo: [
      'Start with a test tenant or with a few accounts that are not in daily use: mark them as pilot under Access policies.',
      `Check ${what}, without attendees, reads its link and deletes it.`,
      'It signs in as the app itself. A test by a person who is signed in, in Graph Explorer or Postman, proves nothing about policies: they count for apps only.',
    ],
    values: first ? [value('Organizer (object id)', first.object_id)] : [],
    scripts: [],
    link: null,
  };
}

function goLive({ tenant, app }: SetupFacts): Instruction {
  return {
    title: 'Go live',
    why: 'First a pilot group, then everybody who is allowed; each of the two is signed off by a person who looked.',
    role: 'Workspace administrator',
    todo: [
      'Start the pilot: from then on Parley makes meetings for organizers who are marked as pilot, and for nobody else.',
      'Let them use it, and look at their meetings. Then go live for every organizer who is allowed.',
      'Look at the sign-ins of the app (Enterprise applications › the app › Sign-in logs › Service principal sign-ins) and at the audit logs for changes of permissions, consents and policies. By signing you say that you did.',
      'Watch both closely for the first 7 days: failed sign-ins, places that you do not know, more meetings than you expect.',
    ],
    values: [value('Application (client) ID', app.clientId)],
    scripts: [],
    link: tenant.service_principal_id
      ? {
          label: 'Open the Enterprise application in Entra',
          url: `${clouds[app.cloud].portal}/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Overview/objectId/${tenant.service_principal_id}/appId/${app.clientId}`,
        }
      : registrationPage(app, 'Overview', 'Open the registration in Entra'),
  };
}

function registrationPage(app: SetupFacts['app'], blade: 'Overview' | 'CallAnAPI' | 'Credentials', label: string) {
  const path = `#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/${blade}/appId/${app.clientId}`;
  return { label, url: `${clouds[app.cloud].portal}/${path}` };
}

function value(label: string, text: string, copy = true) {
  return { label, value: text, copy };
}

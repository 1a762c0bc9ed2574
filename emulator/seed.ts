import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { PERSONAL_TENANT_ID } from './directory.ts';
import type { AppRegistration, Certificate, DelegatedGrant, Directory, Group, Tenant, User } from './directory.ts';

/** Everything the cloud holds when the emulator starts, and again after a reset. */
export type Seed = {
  tenants: Tenant[];
  users: User[];
  groups?: Group[];
  apps: AppRegistration[];
  grants: DelegatedGrant[];
  /** Application permissions that an administrator granted before the story begins. */
  appRoles: { tenantId: string; clientId: string; roles: string[] }[];
};

export const CONTOSO_TENANT_ID = '5d1f2c88-4b0e-4c57-9a3d-7e60b2f4a911';
export const LARKFIELD_TENANT_ID = 'c36a90e4-18d7-4f2b-8e05-3b9d64c7f120';
export const NORTHGATE_TENANT_ID = '8e4d27b1-60fa-4c93-b5d8-1f72a9c03e56';

/** The app registration that a fresh Parley is configured with. */
export const PARLEY_CLIENT_ID = '3f8a6d10-92c4-4b7e-a5d1-60e9b8c2f471';
export const PARLEY_CLIENT_SECRET = 'emulator-secret-only-good-on-this-machine';
export const PARLEY_REDIRECT_URI = 'http://localhost:3000/api/teams/callback';
export const SINGLE_TENANT_CLIENT_ID = '9b27e0c5-6a1d-4f38-b2e4-81d5c7039ae6';
export const SINGLE_TENANT_CLIENT_SECRET = 'emulator-secret-single-tenant';
/** Registered in Northgate for Northgate only; its application permissions are consented to there. */
export const NORTHGATE_CLIENT_ID = 'd25c8f60-7b3e-4a19-96c4-e08b1d57f2a3';
export const NORTHGATE_CLIENT_SECRET = 'emulator-secret-northgate';
export const EXPIRED_SECRET_CLIENT_ID = 'e41c7a92-0d58-4e6f-93b7-2a6f1d84c05b';
export const EXPIRED_CLIENT_SECRET = 'emulator-secret-expired';
export const CERTIFICATE_CLIENT_ID = '70d9b3e6-c12f-45a8-8f64-d95e2b7a1c38';

const year = 365 * 24 * 60 * 60 * 1000;
const delegatedPermissions = [
  'openid',
  'profile',
  'email',
  'offline_access',
  'User.Read',
  'Calendars.ReadWrite',
  'OnlineMeetings.ReadWrite',
];
const applicationPermissions = ['User.Read.All', 'Calendars.ReadWrite', 'OnlineMeetings.ReadWrite.All'];

/**
 * Contoso with its staff, Larkfield where only administrators may consent, Northgate where people are hard to tell
 * apart and an app may act on its own, and one personal account.
 */
export function defaultSeed(now: number): Seed {
  return {
    tenants: [
      tenant({ id: CONTOSO_TENANT_ID, displayName: 'Contoso', domains: ['contoso.example'] }),
      tenant({
        id: LARKFIELD_TENANT_ID,
        displayName: 'Larkfield Clinic',
        domains: ['larkfield.example'],
        userConsentAllowed: false,
      }),
      tenant({
        id: NORTHGATE_TENANT_ID,
        displayName: 'Northgate College',
        domains: ['northgate.example', 'northgate.onmicrosoft.example'],
      }),
      tenant({
        id: PERSONAL_TENANT_ID,
        displayName: 'Personal Microsoft accounts',
        domains: ['outlook.example'],
        kind: 'personal',
      }),
    ],
    users: [...contosoUsers(), ...larkfieldUsers(), ...northgateUsers(), personalUser()],
    groups: [...contosoGroups(), ...northgateGroups()],
    apps: apps(now),
    grants: [],
    appRoles: [{ tenantId: NORTHGATE_TENANT_ID, clientId: NORTHGATE_CLIENT_ID, roles: [...applicationPermissions] }],
  };
}

/** Indexes a seed the way the emulator reads it; every app gets its service principal in its home tenant. */
export function plant(seed: Seed): Directory {
  const copy = structuredClone(seed);
  const directory: Directory = {
    tenants: new Map(copy.tenants.map((tenant) => [tenant.id, tenant])),
    users: new Map(copy.users.map((user) => [user.id, user])),
    groups: new Map((copy.groups ?? []).map((group) => [group.id, group])),
    apps: new Map(copy.apps.map((app) => [app.clientId, app])),
    servicePrincipals: new Map(),
    grants: copy.grants,
    earlier: [],
  };
  for (const app of copy.apps) addServicePrincipal(directory, app.homeTenantId, app.clientId);
  for (const grant of copy.grants) addServicePrincipal(directory, grant.tenantId, grant.clientId);
  for (const { tenantId, clientId, roles } of copy.appRoles) {
    addServicePrincipal(directory, tenantId, clientId).appRoles = roles;
  }
  return directory;
}

/** The app's service principal in this tenant, made when it is not there yet. */
export function addServicePrincipal(directory: Directory, tenantId: string, clientId: string) {
  const id = stableId(`${tenantId}/${clientId}`);
  const existing = directory.servicePrincipals.get(id);
  if (existing !== undefined) return existing;
  const principal = { id, clientId, tenantId, appRoles: [] as string[], disabled: false };
  directory.servicePrincipals.set(id, principal);
  return principal;
}

/** A GUID that is always the same for the same name, so that links to people survive a reset. */
export function stableId(name: string): string {
  const hex = createHash('sha256').update(name.toLowerCase()).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A tenant; `id`, name and domains are its own, the rest is ordinary. */
export function tenant(input: Partial<Tenant> & Pick<Tenant, 'displayName' | 'domains'>): Tenant {
  return { id: stableId(`tenant:${input.domains[0]}`), kind: 'work', userConsentAllowed: true, ...input };
}

/** A licensed person with a mailbox, except for what the input says otherwise. */
export function user(
  input: Partial<User> & Pick<User, 'tenantId' | 'userPrincipalName' | 'displayName'>,
  timeZone = 'W. Europe Standard Time',
): User {
  const [givenName, ...rest] = input.displayName.split(' ');
  return {
    id: stableId(`user:${input.tenantId}:${input.userPrincipalName}`),
    givenName: givenName ?? null,
    surname: rest.join(' ') || null,
    mail: input.userPrincipalName,
    jobTitle: null,
    accountEnabled: true,
    userType: 'Member',
    employeeId: null,
    onPremisesImmutableId: null,
    proxyAddresses: [`SMTP:${input.userPrincipalName}`],
    otherMails: [],
    extensionAttributes: {},
    isAdmin: false,
    teamsLicence: true,
    teamsPremium: false,
    meetingPolicy: { recording: true, transcription: true },
    mailbox: {
      timeZone,
      allowedOnlineMeetingProviders: input.teamsLicence === false ? [] : ['teamsForBusiness'],
      defaultOnlineMeetingProvider: input.teamsLicence === false ? 'unknown' : 'teamsForBusiness',
    },
    sessionsRevokedAt: null,
    conditionalAccess: 'none',
    ...input,
  };
}

/** A client secret that is valid for two years from now. */
export function clientSecret(value: string, expiresAt: number, displayName = 'Secret'): AppRegistration['secrets'][0] {
  return { id: stableId(`secret:${value}`), value, displayName, expiresAt };
}

/** What an app registration keeps of an uploaded certificate. Throws when the text is not a PEM certificate. */
export function certificate(pem: string): Certificate {
  const parsed = new X509Certificate(pem);
  const thumbprint = (algorithm: string) => createHash(algorithm).update(parsed.raw).digest('base64url');
  return {
    sha256: thumbprint('sha256'),
    sha1: thumbprint('sha1'),
    pem: parsed.toString(),
    notAfter: parsed.validToDate.getTime(),
  };
}

/** A confidential app with Parley's permissions, except for what the input says otherwise. */
export function appRegistration(
  input: Partial<AppRegistration> & Pick<AppRegistration, 'displayName' | 'homeTenantId'>,
): AppRegistration {
  return {
    clientId: randomUUID(),
    audience: 'AzureADMyOrg',
    redirectUris: [{ uri: PARLEY_REDIRECT_URI, platform: 'web' }],
    secrets: [],
    certificates: [],
    delegatedPermissions: [...delegatedPermissions],
    applicationPermissions: [...applicationPermissions],
    disabled: false,
    ...input,
  };
}

function contosoUsers(): User[] {
  return [
    user({
      ...atContoso('dana.reyes'),
      id: '1b6f0e3a-57c2-4d98-8a14-9e2d7c5b4f60',
      displayName: 'Dana Reyes',
      jobTitle: 'Student adviser',
      employeeId: 'C-1001',
      proxyAddresses: ['SMTP:dana.reyes@contoso.example', 'smtp:advice@contoso.example'],
    }),
    user(
      {
        ...atContoso('milan.okafor'),
        id: '2c81d5f7-0a94-4e63-b7d2-45f6e8a1390c',
        displayName: 'Milan Okafor',
        jobTitle: 'Careers adviser',
        employeeId: 'C-1002',
      },
      'GMT Standard Time',
    ),
    user(
      {
        ...atContoso('yuki.brandt'),
        id: '3e95a7b2-6d18-4c0f-95e3-b80c1f2d76a4',
        displayName: 'Yuki Brandt',
        jobTitle: 'Recruiter',
        employeeId: 'C-1003',
      },
      'Europe/Berlin',
    ),
    user({
      ...atContoso('priya.lindqvist'),
      id: '4f0c62d9-b3e7-4a15-8c90-d7a4e35b1826',
      displayName: 'Priya Lindqvist',
      jobTitle: 'Microsoft 365 administrator',
      isAdmin: true,
    }),
    user({
      ...atContoso('meetings'),
      id: '5a73e8c1-94f6-4b2d-a061-e3c9d50b7f48',
      displayName: 'Contoso Meetings',
      jobTitle: 'Account that owns meetings',
    }),
    user({
      ...atContoso('tomasz.hale'),
      id: '6b1d9f04-c85a-4e72-b3f6-082e7da5c913',
      displayName: 'Tomasz Hale',
      jobTitle: 'Without a Teams licence',
      teamsLicence: false,
    }),
    user({
      ...atContoso('ines.falk'),
      id: '7c4e80b6-2f93-4d1a-9e58-f16a3c0d7b25',
      displayName: 'Ines Falk',
      jobTitle: 'Without a mailbox',
      mailbox: null,
      teamsLicence: false,
    }),
    user({
      ...atContoso('rune.abara'),
      id: '8d25f7c3-e0b1-4968-a47d-59c8e6f20b3a',
      displayName: 'Rune Abara',
      jobTitle: 'Left the company',
      accountEnabled: false,
    }),
    user({
      tenantId: CONTOSO_TENANT_ID,
      userPrincipalName: 'sofia.marsh_larkfield.example#EXT#@contoso.example',
      id: '9e3a16d8-5c7f-4b04-8d92-a0f4b7e1c65d',
      displayName: 'Sofia Marsh',
      jobTitle: 'Guest from Larkfield Clinic',
      userType: 'Guest',
      mail: 'sofia.marsh@larkfield.example',
      mailbox: null,
      teamsLicence: false,
    }),
  ];
}

function larkfieldUsers(): User[] {
  return [
    user(
      {
        ...atLarkfield('elif.varga'),
        id: 'a08b5e21-7d4c-4f39-96a1-c2e7f0d5834b',
        displayName: 'Elif Varga',
        jobTitle: 'Practice nurse',
      },
      'GMT Standard Time',
    ),
    user(
      {
        ...atLarkfield('sofia.marsh'),
        id: 'b17f3c94-0e6d-4a52-8b8e-d93a51c7f260',
        displayName: 'Sofia Marsh',
        jobTitle: 'Physiotherapist',
      },
      'GMT Standard Time',
    ),
    user(
      {
        ...atLarkfield('nora.castell'),
        id: 'c6d2a90f-f138-4e7b-a5c4-1b80e4639d72',
        displayName: 'Nora Castell',
        jobTitle: 'Administrator',
        isAdmin: true,
      },
      'GMT Standard Time',
    ),
  ];
}

/** Everybody whom a program that looks for people can stumble over. */
function northgateUsers(): User[] {
  return [
    user({
      ...atNorthgate('amira.solano'),
      id: '0a1c4e72-83d5-4b96-a7f0-2e61d98b35c4',
      displayName: 'Amira Solano',
      jobTitle: 'Global administrator',
      isAdmin: true,
    }),
    user({
      ...atNorthgate('bookings'),
      id: '1b2d5f83-94e6-4ca7-b801-3f72ea9c46d5',
      displayName: 'Northgate Bookings',
      jobTitle: 'Account that owns meetings',
    }),
    user({
      ...atNorthgate('leila.haddad'),
      id: '2c3e6094-a5f7-4db8-8912-4083fbad57e6',
      displayName: 'Leila Haddad',
      jobTitle: 'Careers adviser, known by extension attribute 3',
      employeeId: 'N-2001',
      extensionAttributes: { extensionAttribute3: 'OP-7741' },
    }),
    user({
      ...atNorthgate('marek.dvorak'),
      id: '3d4f71a5-b608-4ec9-9a23-51940cbe68f7',
      displayName: 'Marek Dvorak',
      jobTitle: 'Careers adviser, synchronised from on-premises',
      employeeId: 'N-2002',
      onPremisesImmutableId: 'bWFyZWsuZHZvcmFrIQ==',
    }),
    user({
      ...atNorthgate('ben.achterberg'),
      id: '4e5082b6-c719-4fda-ab34-62a51dcf7908',
      displayName: 'Ben Achterberg',
      jobTitle: 'Shares an employee number with Bea',
      employeeId: 'N-2010',
    }),
    user({
      ...atNorthgate('bea.lindholm'),
      id: '5f6193c7-d82a-40eb-bc45-73b62ed08a19',
      displayName: 'Bea Lindholm',
      jobTitle: 'Shares an employee number with Ben',
      employeeId: 'N-2010',
    }),
    user({
      ...atNorthgate('carla.roth'),
      id: '6072a4d8-e93b-41fc-8d56-84c73fe19b2a',
      displayName: 'Carla Roth',
      jobTitle: 'Was carla.mendes until she married',
      employeeId: 'N-2011',
      proxyAddresses: ['SMTP:carla.roth@northgate.example', 'smtp:carla.mendes@northgate.example'],
    }),
    user({
      tenantId: NORTHGATE_TENANT_ID,
      userPrincipalName: 'Jonas.Pike@Northgate.example',
      id: '7183b5e9-fa4c-420d-9e67-95d850f2ac3b',
      displayName: 'Jonas Pike',
      jobTitle: 'Written with capitals',
      employeeId: 'n-2012',
      mail: 'jonas.PIKE@northgate.example',
      proxyAddresses: ['SMTP:jonas.PIKE@northgate.example'],
    }),
    user({
      ...atNorthgate('pat.quill'),
      id: '8294c6fa-0b5d-431e-af78-a6e96103bd4c',
      displayName: 'Pat Quill',
      jobTitle: 'Has the mail address of the desk',
      mail: 'desk@northgate.example',
      proxyAddresses: ['SMTP:desk@northgate.example', 'smtp:pat.quill@northgate.example'],
    }),
    user({
      ...atNorthgate('desk'),
      id: '93a5d70b-1c6e-442f-b089-b7fa7214ce5d',
      displayName: 'Careers Desk',
      jobTitle: 'Has the same mail address as Pat',
    }),
    user({
      tenantId: NORTHGATE_TENANT_ID,
      userPrincipalName: 'leila.haddad_contoso.example#EXT#@northgate.onmicrosoft.example',
      id: 'a4b6e81c-2d7f-4530-819a-c80b8325df6e',
      displayName: 'Leila Haddad',
      jobTitle: 'Guest with a member’s mail address',
      userType: 'Guest',
      mail: 'leila.haddad@northgate.example',
      mailbox: null,
      teamsLicence: false,
    }),
    user({
      ...atNorthgate('otto.renner'),
      id: 'b5c7f92d-3e80-4641-92ab-d91c9436e07f',
      displayName: 'Otto Renner',
      jobTitle: 'On leave, account disabled',
      employeeId: 'N-2013',
      accountEnabled: false,
    }),
    user({
      ...atNorthgate('suki.amari'),
      id: 'c6d80a3e-4f91-4752-a3bc-ea2da547f180',
      displayName: 'Suki Amari',
      jobTitle: 'With Teams Premium',
      employeeId: 'N-2014',
      teamsPremium: true,
    }),
    user({
      ...atNorthgate('tom.vesely'),
      id: 'd7e91b4f-50a2-4863-b4cd-fb3eb6580291',
      displayName: 'Tom Vesely',
      jobTitle: 'May not record, has no Exchange mailbox',
      employeeId: 'N-2015',
      meetingPolicy: { recording: false, transcription: false },
      mailbox: null,
    }),
  ];
}

function contosoGroups(): Group[] {
  return [
    group('organizers@contoso.example', CONTOSO_TENANT_ID, 'Meeting organizers', [
      '1b6f0e3a-57c2-4d98-8a14-9e2d7c5b4f60',
      '5a73e8c1-94f6-4b2d-a061-e3c9d50b7f48',
    ]),
  ];
}

function northgateGroups(): Group[] {
  return [
    group('bookable@northgate.example', NORTHGATE_TENANT_ID, 'Bookable staff', [
      '1b2d5f83-94e6-4ca7-b801-3f72ea9c46d5',
      '2c3e6094-a5f7-4db8-8912-4083fbad57e6',
      '3d4f71a5-b608-4ec9-9a23-51940cbe68f7',
    ]),
    group('board@northgate.example', NORTHGATE_TENANT_ID, 'Governing board', ['0a1c4e72-83d5-4b96-a7f0-2e61d98b35c4']),
  ];
}

/** A group with an id that stays the same. */
export function group(mail: string, tenantId: string, displayName: string, memberIds: string[]): Group {
  return { id: stableId(`group:${mail}`), tenantId, displayName, mail, memberIds };
}

function atNorthgate(name: string) {
  return { tenantId: NORTHGATE_TENANT_ID, userPrincipalName: `${name}@northgate.example` };
}

function atContoso(name: string) {
  return { tenantId: CONTOSO_TENANT_ID, userPrincipalName: `${name}@contoso.example` };
}

function atLarkfield(name: string) {
  return { tenantId: LARKFIELD_TENANT_ID, userPrincipalName: `${name}@larkfield.example` };
}

function personalUser(): User {
  return user({
    tenantId: PERSONAL_TENANT_ID,
    userPrincipalName: 'kim.sandoval@outlook.example',
    id: '00000000-0000-0000-5b3e-91c7d4a0f286',
    displayName: 'Kim Sandoval',
    teamsLicence: false,
    mailbox: {
      timeZone: 'Pacific Standard Time',
      allowedOnlineMeetingProviders: ['skypeForConsumer'],
      defaultOnlineMeetingProvider: 'skypeForConsumer',
    },
  });
}

function apps(now: number): AppRegistration[] {
  return [
    appRegistration({
      clientId: PARLEY_CLIENT_ID,
      displayName: 'Parley',
      homeTenantId: CONTOSO_TENANT_ID,
      audience: 'AzureADandPersonalMicrosoftAccount',
      secrets: [clientSecret(PARLEY_CLIENT_SECRET, now + 2 * year, 'Parley')],
    }),
    appRegistration({
      clientId: SINGLE_TENANT_CLIENT_ID,
      displayName: 'Parley for Contoso only',
      homeTenantId: CONTOSO_TENANT_ID,
      secrets: [clientSecret(SINGLE_TENANT_CLIENT_SECRET, now + 2 * year)],
    }),
    appRegistration({
      clientId: NORTHGATE_CLIENT_ID,
      displayName: 'Parley for Northgate only',
      homeTenantId: NORTHGATE_TENANT_ID,
      secrets: [clientSecret(NORTHGATE_CLIENT_SECRET, now + 2 * year)],
    }),
    appRegistration({
      clientId: EXPIRED_SECRET_CLIENT_ID,
      displayName: 'Parley with an expired secret',
      homeTenantId: CONTOSO_TENANT_ID,
      audience: 'AzureADMultipleOrgs',
      secrets: [clientSecret(EXPIRED_CLIENT_SECRET, now - 24 * 60 * 60 * 1000)],
    }),
    appRegistration({
      clientId: CERTIFICATE_CLIENT_ID,
      displayName: 'Parley with a certificate',
      homeTenantId: CONTOSO_TENANT_ID,
      audience: 'AzureADMultipleOrgs',
    }),
  ];
}

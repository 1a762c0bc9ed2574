/** Microsoft Graph itself, as Entra knows it: the resource that the permissions below belong to. */
export const GRAPH_RESOURCE_ID = '00000003-0000-0000-c000-000000000000';

/** The tenant in which every personal Microsoft account lives (Entra docs: access token claims reference). */
export const personalTenantId = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** Delegated permissions by the GUIDs that Entra's manifests and grants use (Graph permissions reference). */
const delegatedIds = {
  'User.Read': 'e1fe6dd8-ba31-4d61-89e7-88639da4683d',
  'User.ReadBasic.All': 'b340eb25-3456-403f-be2f-af7a0d370277',
  'User.Read.All': 'a154be20-db9c-4678-8ab7-66f6cc099a59',
  'Calendars.Read': '465a38f9-76ea-45b9-9f34-9e8b0d4b0b42',
  'Calendars.ReadWrite': '1ec239c2-d7c9-4623-a91a-a9775856bb36',
  'OnlineMeetings.Read': '9be106e1-f4e3-4df5-bdff-e4bc531cbe43',
  'OnlineMeetings.ReadWrite': 'a65f2972-a4f8-4f5e-afd7-69ccb046d5dc',
  'OnlineMeetingArtifact.Read.All': '110e5abb-a10c-4b59-8b55-9b4daa4ef743',
  'OnlineMeetingRecording.Read.All': '190c2bb6-1fdd-4fec-9aa2-7d571b5e1fe3',
  'OnlineMeetingTranscript.Read.All': '30b87d18-ebb1-45db-97f8-82ccb1f0190c',
  'Mail.Send': 'e383f46e-2787-4529-855e-0e479a3ffac0',
  'AuditLog.Read.All': 'e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20',
  'Application.Read.All': 'c79f8feb-a9db-4090-85f9-90d820caa0eb',
  'Organization.Read.All': '4908d5b9-3fb2-4b1e-9336-1888b7937185',
} as const;

/** The delegated permissions that only an administrator can grant. */
const adminOnly = new Set<string>([
  'User.Read.All',
  'OnlineMeetingRecording.Read.All',
  'OnlineMeetingTranscript.Read.All',
  'AuditLog.Read.All',
  'Application.Read.All',
  'Organization.Read.All',
] satisfies (keyof typeof delegatedIds)[]);

/** Application permissions; every one of them needs an administrator. */
const applicationIds = {
  'User.ReadBasic.All': '97235f07-e226-4f63-ace3-39588e11d3a1',
  'User.Read.All': 'df021288-bdef-4463-88db-98f22de89214',
  'Calendars.ReadBasic.All': '8ba4a692-bc31-4128-9094-475872af8a53',
  'Calendars.Read': '798ee544-9d2d-430c-a058-570e29e34338',
  'Calendars.ReadWrite': 'ef54d2bf-783f-4e0f-bca1-3210c0444d99',
  'OnlineMeetings.Read.All': 'c1684f21-1984-47fa-9d61-2dc8c296bb70',
  'OnlineMeetings.ReadWrite.All': 'b8bb2037-6e08-44ac-a4ea-4674e010e2a4',
  'OnlineMeetingArtifact.Read.All': 'df01ed3b-eb61-4eca-9965-6b3d789751b2',
  'OnlineMeetingRecording.Read.All': 'a4a08342-c95d-476b-b943-97e100569c8d',
  'OnlineMeetingTranscript.Read.All': 'a4a80d8d-d283-4bd8-8504-555ec3870630',
  'MailboxSettings.Read': '40f97065-369a-49f4-947c-6a255697ae91',
  'Mail.Send': 'b633e1c5-b582-4048-a93e-9f11b44c7e96',
  'AuditLog.Read.All': 'b0afded3-3588-46d8-8b3d-9842eff778da',
  'CallRecords.Read.All': '45bbb07e-7321-4fd7-a8f6-3ff27e6a81c8',
  'Application.Read.All': '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30',
  'Directory.Read.All': '7ab1d382-f21e-4acd-a863-ba3e13f7da61',
  'Organization.Read.All': '498476ce-e0fe-48b0-b801-37ba7e2685c6',
} as const;

export type DelegatedPermission = keyof typeof delegatedIds;
export type ApplicationPermission = keyof typeof applicationIds;

/** The name of the application permission with this GUID. */
export function permissionName(appRoleId: string): ApplicationPermission | undefined {
  return applicationNames.get(appRoleId.toLowerCase());
}

/** The GUID of an application permission: what Entra calls its app role id. */
export function permissionId(name: ApplicationPermission): string {
  return applicationIds[name];
}

const applicationNames = new Map(
  Object.entries(applicationIds).map(([name, id]): [string, ApplicationPermission] => [
    id,
    name as ApplicationPermission, // a key of the object
  ]),
);

/** What a permission contains besides itself, so that the smaller one need not be granted too. */
const contains: Record<string, readonly string[]> = {
  'User.Read.All': ['User.ReadBasic.All', 'User.Read', 'Organization.Read.All'],
  'User.ReadBasic.All': ['User.Read'],
  'Directory.Read.All': ['User.Read.All', 'User.ReadBasic.All', 'Organization.Read.All', 'Application.Read.All'],
  'Calendars.ReadWrite': ['Calendars.Read', 'Calendars.ReadBasic.All'],
  'Calendars.Read': ['Calendars.ReadBasic.All'],
  'OnlineMeetings.ReadWrite.All': ['OnlineMeetings.Read.All'],
  'OnlineMeetings.ReadWrite': ['OnlineMeetings.Read'],
};

/** Something that Parley can be set up to do. */
export type Feature =
  | 'meetings'
  | 'standalone-meetings'
  | 'meeting-options'
  | 'free-busy'
  | 'people'
  | 'tenant-name'
  | 'grants'
  | 'recordings'
  | 'transcripts'
  | 'attendance'
  | 'mail'
  | 'sign-in-logs';

type Need = {
  delegated: DelegatedPermission;
  application: ApplicationPermission;
  /** Chosen instead when the tenant wants to give away as little as possible. */
  reduced?: ApplicationPermission;
  reason: string;
  reducedReason?: string;
  /** Without which the permission itself is of no use. */
  also?: Need;
};

/** Artifacts are asked for by Teams’ own id of their meeting, which is found by the join link (Graph contract 4.1). */
const findingMeetings: Need = {
  delegated: 'OnlineMeetings.Read',
  application: 'OnlineMeetings.Read.All',
  reason: 'Find a meeting in Teams by its join link, to ask for what is left of it.',
};

const needs: Record<Feature, Need> = {
  meetings: {
    delegated: 'Calendars.ReadWrite',
    application: 'Calendars.ReadWrite',
    reason: 'Make, move and cancel calendar events with a Teams meeting in the organizer’s calendar.',
  },
  'standalone-meetings': {
    delegated: 'OnlineMeetings.ReadWrite',
    application: 'OnlineMeetings.ReadWrite.All',
    reason: 'Make Teams meetings for the organizers that the Teams application access policy names.',
  },
  'meeting-options': {
    delegated: 'OnlineMeetings.ReadWrite',
    application: 'OnlineMeetings.ReadWrite.All',
    reason: 'Set lobby, presenters, chat and recording of a meeting.',
  },
  'free-busy': {
    // Calendars.ReadBasic would be less, but only an administrator can grant it to a user's connection.
    delegated: 'Calendars.Read',
    application: 'Calendars.ReadBasic.All',
    reason: 'Read when the organizer is busy, so that only free times are offered.',
  },
  people: {
    delegated: 'User.Read',
    application: 'User.Read.All',
    reduced: 'User.ReadBasic.All',
    reason: 'Find organizers and operators, by any field, and see whether their account and licence are in order.',
    reducedReason: 'Find organizers and operators by e-mail address, user principal name or object id, and no more.',
  },
  'tenant-name': {
    delegated: 'User.Read',
    application: 'Organization.Read.All',
    reason: 'Show the tenant’s name and domains.',
  },
  grants: {
    delegated: 'Application.Read.All',
    application: 'Application.Read.All',
    reason: 'Compare what the tenant granted with what is needed; the token alone tells most of it.',
  },
  recordings: {
    delegated: 'OnlineMeetingRecording.Read.All',
    application: 'OnlineMeetingRecording.Read.All',
    reason: 'Fetch recordings of the organizers’ meetings.',
    also: findingMeetings,
  },
  transcripts: {
    delegated: 'OnlineMeetingTranscript.Read.All',
    application: 'OnlineMeetingTranscript.Read.All',
    reason: 'Fetch transcripts of the organizers’ meetings; the tenant’s transcript switch must be on too.',
    also: findingMeetings,
  },
  attendance: {
    delegated: 'OnlineMeetingArtifact.Read.All',
    application: 'OnlineMeetingArtifact.Read.All',
    reason: 'Read who attended, and for how long.',
    also: findingMeetings,
  },
  mail: {
    delegated: 'Mail.Send',
    application: 'Mail.Send',
    reason: 'Send Parley’s e-mails from a mailbox of the tenant.',
  },
  'sign-in-logs': {
    delegated: 'AuditLog.Read.All',
    application: 'AuditLog.Read.All',
    reason: 'Show the app’s own sign-ins and changes of its permissions.',
  },
};

export const features = Object.keys(needs) as Feature[];

export type RequiredPermission = {
  name: string;
  /** As Entra's manifest names it. */
  id: string;
  type: 'Delegated' | 'Application';
  adminConsent: boolean;
  /** Why, one line for each feature that needs it. */
  reasons: string[];
};

/**
 * The least permissions for these features, without those that another one contains. `reduced` prefers
 * `User.ReadBasic.All`, at the price of matching people by e-mail address, principal name or object id only.
 */
export function requiredPermissions(
  wanted: readonly Feature[],
  kind: 'delegated' | 'app-only',
  reduced: boolean,
): RequiredPermission[] {
  const chosen = new Map<string, RequiredPermission>();
  const all = new Set([...new Set(wanted)].flatMap((feature) => [needs[feature], needs[feature].also ?? []].flat()));
  for (const need of all) {
    const permission = required(need, kind, reduced);
    const known = chosen.get(permission.name);
    if (known) known.reasons.push(...permission.reasons);
    else chosen.set(permission.name, permission);
  }
  for (const permission of chosen.values()) {
    const container = [...chosen.values()].find((other) => contains[other.name]?.includes(permission.name));
    if (container === undefined) continue;
    container.reasons.push(...permission.reasons);
    chosen.delete(permission.name);
  }
  return [...chosen.values()];
}

function required(need: Need, kind: 'delegated' | 'app-only', reduced: boolean): RequiredPermission {
  if (kind === 'delegated') {
    const name = need.delegated;
    const adminConsent = adminOnly.has(name);
    return { name, id: delegatedIds[name], type: 'Delegated', adminConsent, reasons: [need.reason] };
  }
  const name = (reduced ? need.reduced : undefined) ?? need.application;
  const reason = (reduced ? need.reducedReason : undefined) ?? need.reason;
  return { name, id: applicationIds[name], type: 'Application', adminConsent: true, reasons: [reason] };
}

/** The required application permissions that a token's `roles` lack; a larger permission counts for a smaller one. */
export function missingRoles(required: readonly string[], granted: readonly string[]): string[] {
  const have = new Set(granted.flatMap((role) => [role, ...(contains[role] ?? [])]).map((role) => role.toLowerCase()));
  return required.filter((role) => !have.has(role.toLowerCase()));
}

/** The delegated scopes without which a connection cannot do these things. */
export const scopesFor = {
  /** Calendar events with a Teams meeting: made, moved, cancelled, found again. */
  meetings: ['Calendars.ReadWrite'],
  /** Busy times of the user's own calendar. */
  freeBusy: ['Calendars.Read'],
  /** Name and e-mail of the connected account. */
  profile: ['User.Read'],
  /** Lobby and presenter options of a meeting. */
  meetingOptions: ['OnlineMeetings.ReadWrite'],
  /** Mail from the user's own mailbox. */
  mail: ['Mail.Send'],
} as const satisfies Record<string, readonly DelegatedPermission[]>;

/** True for the tenant of personal Microsoft accounts, whose users cannot make Teams meetings. */
export function isPersonalTenant(tenantId: string): boolean {
  return tenantId.toLowerCase() === personalTenantId;
}

/**
 * The required scopes that were not granted. Case and the full form `https://graph.microsoft.com/…` do not matter;
 * sign-in scopes and `.default` never count, as Entra does not repeat them in its answer.
 */
export function missingScopes(required: readonly string[], granted: readonly string[]): string[] {
  const have = new Set(granted.map(bareName));
  return required.filter((scope) => !have.has(bareName(scope)) && !NOT_REPEATED.has(bareName(scope)));
}

const NOT_REPEATED = new Set(['openid', 'profile', 'email', 'offline_access', '.default']);

function bareName(scope: string): string {
  return scope
    .trim()
    .toLowerCase()
    .replace(/^(https:\/\/[^/]*graph[^/]*|00000003-0000-0000-c000-000000000000)\//, '');
}

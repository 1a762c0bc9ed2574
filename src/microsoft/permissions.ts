/** A permission of Microsoft Graph with the GUIDs that Entra's manifests and grants use (Graph permissions reference). */
type Permission = { delegated: string; application?: string };

/** Microsoft Graph itself, as Entra knows it: the resource that the permissions below belong to. */
export const GRAPH_RESOURCE_ID = '00000003-0000-0000-c000-000000000000';

/** The tenant in which every personal Microsoft account lives (Entra docs: access token claims reference). */
const PERSONAL_TENANT_ID = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** Delegated permissions by name, each with its id and, where there is one, the id of the application permission alike. */
export const permissions = {
  'User.Read': { delegated: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d' },
  'Calendars.Read': {
    delegated: '465a38f9-76ea-45b9-9f34-9e8b0d4b0b42',
    application: '798ee544-9d2d-430c-a058-570e29e34338',
  },
  'Calendars.ReadWrite': {
    delegated: '1ec239c2-d7c9-4623-a91a-a9775856bb36',
    application: 'ef54d2bf-783f-4e0f-bca1-3210c0444d99',
  },
  'OnlineMeetings.Read': {
    delegated: '9be106e1-f4e3-4df5-bdff-e4bc531cbe43',
    application: 'c1684f21-1984-47fa-9d61-2dc8c296bb70',
  },
  'OnlineMeetings.ReadWrite': {
    delegated: 'a65f2972-a4f8-4f5e-afd7-69ccb046d5dc',
    application: 'b8bb2037-6e08-44ac-a4ea-4674e010e2a4',
  },
  offline_access: { delegated: '7427e0e9-2fba-42fe-b0c0-848c9e6a8182' },
  openid: { delegated: '37f7f235-527c-4136-accd-4a02d197296e' },
  profile: { delegated: '14dad69e-099b-42c9-810b-d002981feec1' },
  email: { delegated: '64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0' },
} as const satisfies Record<string, Permission>;

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
} as const satisfies Record<string, readonly (keyof typeof permissions)[]>;

/** True for the tenant of personal Microsoft accounts, whose users cannot make Teams meetings. */
export function isPersonalTenant(tenantId: string): boolean {
  return tenantId.toLowerCase() === PERSONAL_TENANT_ID;
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

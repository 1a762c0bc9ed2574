/** What keys may be allowed to do: the actions that each resource has. Writing includes making, changing and removing. */
export const resources = {
  bookings: ['read', 'write', 'manage'],
  meetings: ['read', 'write'],
  'event-types': ['read', 'write'],
  schedules: ['read', 'write'],
  people: ['read', 'write'],
  artifacts: ['read', 'write', 'manage'],
  'artifact-content': ['read'],
  emails: ['read', 'write', 'manage'],
  events: ['read'],
  webhooks: ['read', 'write'],
  connections: ['read', 'write'],
  tenants: ['read', 'write'],
  organizers: ['read', 'write'],
  'app-registrations': ['read', 'write'],
  'teams-app': ['read', 'write'],
  diagnostics: ['read', 'write'],
  members: ['read', 'write'],
  workspace: ['read', 'write'],
  'api-keys': ['read', 'write'],
  audit: ['read'],
} as const;

export type Resource = keyof typeof resources;
export type KeyPermission = { [Name in Resource]: `${Name}:${(typeof resources)[Name][number]}` }[Resource];
/** A permission, or `*` for everything, also what is added later. */
export type KeyGrant = '*' | KeyPermission;

// `Object.entries` forgets which action belongs to which name; the table above has these pairs and no others.
const every = Object.entries(resources).flatMap(([name, actions]) =>
  actions.map((action) => `${name}:${action}`),
) as KeyPermission[];

export const keyPermissions: ReadonlySet<string> = new Set(every);
export const keyGrants: [KeyGrant, ...KeyGrant[]] = ['*', ...every];

/** Whether what a key was granted includes a permission. No action includes another one. */
export function includesPermission(grants: readonly KeyGrant[], permission: KeyPermission): boolean {
  return grants.includes('*') || grants.includes(permission);
}

/** Grants in the order of the list, each once; `*` alone says it all. */
export function normalGrants(grants: readonly KeyGrant[]): KeyGrant[] {
  if (grants.includes('*')) return ['*'];
  return keyGrants.filter((grant) => grants.includes(grant));
}

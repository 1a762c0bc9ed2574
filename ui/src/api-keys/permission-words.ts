import type { ApiKey } from '../api/queries.ts';

export type Grant = ApiKey['permissions'][number];
export type Permission = Exclude<Grant, '*'>;
type Resource = Permission extends infer Pair ? (Pair extends `${infer Name}:${string}` ? Name : never) : never;

/** What a key may be allowed to do with each resource, in words. */
export const permissionWords = {
  bookings: {
    words: 'Bookings',
    actions: {
      read: 'See bookings and requests',
      write: 'Book, move, cancel, decide; see the links with which visitors do so',
      manage: 'Set legal holds, and make calendar feeds',
    },
  },
  meetings: {
    words: 'Meetings',
    actions: { read: 'See meetings and their links', write: 'Make, change and cancel them' },
  },
  'event-types': {
    words: 'Event types',
    actions: { read: 'See them, and their free times', write: 'Add, change and remove them' },
  },
  schedules: {
    words: 'Working hours',
    actions: { read: 'See hours and time off', write: 'Change them' },
  },
  people: {
    words: 'People',
    actions: { read: 'Find contacts, organisations and users', write: 'Add, change and remove contacts' },
  },
  artifacts: {
    words: 'Recordings, transcripts, attendance',
    actions: {
      read: 'See what there is',
      write: 'Look for it at Microsoft now',
      manage: 'Delete it, and change how long it is kept',
    },
  },
  'artifact-content': {
    words: 'What was said and who was there',
    actions: { read: 'Play, read, search and download it' },
  },
  emails: {
    words: 'Mail',
    actions: {
      read: 'See what was sent to whom',
      write: 'Send it again, and change the words',
      manage: 'Read letters, with the links in them',
    },
  },
  events: { words: 'Event log', actions: { read: 'Read everything that happened' } },
  webhooks: { words: 'Webhooks', actions: { read: 'See endpoints and deliveries', write: 'Change and send again' } },
  connections: { words: 'Connected accounts', actions: { read: 'See them', write: 'Disconnect them' } },
  tenants: { words: 'Microsoft 365 tenants', actions: { read: 'See them and their setup', write: 'Set them up' } },
  organizers: { words: 'Organizers', actions: { read: 'See them', write: 'Allow and match them' } },
  'app-registrations': { words: 'App registrations', actions: { read: 'See them', write: 'Change their credentials' } },
  'teams-app': { words: 'Teams app', actions: { read: 'See and download it', write: 'Change it' } },
  diagnostics: {
    words: 'Diagnosis',
    actions: { read: 'Check what meetings need', write: 'Make a meeting as a trial, and delete it' },
  },
  members: { words: 'Members', actions: { read: 'See who they are', write: 'Add and change them' } },
  workspace: { words: 'Workspace', actions: { read: 'See its settings', write: 'Change them' } },
  'api-keys': {
    words: 'API keys',
    actions: { read: 'See them', write: 'Make, change and revoke those that may do no more' },
  },
  audit: { words: 'Audit log', actions: { read: 'Read and verify it' } },
} as const satisfies Record<Resource, { words: string; actions: Partial<Record<'read' | 'write' | 'manage', string>> }>;

export const actionNames = { read: 'Read', write: 'Write', manage: 'Manage' } as const;

export type ResourceWords = {
  words: string;
  permissions: { permission: Permission; action: string; explained: string }[];
};

/** The same as a list, in the order in which it is chosen from. */
export const resourceList: ResourceWords[] = Object.entries(permissionWords).map(([name, { words, actions }]) => ({
  words,
  permissions: Object.entries(actions).map(([action, explained]) => ({
    // `Object.entries` forgets which action belongs to which name; the test finds one that is no permission.
    permission: `${name}:${action}` as Permission,
    action: actionNames[action as keyof typeof actionNames],
    explained,
  })),
}));

const everyReading = resourceList.flatMap(({ permissions }) =>
  permissions.map(({ permission }) => permission).filter((permission) => permission.endsWith(':read')),
);

/** What most programs need. */
export const presets = {
  everything: {
    words: 'Everything',
    explained: 'All that an administrator may do, also what is added later.',
    grants: ['*'],
  },
  bookings: {
    words: 'Bookings only',
    explained: 'See event types, free times and members; see, make, move and cancel bookings.',
    grants: ['bookings:read', 'bookings:write', 'event-types:read', 'members:read'],
  },
  reading: {
    words: 'Read only',
    explained: 'See everything that there is today, also recordings and the audit log; change nothing.',
    grants: everyReading,
  },
  recordings: {
    words: 'Recordings',
    explained: 'Find bookings and meetings; play and download their recordings, transcripts and attendance.',
    grants: ['bookings:read', 'meetings:read', 'artifacts:read', 'artifact-content:read'],
  },
} as const satisfies Record<string, { words: string; explained: string; grants: readonly Grant[] }>;

export type Preset = keyof typeof presets;

/** The preset that has just these permissions. */
export function presetOf(grants: readonly Grant[]): Preset | undefined {
  const names = Object.keys(presets) as Preset[]; // a table of ours has no other keys
  return names.find((name) => isSame(presets[name].grants, grants));
}

function isSame(one: readonly Grant[], other: readonly Grant[]): boolean {
  return one.length === other.length && one.every((grant) => other.includes(grant));
}

/** What a key may do in a line: `Bookings only`, or `Bookings (read, write), Webhooks (read)`. */
export function grantWords(grants: readonly Grant[]): string {
  const preset = presetOf(grants);
  if (preset) return presets[preset].words;
  return resourceList
    .map(({ words, permissions }) => {
      const actions = permissions.filter(({ permission }) => grants.includes(permission));
      return actions.length > 0 && `${words} (${actions.map(({ action }) => action.toLowerCase()).join(', ')})`;
    })
    .filter(Boolean)
    .join(', ');
}

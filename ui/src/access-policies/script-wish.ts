import type { Organizer, ScriptRequest } from '../api/organizers.ts';

export type Kind = 'grant' | 'create' | 'extend' | 'validate' | 'show' | 'revoke';
export type Wish = {
  kind: Kind;
  target: 'people' | 'group-members' | 'group' | 'everyone';
  groupId: string;
  rank: string;
  /** The policy to be extended; empty: the tenant's own. */
  policyName: string;
};

type KindWords = {
  words: string;
  hint: (policyName: string) => string;
  /** Whom it can be for; nothing where it is about the policy itself. */
  targets: readonly ('people' | 'group')[];
  /** Whom it is for when nobody was chosen. */
  everybody: string;
};

const allowed = 'Everybody who is allowed on the list';

/** What scripts there are, in the order in which people need them. */
export const kinds: Record<Kind, KindWords> = {
  grant: {
    words: 'Grant the policy',
    hint: (name) => `The policy “${name}” has to be there: if it is not, make it first.`,
    targets: ['people', 'group'],
    everybody: allowed,
  },
  create: {
    words: 'Make the policy',
    hint: (name) => `Makes “${name}”, which names this app. It lets nobody through until it is granted.`,
    targets: [],
    everybody: '',
  },
  extend: {
    words: 'Add the app to a policy that exists',
    hint: () => 'Adds this app to a policy that people have already, and keeps the apps it lists.',
    targets: [],
    everybody: '',
  },
  validate: {
    words: 'Show which policy people have',
    hint: () => 'Changes nothing. Where nothing is shown, the policy of the whole tenant counts.',
    targets: ['people'],
    everybody: 'Everybody who has the policy',
  },
  show: {
    words: 'Show all policies and their apps',
    hint: () => 'Changes nothing.',
    targets: [],
    everybody: '',
  },
  revoke: {
    words: 'Take the policy away',
    hint: () => 'From then on Teams refuses new meetings for these people. Meetings that exist stay.',
    targets: ['people'],
    everybody: allowed,
  },
};

/** What to ask the server for; nothing as long as something is missing. */
export function scriptRequest(
  { kind, target, groupId, rank, policyName }: Wish,
  chosen: Organizer[],
): ScriptRequest | undefined {
  const { targets } = kinds[kind];
  const name = policyName.trim();
  if (kind === 'extend' && name !== '') return { kind, policyName: name };
  if (targets.length === 0) return { kind };
  if (target === 'everyone') return { kind, target: { kind: 'everyone' } };
  if (target === 'people') {
    const organizerIds = chosen.map(({ id }) => id);
    return organizerIds.length > 0 ? { kind, target: { kind: 'users', organizerIds } } : { kind };
  }
  const group = groupId.trim();
  if (!isGroupId(group)) return undefined;
  if (target === 'group-members') return { kind, target: { kind: 'group-members', groupId: group } };
  return { kind, target: { kind: 'group', groupId: group, ...(rank !== '' && { rank: Number(rank) }) } };
}

/** Whether it can be the object id of a group. */
export function isGroupId(text: string): boolean {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text.trim());
}

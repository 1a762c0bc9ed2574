import { nameOf } from '../organizers/organizer.ts';
import { Problem } from '../problem.ts';
import type { PolicyTask } from './scripts.ts';
import { allowedOrganizers, type OrganizerFact, type SetupFacts } from './step.ts';

/** What a script is asked to do. People are named by the ids that they have as organizers. */
export type ScriptRequest = {
  kind: PolicyTask['kind'];
  target?:
    | { kind: 'users'; organizerIds: string[] }
    | { kind: 'group-members'; groupId: string }
    | { kind: 'group'; groupId: string; rank?: number | undefined }
    | { kind: 'everyone' }
    | undefined;
  /** For `extend`: the policy that people have already, where it is not the tenant's own. */
  policyName?: string | undefined;
};

/** The task that is asked for, with the people by object id. Throws `invalid_request` for whom the tenant does not have. */
export function policyTask(facts: SetupFacts, { kind, target, policyName }: ScriptRequest): PolicyTask {
  if (policyName !== undefined && kind !== 'extend') throw wrongName();
  switch (kind) {
    case 'grant': {
      if (target === undefined || target.kind === 'users')
        return { kind, target: { kind: 'users', users: usersOf(facts, target) } };
      if (target.kind !== 'group') return { kind, target };
      const { groupId, rank: place } = target;
      return { kind, target: { kind: 'group', groupId, ...(place !== undefined && { rank: place }) } };
    }
    case 'validate':
      if (target === undefined || target.kind === 'everyone') return { kind };
      return { kind, users: usersOf(facts, onlyUsers(target)) };
    case 'revoke':
      return { kind, users: usersOf(facts, target && onlyUsers(target)) };
    case 'create':
    case 'extend':
    case 'show':
    case 'remove':
    case 'roster':
    default:
      if (target !== undefined) throw wrongTarget('This script is about the policy itself: leave the target out.');
      return { kind };
  }
}

type UsersTarget = { kind: 'users'; organizerIds: string[] };

function onlyUsers(target: NonNullable<ScriptRequest['target']>): UsersTarget {
  if (target.kind !== 'users') throw wrongTarget('This script takes people one by one: choose organizers.');
  return target;
}

function usersOf(facts: SetupFacts, target: UsersTarget | undefined) {
  const people = target
    ? target.organizerIds.map((id, place) => organizerOf(facts, id, place))
    : allowedOrganizers(facts);
  if (people.length === 0) throw wrongTarget('Nobody is allowed to own meetings yet: add an organizer first.');
  return people.map((one) => ({ objectId: one.object_id, label: nameOf(one) }));
}

function organizerOf({ organizers }: SetupFacts, id: string, place: number): OrganizerFact {
  const organizer = organizers.find((one) => one.id === id);
  if (organizer) return organizer;
  const errors = [{ pointer: `/target/organizerIds/${place}`, detail: 'The tenant has no such organizer.' }];
  throw new Problem('invalid_request', { errors });
}

function wrongName(): Problem {
  const detail = 'Only a policy that is extended may be another one than the tenant’s.';
  return new Problem('invalid_request', { errors: [{ pointer: '/policyName', detail }] });
}

function wrongTarget(detail: string): Problem {
  return new Problem('invalid_request', { errors: [{ pointer: '/target', detail }] });
}

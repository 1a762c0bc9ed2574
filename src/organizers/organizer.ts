import type { Selectable } from 'kysely';
import type { Organizers } from '../database/schema.ts';
import type { ProblemCode } from '../problem.ts';

export type OrganizerRow = Selectable<Organizers>;

const minutes = 60_000;
/** How long Teams may take to apply a policy after it was granted. */
export const propagationMs = 30 * minutes;
/** How often a policy that is being applied is looked at. */
export const propagationProbeMs = 2 * minutes;
/** How often everyone else is looked at, so that a policy that somebody took away is noticed. */
export const dailyProbeMs = 24 * 60 * minutes;

/** What a live probe of the Teams policy found. */
export type ProbeOutcome =
  | { kind: 'granted' }
  /** Teams refused for want of a policy. */
  | { kind: 'denied' }
  /** Something else stood in the way: it says nothing about the policy. */
  | { kind: 'not_known'; code: ProblemCode };

type PolicyFacts = Pick<OrganizerRow, 'policy_state' | 'policy_granted_at' | 'policy_proven_at' | 'probe_at'>;

/** The policy's state after a probe, and when to probe next. A refusal within 30 minutes after a grant is no refusal yet. */
export function afterProbe(
  row: Pick<OrganizerRow, 'policy_state' | 'policy_granted_at' | 'policy_proven_at'>,
  outcome: ProbeOutcome,
  now: Date,
): PolicyFacts {
  const soon = new Date(now.getTime() + propagationProbeMs);
  const tomorrow = new Date(now.getTime() + dailyProbeMs);
  if (outcome.kind === 'granted')
    return {
      policy_state: 'granted',
      policy_granted_at: row.policy_granted_at,
      policy_proven_at: now,
      probe_at: tomorrow,
    };
  const { policy_granted_at: grantedAt, policy_proven_at: provenAt } = row;
  const applying = isPropagating(row, now);
  if (outcome.kind === 'not_known')
    return {
      policy_state: row.policy_state,
      policy_granted_at: grantedAt,
      policy_proven_at: provenAt,
      probe_at: applying ? soon : tomorrow,
    };
  return {
    policy_state: applying ? 'propagating' : 'denied',
    policy_granted_at: grantedAt,
    policy_proven_at: provenAt,
    probe_at: applying ? soon : tomorrow,
  };
}

/** Whether a grant that somebody told of may still be on its way: not once it was proven after that. */
export function isPropagating(row: Pick<OrganizerRow, 'policy_granted_at' | 'policy_proven_at'>, now: Date): boolean {
  const { policy_granted_at: grantedAt, policy_proven_at: provenAt } = row;
  if (!grantedAt || (provenAt && provenAt >= grantedAt)) return false;
  return now.getTime() - grantedAt.getTime() < propagationMs;
}

/** What keeps a person of the directory from owning meetings, as far as is known. */
export function faultOfPerson(person: {
  accountEnabled: boolean | null | undefined;
  userType: 'Member' | 'Guest' | null | undefined;
  teamsLicensed: boolean | null | undefined;
}): ProblemCode | undefined {
  if (person.userType === 'Guest') return 'organizer_is_guest';
  if (person.accountEnabled === false) return 'organizer_disabled';
  if (person.teamsLicensed === false) return 'organizer_not_licensed';
  return undefined;
}

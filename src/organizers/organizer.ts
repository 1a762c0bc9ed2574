import type { Selectable } from 'kysely';
import type { Organizers } from '../database/schema.ts';
import { problems, type ProblemCode } from '../problem.ts';

export type OrganizerRow = Selectable<Organizers>;

const minutes = 60_000;
/** How long Teams may take to apply a policy after it was granted. */
export const propagationMs = 30 * minutes;
/** How often a policy that is being applied is looked at. */
export const propagationProbeMs = 2 * minutes;
/** How often everyone else is looked at, so that a policy that somebody took away is noticed. */
export const dailyProbeMs = 24 * 60 * minutes;
/** When it is tried again after a fault that passes by itself. */
export const faultProbeMs = 15 * minutes;

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
  const { policy_granted_at, policy_proven_at } = row;
  const after = (ms: number) => new Date(now.getTime() + ms);
  if (outcome.kind === 'granted')
    return { policy_state: 'granted', policy_granted_at, policy_proven_at: now, probe_at: after(dailyProbeMs) };
  const facts = { policy_granted_at, policy_proven_at };
  if (isPropagating(row, now)) {
    const state = outcome.kind === 'denied' ? 'propagating' : row.policy_state;
    return { ...facts, policy_state: state, probe_at: after(propagationProbeMs) };
  }
  if (outcome.kind === 'denied') return { ...facts, policy_state: 'denied', probe_at: after(dailyProbeMs) };
  // Nothing was learned; but a grant that had its time is not on its way any more.
  const state = row.policy_state === 'propagating' ? 'unknown' : row.policy_state;
  const waitMs = problems[outcome.code].retry ? faultProbeMs : dailyProbeMs;
  return { ...facts, policy_state: state, probe_at: after(waitMs) };
}

/** What somebody should hear of after a probe: the policy works now, or it worked at the last probe and does not now. */
export function policyChange(
  before: Pick<OrganizerRow, 'policy_state'>,
  after: Pick<OrganizerRow, 'policy_state'>,
): 'granted' | 'lost' | undefined {
  if (before.policy_state === after.policy_state) return undefined;
  if (after.policy_state === 'granted') return 'granted';
  return before.policy_state === 'granted' && after.policy_state === 'denied' ? 'lost' : undefined;
}

/** Whether a grant that somebody told of may still be on its way: not once it was proven after that. */
export function isPropagating(row: Pick<OrganizerRow, 'policy_granted_at' | 'policy_proven_at'>, now: Date): boolean {
  const { policy_granted_at: grantedAt, policy_proven_at: provenAt } = row;
  if (!grantedAt || (provenAt && provenAt >= grantedAt)) return false;
  return now.getTime() - grantedAt.getTime() < propagationMs;
}

/** How people call an organizer. */
export function nameOf(row: Pick<OrganizerRow, 'display_name' | 'user_principal_name' | 'object_id'>): string {
  return row.display_name ?? row.user_principal_name ?? row.object_id;
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

import { nameOf, type OrganizerRow } from './organizer.ts';

const day = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
const time = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit' });

/** What is known of the Teams policy of an organizer, in words: what, since when, and what happens next. */
export function policySentence(row: OrganizerRow, tenant: { needsPolicy: boolean; policyName: string }): string {
  if (!tenant.needsPolicy) return 'Not needed: this tenant’s features do not use it.';
  switch (row.policy_state) {
    case 'granted':
      return `Granted, proven on ${whenKnown(row.policy_proven_at)}.`;
    case 'propagating':
      return `Granted on ${whenKnown(row.policy_granted_at)}; Teams takes up to 30 minutes. ${lastTry(row)} Parley tries again by itself.`;
    case 'denied':
      return denied(row, tenant.policyName);
    case 'unknown':
    default:
      return unknown(row);
  }
}

function denied(row: OrganizerRow, policyName: string): string {
  const refused = `Teams refused: no application access policy covers ${nameOf(row)}.`;
  const other = row.policy_in_force;
  if (other !== null && other.toLowerCase() !== policyName.toLowerCase())
    return `${refused} They have the policy “${other}”, which a grant would silently replace: a Teams administrator adds this app to it instead.`;
  return `${refused} A Teams administrator can fix this with the grant script; it takes up to 30 minutes to apply.`;
}

function unknown(row: OrganizerRow): string {
  if (!row.allowed) return 'Not known: Parley asks Teams nothing about organizers who are not allowed.';
  if (row.probe_problem_code === null || row.probed_at === null) return 'Not known yet.';
  return `Not known yet: something else stood in the way on ${when(row.probed_at)}.`;
}

function lastTry(row: OrganizerRow): string {
  if (row.probed_at === null || row.policy_granted_at === null || row.probed_at < row.policy_granted_at)
    return 'Not tried since.';
  const found = row.probe_problem_code === 'application_access_policy_missing' ? 'refused' : 'without a clear answer';
  return `Last tried at ${time.format(row.probed_at)} UTC, ${found}.`;
}

function whenKnown(at: Date | null): string {
  return at === null ? 'a day that is not known' : when(at);
}

/** “Mon 23 Nov 2026, 08:00 UTC”. */
function when(at: Date): string {
  return `${day.format(at).replaceAll(',', '')}, ${time.format(at)} UTC`;
}

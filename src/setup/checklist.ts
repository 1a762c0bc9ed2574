import { needsTeamsPolicy } from '../tenants/tenant.ts';
import {
  allowedOrganizers,
  inWords,
  namesOf,
  type CredentialFact,
  type OrganizerFact,
  type SetupFacts,
  type Step,
  type StepName,
} from './step.ts';

/** One line of what has to be green before a tenant may go on. */
export type ChecklistItem = {
  label: string;
  ok: boolean;
  detail: string;
  /** What is needed for the pilot is needed live too. */
  neededFor: 'pilot' | 'live';
  /** Nothing that Parley can see: the person who signs says so by signing. */
  bySigning: boolean;
};

const daysAhead = 14;
const dayMs = 86_400_000;

/** What must be green before the pilot, and what before everybody. */
export function checklistOf(facts: SetupFacts, steps: Step[]): ChecklistItem[] {
  const allowed = allowedOrganizers(facts);
  const pilot = allowed.filter((organizer) => organizer.pilot);
  return [
    applicationConfiguration(steps),
    authenticationMethod(facts, steps),
    credentialLifetime(facts),
    organizersAllowed(allowed),
    pilotGroup(pilot),
    assignmentScope(facts, steps, pilot),
    item('A test meeting was made', 'pilot', isGreen(steps, 'test'), stepOf(steps, 'test').sentence),
    monitoringReviewed(facts),
    pilotTested(facts, steps),
    everybodyProven(facts, allowed),
  ];
}

/** The items that keep a tenant from a stage, apart from what the signature itself says. */
export function openItems(checklist: ChecklistItem[], stage: 'pilot' | 'live'): ChecklistItem[] {
  return checklist.filter((one) => !one.ok && !one.bySigning && (stage === 'live' || one.neededFor === 'pilot'));
}

/** The checklist as it is signed: what the signature says is true from now on. */
export function signedChecklist(
  checklist: ChecklistItem[],
  stage: 'pilot' | 'live',
  signedBy: string,
): ChecklistItem[] {
  return checklist
    .filter(({ neededFor }) => stage === 'live' || neededFor === 'pilot')
    .map((one) => (one.bySigning ? { ...one, ok: true, detail: `${signedBy} said so by signing.` } : one));
}

function applicationConfiguration(steps: Step[]): ChecklistItem {
  const open = notGreen(steps, ['registration', 'permissions']);
  return item(
    'Application configuration',
    'pilot',
    open.length === 0,
    open.length === 0 ? 'The registration and its permissions were checked.' : sentencesOf(open),
  );
}

function authenticationMethod({ credentials }: SetupFacts, steps: Step[]): ChecklistItem {
  const open = notGreen(steps, ['consent', 'credential']);
  const byCertificate = credentials.some(({ kind, state }) => kind === 'certificate' && state === 'proven');
  const method = byCertificate
    ? 'The app signs in by itself, with a certificate.'
    : 'The app signs in by itself, with a client secret. A certificate is safer.';
  return item('Authentication method', 'pilot', open.length === 0, open.length === 0 ? method : sentencesOf(open));
}

function credentialLifetime({ credentials, now }: SetupFacts): ChecklistItem {
  const label = `No credential ends within ${daysAhead} days`;
  const usable = credentials.filter(({ state }) => state === 'proven');
  const [longest] = usable.toSorted((one, other) => endOf(other) - endOf(one));
  if (!longest) return item(label, 'pilot', false, 'No credential has worked yet.');
  if (longest.expiresAt === null)
    return item(label, 'pilot', true, 'Parley does not know when the client secret ends: note the day in a calendar.');
  const daysLeft = Math.floor((longest.expiresAt.getTime() - now.getTime()) / dayMs);
  const detail = `“${longest.name}” is good until ${inWords(longest.expiresAt)}, for ${daysLeft} days.`;
  return daysLeft >= daysAhead
    ? item(label, 'pilot', true, detail)
    : item(label, 'pilot', false, `${detail} Add the next one now: both work at a time.`);
}

function endOf({ expiresAt }: CredentialFact): number {
  return expiresAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
}

function organizersAllowed(allowed: OrganizerFact[]): ChecklistItem {
  const detail =
    allowed.length > 0
      ? `${namesOf(allowed)} may own meetings; Parley refuses everybody else before it asks Microsoft.`
      : 'Nobody may own meetings yet: choose somebody under Access policies.';
  return item('Somebody may own meetings', 'pilot', allowed.length > 0, detail);
}

function pilotGroup(pilot: OrganizerFact[]): ChecklistItem {
  const detail =
    pilot.length > 0 ? `${namesOf(pilot)}.` : 'Mark at least one organizer as pilot, under Access policies.';
  return item('Pilot group', 'pilot', pilot.length > 0, detail);
}

/** For the pilot, the people of the pilot count; whom else the policy should cover is a question of going live. */
function assignmentScope({ tenant }: SetupFacts, steps: Step[], pilot: OrganizerFact[]): ChecklistItem {
  const label = 'Policy assignment scope';
  const unproven = needsTeamsPolicy(tenant) ? pilot.filter((one) => one.policy_state !== 'granted') : [];
  const exchange = notGreen(steps, ['exchange-scope']);
  const faults = [
    ...(unproven.length > 0 ? [`Teams’ policy is not proven for ${namesOf(unproven)}.`] : []),
    ...(exchange.length > 0 ? [sentencesOf(exchange)] : []),
  ];
  const good = [
    needsTeamsPolicy(tenant) ? 'Teams’ policy is proven for the pilot group.' : stepOf(steps, 'teams-policy').sentence,
    stepOf(steps, 'exchange-scope').sentence,
  ];
  return item(label, 'pilot', faults.length === 0, (faults.length > 0 ? faults : good).join(' '));
}

function monitoringReviewed({ signOffs }: SetupFacts): ChecklistItem {
  const last = signOffs.at(-1);
  const detail = last
    ? `${last.signed_by} said so at ${inWords(last.created_at)}. You say so again by signing.`
    : 'You say so by signing: sign-in logs and audit logs were looked at, and somebody watches them.';
  return { label: 'Logging and monitoring reviewed', ok: false, detail, neededFor: 'pilot', bySigning: true };
}

/** A real meeting, or the test of step 7 once more, since the pilot began. */
function pilotTested({ signOffs, pilotMeetingAt }: SetupFacts, steps: Step[]): ChecklistItem {
  const label = 'A pilot user tested it';
  const began = signOffs.find(({ stage }) => stage === 'pilot')?.created_at;
  if (!began) return item(label, 'live', false, 'The pilot comes first.');
  if (pilotMeetingAt && pilotMeetingAt > began)
    return item(label, 'live', true, `A pilot organizer’s meeting was made at ${inWords(pilotMeetingAt)}.`);
  const { state, sentence, checkedAt } = stepOf(steps, 'test');
  if (state === 'not_needed') return item(label, 'live', true, sentence);
  if (state === 'done' && checkedAt && checkedAt > began)
    return item(label, 'live', true, `The test of step 7 passed during the pilot, at ${inWords(checkedAt)}.`);
  const detail = 'No meeting of a pilot organizer was made since the pilot began. Make one, or check step 7 once more.';
  return item(label, 'live', false, detail);
}

function everybodyProven({ tenant }: SetupFacts, allowed: OrganizerFact[]): ChecklistItem {
  const label = 'Every organizer who is allowed is proven';
  const unfit = allowed.filter(({ problem_code }) => problem_code !== null);
  const unproven = needsTeamsPolicy(tenant) ? allowed.filter((one) => one.policy_state !== 'granted') : [];
  const faults = [
    ...(unproven.length > 0 ? [`Teams’ policy is not proven for ${namesOf(unproven)}.`] : []),
    ...(unfit.length > 0 ? [`Something is wrong with the account of ${namesOf(unfit)}.`] : []),
  ];
  const good = needsTeamsPolicy(tenant)
    ? 'Teams’ policy is proven for each of them.'
    : 'No feature that is switched on needs a Teams policy.';
  return item(label, 'live', faults.length === 0 && allowed.length > 0, faults.join(' ') || good);
}

function isGreen(steps: Step[], name: StepName): boolean {
  return notGreen(steps, [name]).length === 0;
}

function notGreen(steps: Step[], names: StepName[]): Step[] {
  return names.map((name) => stepOf(steps, name)).filter(({ state }) => state !== 'done' && state !== 'not_needed');
}

function stepOf(steps: Step[], name: StepName): Step {
  const step = steps.find((candidate) => candidate.name === name);
  if (!step) throw new TypeError(`there is no step “${name}”`);
  return step;
}

function sentencesOf(steps: Step[]): string {
  return steps.map(({ number, sentence }) => `Step ${number}: ${sentence}`).join(' ');
}

function item(label: string, neededFor: 'pilot' | 'live', ok: boolean, detail: string): ChecklistItem {
  return { label, ok, detail, neededFor, bySigning: false };
}

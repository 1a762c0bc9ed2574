import { createHash } from 'node:crypto';
import { missingRoles } from '../microsoft/permissions.ts';
import { needsTeamsPolicy, usesCalendars } from '../tenants/tenant.ts';
import { instructions, permissionsInEntra } from './instructions.ts';
import { judge, type CheckedStep } from './judgement.ts';
import {
  allowedOrganizers,
  inWords,
  makesMeetings,
  namesOf,
  stepNames,
  type SetupFacts,
  type Step,
  type StepName,
  type StoredCheck,
} from './step.ts';

type Standing = Pick<Step, 'state' | 'sentence' | 'findings' | 'checkedAt'>;

/** The eight steps as they are now. */
export function setupSteps(facts: SetupFacts): Step[] {
  return stepNames.map((name) => setupStep(facts, name));
}

/** One of the eight steps as it is now. */
export function setupStep(facts: SetupFacts, name: StepName): Step {
  const number = stepNames.indexOf(name) + 1;
  return { number, name, ...instructions[name](facts), ...standingOf(facts, name) };
}

/** A hash of what a step's check is about. A result that was found against something else says nothing any more. */
export function checkedAgainst(facts: SetupFacts, step: CheckedStep): string {
  return createHash('sha256')
    .update(JSON.stringify(aboutOf(facts)[step]))
    .digest('hex');
}

function aboutOf({ tenant, app, credentials, organizers }: SetupFacts): Record<CheckedStep, unknown[]> {
  const identity = [app.clientId, tenant.tenant_id];
  const permissions = permissionsInEntra(tenant).map(({ name }) => name);
  const mailboxes = [tenant.exchange_scope, tenant.exchange_group, tenant.outside_mailbox];
  const allowed = allowedOrganizers({ organizers }).map(({ object_id }) => object_id);
  return {
    registration: [identity, app.cloud, app.redirectUri],
    permissions: [identity, permissions],
    consent: [identity, permissions],
    credential: [identity, credentials.map(({ id }) => id).toSorted()],
    'teams-policy': [identity, tenant.policy_name, needsTeamsPolicy(tenant), allowed.toSorted()],
    'exchange-scope': [identity, usesCalendars(tenant), ...mailboxes],
    test: [identity, tenant.features.toSorted(), tenant.policy_name, ...mailboxes],
  };
}

/** What has to be there before a step can be checked at all, in words; `undefined` when it can. */
export function waitsFor(facts: SetupFacts, name: CheckedStep): string | undefined {
  const { tenant, credentials } = facts;
  if (name === 'registration') return undefined;
  if (credentials.length === 0) {
    return name === 'credential'
      ? 'There is no credential yet: add a certificate, or a client secret.'
      : 'It waits for step 4, the credential: without one Parley cannot ask Microsoft anything.';
  }
  if (name === 'permissions' || name === 'consent' || name === 'credential') return undefined;
  if (tenant.verified_at === null) return 'It waits for steps 3 and 4: Parley has had no token of this tenant yet.';
  const missing = missingRoles(
    permissionsInEntra(tenant).map((permission) => permission.name),
    tenant.roles,
  );
  if (missing.length > 0) return `It waits for step 3, admin consent: ${missing.join(', ')} is not granted yet.`;
  if (name === 'exchange-scope') {
    if (tenant.exchange_group === null) return 'Name the group whose members’ mailboxes the app may use.';
    if (tenant.outside_mailbox === null) return 'Name a mailbox outside the group, which must be refused.';
  }
  if (allowedOrganizers(facts).length === 0) return 'It waits for an organizer: choose who may own meetings.';
  return undefined;
}

function standingOf(facts: SetupFacts, name: StepName): Standing {
  if (name === 'go-live') return liveStanding(facts);
  if (name === 'teams-policy' && !needsTeamsPolicy(facts.tenant))
    return settled('not_needed', 'No feature that is switched on needs a Teams policy.');
  if (name === 'exchange-scope' && !usesCalendars(facts.tenant))
    return settled('not_needed', 'No feature that is switched on uses calendars.');
  if (name === 'exchange-scope' && facts.tenant.exchange_scope === 'none')
    return settled('done', 'Nothing is limited, as you chose: the app can reach every mailbox of the tenant.');
  if (name === 'test' && !makesMeetings(facts))
    return settled('not_needed', 'No feature that is switched on makes meetings.');
  const check = facts.checks.find(({ step }) => step === name);
  const current = check?.checked_against === checkedAgainst(facts, name) ? check : undefined;
  const roster = name === 'teams-policy' ? rosterStanding(facts, current) : undefined;
  if (roster) return roster;
  if (current) return standingAt(facts, name, current);
  const blocked = waitsFor(facts, name);
  const changed =
    check && `Something has changed since it was checked at ${inWords(check.checked_at)}: check it again.`;
  return { ...settled('open', blocked ?? changed ?? 'Not checked yet.'), checkedAt: check?.checked_at ?? null };
}

function standingAt({ tenant }: SetupFacts, step: CheckedStep, check: StoredCheck): Standing {
  const moment = { firstCheckedAt: check.first_checked_at, checkedAt: check.checked_at };
  const { sentence } = judge(step, check.findings, tenant, moment);
  return { state: check.state, sentence, findings: check.findings, checkedAt: check.checked_at };
}

/** What the roster says: it is probed again every day, and so mostly knows more than the last check. */
function rosterStanding(facts: SetupFacts, check: StoredCheck | undefined): Standing | undefined {
  const allowed = allowedOrganizers(facts);
  const isNews = ({ probed_at, policy_granted_at }: (typeof allowed)[number]) => {
    const told = latest([probed_at, policy_granted_at]);
    return check !== undefined && told !== undefined && told >= check.checked_at;
  };
  const news = allowed.filter(isNews);
  if (check && news.length === 0) return undefined;
  // Whom a check has just proven is proven, though their own probe may still be on its way.
  const open = check?.state === 'done' ? news : allowed;
  const of = (state: (typeof allowed)[number]['policy_state']) => open.filter((one) => one.policy_state === state);
  const seen = { findings: check?.findings ?? [], checkedAt: check?.checked_at ?? null };
  const [denied, propagating, granted] = [of('denied'), of('propagating'), of('granted')];
  if (denied.length > 0)
    return {
      state: 'failed',
      sentence: `Teams refuses the app for ${namesOf(denied)}: no policy covers them.`,
      ...seen,
    };
  if (propagating.length > 0) {
    const tried = latest(propagating.map(({ probed_at }) => probed_at));
    const last = tried ? `Last tried at ${inWords(tried)}; Parley tries again by itself.` : 'Parley tries by itself.';
    const sentence = `The policy was granted to ${namesOf(propagating)}. Teams takes up to 30 minutes to apply it. ${last}`;
    return { state: 'waiting', sentence, ...seen };
  }
  if (open.length === 0 || granted.length < open.length) return undefined;
  const proven = latest(granted.map(({ policy_proven_at }) => policy_proven_at));
  const when = proven ? `, last at ${inWords(proven)}` : '';
  const whom = allowed.length === 1 ? namesOf(allowed) : `all ${allowed.length} organizers`;
  return { state: 'done', sentence: `Proven for ${whom}${when}.`, ...seen };
}

function latest(instants: (Date | null)[]): Date | undefined {
  return instants
    .filter((instant) => instant !== null)
    .toSorted((one, other) => one.getTime() - other.getTime())
    .at(-1);
}

function liveStanding({ tenant, signOffs }: SetupFacts): Standing {
  const last = (stage: 'pilot' | 'live') => signOffs.findLast((row) => row.stage === stage);
  const signed = (row: SetupFacts['signOffs'][number] | undefined) =>
    row ? `, signed off by ${row.signed_by} at ${inWords(row.created_at)}` : '';
  switch (tenant.stage) {
    case 'live':
      return settled('done', `Live for every organizer who is allowed${signed(last('live'))}.`);
    case 'pilot':
      return settled('waiting', `The pilot runs${signed(last('pilot'))}. Going live comes next.`);
    case 'paused':
      return settled('waiting', 'Paused: Parley does nothing in this tenant until it is resumed.');
    case 'setup':
    default:
      return settled('open', 'Not started yet. The pilot begins when its part of the checklist is green.');
  }
}

function settled(state: Step['state'], sentence: string): Standing {
  return { state, sentence, findings: [], checkedAt: null };
}

import type { FindingJson } from '../diagnostics/finding-json.ts';
import type { ProblemCode } from '../problem.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import { inWords, type StepName, type StepState } from './step.ts';

/** The steps that live checks decide. Going live is decided by the checklist. */
export type CheckedStep = Exclude<StepName, 'go-live'>;

/** Which findings each step shows. The last one decides: without it, nothing is proven. */
export const findingsOf = {
  registration: ['authority', 'graph', 'clock', 'app-registration'],
  permissions: ['app-token', 'app-roles'],
  consent: ['app-token', 'app-roles', 'tenant', 'app-token-kind'],
  credential: ['app-credentials', 'app-token'],
  'teams-policy': ['organizers', 'transcripts', 'teams-policy'],
  'exchange-scope': ['mailboxes', 'exchange-scope'],
  test: ['app-round-trip'],
} as const satisfies Record<CheckedStep, readonly string[]>;

/** Steps that one look into a token decides together, so that none of them waits for what is known already. */
const decidedByToken: CheckedStep[] = ['permissions', 'consent', 'credential'];

/** The steps that are checked along with this one, itself among them. */
export function checkedTogether(step: CheckedStep): CheckedStep[] {
  return decidedByToken.includes(step) ? decidedByToken : [step];
}

export type Judgement = { state: Exclude<StepState, 'open' | 'not_needed'>; sentence: string };

/** When somebody looked, and since when the same thing is looked at. */
type Moment = { firstCheckedAt: Date; checkedAt: Date };
type Tenant = Pick<TenantRow, 'consented_at' | 'exchange_scope' | 'roles'>;

/** What findings mean for a step. Changes that Microsoft has not applied yet are waited for; they are no failure. */
export function judge(step: CheckedStep, findings: FindingJson[], tenant: Tenant, moment: Moment): Judgement {
  const failed = findings.find(({ status }) => status === 'failed');
  if (failed) return judgeFailure(step, failed, tenant, moment);
  const unknown = findings.find(({ status }) => status === 'not_known');
  if (unknown) return waiting(`It could not be found out this time: ${unknown.title}`);
  const settling = findings.find(({ problemCode }) => isSettling(problemCode));
  if (settling) return waiting(settling.title);
  const decisive = findings.find(({ check }) => check === findingsOf[step].at(-1));
  if (!decisive || decisive.status === 'skipped') return waiting(decisive?.title ?? 'There was no result.');
  // Half of what a scope does proves nothing of it.
  if (step === 'exchange-scope' && decisive.status === 'warning') return { state: 'failed', sentence: decisive.title };
  const warnings = findings.filter((finding) => finding.status === 'warning' && finding !== decisive);
  return { state: 'done', sentence: [decisive, ...warnings].map(({ title }) => title).join(' ') };
}

/** What is refused only because a change is so new. */
function isSettling(code: string | null): boolean {
  return code === 'policy_propagating' || code === 'exchange_scope_denied' || code === 'access_denied_by_exchange';
}

const ofCredential: (ProblemCode | null)[] = [
  'app_credential_missing',
  'app_credential_refused',
  'app_secret_wrong',
  'app_secret_expired',
  'app_certificate_unknown',
  'certificate_unreadable',
];
const ofConsent: (ProblemCode | null)[] = ['app_not_found', 'admin_consent_missing'];

const minutes = 60_000;
/** How long Entra may go on giving out tokens without what was just consented to. */
const consentLagMs = 10 * minutes;
/** How long Exchange may take, counted from the first look. */
const exchangeLagMs = 120 * minutes;

function judgeFailure(
  step: CheckedStep,
  { check, title, problemCode }: FindingJson,
  tenant: Tenant,
  { firstCheckedAt, checkedAt }: Moment,
): Judgement {
  const code = problemCode as ProblemCode | null; // a finding's code is one of ours
  const consentedAt = tenant.consented_at;
  if (code === 'policy_propagating') return waiting(title);
  if (check === 'app-token' && step !== 'credential' && ofCredential.includes(code))
    return waiting(`It waits for step 4, the credential: ${title}`);
  if (check === 'app-token' && step !== 'consent' && ofConsent.includes(code))
    return waiting(`It waits for step 3, admin consent: ${title}`);
  if (check === 'app-roles' && consentedAt && checkedAt.getTime() - consentedAt.getTime() < consentLagMs)
    return waiting(`${title} Consent was given at ${inWords(consentedAt)}; Entra can take some minutes.`);
  if (check === 'app-roles' && step === 'permissions' && !consentedAt)
    return waiting(`It waits for step 3, admin consent: ${title}`);
  const mayBeLate = checkedAt.getTime() - firstCheckedAt.getTime() < exchangeLagMs && !isVoid(tenant);
  if (step === 'exchange-scope' && mayBeLate)
    return waiting(
      `${title} Exchange takes 30 minutes to 2 hours after the scripts were run; first tried at ${inWords(firstCheckedAt)}.`,
    );
  return { state: 'failed', sentence: title };
}

/** A calendar permission for the whole tenant is in force: waiting will not make RBAC limit anything. */
function isVoid({ exchange_scope: scope, roles }: Tenant): boolean {
  return scope === 'rbac' && roles.some((role) => role.startsWith('Calendars.'));
}

function waiting(sentence: string): Judgement {
  return { state: 'waiting', sentence };
}

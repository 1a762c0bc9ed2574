import type { Kysely } from 'kysely';
import { getMember } from '../access/service.ts';
import type { Database } from '../database/schema.ts';
import { tenantCheckNames, type DiagnosisDeps } from '../diagnostics/check.ts';
import { presentFinding, type FindingJson } from '../diagnostics/finding-json.ts';
import { diagnoseTenant } from '../diagnostics/service.ts';
import { newId } from '../id.ts';
import type { Log } from '../log.ts';
import { Problem } from '../problem.ts';
import { enqueueProbe, type OrganizerDeps } from '../organizers/service.ts';
import { recordTenantEvent } from '../tenants/events.ts';
import { getTenant, lockTenant, type TenantDeps } from '../tenants/service.ts';
import { takeUpMeetings } from '../tenants/take-up.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import { checklistOf, openItems, signedChecklist, type ChecklistItem } from './checklist.ts';
import { readApp, readFacts } from './facts.ts';
import { scriptSubject } from './instructions.ts';
import { checkedTogether, findingsOf, judge, type CheckedStep } from './judgement.ts';
import { policyTask, type ScriptRequest } from './policy-task.ts';
import { policyScript, type Script } from './scripts.ts';
import { allowedOrganizers, type SetupFacts, type Step, type StepName } from './step.ts';
import { checkedAgainst, setupStep, setupSteps, waitsFor } from './steps.ts';

export type SetupDeps = TenantDeps & OrganizerDeps & DiagnosisDeps & { log: Log };

export type Setup = {
  facts: SetupFacts;
  steps: Step[];
  checklist: ChecklistItem[];
  ready: { pilot: boolean; live: boolean };
};

/** The guide as it is now; nothing is asked of Microsoft. Throws `not_found`. */
export async function readSetup(deps: SetupDeps, workspaceId: string, id: string): Promise<Setup> {
  const tenant = await getTenant(deps, workspaceId, id);
  return setupOf(await readFacts(deps, tenant, await readApp(deps, tenant)));
}

function setupOf(facts: SetupFacts): Setup {
  const steps = setupSteps(facts);
  const checklist = checklistOf(facts, steps);
  const ready = (stage: 'pilot' | 'live') =>
    facts.tenant.stage !== 'paused' && openItems(checklist, stage).length === 0;
  return { facts, steps, checklist, ready: { pilot: ready('pilot'), live: ready('live') } };
}

/**
 * Checks a step live and remembers what was found. What cannot be checked yet is left as it is: its sentence says what it
 * waits for. The steps that one look decides together are all brought up to date.
 */
export async function checkStep(deps: SetupDeps, workspaceId: string, id: string, name: StepName): Promise<Step> {
  const tenant = await getTenant(deps, workspaceId, id);
  const app = await readApp(deps, tenant);
  const before = await readFacts(deps, tenant, app);
  if (name === 'go-live' || isSettled(before, name)) return setupStep(before, name);
  const steps = checkedTogether(name);
  const { findings } = await diagnoseTenant(
    deps,
    { workspaceId, tenantConnectionId: id },
    { only: tenantCheckNames.filter((check) => steps.some((step) => shows(step, check))), roundTrip: name === 'test' },
  );
  const after = await getTenant(deps, workspaceId, id);
  const stored = findings.map(presentFinding);
  for (const step of steps)
    await storeCheck(
      deps,
      { before, after },
      step,
      stored.filter(({ check }) => shows(step, check)),
    );
  if (name === 'teams-policy') await probeOrganizers(deps, before);
  return setupStep(await readFacts(deps, after, app), name);
}

/** The roster is told by its own probes: it reaches more people than a check looks at, and keeps what it finds. */
async function probeOrganizers({ db, queue }: Pick<SetupDeps, 'db' | 'queue'>, facts: SetupFacts): Promise<void> {
  for (const organizer of allowedOrganizers(facts))
    await enqueueProbe({ db, queue }, organizer, facts.tenant.tenant_id);
}

/** Nothing to be checked: not needed, chosen to be left open, or not possible yet. */
function isSettled(facts: SetupFacts, name: CheckedStep): boolean {
  if (setupStep(facts, name).state === 'not_needed') return true;
  if (name === 'exchange-scope' && facts.tenant.exchange_scope === 'none') return true;
  return waitsFor(facts, name) !== undefined;
}

function shows(step: CheckedStep, check: string): boolean {
  const shown: readonly string[] = findingsOf[step];
  return shown.includes(check);
}

async function storeCheck(
  { db, now }: Pick<SetupDeps, 'db' | 'now'>,
  { before, after }: { before: SetupFacts; after: TenantRow },
  step: CheckedStep,
  findings: FindingJson[],
): Promise<void> {
  // What counts is what it was when the look began: whatever changed meanwhile was not looked at.
  const against = checkedAgainst(before, step);
  const earlier = before.checks.find((check) => check.step === step && check.checked_against === against);
  const checkedAt = now();
  const firstCheckedAt = earlier?.first_checked_at ?? checkedAt;
  const { state } = judge(step, findings, after, { firstCheckedAt, checkedAt });
  const result = {
    state,
    findings: JSON.stringify(findings),
    checked_against: against,
    first_checked_at: firstCheckedAt,
    checked_at: checkedAt,
  };
  await db
    .insertInto('setup_steps')
    .values({ tenant_connection_id: after.id, step, ...result })
    .onConflict((conflict) => conflict.columns(['tenant_connection_id', 'step']).doUpdateSet(result))
    .execute();
}

const rank = { setup: 0, pilot: 1, live: 2 } as const;

/**
 * Signs a stage off: the checklist as it is at this moment, who signed, and the stage itself, all or nothing. A tenant
 * never goes back by it. Throws `setup_incomplete` with the items that are open.
 */
export async function goLive(
  deps: SetupDeps,
  { workspaceId, memberId }: { workspaceId: string; memberId: string },
  id: string,
  stage: 'pilot' | 'live',
): Promise<Setup> {
  const app = await readApp(deps, await getTenant(deps, workspaceId, id));
  const member = await getMember(deps, workspaceId, memberId);
  const signedBy = `${member.name} (${member.email})`;
  await deps.db.transaction().execute(async (trx) => {
    const tenant = await lockTenant(trx, workspaceId, id);
    if (tenant.stage === 'paused')
      throw new Problem('setup_incomplete', { detail: 'The tenant is paused: resume it first.' });
    const { checklist } = setupOf(await readFacts({ ...deps, db: trx }, tenant, app));
    const open = openItems(checklist, stage);
    if (open.length > 0) throw new Problem('setup_incomplete', { detail: openInWords(open) });
    const signOffId = newId('sgn');
    await trx
      .insertInto('sign_offs')
      .values({
        id: signOffId,
        workspace_id: workspaceId,
        tenant_connection_id: id,
        stage,
        member_id: memberId,
        signed_by: signedBy,
        checklist: JSON.stringify(signedChecklist(checklist, stage, signedBy)),
        created_at: deps.now(),
      })
      .execute();
    if (rank[stage] > rank[tenant.stage]) await enterStage(deps, trx, tenant, { stage, memberId, signOffId });
  });
  return readSetup(deps, workspaceId, id);
}

function openInWords(open: ChecklistItem[]): string {
  return `Not green yet: ${open.map(({ label }) => label).join('; ')}.`;
}

async function enterStage(
  { now, queue }: Pick<SetupDeps, 'now' | 'queue'>,
  trx: Kysely<Database>,
  tenant: TenantRow,
  { stage, memberId, signOffId }: { stage: 'pilot' | 'live'; memberId: string; signOffId: string },
): Promise<void> {
  await trx.updateTable('tenant_connections').set({ stage, updated_at: now() }).where('id', '=', tenant.id).execute();
  const type = stage === 'live' ? 'tenant.went_live' : 'tenant.pilot_started';
  await recordTenantEvent(trx, tenant, type, { by: memberId, signOffId }, now());
  await takeUpMeetings({ db: trx, queue }, tenant.id);
}

/** A script about the tenant’s Teams policy, ready to be pasted. Without a target it is about everybody who is allowed. */
export async function makeScript(
  deps: SetupDeps,
  workspaceId: string,
  id: string,
  request: ScriptRequest,
): Promise<Script> {
  const tenant = await getTenant(deps, workspaceId, id);
  const facts = await readFacts(deps, tenant, await readApp(deps, tenant));
  const subject = scriptSubject(facts);
  const { policyName = subject.policyName } = request;
  return policyScript({ ...subject, policyName }, policyTask(facts, request));
}

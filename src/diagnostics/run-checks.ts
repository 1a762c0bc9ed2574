import type { Log } from '../log.ts';
import { Problem, problems } from '../problem.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import type { Check, CheckName, Context, DiagnosisDeps, Exchange, Facts, Finding, Result, Subject } from './check.ts';
import { withoutSecrets } from './report.ts';

type Deps = DiagnosisDeps & { log: Log };

export type Run = {
  subject: Subject | undefined;
  tenant?: TenantRow | undefined;
  roundTrip: boolean;
  /** Runs these, with whatever they build on, and gives the findings of these alone. */
  only?: readonly CheckName[] | undefined;
  /** What must not be in any finding. */
  secrets?: string[];
  /** What checks find out: for the caller to read, once they have run. */
  facts?: Facts;
  /** How long a check may take that does not say so itself, and how long it is waited for after that. */
  deadlineMs?: number;
  graceMs?: number;
};

/** Runs checks one after the other. One that throws, or does not end, becomes a finding and does not stop the rest. */
export async function runChecks(deps: Deps, checks: Check[], run: Run): Promise<Finding[]> {
  const findings: Finding[] = [];
  const facts = run.facts ?? {};
  for (const check of run.only ? withPrerequisites(checks, run.only) : checks) {
    const startedAt = deps.now();
    const exchanges: Exchange[] = [];
    const result = whyNot(check, facts, checks) ?? (await withinTime(deps, check, { facts, exchanges, run }));
    const durationMs = deps.now().getTime() - startedAt.getTime();
    const finding = findingOf(check, result, exchanges, durationMs);
    findings.push(withoutSecrets(finding, [...(run.secrets ?? []), ...secretsOf(deps, facts)]));
  }
  return run.only ? findings.filter(({ check }) => run.only?.includes(check)) : findings;
}

/** A check builds only on checks before it, so one look from the end finds them all. */
function withPrerequisites(checks: Check[], only: readonly CheckName[]): Check[] {
  const wanted = new Set(only);
  for (const { name, needs = [], uses = [] } of checks.toReversed())
    if (wanted.has(name)) for (const fact of [...needs, ...uses]) wanted.add(fact);
  return checks.filter(({ name }) => wanted.has(name));
}

/** The result of a check that cannot be tried, because something before it did not succeed. */
function whyNot({ needs = [] }: Check, facts: Facts, checks: Check[]): Result | undefined {
  const lacking = needs.find((name) => facts[name] === undefined);
  if (lacking === undefined) return undefined;
  const label = checks.find(({ name }) => name === lacking)?.label ?? lacking;
  return { status: 'skipped', title: `Not checked, because it needs “${label}”.` };
}

type Attempt = { facts: Facts; exchanges: Exchange[]; run: Run };

async function withinTime(deps: Deps, check: Check, { facts, exchanges, run }: Attempt): Promise<Result> {
  const deadlineMs = check.deadlineMs ?? run.deadlineMs ?? 10_000;
  const patience = new AbortController();
  const over = Promise.withResolvers<Result>();
  const abort = setTimeout(() => patience.abort(new DOMException('too late', 'TimeoutError')), deadlineMs);
  const giveUp = setTimeout(() => over.resolve(tooLate(deadlineMs)), deadlineMs + (run.graceMs ?? 1000));
  const { subject, tenant, roundTrip } = run;
  const context: Context = { ...deps, subject, tenant, roundTrip, facts, exchanges, signal: patience.signal };
  try {
    return await Promise.race([(async () => check.run(context))(), over.promise]);
  } catch (error) {
    return thrown(deps, check, error);
  } finally {
    clearTimeout(abort);
    clearTimeout(giveUp);
  }
}

function tooLate(deadlineMs: number): Result {
  const title = `There was no result within ${deadlineMs / 1000} seconds.`;
  return { status: 'not_known', title, problem: new Problem('microsoft_unreachable') };
}

/** What a check did not expect is for the log; a person learns that it happened, and nothing that it may carry. */
function thrown({ log }: Deps, { name }: Check, error: unknown): Result {
  log.error({ err: error, check: name }, 'a check failed');
  const problem = error instanceof Problem ? error : new Problem('internal_error');
  return { status: 'not_known', title: 'The check itself failed.', notes: [problems[problem.code].title], problem };
}

function findingOf({ name, label }: Check, result: Result, exchanges: Exchange[], durationMs: number): Finding {
  const { status, title, notes = [], script, problem } = result;
  const remedy = result.remedy ?? (problem && problems[problem.code].remedy);
  const problemCode = problem?.code;
  return { check: name, label, status, title, notes, remedy, script, problemCode, exchanges, durationMs };
}

/** What must not be in any finding, even if Microsoft repeated it to us. */
function secretsOf({ settings }: Deps, facts: Facts): string[] {
  const tokens = [facts.token?.accessToken, facts['app-token']?.accessToken];
  return [settings.clientSecret?.reveal(), ...tokens].filter((secret) => secret !== undefined);
}

import { requirePermission, type Principal } from '../access/principal.ts';
import { getMember } from '../access/service.ts';
import type { Log } from '../log.ts';
import { Problem, problems } from '../problem.ts';
import type { Check, Context, DiagnosisDeps, Exchange, Facts, Finding, Result, Status, Subject } from './check.ts';
import { clock } from './checks/clock.ts';
import { configuration } from './checks/configuration.ts';
import { connection, permissions } from './checks/connection.ts';
import { freeBusy, mailbox, profile, teams } from './checks/mailbox.ts';
import { authority, graph } from './checks/network.ts';
import { roundTrip } from './checks/round-trip.ts';
import { token, tokenKind } from './checks/token.ts';
import { reportOf, withoutSecrets } from './report.ts';

/** In the order in which they run: what a check finds out may be what a later one needs. */
const delegatedChecks: Check[] = [
  configuration,
  authority,
  graph,
  clock,
  connection,
  permissions,
  token,
  tokenKind,
  profile,
  mailbox,
  teams,
  freeBusy,
  roundTrip,
];

export type Summary = Record<Status, number>;
export type Diagnosis = { startedAt: Date; findings: Finding[]; summary: Summary; report: string };
type Deps = DiagnosisDeps & { log: Log };

/**
 * Looks at everything that a meeting needs, live and in order, at Microsoft too. Never throws for what it finds; without
 * a subject, only at the server itself.
 */
export async function diagnose(
  deps: Deps,
  subject: Subject | undefined,
  { roundTrip = false }: { roundTrip?: boolean },
): Promise<Diagnosis> {
  const startedAt = deps.now();
  const findings = await runChecks(deps, delegatedChecks, { subject, roundTrip });
  const summary = { ok: 0, warning: 0, failed: 0, skipped: 0, not_known: 0 };
  for (const { status } of findings) summary[status] += 1;
  return { startedAt, findings, summary, report: reportOf(deps.settings, startedAt, findings) };
}

/** Whose connection a principal may have looked at: their own, or with `manage` anybody's of the workspace. */
export async function whomToDiagnose(
  deps: Pick<Deps, 'db'>,
  principal: Principal,
  memberId: string | undefined,
): Promise<Subject> {
  const { workspaceId } = principal;
  if (principal.kind === 'member' && (memberId ?? principal.memberId) === principal.memberId)
    return { workspaceId, memberId: principal.memberId };
  requirePermission(principal, 'manage');
  if (memberId === undefined) {
    const detail = 'A key has no connection of its own: name the member whose connection is meant.';
    throw new Problem('invalid_request', { errors: [{ pointer: '/memberId', detail }] });
  }
  await getMember(deps, workspaceId, memberId);
  return { workspaceId, memberId };
}

type Run = {
  subject: Subject | undefined;
  roundTrip: boolean;
  /** How long a check may take that does not say so itself, and how long it is waited for after that. */
  deadlineMs?: number;
  graceMs?: number;
};

/** Runs checks one after the other. One that throws, or does not end, becomes a finding and does not stop the rest. */
export async function runChecks(deps: Deps, checks: Check[], run: Run): Promise<Finding[]> {
  const findings: Finding[] = [];
  const facts: Facts = {};
  for (const check of checks) {
    const startedAt = deps.now();
    const exchanges: Exchange[] = [];
    const result = whyNot(check, facts, checks) ?? (await withinTime(deps, check, { facts, exchanges, run }));
    const durationMs = deps.now().getTime() - startedAt.getTime();
    findings.push(withoutSecrets(findingOf(check, result, exchanges, durationMs), secretsOf(deps, facts)));
  }
  return findings;
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
  const { subject, roundTrip } = run;
  const context: Context = { ...deps, subject, roundTrip, facts, exchanges, signal: patience.signal };
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
  const { status, title, notes = [], problem } = result;
  const remedy = result.remedy ?? (problem && problems[problem.code].remedy);
  return { check: name, label, status, title, notes, remedy, problemCode: problem?.code, exchanges, durationMs };
}

/** What must not be in any finding, even if Microsoft repeated it to us. */
function secretsOf({ settings }: Deps, { token }: Facts): string[] {
  return [settings.clientSecret?.reveal(), token?.accessToken].filter((secret) => secret !== undefined);
}

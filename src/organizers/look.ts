import type { Kysely, Updateable } from 'kysely';
import type { Database, Organizers } from '../database/schema.ts';
import type { Log } from '../log.ts';
import { problems, type Problem } from '../problem.ts';
import { getTenant } from '../tenants/service.ts';
import { takeUpMeetings } from '../tenants/take-up.ts';
import { needsTeamsPolicy, type TenantRow } from '../tenants/tenant.ts';
import { directoryColumns, lookUpPerson } from './directory.ts';
import { recordOrganizerEvent } from './organizer-events.ts';
import {
  afterProbe,
  dailyProbeMs,
  faultProbeMs,
  policyChange,
  propagationProbeMs,
  type OrganizerRow,
} from './organizer.ts';
import { probePolicy, type PolicyProbe } from './probe.ts';
import { getOrganizer, type OrganizerDeps } from './service.ts';

export type LookDeps = OrganizerDeps & { log: Log };

type Columns = Updateable<Organizers>;

/**
 * Looks at an organizer anew: what the directory says of the object id, which stays whatever they are called by now, and
 * whether Teams' policy lets Parley act for them. Nobody who is not allowed is tried. Keeps what it found and says it.
 */
export async function lookAtOrganizer(deps: LookDeps, row: OrganizerRow, signal?: AbortSignal): Promise<OrganizerRow> {
  const tenant = await getTenant(deps, row.workspace_id, row.tenant_connection_id);
  const seen = await lookInDirectory(deps, tenant, row, signal);
  const tried = row.allowed && needsTeamsPolicy(tenant) && seen.columns.problem_code !== 'user_not_found';
  const probe = tried ? await probePolicy(deps, tenant, row, signal) : undefined;
  logOddities(deps, row, seen.failure, probe);
  const kept = await keep(deps, tenant, row, { ...seen, probe });
  const { policy_state: policy, problem_code: code, probe_problem_code: probeCode } = kept;
  deps.log.info({ organizerId: row.id, policy, code, probeCode }, 'organizer looked at');
  return kept;
}

type Seen = { columns: Columns; failure: Problem | undefined };

/** What is new of the person. A directory that cannot be asked changes nothing. */
async function lookInDirectory(
  deps: LookDeps,
  tenant: TenantRow,
  row: OrganizerRow,
  signal: AbortSignal | undefined,
): Promise<Seen> {
  try {
    const person = await lookUpPerson(deps, tenant, row.object_id, signal);
    const gone = { problem_code: 'user_not_found', looked_up_at: deps.now() } as const;
    return { columns: person ? directoryColumns(person, deps.now()) : gone, failure: undefined };
  } catch (error) {
    return { columns: {}, failure: error as Problem }; // directory.ts throws nothing else
  }
}

function logOddities({ log }: LookDeps, row: OrganizerRow, failure: Problem | undefined, probe?: PolicyProbe): void {
  if (probe?.leftOver) log.warn({ organizerId: row.id }, 'the meeting of a policy probe could not be deleted');
  for (const problem of [failure, probe?.problem])
    if (problem?.code === 'internal_error')
      log.error({ organizerId: row.id, err: problem.cause }, 'organizer not looked at');
}

async function keep(
  deps: LookDeps,
  tenant: TenantRow,
  seen: OrganizerRow,
  { columns, failure, probe }: Seen & { probe: PolicyProbe | undefined },
): Promise<OrganizerRow> {
  return deps.db.transaction().execute(async (trx) => {
    // Somebody may have told of a grant, or disallowed or removed them, while Microsoft was asked.
    const row = await trx.selectFrom('organizers').selectAll().where('id', '=', seen.id).forUpdate().executeTakeFirst();
    if (!row) return getOrganizer({ db: trx }, seen.workspace_id, seen.id);
    const now = deps.now();
    const policy = probe ? policyColumns(row, probe, now) : { probe_at: nextLook(failure, now) };
    const kept = await trx
      .updateTable('organizers')
      .set({ ...columns, ...policy, ...(!row.allowed && { probe_at: null }), updated_at: now })
      .where('id', '=', row.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await followName(trx, kept);
    const change = policyChange(row, kept);
    if (change !== undefined) await tell({ db: trx, now: deps.now }, kept, change);
    const better = change === 'granted' || (row.problem_code !== null && kept.problem_code === null);
    if (better) await takeUpMeetings({ db: trx, queue: deps.queue }, tenant.id);
    return kept;
  });
}

function policyColumns(row: OrganizerRow, { outcome, problem, leftOver }: PolicyProbe, now: Date): Columns {
  const facts = afterProbe(row, outcome, now);
  const earliest = now.getTime() + (problem?.retryAfterMs ?? 0);
  const next = leftOver ? now.getTime() + propagationProbeMs : (facts.probe_at ?? now).getTime();
  return {
    ...facts,
    probe_at: new Date(Math.max(next, earliest)),
    probed_at: now,
    probe_problem_code: problem?.code ?? null,
    probe_answer: problem?.provider ? JSON.stringify(problem.provider) : null,
  };
}

function nextLook(failure: Problem | undefined, now: Date): Date {
  const waitMs = failure && problems[failure.code].retry ? faultProbeMs : dailyProbeMs;
  return new Date(now.getTime() + Math.max(waitMs, failure?.retryAfterMs ?? 0));
}

/** The default organizer is shown by the name they have now; what counts is the object id. */
async function followName(trx: Kysely<Database>, row: OrganizerRow): Promise<void> {
  if (row.user_principal_name === null) return;
  await trx
    .updateTable('tenant_connections')
    .set({ default_organizer_upn: row.user_principal_name })
    .where('default_organizer_id', '=', row.id)
    .where('default_organizer_upn', '!=', row.user_principal_name)
    .execute();
}

async function tell(
  deps: Pick<OrganizerDeps, 'db' | 'now'>,
  row: OrganizerRow,
  change: 'granted' | 'lost',
): Promise<void> {
  await recordOrganizerEvent(deps, {
    workspaceId: row.workspace_id,
    tenantConnectionId: row.tenant_connection_id,
    type: change === 'granted' ? 'organizer.policy_granted' : 'organizer.policy_lost',
    by: null,
    data: { organizerId: row.id, objectId: row.object_id, userPrincipalName: row.user_principal_name },
  });
}

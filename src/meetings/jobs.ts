import { findConnectionOfMailbox } from '../connections/service.ts';
import { GraphError } from '../microsoft/graph.ts';
import { toProblem } from '../microsoft/problems.ts';
import { inMailbox } from '../organizers/mailbox.ts';
import { isPropagating, propagationProbeMs } from '../organizers/organizer.ts';
import { enqueueProbe, findOrganizerByUser, refusalOf } from '../organizers/service.ts';
import { Problem } from '../problem.ts';
import { isInSync, isMade, mailboxOf, waitingForConnection, type MeetingRow } from './meeting.ts';
import { enqueueOptions, enqueueSync } from './service.ts';
import { settle, settleFailure } from './settle.ts';
import { syncEvent } from './sync/calendar.ts';
import { identifyAttendees } from './sync/attendees.ts';
import type { Call, Done, SyncDeps } from './sync/call.ts';
import { setOptions, settleOptions, settleOptionsFailure } from './sync/options.ts';
import { syncOnlineMeeting } from './sync/standalone.ts';
import { resumeMeetings, resumeTenantMeetings } from './waiting.ts';

export type { SyncDeps } from './sync/call.ts';

/**
 * Makes Microsoft match one meeting, whatever is there by now: it may run twice, late or after a crash at any point.
 * Never throws for what Microsoft answers; that is written to the row, with when it is tried again.
 */
export async function syncMeeting(
  deps: SyncDeps,
  { meetingId }: { meetingId: string },
  signal?: AbortSignal,
): Promise<void> {
  const row = await readMeeting(deps, meetingId);
  if (!row || isInSync(row) || row.status === 'failed') return;
  const waitMs = row.retry_at ? row.retry_at.getTime() - deps.now().getTime() : 0;
  if (waitMs > 0) return enqueueSync(deps, row, waitMs);
  const operation = operationOf(row);
  const log = deps.log.child({ operation, meetingId, revision: row.revision });
  try {
    const { outcome, wanted } = await inItsMailbox(deps, row, signal, makeTrue);
    if (outcome === 'superseded') return enqueueSync(deps, row);
    await settle(deps, wanted, outcome);
    log.info({ outcome: outcome.kind, attempts: row.attempts }, `[TeamsMeetings] operation=${operation} done`);
  } catch (error) {
    const problem = await explained(deps, row, toProblem(error));
    await settleFailure(deps, row, problem);
    const fields = { code: problem.code, provider: problem.provider, attempts: row.attempts };
    if (problem.code === 'internal_error') log.error({ ...fields, err: error }, failed(operation));
    else log.warn(fields, failed(operation));
    const lackedConnection = !(error instanceof GraphError) && waitingForConnection.includes(problem.code);
    if (lackedConnection && row.access === 'delegated') await resumeIfConnected(deps, row);
  }
}

/** Gives what came of it, and the row as it was wanted: with the addresses under which visitors were found. */
async function makeTrue(asked: Call): Promise<{ outcome: Done; wanted: MeetingRow }> {
  const call = asked.row.wanted === 'scheduled' ? await identifyAttendees(asked) : asked;
  const outcome = await (call.row.kind === 'standalone' ? syncOnlineMeeting(call) : syncEvent(call));
  return { outcome, wanted: call.row };
}

/** Sets the options of a meeting that has its link. Whatever becomes of them, the meeting stays as it is. */
export async function applyMeetingOptions(
  deps: SyncDeps,
  { meetingId }: { meetingId: string },
  signal?: AbortSignal,
): Promise<void> {
  const row = await readMeeting(deps, meetingId);
  if (!row?.options_due || !row.options || !row.join_url || row.wanted === 'cancelled') return;
  const waitMs = row.options_retry_at ? row.options_retry_at.getTime() - deps.now().getTime() : 0;
  if (waitMs > 0) return enqueueOptions(deps, row, waitMs);
  const operation = 'options';
  const wanted = { options: row.options, joinUrl: row.join_url };
  try {
    const applied = await inItsMailbox(deps, row, signal, (call) => setOptions(call, wanted));
    if (applied.kind === 'not_found') throw new Problem('options_waiting');
    await settleOptions(deps, row, applied);
    deps.log.info(
      { operation, meetingId, refused: applied.refused.length },
      `[TeamsMeetings] operation=${operation} done`,
    );
  } catch (error) {
    const problem = await explained(deps, row, toProblem(error));
    await settleOptionsFailure(deps, row, problem);
    const fields = { operation, meetingId, code: problem.code, provider: problem.provider };
    if (problem.code === 'internal_error') deps.log.error({ ...fields, err: error }, failed(operation));
    else deps.log.warn(fields, failed(operation));
  }
}

/** What an administrator searches the log for: `[TeamsMeetings]` with `operation=create` and its like. */
function operationOf(row: MeetingRow): 'create' | 'update' | 'cancel' {
  if (row.wanted === 'cancelled') return 'cancel';
  return row.provider_event_id === null && row.online_meeting_id === null ? 'create' : 'update';
}

const failed = (operation: string) => `[TeamsMeetings] operation=${operation} failed`;

function readMeeting({ db }: Pick<SyncDeps, 'db'>, meetingId: string): Promise<MeetingRow | undefined> {
  return db.selectFrom('meetings').selectAll().where('id', '=', meetingId).executeTakeFirst();
}

/**
 * Runs in the mailbox that the row remembers. On behalf of a whole tenant's organizer only while Parley's own list allows
 * them: that is asked before Microsoft is. What is to be removed may always be removed.
 */
async function inItsMailbox<T>(
  deps: SyncDeps,
  row: MeetingRow,
  signal: AbortSignal | undefined,
  run: (call: Call) => Promise<T>,
): Promise<T> {
  if (row.access === 'app-only' && row.wanted === 'scheduled') {
    const refusal = refusalOf(await organizerOf(deps, row));
    // A tenant that is paused takes no new meetings; those that it has are kept in step.
    if (refusal && !(refusal.code === 'tenant_not_live' && isMade(row))) throw refusal;
  }
  return inMailbox(deps, mailboxOf(row), signal, ({ graph, access }) => run({ graph, access, deps, row }));
}

const organizerOf = (deps: SyncDeps, row: MeetingRow) =>
  findOrganizerByUser(deps, row.workspace_id, { objectId: row.organizer_id }, row.tenant_connection_id ?? undefined);

/**
 * Teams refuses for want of a policy also while one is being applied: that is a state, not a fault. Either way the roster
 * learns of it.
 */
async function explained(deps: SyncDeps, row: MeetingRow, problem: Problem): Promise<Problem> {
  if (problem.code !== 'application_access_policy_missing' || row.access !== 'app-only') return problem;
  const found = await organizerOf(deps, row);
  if (!found) return problem;
  const { organizer } = found;
  await enqueueProbe(deps, organizer, row.tenant_id);
  if (!isPropagating(organizer, deps.now())) return problem;
  const { provider } = problem;
  return new Problem('policy_propagating', { cause: problem, provider, retryAfterMs: propagationProbeMs });
}

/** Somebody may have connected again while an attempt was failing, too early for the job that takes up what waits. */
async function resumeIfConnected(deps: SyncDeps, row: MeetingRow): Promise<void> {
  const connection = await findConnectionOfMailbox(deps, { ...mailboxOf(row), objectId: row.organizer_id });
  if (connection?.status === 'connected') await resumeConnection(deps, { connectionId: connection.id });
}

/** Takes up what waited for a connection, when somebody has connected (again). */
export async function resumeConnection(deps: SyncDeps, { connectionId }: { connectionId: string }): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const row = await trx.selectFrom('connections').selectAll().where('id', '=', connectionId).executeTakeFirst();
    if (!row) return;
    const mailbox = { workspaceId: row.workspace_id, tenantId: row.tenant_id, organizerId: row.object_id };
    const count = await resumeMeetings({ ...deps, db: trx }, { ...mailbox, codes: waitingForConnection });
    deps.log.info({ connectionId, count }, 'meetings resumed');
  });
}

/** Takes up what waited for the administrator of a tenant: an organizer was allowed, a policy granted, the tenant went live. */
export async function resumeTenant(
  deps: SyncDeps,
  { tenantConnectionId }: { tenantConnectionId: string },
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const count = await resumeTenantMeetings({ ...deps, db: trx }, tenantConnectionId);
    deps.log.info({ tenantConnectionId, count }, 'meetings resumed');
  });
}

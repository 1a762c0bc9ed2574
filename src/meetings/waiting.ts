import { sql } from 'kysely';
import type { ProblemCode } from '../problem.ts';
import { waitingForTenant } from './meeting.ts';
import { asItWas, enqueueOptions, enqueueSync, type MeetingDeps } from './service.ts';

/** Takes up the meetings of a mailbox that waited for somebody to connect it (again). */
export async function resumeMeetings(
  deps: MeetingDeps,
  mailbox: { workspaceId: string; tenantId: string; organizerId: string; codes: ProblemCode[] },
): Promise<number> {
  const rows = await deps.db
    .updateTable('meetings')
    .set({ ...waitsNoMore, updated_at: deps.now() })
    .where('access', '=', 'delegated')
    .where('workspace_id', '=', mailbox.workspaceId)
    .where('tenant_id', '=', mailbox.tenantId)
    .where('organizer_id', '=', mailbox.organizerId)
    .where('synced_revision', '<', sql.ref<number>('revision'))
    .where('problem_code', 'in', mailbox.codes)
    .returningAll()
    .execute();
  for (const row of rows) await enqueueSync(deps, row);
  return rows.length;
}

/** Takes up the meetings of a whole tenant that waited for its administrator. */
export async function resumeTenantMeetings(deps: MeetingDeps, tenantConnectionId: string): Promise<number> {
  const rows = await deps.db
    .updateTable('meetings')
    .set({ ...waitsNoMore, updated_at: deps.now() })
    .where('tenant_connection_id', '=', tenantConnectionId)
    .where('synced_revision', '<', sql.ref<number>('revision'))
    .where('problem_code', 'in', waitingForTenant)
    .returningAll()
    .execute();
  for (const row of rows) await enqueueSync(deps, row);
  const withOptions = await deps.db
    .updateTable('meetings')
    .set({ options_due: true, options_retry_at: null, options_attempts: 0 })
    .where('tenant_connection_id', '=', tenantConnectionId)
    .where('options', 'is not', null)
    .where('options_problem_code', 'in', waitingForTenant)
    .returningAll()
    .execute();
  for (const row of withOptions) await enqueueOptions(deps, row);
  return rows.length + withOptions.length;
}

const waitsNoMore = {
  status: asItWas,
  retry_at: null,
  attempts: 0,
};

/** Enqueues every meeting whose desired state is not true yet and whose time has come: what lost jobs come back by. */
export async function sweepMeetings(deps: MeetingDeps, limit = 500): Promise<number> {
  const rows = await deps.db
    .selectFrom('meetings')
    .selectAll()
    .where('synced_revision', '<', sql.ref<number>('revision'))
    .where('status', '<>', 'failed')
    .where((where) => where.or([where('retry_at', 'is', null), where('retry_at', '<=', deps.now())]))
    .orderBy(sql`retry_at nulls first`)
    .limit(limit)
    .execute();
  for (const row of rows) await enqueueSync(deps, row);
  const optionsDue = await deps.db
    .selectFrom('meetings')
    .selectAll()
    .where('options_due', '=', true)
    .where('status', '=', 'ready')
    .where((where) => where.or([where('options_retry_at', 'is', null), where('options_retry_at', '<=', deps.now())]))
    .orderBy(sql`options_retry_at nulls first`)
    .limit(limit)
    .execute();
  for (const row of optionsDue) await enqueueOptions(deps, row);
  return rows.length + optionsDue.length;
}

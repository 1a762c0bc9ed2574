import { requireOfKey } from '../../access/principal.ts';
import type { ConnectionRow } from '../../connections/connection.ts';
import type { MeetingRow } from '../../meetings/meeting.ts';
import { getOperation, operationOf, type Operation, type OperationStatus } from '../../meetings/operation.ts';
import { countMeetings, getMeeting, listMeetings, type MeetingDeps } from '../../meetings/service.ts';
import { Problem } from '../../problem.ts';
import { epoch } from './envelope.ts';
import { messageOf, typeOf } from './errors.ts';
import { eventsOf } from './events.ts';
import type { ApiContext } from '../../http/router.ts';
import type { NylasRouter } from './gate.ts';
import { grantOfToken } from './grant-of-request.ts';
import { offsetQuery } from './query.ts';
import { readQuery } from './read-input.ts';

const statuses: Record<OperationStatus, string> = {
  pending: 'pending',
  succeeded: 'successful',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** `/job-statuses` of version 2: Parley’s operations under another name. */
export function addJobStatuses(app: NylasRouter, deps: MeetingDeps): void {
  app.get('/job-statuses', async (c) => {
    requireOfKey(c.get('principal'), 'meetings:read');
    const grant = await grantOfToken(deps, c);
    const { limit, offset, view } = readQuery(c as ApiContext, offsetQuery);
    const filter = { calendarOf: eventsOf(grant) };
    if (view === 'count') return c.json({ count: await countMeetings(deps, grant.workspace_id, filter) });
    const page = { ...filter, limit, offset, order: 'desc' as const };
    const rows = (await listMeetings(deps, grant.workspace_id, page)).slice(0, limit);
    const all = rows.map((row) => present(operationOf(row), row, grant));
    return c.json(view === 'ids' ? all.map(({ id }) => id) : all);
  });
  app.get('/job-statuses/:id', async (c) => {
    requireOfKey(c.get('principal'), 'meetings:read');
    const grant = await grantOfToken(deps, c);
    const operation = await getOperation(deps, grant.workspace_id, c.req.param('id'));
    const row = await getMeeting(deps, grant.workspace_id, operation.meetingIds[0] ?? '');
    const { tenantId, organizerId, access } = eventsOf(grant);
    if (row.tenant_id !== tenantId || row.organizer_id !== organizerId || row.access !== access)
      throw new Problem('not_found');
    return c.json(present(operation, row, grant));
  });
}

function present(operation: Operation, row: MeetingRow, grant: ConnectionRow) {
  const { id, status, problem } = operation;
  const failure = status === 'failed' && problem ? problemOf(problem) : undefined;
  return {
    id,
    job_status_id: id,
    account_id: grant.id,
    object: 'event',
    action: actionOf(operation, row),
    status: statuses[status],
    created_at: epoch(operation.createdAt),
    metadata: { event_id: row.id },
    ...(failure && { reason: messageOf(failure), error: { type: typeOf(failure), message: messageOf(failure) } }),
  };
}

function problemOf({ code, detail, answer }: NonNullable<Operation['problem']>): Problem {
  return new Problem(code, { ...(detail && { detail }), ...(answer && { provider: answer }) });
}

function actionOf({ revision }: Operation, row: MeetingRow): string {
  if (row.wanted === 'cancelled' && revision === row.revision) return 'delete_event';
  return revision === 1 ? 'create_event' : 'update_event';
}

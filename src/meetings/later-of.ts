import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { presentMeeting } from './meeting-json.ts';
import type { MeetingRow } from './meeting.ts';
import { operationOf } from './operation.ts';
import { getMeeting } from './service.ts';

/** What is answered about a meeting that Microsoft will hear of. */
export function laterOf<Status extends 200 | 201>(deps: { db: Kysely<Database> }, row: MeetingRow, status: Status) {
  return {
    operation: operationOf(row),
    status,
    body: presentMeeting(row),
    again: async () => presentMeeting(await getMeeting(deps, row.workspace_id, row.id)),
  };
}

import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { BookingRow } from './booking.ts';

export type BookingHappening = {
  type: string;
  at: string;
  by: string | null;
  byName: string | null;
  data: Record<string, unknown>;
};

/** What happened to a booking and to its meeting, oldest first, with the names of those who did it. */
export async function bookingHistory(
  { db }: { db: Kysely<Database> },
  { id, meeting_id, workspace_id }: BookingRow,
): Promise<BookingHappening[]> {
  const lines = await db
    .selectFrom('outbox_events')
    .select(['type', 'data', 'created_at'])
    .where('workspace_id', '=', workspace_id)
    .where((where) =>
      meeting_id === null
        ? where('booking_id', '=', id)
        : where.or([
            where('booking_id', '=', id),
            where.and([where('meeting_id', '=', meeting_id), where('booking_id', 'is', null)]),
          ]),
    )
    .orderBy('id')
    .limit(500)
    .execute();
  const actors = new Set(lines.flatMap(({ data }) => (typeof data['by'] === 'string' ? data['by'] : [])));
  const names = await namesOf(db, workspace_id, [...actors]);
  return lines.map(({ type, data: { by, ...data }, created_at }) => ({
    type,
    at: created_at.toISOString(),
    by: typeof by === 'string' ? by : null,
    byName: typeof by === 'string' ? (names.get(by) ?? null) : null,
    data,
  }));
}

async function namesOf(db: Kysely<Database>, workspaceId: string, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const members = await db
    .selectFrom('members')
    .select(['id', 'name'])
    .where('workspace_id', '=', workspaceId)
    .where('id', 'in', ids)
    .execute();
  const keys = await db
    .selectFrom('api_keys')
    .select(['id', 'name'])
    .where('workspace_id', '=', workspaceId)
    .where('id', 'in', ids)
    .execute();
  return new Map([...members, ...keys].map(({ id, name }) => [id, name]));
}

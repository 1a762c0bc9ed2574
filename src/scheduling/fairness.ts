import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { EventTypeRow } from './event-types.ts';

const aroundMs = 14 * 24 * 60 * 60_000;

/** How many times each operator gives for an event type in the two weeks before and after a start; a session is one. */
export async function bookingsAround(
  { db }: { db: Kysely<Database> },
  eventType: Pick<EventTypeRow, 'id'>,
  hostIds: readonly string[],
  start: Date,
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('reservations')
    .select(['host_id', (query) => query.fn.count<string>('session_id').distinct().as('times')])
    .where('host_id', 'in', hostIds)
    .where('event_type_id', '=', eventType.id)
    .where('booking_id', 'is not', null)
    .where('starts_at', '>=', new Date(start.getTime() - aroundMs))
    .where('starts_at', '<', new Date(start.getTime() + aroundMs))
    .groupBy('host_id')
    .execute();
  return new Map(rows.map(({ host_id, times }) => [host_id, Number(times)]));
}

import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { EndpointRow } from './webhook.ts';

/** Writes down what happens to an endpoint itself, in the caller's transaction. */
export async function recordEndpointEvent(
  { db, now }: { db: Kysely<Database>; now: () => Date },
  row: EndpointRow,
  type: 'webhook.failing' | 'webhook.disabled' | 'webhook.resumed',
  data: object,
): Promise<void> {
  await db
    .insertInto('outbox_events')
    .values({
      workspace_id: row.workspace_id,
      type,
      connection_id: row.id,
      data: JSON.stringify(data),
      created_at: now(),
    })
    .execute();
}

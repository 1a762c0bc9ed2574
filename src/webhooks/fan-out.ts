import { sql, type Kysely, type Transaction } from 'kysely';
import { lookAtOutbox, moveCursor } from '../database/outbox.ts';
import type { Database } from '../database/schema.ts';
import { newId } from '../id.ts';
import { messageOf, type OutboxLine } from './event-json.ts';
import { enqueueDelivery, type WebhookDeps } from './deliveries.ts';

const batch = 500;

/** Makes a delivery with its job for each endpoint and each line of the outbox that it has not had; how many. */
export async function fanOut(deps: WebhookDeps): Promise<number> {
  const look = await lookAtOutbox(deps.db, 'webhooks', somebodyListens);
  if (!look) return 0;
  let made = 0;
  for (;;) {
    const lines = await undelivered(deps.db, look.cursor);
    if (lines.length > 0) made += await deps.db.transaction().execute((trx) => makeDeliveries(deps, trx, lines));
    if (lines.length < batch) break;
  }
  const settled = deps.webhooks.watermark.settled(look);
  if (settled > look.cursor) await moveCursor(deps.db, 'webhooks', settled);
  return made;
}

/** While nobody wants to hear anything, this is all that is asked. */
const somebodyListens = sql`exists (select from webhook_endpoints where status = 'enabled')`;

type Undelivered = OutboxLine & { endpoint_id: string };

async function undelivered(db: Kysely<Database>, cursor: number): Promise<Undelivered[]> {
  const { rows } = await sql<Undelivered>`
    select ${columnsOfLine}, w.id as endpoint_id from webhook_endpoints w
    join outbox_events e on e.workspace_id = w.workspace_id and e.id > greatest(w.after_event_id, ${cursor}::bigint)
    left join meetings m on m.id = e.meeting_id
    where w.status = 'enabled' and ${heard}
      and not exists (select from webhook_deliveries d where d.endpoint_id = w.id and d.event_id = e.id)
    order by e.id, w.id limit ${batch}
  `.execute(db);
  return rows;
}

/** What happened to an endpoint's workspace in a span of time and never became a delivery, such as while it was disabled. */
export async function undeliveredBetween(
  db: Kysely<Database>,
  { endpointId, from, to }: { endpointId: string; from: Date; to: Date },
): Promise<Undelivered[]> {
  const { rows } = await sql<Undelivered>`
    select ${columnsOfLine}, w.id as endpoint_id from webhook_endpoints w
    join outbox_events e on e.workspace_id = w.workspace_id and e.created_at >= ${from} and e.created_at < ${to}
    left join meetings m on m.id = e.meeting_id
    where w.id = ${endpointId} and ${heard}
      and not exists (select from webhook_deliveries d where d.endpoint_id = w.id and d.event_id = e.id)
    order by e.id limit ${batch}
  `.execute(db);
  return rows;
}

const columnsOfLine = sql`e.id, e.workspace_id, e.type, e.meeting_id, coalesce(e.booking_id, m.booking_id) as booking_id,
  m.external_id, e.connection_id, e.data, e.created_at`;

/** The rule of `hears`, for many lines at once. */
const heard = sql`(w.types is null or jsonb_exists(w.types, e.type)
  or jsonb_exists(w.types, split_part(e.type, '.', 1) || '.*'))`;

/** Deliveries of these lines, due at once, in the caller's transaction. Another process may have made some of them. */
export async function makeDeliveries(
  { queue, now }: Pick<WebhookDeps, 'queue' | 'now'>,
  trx: Transaction<Database>,
  lines: Undelivered[],
): Promise<number> {
  const at = now();
  const rows = lines.map((line) => {
    const { id, type, payload } = messageOf(line);
    return {
      id: newId('whd'),
      workspace_id: line.workspace_id,
      endpoint_id: line.endpoint_id,
      message_id: id,
      event_id: line.id,
      occurred_at: line.created_at,
      type,
      payload,
      status: 'pending' as const,
      next_attempt_at: at,
      updated_at: at,
      created_at: at,
    };
  });
  const made = await trx
    .insertInto('webhook_deliveries')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'endpoint_id'])
    .execute();
  for (const row of made) await enqueueDelivery({ db: trx, queue }, row);
  return made.length;
}

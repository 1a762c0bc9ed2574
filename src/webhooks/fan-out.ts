import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import { lookAtOutbox, moveCursor } from '../database/outbox.ts';
import type { Database } from '../database/schema.ts';
import { newId } from '../id.ts';
import { messageOf, type OutboxLine } from './event-json.ts';
import type { FormatName, Formats, HeardLine } from './format.ts';
import { countPending, enqueueNew, type WebhookDeps } from './deliveries.ts';
import { mostPending } from './webhook.ts';

const batch = 500;

/** Makes a delivery with its job for each endpoint and each line of the outbox that it has not had; how many. */
export async function fanOut(deps: WebhookDeps): Promise<number> {
  const look = await lookAtOutbox(deps.db, 'webhooks', somebodyListens);
  if (!look) return 0;
  let made = 0;
  const behind = new Set(await findBehind(deps.db));
  for (;;) {
    const lines = await undelivered(deps, look.cursor, [...behind]);
    for (const id of await setAside(deps.db, lines, look.cursor)) behind.add(id);
    const wanted = lines.filter((line) => !behind.has(line.endpoint_id));
    if (wanted.length > 0) made += await deps.db.transaction().execute((trx) => makeDeliveries(deps, trx, wanted));
    if (lines.length < batch) break;
  }
  for (const id of behind) made += await catchUp(deps, id);
  const settled = deps.webhooks.watermark.settled(look);
  if (settled > look.cursor) await moveCursor(deps.db, 'webhooks', settled);
  return made;
}

/** While nobody wants to hear anything, this is all that is asked. */
const somebodyListens = sql`exists (select from webhook_endpoints where status = 'enabled')`;

type Undelivered = OutboxLine &
  Omit<HeardLine, 'message_id'> & { endpoint_id: string; format: FormatName; failing_since: Date | null };

/**
 * Endpoints that have fallen behind. Waits for whoever is about to find that one has not: what this look can see is then
 * either made by it, or by a later {@link catchUp}.
 */
async function findBehind(db: Kysely<Database>): Promise<string[]> {
  const rows = await db
    .selectFrom('webhook_endpoints')
    .select('id')
    .where('status', '=', 'enabled')
    .where('catch_up_after', 'is not', null)
    .orderBy('id')
    .forShare()
    .execute();
  return rows.map(({ id }) => id);
}

/** Marks those of the lines' endpoints for which enough waits already, before the cursor moves; gives their ids. */
async function setAside(db: Kysely<Database>, lines: Undelivered[], cursor: number): Promise<string[]> {
  const ids = [...new Set(lines.map((line) => line.endpoint_id))];
  if (ids.length === 0) return [];
  const full = [...(await countPending(db, ids))].filter(([, waiting]) => waiting >= mostPending).map(([id]) => id);
  if (full.length === 0) return [];
  await db
    .updateTable('webhook_endpoints')
    .set({ catch_up_after: sql<number>`coalesce(catch_up_after, greatest(after_event_id, ${cursor}::bigint))` })
    .where('id', 'in', full)
    .execute();
  return full;
}

/** Makes a batch of what an endpoint has not had, the oldest first, as far as there is room; how many. */
async function catchUp(deps: WebhookDeps, endpointId: string): Promise<number> {
  return deps.db.transaction().execute(async (trx) => {
    const endpoint = await trx
      .selectFrom('webhook_endpoints')
      .select('catch_up_after')
      .where('id', '=', endpointId)
      .where('status', '=', 'enabled')
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (endpoint?.catch_up_after === undefined || endpoint.catch_up_after === null) return 0;
    const room = mostPending - ((await countPending(trx, [endpointId])).get(endpointId) ?? 0);
    if (room <= 0) return 0;
    const wanted = Math.min(room, batch);
    const lines = await undeliveredAfter(
      { ...deps, db: trx },
      { endpointId, after: endpoint.catch_up_after, limit: wanted },
    );
    const last = lines.at(-1)?.id ?? endpoint.catch_up_after;
    const made = lines.length > 0 ? await makeDeliveries(deps, trx, lines) : 0;
    // An earlier line than the last one may still appear, but none before the cursor.
    const reached = sql<number>`least(${last}::bigint, (select event_id from outbox_cursors where consumer = 'webhooks'))`;
    await trx
      .updateTable('webhook_endpoints')
      .set({ catch_up_after: lines.length < wanted ? null : sql<number>`greatest(catch_up_after, ${reached})` })
      .where('id', '=', endpointId)
      .execute();
    return made;
  });
}

async function undelivered({ db, webhooks }: Looking, cursor: number, but: string[]): Promise<Undelivered[]> {
  const { rows } = await sql<Undelivered>`
    select ${columnsOfLine}, ${columnsOfEndpoint} from webhook_endpoints w
    join outbox_events e on e.workspace_id = w.workspace_id and e.id > greatest(w.after_event_id, ${cursor}::bigint)
    left join meetings m on m.id = e.meeting_id
    ${called(webhooks.formats)}
    where w.status = 'enabled' and ${heard} and w.id <> all(${but}::text[])
      and not exists (select from webhook_deliveries d where d.endpoint_id = w.id and d.event_id = e.id)
    order by e.id, w.id limit ${batch}
  `.execute(db);
  return rows;
}

type Looking = Pick<WebhookDeps, 'db' | 'webhooks'>;

/** What happened to an endpoint's workspace in a span of time and never became a delivery, such as while it was disabled. */
export async function undeliveredBetween(
  { db, webhooks }: Looking,
  { endpointId, from, to }: { endpointId: string; from: Date; to: Date },
): Promise<Undelivered[]> {
  const { rows } = await sql<Undelivered>`
    select ${columnsOfLine}, ${columnsOfEndpoint} from webhook_endpoints w
    join outbox_events e on e.workspace_id = w.workspace_id and e.created_at >= ${from} and e.created_at < ${to}
    left join meetings m on m.id = e.meeting_id
    ${called(webhooks.formats)}
    where w.id = ${endpointId} and ${heard}
      and not exists (select from webhook_deliveries d where d.endpoint_id = w.id and d.event_id = e.id)
    order by e.id limit ${batch}
  `.execute(db);
  return rows;
}

async function undeliveredAfter(
  { db, webhooks }: Looking,
  { endpointId, after, limit }: { endpointId: string; after: number; limit: number },
): Promise<Undelivered[]> {
  const { rows } = await sql<Undelivered>`
    select ${columnsOfLine}, ${columnsOfEndpoint} from webhook_endpoints w
    join outbox_events e on e.workspace_id = w.workspace_id and e.id > ${after}::bigint
    left join meetings m on m.id = e.meeting_id
    ${called(webhooks.formats)}
    where w.id = ${endpointId} and ${heard}
      and not exists (select from webhook_deliveries d where d.endpoint_id = w.id and d.event_id = e.id)
    order by e.id limit ${limit}
  `.execute(db);
  return rows;
}

export const columnsOfLine = sql`e.id, e.workspace_id, e.type, e.meeting_id, coalesce(e.booking_id, m.booking_id) as booking_id,
  m.external_id, e.connection_id, e.data, e.created_at`;

const columnsOfEndpoint = sql`w.id as endpoint_id, w.format, w.failing_since, called.name,
  m.connection_id as meeting_connection_id`;

/** What a line is called in the endpoint's format; without a word for it, no endpoint of that format hears of it. */
function called(formats: Formats): RawBuilder<unknown> {
  const words = Object.entries(formats).flatMap(([format, { words }]) =>
    (words ?? []).map(({ name, type, holding = {}, throughConnection = false }) => {
      return { format, name, type, holding, through: throughConnection };
    }),
  );
  const wordless = Object.entries(formats).flatMap(([format, { words }]) => (words ? [] : [format]));
  return sql`join lateral (
      select e.type as name where w.format = any(${wordless}::text[])
      union all
      select word.name
      from jsonb_to_recordset(${JSON.stringify(words)}::jsonb)
        as word(format text, name text, type text, holding jsonb, through boolean)
      where word.format = w.format and word.type = e.type and e.data @> word.holding
        and (m.connection_id is not null or not word.through)
      limit 1
    ) called on true`;
}

const heard = sql`(w.types is null or jsonb_exists(w.types, called.name)
  or jsonb_exists(w.types, split_part(called.name, '.', 1) || '.*'))`;

/** Deliveries of these lines, due at once, in the caller's transaction. Another process may have made some of them. */
export async function makeDeliveries(
  { queue, now, webhooks }: Pick<WebhookDeps, 'queue' | 'now' | 'webhooks'>,
  trx: Transaction<Database>,
  lines: Undelivered[],
): Promise<number> {
  const at = now();
  const rows = lines.map((line) => {
    const { id } = messageOf(line);
    return {
      id: newId('whd'),
      workspace_id: line.workspace_id,
      endpoint_id: line.endpoint_id,
      message_id: id,
      event_id: line.id,
      occurred_at: line.created_at,
      type: line.name,
      payload: webhooks.formats[line.format].keep({ ...line, message_id: id }),
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
  const failing = new Map(lines.map((line) => [line.endpoint_id, line.failing_since]));
  const deliveries = made.map(({ id, endpoint_id: endpointId }) => ({
    id,
    endpointId,
    failingSince: failing.get(endpointId) ?? null,
  }));
  await enqueueNew({ db: trx, queue }, deliveries);
  return made.length;
}

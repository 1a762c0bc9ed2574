/** The measured side of bench/booking.ts: Parley's HTTP server, and on request the same writes without Parley. */
import { serve } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import { Kysely, PostgresDialect } from 'kysely';
import type { PoolClient } from 'pg';
import type { Database } from '../src/database/schema.ts';
import { newId } from '../src/id.ts';
import { inParallel, openBench, slotAt, type Bench } from './support.ts';

const bench = await openBench({ hosts: 8 });
const server = serve({ fetch: bench.world.app.http.fetch, hostname: '127.0.0.1', port: 0 }, (address: AddressInfo) => {
  process.send?.({ port: address.port, apiKey: bench.apiKey, eventTypeIds: bench.eventTypeIds });
});

const { rows } = await bench.world.database.pool.query(
  'select event_type_id as id, member_id as host_id from event_type_operators order by 1',
);
const eventTypes = rows as { id: string; host_id: string }[];
let done = 0;
process.on('message', (message: { bare?: number; width?: number; stop?: true }) => {
  if (message.stop) {
    void stop();
    return;
  }
  const base = done;
  done += message.bare ?? 0;
  void inParallel(message.bare ?? 0, message.width ?? 1, (index) => bareTransaction(bench, base + index)).then(
    (seconds) => process.send?.({ seconds }),
  );
});

async function stop(): Promise<void> {
  server.close();
  await bench.close();
  process.exit(0);
}

/** The rows that one booking writes, a statement for each, on a pooled connection: time, booking, meeting, events, job. */
async function bareTransaction({ world, workspaceId }: Bench, n: number): Promise<void> {
  const eventType = eventTypes[n % eventTypes.length]!;
  // A time that HTTP bookings never reach: a year further on.
  const start = new Date(new Date(slotAt(Math.floor(n / eventTypes.length))).getTime() + 365 * 24 * 60 * 60_000);
  const end = new Date(start.getTime() + 5 * 60_000);
  const now = new Date();
  const [bookingId, meetingId] = [newId('bkg'), newId('mtg')];
  const client = await world.database.pool.connect();
  try {
    await client.query('begin');
    await client.query(
      `insert into reservations (workspace_id, host_id, event_type_id, session_id, starts_at, ends_at, booking_id)
       values ($1, $2, $3, $4, $5, $6, $4)`,
      [workspaceId, eventType.host_id, eventType.id, bookingId, start, end],
    );
    await client.query(
      `insert into bookings (id, session_id, workspace_id, event_type_id, host_id, meeting_id, status, starts_at, ends_at, visitor_name, visitor_email, visitor_time_zone, note, updated_at, created_at)
       values ($1, $1, $2, $3, $4, $5, 'confirmed', $6, $7, 'Visitor', 'v@visitor.example', 'Europe/London', '', $8, $8)`,
      [bookingId, workspaceId, eventType.id, eventType.host_id, meetingId, start, end, now],
    );
    await client.query(
      `insert into meetings (id, workspace_id, tenant_id, organizer_id, subject, body_html, starts_at, ends_at, time_zone, attendees, wanted, revision, updated_at, created_at)
       values ($1, $2, 't', $3, 'Bench: Visitor and Host', $7, $4, $5, 'UTC', '[{"email":"v@visitor.example","name":"Visitor"}]', 'scheduled', 1, $6, $6)`,
      [meetingId, workspaceId, eventType.host_id, start, end, now, '<p>Booked</p>'.repeat(20)],
    );
    await client.query(
      `with recorded as (
         insert into outbox_events (workspace_id, type, meeting_id, booking_id, data, created_at)
         values ($1, 'meeting.created', $2, null, '{}', $3), ($1, 'booking.confirmed', $2, $5, '{"by":"bench"}', $3)
       ) select pg_notify('meeting_changed', $4)`,
      [workspaceId, meetingId, now, `${workspaceId} ${meetingId}`, bookingId],
    );
    await world.app.deps.queue.send(
      boundTo(client),
      'sync-meeting',
      { meetingId },
      { singletonKey: meetingId, group: eventType.host_id },
    );
    await client.query('commit');
  } finally {
    client.release();
  }
}

/** The job is written by the queue's own statement, on the transaction's connection. */
function boundTo(client: PoolClient): Kysely<Database> {
  const connection = { query: client.query.bind(client), release: () => {} } as PoolClient;
  const pool = { connect: async () => connection, end: async () => {} };
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: pool as never }) });
}

/** The measured side of bench/api.ts: Parley's HTTP server, and beside it a bare route that reads the same from the same pool. */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { listenOn } from '../src/cli/listen.ts';
import { bookingBody, openBench, slotAt } from './support.ts';

export type Ready = { port: number; barePort: number; apiKey: string; bookingIds: string[]; memberIds: string[] };

const hosts = 8;
const bench = await openBench({ hosts });
const { app, database } = bench.world;
const server = await listenOn(app, { host: '127.0.0.1', port: 0 });
const headers = { authorization: `Bearer ${bench.apiKey}`, 'content-type': 'application/json' };
const ask = async (path: string, init: object = {}) =>
  (await app.http.fetch(new Request(`http://localhost:3000${path}`, { headers, ...init }))).text();

const bookingIds: string[] = [];
for (let index = 0; index < 200; index += 1) {
  const body = bookingBody(bench.eventTypeIds[index % hosts] ?? '', slotAt(Math.floor(index / hosts)));
  bookingIds.push((JSON.parse(await ask('/v1/bookings', { method: 'POST', body })) as { id: string }).id);
}
await app.drain();
const members = await database.db.selectFrom('members').select('id').orderBy('id').execute();

/** A booking with its meeting and operators, by one statement: what the answer is made from. */
const statement = `
  select b.id, b.event_type_id, b.host_id, b.status, b.starts_at, b.ends_at, b.visitor_name, b.visitor_email,
    b.visitor_time_zone, b.note, b.locale, b.attendees, b.contact_id, b.organisation_id, b.teams_meeting, b.series_id,
    b.moves, b.decided_by, b.decided_at, b.decision_note, b.cancel_reason, b.cancelled_at, b.held_at, b.held_by,
    b.hold_reason, b.created_at, b.updated_at,
    m.id as meeting_id, m.external_id, m.booking_id, m.wanted, m.connection_id, m.tenant_connection_id, m.access, m.kind,
    m.tenant_id, m.organizer_id, m.subject, m.starts_at as meeting_starts_at, m.ends_at as meeting_ends_at, m.time_zone,
    m.attendees as meeting_attendees, m.options, m.options_due, m.options_refused, m.options_problem_code,
    m.options_answer, m.options_retry_at, m.options_applied_at, m.status as meeting_status, m.outlook_change, m.revision,
    m.synced_revision, m.join_url, m.web_link, m.problem_code, m.problem_detail, m.provider_answer, m.retry_at,
    m.synced_at, m.created_at as meeting_created_at, m.updated_at as meeting_updated_at,
    (select json_agg(json_build_object('id', o.id, 'name', o.name) order by o.name) from members o
     where o.workspace_id = b.workspace_id and (o.id = b.host_id
       or exists (select from reservations r where r.booking_id = b.id and r.host_id = o.id))) as operators
  from bookings b left join meetings m on m.id = b.meeting_id
  where b.id = $1 and b.workspace_id = $2`;

const bareRoute = new Hono();
const length = (await ask(`/v1/bookings/${bookingIds[0]}`)).length;
let filler = '';
bareRoute.get('/bare/bookings/:id', async (c) => {
  const { rows } = await database.pool.query(statement, [c.req.param('id'), bench.workspaceId]);
  return c.json({ ...(rows[0] as object), filler });
});
const unfilled = (await (await bareRoute.request(`/bare/bookings/${bookingIds[0]}`)).text()).length;
// JSON of the same size as Parley's answer; where the columns alone take more, theirs is what is sent.
filler = 'x'.repeat(Math.max(0, length - unfilled));

const bare = serve({ fetch: bareRoute.fetch, hostname: '127.0.0.1', port: 0 }, ({ port: barePort }: AddressInfo) => {
  const ready: Ready = {
    port: (server.address() as AddressInfo).port,
    barePort,
    apiKey: bench.apiKey,
    bookingIds,
    memberIds: members.map(({ id }) => id),
  };
  process.send?.({ ...ready, sizes: [length, unfilled] });
});

process.on('message', () => {
  server.close();
  bare.close();
  void bench.close().then(() => process.exit(0));
});

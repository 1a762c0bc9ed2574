import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { as, queryOf, startFurnished, storedIn, type Furnished } from './support/furnished.ts';
import type { Operation } from './support/openapi.ts';
import { startDesk, startPeer, startSystem, type ApiAnswer } from './support/system.ts';

const isChange = ({ method }: Operation) => method !== 'GET';
const isDelete = ({ method }: Operation) => method === 'DELETE';
const isEnding = ({ path }: Operation) => /\/(cancel|decline|disable|pause)$/.test(path);

/** What is below something comes after it in the description; what ends things comes last. */
const inOrder = (operations: Operation[]) => [
  ...operations.filter((operation) => !isDelete(operation) && !isEnding(operation)),
  ...operations.filter(isEnding),
  ...operations.filter(isDelete).toReversed(),
];

/** What is found out by making something at Microsoft. */
const notDry = new Set([
  'POST /v1/organizers/{id}/check',
  'POST /v1/tenants/{id}/setup/{step}/check',
  'POST /v1/diagnostics',
]);

test('with dryRun every request says what would happen, is refused as it would be, and nothing happens', async (t) => {
  const furnished = await startFurnished(t);
  const { system, desk, bodies, operations, address, tenantConnectionId } = furnished;
  await learnOfTenant(furnished);
  const before = await storedIn(system);
  const asked = system.emulator.calls.length;
  const queued = await jobsOf(furnished);
  for (const operation of operations.filter(isChange)) {
    const dry = await as(desk, operation)(
      operation.method,
      `${address(operation)}?dryRun=true`,
      bodies[operation.name],
    );
    const what = `${operation.name}: ${dry.status} ${JSON.stringify(dry.body)}`;
    if (notDry.has(operation.name)) assert.equal(dry.body['code'], 'dry_run_not_possible', what);
    else if (dry.status >= 400) assert.ok(dry.status < 500 && dry.body['code'], what);
    else assert.deepEqual([dry.status, dry.body['dryRun']], [200, true], what);
  }
  assert.deepEqual(await storedIn(system), before);
  assert.equal(await jobsOf(furnished), queued);
  const written = system.emulator.calls
    .slice(asked)
    .filter(({ method, path }) => method !== 'GET' && !/\/token$|getSchedule/.test(path));
  assert.deepEqual(written, []);
  assert.ok(tenantConnectionId);
});

test('a dry run of a booking shows the answer and the events, and the same time can be booked after it', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const booking = {
    eventTypeId: desk.eventType.id,
    start: '2026-11-24T09:00:00Z',
    visitor: { name: 'Sam', email: 'sam@visitor.example', timeZone: 'Europe/London' },
  };
  const dry = await desk.api('POST', '/v1/bookings?dryRun=true', booking, { prefer: 'wait=20' });
  assert.deepEqual([dry.status, dry.body['status'], dry.body['answer'].status], [200, 201, 'confirmed']);
  assert.deepEqual(dry.body['events'].map(({ type }: { type: string }) => type).toSorted(), [
    'booking.confirmed',
    'meeting.created',
  ]);
  const missing = await desk.api('GET', `/v1/bookings/${dry.body['answer'].id}`);
  assert.equal(missing.status, 404);
  const real = await desk.api('POST', '/v1/bookings', booking);
  assert.equal(real.status, 201);
  const taken = await desk.api('POST', '/v1/bookings?dryRun=true', booking);
  assert.deepEqual([taken.status, taken.body['code']], [409, 'slot_taken']);
  const wrong = await desk.api('POST', '/v1/bookings?dryRun=perhaps', booking);
  assert.deepEqual([wrong.status, wrong.body['errors'][0].pointer], [400, '/dryRun']);
});

test('with an Idempotency-Key every request has its effect once and the same answer again', async (t) => {
  const { system, desk, examples, operations, address } = await startFurnished(t);
  let replayed = 0;
  for (const operation of inOrder(operations.filter(isChange))) {
    const forms = examples.filter(([name]) => name === operation.name);
    const body = operation.body ? forms[0]?.[1] : undefined;
    const key = { 'idempotency-key': `sweep-${operation.name}` };
    const ask = () => as(desk, operation)(operation.method, address(operation) + queryOf(operation), body, key);
    const first = await ask();
    const after = await storedIn(system);
    const second = await ask();
    if (first.status >= 400) continue;
    replayed += 1;
    if (operation.name === 'DELETE /v1/session') continue; // whose it was is over
    assert.deepEqual(
      [second.status, second.body, second.headers.get('idempotent-replayed')],
      [first.status, first.body, 'true'],
      operation.name,
    );
    assert.deepEqual(await storedIn(system), after, operation.name);
  }
  assert.ok(replayed > 60, `${replayed} requests were repeated`);
});

test('R02 R03: of a hundred at once one has the effect, others hear of it or are told to come back; another body is refused', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const peer = await startPeer(t, system);
  const headers = {
    authorization: `Bearer ${desk.apiKey}`,
    'content-type': 'application/json',
    'idempotency-key': 'contact-1',
  };
  const ask = (name: string, at: number) =>
    (at % 2 ? peer : system).request('/v1/contacts', {
      method: 'POST',
      headers,
      body: JSON.stringify({ name, email: 'sam@visitor.example' }),
    });
  const answers = await Promise.all(Array.from({ length: 100 }, (_, at) => ask('Sam', at)));
  const statuses = new Set(answers.map(({ status }) => status));
  assert.ok(
    [...statuses].every((status) => status === 201 || status === 409),
    [...statuses].join(),
  );
  for (const answer of answers.filter(({ status }) => status === 409)) {
    const body = (await answer.json()) as { code: string };
    assert.equal(body.code, 'idempotency_in_progress');
    assert.equal(answer.headers.get('retry-after'), '1');
  }
  const made = answers.filter(({ status }) => status === 201);
  assert.equal(made.filter(({ headers: of }) => !of.has('idempotent-replayed')).length, 1);
  assert.equal(new Set(await Promise.all(made.map((answer) => answer.text()))).size, 1);
  const other = await ask('Somebody else', 0);
  assert.equal(other.status, 422);
  const { body } = await desk.api('GET', '/v1/contacts');
  assert.equal(body['data'].length, 1);
});

test('a refusal leaves its key free, and a fault of ours is answered the same way again', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const key = { 'idempotency-key': 'contact-2' };
  const make = (email: string): Promise<ApiAnswer> => desk.api('POST', '/v1/contacts', { name: 'Sam', email }, key);
  await desk.api('POST', '/v1/contacts', { name: 'Sam', email: 'sam@visitor.example' });
  assert.equal((await make('sam@visitor.example')).body['code'], 'contact_exists');
  assert.equal((await make('sam.okafor@visitor.example')).status, 201);
  const again = await make('sam.okafor@visitor.example');
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  // Something of ours fails, in the middle of a request.
  system.expectError(/request failed/);
  const { db } = system.database;
  await sql`alter table contacts add constraint broken check (name <> 'Broken')`.execute(db);
  const broken = () =>
    desk.api(
      'POST',
      '/v1/contacts',
      { name: 'Broken', email: 'b@visitor.example' },
      { 'idempotency-key': 'contact-3' },
    );
  const failed = await broken();
  assert.deepEqual([failed.status, failed.body['code']], [500, 'internal_error']);
  await sql`alter table contacts drop constraint broken`.execute(db);
  const repeated = await broken();
  assert.equal(repeated.headers.get('idempotent-replayed'), 'true');
  assert.deepEqual([repeated.status, repeated.body], [500, failed.body]);
});

/** That a token of the tenant works is learnt once, and kept whatever becomes of the request that needed it. */
async function learnOfTenant({ desk, tenantConnectionId }: Furnished): Promise<void> {
  const { status } = await desk.api('POST', `/v1/tenants/${tenantConnectionId}/verify`);
  assert.equal(status, 200);
}

async function jobsOf({ system }: Furnished): Promise<number> {
  const { rows } = await system.database.pool.query<{ count: number }>('select count(*) from jobs.job');
  return rows[0]?.count ?? 0;
}

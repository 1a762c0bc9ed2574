import assert from 'node:assert/strict';
import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { auditActions } from '../src/monitoring/audit-action.ts';
import { createSignInToken } from '../src/access/service.ts';
import { signIn } from '../scripts/person.ts';
import { eventTypes } from '../src/webhooks/event-types.ts';
import { messageOf } from '../src/webhooks/event-json.ts';
import { createReceiver, answered, libraries, look, verify } from './support/receiver.ts';
import { publicUrl, startDesk, startSystem, startWorkspace, type Desk } from './support/system.ts';

const url = 'https://crm.example/hooks?source=parley';
const hour = 60 * 60_000;

async function startReceiving(t: TestContext, body: object = {}) {
  const receiver = createReceiver();
  const system = await startSystem(t, { post: receiver.post });
  const desk = await startDesk(system);
  const { status, body: endpoint } = await desk.api('POST', '/v1/webhook-endpoints', { url, ...body });
  assert.equal(status, 201, JSON.stringify(endpoint));
  return { receiver, system, desk, endpoint, path: `/v1/webhook-endpoints/${endpoint['id']}` };
}

const meetAt = (desk: Desk, hourOfDay: number, more: object = {}) =>
  desk.api('POST', '/v1/meetings', {
    organizer: { memberId: desk.memberId },
    subject: 'Follow-up',
    start: `2026-11-25T${hourOfDay}:00:00Z`,
    end: `2026-11-25T${hourOfDay}:30:00Z`,
    ...more,
  });

// W01
test('what happens is sent to the endpoint, and the reference library and Svix’s own verify it', async (t) => {
  const { receiver, system, desk, endpoint } = await startReceiving(t, { types: ['meeting.*'] });
  const { body: meeting } = await meetAt(desk, 10, { externalId: 'crm-7' });
  await look(system, 2);
  assert.deepEqual(receiver.types(), ['meeting.created', 'meeting.conference_assigned']);
  for (const message of receiver.received) {
    assert.equal(message.url, url);
    for (const library of libraries) assert.deepEqual(verify(message, secretOf(endpoint), library), message.message);
    assert.equal(message.headers['content-type'], 'application/json');
    assert.equal(message.message.data['meetingId'], meeting['id']);
    assert.equal(message.message.data['externalId'], 'crm-7');
    assert.equal(message.message.data.id, message.id);
    assert.ok(message.body.length < 20_000);
    assert.doesNotMatch(message.body, /teams\.microsoft|passcode|joinUrl/i);
  }
  const sequences = receiver.received.map(({ message }) => message.data['sequence'] as number);
  assert.deepEqual(
    sequences,
    sequences.toSorted((a, b) => a - b),
  );
  const tampered = receiver.received.map((one) => ({ ...one, body: one.body.replace('meeting', 'meating') }));
  for (const library of libraries) {
    for (const message of tampered) assert.throws(() => verify(message, secretOf(endpoint), library));
    const [first] = receiver.received;
    assert.ok(first);
    assert.throws(() => verify({ ...first, at: new Date(first.at.getTime() + 301_000) }, secretOf(endpoint), library));
    assert.throws(() => verify({ ...first, at: new Date(first.at.getTime() - 301_000) }, secretOf(endpoint), library));
    verify({ ...first, at: new Date(first.at.getTime() + 299_000) }, secretOf(endpoint), library);
  }
  await look(system, 5);
  assert.equal(receiver.received.length, 2, 'nothing is sent twice');
});

test('a booking’s meeting names its booking in every event', async (t) => {
  const { receiver, system, desk } = await startReceiving(t);
  const visitor = { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London', note: '' };
  const start = '2026-11-24T09:00:00.000Z';
  const booking = await desk.api('POST', '/v1/bookings', { eventTypeId: desk.eventType.id, start, visitor });
  await look(system, 2);
  // Sent side by side; `sequence` tells their order.
  assert.deepEqual(receiver.types().toSorted(), [
    'booking.confirmed',
    'meeting.conference_assigned',
    'meeting.created',
  ]);
  for (const { message } of receiver.received) assert.equal(message.data['bookingId'], booking.body['id']);
  assert.doesNotMatch(receiver.received.map(({ body }) => body).join(), /sam@visitor|Okafor/);
});

test('W08: `meetingId` and `sequence` restore the order in which things happened, however the messages arrive', async (t) => {
  const { receiver, system, desk } = await startReceiving(t, { types: ['meeting.*'] });
  // What is sent first is refused twice, so that it comes after all that happened later.
  receiver.answer((request) => answered(/meeting\.created/.test(request.body) && attempts(request) < 3 ? 503 : 204));
  const attempts = ({ headers }: { headers: Record<string, string> }) =>
    receiver.received.filter(({ id }) => id === headers['webhook-id']).length;
  const { body: one } = await meetAt(desk, 10);
  const { body: other } = await meetAt(desk, 11);
  for (const { id } of [one, other]) {
    await look(system, 2);
    await desk.api('PATCH', `/v1/meetings/${id}`, { subject: 'Follow-up, renamed' });
    await look(system, 2);
    await desk.api('POST', `/v1/meetings/${id}/cancel`, {});
  }
  for (let minute = 0; minute < 15; minute += 5) {
    await look(system, 2);
    await system.advance(5 * 60_000);
  }
  await look(system, 2);
  const taken = [...new Map(receiver.received.map((message) => [message.id, message])).values()];
  for (const { id } of [one, other]) {
    const own = taken.filter(({ message }) => message.data['meetingId'] === id).map(({ message }) => message);
    const arrived = receiver.received.filter(({ message }) => message.data['meetingId'] === id);
    assert.equal(arrived.at(-1)?.message.type, 'meeting.created', 'the first event arrives last');
    const restored = own.toSorted((a, b) => Number(a.data['sequence']) - Number(b.data['sequence']));
    const { body: life } = await desk.api('GET', `/v1/meetings/${id}/events`);
    assert.deepEqual(
      restored.map(({ type }) => type),
      life['data'].map(({ type }: { type: string }) => type),
    );
    assert.equal(restored.at(-1)?.type, 'meeting.cancelled', 'what is kept is the last that happened');
  }
});

const secretOf = (endpoint: Record<string, unknown>) => endpoint['secret'] as string;

// W02
test('after a rotation both secrets verify for a day, and then the new one alone', async (t) => {
  const { receiver, system, desk, endpoint, path } = await startReceiving(t);
  const old = endpoint['secret'] as string;
  const { body: rotated } = await desk.api('POST', `${path}/rotate-secret`);
  const secret = rotated['secret'] as string;
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.notEqual(secret, old);
  assert.equal(rotated['previousSecretUntil'], '2026-11-24T07:00:00.000Z');
  await desk.api('POST', `${path}/test`);
  await system.work();
  const [first] = receiver.received;
  assert.ok(first);
  for (const library of libraries) {
    verify(first, old, library);
    verify(first, secret, library);
  }
  assert.equal(first.headers['webhook-signature']?.split(' ').length, 2);
  await system.advance(24 * hour);
  await desk.api('POST', `${path}/test`);
  await system.work();
  const second = receiver.received[1];
  assert.ok(second);
  verify(second, secret);
  assert.throws(() => verify(second, old));
  assert.equal((await desk.api('GET', path)).body['previousSecretUntil'], null);
});

test('an endpoint may want Ed25519: its public key verifies, and there is no secret to keep', async (t) => {
  const { receiver, system, desk, endpoint, path } = await startReceiving(t, { signature: 'ed25519' });
  assert.equal(endpoint['secret'], null);
  await desk.api('POST', `${path}/test`);
  await system.work();
  const [message] = receiver.received;
  const [version, signature = ''] = message?.headers['webhook-signature']?.split(',') ?? [];
  assert.equal(version, 'v1a');
  const raw = Buffer.from((endpoint['publicKey'] as string).replace('whpk_', ''), 'base64');
  const key = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]),
    format: 'der',
    type: 'spki',
  });
  const content = `${message?.id}.${message?.headers['webhook-timestamp']}.${message?.body}`;
  assert.ok(verifySignature(null, Buffer.from(content), key, Buffer.from(signature, 'base64')));
});

// K05
test('a secret is shown once, and is in no answer, no log line and no table after that', async (t) => {
  const { system, desk, endpoint, path } = await startReceiving(t);
  const secret = endpoint['secret'] as string;
  assert.match(secret, /^whsec_/);
  await desk.api('POST', `${path}/test`);
  await meetAt(desk, 11);
  await look(system, 2);
  const answers = [
    await desk.api('GET', path),
    await desk.api('GET', '/v1/webhook-endpoints'),
    await desk.api('PATCH', path, { description: 'CRM' }),
    await desk.api('GET', `${path}/deliveries`),
  ];
  const { rows } = await system.database.pool.query<{ dump: string }>(
    `select query_to_xml('select * from webhook_endpoints', true, false, '')::text
       || query_to_xml('select * from webhook_deliveries', true, false, '')::text
       || query_to_xml('select * from outbox_events', true, false, '')::text as dump`,
  );
  const all = JSON.stringify(answers) + system.lines.join() + rows[0]?.dump;
  const bare = secret.replace('whsec_', '');
  assert.ok(!all.includes(bare) && !all.includes(Buffer.from(bare).toString('base64')));
  assert.ok(answers.every(({ body }) => !('secret' in body)));
});

test('a creation is repeated with its key: the same endpoint and the same secret', async (t) => {
  const { desk } = await startReceiving(t);
  const create = () => desk.api('POST', '/v1/webhook-endpoints', { url }, { 'idempotency-key': 'one' });
  const [first, second] = [await create(), await create()];
  assert.deepEqual(second.body, first.body);
  assert.equal((await desk.api('GET', '/v1/webhook-endpoints')).body['data'].length, 2);
});

test('an endpoint hears only of the types that it names, from then on, and of its own workspace', async (t) => {
  const { receiver, system, desk, path } = await startReceiving(t, { types: ['meeting.cancelled', 'connection.*'] });
  const { body: meeting } = await meetAt(desk, 10);
  await look(system, 2);
  assert.deepEqual(receiver.types(), []);
  await desk.api('PATCH', path, { types: ['meeting.cancel_requested'], url: 'https://other.example/' });
  await look(system, 4);
  await desk.api('POST', `/v1/meetings/${meeting['id']}/cancel`, {});
  await startDesk(system);
  await look(system, 2);
  assert.deepEqual(receiver.types(), ['meeting.cancel_requested']);
  assert.equal(receiver.received[0]?.url, 'https://other.example/');
  const wrong = await desk.api('PATCH', path, { types: ['meeting.canceled'] });
  assert.equal(wrong.status, 400);
  assert.equal(wrong.body['errors'][0].pointer, '/types/0');
});

test('the log shows what was sent and what came back, page by page', async (t) => {
  const { receiver, system, desk, path } = await startReceiving(t);
  receiver.answer((_request, attempt) => (attempt === 1 ? answered(500) : answered(200)));
  for (let count = 0; count < 3; count++) {
    await desk.api('POST', `${path}/test`);
    await system.work();
    system.clock.advance(1000);
  }
  const first = await desk.api('GET', `${path}/deliveries?limit=2`);
  assert.equal(first.body['data'].length, 2);
  const [latest] = first.body['data'];
  assert.equal(latest.status, 'delivered');
  assert.deepEqual(latest.response, { status: 200, body: 'so says 200' });
  assert.equal(latest.payload, receiver.received[2]?.body);
  assert.deepEqual((await desk.api('GET', `/v1/webhook-deliveries/${latest.id}`)).body, latest);
  const second = await desk.api('GET', `${path}/deliveries?limit=2&cursor=${first.body['nextCursor']}`);
  assert.equal(second.body['nextCursor'], null);
  const [failed] = second.body['data'];
  assert.equal(failed.status, 'pending');
  assert.equal(failed.error, 'The receiver answered 500.');
  assert.equal(failed.attemptsLeft, 9);
  assert.equal(failed.history[0].status, 500);
  const pending = await desk.api('GET', `${path}/deliveries?status=pending&type=webhook.test`);
  assert.deepEqual(
    pending.body['data'].map(({ id }: { id: string }) => id),
    [failed.id],
  );
});

// A01
test('no other workspace and no one without the right to manage gets at endpoints or deliveries', async (t) => {
  const { system, desk, endpoint, path } = await startReceiving(t);
  const { body: delivery } = await desk.api('POST', `${path}/test`);
  await system.work();
  const range = { from: '2026-11-01T00:00:00Z', to: '2026-11-30T00:00:00Z' };
  const calls: [string, string, unknown?][] = [
    ['GET', path],
    ['PATCH', path, { url: 'https://thief.example/' }],
    ['POST', `${path}/rotate-secret`, {}],
    ['POST', `${path}/enable`, {}],
    ['POST', `${path}/disable`, {}],
    ['POST', `${path}/test`, {}],
    ['GET', `${path}/deliveries`],
    ['POST', `${path}/redeliver`, range],
    ['GET', `/v1/webhook-deliveries/${delivery['id']}`],
    ['POST', `/v1/webhook-deliveries/${delivery['id']}/redeliver`, {}],
    ['DELETE', path],
  ];
  const before = (await desk.api('GET', path)).body;
  const stranger = await startWorkspace(system, { email: 'eve@other.example' });
  for (const [method, address, body] of calls)
    assert.equal((await stranger.api(method, address, body)).status, 404, `${method} ${address}`);
  assert.deepEqual((await stranger.api('GET', '/v1/webhook-endpoints')).body['data'], []);
  const theirs = await stranger.api('POST', '/v1/webhook-endpoints', { url });
  const { body: foreign } = await stranger.api('POST', `/v1/webhook-endpoints/${theirs.body['id']}/test`);
  await system.work();
  const replayed = await desk.api('POST', `${path}/redeliver`, { ...range, which: 'all' });
  assert.equal(replayed.body['count'], 2, 'the test, and the connection that was made before');
  await desk.api('POST', `/v1/webhook-deliveries/${delivery['id']}/redeliver`);
  const untouched = (await stranger.api('GET', `/v1/webhook-deliveries/${foreign['id']}`)).body;
  assert.deepEqual([untouched['status'], untouched['attempts']], ['delivered', 1]);
  await system.work();
  const { db } = system.database;
  await db.updateTable('members').set({ role: 'operator' }).where('id', '=', desk.memberId).execute();
  const person = system.person();
  const deps = { db, now: system.clock.now };
  await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, desk.memberId)}`);
  const all: typeof calls = [...calls, ['GET', '/v1/webhook-endpoints'], ['POST', '/v1/webhook-endpoints', { url }]];
  for (const [method, address, body] of all) {
    const response = await person.send(publicUrl + address, {
      method,
      headers: { 'content-type': 'application/json', origin: publicUrl },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    assert.equal(response.status, 403, `${method} ${address}`);
  }
  assert.deepEqual((await desk.api('GET', path)).body, before);
  assert.equal((await desk.api('DELETE', path)).status, 204);
  assert.equal((await desk.api('GET', path)).body['code'], 'not_found');
  assert.equal(endpoint['disabledReason'], null);
});

test('where jobs run, what happens is sent within moments, without waiting for the sweep', async (t) => {
  const { receiver, system, desk } = await startReceiving(t, { types: ['meeting.created'] });
  await system.app.startWorker();
  await meetAt(desk, 12);
  for (let turn = 0; turn < 200 && receiver.received.length === 0; turn++) await delay(50); // a worker has its own time
  assert.deepEqual(receiver.types(), ['meeting.created']);
});

test('every type of event that is recorded is described, and its message has the form of the documents', async () => {
  const root = join(import.meta.dirname, '..');
  // What looks the same and is a column in a query.
  const columns = ['id', 'kind', 'name', 'registration_id', 'workspace_id', 'client_id', 'expires_at', 'tenant_id'];
  const asking = ['webhook.test', 'webhook.probe']; // these are sent without an event
  const groups = [...new Set(Object.keys(eventTypes).map((type) => type.split('.')[0]))].join('|');
  const pattern = new RegExp(`'((?:${groups})\\.([a-z_]+))'`, 'g');
  const recorded = new Set<string>(['attendance.ready']); // its type is put together
  const audited = Object.keys(auditActions).filter((action) => !(action in eventTypes));
  for await (const path of glob('src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] })) {
    if (path === 'src/webhooks/event-types.ts') continue;
    for (const [, type = '', name = ''] of readFileSync(join(root, path), 'utf8').matchAll(pattern))
      if (!columns.includes(name) && ![...asking, ...audited].includes(type)) recorded.add(type);
  }
  assert.deepEqual(Object.keys(eventTypes).toSorted(), [...recorded].toSorted());
  const guide = readFileSync(join(root, 'docs/guides/webhooks.md'), 'utf8');
  for (const [type, words] of Object.entries(eventTypes))
    assert.ok(guide.replaceAll(/ +/g, ' ').includes(`| \`${type}\` | ${words} |`), `the guide tells of ${type}`);
  const form = z.strictObject({
    type: z.string().regex(/^[a-z_]+\.[a-z_]+$/),
    timestamp: z.iso.datetime(),
    data: z.looseObject({ id: z.string(), sequence: z.number(), workspaceId: z.string(), details: z.object() }),
  });
  for (const type of Object.keys(eventTypes)) {
    const line = {
      id: 7,
      workspace_id: 'wrk_a',
      type,
      meeting_id: null,
      booking_id: null,
      external_id: null,
      connection_id: 'ten_a',
      data: { code: 'x', clientSecret: 'canary', list: [{ joinUrl: 'canary', passcode: 'canary' }] },
      created_at: new Date('2026-11-23T07:00:00Z'),
    };
    const { payload } = messageOf(line);
    assert.equal(form.parse(JSON.parse(payload)).data['tenantConnectionId'], 'ten_a');
    assert.doesNotMatch(payload, /canary/);
    const huge = messageOf({ ...line, data: { text: 'x'.repeat(50_000) } });
    assert.ok(Buffer.byteLength(huge.payload) < 20_000);
  }
});

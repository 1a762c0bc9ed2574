import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { OutgoingEmail } from '../src/email/email.ts';
import { answered, createReceiver, look } from './support/receiver.ts';
import { createLog } from '../src/log.ts';
import { createSender } from '../src/webhooks/sender.ts';
import { judge, retryDelaysMs } from '../src/webhooks/webhook.ts';
import { startPeer, startSystem, startWorkspace, type System } from './support/system.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

async function startReceiving(t: TestContext) {
  const receiver = createReceiver();
  const mails: OutgoingEmail[] = [];
  const sendMail = async (mail: OutgoingEmail) => void mails.push(mail);
  const system = await startSystem(t, { post: receiver.post, sendMail });
  const workspace = await startWorkspace(system);
  const add = async (url: string, body: object = {}) => {
    const answer = await workspace.api('POST', '/v1/webhook-endpoints', { url, types: ['meeting.*'], ...body });
    assert.equal(answer.status, 201);
    return `/v1/webhook-endpoints/${answer.body['id']}`;
  };
  const path = await add('https://crm.example/hooks');
  const read = async (address: string) => (await workspace.api('GET', address)).body;
  const testOnce = async (endpoint = path) => {
    const { body } = await workspace.api('POST', `${endpoint}/test`);
    await system.work();
    return `/v1/webhook-deliveries/${body['id']}`;
  };
  return { receiver, mails, system, ...workspace, add, path, read, testOnce };
}

/** Something that happens, as a feature would write it down. */
async function happen({ database, clock }: Pick<System, 'database' | 'clock'>, workspaceId: string, count = 1) {
  const line = { workspace_id: workspaceId, type: 'meeting.changed', meeting_id: 'mtg_x', data: '{}' };
  const rows = Array.from({ length: count }, () => ({ ...line, created_at: clock.now() }));
  await database.db.insertInto('outbox_events').values(rows).execute();
}

// W03
test('what does not arrive is tried ten times over 75 hours, each time after a longer while', async (t) => {
  const { receiver, system, read, testOnce } = await startReceiving(t);
  receiver.answer(() => answered(500));
  const delivery = await testOnce();
  const startedAt = system.clock.now().getTime();
  const expected = [5_000, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
  for (const [index, delay] of expected.entries()) {
    assert.equal(receiver.received.length, index + 1);
    const { nextAttemptAt, attemptsLeft } = await read(delivery);
    assert.equal(attemptsLeft, 9 - index);
    const wait = new Date(nextAttemptAt).getTime() - system.clock.now().getTime();
    assert.ok(wait >= delay && wait <= delay * 1.1 + 1, `attempt ${index + 2} after ${wait} ms`);
    await system.advance(wait - 1000);
    assert.equal(receiver.received.length, index + 1, 'not before its time');
    await system.advance(1000);
  }
  assert.equal(receiver.received.length, 10);
  assert.equal(new Set(receiver.received.map(({ id }) => id)).size, 1);
  assert.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-signature'])).size, 10);
  const hours = (system.clock.now().getTime() - startedAt) / hour;
  assert.ok(hours >= 75 && hours <= 84, `${hours} hours`);
  const ended = await read(delivery);
  assert.deepEqual([ended['status'], ended['attempts'], ended['attemptsLeft']], ['failed', 10, 0]);
  assert.equal(ended['history'].length, 10);
  await system.advance(3 * day);
  assert.equal(receiver.received.length, 10);
});

// W04
test('2xx alone is success: a redirect is a failure that is not followed', async (t) => {
  const { receiver, read, testOnce } = await startReceiving(t);
  for (const [status, expected] of [
    [200, 'delivered'],
    [202, 'delivered'],
    [204, 'delivered'],
    [301, 'pending'],
    [307, 'pending'],
    [400, 'pending'],
    [404, 'pending'],
    [500, 'pending'],
  ] as const) {
    receiver.answer(() => answered(status));
    assert.equal((await read(await testOnce()))['status'], expected, `${status}`);
  }
  receiver.answer(() => answered(302));
  assert.match((await read(await testOnce()))['error'], /302: redirects are not followed/);
  receiver.answer(() => ({ kind: 'unreachable', error: 'The connection was refused.' }));
  const silent = await read(await testOnce());
  assert.deepEqual([silent['response'], silent['error']], [null, 'The connection was refused.']);
});

// W04
test('Retry-After is kept to where a receiver may ask for time, up to a day', async (t) => {
  const { receiver, system, read, testOnce } = await startReceiving(t);
  const waits = async (status: number, retryAfter: string) => {
    receiver.answer(() => answered(status, retryAfter));
    const { nextAttemptAt } = await read(await testOnce());
    return (new Date(nextAttemptAt).getTime() - system.clock.now().getTime()) / 1000;
  };
  for (const status of [429, 502, 503, 504]) assert.equal(await waits(status, '120'), 120);
  assert.equal(await waits(503, new Date(system.clock.now().getTime() + 90_000).toUTCString()), 90);
  assert.equal(await waits(429, '9999999'), day / 1000);
  for (const [status, text] of [
    [500, '120'],
    [429, 'soon'],
    [429, '-5'],
    [429, '1'],
  ] as const)
    assert.ok((await waits(status, text)) < 6, `${status} ${text}`);
});

// W04
test('410 disables the endpoint: nothing more is sent until a person enables it', async (t) => {
  const { receiver, system, workspaceId, api, path, read, testOnce } = await startReceiving(t);
  receiver.answer(() => answered(500));
  const waiting = await testOnce();
  receiver.answer(() => answered(410));
  const last = await testOnce();
  assert.equal((await read(last))['status'], 'failed');
  assert.equal((await read(waiting))['status'], 'failed');
  const endpoint = await read(path);
  assert.deepEqual([endpoint['status'], endpoint['disabledReason']], ['disabled', 'gone']);
  receiver.answer(() => answered(204));
  await happen(system, workspaceId);
  await system.advance(hour);
  assert.equal(receiver.received.length, 2);
  for (const [address, body] of [
    [`${path}/test`, {}],
    [`${last}/redeliver`, {}],
    [`${path}/redeliver`, { from: '2026-11-22T00:00:00Z', to: '2026-11-24T00:00:00Z' }],
  ] as const)
    assert.equal((await api('POST', address, body)).body['code'], 'webhook_endpoint_disabled');
  const enabled = await api('POST', `${path}/enable`);
  assert.deepEqual([enabled.body['status'], enabled.body['disabledReason']], ['enabled', null]);
  await happen(system, workspaceId);
  await look(system, 3);
  assert.equal(receiver.received.length, 3, 'what happened meanwhile is sent on request only');
  const replayed = await api('POST', `${path}/redeliver`, { from: '2026-11-22T00:00:00Z', to: '2026-11-24T00:00:00Z' });
  assert.equal(replayed.body['count'], 3, 'both tests, and what was never sent');
});

// W05, R01
test('a process that dies between sending and writing it down leaves a message that is sent again with the same id', async (t) => {
  const { receiver, system, read, testOnce } = await startReceiving(t);
  const peer = await startPeer(t, system);
  receiver.answer(() => new Promise(() => {})); // it arrived; what it answers is never heard
  const delivery = await testOnce();
  assert.equal(receiver.received.length, 1);
  receiver.answer(() => answered(204));
  await peer.app.sweep();
  await peer.app.drain();
  assert.equal(receiver.received.length, 1, 'it may still be under way');
  system.clock.advance(61_000);
  await peer.app.sweep();
  await peer.app.drain();
  assert.equal(receiver.received.length, 2);
  assert.equal(receiver.received[0]?.id, receiver.received[1]?.id);
  assert.equal(receiver.received[0]?.body, receiver.received[1]?.body);
  assert.equal((await read(delivery))['status'], 'delivered');
});

test('an answer that comes after somebody else took over changes nothing', async (t) => {
  const { receiver, system, read, testOnce } = await startReceiving(t);
  const late = Promise.withResolvers<ReturnType<typeof answered>>();
  receiver.answer(() => late.promise);
  const delivery = await testOnce();
  receiver.answer(() => answered(204));
  await system.advance(61_000);
  assert.equal((await read(delivery))['status'], 'delivered');
  late.resolve(answered(500));
  await system.app.deps.webhooks.sender.close();
  assert.deepEqual([(await read(delivery))['status'], (await read(delivery))['attempts']], ['delivered', 1]);
});

// W07
test('one endpoint that never answers delays no other', async (t) => {
  const { receiver, system, workspaceId, add } = await startReceiving(t);
  for (const name of ['one', 'two', 'three']) await add(`https://dead-${name}.example/`);
  receiver.answer(({ url }) => (url.includes('dead') ? new Promise(() => {}) : answered(204)));
  await happen(system, workspaceId, 30);
  const startedAt = performance.now();
  await look(system);
  const healthy = receiver.received.filter(({ url }) => url.includes('crm'));
  assert.equal(healthy.length, 30);
  assert.ok(performance.now() - startedAt < 15_000, 'less than one of their timeouts');
  const dead = receiver.received.filter(({ url }) => url.includes('dead-one'));
  assert.ok(dead.length <= 10, `${dead.length} under way`);
});

test('what arrives again brings everything else with it', async (t) => {
  const { receiver, system, workspaceId, path, read, testOnce } = await startReceiving(t);
  receiver.answer(() => answered(500));
  await happen(system, workspaceId, 5);
  await look(system);
  for (const wait of [6_000, 6 * minute, 35 * minute, 3 * hour]) await system.advance(wait);
  assert.equal((await read(path))['failingSince'], '2026-11-23T07:00:00.000Z');
  receiver.answer(() => answered(204));
  await testOnce();
  await look(system);
  const log = (await read(`${path}/deliveries`))['data'] as { status: string }[];
  assert.deepEqual([...new Set(log.map(({ status }) => status))], ['delivered']);
  assert.equal((await read(path))['failingSince'], null);
});

// W09
test('people are told after an hour of failures, and the endpoint is disabled after five days of them', async (t) => {
  const { receiver, mails, system, add, path, read, testOnce } = await startReceiving(t);
  await add('https://watch.example/', { types: ['webhook.*'] });
  receiver.answer(({ url }) => (url.includes('crm') ? answered(503) : answered(204)));
  await testOnce();
  await system.advance(59 * minute);
  assert.equal(mails.length, 0);
  await system.advance(2 * minute);
  await look(system, 2);
  const { warnedAt, status } = await read(path);
  assert.deepEqual([warnedAt, status], ['2026-11-23T08:01:00.000Z', 'enabled']);
  assert.equal(mails.length, 1);
  assert.equal(mails[0]?.subject, 'Webhooks do not arrive at crm.example');
  for (let days = 0; days < 5; days++) {
    assert.equal((await read(path))['status'], 'enabled', `after ${days} days`);
    await system.advance(day);
    await testOnce();
  }
  assert.deepEqual([(await read(path))['status'], (await read(path))['disabledReason']], ['disabled', 'failing']);
  await look(system, 2);
  const heard = receiver.received.filter(({ url }) => url.includes('watch')).map(({ message }) => message);
  assert.deepEqual(
    heard.map(({ type }) => type),
    ['webhook.failing', 'webhook.disabled'],
  );
  assert.equal(heard[0]?.data['webhookEndpointId'], path.split('/').at(-1));
  assert.deepEqual(heard[1]?.data['details'], { reason: 'failing' });
  assert.equal(mails.length, 1, 'once for each time of failing');
});

// W03
test('each delay is up to a tenth longer, by chance, and never shorter', () => {
  const now = new Date('2026-11-23T07:00:00Z');
  const answer = answered(500);
  const longest = [0, 0.25, 0.999_999].map((chance) => {
    let total = 0;
    for (let number = 1; number < retryDelaysMs.length; number++) {
      const verdict = judge(answer, { number, now, chance });
      assert.ok(verdict.kind === 'again');
      const scheduled = retryDelaysMs[number] ?? 0;
      assert.ok(verdict.delayMs >= scheduled && verdict.delayMs <= scheduled * 1.1, `${number}: ${verdict.delayMs}`);
      total += verdict.delayMs;
    }
    assert.equal(judge(answer, { number: retryDelaysMs.length, now, chance }).kind, 'given up');
    return total / hour;
  });
  assert.deepEqual(
    longest.map((hours) => Math.round(hours * 10) / 10),
    [75.6, 77.5, 83.1],
  );
});

// W07
test('however many endpoints never answer, the others have a place', async (t) => {
  const waiting: (() => void)[] = [];
  const log = createLog({ level: 'error', write: () => {} });
  const post = ({ url }: { url: string }) =>
    url === 'dead'
      ? new Promise<ReturnType<typeof answered>>((resolve) => waiting.push(() => resolve(answered(504))))
      : Promise.resolve(answered(204));
  const sender = createSender({ post, log });
  t.after(() => sender.close());
  const send = async (id: string, url: string, failing = false) => {
    const place = sender.enter({ id, failing });
    await place?.send({ url, headers: {}, body: '' }, async () => {});
    return place !== undefined;
  };
  const taken = await Promise.all(Array.from({ length: 299 }, (_, index) => send(`slow${index}`, 'dead')));
  assert.ok(taken.every(Boolean));
  assert.ok(await send('slow1', 'dead'), 'up to their share');
  assert.ok(!(await send('slow1', 'dead')), 'who lets one wait has to wait as well');
  assert.ok(!(await send('known', 'dead', true)), 'and who is known to fail');
  for (let count = 0; count < 30; count++) assert.ok(await send(`well${count}`, 'well'), 'the others need not');
  for (const answer of waiting) answer();
  await new Promise(setImmediate);
  for (const expected of [true, true, false]) assert.equal(await send('known', 'dead', true), expected);
  assert.ok(await send('known', 'well'), 'as soon as it fails no more');
});

// W10
test('a span of time is sent again with the same ids, and asking twice sends once', async (t) => {
  const { receiver, system, workspaceId, api, path } = await startReceiving(t);
  await happen(system, workspaceId, 2);
  receiver.answer(({ body }) => answered(body.includes('webhook.test') ? 204 : 400));
  await look(system);
  system.clock.advance(2 * hour);
  await happen(system, workspaceId, 1);
  receiver.answer(() => answered(204));
  await look(system); // the first two are tried again and arrive
  const before = receiver.received.map(({ id }) => id);
  assert.equal(new Set(before).size, 3);
  const span = { from: '2026-11-23T06:00:00Z', to: '2026-11-23T08:00:00Z' };
  assert.equal((await api('POST', `${path}/redeliver`, span)).body['count'], 0, 'all of it arrived');
  for (const count of [2, 0]) {
    const { body } = await api('POST', `${path}/redeliver`, { ...span, which: 'all' });
    assert.equal(body['count'], count);
  }
  await system.work();
  const again = receiver.received.slice(before.length).map(({ id }) => id);
  assert.deepEqual(again.toSorted(), before.slice(0, 2).toSorted());
  const [one] = (await api('GET', `${path}/deliveries`)).body['data'];
  for (let time = 0; time < 2; time++)
    assert.equal((await api('POST', `/v1/webhook-deliveries/${one.id}/redeliver`)).body['status'], 'pending');
  await system.work();
  assert.equal(receiver.received.length, before.length + 3);
  assert.equal(receiver.received.at(-1)?.id, one.messageId);
});

test('an event that commits after later ones is not missed', async (t) => {
  const { receiver, system, workspaceId } = await startReceiving(t);
  const slow = await system.database.pool.connect();
  await slow.query('begin');
  await slow.query(
    `insert into outbox_events (workspace_id, type, meeting_id, data, created_at) values ($1, 'meeting.created', 'mtg_slow', '{}', $2)`,
    [workspaceId, system.clock.now()],
  );
  for (let count = 0; count < 4; count++) {
    await happen(system, workspaceId);
    await look(system, 2);
  }
  assert.equal(receiver.received.length, 4);
  await slow.query('commit');
  slow.release();
  await look(system);
  assert.equal(receiver.received.at(-1)?.message.data['meetingId'], 'mtg_slow');
  assert.equal(receiver.received.length, 5);
  const cursor = () =>
    system.database.db
      .selectFrom('outbox_cursors')
      .select('event_id')
      .where('consumer', '=', 'webhooks')
      .executeTakeFirstOrThrow();
  // Whatever runs on this PostgreSQL, also for other tests, has to end first.
  for (let looks = 0; looks < 1000 && (await cursor()).event_id !== 5; looks++) await look(system);
  assert.equal((await cursor()).event_id, 5, 'all of it is behind the cursor');
  assert.equal(receiver.received.length, 5);
});

// R12
test('two processes make each message once, and so does one whose memory of deliveries was lost', async (t) => {
  const { receiver, system, workspaceId } = await startReceiving(t);
  const peer = await startPeer(t, system);
  await happen(system, workspaceId, 40);
  await Promise.all([system.app.sweep(), peer.app.sweep()]);
  await Promise.all([system.app.drain(), peer.app.drain()]);
  assert.equal(receiver.received.length, 40);
  const ids = new Set(receiver.received.map(({ id }) => id));
  assert.equal(ids.size, 40);
  await system.database.db.deleteFrom('webhook_deliveries').execute();
  await look(system);
  assert.equal(receiver.received.length, 80);
  assert.equal(new Set(receiver.received.map(({ id }) => id)).size, 40, 'the same ids, by which receivers know them');
});

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { OutgoingEmail } from '../src/email/email.ts';
import { nextProbe } from '../src/webhooks/webhook.ts';
import { answered, createReceiver, look } from './support/receiver.ts';
import { startPeer, startSystem, startWorkspace, type System } from './support/system.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** An endpoint at a receiver of its own; another one hears of everything that happens to endpoints. */
async function startReceiving(t: TestContext) {
  const receiver = createReceiver();
  const mails: OutgoingEmail[] = [];
  const system = await startSystem(t, { post: receiver.post, sendMail: async (mail) => void mails.push(mail) });
  const workspace = await startWorkspace(system);
  const add = async (url: string, types: string[]) => {
    const { body } = await workspace.api('POST', '/v1/webhook-endpoints', { url, types });
    return `/v1/webhook-endpoints/${body['id']}`;
  };
  const path = await add('https://crm.example/hooks', ['meeting.*']);
  await add('https://watch.example/', ['webhook.*']);
  const read = async (address = path) => (await workspace.api('GET', address)).body;
  const to = (name: string) => receiver.received.filter(({ url }) => url.includes(name)).map(({ message }) => message);
  const down = () => receiver.answer(({ url }) => answered(url.includes('crm') ? 503 : 204));
  const up = () => receiver.answer(() => answered(204));
  return { receiver, mails, system, ...workspace, path, add, read, to, down, up };
}

type Story = Awaited<ReturnType<typeof startReceiving>>;

/** Something that happens, as a feature would write it down. */
async function happen({ system, workspaceId }: Pick<Story, 'system' | 'workspaceId'>, meetingId: string, count = 1) {
  const line = { workspace_id: workspaceId, type: 'meeting.changed', meeting_id: meetingId, data: '{}' };
  const rows = Array.from({ length: count }, () => ({ ...line, created_at: system.clock.now() }));
  await system.database.db.insertInto('outbox_events').values(rows).execute();
  await look(system);
}

/** Nothing arrives for so long that the endpoint is switched off. */
async function failUntilOff(story: Story): Promise<void> {
  story.down();
  await happen(story, 'mtg_first');
  for (let days = 0; days < 5; days++) {
    await story.system.advance(day);
    await happen(story, `mtg_day${days}`);
  }
  const { status, disabledReason } = await story.read();
  assert.deepEqual([status, disabledReason], ['disabled', 'failing']);
}

/** Moves the clock to the moment at which the endpoint is asked next, and does that. */
async function askNext({ system, read }: Pick<Story, 'system' | 'read'>): Promise<number> {
  const { nextProbeAt } = await read();
  assert.ok(nextProbeAt !== null, 'it is asked again');
  const wait = Date.parse(nextProbeAt) - system.clock.now().getTime();
  await system.advance(wait);
  return wait;
}

const probes = (story: Story) => story.to('crm').filter(({ type }) => type === 'webhook.probe');

test('an endpoint that was switched off for failing is asked whether it answers again, and gets what it missed', async (t) => {
  const story = await startReceiving(t);
  const { system, mails, path, read, to, api } = story;
  await happen(story, 'mtg_before');
  await failUntilOff(story);
  const off = await read();
  assert.equal(off['disabledAt'], system.clock.now().toISOString());
  await happen(story, 'mtg_meanwhile', 3);
  const before = to('crm').length;
  const wait = await askNext(story);
  assert.ok(wait >= hour && wait <= 1.1 * hour + 1, `asked after ${wait / hour} hours`);
  assert.deepEqual(
    to('crm')
      .slice(before)
      .map(({ type }) => type),
    ['webhook.probe'],
    'and nothing else is sent',
  );
  assert.deepEqual([(await read())['status'], mails.length], ['disabled', 1]);
  const log = await api('GET', `${path}/deliveries?type=webhook.probe`);
  const [asked] = log.body['data'];
  assert.deepEqual([asked.status, asked.attempts, asked.response.status], ['failed', 1, 503]);

  story.up();
  const second = await askNext(story);
  assert.ok(second >= 2 * hour - wait / 10 && second <= 2.2 * hour, `once more after ${second / hour} hours`);
  await look(system, 3);
  const now = await read();
  assert.deepEqual(
    [now['status'], now['disabledReason'], now['disabledAt'], now['nextProbeAt'], now['failingSince']],
    ['enabled', null, null, null, null],
  );
  assert.equal(now['catchingUp'], false);
  const arrived = (await api('GET', `${path}/deliveries?status=delivered&limit=100`)).body['data'] as Delivered[];
  const meetings = arrived
    .filter(({ type }) => type === 'meeting.changed')
    .map(({ payload }) => (JSON.parse(payload) as { data: { meetingId: string } }).data.meetingId)
    .toSorted();
  const missed = ['mtg_day0', 'mtg_day1', 'mtg_day2', 'mtg_day3', 'mtg_day4', 'mtg_first'];
  const meanwhile = ['mtg_meanwhile', 'mtg_meanwhile', 'mtg_meanwhile'];
  assert.deepEqual(meetings, ['mtg_before', ...missed, ...meanwhile], 'each once');
  assert.deepEqual(
    to('watch').map(({ type }) => type),
    ['webhook.failing', 'webhook.disabled', 'webhook.resumed'],
  );
  assert.deepEqual(to('watch').at(-1)?.data['details'], { disabledAt: off['disabledAt'] });
  assert.deepEqual(
    mails.map(({ subject }) => subject),
    ['Webhooks do not arrive at crm.example', 'Webhooks arrive at crm.example again'],
  );
  await happen(story, 'mtg_after');
  assert.equal(to('crm').at(-1)?.data['meetingId'], 'mtg_after');
  await system.advance(3 * day);
  assert.equal(probes(story).length, 2);
});

type Delivered = { type: string; payload: string };

test('the pauses grow to a day, and after 30 days nobody asks any more', async (t) => {
  const story = await startReceiving(t);
  const { system, read, up, path, api } = story;
  await failUntilOff(story);
  const offAt = system.clock.now().getTime();
  const waits: number[] = [];
  while ((await read())['nextProbeAt'] !== null) waits.push(await askNext(story));
  for (const [index, wait] of waits.entries()) {
    const planned = Math.min(hour * 2 ** index, day);
    assert.ok(wait >= planned && wait <= planned * 1.1 + 1, `question ${index + 1} after ${wait / hour} hours`);
  }
  const days = (system.clock.now().getTime() - offAt) / day;
  assert.ok(days > 28.8 && days <= 30, `for ${days} days`);
  assert.equal(probes(story).length, waits.length);
  up();
  await system.advance(10 * day);
  assert.equal(probes(story).length, waits.length);
  assert.equal((await read())['status'], 'disabled');
  assert.equal((await api('POST', `${path}/enable`)).body['status'], 'enabled');
  const disabledAt = new Date(0);
  for (const chance of [0, 1]) {
    const next = nextProbe({ disabledAt, asked: 9, now: new Date(0), chance });
    assert.equal(next?.getTime(), Math.round(day * (1 + chance / 10)));
  }
});

test('only who failed is asked: not who was switched off by a person, nor who answered 410', async (t) => {
  const story = await startReceiving(t);
  const { receiver, system, path, read, api } = story;
  await api('POST', `${path}/disable`);
  assert.equal((await read())['nextProbeAt'], null);
  await system.advance(2 * day);
  await api('POST', `${path}/enable`);
  receiver.answer(() => answered(410));
  await happen(story, 'mtg_a');
  assert.deepEqual([(await read())['disabledReason'], (await read())['nextProbeAt']], ['gone', null]);
  await system.advance(2 * day);
  assert.equal(probes(story).length, 0);

  await api('POST', `${path}/enable`);
  await failUntilOff(story);
  receiver.answer(() => answered(410));
  await askNext(story);
  assert.deepEqual([(await read())['disabledReason'], (await read())['nextProbeAt']], ['gone', null]);

  await api('POST', `${path}/enable`);
  await failUntilOff(story);
  const off = await api('POST', `${path}/disable`);
  assert.deepEqual([off.body['disabledReason'], off.body['nextProbeAt']], ['person', null]);
  story.up();
  const before = probes(story).length;
  await system.advance(2 * day);
  assert.equal(probes(story).length, before, 'a person has said that it stays off');
});

test('a receiver that asks for time gets it; one that moves is asked at once', async (t) => {
  const story = await startReceiving(t);
  const { receiver, system, path, read, api } = story;
  await failUntilOff(story);
  receiver.answer(() => answered(503, String(10 * 3600)));
  await askNext(story);
  const wait = Date.parse((await read())['nextProbeAt']) - system.clock.now().getTime();
  assert.equal(wait, 10 * hour);
  await api('PATCH', path, { description: 'Moves tonight' });
  assert.equal(Date.parse((await read())['nextProbeAt']) - system.clock.now().getTime(), wait);
  story.up();
  await api('PATCH', path, { url: 'https://crm.example/new' });
  await look(system, 2);
  assert.equal((await read())['status'], 'enabled');
  assert.equal(
    receiver.received.findLast(({ message }) => message.type === 'webhook.probe')?.url,
    'https://crm.example/new',
  );
});

test('a process that dies while it asks leaves a question that another one asks again, once', async (t) => {
  const story = await startReceiving(t);
  const { receiver, system, read } = story;
  const peer = await startPeer(t, system);
  await failUntilOff(story);
  receiver.answer(() => new Promise(() => {}));
  await askNext(story);
  assert.equal(probes(story).length, 1);
  story.up();
  system.clock.advance(61_000);
  await Promise.all([peer.app.sweep(), system.app.sweep()]);
  await Promise.all([peer.app.drain(), system.app.drain()]);
  assert.equal(probes(story).length, 2);
  assert.equal(new Set(probes(story).map(({ data }) => data.id)).size, 1);
  assert.equal((await read())['status'], 'enabled');
  const [one, two] = [system.app, peer.app];
  await Promise.all([one.sweep(), two.sweep()]);
  assert.equal(probes(story).length, 2);
});

test('what a person switches on is not caught up with by itself', async (t) => {
  const story = await startReceiving(t);
  const { system, path, api, to } = story;
  await failUntilOff(story);
  await happen(story, 'mtg_meanwhile');
  story.up();
  await api('POST', `${path}/enable`);
  await look(system, 3);
  assert.ok(!to('crm').some(({ data }) => data['meetingId'] === 'mtg_meanwhile'));
});

/** Many messages that wait already, for an endpoint that fails. */
async function letWait({ database, clock }: System, workspaceId: string, path: string, count: number): Promise<void> {
  await database.pool.query(
    `insert into webhook_deliveries (id, workspace_id, endpoint_id, message_id, event_id, occurred_at, type, payload, status, next_attempt_at, updated_at, created_at)
     select 'whd_wait' || n, $1, $2, 'msg_wait' || n, -n, $3, 'meeting.changed', '{"type":"meeting.changed","data":{}}', 'pending', $3::timestamptz + interval '1 day', $3, $3
     from generate_series(1, $4::integer) n`,
    [workspaceId, path.split('/').at(-1), clock.now(), count],
  );
}

test('no more than 10,000 messages wait for one endpoint; what happens beyond that follows when there is room', async (t) => {
  const story = await startReceiving(t);
  const { system, workspaceId, path, read, api, to } = story;
  const waiting = async () => {
    const { rows } = await system.database.pool.query<{ waiting: number }>(
      `select count(*)::int as waiting from webhook_deliveries where status = 'pending' and endpoint_id = $1`,
      [path.split('/').at(-1)],
    );
    return rows[0]?.waiting;
  };
  story.down();
  await letWait(system, workspaceId, path, 9_998);
  await happen(story, 'mtg_last', 2);
  assert.equal(await waiting(), 10_000);
  assert.equal((await read())['catchingUp'], false);
  for (let turn = 0; turn < 4; turn++) await happen(story, `mtg_beyond${turn}`, 3);
  assert.equal(await waiting(), 10_000);
  assert.equal((await read())['catchingUp'], true);
  const span = { from: '2026-11-23T06:00:00Z', to: '2026-11-24T06:00:00Z' };
  assert.equal(
    (await api('POST', `${path}/redeliver`, span)).body['more'],
    true,
    'there is more than there is room for',
  );
  assert.equal(await waiting(), 10_000);

  story.up();
  await system.database.pool.query(`delete from webhook_deliveries where id like 'whd_wait%'`);
  await look(system, 3);
  assert.equal((await read())['catchingUp'], false);
  const beyond = to('crm').filter(({ data }) => (data['meetingId'] as string | undefined)?.startsWith('mtg_beyond'));
  assert.equal(new Set(beyond.map(({ data }) => data.id)).size, 12);
  assert.equal(beyond.length, 12, 'each once');
  await happen(story, 'mtg_after');
  assert.equal(to('crm').at(-1)?.data['meetingId'], 'mtg_after');
});

test('a workspace has at most 100 endpoints, also when many are made at the same moment', async (t) => {
  const story = await startReceiving(t);
  const { system, workspaceId, api, path } = story;
  await system.database.pool.query(
    `insert into webhook_endpoints (id, workspace_id, url, description, signature, secret, status, after_event_id, updated_at, created_at)
     select 'whe_many' || n, $1, 'https://many.example/', '', 'hmac', '\\x00', 'enabled', 0, now(), now() from generate_series(1, 95) n`,
    [workspaceId],
  );
  const make = () => api('POST', '/v1/webhook-endpoints', { url: 'https://crm.example/more', types: ['teams_app.*'] });
  const answers = await Promise.all(Array.from({ length: 8 }, make));
  const made = answers.filter(({ status }) => status === 201).length;
  assert.equal(made, 3);
  for (const { status, body } of answers.filter((answer) => answer.status !== 201))
    assert.deepEqual([status, body['code']], [409, 'too_many_webhook_endpoints']);
  await api('DELETE', path);
  assert.equal((await make()).status, 201);
});

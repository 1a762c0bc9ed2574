import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { createReceiver, look } from './support/receiver.ts';
import {
  startDesk,
  startPeer,
  startSystem,
  startWorkspace,
  apiClient,
  type ApiClient,
  type System,
} from './support/system.ts';

type Event = {
  id: string;
  type: string;
  time: string;
  data: { sequence: number; meetingId?: string; details: object };
};
type Page = { data: Event[]; nextCursor: string };

async function read(api: ApiClient, query: Record<string, string | number> = {}, headers = {}): Promise<Page> {
  const text = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const { status, body } = await api('GET', `/v1/events?${text}`, undefined, headers);
  assert.equal(status, 200, JSON.stringify(body));
  return body as Page;
}

/** Everything from a cursor on, page by page, until nothing more is there. */
async function readAll(api: ApiClient, query: Record<string, string | number> = {}): Promise<Event[]> {
  const all: Event[] = [];
  for (let page = await read(api, query); ; page = await read(api, { ...query, after: page.nextCursor })) {
    if (page.data.length === 0) return all;
    all.push(...page.data);
  }
}

const insert = `insert into outbox_events (workspace_id, type, meeting_id, data, created_at) values ($1, $2, $3, '{}', now())`;

test('the log has what webhooks tell, with the same id, type, time and data', async (t) => {
  const receiver = createReceiver();
  const system = await startSystem(t, { post: receiver.post });
  const { api, eventType } = await startDesk(system);
  const { nextCursor } = await read(api, { after: 'now' });
  await api('POST', '/v1/webhook-endpoints', { url: 'https://crm.example/hooks' });
  const visitor = { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London', note: '' };
  await api('POST', '/v1/bookings', { eventTypeId: eventType.id, start: '2026-11-24T09:00:00.000Z', visitor });
  await look(system, 2);
  const { data } = await read(api, { after: nextCursor });
  const told = receiver.received.toSorted(
    (a, b) => Number(a.message.data['sequence']) - Number(b.message.data['sequence']),
  );
  assert.ok(told.length > 2);
  assert.deepEqual(
    data,
    told.map(({ id, message: { type, timestamp, data: about } }) => ({
      specversion: '1.0',
      id,
      source: 'http://localhost:3000',
      type,
      time: timestamp,
      datacontenttype: 'application/json',
      data: about,
    })),
  );
  const types = async (chosen: string) => (await readAll(api, { types: chosen, limit: 1 })).map(({ type }) => type);
  assert.deepEqual(await types('booking.confirmed'), ['booking.confirmed']);
  const all = await readAll(api);
  const some = all.map(({ type }) => type).filter((type) => /^meeting\.|^booking\.confirmed$/.test(type));
  assert.deepEqual(await types('meeting.*,booking.confirmed'), some);
  assert.deepEqual(await read(api, { after: nextCursor }), {
    data,
    nextCursor: (await read(api, { after: 'now' })).nextCursor,
  });
});

test('with writers side by side, readers of pages of one miss nothing and get nothing twice', async (t) => {
  const system = await startSystem(t);
  const { api, apiKey, workspaceId } = await startWorkspace(system);
  const peer = apiClient(await startPeer(t, system), apiKey);
  const start = (await read(api, { after: 'now' })).nextCursor;
  let writing = true;
  const writers = Promise.all([1, 2, 3, 4].map((writer) => write(system, workspaceId, writer))).finally(
    () => (writing = false),
  );
  const follow = async (client: ApiClient) => {
    const seen: string[] = [];
    for (let cursor = start, rest = writing; ; rest = writing) {
      const { data, nextCursor } = await read(client, { after: cursor, limit: 1 });
      seen.push(...data.map(({ data: about }) => about.meetingId ?? ''));
      if (data.length === 0 && !rest) return seen;
      cursor = nextCursor;
    }
  };
  const [written, ...read2] = await Promise.all([writers, follow(api), follow(peer)]);
  const wanted = written.flat().toSorted();
  assert.ok(wanted.length > 40);
  for (const seen of read2) assert.deepEqual(seen.toSorted(), wanted);
  assert.deepEqual(read2[0], read2[1], 'everybody sees the same order');
});

/** Transactions of one to three lines, with others' lines in between; some are undone. Returns what was kept. */
async function write({ database }: System, workspaceId: string, writer: number): Promise<string[]> {
  const kept: string[] = [];
  const client = await database.pool.connect();
  for (let transaction = 0; transaction < 15; transaction += 1) {
    const ids = Array.from({ length: randomInt(1, 4) }, (_, line) => `mtg_${writer}x${transaction}x${line}`);
    await client.query('begin');
    for (const id of ids) await client.query(insert, [workspaceId, 'meeting.created', id]);
    const isUndone = randomInt(5) === 0;
    await client.query(isUndone ? 'rollback' : 'commit');
    if (!isUndone) kept.push(...ids);
  }
  client.release();
  return kept;
}

test('what a slow transaction has written comes before what was written after it, or not yet at all', async (t) => {
  const system = await startSystem(t);
  const { api, workspaceId } = await startWorkspace(system);
  const { nextCursor } = await read(api, { after: 'now' });
  const slow = await system.database.pool.connect();
  await slow.query('begin');
  await slow.query(insert, [workspaceId, 'meeting.created', 'mtg_slow']);
  await system.database.pool.query(insert, [workspaceId, 'meeting.changed', 'mtg_quick']);
  assert.deepEqual(await read(api, { after: nextCursor }), { data: [], nextCursor });
  const waiting = read(api, { after: nextCursor }, { prefer: 'wait=30' });
  await slow.query('commit');
  slow.release();
  const names = (await waiting).data.map(({ data }) => data.meetingId);
  assert.deepEqual(names, ['mtg_slow', 'mtg_quick']);
});

test('whoever prefers to wait is answered when something happens, or the time is over', async (t) => {
  const system = await startSystem(t);
  const { api, eventType } = await startDesk(system);
  const other = await startWorkspace(system, { email: 'li@other.example' });
  const { nextCursor: after } = await read(api, { after: 'now' });
  const waiting = read(api, { after, types: 'booking.*' }, { prefer: 'wait=30' });
  const visitor = { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London', note: '' };
  await api('POST', '/v1/bookings', { eventTypeId: eventType.id, start: '2026-11-24T09:00:00.000Z', visitor });
  assert.deepEqual(
    (await waiting).data.map(({ type }) => type),
    ['booking.confirmed'],
  );
  const { nextCursor } = await read(other.api, { after: 'now' });
  assert.deepEqual((await read(other.api, { after: nextCursor }, { prefer: 'wait=1' })).data, []);
  const left = read(other.api, { after: nextCursor }, { prefer: 'wait=30' });
  system.app.endStreams();
  assert.deepEqual((await left).data, [], 'a server that stops lets nobody wait');
});

test('nobody reads another workspace’s log, whatever cursor they bring', async (t: TestContext) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const other = await startWorkspace(system, { email: 'li@other.example' });
  const [first] = (await read(desk.api, { limit: 1 })).data;
  assert.ok(first);
  const { nextCursor } = await read(desk.api, { limit: 1 });
  assert.deepEqual(await readAll(other.api), []);
  assert.deepEqual((await read(other.api, { after: nextCursor })).data, []);
  const limited = await desk.api('POST', '/v1/api-keys', { name: 'CRM', permissions: ['bookings:read'] });
  const refused = await apiClient(system, limited.body['secret'] as string)('GET', '/v1/events');
  assert.equal(refused.status, 403);
});

test('a cursor that is none of this log is refused, with its reason', async (t) => {
  const system = await startSystem(t);
  const { api } = await startWorkspace(system);
  const ahead = Buffer.from('1.999999999').toString('base64url');
  const wrong = [
    '',
    ' ',
    'x',
    '0',
    'NOW',
    '🙂',
    ahead,
    Buffer.from('1.01').toString('base64url'),
    Buffer.from('2.1').toString('base64url'),
  ];
  for (const cursor of [...wrong, Buffer.from('1.-1').toString('base64url'), 'A'.repeat(101)]) {
    const { status, body } = await api('GET', `/v1/events?after=${encodeURIComponent(cursor)}`);
    assert.equal(status, 400, cursor);
    assert.equal(body['errors'][0].pointer, '/after', cursor);
  }
  for (const query of ['types=', 'types=meeting', 'types=meeting.*,', 'types=*', 'limit=0', 'limit=201', 'limit=x']) {
    const { status, body } = await api('GET', `/v1/events?${query}`);
    assert.equal(status, 400, query);
    assert.equal(body['errors'][0].pointer, `/${query.split('=')[0]}`);
  }
});

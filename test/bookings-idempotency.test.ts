import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { eventsOf, messagesTo } from '../emulator/graph/mailboxes.ts';
import { createPerson } from '../scripts/person.ts';
import { createApiKey } from '../src/access/service.ts';
import { createGate } from './faults/story.ts';
import { apiClient, publicUrl, startDesk, startPeer, startSystem, type ApiClient } from './support/system.ts';

// Checks R02 and R03: a request that is repeated has its effect once, and every answer is the first one.

const visitor = { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London', note: '' };
const start = '2026-11-24T09:00:00Z';

for (const what of ['bookings', 'meetings'] as const) {
  test(`R02: 100 requests with one key at once over two processes make one of /v1/${what}`, async (t) => {
    const system = await startSystem(t);
    const desk = await startDesk(system);
    const peers = [await startPeer(t, system), await startPeer(t, system)];
    const body = JSON.stringify(
      what === 'bookings'
        ? { eventTypeId: desk.eventType.id, start, visitor }
        : {
            organizer: { memberId: desk.memberId },
            subject: 'Call',
            start,
            end: '2026-11-24T09:30:00Z',
            attendees: [],
          },
    );
    const headers = {
      authorization: `Bearer ${desk.apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': 'order-1',
    };
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const response = await peers[index % 2]?.request(`/v1/${what}`, { method: 'POST', headers, body });
        assert.ok(response);
        return {
          status: response.status,
          replayed: response.headers.get('idempotent-replayed'),
          text: await response.text(),
        };
      }),
    );
    assert.deepEqual(
      new Set(answers.map(({ status }) => status)),
      new Set([201]),
      answers.find((a) => a.status !== 201)?.text,
    );
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
    assert.equal(answers.filter(({ replayed }) => replayed === null).length, 1);
    assert.equal(answers.filter(({ replayed }) => replayed === 'true').length, 99);
    await system.work();
    assert.equal(eventsOf(system.emulator.context.mailboxes, desk.organizer.id).length, 1);
    assert.equal(createCalls(system.emulator.calls), 1);
  });
}

test('R03: a key with another body is refused; another key holder is independent; the same key elsewhere too', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const key = { 'idempotency-key': '"order-2"' };
  const first = { eventTypeId: desk.eventType.id, start, visitor };
  const booked = await desk.api('POST', '/v1/bookings', first, key);
  assert.equal(booked.status, 201);
  const other = await desk.api('POST', '/v1/bookings', { ...first, start: '2026-11-24T10:00:00Z' }, key);
  assert.equal(other.status, 422);
  assert.equal(other.body['code'], 'idempotency_conflict');
  // The structured and the bare form of the header are one key.
  const again = await desk.api('POST', '/v1/bookings', first, { 'idempotency-key': 'order-2' });
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  assert.deepEqual(again.body, booked.body);
  const { secret } = await createApiKey(
    { db: system.database.db, now: system.clock.now },
    desk.workspaceId,
    'another program',
  );
  const stranger: ApiClient = apiClient(system, secret);
  const theirs = await stranger('POST', '/v1/bookings', { ...first, start: '2026-11-24T11:00:00Z' }, key);
  assert.equal(theirs.status, 201);
  assert.notEqual(theirs.body['id'], booked.body['id']);
  await system.work();
  assert.equal(messagesTo(system.emulator.context.mailboxes, visitor.email, 'invitation').length, 2);
});

test('R03: a refusal is not kept: the same request succeeds once the reason has gone', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const key = { 'idempotency-key': 'order-3' };
  const body = { eventTypeId: desk.eventType.id, start, visitor };
  const taken = await desk.api('POST', '/v1/bookings', body);
  assert.equal((await desk.api('POST', '/v1/bookings', body, key)).status, 409);
  await desk.api('POST', `/v1/bookings/${taken.body['id']}/cancel`, {});
  assert.equal((await desk.api('POST', '/v1/bookings', body, key)).status, 201);
});

test('a key that ran out after a week is forgotten', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const meeting = {
    organizer: { memberId: desk.memberId },
    subject: 'Call',
    start: '2026-12-24T09:00:00Z',
    end: '2026-12-24T09:30:00Z',
  };
  const key = { 'idempotency-key': 'order-4' };
  const first = await desk.api('POST', '/v1/meetings', meeting, key);
  await system.advance(8 * 24 * 60 * 60_000);
  const second = await desk.api('POST', '/v1/meetings', meeting, key);
  assert.equal(second.status, 201);
  assert.notEqual(second.body['id'], first.body['id']);
});

/** A process whose look into Outlook is held back until the same request has gone through at another one. */
async function startSlowPeer(t: TestContext) {
  const gate = createGate();
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const slow = await startPeer(t, system, {
    microsoft: async (input, init) => {
      const request = new Request(input, init);
      if (request.url.includes('/calendarView')) await gate.pass();
      return system.emulator.fetch(request);
    },
  });
  return { gate, system, desk, slow };
}

test('R02: a request that comes twice is answered with its booking, also where that booking made the time busy', async (t) => {
  const { gate, system, desk, slow } = await startSlowPeer(t);
  const body = { eventTypeId: desk.eventType.id, start, visitor };
  const key = { 'idempotency-key': 'order-5' };
  const second = apiClient(slow, desk.apiKey)('POST', '/v1/bookings', body, key);
  await gate.arrived;
  const first = await desk.api('POST', '/v1/bookings', body, key);
  await system.work();
  gate.open();
  const answer = await second;
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  assert.equal(answer.headers.get('idempotent-replayed'), 'true');
  assert.deepEqual(answer.body, first.body);
});

test('R02: a form of the public page that is sent twice leads both times to its booking', async (t) => {
  const { gate, system, desk, slow } = await startSlowPeer(t);
  const path = `/book/${desk.slug}/intro-call`;
  const person = system.person();
  const form = await person.visit(`${publicUrl}${path}?start=${start}&tz=Europe/London`);
  const other = createPerson((input, init) => slow.request(new URL(new Request(input).url).pathname, init));
  const typed = { name: 'Sam', email: visitor.email, note: '' };
  const second = other.press(form, path, typed);
  await gate.arrived;
  const first = await person.press(form, path, typed);
  await system.work();
  gate.open();
  assert.equal((await second).url, first.url);
  assert.equal(messagesTo(system.emulator.context.mailboxes, visitor.email, 'invitation').length, 1);
});

function createCalls(calls: readonly { method: string; path: string }[]): number {
  return calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/me/events')).length;
}

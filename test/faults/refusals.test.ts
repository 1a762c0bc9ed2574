import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultRequest } from '../../emulator/faults.ts';
import { highestConcurrency } from '../../emulator/graph/throttling.ts';
import { startPeer } from '../support/system.ts';
import { minutes, seconds, startStory, tuesdayAtTwo, visitor } from './story.ts';

// Check R06: Microsoft is throttling, broken or garbled. What was asked for comes about later, not before its time.

type Case = { name: string; kind: FaultRequest['kind']; code: string; waitMs?: [number, number]; status?: number };
const status = (code: number, retryAfter?: string): FaultRequest['kind'] => ({
  type: 'status',
  status: code,
  ...(retryAfter !== undefined && { retryAfter }),
});
const backOff: [number, number] = [1.5 * seconds, 2.5 * seconds];
const cases: Case[] = [
  {
    name: '429 with decimal seconds',
    kind: status(429, '2.128'),
    code: 'throttled',
    waitMs: [2128, 2128],
    status: 429,
  },
  {
    name: '429 with an HTTP date',
    kind: status(429, 'Mon, 23 Nov 2026 07:00:45 GMT'),
    code: 'throttled',
    waitMs: [45 * seconds, 45 * seconds],
  },
  { name: '429 without a time', kind: status(429), code: 'throttled', waitMs: backOff },
  { name: '429 that asks for no wait at all', kind: status(429, '0'), code: 'throttled', waitMs: [seconds, seconds] },
  {
    name: '503 with seconds',
    kind: status(503, '120'),
    code: 'microsoft_unavailable',
    waitMs: [120 * seconds, 120 * seconds],
  },
  { name: '503', kind: status(503), code: 'microsoft_unavailable', waitMs: backOff },
  { name: '504', kind: status(504), code: 'microsoft_unavailable', waitMs: backOff },
  { name: '500', kind: status(500), code: 'microsoft_unavailable', waitMs: backOff },
  { name: 'truncated JSON', kind: { type: 'truncate' }, code: 'microsoft_answer_unreadable', waitMs: backOff },
  {
    name: 'a page instead of JSON',
    kind: { type: 'content-type', value: 'text/html' },
    code: 'microsoft_answer_unreadable',
    waitMs: backOff,
  },
  {
    name: 'JSON under another content type',
    kind: { type: 'content-type', value: 'text/plain' },
    code: 'microsoft_answer_unreadable',
    waitMs: backOff,
  },
  { name: 'a connection that breaks', kind: { type: 'drop-request' }, code: 'microsoft_unreachable', waitMs: backOff },
];

for (const { name, kind, code, waitMs = backOff } of cases) {
  test(`R06: ${name}: tried again when it is time, with nothing lost and nothing made twice`, async (t) => {
    const { system, book, reschedule, cancel, meeting, settle, graphCalls, events, mails } = await startStory(t);
    // Each step meets the fault once, on the request that changes something.
    const meets = async (method: string, act: () => Promise<unknown>) => {
      system.emulator.fail({ service: 'graph', method, path: '/me/events', kind });
      await act();
      await system.work();
    };
    const isDate = kind.type === 'status' && kind.retryAfter?.endsWith('GMT');
    let booking = { id: '', meeting: { id: '' } };
    await meets('POST', async () => (booking = await book()));
    const waiting = await meeting(booking);
    assert.equal(waiting['problem'].code, code);
    assert.ok(waiting['problem'].remedy);
    assert.equal(waiting['problem'].retryable, true);
    const wait = Date.parse(waiting['problem'].retryAt) - system.clock.now().getTime();
    assert.ok(wait >= waitMs[0] && wait <= waitMs[1], `it waits ${wait} ms`);
    const before = graphCalls().length;
    await system.advance(wait - 1);
    assert.equal(graphCalls().length, before, 'a call before its time');
    await system.advance(1);
    assert.equal((await meeting(booking))['status'], 'ready');
    assert.equal(events().length, 1);
    assert.equal(mails('invitation').length, 1);
    if (isDate) return; // the date has passed for the later steps

    const [sound] = events();
    await meets('PATCH', () => reschedule(booking.id, tuesdayAtTwo));
    assert.equal((await meeting(booking))['problem'].code, code);
    await settle(booking);
    assert.equal(new Date(events()[0]?.start.at ?? 0).toISOString(), tuesdayAtTwo);
    assert.equal(events()[0]?.meeting?.joinUrl, sound?.meeting?.joinUrl);
    assert.equal(mails('update').length, 1);

    await meets('POST', () => cancel(booking.id));
    await settle(booking);
    assert.equal((await meeting(booking))['status'], 'cancelled');
    assert.equal(events().length, 0);
    assert.equal(mails('cancellation').length, 1);
  });
}

for (const [name, fails] of [
  ['no answer within the time', () => Promise.reject(timeUp())],
  ['a body that does not come to its end in time', () => Promise.resolve(endless())],
] as const) {
  test(`R06: ${name}: what was done is found again`, async (t) => {
    let armed = true;
    const { book, meeting, settle, system, graphCalls, events, mails } = await startStory(t, {
      wrapFetch: (inner) => async (input, init) => {
        const request = new Request(input, init);
        const response = await inner(request);
        if (!armed || request.method !== 'POST' || !request.url.endsWith('/me/events')) return response;
        armed = false;
        return fails();
      },
    });
    const booking = await book();
    await system.work();
    assert.equal((await meeting(booking))['problem'].code, 'microsoft_unreachable');
    assert.equal((await settle(booking))['status'], 'ready');
    assert.equal(graphCalls('POST').length, 1);
    assert.equal(events().length, 1);
    assert.equal(mails('invitation').length, 1);
  });
}

test('R06: an hour without Microsoft: the looks become rare, and what was booked is made when it is back', async (t) => {
  const { system, book, meeting, settle, graphCalls, events } = await startStory(t);
  system.emulator.fail({ service: 'graph', method: 'POST', path: '/me/events', times: 10_000, kind: status(503) });
  const booking = await book();
  const waits: number[] = [];
  for (let minute = 0; minute < 60; minute++) {
    await system.advance(minutes);
    waits.push(Date.parse((await meeting(booking))['problem'].retryAt) - system.clock.now().getTime());
  }
  assert.ok(graphCalls('POST').length < 20, `${graphCalls('POST').length} attempts in an hour`);
  assert.ok(Math.max(...waits) <= 12.5 * minutes);
  system.emulator.context.faults.length = 0;
  assert.equal((await settle(booking))['status'], 'ready');
  assert.equal(events().length, 1);
});

test('R06: 40 bookings of one mailbox at once are made by two processes with at most four requests at a time', async (t) => {
  const { system, desk, book, events, graphCalls } = await startStory(
    t,
    {},
    { durationMinutes: 15, slotStepMinutes: 15 },
  );
  const peer = await startPeer(t, system);
  // Every tenth meets a refusal on the way.
  for (const retryAfter of ['1', '2.5', '3', '7']) {
    system.emulator.fail({ service: 'graph', method: 'POST', path: '/me/events', kind: status(429, retryAfter) });
  }
  const starts = [24, 25].flatMap((day) =>
    Array.from({ length: 20 }, (_, index) => new Date(Date.UTC(2026, 10, day, 8, index * 15)).toISOString()),
  );
  const bookings = await Promise.all(starts.map((start) => book(start)));
  system.emulator.context.mailboxes.throttle.highWater.clear();
  system.emulator.switches.latencyMs = 5;
  await Promise.all([system.work(), peer.app.drain()]);
  for (let second = 0; second < 10; second++) {
    system.clock.advance(seconds);
    await system.app.sweep();
    await Promise.all([system.work(), peer.app.drain()]);
  }
  const high = highestConcurrency(system.emulator.context);
  assert.ok(high <= 4, `${high} requests at once`);
  assert.ok(high >= 2, 'they were made side by side');
  assert.equal(events().length, 40);
  const created = graphCalls('POST').filter((call) => call.status === 201);
  assert.equal(new Set(created.map((call) => JSON.parse(call.body).transactionId)).size, 40);
  assert.equal(created.length, 40);
  for (const { id } of bookings) {
    const { body } = await desk.api('GET', `/v1/bookings/${id}`);
    assert.equal(body['meeting'].status, 'ready', JSON.stringify(body['meeting'].problem));
  }
});

test('R06: after an outage the waiting meetings of a mailbox do not all come back at one moment', async (t) => {
  const { system, book, meeting, events } = await startStory(t, {}, { durationMinutes: 15, slotStepMinutes: 15 });
  system.emulator.fail({ service: 'graph', method: 'POST', path: '/me/events', times: 20, kind: status(503) });
  const starts = Array.from({ length: 20 }, (_, index) =>
    new Date(Date.UTC(2026, 10, 24, 8, index * 15)).toISOString(),
  );
  const bookings = await Promise.all(starts.map((start) => book(start)));
  await system.work();
  const retries = await Promise.all(bookings.map(async (one) => (await meeting(one))['problem'].retryAt));
  assert.ok(new Set(retries).size > 10, `${new Set(retries).size} moments for 20 meetings`);
  for (let second = 0; second < 4; second++) await system.advance(seconds);
  assert.equal(events().length, 20);
});

test('R06: an address that Exchange cannot use is refused for good, and a person can put it right', async (t) => {
  const { system, desk, book, meeting, settle, graphCalls } = await startStory(t);
  system.emulator.fail({
    service: 'graph',
    method: 'POST',
    path: '/me/events',
    kind: {
      type: 'status',
      status: 400,
      code: 'ErrorInvalidRecipients',
      message: 'At least one recipient is not valid.',
    },
  });
  const booking = await book();
  await system.work();
  const failed = await meeting(booking);
  assert.equal(failed['status'], 'failed');
  assert.equal(failed['problem'].provider.code, 'ErrorInvalidRecipients');
  assert.equal(failed['problem'].retryAt, null);
  await system.advance(60 * minutes);
  assert.equal(graphCalls('POST').length, 1, 'nobody asked for another attempt');
  await desk.api('POST', `/v1/meetings/${booking.meeting.id}/retry`);
  assert.equal((await settle(booking))['status'], 'ready');
  assert.equal(failed['attendees'][0].email, visitor.email);
});

function timeUp(): DOMException {
  return new DOMException('The operation was aborted due to timeout', 'TimeoutError');
}

function endless(): Response {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"id":')),
    pull: (controller) => controller.error(timeUp()),
  });
  return new Response(body, { status: 201, headers: { 'content-type': 'application/json' } });
}

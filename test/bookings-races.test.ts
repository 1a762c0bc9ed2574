import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createPerson } from '../scripts/person.ts';
import { eventsOf } from '../emulator/graph/mailboxes.ts';
import {
  apiClient,
  publicUrl,
  startDesk,
  startPeer,
  startSystem,
  type ApiClient,
  type Desk,
  type System,
} from './support/system.ts';

// Check R08: one time of one host has one booking, whoever asks, however many ask at once.

const slot = '2026-11-24T09:00:00Z';
const visitorNumber = (number: number) => ({
  name: `Visitor ${number}`,
  email: `visitor${number}@visitor.example`,
  timeZone: 'Europe/London',
  note: '',
});
const times = <T>(count: number, run: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));

async function quickly<T>(withinMs: number, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs < withinMs, `it took ${Math.round(tookMs)} ms: somebody waited for a deadlock or for a connection`);
  return result;
}

/** A desk that two processes serve, neither of which has anything in memory yet. */
async function startTwo(t: TestContext, rules: object = {}) {
  const system = await startSystem(t);
  const desk = await startDesk(system, { rules });
  const [first, second] = [await startPeer(t, system), await startPeer(t, system)];
  const apis: [ApiClient, ApiClient] = [apiClient(first, desk.apiKey), apiClient(second, desk.apiKey)];
  return { system, desk, peers: [first, second] as const, api: (index: number) => apis[index % 2] as ApiClient };
}

function hostEvents({ emulator }: System, { organizer }: Desk) {
  return eventsOf(emulator.context.mailboxes, organizer.id).filter((event) => !event.isCancelled);
}

test('R08: of 50 visitors who book one time at two processes at once, one gets it', async (t) => {
  const { system, desk, api } = await startTwo(t);
  const answers = await quickly(5_000, () =>
    times(50, (index) =>
      api(index)('POST', '/v1/bookings', {
        eventTypeId: desk.eventType.id,
        start: slot,
        visitor: visitorNumber(index),
      }),
    ),
  );
  const won = answers.filter(({ status }) => status === 201);
  const lost = answers.filter(({ status, body }) => status === 409 && body['code'] === 'slot_taken');
  assert.equal(won.length, 1);
  assert.equal(lost.length, 49, JSON.stringify(answers.find(({ status }) => status !== 201 && status !== 409)?.body));
  await system.work();
  assert.equal(hostEvents(system, desk).length, 1);
  assert.equal(hostEvents(system, desk)[0]?.attendees[0]?.emailAddress.address, won[0]?.body['visitor'].email);
});

test('R08: of 50 visitors who send the form of the public page at once, one gets the time, the others get fresh ones', async (t) => {
  const { system, desk, peers } = await startTwo(t);
  const path = `/book/${desk.slug}/intro-call`;
  const people = Array.from({ length: 50 }, (_, index) => {
    const world: typeof fetch = (input, init) =>
      Promise.resolve(peers[index % 2 === 0 ? 0 : 1].app.http.fetch(new Request(input, init)));
    return createPerson(world);
  });
  const forms = await Promise.all(
    people.map((person) => person.visit(`${publicUrl}${path}?start=${slot}&tz=Europe/London`)),
  );
  const pages = await quickly(10_000, () =>
    times(50, async (index) => {
      const [person, form] = [people[index], forms[index]];
      assert.ok(person && form);
      return person.press(form, path, { name: `Visitor ${index}`, email: `visitor${index}@visitor.example`, note: '' });
    }),
  );
  const won = pages.filter(({ url }) => url.includes('/bookings/'));
  const lost = pages.filter(({ status }) => status === 409);
  assert.equal(won.length, 1, pages.map(({ status }) => status).join(' '));
  assert.equal(lost.length, 49);
  for (const page of lost) assert.match(page.text, /Still free on/);
  await system.work();
  assert.equal(hostEvents(system, desk).length, 1);
});

test('R08: times that overlap without being equal exclude each other too', async (t) => {
  const { system, desk, api } = await startTwo(t, { durationMinutes: 30, slotStepMinutes: 5 });
  // 09:00, 09:05 … 09:25: each of them overlaps all the others.
  const starts = Array.from({ length: 6 }, (_, index) => new Date(Date.parse(slot) + index * 5 * 60_000).toISOString());
  const answers = await quickly(5_000, () =>
    times(48, (index) =>
      api(index)('POST', '/v1/bookings', {
        eventTypeId: desk.eventType.id,
        start: starts[index % 6],
        visitor: visitorNumber(index),
      }),
    ),
  );
  assert.deepEqual(countBy(answers.map(({ status }) => status)), { 201: 1, 409: 47 });
  await system.work();
  assert.equal(hostEvents(system, desk).length, 1);
});

test('R08: 20 bookings that move into one time at once: one gets there, the others stay where they were', async (t) => {
  const { system, desk, api } = await startTwo(t, { durationMinutes: 15, slotStepMinutes: 15 });
  const book = (index: number) =>
    api(index)('POST', '/v1/bookings', {
      eventTypeId: desk.eventType.id,
      start: new Date(Date.parse(slot) + index * 15 * 60_000).toISOString(),
      visitor: visitorNumber(index),
    });
  const bookings = (await times(20, book)).map(({ body }) => body);
  await system.work();
  const target = '2026-11-25T09:00:00.000Z';
  const moves = await quickly(5_000, () =>
    times(20, (index) => api(index)('POST', `/v1/bookings/${bookings[index]?.['id']}/reschedule`, { start: target })),
  );
  assert.deepEqual(countBy(moves.map(({ status }) => status)), { 200: 1, 409: 19 });
  for (const { status, body } of moves) if (status === 409) assert.equal(body['code'], 'slot_taken');
  await system.work();
  const starts = hostEvents(system, desk).map((event) => new Date(event.start.at).toISOString());
  assert.equal(starts.filter((start) => start === target).length, 1);
  assert.equal(new Set(starts).size, 20);
});

test('R08: bookings and moves that race for one time leave it to one of them', async (t) => {
  const { system, desk, api } = await startTwo(t, { durationMinutes: 15, slotStepMinutes: 15 });
  const eventTypeId = desk.eventType.id;
  const bookings = await times(10, async (index) => {
    const start = new Date(Date.parse(slot) + index * 15 * 60_000).toISOString();
    return (await api(index)('POST', '/v1/bookings', { eventTypeId, start, visitor: visitorNumber(index) })).body;
  });
  await system.work();
  const target = '2026-11-25T09:00:00.000Z';
  const answers = await quickly(5_000, () =>
    times(40, (index) => {
      const id = bookings[index / 2]?.['id'];
      return index % 2 === 0 && id
        ? api(index)('POST', `/v1/bookings/${id}/reschedule`, { start: target })
        : api(index)('POST', '/v1/bookings', { eventTypeId, start: target, visitor: visitorNumber(100 + index) });
    }),
  );
  assert.equal(answers.filter(({ status }) => status === 200 || status === 201).length, 1);
  assert.equal(answers.filter(({ body }) => body['code'] === 'slot_taken').length, 39);
  await system.work();
  const starts = hostEvents(system, desk).map((event) => new Date(event.start.at).toISOString());
  assert.equal(starts.filter((start) => start === target).length, 1);
});

test('R08: a time that was cancelled can be booked again', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const book = () =>
    desk.api('POST', '/v1/bookings', { eventTypeId: desk.eventType.id, start: slot, visitor: visitorNumber(1) });
  const first = await book();
  await system.work();
  assert.equal((await book()).status, 409);
  await desk.api('POST', `/v1/bookings/${first.body['id']}/cancel`, {});
  await system.work();
  system.clock.advance(60_000);
  assert.equal((await book()).status, 201);
  await system.work();
  assert.equal(hostEvents(system, desk).length, 1);
});

function countBy(values: number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

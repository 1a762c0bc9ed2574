import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  minutes,
  startAppointments,
  tuesdayAtTen,
  tuesdayAtTwo,
  visitor,
  type Appointments,
} from './support/appointments.ts';
import { startPeer, startWorkspace } from './support/system.ts';

const secret = (index: number) => `the-secret-of-visitor-number-${index}`;
const holdOn = ({ desk }: Appointments, body: object) =>
  desk.api('POST', `/v1/event-types/${desk.eventType.id}/holds`, { start: tuesdayAtTen, ...body });
async function isFree({ ask, desk }: Appointments, start: string): Promise<boolean> {
  const to = new Date(Date.parse(start) + 1).toISOString();
  const { data } = await ask('GET', `/v1/event-types/${desk.eventType.id}/slots?from=${start}&to=${to}`);
  return (data as unknown[]).length > 0;
}

test('R08: of 50 visitors who hold one time at two processes at once, one has it', async (t) => {
  const story = await startAppointments(t);
  const { system, desk } = story;
  const peer = await startPeer(t, system);
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const body = { start: tuesdayAtTen, key: secret(index) };
      if (index % 2 === 0) return (await holdOn(story, body)).status;
      const headers = { authorization: `Bearer ${desk.apiKey}`, 'content-type': 'application/json' };
      const path = `/v1/event-types/${desk.eventType.id}/holds`;
      return (await peer.request(path, { method: 'POST', headers, body: JSON.stringify(body) })).status;
    }),
  );
  assert.deepEqual(
    answers.toSorted((a, b) => a - b),
    [201, ...Array.from({ length: 49 }, () => 409)],
  );
  const rows = await system.database.db.selectFrom('reservations').selectAll().execute();
  assert.equal(rows.length, 1);
  assert.ok(!JSON.stringify(rows).includes('the-secret'), 'only the hash of a secret is stored');
});

test('a held time is nobody else’s, is booked with its key, and is free again after ten minutes', async (t) => {
  const story = await startAppointments(t);
  const { system, book } = story;
  const held = await holdOn(story, {});
  assert.equal(held.status, 201);
  const { key, operatorIds, expiresAt } = held.body;
  assert.match(key, /^[\w-]{32}$/);
  assert.deepEqual(operatorIds, [story.desk.memberId]);
  assert.equal(expiresAt, new Date(system.clock.now().getTime() + 10 * minutes).toISOString());
  assert.equal(await isFree(story, tuesdayAtTen), false);
  await book({}, 409);
  await book({ holdKey: key });
  assert.equal((await holdOn(story, {})).body['code'], 'slot_taken');

  await holdOn(story, { start: tuesdayAtTwo, key: secret(1) });
  system.clock.advance(10 * minutes - 1);
  assert.equal(await isFree(story, tuesdayAtTwo), false);
  system.clock.advance(1);
  assert.equal(await isFree(story, tuesdayAtTwo), true);
  await book({ start: tuesdayAtTwo });
});

test('one key holds one time: it renews it or moves, and a move that fails keeps what was held', async (t) => {
  const story = await startAppointments(t);
  const { system, ask } = story;
  const key = secret(1);
  await holdOn(story, { key });
  system.clock.advance(9 * minutes);
  assert.equal((await holdOn(story, { key })).status, 201);
  system.clock.advance(9 * minutes);
  assert.equal(await isFree(story, tuesdayAtTen), false, 'it was renewed');
  assert.equal((await holdOn(story, { key, start: tuesdayAtTwo })).status, 201);
  assert.equal(await isFree(story, tuesdayAtTen), true);
  await holdOn(story, { key: secret(2) });
  assert.equal((await holdOn(story, { key })).body['code'], 'slot_taken');
  assert.equal(await isFree(story, tuesdayAtTwo), false);
  await ask('DELETE', `/v1/holds/${key}`, undefined, 204);
  assert.equal(await isFree(story, tuesdayAtTwo), true);
  await ask('DELETE', `/v1/holds/${key}`, undefined, 404);
});

test('a script cannot hold a whole day, or a whole calendar', async (t) => {
  const story = await startAppointments(t);
  const { system, book } = story;
  const holdMany = async (day: number) => {
    const starts = Array.from({ length: 16 }, (_, index) => new Date(Date.UTC(2026, 10, day, 8, index * 30)));
    const answers = [];
    for (const start of starts)
      answers.push(
        (await holdOn(story, { start: start.toISOString(), key: `${secret(day)}-${start.getTime()}` })).body,
      );
    return answers.map(({ code }) => code as string | undefined);
  };
  const first = await holdMany(24);
  assert.equal(first.filter((code) => code === undefined).length, 4);
  assert.ok(first.slice(4).every((code) => code === 'too_many_holds'));
  for (const day of [25, 26, 27, 30]) await holdMany(day);
  assert.ok(
    (await holdMany(31)).every((code) => code === 'too_many_holds'),
    'twenty at most',
  );
  await book({ start: tuesdayAtTwo });
  await system.advance(10 * minutes);
  assert.equal((await holdOn(story, {})).status, 201, 'ended holds make room');
});

test('a hold is refused as a booking would be, and is another workspace’s as little as an event type is', async (t) => {
  const story = await startAppointments(t);
  const { system, desk } = story;
  assert.equal((await holdOn(story, { start: '2026-11-24T22:00:00Z' })).body['code'], 'slot_not_offered');
  assert.equal((await holdOn(story, { durationMinutes: 45 })).body['errors'][0].pointer, '/durationMinutes');
  assert.equal((await holdOn(story, { operatorId: 'mem_nobody' })).body['errors'][0].pointer, '/operatorId');
  assert.equal((await holdOn(story, { key: 'short' })).body['errors'][0].pointer, '/key');
  const { key } = (await holdOn(story, {})).body;
  const other = await startWorkspace(system, { email: 'eve@else.example', name: 'Eve' });
  const body = { start: tuesdayAtTwo };
  assert.equal((await other.api('POST', `/v1/event-types/${desk.eventType.id}/holds`, body)).status, 404);
  assert.equal((await other.api('DELETE', `/v1/holds/${key}`)).status, 404);
  assert.equal(await isFree(story, tuesdayAtTen), false);
});

test('holds take seats of a group, and the booking that they are for gives them back', async (t) => {
  const story = await startAppointments(t, { capacity: 2 });
  const { ask, desk, book } = story;
  const seats = async () => {
    const path = `/v1/event-types/${desk.eventType.id}/slots?from=${tuesdayAtTen}&to=2026-11-24T09:01:00Z`;
    return (await ask('GET', path))['data'].map(({ seatsLeft }: { seatsLeft: number }) => seatsLeft);
  };
  assert.deepEqual(await seats(), [2]);
  const { key } = (await holdOn(story, {})).body;
  assert.deepEqual(await seats(), [1]);
  await book();
  assert.deepEqual(await seats(), []);
  await book({ visitor: { ...visitor, email: 'late@visitor.example' } }, 409);
  await book({ visitor: { ...visitor, email: 'kim@visitor.example' }, holdKey: key });
});

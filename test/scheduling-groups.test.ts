import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startAppointments, tuesdayAtTen, tuesdayAtTwo, visitor, type Appointments } from './support/appointments.ts';

type Slot = { start: string; operatorIds: string[]; seatsLeft: number };

const person = (index: number) => ({ ...visitor, email: `visitor${index}@visitor.example` });
async function slotAt({ ask }: Appointments, id: string, start: string, more = ''): Promise<Slot | undefined> {
  const path = `/v1/event-types/${id}/slots?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z${more}`;
  return ((await ask('GET', path))['data'] as Slot[]).find((slot) => slot.start === start);
}

test('seats are counted down, and the session’s own entry in Outlook does not close it', async (t) => {
  const story = await startAppointments(t, { capacity: 3 });
  const { system, desk, book } = story;
  const id = desk.eventType.id;
  assert.equal((await slotAt(story, id, tuesdayAtTen))?.seatsLeft, 3);
  for (const left of [2, 1]) {
    await book({ visitor: person(left) });
    await system.work();
    system.clock.advance(30_000);
    assert.equal((await slotAt(story, id, tuesdayAtTen))?.seatsLeft, left);
  }
  await book({ visitor: person(3) });
  assert.equal(await slotAt(story, id, tuesdayAtTen), undefined);
  assert.equal((await slotAt(story, id, tuesdayAtTwo))?.seatsLeft, 3);
});

test('who meets in a group is busy for every other event type', async (t) => {
  const story = await startAppointments(t, { capacity: 3 });
  const { book } = story;
  const other = await story.eventType({});
  await book();
  assert.equal(await slotAt(story, other['id'], tuesdayAtTen), undefined);
  assert.equal((await book({ eventTypeId: other['id'] }, 409))['code'], 'slot_taken');
});

test('with several operators a session that has begun to fill is filled before another one begins', async (t) => {
  const story = await startAppointments(t);
  const { desk, book } = story;
  const milan = await story.colleague('milan.okafor');
  const operatorIds = [desk.memberId, milan.memberId];
  const { id: eventTypeId } = await story.eventType({ hostId: undefined, operatorIds, capacity: 2 });
  assert.equal((await slotAt(story, eventTypeId, tuesdayAtTen))?.seatsLeft, 4);
  const hosts: string[] = [];
  for (let index = 0; index < 4; index++) hosts.push((await book({ eventTypeId, visitor: person(index) }))['hostId']);
  assert.deepEqual(hosts, [desk.memberId, desk.memberId, milan.memberId, milan.memberId]);
  assert.equal((await book({ eventTypeId, visitor: person(4) }, 409))['code'], 'slot_taken');
  const next = await book({ eventTypeId, visitor: person(5), start: tuesdayAtTwo });
  assert.equal(next['hostId'], desk.memberId);
});

test('a limit counts a session once, and lets a session that has begun fill up', async (t) => {
  const story = await startAppointments(t, { capacity: 2, mostPerDay: 1 });
  const { desk, book } = story;
  await book({ visitor: person(1) });
  assert.equal(await slotAt(story, desk.eventType.id, tuesdayAtTwo), undefined);
  assert.equal((await slotAt(story, desk.eventType.id, tuesdayAtTen))?.seatsLeft, 1);
  await book({ visitor: person(2) });
});

test('R08: of 50 visitors at once a session takes as many as it has seats', async (t) => {
  const story = await startAppointments(t, { capacity: 7 });
  const { system, desk } = story;
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => {
      const body = { eventTypeId: desk.eventType.id, start: tuesdayAtTen, visitor: person(index) };
      return desk.api('POST', '/v1/bookings', body);
    }),
  );
  assert.equal(answers.filter(({ status }) => status === 201).length, 7);
  assert.ok(answers.every(({ status, body }) => status === 201 || body['code'] === 'slot_taken'));
  const rows = await system.database.db.selectFrom('reservations').select(['seat', 'session_id']).execute();
  assert.deepEqual(
    rows.map(({ seat }) => seat).toSorted((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7],
  );
  assert.equal(new Set(rows.map(({ session_id }) => session_id)).size, 1);
});

test('R08: those who share a time want the same length, also when they come at the same moment', async (t) => {
  const story = await startAppointments(t, { capacity: 20, durationMinutes: 30, durationChoices: [60] });
  const { desk } = story;
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const durationMinutes = index % 2 === 0 ? 30 : 60;
      const body = { eventTypeId: desk.eventType.id, start: tuesdayAtTen, durationMinutes, visitor: person(index) };
      return desk.api('POST', '/v1/bookings', body);
    }),
  );
  const booked = answers.filter(({ status }) => status === 201);
  assert.equal(booked.length, 10);
  assert.equal(new Set(booked.map(({ body }) => body['end'] as string)).size, 1);
  const length = booked[0]?.body['end'] === '2026-11-24T09:30:00.000Z' ? 30 : 60;
  const id = desk.eventType.id;
  assert.equal((await slotAt(story, id, tuesdayAtTen, `&durationMinutes=${length}`))?.seatsLeft, 10);
  assert.equal(await slotAt(story, id, tuesdayAtTen, `&durationMinutes=${90 - length}`), undefined);
});

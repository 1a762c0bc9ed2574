import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesTo } from '../emulator/graph/mailboxes.ts';
import { startAppointments, tuesdayAtTen, tuesdayAtTwo, visitor } from './support/appointments.ts';

const person = (name: string) => ({ ...visitor, name, email: `${name.toLowerCase()}@visitor.example` });

test('a group session: several visitors share one time and one meeting, up to its seats', async (t) => {
  const { system, book, booking, events } = await startAppointments(t, { capacity: 3 });
  const first = await book({ visitor: person('Ana') });
  await system.work();
  const second = await book({ visitor: person('Ben') });
  await book({ visitor: person('Cem') });
  const full = await book({ visitor: person('Dov') }, 409);
  assert.equal(full['code'], 'slot_taken');
  await system.work();
  assert.equal(events().length, 1);
  const attendees = events()[0]?.attendees.map(({ emailAddress }) => emailAddress.address);
  assert.deepEqual(attendees?.toSorted(), ['ana@visitor.example', 'ben@visitor.example', 'cem@visitor.example']);
  const [one, two] = [await booking(first['id']), await booking(second['id'])];
  assert.equal(one['meeting'].id, two['meeting'].id);
  assert.notEqual(one['manageUrl'], two['manageUrl']);
  // What all of them read names nobody and holds nobody's link.
  const body = events()[0]?.body ?? '';
  assert.match(body, /Intro call/);
  assert.doesNotMatch(body, /\/bookings\/|Ana/);
});

test('who leaves a group leaves the others their meeting; the last one takes it along', async (t) => {
  const { system, ask, book, events } = await startAppointments(t, { capacity: 3 });
  const first = await book({ visitor: person('Ana') });
  const second = await book({ visitor: person('Ben') });
  await system.work();
  await ask('POST', `/v1/bookings/${first['id']}/cancel`, { reason: 'Ill' });
  await system.work();
  assert.deepEqual(
    events()[0]?.attendees.map(({ emailAddress }) => emailAddress.address),
    ['ben@visitor.example'],
  );
  const { mailboxes } = system.emulator.context;
  assert.equal(messagesTo(mailboxes, 'ben@visitor.example', 'cancellation').length, 0);
  // The seat is free again, and whoever takes it joins the same meeting.
  await book({ visitor: person('Cem') });
  await system.work();
  assert.equal(events().length, 1);
  assert.equal(events()[0]?.attendees.length, 2);
  await ask('POST', `/v1/bookings/${second['id']}/cancel`, { reason: '' });
  await system.work();
  assert.equal(events().length, 1);
});

test('who moves out of a group joins the session of the other time', async (t) => {
  const { system, ask, book, booking, events } = await startAppointments(t, { capacity: 2 });
  const first = await book({ visitor: person('Ana') });
  const second = await book({ visitor: person('Ben') });
  const third = await book({ visitor: person('Cem'), start: tuesdayAtTwo });
  await system.work();
  await ask('POST', `/v1/bookings/${first['id']}/reschedule`, { start: tuesdayAtTwo });
  await system.work();
  const [ana, ben, cem] = [await booking(first['id']), await booking(second['id']), await booking(third['id'])];
  assert.equal(ana['meeting'].id, cem['meeting'].id);
  assert.equal(ben['start'], tuesdayAtTen);
  assert.equal(ben['meeting'].status, 'ready');
  assert.equal(events().length, 2);
});

test('R08: of 30 visitors who want 5 seats at once, 5 get one, in one meeting', async (t) => {
  const { system, desk, events } = await startAppointments(t, { capacity: 5 });
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      desk.api('POST', '/v1/bookings', {
        eventTypeId: desk.eventType.id,
        start: tuesdayAtTen,
        visitor: person(`Visitor${index}`),
      }),
    ),
  );
  const won = answers.filter(({ status }) => status === 201);
  assert.equal(won.length, 5);
  assert.ok(answers.every(({ status, body }) => status === 201 || body['code'] === 'slot_taken'));
  assert.equal(new Set(won.map(({ body }) => body['meeting'].id)).size, 1);
  await system.work();
  assert.equal(events().length, 1);
  assert.equal(events()[0]?.attendees.length, 5);
});

test('several operators together: everybody’s time is taken, the first leads, the others are invited', async (t) => {
  const { system, desk, ask, colleague, eventType, events, book } = await startAppointments(t);
  const milan = await colleague('milan.okafor');
  const both = await eventType({ operatorIds: [desk.memberId, milan.memberId], assignment: 'collective' });
  const booked = await book({ eventTypeId: both['id'] });
  assert.deepEqual(
    booked['operators'].map(({ id }: { id: string }) => id),
    [desk.memberId, milan.memberId],
  );
  await system.work();
  assert.deepEqual(
    events()[0]
      ?.attendees.map(({ emailAddress }) => emailAddress.address)
      .toSorted(),
    [milan.email, visitor.email],
  );
  // Neither of them can be booked then by any other event type.
  await book({}, 409);
  const ofMilan = await eventType({ hostId: milan.memberId });
  await book({ eventTypeId: ofMilan['id'] }, 409);
  await ask('POST', `/v1/bookings/${booked['id']}/cancel`, { reason: '' });
  system.clock.advance(31_000);
  await system.work();
  await book({ eventTypeId: ofMilan['id'] });
});

test('round robin: two visitors for one time get one operator each, and the third is told that it is taken', async (t) => {
  const { system, desk, colleague, eventType, book } = await startAppointments(t);
  const milan = await colleague('milan.okafor');
  const anybody = await eventType({ operatorIds: [desk.memberId, milan.memberId] });
  const answers = await Promise.all(
    ['Ana', 'Ben', 'Cem'].map((name) =>
      desk.api('POST', '/v1/bookings', { eventTypeId: anybody['id'], start: tuesdayAtTen, visitor: person(name) }),
    ),
  );
  const won = answers.filter(({ status }) => status === 201);
  assert.equal(won.length, 2, JSON.stringify(answers.map(({ body }) => body)));
  assert.equal(new Set(won.map(({ body }) => body['hostId'])).size, 2);
  await system.work();
  const later = await book({ eventTypeId: anybody['id'], start: tuesdayAtTwo, operatorId: milan.memberId });
  assert.equal(later['hostId'], milan.memberId);
});

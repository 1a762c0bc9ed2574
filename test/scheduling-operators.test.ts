import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addMember } from '../src/access/service.ts';
import { startAppointments, tuesdayAtTen, tuesdayAtTwo, visitor, type Appointments } from './support/appointments.ts';
import { addEntry } from './support/outlook-entries.ts';
import { startWorkspace } from './support/system.ts';

type Slot = { start: string; end: string; operatorIds: string[]; seatsLeft: number };

async function slotsOf({ ask }: Appointments, id: string, more = ''): Promise<Slot[]> {
  const span = `from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z`;
  return (await ask('GET', `/v1/event-types/${id}/slots?${span}${more}`))['data'];
}
const slotAt = (slots: Slot[], start: string) => slots.find((slot) => slot.start === start);

test('round robin: a time is offered while one of the operators is free, and says who', async (t) => {
  const story = await startAppointments(t);
  const { system, desk } = story;
  const milan = await story.colleague('milan.okafor');
  const operatorIds = [desk.memberId, milan.memberId];
  const eventType = await story.eventType({ hostId: undefined, operatorIds });
  assert.deepEqual(eventType['operatorIds'], operatorIds);
  assert.equal(eventType['hostId'], desk.memberId);
  addEntry(system, desk.organizer.id, { start: tuesdayAtTen, end: '2026-11-24T09:30:00Z' });
  addEntry(system, milan.objectId, { start: tuesdayAtTwo, end: '2026-11-24T13:30:00Z' });
  const slots = await slotsOf(story, eventType['id']);
  assert.deepEqual(slotAt(slots, tuesdayAtTen)?.operatorIds, [milan.memberId]);
  assert.deepEqual(slotAt(slots, tuesdayAtTwo)?.operatorIds, [desk.memberId]);
  assert.deepEqual(slotAt(slots, '2026-11-24T15:00:00.000Z')?.operatorIds, operatorIds);
  const ofMilan = await slotsOf(story, eventType['id'], `&operatorId=${milan.memberId}`);
  assert.equal(slotAt(ofMilan, tuesdayAtTwo), undefined);
  assert.ok(ofMilan.every(({ operatorIds: ids }) => ids.length === 1 && ids[0] === milan.memberId));
});

test('round robin is fair: whoever has the fewest bookings around that day comes first', async (t) => {
  const story = await startAppointments(t);
  const { desk, book } = story;
  const milan = await story.colleague('milan.okafor');
  const priya = await story.colleague('priya.lindqvist');
  const operatorIds = [desk.memberId, milan.memberId, priya.memberId];
  const { id: eventTypeId } = await story.eventType({ hostId: undefined, operatorIds });
  // Of another event type: it does not count, but takes the time.
  await book({ start: '2026-11-24T15:00:00Z' });
  const hosts: string[] = [];
  for (let index = 0; index < 6; index++) {
    const start = new Date(Date.UTC(2026, 10, 24, 8, index * 30)).toISOString();
    hosts.push((await book({ eventTypeId, start }))['hostId']);
  }
  assert.deepEqual(hosts, [...operatorIds, ...operatorIds]);
  assert.equal((await book({ eventTypeId, start: '2026-11-24T15:00:00Z' }))['hostId'], milan.memberId);
  const chosen = await book({ eventTypeId, start: '2026-11-24T15:30:00Z', operatorId: milan.memberId });
  assert.equal(chosen['hostId'], milan.memberId);
  const next = await Promise.all([0, 1].map(() => book({ eventTypeId, start: '2026-11-25T15:00:00Z' })));
  assert.deepEqual(
    new Set(next.map(({ hostId }) => hostId as string)),
    new Set([desk.memberId, priya.memberId]),
    'also those who come at the same moment',
  );
});

test('R08: 50 visitors at once get as many bookings of one time as there are operators', async (t) => {
  const story = await startAppointments(t);
  const { system, desk } = story;
  const milan = await story.colleague('milan.okafor');
  const eventType = await story.eventType({ hostId: undefined, operatorIds: [desk.memberId, milan.memberId] });
  const answers = await Promise.all(
    Array.from({ length: 50 }, () =>
      desk.api('POST', '/v1/bookings', { eventTypeId: eventType['id'], start: tuesdayAtTen, visitor }),
    ),
  );
  assert.equal(answers.filter(({ status }) => status === 201).length, 2);
  assert.ok(answers.every(({ status, body }) => status === 201 || body['code'] === 'slot_taken'));
  const rows = await system.database.db.selectFrom('reservations').select('host_id').execute();
  assert.deepEqual(new Set(rows.map(({ host_id }) => host_id)), new Set([desk.memberId, milan.memberId]));
});

test('collective: all of them are free, the first leads and the others are invited', async (t) => {
  const story = await startAppointments(t);
  const { system, desk, book, events, ask } = story;
  const milan = await story.colleague('milan.okafor');
  const operatorIds = [desk.memberId, milan.memberId];
  const eventType = await story.eventType({ hostId: undefined, operatorIds, assignment: 'collective' });
  addEntry(system, milan.objectId, { start: tuesdayAtTen, end: '2026-11-24T09:30:00Z' });
  await ask('PUT', `/v1/members/${milan.memberId}/schedule`, { timeZone: 'UTC', weekly: {}, holidays: null });
  const slots = await slotsOf(story, eventType['id']);
  assert.equal(slotAt(slots, tuesdayAtTen), undefined);
  assert.deepEqual(slotAt(slots, tuesdayAtTwo)?.operatorIds, operatorIds);
  await book({ eventTypeId: eventType['id'] }, 409);
  const booking = await book({ eventTypeId: eventType['id'], start: tuesdayAtTwo });
  assert.deepEqual(
    (booking['operators'] as { id: string }[]).map(({ id }) => id),
    operatorIds,
  );
  await system.work();
  const [event] = events();
  assert.ok(event?.attendees.some(({ emailAddress }) => emailAddress.address === milan.email));
  assert.equal((await story.book({ start: tuesdayAtTwo }, 409))['code'], 'slot_taken');
  // It moves to a time that overlaps its own, which is in the calendars of both.
  const path = `/v1/bookings/${booking['id']}/reschedule`;
  assert.equal((await ask('POST', path, { start: '2026-11-24T13:30:00Z' }))['start'], '2026-11-24T13:30:00.000Z');
  const own = await slotsOf(story, eventType['id'], `&excludingBookingId=${booking['id']}`);
  assert.ok(slotAt(own, '2026-11-24T13:30:00.000Z'));
});

test('operators’ own zones: one event type has times of all of them', async (t) => {
  const story = await startAppointments(t);
  const { ask, desk } = story;
  const milan = await story.colleague('milan.okafor');
  const weekly = { tue: [{ from: '09:00', to: '17:00' }] };
  await ask('PUT', `/v1/members/${milan.memberId}/schedule`, { timeZone: 'America/New_York', weekly, holidays: null });
  const operatorIds = [desk.memberId, milan.memberId];
  const anybody = await story.eventType({ hostId: undefined, operatorIds, schedule: null });
  const slots = await slotsOf(story, anybody['id']);
  assert.deepEqual(slotAt(slots, '2026-11-24T08:00:00.000Z')?.operatorIds, [desk.memberId]);
  assert.deepEqual(slotAt(slots, '2026-11-24T15:00:00.000Z')?.operatorIds, operatorIds);
  assert.deepEqual(slotAt(slots, '2026-11-24T21:30:00.000Z')?.operatorIds, [milan.memberId]);
  const everybody = await story.eventType({ hostId: undefined, operatorIds, schedule: null, assignment: 'collective' });
  assert.deepEqual(
    (await slotsOf(story, everybody['id'])).map(({ start }) => start.slice(11, 16)),
    ['14:00', '14:30', '15:00', '15:30'],
  );
});

test('an operator who cannot take bookings offers nothing and it is said why; where all meet, it closes', async (t) => {
  const story = await startAppointments(t);
  const { system, ask, desk, book } = story;
  const deps = { db: system.database.db, now: system.clock.now };
  const vera = { email: 'vera@desk.example', name: 'Vera Lind', role: 'operator' as const, timeZone: 'Europe/Berlin' };
  const veraId = await addMember(deps, desk.workspaceId, vera);
  const operatorIds = [veraId, desk.memberId];
  const anybody = await story.eventType({ hostId: undefined, operatorIds });
  assert.equal(anybody['takesBookings'], true);
  const { data } = await ask('GET', `/v1/event-types/${anybody['id']}/operators`);
  assert.deepEqual(
    data.map(({ id, takesBookings }: Record<string, unknown>) => [id, takesBookings]),
    [
      [veraId, false],
      [desk.memberId, true],
    ],
  );
  assert.match(data[0].closedReason, /has not connected Microsoft Teams/);
  assert.equal(data[1].closedReason, null);
  assert.ok((await slotsOf(story, anybody['id'])).every(({ operatorIds: ids }) => !ids.includes(veraId)));
  assert.deepEqual(await slotsOf(story, anybody['id'], `&operatorId=${veraId}`), []);
  const refused = await book({ eventTypeId: anybody['id'], operatorId: veraId }, 409);
  assert.equal(refused['code'], 'booking_not_open');
  assert.equal((await book({ eventTypeId: anybody['id'] }))['hostId'], desk.memberId);

  const everybody = await story.eventType({ hostId: undefined, operatorIds, assignment: 'collective' });
  assert.equal(everybody['takesBookings'], false);
  assert.match(everybody['closedReason'], /Vera Lind/);
  assert.equal((await book({ eventTypeId: everybody['id'] }, 409))['code'], 'booking_not_open');
  const nobody = await story.eventType({ hostId: veraId });
  assert.match(nobody['closedReason'], /^Its host has not connected/);
});

test('an event type can be booked in several lengths', async (t) => {
  const story = await startAppointments(t, { durationMinutes: 30, durationChoices: [60, 15, 60, 30] });
  const { desk, book, ask } = story;
  assert.deepEqual(desk.eventType['durationChoices'], [15, 60]);
  const long = await slotsOf(story, desk.eventType.id, '&durationMinutes=60');
  assert.equal(long.at(-1)?.start, '2026-11-24T15:00:00.000Z');
  assert.equal(long[0]?.end, '2026-11-24T09:00:00.000Z');
  const odd = await desk.api(
    'GET',
    `/v1/event-types/${desk.eventType.id}/slots?from=${tuesdayAtTen}&to=${tuesdayAtTwo}&durationMinutes=45`,
  );
  assert.equal(odd.status, 400);
  assert.equal(odd.body['errors'][0].pointer, '/durationMinutes');
  const booking = await book({ durationMinutes: 60 });
  assert.equal(booking['end'], '2026-11-24T10:00:00.000Z');
  assert.equal((await book({ start: '2026-11-24T09:30:00Z', durationMinutes: 15 }, 409))['code'], 'slot_taken');
  assert.equal((await book({ durationMinutes: 45 }, 400))['errors'][0].pointer, '/durationMinutes');
  const moved = await ask('POST', `/v1/bookings/${booking['id']}/reschedule`, { start: tuesdayAtTwo });
  assert.equal(moved['end'], '2026-11-24T14:00:00.000Z', 'a move keeps the length');
});

test('limits close a day or a week of one operator; staff may go beyond', async (t) => {
  const story = await startAppointments(t, { mostPerDay: 2, mostPerWeek: 3 });
  const { desk, book, ask } = story;
  await book();
  const second = await book({ start: tuesdayAtTwo });
  assert.deepEqual(await slotsOf(story, desk.eventType.id), []);
  assert.equal((await book({ start: '2026-11-24T15:00:00Z' }, 409))['code'], 'slot_taken');
  const forMove = await slotsOf(story, desk.eventType.id, `&excludingBookingId=${second['id']}`);
  assert.ok(forMove.length > 0, 'the booking that moves does not count');
  await book({ start: '2026-11-26T09:00:00Z' });
  const week = `/v1/event-types/${desk.eventType.id}/slots?from=2026-11-24T00:00:00Z&to=2026-12-01T00:00:00Z`;
  assert.deepEqual(
    new Set((await ask('GET', week))['data'].map(({ start }: Slot) => start.slice(0, 10))),
    new Set(['2026-11-30']),
  );
  await book({ start: '2026-11-27T20:00:00Z', anyTime: true });
  await book({ start: tuesdayAtTwo, anyTime: true }, 409);
});

test('what an event type keeps free around its bookings is kept free from every other one; staff decide themselves', async (t) => {
  const story = await startAppointments(t, { bufferBeforeMinutes: 15, bufferAfterMinutes: 60 });
  const { desk, book } = story;
  const plain = await story.eventType({});
  const eager = await story.eventType({ bufferBeforeMinutes: 30 });
  await book({ start: '2026-11-24T10:00:00Z' });
  const free = async (id: string) => (await slotsOf(story, id)).map(({ start }) => start.slice(11, 16));
  const around = (starts: string[]) => starts.filter((start) => start >= '08:30' && start <= '12:00');
  assert.deepEqual(around(await free(desk.eventType.id)), ['08:30', '11:30', '12:00']);
  assert.deepEqual(around(await free(plain['id'])), ['08:30', '09:00', '11:30', '12:00']);
  // An hour is free already: the half of it that is asked for is not added.
  assert.deepEqual(around(await free(eager['id'])), ['08:30', '09:00', '11:30', '12:00']);
  const eventTypeId = plain['id'];
  assert.equal((await book({ eventTypeId, start: '2026-11-24T11:00:00Z' }, 409))['code'], 'slot_taken');
  await book({ eventTypeId, start: '2026-11-24T11:00:00Z', anyTime: true });
});

test('limits and buffers hold between visitors who come at the same moment', async (t) => {
  const story = await startAppointments(t, { mostPerDay: 3 });
  const { desk } = story;
  const spaced = await story.eventType({ bufferAfterMinutes: 30 });
  const bookAll = async (eventTypeId: unknown, date: number) => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) => {
        const start = new Date(Date.UTC(2026, 10, date, 8, index * 30)).toISOString();
        return desk.api('POST', '/v1/bookings', { eventTypeId, start, visitor });
      }),
    );
    assert.ok(answers.every(({ status, body }) => status === 201 || body['code'] === 'slot_taken'));
    return answers.flatMap(({ status, body }) => (status === 201 ? [Date.parse(body['start'])] : []));
  };
  assert.equal((await bookAll(desk.eventType.id, 24)).length, 3);
  const starts = (await bookAll(spaced['id'], 25)).toSorted((a, b) => a - b);
  assert.ok(starts.length >= 4, `${starts.length} were booked`);
  for (const [at, start] of starts.entries())
    assert.ok(at === 0 || start - (starts[at - 1] ?? 0) >= 60 * 60_000, 'half an hour is free after each');
});

test('times carry the date that they have in the visitor’s zone', async (t) => {
  const story = await startAppointments(t);
  const slots = await slotsOf(story, story.desk.eventType.id, '&timeZone=Pacific/Auckland');
  const dates = slots.map((slot) => (slot as Slot & { date: string }).date);
  assert.deepEqual(new Set(dates), new Set(['2026-11-24', '2026-11-25']));
});

test('operators are members of the workspace, each once, and the short form for one fits the list', async (t) => {
  const story = await startAppointments(t);
  const { system, desk } = story;
  const other = await startWorkspace(system, { email: 'eve@else.example', name: 'Eve' });
  const body = { slug: 'x', title: 'X', timeZone: 'UTC' };
  for (const [who, pointer] of [
    [{ operatorIds: [desk.memberId, other.memberId] }, '/operatorIds/1'],
    [{ operatorIds: [] }, '/operatorIds'],
    [{ hostId: other.memberId }, '/hostId'],
    [{ hostId: other.memberId, operatorIds: [desk.memberId] }, '/hostId'],
    [{}, '/hostId'],
  ] as const) {
    const answer = await desk.api('POST', '/v1/event-types', { ...body, ...who });
    assert.equal(answer.status, 400, JSON.stringify(who));
    assert.equal(answer.body['errors'][0].pointer, pointer, JSON.stringify(who));
  }
  const twice = await story.eventType({ hostId: desk.memberId, operatorIds: [desk.memberId, desk.memberId] });
  assert.deepEqual(twice['operatorIds'], [desk.memberId]);
  for (const path of ['operators', 'why-not?date=2026-11-24'])
    assert.equal((await other.api('GET', `/v1/event-types/${desk.eventType.id}/${path}`)).status, 404);
});

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { addMember } from '../src/access/service.ts';
import { seconds } from './faults/story.ts';
import { startAppointments } from './support/appointments.ts';
import { addEntry } from './support/outlook-entries.ts';
import { startTenantStory, tuesdayAtTen, tuesdayAtTwo, visitor, type TenantStory } from './support/tenant-story.ts';

type Slot = { start: string; operatorIds: string[] };

const day = 'from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z';
const at = (slots: Slot[], start: string) => slots.find((slot) => slot.start === start)?.operatorIds ?? [];

/** A tenant with several organizers, each matched with an operator of one event type. */
async function startClinic(t: TestContext, names: string[], more: object = {}) {
  const story = await startTenantStory(t);
  const { system, desk } = story;
  const deps = { db: system.database.db, now: system.clock.now };
  const people: { memberId: string; objectId: string }[] = [];
  for (const name of names) {
    const email = `${name}@desk.example`;
    const member = { email, name, role: 'operator' as const, timeZone: 'Europe/Berlin' };
    const memberId = await addMember(deps, desk.workspaceId, member);
    const { objectId } = await desk.organizer(name, { member_id: memberId });
    people.push({ memberId, objectId });
  }
  const operatorIds = people.map(({ memberId }) => memberId);
  const eventType = await story.eventType({ hostId: undefined, operatorIds, ...more });
  const slots = async (query = day) => {
    const answer = await story.ask('GET', `/v1/event-types/${eventType['id']}/slots?${query}`);
    return {
      data: answer['data'] as Slot[],
      unreadable: answer['unreadable'] as { operatorId: string; detail: string }[],
    };
  };
  const person = (index: number) => people[index] ?? assert.fail(`there is no person ${index}`);
  return { ...story, eventTypeId: eventType['id'] as string, operatorIds, person, slots };
}

const three = ['marek.dvorak', 'leila.haddad', 'carla.roth'];
const readings = ({ graphCalls }: Pick<TenantStory, 'graphCalls'>) => ({
  together: graphCalls('POST', '/getSchedule').length,
  alone: graphCalls('GET', '/calendarView').length,
});

test('the mailboxes of a tenant are read in one call, and one alone by its calendar', async (t) => {
  const clinic = await startClinic(t, three);
  const { system, person, slots, eventTypeId, ask } = clinic;
  const half = (start: string) => ({ start, end: new Date(Date.parse(start) + 30 * 60_000).toISOString() });
  addEntry(system, person(0).objectId, half(tuesdayAtTen));
  addEntry(system, person(1).objectId, { ...half(tuesdayAtTwo), showAs: 'tentative' });
  addEntry(system, person(2).objectId, { ...half(tuesdayAtTen), showAs: 'free' });
  const { data, unreadable } = await slots();
  assert.deepEqual(unreadable, []);
  assert.deepEqual(readings(clinic), { together: 1, alone: 0 });
  assert.deepEqual(at(data, tuesdayAtTen), [person(1).memberId, person(2).memberId]);
  assert.deepEqual(at(data, tuesdayAtTwo), [person(0).memberId, person(2).memberId]);
  await slots();
  assert.deepEqual(readings(clinic), { together: 1, alone: 0 }, 'what was read is used for 30 seconds');
  system.clock.advance(30 * seconds);
  await slots();
  assert.deepEqual(readings(clinic), { together: 2, alone: 0 });
  system.clock.advance(30 * seconds);
  await ask('GET', `/v1/event-types/${eventTypeId}/slots?${day}&operatorId=${person(0).memberId}`);
  assert.deepEqual(readings(clinic), { together: 2, alone: 1 });
});

test('two months are asked for in calls that Exchange takes, and nothing is lost or doubled between them', async (t) => {
  const clinic = await startClinic(t, three.slice(0, 2));
  const { system, person, slots } = clinic;
  const [start, end] = ['2027-01-04T09:00:00.000Z', '2027-01-04T09:30:00.000Z'];
  addEntry(system, person(0).objectId, { start, end });
  const { data } = await slots('from=2026-11-24T00:00:00Z&to=2027-01-20T00:00:00Z');
  assert.equal(readings(clinic).together, 2);
  assert.deepEqual(at(data, start), [person(1).memberId]);
  assert.deepEqual(at(data, end), [person(0).memberId, person(1).memberId]);
});

test('a mailbox that getSchedule refuses is read alone, whatever its address is', async (t) => {
  const clinic = await startClinic(t, three);
  const { system, person, slots } = clinic;
  await system.database.db
    .updateTable('organizers')
    .set({ mail: 'nobody@northgate.example' })
    .where('object_id', '=', person(1).objectId)
    .execute();
  addEntry(system, person(1).objectId, { start: tuesdayAtTen, end: '2026-11-24T09:30:00Z' });
  const { data, unreadable } = await slots();
  assert.deepEqual(readings(clinic), { together: 1, alone: 1 });
  assert.deepEqual(unreadable, []);
  assert.deepEqual(at(data, tuesdayAtTen), [person(0).memberId, person(2).memberId]);
  assert.deepEqual(at(data, tuesdayAtTwo), clinic.operatorIds);
});

test('a mailbox that cannot be read alone either offers nothing and is named; the others stay', async (t) => {
  const clinic = await startClinic(t, three);
  const { system, person, slots, ask, eventTypeId } = clinic;
  const gone = person(1);
  await system.database.db
    .updateTable('organizers')
    .set({ mail: 'nobody@northgate.example' })
    .where('object_id', '=', gone.objectId)
    .execute();
  system.emulator.fail({
    service: 'graph',
    path: `${gone.objectId}/calendarView`,
    times: 99,
    kind: { type: 'status', status: 404, code: 'MailboxNotEnabledForRESTAPI' },
  });
  const { data, unreadable } = await slots();
  assert.deepEqual(
    unreadable.map(({ operatorId }) => operatorId),
    [gone.memberId],
  );
  assert.match(unreadable[0]?.detail ?? '', /^The calendar could not be read\. .*mailbox.*\. .+\.$/);
  assert.deepEqual(at(data, tuesdayAtTen), [person(0).memberId, person(2).memberId]);
  const path = `/v1/event-types/${eventTypeId}/why-not?date=2026-11-24&operatorId=${gone.memberId}`;
  const why = (await ask('GET', path))['data'] as { start: string; reason: string; sentence: string }[];
  const unread = why.find(({ start }) => start === tuesdayAtTen);
  assert.equal(unread?.reason, 'calendar_unreadable');
  assert.match(unread?.sentence ?? '', /mailbox/);
  const hosts = new Set<string>();
  for (const start of [tuesdayAtTen, '2026-11-24T09:30:00Z', '2026-11-24T10:00:00Z'])
    hosts.add((await clinic.book(eventTypeId, start))['hostId']);
  assert.deepEqual(hosts, new Set([person(0).memberId, person(2).memberId]));
  const wanted = { eventTypeId, start: tuesdayAtTwo, visitor, operatorId: gone.memberId };
  assert.equal((await clinic.desk.api('POST', '/v1/bookings', wanted)).body['code'], 'calendar_unreadable');
});

test('a calendar with more entries than getSchedule lists (5006) is read page by page', async (t) => {
  const clinic = await startClinic(t, three.slice(0, 2));
  const { system, person, slots } = clinic;
  for (let index = 0; index < 1001; index++) {
    const start = new Date(Date.UTC(2026, 10, 24, 9, 0, index % 60)).toISOString();
    addEntry(system, person(0).objectId, { start, end: '2026-11-24T09:30:00Z' });
  }
  const { data, unreadable } = await slots();
  assert.deepEqual(unreadable, []);
  assert.ok(readings(clinic).alone >= 6);
  assert.deepEqual(at(data, tuesdayAtTen), [person(1).memberId]);
  assert.deepEqual(at(data, tuesdayAtTwo), clinic.operatorIds);
});

test('where the call itself is refused, each mailbox is read alone', async (t) => {
  const clinic = await startClinic(t, three);
  const { system, person, slots } = clinic;
  addEntry(system, person(2).objectId, { start: tuesdayAtTen, end: '2026-11-24T09:30:00Z' });
  system.emulator.fail({
    service: 'graph',
    path: '/getSchedule',
    kind: { type: 'status', status: 403, code: 'ErrorAccessDenied' },
  });
  system.emulator.fail({
    service: 'graph',
    path: `${person(0).objectId}/calendarView`,
    kind: { type: 'status', status: 404, code: 'MailboxNotEnabledForRESTAPI' },
  });
  const { data, unreadable } = await slots();
  assert.deepEqual(readings(clinic), { together: 1, alone: 3 });
  assert.deepEqual(
    unreadable.map(({ operatorId }) => operatorId),
    [person(0).memberId],
  );
  assert.deepEqual(at(data, tuesdayAtTen), [person(1).memberId]);
});

test('a call that fails makes nobody free: nothing is offered, and the next one is made at once', async (t) => {
  const clinic = await startClinic(t, three);
  const { system, desk, slots, eventTypeId } = clinic;
  const fault = { service: 'graph', path: '/getSchedule', kind: { type: 'status', status: 503 } } as const;
  system.emulator.fail({ ...fault, times: 2 });
  const answer = await desk.api('GET', `/v1/event-types/${eventTypeId}/slots?${day}`);
  assert.equal(answer.body['code'], 'calendar_unreadable', JSON.stringify(answer.body));
  const refused = await desk.api('POST', '/v1/bookings', { eventTypeId, start: tuesdayAtTen, visitor });
  assert.equal(refused.body['code'], 'calendar_unreadable');
  assert.equal((await slots()).data.length, 16);
});

test('where all operators meet the visitor, one calendar that cannot be read closes the time', async (t) => {
  const clinic = await startClinic(t, three.slice(0, 2), { assignment: 'collective' });
  const { system, desk, person, eventTypeId, slots } = clinic;
  const refuse = (status: number, path: string) =>
    system.emulator.fail({ service: 'graph', path, kind: { type: 'status', status } });
  refuse(403, '/getSchedule');
  refuse(404, `${person(1).objectId}/calendarView`);
  const answer = await desk.api('GET', `/v1/event-types/${eventTypeId}/slots?${day}`);
  assert.equal(answer.body['code'], 'calendar_unreadable');
  assert.equal((await slots()).data.length, 16);
});

test('a booking that moves does not stand in its own way, though getSchedule tells no ids', async (t) => {
  const clinic = await startClinic(t, three.slice(0, 2), { assignment: 'collective', durationMinutes: 60 });
  const { system, ask, slots, eventTypeId, person } = clinic;
  const booking = await clinic.book(eventTypeId);
  await system.work();
  system.clock.advance(30 * seconds);
  const half = '2026-11-24T09:30:00.000Z';
  assert.deepEqual(at((await slots()).data, half), []);
  assert.equal(at((await slots(`${day}&excludingBookingId=${booking['id']}`)).data, half).length, 2);
  const path = `/v1/bookings/${booking['id']}/reschedule`;
  assert.equal((await ask('POST', path, { start: half }))['start'], half);
  await system.work();
  system.clock.advance(30 * seconds);
  // Another entry at exactly the same time is somebody else’s, and stays.
  addEntry(system, person(1).objectId, { start: half, end: '2026-11-24T10:30:00Z' });
  assert.deepEqual(at((await slots(`${day}&excludingBookingId=${booking['id']}`)).data, half), []);
});

for (const [how, names] of [
  ['read alone', three.slice(0, 1)],
  ['read together', three.slice(0, 2)],
] as const)
  test(`what an entry is shown as, and whole days, take time as the event type says: calendars ${how}`, async (t) => {
    const clinic = await startClinic(t, [...names]);
    const { system, person, ask, operatorIds } = clinic;
    const on = (date: number, more: object) =>
      addEntry(system, person(0).objectId, {
        start: `2026-11-${date}T00:00:00Z`,
        end: `2026-11-${date + 1}T00:00:00Z`,
        isAllDay: true,
        ...more,
      });
    on(24, {});
    on(25, { showAs: 'oof' });
    const timed = (date: number, showAs: string) =>
      addEntry(system, person(0).objectId, {
        start: `2026-11-${date}T08:00:00Z`,
        end: `2026-11-${date}T16:00:00Z`,
        showAs,
      });
    timed(26, 'tentative');
    timed(27, 'workingElsewhere');
    timed(30, 'busy');
    const openDays = async (busyRules: object) => {
      const rules = { allDay: true, tentative: true, outOfOffice: true, workingElsewhere: true, ...busyRules };
      const eventType = await clinic.eventType({ hostId: undefined, operatorIds, busyRules: rules });
      const path = `/v1/event-types/${eventType['id']}/slots?from=2026-11-24T00:00:00Z&to=2026-12-01T00:00:00Z`;
      const data = (await ask('GET', path))['data'] as Slot[];
      const own = data.filter(({ operatorIds: ids }) => ids.includes(person(0).memberId));
      return [...new Set(own.map(({ start }) => start.slice(8, 10)))].join();
    };
    assert.equal(await openDays({}), '');
    assert.equal(await openDays({ allDay: false }), '24');
    assert.equal(await openDays({ outOfOffice: false }), '25');
    assert.equal(await openDays({ tentative: false }), '26');
    assert.equal(await openDays({ workingElsewhere: false }), '27');
  });

test('connected accounts and mailboxes of a tenant are operators side by side', async (t) => {
  const story = await startAppointments(t);
  const { system, desk } = story;
  const milan = await story.colleague('milan.okafor');
  const eventType = await story.eventType({ hostId: undefined, operatorIds: [desk.memberId, milan.memberId] });
  addEntry(system, milan.objectId, { start: tuesdayAtTen, end: '2026-11-24T09:30:00Z' });
  system.emulator.fail({ service: 'graph', path: '/calendarView', kind: { type: 'status', status: 503 } });
  const answer = await story.ask('GET', `/v1/event-types/${eventType['id']}/slots?${day}`);
  assert.equal(answer['unreadable'].length, 1);
  const again = await story.ask('GET', `/v1/event-types/${eventType['id']}/slots?${day}`);
  assert.deepEqual(again['unreadable'], []);
  assert.deepEqual(at(again['data'], tuesdayAtTen), [desk.memberId]);
});

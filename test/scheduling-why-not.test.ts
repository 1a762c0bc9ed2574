import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addMember } from '../src/access/service.ts';
import { startAppointments, tuesdayAtTen, visitor, type Appointments } from './support/appointments.ts';
import { addEntry } from './support/outlook-entries.ts';

type Explained = { start: string; end: string; reason: string; sentence: string };

async function explain({ ask, desk }: Appointments, date = '2026-11-24', more = ''): Promise<Explained[]> {
  return (await ask('GET', `/v1/event-types/${desk.eventType.id}/why-not?date=${date}${more}`))['data'];
}
const reasonAt = (times: Explained[], clock: string) =>
  times.find(({ start }) => start.slice(11, 16) === clock)?.reason;

test('each time of a day has its reason, with the calendar as it is, and those that are offered agree', async (t) => {
  const story = await startAppointments(t, { bufferAfterMinutes: 30, minNoticeMinutes: 60 });
  const { system, desk, ask, book } = story;
  await book({ start: '2026-11-24T10:00:00Z' });
  await system.work();
  addEntry(system, desk.organizer.id, { start: '2026-11-24T13:00:00Z', end: '2026-11-24T13:30:00Z' });
  await ask('POST', `/v1/event-types/${desk.eventType.id}/holds`, { start: '2026-11-24T15:00:00Z' }, 201);
  system.clock.advance(30_000);
  const times = await explain(story);
  assert.equal(times.length, 48);
  const expected = {
    '07:30': 'outside_hours',
    '08:00': 'offered',
    '09:30': 'buffer',
    '10:00': 'booked',
    '10:30': 'buffer',
    '11:00': 'offered',
    '12:30': 'buffer',
    '13:00': 'busy',
    '13:30': 'offered',
    '14:30': 'buffer',
    '15:00': 'held',
    '16:00': 'outside_hours',
  };
  for (const [clock, reason] of Object.entries(expected)) assert.equal(reasonAt(times, clock), reason, clock);
  assert.match(times.find(({ reason }) => reason === 'busy')?.sentence ?? '', /busy in Outlook/);
  const span = 'from=2026-11-23T23:00:00Z&to=2026-11-24T23:00:00Z';
  const slots = (await ask('GET', `/v1/event-types/${desk.eventType.id}/slots?${span}`))['data'] as Explained[];
  assert.deepEqual(
    times.filter(({ reason }) => reason === 'offered').map(({ start }) => start),
    slots.map(({ start }) => start),
  );
  const today = await explain(story, '2026-11-23');
  assert.equal(reasonAt(today, '06:30'), 'past');
  assert.equal(reasonAt(today, '08:00'), 'notice');
  assert.equal(reasonAt(await explain(story, '2027-06-01'), '09:00'), 'horizon');
});

test('days off, holidays and limits say so', async (t) => {
  const story = await startAppointments(t, { mostPerDay: 1 });
  const { desk, ask, book } = story;
  const schedule = { timeZone: 'Europe/Berlin', weekly: {}, holidays: { country: 'DE' } };
  await ask('PUT', `/v1/members/${desk.memberId}/schedule`, schedule);
  const off = { firstDay: '2026-11-25', lastDay: '2026-11-25', note: 'Conference in Lyon' };
  await ask('POST', `/v1/members/${desk.memberId}/time-off`, off, 201);
  const away = (await explain(story, '2026-11-25')).find(({ start }) => start.includes('T09:00'));
  assert.equal(away?.reason, 'time_off');
  assert.equal(away?.sentence, 'The operator has the day off. Conference in Lyon.');
  const holiday = (await explain(story, '2026-12-25')).find(({ start }) => start.includes('T09:00'));
  assert.equal(holiday?.reason, 'holiday');
  assert.match(holiday?.sentence ?? '', /Christmas Day/);
  await book();
  const times = await explain(story);
  assert.equal(reasonAt(times, '09:00'), 'booked');
  assert.equal(reasonAt(times, '10:00'), 'limit');
});

test('a calendar that cannot be read, and an operator who takes no bookings, say what stands in the way', async (t) => {
  const story = await startAppointments(t);
  const { system, desk, ask } = story;
  system.emulator.fail({ service: 'graph', path: '/calendarView', kind: { type: 'status', status: 503 } });
  const unread = (await explain(story)).find(({ start }) => start === tuesdayAtTen);
  assert.equal(unread?.reason, 'calendar_unreadable');
  assert.match(unread?.sentence ?? '', /nothing is offered\. /);
  assert.equal(reasonAt(await explain(story), '09:00'), 'offered');

  const vera = { email: 'vera@desk.example', name: 'Vera', role: 'operator' as const, timeZone: 'America/New_York' };
  const deps = { db: system.database.db, now: system.clock.now };
  const veraId = await addMember(deps, desk.workspaceId, vera);
  const eventType = await story.eventType({
    hostId: undefined,
    operatorIds: [desk.memberId, veraId],
    schedule: null,
  });
  const path = `/v1/event-types/${eventType['id']}/why-not?date=2026-11-24&operatorId=`;
  const times = (await ask('GET', path + veraId))['data'] as Explained[];
  assert.equal(times[0]?.start, '2026-11-24T05:00:00.000Z', 'their own day');
  assert.equal(reasonAt(times, '15:00'), 'closed');
  assert.equal(reasonAt(times, '12:00'), 'outside_hours');
  assert.match(times.find(({ reason }) => reason === 'closed')?.sentence ?? '', /has not connected/);
  assert.equal((await ask('GET', `${path}mem_nobody`, undefined, 400))['errors'][0].pointer, '/operatorId');
  const odd = await desk.api('GET', `${path}${veraId}&durationMinutes=45`);
  assert.equal(odd.body['errors'][0].pointer, '/durationMinutes');
});

test('a day on which clocks change has all its times', async (t) => {
  const allDay = [{ from: '00:00', to: '24:00' }];
  const story = await startAppointments(t, { schedule: { sun: allDay }, horizonDays: 365, slotStepMinutes: 60 });
  assert.equal((await explain(story, '2027-03-28')).length, 23);
  assert.equal((await explain(story, '2027-10-31')).length, 25);
});

test('a group: the session that has begun to fill is offered while it has seats', async (t) => {
  const story = await startAppointments(t, { capacity: 2 });
  const { system, book } = story;
  await book();
  await system.work();
  system.clock.advance(30_000);
  assert.equal(reasonAt(await explain(story), '09:00'), 'offered', 'its own entry in Outlook does not close it');
  await book({ visitor: { ...visitor, email: 'kim@visitor.example' } });
  await system.work();
  system.clock.advance(30_000);
  assert.equal(reasonAt(await explain(story), '09:00'), 'booked');
});

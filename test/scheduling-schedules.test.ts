import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addMember, createSignInToken } from '../src/access/service.ts';
import { signIn } from '../scripts/person.ts';
import { startAppointments, type Appointments } from './support/appointments.ts';
import { publicUrl, startWorkspace } from './support/system.ts';

const nineToFive = [{ from: '09:00', to: '17:00' }];
const weekdays = { mon: nineToFive, tue: nineToFive, wed: nineToFive, thu: nineToFive, fri: nineToFive };

/** The times of day, in UTC, at which an event type can be booked on a date. */
async function startsOn({ ask }: Appointments, id: string, date: string): Promise<string[]> {
  const day = (offset: number) => new Date(Date.parse(`${date}T00:00:00Z`) + offset * 86_400_000).toISOString();
  const { data } = await ask('GET', `/v1/event-types/${id}/slots?from=${day(0)}&to=${day(1)}`);
  return (data as { start: string }[]).map(({ start }) => start.slice(11, 16));
}

test('operators’ own hours are those of every event type that has none', async (t) => {
  const story = await startAppointments(t);
  const { ask, desk } = story;
  const path = `/v1/members/${desk.memberId}/schedule`;
  const before = await ask('GET', path);
  assert.equal(before['timeZone'], 'Europe/Berlin');
  assert.deepEqual(before['weekly'].mon, nineToFive);
  assert.deepEqual(before['weekly'].sat, []);
  assert.equal(before['holidays'], null);
  const own = await story.eventType({ schedule: null });
  assert.equal(own['schedule'], null);
  const fixed = await story.eventType({});
  assert.equal((await startsOn(story, own['id'], '2026-11-24'))[0], '08:00');

  const weekly = { tue: [{ from: '10:00', to: '11:00' }], overrides: [{ date: '2026-12-01', ranges: [] }] };
  const saved = await ask('PUT', path, { timeZone: 'America/New_York', weekly, holidays: null });
  assert.equal(saved['timeZone'], 'America/New_York');
  assert.deepEqual(await ask('GET', path), saved);
  assert.deepEqual(await startsOn(story, own['id'], '2026-11-24'), ['15:00', '15:30']);
  assert.deepEqual(await startsOn(story, own['id'], '2026-11-25'), []);
  assert.deepEqual(await startsOn(story, own['id'], '2026-12-01'), []);
  assert.equal((await startsOn(story, fixed['id'], '2026-11-25'))[0], '08:00', 'hours of its own stay as they are');
});

test('time off closes whole days of every event type, also where hours are kept in another zone', async (t) => {
  const story = await startAppointments(t);
  const { ask, desk } = story;
  const path = `/v1/members/${desk.memberId}/time-off`;
  const own = await story.eventType({ schedule: null });
  const everyHour = [{ from: '00:00', to: '24:00' }];
  const abroad = await story.eventType({
    timeZone: 'Asia/Tokyo',
    schedule: { tue: everyHour, wed: everyHour, thu: everyHour, fri: everyHour },
    slotStepMinutes: 60,
    durationMinutes: 60,
  });
  const off = await ask('POST', path, { firstDay: '2026-11-25', lastDay: '2026-11-26', note: ' Away ' }, 201);
  assert.deepEqual(off, {
    id: off['id'],
    memberId: desk.memberId,
    firstDay: '2026-11-25',
    lastDay: '2026-11-26',
    note: 'Away',
  });
  assert.deepEqual((await ask('GET', path))['data'], [off]);
  assert.equal((await startsOn(story, own['id'], '2026-11-24')).length, 16);
  assert.deepEqual(await startsOn(story, own['id'], '2026-11-25'), []);
  assert.deepEqual(await startsOn(story, desk.eventType.id, '2026-11-26'), []);
  assert.equal((await startsOn(story, own['id'], '2026-11-27')).length, 16);
  // Their Wednesday begins in Berlin, at 23:00 of UTC’s Tuesday; Tokyo is in the middle of a day.
  assert.equal((await startsOn(story, abroad['id'], '2026-11-24')).at(-1), '22:00');
  assert.deepEqual(await startsOn(story, abroad['id'], '2026-11-25'), []);
  assert.deepEqual(await startsOn(story, abroad['id'], '2026-11-26'), ['23:00']);
  const refused = await desk.api('POST', '/v1/bookings', {
    eventTypeId: own['id'],
    start: '2026-11-25T09:00:00Z',
    visitor: { name: 'Sam', email: 'sam@visitor.example', timeZone: 'UTC' },
  });
  assert.equal(refused.body['code'], 'slot_not_offered');
  await ask('DELETE', `/v1/time-off/${off['id']}`, undefined, 204);
  assert.deepEqual((await ask('GET', path))['data'], []);
  assert.equal((await startsOn(story, own['id'], '2026-11-25')).length, 16);
});

test('public holidays are days off, unless a date has hours of its own; time off wins over both', async (t) => {
  const story = await startAppointments(t);
  const { ask, desk } = story;
  const path = `/v1/members/${desk.memberId}/schedule`;
  const own = await story.eventType({ schedule: null, horizonDays: 120 });
  const schedule = { timeZone: 'Europe/Berlin', weekly: weekdays, holidays: { country: 'DE', region: 'BE' } };
  await ask('PUT', path, schedule);
  assert.deepEqual(await startsOn(story, own['id'], '2026-12-25'), [], 'Christmas Day');
  assert.equal((await startsOn(story, own['id'], '2027-01-06')).length, 16, 'Epiphany is worked in Berlin');
  assert.deepEqual(await startsOn(story, own['id'], '2027-03-08'), [], 'International Women’s Day is not');
  await ask('PUT', path, { ...schedule, holidays: { country: 'DE', region: 'BY' } });
  assert.deepEqual(await startsOn(story, own['id'], '2027-01-06'), [], 'nor Epiphany in Bavaria');

  const overrides = [{ date: '2026-12-25', ranges: [{ from: '10:00', to: '11:00' }] }];
  await ask('PUT', path, { ...schedule, weekly: { ...weekdays, overrides } });
  assert.deepEqual(await startsOn(story, own['id'], '2026-12-25'), ['09:00', '09:30']);
  await ask('POST', `/v1/members/${desk.memberId}/time-off`, { firstDay: '2026-12-25', lastDay: '2026-12-25' }, 201);
  assert.deepEqual(await startsOn(story, own['id'], '2026-12-25'), []);

  const { data } = await ask('GET', '/v1/holidays?country=DE&region=BE&year=2026');
  assert.deepEqual(data[0], { date: '2026-01-01', name: 'New Year’s Day'.replace('’', "'") });
  assert.ok((data as { date: string }[]).some(({ date }) => date === '2026-03-08'));
  const regions = (await ask('GET', '/v1/holiday-regions'))['data'] as { country: string; regions: object[] }[];
  assert.ok(regions.length > 150);
  assert.equal(regions.find(({ country }) => country === 'DE')?.regions.length, 16);
});

test('a region or country without holidays is refused with its pointer', async (t) => {
  const { desk } = await startAppointments(t);
  const schedule = { timeZone: 'Europe/Berlin', weekly: weekdays };
  for (const [holidays, pointer] of [
    [{ country: 'XX' }, '/holidays/country'],
    [{ country: 'DE', region: 'ZZ' }, '/holidays/region'],
    [{ country: 'DE', region: 'constructor' }, '/holidays/region'],
  ] as const) {
    const { status, body } = await desk.api('PUT', `/v1/members/${desk.memberId}/schedule`, { ...schedule, holidays });
    assert.equal(status, 400);
    assert.equal(body['errors'][0].pointer, pointer);
  }
  for (const [off, pointer] of [
    [{ firstDay: '2026-12-25', lastDay: '2026-12-24' }, '/lastDay'],
    [{ firstDay: '2026-01-01', lastDay: '2029-01-01' }, '/lastDay'],
    [{ firstDay: '2026-02-30', lastDay: '2026-03-01' }, '/firstDay'],
  ] as const) {
    const { status, body } = await desk.api('POST', `/v1/members/${desk.memberId}/time-off`, off);
    assert.equal(status, 400);
    assert.equal(body['errors'][0].pointer, pointer);
  }
});

test('operators change their own hours and nobody else’s; viewers none; other workspaces find nothing', async (t) => {
  const { system, desk, ask } = await startAppointments(t);
  const deps = { db: system.database.db, now: system.clock.now };
  const join = async (email: string, role: 'operator' | 'viewer') => {
    const memberId = await addMember(deps, desk.workspaceId, { email, name: email, role, timeZone: 'UTC' });
    const person = system.person();
    await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, memberId)}`);
    const send = async (method: string, path: string, body: object) =>
      (
        await person.send(publicUrl + path, {
          method,
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify(body),
        })
      ).status;
    return { memberId, send };
  };
  const schedule = { timeZone: 'Europe/Rome', weekly: weekdays, holidays: null };
  const off = { firstDay: '2026-12-24', lastDay: '2026-12-24' };
  const operator = await join('milan@desk.example', 'operator');
  const viewer = await join('vera@desk.example', 'viewer');
  assert.equal(await operator.send('PUT', `/v1/members/${operator.memberId}/schedule`, schedule), 200);
  assert.equal(await operator.send('POST', `/v1/members/${operator.memberId}/time-off`, off), 201);
  assert.equal(await operator.send('PUT', `/v1/members/${desk.memberId}/schedule`, schedule), 403);
  assert.equal(await operator.send('POST', `/v1/members/${desk.memberId}/time-off`, off), 403);
  assert.equal(await viewer.send('PUT', `/v1/members/${viewer.memberId}/schedule`, schedule), 403);
  const { id } = await ask('POST', `/v1/members/${desk.memberId}/time-off`, off, 201);
  assert.equal(await operator.send('DELETE', `/v1/time-off/${id}`, {}), 403);

  const other = await startWorkspace(system, { email: 'eve@else.example', name: 'Eve' });
  for (const [method, path, body] of [
    ['GET', `/v1/members/${desk.memberId}/schedule`, undefined],
    ['PUT', `/v1/members/${desk.memberId}/schedule`, schedule],
    ['GET', `/v1/members/${desk.memberId}/time-off`, undefined],
    ['POST', `/v1/members/${desk.memberId}/time-off`, off],
    ['DELETE', `/v1/time-off/${id}`, undefined],
  ] as const)
    assert.equal((await other.api(method, path, body)).body['code'], 'not_found', `${method} ${path}`);
  assert.equal((await ask('GET', `/v1/members/${desk.memberId}/time-off`))['data'].length, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asPerson, graphEmulator, meeting } from '../../test/support/graph-caller.ts';
import type { GraphCaller } from '../../test/support/graph-caller.ts';
import { expireDeltaTokens } from './mailboxes.ts';

const november = 'startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z';
const wednesdays = {
  pattern: { type: 'weekly', interval: 1, daysOfWeek: ['wednesday'], firstDayOfWeek: 'monday' },
  range: { type: 'numbered', startDate: '2026-10-14', numberOfOccurrences: 4, recurrenceTimeZone: 'Europe/Berlin' },
};
const series = meeting({
  subject: 'Weekly',
  start: { dateTime: '2026-10-14T09:00:00', timeZone: 'Europe/Berlin' },
  end: { dateTime: '2026-10-14T09:30:00', timeZone: 'Europe/Berlin' },
  recurrence: wednesdays,
});

async function starts(g: GraphCaller, path: string): Promise<string[]> {
  return (await g.get(path)).json.value.map((one) => one.start.dateTime.slice(0, 16));
}

test('a calendar view shows what touches the window, in order, by the offset of its bounds', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  await dana.post('/me/events', meeting());
  const day = (from: string, to: string) =>
    starts(dana, `/me/calendarView?startDateTime=${encodeURIComponent(from)}&endDateTime=${encodeURIComponent(to)}`);
  assert.deepEqual(await day('2026-11-25T08:15:00Z', '2026-11-25T08:20:00Z'), ['2026-11-25T08:00']);
  assert.deepEqual(await day('2026-11-25T08:30:00Z', '2026-11-25T09:00:00Z'), []);
  assert.deepEqual(await day('2026-11-25T09:15:00+01:00', '2026-11-25T09:20:00+01:00'), ['2026-11-25T08:00']);
  assert.deepEqual(await day('2026-11-25T08:00:00', '2026-11-25T08:01:00'), ['2026-11-25T08:00']);
});

test('a series keeps its wall time over the end of summer time', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const { json } = await dana.post('/me/events', series);
  assert.equal(json['type'], 'seriesMaster');
  const path = '/me/calendarView?startDateTime=2026-10-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z';
  const expected = ['2026-10-14T07:00', '2026-10-21T07:00', '2026-10-28T08:00', '2026-11-04T08:00'];
  assert.deepEqual(await starts(dana, path), expected);
  assert.equal((await dana.get('/me/events')).json.value.length, 1);
  assert.equal((await starts(dana, `/me/events/${json.id}/instances?${november}`)).length, 1);
});

test('every second week, every third day, until a date', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const recurrence = (pattern: object, endDate: string) => ({
    recurrence: { pattern, range: { type: 'endDate', startDate: '2026-11-02', endDate } },
    start: { dateTime: '2026-11-02T09:00:00', timeZone: 'UTC' },
    end: { dateTime: '2026-11-02T09:30:00', timeZone: 'UTC' },
  });
  const weekly = { type: 'weekly', interval: 2, daysOfWeek: ['Monday', 'friday'], firstDayOfWeek: 'monday' };
  await dana.post('/me/events', meeting(recurrence(weekly, '2026-11-20')));
  assert.deepEqual(
    (await starts(dana, `/me/calendarView?${november}`)).map((start) => start.slice(8, 10)),
    ['02', '06', '16', '20'],
  );
  const other = await asPerson(graphEmulator(), 'yuki.brandt');
  await other.post('/me/events', meeting(recurrence({ type: 'daily', interval: 3 }, '2026-11-09')));
  assert.equal((await starts(other, `/me/calendarView?${november}`)).length, 3);
});

test('an occurrence can be read, moved, and cancelled by itself', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const master = (await dana.post('/me/events', series)).json;
  const view = '/me/calendarView?startDateTime=2026-10-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z';
  const [first, second, third] = (await dana.get(view)).json.value;
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  assert.deepEqual([first['type'], first['seriesMasterId']], ['occurrence', master.id]);
  assert.equal(first.onlineMeeting.joinUrl, master.onlineMeeting.joinUrl);
  assert.notEqual(first.iCalUId, second.iCalUId);
  const at = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
  const moved = await dana.patch(`/me/events/${second.id}`, {
    start: at('2026-10-22T07:00:00'),
    end: at('2026-10-22T07:30:00'),
  });
  assert.deepEqual([moved.status, moved.json['type']], [200, 'exception']);
  const crossed = await dana.patch(`/me/events/${third.id}`, {
    start: at('2026-11-12T07:00:00'),
    end: at('2026-11-12T07:30:00'),
  });
  assert.equal(crossed.json.error.code, 'ErrorOccurrenceCrossingBoundary');
  assert.equal((await dana.post(`/me/events/${third.id}/cancel`)).status, 202);
  assert.deepEqual(await starts(dana, view), ['2026-10-14T07:00', '2026-10-22T07:00', '2026-11-04T08:00']);
  assert.equal((await dana.get(`/me/events/${third.id}`)).status, 404);
});

test('delta: everything first, then only what changed, then what is gone', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  for (const subject of ['A', 'B', 'C']) await dana.post('/me/events', meeting({ subject }));
  const page = await dana.get(`/me/calendarView/delta?${november}`, { prefer: 'odata.maxpagesize=2' });
  assert.equal(page.json.value.length, 2);
  assert.equal(page.json['@odata.deltaLink'], undefined);
  const rest = await dana.get(page.json['@odata.nextLink'], { prefer: 'odata.maxpagesize=2' });
  assert.equal(rest.json.value.length, 1);
  const quiet = await dana.get(rest.json['@odata.deltaLink']);
  assert.deepEqual(quiet.json.value, []);
  const [a, b] = page.json.value;
  await dana.patch(`/me/events/${a?.id}`, { subject: 'A2' });
  await dana.remove(`/me/events/${b?.id}`);
  const changed = await dana.get(quiet.json['@odata.deltaLink']);
  assert.deepEqual(
    changed.json.value.map((one) => one.subject ?? one['@removed']),
    ['A2', { reason: 'deleted' }],
  );
  assert.equal(changed.json.value[1]?.id, b?.id);
  assert.deepEqual((await dana.get(changed.json['@odata.deltaLink'])).json.value, []);
});

test('an event that is moved out of the window disappears from its delta', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const { id } = (await dana.post('/me/events', meeting())).json;
  const link = (await dana.get(`/me/calendarView/delta()?${november}`)).json['@odata.deltaLink'];
  const at = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
  await dana.patch(`/me/events/${id}`, { start: at('2027-01-01T09:00:00'), end: at('2027-01-01T10:00:00') });
  assert.deepEqual((await dana.get(link)).json.value, [{ id, '@removed': { reason: 'deleted' } }]);
});

test('events/delta needs no window, and immutable ids hold for removals too', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const immutable = { prefer: 'IdType="ImmutableId"' };
  const { id } = (await dana.post('/me/events', meeting(), immutable)).json;
  const link = (await dana.get('/me/events/delta', immutable)).json['@odata.deltaLink'];
  await dana.remove(`/me/events/${id}`);
  assert.equal((await dana.get(link, immutable)).json.value[0]?.id, id);
});

test('a delta token that Exchange has lost is 410, with the way to start again', async () => {
  const emulator = graphEmulator();
  const dana = await asPerson(emulator, 'dana.reyes');
  const link = (await dana.get(`/me/calendarView/delta?${november}`)).json['@odata.deltaLink'];
  expireDeltaTokens(emulator.context.mailboxes);
  const { status, json, headers } = await dana.get(link);
  assert.deepEqual([status, json.error.code], [410, 'syncStateNotFound']);
  assert.match(headers.get('location') ?? '', /calendarView\/delta/);
  assert.equal((await dana.get(`/me/calendarView/delta?${november}`)).status, 200);
  emulator.switches.lostDeltaToken = 'resync-required';
  const { status: otherStatus, json: other } = await dana.get(link);
  assert.deepEqual([otherStatus, other.error.code], [400, 'resyncRequired']);
});

test('a delta token says nothing to its reader, and is good for its own calendar only', async () => {
  const emulator = graphEmulator();
  const dana = await asPerson(emulator, 'dana.reyes');
  const link = (await dana.get(`/me/calendarView/delta?${november}`)).json['@odata.deltaLink'];
  const token = new URL(link).searchParams.get('$deltatoken') ?? '';
  assert.doesNotMatch(Buffer.from(token, 'base64url').toString('latin1'), /calendar|since|window/);
  const milan = await asPerson(emulator, 'milan.okafor');
  const own = Buffer.from(JSON.stringify({ window: null, since: 0, until: 9, skip: 0, first: true }));
  for (const [reader, forged] of [
    [milan, token],
    [dana, `${token.slice(0, -4)}AAAA`],
    [dana, own.toString('base64url')],
    [dana, 'null'],
    [dana, ''],
  ] as const) {
    const answer = await reader.get(`/me/calendarView/delta?$deltatoken=${forged}`);
    assert.deepEqual([answer.status, answer.json.error.code], [400, 'syncStateInvalid']);
  }
});

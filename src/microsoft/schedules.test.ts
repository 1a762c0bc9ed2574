import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CalendarAccess } from './calendar.ts';
import { GraphError } from './graph.ts';
import { listSchedules, type Schedule } from './schedules.ts';

const access: CalendarAccess = { accessToken: 'token', mailbox: { kind: 'user', objectId: 'first' } };
const ada = 'Ada@Contoso.example';
const utc = (dateTime: string) => ({ dateTime: `${dateTime}:00.0000000`, timeZone: 'UTC' });
const item = (start: string, end: string, status = 'busy') => ({ status, start: utc(start), end: utc(end) });
const window = { from: new Date('2026-11-24T00:00:00Z'), to: new Date('2026-11-26T00:00:00Z') };

/** Answers each call with the next list of calendars, and remembers what was asked. */
function script(...answers: object[][]) {
  const asked: { url: string; body: Record<string, any> }[] = []; // oxlint-disable-line typescript/no-explicit-any -- JSON of a request
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    asked.push({ url: request.url, body: (await request.json()) as Record<string, unknown> });
    return Response.json({ value: answers[asked.length - 1] ?? [] });
  };
  return {
    asked,
    deps: { fetch, now: () => new Date('2026-11-23T00:00:00Z'), baseUrl: 'https://graph.microsoft.com' },
  };
}

function busyOf(schedule: Schedule | undefined): string[] {
  if (!schedule || 'error' in schedule) return assert.fail(`the calendar was refused: ${schedule?.error.code}`);
  return schedule.busy.map(
    ({ start, end, status, allDay }) =>
      `${start.toISOString().slice(5, 16)} ${end.toISOString().slice(5, 16)} ${status}${allDay ? ' all day' : ''}`,
  );
}
function codeOf(schedule: Schedule | undefined): string | undefined {
  return schedule && 'error' in schedule ? schedule.error.code : undefined;
}

test('calendars are asked for in the name of one mailbox and told apart by address, whatever its capital letters', async () => {
  const { deps, asked } = script([
    { scheduleId: 'bo@contoso.example', availabilityView: '0', scheduleItems: [] },
    {
      scheduleId: ada.toLowerCase(),
      availabilityView: '2',
      scheduleItems: [
        item('2026-11-24T09:00', '2026-11-24T09:30'),
        item('2026-11-24T10:00', '2026-11-24T10:30', 'free'),
        item('2026-11-24T11:00', '2026-11-24T11:30', 'workingElsewhere'),
        item('2026-11-24T12:00', '2026-11-24T12:30', 'unknown'),
      ],
    },
  ]);
  const found = await listSchedules(deps, access, { addresses: [ada, 'bo@contoso.example'], ...window });
  assert.deepEqual(busyOf(found.get(ada)), [
    '11-24T09:00 11-24T09:30 busy',
    '11-24T11:00 11-24T11:30 workingElsewhere',
    '11-24T12:00 11-24T12:30 busy',
  ]);
  assert.deepEqual(busyOf(found.get('bo@contoso.example')), []);
  assert.match(asked[0]?.url ?? '', /\/users\/first\/calendar\/getSchedule$/);
  assert.deepEqual(asked[0]?.body['schedules'], [ada, 'bo@contoso.example']);
  assert.deepEqual(asked[0]?.body['startTime'], { dateTime: '2026-11-24T00:00:00', timeZone: 'UTC' });
});

test('whole days are recognised in the zone of the mailbox, in Windows’ words or IANA’s', async () => {
  const days = [
    item('2026-11-23T23:00', '2026-11-24T23:00', 'oof'),
    item('2026-11-24T00:00', '2026-11-25T00:00', 'oof'),
  ];
  for (const name of ['W. Europe Standard Time', 'Europe/Berlin', 'Customized Time Zone', undefined]) {
    const workingHours = name === undefined ? null : { timeZone: { name } };
    const { deps } = script([{ scheduleId: ada, availabilityView: '3', scheduleItems: days, workingHours }]);
    const found = await listSchedules(deps, access, { addresses: [ada], ...window });
    const allDay = busyOf(found.get(ada)).map((text) => text.endsWith('all day'));
    const expected = name === undefined ? [false, true] : name.startsWith('Custom') ? [false, false] : [true, false];
    assert.deepEqual(allDay, expected, name);
  }
});

test('a calendar that is refused, left out or without details is not free', async () => {
  const refusal = (responseCode: string) => [{ scheduleId: ada, error: { responseCode, message: 'No.' } }];
  const code = async (...answers: object[][]) => {
    const found = await listSchedules(script(...answers).deps, access, { addresses: [ada], ...window });
    return codeOf(found.get(ada));
  };
  assert.equal(await code(refusal('ErrorMailRecipientNotFound')), 'ErrorMailRecipientNotFound');
  assert.equal(await code(refusal('5006')), '5006');
  assert.equal(await code([]), 'missing');
  assert.equal(await code([{ scheduleId: ada, availabilityView: '0020', scheduleItems: null }]), 'no_details');
  assert.equal(await code([{ scheduleId: ada, availabilityView: '0000', scheduleItems: null }]), undefined);
});

test('long windows are cut at 41 days: what lies over the cut is told once, and one refusal is enough', async () => {
  const over = item('2027-01-03T23:00', '2027-01-04T01:00');
  const calendar = (...scheduleItems: object[]) => [{ scheduleId: ada, availabilityView: '2', scheduleItems }];
  const long = { from: window.from, to: new Date('2027-01-20T00:00:00Z') };
  const whole = script(calendar(over), calendar(over, item('2027-01-04T09:00', '2027-01-04T10:00')));
  const found = await listSchedules(whole.deps, access, { addresses: [ada], ...long });
  assert.deepEqual(busyOf(found.get(ada)), ['01-03T23:00 01-04T01:00 busy', '01-04T09:00 01-04T10:00 busy']);
  assert.deepEqual(
    whole.asked.map(({ body }) => [body['startTime'].dateTime, body['endTime'].dateTime]),
    [
      ['2026-11-24T00:00:00', '2027-01-04T00:00:00'],
      ['2027-01-04T00:00:00', '2027-01-20T00:00:00'],
    ],
  );
  const refused = script([{ scheduleId: ada, error: { responseCode: '5006' } }], calendar());
  assert.equal(codeOf((await listSchedules(refused.deps, access, { addresses: [ada], ...long })).get(ada)), '5006');
});

test('an answer that cannot be read is refused rather than guessed', async () => {
  const { deps } = script([{ scheduleId: ada, scheduleItems: [{ status: 'busy', start: utc('x'), end: utc('y') }] }]);
  await assert.rejects(listSchedules(deps, access, { addresses: [ada], ...window }), GraphError);
});

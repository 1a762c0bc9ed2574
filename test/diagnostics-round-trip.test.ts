import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailboxState } from '../emulator/control/mailbox-state.ts';
import { startConnected, type Connected } from './support/clinic.ts';

const day = 86_400_000;

const eventsOf = ({ system, desk }: Connected) =>
  mailboxState(system.emulator.context, desk.organizer.userPrincipalName).events;
const calls = ({ system }: Connected, method: string) =>
  system.emulator.calls.filter((call) => call.service === 'graph' && call.method === method);
const lastCreated = (clinic: Connected) =>
  JSON.parse(calls(clinic, 'POST').at(-1)?.body ?? '{}') as Record<string, unknown>;

test('a round trip makes a meeting far ahead to which nobody is invited, and leaves nothing behind', async (t) => {
  const clinic = await startConnected(t);
  const before = eventsOf(clinic).length;
  assert.equal((await clinic.run()).of('round-trip').status, 'skipped');
  assert.equal(calls(clinic, 'POST').length, 0, 'nothing is made unless it is asked for');
  const { of } = await clinic.run({ roundTrip: true });
  assert.equal(of('round-trip').status, 'ok');
  assert.deepEqual(
    of('round-trip').exchanges.map(({ asked }) => asked.replace('graph.microsoft.com/v1.0', '')),
    ['GET /me/events', 'POST /me/events', 'DELETE /me/events/{id}'],
  );
  const { start, end, showAs, attendees, subject, isOnlineMeeting } = lastCreated(clinic) as Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- what was sent, of any shape
  assert.equal(subject, 'Parley diagnosis, deletes itself');
  assert.equal(showAs, 'free');
  assert.equal(isOnlineMeeting, true);
  assert.equal(attendees, undefined);
  const from = Date.parse(`${start.dateTime}Z`);
  assert.equal(Date.parse(`${end.dateTime}Z`) - from, 15 * 60_000);
  assert.ok(from - clinic.system.clock.now().getTime() >= 300 * day);
  assert.equal(eventsOf(clinic).length, before);
});

test('a link that comes later is waited for, one that does not come is a warning, and the event is gone', async (t) => {
  const clinic = await startConnected(t);
  const { system, run, bend } = clinic;
  const seesTimePass = (ms: number) => {
    bend.hook = (request, ask) => {
      if (request.method === 'GET' && request.url.includes('/events/')) system.clock.advance(ms);
      return ask();
    };
  };
  system.emulator.switches.joinUrlDelayMs = 2000;
  seesTimePass(2000);
  assert.equal((await run({ roundTrip: true })).of('round-trip').status, 'ok');
  system.emulator.switches.joinUrlDelayMs = null;
  seesTimePass(11_000);
  const late = (await run({ roundTrip: true })).of('round-trip');
  assert.equal(late.status, 'warning');
  assert.equal(late.problemCode, 'provisioning');
  assert.equal(eventsOf(clinic).length, 0);
});

test('an event that came back without a Teams meeting, and a refused one, are said and cleaned up', async (t) => {
  const clinic = await startConnected(t);
  const { system, run, desk } = clinic;
  desk.organizer.teamsLicence = false; // the calendar still says that Teams is allowed
  const silent = (await run({ roundTrip: true })).of('round-trip');
  assert.equal(silent.status, 'failed');
  assert.equal(silent.problemCode, 'teams_not_available');
  assert.equal(eventsOf(clinic).length, 0);
  desk.organizer.teamsLicence = true;
  system.emulator.fail({ service: 'graph', method: 'POST', path: '/me/events', kind: { type: 'status', status: 403 } });
  const refused = (await run({ roundTrip: true })).of('round-trip');
  assert.equal(refused.problemCode, 'access_denied_by_exchange');
  assert.equal(eventsOf(clinic).length, 0);
});

test('an event whose creation or deletion was answered by silence is still removed in the same run', async (t) => {
  const clinic = await startConnected(t);
  const { system, run } = clinic;
  const fail = (method: string, type: 'drop-response' | 'drop-request' | 'truncate', times = 1) =>
    system.emulator.fail({ service: 'graph', method, path: '/me/events', times, kind: { type } });
  for (const type of ['drop-response', 'truncate'] as const) {
    fail('POST', type);
    const lost = (await run({ roundTrip: true })).of('round-trip');
    assert.equal(lost.status, 'not_known', type);
    assert.equal(eventsOf(clinic).length, 0, 'made, unknown to us, found by its property, removed');
  }
  for (const type of ['drop-response', 'drop-request'] as const) {
    fail('DELETE', type);
    assert.equal((await run({ roundTrip: true })).of('round-trip').status, 'ok', type);
    assert.equal(eventsOf(clinic).length, 0);
  }
});

test('what could not be removed is said with its place in the calendar, and the next diagnosis removes it', async (t) => {
  const clinic = await startConnected(t);
  const { system, run, bend } = clinic;
  system.emulator.fail({ service: 'graph', method: 'DELETE', times: 2, kind: { type: 'status', status: 503 } });
  const left = (await run({ roundTrip: true })).of('round-trip');
  assert.equal(left.status, 'warning');
  assert.match(left.notes.join(' '), /“Parley diagnosis, deletes itself” on 20\d\d-.* is still in the calendar/);
  assert.match(left.remedy ?? '', /The next diagnosis removes it/);
  assert.equal(eventsOf(clinic).length, 1);
  const next = (await run()).of('round-trip');
  assert.equal(next.status, 'ok');
  assert.match(next.notes.join(' '), /A test event that an interrupted diagnosis had left was removed/);
  assert.equal(eventsOf(clinic).length, 0);

  // Somebody else removes the event while its link is waited for: another diagnosis at the same time does.
  system.emulator.switches.joinUrlDelayMs = null;
  bend.hook = async (request, ask) => {
    if (request.method === 'GET' && request.url.includes('/events/')) {
      bend.hook = undefined;
      await run();
    }
    return ask();
  };
  const gone = (await run({ roundTrip: true })).of('round-trip');
  assert.equal(gone.status, 'not_known');
  assert.match(gone.notes.join(' '), /Another diagnosis of the same mailbox/);
  assert.equal(eventsOf(clinic).length, 0);
});

test('meetings of bookings are none of its business', async (t) => {
  const clinic = await startConnected(t);
  const { desk, system, run } = clinic;
  const created = await desk.api(
    'POST',
    '/v1/meetings',
    {
      organizer: { memberId: desk.memberId },
      subject: 'Kept',
      start: '2026-11-25T10:00:00Z',
      end: '2026-11-25T10:30:00Z',
      timeZone: 'Europe/Berlin',
    },
    { 'idempotency-key': 'one' },
  );
  assert.equal(created.status, 201, JSON.stringify(created.body));
  await system.work();
  assert.equal(eventsOf(clinic).length, 1);
  assert.equal((await run({ roundTrip: true })).of('round-trip').status, 'ok');
  assert.equal(eventsOf(clinic).length, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailboxState } from '../emulator/control/mailbox-state.ts';
import { networkError, startTenantClinic, type TenantClinic } from './support/clinic.ts';

const trip = { roundTrip: true, checks: ['app-round-trip'] };
const eventsOf = ({ system }: TenantClinic) =>
  mailboxState(system.emulator.context, 'bookings@northgate.example').events;
const meetingsOf = ({ system }: TenantClinic) => system.emulator.context.teams.meetings.size;

/** From the first answer to this request on, the network is gone: what happens to a process that dies there. */
function dieAfter({ bend }: TenantClinic, method: string, path: string) {
  let dead = false;
  bend.hook = async (request, ask) => {
    if (dead) throw networkError('ECONNRESET');
    const answer = await ask();
    dead = request.method === method && request.url.includes(path);
    return answer;
  };
}

// A8
test('a meeting is made the way it is really done, by what is switched on', async (t) => {
  const paths: [string[], RegExp, string[]][] = [
    [['meetings'], /had its link, and was deleted/, ['GET events', 'POST events', 'DELETE events']],
    [
      ['meetings', 'meeting-options'],
      /had its link, took an option, and was deleted/,
      [
        'GET events',
        'POST events',
        'GET onlineMeetings',
        'PATCH onlineMeetings',
        'GET onlineMeetings',
        'DELETE onlineMeetings',
        'DELETE events',
      ],
    ],
    [['standalone-meetings'], /had its link, and was deleted/, ['POST onlineMeetings', 'DELETE onlineMeetings']],
    [
      ['standalone-meetings', 'meeting-options'],
      /had its link, took an option, and was deleted/,
      ['POST onlineMeetings', 'PATCH onlineMeetings', 'DELETE onlineMeetings'],
    ],
  ];
  for (const [features, title, asked] of paths) {
    const clinic = await startTenantClinic(t, { features: features as never });
    clinic.system.emulator.switches.meetingOfDeletedEvent = 'stays';
    assert.equal((await clinic.run({ checks: trip.checks })).of('app-round-trip').status, 'skipped');
    assert.ok(clinic.system.emulator.calls.every(({ method, service }) => service === 'entra' || method === 'GET'));
    const { status, title: told, exchanges } = (await clinic.run(trip)).of('app-round-trip');
    assert.equal(status, 'ok', told);
    assert.match(told, title);
    assert.match(told, /for Northgate Bookings/);
    assert.deepEqual(
      exchanges.map(({ asked: line }) => line.replace(/ .*\/users\/\{id\}\/(\w+).*/, ' $1')),
      asked,
    );
    assert.equal(eventsOf(clinic).length, 0);
    if (features.length > 1) assert.equal(meetingsOf(clinic), 0);
  }
  const { run } = await startTenantClinic(t, { features: ['people'] });
  assert.match((await run(trip)).of('app-round-trip').title, /no feature that is switched on makes meetings/);
});

test('what a crash leaves between making and deleting is found again and removed by the next diagnosis', async (t) => {
  const clinic = await startTenantClinic(t);
  const { run, bend, system } = clinic;
  system.emulator.switches.meetingOfDeletedEvent = 'stays';
  for (const [method, path] of [
    ['POST', '/events'],
    ['PATCH', '/onlineMeetings'],
    ['DELETE', '/onlineMeetings'],
  ] as const) {
    dieAfter(clinic, method, path);
    const broken = (await run(trip)).of('app-round-trip');
    assert.notEqual(broken.status, 'ok', path);
    assert.match(broken.notes.join(' '), /is still in the calendar/);
    assert.equal(eventsOf(clinic).length, 1, `${method} ${path}`);
    bend.hook = undefined;
    const next = (await run({ checks: trip.checks })).of('app-round-trip');
    assert.equal(next.status, 'ok');
    assert.match(next.notes.join(' '), /A test event that an interrupted diagnosis had left was removed/);
    assert.equal(eventsOf(clinic).length, 0);
    assert.equal(meetingsOf(clinic), 0, `${method} ${path}: nor is its Teams meeting left`);
  }
  assert.equal((await run(trip)).of('app-round-trip').status, 'ok');
});

test('a standalone meeting that a crash left is the one that the next round trip gets, and deletes', async (t) => {
  const clinic = await startTenantClinic(t, { features: ['standalone-meetings'] });
  dieAfter(clinic, 'POST', '/onlineMeetings');
  assert.equal((await clinic.run(trip)).of('app-round-trip').status, 'warning');
  assert.equal(meetingsOf(clinic), 1);
  clinic.bend.hook = undefined;
  assert.equal((await clinic.run(trip)).of('app-round-trip').status, 'ok');
  assert.equal(meetingsOf(clinic), 0);
  // A lost answer is asked for again: Teams gives the same meeting.
  clinic.system.emulator.fail({
    service: 'graph',
    method: 'POST',
    path: '/onlineMeetings',
    kind: { type: 'drop-response' },
  });
  assert.equal((await clinic.run(trip)).of('app-round-trip').status, 'ok');
  assert.equal(meetingsOf(clinic), 0);
});

test('a link that is late, no Teams, and an option that is not taken are said, and nothing stays', async (t) => {
  const clinic = await startTenantClinic(t);
  const { run, bend, system } = clinic;
  bend.hook = (request, ask) => {
    if (request.method === 'GET' && /\/events\/|JoinWebUrl/.test(request.url)) system.clock.advance(2000);
    return ask();
  };
  system.emulator.switches.joinUrlDelayMs = 1000;
  system.emulator.switches.onlineMeetingLookupDelayMs = 3000;
  assert.equal((await run(trip)).of('app-round-trip').status, 'ok');
  system.emulator.switches.joinUrlDelayMs = null;
  assert.equal((await run(trip)).of('app-round-trip').problemCode, 'provisioning');
  system.emulator.switches.joinUrlDelayMs = 0;
  const refusal = { type: 'status' as const, status: 403, code: 'Forbidden', message: 'Not included.' };
  system.emulator.fail({ service: 'graph', method: 'PATCH', path: '/onlineMeetings', times: 2, kind: refusal });
  const refused = (await run(trip)).of('app-round-trip');
  assert.equal(refused.status, 'warning');
  assert.equal(refused.problemCode, 'meeting_option_not_applied');
  const organizer = [...system.emulator.context.directory.users.values()].find(
    ({ displayName }) => displayName === 'Northgate Bookings',
  );
  if (organizer) organizer.teamsLicence = false;
  assert.equal((await run(trip)).of('app-round-trip').problemCode, 'teams_not_available');
  assert.equal(eventsOf(clinic).length, 0);
});

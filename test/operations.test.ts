import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createParley, isOperation, waitFor } from '../client/src/parley.ts';
import { heardOfLater } from '../src/http/operations.ts';
import { startStory, tuesdayAtTen, tuesdayAtTwo, visitor, type Story } from './faults/story.ts';
import { bodyChecker } from './support/documented.ts';
import { apiClient, publicUrl, startPeer, startWorkspace, type ApiAnswer } from './support/system.ts';
import { startWatched } from './support/watched.ts';

// Requests that Microsoft hears of later: answered with an operation, or waited for, as `Prefer` asks (RFC 7240).

const respondAsync = { prefer: 'respond-async' };
const end = '2026-11-24T09:30:00.000Z';

const meetingOf = ({ desk }: Pick<Story, 'desk'>, more: object = {}) => ({
  organizer: { memberId: desk.memberId },
  subject: 'Review',
  start: tuesdayAtTen,
  end,
  ...more,
});

/** A story with operations: every 202 is checked as what it has to be. */
async function start(t: Parameters<typeof startStory>[0], rules: object = {}) {
  const story = await startStory(t, {}, rules);
  const { api } = story.desk;
  const check = bodyChecker();
  const accepted = (answer: ApiAnswer, name: string) => {
    assert.equal(answer.status, 202, `${name}: ${JSON.stringify(answer.body)}`);
    check(name, 202, answer.body);
    assert.equal(answer.headers.get('location'), `/v1/operations/${answer.body['id']}`, name);
    assert.match(answer.headers.get('preference-applied') ?? '', /^respond-async/, name);
    assert.equal(answer.body['status'], 'pending', name);
    return answer.body;
  };
  return {
    ...story,
    accepted,
    /** Asks for an operation, and gives it. */
    set: async (name: string, path: string, body: unknown = {}) =>
      accepted(await api(name.split(' ')[0] ?? '', path, body, respondAsync), name),
    statusOf: async ({ id }: Record<string, unknown>): Promise<string> => {
      const { status, body } = await api('GET', `/v1/operations/${String(id)}`);
      assert.equal(status, 200, JSON.stringify(body));
      check('GET /v1/operations/{id}', 200, body);
      return body['status'];
    },
  };
}

test('a meeting is made as an operation, which is pending until the link was read back and then names what it made', async (t) => {
  const story = await start(t);
  const { system, desk, set, statusOf } = story;
  const operation = await set('POST /v1/meetings', '/v1/meetings', meetingOf(story));
  assert.match(operation['id'], /^opn_/);
  assert.equal(operation['createdAt'], '2026-11-23T07:00:00.000Z');
  assert.equal((await desk.api('GET', operation['resource'].url)).body['status'], 'pending');
  assert.equal(await statusOf(operation), 'pending');
  await system.work();
  const { body: over } = await desk.api('GET', operation['url']);
  assert.deepEqual([over['status'], over['problem'], over['retryAt']], ['succeeded', null, null]);
  const { body: made } = await desk.api('GET', over['resource'].url);
  assert.deepEqual([made['id'], made['status']], [over['resource'].id, 'ready']);
  assert.ok(made['joinUrl']);
});

test('every request that Microsoft hears of later is answered with an operation, and otherwise as ever', async (t) => {
  const story = await start(t, { needsApproval: true });
  const { system, desk, set, statusOf, settle } = story;
  const seen = new Map<string, Record<string, unknown>>();
  const follow = async (name: string, path: string, body?: unknown) => {
    const operation = await set(name, path, body);
    seen.set(name, operation);
    await system.work();
    assert.equal(await statusOf(operation), 'succeeded', name);
    return operation['resource'] as { kind: string; id: string };
  };
  const meeting = await follow('POST /v1/meetings', '/v1/meetings', meetingOf(story));
  await follow('PATCH /v1/meetings/{id}', `/v1/meetings/${meeting.id}`, { subject: 'Review, again' });
  await follow('POST /v1/meetings/{id}/retry', `/v1/meetings/${meeting.id}/retry`);
  await follow('POST /v1/meetings/{id}/cancel', `/v1/meetings/${meeting.id}/cancel`);
  const byName = '/v1/meetings/by-external-id/crm-7';
  const friday = { start: '2026-11-27T09:00:00Z', end: '2026-11-27T10:00:00Z' };
  await follow('POST /v1/meetings', '/v1/meetings', meetingOf(story, { ...friday, kind: 'external' }));
  await follow('PUT /v1/meetings/by-external-id/{externalId}', byName, meetingOf(story, friday));
  const book = (startsAt: string) => ({ eventTypeId: desk.eventType.id, start: startsAt, visitor });
  const booking = await follow('POST /v1/bookings', '/v1/bookings', { ...book(tuesdayAtTen), approved: true });
  assert.equal(booking.kind, 'booking');
  const path = `/v1/bookings/${booking.id}`;
  const attendees = [{ email: 'mentor@visitor.example', name: 'The mentor', from: 'email' }];
  await follow('PATCH /v1/bookings/{id}', path, { attendees });
  await follow('POST /v1/bookings/{id}/reschedule', `${path}/reschedule`, { start: tuesdayAtTwo });
  assert.equal((await follow('POST /v1/bookings/{id}/cancel', `${path}/cancel`)).id, booking.id);
  const asked = await desk.api('POST', '/v1/bookings', book(tuesdayAtTen), respondAsync);
  assert.deepEqual([asked.status, asked.body['meeting']], [201, null], 'Microsoft does not hear of a mere request');
  const requested = `/v1/bookings/${asked.body['id']}`;
  await follow('POST /v1/bookings/{id}/approve', `${requested}/approve`);
  assert.equal((await follow('PATCH /v1/bookings/{id}', requested, { teamsMeeting: false })).id, asked.body['id']);
  await follow('PATCH /v1/bookings/{id}', requested, { teamsMeeting: true });
  await follow('POST /v1/bookings/{id}/decline', `${requested}/decline`);
  const series = await follow('POST /v1/booking-series', '/v1/booking-series', {
    ...book('2026-11-25T09:00:00Z'),
    every: 'week',
    times: 3,
    approved: true,
  });
  const booked = await desk.api('GET', `/v1/bookings?seriesId=${series.id}`);
  assert.equal(booked.body['data'].length, 3);
  seen.set('POST /v1/meetings/{id}/resolve', {}); // a story of its own below
  assert.deepEqual([...seen.keys()].toSorted(), [...heardOfLater].toSorted());
  const unasked = await desk.api(
    'POST',
    '/v1/meetings',
    meetingOf(story, { start: '2026-11-26T09:00:00Z', end: '2026-11-26T10:00:00Z' }),
  );
  assert.deepEqual([unasked.status, unasked.headers.get('location')], [201, null]);
  await settle({ meeting: { id: unasked.body['id'] } });
  const note = await desk.api(
    'PATCH',
    `/v1/meetings/${unasked.body['id']}`,
    { subject: 'Review' },
    { prefer: 'wait=x' },
  );
  assert.equal(note.status, 200, 'what is no preference is none');
  const dry = await desk.api('POST', '/v1/meetings?dryRun=true', meetingOf(story), {
    prefer: 'respond-async, wait=30',
  });
  assert.deepEqual([dry.status, dry.body['status'], dry.headers.get('location')], [200, 201, null]);
});

test('what holds after a change in Outlook is decided as an operation', async (t) => {
  const story = await startWatched(t);
  const id = await story.make();
  await story.look();
  story.remove();
  await story.look();
  const { api } = story.desk;
  const before = await api('POST', `/v1/meetings/${id}/resolve`, { action: 'recreate' }, respondAsync);
  assert.deepEqual([before.status, before.body['status']], [202, 'pending']);
  await story.look();
  assert.equal((await api('GET', before.body['url'])).body['status'], 'succeeded');
});

test('with an Idempotency-Key the same 202, operation and Location come again, also when it is over and from elsewhere', async (t) => {
  const story = await start(t);
  const { system, desk, accepted } = story;
  const peer = apiClient(await startPeer(t, system), desk.apiKey);
  const held = await story.book(tuesdayAtTwo);
  await system.work();
  const requests: [name: string, path: string, body: object][] = [
    ['POST /v1/meetings', '/v1/meetings', meetingOf(story)], // its key is in its own transaction
    ['POST /v1/bookings/{id}/cancel', `/v1/bookings/${held.id}/cancel`, {}], // the request is one with its key
  ];
  for (const [name, path, body] of requests) {
    const headers = { ...respondAsync, 'idempotency-key': 'order-1' };
    const first = await desk.api('POST', path, body, headers);
    accepted(first, name);
    await system.work();
    assert.equal(await story.statusOf(first.body), 'succeeded');
    for (const api of [desk.api, peer]) {
      const again = await api('POST', path, body, headers);
      assert.equal(again.headers.get('idempotent-replayed'), 'true', name);
      assert.deepEqual(accepted(again, name), first.body);
    }
  }
});

test('R02: of a hundred at once over two processes with one key, one is carried out, and all are given its operation', async (t) => {
  const story = await start(t);
  const { system, desk, accepted, events } = story;
  const apis = [desk.api, apiClient(await startPeer(t, system), desk.apiKey)] as const;
  const headers = { ...respondAsync, 'idempotency-key': 'order-2' };
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, at) =>
      apis[at % 2 === 0 ? 0 : 1]('POST', '/v1/meetings', meetingOf(story), headers),
    ),
  );
  const ids = answers.map((answer) => accepted(answer, 'POST /v1/meetings')['id'] as string);
  assert.equal(new Set(ids).size, 1);
  await system.work();
  assert.equal(events().length, 1);
  assert.equal(await story.statusOf({ id: ids[0] }), 'succeeded');
});

test('wait=N waits for Microsoft first, with a key after what was written counts; 202 only when the time is over', async (t) => {
  const story = await start(t);
  const { system, desk } = story;
  await system.app.startWorker();
  const both = { prefer: 'respond-async, wait=20' };
  const made = await desk.api('POST', '/v1/meetings', meetingOf(story), both);
  assert.deepEqual([made.status, made.body['status']], [201, 'ready']);
  assert.equal(made.headers.get('preference-applied'), 'wait=20');
  const path = `/v1/meetings/${made.body['id']}`;
  for (const key of [{}, { 'idempotency-key': 'order-3' }] as Record<string, string>[]) {
    const subject = `Review ${JSON.stringify(key)}`;
    const changed = await desk.api('PATCH', path, { subject }, { ...both, ...key });
    assert.deepEqual([changed.status, changed.body['inSync'], changed.body['subject']], [200, true, subject]);
    assert.deepEqual([changed.headers.get('location'), changed.headers.get('preference-applied')], [null, 'wait=20']);
  }
  const subject = 'Review {"idempotency-key":"order-3"}';
  const again = await desk.api('PATCH', path, { subject }, { ...both, 'idempotency-key': 'order-3' });
  assert.deepEqual([again.headers.get('idempotent-replayed'), again.body['inSync']], ['true', true]);
  const byName = '/v1/meetings/by-external-id/crm-8';
  const friday = meetingOf(story, { start: '2026-11-27T09:00:00Z', end: '2026-11-27T10:00:00Z' });
  const put = await desk.api('PUT', byName, friday, { ...both, 'idempotency-key': 'put-1' });
  assert.deepEqual([put.status, put.body['status']], [201, 'ready'], 'what was put counts before it is waited for');
  // One link is late: the time is over before it is there.
  system.emulator.switches.joinUrlDelayMs = null;
  const soon = { prefer: 'wait=1, respond-async' };
  const late = await desk.api('POST', '/v1/meetings', meetingOf(story), { ...soon, 'idempotency-key': 'order-4' });
  assert.equal(story.accepted(late, 'POST /v1/meetings')['problem'].code, 'provisioning');
  assert.equal(late.body['retryAt'], late.body['problem'].retryAt);
  assert.ok(late.body['retryAt']);
  assert.equal(late.headers.get('preference-applied'), 'respond-async, wait=1');
});

test('a request whose process goes while it waits was kept: the same key is given its operation', async (t) => {
  const story = await start(t);
  const { system, desk } = story;
  const peer = apiClient(await startPeer(t, system), desk.apiKey);
  const booking = await story.book();
  await system.work();
  const path = `/v1/bookings/${booking.id}/reschedule`;
  const headers = { prefer: 'respond-async, wait=30', 'idempotency-key': 'order-5' };
  const waiting = desk.api('POST', path, { start: tuesdayAtTwo }, headers);
  const committed = async () => (await desk.api('GET', `/v1/bookings/${booking.id}`)).body['start'] === tuesdayAtTwo;
  while (!(await committed())) await new Promise((resolve) => setImmediate(resolve));
  const elsewhere = await peer('POST', path, { start: tuesdayAtTwo }, headers);
  story.accepted(elsewhere, 'POST /v1/bookings/{id}/reschedule');
  await system.work();
  const answer = await waiting;
  assert.deepEqual([answer.status, answer.body['meeting'].inSync], [200, true]);
  assert.equal(await story.statusOf(elsewhere.body), 'succeeded');
  // What was waited for is what the key gives from then on.
  assert.deepEqual((await peer('POST', path, { start: tuesdayAtTwo }, headers)).body, answer.body);
  assert.equal(story.events().length, 1);
});

test('asked with wait=N, an operation is told when it is over', async (t) => {
  const story = await start(t);
  const { system, desk } = story;
  const operation = await story.set('POST /v1/meetings', '/v1/meetings', meetingOf(story));
  const short = await desk.api('GET', operation['url'], undefined, { prefer: 'wait=1' });
  assert.deepEqual([short.status, short.body['status']], [200, 'pending']);
  const waiting = desk.api('GET', operation['url'], undefined, { prefer: 'wait=30' });
  await system.work();
  const { body, headers } = await waiting;
  assert.equal(body['status'], 'succeeded');
  assert.equal(headers.get('preference-applied'), 'wait=30');
});

test('what fails says why, and is pending again when it is tried again', async (t) => {
  const story = await start(t);
  const { system, desk, set, statusOf } = story;
  desk.organizer.teamsLicence = false;
  const operation = await set('POST /v1/meetings', '/v1/meetings', meetingOf(story));
  await system.work();
  const { body: failed } = await desk.api('GET', operation['url']);
  assert.deepEqual([failed['status'], failed['problem'].code], ['failed', 'teams_not_available']);
  assert.ok(failed['problem'].remedy);
  desk.organizer.teamsLicence = true;
  const { id } = operation['resource'];
  const retried = await set('POST /v1/meetings/{id}/retry', `/v1/meetings/${id}/retry`);
  assert.notEqual(retried['id'], operation['id']);
  assert.equal(await statusOf(operation), 'pending');
  await system.work();
  assert.deepEqual([await statusOf(operation), await statusOf(retried)], ['succeeded', 'succeeded']);
});

test('while Microsoft asks for patience, an operation says until when', async (t) => {
  const story = await start(t);
  const { system, desk, set } = story;
  const operation = await set('POST /v1/meetings', '/v1/meetings', meetingOf(story));
  const kind = { type: 'status', status: 429, retryAfter: '60' } as const;
  system.emulator.fail({ service: 'graph', method: 'POST', path: '/me/events', kind });
  await system.work();
  const { body } = await desk.api('GET', operation['url']);
  assert.deepEqual([body['status'], body['problem'].code], ['pending', 'throttled']);
  assert.equal(body['retryAt'], '2026-11-23T07:01:00.000Z');
});

test('of wishes that follow one another, the earlier ones end with the last; a cancellation ends what was never true', async (t) => {
  const story = await start(t);
  const { system, set, statusOf } = story;
  const path = '/v1/meetings/{id}';
  const made = await set('POST /v1/meetings', '/v1/meetings', meetingOf(story));
  const at = made['resource'].url as string;
  const renamed = await set(`PATCH ${path}`, at, { subject: 'Second' });
  assert.deepEqual([await statusOf(made), await statusOf(renamed)], ['pending', 'pending']);
  await system.work();
  assert.deepEqual([await statusOf(made), await statusOf(renamed)], ['succeeded', 'succeeded']);
  system.clock.advance(60_000);
  const unheard = await set(`PATCH ${path}`, at, { subject: 'Third' });
  const cancelled = await set(`POST ${path}/cancel`, `${at}/cancel`);
  const all = async () => Promise.all([made, renamed, unheard, cancelled].map(statusOf));
  assert.deepEqual(await all(), ['succeeded', 'succeeded', 'cancelled', 'pending']);
  await system.work();
  assert.deepEqual(
    await all(),
    ['succeeded', 'succeeded', 'cancelled', 'succeeded'],
    'nothing that ended ends otherwise',
  );
  const again = await story.desk.api('POST', `${at}/cancel`, {}, respondAsync);
  assert.deepEqual([again.status, again.body['status']], [200, 'cancelled'], 'nothing is left to be done');
  const never = await set('POST /v1/meetings', '/v1/meetings', meetingOf(story, { subject: 'Never' }));
  const unmade = await set(`POST ${path}/cancel`, `${never['resource'].url}/cancel`);
  await system.work();
  assert.deepEqual([await statusOf(never), await statusOf(unmade)], ['cancelled', 'succeeded']);
});

test('two who change one meeting at once each have their operation, and both end', async (t) => {
  const story = await start(t);
  const { system, set, statusOf } = story;
  const made = await set('POST /v1/meetings', '/v1/meetings', meetingOf(story));
  await system.work();
  const both = await Promise.all(
    ['One', 'Two'].map((subject) => set('PATCH /v1/meetings/{id}', made['resource'].url, { subject })),
  );
  assert.equal(new Set(both.map(({ id }) => id as string)).size, 2);
  await system.work();
  for (const one of both) assert.equal(await statusOf(one), 'succeeded');
});

test('whoever joins a group is told of their own booking', async (t) => {
  const story = await start(t, { capacity: 3 });
  const { system, desk, set, statusOf } = story;
  const book = (name: string) =>
    set('POST /v1/bookings', '/v1/bookings', {
      eventTypeId: desk.eventType.id,
      start: tuesdayAtTen,
      visitor: { ...visitor, name, email: `${name.toLowerCase()}@visitor.example` },
    });
  const ana = await book('Ana');
  const ben = await book('Ben');
  for (const [operation, name] of [
    [ana, 'Ana'],
    [ben, 'Ben'],
  ] as const) {
    const { body } = await desk.api('GET', operation['resource'].url);
    assert.equal(body['visitor'].name, name);
    assert.deepEqual((await desk.api('GET', operation['url'])).body['resource'], operation['resource']);
  }
  await system.work();
  assert.deepEqual([await statusOf(ana), await statusOf(ben)], ['succeeded', 'succeeded']);
});

test('A01: what is no operation, or another workspace’s, is not found', async (t) => {
  const story = await start(t);
  const { system, desk, set } = story;
  const stranger = await startWorkspace(system);
  const { id } = await set('POST /v1/meetings', '/v1/meetings', meetingOf(story));
  const [meeting, revision, at] = (id as string).split('-');
  const booking = await story.book(tuesdayAtTwo);
  const series = await stranger.api('GET', `/v1/operations/opn_series-${'a'.repeat(24)}`);
  assert.equal(series.status, 404);
  assert.equal((await stranger.api('GET', `/v1/operations/${id}`)).status, 404);
  for (const forged of [
    `${meeting}-2-${at}`,
    `${meeting}-0-${at}`,
    `${meeting}-0${revision}-${at}`,
    `${meeting}-${revision}-${at}a`,
    `${meeting}-${revision}-0`,
    `${meeting}-${revision}`,
    `${meeting}-${revision}-${at}-`,
    `${meeting}-${revision}-${at}-${'b'.repeat(24)}`,
    `${meeting}-zzzzzz-zzzzzzzzz`,
    booking.meeting.id,
    'opn_',
    'none',
    'a'.repeat(100),
  ]) {
    const answer = await desk.api('GET', `/v1/operations/${forged}`);
    assert.deepEqual([answer.status, answer.body['code']], [404, 'not_found'], forged);
  }
  assert.equal((await desk.api('GET', `/v1/operations/${'a'.repeat(101)}`)).status, 400);
  assert.equal((await desk.api('GET', '/v1/operations/a%00b')).status, 400);
});

test('a key that may not read operations is answered as without the preference', async (t) => {
  const story = await start(t);
  const { system, desk } = story;
  const { body } = await desk.api('POST', '/v1/api-keys', { name: 'Site', permissions: ['bookings:write'] });
  const api = apiClient(system, body['secret']);
  const booking = { eventTypeId: desk.eventType.id, start: tuesdayAtTen, visitor };
  const booked = await api('POST', '/v1/bookings', booking, respondAsync);
  assert.deepEqual([booked.status, booked.body['meeting'].status], [201, 'pending']);
  assert.equal(booked.headers.get('preference-applied'), null);
});

test('the client is given an operation and waits for its end', async (t) => {
  const story = await start(t);
  const { system, desk } = story;
  await system.app.startWorker();
  const parley = createParley({ baseUrl: publicUrl, apiKey: desk.apiKey }, { fetch: system.world });
  const accepted = await parley.meetings.create(meetingOf(story), { respondAsync: true });
  assert.ok(isOperation(accepted));
  const operation = await waitFor(parley, accepted);
  assert.equal(operation.status, 'succeeded');
  const meeting = await parley.meetings.get(operation.resource.id);
  assert.ok(!isOperation(meeting) && meeting.joinUrl);
  const tired = AbortSignal.abort(new Error('no patience'));
  await assert.rejects(waitFor(parley, accepted, { signal: tired }), /no patience/);
});

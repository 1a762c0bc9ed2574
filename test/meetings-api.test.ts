import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStory, tuesdayAtTen, tuesdayAtTwo, type Story } from './faults/story.ts';
import { startDesk, startSystem, startWorkspace, userNamed } from './support/system.ts';

// Meetings without a booking (POST /v1/meetings): the same ledger, asked by a program.

const end = '2026-11-24T09:30:00.000Z';

function meetingOf({ desk }: Story, more: object = {}) {
  return { organizer: { memberId: desk.memberId }, subject: 'Review', start: tuesdayAtTen, end, ...more };
}

test('a meeting is made, changed and cancelled, and its event and link follow', async (t) => {
  const story = await startStory(t);
  const { system, desk, events, mails, settle, history } = story;
  const body = meetingOf(story, {
    body: 'Agenda:\n1 < 2',
    timeZone: 'Europe/Berlin',
    attendees: [{ email: 'a@x.example', name: 'A' }],
  });
  const made = await desk.api('POST', '/v1/meetings', body);
  assert.equal(made.status, 201);
  assert.deepEqual([made.body['status'], made.body['joinUrl'], made.body['inSync']], ['pending', null, false]);
  const held = { meeting: { id: made.body['id'] as string } };
  const ready = await settle(held);
  const [event] = events();
  assert.equal(ready['joinUrl'], event?.meeting?.joinUrl);
  assert.match(event?.body ?? '', /Agenda:<br>1 &lt; 2/);
  assert.equal(event?.start.timeZone, 'Europe/Berlin');

  const changed = await desk.api('PATCH', `/v1/meetings/${held.meeting.id}`, {
    subject: 'Review, moved',
    start: tuesdayAtTwo,
    end: '2026-11-24T13:45:00Z',
    attendees: [{ email: 'b@x.example' }],
  });
  assert.equal(changed.status, 200);
  assert.equal(changed.body['inSync'], false);
  assert.equal((await settle(held))['joinUrl'], ready['joinUrl']);
  assert.deepEqual(
    [events()[0]?.subject, new Date(events()[0]?.start.at ?? 0).toISOString(), events()[0]?.attendees.length],
    ['Review, moved', tuesdayAtTwo, 1],
  );
  assert.equal(mails('cancellation', 'a@x.example').length, 1);
  assert.equal(mails('invitation', 'b@x.example').length, 1);

  const cancelled = await desk.api('POST', `/v1/meetings/${held.meeting.id}/cancel`, { comment: 'Another day' });
  assert.equal(cancelled.status, 200);
  assert.equal((await settle(held))['status'], 'cancelled');
  assert.equal(events().length, 0);
  assert.equal(mails('cancellation', 'b@x.example')[0]?.invitation?.comment, 'Another day');
  assert.deepEqual(await history(held), [
    'created',
    'conference_assigned',
    'changed',
    'synced',
    'cancel_requested',
    'cancelled',
  ]);
  const late = await desk.api('PATCH', `/v1/meetings/${held.meeting.id}`, { subject: 'Once more' });
  assert.deepEqual([late.status, late.body['code']], [409, 'meeting_cancelled']);
  assert.equal((await desk.api('POST', `/v1/meetings/${held.meeting.id}/cancel`, {})).status, 200);
  await system.work();
  assert.equal((await history(held)).length, 6);
});

test('a meeting without attendees is deleted instead of cancelled, as Exchange wants it', async (t) => {
  for (const cancelWithoutAttendees of ['refused', 'accepted'] as const) {
    const story = await startStory(t);
    const { system, desk, events, settle, graphCalls } = story;
    system.emulator.switches.cancelWithoutAttendees = cancelWithoutAttendees;
    const { body } = await desk.api('POST', '/v1/meetings', meetingOf(story));
    const held = { meeting: { id: body['id'] as string } };
    await settle(held);
    await desk.api('POST', `/v1/meetings/${held.meeting.id}/cancel`, {});
    assert.equal((await settle(held))['status'], 'cancelled');
    assert.equal(events().length, 0);
    assert.equal(graphCalls('DELETE').length, 1);
    assert.equal(graphCalls('POST', '/cancel').length, 0);
  }
});

test('an external id is unique in a workspace, and finds its meeting', async (t) => {
  const story = await startStory(t);
  const { system, desk, events } = story;
  const body = meetingOf(story, { externalId: 'order-77' });
  const first = await desk.api('POST', '/v1/meetings', body);
  const second = await desk.api('POST', '/v1/meetings', { ...body, subject: 'Another' });
  assert.deepEqual([first.status, second.status, second.body['code']], [201, 409, 'external_id_taken']);
  const found = await desk.api('GET', '/v1/meetings?externalId=order-77');
  assert.deepEqual(
    found.body['data'].map(({ id }: { id: string }) => id),
    [first.body['id']],
  );
  const racing = await Promise.all(
    Array.from({ length: 20 }, () => desk.api('POST', '/v1/meetings', { ...body, externalId: 'order-78' })),
  );
  assert.equal(racing.filter(({ status }) => status === 201).length, 1);
  assert.equal(racing.filter(({ body }) => body['code'] === 'external_id_taken').length, 19);
  await system.work();
  assert.equal(events().length, 2);
});

test('500 attendees are invited; 501 and 1,000 are refused with the field that is wrong', async (t) => {
  const story = await startStory(t);
  const { system, desk, events, settle } = story;
  const attendees = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ email: `guest${index}@x.example` }));
  for (const count of [501, 1000]) {
    const refused = await desk.api('POST', '/v1/meetings', meetingOf(story, { attendees: attendees(count) }));
    assert.equal(refused.status, 400);
    assert.equal(refused.body['errors'][0].pointer, '/attendees');
  }
  const made = await desk.api('POST', '/v1/meetings', meetingOf(story, { attendees: attendees(500) }));
  assert.equal(made.status, 201);
  const ready = await settle({ meeting: { id: made.body['id'] as string } });
  assert.equal(ready['status'], 'ready', JSON.stringify(ready['problem']));
  assert.equal(events()[0]?.attendees.length, 500);
  assert.equal(system.emulator.context.mailboxes.messages.filter(({ kind }) => kind === 'invitation').length, 500);
});

test('the organizer is named by member or by connection; one that cannot hold meetings is refused before anything', async (t) => {
  const story = await startStory(t);
  const { system, desk, events } = story;
  const { body: connections } = await desk.api('GET', '/v1/connections');
  const [connection] = connections['data'] as { id: string }[];
  const byConnection = await desk.api(
    'POST',
    '/v1/meetings',
    meetingOf(story, { organizer: { connectionId: connection?.id } }),
  );
  assert.equal(byConnection.status, 201, JSON.stringify(byConnection.body));
  const stranger = await startWorkspace(system, { email: 'x@other.example' });
  for (const organizer of [
    { memberId: 'mem_nobody' },
    { connectionId: 'con_nobody' },
    { memberId: stranger.memberId },
  ]) {
    const refused = await desk.api('POST', '/v1/meetings', meetingOf(story, { organizer }));
    assert.deepEqual([refused.status, refused.body['code']], [409, 'not_connected'], JSON.stringify(organizer));
  }
  const foreign = await stranger.api(
    'POST',
    '/v1/meetings',
    meetingOf(story, { organizer: { connectionId: connection?.id } }),
  );
  assert.equal(foreign.body['code'], 'not_connected');
  await system.work();
  assert.equal(events().length, 1);
  assert.equal(byConnection.body['organizer'].objectId, userNamed(system.emulator, 'dana.reyes').id);
});

test('Prefer: wait=10 answers with the link, for a meeting and for a booking', async (t) => {
  const story = await startStory(t);
  const { system, desk } = story;
  await system.app.startWorker();
  const prefer = { prefer: 'wait=10', 'idempotency-key': 'order-9' };
  const meeting = await desk.api('POST', '/v1/meetings', meetingOf(story), prefer);
  assert.equal(meeting.status, 201);
  assert.equal(meeting.body['status'], 'ready');
  assert.match(meeting.body['joinUrl'], /^https:\/\/teams\.microsoft\.com\//);
  const again = await desk.api('POST', '/v1/meetings', meetingOf(story), prefer);
  assert.deepEqual(again.body, meeting.body);
  const booking = await desk.api(
    'POST',
    '/v1/bookings',
    {
      eventTypeId: desk.eventType.id,
      start: tuesdayAtTwo,
      visitor: { name: 'Sam', email: 'sam@visitor.example', timeZone: 'UTC' },
    },
    { prefer: 'respond-async, wait=10' },
  );
  assert.equal(booking.body['meeting'].status, 'ready');
  assert.ok(booking.body['meeting'].joinUrl);
});

test('Prefer: wait=10 answers at once when a person is needed, and after its time when the link is late', async (t) => {
  const story = await startStory(t);
  const { system, desk } = story;
  await system.app.startWorker();
  desk.organizer.teamsLicence = false;
  const failed = await desk.api('POST', '/v1/meetings', meetingOf(story), { prefer: 'wait=10' });
  assert.deepEqual([failed.status, failed.body['status']], [201, 'failed']);
  assert.equal(failed.body['problem'].code, 'teams_not_available');
  desk.organizer.teamsLicence = true;
  system.emulator.switches.joinUrlDelayMs = null;
  const late = await desk.api('POST', '/v1/meetings', meetingOf(story), { prefer: 'wait=1' });
  assert.deepEqual([late.status, late.body['status'], late.body['joinUrl']], [201, 'provisioning', null]);
});

test('a booked meeting is moved and cancelled through its booking only', async (t) => {
  const { desk, book, settle } = await startStory(t);
  const booking = await book();
  await settle(booking);
  const path = `/v1/meetings/${booking.meeting.id}`;
  const moved = await desk.api('PATCH', path, { start: tuesdayAtTwo, end: '2026-11-24T13:30:00Z' });
  const cancelled = await desk.api('POST', `${path}/cancel`, {});
  for (const { status, body } of [moved, cancelled]) {
    assert.deepEqual([status, body['code']], [409, 'meeting_has_booking']);
    assert.match(body['detail'], new RegExp(booking.id));
  }
  assert.equal((await desk.api('PATCH', path, { subject: 'Another subject' })).status, 200);
});

test('what answers a creation is what reading it says', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const booking = await desk.api('POST', '/v1/bookings', {
    eventTypeId: desk.eventType.id,
    start: '2026-11-24T10:00:00+01:00',
    visitor: { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London', note: 'Two\nlines' },
  });
  assert.deepEqual((await desk.api('GET', `/v1/bookings/${booking.body['id']}`)).body, booking.body);
  const meeting = await desk.api('POST', '/v1/meetings', {
    externalId: 'crm-1',
    organizer: { memberId: desk.memberId },
    kind: 'standalone',
    subject: 'Standing',
    start: '2026-11-25T10:00:00.123Z',
    end: '2026-11-25T11:00:00Z',
    attendees: [{ email: 'a@b.example', name: null, role: 'presenter' }],
    options: { allowMeetingChat: 'disabled' },
  });
  assert.equal(meeting.status, 201);
  assert.deepEqual((await desk.api('GET', `/v1/meetings/${meeting.body['id']}`)).body, meeting.body);
});

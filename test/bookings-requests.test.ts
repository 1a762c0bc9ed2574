import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesTo } from '../emulator/graph/mailboxes.ts';
import { hours, startAppointments, tuesdayAtTen, tuesdayAtTwo, visitor } from './support/appointments.ts';
import { apiClient, startPeer, startWorkspace } from './support/system.ts';

const needsApproval = { needsApproval: true };

test('A9: a request holds its time without a meeting; approved, it becomes one event with a Teams link', async (t) => {
  const { system, desk, ask, book, booking, events, lines } = await startAppointments(t, needsApproval);
  const asked = await book();
  assert.equal(asked['status'], 'requested');
  assert.equal(asked['meeting'], null);
  await system.work();
  assert.equal(events().length, 0);
  await book({ visitor: { ...visitor, email: 'late@visitor.example' } }, 409);

  const approved = await ask('POST', `/v1/bookings/${asked['id']}/approve`, { note: 'Bring your CV.' });
  assert.equal(approved['status'], 'confirmed');
  assert.equal(approved['decisionNote'], 'Bring your CV.');
  assert.equal(approved['meeting'].status, 'pending');
  await system.work();
  const now = await booking(asked['id']);
  assert.match(now['meeting'].joinUrl, /^https:\/\/teams\.microsoft\.com\//);
  assert.equal(events().length, 1);
  assert.equal(messagesTo(system.emulator.context.mailboxes, visitor.email, 'invitation').length, 1);
  assert.deepEqual(await lines(asked['id']), ['booking.requested', 'booking.approved']);
  assert.equal(now['decidedBy'].slice(0, 4), 'key_');
  assert.equal(desk.organizer.id.length, 36);
});

test('A9: with *Generate Microsoft Teams meeting link* off, an approved request has its time and no meeting', async (t) => {
  const { system, ask, book, booking, events } = await startAppointments(t, needsApproval);
  const asked = await book();
  await ask('POST', `/v1/bookings/${asked['id']}/approve`, { teamsMeeting: false });
  await system.work();
  assert.equal(events().length, 0);
  assert.equal((await booking(asked['id']))['meeting'], null);
  // Switched on later, it follows.
  await ask('PATCH', `/v1/bookings/${asked['id']}`, { teamsMeeting: true });
  await system.work();
  assert.equal((await booking(asked['id']))['meeting'].status, 'ready');
  assert.equal(events().length, 1);
  await ask('PATCH', `/v1/bookings/${asked['id']}`, { teamsMeeting: false });
  await system.work();
  assert.equal(events().length, 0);
  assert.equal((await booking(asked['id']))['status'], 'confirmed');
});

test('an approver may set another time; the first one is free again', async (t) => {
  const { system, ask, book, events, lines } = await startAppointments(t, needsApproval);
  const asked = await book();
  const approved = await ask('POST', `/v1/bookings/${asked['id']}/approve`, { start: tuesdayAtTwo });
  assert.equal(approved['start'], tuesdayAtTwo);
  await system.work();
  assert.equal(new Date(events()[0]?.start.at ?? 0).toISOString(), tuesdayAtTwo);
  await book({ visitor: { ...visitor, email: 'other@visitor.example' } });
  assert.deepEqual(await lines(asked['id']), ['booking.requested', 'booking.approved']);
});

test('an approver may hand a request to a colleague, in whose calendar the meeting is made', async (t) => {
  const { system, desk, ask, colleague, eventType, events } = await startAppointments(t);
  const milan = await colleague('milan.okafor');
  const type = await eventType({ ...needsApproval, operatorIds: [desk.memberId, milan.memberId] });
  const asked = await ask(
    'POST',
    '/v1/bookings',
    { eventTypeId: type['id'], start: tuesdayAtTen, visitor, operatorId: desk.memberId },
    201,
  );
  assert.equal(asked['hostId'], desk.memberId);
  const approved = await ask('POST', `/v1/bookings/${asked['id']}/approve`, { operatorId: milan.memberId });
  assert.equal(approved['hostId'], milan.memberId);
  await system.work();
  assert.equal(events().length, 0);
  assert.equal(events(milan.objectId).length, 1);
});

test('of 20 approvers at two processes at once one wins, and the others are told who', async (t) => {
  const { system, desk, book, booking, lines, events } = await startAppointments(t, needsApproval);
  const asked = await book();
  const peer = await startPeer(t, system);
  const apis = [desk.api, apiClient(peer, desk.apiKey)] as const;
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      (apis[index % 2] ?? desk.api)(
        'POST',
        `/v1/bookings/${asked['id']}/${index % 5 === 4 ? 'decline' : 'approve'}`,
        {},
      ),
    ),
  );
  const now = await booking(asked['id']);
  const approvals = answers.filter(({ status, body }) => status === 200 && body['status'] === 'confirmed');
  assert.ok(approvals.length <= 1);
  for (const { status, body } of answers)
    assert.ok(status === 200 || body['code'] === 'request_decided', JSON.stringify(body));
  await system.work();
  // Declining takes an approval back, so that both may have had their turn: then the decline was last.
  const told = await lines(asked['id']);
  assert.equal(told.filter((type) => type === 'booking.approved').length, approvals.length);
  assert.equal(events().length, now['status'] === 'confirmed' ? 1 : 0);
  assert.equal(told.at(-1), now['status'] === 'confirmed' ? 'booking.approved' : 'booking.declined');
});

test('declined, the visitor’s time is free and nothing is made; declining an approved booking removes its meeting', async (t) => {
  const { system, ask, book, booking, events, lines } = await startAppointments(t, needsApproval);
  const first = await book();
  const declined = await ask('POST', `/v1/bookings/${first['id']}/decline`, { reason: 'I am away that day.' });
  assert.equal(declined['status'], 'declined');
  assert.equal(declined['cancelReason'], 'I am away that day.');
  const second = await book();
  await ask('POST', `/v1/bookings/${second['id']}/approve`, {});
  await system.work();
  assert.equal(events().length, 1);
  await ask('POST', `/v1/bookings/${second['id']}/decline`, { reason: 'Something came up.' });
  await system.work();
  assert.equal(events().length, 0);
  assert.equal((await booking(second['id']))['meeting'].status, 'cancelled');
  const cancelled = messagesTo(system.emulator.context.mailboxes, visitor.email, 'cancellation');
  assert.equal(cancelled.length, 1);
  assert.deepEqual(await lines(second['id']), ['booking.requested', 'booking.approved', 'booking.declined']);
  await ask('POST', `/v1/bookings/${second['id']}/approve`, {}, 409);
});

test('approving neither waits for Microsoft nor fails with it: the meeting follows when Microsoft is back', async (t) => {
  const { system, ask, book, booking } = await startAppointments(t, needsApproval);
  const asked = await book();
  system.emulator.fail({ service: 'graph', times: 50, kind: { type: 'status', status: 503 } });
  system.clock.advance(31_000);
  const approved = await ask('POST', `/v1/bookings/${asked['id']}/approve`, {});
  assert.equal(approved['status'], 'confirmed');
  await system.work();
  assert.equal((await booking(asked['id']))['meeting'].joinUrl, null);
  system.emulator.context.faults.length = 0;
  await system.advance(11 * 60_000);
  assert.equal((await booking(asked['id']))['meeting'].status, 'ready');
});

test('a request is not approved into a time that became busy in Outlook meanwhile', async (t) => {
  const { system, desk, ask, book, inOutlook } = await startAppointments(t, needsApproval);
  const asked = await book();
  inOutlook(desk.organizer, tuesdayAtTen);
  system.clock.advance(31_000);
  const answer = await desk.api('POST', `/v1/bookings/${asked['id']}/approve`, {});
  assert.equal(answer.status, 409);
  assert.equal(answer.body['code'], 'slot_taken');
  const without = await desk.api('POST', `/v1/bookings/${asked['id']}/approve`, { teamsMeeting: false });
  assert.equal(without.body['code'], 'slot_taken');
  await ask('POST', `/v1/bookings/${asked['id']}/approve`, { start: tuesdayAtTwo });
});

test('a request that nobody answers is declined when its time has come', async (t) => {
  const { system, book, booking, lines } = await startAppointments(t, needsApproval);
  const asked = await book();
  await system.advance(27 * hours);
  const now = await booking(asked['id']);
  assert.equal(now['status'], 'declined');
  assert.equal(now['decidedBy'], 'parley');
  assert.deepEqual(await lines(asked['id']), ['booking.requested', 'booking.declined']);
});

test('a visitor’s request that is withdrawn cannot be approved any more', async (t) => {
  const { desk, ask, book, lines } = await startAppointments(t, needsApproval);
  const asked = await book();
  await ask('POST', `/v1/bookings/${asked['id']}/cancel`, { reason: 'Found another way.' });
  const late = await desk.api('POST', `/v1/bookings/${asked['id']}/approve`, {});
  assert.equal(late.status, 409);
  assert.equal(late.body['code'], 'request_decided');
  assert.match(late.body['detail'], /does not want it/);
  assert.deepEqual(await lines(asked['id']), ['booking.requested', 'booking.cancelled']);
});

test('staff books at once what visitors can only request', async (t) => {
  const { book } = await startAppointments(t, needsApproval);
  const booked = await book({ approved: true });
  assert.equal(booked['status'], 'confirmed');
});

test('A01: another workspace’s request is not found, by any of its actions', async (t) => {
  const { system, book } = await startAppointments(t, needsApproval);
  const asked = await book();
  const stranger = await startWorkspace(system);
  for (const action of ['approve', 'decline', 'cancel', 'complete', 'no-show']) {
    const answer = await stranger.api('POST', `/v1/bookings/${asked['id']}/${action}`, {});
    assert.equal(answer.status, 404, action);
  }
  assert.equal((await stranger.api('GET', `/v1/bookings/${asked['id']}/history`)).status, 404);
  const patched = await stranger.api('PATCH', `/v1/bookings/${asked['id']}`, { note: 'mine' });
  assert.equal(patched.status, 404);
});

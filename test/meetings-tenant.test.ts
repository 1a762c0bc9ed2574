import assert from 'node:assert/strict';
import { test } from 'node:test';
import { armFault } from '../emulator/faults.ts';
import { messagesTo } from '../emulator/graph/mailboxes.ts';
import { connectTeams } from '../scripts/person.ts';
import { publicUrl, userNamed } from './support/system.ts';
import { addTenant } from './support/tenant.ts';
import { startTenantStory, tuesdayAtTen, tuesdayAtTwo, visitor, type TenantStory } from './support/tenant-story.ts';

// T5 T8: the operator owns the meeting, a visitor never does.
test('a booking becomes a Teams meeting in the operator’s calendar though nobody has signed in', async (t) => {
  const story = await startTenantStory(t);
  const { system, desk, ask } = story;
  const marek = await desk.organizer('marek.dvorak', { member_id: desk.memberId });
  const eventType = await story.eventType();
  const booking = await story.book(eventType['id']);
  await system.work();
  // A15: what an administrator looks for in the log.
  assert.ok(system.lines.some((line) => line.includes('[TeamsMeetings] operation=create done')));
  const meeting = await story.meeting(booking['meeting'].id);
  assert.deepEqual(
    [meeting['status'], meeting['access'], meeting['kind'], meeting['organizer'].objectId],
    ['ready', 'app-only', 'calendar', marek.objectId],
  );
  const [event] = story.eventsOf(marek.objectId);
  assert.deepEqual(
    event?.attendees.map((attendee) => attendee.emailAddress.address),
    [visitor.email],
  );
  assert.equal(messagesTo(system.emulator.context.mailboxes, visitor.email, 'invitation').length, 1);

  await ask('POST', `/v1/bookings/${booking['id']}/reschedule`, { start: tuesdayAtTwo });
  await system.work();
  const moved = await story.meeting(booking['meeting'].id);
  assert.deepEqual([moved['joinUrl'], moved['start']], [meeting['joinUrl'], tuesdayAtTwo]); // A12
  await ask('POST', `/v1/bookings/${booking['id']}/cancel`, {});
  await system.work();
  assert.equal((await story.meeting(booking['meeting'].id))['status'], 'cancelled');
  assert.deepEqual(story.eventsOf(marek.objectId), []);
  assert.ok(story.graphCalls().every((call) => !call.path.includes('/me/')));
});

test('a meeting is reached through the app that made it, also once another app of its tenant is further', async (t) => {
  const story = await startTenantStory(t, { stage: 'pilot' });
  const { system, desk, ask } = story;
  const marek = await desk.organizer('marek.dvorak', { member_id: desk.memberId, pilot: true });
  const made = await ask(
    'POST',
    '/v1/meetings',
    { organizer: { memberId: desk.memberId }, subject: 'Advice', start: tuesdayAtTen, end: tuesdayAtTwo },
    201,
  );
  await system.work();
  const { joinUrl } = await story.meeting(made['id']);
  // The other registration is live, and Microsoft does not know it.
  await addTenant(system, desk.workspaceId, { stage: 'live', clientId: '00000000-0000-4000-8000-0000000000aa' });
  await ask('PATCH', `/v1/meetings/${made['id']}`, { subject: 'Advice, second part' });
  await system.work();
  const changed = await story.meeting(made['id']);
  assert.deepEqual([changed['status'], changed['problem'], changed['joinUrl']], ['ready', null, joinUrl]);
  assert.deepEqual(
    story.eventsOf(marek.objectId).map((event) => event.subject),
    ['Advice, second part'],
  );
});

test('the operator’s own calendar decides which times are free, and an unread calendar offers none', async (t) => {
  const story = await startTenantStory(t);
  const { system, desk, ask } = story;
  await desk.organizer('marek.dvorak', { member_id: desk.memberId });
  const eventType = await story.eventType();
  const slots = async () => {
    const query = 'from=2026-11-24T08:00:00Z&to=2026-11-24T17:00:00Z';
    const answer = await desk.api('GET', `/v1/event-types/${eventType['id']}/slots?${query}`);
    return answer.status === 200
      ? answer.body['data'].map(({ start }: { start: string }) => start)
      : answer.body['code'];
  };
  assert.ok((await slots()).includes(tuesdayAtTen));
  await story.book(eventType['id']);
  await system.work();
  // Somebody blocks an hour in Outlook.
  await ask(
    'POST',
    '/v1/meetings',
    {
      organizer: { memberId: desk.memberId },
      subject: 'Staff meeting',
      start: tuesdayAtTwo,
      end: '2026-11-24T14:00:00Z',
    },
    201,
  );
  await system.work();
  system.clock.advance(60_000);
  const after = await slots();
  assert.ok(!after.includes(tuesdayAtTwo) && !after.includes(tuesdayAtTen));
  system.clock.advance(60_000);
  armFault(system.emulator.context, { service: 'graph', path: '/calendarView', kind: { type: 'status', status: 503 } });
  assert.equal(await slots(), 'calendar_unreadable');
});

// A5: the default organizer owns the meeting, the operator is invited.
test('a meeting of the default organizer has the operator as attendee', async (t) => {
  const story = await startTenantStory(t);
  const { system, desk } = story;
  const bookings = await desk.organizer('bookings');
  const marek = await desk.organizer('marek.dvorak', { member_id: desk.memberId });
  const eventType = await story.eventType({ organizer: 'default_organizer' });
  const closed = await desk.api('POST', '/v1/bookings', { eventTypeId: eventType['id'], start: tuesdayAtTen, visitor });
  assert.deepEqual([closed.status, closed.body['code']], [409, 'booking_not_open']);
  assert.match(closed.body['detail'], /no default organizer/);
  await system.database.db
    .updateTable('tenant_connections')
    .set({ default_organizer_id: bookings.id })
    .where('id', '=', desk.tenantConnectionId)
    .execute();
  const booking = await story.book(eventType['id']);
  await system.work();
  const meeting = await story.meeting(booking['meeting'].id);
  assert.deepEqual([meeting['status'], meeting['organizer'].objectId], ['ready', bookings.objectId]);
  const [event] = story.eventsOf(bookings.objectId);
  assert.deepEqual(
    event?.attendees.map((attendee) => attendee.emailAddress.address),
    [visitor.email, 'marek.dvorak@northgate.example'],
  );
  const [onMarek] = story.eventsOf(marek.objectId);
  assert.equal(onMarek?.isOrganizer, false);
});

test('an operator who has connected their own account organizes with it; the tenant is what is left otherwise', async (t) => {
  const story = await startTenantStory(t);
  const { system, desk, ask } = story;
  const marek = await desk.organizer('marek.dvorak', { member_id: desk.memberId });
  const dana = userNamed(system.emulator, 'dana.reyes');
  await connectTeams(desk.person, publicUrl, dana.id);
  const eventType = await story.eventType();
  const first = await story.book(eventType['id']);
  await system.work();
  assert.deepEqual(accessOf(await story.meeting(first['meeting'].id)), ['ready', 'delegated', dana.id]);

  const { data } = await ask('GET', '/v1/connections');
  await desk.person.call(`${publicUrl}/v1/connections/${data[0].id}`, 'DELETE');
  const second = await story.book(eventType['id'], tuesdayAtTwo);
  await system.work();
  assert.deepEqual(accessOf(await story.meeting(second['meeting'].id)), ['ready', 'app-only', marek.objectId]);
});

// A03 G13
test('nobody is asked at Microsoft about an organizer whom Parley does not allow, and the refusal is on record', async (t) => {
  const story = await startTenantStory(t);
  const { system, desk } = story;
  await desk.organizer('marek.dvorak', { allowed: false, member_id: desk.memberId });
  const meeting = { subject: 'Intake', start: tuesdayAtTen, end: tuesdayAtTwo };
  for (const organizer of [
    { memberId: desk.memberId },
    { userPrincipalName: 'marek.dvorak@northgate.example' },
    { userPrincipalName: 'amira.solano@northgate.example' },
  ]) {
    const answer = await desk.api('POST', '/v1/meetings', { ...meeting, organizer });
    assert.deepEqual([answer.status, answer.body['code']], [403, 'organizer_not_allowed']);
  }
  const eventType = await story.eventType();
  const booking = await desk.api('POST', '/v1/bookings', {
    eventTypeId: eventType['id'],
    start: tuesdayAtTen,
    visitor,
  });
  assert.equal(booking.body['code'], 'booking_not_open');
  await system.work();
  assert.deepEqual(story.graphCalls(), []);
  const refusals = await recorded(story, 'organizer.refused');
  assert.equal(refusals.length, 3);
});

test('an organizer who is disallowed after a booking is not acted for, until they are allowed again', async (t) => {
  const story = await startTenantStory(t);
  const { system, desk } = story;
  const marek = await desk.organizer('marek.dvorak', { member_id: desk.memberId });
  const eventType = await story.eventType();
  const booking = await story.book(eventType['id']);
  const allow = (allowed: boolean) => story.ask('PATCH', `/v1/organizers/${marek.id}`, { allowed });
  await allow(false);
  await system.work();
  const refused = await story.meeting(booking['meeting'].id);
  assert.deepEqual([refused['status'], refused['problem'].code], ['failed', 'organizer_not_allowed']);
  assert.deepEqual(story.graphCalls(undefined, `${marek.objectId}/events`), []);
  await allow(true);
  await system.work();
  assert.equal((await story.meeting(booking['meeting'].id))['status'], 'ready');
});

// G9; A1: nothing is made before the tenant is active for the workspace.
test('in the pilot only the pilot group takes bookings, and a paused tenant takes none', async (t) => {
  const story = await startTenantStory(t, { stage: 'pilot' });
  const { system, desk } = story;
  await desk.organizer('marek.dvorak', { member_id: desk.memberId, pilot: true });
  await desk.organizer('ben.achterberg');
  const eventType = await story.eventType();
  const booking = await story.book(eventType['id']);
  await system.work();
  assert.equal((await story.meeting(booking['meeting'].id))['status'], 'ready');
  const outside = await desk.api('POST', '/v1/meetings', {
    organizer: { userPrincipalName: 'Ben.Achterberg@northgate.example' },
    subject: 'Intake',
    start: tuesdayAtTen,
    end: tuesdayAtTwo,
  });
  assert.deepEqual([outside.status, outside.body['code']], [409, 'tenant_not_live']);
  assert.match(outside.body['detail'], /pilot/);

  await system.database.db.updateTable('tenant_connections').set({ stage: 'paused' }).execute();
  const paused = await desk.api('POST', '/v1/bookings', { eventTypeId: eventType['id'], start: tuesdayAtTwo, visitor });
  assert.deepEqual([paused.body['code'], paused.body['detail']], ['booking_not_open', 'Northgate College is paused.']);
  // What is there is kept in step all the same.
  await story.ask('POST', `/v1/bookings/${booking['id']}/cancel`, {});
  await system.work();
  assert.equal((await story.meeting(booking['meeting'].id))['status'], 'cancelled');
});

// T4: a visitor is known by the number that the booking system has of them, and invited as who they are in the directory.
test('a visitor who is somebody of the tenant is invited at their own address, and nobody is guessed', async (t) => {
  const story = await startTenantStory(t);
  const { system, desk } = story;
  const marek = await desk.organizer('marek.dvorak', { member_id: desk.memberId });
  const rule = { local: 'attribute:staffNumber', remote: 'employeeId' };
  await system.database.db
    .updateTable('tenant_connections')
    .set({ identity_rules: JSON.stringify({ operator: rule, visitor: rule }) })
    .execute();
  const eventType = await story.eventType();
  const stories = [
    ['N-2011', tuesdayAtTen, 'carla.roth@northgate.example', undefined],
    ['N-2010', tuesdayAtTwo, visitor.email, 'several'],
    ['N-9999', '2026-11-24T14:00:00.000Z', visitor.email, 'none'],
  ] as const;
  for (const [staffNumber, start, address, unmatched] of stories) {
    const body = { eventTypeId: eventType['id'], start, visitor: { ...visitor, attributes: { staffNumber } } };
    const booking = await story.ask('POST', '/v1/bookings', body, 201);
    await system.work();
    const meeting = await story.meeting(booking['meeting'].id);
    assert.equal(meeting['status'], 'ready');
    const [attendee] = meeting['attendees'];
    assert.deepEqual([attendee.email, attendee.unmatched], [address, unmatched], staffNumber);
    const event = story.eventsOf(marek.objectId).find((each) => new Date(each.start.at).toISOString() === start);
    assert.deepEqual(
      event?.attendees.map((each) => each.emailAddress.address),
      [address],
    );
    await story.ask('POST', `/v1/bookings/${booking['id']}/cancel`, {});
    await system.work();
  }
});

type Answer = Awaited<ReturnType<TenantStory['meeting']>>;

function accessOf(meeting: Answer) {
  return [meeting['status'], meeting['access'], meeting['organizer'].objectId];
}

function recorded({ system }: TenantStory, type: string) {
  return system.database.db.selectFrom('outbox_events').selectAll().where('type', '=', type).execute();
}

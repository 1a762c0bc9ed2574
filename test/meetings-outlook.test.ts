import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteEvent } from '../emulator/graph/event-actions.ts';
import { readEventInput } from '../emulator/graph/event-input.ts';
import { updateEvent } from '../emulator/graph/event-update.ts';
import { minutes, seconds, startStory, tuesdayAtTen, tuesdayAtTwo, type Story } from './faults/story.ts';
import { connectTeams, signIn } from '../scripts/person.ts';
import { createSignInToken } from '../src/access/service.ts';
import { publicUrl, userNamed } from './support/system.ts';

// What the host does in Outlook, and what happens to the mailbox: Parley changes only what was changed in Parley, and
// takes nothing for gone that it did not look for in the meeting's own mailbox.

/** The host edits the event in Outlook. */
function editInOutlook({ system, desk, events }: Story, change: object): void {
  const [event] = events();
  assert.ok(event);
  updateEvent(system.emulator.context, desk.organizer, event, readEventInput(change as Record<string, unknown>));
}

/** The host deletes the event in Outlook, without a word to anybody. */
function deleteInOutlook({ system, events }: Story): void {
  const [event] = events();
  assert.ok(event);
  deleteEvent(system.emulator.context, event);
}

test('an event that was deleted in Outlook is cancelled without a complaint', async (t) => {
  const story = await startStory(t);
  const { book, cancel, settle, events } = story;
  const booking = await book();
  await settle(booking);
  deleteInOutlook(story);
  await cancel(booking.id);
  const after = await settle(booking);
  assert.deepEqual([after['status'], after['problem']], ['cancelled', null]);
  assert.equal(events().length, 0);
});

test('an event that was deleted in Outlook is not moved: a person is asked, and a retry makes a new one with a new link', async (t) => {
  const story = await startStory(t);
  const { desk, book, reschedule, settle, history, events, graphCalls, mails } = story;
  const booking = await book();
  const first = await settle(booking);
  deleteInOutlook(story);
  await reschedule(booking.id, tuesdayAtTwo);
  const asked = await settle(booking);
  assert.deepEqual([asked['status'], asked['problem'], asked['outlookChange'].kind], ['out_of_sync', null, 'deleted']);
  assert.equal(events().length, 0, 'nothing is made unasked');
  await desk.api('POST', `/v1/meetings/${booking.meeting.id}/retry`);
  const repaired = await settle(booking);
  assert.equal(repaired['status'], 'ready');
  assert.notEqual(repaired['joinUrl'], first['joinUrl']);
  assert.equal(repaired['joinUrl'], events()[0]?.meeting?.joinUrl);
  assert.equal(new Date(events()[0]?.start.at ?? 0).toISOString(), tuesdayAtTwo);
  const ids = graphCalls('POST').map(({ body }) => JSON.parse(body).transactionId);
  assert.deepEqual(ids, [booking.meeting.id, `${booking.meeting.id}-2`]);
  assert.equal(mails('invitation').length, 2);
  assert.deepEqual((await history(booking)).slice(-3), ['changed', 'out_of_sync', 'conference_assigned']);
  // The new event is moved and cancelled like any other.
  await reschedule(booking.id, tuesdayAtTen);
  assert.equal((await settle(booking))['joinUrl'], repaired['joinUrl']);
  assert.equal(events().length, 1);
});

test('the answer to the replacement’s create is lost: it is found under its own id, at the time wanted by then', async (t) => {
  const story = await startStory(t);
  const { system, desk, book, reschedule, settle, events, graphCalls } = story;
  const booking = await book();
  await settle(booking);
  deleteInOutlook(story);
  await reschedule(booking.id, tuesdayAtTwo);
  await settle(booking);
  system.emulator.fail({ service: 'graph', method: 'POST', path: '/me/events', kind: { type: 'drop-response' } });
  await desk.api('POST', `/v1/meetings/${booking.meeting.id}/retry`);
  await system.work();
  // Back to the time that the deleted event had: what was true of that one says nothing about its replacement.
  system.clock.advance(31 * seconds);
  await reschedule(booking.id, tuesdayAtTen);
  assert.equal((await settle(booking))['status'], 'ready');
  assert.deepEqual(
    events().map((event) => new Date(event.start.at).toISOString()),
    [tuesdayAtTen],
  );
  assert.equal(graphCalls('POST').length, 2);
});

test('a guest whom the host added in Outlook stays through a move and is told of it', async (t) => {
  const story = await startStory(t);
  const { book, reschedule, settle, events, mails } = story;
  const booking = await book();
  await settle(booking);
  const guest = { emailAddress: { address: 'guest@elsewhere.example', name: 'A guest' }, type: 'required' };
  const sam = { emailAddress: { address: 'sam@visitor.example', name: 'Sam' }, type: 'required' };
  editInOutlook(story, { attendees: [sam, guest] });
  await reschedule(booking.id, tuesdayAtTwo);
  await settle(booking);
  assert.deepEqual(
    events()[0]
      ?.attendees.map(({ emailAddress }) => emailAddress.address)
      .toSorted(),
    ['guest@elsewhere.example', 'sam@visitor.example'],
  );
  assert.equal(mails('invitation', 'guest@elsewhere.example').length, 1);
  assert.equal(mails('update', 'guest@elsewhere.example').length, 1);
  assert.equal(mails('cancellation', 'guest@elsewhere.example').length, 0);
});

test('attendees that a program changes are added and dropped around those whom the host added in Outlook', async (t) => {
  const story = await startStory(t);
  const { desk, settle, events } = story;
  const create = await desk.api('POST', '/v1/meetings', {
    organizer: { memberId: desk.memberId },
    subject: 'Review',
    start: tuesdayAtTen,
    end: '2026-11-24T09:30:00Z',
    attendees: [{ email: 'a@x.example' }, { email: 'B@x.example' }],
  });
  const held = { meeting: { id: create.body['id'] as string } };
  await settle(held);
  const person = (address: string) => ({ emailAddress: { address, name: '' }, type: 'required' });
  editInOutlook(story, { attendees: ['a@x.example', 'b@x.example', 'host-added@x.example'].map(person) });
  await desk.api('PATCH', `/v1/meetings/${held.meeting.id}`, {
    attendees: [{ email: 'A@x.example' }, { email: 'c@x.example' }],
  });
  await settle(held);
  assert.deepEqual(
    events()[0]
      ?.attendees.map(({ emailAddress }) => emailAddress.address.toLowerCase())
      .toSorted(),
    ['a@x.example', 'c@x.example', 'host-added@x.example'],
  );
});

test('a subject that the host edited in Outlook stays through a move', async (t) => {
  const story = await startStory(t);
  const { book, reschedule, settle, events } = story;
  const booking = await book();
  await settle(booking);
  editInOutlook(story, { subject: 'Prepared: bring the figures' });
  await reschedule(booking.id, tuesdayAtTwo);
  await settle(booking);
  assert.equal(events()[0]?.subject, 'Prepared: bring the figures');
  assert.equal(new Date(events()[0]?.start.at ?? 0).toISOString(), tuesdayAtTwo);
});

test('a time that the host chose in Outlook stays when a program changes the subject', async (t) => {
  const story = await startStory(t);
  const { desk, book, settle, events, graphCalls } = story;
  const booking = await book();
  await settle(booking);
  editInOutlook(story, {
    start: { dateTime: '2026-11-24T16:00:00', timeZone: 'UTC' },
    end: { dateTime: '2026-11-24T16:30:00', timeZone: 'UTC' },
  });
  await desk.api('PATCH', `/v1/meetings/${booking.meeting.id}`, { subject: 'Another subject' });
  await settle(booking);
  assert.equal(events()[0]?.subject, 'Another subject');
  assert.equal(new Date(events()[0]?.start.at ?? 0).toISOString(), '2026-11-24T16:00:00.000Z');
  assert.deepEqual(Object.keys(JSON.parse(graphCalls('PATCH').at(-1)?.body ?? '')), ['subject']);
});

test('Teams’ block in the invitation survives moves, and keeps the same link', async (t) => {
  for (const bodyWithoutBlock of ['disables', 'new-join-url'] as const) {
    const story = await startStory(t);
    const { system, book, reschedule, settle, events, graphCalls } = story;
    system.emulator.switches.bodyWithoutBlock = bodyWithoutBlock;
    const booking = await book();
    const { joinUrl } = await settle(booking);
    for (const start of [tuesdayAtTwo, '2026-11-24T15:00:00Z', tuesdayAtTen]) {
      system.clock.advance(31 * seconds);
      await reschedule(booking.id, start);
      assert.equal((await settle(booking))['joinUrl'], joinUrl);
    }
    assert.match(events()[0]?.body ?? '', /Join Microsoft Teams Meeting/);
    assert.match(events()[0]?.body ?? '', /Move or cancel this meeting/);
    assert.equal(graphCalls('PATCH').length, 3); // each of them without a body: every story asserts that
  }
});

test('a host who removed Teams’ block in Outlook gets a Teams meeting again with the next move', async (t) => {
  const story = await startStory(t);
  const { book, reschedule, settle, history, events } = story;
  const booking = await book();
  const { joinUrl } = await settle(booking);
  editInOutlook(story, { body: { contentType: 'HTML', content: '<p>See you!</p>' } });
  assert.equal(events()[0]?.isOnlineMeeting, false);
  await reschedule(booking.id, tuesdayAtTwo);
  const after = await settle(booking);
  assert.equal(after['status'], 'ready');
  assert.notEqual(after['joinUrl'], joinUrl);
  assert.equal(after['joinUrl'], events()[0]?.meeting?.joinUrl);
  assert.deepEqual((await history(booking)).slice(-2), ['join_url_changed', 'synced']);
});

test('a mailbox that is not there any more does not make a meeting count as cancelled', async (t) => {
  const { system, desk, book, cancel, settle, events, mails } = await startStory(t);
  const booking = await book();
  await settle(booking);
  const { mailbox } = desk.organizer;
  desk.organizer.mailbox = null;
  await cancel(booking.id);
  const failed = await settle(booking);
  assert.deepEqual([failed['status'], failed['problem'].code], ['failed', 'mailbox_not_found']);
  assert.equal(events().length, 1);
  desk.organizer.mailbox = mailbox;
  await desk.api('POST', `/v1/meetings/${booking.meeting.id}/retry`);
  assert.equal((await settle(booking))['status'], 'cancelled');
  assert.equal(events().length, 0);
  assert.equal(mails('cancellation').length, 1);
  await system.work();
});

test('a 404 that is not Exchange’s own does not make a meeting count as cancelled', async (t) => {
  const { system, desk, book, cancel, settle, meeting, events } = await startStory(t);
  const booking = await book();
  await settle(booking);
  const kind = { type: 'status', status: 404, code: 'ResourceNotFound', message: 'No such page' } as const;
  system.emulator.fail({ service: 'graph', path: '/me/events/', kind });
  await cancel(booking.id);
  await system.work();
  assert.notEqual((await meeting(booking))['status'], 'cancelled');
  assert.equal(events().length, 1);
  await desk.api('POST', `/v1/meetings/${booking.meeting.id}/retry`);
  assert.equal((await settle(booking))['status'], 'cancelled');
});

test('a member who connects another account: the meetings stay in the mailbox they were made in', async (t) => {
  const story = await startStory(t);
  const { system, desk, book, cancel, settle, meeting, events, graphCalls } = story;
  const booking = await book();
  await settle(booking);
  const other = userNamed(system.emulator, 'milan.okafor');
  // In a browser that Microsoft does not know yet.
  const browser = system.person();
  await signIn(browser, `${publicUrl}/sign-in/${await createSignInToken(system.app.deps, desk.memberId)}`);
  await connectTeams(browser, publicUrl, other.id);
  await system.work();
  const calls = graphCalls().length;
  await cancel(booking.id);
  const failed = await settle(booking);
  assert.deepEqual([failed['status'], failed['problem'].code], ['failed', 'not_connected']);
  assert.equal(graphCalls().length, calls, 'nobody looks for it in the other mailbox');
  assert.equal(events().length, 1);
  await system.advance(60 * minutes);
  assert.equal((await meeting(booking))['status'], 'failed');
  await connectTeams(desk.person, publicUrl, desk.organizer.id);
  assert.equal((await settle(booking))['status'], 'cancelled');
  assert.equal(events().length, 0);
});

test('a meeting whose time has passed before it could be made is not made', async (t) => {
  const { system, book, settle, events, graphCalls } = await startStory(t);
  system.emulator.fail({
    service: 'graph',
    method: 'POST',
    path: '/me/events',
    times: 1000,
    kind: { type: 'status', status: 503 },
  });
  const booking = await book();
  await system.work();
  await system.advance(30 * 60 * minutes);
  const failed = await settle(booking);
  assert.deepEqual([failed['status'], failed['problem'].code], ['failed', 'meeting_over']);
  assert.equal(events().length, 0);
  assert.equal(graphCalls('POST').length, 1);
});

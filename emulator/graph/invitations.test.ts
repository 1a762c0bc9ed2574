import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asPerson, first, graphEmulator, meeting } from '../../test/support/graph-caller.ts';
import type { Emulator } from '../emulator.ts';
import { messagesTo } from './mailboxes.ts';

const visitor = { type: 'required', emailAddress: { address: 'visitor@example.org', name: 'A Visitor' } };
const milan = { type: 'required', emailAddress: { address: 'milan.okafor@contoso.example', name: 'Milan' } };
const sofia = { type: 'required', emailAddress: { address: 'sofia.marsh@larkfield.example', name: 'Sofia' } };

function post(emulator: Emulator): string[] {
  return emulator.context.mailboxes.messages.map((message) => `${message.kind} to ${message.recipient.split('@')[0]}`);
}

async function start(attendees: object[] = [visitor, milan]) {
  const emulator = graphEmulator();
  const dana = await asPerson(emulator, 'dana.reyes');
  const { json } = await dana.post('/me/events', meeting({ attendees }));
  return { emulator, dana, event: json, path: `/me/events/${json.id}` };
}

test('every attendee receives exactly one invitation, inside and outside the tenant', async () => {
  const { emulator, event } = await start([visitor, milan, sofia, { ...visitor }]);
  assert.deepEqual(post(emulator), [
    'invitation to visitor',
    'invitation to milan.okafor',
    'invitation to sofia.marsh',
  ]);
  const [invitation] = messagesTo(emulator.context.mailboxes, 'Visitor@example.org', 'invitation');
  assert.equal(invitation?.invitation?.method, 'REQUEST');
  assert.equal(invitation?.invitation?.uid, event.iCalUId);
  assert.equal(invitation?.invitation?.joinUrl, event.onlineMeeting.joinUrl);
});

test('an attendee with a mailbox has a copy of their own', async () => {
  const { emulator, event } = await start();
  const copy = first(await (await asPerson(emulator, 'milan.okafor')).get('/me/events'));
  assert.notEqual(copy.id, event.id);
  assert.equal(copy.iCalUId, event.iCalUId);
  assert.deepEqual([copy.isOrganizer, copy.responseStatus.response, copy.showAs], [false, 'notResponded', 'tentative']);
  assert.equal(copy.onlineMeeting.joinUrl, event.onlineMeeting.joinUrl);
  assert.equal('transactionId' in copy, false);
});

test('hidden attendees see only themselves', async () => {
  const emulator = graphEmulator();
  const dana = await asPerson(emulator, 'dana.reyes');
  await dana.post('/me/events', meeting({ attendees: [visitor, milan], hideAttendees: true }));
  const copies = await (await asPerson(emulator, 'milan.okafor')).get('/me/events');
  assert.deepEqual(
    first(copies).attendees.map((one) => one.emailAddress.address),
    [milan.emailAddress.address],
  );
});

test('a change mails everybody; a change among attendees mails only the changed ones', async () => {
  const { emulator, dana, path } = await start();
  await dana.patch(path, { subject: 'Moved room' });
  assert.deepEqual(post(emulator).slice(2), ['update to visitor', 'update to milan.okafor']);
  await dana.patch(path, { attendees: [milan, sofia] });
  assert.deepEqual(post(emulator).slice(4), ['cancellation to visitor', 'invitation to sofia.marsh']);
  const copy = first(await (await asPerson(emulator, 'milan.okafor')).get('/me/events'));
  assert.equal(copy.subject, 'Moved room');
  assert.equal(copy.attendees.length, 2);
});

test('a PATCH that changes nothing, or nothing that attendees see, mails nobody', async () => {
  const { emulator, dana, event, path } = await start();
  await dana.patch(path, { subject: event.subject, start: event.start, end: event.end });
  await dana.patch(path, { categories: ['Blue'], showAs: 'oof', reminderMinutesBeforeStart: 5 });
  assert.equal(post(emulator).length, 2);
});

test('moving a meeting asks everyone again', async () => {
  const { emulator, dana, path } = await start();
  const caller = await asPerson(emulator, 'milan.okafor');
  const copy = first(await caller.get('/me/events'));
  assert.equal((await caller.post(`/me/events/${copy.id}/accept`, { sendResponse: true })).status, 202);
  const status = async () => (await dana.get(path)).json.attendees[1]?.status.response;
  assert.equal(await status(), 'accepted');
  assert.equal((await caller.get(`/me/events/${copy.id}`)).json.showAs, 'busy');
  await dana.patch(path, {
    start: { dateTime: '2026-11-26T09:00:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2026-11-26T09:30:00', timeZone: 'Europe/Berlin' },
  });
  assert.equal(await status(), 'none');
  assert.equal((await caller.get(`/me/events/${copy.id}`)).json.responseStatus.response, 'notResponded');
});

test('only the organizer cancels, and the comment travels with the cancellation', async () => {
  const { emulator, dana, path } = await start();
  const caller = await asPerson(emulator, 'milan.okafor');
  const copy = first(await caller.get('/me/events'));
  const refused = await caller.post(`/me/events/${copy.id}/cancel`, {});
  assert.equal(refused.status, 400);
  assert.match(refused.json.error.message, /You need to be an organizer to cancel a meeting/);
  assert.equal((await dana.post(`${path}/cancel`, { Comment: 'Ill today' })).status, 202);
  assert.equal((await dana.get(path)).json.error.code, 'ErrorItemNotFound');
  const [mail] = messagesTo(emulator.context.mailboxes, 'visitor@example.org', 'cancellation');
  assert.deepEqual([mail?.invitation?.method, mail?.invitation?.comment], ['CANCEL', 'Ill today']);
  const cancelled = (await caller.get(`/me/events/${copy.id}`)).json;
  assert.deepEqual([cancelled.isCancelled, cancelled.subject, cancelled.showAs], [true, 'Canceled: Intake', 'free']);
});

test('an event without attendees cannot be cancelled, but the switch can allow it', async () => {
  const { emulator, dana, path } = await start([]);
  assert.equal((await dana.post(`${path}/cancel`)).status, 400);
  emulator.switches.cancelWithoutAttendees = 'accepted';
  assert.equal((await dana.post(`${path}/cancel`)).status, 202);
});

for (const [name, run] of [
  ['DELETE', (caller: Awaited<ReturnType<typeof asPerson>>, path: string) => caller.remove(path)],
  [
    'permanentDelete',
    (caller: Awaited<ReturnType<typeof asPerson>>, path: string) => caller.post(`${path}/permanentDelete`),
  ],
] as const) {
  test(`${name} by the organizer cancels for the attendees; by an attendee it clears one calendar`, async () => {
    const { emulator, dana, path } = await start();
    const caller = await asPerson(emulator, 'milan.okafor');
    const copy = first(await caller.get('/me/events'));
    assert.equal((await run(caller, `/me/events/${copy.id}`)).status, 204);
    assert.equal(post(emulator).length, 2, 'an attendee who deletes tells nobody');
    assert.equal((await run(dana, path)).status, 204);
    assert.deepEqual(post(emulator).slice(2), ['cancellation to visitor', 'cancellation to milan.okafor']);
    assert.equal((await run(dana, path)).status, 404);
  });
}

test('declining takes the meeting out of the calendar and tells the organizer', async () => {
  const { emulator, dana, path } = await start();
  const caller = await asPerson(emulator, 'milan.okafor');
  const copy = first(await caller.get('/me/events'));
  const late = { proposedNewTime: { start: copy.start, end: copy.end }, sendResponse: false };
  assert.equal((await caller.post(`/me/events/${copy.id}/decline`, late)).status, 400);
  assert.equal((await caller.post(`/me/events/${copy.id}/decline`, { comment: 'Away' })).status, 202);
  assert.equal((await caller.get(`/me/events/${copy.id}`)).status, 404);
  assert.equal((await dana.get(path)).json.attendees[1]?.status.response, 'declined');
  const [mail] = messagesTo(emulator.context.mailboxes, 'dana.reyes@contoso.example', 'response');
  assert.equal(mail?.subject, 'Declined: Intake');
  assert.equal((await dana.post(`${path}/accept`)).status, 400, 'organizers do not answer themselves');
});

test('changing a copy changes nothing for others', async () => {
  const { emulator, dana, path } = await start();
  const caller = await asPerson(emulator, 'milan.okafor');
  const copy = first(await caller.get('/me/events'));
  await caller.patch(`/me/events/${copy.id}`, { subject: 'My note' });
  assert.equal((await dana.get(path)).json.subject, 'Intake');
  assert.equal(post(emulator).length, 2);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asPerson, graphEmulator, meeting } from '../../test/support/graph-caller.ts';
import type { Emulator } from '../emulator.ts';

const origin = 'http://emulator.localhost';

async function page(emulator: Emulator, path: string): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await emulator.fetch(`${origin}${path}`);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

async function send(
  emulator: Emulator,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
) {
  const body = new URLSearchParams(form).toString();
  const type = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
  const response = await emulator.fetch(`${origin}${path}`, { method: 'POST', headers: type, body });
  return { status: response.status, text: await response.text() };
}

function linkIn(text: string, pattern: RegExp): string {
  const found = [...text.matchAll(/(?:href|action)="([^"]+)"/g)]
    .map(([, link = '']) => link)
    .find((link) => pattern.test(link));
  assert.ok(found !== undefined, `a link like ${pattern} is there`);
  return found;
}

async function booked(changes: Record<string, unknown> = {}) {
  const emulator = graphEmulator();
  const dana = await asPerson(emulator, 'dana.reyes');
  const attendees = ['visitor@example.org', 'milan.okafor@contoso.example'].map((address) => ({
    emailAddress: { address },
  }));
  const event = (await dana.post('/me/events', meeting({ attendees, ...changes }))).json;
  return { emulator, dana, event };
}

test('a visitor from outside appears among the people, with the invitation and its join button', async () => {
  const { emulator, event } = await booked();
  const people = await page(emulator, '/outlook');
  const inbox = await page(emulator, linkIn(people.text, /visitor%40example\.org/));
  assert.match(inbox.text, /Invitation[\s\S]*Intake/);
  const message = await page(emulator, linkIn(inbox.text, /messages/));
  const join = linkIn(message.text, /\/outlook\/join/);
  assert.equal(new URL(join, origin).searchParams.get('url'), event.onlineMeeting.joinUrl);
  assert.match((await page(emulator, join)).text, /You would now join <b>Intake<\/b> with Dana Reyes/);
  assert.equal((await page(emulator, '/outlook/join?url=https://example.org')).status, 404);
  emulator.context.mailboxes.events.clear();
  assert.match((await page(emulator, join)).text, /No calendar has this meeting/);
});

test('answers given by hand reach the organizer, from inside and outside', async () => {
  const { emulator, dana, event } = await booked();
  const inbox = await page(emulator, '/outlook/mailbox/visitor%40example.org/inbox');
  const message = linkIn(inbox.text, /messages/);
  const answered = await send(emulator, `${message}/answer`, { answer: 'accepted' });
  assert.match(answered.text, /You accepted/);
  const week = await page(emulator, '/outlook/mailbox/milan.okafor%40contoso.example/calendar?week=2026-11-25');
  assert.match(week.text, /not answered/);
  await send(emulator, `${linkIn(week.text, /events\/AAMk/)}/answer`, { answer: 'declined' });
  const { json } = await dana.get(`/me/events/${event.id}`);
  assert.deepEqual(
    json.attendees.map((one) => one.status.response),
    ['accepted', 'declined'],
  );
  assert.match((await page(emulator, '/outlook/mailbox/dana.reyes%40contoso.example/inbox')).text, /Declined: Intake/);
});

test('an appointment made by hand is busy time for Graph', async () => {
  const { emulator, dana } = await booked();
  const form = { subject: 'Dentist', date: '2026-11-27', start: '14:00', end: '15:00', showAs: 'busy' };
  const week = await send(emulator, '/outlook/mailbox/dana.reyes%40contoso.example/events', form);
  assert.match(week.text, /Dentist/);
  const { json } = await dana.get(
    '/me/calendarView?startDateTime=2026-11-27T00:00:00Z&endDateTime=2026-11-28T00:00:00Z',
  );
  assert.equal(json.value[0]?.start.dateTime, '2026-11-27T13:00:00.0000000');
});

test('an event can be moved and cancelled by hand, and attendees hear of it', async () => {
  const { emulator, dana, event } = await booked();
  const path = `/outlook/mailbox/dana.reyes%40contoso.example/events/${encodeURIComponent(event.id)}`;
  await send(emulator, path, { subject: 'Later', date: '2026-11-25', start: '11:00', end: '11:30' });
  const { json } = await dana.get(`/me/events/${event.id}`);
  assert.deepEqual([json.subject, json.start.dateTime], ['Later', '2026-11-25T10:00:00.0000000']);
  assert.equal(json.onlineMeeting.joinUrl, event.onlineMeeting.joinUrl);
  await send(emulator, `${path}/delete`, {});
  const kinds = emulator.context.mailboxes.messages
    .filter((one) => one.recipient === 'visitor@example.org')
    .map((one) => one.kind);
  assert.deepEqual(kinds, ['invitation', 'update', 'cancellation']);
  assert.equal((await page(emulator, path)).status, 404);
});

test('what is not possible is said, and other sites’ forms are refused', async () => {
  const { emulator } = await booked();
  const events = '/outlook/mailbox/dana.reyes%40contoso.example/events';
  const backwards = { subject: 'x', date: '2026-11-27', start: '15:00', end: '14:00', showAs: 'busy' };
  const refused = await send(emulator, events, backwards);
  assert.deepEqual([refused.status, /end time must not be before/.test(refused.text)], [400, true]);
  assert.equal((await send(emulator, events, backwards, { 'sec-fetch-site': 'cross-site' })).status, 403);
  assert.equal((await page(emulator, '/outlook/mailbox/nobody%40example.org/calendar')).status, 404);
});

test('text from outside cannot act: it is escaped, and no script may run', async () => {
  const { emulator } = await booked({
    subject: '<script>steal()</script>',
    body: { contentType: 'html', content: '<img src=x onerror=steal()>' },
  });
  const week = await page(emulator, '/outlook/mailbox/dana.reyes%40contoso.example/calendar?week=2026-11-25');
  assert.doesNotMatch(week.text, /<script/);
  assert.match(week.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  const inbox = await page(emulator, '/outlook/mailbox/visitor%40example.org/inbox');
  const message = await page(emulator, linkIn(inbox.text, /messages/));
  assert.doesNotMatch(message.text, /<script|onerror/);
});

test('a series shows every week, and an odd week name shows this one', async () => {
  const recurrence = {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: ['wednesday'] },
    range: { type: 'noEnd', startDate: '2026-11-25' },
  };
  const { emulator } = await booked({ recurrence });
  const calendar = '/outlook/mailbox/dana.reyes%40contoso.example/calendar';
  const later = await page(emulator, `${calendar}?week=2027-03-01`);
  assert.match(later.text, /Intake/);
  assert.equal((await page(emulator, linkIn(later.text, /events\/AAMk/))).status, 200);
  assert.match((await page(emulator, `${calendar}?week=soon`)).text, /16 November – 22 November 2026/);
});

test('a week without events leads to the next one', async () => {
  const { emulator } = await booked();
  const calendar = '/outlook/mailbox/dana.reyes%40contoso.example/calendar';
  const empty = await page(emulator, calendar);
  assert.match(empty.text, /Nothing in this week. Next:\s+<a[^>]*>Intake<\/a\s*>,\s+Wed 25 Nov 2026, 09:00–09:30/);
  const next = await page(emulator, linkIn(empty.text, /week=2026-11-25/));
  assert.match(next.text, /23 November – 29 November 2026/);
  assert.doesNotMatch(next.text, /Nothing in this week/);
  assert.match((await page(emulator, `${calendar}?week=2026-12-01`)).text, /Nothing in this week\.</);
});

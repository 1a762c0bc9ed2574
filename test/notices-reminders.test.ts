import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPeer } from './support/system.ts';
import { tuesdayAtTen, tuesdayAtTwo, visitor } from './support/appointments.ts';
import { day, hour, linksOf, minute, sam, startMailStory } from './support/mail-story.ts';

/** The clock of a test begins on Monday at 07:00 UTC; the booking is on Tuesday at 09:00 UTC, 26 hours later. */
const reminders = { reminders: [24 * 60, 60] };

test('visitors are reminded once for each time that the event type says, and told how long it is', async (t) => {
  const { system, book, letters, to, settle } = await startMailStory(t, reminders);
  await book();
  await settle();
  await system.advance(2 * hour - minute);
  assert.deepEqual(await letters(sam), []);
  await system.advance(minute);
  assert.deepEqual(await letters(sam), ['reminder']);
  assert.equal(to(sam)[0]?.subject, 'Reminder: Intro call in 24 hours');
  assert.ok(linksOf(to(sam)[0]).some((url) => url.startsWith('https://teams.microsoft.com/')));
  for (let hours = 0; hours < 22; hours++) await system.advance(hour);
  assert.deepEqual(await letters(sam), ['reminder']);
  await system.advance(hour);
  assert.equal(to(sam)[1]?.subject, 'Reminder: Intro call in 60 minutes');
  await system.advance(day);
  assert.equal(to(sam).length, 2);
});

test('two processes that sweep at once remind once', async (t) => {
  const story = await startMailStory(t, reminders);
  const { system, book, settle, to } = story;
  const peer = await startPeer(t, system);
  await book();
  await settle();
  system.clock.advance(2 * hour);
  await Promise.all([system.app.sweep(), peer.app.sweep(), system.app.sweep()]);
  await Promise.all([system.app.drain(), peer.app.drain()]);
  assert.equal(to(sam).length, 1);
});

test('nobody is reminded of a time that was cancelled or moved away, and of the new one in its time', async (t) => {
  const { system, ask, book, settle, letters, to } = await startMailStory(t, { reminders: [60] });
  const moved = await book();
  const cancelled = await book({ start: tuesdayAtTwo });
  await settle();
  await ask('POST', `/v1/bookings/${moved['id']}/reschedule`, { start: '2026-11-25T09:00:00.000Z' });
  await ask('POST', `/v1/bookings/${cancelled['id']}/cancel`, { reason: '' });
  await system.advance(25 * hour);
  await system.advance(4 * hour);
  assert.deepEqual(await letters(sam), []);
  await system.advance(20 * hour);
  assert.deepEqual(await letters(sam), ['reminder']);
  assert.match(to(sam)[0]?.text ?? '', /25 November 2026, 09:00/);
});

test('whoever books after the moment of a reminder gets the next one only', async (t) => {
  const { system, book, settle, to } = await startMailStory(t, { reminders: [48 * 60, 60] });
  await book();
  await settle();
  await system.advance(hour);
  assert.deepEqual(to(sam), []);
  await system.advance(24 * hour);
  assert.equal(to(sam).length, 1);
});

test('after a pause, only the latest reminder that is due is sent', async (t) => {
  const { system, book, settle, to } = await startMailStory(t, reminders);
  await book();
  await settle();
  await system.advance(25 * hour + 30 * minute);
  await system.advance(minute);
  assert.deepEqual(
    to(sam).map(({ subject }) => subject),
    ['Reminder: Intro call in 30 minutes'],
  );
});

test('a reminder that waits for the mail server is not sent once its time has moved', async (t) => {
  const { system, ask, book, settle, to, failures, emails } = await startMailStory(t, { reminders: [60] });
  const made = await book();
  await settle();
  failures.push(new Error('451 Later'));
  await system.advance(25 * hour);
  await ask('POST', `/v1/bookings/${made['id']}/reschedule`, { start: '2026-11-26T09:00:00.000Z' });
  await system.advance(10 * minute);
  assert.deepEqual(to(sam), []);
  assert.deepEqual(
    (await emails()).filter(({ template }) => template === 'reminder').map(({ status }) => status),
    ['withdrawn'],
  );
});

test('a reminder can be ended by one click of a mail program, by the button of a page, and by nothing else', async (t) => {
  const { system, book, settle, to } = await startMailStory(t, { reminders: [60] });
  const kim = 'kim@visitor.example';
  await book({ attendees: [{ email: 'Kim@Visitor.example', name: 'Kim', from: 'email' }] });
  await book({ start: tuesdayAtTwo, visitor: { ...visitor, email: kim } });
  await settle();
  await system.advance(25 * hour);
  const url = to(kim).at(-1)?.unsubscribeUrl ?? '';
  assert.match(url, /^http:\/\/localhost:3000\/reminders\/[\w-]+\.[\w-]{22}$/);
  assert.equal(to(sam)[0]?.unsubscribeUrl === url, false);
  const count = async () =>
    (await system.database.db.selectFrom('reminder_refusals').selectAll().execute()).map(({ email }) => email);

  const shown = await (await system.world(url)).text();
  assert.match(shown, /No more reminders\?/);
  assert.match(shown, /kim@visitor\.example/);
  await system.world(url, { method: 'HEAD' });
  assert.deepEqual(await count(), []);
  const last = url.at(-1) === 'A' ? 'Q' : 'A';
  for (const forged of [url.slice(0, -1) + last, url.replace('reminders/', 'reminders/x'), `${url}x`]) {
    const answer = await system.world(forged, { method: 'POST', body: 'List-Unsubscribe=One-Click' });
    assert.equal(answer.status, 404);
  }
  assert.deepEqual(await count(), []);

  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const once = await system.world(url, { method: 'POST', headers: form, body: 'List-Unsubscribe=One-Click' });
  assert.equal(once.status, 200);
  assert.match(await once.text(), /You get no more reminders/);
  assert.deepEqual(await count(), [kim]);
  const before = to(kim).length;
  await system.advance(4 * hour);
  assert.equal(to(kim).length, before);

  await system.world(url, { method: 'POST', headers: form, body: 'again=yes' });
  assert.deepEqual(await count(), []);
});

test('the reminder of a time says nothing of another visitor', async (t) => {
  const { system, book, settle, to } = await startMailStory(t, { reminders: [60], capacity: 5 });
  await book();
  await book({ visitor: { ...visitor, name: 'Kim Quist', email: 'kim@visitor.example' } });
  await settle();
  await system.advance(25 * hour);
  assert.equal(to(sam).length, 1);
  assert.doesNotMatch(to(sam)[0]?.html ?? '', /Kim/);
  assert.equal(new Date(tuesdayAtTen).getUTCDate(), 24);
});

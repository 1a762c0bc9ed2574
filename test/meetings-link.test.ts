import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStory, seconds, minutes, tuesdayAtTen, tuesdayAtTwo } from './faults/story.ts';

// Check R05: a success of Microsoft is not a meeting yet; only a join link that was read back is.

for (const delay of [1, 5, 60]) {
  test(`R05: a link that appears after ${delay} s is waited for, the time stays held, nothing is made twice`, async (t) => {
    const { system, desk, book, meeting, history, events, graphCalls, mails } = await startStory(t);
    system.emulator.switches.joinUrlDelayMs = delay * seconds;
    const booking = await book();
    await system.work();
    const before = await meeting(booking);
    assert.equal(before['status'], 'provisioning');
    assert.equal(before['joinUrl'], null);
    assert.equal(before['inSync'], false);
    assert.equal(before['problem'].code, 'provisioning');
    assert.ok(before['problem'].remedy && before['problem'].retryAt);
    assert.deepEqual(await history(booking), ['created', 'conference_failing']);
    const again = await desk.api('POST', '/v1/bookings', {
      eventTypeId: desk.eventType.id,
      start: tuesdayAtTen,
      visitor: { name: 'Another', email: 'another@visitor.example', timeZone: 'UTC' },
    });
    assert.equal(again.body['code'], 'slot_taken');
    for (let second = 0; second < delay; second++) await system.advance(seconds);
    await system.advance(10 * seconds);
    const after = await meeting(booking);
    assert.equal(after['status'], 'ready');
    assert.equal(after['joinUrl'], events()[0]?.meeting?.joinUrl);
    assert.equal(after['problem'], null);
    assert.deepEqual(await history(booking), ['created', 'conference_failing', 'conference_assigned']);
    assert.equal(graphCalls('POST').length, 1);
    assert.equal(graphCalls('PATCH').length, 0);
    assert.equal(mails('invitation').length, 1);
    // It was looked for again and again, but not all the time.
    assert.ok(graphCalls('GET').length <= 8, `${graphCalls('GET').length} looks`);
  });
}

test('R05: a link that never appears is said to be on its way, for as long as it takes', async (t) => {
  const { system, book, meeting, history, graphCalls, events } = await startStory(t);
  system.emulator.switches.joinUrlDelayMs = null;
  const booking = await book();
  await system.work();
  for (let looks = 0; looks < 60; looks++) await system.advance(minutes);
  const waiting = await meeting(booking);
  assert.equal(waiting['status'], 'provisioning');
  assert.equal(waiting['problem'].code, 'provisioning');
  assert.deepEqual(await history(booking), ['created', 'conference_failing']);
  assert.equal(graphCalls('POST').length, 1);
  assert.ok(graphCalls('GET').length < 30, `${graphCalls('GET').length} looks in an hour`);
  system.emulator.switches.joinUrlDelayMs = 0;
  await system.advance(6 * minutes);
  assert.equal((await meeting(booking))['status'], 'ready');
  assert.equal(events().length, 1);
});

test('R05: a booking whose link is on its way can be moved and cancelled at once', async (t) => {
  const { system, book, meeting, reschedule, cancel, events, mails } = await startStory(t);
  system.emulator.switches.joinUrlDelayMs = null;
  const booking = await book();
  await system.work();
  for (let looks = 0; looks < 10; looks++) await system.advance(minutes);
  await reschedule(booking.id, tuesdayAtTwo);
  await system.work();
  assert.equal(new Date(events()[0]?.start.at ?? 0).toISOString(), tuesdayAtTwo);
  assert.equal((await meeting(booking))['status'], 'provisioning');
  await cancel(booking.id);
  await system.work();
  assert.equal((await meeting(booking))['status'], 'cancelled');
  assert.equal(events().length, 0);
  assert.equal(mails('cancellation').length, 1);
});

for (const [reason, lose, detail] of [
  [
    'no licence',
    (user: { teamsLicence: boolean; mailbox: { allowedOnlineMeetingProviders: string[] } | null }) => {
      user.teamsLicence = false;
    },
    /most likely has no Teams licence/,
  ],
  [
    'Teams not among the calendar’s providers',
    (user: { teamsLicence: boolean; mailbox: { allowedOnlineMeetingProviders: string[] } | null }) => {
      if (user.mailbox) user.mailbox.allowedOnlineMeetingProviders = ['skypeForBusiness'];
    },
    /allows skypeForBusiness, but not Teams/,
  ],
  [
    'no online meetings allowed',
    (user: { teamsLicence: boolean; mailbox: { allowedOnlineMeetingProviders: string[] } | null }) => {
      if (user.mailbox) user.mailbox.allowedOnlineMeetingProviders = [];
    },
    /allows no online meetings at all/,
  ],
] as const) {
  test(`R05: an event without Teams (${reason}) fails visibly; put right, a retry makes it a Teams meeting`, async (t) => {
    const { system, desk, book, meeting, history, events, graphCalls, mails } = await startStory(t);
    const user = desk.organizer;
    const mailbox = structuredClone(user.mailbox);
    lose(user);
    const booking = await book();
    await system.work();
    const failed = await meeting(booking);
    assert.equal(failed['status'], 'failed');
    assert.equal(failed['problem'].code, 'teams_not_available');
    assert.match(failed['problem'].detail, detail);
    assert.equal(failed['joinUrl'], null);
    assert.deepEqual(await history(booking), ['created', 'failed']);
    await system.advance(60 * minutes);
    assert.equal(graphCalls('POST').length, 1);
    assert.equal(graphCalls('PATCH').length, 0);
    assert.equal(events().length, 1, 'the time stays held in Outlook');
    // Tried again too early, it fails again on the same event.
    await desk.api('POST', `/v1/meetings/${booking.meeting.id}/retry`);
    await system.work();
    assert.equal((await meeting(booking))['problem'].code, 'teams_not_available');
    user.teamsLicence = true;
    user.mailbox = mailbox;
    await desk.api('POST', `/v1/meetings/${booking.meeting.id}/retry`);
    await system.work();
    const repaired = await meeting(booking);
    assert.equal(repaired['status'], 'ready', JSON.stringify(repaired['problem']));
    assert.equal(repaired['joinUrl'], events()[0]?.meeting?.joinUrl);
    assert.equal(events().length, 1);
    assert.equal(graphCalls('POST').length, 1);
    assert.deepEqual(JSON.parse(graphCalls('PATCH').at(-1)?.body ?? ''), {
      isOnlineMeeting: true,
      onlineMeetingProvider: 'teamsForBusiness',
    });
    assert.equal(mails('invitation').length, 1);
    assert.match(mails('update').at(-1)?.html ?? '', /Join Microsoft Teams Meeting/);
    assert.deepEqual((await history(booking)).slice(-1), ['conference_assigned']);
  });
}

test('R05: a link that is late after a retry is waited for as well', async (t) => {
  const { system, desk, book, meeting, history, events } = await startStory(t);
  desk.organizer.teamsLicence = false;
  const booking = await book();
  await system.work();
  desk.organizer.teamsLicence = true;
  system.emulator.switches.joinUrlDelayMs = 5 * seconds;
  await desk.api('POST', `/v1/meetings/${booking.meeting.id}/retry`);
  await system.work();
  assert.equal((await meeting(booking))['status'], 'provisioning');
  for (let second = 0; second < 10; second++) await system.advance(seconds);
  assert.equal((await meeting(booking))['status'], 'ready');
  assert.deepEqual(await history(booking), ['created', 'failed', 'conference_failing', 'conference_assigned']);
  assert.equal(events().length, 1);
});

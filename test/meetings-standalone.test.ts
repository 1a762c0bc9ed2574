import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectTeams } from '../scripts/person.ts';
import { publicUrl, userNamed } from './support/system.ts';
import { startTenantStory, tuesdayAtTen, tuesdayAtTwo, visitor, type TenantStory } from './support/tenant-story.ts';

// The least that seeds 001 and 004 give: online meetings and people's names, no calendar at all.
const least = { features: ['standalone-meetings', 'people'] as const };

function startLeast(t: Parameters<typeof startTenantStory>[0], options: Parameters<typeof startTenantStory>[2] = {}) {
  return startTenantStory(t, { features: [...least.features] }, options);
}

const options = {
  lobbyBypassSettings: { scope: 'everyone', isDialInBypassEnabled: true },
  allowedPresenters: 'everyone',
} as const;

// G7: subject, times, participants, lobby bypass with dial-in, presenters.
test('a standalone meeting is made, moved and removed at Teams, and is on nobody’s calendar', async (t) => {
  const story = await startLeast(t);
  const { system, desk, ask } = story;
  const marek = await desk.organizer('marek.dvorak', { member_id: desk.memberId });
  story.grant(marek);
  const eventType = await story.eventType({ meetingKind: 'standalone', meetingOptions: options });
  const booking = await story.book(eventType['id']);
  await system.work();
  const made = await story.meeting(booking['meeting'].id);
  assert.deepEqual([made['status'], made['kind'], made['webLink']], ['ready', 'standalone', null]);
  assert.match(made['joinUrl'], /^https:\/\/teams\.microsoft\.com\//);
  assert.deepEqual([made['options'].state, made['options'].wanted], ['applied', options]);
  const [atTeams] = onlineMeetings(story);
  assert.deepEqual(atTeams?.participants, [visitor.email]);
  assert.deepEqual(story.eventsOf(marek.objectId), []);
  assert.deepEqual(story.graphCalls(undefined, '/events'), []); // A16
  assert.deepEqual(story.graphCalls(undefined, '/calendarView'), []);

  await ask('POST', `/v1/bookings/${booking['id']}/reschedule`, { start: tuesdayAtTwo });
  await system.work();
  const moved = await story.meeting(booking['meeting'].id);
  assert.deepEqual([moved['joinUrl'], moved['inSync']], [made['joinUrl'], true]);
  assert.equal(onlineMeetings(story)[0]?.start, tuesdayAtTwo);
  await ask('POST', `/v1/bookings/${booking['id']}/cancel`, {});
  await system.work();
  assert.equal((await story.meeting(booking['meeting'].id))['status'], 'cancelled');
  assert.deepEqual(onlineMeetings(story), []);
});

test('a create whose answer was lost leads to one meeting, and to none when it was cancelled meanwhile', async (t) => {
  let lose = true;
  const story = await startLeast(t, {
    wrapFetch: (inner) => async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      const answer = await inner(input, init);
      if (!url.endsWith('/createOrGet') || !lose) return answer;
      lose = false;
      throw new TypeError('fetch failed');
    },
  });
  const { system, desk } = story;
  const marek = await desk.organizer('marek.dvorak', { member_id: desk.memberId });
  story.grant(marek);
  const eventType = await story.eventType({ meetingKind: 'standalone' });
  const first = await story.book(eventType['id']);
  await system.work();
  assert.equal(onlineMeetings(story).length, 1);
  await system.advance(60_000);
  assert.equal((await story.meeting(first['meeting'].id))['status'], 'ready');
  assert.equal(onlineMeetings(story).length, 1);

  lose = true;
  const second = await story.book(eventType['id'], tuesdayAtTwo);
  await system.work();
  assert.equal(onlineMeetings(story).length, 2);
  await story.ask('POST', `/v1/bookings/${second['id']}/cancel`, {});
  await system.advance(60_000);
  // A create whose answer was lost may still be on its way.
  assert.equal((await story.meeting(second['meeting'].id))['problem'].code, 'create_unresolved');
  await system.advance(60_000);
  assert.equal((await story.meeting(second['meeting'].id))['status'], 'cancelled');
  assert.equal(onlineMeetings(story).length, 1);
});

// G8: side by side in one run.
test('organizers with the policy get their meeting; those without it wait, and get it once it was granted', async (t) => {
  const story = await startLeast(t);
  const { system, desk, ask } = story;
  const marek = await desk.organizer('marek.dvorak');
  const ben = await desk.organizer('ben.achterberg');
  story.grant(marek);
  const make = (organizerId: string) =>
    ask(
      'POST',
      '/v1/meetings',
      { organizer: { organizerId }, kind: 'standalone', subject: 'Intake', start: tuesdayAtTen, end: tuesdayAtTwo },
      201,
    );
  const [withPolicy, without] = [await make(marek.id), await make(ben.id)];
  await system.work();
  assert.equal((await story.meeting(withPolicy['id']))['status'], 'ready');
  const waiting = await story.meeting(without['id']);
  assert.deepEqual([waiting['status'], waiting['problem'].code], ['pending', 'application_access_policy_missing']);
  assert.equal(waiting['problem'].provider.code, 'Forbidden');
  assert.ok(waiting['problem'].retryAt);

  system.emulator.switches.teamsPolicyDelayMs = 10 * 60_000;
  story.grant(ben);
  await system.database.db
    .updateTable('organizers')
    .set({ policy_granted_at: system.clock.now(), policy_state: 'propagating' })
    .where('id', '=', ben.id)
    .execute();
  await system.advance(5 * 60_000);
  assert.equal((await story.meeting(without['id']))['problem'].code, 'policy_propagating');
  await system.advance(6 * 60_000);
  await system.advance(3 * 60_000);
  assert.equal((await story.meeting(without['id']))['status'], 'ready');
});

test('the default organizer of a standalone meeting lets the operator share in running it', async (t) => {
  const story = await startLeast(t);
  const { system, desk } = story;
  const bookings = await desk.organizer('bookings');
  await desk.organizer('marek.dvorak', { member_id: desk.memberId });
  story.grant(bookings);
  await system.database.db.updateTable('tenant_connections').set({ default_organizer_id: bookings.id }).execute();
  const eventType = await story.eventType({ meetingKind: 'standalone', organizer: 'default_organizer' });
  const booking = await story.book(eventType['id']);
  await system.work();
  const meeting = await story.meeting(booking['meeting'].id);
  assert.deepEqual(
    meeting['attendees'].map(({ email, role }: { email: string; role?: string }) => [email, role]),
    [
      [visitor.email, undefined],
      ['marek.dvorak@northgate.example', 'coorganizer'],
    ],
  );
  assert.equal(meeting['status'], 'ready');
});

test('somebody who has connected their own account makes standalone meetings too', async (t) => {
  const story = await startLeast(t);
  const { system, desk, ask } = story;
  await connectTeams(desk.person, publicUrl, userNamed(system.emulator, 'dana.reyes').id);
  const body = { organizer: { memberId: desk.memberId }, kind: 'standalone', subject: 'Intake', options };
  const { id } = await ask('POST', '/v1/meetings', { ...body, start: tuesdayAtTen, end: tuesdayAtTwo }, 201);
  await system.work();
  const meeting = await story.meeting(id);
  assert.deepEqual([meeting['status'], meeting['access'], meeting['options'].state], ['ready', 'delegated', 'applied']);
});

test('a standalone meeting that somebody removed at Teams is not made again by itself, but on request', async (t) => {
  const story = await startLeast(t);
  const { system, desk, ask } = story;
  const marek = await desk.organizer('marek.dvorak', { member_id: desk.memberId });
  story.grant(marek);
  const eventType = await story.eventType({ meetingKind: 'standalone' });
  const booking = await story.book(eventType['id']);
  await system.work();
  const { id } = booking['meeting'];
  const before = (await story.meeting(id))['joinUrl'];
  system.emulator.context.teams.meetings.clear();
  await ask('POST', `/v1/bookings/${booking['id']}/reschedule`, { start: tuesdayAtTwo });
  await system.work();
  const lost = await story.meeting(id);
  assert.deepEqual([lost['status'], lost['problem'].code], ['failed', 'online_meeting_not_found']);
  await ask('POST', `/v1/meetings/${id}/retry`);
  await system.work();
  const again = await story.meeting(id);
  assert.equal(again['status'], 'ready');
  assert.notEqual(again['joinUrl'], before);
});

test('what the tenant has not switched on is refused before Microsoft is asked', async (t) => {
  const story = await startLeast(t);
  const { desk } = story;
  await desk.organizer('marek.dvorak', { member_id: desk.memberId });
  const eventType = await story.eventType();
  const refused = await desk.api('POST', '/v1/bookings', {
    eventTypeId: eventType['id'],
    start: tuesdayAtTen,
    visitor,
  });
  assert.deepEqual([refused.status, refused.body['code']], [409, 'booking_not_open']);
  assert.match(refused.body['detail'], /calendars are not switched on/);
  const roles = await desk.api('POST', '/v1/meetings', {
    organizer: { memberId: desk.memberId },
    subject: 'Intake',
    start: tuesdayAtTen,
    end: tuesdayAtTwo,
    attendees: [{ email: 'a@b.example', role: 'presenter' }],
  });
  assert.equal(roles.body['errors'][0].pointer, '/attendees');
  assert.deepEqual(story.graphCalls(), []);
});

function onlineMeetings({ system }: TenantStory) {
  return [...system.emulator.context.teams.meetings.values()].map((meeting) => ({
    start: new Date(meeting.start).toISOString(),
    participants: meeting.attendees.map(({ upn }) => upn),
  }));
}

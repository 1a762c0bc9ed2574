import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDesk, startSystem } from './support/system.ts';
import { startTenantStory, tuesdayAtTen, tuesdayAtTwo, visitor, type TenantStory } from './support/tenant-story.ts';

const options = {
  lobbyBypassSettings: { scope: 'organization', isDialInBypassEnabled: true },
  allowedPresenters: 'organizer',
  isEntryExitAnnounced: false,
  allowMeetingChat: 'limited',
  allowRecording: true,
  allowTranscription: true,
} as const;

async function startWithOrganizer(t: Parameters<typeof startTenantStory>[0], name = 'marek.dvorak') {
  const story = await startTenantStory(t);
  const organizer = await story.desk.organizer(name, { member_id: story.desk.memberId });
  return { ...story, organizer };
}

test('the options of a meeting in a calendar are set once Teams finds it, and the visitor waits for none of it', async (t) => {
  const story = await startWithOrganizer(t);
  const { system, organizer } = story;
  story.grant(organizer);
  system.emulator.switches.onlineMeetingLookupDelayMs = 30_000;
  const eventType = await story.eventType({ meetingOptions: options });
  const booking = await story.book(eventType['id']);
  await system.work();
  const { id } = booking['meeting'];
  const early = await story.meeting(id);
  assert.deepEqual([early['status'], early['options'].state], ['ready', 'pending']);
  assert.equal(early['options'].problem.code, 'options_waiting');
  await system.advance(40_000);
  const late = await story.meeting(id);
  assert.deepEqual([late['options'].state, late['options'].problem], ['applied', null]);
  assert.deepEqual(pick(atTeams(story)), options);
  const { data } = await story.ask('GET', `/v1/meetings/${id}/events`);
  assert.ok(data.some(({ type }: { type: string }) => type === 'meeting.options_applied'));
});

test('an option that needs a licence is refused by name, and the others and the meeting stay', async (t) => {
  const story = await startWithOrganizer(t);
  const { system, organizer } = story;
  story.grant(organizer);
  const wanted = { ...options, watermarkProtection: { isEnabledForVideo: true } };
  for (const [how, start] of [
    ['refused', tuesdayAtTen],
    ['ignored', tuesdayAtTwo],
  ] as const) {
    system.emulator.switches.unlicensedMeetingOption = how;
    const eventType = await story.eventType({ meetingOptions: wanted });
    const booking = await story.book(eventType['id'], start);
    await system.work();
    const meeting = await story.meeting(booking['meeting'].id);
    assert.deepEqual([meeting['status'], meeting['options'].state], ['ready', 'refused'], how);
    assert.deepEqual(
      meeting['options'].refused.map(({ option, code }: { option: string; code: string }) => [option, code]),
      [['watermarkProtection', 'meeting_option_not_applied']],
    );
    assert.deepEqual(pick(atTeams(story)), options);
  }
});

test('without the Teams policy the meeting is there and its options wait, also while the policy is being applied', async (t) => {
  const story = await startWithOrganizer(t);
  const { system, organizer } = story;
  const eventType = await story.eventType({ meetingOptions: options });
  const booking = await story.book(eventType['id']);
  await system.work();
  const { id } = booking['meeting'];
  const meeting = await story.meeting(id);
  assert.deepEqual(
    [meeting['status'], meeting['options'].state, meeting['options'].problem.code],
    ['ready', 'pending', 'application_access_policy_missing'],
  );
  assert.match(meeting['options'].problem.remedy, /Teams administrator/);
  story.grant(organizer);
  await system.advance(60 * 60_000);
  assert.equal((await story.meeting(id))['options'].state, 'applied');
});

test('options that are changed while the old ones are being set end as they were wanted last', async (t) => {
  let change = async () => {};
  const story = await startTenantStory(
    t,
    {},
    {
      wrapFetch: (inner) => async (input, init) => {
        const request = new Request(input, init);
        if (request.method === 'PATCH' && request.url.includes('/onlineMeetings/')) await change();
        return inner(request);
      },
    },
  );
  const { system, desk } = story;
  story.grant(await desk.organizer('marek.dvorak', { member_id: desk.memberId }));
  const eventType = await story.eventType({ meetingOptions: options });
  const booking = await story.book(eventType['id']);
  const { id } = booking['meeting'];
  change = async () => {
    change = async () => {};
    await story.ask('PATCH', `/v1/meetings/${id}`, { options: { allowMeetingChat: 'disabled' } });
  };
  await system.work();
  await system.advance(60_000);
  const meeting = await story.meeting(id);
  assert.deepEqual(
    [meeting['options'].state, meeting['options'].wanted],
    ['applied', { allowMeetingChat: 'disabled' }],
  );
  assert.equal(atTeams(story)?.['allowMeetingChat'], 'disabled');
});

test('the options of somebody who has connected their own account are set with their grant', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system, { rules: { meetingOptions: { allowMeetingChat: 'disabled' } } });
  const { body } = await desk.api('POST', '/v1/bookings', {
    eventTypeId: desk.eventType.id,
    start: tuesdayAtTen,
    visitor,
  });
  await system.work();
  const meeting = await desk.api('GET', `/v1/meetings/${body['meeting'].id}`);
  assert.deepEqual([meeting.body['status'], meeting.body['options'].state], ['ready', 'applied']);
});

test('options that do not exist or contradict each other are refused when they are entered', async (t) => {
  const { desk } = await startWithOrganizer(t);
  const refused = await desk.api('POST', '/v1/meetings', {
    organizer: { memberId: desk.memberId },
    subject: 'Intake',
    start: tuesdayAtTen,
    end: tuesdayAtTwo,
    options: { allowRecording: false, recordAutomatically: true, lobbyBypassSettings: { scope: 'nobody' }, colour: 1 },
  });
  assert.deepEqual([refused.status, refused.body['code']], [400, 'invalid_request']);
  const pointers = refused.body['errors'].map(({ pointer }: { pointer: string }) => pointer);
  assert.ok(pointers.includes('/options/lobbyBypassSettings/scope') && pointers.includes('/options/colour'), pointers);
});

function atTeams({ system }: TenantStory): Record<string, unknown> | undefined {
  const all = [...system.emulator.context.teams.meetings.values()];
  return all.at(-1)?.options;
}

function pick(all: Record<string, unknown> | undefined) {
  return Object.fromEntries(Object.keys(options).map((name) => [name, all?.[name]]));
}

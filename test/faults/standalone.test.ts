import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tuesdayAtTwo, visitor } from '../support/tenant-story.ts';
import { tellOfFaults } from './organized-stories.ts';
import { startOrganized, tasksOf } from './organized.ts';
import { createGate } from './story.ts';

// Checks R01, R04 and R06 for Teams meetings that are on no calendar.

tellOfFaults('standalone');

test('roles that somebody gave at Teams are kept, those that are wanted are set', async (t) => {
  const story = await startOrganized(t, 'standalone');
  const leila = 'leila.haddad@northgate.example';
  const id = await story.make({ attendees: [{ email: visitor.email }, { email: leila }] });
  await story.settle(id);
  const atTeams = () => [...story.system.emulator.context.teams.meetings.values()].find((each) => !each.calendarBacked);
  const roles = () => Object.fromEntries(atTeams()?.attendees.map(({ upn, role }) => [upn, role]) ?? []);
  // Marek makes Ben, whom he invited himself, a presenter.
  const ben = 'ben.achterberg@northgate.example';
  atTeams()?.attendees.push({ upn: ben, role: 'presenter', userId: null });
  await story.ask('PATCH', `/v1/meetings/${id}`, { attendees: [{ email: leila, role: 'coorganizer' }] });
  await story.settle(id);
  assert.deepEqual(roles(), { [leila]: 'coorganizer', [ben]: 'presenter' });
  await story.ask('PATCH', `/v1/meetings/${id}`, { attendees: [{ email: leila, role: 'presenter' }] });
  await story.settle(id);
  assert.deepEqual(roles(), { [leila]: 'presenter', [ben]: 'presenter' });
});

test('two jobs at once make one meeting; options that arrive late are not the last word', async (t) => {
  const gate = createGate();
  let hold = false;
  const story = await startOrganized(t, 'standalone', {
    wrapFetch: (inner) => async (input, init) => {
      const request = new Request(input, init);
      if (hold && request.method === 'PATCH') {
        hold = false;
        await gate.pass();
      }
      return inner(request);
    },
  });
  const jobs = tasksOf(story.system.app);
  const id = await story.make();
  await Promise.all([jobs.sync(id), jobs.sync(id)]);
  const { joinUrl } = await story.settle(id);
  assert.deepEqual(
    story.live().map((each) => each.joinUrl),
    [joinUrl],
  );
  await story.setOptions(id, { allowMeetingChat: 'disabled' });
  await jobs.sync(id);
  hold = true;
  const late = jobs.options(id);
  await gate.arrived;
  await story.setOptions(id, { allowMeetingChat: 'limited' });
  await jobs.sync(id);
  await jobs.options(id);
  assert.equal((await story.meeting(id))['options'].state, 'applied');
  gate.open();
  await late;
  assert.equal((await story.settle(id))['options'].state, 'applied');
  const [atTeams] = [...story.system.emulator.context.teams.meetings.values()];
  assert.equal(atTeams?.options['allowMeetingChat'], 'limited');
  await story.move(id, tuesdayAtTwo);
  await story.settle(id);
  assert.equal(story.live().length, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectTeams } from '../scripts/person.ts';
import { publicUrl, startWorkspace } from './support/system.ts';
import { startWatched, tuesdayAtTwo, tuesdayHalfPastTwo } from './support/watched.ts';

// Which mailboxes are watched, on whose authority, and what stops and starts it.

const later = { start: '2026-12-15T09:00:00.000Z', end: '2026-12-15T09:30:00.000Z' };

test('one subscription serves two workspaces that have meetings in one mailbox', async (t) => {
  const story = await startWatched(t, { isPublic: true });
  const { system, emulator, app } = story;
  const first = await story.make(later);
  await story.work();
  const other = await startWorkspace(system, { email: 'dana@elsewhere.example' });
  await connectTeams(other.person, publicUrl, story.desk.organizer.id);
  const made = await other.api('POST', '/v1/meetings', {
    organizer: { memberId: other.memberId },
    subject: 'Theirs',
    start: '2026-12-16T09:00:00Z',
    end: '2026-12-16T09:30:00Z',
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  await app.drain();
  await story.work();
  assert.equal(emulator.context.notifications.subscriptions.size, 1);
  const watches = await story.watches();
  assert.deepEqual(
    watches.map(({ subscription_id: id }) => id !== null),
    [true, false],
  );
  assert.deepEqual(
    watches.map(({ subscription_problem_code: code }) => code),
    [null, null],
  );
  const theirs = story.events().find(({ subject }) => subject === 'Theirs');
  story.edit({ subject: 'Changed' }, theirs);
  system.clock.advance(6_000);
  await emulator.deliver();
  await app.drain();
  const found = await other.api('GET', `/v1/meetings/${made.body['id']}`);
  assert.deepEqual([found.body['status'], found.body['outlookChange'].subject], ['out_of_sync', 'Changed']);
  assert.equal((await story.meeting(first))['status'], 'ready');
});

test('an organizer whom Parley does not allow any more is not read, and is again when they are', async (t) => {
  const story = await startWatched(t, { access: 'app-only' });
  const id = await story.make(later);
  await story.look();
  const calls = story.emulator.calls.length;
  await story.db.updateTable('organizers').set({ allowed: false }).execute();
  story.move(tuesdayAtTwo, tuesdayHalfPastTwo);
  await story.look();
  await story.look();
  assert.equal(story.emulator.calls.length, calls, 'Microsoft is not asked');
  assert.equal((await story.watches())[0]?.problem_code, 'organizer_not_allowed');
  await story.db.updateTable('organizers').set({ allowed: true }).execute();
  for (let round = 0; round < 4; round += 1) await story.look();
  assert.equal((await story.meeting(id))['status'], 'out_of_sync');
});

test('a mailbox whose connection was revoked is left alone, and read at once when it is connected again', async (t) => {
  const story = await startWatched(t);
  const { system, desk } = story;
  const id = await story.make(later);
  await story.look();
  system.clock.advance(2 * 60 * 60_000);
  desk.organizer.sessionsRevokedAt = system.clock.now().getTime();
  await story.look();
  story.move(tuesdayAtTwo, tuesdayHalfPastTwo);
  const [watch] = await story.watches();
  assert.ok(watch?.problem_code && watch.attempts > 0, JSON.stringify(watch));
  const calls = story.emulator.calls.length;
  await story.look();
  assert.equal(story.emulator.calls.length, calls, 'Microsoft is not asked');
  system.clock.advance(60_000);
  await connectTeams(desk.person, publicUrl, desk.organizer.id);
  await system.work();
  await story.work();
  assert.equal((await story.meeting(id))['status'], 'out_of_sync');
  assert.equal((await story.watches())[0]?.problem_code, null);
});

test('a mailbox without meetings of ours to come is not watched', async (t) => {
  const story = await startWatched(t);
  await story.look();
  assert.deepEqual(await story.watches(), []);
  await story.make({ kind: 'standalone' });
  await story.look();
  assert.deepEqual(await story.watches(), []);
  await story.make();
  await story.look();
  assert.equal((await story.watches()).length, 1);
  story.system.clock.advance(2 * 24 * 60 * 60_000);
  await story.work();
  assert.deepEqual(await story.watches(), []);
});

test('a meeting that is booked beyond the days that are read is watched all the same', async (t) => {
  const story = await startWatched(t);
  await story.make();
  await story.look();
  const far = await story.make({ subject: 'Far', start: '2028-05-01T09:00:00Z', end: '2028-05-01T09:30:00Z' });
  await story.look();
  story.edit(
    { subject: 'Changed' },
    story.events().find(({ subject }) => subject === 'Far'),
  );
  await story.look();
  assert.equal((await story.meeting(far))['status'], 'out_of_sync');
});

test('R09: once a day the whole calendar is compared, whatever the list of changes has left out', async (t) => {
  const story = await startWatched(t);
  const id = await story.make(later);
  await story.look();
  // The list says nothing of this change.
  const { mailboxes } = story.emulator.context;
  story.move('2026-12-16T09:00:00Z', '2026-12-16T09:30:00Z');
  mailboxes.changes.length = 0;
  await story.look();
  assert.equal((await story.meeting(id))['status'], 'ready');
  story.system.clock.advance(25 * 60 * 60_000);
  await story.look();
  assert.equal((await story.meeting(id))['status'], 'out_of_sync');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectTeams } from '../scripts/person.ts';
import { createTasks, type TaskDeps } from '../src/jobs/tasks.ts';
import { createGate, minutes, startStory, tuesdayAtTen, tuesdayAtTwo, type Story } from './faults/story.ts';
import { publicUrl } from './support/system.ts';

// Parts of checks T02 and R01: while a connection is broken nothing is lost, and it goes on by itself when it is mended.

/** Microsoft takes back what the user granted; Parley learns it with the next refresh. */
function revoke({ system, desk }: Story): void {
  system.clock.advance(120 * minutes);
  desk.organizer.sessionsRevokedAt = system.clock.now().getTime();
}

async function reconnect({ system, desk }: Story): Promise<void> {
  system.clock.advance(minutes);
  const page = await connectTeams(desk.person, publicUrl, desk.organizer.id);
  assert.match(page.url, /connected=1/); // the console itself need not be built
  await system.work();
}

test('bookings that wait for a revoked connection fail with the reason, and are made when it is connected again', async (t) => {
  const story = await startStory(t);
  const { system, desk, book, meeting, history, events, mails } = story;
  const made = await book();
  await system.work();
  const waiting = await book(tuesdayAtTwo);
  revoke(story);
  await system.work();
  const failed = await meeting(waiting);
  assert.deepEqual(
    [failed['status'], failed['problem'].code, failed['problem'].retryAt],
    ['failed', 'grant_revoked', null],
  );
  assert.match(failed['problem'].provider.code, /AADSTS50173/);
  assert.equal((await meeting(made))['status'], 'ready', 'what was made stays');
  const refused = await desk.api('POST', '/v1/bookings', {
    eventTypeId: desk.eventType.id,
    start: '2026-11-24T15:00:00Z',
    visitor: { name: 'Late', email: 'late@visitor.example', timeZone: 'UTC' },
  });
  assert.equal(refused.body['code'], 'booking_not_open');
  const tokenCalls = () => system.emulator.calls.filter(({ path }) => path.endsWith('/token')).length;
  const before = tokenCalls();
  for (let hour = 0; hour < 3; hour++) await system.advance(60 * minutes);
  assert.equal(tokenCalls(), before, 'nobody asks Microsoft again in vain');
  await reconnect(story);
  assert.equal((await meeting(waiting))['status'], 'ready');
  assert.equal(events().length, 2);
  assert.equal(mails('invitation').length, 2);
  assert.deepEqual(await history(waiting), ['created', 'failed', 'conference_assigned']);
});

test('moves and cancellations that wait for a connection are carried out when it is connected again', async (t) => {
  const story = await startStory(t);
  const { system, book, reschedule, cancel, meeting, events, mails } = story;
  const [first, second] = [await book(), await book(tuesdayAtTwo)];
  await system.work();
  await reschedule(first.id, '2026-11-24T15:00:00Z');
  await cancel(second.id);
  revoke(story);
  await system.work();
  for (const booking of [first, second]) assert.equal((await meeting(booking))['problem'].code, 'grant_revoked');
  assert.notEqual((await meeting(second))['status'], 'cancelled', 'a failed cancel is never a cancellation');
  assert.equal(events().length, 2);
  await reconnect(story);
  assert.equal((await meeting(first))['status'], 'ready');
  assert.equal((await meeting(second))['status'], 'cancelled');
  assert.deepEqual(
    events().map((event) => new Date(event.start.at).toISOString()),
    ['2026-11-24T15:00:00.000Z'],
  );
  assert.equal(mails('update').length, 1);
  assert.equal(mails('cancellation').length, 1);
});

test('disconnecting and connecting the same account again resumes what waited', async (t) => {
  const story = await startStory(t);
  const { system, desk, book, cancel, meeting, events } = story;
  const [kept, cancelled] = [await book(), await book(tuesdayAtTwo)];
  await system.work();
  const { joinUrl } = await meeting(kept);
  const { body } = await desk.api('GET', '/v1/connections');
  await desk.person.call(`${publicUrl}/v1/connections/${body['data'][0].id}`, 'DELETE');
  await cancel(cancelled.id);
  await system.work();
  assert.equal((await meeting(cancelled))['problem'].code, 'not_connected');
  await reconnect(story);
  assert.equal((await meeting(cancelled))['status'], 'cancelled');
  assert.deepEqual([(await meeting(kept))['status'], (await meeting(kept))['joinUrl']], ['ready', joinUrl]);
  assert.equal(events().length, 1);
});

test('a connection that comes back at the moment in which an attempt fails for want of it', async (t) => {
  const story = await startStory(t);
  const { system, desk, book, cancel, meeting, events } = story;
  const booking = await book();
  await system.work();
  const { body } = await desk.api('GET', '/v1/connections');
  await desk.person.call(`${publicUrl}/v1/connections/${body['data'][0].id}`, 'DELETE');
  await cancel(booking.id);
  // This attempt has found no connection and is about to say so when somebody connects, and all that waits is resumed.
  const gate = createGate();
  const deps = system.app.deps as unknown as TaskDeps;
  const log = { ...deps.log, child: () => deps.log };
  const slow = createTasks({ ...deps, log, db: held(deps.db, gate) });
  const failing = slow['sync-meeting']({ meetingId: booking.meeting.id }, { signal: new AbortController().signal });
  await gate.arrived;
  await system.database.pool.query('delete from jobs.job'); // the job that this attempt belongs to
  await reconnect(story);
  gate.open();
  await failing;
  await system.work();
  assert.equal((await meeting(booking))['status'], 'cancelled');
  assert.equal(events().length, 0);
});

test('the first booking after an hour refreshes the token; a hundred at once refresh it once', async (t) => {
  const story = await startStory(t, {}, { durationMinutes: 15, slotStepMinutes: 15 });
  const { system, book, events } = story;
  system.clock.advance(120 * minutes);
  const tokenCalls = () => system.emulator.calls.filter(({ path }) => path.endsWith('/token')).length;
  const before = tokenCalls();
  const starts = Array.from({ length: 20 }, (_, index) => new Date(Date.parse(tuesdayAtTen) + index * 15 * 60_000));
  await Promise.all(starts.map((start) => book(start.toISOString())));
  await system.work();
  assert.equal(events().length, 20);
  assert.equal(tokenCalls() - before, 1);
});

/** A database whose first transaction waits at a gate. */
function held(db: TaskDeps['db'], gate: ReturnType<typeof createGate>): TaskDeps['db'] {
  let first = true;
  return new Proxy(db, {
    get(target, property) {
      const value = Reflect.get(target, property, target) as unknown;
      if (typeof value !== 'function') return value;
      const bound = value.bind(target) as (...all: unknown[]) => unknown;
      if (property !== 'transaction' || !first) return bound;
      first = false;
      return () => ({
        execute: async (run: Parameters<ReturnType<typeof db.transaction>['execute']>[0]) => {
          await gate.pass();
          return db.transaction().execute(run);
        },
      });
    },
  });
}

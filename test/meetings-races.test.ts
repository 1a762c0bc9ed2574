import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { FaultRequest } from '../emulator/faults.ts';
import { createTasks, type TaskDeps } from '../src/jobs/tasks.ts';
import { createGate, minutes, startStory, tuesdayAtTen, tuesdayAtTwo, type Story } from './faults/story.ts';
import { startPeer } from './support/system.ts';

// Part of check R07: cancelling wins, the last change holds, and it does not matter who syncs a meeting, when, in what
// order, or how often. (Architecture: level-triggered sync.)

const later = '2026-11-24T15:00:00.000Z';
const startsOf = (story: Story) => story.events().map((event) => new Date(event.start.at).toISOString());

/** Holds the first request that matches, before it is sent or after it was answered. */
function hold(when: 'before' | 'after', matches: (request: Request) => boolean) {
  const gate = createGate();
  const state = { armed: true };
  const wrapFetch =
    (inner: typeof fetch): typeof fetch =>
    async (input, init) => {
      const request = new Request(input, init);
      const mine = state.armed && matches(request);
      if (mine) state.armed = false;
      if (mine && when === 'before') await gate.pass();
      const response = await inner(request);
      if (mine && when === 'after') await gate.pass();
      return response;
    };
  return { gate, wrapFetch, rearm: () => (state.armed = true) };
}

const isCreate = ({ method, url }: Request) => method === 'POST' && url.endsWith('/me/events');
const isPatch = ({ method }: Request) => method === 'PATCH';

for (const when of ['before', 'after'] as const) {
  test(`a booking that is cancelled ${when} its create has reached Microsoft leaves nothing behind`, async (t) => {
    const { gate, wrapFetch } = hold(when, isCreate);
    const { system, book, cancel, meeting, history, events, mails } = await startStory(t, { wrapFetch });
    const booking = await book();
    const running = system.work();
    await gate.arrived;
    await cancel(booking.id);
    gate.open();
    await running;
    await system.work();
    const after = await meeting(booking);
    assert.deepEqual([after['status'], after['inSync']], ['cancelled', true]);
    assert.equal(events().length, 0);
    assert.equal(mails('invitation').length, mails('cancellation').length);
    assert.equal((await history(booking)).filter((type) => type === 'cancelled').length, 1);
  });

  test(`a booking that is moved ${when} its create has reached Microsoft ends at the new time`, async (t) => {
    const { gate, wrapFetch } = hold(when, isCreate);
    const story = await startStory(t, { wrapFetch });
    const { system, book, reschedule, meeting, graphCalls, mails } = story;
    const booking = await book();
    const running = system.work();
    await gate.arrived;
    await reschedule(booking.id, tuesdayAtTwo);
    gate.open();
    await running;
    await system.work();
    const after = await meeting(booking);
    assert.deepEqual([after['status'], after['inSync']], ['ready', true]);
    assert.deepEqual(startsOf(story), [tuesdayAtTwo]);
    assert.equal(graphCalls('POST').length, 1);
    assert.equal(mails('invitation').length, 1);
  });

  test(`a booking that is cancelled ${when} its move has reached Microsoft is gone`, async (t) => {
    const { gate, wrapFetch } = hold(when, isPatch);
    const { system, book, reschedule, cancel, meeting, events, mails } = await startStory(t, { wrapFetch });
    const booking = await book();
    await system.work();
    await reschedule(booking.id, tuesdayAtTwo);
    const running = system.work();
    await gate.arrived;
    await cancel(booking.id);
    gate.open();
    await running;
    await system.work();
    assert.equal((await meeting(booking))['status'], 'cancelled');
    assert.equal(events().length, 0);
    assert.equal(mails('cancellation').length, 1);
  });
}

test('a change that comes before anything was sent is sent instead of what it changed', async (t) => {
  const gate = createGate();
  const story = await startStory(t);
  const { system, book, reschedule, graphCalls, mails } = story;
  // A worker that has read the meeting and is about to send it, slow as a process on a busy machine.
  const slow = await startPeer(t, system);
  const booking = await book();
  const { accessTokens } = syncDeps(slow.app);
  const slowly = sync(slow.app, {
    accessTokens: async (...all) => {
      await gate.pass();
      return accessTokens(...all);
    },
  })(booking);
  await gate.arrived;
  await reschedule(booking.id, tuesdayAtTwo);
  gate.open();
  await slowly;
  assert.equal(graphCalls('POST').length, 0);
  await system.work();
  assert.deepEqual(startsOf(story), [tuesdayAtTwo]);
  assert.equal(mails('update').length, 0);
});

/** Two processes that both believe the job to be theirs: one of them was taken for dead. */
async function startTwo(t: TestContext, held: ReturnType<typeof hold>) {
  const story = await startStory(t);
  const slow = await startPeer(t, story.system, { microsoft: held.wrapFetch(story.system.emulator.fetch) });
  return { ...story, syncSlowly: sync(slow.app), syncNow: sync(story.system.app) };
}

type App = Story['system']['app'];

/** What the application hands to its jobs; the type of `deps` tells only what HTTP uses. */
const syncDeps = (app: App) => app.deps as unknown as TaskDeps;

function sync(app: App, instead: Partial<TaskDeps> = {}) {
  const tasks = createTasks({ ...syncDeps(app), ...instead });
  return ({ meeting }: { meeting: { id: string } }) =>
    tasks['sync-meeting']({ meetingId: meeting.id }, { signal: new AbortController().signal });
}

for (const when of ['before', 'after'] as const) {
  test(`two processes create one meeting at once, one held ${when} its request: there is one event`, async (t) => {
    const held = hold(when, isCreate);
    const { system, book, meeting, history, events, mails, syncSlowly, syncNow } = await startTwo(t, held);
    const booking = await book();
    const slowly = syncSlowly(booking);
    await held.gate.arrived;
    await syncNow(booking);
    held.gate.open();
    await slowly;
    await system.work();
    const after = await meeting(booking);
    assert.deepEqual([after['status'], after['inSync']], ['ready', true]);
    assert.equal(after['joinUrl'], events()[0]?.meeting?.joinUrl);
    assert.equal(events().length, 1);
    assert.equal(mails('invitation').length, 1);
    assert.equal((await history(booking)).filter((type) => type === 'conference_assigned').length, 1);
  });

  test(`one process cancels while another, held ${when} its request, still creates: nothing is left`, async (t) => {
    const held = hold(when, isCreate);
    const { system, book, cancel, meeting, history, events, syncSlowly, syncNow } = await startTwo(t, held);
    const booking = await book();
    const slowly = syncSlowly(booking);
    await held.gate.arrived;
    await cancel(booking.id);
    await syncNow(booking);
    held.gate.open();
    await slowly;
    for (let minute = 0; minute < 6; minute++) await system.advance(minutes);
    const after = await meeting(booking);
    assert.deepEqual([after['status'], after['inSync']], ['cancelled', true]);
    assert.equal(events().length, 0);
    assert.equal((await history(booking)).filter((type) => type === 'cancelled').length, 1);
  });
}

test('a create that arrives after its booking was cancelled for good is removed when its process wakes up', async (t) => {
  const held = hold('before', isCreate);
  const { system, book, cancel, meeting, events, syncSlowly } = await startTwo(t, held);
  const booking = await book();
  const slowly = syncSlowly(booking);
  await held.gate.arrived;
  await cancel(booking.id);
  for (let minute = 0; minute < 4; minute++) await system.advance(minutes);
  assert.equal((await meeting(booking))['status'], 'cancelled');
  held.gate.open();
  await slowly;
  assert.equal(events().length, 1);
  for (let minute = 0; minute < 4; minute++) await system.advance(minutes);
  assert.equal(events().length, 0);
  assert.equal((await meeting(booking))['status'], 'cancelled');
});

test('syncs in reverse order: an older move that arrives after a newer one does not last', async (t) => {
  const held = hold('before', isPatch);
  const story = await startTwo(t, held);
  const { system, book, reschedule, meeting, syncSlowly, syncNow } = story;
  const booking = await book();
  await system.work();
  const { joinUrl } = await meeting(booking);
  await reschedule(booking.id, tuesdayAtTwo);
  const slowly = syncSlowly(booking);
  await held.gate.arrived;
  await reschedule(booking.id, later);
  await syncNow(booking);
  assert.deepEqual(startsOf(story), [later]);
  held.gate.open();
  await slowly;
  await system.work();
  assert.deepEqual(startsOf(story), [later]);
  const after = await meeting(booking);
  assert.deepEqual([after['status'], after['inSync'], after['joinUrl']], ['ready', true, joinUrl]);
});

test('two syncs of a move at once leave a subject that the host edited in Outlook alone', async (t) => {
  const held = hold('before', isPatch);
  const story = await startTwo(t, held);
  const { system, book, reschedule, events, syncSlowly, syncNow } = story;
  const booking = await book();
  await system.work();
  const [event] = events();
  assert.ok(event);
  event.subject = 'Prepared: bring the figures';
  await reschedule(booking.id, tuesdayAtTwo);
  const slowly = syncSlowly(booking);
  await held.gate.arrived;
  await syncNow(booking);
  held.gate.open();
  await slowly;
  await system.work();
  assert.deepEqual(startsOf(story), [tuesdayAtTwo]);
  assert.equal(events()[0]?.subject, 'Prepared: bring the figures');
});

test('a sync that runs ten times at once, and ten times after, changes nothing more', async (t) => {
  const story = await startTwo(
    t,
    hold('before', () => false),
  );
  const { book, reschedule, settle, graphCalls, mails, syncSlowly, syncNow } = story;
  const booking = await book();
  await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? syncNow : syncSlowly)(booking)));
  // Of so many at once Microsoft may put one off: then the meeting waits for its turn.
  await settle(booking);
  await reschedule(booking.id, tuesdayAtTwo);
  await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? syncNow : syncSlowly)(booking)));
  await settle(booking);
  const before = graphCalls().length;
  for (let again = 0; again < 10; again++) await syncNow(booking);
  assert.equal(graphCalls().length, before);
  assert.deepEqual(startsOf(story), [tuesdayAtTwo]);
  assert.equal(mails('invitation').length, 1);
  assert.equal(mails('update').length, 1);
});

test('of two syncs at once one is refused and one breaks off: the meeting is tried again, not stuck', async (t) => {
  const held = hold('before', isCreate);
  const { system, book, meeting, settle, events, syncSlowly, syncNow } = await startTwo(t, held);
  const booking = await book();
  const slowly = syncSlowly(booking);
  await held.gate.arrived;
  const fail = (kind: FaultRequest['kind']) =>
    system.emulator.fail({ service: 'graph', method: 'POST', path: '/me/events', kind });
  fail({ type: 'status', status: 400 });
  await syncNow(booking);
  assert.equal((await meeting(booking))['status'], 'failed');
  fail({ type: 'drop-request' });
  held.gate.open();
  await slowly;
  const waiting = await meeting(booking);
  assert.deepEqual([waiting['status'], waiting['problem'].code], ['pending', 'microsoft_unreachable']);
  assert.equal((await settle(booking))['status'], 'ready');
  assert.equal(events().length, 1);
});

test('a meeting whose job was lost is found by the sweep', async (t) => {
  const { system, book, meeting, events } = await startStory(t);
  const booking = await book();
  await system.database.pool.query('delete from jobs.job');
  await system.work();
  assert.equal((await meeting(booking))['status'], 'pending');
  await system.app.sweep();
  await system.work();
  assert.equal((await meeting(booking))['status'], 'ready');
  assert.equal(events().length, 1);
});

test('cancelling twice, and cancelling what was moved and moved back, tells the visitor once', async (t) => {
  const { system, desk, book, reschedule, cancel, meeting, history, mails } = await startStory(t);
  const booking = await book();
  await system.work();
  await reschedule(booking.id, tuesdayAtTwo);
  await reschedule(booking.id, later);
  await cancel(booking.id);
  await cancel(booking.id);
  await system.work();
  await cancel(booking.id);
  await system.work();
  assert.equal((await meeting(booking))['status'], 'cancelled');
  assert.equal(mails('cancellation').length, 1);
  assert.equal(mails('update').length, 0, 'nobody is told of a move that is already void');
  assert.equal((await history(booking)).filter((type) => type === 'cancel_requested').length, 1);
  const closed = await desk.api('POST', `/v1/bookings/${booking.id}/reschedule`, { start: tuesdayAtTen });
  assert.deepEqual([closed.status, closed.body['code']], [409, 'booking_closed']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesTo } from '../emulator/graph/mailboxes.ts';
import { startWorkspace } from './support/system.ts';
import {
  accesses,
  startWatched,
  tuesdayAtTen,
  tuesdayAtTwo,
  tuesdayHalfPastTen,
  tuesdayHalfPastTwo,
} from './support/watched.ts';

// What people decide about meetings that were changed or removed in Outlook.

type Options = Parameters<typeof startWatched>[1];

async function startMoved(t: Parameters<typeof startWatched>[0], options: Options = {}) {
  const story = await startWatched(t, options);
  const id = await story.make();
  await story.look();
  story.move(tuesdayAtTwo, tuesdayHalfPastTwo);
  await story.look();
  assert.equal((await story.meeting(id))['status'], 'out_of_sync');
  return { ...story, id };
}

async function startRemoved(t: Parameters<typeof startWatched>[0], options: Options = {}) {
  const story = await startWatched(t, options);
  const id = await story.make();
  await story.look();
  const { joinUrl } = await story.meeting(id);
  story.remove();
  await story.look();
  assert.equal((await story.meeting(id))['outlookChange'].kind, 'deleted');
  return { ...story, id, joinUrl };
}

const mailsTo = ({ emulator }: Awaited<ReturnType<typeof startWatched>>, kind: 'invitation' | 'cancellation') =>
  messagesTo(emulator.context.mailboxes, 'sam@visitor.example', kind).length;

for (const access of accesses) {
  test(`${access}: accepted, the meeting has the time that Outlook shows`, async (t) => {
    const { id, resolve, look, meeting, theEvent, history, calls } = await startMoved(t, { access });
    const now = await resolve(id, 'accept');
    assert.deepEqual(
      [now['status'], now['start'], now['end'], now['outlookChange'], now['inSync']],
      ['ready', tuesdayAtTwo, tuesdayHalfPastTwo, null, true],
    );
    await look();
    assert.equal((await meeting(id))['status'], 'ready');
    assert.equal(new Date(theEvent().start.at).toISOString(), tuesdayAtTwo);
    assert.deepEqual((await history(id)).slice(-2), ['out_of_sync', 'changed']);
    assert.equal(calls('PATCH', '/events').length, 0);
  });

  test(`${access}: restored, the event has the time that was wanted, and keeps its link`, async (t) => {
    const { id, resolve, look, meeting, theEvent, history } = await startMoved(t, { access });
    const { joinUrl } = await meeting(id);
    assert.equal((await resolve(id, 'restore'))['status'], 'ready');
    await look();
    assert.equal(new Date(theEvent().start.at).toISOString(), tuesdayAtTen);
    const now = await meeting(id);
    assert.deepEqual([now['status'], now['inSync'], now['joinUrl']], ['ready', true, joinUrl]);
    assert.deepEqual((await history(id)).slice(-3), ['out_of_sync', 'restored', 'synced']);
  });

  test(`${access}: recreated, it is a new event with a new link, to which everybody is invited`, async (t) => {
    const story = await startRemoved(t, { access });
    const { id, resolve, look, meeting, events, history, joinUrl } = story;
    assert.equal((await resolve(id, 'recreate'))['status'], 'pending');
    await look();
    const now = await meeting(id);
    assert.deepEqual([now['status'], now['inSync'], now['start']], ['ready', true, tuesdayAtTen]);
    assert.notEqual(now['joinUrl'], joinUrl);
    assert.equal(events().length, 1);
    assert.equal(mailsTo(story, 'invitation'), 2);
    await look();
    assert.deepEqual((await history(id)).slice(-3), ['out_of_sync', 'recreated', 'conference_assigned']);
  });

  test(`${access}: accepted, a meeting that was deleted is cancelled`, async (t) => {
    const { id, resolve, look, meeting, history } = await startRemoved(t, { access });
    await resolve(id, 'accept');
    await look();
    const now = await meeting(id);
    assert.deepEqual([now['status'], now['outlookChange'], now['problem']], ['cancelled', null, null]);
    assert.deepEqual((await history(id)).slice(-3), ['out_of_sync', 'cancel_requested', 'cancelled']);
  });

  test(`${access}: cancelled, a meeting that was moved is gone, and its people are told`, async (t) => {
    const story = await startMoved(t, { access });
    await story.resolve(story.id, 'cancel');
    await story.look();
    assert.equal((await story.meeting(story.id))['status'], 'cancelled');
    assert.equal(story.events().length, 0);
    assert.equal(mailsTo(story, 'cancellation'), 1);
  });
}

test('of two people who decide at once, one wins and the other is told', async (t) => {
  for (const [one, other] of [
    ['accept', 'restore'],
    ['accept', 'accept'],
    ['restore', 'cancel'],
    ['cancel', 'accept'],
  ] as const) {
    const { id, desk, look, meeting, history } = await startMoved(t);
    const answers = await Promise.all(
      [one, other].map((action) => desk.api('POST', `/v1/meetings/${id}/resolve`, { action })),
    );
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
      `${one} and ${other}`,
    );
    assert.equal(answers.find(({ status }) => status === 409)?.body['code'], 'already_resolved');
    await look();
    const now = await meeting(id);
    assert.ok(now['inSync'], JSON.stringify(now));
    const decisions = (await history(id)).filter((type) => ['changed', 'restored', 'cancel_requested'].includes(type));
    assert.equal(decisions.length, 1);
  }
});

test('what does not fit what was found is refused, and decides nothing', async (t) => {
  const moved = await startMoved(t);
  const refused = await moved.resolve(moved.id, 'recreate', 400);
  assert.equal(refused['errors'][0].pointer, '/action');
  await moved.resolve(moved.id, 'forget', 400);
  assert.equal((await moved.meeting(moved.id))['status'], 'out_of_sync');
  const removed = await startRemoved(t);
  await removed.resolve(removed.id, 'restore', 400);
  const fine = await removed.make({ start: '2026-11-25T09:00:00Z', end: '2026-11-25T09:30:00Z' });
  const early = await removed.resolve(fine, 'accept', 409);
  assert.equal(early['code'], 'already_resolved');
});

test('another workspace’s meeting is not there', async (t) => {
  const { id, system, meeting } = await startMoved(t);
  const stranger = await startWorkspace(system, { email: 'eve@elsewhere.example' });
  const answer = await stranger.api('POST', `/v1/meetings/${id}/resolve`, { action: 'cancel' });
  assert.equal(answer.status, 404);
  assert.equal((await meeting(id))['status'], 'out_of_sync');
});

test('a move in Parley wins over what was found, also one to the time that was wanted before', async (t) => {
  for (const [start, end] of [
    ['2026-11-24T15:00:00.000Z', '2026-11-24T15:30:00.000Z'],
    [tuesdayAtTen, tuesdayHalfPastTen],
  ]) {
    const { id, ask, look, meeting, theEvent } = await startMoved(t);
    const changed = await ask('PATCH', `/v1/meetings/${id}`, { start, end });
    assert.deepEqual([changed['status'], changed['outlookChange']], ['ready', null]);
    await look();
    assert.equal(new Date(theEvent().start.at).toISOString(), start);
    assert.deepEqual([(await meeting(id))['status'], (await meeting(id))['inSync']], ['ready', true]);
  }
});

test('a cancellation in Parley wins over what was found', async (t) => {
  for (const start of [startMoved, startRemoved]) {
    const { id, ask, look, meeting, events, resolve } = await start(t);
    await ask('POST', `/v1/meetings/${id}/cancel`, {});
    assert.equal((await resolve(id, 'accept', 409))['code'], 'already_resolved');
    await look();
    const now = await meeting(id);
    assert.deepEqual([now['status'], now['outlookChange'], events().length], ['cancelled', null, 0]);
  }
});

test('a meeting that is moved in Parley after it was deleted in Outlook stays a question', async (t) => {
  const { id, ask, look, meeting, events, resolve, theEvent } = await startRemoved(t);
  await ask('PATCH', `/v1/meetings/${id}`, { start: tuesdayAtTwo, end: tuesdayHalfPastTwo });
  await look();
  const asked = await meeting(id);
  assert.deepEqual([asked['status'], asked['outlookChange'].kind, events().length], ['out_of_sync', 'deleted', 0]);
  await resolve(id, 'recreate');
  await look();
  assert.equal(new Date(theEvent().start.at).toISOString(), tuesdayAtTwo);
  assert.equal((await meeting(id))['status'], 'ready');
});

test('Try again on a meeting that was deleted in Outlook makes a new one', async (t) => {
  const { id, ask, look, meeting, events } = await startRemoved(t);
  await ask('POST', `/v1/meetings/${id}/retry`);
  await look();
  assert.deepEqual([(await meeting(id))['status'], events().length], ['ready', 1]);
});

test('whoever changes a meeting again and again is asked in the end, not fought', async (t) => {
  const { make, look, move, meeting, history } = await startWatched(t, { outlookChanges: 'revert' });
  const id = await make();
  await look();
  for (let round = 0; round < 5; round += 1) {
    move(tuesdayAtTwo, tuesdayHalfPastTwo);
    await look();
  }
  assert.equal((await meeting(id))['status'], 'out_of_sync');
  assert.equal((await history(id)).filter((type) => type === 'restored').length, 3);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expireDeltaTokens } from '../emulator/graph/mailboxes.ts';
import { createGate } from './faults/story.ts';
import {
  accesses,
  minutes,
  startWatched,
  tuesdayAtTen,
  tuesdayAtTwo,
  tuesdayHalfPastTen,
  tuesdayHalfPastTwo,
} from './support/watched.ts';

// Issue 4, “Changes made in Outlook come back”: what is found by looking alone, for meetings that a program made.

for (const access of accesses) {
  test(`${access}: a meeting that was moved in Outlook is asked about, once`, async (t) => {
    const { make, look, move, meeting, history, watches } = await startWatched(t, { access });
    const id = await make();
    await look();
    assert.equal((await watches()).length, 1);
    move(tuesdayAtTwo, tuesdayHalfPastTwo);
    await look();
    await look();
    const found = await meeting(id);
    assert.deepEqual([found['status'], found['inSync'], found['start']], ['out_of_sync', false, tuesdayAtTen]);
    const { seenAt: _, ...change } = found['outlookChange'];
    assert.deepEqual(change, { kind: 'changed', start: tuesdayAtTwo, end: tuesdayHalfPastTwo });
    assert.deepEqual(await history(id), ['created', 'conference_assigned', 'out_of_sync']);
  });

  test(`${access}: a workspace that follows takes time and subject over, and sends nothing`, async (t) => {
    const { make, look, move, edit, meeting, history, calls } = await startWatched(t, {
      access,
      outlookChanges: 'follow',
    });
    const id = await make();
    await look();
    move(tuesdayAtTwo, tuesdayHalfPastTwo);
    edit({ subject: 'Review of the year' });
    await look();
    const found = await meeting(id);
    assert.deepEqual(
      [found['status'], found['inSync'], found['start'], found['end'], found['subject']],
      ['ready', true, tuesdayAtTwo, tuesdayHalfPastTwo, 'Review of the year'],
    );
    assert.deepEqual(await history(id), ['created', 'conference_assigned', 'changed']);
    assert.equal(calls('PATCH', '/events').length, 0);
  });

  test(`${access}: a workspace that reverts puts time and subject back`, async (t) => {
    const { make, look, move, edit, meeting, history, theEvent } = await startWatched(t, {
      access,
      outlookChanges: 'revert',
    });
    const id = await make();
    await look();
    move(tuesdayAtTwo, tuesdayHalfPastTwo);
    edit({ subject: 'Mine' });
    await look();
    assert.deepEqual([new Date(theEvent().start.at).toISOString(), theEvent().subject], [tuesdayAtTen, 'Review']);
    const found = await meeting(id);
    assert.deepEqual([found['status'], found['inSync'], found['start']], ['ready', true, tuesdayAtTen]);
    assert.deepEqual(await history(id), ['created', 'conference_assigned', 'restored', 'synced']);
  });

  test(`${access}: a meeting that was deleted in Outlook is asked about, whatever the workspace wants`, async (t) => {
    for (const outlookChanges of ['ask', 'follow', 'revert'] as const) {
      const { make, look, remove, meeting, history, events } = await startWatched(t, { access, outlookChanges });
      const id = await make();
      await look();
      remove();
      await look();
      await look();
      const found = await meeting(id);
      assert.deepEqual([found['status'], found['outlookChange'].kind], ['out_of_sync', 'deleted']);
      assert.equal(events().length, 0, 'nothing is made unasked');
      assert.deepEqual(await history(id), ['created', 'conference_assigned', 'out_of_sync']);
    }
  });
}

test('what Parley writes itself is nobody’s change', async (t) => {
  for (const outlookChanges of ['ask', 'follow', 'revert'] as const) {
    const { make, look, ask, meeting, history } = await startWatched(t, { outlookChanges });
    const id = await make();
    await look();
    await ask('PATCH', `/v1/meetings/${id}`, { subject: 'Second', start: tuesdayAtTwo, end: tuesdayHalfPastTwo });
    await look();
    await look();
    const found = await meeting(id);
    assert.deepEqual([found['status'], found['inSync'], found['start']], ['ready', true, tuesdayAtTwo]);
    assert.deepEqual(await history(id), ['created', 'conference_assigned', 'changed', 'synced']);
  }
});

test('a change of ours whose answer was lost is no change in Outlook', async (t) => {
  const { make, look, ask, system, emulator, app, meeting, history } = await startWatched(t, {
    outlookChanges: 'follow',
  });
  const id = await make();
  await look();
  emulator.fail({ service: 'graph', method: 'PATCH', path: '/events', kind: { type: 'drop-response' } });
  await ask('PATCH', `/v1/meetings/${id}`, { start: tuesdayAtTwo, end: tuesdayHalfPastTwo });
  await app.drain();
  // Moved on at once, while nobody knows what became of the first move.
  await ask('PATCH', `/v1/meetings/${id}`, { start: '2026-11-24T15:00:00Z', end: '2026-11-24T15:30:00Z' });
  await look();
  await look();
  const found = await meeting(id);
  assert.deepEqual([found['status'], found['inSync'], found['start']], ['ready', true, '2026-11-24T15:00:00.000Z']);
  assert.ok(!(await history(id)).includes('out_of_sync'));
  await system.work();
});

test('what somebody changed while a change of ours was under way is found when that has arrived', async (t) => {
  const { make, look, ask, edit, emulator, app, meeting } = await startWatched(t);
  const id = await make();
  await look();
  emulator.fail({ service: 'graph', method: 'GET', path: '/events/', times: 3, kind: { type: 'status', status: 503 } });
  await ask('PATCH', `/v1/meetings/${id}`, { start: tuesdayAtTwo, end: tuesdayHalfPastTwo });
  await app.drain();
  edit({ subject: 'Mine' });
  for (let round = 0; round < 4; round += 1) await look();
  const found = await meeting(id);
  assert.deepEqual(
    [found['status'], found['start'], found['outlookChange']?.subject, found['outlookChange']?.start],
    ['out_of_sync', tuesdayAtTwo, 'Mine', undefined],
  );
});

test('a difference that a sync sees and did not have to send is found without any look at the calendar', async (t) => {
  const { make, ask, edit, emulator, app, meeting } = await startWatched(t);
  const id = await make();
  emulator.fail({ service: 'graph', path: '/delta', times: 1000, kind: { type: 'status', status: 503 } });
  edit({ subject: 'Mine' });
  await ask('PATCH', `/v1/meetings/${id}`, { start: tuesdayAtTwo, end: tuesdayHalfPastTwo });
  await app.drain();
  const found = await meeting(id);
  assert.deepEqual([found['status'], found['outlookChange']?.subject], ['out_of_sync', 'Mine']);
});

test('an edit between a change of ours and the moment in which its answer is read is found', async (t) => {
  const gate = createGate();
  const world = { holds: false };
  const wrapFetch =
    (inner: typeof fetch): typeof fetch =>
    async (input, init) => {
      const request = new Request(input, init);
      const response = await inner(request);
      if (world.holds && request.method === 'PATCH') await gate.pass();
      return response;
    };
  const { make, look, ask, edit, system, app, meeting } = await startWatched(t, { wrapFetch });
  const id = await make();
  await look();
  world.holds = true;
  await ask('PATCH', `/v1/meetings/${id}`, { start: tuesdayAtTwo, end: tuesdayHalfPastTwo });
  const syncing = app.drain();
  await gate.arrived;
  edit({ subject: 'Mine' });
  system.clock.advance(5 * minutes);
  await app.sweep();
  await app.drain();
  assert.equal((await meeting(id))['status'], 'ready');
  gate.open();
  await syncing;
  await app.drain({ aheadMs: 20_000 });
  const found = await meeting(id);
  assert.deepEqual(
    [found['status'], found['start'], found['outlookChange']?.subject],
    ['out_of_sync', tuesdayAtTwo, 'Mine'],
  );
});

test('a change that somebody undoes in Outlook is forgotten', async (t) => {
  const { make, look, move, meeting, history } = await startWatched(t);
  const id = await make();
  await look();
  move(tuesdayAtTwo, tuesdayHalfPastTwo);
  await look();
  move(tuesdayAtTen, tuesdayHalfPastTen);
  await look();
  const found = await meeting(id);
  assert.deepEqual([found['status'], found['inSync'], found['outlookChange']], ['ready', true, null]);
  assert.deepEqual((await history(id)).slice(-2), ['out_of_sync', 'synced']);
});

test('a list of changes that Microsoft has forgotten is read from its beginning, and compared', async (t) => {
  for (const how of ['gone', 'resync-required'] as const) {
    const { make, look, move, remove, edit, events, emulator, meeting } = await startWatched(t);
    if (how === 'resync-required') emulator.switches.lostDeltaToken = how;
    const moved = await make();
    await look();
    expireDeltaTokens(emulator.context.mailboxes);
    move(tuesdayAtTwo, tuesdayHalfPastTwo);
    await look();
    assert.equal((await meeting(moved))['status'], 'out_of_sync', how);
    edit({ subject: 'gone soon' });
    remove();
    expireDeltaTokens(emulator.context.mailboxes);
    await look();
    assert.equal((await meeting(moved))['outlookChange'].kind, 'deleted', how);
    assert.equal(events().length, 0);
  }
});

test('an outage of days is caught up with', async (t) => {
  const { make, look, move, emulator, system, app, meeting, watches } = await startWatched(t);
  const start = '2026-12-15T09:00:00.000Z';
  const id = await make({ start, end: '2026-12-15T09:30:00.000Z' });
  await look();
  const fault = emulator.fail({
    service: 'graph',
    path: '/delta',
    times: 10_000,
    kind: { type: 'status', status: 503 },
  });
  move('2026-12-16T09:00:00Z', '2026-12-16T09:30:00Z');
  for (let hour = 0; hour < 100; hour += 4) {
    system.clock.advance(4 * 60 * 60_000);
    await app.sweep();
    await app.drain();
  }
  const [failing] = await watches();
  assert.equal(failing?.problem_code, 'microsoft_unavailable');
  assert.ok((failing?.attempts ?? 0) > 5);
  emulator.context.faults.splice(0);
  assert.ok(fault);
  system.clock.advance(11 * 60_000);
  await look();
  assert.equal((await meeting(id))['outlookChange']?.start, '2026-12-16T09:00:00.000Z');
  assert.equal((await watches())[0]?.problem_code, null);
});

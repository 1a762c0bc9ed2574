import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { sendLifecycle } from '../emulator/control/notifications.ts';
import { setTranscriptAccess, startAnnounced, type Announced } from './support/announced.ts';
import { hour, minute } from './support/recorded.ts';
import { publicAddress } from './support/watched.ts';

// Check W11 for recordings and transcripts: what Microsoft tells Parley, and what anybody else does at the same address.

const day = 24 * hour;
const found = (story: Announced) => story.states().then((states) => states.slice(0, 2));
const waiting = ['recording waiting 0', 'transcript waiting 0'];
const ready = ['recording ready 1', 'transcript ready 1'];

/** Ends the meeting so that its polls are hours apart when something comes of it. */
async function endAndWait(story: Announced, more: object = {}) {
  story.end({ attendance: false, processingMs: 3 * hour, ...more });
  for (let minutes = 0; minutes < 3 * 60 - 10; minutes += 10) {
    story.system.clock.advance(10 * minute);
    await story.work();
  }
  assert.deepEqual(await found(story), waiting);
}

test('Microsoft tells of a recording and a transcript when they are there, and they are found at once', async (t) => {
  const story = await startAnnounced(t);
  const subscriptions = story.subscriptions();
  assert.equal(subscriptions.length, 2);
  for (const subscription of subscriptions) {
    assert.match(subscription.resource, new RegExp(`^users/${story.organizer.objectId}/onlineMeetings/getAll`));
    assert.equal(subscription.changeType, 'created');
    assert.equal(subscription.notificationUrl, `${publicAddress}/graph/notifications`);
    // Without it, Microsoft allows no more than an hour.
    assert.equal(subscription.lifecycleNotificationUrl, `${publicAddress}/graph/lifecycle`);
    assert.ok(subscription.createdAt < Date.parse('2026-11-24T09:00:00Z'), 'made before the meeting begins');
    const minutes = (subscription.expiresAt - subscription.createdAt) / minute;
    assert.ok(minutes > 4000 && minutes <= 4320, String(minutes));
  }
  await endAndWait(story);
  story.system.clock.advance(11 * minute);
  const deliveries = await story.tell();
  assert.ok(deliveries.length > 0);
  assert.deepEqual(new Set(deliveries.map(({ detail }) => detail)), new Set(['202']));
  assert.deepEqual(await found(story), ready);
});

test('a Parley that Microsoft cannot reach subscribes to nothing', async (t) => {
  const story = await startAnnounced(t);
  await story.system.database.db.deleteFrom('artifact_watches').execute();
  await story.system.app.sweep();
  assert.deepEqual(await story.watches(), []);
});

test('only what is switched on is subscribed to, and what is switched off is no more', async (t) => {
  const story = await startAnnounced(t, { features: ['meetings', 'free-busy', 'people', 'transcripts'] });
  assert.deepEqual(
    (await story.watches()).map(({ kind }) => kind),
    ['transcript'],
  );
  const path = `/v1/tenants/${story.desk.tenantConnectionId}`;
  await story.ask('PATCH', path, { features: ['meetings', 'free-busy', 'people', 'recordings'] });
  await story.work();
  assert.deepEqual(
    (await story.watches()).map(({ kind, subscription_id: id }) => [kind, id]),
    [['recording', story.subscription('recording')?.id]],
  );
  assert.equal(story.subscriptions().length, 1);
});

test('a subscription lasts until 48 hours after the last meeting, and then ends', async (t) => {
  const story = await startAnnounced(t);
  story.system.clock.set(new Date(story.endsAt.getTime() + 47 * hour));
  await story.work();
  assert.equal(story.subscriptions().length, 2);
  story.system.clock.advance(2 * hour);
  await story.work();
  assert.deepEqual([story.subscriptions(), await story.watches()], [[], []]);
});

test('a cancelled meeting is not waited for', async (t) => {
  const story = await startAnnounced(t);
  await story.ask('POST', `/v1/bookings/${story.bookingId}/cancel`, {});
  await story.app.drain();
  await story.work();
  assert.deepEqual([story.subscriptions(), await story.watches()], [[], []]);
});

test('lost notifications are made up for by looking', async (t) => {
  const story = await startAnnounced(t);
  await endAndWait(story);
  story.emulator.context.notifications.mischief.loseNext = 10;
  story.system.clock.advance(11 * minute);
  await story.tell();
  assert.deepEqual(await found(story), waiting);
  for (let times = 0; times < 4; times += 1) {
    story.system.clock.advance(hour);
    await story.work();
  }
  assert.deepEqual(await found(story), ready);
});

test('notifications that come twice, late and in any order change nothing more', async (t) => {
  const story = await startAnnounced(t);
  await endAndWait(story, { segments: 3 });
  Object.assign(story.emulator.context.notifications.mischief, {
    duplicateNext: 20,
    outOfOrder: true,
    delayMs: 4 * minute,
  });
  for (let round = 0; round < 6; round += 1) {
    story.system.clock.advance(5 * minute);
    await story.tell();
  }
  assert.deepEqual(await found(story), ['recording ready 3', 'transcript ready 3']);
  assert.equal((await story.events()).filter((type) => /recording|transcript/.test(type)).length, 6);
});

test('a recording of a meeting that was held days before its time is found, too, and others’ meetings are let be', async (t) => {
  const story = await startAnnounced(t);
  // It is Monday; the meeting is planned for Tuesday, and nobody has looked for it in Teams yet.
  story.system.clock.advance(hour);
  story.emulator.endMeeting({ joinUrl: story.joinUrl, recording: true, transcript: true });
  await story.tell();
  assert.deepEqual(await found(story), ready);
  const [row] = await story.system.database.db.selectFrom('meetings').select('online_meeting_id').execute();
  assert.ok(row?.online_meeting_id);
});

test('what does not carry the secret of a subscription of ours is taken, and makes nobody look', async (t) => {
  const story = await startAnnounced(t);
  await endAndWait(story);
  story.system.clock.advance(11 * minute);
  const subscription = story.subscription('recording');
  assert.ok(subscription);
  const notice = {
    subscriptionId: subscription.id,
    clientState: subscription.clientState,
    changeType: 'created',
  };
  const lies = [
    { value: [{ ...notice, clientState: 'guessed' }] },
    { value: [{ ...notice, clientState: '' }] },
    { value: [{ ...notice, subscriptionId: '0b8f5a4e-62b8-4f1c-9c5e-7c2e4b8d1a90' }] },
    { value: [{ ...notice, clientState: story.subscription('transcript')?.clientState }] },
    { value: [{ ...notice, clientState: 'guessed', changeType: undefined, lifecycleEvent: 'subscriptionRemoved' }] },
    { value: [{ ...notice, clientState: 'guessed', encryptedContent: { data: 'eA==' } }], validationTokens: ['x'] },
    { value: [{ ...notice, clientState: 'guessed' }], validationTokens: 'x' },
  ];
  const before = [await story.watches(), story.graphCalls('GET', 'getAll').length, await dueTimes(story)];
  for (const path of ['notifications', 'lifecycle'])
    for (const lie of lies) assert.equal((await story.send(path, lie)).status, 202, JSON.stringify(lie));
  await story.app.drain();
  assert.deepEqual([await story.watches(), story.graphCalls('GET', 'getAll').length, await dueTimes(story)], before);
  assert.deepEqual(await found(story), waiting);
  // The truth still works, among lies. Of a meeting that is none of ours it says nothing; without one, of all.
  const ofOther = { ...notice, resource: "communications/onlineMeetings('x')/recordings('y')" };
  assert.equal((await story.send('notifications', { value: [ofOther] })).status, 202);
  await story.app.drain();
  assert.deepEqual(await found(story), waiting);
  assert.equal(
    (await story.send('notifications', { value: [{ ...notice, clientState: 'guessed' }, notice] })).status,
    202,
  );
  await story.app.drain();
  assert.deepEqual(await found(story), ['recording ready 1', 'transcript waiting 0']);
});

test('Microsoft is answered within three seconds, also where the database is not that quick', async (t) => {
  const story = await startAnnounced(t);
  await endAndWait(story);
  story.system.clock.advance(11 * minute);
  const value = story.subscriptions().map((one) => ({
    subscriptionId: one.id,
    clientState: one.clientState,
    changeType: 'created',
  }));
  const { db } = story.system.database;
  const trx = await db.startTransaction().execute();
  await sql`lock table artifact_watches`.execute(trx);
  const startedAt = performance.now();
  assert.equal((await story.send('notifications', { value })).status, 202);
  assert.ok(performance.now() - startedAt < 2_900);
  await trx.rollback().execute();
  // What was told is written all the same, a moment later.
  const states = async () => {
    await story.app.drain();
    return found(story);
  };
  while ((await states()).join() !== ready.join()) assert.ok(performance.now() - startedAt < 20_000);
});

test('one delivery may tell of calendars, recordings, transcripts and subscriptions together', async (t) => {
  const story = await startAnnounced(t);
  await endAndWait(story);
  story.system.clock.advance(11 * minute);
  const { db } = story.system.database;
  const later = await story.book(story.eventType['id'] as string, '2026-12-01T09:00:00.000Z');
  await story.work();
  await story.work();
  await db
    .updateTable('calendar_watches')
    .set({ read_due_at: new Date('2030-01-01') })
    .execute();
  assert.ok(later['id']);
  const value = [...story.emulator.context.notifications.subscriptions.values()].flatMap((one) => [
    {
      subscriptionId: one.id,
      clientState: one.clientState,
      changeType: one.resource.endsWith('events') ? 'updated' : 'created',
    },
    { subscriptionId: one.id, clientState: one.clientState, lifecycleEvent: 'reauthorizationRequired' },
  ]);
  assert.equal(value.length, 6);
  assert.equal((await story.send('notifications', { value })).status, 202);
  const due = await db.selectFrom('calendar_watches').select(['read_due_at', 'subscription_due_at']).execute();
  for (const at of due.flatMap((row) => Object.values(row))) assert.ok(at <= story.system.clock.now());
  await story.app.drain();
  assert.deepEqual(await found(story), ready);
  for (const { authorizedAt } of story.subscriptions()) assert.equal(authorizedAt, story.system.clock.now().getTime());
});

test('a subscription is renewed halfway, without another one', async (t) => {
  const story = await startAnnounced(t);
  await story.book(story.eventType['id'] as string, '2026-12-01T09:00:00.000Z');
  await story.app.drain();
  const ids = story.subscriptions().map(({ id }) => id);
  for (let days = 0; days < 6; days += 1) {
    story.system.clock.advance(day);
    await story.work();
    assert.deepEqual(
      story.subscriptions().map(({ id }) => id),
      ids,
    );
    for (const { expiresAt } of story.subscriptions())
      assert.ok(expiresAt > story.system.clock.now().getTime() + 11 * hour);
  }
});

test('a subscription that ran out while Parley was down is made anew, and what came meanwhile is found', async (t) => {
  const story = await startAnnounced(t);
  await story.book(story.eventType['id'] as string, '2026-12-08T09:00:00.000Z');
  await story.app.drain();
  const [before] = story.subscriptions();
  story.system.clock.set(story.endsAt);
  await story.work();
  story.end({ attendance: false, processingMs: 3 * hour });
  // Nobody is at home for days.
  story.ear.app = undefined;
  for (let hours = 0; hours < 5 * 24; hours += 1) {
    story.system.clock.advance(hour);
    await story.emulator.deliver();
  }
  assert.deepEqual(story.subscriptions(), []);
  story.ear.app = story.app;
  await story.work();
  assert.equal(story.subscriptions().length, 2);
  assert.ok(!story.subscriptions().some(({ id }) => id === before?.id));
  assert.deepEqual(await found(story), ready);
});

test('what came while there was no subscription is looked for as soon as there is one again', async (t) => {
  const story = await startAnnounced(t);
  await endAndWait(story);
  story.emulator.context.notifications.subscriptions.clear();
  story.system.clock.advance(11 * minute);
  const { db } = story.system.database;
  const later = new Date(story.system.clock.now().getTime() + hour);
  await db.updateTable('artifact_captures').set({ due_at: later }).execute();
  await story.work();
  assert.deepEqual(await found(story), waiting, 'it is not time for a look yet');
  await db.updateTable('artifact_watches').set({ subscription_due_at: story.system.clock.now() }).execute();
  await story.work();
  assert.equal(story.subscriptions().length, 2);
  assert.deepEqual(await found(story), ready);
});

test('while subscriptions are refused for days, they are tried again with patience, and looking goes on', async (t) => {
  const story = await startAnnounced(t);
  await story.book(story.eventType['id'] as string, '2026-12-08T09:00:00.000Z');
  await story.app.drain();
  story.emulator.fail({ service: 'graph', path: '/subscriptions', times: 1000, kind: { type: 'status', status: 503 } });
  story.system.clock.set(story.endsAt);
  story.end({ attendance: false, processingMs: 3 * hour });
  for (let hours = 0; hours < 4 * 24; hours += 2) {
    story.system.clock.advance(2 * hour);
    await story.work();
  }
  assert.deepEqual(await found(story), ready);
  for (const watch of await story.watches()) {
    assert.equal(watch.subscription_problem_code, 'microsoft_unavailable');
    assert.ok(watch.subscription_attempts >= 4);
  }
  story.emulator.context.faults.splice(0);
  story.system.clock.advance(day);
  await story.work();
  assert.equal(story.subscriptions().length, 2);
  assert.ok((await story.watches()).every(({ subscription_problem_code: code }) => code === null));
});

test('subscriptions that ask to be reauthorized are renewed, and made anew where they were removed', async (t) => {
  const story = await startAnnounced(t);
  const [recordings, transcripts] = [story.subscription('recording'), story.subscription('transcript')];
  assert.ok(recordings && transcripts);
  story.system.clock.advance(2 * hour);
  sendLifecycle(story.emulator.context, recordings.id, 'reauthorizationRequired');
  sendLifecycle(story.emulator.context, transcripts.id, 'subscriptionRemoved');
  await story.tell();
  assert.equal(story.subscription('recording')?.id, recordings.id);
  assert.ok(recordings.authorizedAt > recordings.createdAt + hour);
  assert.notEqual(story.subscription('transcript')?.id, transcripts.id);
  assert.equal(story.subscriptions().length, 2);
  // What the old one still sends is not believed any more.
  const watches = await story.watches();
  const notice = { subscriptionId: transcripts.id, clientState: transcripts.clientState, changeType: 'created' };
  assert.equal((await story.send('notifications', { value: [notice] })).status, 202);
  assert.deepEqual(await story.watches(), watches);
});

test('what Microsoft says was missed is looked for at once', async (t) => {
  const story = await startAnnounced(t);
  await endAndWait(story);
  const subscription = story.subscription('recording');
  assert.ok(subscription);
  story.emulator.context.notifications.mischief.loseNext = 10;
  story.system.clock.advance(11 * minute);
  await story.tell();
  assert.deepEqual(await found(story), waiting);
  sendLifecycle(story.emulator.context, subscription.id, 'missed');
  await story.tell();
  assert.deepEqual(await found(story), ['recording ready 1', 'transcript waiting 0']);
});

test('while a tenant keeps Graph from its transcripts, they are asked for rarely; once it does not, at once', async (t) => {
  const story = await startAnnounced(t);
  await story.book(story.eventType['id'] as string, '2026-12-08T09:00:00.000Z');
  await story.app.drain();
  setTranscriptAccess(story, false);
  story.system.clock.advance(hour);
  const asked = () => story.graphCalls(undefined, '/subscriptions').filter(({ status }) => status === 403).length;
  for (let hours = 0; hours < 4 * 24; hours += 1) {
    story.system.clock.advance(hour);
    await story.work();
  }
  const state = async () =>
    (await story.watches()).map(({ subscription_problem_code: code, subscription_answer: answer }) => [
      code,
      answer?.code,
    ]);
  const [[, ofRecordings], [code]] = (await state()) as [string[], string[]];
  assert.equal(ofRecordings, undefined, 'recordings are another matter');
  assert.equal(code, 'transcripts_disabled');
  assert.ok(asked() >= 3 && asked() <= 10, `asked ${asked()} times in three days`);
  assert.equal(story.subscriptions().length, 1);
  // Its administrator has switched it on, and says so to Parley.
  setTranscriptAccess(story, true);
  story.system.clock.advance(hour);
  const { queue } = story.app.deps;
  const { tenantConnectionId } = story.desk;
  await queue.send(story.system.database.db, 'resume-tenant', { tenantConnectionId }, { singletonKey: 'test' });
  await story.app.drain();
  await story.work();
  assert.equal(story.subscriptions().length, 2);
});

test('a subscription whose answer was lost is replaced, not doubled', async (t) => {
  const story = await startAnnounced(t, { features: ['meetings', 'free-busy', 'people'] });
  story.emulator.fail({ service: 'graph', method: 'POST', path: '/subscriptions', kind: { type: 'drop-response' } });
  const path = `/v1/tenants/${story.desk.tenantConnectionId}`;
  await story.ask('PATCH', path, { features: ['meetings', 'free-busy', 'people', 'recordings'] });
  await story.work();
  const [orphan] = story.subscriptions();
  assert.ok(orphan);
  story.system.clock.advance(5 * minute);
  await story.work();
  assert.equal(story.subscriptions().length, 1);
  assert.notEqual(story.subscriptions()[0]?.id, orphan.id);
  assert.equal((await story.watches())[0]?.subscription_id, story.subscriptions()[0]?.id);
});

test('only the hash of a subscription’s secret is kept', async (t) => {
  const story = await startAnnounced(t);
  const [watch] = await story.watches();
  for (const { clientState } of story.subscriptions()) {
    assert.ok(clientState && clientState.length >= 40);
    assert.ok(!(JSON.stringify(watch) + watch?.client_state.toString('latin1')).includes(clientState));
    assert.ok(!story.system.lines.some((line) => line.includes(clientState)));
  }
});

/** When each capture is looked at again. */
function dueTimes({ system }: Announced) {
  return system.database.db.selectFrom('artifact_captures').select(['kind', 'due_at']).orderBy('kind').execute();
}

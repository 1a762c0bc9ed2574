import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendLifecycle } from '../emulator/control/notifications.ts';
import {
  accesses,
  hours,
  minutes,
  publicAddress,
  startWatched,
  tuesdayAtTwo,
  tuesdayHalfPastTwo,
  type Watched,
} from './support/watched.ts';

// Check W11: what Microsoft tells Parley, and what anybody else does at the same address.

const later = { start: '2026-12-15T09:00:00.000Z', end: '2026-12-15T09:30:00.000Z' };

async function startTold(t: Parameters<typeof startWatched>[0], options: Parameters<typeof startWatched>[1] = {}) {
  const story = await startWatched(t, { isPublic: true, ...options });
  const { emulator, app } = story;
  const id = await story.make(later);
  await story.work();
  return {
    ...story,
    id,
    subscriptions: () => [...emulator.context.notifications.subscriptions.values()],
    /** Microsoft sends what it has to tell; Parley does what that causes, without a sweep. */
    async tell() {
      story.system.clock.advance(6_000);
      const made = await emulator.deliver();
      await app.drain();
      return made;
    },
    send: async (path: string, body: unknown) =>
      app.http.fetch(
        new Request(`${publicAddress}/graph/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      ),
  };
}

const statusOf = async ({ meeting }: Watched, id: string) => (await meeting(id))['status'];

for (const access of accesses) {
  test(`${access}: Microsoft tells of a change, and it is found at once`, async (t) => {
    const story = await startTold(t, { access });
    const [subscription] = story.subscriptions();
    assert.ok(subscription);
    assert.equal(subscription.notificationUrl, `${publicAddress}/graph/notifications`);
    assert.equal(subscription.lifecycleNotificationUrl, `${publicAddress}/graph/lifecycle`);
    assert.ok(subscription.immutableIds);
    story.move(tuesdayAtTwo, tuesdayHalfPastTwo);
    const [delivery] = await story.tell();
    assert.deepEqual([delivery?.outcome, delivery?.detail], ['accepted', '202']);
    assert.equal(await statusOf(story, story.id), 'out_of_sync');
  });
}

test('a Parley that Microsoft cannot reach subscribes to nothing', async (t) => {
  const { make, look, calls, watches } = await startWatched(t);
  await make();
  await look();
  assert.equal(calls('POST', '/subscriptions').length, 0);
  assert.deepEqual([(await watches())[0]?.subscription_id, (await watches())[0]?.problem_code], [null, null]);
});

test('a lost notification is made up for within five minutes', async (t) => {
  const story = await startTold(t);
  story.emulator.context.notifications.mischief.loseNext = 10;
  story.move(tuesdayAtTwo, tuesdayHalfPastTwo);
  await story.tell();
  assert.equal(await statusOf(story, story.id), 'ready');
  await story.look();
  assert.equal(await statusOf(story, story.id), 'out_of_sync');
});

test('notifications that come twice, late or in any order change nothing more', async (t) => {
  const story = await startTold(t, { outlookChanges: 'follow' });
  const { mischief } = story.emulator.context.notifications;
  Object.assign(mischief, { duplicateNext: 10, outOfOrder: true, delayMs: 4 * minutes });
  story.edit({ subject: 'First' });
  story.edit({ subject: 'Second' });
  await story.look();
  for (let round = 0; round < 3; round += 1) {
    story.system.clock.advance(2 * minutes);
    await story.tell();
  }
  const found = await story.meeting(story.id);
  assert.deepEqual([found['status'], found['subject']], ['ready', 'Second']);
  assert.deepEqual(await story.history(story.id), ['created', 'conference_assigned', 'changed']);
});

test('what does not carry the secret of a subscription of ours is taken, and makes nobody look', async (t) => {
  const story = await startTold(t);
  const [subscription] = story.subscriptions();
  assert.ok(subscription);
  story.move(tuesdayAtTwo, tuesdayHalfPastTwo);
  const before = await story.watches();
  const notice = { subscriptionId: subscription.id, clientState: subscription.clientState, changeType: 'updated' };
  const lies = [
    { value: [{ ...notice, clientState: 'guessed' }] },
    { value: [{ ...notice, clientState: '' }] },
    { value: [{ ...notice, subscriptionId: '0b8f5a4e-62b8-4f1c-9c5e-7c2e4b8d1a90' }] },
    { value: [{ ...notice, subscriptionId: "x' or 1=1 --" }] },
    { value: [{ ...notice, clientState: 'guessed', changeType: undefined, lifecycleEvent: 'subscriptionRemoved' }] },
    { value: 'x' },
    [],
    'not json',
    '\u0000',
    '',
  ];
  for (const path of ['notifications', 'lifecycle'])
    for (const lie of lies) assert.equal((await story.send(path, lie)).status, 202, JSON.stringify(lie));
  assert.equal((await story.send('notifications', { value: [], padding: 'x'.repeat(2 * 1024 * 1024) })).status, 413);
  await story.app.drain();
  assert.deepEqual(await story.watches(), before);
  assert.equal(await statusOf(story, story.id), 'ready');
  // The truth still works.
  assert.equal(
    (await story.send('notifications', { value: [{ ...notice, clientState: 'guessed' }, notice] })).status,
    202,
  );
  story.system.clock.advance(6_000);
  await story.work();
  assert.equal(await statusOf(story, story.id), 'out_of_sync');
});

test('the handshake gives the token back as it came, as text', async (t) => {
  const story = await startTold(t);
  const token = 'Validation: <b>&"é+ %';
  const answer = await story.send(`lifecycle?validationToken=${encodeURIComponent(token)}`, '');
  assert.deepEqual([answer.status, await answer.text()], [200, token]);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
});

test('only the hash of a subscription’s secret is kept, and its place in the list of changes is sealed', async (t) => {
  const story = await startTold(t);
  const [subscription] = story.subscriptions();
  const [watch] = await story.watches();
  assert.ok(subscription?.clientState && watch?.delta_link);
  const kept = JSON.stringify(watch) + watch.client_state.toString('latin1') + watch.delta_link.toString('latin1');
  assert.ok(!kept.includes(subscription.clientState));
  assert.ok(!kept.includes('deltatoken'));
  assert.ok(!story.system.lines.some((line) => line.includes(subscription.clientState ?? '')));
});

test('a subscription is renewed long before its end, and made anew when an outage outlasted it', async (t) => {
  const story = await startTold(t);
  const [first] = story.subscriptions();
  assert.ok(first);
  const end = first.expiresAt;
  story.system.clock.advance(4 * 24 * hours);
  await story.work();
  assert.equal(story.subscriptions()[0]?.id, first.id);
  assert.ok(first.expiresAt > end + 2 * 24 * hours);
  story.emulator.fail({ service: 'graph', path: '/subscriptions', times: 1000, kind: { type: 'status', status: 503 } });
  for (let day = 0; day < 8; day += 1) {
    story.system.clock.advance(24 * hours);
    await story.work();
  }
  const [failing] = await story.watches();
  assert.equal(failing?.subscription_problem_code, 'microsoft_unavailable');
  assert.ok((failing?.subscription_attempts ?? 0) >= 4);
  assert.equal(failing?.problem_code, null, 'the calendar is read all the same');
  assert.equal(story.subscriptions().length, 0);
  story.emulator.context.faults.splice(0);
  story.move('2026-12-16T09:00:00Z', '2026-12-16T09:30:00Z');
  story.system.clock.advance(24 * hours);
  await story.work();
  assert.equal(story.subscriptions().length, 1);
  assert.notEqual(story.subscriptions()[0]?.id, first.id);
  assert.equal(await statusOf(story, story.id), 'out_of_sync');
});

test('where Microsoft allows shorter subscriptions, they are as long as it says', async (t) => {
  const story = await startWatched(t, { isPublic: true });
  story.emulator.switches.eventSubscriptionMinutes = 4230;
  await story.make(later);
  await story.work();
  const [watch] = await story.watches();
  assert.equal(watch?.subscription_problem_code, null);
  const lifeMs = (watch?.subscribed_until?.getTime() ?? 0) - story.system.clock.now().getTime();
  assert.ok(lifeMs > 4100 * minutes && lifeMs < 4230 * minutes, String(lifeMs / minutes));
  story.system.clock.advance(2 * 24 * hours);
  await story.work();
  assert.equal((await story.watches())[0]?.subscription_id, watch?.subscription_id);
});

test('a subscription that asks to be reauthorized is renewed', async (t) => {
  const story = await startTold(t);
  const [subscription] = story.subscriptions();
  assert.ok(subscription);
  story.system.clock.advance(2 * hours);
  sendLifecycle(story.emulator.context, subscription.id, 'reauthorizationRequired');
  await story.tell();
  assert.ok(subscription.authorizedAt > subscription.createdAt + hours);
  assert.equal(story.calls('PATCH', '/subscriptions').length, 1);
  assert.equal(story.calls('POST', '/subscriptions').length, 1);
});

test('a subscription that Microsoft removed is made anew, and what came in between is read', async (t) => {
  const story = await startTold(t);
  const [subscription] = story.subscriptions();
  assert.ok(subscription);
  sendLifecycle(story.emulator.context, subscription.id, 'subscriptionRemoved');
  story.move(tuesdayAtTwo, tuesdayHalfPastTwo);
  await story.tell();
  assert.equal(story.subscriptions().length, 1);
  assert.notEqual(story.subscriptions()[0]?.id, subscription.id);
  assert.equal(await statusOf(story, story.id), 'out_of_sync');
  // What the old one still sends is not believed any more.
  const [watch] = await story.watches();
  const notice = { subscriptionId: subscription.id, clientState: subscription.clientState, changeType: 'updated' };
  assert.equal((await story.send('notifications', { value: [notice] })).status, 202);
  assert.deepEqual((await story.watches())[0], watch);
});

test('missed notifications are caught up with at once', async (t) => {
  const story = await startTold(t);
  const [subscription] = story.subscriptions();
  assert.ok(subscription);
  story.emulator.context.notifications.mischief.loseNext = 10;
  story.move(tuesdayAtTwo, tuesdayHalfPastTwo);
  await story.tell();
  sendLifecycle(story.emulator.context, subscription.id, 'missed');
  await story.tell();
  assert.equal(await statusOf(story, story.id), 'out_of_sync');
});

test('a subscription whose answer was lost is replaced, not doubled', async (t) => {
  const story = await startWatched(t, { isPublic: true });
  story.emulator.fail({ service: 'graph', method: 'POST', path: '/subscriptions', kind: { type: 'drop-response' } });
  const id = await story.make(later);
  await story.work();
  const all = () => [...story.emulator.context.notifications.subscriptions.values()];
  const [orphan] = all();
  assert.ok(orphan);
  await story.look();
  assert.equal(all().length, 1);
  assert.notEqual(all()[0]?.id, orphan.id);
  assert.equal((await story.watches())[0]?.subscription_id, all()[0]?.id);
  story.move(tuesdayAtTwo, tuesdayHalfPastTwo);
  story.system.clock.advance(6_000);
  await story.emulator.deliver();
  await story.app.drain();
  assert.equal(await statusOf(story, id), 'out_of_sync');
});

test('a watch ends with the last meeting to come, and its subscription with it', async (t) => {
  const story = await startTold(t);
  assert.equal(story.subscriptions().length, 1);
  await story.ask('POST', `/v1/meetings/${story.id}/cancel`, {});
  await story.look();
  await story.look();
  assert.equal(story.subscriptions().length, 0);
  assert.deepEqual(await story.watches(), []);
});

test('a permission that is lacking is kept with its mailbox, and asked for rarely', async (t) => {
  const story = await startTold(t);
  story.emulator.fail({
    service: 'graph',
    path: '/delta',
    times: 1000,
    kind: { type: 'status', status: 403, code: 'ErrorAccessDenied', message: 'Access is denied.' },
  });
  const before = story.calls('GET', '/delta').length;
  for (let round = 0; round < 12; round += 1) await story.look();
  const [watch] = await story.watches();
  assert.equal(watch?.problem_code, 'access_denied_by_exchange');
  const asked = story.calls('GET', '/delta').length - before;
  assert.ok(asked >= 3 && asked <= 5, `asked ${asked} times in an hour`);
});

test('a mailbox that is throttled is left alone for as long as Microsoft says, whoever tells of changes', async (t) => {
  const story = await startTold(t);
  story.emulator.fail({ service: 'graph', path: '/delta', kind: { type: 'status', status: 429, retryAfter: '1800' } });
  await story.look();
  const asked = story.calls('GET', '/delta').length;
  for (let round = 0; round < 4; round += 1) {
    story.edit({ subject: `Edit ${round}` });
    await story.tell();
    await story.look();
  }
  assert.equal(story.calls('GET', '/delta').length, asked);
  story.system.clock.advance(15 * minutes);
  await story.work();
  assert.equal(await statusOf(story, story.id), 'out_of_sync');
});

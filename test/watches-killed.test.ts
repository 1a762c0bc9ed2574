import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runMortal } from './faults/mortal.ts';
import { hours, minutes, publicAddress, startWatched } from './support/watched.ts';

// A process dies at every point at which it waits for PostgreSQL or Microsoft while it looks after a watched mailbox.
// Another takes over: what was changed in Outlook is done once, and there is one subscription.

const places = [
  { start: '2026-12-15T09:00:00.000Z', end: '2026-12-15T09:30:00.000Z' },
  { start: '2026-12-15T13:00:00.000Z', end: '2026-12-15T13:30:00.000Z' },
] as const;

async function watchOf({ watches }: Awaited<ReturnType<typeof startWatched>>): Promise<string> {
  const [watch] = await watches();
  assert.ok(watch);
  return watch.id;
}

for (const outlookChanges of ['follow', 'ask', 'revert'] as const) {
  test(`killed at every point of a look, a workspace that wants “${outlookChanges}” gets it once`, async (t) => {
    const story = await startWatched(t, { outlookChanges });
    const { system, move, meeting, look, history, theEvent, resolve } = story;
    const id = await story.make(places[0]);
    await look();
    const watchId = await watchOf(story);
    const told = { follow: 'changed', ask: 'out_of_sync', revert: 'restored' }[outlookChanges];
    for (let dieAt = 1; ; dieAt += 1) {
      const wanted = (await meeting(id))['start'];
      const place = places.find(({ start }) => start !== wanted);
      assert.ok(place);
      const before = (await history(id)).filter((type) => type === told).length;
      move(place.start, place.end);
      system.clock.advance(5 * minutes);
      const lastWords = await runMortal(system, { task: 'watch', watchId, dieAt });
      await look();
      await look();
      const now = await meeting(id);
      const why = `died ${lastWords}`;
      assert.equal((await history(id)).filter((type) => type === told).length, before + 1, why);
      assert.equal(now['status'], outlookChanges === 'ask' ? 'out_of_sync' : 'ready', why);
      assert.equal(now['start'], outlookChanges === 'follow' ? place.start : wanted, why);
      const shown = outlookChanges === 'revert' ? wanted : place.start;
      assert.equal(new Date(theEvent().start.at).toISOString(), shown, why);
      if (outlookChanges === 'ask') await resolve(id, 'accept');
      // Fought once an hour only.
      if (outlookChanges === 'revert') system.clock.advance(1 * hours);
      if (lastWords === undefined) {
        assert.ok(dieAt > 20, `only ${dieAt} points`);
        t.diagnostic(`${dieAt} points`);
        return;
      }
      assert.ok(dieAt < 300);
    }
  });
}

test('killed at every point of subscribing, there is one subscription in the end, and it is believed', async (t) => {
  const story = await startWatched(t, { isPublic: true });
  const { system, emulator, look } = story;
  await story.make();
  await look();
  const watchId = await watchOf(story);
  const all = () => [...emulator.context.notifications.subscriptions.values()];
  const server = { ...system.config.server, publicUrl: publicAddress };
  for (let dieAt = 1; ; dieAt += 1) {
    emulator.context.notifications.subscriptions.clear();
    await story.db
      .updateTable('calendar_watches')
      .set({ subscription_due_at: system.clock.now(), subscription_attempts: 0 })
      .execute();
    const mortal = { ...system, config: { ...system.config, server } };
    const lastWords = await runMortal(mortal, { task: 'watch', watchId, dieAt });
    system.clock.advance(1 * minutes);
    await story.work();
    const [watch] = await story.watches();
    const why = `died ${lastWords}`;
    assert.deepEqual(
      all().map(({ id }) => id),
      [watch?.subscription_id],
      why,
    );
    const [made] = all();
    const notice = { subscriptionId: made?.id, clientState: made?.clientState, changeType: 'updated' };
    await story.app.http.fetch(
      new Request(`${publicAddress}/graph/notifications`, {
        method: 'POST',
        body: JSON.stringify({ value: [notice] }),
      }),
    );
    assert.equal((await story.watches())[0]?.read_due_at.getTime(), system.clock.now().getTime(), why);
    if (lastWords === undefined) return;
    assert.ok(dieAt < 300);
  }
});

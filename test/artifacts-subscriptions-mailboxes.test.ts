import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { grantScopes } from '../emulator/entra/grants.ts';
import { CONTOSO_TENANT_ID, PARLEY_CLIENT_ID } from '../emulator/seed.ts';
import { connectTeams } from '../scripts/person.ts';
import { createEar, setTranscriptAccess, startAnnounced } from './support/announced.ts';
import { runMortal } from './faults/mortal.ts';
import { hour, minute } from './support/recorded.ts';
import { publicUrl, startSystem, startWorkspace, userNamed } from './support/system.ts';
import { addTenant } from './support/tenant.ts';
import { publicAddress, startPublic } from './support/watched.ts';

// Whose recordings and transcripts Microsoft tells of, on whose authority, and what survives a death.

const everything = ['meetings', 'free-busy', 'people', 'recordings', 'transcripts', 'attendance'] as const;

test('one subscription serves two workspaces that have meetings in one mailbox', async (t) => {
  const story = await startAnnounced(t);
  const { system } = story;
  const other = await startWorkspace(system, { email: 'eve@elsewhere.example' });
  const { organizer } = await addTenant(system, other.workspaceId, { features: [...everything] });
  const { id: organizerId } = await organizer('marek.dvorak', { member_id: other.memberId });
  const made = await other.api('POST', '/v1/meetings', {
    organizer: { organizerId },
    subject: 'Theirs',
    start: '2026-11-24T10:00:00Z',
    end: '2026-11-24T10:30:00Z',
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  await story.app.drain();
  await story.work();
  assert.equal(story.subscriptions().length, 2);
  const watches = await story.watches();
  assert.ok(watches.every(({ subscription_problem_code: code }) => code === null));
  assert.equal(watches.filter(({ subscription_id: id }) => id !== null).length, 2);
  assert.equal(watches.length, 4);
  const theirs = await other.api('GET', `/v1/meetings/${made.body['id']}`);
  system.clock.set(new Date('2026-11-24T10:30:00Z'));
  story.emulator.endMeeting({
    joinUrl: theirs.body['joinUrl'],
    recording: true,
    transcript: true,
    attendance: false,
    processingMs: 3 * hour,
  });
  await untilRare(story);
  await story.tell();
  const states = async () => {
    const { body } = await other.api('GET', `/v1/meetings/${made.body['id']}/artifacts`);
    return (body['captures'] as { kind: string; state: string }[]).map(({ kind, state }) => `${kind} ${state}`);
  };
  assert.deepEqual((await states()).slice(0, 2), ['recording ready', 'transcript ready']);
  // When the workspace whose subscriptions they are has no meeting any more, the other one gets its own.
  await story.system.database.db
    .updateTable('tenant_connections')
    .set({ features: JSON.stringify(['meetings']) })
    .where('workspace_id', '=', story.desk.workspaceId)
    .execute();
  await story.work();
  await story.work();
  assert.deepEqual(
    (await story.watches()).map(({ workspace_id: id, subscription_id }) => [id, subscription_id !== null]),
    [
      [other.workspaceId, true],
      [other.workspaceId, true],
    ],
  );
  assert.equal(story.subscriptions().length, 2);
});

/** Lets three hours pass in which Parley looks by itself, less and less often. */
async function untilRare(story: Awaited<ReturnType<typeof startAnnounced>>) {
  for (let minutes = 0; minutes < 3 * 60 - 10; minutes += 10) {
    story.system.clock.advance(10 * minute);
    await story.work();
  }
  story.system.clock.advance(11 * minute);
}

test('an organizer whom Parley does not allow any more is not subscribed to, and Microsoft is not asked', async (t) => {
  const story = await startAnnounced(t, { features: ['meetings', 'free-busy', 'people'] });
  const { db } = story.system.database;
  await db.updateTable('organizers').set({ allowed: false }).execute();
  await db
    .updateTable('tenant_connections')
    .set({ features: JSON.stringify(everything) })
    .execute();
  await story.work();
  assert.equal(story.graphCalls(undefined, '/subscriptions').filter(({ body }) => /getAll/.test(body)).length, 0);
  assert.deepEqual(
    (await story.watches()).map(({ subscription_problem_code: code }) => code),
    ['organizer_not_allowed', 'organizer_not_allowed'],
  );
  await db.updateTable('organizers').set({ allowed: true }).execute();
  for (let hours = 0; hours < 3; hours += 1) {
    story.system.clock.advance(hour);
    await story.work();
  }
  assert.equal(story.subscriptions().length, 2);
});

const scopes =
  'OnlineMeetings.ReadWrite Calendars.ReadWrite offline_access User.Read OnlineMeetingRecording.Read.All OnlineMeetingTranscript.Read.All';

/** Somebody who has connected Teams with what recordings and transcripts take, and has a meeting on Tuesday. */
async function startOwner(t: TestContext) {
  const { ear, emulator } = createEar();
  const system = await startSystem(t, { emulator, env: { MicrosoftTeams__Scopes: scopes } });
  ear.now = () => system.clock.now().getTime();
  const app = emulator.context.directory.apps.get(PARLEY_CLIENT_ID);
  assert.ok(app);
  grantScopes(emulator.context, { tenantId: CONTOSO_TENANT_ID, app, userId: null, scopes: scopes.split(' ') });
  setTranscriptAccess({ system }, true, CONTOSO_TENANT_ID);
  const desk = await startWorkspace(system);
  const owner = userNamed(emulator, 'dana.reyes');
  await connectTeams(desk.person, publicUrl, owner.id);
  await system.work();
  const made = await desk.api('POST', '/v1/meetings', {
    organizer: { memberId: desk.memberId },
    subject: 'Review',
    start: '2026-11-24T09:00:00Z',
    end: '2026-11-24T09:30:00Z',
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  await system.work();
  const parley = (ear.app = await startPublic(t, system));
  const work = async () => {
    await parley.sweep();
    await parley.drain();
  };
  return {
    system,
    emulator,
    owner,
    desk,
    work,
    watches: () => system.database.db.selectFrom('artifact_watches').selectAll().orderBy('kind').execute(),
    subscriptions: () =>
      [...emulator.context.notifications.subscriptions.values()].filter(({ resource }) => /getAll/.test(resource)),
  };
}

test('somebody’s own connection is told of too, where Microsoft allows it', async (t) => {
  const story = await startOwner(t);
  await story.work();
  assert.deepEqual(
    story
      .subscriptions()
      .map(({ resource, kind }) => `${kind} ${resource}`)
      .toSorted(),
    ['getAllRecordings', 'getAllTranscripts'].map((name) => `delegated users/${story.owner.id}/onlineMeetings/${name}`),
  );
});

test('where Microsoft tells applications only, that is kept with the row, asked for rarely, and tried again on reconnecting', async (t) => {
  const story = await startOwner(t);
  story.emulator.switches.delegatedArtifactSubscriptions = 'refused';
  const asked = () =>
    story.emulator.calls.filter(({ path, method }) => method === 'POST' && path.includes('/subscriptions')).length;
  for (let hours = 0; hours < 25; hours += 1) {
    await story.work();
    story.system.clock.advance(hour);
  }
  const watches = await story.watches();
  assert.equal(watches.length, 2);
  for (const watch of watches) {
    assert.equal(watch.subscription_id, null);
    assert.ok(watch.subscription_problem_code);
    assert.equal(watch.subscription_answer?.status, 403);
    assert.ok(watch.subscription_attempts <= 5, String(watch.subscription_attempts));
  }
  assert.ok(asked() > 2);
  story.emulator.switches.delegatedArtifactSubscriptions = 'accepted';
  await connectTeams(story.desk.person, publicUrl, story.owner.id);
  await story.work();
  await story.work();
  assert.equal(story.subscriptions().length, 2);
});

test('killed at every point of subscribing, there is one subscription in the end, and it is believed', async (t) => {
  const story = await startAnnounced(t, { features: ['meetings', 'free-busy', 'people', 'recordings'] });
  const { system, emulator } = story;
  const [watch] = await story.watches();
  assert.ok(watch);
  const server = { ...system.config.server, publicUrl: publicAddress };
  const mortal = { ...system, config: { ...system.config, server } };
  for (let dieAt = 1; ; dieAt += 1) {
    for (const { id } of story.subscriptions()) emulator.context.notifications.subscriptions.delete(id);
    await system.database.db
      .updateTable('artifact_watches')
      .set({ subscription_due_at: system.clock.now(), subscription_attempts: 0 })
      .execute();
    const lastWords = await runMortal(mortal, { task: 'watch-artifacts', watchId: watch.id, dieAt });
    system.clock.advance(minute);
    await story.work();
    const why = `died ${lastWords}`;
    const [kept] = await story.watches();
    assert.deepEqual(
      story.subscriptions().map(({ id }) => id),
      [kept?.subscription_id],
      why,
    );
    const [made] = story.subscriptions();
    await story.send('lifecycle', {
      value: [{ subscriptionId: made?.id, clientState: made?.clientState, lifecycleEvent: 'reauthorizationRequired' }],
    });
    assert.equal((await story.watches())[0]?.subscription_due_at.getTime(), system.clock.now().getTime(), why);
    if (lastWords === undefined) {
      t.diagnostic(`${dieAt} points`);
      return;
    }
    assert.ok(dieAt < 300);
  }
});

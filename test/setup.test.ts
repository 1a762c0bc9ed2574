import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTOSO_TENANT_ID, SINGLE_TENANT_CLIENT_ID } from '../emulator/seed.ts';
import { publicUrl } from './support/system.ts';
import { consent, startSetup, uploadCertificate } from './support/setup-story.ts';

const minute = 60_000;

test('a tenant goes from an empty registration to live, step by step', async (t) => {
  // G1, G2, G3, G4, G5, G9, A3, A4, T1, T2, T6, T7
  const story = await startSetup(t);
  const { system, desk, ask, id, setup, step, states, check, change, run, addOrganizer } = story;
  assert.equal(await states(), 'open open open open open open open open');
  await change({ exchangeScope: 'none' });
  assert.match((await step('exchange-scope')).sentence, /Nothing is limited, as you chose/);
  assert.equal(await states(), 'open open open open open done open open');
  assert.deepEqual((await setup()).ready, { pilot: false, live: false });

  const registration = await check('registration');
  assert.equal(registration.state, 'done', registration.sentence);
  assert.deepEqual(
    registration.values.filter(({ copy }) => copy).map(({ value }) => value),
    [SINGLE_TENANT_CLIENT_ID, CONTOSO_TENANT_ID, `${publicUrl}/api/teams/callback`],
  );
  assert.match(registration.link?.url ?? '', /^https:\/\/entra\.microsoft\.com\/#view\/.*appId\/9b27e0c5/);

  const early = await check('permissions');
  assert.deepEqual([early.state, early.findings], ['open', []]);
  assert.match(early.sentence, /waits for step 4, the credential/);
  assert.deepEqual(
    early.values.map(({ value }) => value),
    ['Calendars.ReadWrite', 'OnlineMeetings.ReadWrite.All', 'User.Read.All'],
  );
  assert.match(early.todo.join(' '), /Remove the delegated User\.Read/);
  assert.match((await check('teams-policy')).sentence, /waits for step 4/);

  const certificateId = await uploadCertificate(story);
  const proven = await check('credential');
  assert.equal(proven.state, 'done', proven.sentence);
  assert.ok(certificateId);
  const thumbprint = proven.values.find(({ label }) => label.startsWith('Thumbprint (SHA-1)'))?.value ?? '';
  assert.match(thumbprint, /^[\dA-F]{40}$/);
  assert.deepEqual(
    proven.scripts.map(({ shell }) => shell),
    ['graph', 'teams'],
  );
  for (const script of proven.scripts) {
    assert.ok(script.text.includes(`-CertificateThumbprint '${thumbprint}'`));
    run(script);
  }
  const { state, sentence } = await step('permissions');
  assert.equal(state, 'waiting');
  assert.match(sentence, /waits for step 3, admin consent/);
  assert.equal((await step('consent')).state, 'failed');

  await consent(story);
  await check('consent');
  assert.equal(await states(), 'done done done done open done open open');
  assert.match((await check('test')).sentence, /waits for an organizer/);

  const dana = await addOrganizer('dana.reyes', { pilot: true });
  await addOrganizer('milan.okafor');
  system.emulator.switches.teamsPolicyDelayMs = 20 * minute;
  const policy = await check('teams-policy');
  assert.equal(policy.state, 'failed', policy.sentence);
  await system.work();
  assert.match((await step('teams-policy')).sentence, /Teams refuses the app for Dana Reyes, Milan Okafor/);
  for (const script of policy.scripts) run(script);
  await ask('POST', `/v1/tenants/${id}/organizers/policy-granted`, {});
  await system.work();
  const waiting = await step('teams-policy');
  assert.equal(waiting.state, 'waiting', waiting.sentence);
  assert.match(waiting.sentence, /up to 30 minutes.*Parley tries again by itself/);
  await system.advance(25 * minute);
  assert.equal((await step('teams-policy')).state, 'done');
  assert.ok(dana.id);

  // The scope in Exchange is chosen now: what Entra has to list, and what was consented to, is another thing since.
  await change({
    exchangeScope: 'rbac',
    exchangeGroup: 'organizers@contoso.example',
    outsideMailbox: 'yuki.brandt@contoso.example',
  });
  assert.equal(await states(), 'done open open done done open open open');
  const scope = await step('exchange-scope');
  const [limit, ask2, takeBack] = scope.scripts;
  run(limit);
  run(ask2);
  const wide = await check('exchange-scope');
  assert.equal(wide.state, 'failed', wide.sentence);
  run(takeBack);
  await check('permissions');
  const limited = await check('exchange-scope');
  assert.equal(limited.state, 'waiting', 'Milan is not in the group, and Exchange may be late');
  const milan = (await ask('GET', `/v1/tenants/${id}/organizers?q=milan`)).data as { id: string }[];
  await ask('PATCH', `/v1/organizers/${milan[0]?.id}`, { allowed: false });
  const green = await check('exchange-scope');
  assert.equal(green.state, 'done', JSON.stringify(green));

  const tested = await check('test');
  assert.equal(tested.state, 'done', JSON.stringify(tested));
  assert.equal((await check('teams-policy')).state, 'done');
  const ready = await setup();
  assert.deepEqual(
    ready.checklist.filter(({ ok }) => !ok).map(({ label }) => label),
    ['Logging and monitoring reviewed', 'A pilot user tested it'],
  );
  assert.deepEqual(ready.ready, { pilot: true, live: false });

  const goLive = (stage: string) =>
    desk.person.call<typeof ready>(`${publicUrl}/v1/tenants/${id}/go-live`, 'POST', { stage });
  await assert.rejects(goLive('live'), /setup_incomplete.*A pilot user tested it/);
  assert.equal((await goLive('pilot')).stage, 'pilot');
  await system.advance(minute);
  await check('test');
  const live = await goLive('live');
  assert.equal(live.stage, 'live');
  assert.equal(
    live.steps.every(({ state: one }) => one === 'done'),
    true,
  );
  assert.deepEqual(
    live.signOffs.map(({ stage, signedBy }) => [stage, signedBy]),
    [
      ['pilot', 'Ada Quist (ada@desk.example)'],
      ['live', 'Ada Quist (ada@desk.example)'],
    ],
  );
});

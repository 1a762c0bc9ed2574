import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { connectTeams, signIn } from '../scripts/person.ts';
import { NORTHGATE_CLIENT_SECRET } from '../emulator/seed.ts';
import { addMember, createSignInToken } from '../src/access/service.ts';
import type { Role, TenantConnections } from '../src/database/schema.ts';
import type { SetupAnswer, SetupStep } from './support/setup-story.ts';
import { consent, prove, startSetup, uploadCertificate } from './support/setup-story.ts';
import { publicUrl, startSystem, startWorkspace, type System } from './support/system.ts';
import { runPowerShell, startTenant } from './support/tenant.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Northgate, whose administrator has consented long ago, with one organizer of the pilot. */
async function startNorthgate(t: TestContext, columns: Partial<TenantConnections> = {}) {
  const system = await startSystem(t);
  const desk = await startTenant(system, { stage: 'setup', columns });
  const path = `/v1/tenants/${desk.tenantConnectionId}`;
  const organizer = await desk.organizer('leila.haddad', { pilot: true });
  const ask = async (method: string, rest: string, body?: unknown) => {
    const answer = await desk.api(method, path + rest, body);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
  };
  const setup = async () => (await ask('GET', '/setup')) as unknown as SetupAnswer;
  return {
    system,
    desk,
    path,
    organizer,
    ask,
    setup,
    step: async (name: string) => (await setup()).steps.find((one) => one.name === name) as SetupStep,
    check: async (name: string) => (await ask('POST', `/setup/${name}/check`)) as unknown as SetupStep,
    /** Everything that the pilot needs, proven. */
    prepare: async () => {
      const { scripts } = (await setup()).steps.find(({ name }) => name === 'teams-policy') as SetupStep;
      for (const { text } of scripts) runPowerShell(system, text);
      for (const name of ['registration', 'consent', 'teams-policy', 'test']) {
        const { state, sentence } = (await ask('POST', `/setup/${name}/check`)) as unknown as SetupStep;
        assert.equal(state, 'done', `${name}: ${sentence}`);
      }
      await system.work();
    },
  };
}

/** Somebody of the workspace with this role, in a browser. */
async function memberOf(system: System, workspaceId: string, role: Role, name: string = role) {
  const deps = { db: system.database.db, now: system.clock.now };
  const member = { email: `${name}@desk.example`, name, role, timeZone: 'UTC' };
  const person = system.person();
  const memberId = await addMember(deps, workspaceId, member);
  await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, memberId)}`);
  return { person, memberId };
}

test('a setup is left and taken up again; what changed since is to be checked again', async (t) => {
  const { system, setup, check, prepare, ask, desk, step } = await startNorthgate(t);
  await prepare();
  const states = async () => (await setup()).steps.map(({ state }) => state).join(' ');
  assert.equal(await states(), 'done done done done done done done open');
  await system.advance(3 * 24 * hour);
  assert.equal(await states(), 'done done done done done done done open');

  await ask('PATCH', '', { features: ['meetings', 'meeting-options', 'free-busy', 'people', 'attendance'] });
  assert.equal(await states(), 'done open open done done done open open');
  assert.match((await step('permissions')).sentence, /Something has changed since it was checked at 23 Nov 2026/);
  assert.deepEqual((await step('permissions')).findings, []);
  const refused = await check('permissions');
  assert.match(refused.sentence, /step 3, admin consent/);
  await ask('PATCH', '', { features: ['meetings', 'meeting-options', 'free-busy', 'people'] });
  assert.equal((await check('permissions')).state, 'done');

  await desk.api('POST', `/v1/app-registrations/${desk.registrationId}/secrets`, {
    name: 'Next',
    secret: 'x'.repeat(40),
  });
  assert.equal((await step('credential')).state, 'open');
  assert.equal((await check('credential')).state, 'done');

  await desk.organizer('carla.roth');
  assert.equal((await step('teams-policy')).state, 'open', 'somebody is not proven yet');
  await ask('PATCH', '', { policyName: 'Another name' });
  assert.equal((await step('test')).state, 'open');
});

test('steps that no feature needs are not needed, and an open Exchange is said to be open', async (t) => {
  const { ask, step, check } = await startNorthgate(t);
  assert.match((await step('exchange-scope')).sentence, /the app can reach every mailbox/);
  assert.equal((await check('exchange-scope')).state, 'done');
  await ask('PATCH', '', { features: ['standalone-meetings', 'people'], reduced: true });
  const scope = await check('exchange-scope');
  assert.deepEqual([scope.state, scope.scripts], ['not_needed', []]);
  const permissions = await step('permissions');
  // T1
  assert.deepEqual(
    permissions.values.map(({ value }) => value),
    ['OnlineMeetings.ReadWrite.All', 'User.ReadBasic.All'],
  );
  assert.match(
    permissions.todo.join(' '),
    /You chose User\.ReadBasic\.All.*cannot see whether an account is switched off/,
  );
  await ask('PATCH', '', { features: ['meetings', 'free-busy', 'people'], reduced: false });
  const policy = await check('teams-policy');
  assert.deepEqual([policy.state, policy.scripts, policy.findings], ['not_needed', [], []]);
  assert.match((await step('permissions')).todo.join(' '), /choose User\.ReadBasic\.All instead of User\.Read\.All/);
});

test('what Microsoft has not applied yet is waited for, and fails only when its time is over', async (t) => {
  const story = await startSetup(t);
  const { system, check, step } = story;
  await uploadCertificate(story);
  await check('registration');
  assert.equal((await check('consent')).state, 'failed');
  await system.database.db.updateTable('tenant_connections').set({ consented_at: system.clock.now() }).execute();
  await system.advance(minute);
  const late = await check('consent');
  assert.equal(late.state, 'waiting');
  assert.match(late.sentence, /Consent was given at 23 Nov 2026, 07:00 UTC; Entra can take some minutes/);
  await system.advance(15 * minute);
  assert.equal((await check('consent')).state, 'failed');
  assert.equal((await step('permissions')).state, 'failed');
  await consent(story);
  assert.equal((await check('consent')).state, 'done');
});

test('an administrator who declines leaves consent open, and a credential that Entra refuses is told as such', async (t) => {
  const story = await startSetup(t);
  const { ask, check, registrationId, step } = story;
  await ask(
    'POST',
    `/v1/app-registrations/${registrationId}/secrets`,
    { name: 'Wrong', secret: 'no-such-secret' },
    201,
  );
  const credential = await check('credential');
  assert.equal(credential.state, 'failed', credential.sentence);
  for (const name of ['permissions', 'consent'])
    assert.match((await step(name)).sentence, /It waits for step 4, the credential/, name);
  await uploadCertificate(story);
  await consent(story, 'cancel');
  const refused = await check('consent');
  assert.equal(refused.state, 'failed', refused.sentence);
  assert.match(refused.findings.map(({ title }) => title).join(' '), /permission/i);
});

test('Exchange has two hours to close a mailbox that must be closed', async (t) => {
  // A3
  const { system, ask, check, step } = await startNorthgate(t, { verified_at: new Date('2026-11-20T06:00:00Z') });
  await check('consent');
  await ask('PATCH', '', { exchangeScope: 'access-policy' });
  assert.match((await step('exchange-scope')).sentence, /Name the group/);
  assert.deepEqual((await check('exchange-scope')).findings, []);
  await ask('PATCH', '', { exchangeGroup: 'bookable@northgate.example' });
  assert.match((await check('exchange-scope')).sentence, /Name a mailbox outside the group/);
  await ask('PATCH', '', { outsideMailbox: 'amira.solano@northgate.example' });
  const { scripts } = await step('exchange-scope');
  system.emulator.switches.exchangePolicyDelayMs = 50 * minute;
  for (const { text } of scripts) runPowerShell(system, text);
  const early = await check('exchange-scope');
  assert.equal(early.state, 'waiting');
  assert.match(early.sentence, /Exchange takes 30 minutes to 2 hours.*first tried at 23 Nov 2026, 07:00 UTC/);
  await system.advance(hour);
  assert.equal((await check('exchange-scope')).state, 'done');

  const name = 'nobody@northgate.example';
  await ask('PATCH', '', { outsideMailbox: name });
  const half = await check('exchange-scope');
  assert.equal(half.state, 'failed', 'what is no mailbox proves nothing');
  assert.match(half.sentence, /Only half was checked/);
});

test('RBAC that a tenant-wide consent makes void fails at once', async (t) => {
  // A3
  const { system, ask, check, step } = await startNorthgate(t);
  await check('consent');
  await ask('PATCH', '', {
    exchangeScope: 'rbac',
    exchangeGroup: 'bookable@northgate.example',
    outsideMailbox: 'amira.solano@northgate.example',
  });
  assert.doesNotMatch((await step('permissions')).values.map(({ value }) => value).join(), /Calendars/);
  const [limit, , takeBack] = (await step('exchange-scope')).scripts;
  runPowerShell(system, limit?.text ?? '');
  const wide = await check('exchange-scope');
  assert.deepEqual([wide.state, /Rights add up/.test(JSON.stringify(wide.findings))], ['failed', true]);
  runPowerShell(system, takeBack?.text ?? '');
  assert.equal((await check('exchange-scope')).state, 'done');
});

test('going live takes a person, a green checklist and the pilot, and is written down', async (t) => {
  // G9, G11
  const { system, desk, path, prepare, setup, check } = await startNorthgate(t);
  const { db } = system.database;
  const sign = (stage: string, person = desk.person) =>
    person.call<SetupAnswer>(`${publicUrl}${path}/go-live`, 'POST', { stage });
  await assert.rejects(sign('pilot'), /409.*setup_incomplete.*Application configuration; Authentication method/s);
  const byKey = await desk.api('POST', `${path}/go-live`, { stage: 'pilot' });
  assert.deepEqual([byKey.status, byKey.body['code']], [403, 'forbidden']);
  assert.equal((await desk.api('POST', `${path}/go-live`, { stage: 'party' })).status, 400);

  await prepare();
  const reviewed = (await setup()).checklist.find(({ bySigning }) => bySigning);
  assert.match(reviewed?.detail ?? '', /You say so by signing/);
  await db
    .updateTable('app_credentials')
    .set({ expires_at: new Date(system.clock.now().getTime() + 13 * 24 * hour) })
    .execute();
  await assert.rejects(sign('pilot'), /No credential ends within 14 days/);
  await db
    .updateTable('app_credentials')
    .set({ expires_at: new Date(system.clock.now().getTime() + 90 * 24 * hour) })
    .execute();

  const pilot = await sign('pilot');
  assert.deepEqual([pilot.stage, pilot.ready], ['pilot', { pilot: true, live: false }]);
  await assert.rejects(sign('live'), /A pilot user tested it/);
  await system.advance(minute);
  await check('test');

  const carla = await desk.organizer('carla.roth');
  await assert.rejects(sign('live'), /Every organizer who is allowed is proven/);
  await db
    .updateTable('organizers')
    .set({ policy_state: 'granted', problem_code: 'organizer_disabled' })
    .where('id', '=', carla.id)
    .execute();
  await assert.rejects(sign('live'), /Every organizer who is allowed is proven/);
  await db.deleteFrom('organizers').where('id', '=', carla.id).execute();
  await check('teams-policy');
  await system.work();

  const [grace, linus] = [
    await memberOf(system, desk.workspaceId, 'admin', 'Grace'),
    await memberOf(system, desk.workspaceId, 'admin', 'Linus'),
  ];
  const [one, other] = await Promise.all([sign('live', grace.person), sign('live', linus.person)]);
  assert.deepEqual([one.stage, other.stage], ['live', 'live']);
  assert.equal((await sign('pilot')).stage, 'live', 'nobody goes back by signing');
  const rows = await db.selectFrom('sign_offs').selectAll().orderBy('created_at').orderBy('id').execute();
  assert.deepEqual(rows.map(({ stage }) => stage).toSorted(), ['live', 'live', 'pilot', 'pilot']);
  const signed = rows.find(({ stage, member_id }) => stage === 'live' && member_id === grace.memberId);
  assert.equal(signed?.signed_by, 'Grace (Grace@desk.example)');
  const lines = signed?.checklist as { label: string; ok: boolean; detail: string }[];
  assert.deepEqual([lines.length, lines.every(({ ok }) => ok)], [10, true]);
  assert.match(lines.find(({ label }) => /monitoring/.test(label))?.detail ?? '', /Grace .* said so by signing/);
  const events = await db
    .selectFrom('outbox_events')
    .select(['type', 'data'])
    .where('connection_id', '=', desk.tenantConnectionId)
    .where('type', 'in', ['tenant.pilot_started', 'tenant.went_live'])
    .orderBy('id')
    .execute();
  assert.deepEqual(
    events.map(({ type }) => type),
    ['tenant.pilot_started', 'tenant.went_live'],
  );
  assert.equal(events[0]?.data['by'], desk.memberId);

  await desk.api('POST', `${path}/pause`);
  await assert.rejects(sign('live'), /The tenant is paused: resume it first/);
  await desk.api('POST', `${path}/resume`);
  assert.equal((await setup()).stage, 'live');
});

test('a meeting of a pilot organizer counts as the pilot’s test', async (t) => {
  const { system, desk, prepare, setup, path } = await startNorthgate(t);
  await prepare();
  await desk.person.call(`${publicUrl}${path}/go-live`, 'POST', { stage: 'pilot' });
  await system.advance(minute);
  const made = await desk.api('POST', '/v1/meetings', {
    organizer: { userPrincipalName: 'leila.haddad@northgate.example' },
    subject: 'First of the pilot',
    start: '2026-11-24T09:00:00Z',
    end: '2026-11-24T09:30:00Z',
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  await system.work();
  const tested = (await setup()).checklist.find(({ label }) => label === 'A pilot user tested it');
  assert.equal(tested?.ok, true, tested?.detail);
  assert.match(tested?.detail ?? '', /A pilot organizer’s meeting was made at/);
});

test('the export tells the other person what is theirs, with the scripts and without secrets', async (t) => {
  const story = await startSetup(t);
  const { system, desk, id, addOrganizer } = story;
  await prove(story);
  await addOrganizer('dana.reyes', { pilot: true });
  const read = async (role?: string) => {
    const query = role ? `?role=${encodeURIComponent(role)}` : '';
    const headers = { authorization: `Bearer ${desk.apiKey}` };
    const answer = await system.request(`/v1/tenants/${id}/setup/export${query}`, { headers });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; charset=utf-8/i);
    return answer.text();
  };
  const forTeams = await read('Teams Administrator');
  const step = await story.step('teams-policy');
  for (const { text } of step.scripts) assert.ok(forTeams.includes(`\n${text}\n`), 'a script stands there as it is');
  assert.match(forTeams, /\[x\] 3\. Give admin consent \(Global Administrator\)/);
  assert.match(forTeams, /\nFOR THE TEAMS ADMINISTRATOR\n/);
  assert.doesNotMatch(forTeams, /Step 7: /);
  const everything = await read();
  assert.match(everything, /Step 7: Make a test meeting/);
  assert.match(await read('Global Administrator'), /Nothing is left for the Global Administrator\./);
  for (const text of [forTeams, everything]) {
    assert.doesNotMatch(text, /PRIVATE KEY|CERTIFICATE-----|eyJ|client_secret|state=/);
    assert.ok(!text.includes(desk.apiKey) && !text.includes(NORTHGATE_CLIENT_SECRET));
  }
  const wrong = await desk.api('GET', `/v1/tenants/${id}/setup/export?role=Queen`);
  assert.equal(wrong.status, 400);
});

test('the server’s own registration can be set up too, beside the people who connect through it', async (t) => {
  const system = await startSystem(t, {});
  const desk = await startTenant(system, { stage: 'setup', columns: { registration_id: null } });
  await connectTeams(desk.person, publicUrl, '1b6f0e3a-57c2-4d98-8a14-9e2d7c5b4f60');
  const { body } = await desk.api('GET', `/v1/tenants/${desk.tenantConnectionId}/setup`);
  const { steps } = body as unknown as SetupAnswer;
  assert.match(steps[1]?.todo.join(' ') ?? '', /Leave the delegated permissions that are there/);
  assert.match(steps[3]?.todo.join(' ') ?? '', /MicrosoftTeams:ClientSecret/);
  assert.deepEqual(steps[3]?.values, [
    { label: 'Client secret “MicrosoftTeams:ClientSecret”', value: 'end not known', copy: false },
  ]);
});

test('setup is for those who manage the workspace, and for no other workspace', async (t) => {
  const { system, desk, path } = await startNorthgate(t);
  const stranger = await startWorkspace(system, { email: 'eve@other.example' });
  const requests: [string, string, unknown][] = [
    ['GET', '/setup', undefined],
    ['GET', '/setup/export', undefined],
    ['POST', '/setup/registration/check', {}],
    ['POST', '/scripts', { kind: 'show' }],
    ['POST', '/go-live', { stage: 'pilot' }],
  ];
  const send = (person: typeof desk.person, method: string, rest: string, body: unknown) =>
    person
      .send(publicUrl + path + rest, {
        method,
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      .then(({ status }) => status);
  const operator = await memberOf(system, desk.workspaceId, 'operator');
  const viewer = await memberOf(system, desk.workspaceId, 'viewer');
  for (const [method, rest, body] of requests) {
    assert.equal(await send(operator.person, method, rest, body), 403, rest);
    assert.equal(await send(viewer.person, method, rest, body), 403, rest);
    assert.equal(await send(stranger.person, method, rest, body), 404, rest); // A01
  }
  assert.equal((await desk.api('POST', `${path}/setup/no-such-step/check`)).status, 400);
});

import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { NORTHGATE_CLIENT_ID, NORTHGATE_TENANT_ID } from '../emulator/seed.ts';
import { createTeamsPolicy, grantTeamsPolicy, revokeTeamsPolicy } from '../src/microsoft/policies.ts';
import { startSystem, userNamed, type System } from './support/system.ts';
import { runPowerShell, startTenant } from './support/tenant.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const policy = { policyName: 'Parley-Meetings', clientId: NORTHGATE_CLIENT_ID };

type Options = Parameters<typeof startTenant>[1] & Parameters<typeof startSystem>[1];

/** A live tenant, its Teams administrator, and what the roster says. */
async function startStory(t: TestContext, options: Options = {}) {
  const system = await startSystem(t, options);
  const tenant = await startTenant(system, options);
  const user = (name: string) => {
    const { id, displayName } = userNamed(system.emulator, name);
    return { objectId: id, label: displayName };
  };
  return {
    system,
    tenant,
    path: `/v1/tenants/${tenant.tenantConnectionId}`,
    grant(...names: string[]) {
      runPowerShell(system, createTeamsPolicy(policy));
      runPowerShell(system, grantTeamsPolicy(policy, { kind: 'users', users: names.map(user) }));
    },
    revoke: (...names: string[]) =>
      runPowerShell(system, revokeTeamsPolicy({ policyName: policy.policyName, users: names.map(user) })),
    /** Name, state and sentence of everybody on the roster. */
    async roster() {
      const { body } = await tenant.api('GET', `/v1/tenants/${tenant.tenantConnectionId}/organizers`);
      return body['data'].map((row: Organizer) => [row.displayName, row.policy.state, row.policy.sentence]);
    },
    policyOf: async (id: string) => (await tenant.api('GET', `/v1/organizers/${id}`)).body['policy'],
    events: () => eventsOf(system),
  };
}

type Organizer = { displayName: string; policy: { state: string; sentence: string } };

async function eventsOf(system: System): Promise<string[]> {
  const rows = await system.database.db.selectFrom('outbox_events').select('type').orderBy('id').execute();
  return rows.map(({ type }) => type).filter((type) => type.startsWith('organizer.'));
}

const meetingsIn = (system: System) => [...system.emulator.context.teams.meetings.values()];
const probesIn = (system: System) =>
  system.emulator.calls.filter(({ method, path }) => method === 'POST' && path.includes('createOrGet')).length;

void suite('the Teams policy of organizers', () => {
  // G4 G8
  void test('works for those who have it and is refused for those who do not, side by side', async (t) => {
    const story = await startStory(t);
    story.grant('marek.dvorak', 'suki.amari');
    for (const name of ['marek.dvorak', 'suki.amari', 'bookings', 'leila.haddad'])
      await story.tenant.api('POST', `${story.path}/organizers`, { user: `${name}@northgate.example` });

    await story.system.advance(minute);

    const granted = 'Granted, proven on Mon 23 Nov 2026, 07:01 UTC.';
    const refused = (name: string) =>
      `Teams refused: no application access policy covers ${name}. A Teams administrator can fix this with the grant script; it takes up to 30 minutes to apply.`;
    assert.deepEqual(await story.roster(), [
      ['Leila Haddad', 'denied', refused('Leila Haddad')],
      ['Marek Dvorak', 'granted', granted],
      ['Northgate Bookings', 'denied', refused('Northgate Bookings')],
      ['Suki Amari', 'granted', granted],
    ]);
    assert.deepEqual(meetingsIn(story.system), [], 'the probe leaves nothing behind');
    const { body } = await story.tenant.api('GET', `${story.path}/organizers?state=denied`);
    const [leila] = body['data'];
    assert.equal(leila.policy.problem.code, 'application_access_policy_missing');
    assert.match(leila.policy.problem.provider.requestId, /^[\w-]{36}$/);
    assert.equal(leila.policy.nextProbeAt, '2026-11-24T07:01:00.000Z');
  });

  void test('that was granted a moment ago is on its way, and is proven as soon as Teams has it', async (t) => {
    const story = await startStory(t);
    const { system } = story;
    system.emulator.context.switches.teamsPolicyDelayMs = 11 * minute;
    const { id } = await story.tenant.organizer('marek.dvorak');
    story.grant('marek.dvorak');

    const told = await story.tenant.api('POST', `${story.path}/organizers/policy-granted`, {});
    assert.equal(
      told.body['data'][0].policy.sentence,
      'Granted on Mon 23 Nov 2026, 07:00 UTC; Teams takes up to 30 minutes. Not tried since. Parley tries again by itself.',
    );
    await system.advance(minute);
    const first = await story.policyOf(id);
    assert.deepEqual(
      [first.state, first.since, first.nextProbeAt],
      ['propagating', '2026-11-23T07:00:00.000Z', '2026-11-23T07:03:00.000Z'],
    );
    assert.match(first.sentence, /Last tried at 07:01 UTC, refused\. Parley tries again by itself\.$/);
    for (let minutes = 1; minutes < 11; minutes += 2) await system.advance(2 * minute);

    const proven = await story.policyOf(id);
    assert.deepEqual([proven.state, proven.problem], ['granted', null]);
    assert.equal(proven.provenAt, '2026-11-23T07:11:00.000Z');
    assert.deepEqual(await story.events(), ['organizer.policy_announced', 'organizer.policy_granted']);
  });

  void test('that does not arrive within half an hour is refused after all', async (t) => {
    const story = await startStory(t);
    const { id } = await story.tenant.organizer('marek.dvorak');
    await story.tenant.api('POST', `${story.path}/organizers/policy-granted`, { organizerIds: [id] });

    await story.system.advance(29 * minute);
    const before = await story.policyOf(id);
    await story.system.advance(2 * minute);
    const after = await story.policyOf(id);

    assert.deepEqual([before.state, after.state], ['propagating', 'denied']);
    assert.equal(after.nextProbeAt, '2026-11-24T07:31:00.000Z');
  });

  void test('that somebody took away is noticed within a day', async (t) => {
    const story = await startStory(t);
    story.grant('marek.dvorak');
    const { id } = await story.tenant.organizer('marek.dvorak');
    await story.tenant.api('POST', `/v1/organizers/${id}/check`);
    story.revoke('marek.dvorak');

    await story.system.advance(23 * 60 * minute);
    const before = await story.policyOf(id);
    await story.system.advance(day);
    const after = await story.policyOf(id);

    assert.deepEqual([before.state, after.state], ['granted', 'denied']);
    assert.deepEqual(await story.events(), ['organizer.policy_granted', 'organizer.policy_lost']);
  });

  void test('is granted again after a loss: known as granted until Teams has refused', async (t) => {
    const story = await startStory(t);
    story.grant('marek.dvorak');
    const { id } = await story.tenant.organizer('marek.dvorak');
    await story.tenant.api('POST', `/v1/organizers/${id}/check`);
    story.revoke('marek.dvorak');
    story.system.clock.advance(minute);

    const told = await story.tenant.api('POST', `${story.path}/organizers/policy-granted`, { organizerIds: [id] });
    assert.equal(told.body['data'][0].policy.state, 'granted');
    await story.system.advance(minute);

    assert.equal((await story.policyOf(id)).state, 'propagating');
  });

  void test('is probed at once when somebody asks, and what a crash left behind is gone then', async (t) => {
    const story = await startStory(t);
    story.grant('marek.dvorak');
    const { id } = await story.tenant.organizer('marek.dvorak');
    story.system.emulator.fail({ method: 'DELETE', path: '/onlineMeetings', kind: { type: 'drop-request' } });

    const first = await story.tenant.api('POST', `/v1/organizers/${id}/check`);
    const left = meetingsIn(story.system).length;
    const second = await story.tenant.api('POST', `/v1/organizers/${id}/check`);

    assert.deepEqual([first.body['policy'].state, second.body['policy'].state], ['granted', 'granted']);
    assert.equal(first.body['policy'].nextProbeAt, '2026-11-23T07:02:00.000Z');
    assert.deepEqual([left, meetingsIn(story.system).length], [1, 0]);
  });

  void test('stays what it was while Microsoft has a fault, and is tried again a quarter of an hour later', async (t) => {
    const story = await startStory(t);
    story.grant('marek.dvorak');
    const { id } = await story.tenant.organizer('marek.dvorak');
    await story.tenant.api('POST', `/v1/organizers/${id}/check`);
    const fault = { type: 'status', status: 503, retryAfter: '1200' } as const;
    story.system.emulator.fail({ path: '/onlineMeetings', kind: fault });

    const { body } = await story.tenant.api('POST', `/v1/organizers/${id}/check`);

    assert.deepEqual([body['policy'].state, body['policy'].problem.code], ['granted', 'microsoft_unavailable']);
    assert.equal(body['policy'].nextProbeAt, '2026-11-23T07:20:00.000Z', 'not before Microsoft said');
    story.system.emulator.fail({ path: '/onlineMeetings', kind: { type: 'drop-response' } });
    const again = await story.tenant.api('POST', `/v1/organizers/${id}/check`);
    assert.equal(again.body['policy'].nextProbeAt, '2026-11-23T07:15:00.000Z');
    await story.system.advance(15 * minute);
    assert.deepEqual([(await story.policyOf(id)).problem, meetingsIn(story.system)], [null, []]);
  });

  void test('is not probed where no feature needs it', async (t) => {
    const story = await startStory(t, { features: ['meetings', 'free-busy', 'people'] });
    const { id } = await story.tenant.organizer('marek.dvorak', { probe_at: story.system.clock.now() });

    await story.system.advance(minute);

    const { needed, nextProbeAt, sentence } = await story.policyOf(id);
    assert.deepEqual(
      [needed, nextProbeAt, sentence],
      [false, null, 'Not needed: this tenant’s features do not use it.'],
    );
    assert.equal(probesIn(story.system), 0);
  });

  void test('is not probed in a pause, and in setup only when somebody said that it was granted', async (t) => {
    const story = await startStory(t, { stage: 'setup' });
    const { db } = story.system.database;
    const { id } = await story.tenant.organizer('marek.dvorak', { probe_at: story.system.clock.now() });
    const { id: told } = await story.tenant.organizer('suki.amari');

    await story.system.advance(minute);
    assert.equal(probesIn(story.system), 0);
    await story.tenant.api('POST', `${story.path}/organizers/policy-granted`, { organizerIds: [told] });
    await story.system.advance(minute);
    assert.deepEqual([(await story.policyOf(id)).probedAt, probesIn(story.system)], [null, 1]);

    await db.updateTable('tenant_connections').set({ stage: 'paused' }).execute();
    await story.system.advance(day);
    assert.equal(probesIn(story.system), 1);
    await db.updateTable('tenant_connections').set({ stage: 'pilot' }).execute();
    await story.system.advance(minute);
    assert.equal(probesIn(story.system), 3);
  });

  const readOnly: [string, 'empty' | 'not-found', boolean, string, string | null][] = [
    ['an empty answer is a yes', 'empty', true, 'granted', null],
    ['a refusal for want of a policy is a no', 'empty', false, 'denied', 'application_access_policy_missing'],
  ];
  for (const [what, unknownJoinUrl, granted, state, problem] of readOnly) {
    void test(`is looked for by an app that may only read: ${what}`, async (t) => {
      const story = await startStory(t);
      story.system.emulator.context.switches.unknownJoinUrl = unknownJoinUrl;
      permit(story.system, ['OnlineMeetings.Read.All', 'User.Read.All']);
      if (granted) story.grant('marek.dvorak');
      const { id } = await story.tenant.organizer('marek.dvorak');

      const { body } = await story.tenant.api('POST', `/v1/organizers/${id}/check`);

      assert.deepEqual([body['policy'].state, body['policy'].problem?.code ?? null], [state, problem]);
      assert.equal(probesIn(story.system), 0);
    });
  }

  void test('stays unknown where a reading app gets an answer that says nothing, or none may be asked', async (t) => {
    const story = await startStory(t);
    story.system.emulator.context.switches.unknownJoinUrl = 'not-found';
    permit(story.system, ['OnlineMeetings.Read.All', 'User.Read.All']);
    story.grant('marek.dvorak');
    const { id } = await story.tenant.organizer('marek.dvorak');

    const unclear = await story.tenant.api('POST', `/v1/organizers/${id}/check`);
    assert.equal(unclear.body['policy'].state, 'unknown');
    assert.match(unclear.body['policy'].sentence, /^Not known yet: something else stood in the way on Mon 23 Nov/);

    permit(story.system, ['User.Read.All']);
    story.system.clock.advance(2 * 60 * minute);
    const { body } = await story.tenant.api('POST', `/v1/organizers/${id}/check`);
    assert.deepEqual([body['policy'].state, body['policy'].problem.code], ['unknown', 'missing_permission']);
  });

  void test('of many organizers is probed in portions, each of them once', async (t) => {
    const story = await startStory(t);
    for (const name of ['amira.solano', 'ben.achterberg', 'bea.lindholm', 'carla.roth', 'desk'])
      await story.tenant.organizer(name, { probe_at: story.system.clock.now() });

    await Promise.all([story.system.app.sweep(), story.system.app.sweep()]);
    await story.system.app.sweep();
    await story.system.work();

    assert.equal(probesIn(story.system), 5);
  });
});

/** What an administrator of the tenant has granted to the app from now on. */
function permit(system: System, roles: string[]): void {
  for (const principal of system.emulator.context.directory.servicePrincipals.values())
    if (principal.tenantId === NORTHGATE_TENANT_ID && principal.clientId === NORTHGATE_CLIENT_ID)
      principal.appRoles = roles;
}

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { asApp, graphEmulator, meeting, person } from '../../test/support/graph-caller.ts';
import type { Answer } from '../../test/support/graph-caller.ts';
import type { Switches } from '../context.ts';
import type { Emulator } from '../emulator.ts';
import { PARLEY_CLIENT_ID } from '../seed.ts';
import { changesInSight } from './propagation.ts';
import { assignTeamsPolicy, changeTeamsPolicies, findTeamsPolicy, teamsPoliciesOf } from './teams-policies.ts';
import type { Assignee } from './teams-policies.ts';

const roles = ['OnlineMeetings.ReadWrite.All', 'Calendars.ReadWrite'];
const standalone = { subject: 'Intake', startDateTime: '2026-11-25T08:00:00Z', endDateTime: '2026-11-25T08:30:00Z' };
const minutes = 60_000;

function tenantOf(emulator: Emulator): string {
  return person(emulator, 'dana.reyes').tenantId;
}

function makePolicy(emulator: Emulator, name: string, appIds: string[]): void {
  changeTeamsPolicies(emulator.context, tenantOf(emulator), `Create ${name}`, (state) =>
    state.policies.push({ name, appIds, description: '' }),
  );
}

function grant(emulator: Emulator, name: string | null, assignee: Assignee): void {
  const tenantId = tenantOf(emulator);
  const policy = name === null ? null : findTeamsPolicy(teamsPoliciesOf(emulator.context, tenantId).current, name);
  assignTeamsPolicy(emulator.context, tenantId, policy ?? null, assignee);
}

async function meetingFor(emulator: Emulator, name: string): Promise<Answer> {
  const app = await asApp(emulator, 'dana.reyes', roles);
  return app.post(`/users/${person(emulator, name).id}/onlineMeetings`, standalone);
}

const said = ({ status, json }: Answer) =>
  json.error === undefined ? String(status) : `${status} ${json.error.code} ${json.error.message}`;

suite('an app without an application access policy', () => {
  const dana = '1b6f0e3a-57c2-4d98-8a14-9e2d7c5b4f60';
  const wordings: [Switches['policyRefusal'], string][] = [
    ['documented', '403 Forbidden No application access policy found for this app'],
    ['with-app-id', `403 Forbidden No application access policy found for this app ${PARLEY_CLIENT_ID} on the user`],
    ['with-period', `403 Forbidden No Application Access Policy found for this app ${PARLEY_CLIENT_ID} on the user.`],
    ['general', `403 General No application access policy found for this app ${PARLEY_CLIENT_ID} on the user.`],
    [
      'unauthorized-401',
      `401 Unauthorized App ${PARLEY_CLIENT_ID} is not authorized to Create meeting on behalf of user ${dana}`,
    ],
    [
      'unauthorized-403',
      `403 Unauthorized App ${PARLEY_CLIENT_ID} is not authorized to Create meeting on behalf of user ${dana}`,
    ],
  ];
  for (const [form, expected] of wordings) {
    test(`is refused in the form "${form}"`, async () => {
      const emulator = graphEmulator();
      emulator.switches.policyRefusal = form;
      assert.equal(said(await meetingFor(emulator, 'dana.reyes')), expected);
    });
  }

  test('may still make events, and meetings for nobody by principal name', async () => {
    const emulator = graphEmulator();
    const app = await asApp(emulator, 'dana.reyes', roles);
    assert.equal((await app.post(`/users/${dana}/events`, meeting())).status, 201);
    assert.match(said(await app.post('/users/dana.reyes@contoso.example/onlineMeetings', standalone)), /^404 NotFound/);
    const poor = await asApp(emulator, 'dana.reyes', ['Calendars.ReadWrite']);
    assert.match(said(await poor.post(`/users/${dana}/onlineMeetings`, standalone)), /^403 Forbidden Missing role/);
  });

  test('is told 3003 where the policy is on another than the organizer', async () => {
    const emulator = graphEmulator();
    makePolicy(emulator, 'P', [PARLEY_CLIENT_ID]);
    grant(emulator, 'P', { kind: 'user', id: person(emulator, 'milan.okafor').id });
    const app = await asApp(emulator, 'dana.reyes', roles);
    const event = await app.post(`/users/${dana}/events`, meeting());
    const filter = encodeURIComponent(`JoinWebUrl eq '${event.json.onlineMeeting.joinUrl}'`);
    const path = (name: string) => `/users/${person(emulator, name).id}/onlineMeetings?$filter=${filter}`;
    assert.equal(
      said(await app.get(path('milan.okafor'))),
      '403 Forbidden 3003: User does not have access to lookup meeting',
    );
    assert.match(said(await app.get(path('dana.reyes'))), /^403 Forbidden No application access policy/);
  });
});

suite('of the policies of a person', () => {
  // Dana and "Contoso Meetings" are in the group.
  const cases: [what: string, prepare: (emulator: Emulator) => void, expected: number][] = [
    ['none lets nobody in', () => {}, 403],
    ['their own counts', (e) => grant(e, 'Ours', { kind: 'user', id: person(e, 'dana.reyes').id }), 201],
    ['their group’s counts', (e) => grant(e, 'Ours', { kind: 'group', id: groupId(e) }), 201],
    ['the global one counts', (e) => grant(e, 'Ours', { kind: 'global' }), 201],
    [
      'their own beats group and global',
      (e) => {
        grant(e, 'Ours', { kind: 'global' });
        grant(e, 'Ours', { kind: 'group', id: groupId(e) });
        grant(e, 'Other', { kind: 'user', id: person(e, 'dana.reyes').id });
      },
      403,
    ],
    [
      'the group’s beats the global one',
      (e) => {
        grant(e, 'Ours', { kind: 'global' });
        grant(e, 'Other', { kind: 'group', id: groupId(e) });
      },
      403,
    ],
    [
      'a new one takes the place of the old one',
      (e) => {
        grant(e, 'Ours', { kind: 'user', id: person(e, 'dana.reyes').id });
        grant(e, 'Other', { kind: 'user', id: person(e, 'dana.reyes').id });
      },
      403,
    ],
    [
      'one that was taken away leaves the global one',
      (e) => {
        grant(e, 'Ours', { kind: 'global' });
        grant(e, 'Other', { kind: 'user', id: person(e, 'dana.reyes').id });
        grant(e, null, { kind: 'user', id: person(e, 'dana.reyes').id });
      },
      201,
    ],
    [
      'a group’s is ignored when the switch says so',
      (e) => {
        e.switches.groupPolicies = 'ignored';
        grant(e, 'Ours', { kind: 'group', id: groupId(e) });
      },
      403,
    ],
  ];
  for (const [what, prepare, expected] of cases) {
    test(what, async () => {
      const emulator = graphEmulator();
      makePolicy(emulator, 'Ours', [PARLEY_CLIENT_ID]);
      makePolicy(emulator, 'Other', ['00000000-0000-0000-0000-00000000000a']);
      prepare(emulator);
      assert.equal((await meetingFor(emulator, 'dana.reyes')).status, expected);
    });
  }

  test('the best-ranked group decides', async () => {
    const emulator = graphEmulator();
    const { directory } = emulator.context;
    const first = [...directory.groups.values()].find(({ tenantId }) => tenantId === tenantOf(emulator));
    assert.ok(first);
    directory.groups.set('g-2', { ...first, id: 'g-2', displayName: 'Second' });
    makePolicy(emulator, 'Ours', [PARLEY_CLIENT_ID]);
    makePolicy(emulator, 'Other', []);
    grant(emulator, 'Other', { kind: 'group', id: first.id });
    grant(emulator, 'Ours', { kind: 'group', id: 'g-2' });
    assert.equal((await meetingFor(emulator, 'dana.reyes')).status, 403);
    grant(emulator, 'Ours', { kind: 'group', id: 'g-2', rank: 1 });
    assert.equal((await meetingFor(emulator, 'dana.reyes')).status, 201);
    assert.deepEqual(
      teamsPoliciesOf(emulator.context, tenantOf(emulator)).current.groups.map(({ groupId: id, rank }) => [id, rank]),
      [
        ['g-2', 1],
        [first.id, 2],
      ],
    );
  });

  test('with one and without: both in one run', async () => {
    const emulator = graphEmulator();
    makePolicy(emulator, 'Ours', [PARLEY_CLIENT_ID]);
    grant(emulator, 'Ours', { kind: 'user', id: person(emulator, 'milan.okafor').id });
    const names = ['milan.okafor', 'dana.reyes'];
    const answers = await Promise.all(names.map((name) => meetingFor(emulator, name)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 403],
    );
  });
});

test('grants and removals take effect only after the delay', async () => {
  const emulator = graphEmulator();
  emulator.switches.teamsPolicyDelayMs = 30 * minutes;
  const dana: Assignee = { kind: 'user', id: person(emulator, 'dana.reyes').id };
  const status = async () => (await meetingFor(emulator, 'dana.reyes')).status;
  makePolicy(emulator, 'Ours', [PARLEY_CLIENT_ID]);
  emulator.clock.advance(10 * minutes);
  grant(emulator, 'Ours', dana);
  emulator.clock.advance(29 * minutes);
  assert.equal(await status(), 403);
  const state = teamsPoliciesOf(emulator.context, tenantOf(emulator));
  const [change] = changesInSight(state, emulator.clock.now(), 30 * minutes);
  assert.deepEqual([change?.what, change?.inEffect], ['Grant Ours to dana.reyes@contoso.example', false]);
  assert.equal(change?.takesEffectAt, '2026-11-20T09:40:00.000Z');
  emulator.clock.advance(1 * minutes);
  assert.equal(await status(), 201);
  grant(emulator, null, dana);
  emulator.clock.advance(29 * minutes);
  assert.equal(await status(), 201);
  emulator.clock.advance(1 * minutes);
  assert.equal(await status(), 403);
});

function groupId(emulator: Emulator): string {
  return (
    [...emulator.context.directory.groups.values()].find(({ mail }) => mail === 'organizers@contoso.example')?.id ?? ''
  );
}

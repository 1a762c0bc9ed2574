import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { NORTHGATE_CLIENT_ID } from '../emulator/seed.ts';
import { createTeamsPolicy, exportRoster, grantTeamsPolicy, type PolicyTarget } from '../src/microsoft/policies.ts';
import { startSystem, userNamed } from './support/system.ts';
import { runPowerShell, startTenant } from './support/tenant.ts';

const minute = 60_000;

async function startStory(t: TestContext) {
  const system = await startSystem(t);
  const desk = await startTenant(system);
  const path = `/v1/tenants/${desk.tenantConnectionId}/organizers`;
  return {
    system,
    desk,
    send: (text: unknown) => desk.api('POST', `${path}/import`, { text }),
    policies: async () => {
      const { body } = await desk.api('GET', path);
      return body['data'].map((row: { displayName: string; policy: { state: string; inForce: string | null } }) => [
        row.displayName,
        row.policy.state,
        row.policy.inForce,
      ]);
    },
  };
}

/** What a Teams administrator's list of users says of the roster. */
void suite('a list of users and their policies', () => {
  const parley = { policyName: 'Parley-Meetings', clientId: NORTHGATE_CLIENT_ID };
  const stranger = { policyName: 'Other app', clientId: '832d86c8-1111-4222-8333-444455556666' };

  for (const onlineUserPolicy of ['name', 'tag'] as const) {
    void test(`comes out of PowerShell and fills the roster, with policies by ${onlineUserPolicy}`, async (t) => {
      const { system, desk, send, policies } = await startStory(t);
      system.emulator.context.switches.onlineUserPolicy = onlineUserPolicy;
      for (const name of ['marek.dvorak', 'suki.amari', 'bookings']) await desk.organizer(name);
      const users = (name: string): PolicyTarget => {
        const user = userNamed(system.emulator, name);
        return { kind: 'users', users: [{ objectId: user.id, label: user.displayName }] };
      };
      for (const script of [
        createTeamsPolicy(parley),
        grantTeamsPolicy(parley, users('marek.dvorak')),
        createTeamsPolicy(stranger),
        grantTeamsPolicy(stranger, users('suki.amari')),
        grantTeamsPolicy(parley, users('carla.roth')),
      ])
        runPowerShell(system, script);
      const file = runPowerShell(system, exportRoster()).replace(/^What .* would hold:\n/, '');

      const { status, body } = await send(file);

      assert.deepEqual(
        [status, body['known'], body['granted'], body['without'], body['otherPolicy']],
        [200, 3, 1, 1, [{ userPrincipalName: 'suki.amari@northgate.example', policy: 'Other app' }]],
      );
      assert.ok(body['unknown'].includes('carla.roth@northgate.example'), 'who is no organizer is listed, not added');
      assert.deepEqual(await policies(), [
        ['Marek Dvorak', 'propagating', 'Parley-Meetings'],
        ['Northgate Bookings', 'unknown', null],
        ['Suki Amari', 'unknown', 'Other app'],
      ]);
      await system.advance(minute);
      assert.deepEqual(await policies(), [
        ['Marek Dvorak', 'granted', 'Parley-Meetings'],
        ['Northgate Bookings', 'denied', null],
        ['Suki Amari', 'denied', 'Other app'],
      ]);
      const { body: list } = await desk.api('GET', `/v1/tenants/${desk.tenantConnectionId}/organizers?q=suki`);
      assert.match(
        list['data'][0].policy.sentence,
        /They have the policy “Other app”, which a grant would silently replace/,
      );
    });
  }

  const upn = 'marek.dvorak@northgate.example';
  const forms: [string, string][] = [
    ['commas', `UserPrincipalName,ApplicationAccessPolicy\n${upn},Parley-Meetings\n`],
    [
      'semicolons and other columns',
      `"DisplayName";"ApplicationAccessPolicy";"UserPrincipalName"\r\n"Dvorak; Marek";"Tag:Parley-Meetings";"${upn}"\r\n`,
    ],
    ['tabs', `userprincipalname\tapplicationaccesspolicy\n${upn}\ttag:parley-meetings`],
    [
      'a byte order mark and a line of types',
      `\uFEFF#TYPE Selected.OnlineUser\r\n"UserPrincipalName","ApplicationAccessPolicy"\r\n"${upn}","Parley-Meetings"`,
    ],
    [
      'quotes in quotes and empty lines',
      `UserPrincipalName,Note,ApplicationAccessPolicy\n\n${upn},"says ""hi""\nand more",Parley-Meetings\n\n`,
    ],
    [
      'a user twice, of which the last counts',
      `UserPrincipalName,ApplicationAccessPolicy\n${upn},Other\n${upn.toUpperCase()},Parley-Meetings\n`,
    ],
    ['JSON', JSON.stringify([{ UserPrincipalName: upn, ApplicationAccessPolicy: 'Tag:Parley-Meetings' }])],
    [
      'one object of JSON',
      JSON.stringify({
        UserPrincipalName: upn,
        ApplicationAccessPolicy: { Name: 'Parley-Meetings', Authority: 'Tenant' },
      }),
    ],
    [
      'JSON as Windows PowerShell wraps it',
      JSON.stringify({ value: [{ UserPrincipalName: upn, ApplicationAccessPolicy: 'Parley-Meetings' }], Count: 1 }),
    ],
  ];
  for (const [what, text] of forms) {
    void test(`is read with ${what}`, async (t) => {
      const { desk, send, policies } = await startStory(t);
      await desk.organizer('marek.dvorak');

      const { body } = await send(text);

      assert.deepEqual([body['known'], body['granted'], body['unknown']], [1, 1, []]);
      const [[, state]] = await policies();
      assert.equal(state, 'propagating');
    });
  }

  const none: [string, string][] = [
    ['an empty field', `UserPrincipalName,ApplicationAccessPolicy\n${upn},`],
    ['null', JSON.stringify([{ UserPrincipalName: upn, ApplicationAccessPolicy: null }])],
    ['no field at all', JSON.stringify([{ UserPrincipalName: upn }])],
    ['the policy of everyone', `UserPrincipalName,ApplicationAccessPolicy\n${upn},Global`],
  ];
  for (const [what, text] of none) {
    void test(`takes ${what} for no policy of their own`, async (t) => {
      const { desk, send, policies } = await startStory(t);
      await desk.organizer('marek.dvorak', { policy_in_force: 'Other' });

      const { body } = await send(text);

      assert.deepEqual([body['known'], body['without']], [1, 1]);
      assert.deepEqual(await policies(), [['Marek Dvorak', 'unknown', null]]);
    });
  }

  const hostile: [string, unknown, RegExp][] = [
    ['nothing', '', /The list is empty/],
    ['no text', 7, /Give the text of the file/],
    ['another file', 'PK\u0003\u0004...', /must name the columns UserPrincipalName/],
    ['a header alone of something else', 'Name,Policy\na,b', /must name the columns UserPrincipalName/],
    ['half of JSON', '[{"UserPrincipalName":', /begins like JSON and is not valid/],
    ['JSON of numbers', '[1, 2]', /User 1: it is not an object/],
    [
      'a policy that is a list',
      `[{"UserPrincipalName":"${upn}","ApplicationAccessPolicy":["x"]}]`,
      /neither a name nor null/,
    ],
    ['a user without a name', 'UserPrincipalName,ApplicationAccessPolicy\n,x', /Line 2: it has no UserPrincipalName/],
    [
      'control characters',
      'UserPrincipalName,ApplicationAccessPolicy\na@b,"x\u0000y"',
      /Line 2: its ApplicationAccessPolicy is no name/,
    ],
    [
      'a quotation mark that is not closed',
      'UserPrincipalName,ApplicationAccessPolicy\n"a@b,x',
      /Line 2: a quotation mark is not closed/,
    ],
    [
      'too many users',
      `UserPrincipalName,ApplicationAccessPolicy\n${'a@b,\n'.repeat(20_002)}`,
      /more than 20,000 users/,
    ],
  ];
  for (const [what, text, reason] of hostile) {
    void test(`is refused with ${what}, and changes nothing`, async (t) => {
      const { desk, send, policies } = await startStory(t);
      await desk.organizer('marek.dvorak');

      const { status, body } = await send(text);

      assert.equal(status, 400);
      assert.deepEqual(body['errors'][0].pointer, '/text');
      assert.match(body['errors'][0].detail, reason);
      assert.deepEqual(await policies(), [['Marek Dvorak', 'unknown', null]]);
    });
  }

  void test('names at most ten faults', async (t) => {
    const { send } = await startStory(t);

    const { body } = await send(`UserPrincipalName,ApplicationAccessPolicy\n${',x\n'.repeat(25)}`);

    assert.equal(body['errors'].length, 11);
    assert.equal(body['errors'][10].detail, 'And 15 more.');
  });

  void test('may have 5 MB, and no more', async (t) => {
    const { send } = await startStory(t);
    const head = 'UserPrincipalName,ApplicationAccessPolicy,Note\na@b,,';

    const fits = await send(head + 'x'.repeat(5 * 1024 * 1024 - head.length));
    const over = await send(head + 'ü'.repeat(2.6 * 1024 * 1024));
    const far = await send('x'.repeat(9 * 1024 * 1024));

    assert.deepEqual([fits.status, fits.body['unknown']], [200, ['a@b']]);
    assert.deepEqual([over.status, over.body['code']], [413, 'payload_too_large']);
    assert.deepEqual([far.status, far.body['code']], [413, 'payload_too_large']);
  });

  void test('leaves a proven policy proven, and opens no window again that is open', async (t) => {
    const { system, desk, send } = await startStory(t);
    const now = system.clock.now();
    const proven = { policy_state: 'granted', policy_proven_at: now } as const;
    await desk.organizer('suki.amari', proven);
    const { id } = await desk.organizer('marek.dvorak');
    const list = ['suki.amari', 'marek.dvorak'].map((name) => `${name}@northgate.example,Parley-Meetings`).join('\n');
    const text = `UserPrincipalName,ApplicationAccessPolicy\n${list}`;

    await send(text);
    system.clock.advance(10 * minute);
    await send(text);

    const { body } = await desk.api('GET', `/v1/organizers/${id}`);
    assert.equal(body['policy'].since, '2026-11-23T07:00:00.000Z');
    const { body: granted } = await desk.api('GET', `/v1/tenants/${desk.tenantConnectionId}/organizers?state=granted`);
    assert.equal(granted['data'].length, 1);
  });

  void test('of thousands names a thousand who are no organizers', async (t) => {
    const { send } = await startStory(t);
    const lines = Array.from({ length: 1_200 }, (_, index) => `p${index}@northgate.example,`);

    const { body } = await send(`UserPrincipalName,ApplicationAccessPolicy\n${lines.join('\n')}`);

    assert.deepEqual([body['known'], body['unknown'].length, body['unknownLeftOut']], [0, 1000, 200]);
  });
});

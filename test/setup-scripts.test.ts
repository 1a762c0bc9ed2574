import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parseScript } from '../emulator/powershell/parser.ts';
import { teamsPoliciesOf } from '../emulator/policies/teams-policies.ts';
import { NORTHGATE_CLIENT_ID, NORTHGATE_TENANT_ID } from '../emulator/seed.ts';
import type { TenantConnections } from '../src/database/schema.ts';
import type { SetupAnswer } from './support/setup-story.ts';
import { startSystem, userNamed } from './support/system.ts';
import { runPowerShell, startTenant } from './support/tenant.ts';

const kinds = ['grant', 'validate', 'revoke', 'show', 'create', 'extend', 'remove', 'roster'] as const;

/** Northgate with some organizers, and what an administrator asks for and pastes. */
async function startScripts(t: TestContext, columns: Partial<TenantConnections> = {}) {
  const system = await startSystem(t);
  const desk = await startTenant(system, { stage: 'setup', columns });
  const path = `/v1/tenants/${desk.tenantConnectionId}`;
  const script = async (kind: string, target?: object, more: object = {}) => {
    const { status, body } = await desk.api('POST', `${path}/scripts`, { kind, ...(target && { target }), ...more });
    assert.equal(status, 200, JSON.stringify(body));
    return body['text'] as string;
  };
  const { context } = system.emulator;
  return {
    system,
    desk,
    path,
    script,
    run: (text: string) => runPowerShell(system, text),
    refusal: (text: string) => {
      try {
        runPowerShell(system, text);
        return 'done';
      } catch (error) {
        return String(error);
      }
    },
    holders: () => teamsPoliciesOf(context, NORTHGATE_TENANT_ID).current.users,
    steps: async () => ((await desk.api('GET', `${path}/setup`)).body as unknown as SetupAnswer).steps,
    groupOf: (mail: string) => {
      const group = [...context.directory.groups.values()].find((one) => one.mail === mail);
      assert.ok(group, mail);
      return group;
    },
  };
}

/** The commands of a script, also of those in blocks and strings, in the order in which they stand there. */
function commandsOf(text: string): string[] {
  const found: string[] = [];
  const walk = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    if ('kind' in node && node.kind === 'command' && 'name' in node) found.push(String(node.name));
    for (const child of Object.values(node)) walk(child);
  };
  walk(parseScript(text));
  return found;
}

test('policies are granted to people, to the members of a group, to a group and to everyone', async (t) => {
  // G3, G4, T6, T7
  const { system, desk, script, run, holders, groupOf } = await startScripts(t);
  const leila = await desk.organizer('leila.haddad');
  const carla = await desk.organizer('carla.roth');
  run(await script('create'));
  run(await script('grant', { kind: 'users', organizerIds: [leila.id] }));
  assert.deepEqual(holders(), { [leila.objectId]: 'Parley-Meetings' });
  run(await script('grant'));
  assert.deepEqual(Object.keys(holders()).toSorted(), [leila.objectId, carla.objectId].toSorted());
  assert.match(run(await script('validate', { kind: 'users', organizerIds: [carla.id] })), /Carla Roth .*Parley-Meet/);
  assert.match(run(await script('validate')), /leila\.haddad@northgate\.example/);
  assert.match(run(await script('show')), /Tag:Parley-Meetings/);
  assert.match(run(await script('roster')), /"carla\.roth@northgate\.example"/);

  run(await script('revoke'));
  assert.deepEqual(holders(), {});
  const { id: groupId } = groupOf('bookable@northgate.example');
  run(await script('grant', { kind: 'group-members', groupId }));
  assert.ok(holders()[userNamed(system.emulator, 'bookings').id]);
  run(await script('grant', { kind: 'group', groupId, rank: 2 }));
  run(await script('grant', { kind: 'everyone' }));
  const { groups } = teamsPoliciesOf(system.emulator.context, NORTHGATE_TENANT_ID).current;
  assert.match(JSON.stringify(groups), new RegExp(groupId));
});

test('a grant stops when somebody has another policy, which is then extended instead', async (t) => {
  // T6
  const { system, desk, path, script, run, refusal, holders } = await startScripts(t);
  const leila = await desk.organizer('leila.haddad');
  const marek = await desk.organizer('marek.dvorak');
  const other = '832d86c8-1111-4222-8333-444455556666';
  runPowerShell(system, `New-CsApplicationAccessPolicy -Identity 'Tag:Phones' -AppIds '${other}'`);
  runPowerShell(system, `Grant-CsApplicationAccessPolicy -Identity '${leila.objectId}' -PolicyName 'Phones'`);
  run(await script('create'));
  assert.match(refusal(await script('grant')), /another policy: Leila Haddad \(Phones\)\. Nothing was granted/);
  assert.deepEqual(holders(), { [leila.objectId]: 'Phones' });
  const extend = await script('extend', undefined, { policyName: 'Phones' });
  assert.match(run(extend), new RegExp(`${other}, ${NORTHGATE_CLIENT_ID}`));
  const hostile = await script('extend', undefined, { policyName: '’; Remove-Item -Recurse $(whoami) `"' });
  assert.deepEqual(
    commandsOf(hostile).filter((name) => /Remove-Item|whoami/.test(name)),
    [],
  );
  const misplaced = await desk.api('POST', `${path}/scripts`, { kind: 'grant', policyName: 'Phones' });
  assert.equal(misplaced.body['errors'][0].pointer, '/policyName');
  await desk.api('PATCH', path, { policyName: 'Phones' });
  assert.match(run(await script('create')), /lists the app/);
  run(await script('grant', { kind: 'users', organizerIds: [marek.id] }));
  assert.deepEqual(holders(), { [leila.objectId]: 'Phones', [marek.objectId]: 'Phones' });
});

test('a script that makes no sense is refused before it is written', async (t) => {
  const { desk, path } = await startScripts(t);
  const { id } = await desk.organizer('leila.haddad', { allowed: false });
  const groupId = NORTHGATE_TENANT_ID;
  const wrong: [object, string][] = [
    [{ kind: 'destroy' }, '/kind'],
    [{ kind: 'grant' }, '/target'],
    [{ kind: 'grant', target: { kind: 'users', organizerIds: [] } }, '/target/organizerIds'],
    [{ kind: 'grant', target: { kind: 'users', organizerIds: [id, 'org_nobody'] } }, '/target/organizerIds/1'],
    [{ kind: 'grant', target: { kind: 'group', groupId: "'; Remove-Item" } }, '/target/groupId'],
    [{ kind: 'grant', target: { kind: 'group', groupId, rank: 0 } }, '/target/rank'],
    [{ kind: 'grant', target: { kind: 'group-members' } }, '/target/groupId'],
    [{ kind: 'revoke', target: { kind: 'everyone' } }, '/target'],
    [{ kind: 'show', target: { kind: 'everyone' } }, '/target'],
    [{ kind: 'show', more: true }, '/more'],
  ];
  for (const [body, pointer] of wrong) {
    const answer = await desk.api('POST', `${path}/scripts`, body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.deepEqual(
      answer.body['errors'].map((one: { pointer: string }) => one.pointer),
      [pointer],
      JSON.stringify(answer.body),
    );
  }
});

const hostile = [
  '"; Remove-Item -Recurse C:\\ #',
  "'; Remove-Item -Recurse C:\\ #",
  '`"; Remove-Item `$x',
  '$(Remove-Item C:\\)',
  '‘; Remove-Item C:\\ ’ “; Remove-Item” ‚x‛',
  'x\nRemove-Item C:\\\r\nRemove-Item\u2028Remove-Item',
  "@'\nRemove-Item\n'@ #> ; Remove-Item <#",
  '\u202e; Remove-Item \u0000 é ü 漢',
  '}; Remove-Item; try {',
];

test('hostile names of tenants, apps, policies, groups and people stay what they are: names', async (t) => {
  const { system, desk, path, script, run, steps, groupOf } = await startScripts(t, {
    verified_at: new Date('2026-11-23T06:00:00Z'),
    service_principal_id: '11111111-2222-4333-8444-555555555555',
    features: JSON.stringify(['meetings', 'meeting-options', 'people', 'transcripts']) as never,
    roles: JSON.stringify(['User.Read.All', 'Calendars.ReadWrite', 'OnlineMeetings.ReadWrite.All']) as never,
  });
  const { db } = system.database;
  const organizer = await desk.organizer('leila.haddad');
  const user = userNamed(system.emulator, 'leila.haddad');
  const group = groupOf('bookable@northgate.example');
  const everyScript = async () => {
    const texts = new Map<string, string>();
    for (const kind of kinds) texts.set(kind, await script(kind));
    texts.set('validate people', await script('validate', { kind: 'users', organizerIds: [organizer.id] }));
    for (const kind of ['group-members', 'group']) texts.set(kind, await script('grant', { kind, groupId: group.id }));
    texts.set('everyone', await script('grant', { kind: 'everyone' }));
    for (const scope of ['rbac', 'access-policy'] as const) {
      await db.updateTable('tenant_connections').set({ exchange_scope: scope }).execute();
      for (const { name, scripts } of await steps())
        for (const { title, text } of scripts) texts.set(`${scope} ${name} ${title}`, text);
    }
    return texts;
  };
  const rename = async (name: string) => {
    [user.displayName, group.displayName] = [name, name];
    const stored = name.replaceAll('\0', ''); // PostgreSQL has no such character
    await db
      .updateTable('tenant_connections')
      .set({ policy_name: stored, tenant_name: stored, exchange_group: stored, outside_mailbox: stored })
      .execute();
    await db.updateTable('organizers').set({ display_name: stored, mail: stored }).execute();
    await db.updateTable('app_registrations').set({ name: stored }).execute();
    await db.updateTable('app_credentials').set({ name: stored }).execute();
  };
  await rename('Plain');
  const plain = await everyScript();
  assert.ok(plain.size >= 20, [...plain.keys()].join());
  for (const name of hostile) {
    await rename(name);
    for (const [which, text] of await everyScript()) {
      assert.deepEqual(commandsOf(text), commandsOf(plain.get(which) ?? ''), `${which}\n${text}`);
      assert.match(text, /^[\x20-\x7e\n]*$/, 'a script survives any code page');
      assert.ok(!text.split('\n').some((line) => /^\s*Remove-Item/.test(line)), text);
    }
    for (const kind of ['create', 'show', 'grant', 'validate', 'extend', 'roster', 'revoke', 'remove'])
      run(await script(kind));
    const answer = await system.request(`${path}/setup/export`, {
      headers: { authorization: `Bearer ${desk.apiKey}` },
    });
    assert.equal(answer.status, 200);
    assert.doesNotMatch(await answer.text(), /^Remove-Item/m, 'a name begins no line of its own');
  }
});

test('what the guide says takes everything back again', async (t) => {
  const { system, desk, script, run, steps, groupOf, holders } = await startScripts(t, {
    verified_at: new Date('2026-11-23T06:00:00Z'),
    exchange_scope: 'rbac',
    exchange_group: 'bookable@northgate.example',
    outside_mailbox: 'amira.solano@northgate.example',
  });
  await desk.organizer('leila.haddad');
  const { id: groupId } = groupOf('bookable@northgate.example');
  const { context } = system.emulator;
  await desk.api('POST', `/v1/tenants/${desk.tenantConnectionId}/verify`);
  const principalId = (await desk.api('GET', `/v1/tenants/${desk.tenantConnectionId}`)).body['servicePrincipalId'];
  const guide = readFileSync(join(import.meta.dirname, '../docs/guides/tenant-setup.md'), 'utf8');
  const [ungrant = '', unlist = '', rbac = '', accessPolicy = ''] = [
    ...guide.matchAll(/^ *```powershell\n([^]*?)^ *```/gm),
  ].map(([, text = '']) =>
    text
      .replaceAll('<object id of the group>', groupId)
      .replaceAll('<policy>', 'Parley-Meetings')
      .replaceAll('<Application (client) ID>', NORTHGATE_CLIENT_ID)
      .replaceAll('<object id of the Enterprise application>', principalId),
  );
  assert.match(accessPolicy, /Remove-ApplicationAccessPolicy/, 'the guide has four blocks, in this order');
  run(await script('create'));
  run(await script('grant'));
  run(await script('grant', { kind: 'group', groupId }));
  run(await script('grant', { kind: 'everyone' }));
  const [limit] = (await steps()).find(({ name }) => name === 'exchange-scope')?.scripts ?? [];
  run(limit?.text ?? '');

  run(await script('revoke'));
  run(ungrant);
  run(unlist);
  run(await script('remove'));
  assert.deepEqual(holders(), {});
  const { groups, policies } = teamsPoliciesOf(context, NORTHGATE_TENANT_ID).current;
  assert.deepEqual(JSON.stringify([groups, policies]).match(/Parley-Meetings/), null);
  run(rbac);
  assert.equal(run('Get-ManagementScope; Get-ServicePrincipal; Get-ManagementRoleAssignment').trim(), '');

  runPowerShell(
    system,
    `New-ApplicationAccessPolicy -AppId '${NORTHGATE_CLIENT_ID}' -PolicyScopeGroupId '${groupId}' -AccessRight RestrictAccess`,
  );
  const [list = '', remove = ''] = accessPolicy.trim().split('\n');
  const identity = /Identity *: *(\S+)/.exec(run(list))?.[1] ?? '';
  run(remove.replace('<Identity from above>', identity));
  assert.equal(run('Get-ApplicationAccessPolicy').trim(), '');
});

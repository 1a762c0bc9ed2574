import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  CONTOSO_TENANT_ID,
  NORTHGATE_CLIENT_ID,
  NORTHGATE_CLIENT_SECRET,
  NORTHGATE_TENANT_ID,
  PARLEY_CLIENT_ID,
  PARLEY_CLIENT_SECRET,
} from '../emulator/seed.ts';
import { connectTeams, signIn } from '../scripts/person.ts';
import { addMember, createSignInToken } from '../src/access/service.ts';
import type { Role } from '../src/database/schema.ts';
import { faultsOf } from './support/entra-admin.ts';
import { publicUrl, startSystem, startWorkspace, userNamed, type System } from './support/system.ts';
import { startTenant } from './support/tenant.ts';

const path = '/v1/app-registrations';
const northgate = { name: 'Northgate', clientId: NORTHGATE_CLIENT_ID, tenant: NORTHGATE_TENANT_ID };

async function start(t: TestContext, env: Record<string, string> = {}) {
  const system = await startSystem(t, { env });
  const desk = await startWorkspace(system);
  const create = async (change: object = {}) => {
    const answer = await desk.api('POST', path, { ...northgate, ...change });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
  };
  const list = async () => (await desk.api('GET', path)).body['data'] as Record<string, unknown>[];
  return { system, ...desk, create, list };
}

async function memberOf(system: System, workspaceId: string, role: Role) {
  const deps = { db: system.database.db, now: system.clock.now };
  const member = { email: `${role}@desk.example`, name: role, role, timeZone: 'UTC' };
  const person = system.person();
  await signIn(
    person,
    `${publicUrl}/sign-in/${await createSignInToken(deps, await addMember(deps, workspaceId, member))}`,
  );
  return person;
}

// G1
test('a registration with what it needs and no more: one tenant, this server’s redirect URI and scopes, PS256', async (t) => {
  const { system, create, api } = await start(t);
  const made = await create({ name: '  Northgate meetings ', clientId: NORTHGATE_CLIENT_ID.toUpperCase() });
  const now = system.clock.now().toISOString();
  assert.deepEqual(made, {
    id: made['id'],
    name: 'Northgate meetings',
    clientId: NORTHGATE_CLIENT_ID,
    tenant: NORTHGATE_TENANT_ID,
    cloud: 'global',
    scopes: ['OnlineMeetings.ReadWrite', 'Calendars.ReadWrite', 'offline_access', 'User.Read'],
    redirectUris: [`${publicUrl}/api/teams/callback`],
    assertion: 'PS256',
    usedForSignIn: false,
    readOnly: false,
    appOnly: { possible: true, reason: null },
    portalUrl: `https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Overview/appId/${NORTHGATE_CLIENT_ID}`,
    credentials: [],
    createdAt: now,
    updatedAt: now,
  });
  assert.deepEqual((await api('GET', `${path}/${made['id']}`)).body, made);
  const again = await api('POST', path, { ...northgate, name: 'The same again' });
  assert.deepEqual([again.status, again.body['code']], [409, 'registration_exists']);
  await create({ tenant: CONTOSO_TENANT_ID, name: 'The same app for another tenant' });

  const changed = await api('PATCH', `${path}/${made['id']}`, {
    name: 'Careers',
    scopes: ['Calendars.ReadWrite'],
    assertion: 'RS256',
    cloud: 'gcc-high',
  });
  assert.equal(changed.status, 200);
  assert.deepEqual(
    [changed.body['name'], changed.body['scopes'], changed.body['assertion'], changed.body['clientId']],
    ['Careers', ['Calendars.ReadWrite'], 'RS256', NORTHGATE_CLIENT_ID],
  );
  assert.match(changed.body['portalUrl'], /^https:\/\/entra\.microsoft\.us\//);
  for (const field of ['clientId', 'tenant']) {
    const refused = await api('PATCH', `${path}/${made['id']}`, { [field]: CONTOSO_TENANT_ID });
    assert.deepEqual(faultsOf(refused), { [`/${field}`]: 'There is no such field.' });
  }
  assert.equal((await api('DELETE', `${path}/${made['id']}`)).status, 204);
  assert.equal((await api('GET', `${path}/${made['id']}`)).status, 404);
});

// G3
test('“common” and “organizations” are for people who sign in: never for the app by itself, and the answer says why', async (t) => {
  const { create, api } = await start(t);
  for (const tenant of ['common', 'Organizations']) {
    const made = await create({ tenant, clientId: PARLEY_CLIENT_ID });
    assert.equal(made['tenant'], tenant.toLowerCase());
    assert.equal(made['appOnly'].possible, false);
    assert.match(made['appOnly'].reason, /always acts in one tenant, and “(common|organizations)” names none/);
    const { body: secret } = await api('POST', `${path}/${made['id']}/secrets`, {
      name: 'First',
      secret: PARLEY_CLIENT_SECRET,
    });
    const check = await api('POST', `${path}/${made['id']}/credentials/${secret['id']}/check`);
    assert.equal(check.body['code'], 'tenant_id_needed');
    assert.match(check.body['detail'], /always acts in one tenant.* is seen when somebody connects/);
  }
  for (const tenant of ['consumers', 'contoso.example', '', 7, `${NORTHGATE_TENANT_ID}/..`]) {
    const refused = await api('POST', path, { ...northgate, tenant });
    assert.equal(refused.status, 400);
    assert.match(faultsOf(refused)['/tenant'] ?? '', /Directory \(tenant\) ID/);
  }
});

// F2
test('a redirect URI leads back to this server, by https or on localhost, or the answer says what is wrong', async (t) => {
  const { api, create } = await start(t, { Server__PublicUrl: 'https://meet.example.com' });
  const made = await create();
  assert.deepEqual(made['redirectUris'], ['https://meet.example.com/api/teams/callback']);
  for (const [uri, says] of [
    ['http://meet.example.com/api/teams/callback', /localhost only: use https/],
    ['https://meet.example.com/api/teams/callback/', /must end in \/api\/teams\/callback, exactly/],
    ['https://meet.example.com/api/teams/callback?a=1', /without user/],
    ['https://me:you@meet.example.com/api/teams/callback', /without user/],
    [
      'https://meet.example.com.evil.example/api/teams/callback',
      /must lead to this server, https:\/\/meet\.example\.com:/,
    ],
    ['http://localhost:9/api/teams/callback', /must lead to this server/],
    ['HTTPS://MEET.example.com/api/teams/callback', /Write it as https:\/\/meet\.example\.com/],
    ['javascript:alert(1)//api/teams/callback', /begins with https/],
    ['meet.example.com/api/teams/callback', /begins with https/],
    ['', /begins with https/],
  ] as const) {
    const good = 'https://meet.example.com/api/teams/callback';
    const refused = await api('PATCH', `${path}/${made['id']}`, { redirectUris: [good, uri] });
    assert.equal(refused.status, 400, uri);
    assert.match(faultsOf(refused)['/redirectUris/1'] ?? '', says, uri);
    const twice = await api('POST', path, { ...northgate, tenant: CONTOSO_TENANT_ID, redirectUris: [good, good] });
    assert.deepEqual(faultsOf(twice), { '/redirectUris/1': 'This address is given twice.' });
  }
  const elsewhere = await api('POST', path, { ...northgate, redirectUris: [] });
  assert.match(faultsOf(elsewhere)['/redirectUris'] ?? '', /at least one/);
});

test('the server’s own registration comes first, can be read, and only its configuration changes it', async (t) => {
  const { api, list, create } = await start(t);
  await create();
  const [own, other] = await list();
  assert.deepEqual(
    [own?.['id'], own?.['readOnly'], own?.['usedForSignIn'], own?.['credentials'], own?.['createdAt']],
    ['deployment', true, true, [], null],
  );
  assert.deepEqual([own?.['clientId'], own?.['tenant']], [PARLEY_CLIENT_ID, 'common']);
  assert.match(JSON.stringify(own?.['appOnly']), /"possible":false/);
  assert.equal(other?.['name'], 'Northgate');
  assert.deepEqual((await api('GET', `${path}/deployment`)).body, own);
  for (const [method, rest, body] of [
    ['PATCH', '', { usedForSignIn: true }],
    ['DELETE', '', undefined],
    ['POST', '/certificates', { name: 'Mine' }],
    ['POST', '/certificates/import', { name: 'Mine', file: 'bm90aGluZw==' }],
    ['POST', '/secrets', { name: 'Mine', secret: 'abc~def' }],
  ] as const) {
    const refused = await api(method, `${path}/deployment${rest}`, body);
    assert.deepEqual([refused.status, refused.body['code']], [403, 'forbidden'], `${method} ${rest}`);
    assert.match(refused.body['detail'], /changes it in its configuration/);
  }
  for (const [method, rest] of [
    ['POST', '/check'],
    ['DELETE', ''],
  ] as const)
    assert.notEqual((await api(method, `${path}/deployment/credentials/cre_x${rest}`)).status, 200);

  const bare = await start(t, { MicrosoftTeams__ClientId: '', MicrosoftTeams__ClientSecret: '' });
  assert.deepEqual(await bare.list(), []);
  assert.equal((await bare.api('GET', `${path}/deployment`)).body['code'], 'meetings_not_configured');
});

test('people sign in through one registration: switching another on moves it, also when two are switched on at once', async (t) => {
  const { api, create, list } = await start(t);
  const first = await create({ usedForSignIn: true });
  const used = async () => (await list()).filter((one) => one['usedForSignIn']).map(({ id }) => id);
  assert.deepEqual(await used(), [first['id']]);
  const second = await create({ tenant: 'organizations', usedForSignIn: true });
  assert.deepEqual(await used(), [second['id']]);
  const third = await create({ tenant: CONTOSO_TENANT_ID });
  assert.deepEqual(await used(), [second['id']]);
  const answers = await Promise.all(
    [first, third, first, third].map((one) => api('PATCH', `${path}/${one['id']}`, { usedForSignIn: true })),
  );
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  assert.equal((await used()).length, 1);
  for (const { id } of [first, second, third]) await api('PATCH', `${path}/${id}`, { usedForSignIn: false });
  assert.deepEqual(await used(), ['deployment']);
});

test('a registration that tenants or people use stays, and keeps its cloud', async (t) => {
  const system = await startSystem(t);
  const { api, registrationId, workspaceId, tenantConnectionId, person } = await startTenant(system);
  await api('PATCH', `${path}/${registrationId}`, { usedForSignIn: true });
  const page = await connectTeams(person, publicUrl, userNamed(system.emulator, 'leila.haddad').id);
  assert.match(page.url, /connected=1/);
  for (const [method, body] of [
    ['DELETE', undefined],
    ['PATCH', { cloud: 'china' }],
  ] as const) {
    const refused = await api(method, `${path}/${registrationId}`, body);
    assert.deepEqual([refused.status, refused.body['code']], [409, 'registration_in_use']);
    assert.equal(refused.body['detail'], 'Connected through it: 1 person and 1 tenant.');
  }
  assert.equal((await api('PATCH', `${path}/${registrationId}`, { cloud: 'global', name: 'Other' })).status, 200);
  await system.database.db.deleteFrom('tenant_connections').where('id', '=', tenantConnectionId).execute();
  const { body } = await api('GET', '/v1/connections');
  assert.equal(body['data'][0].registrationId, registrationId);
  await api('DELETE', `/v1/connections/${body['data'][0].id}`);
  assert.equal((await api('DELETE', `${path}/${registrationId}`)).status, 204);
  const left = await system.database.db
    .selectFrom('app_credentials')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .execute();
  assert.deepEqual(left, []);
});

// A01
test('what belongs to another workspace is not found, and only those who manage see registrations at all', async (t) => {
  const { system, api, create, workspaceId } = await start(t);
  const { id } = await create();
  const { body: secret } = await api('POST', `${path}/${id}/secrets`, {
    name: 'First',
    secret: NORTHGATE_CLIENT_SECRET,
  });
  const requests = [
    ['GET', `/${id}`],
    ['PATCH', `/${id}`, { usedForSignIn: true }],
    ['DELETE', `/${id}`],
    ['POST', `/${id}/certificates`, { name: 'x' }],
    ['POST', `/${id}/certificates/import`, { name: 'x', file: 'bm90aGluZw==' }],
    ['POST', `/${id}/secrets`, { name: 'x', secret: 'abc~def' }],
    ['GET', `/${id}/credentials/${secret['id']}/certificate`],
    ['POST', `/${id}/credentials/${secret['id']}/check`],
    ['DELETE', `/${id}/credentials/${secret['id']}`],
  ] as const;
  const stranger = await startWorkspace(system, { email: 'mallory@desk.example' });
  assert.deepEqual(
    (await stranger.api('GET', path)).body['data'].map((one: { id: string }) => one.id),
    ['deployment'],
  );
  const theirs = await stranger.api('POST', path, northgate);
  for (const [method, rest, body] of requests) {
    const answer = await stranger.api(method, path + rest, body);
    assert.deepEqual([answer.status, answer.body['code']], [404, 'not_found'], `${method} ${rest}`);
    // Nor through a registration of their own.
    const mixed = rest.replace(id, theirs.body['id']);
    if (mixed.includes('/credentials/'))
      assert.equal((await stranger.api(method, path + mixed, body)).status, 404, `${method} ${mixed}`);
  }
  for (const role of ['operator', 'viewer'] as const) {
    const person = await memberOf(system, workspaceId, role);
    for (const [method, rest, body] of [['GET', ''], ['POST', '', northgate], ...requests] as const) {
      const response = await person.send(publicUrl + path + rest, {
        method,
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      assert.equal(response.status, 403, `${role}: ${method} ${rest}`);
    }
  }
  const admin = await memberOf(system, workspaceId, 'admin');
  assert.equal((await admin.send(`${publicUrl}${path}/${id}`, { method: 'GET' })).status, 200);
  assert.equal((await api('GET', `${path}/${id}`)).body['usedForSignIn'], false);
});

test('who changed what is written down, without secrets', async (t) => {
  const { system, api, create, person, memberId } = await start(t);
  const { id } = await create();
  await person.call(`${publicUrl}${path}/${id}`, 'PATCH', { name: 'Careers', usedForSignIn: true });
  const { body: secret } = await api('POST', `${path}/${id}/secrets`, { name: 'S', secret: NORTHGATE_CLIENT_SECRET });
  await api('DELETE', `${path}/${id}/credentials/${secret['id']}`);
  await api('DELETE', `${path}/${id}`);
  const rows = await system.database.db.selectFrom('outbox_events').selectAll().orderBy('id').execute();
  assert.deepEqual(
    rows.map((row) => row.type),
    ['registration.created', 'registration.changed', 'credential.added', 'credential.removed', 'registration.deleted'],
  );
  assert.ok(rows.every((row) => row.connection_id === id));
  assert.deepEqual(rows[1]?.data, {
    registrationId: id,
    registration: 'Careers',
    changed: ['name', 'usedForSignIn'],
    by: memberId,
  });
  assert.match(String(rows[2]?.data['by']), /^key_/);
  assert.equal(JSON.stringify(rows).includes(NORTHGATE_CLIENT_SECRET), false);
});

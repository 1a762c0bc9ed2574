import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import {
  CONTOSO_TENANT_ID,
  NORTHGATE_CLIENT_ID,
  NORTHGATE_CLIENT_SECRET,
  NORTHGATE_TENANT_ID,
  SINGLE_TENANT_CLIENT_ID,
  SINGLE_TENANT_CLIENT_SECRET,
} from '../emulator/seed.ts';
import { signIn } from '../scripts/person.ts';
import { addMember, createSignInToken } from '../src/access/service.ts';
import { publicUrl, startSystem, startWorkspace, type System } from './support/system.ts';
import { addTenant, startTenant } from './support/tenant.ts';

const deploymentAt = (tenant: string) => ({
  MicrosoftTeams__ClientId: NORTHGATE_CLIENT_ID,
  MicrosoftTeams__ClientSecret: NORTHGATE_CLIENT_SECRET,
  MicrosoftTeams__TenantId: tenant,
});

/** A registration for Contoso alone, and no tenant yet. */
async function startRegistration(t: TestContext) {
  const system = await startSystem(t);
  const desk = await startTenant(system, {
    tenantId: CONTOSO_TENANT_ID,
    clientId: SINGLE_TENANT_CLIENT_ID,
    clientSecret: SINGLE_TENANT_CLIENT_SECRET,
  });
  await system.database.db.deleteFrom('tenant_connections').execute();
  return { system, ...desk };
}

/** The status of what a member of this role is answered in their browser. */
async function signedInAs(system: System, workspaceId: string, role: 'operator' | 'viewer') {
  const deps = { db: system.database.db, now: system.clock.now };
  const member = { email: `${role}@desk.example`, name: role, role, timeZone: 'UTC' };
  const person = system.person();
  const token = await createSignInToken(deps, await addMember(deps, workspaceId, member));
  await signIn(person, `${publicUrl}/sign-in/${token}`);
  return async (method: string, path: string, body?: unknown) => {
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const answer = await person.send(publicUrl + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    await answer.body?.cancel();
    return answer.status;
  };
}

async function eventsOf({ database }: System, connectionId: string) {
  const rows = await database.db
    .selectFrom('outbox_events')
    .select(['type', 'data'])
    .where('connection_id', '=', connectionId)
    .orderBy('id')
    .execute();
  return rows.map(({ type, data }) => ({ type, ...data }));
}

test('a tenant is connected through its registration, changed, paused and forgotten', async (t) => {
  const { system, api, registrationId } = await startRegistration(t);
  const created = await api('POST', '/v1/tenants', { registrationId });
  assert.equal(created.status, 201, JSON.stringify(created.body));
  const { id } = created.body as { id: string };
  assert.deepEqual(
    { ...created.body, permissions: undefined, createdAt: undefined, updatedAt: undefined, id: undefined },
    {
      id: undefined,
      registrationId,
      clientId: SINGLE_TENANT_CLIENT_ID,
      tenantId: CONTOSO_TENANT_ID,
      name: null,
      domains: [],
      stage: 'setup',
      features: ['meetings', 'meeting-options', 'free-busy', 'people'],
      reduced: false,
      permissions: undefined,
      policyName: 'Parley-Meetings',
      needsTeamsPolicy: true,
      exchangeScope: 'rbac',
      exchangeGroup: null,
      outsideMailbox: null,
      identityRules: {
        operator: { local: 'email', remote: 'mail' },
        visitor: { local: 'email', remote: 'mail' },
      },
      defaultOrganizer: null,
      consentedAt: null,
      verifiedAt: null,
      servicePrincipalId: null,
      roles: [],
      problem: null,
      createdAt: undefined,
      updatedAt: undefined,
    },
  );
  assert.deepEqual(
    created.body['permissions'].map(({ name, granted }: { name: string; granted: unknown }) => [name, granted]),
    [
      ['Calendars.ReadWrite', null],
      ['OnlineMeetings.ReadWrite.All', null],
      ['User.Read.All', null],
    ],
  );
  assert.equal((await api('POST', '/v1/tenants', { registrationId })).body['code'], 'tenant_connected');
  assert.deepEqual((await api('GET', '/v1/tenants')).body['data'], [created.body]);
  assert.deepEqual((await api('GET', `/v1/tenants/${id}`)).body, created.body);

  const changed = await api('PATCH', `/v1/tenants/${id}`, {
    features: ['people', 'standalone-meetings'],
    policyName: ' tag: Front desk_2.0 ',
    exchangeScope: 'access-policy',
    exchangeGroup: 'bookable@contoso.example',
    outsideMailbox: CONTOSO_TENANT_ID,
    identityRules: { operator: { local: 'attribute:staff-number', remote: 'employeeId' } },
  });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  assert.deepEqual(changed.body['features'], ['standalone-meetings', 'people'], 'in the order of the list');
  assert.equal(changed.body['policyName'], 'Front desk_2.0');
  assert.equal(changed.body['exchangeGroup'], 'bookable@contoso.example');
  assert.deepEqual(changed.body['identityRules'], {
    operator: { local: 'attribute:staff-number', remote: 'employeeId' },
    visitor: { local: 'email', remote: 'mail' },
  });
  const same = await api('PATCH', `/v1/tenants/${id}`, { policyName: 'Front desk_2.0', reduced: false });
  assert.deepEqual(same.body, changed.body, 'what is the same already changes nothing');
  const cleared = await api('PATCH', `/v1/tenants/${id}`, { exchangeGroup: null });
  assert.equal(cleared.body['exchangeGroup'], null);
  assert.equal(cleared.body['outsideMailbox'], CONTOSO_TENANT_ID);

  assert.equal((await api('POST', `/v1/tenants/${id}/resume`)).body['stage'], 'setup', 'nothing to resume');
  assert.equal((await api('POST', `/v1/tenants/${id}/pause`)).body['stage'], 'paused');
  assert.equal((await api('POST', `/v1/tenants/${id}/pause`)).body['stage'], 'paused');
  assert.equal((await api('POST', `/v1/tenants/${id}/resume`)).body['stage'], 'setup');
  assert.equal((await api('DELETE', `/v1/tenants/${id}`)).status, 204);
  assert.equal((await api('GET', `/v1/tenants/${id}`)).status, 404);
  assert.equal((await api('DELETE', `/v1/tenants/${id}`)).status, 404);

  const key = await system.database.db.selectFrom('api_keys').select('id').executeTakeFirstOrThrow();
  const by = { by: key.id, tenantId: CONTOSO_TENANT_ID };
  assert.deepEqual(await eventsOf(system, id), [
    { type: 'tenant.created', ...by, registrationId },
    {
      type: 'tenant.changed',
      ...by,
      fields: ['features', 'policyName', 'exchangeScope', 'exchangeGroup', 'outsideMailbox', 'identityRules'],
    },
    { type: 'tenant.changed', ...by, fields: ['exchangeGroup'] },
    { type: 'tenant.paused', ...by, stage: 'setup' },
    { type: 'tenant.resumed', ...by, stage: 'setup' },
    { type: 'tenant.deleted', ...by },
  ]);
});

test('resuming goes back to what was signed off: live before pilot, whichever came last', async (t) => {
  const system = await startSystem(t);
  const { api, workspaceId, tenantConnectionId: id } = await startTenant(system);
  for (const [stage, expected] of [
    ['pilot', 'pilot'],
    ['live', 'live'],
    ['pilot', 'live'],
  ] as const) {
    await system.database.db
      .insertInto('sign_offs')
      .values({
        id: `sgn_${crypto.randomUUID()}`,
        workspace_id: workspaceId,
        tenant_connection_id: id,
        stage,
        member_id: null,
        signed_by: 'Ada Quist',
        checklist: '[]',
        created_at: system.clock.now(),
      })
      .execute();
    await api('POST', `/v1/tenants/${id}/pause`);
    assert.equal((await api('POST', `/v1/tenants/${id}/resume`)).body['stage'], expected);
    system.clock.advance(60_000);
  }
});

for (const [tenant, env] of [
  ['common', {}],
  ['organizations', deploymentAt('organizations')],
] as const) {
  test(`the server’s own registration for “${tenant}” is refused, because nobody could tell whose tenant it is`, async (t) => {
    const system = await startSystem(t, { env });
    const { api } = await startWorkspace(system);
    const refused = await api('POST', '/v1/tenants', { registrationId: 'deployment' });
    assert.equal(refused.body['code'], 'tenant_id_needed');
    assert.match(refused.body['detail'], new RegExp(`“${tenant}”.*always acts in one tenant.*whose tenant`));
    assert.deepEqual((await api('GET', '/v1/tenants')).body['data'], []);
  });
}

test('a registration of the workspace for many tenants is refused, whatever the request says', async (t) => {
  const { system, api, registrationId } = await startRegistration(t);
  for (const tenant of ['common', 'organizations', 'consumers', 'contoso.example']) {
    await system.database.db.updateTable('app_registrations').set({ tenant }).execute();
    const refused = await api('POST', '/v1/tenants', { registrationId });
    assert.equal(refused.body['code'], 'tenant_id_needed', tenant);
    assert.match(refused.body['detail'], new RegExp(`“Northgate meetings” is set up for “${tenant}”`));
  }
  const named = await api('POST', '/v1/tenants', { registrationId, tenantId: NORTHGATE_TENANT_ID });
  assert.deepEqual(named.body['errors'], [{ pointer: '/tenantId', detail: 'There is no such field.' }]);
});

test('the server’s own registration serves the one tenant that it names', async (t) => {
  const system = await startSystem(t, { env: deploymentAt(NORTHGATE_TENANT_ID) });
  const { api } = await startWorkspace(system);
  const created = await api('POST', '/v1/tenants', { registrationId: 'deployment', reduced: true });
  assert.equal(created.status, 201, JSON.stringify(created.body));
  assert.equal(created.body['registrationId'], 'deployment');
  assert.equal(created.body['clientId'], NORTHGATE_CLIENT_ID);
  const verified = await api('POST', `/v1/tenants/${created.body['id']}/verify`);
  assert.equal(verified.body['problem'], null, JSON.stringify(verified.body));
  assert.equal(verified.body['name'], 'Northgate College');
  const again = await api('POST', '/v1/tenants', { registrationId: 'deployment' });
  assert.equal(again.body['code'], 'tenant_connected');
});

test('each wrong field is refused with its reason, and nothing is changed', async (t) => {
  const { system, api, registrationId } = await startRegistration(t);
  const rule = (side: string, local: unknown, remote: unknown) => ({ identityRules: { [side]: { local, remote } } });
  const { body: tenant } = await api('POST', '/v1/tenants', { registrationId });
  const path = `/v1/tenants/${tenant['id']}`;
  for (const [body, pointer] of [
    [{ features: [] }, '/features'],
    [{ features: ['mail'] }, '/features/0'],
    [{ features: 'meetings' }, '/features'],
    [{ reduced: 'yes' }, '/reduced'],
    [{ policyName: '' }, '/policyName'],
    [{ policyName: 'Tag:' }, '/policyName'],
    [{ policyName: 'x'.repeat(65) }, '/policyName'],
    [{ policyName: '"; Remove-Item' }, '/policyName'],
    [{ policyName: 'Parley\nMeetings' }, '/policyName'],
    [{ exchangeScope: 'everything' }, '/exchangeScope'],
    [{ exchangeGroup: '' }, '/exchangeGroup'],
    [{ exchangeGroup: 'Bookable staff' }, '/exchangeGroup'],
    [{ outsideMailbox: "ceo'@contoso" }, '/outsideMailbox'],
    [rule('operator', 'name', 'mail'), '/identityRules/operator/local'],
    [rule('operator', 'attribute:', 'mail'), '/identityRules/operator/local'],
    [rule('visitor', 'email', 'displayName'), '/identityRules/visitor/remote'],
    [rule('visitor', 'email', 'extensionAttribute16'), '/identityRules/visitor/remote'],
    [rule('nobody', 'email', 'mail'), '/identityRules/nobody'],
    [{ stage: 'live' }, '/stage'],
    [{ tenantId: NORTHGATE_TENANT_ID }, '/tenantId'],
    [{ registrationId: 'deployment' }, '/registrationId'],
    [{ reduced: true, ...rule('operator', 'email', 'employeeId') }, '/identityRules/operator/remote'],
    [{ reduced: true, ...rule('visitor', 'email', 'extensionAttribute3') }, '/identityRules/visitor/remote'],
  ] as const) {
    const what = JSON.stringify(body);
    const refused = await api('PATCH', path, body);
    assert.equal(refused.status, 400, what);
    assert.equal(refused.body['code'], 'invalid_request', what);
    assert.deepEqual(
      refused.body['errors'].map((error: { pointer: string }) => error.pointer),
      [pointer],
      what,
    );
  }
  assert.deepEqual((await api('GET', path)).body, tenant);
  for (const [body, status] of [
    [{}, 400],
    [{ registrationId: 'app_unknown' }, 404],
    [{ registrationId: '../x' }, 400],
    [{ registrationId, features: ['grants'] }, 400],
    [{ registrationId, policyName: 'a/b' }, 400],
  ] as const)
    assert.equal((await api('POST', '/v1/tenants', body)).status, status, JSON.stringify(body));
  const rows = await system.database.db.selectFrom('tenant_connections').select('id').execute();
  assert.equal(rows.length, 1);
});

test('N5: each feature is shown with the permissions that it needs, and each of these with its reason', async (t) => {
  const { api, registrationId } = await startRegistration(t);
  const { body } = await api('POST', '/v1/tenants', { registrationId });
  const needs = async (...features: string[]) => {
    const changed = await api('PATCH', `/v1/tenants/${body['id']}`, { features });
    assert.equal(changed.status, 200, JSON.stringify(changed.body));
    const permissions = changed.body['permissions'] as { name: string; reasons: string[]; granted: boolean | null }[];
    for (const { reasons } of permissions) assert.ok(reasons.every((reason) => /^[A-Z].* .*\.$/.test(reason)));
    return permissions.map(({ name }) => name);
  };
  assert.deepEqual(await needs('meetings'), ['Calendars.ReadWrite']);
  assert.deepEqual(await needs('free-busy'), ['Calendars.ReadBasic.All']);
  assert.deepEqual(await needs('meeting-options'), ['OnlineMeetings.ReadWrite.All']);
  // Parley keeps contacts itself: people of the tenant are looked up in its directory.
  assert.deepEqual(await needs('people'), ['User.Read.All']);
  assert.deepEqual(await needs('recordings'), ['OnlineMeetingRecording.Read.All', 'OnlineMeetings.Read.All']);
  // One that contains another stands for both. Mail is the deployment's matter: the guide about it names Mail.Send.
  assert.deepEqual(await needs('free-busy', 'meetings'), ['Calendars.ReadWrite']);
  assert.match(await readFile(new URL('../docs/guides/mail.md', import.meta.url), 'utf8'), /Mail\.Send/);
});

test('reduced permissions go with rules that they can serve, in either order', async (t) => {
  const { api, registrationId } = await startRegistration(t);
  const { body } = await api('POST', '/v1/tenants', { registrationId, reduced: true });
  const path = `/v1/tenants/${body['id']}`;
  const names = (tenant: Record<string, unknown>) =>
    (tenant['permissions'] as { name: string }[]).map(({ name }) => name);
  assert.ok(names(body).includes('User.ReadBasic.All'));
  assert.ok(!names(body).includes('User.Read.All'));
  const byId = { operator: { local: 'attribute:entra', remote: 'id' } };
  assert.equal((await api('PATCH', path, { identityRules: byId })).status, 200);
  const byNumber = { operator: { local: 'attribute:number', remote: 'employeeId' } };
  const refused = await api('PATCH', path, { identityRules: byNumber });
  assert.match(refused.body['detail'], /User\.ReadBasic\.All.*employeeId, which needs User\.Read\.All/);
  const full = await api('PATCH', path, { reduced: false, identityRules: byNumber });
  assert.ok(names(full.body).includes('User.Read.All'));
  const back = await api('PATCH', path, { reduced: true });
  assert.deepEqual(
    back.body['errors'].map((error: { pointer: string }) => error.pointer),
    ['/reduced'],
  );
});

test('only who manages the workspace sees and changes its tenants', async (t) => {
  const system = await startSystem(t);
  const { workspaceId, tenantConnectionId: id, registrationId } = await startTenant(system);
  for (const role of ['operator', 'viewer'] as const) {
    const ask = await signedInAs(system, workspaceId, role);
    for (const [method, path, body] of [
      ['GET', '/v1/tenants'],
      ['POST', '/v1/tenants', { registrationId }],
      ['GET', `/v1/tenants/${id}`],
      ['PATCH', `/v1/tenants/${id}`, { reduced: true }],
      ['DELETE', `/v1/tenants/${id}`],
      ['POST', `/v1/tenants/${id}/consent`],
      ['POST', `/v1/tenants/${id}/verify`],
      ['POST', `/v1/tenants/${id}/pause`],
      ['POST', `/v1/tenants/${id}/resume`],
    ] as const)
      assert.equal(await ask(method, path, body), 403, `${role}: ${method} ${path}`);
  }
  assert.equal((await system.database.db.selectFrom('tenant_connections').selectAll().execute())[0]?.stage, 'live');
});

// A01
test('another workspace’s tenant and registration are not there', async (t) => {
  const system = await startSystem(t);
  const theirs = await startTenant(system);
  const { api } = await startWorkspace(system);
  const before = await system.database.db.selectFrom('tenant_connections').selectAll().execute();
  const id = theirs.tenantConnectionId;
  for (const [method, path, body] of [
    ['GET', `/v1/tenants/${id}`],
    ['PATCH', `/v1/tenants/${id}`, { reduced: true }],
    ['DELETE', `/v1/tenants/${id}`],
    ['POST', `/v1/tenants/${id}/consent`],
    ['POST', `/v1/tenants/${id}/verify`],
    ['POST', `/v1/tenants/${id}/pause`],
    ['POST', `/v1/tenants/${id}/resume`],
    ['POST', '/v1/tenants', { registrationId: theirs.registrationId }],
  ] as const) {
    const answer = await api(method, path, body);
    assert.equal(answer.status, 404, `${method} ${path}`);
    assert.equal(answer.body['code'], 'not_found');
  }
  assert.deepEqual((await api('GET', '/v1/tenants')).body['data'], []);
  assert.deepEqual(await system.database.db.selectFrom('tenant_connections').selectAll().execute(), before);
  assert.equal((await theirs.api('GET', `/v1/tenants/${id}`)).status, 200);
});

test('two requests at once connect a tenant once', async (t) => {
  const { api, registrationId } = await startRegistration(t);
  const answers = await Promise.all(
    Array.from({ length: 5 }, async () => api('POST', '/v1/tenants', { registrationId })),
  );
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((one, other) => one - other),
    [201, 409, 409, 409, 409],
  );
});

test('a tenant that is forgotten takes its organizers along, and meetings keep what they remember', async (t) => {
  const system = await startSystem(t);
  const { api, workspaceId, tenantConnectionId: id, organizer } = await startTenant(system);
  const leila = await organizer('leila.haddad');
  await system.database.db.updateTable('tenant_connections').set({ default_organizer_id: leila.id }).execute();
  const other = await addTenant(system, workspaceId, {
    tenantId: CONTOSO_TENANT_ID,
    clientId: SINGLE_TENANT_CLIENT_ID,
  });
  assert.equal((await api('DELETE', `/v1/tenants/${id}`)).status, 204);
  const left = await system.database.db.selectFrom('tenant_connections').select('id').execute();
  assert.deepEqual(left, [{ id: other.tenantConnectionId }]);
  assert.deepEqual(await system.database.db.selectFrom('organizers').select('id').execute(), []);
  assert.equal((await api('POST', `/v1/tenants/${id}/verify`)).status, 404);
});

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { decodeJwt } from 'jose';
import { CONTROL_ORIGIN, createEmulator, GRAPH_ORIGIN } from '../emulator.ts';
import type { Emulator } from '../emulator.ts';
import {
  CERTIFICATE_CLIENT_ID,
  CONTOSO_TENANT_ID,
  LARKFIELD_TENANT_ID,
  NORTHGATE_CLIENT_ID,
  NORTHGATE_CLIENT_SECRET,
  NORTHGATE_TENANT_ID,
  PARLEY_CLIENT_ID,
  PARLEY_CLIENT_SECRET,
  SINGLE_TENANT_CLIENT_ID,
  SINGLE_TENANT_CLIENT_SECRET,
} from '../seed.ts';
import { selfSigned } from '../self-signed.ts';

const dana = 'dana.reyes@contoso.example';

suite('the control API', () => {
  test('moves the clock', async () => {
    const emulator = createEmulator({ now: () => Date.UTC(2026, 10, 24) });
    await send(emulator, 'POST', '/clock', { advanceMs: 3_600_000 });
    assert.equal(emulator.clock.now(), Date.UTC(2026, 10, 24, 1));
    await send(emulator, 'POST', '/clock', { set: '2027-01-01T00:00:00Z' });
    assert.equal(emulator.clock.now(), Date.UTC(2027, 0, 1));
  });

  test('arms and disarms faults', async () => {
    const emulator = createEmulator();
    await send(emulator, 'POST', '/faults', { service: 'graph', times: 2, kind: { type: 'status', status: 503 } });
    assert.equal((await emulator.fetch(`${GRAPH_ORIGIN}/v1.0/me`)).status, 503);
    await send(emulator, 'DELETE', '/faults');
    assert.equal((await emulator.fetch(`${GRAPH_ORIGIN}/v1.0/me`)).status, 401);
  });

  test('changes people by name or id', async () => {
    const emulator = createEmulator();
    const user = [...emulator.context.directory.users.values()].find((user) => user.userPrincipalName === dana);
    assert.ok(user);
    await send(emulator, 'PATCH', `/users/${dana}`, { teamsLicence: false, conditionalAccess: 'mfa' });
    assert.deepEqual(user.mailbox?.allowedOnlineMeetingProviders, []);
    assert.equal(user.conditionalAccess, 'mfa');
    await send(emulator, 'PATCH', `/users/${user.id}`, { mailbox: false, accountEnabled: false });
    assert.deepEqual([user.mailbox, user.accountEnabled], [null, false]);
    await send(emulator, 'POST', `/users/${user.id}/revoke-sessions`);
    assert.ok(user.sessionsRevokedAt);
    const answer = await send(emulator, 'PATCH', '/users/nobody@contoso.example', {});
    assert.equal(answer.status, 404);
  });

  test('changes tenants, switches and apps', async () => {
    const emulator = createEmulator();
    await send(emulator, 'PATCH', `/tenants/${LARKFIELD_TENANT_ID}`, { userConsentAllowed: true });
    assert.equal(emulator.context.directory.tenants.get(LARKFIELD_TENANT_ID)?.userConsentAllowed, true);
    await send(emulator, 'PATCH', '/switches', { joinUrlDelayMs: null });
    assert.equal(emulator.switches.joinUrlDelayMs, null);
    const app = emulator.context.directory.apps.get(PARLEY_CLIENT_ID);
    assert.ok(app);
    const secret = (await (await send(emulator, 'POST', `/apps/${PARLEY_CLIENT_ID}/secrets`, {})).json()) as {
      id: string;
    };
    assert.equal(app.secrets.length, 2);
    await send(emulator, 'POST', `/apps/${PARLEY_CLIENT_ID}/secrets/${secret.id}/expire`);
    assert.equal(app.secrets[1]?.expiresAt, Math.min(app.secrets[1]?.expiresAt ?? 0, emulator.clock.now()));
    await send(emulator, 'DELETE', `/apps/${PARLEY_CLIENT_ID}/secrets/${secret.id}`);
    assert.deepEqual(
      app.secrets.map(({ value }) => value),
      [PARLEY_CLIENT_SECRET],
    );
    const uri = 'https://parley.example/api/teams/callback';
    await send(emulator, 'POST', `/apps/${PARLEY_CLIENT_ID}/redirectUris`, { uri });
    assert.deepEqual(app.redirectUris.at(-1), { uri, platform: 'web' });
    const made = selfSigned('Parley', { notBefore: new Date(0), notAfter: new Date('2049-01-01') });
    const path = `/apps/${CERTIFICATE_CLIENT_ID}/certificates`;
    assert.equal((await send(emulator, 'POST', path, { pem: made.certificate })).status, 201);
    const registered = await send(emulator, 'POST', '/apps', { displayName: 'Another', audience: 'AzureADMyOrg' });
    assert.equal(registered.status, 201);
  });

  test('refuses what it does not understand', async () => {
    const emulator = createEmulator();
    for (const [method, path, body] of [
      ['POST', '/faults', { kind: { type: 'earthquake' } }],
      ['PATCH', `/users/${dana}`, { shoeSize: 39 }],
      ['PATCH', '/switches', { latencyMs: 'fast' }],
      ['POST', '/clock', {}],
    ] as const) {
      assert.equal((await send(emulator, method, path, body)).status, 400, path);
    }
  });

  test('lists calls by path, and tells the state', async () => {
    const emulator = createEmulator();
    await emulator.fetch(`${GRAPH_ORIGIN}/v1.0/me`);
    const calls = (await (await send(emulator, 'GET', '/calls?service=graph&path=/me')).json()) as unknown[];
    assert.equal(calls.length, 1);
    const state = (await (await send(emulator, 'GET', '/state')).json()) as { users: unknown[]; calls: number };
    assert.ok(state.users.length > 10);
    assert.equal(state.calls, 1);
  });
});

suite('administration', () => {
  const northgate = { tenantId: 'northgate.example' };

  test('groups have members', async () => {
    const emulator = createEmulator();
    const input = {
      ...northgate,
      displayName: 'Tutors',
      mail: 'Tutors@northgate.example',
      members: ['desk@northgate.example'],
    };
    const made = (await (await send(emulator, 'POST', '/groups', input)).json()) as { id: string; memberIds: string[] };
    assert.equal(made.memberIds.length, 1);
    assert.equal((await send(emulator, 'POST', '/groups', input)).status, 409);
    const change = { add: ['pat.quill@northgate.example'], remove: ['desk@northgate.example'] };
    const changed = (await (await send(emulator, 'PATCH', `/groups/${made.id}`, change)).json()) as typeof made;
    assert.deepEqual(changed.memberIds, ['8294c6fa-0b5d-431e-af78-a6e96103bd4c']);
    assert.equal((await send(emulator, 'DELETE', `/groups/${made.id}`)).status, 204);
    assert.equal((await send(emulator, 'DELETE', `/groups/${made.id}`)).status, 404);
    assert.equal(
      (await send(emulator, 'POST', '/groups', { ...input, members: ['dana.reyes@contoso.example'] })).status,
      404,
    );
  });

  test('consent is there without its pages, and apps can be disabled', async () => {
    const emulator = createEmulator();
    const grant = { tenantId: 'contoso.example', clientId: SINGLE_TENANT_CLIENT_ID, roles: ['User.Read.All'] };
    assert.equal((await send(emulator, 'POST', '/grants', grant)).status, 204);
    const { directory } = emulator.context;
    const principal = [...directory.servicePrincipals.values()].find((one) => one.clientId === SINGLE_TENANT_CLIENT_ID);
    assert.deepEqual(principal?.appRoles, ['User.Read.All']);
    await send(emulator, 'PATCH', `/servicePrincipals/${principal.id}`, { disabled: true });
    const refused = await token(emulator, CONTOSO_TENANT_ID, SINGLE_TENANT_CLIENT_ID, SINGLE_TENANT_CLIENT_SECRET);
    assert.match(String(refused['error_description']), /^AADSTS7000112/);
  });

  test('one single-tenant app has its roles, the other waits for consent', async () => {
    const emulator = createEmulator();
    for (const [tenant, clientId, secret, roles] of [
      [NORTHGATE_TENANT_ID, NORTHGATE_CLIENT_ID, NORTHGATE_CLIENT_SECRET, 3],
      [CONTOSO_TENANT_ID, SINGLE_TENANT_CLIENT_ID, SINGLE_TENANT_CLIENT_SECRET, 0],
    ] as const) {
      const answer = await token(emulator, tenant, clientId, secret);
      const claims = decodeJwt(String(answer['access_token']));
      assert.deepEqual(
        [claims['idtyp'], claims['tid'], (claims['roles'] as string[] | undefined)?.length ?? 0],
        ['app', tenant, roles],
      );
    }
    const elsewhere = await token(emulator, LARKFIELD_TENANT_ID, NORTHGATE_CLIENT_ID, NORTHGATE_CLIENT_SECRET);
    assert.match(String(elsewhere['error_description']), /^AADSTS700016/);
  });

  test('scripts run as JSON, and policies are told with when they take effect', async () => {
    const emulator = createEmulator({ now: () => Date.UTC(2026, 10, 24, 9) });
    emulator.switches.teamsPolicyDelayMs = 1_800_000;
    const script = `New-CsApplicationAccessPolicy -Identity Tag:P -AppIds ${NORTHGATE_CLIENT_ID}`;
    const ran = await (await send(emulator, 'POST', '/powershell', { ...northgate, script })).json();
    assert.match((ran as { output: string }).output, /^Identity/);
    const failed = await (await send(emulator, 'POST', '/powershell', { ...northgate, script })).json();
    assert.match((failed as { error: string }).error, /already exists/);
    assert.equal((await send(emulator, 'POST', '/powershell', { tenantId: 'nowhere.example', script })).status, 404);
    const state = (await (await send(emulator, 'GET', '/policies?tenantId=northgate.example')).json()) as {
      teams: { policies: unknown[]; changes: { takesEffectAt: string; inEffect: boolean }[] };
    };
    assert.equal(state.teams.policies.length, 1);
    assert.deepEqual(
      state.teams.changes.map(({ takesEffectAt, inEffect }) => [takesEffectAt, inEffect]),
      [['2026-11-24T09:30:00.000Z', false]],
    );
  });

  test('the PowerShell page runs scripts and grants with a click, and shows nothing unescaped', async () => {
    const emulator = createEmulator({ now: () => Date.UTC(2026, 10, 24, 9) });
    emulator.switches.teamsPolicyDelayMs = 1_800_000;
    const press = async (path: string, fields: Record<string, string>) => {
      const response = await emulator.fetch(`${CONTROL_ORIGIN}/control${path}`, {
        method: 'POST',
        body: new URLSearchParams(fields),
      });
      assert.equal(response.status, 200);
      return response.text();
    };
    const tenantId = NORTHGATE_TENANT_ID;
    const page = await press('/powershell', { tenantId, script: "Write-Host '<b>bold</b>'" });
    assert.match(page, /&lt;b&gt;bold/);
    assert.doesNotMatch(page, /<b>bold|<script/);
    assert.match(await press('/powershell', { tenantId, script: 'Nonsense <i>' }), /not recognized|Redirection/);
    await press('/forms/teams-policy', { tenantId, name: 'Tag:Parley', clientId: NORTHGATE_CLIENT_ID });
    const target = 'user:2c3e6094-a5f7-4db8-8912-4083fbad57e6';
    const granted = await press('/forms/teams-grant', { tenantId, policy: 'Parley', target });
    assert.match(granted, /Grant Parley to leila\.haddad@northgate\.example[\s\S]*Takes effect at 2026-11-24 09:30:00/);
    await press('/forms/teams-grant', { tenantId, policy: '', target });
    assert.deepEqual(emulator.context.teams.policies.get(tenantId)?.current.users, {});
  });
});

suite('the control page', () => {
  test('shows everything and nothing unescaped', async () => {
    const emulator = createEmulator();
    await send(emulator, 'PATCH', `/users/${dana}`, { displayName: '<b>Dana</b>' });
    await emulator.fetch(`${GRAPH_ORIGIN}/v1.0/me?x=<script>`);
    const html = await (await emulator.fetch(`${CONTROL_ORIGIN}/control`)).text();
    assert.match(html, /&lt;b&gt;Dana/);
    assert.doesNotMatch(html, /<script/);
    for (const heading of ['Clock', 'People', 'Tenants', 'App registrations', 'Consent', 'Faults', 'Switches']) {
      assert.match(html, new RegExp(`>${heading}</h2>`));
    }
  });

  const pressed: [string, Record<string, string>, (emulator: Emulator) => boolean][] = [
    [
      'user',
      { id: dana, teamsLicence: 'false' },
      ({ context }) => findDana(context.directory.users)?.teamsLicence === false,
    ],
    [
      'user',
      { id: dana, mayRecord: 'false' },
      ({ context }) => findDana(context.directory.users)?.meetingPolicy.recording === false,
    ],
    [
      'fault',
      { kind: 'throttled', detail: '3', service: 'graph', path: '', times: '2' },
      (e) => e.context.faults.length === 1,
    ],
    ['switch', { name: 'joinUrlDelayMs', value: 'null' }, (emulator) => emulator.switches.joinUrlDelayMs === null],
    ['switch', { name: 'idtypUser', value: 'false' }, (emulator) => !emulator.switches.idtypUser],
    [
      'switch',
      { name: 'duplicateTransactionStatus', value: '409' },
      (e) => e.switches.duplicateTransactionStatus === 409,
    ],
    ['tenant', { id: 'larkfield.example', userConsentAllowed: 'true' }, () => true],
    ['advance-clock', { hours: '24' }, (emulator) => emulator.clock.now() > Date.now() + 86_000_000],
    [
      'set-clock',
      { at: '2030-05-06T07:08' },
      (e) => new Date(e.clock.now()).toISOString().startsWith('2030-05-06T07:08'),
    ],
    ['revoke-grants', { clientId: PARLEY_CLIENT_ID, tenantId: '', userId: '' }, () => true],
    [
      'add-redirect-uri',
      { clientId: PARLEY_CLIENT_ID, uri: 'https://parley.example/cb', platform: 'spa' },
      ({ context }) => context.directory.apps.get(PARLEY_CLIENT_ID)?.redirectUris.length === 2,
    ],
  ];
  for (const [form, fields, isDone] of pressed) {
    test(`does what its form "${form}" says: ${Object.keys(fields).join(', ')}`, async () => {
      const emulator = createEmulator();
      const response = await emulator.fetch(`${CONTROL_ORIGIN}/control/forms/${form}`, {
        method: 'POST',
        body: new URLSearchParams(fields),
        redirect: 'manual',
      });
      assert.equal(response.status, 303, await response.text());
      assert.ok(isDone(emulator));
    });
  }

  test('explains a mistake', async () => {
    const emulator = createEmulator();
    const response = await emulator.fetch(`${CONTROL_ORIGIN}/control/forms/add-certificate`, {
      method: 'POST',
      body: new URLSearchParams({ clientId: PARLEY_CLIENT_ID, pem: 'not a certificate' }),
    });
    assert.equal(response.status, 400);
    assert.match(await response.text(), /That did not work/);
  });
});

function findDana(users: Emulator['context']['directory']['users']) {
  return [...users.values()].find((user) => user.userPrincipalName === dana);
}

function send(emulator: Emulator, method: string, path: string, body?: unknown): Promise<Response> {
  return emulator.fetch(`${CONTROL_ORIGIN}/control${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
}

async function token(
  emulator: Emulator,
  tenant: string,
  clientId: string,
  secret: string,
): Promise<Record<string, unknown>> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: secret,
    scope: 'https://graph.microsoft.com/.default',
  });
  const url = `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`;
  return (await (await emulator.fetch(url, { method: 'POST', body })).json()) as Record<string, unknown>;
}

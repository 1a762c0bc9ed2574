import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CONTROL_ORIGIN, createEmulator, GRAPH_ORIGIN } from '../emulator.ts';
import type { Emulator } from '../emulator.ts';
import { CERTIFICATE_CLIENT_ID, LARKFIELD_TENANT_ID, PARLEY_CLIENT_ID, PARLEY_CLIENT_SECRET } from '../seed.ts';
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

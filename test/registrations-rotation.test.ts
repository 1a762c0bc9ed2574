import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { NORTHGATE_CLIENT_ID, NORTHGATE_CLIENT_SECRET, NORTHGATE_TENANT_ID } from '../emulator/seed.ts';
import { connectTeams } from '../scripts/person.ts';
import { withAccessToken } from '../src/connections/tokens.ts';
import { withAppToken } from '../src/tenants/app-tokens.ts';
import { getTenant } from '../src/tenants/service.ts';
import { downloadCer, entraAdmin } from './support/entra-admin.ts';
import { startAnother, tokenCalls } from './support/restart.ts';
import { publicUrl, startSystem, userNamed } from './support/system.ts';
import { startTenant } from './support/tenant.ts';

const minute = 60_000;
const rounds = 40;

/**
 * Northgate, connected as a whole and by Leila herself, through one registration; and two processes that ask for both
 * kinds of token all the time. Between two rounds every token expires.
 */
async function start(t: TestContext, columns: { assertion?: 'RS256' } = {}) {
  const system = await startSystem(t);
  const desk = await startTenant(system);
  const path = `/v1/app-registrations/${desk.registrationId}`;
  await desk.api('PATCH', path, { usedForSignIn: true, ...columns });
  const page = await connectTeams(desk.person, publicUrl, userNamed(system.emulator, 'leila.haddad').id);
  assert.match(page.url, /connected=1/);
  const peer = await startAnother(t, system);
  const connection = await system.database.db.selectFrom('connections').selectAll().executeTakeFirstOrThrow();
  const tenant = await getTenant({ db: system.database.db }, desk.workspaceId, desk.tenantConnectionId);
  const processes = [system, peer].map(({ app }) => app.deps);
  const request = (authorization: string, path: string) =>
    system.emulator.fetch(`https://graph.microsoft.com/v1.0/${path}`, { headers: { authorization } });
  const leila = userNamed(system.emulator, 'leila.haddad').id;

  /** What both processes do in one round; each call must be answered, and Graph must take each token. */
  async function load() {
    const calls = processes.flatMap(({ accessTokens, appTokens }) => [
      withAccessToken(accessTokens, connection.id, undefined, (token) => request(`Bearer ${token}`, 'me')),
      withAccessToken(accessTokens, connection.id, undefined, (token) => request(`Bearer ${token}`, 'me/calendar')),
      ...[1, 2].map(() =>
        withAppToken(appTokens, tenant, undefined, ({ token }) =>
          request(`Bearer ${token.accessToken}`, `users/${leila}`),
        ),
      ),
    ]);
    return (await Promise.all(calls)).map(({ status }) => status);
  }

  /** Runs the rounds, with each step of a change in the middle of its round. Gives the answers of Graph, counted. */
  async function run(steps: Record<number, () => Promise<unknown>>) {
    const statuses: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      system.clock.advance(61 * minute);
      const [answers] = await Promise.all([load(), steps[round]?.()]);
      statuses.push(...answers);
    }
    return { calls: statuses.length, failed: statuses.filter((status) => status !== 200) };
  }

  const admin = entraAdmin(system, NORTHGATE_CLIENT_ID);
  const states = async () => {
    const { body } = await desk.api('GET', path);
    return Object.fromEntries(
      (body['credentials'] as { name: string; state: string }[]).map(({ name, state }) => [name, state]),
    );
  };
  const refusedByEntra = () =>
    [...tokenCalls(system, 'refresh_token'), ...tokenCalls(system, 'client_credentials')].filter(
      ({ status }) => status !== 200,
    ).length;
  return { system, ...desk, path, admin, run, states, refusedByEntra, connectionId: connection.id };
}

// F12 // T04
test('rotating the client secret under load: no call fails, and nobody reconnects', async (t) => {
  const { system, api, path, credentialId, admin, run, states, refusedByEntra } = await start(t);
  const seen: Record<string, string>[] = [];
  const look = async () => seen.push(await states());
  const second = 'the-second-secret~of.Northgate_2027';
  const { calls, failed } = await run({
    5: async () => api('POST', `${path}/secrets`, { name: 'Second', secret: second }),
    10: look,
    12: async () => admin.addSecret(second),
    17: look,
    20: async () => admin.removeSecret(NORTHGATE_CLIENT_SECRET),
    25: look,
    30: async () => api('DELETE', `${path}/credentials/${credentialId}`),
  });
  await look();
  assert.deepEqual(seen, [
    { 'First secret': 'proven', Second: 'unproven' },
    { 'First secret': 'proven', Second: 'unproven' },
    { 'First secret': 'refused', Second: 'proven' },
    { Second: 'proven' },
  ]);
  assert.equal(calls, rounds * 8);
  assert.deepEqual(failed, []);
  // What the old one was refused with is remembered: it is not tried again and again.
  assert.ok(refusedByEntra() > 0 && refusedByEntra() <= 6, `${refusedByEntra()} refusals`);
  const rows = await system.database.db.selectFrom('connections').select(['status', 'problem_code']).execute();
  assert.deepEqual(rows, [{ status: 'connected', problem_code: null }]);
});

// F12 // T04
for (const assertion of ['PS256', 'RS256'] as const)
  test(`from a secret to a certificate (${assertion}), and from that to the next, under load: no call fails`, async (t) => {
    const { system, api, apiKey, registrationId, path, credentialId, admin, run, states } = await start(t, {
      ...(assertion === 'RS256' && { assertion }),
    });
    const make = async (name: string) => (await api('POST', `${path}/certificates`, { name })).body;
    const upload = async (id: string) => admin.upload((await downloadCer(system, apiKey, { registrationId, id })).cer);
    const made: Record<string, { id: string; sha256: string }> = {};
    const { calls, failed } = await run({
      3: async () => (made['one'] = (await make('One')) as never),
      6: async () => upload(made['one']?.id ?? ''),
      9: async () => admin.removeSecret(NORTHGATE_CLIENT_SECRET),
      12: async () => api('DELETE', `${path}/credentials/${credentialId}`),
      18: async () => (made['two'] = (await make('Two')) as never),
      21: async () => upload(made['two']?.id ?? ''),
      24: async () => admin.removeCertificate(made['one']?.sha256 ?? ''),
      27: async () => api('DELETE', `${path}/credentials/${made['one']?.id}`),
    });
    assert.equal(calls, rounds * 8);
    assert.deepEqual(failed, []);
    assert.deepEqual(await states(), { Two: 'proven' });
  });

// T04
test('when no credential works any more, everybody is told why, nobody loses the connection, and a new one cures it', async (t) => {
  const { system, api, path, admin, connectionId } = await start(t);
  const use = system.app.deps.accessTokens;
  await admin.removeSecret(NORTHGATE_CLIENT_SECRET);
  await api('POST', `${path}/certificates`, { name: 'Not uploaded' });
  system.clock.advance(61 * minute);
  await assert.rejects(use(connectionId), { code: 'app_secret_wrong' });
  const { body } = await api('GET', '/v1/connections');
  assert.equal(body['data'][0].state, 'connected');
  const { value } = await admin.addSecret();
  assert.equal((await api('POST', `${path}/secrets`, { name: 'New', secret: value })).status, 201);
  assert.equal((await use(connectionId)).connection.status, 'connected');
  for (const { id } of (await api('GET', path)).body['credentials'])
    assert.equal((await api('DELETE', `${path}/credentials/${id}`)).status, 204);
  system.clock.advance(61 * minute);
  await assert.rejects(use(connectionId), { code: 'app_credential_missing' });
});

// F5 // F13
test('people connect through their workspace’s own registration, and stay with it when another one is chosen', async (t) => {
  const { system, api, person, path, registrationId, connectionId } = await start(t);
  type Integration = Record<'registrationId' | 'clientId' | 'tenant' | 'adminConsentUrl' | 'redirectUri', string> & {
    configured: boolean;
    scopes: string[];
    connection: { registrationId: string; state: string; missingScopes: string[] };
  };
  const integration = () => person.call<Integration>(`${publicUrl}/v1/integrations/teams`);
  const own = await integration();
  assert.deepEqual(
    [own.configured, own.registrationId, own.clientId, own.connection.registrationId, own.connection.state],
    [true, registrationId, NORTHGATE_CLIENT_ID, registrationId, 'connected'],
  );
  assert.ok(own.adminConsentUrl.includes(`/${own.tenant}/v2.0/adminconsent?client_id=${NORTHGATE_CLIENT_ID}`));

  await api('PATCH', path, { usedForSignIn: false });
  const moved = await integration();
  assert.deepEqual([moved.registrationId, moved.connection.registrationId], ['deployment', registrationId]);
  system.clock.advance(61 * minute);
  const token = await system.app.deps.accessTokens(connectionId);
  assert.equal(token.graphBaseUrl, 'https://graph.microsoft.com');
  const asked = new URLSearchParams(tokenCalls(system).at(-1)?.body);
  assert.equal(asked.get('client_id'), NORTHGATE_CLIENT_ID);

  await connectTeams(person, publicUrl, userNamed(system.emulator, 'leila.haddad').id);
  const reconnected = await integration();
  assert.equal(reconnected.connection.registrationId, 'deployment');
  system.clock.advance(61 * minute);
  await system.app.deps.accessTokens(connectionId);
  assert.notEqual(new URLSearchParams(tokenCalls(system).at(-1)?.body).get('client_id'), NORTHGATE_CLIENT_ID);
});

// F4
test('a registration without a credential sends nobody to Microsoft in vain; a consent under way ends where it began', async (t) => {
  const { system, api, person, path, credentialId, registrationId } = await start(t);
  const begun = await person.call<{ url: string }>(`${publicUrl}/v1/integrations/teams/connect`, 'POST', {});
  await api('PATCH', path, { usedForSignIn: false });
  const page = await person.visit(begun.url);
  const leila = userNamed(system.emulator, 'leila.haddad').id;
  const done = page.text.includes('/authorize/sign-in')
    ? await person.press(page, '/authorize/sign-in', { user: leila })
    : page;
  assert.match(done.url, /connected=1/);
  assert.equal((await api('GET', '/v1/connections')).body['data'][0].registrationId, registrationId);

  await api('PATCH', path, { usedForSignIn: true });
  await api('DELETE', `${path}/credentials/${credentialId}`);
  const refused = await person.send(`${publicUrl}/v1/integrations/teams/connect`, { method: 'POST' });
  assert.equal(refused.status, 502);
  const problem = (await refused.json()) as Record<string, string>;
  assert.equal(problem['code'], 'app_credential_missing');
  assert.match(problem['detail'] ?? '', /neither a certificate nor a client secret here yet/);
});

// G1
test('a registration of a national cloud signs in, asks for tokens and calls Graph in that cloud only', async (t) => {
  const asked: { host: string; scope: string | null }[] = [];
  const system = await startSystem(t, {
    wrapFetch: () => async (input, init) => {
      const request = new Request(input, init);
      asked.push({ host: new URL(request.url).host, scope: new URLSearchParams(await request.text()).get('scope') });
      return Response.json({ error: 'invalid_client', error_codes: [7000215] }, { status: 401 });
    },
  });
  const { api, person, workspaceId } = await startTenant(system);
  for (const [cloud, authority, graph] of [
    ['gcc-high', 'login.microsoftonline.us', 'https://graph.microsoft.us'],
    ['dod', 'login.microsoftonline.us', 'https://dod-graph.microsoft.us'],
    ['china', 'login.chinacloudapi.cn', 'https://microsoftgraph.chinacloudapi.cn'],
  ] as const) {
    const clientId = crypto.randomUUID();
    const registration = { name: cloud, clientId, tenant: NORTHGATE_TENANT_ID, cloud, usedForSignIn: true };
    const { body } = await api('POST', '/v1/app-registrations', registration);
    const path = `/v1/app-registrations/${body['id']}`;
    const { body: secret } = await api('POST', `${path}/secrets`, { name: 'First', secret: 'abc~def' });
    const checked = await api('POST', `${path}/credentials/${secret['id']}/check`);
    assert.equal(checked.body['state'], 'refused');
    assert.deepEqual(asked.splice(0), [{ host: authority, scope: `${graph}/.default` }]);
    const { url } = await person.call<{ url: string }>(`${publicUrl}/v1/integrations/teams/connect`, 'POST', {});
    assert.equal(new URL(url).host, authority);
    assert.equal((await system.app.deps.apps.get(workspaceId, body['id'])).graphBaseUrl, graph);
  }
});

test('a token is used at Graph in the cloud of the registration that it belongs to', async (t) => {
  const { system, registrationId, connectionId } = await start(t);
  await system.database.db
    .updateTable('app_registrations')
    .set({ cloud: 'china' })
    .where('id', '=', registrationId)
    .execute();
  const { accessTokens } = system.app.deps;
  const given = await withAccessToken(
    accessTokens,
    connectionId,
    undefined,
    async (_token, graphBaseUrl) => graphBaseUrl,
  );
  assert.equal(given, 'https://microsoftgraph.chinacloudapi.cn');
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { CONTOSO_TENANT_ID, SINGLE_TENANT_CLIENT_ID, SINGLE_TENANT_CLIENT_SECRET } from '../emulator/seed.ts';
import {
  asClient,
  basicOf,
  callback,
  consent,
  limitedKey,
  listen,
  refreshTokenOf,
  returnUri,
  startNylas,
  type Nylas,
} from './support/nylas-connect.ts';
import { publicUrl, startSystem, type System } from './support/system.ts';

const scopes = [
  'User.Read',
  'offline_access',
  'OnlineMeetings.ReadWrite',
  'openid',
  'profile',
  'EAS.AccessAsUser.All',
  'EWS.AccessAsUser.All',
];
const single = {
  client_id: SINGLE_TENANT_CLIENT_ID,
  client_secret: SINGLE_TENANT_CLIENT_SECRET,
  tenant: CONTOSO_TENANT_ID,
};
const run = promisify(execFile);

/** Links somebody's account, as the application of the seed does. */
async function connect(
  system: System,
  { unified }: Nylas,
  user: string,
  wanted: object = {},
): Promise<URLSearchParams> {
  const { body } = await unified('POST', '/connect/auth', {
    provider: 'microsoft',
    redirect_uri: returnUri,
    ...wanted,
  });
  return (await consent(system, body['data'].url, { user })).searchParams;
}

test('N1, N2, N3: the calls of the seed, with curl, lead from an app in Entra to a grant', async (t) => {
  const system = await startSystem(t);
  const { workspaceId, apiKey } = await startNylas(system);
  const base = await listen(t, system);
  const { stdout: basic } = await run('bash', ['-c', `echo '${workspaceId}:${apiKey}' | base64 -w0`]);
  const curl = async (path: string, body: string) => {
    const headers = [`Authorization: Basic ${basic.trim()}`, 'Content-Type: application/json'];
    const args = ['--silent', '--location', '--request', 'POST', `${base}${path}`];
    const { stdout } = await run('curl', [...args, ...headers.flatMap((one) => ['--header', one]), '--data-raw', body]);
    return JSON.parse(stdout) as { success: boolean; data: Record<string, unknown> };
  };

  const made = await curl(
    '/connect/integrations',
    `{
"name": "Teams Test app",
"provider": "microsoft",
"settings":
{
"client_id": "${single.client_id}",
"client_secret": "${single.client_secret}",
"tenant": "${single.tenant}"
},
"redirect_uris": [
"https://myapp.com/callback-handler"
],
"expires_in": 1209600
}`,
  );
  const { id, ...rest } = made.data;
  assert.match(String(id), /^app_/);
  assert.equal(made.success, true);
  assert.deepEqual(rest, {
    name: 'Teams Test app',
    provider: 'microsoft',
    redirect_uris: ['https://myapp.com/callback-handler'],
    expires_in: 1209600,
  });

  const asked = await curl(
    '/connect/auth',
    `{
"provider": "microsoft",
"redirect_uri": "https://myapp.com/callback-handler",
"expires_in": 43200,
"account_id": "anz2nojgkfzfo4094wi291hzq",
"scope":[
"User.Read",
"offline_access",
"OnlineMeetings.ReadWrite",
"openid",
"profile",
"EAS.AccessAsUser.All",
"EWS.AccessAsUser.All"
]
}`,
  );
  const { url, id: linkId, expires_at: expiresAt, request } = asked.data;
  assert.match(String(url), new RegExp(`^${publicUrl}/connect/login\\?id=parley_connect_[\\w-]{43}$`));
  assert.match(String(linkId), /^cln_/);
  assert.equal(expiresAt, system.clock.now().getTime() / 1000 + 43200);
  assert.deepEqual(request, {
    provider: 'microsoft',
    redirect_uri: 'https://myapp.com/callback-handler',
    scope: scopes,
    account_id: 'anz2nojgkfzfo4094wi291hzq',
  });

  const back = await consent(system, String(url));
  const grantId = back.searchParams.get('grant_id') ?? '';
  assert.equal(
    back.href,
    `${returnUri}?success=true&provider=microsoft&email=${encodeURIComponent('dana.reyes@contoso.example')}&grant_id=${grantId}#`,
  );
  const row = await system.database.db.selectFrom('connections').selectAll().executeTakeFirstOrThrow();
  assert.equal(row.external_id, 'anz2nojgkfzfo4094wi291hzq');
  assert.ok(row.granted_scopes.includes('EWS.AccessAsUser.All'));
  assert.equal(row.id, grantId);
  for (const secret of [apiKey, single.client_secret, String(url).split('id=')[1] ?? ''])
    assert.equal(system.lines.join('\n').includes(secret), false, 'nothing secret is logged');
});

test('N1: multitenant with several redirect URIs; a second integration is refused, and of two at once one', async (t) => {
  const system = await startSystem(t);
  const { unified, integrate, api } = await startNylas(system);
  const uris = [returnUri, 'http://localhost:8080/cb'];
  const answers = await Promise.all([1, 2, 3].map(() => integrate({ redirect_uris: uris })));
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((one, other) => one - other),
    [200, 409, 409],
  );
  const refused = answers.find(({ status }) => status === 409)?.body;
  assert.equal(refused?.['success'], false);
  assert.deepEqual([refused['error'].http_code, refused['error'].event_code], [409, 'registration_exists']);
  assert.match(refused['error'].message, /Change it, or delete it first/);
  assert.equal(refused['request_id'], answers.find(({ status }) => status === 409)?.headers.get('x-request-id'));

  assert.equal((await integrate({ redirect_uris: ['https://myapp.com/other'] })).status, 409);
  const list = await unified('GET', '/connect/integrations?offset=0&limit=50');
  assert.deepEqual([list.body['data'].length, list.body['limit'], list.body['offset']], [1, 50, 0]);
  assert.deepEqual((await unified('GET', '/connect/integrations?offset=1')).body['data'], []);
  const { body } = await unified('GET', '/connect/integrations/microsoft?offset=0');
  assert.deepEqual(body['data'].redirect_uris, uris);
  assert.ok(body['data'].scope.includes('Calendars.ReadWrite'), 'what meetings need is asked for without being named');
  assert.equal(JSON.stringify(body).includes('emulator-secret'), false);
  const registrations = (await api('GET', '/v1/app-registrations')).body['data'];
  const own = registrations.find((one: { usedForSignIn: boolean }) => one.usedForSignIn);
  assert.deepEqual([own.redirectUris, own.tenant], [[callback], 'common']);
});

test('trap: what a client read can be sent back as it is, and the client secret stays', async (t) => {
  const system = await startSystem(t);
  const nylas = await startNylas(system);
  const { unified, integrate } = nylas;
  await integrate();
  const path = '/connect/integrations/microsoft';
  const { data } = (await unified('GET', path)).body as { data: Record<string, unknown> };
  const saved = await unified('PATCH', path, { ...data, settings: {} });
  assert.deepEqual([saved.status, saved.body['data']], [200, data]);
  assert.equal((await connect(system, nylas, 'dana.reyes')).get('success'), 'true');

  const renamed = await unified('PATCH', path, { name: 'Renamed', scope: ['Mail.Send'] });
  assert.deepEqual([renamed.body['data'].name, renamed.body['data'].redirect_uris], ['Renamed', [returnUri]]);
  assert.ok(renamed.body['data'].scope.includes('Mail.Send') && renamed.body['data'].scope.includes('User.Read'));

  // A wrong secret takes the place of the good one, a good one of the wrong one.
  assert.equal((await unified('PATCH', path, { settings: { client_secret: 'wrong' } })).status, 200);
  assert.equal((await connect(system, nylas, 'milan.okafor')).get('error_code'), 'app_secret_wrong');
  assert.equal(
    (await unified('PATCH', path, { settings: { client_secret: 'emulator-secret-only-good-on-this-machine' } })).status,
    200,
  );
  assert.equal((await connect(system, nylas, 'milan.okafor')).get('success'), 'true');
  const other = await unified('PATCH', path, { settings: { client_id: single.client_id } });
  assert.deepEqual([other.status, other.body['errors'][0].pointer], [400, '/settings/client_id']);

  const kept = await unified('DELETE', path);
  assert.deepEqual([kept.status, kept.body['code']], [409, 'registration_in_use']);
  assert.match(kept.body['message'], /2 people/);
  for (const { id } of (await unified('GET', '/connect/grants')).body['data'])
    assert.equal((await unified('DELETE', `/connect/grants/${id}`)).status, 200);
  assert.equal((await unified('DELETE', path)).status, 200);
  assert.equal((await unified('GET', path)).status, 404);
  assert.equal((await integrate()).status, 200);
});

test('N2: hostile and wrong fields are refused one by one, and nothing is left of them', async (t) => {
  const system = await startSystem(t);
  const { unified, integrate, workspaceId, apiKey } = await startNylas(system);
  const wrong: [object, string][] = [
    [{ provider: 'google' }, '/provider'],
    [{ settings: { ...single, client_id: 'no guid' } }, '/settings/client_id'],
    [{ settings: { ...single, client_secret: '' } }, '/settings/client_secret'],
    [{ settings: { ...single, tenant: 'contoso' } }, '/settings/tenant'],
    [{ redirect_uris: ['javascript:alert(1)'] }, '/redirect_uris/0'],
    [{ redirect_uris: ['https://*.example/cb'] }, '/redirect_uris/0'],
    [{ expires_in: 59 }, '/expires_in'],
    [{ expires_in: 1e12 }, '/expires_in'],
    [{ scope: ['Calendars.ReadWrite offline_access'] }, '/scope/0'],
    [{ name: 'x\u0000' }, '/name'],
  ];
  for (const [wanted, pointer] of wrong) {
    const { status, body } = await integrate(wanted);
    assert.deepEqual([status, body['errors'][0].pointer], [400, pointer], JSON.stringify(wanted));
  }
  for (const text of ['{', '[]', 'null', '"x"'])
    assert.equal((await unified('POST', '/connect/integrations', text)).status, 400);
  assert.deepEqual(await system.database.db.selectFrom('app_registrations').select('id').execute(), []);
  assert.equal((await unified('GET', '/connect/integrations?limit=0')).status, 400);
  assert.equal((await unified('GET', '/connect/integrations/google')).status, 404);

  await integrate();
  const ask = async (wanted: object) => {
    const { status, body } = await unified('POST', '/connect/auth', {
      provider: 'microsoft',
      redirect_uri: returnUri,
      ...wanted,
    });
    return [status, body['errors']?.[0].pointer ?? body['code']];
  };
  assert.deepEqual(await ask({ redirect_uri: `${returnUri}/` }), [400, 'return_uri_not_allowed']);
  assert.deepEqual(await ask({ redirect_uri: 'https://myapp.com/callback-handler\u0000' }), [
    400,
    'return_uri_not_allowed',
  ]);
  assert.deepEqual(await ask({ state: 'x'.repeat(1001) }), [400, '/state']);
  assert.deepEqual(await ask({ state: '\u0000' }), [400, '/state']);
  assert.deepEqual(await ask({ metadata: { 'a b': 'x' } }), [400, '/metadata/a b']);
  assert.deepEqual(await ask({ grant_id: 'con_nothing' }), [404, 'not_found']);
  for (const [id, secret] of [
    [workspaceId, 'parley_key_wrong'],
    ['wrk_other', apiKey],
    ['', ''],
  ] as const) {
    const refused = await asClient(system, basicOf(id, secret))('GET', '/connect/grants');
    assert.deepEqual(
      [refused.status, refused.body['success'], refused.body['error'].type],
      [401, false, 'unauthorized'],
    );
  }
});

test('N3, N7: state and metadata come back; a refusal names itself; another page is another redirect URI', async (t) => {
  const system = await startSystem(t);
  const nylas = await startNylas(system);
  const other = 'https://myapp.com/elsewhere?from=mail';
  await nylas.integrate({ redirect_uris: [returnUri, other] });
  const given = await connect(system, nylas, 'dana.reyes', { state: 'a b&c', metadata: { my_key: 'X' } });
  assert.equal(given.get('state'), 'a b&c');
  const { data } = (await nylas.unified('GET', `/connect/grants/${given.get('grant_id')}`)).body;
  assert.deepEqual(data.metadata, { my_key: 'X' });
  assert.deepEqual(
    [data.provider, data.email, data.grant_status],
    ['microsoft', 'dana.reyes@contoso.example', 'valid'],
  );
  assert.equal(data.created_at, system.clock.now().getTime() / 1000);

  const { body } = await nylas.unified('POST', '/connect/auth', {
    provider: 'microsoft',
    redirect_uri: other,
    state: 's',
  });
  const back = await consent(system, body['data'].url, {
    user: 'milan.okafor',
    decision: 'cancel',
    until: 'https://myapp.com/',
  });
  assert.equal(back.searchParams.get('from'), 'mail');
  assert.deepEqual(
    ['success', 'error', 'error_code', 'state'].map((name) => back.searchParams.get(name)),
    ['false', 'access_denied', 'consent_declined', 's'],
  );
});

test('N4: a grant is renewed with its own account, by grant_id or by account_id', async (t) => {
  const system = await startSystem(t);
  const nylas = await startNylas(system);
  await nylas.integrate();
  const grantId = (await connect(system, nylas, 'dana.reyes')).get('grant_id');
  await system.database.db
    .updateTable('connections')
    .set({ status: 'reconnect_needed', problem_code: 'consent_revoked' as never })
    .execute();
  const status = async () => (await nylas.unified('GET', `/connect/grants/${grantId}`)).body['data'].grant_status;
  assert.equal(await status(), 'invalid');
  assert.equal(
    (await connect(system, nylas, 'milan.okafor', { grant_id: grantId })).get('error_code'),
    'other_account',
  );
  assert.equal(await status(), 'invalid');
  assert.equal((await connect(system, nylas, 'dana.reyes', { account_id: grantId })).get('grant_id'), grantId);
  assert.equal(await status(), 'valid');
  assert.equal(
    (await connect(system, nylas, 'dana.reyes', { grant_id: grantId, scope: ['Mail.Send'] })).get('grant_id'),
    grantId,
  );
  const { scope } = (await nylas.unified('GET', `/connect/grants/${grantId}`)).body['data'];
  assert.ok(scope.includes('Mail.Send'));
});

test('grants: pages without repetition, sync without envelope, notes that stay, scopes that only a person adds', async (t) => {
  const system = await startSystem(t);
  const nylas = await startNylas(system);
  const { unified } = nylas;
  await nylas.integrate();
  for (const user of ['dana.reyes', 'milan.okafor', 'leila.haddad']) {
    await connect(system, nylas, user);
    system.clock.advance(1000);
  }
  const page = async (query: string) =>
    ((await unified('GET', `/connect/grants?${query}`)).body['data'] as { email: string }[]).map(
      ({ email }) => email.split('@')[0],
    );
  assert.deepEqual(await page('offset=0&limit=2'), ['dana.reyes', 'milan.okafor']);
  assert.deepEqual(await page('offset=2&limit=2'), ['leila.haddad']);
  assert.deepEqual(await page('offset=4&limit=2'), []);
  const [first] = (await unified('GET', '/connect/grants')).body['data'];
  for (const method of ['GET', 'POST']) {
    const synced = await unified(method, `/connect/grants/${first.id}/sync?sync_from=0`);
    assert.deepEqual([synced.status, synced.body['id'], synced.body['data']], [200, first.id, undefined]);
  }
  const path = `/connect/grants/${first.id}`;
  assert.deepEqual((await unified('PATCH', path, { metadata: { key1: 'a' } })).body['data'].metadata, { key1: 'a' });
  const same = await unified('PATCH', path, { settings: {}, metadata: {}, scope: first.scope });
  assert.deepEqual([same.status, same.body['data'].metadata], [200, { key1: 'a' }]);
  const more = await unified('PATCH', path, { scope: ['Mail.Send'] });
  assert.deepEqual([more.status, more.body['errors'][0].pointer], [400, '/scope']);
  assert.match(more.body['message'], /has not granted Mail\.Send/);
  assert.equal((await unified('DELETE', path, {})).status, 200);
  assert.equal((await unified('GET', path)).status, 404);
});

test('a refresh token that Microsoft gave elsewhere becomes a grant, of the account that it is of', async (t) => {
  const system = await startSystem(t);
  const nylas = await startNylas(system);
  const { unified } = nylas;
  await nylas.integrate();
  const wanted = 'openid profile email offline_access User.Read Calendars.ReadWrite OnlineMeetings.ReadWrite';
  const token = await refreshTokenOf(system, 'dana.reyes', wanted);
  const create = (settings: object, more: object = {}) =>
    unified('POST', '/connect/grants', { provider: 'microsoft', settings, ...more });
  const { status, body } = await create({ refresh_token: token }, { metadata: { key1: 'x' }, state: 'mine' });
  assert.equal(status, 200);
  assert.deepEqual(
    [body['data'].email, body['data'].metadata, body['data'].state],
    ['dana.reyes@contoso.example', { key1: 'x' }, 'mine'],
  );
  assert.equal((await create({ refresh_token: token })).body['data'].id, body['data'].id, 'an account is one grant');

  const meeting = await nylas.api('POST', '/v1/meetings', {
    organizer: { connectionId: body['data'].id },
    subject: 'Interview',
    start: '2026-11-24T10:00:00Z',
    end: '2026-11-24T10:30:00Z',
  });
  await system.work();
  assert.equal((await nylas.api('GET', `/v1/meetings/${meeting.body['id']}`)).body['status'], 'ready');

  const path = `/connect/grants/${body['data'].id}`;
  const other = await refreshTokenOf(system, 'milan.okafor', wanted);
  assert.equal((await unified('PATCH', path, { settings: { refresh_token: other } })).body['code'], 'other_account');
  assert.equal((await unified('PATCH', path, { settings: { refresh_token: token } })).status, 200);
  assert.equal((await system.database.db.selectFrom('connections').select('id').execute()).length, 1);

  for (const wrong of [
    {},
    { refresh_token: '' },
    { refresh_token: 'a b' },
    { credential_id: 'x', email_address: 'a@b.example', tenant: 't' },
  ]) {
    const refused = await create(wrong);
    assert.deepEqual([refused.status, refused.body['errors'][0].pointer], [400, '/settings/refresh_token']);
  }
  const made = await create({ refresh_token: 'made-up' });
  assert.ok(made.status >= 400 && made.status < 500, `${made.status} ${JSON.stringify(made.body)}`);
  const personal = await create({ refresh_token: await refreshTokenOf(system, 'kim.sandoval', wanted) });
  assert.equal(personal.body['code'], 'personal_account');
  assert.equal(system.lines.join('\n').includes(token), false);
});

test('another workspace sees nothing of it, and a limited key does what it may', async (t) => {
  const system = await startSystem(t);
  const nylas = await startNylas(system);
  await nylas.integrate();
  const grantId = (await connect(system, nylas, 'dana.reyes')).get('grant_id');
  const stranger = await startNylas(system);
  await stranger.integrate();
  for (const [method, path] of [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/sync'],
  ] as const)
    assert.equal(
      (await stranger.unified(method, `/connect/grants/${grantId}${path}`, method === 'GET' ? undefined : {})).status,
      404,
    );
  assert.deepEqual((await stranger.unified('GET', '/connect/grants')).body['data'], []);
  const link = { provider: 'microsoft', redirect_uri: returnUri };
  assert.equal((await stranger.unified('POST', '/connect/auth', { ...link, grant_id: grantId })).status, 404);
  assert.equal(
    (await stranger.unified('POST', '/connect/auth', { ...link, account_id: grantId })).body['data'].request.account_id,
    grantId,
  );
  assert.equal((await nylas.unified('GET', `/connect/grants/${grantId}%00`)).status, 404);

  const reader = asClient(
    system,
    basicOf(nylas.workspaceId, await limitedKey(system, nylas.workspaceId, ['connections:read'])),
  );
  assert.equal((await reader('GET', `/connect/grants/${grantId}`)).status, 200);
  for (const [method, path, body] of [
    ['POST', '/connect/auth', link],
    ['DELETE', `/connect/grants/${grantId}`, undefined],
    ['PATCH', `/connect/grants/${grantId}`, {}],
    ['GET', '/connect/integrations', undefined],
    ['DELETE', '/connect/integrations/microsoft', undefined],
    ['PATCH', '/connect/integrations/microsoft', {}],
  ] as const) {
    const refused = await reader(method, path, body);
    assert.deepEqual([refused.status, refused.body['error'].type], [403, 'insufficient_scopes'], `${method} ${path}`);
  }
});

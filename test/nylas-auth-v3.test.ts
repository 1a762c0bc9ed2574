import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { decodeJwt } from 'jose';
import { Nylas7, Nylas8, NylasConnect } from './support/nylas-clients.ts';
import {
  consent,
  limitedKey,
  listen,
  refreshTokenOf,
  returnUri,
  startNylas,
  type Nylas,
} from './support/nylas-connect.ts';
import { apiClient, publicUrl, startSystem, type System } from './support/system.ts';

const verifier = '985fb2ad-0f5a-4f0a-9d5e-5f3c9a1b2c3d.~-_0123456789';
const sha256 = (text: string) => createHash('sha256').update(text);

/** The same address at the server itself: browsers of the emulator know no ports. */
const atParley = (url: string) => publicUrl + url.slice(url.indexOf('/v3/'));

async function start(t: TestContext) {
  const system = await startSystem(t);
  const nylas = await startNylas(system);
  await nylas.integrate();
  return { system, ...nylas, nylas };
}

function authUrl({ workspaceId }: Pick<Nylas, 'workspaceId'>, wanted: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: workspaceId,
    redirect_uri: returnUri,
    response_type: 'code',
    provider: 'microsoft',
    ...wanted,
  });
  return `${publicUrl}/v3/connect/auth?${query.toString()}`;
}

/** A code for somebody's account. */
async function codeFor(
  system: System,
  nylas: Pick<Nylas, 'workspaceId'>,
  wanted: Record<string, string> = {},
  user = 'dana.reyes',
) {
  const back = await consent(system, authUrl(nylas, wanted), { user });
  const code = back.searchParams.get('code');
  assert.ok(code, back.href);
  return code;
}

/** Asks for tokens as a program without a client of Nylas does; `form` sends it as OAuth has it. */
async function askForTokens(system: System, input: Record<string, string>, { form = false, headers = {} } = {}) {
  const answer = await system.request('/v3/connect/token', {
    method: 'POST',
    headers: { ...(!form && { 'content-type': 'application/json' }), ...headers },
    body: form ? new URLSearchParams(input) : JSON.stringify(input),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, string> };
}

for (const [name, Client] of [
  ['nylas@7', Nylas7],
  ['nylas@8', Nylas8],
] as const)
  test(`${name}, unmodified: hosted sign-in with and without PKCE, tokens, grants`, async (t) => {
    const { system, workspaceId, apiKey } = await start(t);
    const base = await listen(t, system);
    const client = new Client({ apiKey, apiUri: base });
    const config = {
      clientId: workspaceId,
      redirectUri: returnUri,
      state: 'the state',
      provider: 'microsoft' as const,
    };
    const url = client.auth.urlForOAuth2({
      ...config,
      accessType: 'offline',
      scope: ['Mail.Send'],
      loginHint: 'dana.reyes@contoso.example',
    });
    const back = await consent(system, atParley(url));
    assert.equal(back.searchParams.get('state'), 'the state');
    const code = back.searchParams.get('code') ?? '';
    const tokens = await client.auth.exchangeCodeForToken({ clientId: workspaceId, redirectUri: returnUri, code });
    assert.deepEqual(
      [tokens.email, tokens.provider, tokens.tokenType, tokens.expiresIn],
      ['dana.reyes@contoso.example', 'microsoft', 'Bearer', 3600],
    );
    assert.match(tokens.scope, /\bMail\.Send\b/);
    assert.ok(tokens.refreshToken);
    const claims = decodeJwt(tokens.idToken ?? '');
    assert.deepEqual(
      [claims.sub, claims['email'], claims['provider'], claims.aud],
      [tokens.grantId, tokens.email, 'microsoft', workspaceId],
    );

    const renewed = await client.auth.refreshAccessToken({
      clientId: workspaceId,
      redirectUri: returnUri,
      refreshToken: tokens.refreshToken,
    });
    assert.equal(renewed.grantId, tokens.grantId);
    const info = await client.auth.accessTokenInfo(renewed.accessToken);
    assert.deepEqual([info.data.sub, info.data.email, info.data.aud], [tokens.grantId, tokens.email, workspaceId]);
    assert.equal((await client.auth.idTokenInfo(tokens.idToken ?? '')).data.sub, tokens.grantId);

    system.clock.advance(1000);
    // Trap 1: Nylas' own PKCE, with a verifier of 36 characters.
    const pkce = client.auth.urlForOAuth2PKCE(config);
    const second = (await consent(system, atParley(pkce.url), { user: 'milan.okafor' })).searchParams.get('code') ?? '';
    const online = await client.auth.exchangeCodeForToken({
      clientId: workspaceId,
      redirectUri: returnUri,
      code: second,
      codeVerifier: pkce.secret,
    });
    assert.equal(online.refreshToken, undefined, 'only access_type=offline goes on without its person');

    // Trap 5: a list ends at its limit, or where there is no more.
    const all = await client.grants.list({ queryParams: { limit: 5, orderBy: 'asc' } });
    assert.deepEqual(
      all.data.map(({ email }) => email?.split('@')[0]),
      ['dana.reyes', 'milan.okafor'],
    );
    assert.equal((await client.grants.list({ queryParams: { limit: 1 } })).data.length, 1);
    const filtered = await client.grants.list({
      queryParams: { email: 'MILAN.okafor@contoso.example', grantStatus: 'valid' },
    });
    assert.deepEqual(
      filtered.data.map(({ id }) => id),
      [online.grantId],
    );
    assert.deepEqual((await client.grants.list({ queryParams: { provider: 'google' } })).data, []);
    const found = await client.grants.find({ grantId: online.grantId });
    assert.equal(found.data.grantStatus, 'valid');
    const updated = await client.grants.update({
      grantId: online.grantId,
      requestBody: { settings: {}, scope: found.data.scope },
    });
    assert.equal(updated.data.id, online.grantId);

    // A token sees its own grant alone, also under other names.
    const asOwner = new Client({ apiKey: online.accessToken, apiUri: base });
    assert.deepEqual(
      (await asOwner.grants.list()).data.map(({ id }) => id),
      [online.grantId],
    );
    assert.equal((await asOwner.grants.find({ grantId: 'me' })).data.id, online.grantId);
    await assert.rejects(asOwner.grants.find({ grantId: tokens.grantId }), {
      statusCode: 404,
      type: 'not_found_error',
    });
    await assert.rejects(asOwner.grants.destroy({ grantId: online.grantId }), { statusCode: 403 });

    // Trap 2: what is deleted is answered with JSON.
    assert.ok((await client.grants.destroy({ grantId: online.grantId })).requestId);
    await assert.rejects(asOwner.grants.list(), { statusCode: 401 });
    assert.equal(await client.auth.revoke(tokens.accessToken), true);
    await assert.rejects(client.auth.accessTokenInfo(renewed.accessToken), { statusCode: 401 });
    const logged = system.lines.join('\n');
    for (const secret of [tokens.accessToken, tokens.refreshToken, tokens.idToken ?? '', code, apiKey])
      assert.equal(logged.includes(secret), false, 'no secret of an address or a body is in the log');
  });

test('nylas@7 and 8: connectors with their credentials, custom authentication, detection', async (t) => {
  const system = await startSystem(t);
  const { apiKey, api } = await startNylas(system);
  const client = new Nylas8({ apiKey, apiUri: await listen(t, system) });
  const settings = {
    clientId: '3f8a6d10-92c4-4b7e-a5d1-60e9b8c2f471',
    clientSecret: 'emulator-secret-only-good-on-this-machine',
  };
  const requestBody = { name: 'Teams', provider: 'microsoft' as const, settings };
  await assert.rejects(client.connectors.find({ provider: 'microsoft' }), { statusCode: 404 });
  const made = await client.connectors.create({ requestBody: { ...requestBody, scope: ['Mail.Send'] } });
  assert.deepEqual(made.data.settings, { clientId: settings.clientId, tenant: 'common' });
  await assert.rejects(client.connectors.create({ requestBody }), { statusCode: 409, type: 'invalid_request_error' });
  // Trap 4: the first page is asked for twice.
  const pages = [];
  for await (const page of client.connectors.list({})) pages.push(page.data);
  assert.deepEqual(pages, [[made.data]]);
  const { data } = await client.connectors.update({
    provider: 'microsoft',
    requestBody: { settings: {}, scope: made.data.scope },
  });
  assert.deepEqual(data, made.data);
  await assert.rejects(
    client.connectors.update({ provider: 'microsoft', requestBody: { activeCredentialId: 'x' } }),
    /None is chosen/,
  );

  const credential = {
    name: 'Next year',
    credentialType: 'adminconsent' as never,
    credentialData: { ...settings, clientSecret: 'next-years' },
  };
  const added = await client.connectors.credentials.create({ provider: 'microsoft', requestBody: credential });
  const all = await client.connectors.credentials.list({ provider: 'microsoft' });
  assert.deepEqual(all.data.map(({ name }) => name).toSorted(), ['Client secret', 'Next year']);
  assert.equal(JSON.stringify(all).includes('next-years'), false);
  const path = { provider: 'microsoft' as const, credentialsId: added.data.id };
  assert.equal((await client.connectors.credentials.find(path)).data.name, 'Next year');
  await assert.rejects(client.connectors.credentials.update({ ...path, requestBody: { name: 'x' } }), /stays as it is/);
  const foreign = { ...credential, credentialData: { ...settings, clientId: 'd25c8f60-7b3e-4a19-96c4-e08b1d57f2a3' } };
  await assert.rejects(
    client.connectors.credentials.create({ provider: 'microsoft', requestBody: foreign }),
    /tenant connection/,
  );
  await client.connectors.credentials.destroy(path);
  await assert.rejects(client.connectors.credentials.find(path), { statusCode: 404 });

  const scope = 'openid profile email offline_access User.Read Calendars.ReadWrite OnlineMeetings.ReadWrite Mail.Send';
  const refreshToken = await refreshTokenOf(system, 'dana.reyes', scope);
  const grant = await client.auth.customAuthentication({
    requestBody: { provider: 'microsoft', settings: { refreshToken }, state: 'mine' },
  });
  assert.deepEqual([grant.data.email, grant.data.state], ['dana.reyes@contoso.example', 'mine']);
  assert.equal((await api('GET', `/v1/connections/${grant.data.id}`)).body['state'], 'connected');
  const bulk = {
    provider: 'microsoft' as const,
    settings: { credentialId: 'cre_x', emailAddress: 'a@b.example', tenant: 't' },
  };
  await assert.rejects(client.auth.customAuthentication({ requestBody: bulk }), /use a tenant connection/);
  await assert.rejects(client.connectors.destroy({ provider: 'microsoft' }), { statusCode: 409 });
  await client.grants.destroy({ grantId: grant.data.id });
  assert.ok((await client.connectors.destroy({ provider: 'microsoft' })).requestId);

  const detect = async (email: string) => (await client.auth.detectProvider({ email })).data;
  assert.deepEqual(await detect('somebody@contoso.example'), {
    emailAddress: 'somebody@contoso.example',
    detected: true,
    provider: 'microsoft',
    type: 'microsoft',
  });
  assert.deepEqual(await detect('somebody@nowhere.example'), {
    emailAddress: 'somebody@nowhere.example',
    detected: false,
  });
  await assert.rejects(detect('../../x'), { statusCode: 400 });
});

test('@nylas/connect, unmodified: a page without a secret connects by PKCE, from another origin', async (t) => {
  const { system, workspaceId } = await start(t);
  const base = await listen(t, system);
  const kept = new Map<string, string>();
  const localStorage = {
    setItem: (name: string, value: string) => void kept.set(name, value),
    getItem: (name: string) => kept.get(name) ?? null,
    removeItem: (name: string) => void kept.delete(name),
  };
  const browser = { localStorage, location: new URL(returnUri) };
  Object.defineProperty(globalThis, 'window', { value: browser, configurable: true });
  Object.defineProperty(globalThis, 'localStorage', { value: localStorage, configurable: true });
  t.after(() => {
    Reflect.deleteProperty(globalThis, 'window');
    Reflect.deleteProperty(globalThis, 'localStorage');
  });
  const client = new NylasConnect({ clientId: workspaceId, redirectUri: returnUri, apiUrl: base, logLevel: 'off' });
  const url = await client.connect({ method: 'inline' });
  assert.equal(typeof url, 'string');
  const back = await consent(system, atParley(url as string));
  const session = await client.handleRedirectCallback(back.href);
  assert.deepEqual(
    [session.grantInfo?.email, session.grantInfo?.provider],
    ['dana.reyes@contoso.example', 'microsoft'],
  );
  assert.equal(session.grantInfo?.id, session.grantId);
  assert.equal(await client.getConnectionStatus(), 'connected');
  await system.database.db.deleteFrom('connections').execute();
  assert.equal(await client.getConnectionStatus(), 'invalid');

  for (const [origin, path, method, status] of [
    ['https://myapp.com', '/v3/connect/token', 'POST', 204],
    ['https://myapp.com', '/v3/connect/tokeninfo', 'GET', 204],
    ['https://myapp.com.evil.example', '/v3/connect/token', 'POST', 403],
    ['https://myapp', '/v3/connect/token', 'POST', 403],
    ['null', '/v3/connect/token', 'POST', 403],
  ] as const) {
    const answer = await system.request(path, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'x-nylas-connect' },
    });
    assert.equal(answer.status, status, origin);
    assert.equal(answer.headers.get('access-control-allow-origin'), status === 204 ? origin : null);
    if (status === 204) assert.match(answer.headers.get('access-control-allow-headers') ?? '', /X-Nylas-Connect/);
  }
  const answer = await askForTokens(
    system,
    { grant_type: 'x', client_id: workspaceId },
    { headers: { origin: 'https://myapp.com' } },
  );
  assert.deepEqual([answer.status, answer.headers.get('access-control-allow-origin')], [400, 'https://myapp.com']);
});

test('trap 1: three forms of a challenge are one, in any case of S256; “plain” and none at all are not', async (t) => {
  const { system, nylas, workspaceId, apiKey } = await start(t);
  const hex = Buffer.from(sha256(verifier).digest('hex'));
  const forms = [
    sha256(verifier).digest('base64url'),
    hex.toString('base64').replace(/=+$/, ''),
    hex.toString('base64url'),
    hex.toString('base64'),
  ];
  const exchange = { grant_type: 'authorization_code', client_id: workspaceId, redirect_uri: returnUri };
  for (const [index, challenge] of forms.entries()) {
    const method = index % 2 === 0 ? 'S256' : 's256';
    const code = await codeFor(system, nylas, { code_challenge: challenge, code_challenge_method: method });
    for (const wrong of [{ code_verifier: `${verifier}x` }, { code_verifier: challenge }, {}]) {
      const refused = await askForTokens(system, { ...exchange, code, ...wrong } as Record<string, string>);
      assert.deepEqual([refused.status, refused.body['error']], [400, 'invalid_grant']);
    }
    const withSecret = await askForTokens(system, { ...exchange, code, client_secret: apiKey });
    assert.equal(withSecret.body['error'], 'invalid_grant', 'a secret does not replace the verifier');
    const given = await askForTokens(system, { ...exchange, code, code_verifier: verifier });
    assert.equal(given.status, 200, challenge);
  }
  const back = async (wanted: Record<string, string>) => (await consent(system, authUrl(nylas, wanted))).searchParams;
  for (const wanted of [
    { code_challenge: verifier, code_challenge_method: 'plain' },
    { code_challenge: forms[0] ?? '', code_challenge_method: 'plain' },
    { code_challenge: forms[0] ?? '' },
    { code_challenge: 'short', code_challenge_method: 'S256' },
  ] as Record<string, string>[]) {
    const params = await back({ ...wanted, state: 's' });
    assert.deepEqual([params.get('error'), params.get('state'), params.get('code')], ['invalid_request', 's', null]);
  }
  // Without PKCE there is nothing by which a program without a secret could be known again.
  const code = await codeFor(system, nylas);
  assert.equal((await askForTokens(system, { ...exchange, code })).body['error'], 'invalid_grant');
  assert.equal(
    (await askForTokens(system, { ...exchange, code, code_verifier: verifier, client_secret: apiKey })).body['error'],
    'invalid_grant',
  );
  assert.equal((await askForTokens(system, { ...exchange, code, client_secret: apiKey })).status, 200);
});

test('S04: a code is good once, for its client and redirect_uri, for five minutes; a second use ends what came from it', async (t) => {
  const { system, nylas, workspaceId, apiKey } = await start(t);
  const stranger = await startNylas(system);
  await stranger.integrate();
  const exchange = {
    grant_type: 'authorization_code',
    client_id: workspaceId,
    client_secret: apiKey,
    redirect_uri: returnUri,
  };
  const code = await codeFor(system, nylas, { access_type: 'offline' });
  const refusals: Record<string, string>[] = [
    { ...exchange, code, redirect_uri: `${returnUri}/` },
    { ...exchange, code, redirect_uri: '' },
    { ...exchange, code, client_id: stranger.workspaceId, client_secret: stranger.apiKey },
    { ...exchange, code: `${code}x` },
    { ...exchange, code: '' },
  ];
  for (const wrong of refusals)
    assert.equal((await askForTokens(system, wrong)).body['error'], 'invalid_grant', JSON.stringify(wrong));
  const used = await Promise.all([1, 2].map(() => askForTokens(system, { ...exchange, code }, { form: true })));
  assert.deepEqual(
    used.map(({ status }) => status).toSorted((one, other) => one - other),
    [200, 400],
  );
  const tokens = used.find(({ status }) => status === 200)?.body ?? {};
  const alive = await system.request(`/v3/connect/tokeninfo?access_token=${tokens['access_token']}`);
  assert.equal(alive.status, 401, 'whoever came second may have stolen it, so both lose it');
  const refreshed = await askForTokens(system, {
    grant_type: 'refresh_token',
    client_id: workspaceId,
    client_secret: apiKey,
    refresh_token: tokens['refresh_token'] ?? '',
  });
  assert.equal(refreshed.body['error'], 'invalid_grant');

  const old = await codeFor(system, nylas);
  system.clock.advance(5 * 60_000);
  assert.equal((await askForTokens(system, { ...exchange, code: old })).body['error'], 'invalid_grant');
});

test('who asks for tokens: a secret, a key as bearer or Basic; wrong ones are invalid_client, limited ones may not', async (t) => {
  const { system, nylas, workspaceId, apiKey, basic } = await start(t);
  const stranger = await startNylas(system);
  const exchange = { grant_type: 'authorization_code', redirect_uri: returnUri };
  for (const headers of [{ authorization: `Bearer ${apiKey}` }, { authorization: `Basic ${basic}` }]) {
    const code = await codeFor(system, nylas);
    const given = await askForTokens(system, { ...exchange, client_id: workspaceId, code }, { headers });
    assert.equal(given.status, 200);
    assert.equal(given.headers.get('cache-control'), 'no-store');
  }
  const code = await codeFor(system, nylas);
  const limited = await limitedKey(system, workspaceId, ['connections:read']);
  for (const [wrong, status, error] of [
    [{ client_secret: 'parley_key_wrong' }, 401, 'invalid_client'],
    [{ client_secret: stranger.apiKey }, 401, 'invalid_client'],
    [{ client_id: '' }, 400, 'invalid_grant'],
    [{ client_secret: limited }, 403, 'unauthorized_client'],
    [{ client_secret: apiKey, grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ] as const) {
    const refused = await askForTokens(system, { ...exchange, client_id: workspaceId, code, ...wrong });
    // Trap 3: here the error is a word, with a sentence beside it.
    assert.deepEqual([refused.status, refused.body['error']], [status, error], JSON.stringify(wrong));
    assert.ok(refused.body['error_description']);
    // Trap 10
    assert.equal(refused.body['request_id'], refused.headers.get('x-request-id'));
  }
  const { grant_id: grantId = '' } = (
    await askForTokens(system, { ...exchange, client_id: workspaceId, client_secret: apiKey, code })
  ).body;

  const own = { grant_type: 'client_credentials', client_id: workspaceId, client_secret: apiKey, grant_id: grantId };
  const given = await askForTokens(system, own);
  assert.deepEqual([given.status, given.body['refresh_token']], [200, undefined]);
  assert.equal(
    (await apiClient(system, given.body['access_token'] ?? '')('GET', '/v3/grants/me')).body['data'].id,
    grantId,
  );
  system.clock.advance(3600_000);
  assert.equal((await apiClient(system, given.body['access_token'] ?? '')('GET', '/v3/grants/me')).status, 401);
  for (const [wrong, error] of [
    [{ client_id: stranger.workspaceId, client_secret: stranger.apiKey }, 'invalid_grant'],
    [{ grant_id: 'con_nothing' }, 'invalid_grant'],
    [{ grant_id: '\u0000' }, 'invalid_grant'],
    [
      { client_secret: await limitedKey(system, workspaceId, ['connections:read', 'connections:write']) },
      'unauthorized_client',
    ],
  ] as const)
    assert.equal((await askForTokens(system, { ...own, ...wrong })).body['error'], error);
  const { client_secret: _, ...open } = own;
  assert.equal((await askForTokens(system, open)).body['error'], 'unauthorized_client');
});

test('a public program gets another refresh token each time; one that comes twice ends them all', async (t) => {
  const { system, nylas, workspaceId } = await start(t);
  const pkce = { code_challenge: sha256(verifier).digest('base64url'), code_challenge_method: 'S256' };
  const code = await codeFor(system, nylas, { ...pkce, access_type: 'offline' });
  const client = { client_id: workspaceId, redirect_uri: returnUri };
  const first = await askForTokens(system, {
    ...client,
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
  });
  const renew = (token = '') => askForTokens(system, { ...client, grant_type: 'refresh_token', refresh_token: token });
  const second = await renew(first.body['refresh_token']);
  assert.equal(second.status, 200);
  assert.notEqual(second.body['refresh_token'], first.body['refresh_token']);
  assert.equal((await renew(first.body['refresh_token'])).body['error'], 'invalid_grant');
  assert.equal((await renew(second.body['refresh_token'])).body['error'], 'invalid_grant');
  assert.equal((await system.request(`/v3/connect/tokeninfo?access_token=${second.body['access_token']}`)).status, 401);
});

test('S01: what cannot be trusted is told on a page, everything else to the application', async (t) => {
  const { system, nylas, workspaceId } = await start(t);
  for (const wanted of [
    { redirect_uri: `${returnUri}/` },
    { redirect_uri: 'https://evil.example/' },
    { redirect_uri: '' },
    { client_id: 'wrk_nothing' },
    { client_id: `${workspaceId}\u0000` },
  ] as Record<string, string>[]) {
    const page = await system.person().visit(authUrl(nylas, wanted), 'https://');
    assert.ok(page.status === 400 || page.status === 404, `${page.status} ${page.url}`);
    assert.match(page.text, /<h1>/);
  }
  const back = async (wanted: Record<string, string>) => (await consent(system, authUrl(nylas, wanted))).searchParams;
  for (const wanted of [
    { response_type: 'token' },
    { provider: 'google' },
    { state: 'x'.repeat(257) },
    { state: '\u0000' },
    { scope: 'a'.repeat(300) },
    { scope: "Calendars.ReadWrite'; drop table x" },
    { login_hint: '\u0007' },
    { access_type: 'forever' },
    { credential_id: 'cre_x' },
  ] as Record<string, string>[]) {
    const params = await back(wanted);
    assert.equal(params.get('error'), 'invalid_request', JSON.stringify(wanted));
    assert.ok(params.get('error_description'));
  }
  const declined = await consent(system, authUrl(nylas, { state: 's', prompt: 'select_account' }), {
    decision: 'cancel',
  });
  assert.deepEqual([declined.searchParams.get('error'), declined.searchParams.get('state')], ['access_denied', 's']);
  await system.database.db.deleteFrom('app_credentials').execute();
  assert.deepEqual(
    [(await back({})).get('error'), (await back({})).get('error_code')],
    ['server_error', 'app_credential_missing'],
  );
});

test('an administrator approves for everybody, and the application hears of it', async (t) => {
  const { system, nylas, workspaceId, apiKey } = await start(t);
  const client = new Nylas8({ apiKey, apiUri: publicUrl });
  const registration = await system.database.db.selectFrom('app_credentials').select('id').executeTakeFirstOrThrow();
  const url = client.auth.urlForAdminConsent({
    clientId: workspaceId,
    redirectUri: returnUri,
    credentialId: registration.id,
    state: 'a b',
  });
  const admin = [...system.emulator.context.directory.users.values()].find(
    (user) => user.isAdmin && user.userPrincipalName.endsWith('@larkfield.example'),
  );
  const decide = async (decision: string) => {
    const person = system.person();
    let page = await person.press(
      await person.visit(url),
      '/adminconsent/sign-in',
      { user: admin?.id ?? '' },
      returnUri,
    );
    if (page.text) page = await person.press(page, '/adminconsent/', { decision }, returnUri);
    return new URL(page.url);
  };
  const given = await decide('accept');
  assert.equal(given.origin + given.pathname, returnUri);
  assert.deepEqual(
    [...given.searchParams],
    [
      ['admin_consent', 'True'],
      ['tenant', admin?.tenantId],
      ['state', 'a b'],
    ],
  );
  const user = [...system.emulator.context.directory.users.values()].find(
    (one) => !one.isAdmin && one.accountEnabled && one.userPrincipalName.endsWith('@larkfield.example'),
  );
  const after = await consent(system, authUrl(nylas), { user: user?.userPrincipalName.split('@')[0] ?? '' });
  assert.ok(after.searchParams.get('code'), 'people of the tenant are asked for nothing');

  const declined = await decide('cancel');
  assert.deepEqual([declined.searchParams.get('error'), declined.searchParams.get('state')], ['access_denied', 'a b']);

  // A state that was changed, or is too old, leads nobody anywhere.
  const { location } = Object.fromEntries(
    (await system.request(url.slice(publicUrl.length), { redirect: 'manual' })).headers,
  );
  const state = new URL(location ?? '').searchParams.get('state') ?? '';
  const [head, , signature] = state.split('.');
  const forged = Buffer.from(
    JSON.stringify({ workspaceId, returnUri: 'https://evil.example/', exp: 9_999_999_999 }),
  ).toString('base64url');
  const answerTo = async (text: string) =>
    (
      await system.request(`/connect/callback?admin_consent=True&tenant=${admin?.tenantId}&state=${text}`, {
        redirect: 'manual',
      })
    ).status;
  assert.equal(await answerTo(`${head}.${forged}.${signature}`), 400);
  assert.equal(await answerTo(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${forged}.`), 400);
  assert.equal(await answerTo(state), 302);
  system.clock.advance(3600_000);
  assert.equal(await answerTo(state), 400);
});

test('traps 2, 3, 8: refusals are problems and errors of Nylas at once; bodies of DELETE are read; ids of others are 404', async (t) => {
  const { system, nylas, v3 } = await start(t);
  const code = await codeFor(system, nylas);
  const tokens = (
    await askForTokens(system, {
      grant_type: 'authorization_code',
      redirect_uri: returnUri,
      client_id: nylas.workspaceId,
      client_secret: nylas.apiKey,
      code,
    })
  ).body;
  const stranger = await startNylas(system);
  const grantId = tokens['grant_id'] ?? '';
  for (const [method, body] of [
    ['GET', undefined],
    ['PATCH', {}],
    ['DELETE', {}],
  ] as const)
    for (const name of [grantId, `grant:${grantId}`, 'dana.reyes@contoso.example', 'me', '%00']) {
      const { status, body: refusal, headers } = await stranger.v3(method, `/v3/grants/${name}`, body);
      assert.deepEqual([status, refusal['code'], refusal['error'].type], [404, 'not_found', 'not_found_error'], name);
      assert.equal(refusal['request_id'], headers.get('x-request-id'));
    }
  for (const query of [
    'limit=0',
    'limit=x',
    'offset=-1',
    'since=-1',
    'order_by=up',
    'grant_status=maybe',
    'email=',
    'ip=1.2.3.4',
  ])
    assert.equal((await v3('GET', `/v3/grants?${query}`)).status, 400, query);
  const at = Math.floor(system.clock.now().getTime() / 1000);
  assert.equal((await v3('GET', `/v3/grants?since=${at}&before=${at + 1}`)).body['data'].length, 1);
  assert.equal((await v3('GET', `/v3/grants?before=${at}`)).body['data'].length, 0);
  assert.equal((await v3('GET', '/v3/grants?grant_status=invalid')).body['data'].length, 0);
  for (const token of [
    '',
    'x',
    'a.b.c',
    tokens['id_token']?.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) ?? '',
    '\u0000',
  ]) {
    const info = await system.request(`/v3/connect/tokeninfo?id_token=${encodeURIComponent(token)}`);
    assert.equal(info.status, 401, token);
  }
  assert.equal((await system.request('/v3/connect/tokeninfo')).status, 400);
  assert.equal((await system.request('/v3/connect/revoke?token=unknown', { method: 'POST' })).status, 200);
  assert.equal((await system.request('/v3/connect/revoke', { method: 'POST' })).status, 400);
  for (const [type, body] of [
    ['application/json', '{'],
    ['application/json', '[]'],
    ['text/plain', 'x'],
    ['application/json', JSON.stringify({ grant_type: { $ne: 1 } })],
    ['application/x-www-form-urlencoded', '\u0000=1'],
    ['application/json', `"${'x'.repeat(70_000)}"`],
  ] as const) {
    const refused = await system.request('/v3/connect/token', {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    assert.ok(refused.status >= 400 && refused.status < 500);
    assert.equal(typeof ((await refused.json()) as { error: unknown }).error, 'string');
  }
  const gone = await v3('DELETE', `/v3/grants/${grantId}`, {});
  assert.deepEqual([gone.status, gone.body], [200, { request_id: gone.headers.get('x-request-id') }]);
});

test('nylas@8: the application and its redirect URIs; what is not there is told in words that clients read', async (t) => {
  const { system, workspaceId, apiKey } = await start(t);
  const stranger = await startNylas(system);
  const apiUri = await listen(t, system);
  const client = new Nylas8({ apiKey, apiUri });
  assert.equal((await client.applications.getDetails()).data.applicationId, workspaceId);
  const uris = client.applications.redirectUris;
  const url = 'https://myapp.com/second';
  const added = await Promise.all(
    [url, `${url}?b`, `${url}?c`].map((each) => uris.create({ requestBody: { url: each, platform: 'web' } })),
  );
  const all = async () => (await uris.list()).data.map((one) => one.url).toSorted();
  assert.deepEqual(await all(), [returnUri, url, `${url}?b`, `${url}?c`]);
  const redirectUriId = added[0]?.data.id ?? '';
  assert.equal((await uris.find({ redirectUriId })).data.url, url);
  await uris.update({ redirectUriId, requestBody: { url: `${url}?a`, platform: 'web' } });
  await assert.rejects(uris.find({ redirectUriId }), { statusCode: 404 });
  await uris.destroy({ redirectUriId: added[1]?.data.id ?? '' });
  assert.deepEqual(await all(), [returnUri, `${url}?a`, `${url}?c`]);
  await assert.rejects(uris.create({ requestBody: { url: 'javascript:alert(1)' } }), /\/url: Use https/);
  const other = new Nylas8({ apiKey: stranger.apiKey, apiUri });
  await assert.rejects(other.applications.redirectUris.find({ redirectUriId: added[2]?.data.id ?? '' }), {
    statusCode: 404,
  });
  const limited = new Nylas8({ apiKey: await limitedKey(system, workspaceId, ['workspace:read']), apiUri });
  assert.equal((await limited.applications.getDetails()).data.applicationId, workspaceId);
  await assert.rejects(limited.applications.redirectUris.destroy({ redirectUriId: added[2]?.data.id ?? '' }), {
    statusCode: 403,
    type: 'insufficient_scopes',
  });
  await assert.rejects(limited.connectors.list({}), { statusCode: 403 });
  // Trap 3
  await assert.rejects(client.messages.list({ identifier: 'me' }), { statusCode: 404, type: 'not_found_error' });
});

test('while Microsoft does not answer, nothing is stored, and the same request succeeds later, once', async (t) => {
  let isDown = false;
  const wrapFetch =
    (inner: typeof fetch): typeof fetch =>
    async (input, init) => {
      const request = new Request(input, init);
      const isToken = new URL(request.url).pathname.endsWith('/token');
      return isDown && isToken
        ? new Response('busy', { status: 503, headers: { 'retry-after': '7' } })
        : inner(request);
    };
  const system = await startSystem(t, { wrapFetch });
  const nylas = await startNylas(system);
  const headers = { 'idempotency-key': 'made-once' };
  const settings = {
    client_id: '3f8a6d10-92c4-4b7e-a5d1-60e9b8c2f471',
    client_secret: 'emulator-secret-only-good-on-this-machine',
  };
  const connector = () =>
    nylas.v3('POST', '/v3/connectors', { name: 'Teams', provider: 'microsoft', settings }, headers);
  const [made, again] = [await connector(), await connector()];
  assert.deepEqual([made.status, again.status, again.body], [200, 200, made.body]);
  assert.equal(again.headers.get('idempotent-response'), 'true');
  const scope = 'openid profile email offline_access User.Read Calendars.ReadWrite OnlineMeetings.ReadWrite';
  const refreshToken = await refreshTokenOf(system, 'dana.reyes', scope);
  const custom = () =>
    nylas.v3(
      'POST',
      '/v3/connect/custom',
      { provider: 'microsoft', settings: { refresh_token: refreshToken } },
      { 'idempotency-key': 'grant' },
    );
  isDown = true;
  const refused = await custom();
  assert.deepEqual(
    [refused.status, refused.body['code'], refused.headers.get('retry-after')],
    [503, 'entra_unavailable', '7'],
  );
  assert.deepEqual(await system.database.db.selectFrom('connections').select('id').execute(), []);
  isDown = false;
  const stored = await nylas.v3('POST', '/v3/connect/custom', {
    provider: 'microsoft',
    settings: { refresh_token: refreshToken },
  });
  assert.equal(stored.body['data'].grant_status, 'valid');
  assert.equal((await system.database.db.selectFrom('connections').select('id').execute()).length, 1);
});

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openBrowser } from './browser.ts';
import type { Fault } from './context.ts';
import { createEmulator, ENTRA_ORIGIN, GRAPH_ORIGIN } from './emulator.ts';
import { parseSeed } from './seed-file.ts';
import { CONTOSO_TENANT_ID, PARLEY_CLIENT_ID, PARLEY_CLIENT_SECRET, PARLEY_REDIRECT_URI } from './seed.ts';

const tokenUrl = `${ENTRA_ORIGIN}/${CONTOSO_TENANT_ID}/oauth2/v2.0/token`;
const tokenRequest = () => ({
  method: 'POST',
  body: new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: PARLEY_CLIENT_ID,
    client_secret: PARLEY_CLIENT_SECRET,
    scope: 'https://graph.microsoft.com/.default',
  }),
});
const codeUrl = (origin: string, redirectUri = PARLEY_REDIRECT_URI) =>
  `${origin}/common/oauth2/v2.0/authorize?${new URLSearchParams({
    client_id: PARLEY_CLIENT_ID,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid User.Read',
  }).toString()}`;

suite('fetch', () => {
  test('serves two hosts of Microsoft and no other', async () => {
    const { fetch } = createEmulator();
    assert.equal((await fetch(`${ENTRA_ORIGIN}/common/v2.0/.well-known/openid-configuration`)).status, 200);
    assert.equal((await fetch(`${GRAPH_ORIGIN}/v1.0/me`)).status, 401);
    await assert.rejects(fetch('https://graph.microsoft.us/v1.0/me'), {
      name: 'TypeError',
      message: 'fetch failed',
      cause: Object.assign(new Error('getaddrinfo ENOTFOUND graph.microsoft.us'), { code: 'ENOTFOUND' }),
    });
  });

  test('obeys an abort signal, before and while it waits', async () => {
    const emulator = createEmulator();
    await assert.rejects(emulator.fetch(tokenUrl, { signal: AbortSignal.abort() }), { name: 'AbortError' });
    emulator.fail({ kind: { type: 'slow', ms: 60_000 } });
    const controller = new AbortController();
    const pending = emulator.fetch(tokenUrl, { ...tokenRequest(), signal: controller.signal });
    setImmediate(() => controller.abort());
    await assert.rejects(pending, { name: 'AbortError' });
  });

  test('leaves redirects to the caller who wants them', async () => {
    const { fetch } = createEmulator();
    const response = await fetch(`${codeUrl(ENTRA_ORIGIN)}&prompt=none`, { redirect: 'manual' });
    assert.equal(response.status, 302);
  });
});

suite('faults', () => {
  test('break the connection before or after the service acted', async () => {
    const emulator = createEmulator();
    const outcome = await openBrowser(emulator.fetch).visit(codeUrl(ENTRA_ORIGIN), {
      user: 'dana.reyes@contoso.example',
    });
    assert.ok(outcome.kind === 'redirect');
    const redeem = () =>
      emulator.fetch(tokenUrl, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: PARLEY_CLIENT_ID,
          client_secret: PARLEY_CLIENT_SECRET,
          redirect_uri: PARLEY_REDIRECT_URI,
          code: outcome.params.get('code') ?? '',
        }),
      });
    const isReset = (error: Error) => (error.cause as { code?: string }).code === 'ECONNRESET';
    emulator.fail({ kind: { type: 'drop-request' } });
    await assert.rejects(redeem(), isReset);
    emulator.fail({ kind: { type: 'drop-response' } });
    await assert.rejects(redeem(), isReset);
    const answer = (await (await redeem()).json()) as { error_codes: number[] };
    assert.deepEqual(answer.error_codes, [54005], 'the lost answer had redeemed the code');
    assert.deepEqual(
      emulator.calls.slice(-3).map(({ status }) => status),
      [0, 0, 400],
    );
  });

  const spoiled: [string, Fault['kind'], (response: Response) => Promise<void>][] = [
    [
      'a status with Retry-After',
      { type: 'status', status: 503, retryAfter: '7' },
      async (response) => {
        assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '7']);
        assert.equal(((await response.json()) as { error: string }).error, 'temporarily_unavailable');
      },
    ],
    ['half an answer', { type: 'truncate' }, (response) => assert.rejects(response.json(), SyntaxError)],
    [
      'another content type',
      { type: 'content-type', value: 'text/html' },
      async (response) => {
        assert.equal(response.headers.get('content-type'), 'text/html');
        assert.match(await response.text(), /^<!doctype html>/);
      },
    ],
  ];
  for (const [name, kind, check] of spoiled) {
    test(`answer with ${name}`, async () => {
      const emulator = createEmulator();
      emulator.fail({ kind });
      await check(await emulator.fetch(tokenUrl, tokenRequest()));
      assert.equal((await emulator.fetch(tokenUrl, tokenRequest())).status, 200, 'the fault is used up');
    });
  }

  test('meet only the calls that they name, as often as they say', async () => {
    const emulator = createEmulator();
    emulator.fail({ service: 'graph', path: '/me', times: 2, kind: { type: 'status', status: 429 } });
    assert.equal((await emulator.fetch(tokenUrl, tokenRequest())).status, 200);
    assert.equal((await emulator.fetch(`${GRAPH_ORIGIN}/v1.0/users`)).status, 401);
    const statuses = [];
    for (let call = 0; call < 3; call += 1) statuses.push((await emulator.fetch(`${GRAPH_ORIGIN}/v1.0/me`)).status);
    assert.deepEqual(statuses, [429, 429, 401]);
  });
});

test('recorded calls hold no token and no secret', async () => {
  const emulator = createEmulator();
  const answer = (await (await emulator.fetch(tokenUrl, tokenRequest())).json()) as { access_token: string };
  await emulator.fetch(`${GRAPH_ORIGIN}/v1.0/me`, { headers: { authorization: `Bearer ${answer.access_token}` } });
  const recorded = JSON.stringify(emulator.calls);
  assert.ok(!recorded.includes(PARLEY_CLIENT_SECRET));
  assert.ok(!recorded.includes(answer.access_token));
  const [token, graph] = emulator.calls;
  const fingerprint = /\[redacted \w+\]/;
  assert.equal(
    fingerprint.exec(token?.responseBody ?? '')?.[0],
    fingerprint.exec(graph?.headers['authorization'] ?? '')?.[0],
    'the same token has the same fingerprint',
  );
});

test('reset forgets everything, and the clock', async () => {
  const emulator = createEmulator({ now: () => 1_000_000 });
  emulator.clock.advance(5000);
  emulator.context.directory.users.clear();
  emulator.fail({ kind: { type: 'drop-request' } });
  emulator.switches.latencyMs = 7;
  emulator.reset();
  assert.equal(emulator.clock.now(), 1_000_000);
  assert.ok(emulator.context.directory.users.size > 10);
  assert.equal((await emulator.fetch(tokenUrl, tokenRequest())).status, 200);
  assert.equal(emulator.switches.latencyMs, 0);
});

suite('listen', () => {
  test('serves everything on one loopback port, under its own name', async (t) => {
    const emulator = createEmulator();
    const { url, close } = await emulator.listen({ port: 0 });
    t.after(() => close());
    const metadata = (await (
      await fetch(`${url}/${CONTOSO_TENANT_ID}/v2.0/.well-known/openid-configuration`)
    ).json()) as {
      issuer: string;
      token_endpoint: string;
    };
    assert.equal(metadata.issuer, `${url}/${CONTOSO_TENANT_ID}/v2.0`);
    const answer = await fetch(metadata.token_endpoint, tokenRequest());
    assert.equal(answer.status, 200);
    assert.equal((await fetch(`${url}/v1.0/me`)).status, 401);
    assert.match(await (await fetch(url)).text(), /Microsoft emulator – not Microsoft/);
    const outcome = await openBrowser(fetch).visit(codeUrl(url), { user: 'dana.reyes@contoso.example' });
    assert.ok(outcome.kind === 'redirect' && outcome.params.get('code') !== null);
  });

  test('really breaks connections', async (t) => {
    const emulator = createEmulator();
    const { url, close } = await emulator.listen({ port: 0 });
    t.after(() => close());
    emulator.fail({ kind: { type: 'drop-request' } });
    const code = await fetch(`${url}/v1.0/me`).catch((error: Error) => (error.cause as { code: string }).code);
    assert.ok(code === 'ECONNRESET' || code === 'UND_ERR_SOCKET');
  });

  test('keeps foreign pages out of the control API', async (t) => {
    const emulator = createEmulator();
    const { url, close } = await emulator.listen({ port: 0 });
    t.after(() => close());
    const reset = (headers: Record<string, string>) => fetch(`${url}/control/reset`, { method: 'POST', headers });
    assert.equal((await reset({})).status, 204);
    assert.equal((await reset({ origin: url })).status, 204);
    assert.equal((await reset({ origin: 'http://localhost:3000' })).status, 403);
    assert.equal((await reset({ 'sec-fetch-site': 'same-site' })).status, 403);
    assert.equal((await reset({ 'sec-fetch-site': 'cross-site' })).status, 403);
  });
});

suite('a seed that a person wrote', () => {
  const now = Date.UTC(2026, 10, 24);

  test('replaces what it names and keeps the rest', () => {
    const seed = parseSeed(
      JSON.stringify({
        tenants: [{ name: 'Rivermead College', domain: 'rivermead.example' }],
        users: [
          { name: 'Ada Quill', userPrincipalName: 'ada@rivermead.example', timeZone: 'Europe/London', admin: true },
        ],
      }),
      now,
    );
    assert.equal(seed.users.length, 1);
    const [ada] = seed.users;
    assert.ok(ada?.isAdmin === true && ada.teamsLicence && ada.mailbox?.timeZone === 'Europe/London');
    assert.equal(ada.tenantId, seed.tenants[0]?.id);
    assert.equal(seed.apps[0]?.clientId, PARLEY_CLIENT_ID);
    assert.equal(seed.apps[0]?.homeTenantId, seed.tenants[0]?.id);
    createEmulator({ seed });
  });

  test('can have groups, and apps that an administrator consented to', () => {
    const seed = parseSeed(
      JSON.stringify({
        tenants: [{ name: 'Rivermead College', domain: 'rivermead.example' }],
        users: [{ name: 'Ada Quill', userPrincipalName: 'ada@rivermead.example' }],
        apps: [{ name: 'Mine', tenant: 'rivermead.example', secret: 's', consented: true }],
        groups: [{ name: 'Bookable', mail: 'bookable@rivermead.example', members: ['ADA@rivermead.example'] }],
      }),
      now,
    );
    assert.deepEqual(
      seed.groups?.map(({ memberIds }) => memberIds),
      [[seed.users[0]?.id]],
    );
    const { directory } = createEmulator({ seed }).context;
    const [principal] = directory.servicePrincipals.values();
    assert.ok(principal?.appRoles.includes('OnlineMeetings.ReadWrite.All'));
    assert.equal(directory.tenants.size, 1);
  });

  test('is refused with every fault listed', () => {
    const text = JSON.stringify({ users: [{ name: '', userPrincipalName: 'ada', shoeSize: 39 }], planets: [] });
    assert.throws(() => parseSeed(text, now), /userPrincipalName[\s\S]*shoeSize[\s\S]*planets|planets[\s\S]*/);
  });

  test('may not name a domain that nobody owns', () => {
    const text = JSON.stringify({ users: [{ name: 'Ada', userPrincipalName: 'ada@nowhere.example' }] });
    assert.throws(() => parseSeed(text, now), /no tenant with the domain nowhere\.example/);
  });
});

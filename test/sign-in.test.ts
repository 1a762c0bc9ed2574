import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { addMember, createApiKey, createSignInToken } from '../src/access/service.ts';
import { hashToken } from '../src/access/secret-token.ts';
import type { Role } from '../src/database/schema.ts';
import { signIn } from '../scripts/person.ts';
import { publicUrl, startSystem, startWorkspace, type System } from './support/system.ts';

const minute = 60_000;

async function start(t: TestContext, env: Record<string, string> = {}) {
  const system = await startSystem(t, { env });
  const workspace = await startWorkspace(system);
  const deps = { db: system.database.db, now: system.clock.now };
  return { system, ...workspace, deps, newToken: () => createSignInToken(deps, workspace.memberId) };
}

const sessions = ({ database }: System) => database.db.selectFrom('sessions').selectAll().execute();
const ownPage = { 'sec-fetch-site': 'same-origin' };

/** Signs in by hand and gives the cookie as the browser would send it. */
async function cookieFor(system: System, token: string): Promise<{ line: string; cookie: string }> {
  const answer = await system.request(`/sign-in/${token}`, { method: 'POST', headers: ownPage });
  assert.equal(answer.status, 303);
  const line = answer.headers.getSetCookie()[0] ?? assert.fail('no cookie was set');
  return { line, cookie: line.split(';')[0] ?? '' };
}

test('S11: a sign-in link has 256 random bits, of which only a hash is kept', async (t) => {
  const { system, newToken } = await start(t);
  const tokens = await Promise.all(Array.from({ length: 50 }, newToken));
  assert.equal(new Set(tokens).size, 50);
  for (const token of tokens) assert.match(token, /^parley_signin_[\w-]{43}$/);
  const stored = await system.database.db.selectFrom('sign_in_links').select('token_hash').execute();
  const hashes = new Set(stored.map((row) => row.token_hash.toString('hex')));
  for (const token of tokens) assert.ok(hashes.has(hashToken(token).toString('hex')));
});

test('S11: opening a link, in any way that scanners and previews do, does not use it up', async (t) => {
  const { system, newToken } = await start(t);
  const token = await newToken();
  const before = (await sessions(system)).length;
  for (const method of ['GET', 'HEAD', 'GET', 'HEAD', 'OPTIONS', 'PUT']) {
    const answer = await system.request(`/sign-in/${token}`, { method });
    assert.ok(answer.status === 200 || answer.status === 405, `${method} ${answer.status}`);
    assert.deepEqual(answer.headers.getSetCookie(), [], method);
    assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
    if (method === 'GET') assert.equal(answer.headers.get('cache-control'), 'no-store');
  }
  assert.equal((await sessions(system)).length, before);
  await cookieFor(system, token);
  assert.equal((await sessions(system)).length, before + 1);
});

test('S11: a link works once, even when twenty race for it', async (t) => {
  const { system, newToken } = await start(t);
  const token = await newToken();
  const before = (await sessions(system)).length;
  const race = Array.from({ length: 20 }, () =>
    system.request(`/sign-in/${token}`, { method: 'POST', headers: ownPage }),
  );
  const answers = await Promise.all(race);
  assert.equal(answers.filter(({ status }) => status === 303).length, 1);
  assert.equal(answers.filter(({ status }) => status === 410).length, 19);
  assert.equal(answers.flatMap(({ headers }) => headers.getSetCookie()).length, 1);
  assert.equal((await sessions(system)).length, before + 1);
  const later = await system.request(`/sign-in/${token}`);
  assert.equal(later.status, 410);
  assert.match(await later.text(), /This link has ended/);
});

test('S11: a link ends after fifteen minutes; an unknown one looks the same', async (t) => {
  const { system, newToken } = await start(t);
  const [inTime, late] = [await newToken(), await newToken()];
  system.clock.advance(15 * minute - 1);
  await cookieFor(system, inTime);
  system.clock.advance(1);
  const pages = [];
  for (const token of [late, `parley_signin_${'A'.repeat(43)}`, 'x', '%00', '..%2f..', 'a'.repeat(3000)]) {
    for (const method of ['GET', 'POST']) {
      const answer = await system.request(`/sign-in/${token}`, { method, headers: ownPage });
      assert.equal(answer.status, 410, `${method} ${token}`);
      pages.push(await answer.text());
    }
  }
  assert.equal(new Set(pages).size, 1);
});

test('the session cookie: HttpOnly, SameSite=Lax, for the whole host and no other, Secure with __Host- over https', async (t) => {
  const { system, newToken } = await start(t);
  const { line } = await cookieFor(system, await newToken());
  assert.match(line, /^parley=parley_session_[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/);

  const secure = await start(t, { Server__PublicUrl: 'https://parley.example' });
  const answer = await secure.system.app.http.fetch(
    new Request(`https://parley.example/sign-in/${await secure.newToken()}`, { method: 'POST', headers: ownPage }),
  );
  const [secureLine = ''] = answer.headers.getSetCookie();
  assert.match(secureLine, /^__Host-parley=parley_session_[\w-]{43}; /);
  assert.match(secureLine, /; Secure/);
  assert.match(secureLine, /; HttpOnly/);
  assert.match(secureLine, /; Path=\/;/);
  assert.doesNotMatch(secureLine, /Domain/i);
  assert.ok(answer.headers.get('strict-transport-security'));
});

const crossSite: [string, Record<string, string>][] = [
  ['a form of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['a page of a neighbouring host', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:4000' }],
  ['an address typed by hand', { 'sec-fetch-site': 'none' }],
  ['an old browser, another origin', { origin: 'https://evil.example' }],
  ['an old browser, an opaque origin', { origin: 'null' }],
  ['an origin that looks alike', { origin: 'http://localhost:3000.evil.example' }],
  ['nothing that says where from', {}],
  ['a claim of both', { 'sec-fetch-site': 'cross-site', origin: publicUrl }],
];

test('a request with the cookie that does not come from our own pages changes nothing', async (t) => {
  const { system, newToken } = await start(t);
  const { cookie } = await cookieFor(system, await newToken());
  const before = await system.database.db.selectFrom('api_keys').selectAll().execute();
  const post = (headers: Record<string, string>) =>
    system.request('/v1/api-keys', {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', ...headers },
      body: '{"name":"stolen"}',
    });
  for (const [what, headers] of crossSite) {
    const answer = await post(headers);
    assert.equal(answer.status, 403, what);
    assert.equal(((await answer.json()) as { code: string }).code, 'forbidden', what);
    const removed = await system.request('/v1/session', { method: 'DELETE', headers: { cookie, ...headers } });
    assert.equal(removed.status, 403, what);
  }
  assert.deepEqual(await system.database.db.selectFrom('api_keys').selectAll().execute(), before);
  assert.equal((await post({ origin: publicUrl })).status, 201, 'an old browser, our own origin');
  assert.equal((await post(ownPage)).status, 201);
  for (const header of ['access-control-allow-origin', 'access-control-allow-credentials'])
    assert.equal(
      (await system.request('/v1/me', { headers: { cookie, origin: 'https://evil.example' } })).headers.get(header),
      null,
    );
});

test('another site cannot sign somebody in, and does not use the link up by trying', async (t) => {
  const { system, newToken } = await start(t);
  const token = await newToken();
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
  ] as Record<string, string>[]) {
    const answer = await system.request(`/sign-in/${token}`, { method: 'POST', headers });
    assert.equal(answer.status, 403, JSON.stringify(headers));
    assert.deepEqual(answer.headers.getSetCookie(), []);
  }
  await cookieFor(system, token);
});

test('signing out ends the session at the server, not only in the browser', async (t) => {
  const { system, newToken } = await start(t);
  const [mine, other] = [await cookieFor(system, await newToken()), await cookieFor(system, await newToken())];
  const me = (cookie: string) => system.request('/v1/me', { headers: { cookie } });
  assert.equal((await me(mine.cookie)).status, 200);
  const out = await system.request('/v1/session', { method: 'DELETE', headers: { cookie: mine.cookie, ...ownPage } });
  assert.equal(out.status, 204);
  assert.match(out.headers.getSetCookie()[0] ?? '', /^parley=; Max-Age=0; Path=\//);
  assert.equal((await me(mine.cookie)).status, 401, 'the old cookie is worth nothing');
  assert.equal((await me(other.cookie)).status, 200, 'another device stays signed in');
  assert.equal(
    (await sessions(system)).filter((row) => row.token_hash.equals(hashToken(mine.cookie.slice(7)))).length,
    0,
  );
});

test('a session ends after thirty days; a cookie that is none is nobody', async (t) => {
  const { system, newToken } = await start(t);
  const { cookie } = await cookieFor(system, await newToken());
  const me = async (value: string) => (await system.request('/v1/me', { headers: { cookie: value } })).status;
  system.clock.advance(30 * 24 * 60 * minute - 1);
  assert.equal(await me(cookie), 200);
  system.clock.advance(1);
  assert.equal(await me(cookie), 401);
  for (const value of [
    'parley=',
    'parley=x',
    'parley=%00',
    'parley="',
    `parley=${'x'.repeat(4000)}`,
    '__Host-parley=x',
  ])
    assert.equal(await me(value), 401, value.slice(0, 20));
});

test('an API key is known by its hash, ends when it is revoked, and is no session; a session is no key', async (t) => {
  const { system, person, api, apiKey, newToken } = await start(t);
  const made = await person.call<{ id: string; secret: string; hint: string }>(`${publicUrl}/v1/api-keys`, 'POST', {
    name: 'CRM',
  });
  assert.match(made.secret, /^parley_key_[\w-]{43}$/);
  assert.equal(made.hint, made.secret.slice(0, 15));
  const list = JSON.stringify((await api('GET', '/v1/api-keys')).body);
  assert.equal(list.includes(made.secret), false);
  const status = async (authorization: string) => {
    const answer = await system.request('/v1/members', { headers: { authorization } });
    if (answer.status === 401) assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
    return answer.status;
  };
  assert.equal(await status(`Bearer ${made.secret}`), 200);
  assert.equal(await status(`bearer ${made.secret}`), 200);
  const { cookie } = await cookieFor(system, await newToken());
  for (const wrong of [
    '',
    'Bearer',
    'Bearer ',
    `Basic ${Buffer.from(`x:${made.secret}`).toString('base64')}`,
    `Bearer ${made.secret.slice(0, -1)}`,
    `Bearer ${made.secret.toLowerCase()}`,
    `Bearer ${made.secret} ${apiKey}`,
    `Bearer ${cookie.slice(7)}`,
    `Bearer ${await newToken()}`,
  ])
    assert.equal(await status(wrong), 401, wrong.slice(0, 20));
  const asCookie = await system.request('/v1/members', { headers: { cookie: `parley=${made.secret}` } });
  assert.equal(asCookie.status, 401);
  await person.call(`${publicUrl}/v1/api-keys/${made.id}`, 'DELETE');
  assert.equal(await status(`Bearer ${made.secret}`), 401);
});

test('roles: who only looks cannot book, who books cannot manage', async (t) => {
  const { system, workspaceId, deps } = await start(t);
  const may = async (role: Role) => {
    const person = system.person();
    const member = { email: `${role}@desk.example`, name: role, role, timeZone: 'UTC' };
    await signIn(
      person,
      `${publicUrl}/sign-in/${await createSignInToken(deps, await addMember(deps, workspaceId, member))}`,
    );
    const ask = async (method: string, path: string, body?: string) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await person.send(publicUrl + path, { method, headers, ...(body && { body }) });
      return answer.status !== 403;
    };
    return {
      read: await ask('GET', '/v1/meetings'),
      book: await ask('POST', '/v1/meetings/mtg_none/cancel', '{}'),
      manage: (await ask('GET', '/v1/api-keys')) && (await ask('DELETE', '/v1/event-types/evt_none')),
    };
  };
  assert.deepEqual(await may('viewer'), { read: true, book: false, manage: false });
  assert.deepEqual(await may('operator'), { read: true, book: true, manage: false });
  assert.deepEqual(await may('admin'), { read: true, book: true, manage: true });
});

test('a key of one workspace sees nothing of another’s members and keys', async (t) => {
  const { system, api, deps } = await start(t);
  const other = await startWorkspace(system, { email: 'other@else.example', name: 'Other' });
  const { row } = await createApiKey(deps, other.workspaceId, 'theirs');
  assert.deepEqual(
    (await api('GET', '/v1/members')).body['data'].map((one: { email: string }) => one.email),
    ['dana@desk.example'],
  );
  assert.equal((await api('DELETE', `/v1/api-keys/${row.id}`)).status, 404);
  assert.equal((await other.api('DELETE', `/v1/api-keys/${row.id}`)).status, 204);
});

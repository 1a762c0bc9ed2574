import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectTeams, type Person } from '../scripts/person.ts';
import { publicUrl, startSystem, startWorkspace, userNamed, type System } from './support/system.ts';

const returnUri = 'https://app.example.com/connected';
const hour = 3_600_000;

async function startApplication(system: System) {
  const workspace = await startWorkspace(system);
  await workspace.api('PATCH', '/v1/workspace', { returnUris: [returnUri] });
  return workspace;
}

const idOf = (system: System, name: string) => userNamed(system.emulator, name).id;

/** Opens a link in somebody's browser, signs in at Microsoft and decides. */
async function follow(person: Person, url: string, user: string, decision: 'accept' | 'cancel' = 'accept') {
  const asked = await person.press(await person.visit(url), '/connect/to/');
  const next = await person.press(asked, '/authorize/sign-in', { user }, returnUri);
  if (!next.text.includes('/authorize/consent')) return next;
  return person.press(next, '/authorize/consent', { decision }, returnUri);
}

test('somebody who is no member connects by a link, and the application makes a meeting in their calendar', async (t) => {
  const system = await startSystem(t);
  const { api, workspaceId } = await startApplication(system);
  const made = await api('POST', '/v1/connect-links', {
    returnUri,
    state: 'candidate 17 & more',
    externalId: 'candidate-17',
    metadata: { team: 'north' },
  });
  assert.equal(made.status, 201);
  assert.equal(made.body['status'], 'waiting');
  assert.match(made.body['url'], /^http:\/\/localhost:3000\/connect\/to\/parley_connect_[\w-]{43}$/);

  const priya = system.person();
  const page = await follow(priya, made.body['url'], idOf(system, 'leila.haddad'));
  const back = new URL(page.url);
  assert.equal(back.origin + back.pathname, returnUri);
  assert.equal(back.searchParams.get('state'), 'candidate 17 & more');
  const id = back.searchParams.get('connectionId') ?? '';
  const connection = (await api('GET', `/v1/connections/${id}`)).body;
  assert.equal(connection['memberId'], null);
  assert.equal(connection['accountEmail'], 'leila.haddad@northgate.example');
  assert.equal(connection['state'], 'connected');
  assert.equal(connection['externalId'], 'candidate-17');
  assert.deepEqual(connection['metadata'], { team: 'north' });
  const after = (await api('GET', `/v1/connect-links/${made.body['id']}`)).body;
  assert.deepEqual([after['status'], after['connectionId'], after['url']], ['connected', id, undefined]);

  const meeting = await api('POST', '/v1/meetings', {
    organizer: { connectionId: id },
    subject: 'Interview',
    start: '2026-11-24T10:00:00Z',
    end: '2026-11-24T10:30:00Z',
  });
  await system.work();
  const { body } = await api('GET', `/v1/meetings/${meeting.body['id']}`);
  assert.equal(body['status'], 'ready');
  const secrets = await system.database.db.selectFrom('connect_links').selectAll().execute();
  assert.equal(JSON.stringify(secrets).includes(made.body['url'].split('/').at(-1)), false, 'only its hash is kept');
  assert.equal(secrets[0]?.workspace_id, workspaceId);
});

test('the page of a link lets its form go on to Microsoft, and from there back to the application', async (t) => {
  const system = await startSystem(t);
  const { api } = await startApplication(system);
  const { body } = await api('POST', '/v1/connect-links', { returnUri });
  const page = await system.request(new URL(body['url']).pathname);
  const policy = page.headers.get('content-security-policy') ?? '';
  // A form's policy covers every redirect after it.
  assert.doesNotMatch(policy, /form-action/);
  assert.match(policy, /^default-src 'none'; .*frame-ancestors 'none'$/);
  const over = await system.request('/connect/to/parley_connect_guess');
  assert.match(over.headers.get('content-security-policy') ?? '', /form-action 'self'/);
});

test('a link is good for one account, in one browser, once, and for its time', async (t) => {
  const system = await startSystem(t);
  const { api } = await startApplication(system);
  const link = async (wanted: object = {}) =>
    (await api('POST', '/v1/connect-links', { returnUri, ...wanted })).body as { id: string; url: string };
  const ended = async (person: Person, url: string) => {
    const page = await person.visit(url);
    const last = page.status === 200 ? await person.press(page, '/connect/to/') : page;
    assert.equal(last.status, 410);
    assert.match(last.text, /was used or has expired/);
  };
  const priya = idOf(system, 'leila.haddad');

  // Opening alone, as mail scanners do, uses nothing up; the same browser may begin again.
  const first = await link();
  const person = system.person();
  await system.person().visit(first.url);
  await person.press(await person.visit(first.url), '/connect/to/');
  system.clock.advance(15 * 60_000);
  await ended(system.person(), first.url); // another browser, after somebody has begun
  await follow(person, first.url, priya);
  await ended(person, first.url);

  const old = await link({ expiresInSeconds: 60 });
  system.clock.advance(61_000);
  await ended(system.person(), old.url);
  assert.equal((await api('GET', `/v1/connect-links/${old.id}`)).body['status'], 'expired');

  const withdrawn = await link();
  assert.equal((await api('DELETE', `/v1/connect-links/${withdrawn.id}`)).status, 204);
  await ended(system.person(), withdrawn.url);
  await ended(system.person(), `${publicUrl}/connect/to/parley_connect_guess`);
  system.clock.advance(48 * hour);
  await system.app.sweep();
  assert.deepEqual(await system.database.db.selectFrom('connect_links').select('id').execute(), []);
});

test('S03: Microsoft’s answer counts only in the browser that opened the link, and once', async (t) => {
  const system = await startSystem(t);
  const { api } = await startApplication(system);
  const { body } = await api('POST', '/v1/connect-links', { returnUri });
  const attacker = system.person();
  const asked = await attacker.press(await attacker.visit(body['url']), '/connect/to/');
  const signedIn = await attacker.press(asked, '/authorize/sign-in', { user: idOf(system, 'leila.haddad') });
  const callback = `${publicUrl}/api/teams/callback`;
  const { url: consented } = await attacker.press(signedIn, '/authorize/consent', { decision: 'accept' }, callback);
  const victim = system.person();
  const refused = await victim.visit(consented);
  assert.equal(refused.status, 400);
  for (const path of ['/api/teams/callback', '/connect/callback']) {
    const page = await system.request(`${path}${new URL(consented).search}`);
    assert.equal(page.status, 400, path);
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/, path);
    assert.equal(page.headers.get('cache-control'), 'no-store', path);
  }
  assert.deepEqual(await system.database.db.selectFrom('connections').select('id').execute(), []);
  const taken = await attacker.visit(consented, returnUri);
  assert.ok(taken.url.startsWith(returnUri));
  const again = await attacker.visit(consented);
  assert.equal(again.status, 400);
  assert.equal((await system.database.db.selectFrom('connections').select('id').execute()).length, 1);
});

test('S01: people are sent back to listed addresses only, compared to the letter', async (t) => {
  const system = await startSystem(t);
  const { api } = await startApplication(system);
  for (const other of [
    `${returnUri}/`,
    `${returnUri}?x=1`,
    'https://app.example.com.evil.example/connected',
    'javascript:alert(1)',
  ]) {
    const answer = await api('POST', '/v1/connect-links', { returnUri: other });
    assert.deepEqual([answer.status, answer.body['code']], [400, 'return_uri_not_allowed'], other);
  }
  for (const wrong of [
    'javascript:alert(1)',
    'http://app.example.com/x',
    'https://a.example/*',
    'https://u:p@a.example/',
    'https://a.example/#x',
    '/x',
  ])
    assert.equal((await api('PATCH', '/v1/workspace', { returnUris: [wrong] })).status, 400, wrong);
  const fine = ['http://localhost:8080/cb', 'com.example.app:/cb', 'https://a.example/cb?x=1'];
  assert.equal((await api('PATCH', '/v1/workspace', { returnUris: fine })).status, 200);
});

test('a refusal is told to the application, and a personal account is no connection', async (t) => {
  const system = await startSystem(t);
  const { api } = await startApplication(system);
  const run = async (user: string, decision: 'accept' | 'cancel' = 'accept') => {
    const { body } = await api('POST', '/v1/connect-links', { returnUri, state: 's' });
    return follow(system.person(), body['url'], idOf(system, user), decision);
  };
  const cancelled = new URL((await run('leila.haddad', 'cancel')).url);
  assert.deepEqual(
    [...cancelled.searchParams],
    [
      ['error', 'consent_declined'],
      ['state', 's'],
    ],
  );
  const personal = new URL((await run('kim.sandoval')).url);
  assert.equal(personal.searchParams.get('error'), 'personal_account');
  assert.deepEqual(await system.database.db.selectFrom('connections').select('id').execute(), []);
});

test('somebody whose administrator has to approve gets the link for them, and the way back', async (t) => {
  const system = await startSystem(t);
  const { api } = await startApplication(system);
  const { body } = await api('POST', '/v1/connect-links', { returnUri, state: 's' });
  const elif = system.person();
  const asked = await elif.press(await elif.visit(body['url']), '/connect/to/');
  const need = await elif.press(asked, '/authorize/sign-in', { user: idOf(system, 'elif.varga') });
  const page = await elif.press(need, '/authorize/consent', { decision: 'back' });
  assert.equal(page.status, 403);
  assert.match(page.text, /\/v2\.0\/adminconsent\?/);
  assert.match(page.text, /href="https:\/\/app\.example\.com\/connected\?error=admin_approval_needed&amp;state=s"/);
});

test('a link that renews a connection takes its account and no other; without one, an account is one connection', async (t) => {
  const system = await startSystem(t);
  const { api, person, memberId } = await startApplication(system);
  const connect = async (user: string, wanted: object = {}) => {
    const { body } = await api('POST', '/v1/connect-links', { returnUri, ...wanted });
    const page = await follow(system.person(), body['url'], idOf(system, user));
    return new URL(page.url).searchParams;
  };
  const first = (await connect('leila.haddad')).get('connectionId');
  assert.equal((await connect('leila.haddad')).get('connectionId'), first);
  assert.equal((await connect('leila.haddad', { connectionId: first })).get('connectionId'), first);
  assert.equal((await connect('dana.reyes', { connectionId: first })).get('error'), 'other_account');
  assert.equal((await system.database.db.selectFrom('connections').select('id').execute()).length, 1);

  // A member's own stays theirs.
  await connectTeams(person, publicUrl, idOf(system, 'dana.reyes'));
  const rows = await system.database.db.selectFrom('connections').select(['id', 'member_id']).execute();
  assert.equal(rows.length, 2);
  const own = rows.find((row) => row.member_id === memberId)?.id;
  for (const connectionId of [own, 'con_unknown']) {
    const answer = await api('POST', '/v1/connect-links', { returnUri, connectionId });
    assert.deepEqual([answer.status, answer.body['errors'][0].pointer], [400, '/connectionId']);
  }
  assert.notEqual((await connect('dana.reyes')).get('connectionId'), own);
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { serve } from '@hono/node-server';
import { keyGrants, keyPermissions, type KeyGrant } from '../src/access/permissions.ts';
import { findApiKey } from '../src/access/service.ts';
import { permissionFor } from '../src/http/key-permissions.ts';
import { startRecorded } from './support/recorded.ts';
import {
  apiClient,
  publicUrl,
  startDesk,
  startPeer,
  startSystem,
  startWorkspace,
  type ApiAnswer,
  type ApiClient,
  type System,
} from './support/system.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

type Limits = { name?: string; permissions?: KeyGrant[]; ipRanges?: string[]; expiresAt?: string | null };
type Made = { id: string; secret: string; api: ApiClient };

async function start(t: TestContext, env: Record<string, string> = {}) {
  const system = await startSystem(t, { env });
  const workspace = await startWorkspace(system);
  const make = async (limits: Limits = {}, by: ApiClient = workspace.api): Promise<Made> => {
    const { status, body } = await by('POST', '/v1/api-keys', { name: 'CRM', ...limits });
    assert.equal(status, 201, JSON.stringify(body));
    return { id: body['id'], secret: body['secret'], api: apiClient(system, body['secret']) };
  };
  const listed = async (id: string) => {
    const { body } = await workspace.api('GET', '/v1/api-keys');
    return body['data'].find((one: { id: string }) => one.id === id) as Record<string, unknown> | undefined;
  };
  return { system, ...workspace, make, listed };
}

const outcome = ({ status, body }: ApiAnswer) => `${status} ${body['detail'] ?? body['code'] ?? ''}`;
const inMs = (system: System, ms: number) => new Date(system.clock.now().getTime() + ms).toISOString();

type OpenApi = { paths: Record<string, Record<string, { security?: { apiKey?: string[] }[] }>> };

/** Every operation of a description with the one permission that it names. */
function guarded({ paths }: OpenApi) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => {
      const [permission, ...others] = security?.[0]?.apiKey ?? [];
      assert.ok(permission && others.length === 0, `${method} ${path} names one permission`);
      return { method: method.toUpperCase(), path, name: `${method.toUpperCase()} ${path}`, permission };
    }),
  );
}

test('A02: every operation refuses a key that has every permission but its own, and takes one that has no other', async (t) => {
  const { system, api, make } = await start(t);
  const operations = guarded((await api('GET', '/openapi.json')).body as unknown as OpenApi);
  assert.ok(operations.length > 100);
  const key = await make();
  const grant = async (permissions: KeyGrant[]) =>
    assert.equal((await api('PATCH', `/v1/api-keys/${key.id}`, { permissions })).status, 200);
  const groups = Map.groupBy(operations, ({ permission }) => permission);
  for (const [permission, alike] of groups) {
    assert.ok(keyPermissions.has(permission), permission);
    await grant(keyGrants.filter((one) => one !== '*' && one !== permission));
    for (const { method, path, name } of alike) {
      const refused = await key.api(method, nobodys(path), method === 'GET' ? undefined : '{');
      assert.equal(outcome(refused), `403 The API key lacks the permission ${permission}.`, name);
      assert.equal(refused.body['code'], 'forbidden', name);
    }
    await grant([permission as KeyGrant]);
    for (const { method, path, name } of alike) {
      const answer = await key.api(method, nobodys(path));
      assert.ok(answer.status < 500, `${name} ${answer.status}`);
      // Some ask for a person besides, whom no key is.
      if (answer.status === 403)
        assert.equal(answer.body['detail'], 'Only a person who is signed in can do this.', name);
    }
  }
  const unused = [...keyPermissions].filter((one) => !groups.has(one) && !isOfField.has(one));
  assert.deepEqual(unused, [], 'every permission is good for something');
  assert.equal((await system.database.db.selectFrom('members').select('id').execute()).length, 1);
});

/** Asked for by fields, beside the permission of their operation. */
const isOfField = new Set(['diagnostics:write', 'emails:manage']);

/** An address at which there is nothing. */
const nobodys = (path: string) =>
  path
    .replace('{step}', 'registration')
    .replace('{template}', 'confirmed')
    .replace('{locale}', 'en')
    .replaceAll(/\{\w+\}/g, 'none');

test('the description in the repository names the permission of every operation', async () => {
  const file = new URL('../docs/openapi.json', import.meta.url);
  const operations = guarded(JSON.parse(await readFile(file, 'utf8')) as OpenApi);
  const needed = Object.fromEntries(operations.map(({ name, permission }) => [name, permission]));
  const expected = {
    'GET /v1/bookings': 'bookings:read',
    'POST /v1/bookings': 'bookings:write',
    'POST /v1/bookings/{id}/legal-hold': 'bookings:manage',
    'POST /v1/event-types/{id}/holds': 'bookings:write',
    'GET /v1/event-types/{id}/slots': 'event-types:read',
    'PUT /v1/members/{id}/schedule': 'schedules:write',
    'POST /v1/members/{id}/calendar-feed': 'bookings:manage',
    'GET /v1/artifacts': 'artifacts:read',
    'GET /v1/artifacts/{id}/content': 'artifact-content:read',
    'GET /v1/artifacts/{id}/transcript': 'artifact-content:read',
    'POST /v1/artifacts/{id}/links': 'artifact-content:read',
    'GET /v1/transcript-search': 'artifact-content:read',
    'DELETE /v1/artifacts/{id}': 'artifacts:manage',
    'PATCH /v1/artifact-settings': 'artifacts:manage',
    'POST /v1/diagnostics': 'diagnostics:read',
    'POST /v1/tenants/{id}/go-live': 'tenants:write',
    'GET /v1/audit': 'audit:read',
    'GET /v1/members': 'members:read',
    'PATCH /v1/workspace': 'workspace:write',
    'POST /v1/api-keys': 'api-keys:write',
  };
  for (const [name, permission] of Object.entries(expected)) assert.equal(needed[name], permission, name);
});

test('a route of which nobody has said what it is about cannot be mounted', () => {
  const route = { method: 'get', path: '/v1/horoscopes', tags: ['Horoscopes'] };
  assert.throws(() => permissionFor(route), /no permission of API keys covers GET \/v1\/horoscopes/);
  assert.throws(() => permissionFor({ ...route, tags: ['Access'] }), TypeError);
  assert.throws(() => permissionFor({ ...route, tags: [] }), TypeError);
  assert.throws(
    () => permissionFor({ ...route, method: 'delete', tags: ['Monitoring'] }),
    TypeError,
    'nobody writes there',
  );
});

test('what is no operation is as it was; the stream of changes wants to read meetings', async (t) => {
  const { make } = await start(t);
  const { api } = await make({ permissions: ['bookings:read'] });
  assert.equal((await api('HEAD', '/v1/bookings')).status, 200);
  assert.equal((await api('HEAD', '/v1/meetings')).status, 403);
  assert.equal((await api('GET', '/v1/nothing')).status, 404);
  assert.equal((await api('PUT', '/v1/bookings')).status, 405);
  assert.equal(outcome(await api('HEAD', '/v1/changes')), '403 ');
  assert.equal((await (await make({ permissions: ['meetings:read'] })).api('HEAD', '/v1/changes')).status, 200);
});

test('A02: what a field gives away or asks for has its own permission', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const made = await desk.api('POST', '/v1/api-keys', {
    name: 'limited',
    permissions: ['bookings:read', 'diagnostics:read'],
  });
  const api = apiClient(system, made.body['secret']);
  const start = '2026-11-24T10:00:00+01:00';
  const visitor = { name: 'Sam', email: 'sam@visitor.example', timeZone: 'Europe/London' };
  const booking = await desk.api('POST', '/v1/bookings', { eventTypeId: desk.eventType.id, start, visitor });
  await system.work();
  const path = `/v1/bookings/${booking.body['id']}`;
  assert.match((await desk.api('GET', path)).body['manageUrl'], /^http/);
  assert.equal((await api('GET', path)).body['manageUrl'], null, 'with the link, the booking could be cancelled');
  assert.equal((await api('GET', '/v1/bookings')).body['data'][0].manageUrl, null);
  const diagnose = (roundTrip: boolean) =>
    api('POST', '/v1/diagnostics', { memberId: desk.memberId, roundTrip, checks: ['clock'] });
  assert.equal((await diagnose(false)).status, 200);
  assert.equal(outcome(await diagnose(true)), '403 The API key lacks the permission diagnostics:write.');
});

test('a key makes and changes no key that may do more than itself, in any way', async (t) => {
  const { system, api, make } = await start(t);
  const end = inMs(system, 10 * day);
  const mighty = await make({ name: 'Mighty' });
  const own = { permissions: ['api-keys:read', 'api-keys:write', 'bookings:read'] as KeyGrant[], expiresAt: end };
  const keeper = await make(own);
  const attempt = async (limits: Limits) => outcome(await keeper.api('POST', '/v1/api-keys', { name: 'x', ...limits }));
  assert.match(await attempt({}), /^403 .* it lacks \*\.$/, 'everything is what a key may do of which nothing is said');
  assert.match(
    await attempt({ permissions: ['bookings:write'], expiresAt: end }),
    /^403 .* it lacks bookings:write\.$/,
  );
  assert.match(await attempt({ permissions: ['bookings:read'] }), /^403 .* makes no key that lasts longer\.$/);
  assert.match(
    await attempt({ permissions: ['bookings:read'], expiresAt: inMs(system, 11 * day) }),
    /^403 .* lasts longer/,
  );
  assert.equal(await attempt({ permissions: ['bookings:read'], expiresAt: end }), '201 ');
  const change = async (id: string, patch: Limits) => outcome(await keeper.api('PATCH', `/v1/api-keys/${id}`, patch));
  assert.match(await change(keeper.id, { permissions: ['*'] }), /^403 /);
  assert.match(await change(keeper.id, { expiresAt: null }), /^403 /);
  assert.match(await change(mighty.id, { name: 'Mine' }), /^403 /);
  assert.equal(await change(keeper.id, { name: 'Keeper' }), '200 ');
  assert.match(outcome(await keeper.api('POST', `/v1/api-keys/${mighty.id}/rotate`)), /^403 /);
  assert.match(outcome(await keeper.api('DELETE', `/v1/api-keys/${mighty.id}`)), /^403 /);
  system.clock.advance(5 * day);
  assert.match(
    outcome(await keeper.api('POST', `/v1/api-keys/${keeper.id}/rotate`)),
    /^403 .* lasts longer/,
    'nor itself for longer',
  );
  assert.equal(outcome(await keeper.api('POST', `/v1/api-keys/${keeper.id}/rotate`, { expiresAt: end })), '201 ');
  assert.equal((await mighty.api('GET', '/v1/members')).status, 200);
  assert.equal((await api('DELETE', `/v1/api-keys/${keeper.id}`)).status, 204);
});

test('changes count from the next request on, in every process', async (t) => {
  const { system, api, make } = await start(t);
  const peer = await startPeer(t, system);
  const { id, secret } = await make({ permissions: ['members:read'] });
  const there = apiClient(peer, secret);
  const here = apiClient(system, secret);
  const until = async (status: number) => {
    // The clock of the test stands still, so that nothing is forgotten by itself.
    for (let looks = 0; looks < 200; looks += 1) {
      if ((await there('GET', '/v1/members')).status === status) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.fail(`the other process never answered with ${status}`);
  };
  await until(200);
  assert.equal((await here('GET', '/v1/members')).status, 200);
  await api('PATCH', `/v1/api-keys/${id}`, { permissions: ['bookings:read'] });
  assert.equal((await here('GET', '/v1/members')).status, 403);
  await until(403);
  await api('PATCH', `/v1/api-keys/${id}`, { permissions: ['members:read'] });
  await until(200);
  // With a key of its own, the whole request is one transaction.
  await api('DELETE', `/v1/api-keys/${id}`, undefined, { 'idempotency-key': 'revoke' });
  assert.equal((await here('GET', '/v1/members')).status, 401);
  await until(401);
});

test('an expired key is refused to the millisecond and says so, however short a while ago it was used', async (t) => {
  const { system, api, make, listed } = await start(t);
  const expiresAt = inMs(system, 500);
  const { id, api: key } = await make({ expiresAt });
  assert.equal((await key('GET', '/v1/members')).status, 200);
  system.clock.advance(499);
  assert.equal((await key('GET', '/v1/members')).status, 200);
  system.clock.advance(1);
  assert.equal(outcome(await key('GET', '/v1/members')), `401 The API key expired at ${expiresAt}.`);
  assert.equal((await listed(id))?.['expiresAt'], expiresAt, 'it stands there until somebody revokes it');
  const past = await api('PATCH', `/v1/api-keys/${id}`, { expiresAt });
  assert.deepEqual(past.body['errors'], [
    { pointer: '/expiresAt', detail: 'Give a time that is still to come, or revoke the key.' },
  ]);
  await api('PATCH', `/v1/api-keys/${id}`, { expiresAt: null });
  assert.equal((await key('GET', '/v1/members')).status, 200, 'an administrator may let it live on');
});

test('two keys overlap: both are valid until the first is revoked, or its grace ends', async (t) => {
  const { system, api, make, listed } = await start(t);
  const limits = { permissions: ['members:read'] as KeyGrant[], expiresAt: inMs(system, 90 * day) };
  const first = await make({ ...limits, name: 'ERP' });
  system.clock.advance(80 * day);
  const rotate = (id: string, body: object) => api('POST', `/v1/api-keys/${id}/rotate`, body);
  const { body: second, status } = await rotate(first.id, {});
  assert.equal(status, 201);
  assert.equal(second['name'], 'ERP');
  assert.deepEqual(second['permissions'], ['members:read']);
  assert.equal(second['replaces'], first.id);
  assert.equal(second['expiresAt'], inMs(system, 90 * day), 'as long as the first was made for');
  assert.notEqual(second['secret'], first.secret);
  const works = async (secret: string) => (await apiClient(system, secret)('GET', '/v1/members')).status;
  assert.deepEqual([await works(first.secret), await works(second['secret'])], [200, 200]);
  assert.equal(
    (await listed(first.id))?.['expiresAt'],
    limits.expiresAt,
    'nothing ends sooner unless somebody says so',
  );

  const { body: third } = await rotate(second['id'], { graceMinutes: 30, expiresAt: null });
  assert.equal(third['expiresAt'], null);
  system.clock.advance(30 * minute - 1);
  assert.deepEqual([await works(second['secret']), await works(third['secret'])], [200, 200]);
  system.clock.advance(1);
  assert.deepEqual([await works(second['secret']), await works(third['secret'])], [401, 200]);
  const { body: fourth } = await rotate(third['id'], { graceMinutes: 0 });
  assert.deepEqual([await works(third['secret']), await works(fourth['secret'])], [401, 200]);
  await api('DELETE', `/v1/api-keys/${first.id}`);
  assert.equal(await works(first.secret), 401);
});

test('a request that is sent again with the second key is not done twice', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const meeting = {
    organizer: { memberId: desk.memberId },
    subject: 'Once',
    start: '2026-11-25T10:00:00Z',
    end: '2026-11-25T11:00:00Z',
  };
  const { body: list } = await desk.api('GET', '/v1/api-keys');
  const { body: second } = await desk.api('POST', `/v1/api-keys/${list['data'][0].id}/rotate`);
  const { body: third } = await desk.api('POST', `/v1/api-keys/${second['id']}/rotate`);
  const headers = { 'idempotency-key': 'order-7' };
  const first = await desk.api('POST', '/v1/meetings', meeting, headers);
  for (const { secret } of [second, third] as { secret: string }[]) {
    const again = await apiClient(system, secret)('POST', '/v1/meetings', meeting, headers);
    assert.equal(again.body['id'], first.body['id']);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
  }
});

test('what becomes of keys is told to other programs, and never a secret', async (t) => {
  const { system, api, apiKey, make } = await start(t);
  const { id } = await make();
  await api('PATCH', `/v1/api-keys/${id}`, { name: 'ERP', ipRanges: ['203.0.113.0/24'] });
  const { body: second } = await api('POST', `/v1/api-keys/${id}/rotate`, { graceMinutes: 5 });
  await api('DELETE', `/v1/api-keys/${id}`);
  const rows = await system.database.db.selectFrom('outbox_events').select(['type', 'data']).orderBy('id').execute();
  const told = rows.filter(({ type }) => type.startsWith('key.'));
  const by = (await findApiKey(system.database, apiKey))?.principal.keyId;
  assert.deepEqual(
    told.map(({ type, data }) => [type, data]),
    [
      ['key.created', { keyId: id, name: 'CRM', by }],
      ['key.changed', { keyId: id, name: 'ERP', by, fields: ['name', 'ipRanges'] }],
      ['key.created', { keyId: second['id'], name: 'ERP', by }],
      ['key.changed', { keyId: id, name: 'ERP', by, fields: ['expiresAt'] }],
      ['key.revoked', { keyId: id, name: 'ERP', by }],
    ],
  );
  assert.doesNotMatch(JSON.stringify([rows, system.lines]), /parley_key_[\w-]{40}/);
  assert.doesNotMatch(JSON.stringify((await api('GET', '/v1/api-keys')).body), /parley_key_[\w-]{40}/);
});

test('lists of permissions and networks are kept in order, each once; what is none is refused', async (t) => {
  const { api, make, listed } = await start(t);
  const { id } = await make({ permissions: ['bookings:write', 'bookings:read', 'bookings:write'] });
  assert.deepEqual((await listed(id))?.['permissions'], ['bookings:read', 'bookings:write']);
  assert.deepEqual((await listed((await make({ permissions: ['audit:read', '*'] })).id))?.['permissions'], ['*']);
  assert.deepEqual(
    (await listed((await make()).id))?.['permissions'],
    ['*'],
    'keys of before had no permissions to give',
  );
  const fault = async (body: object) => (await api('PATCH', `/v1/api-keys/${id}`, body)).body['errors'];
  for (const permissions of [
    [],
    ['bookings'],
    ['bookings:*'],
    ['audit:write'],
    ['*:read'],
    ['bookings:read '],
    'x',
    null,
  ])
    assert.match((await fault({ permissions }))[0].pointer, /^\/permissions/, JSON.stringify(permissions));
  for (const range of ['', 'localhost', '10.0.0.0/33', '10.0.0.5/8', '300.0.0.1', '10.0.0.1-10.0.0.9', '*'])
    assert.equal((await fault({ ipRanges: ['10.0.0.1', range] }))[0].pointer, '/ipRanges/1', range);
});

test('a key is valid from its networks alone; when and from where it was last used is known', async (t) => {
  const { system, make, listed, api } = await start(t, { Server__TrustedProxies: '127.0.0.9/32, 127.1.0.0/16' });
  const server = await listen(t, system);
  const { id, secret } = await make({ ipRanges: ['127.0.0.2', '203.0.113.0/24', '2001:db8::/32'] });
  const ask = (localAddress: string, forwarded?: string) => askFrom(server, secret, localAddress, forwarded);
  assert.deepEqual(await ask('127.0.0.3'), [403, 'The API key is not valid from 127.0.0.3.']);
  assert.deepEqual(
    await ask('127.0.0.3', '127.0.0.2'),
    [403, 'The API key is not valid from 127.0.0.3.'],
    'a stranger says',
  );
  assert.equal((await listed(id))?.['lastUsedAt'], null, 'a use that was refused is none');
  assert.deepEqual(await ask('127.0.0.2', '198.51.100.1'), [200, undefined]);
  assert.equal((await listed(id))?.['lastUsedFrom'], '127.0.0.2');
  const throughProxy: [string, number][] = [
    ['203.0.113.7', 200],
    ['203.0.113.7:55123', 200],
    ['2001:DB8::7', 200],
    ['[2001:db8::7]:443', 200],
    ['::ffff:203.0.113.7', 200],
    ['198.51.100.1', 403],
    ['203.0.113.7, 198.51.100.1', 403], // the proxy heard from 198.51.100.1, which claims to pass it on
    ['198.51.100.1, 203.0.113.7', 200],
    ['198.51.100.1, 203.0.113.7, 127.1.2.3', 200], // two proxies, one behind the other
    ['unknown', 403],
    ['', 403],
    ['203.0.113.7, ', 403],
  ];
  for (const [forwarded, status] of throughProxy)
    assert.equal((await ask('127.0.0.9', forwarded))[0], status, `X-Forwarded-For: ${forwarded}`);
  assert.deepEqual(await ask('127.0.0.9', 'nonsense'), [
    403,
    'The API key is not valid from an address that cannot be told.',
  ]);
  system.clock.advance(61_000);
  await ask('127.0.0.9', '203.0.113.7');
  const { lastUsedAt, lastUsedFrom } = (await listed(id)) ?? {};
  assert.deepEqual([lastUsedAt, lastUsedFrom], [inMs(system, 0), '203.0.113.7']);
  assert.equal((await apiClient(system, secret)('GET', '/v1/members')).status, 403, 'no connection, no address');
  await api('PATCH', `/v1/api-keys/${id}`, { ipRanges: [] });
  assert.deepEqual(await ask('127.0.0.3'), [200, undefined]);
});

test('without trusted proxies, nobody is believed about where they come from', async (t) => {
  const { system, make } = await start(t);
  const server = await listen(t, system);
  const { secret } = await make({ ipRanges: ['203.0.113.0/24'] });
  assert.deepEqual(await askFrom(server, secret, '127.0.0.1', '203.0.113.7'), [
    403,
    'The API key is not valid from 127.0.0.1.',
  ]);
});

test('a key that is bound to networks makes no key for others', async (t) => {
  const { system, make } = await start(t);
  const server = await listen(t, system);
  const { secret } = await make({ ipRanges: ['127.0.0.0/8'] });
  const attempt = async (ipRanges: string[]) => {
    const answer = await fetch(`http://127.0.0.1:${portOf(server)}/v1/api-keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'x', ipRanges }),
    });
    return answer.status;
  };
  assert.equal(await attempt([]), 403);
  assert.equal(await attempt(['0.0.0.0/0']), 403);
  assert.equal(await attempt(['127.0.0.1', '10.0.0.1']), 403);
  assert.equal(await attempt(['127.1.0.0/16']), 201);
});

test('a link that a key made opens as long as the key may read what it opens', async (t) => {
  const story = await startRecorded(t);
  const { system, desk } = story;
  story.end();
  await story.look();
  const transcript = (await story.left()).data.find((one) => one['kind'] === 'transcript')?.['id'] as string;
  const { body: key } = await desk.api('POST', '/v1/api-keys', {
    name: 'Player',
    permissions: ['artifact-content:read'],
    ipRanges: [],
    expiresAt: inMs(system, 2 * 60 * minute),
  });
  const { status, body: link } = await apiClient(system, key['secret'])(
    'POST',
    `/v1/artifacts/${transcript}/links`,
    {},
  );
  assert.equal(status, 201);
  const opens = async () => (await system.request(link['url'].slice(publicUrl.length))).status;
  const change = (patch: Limits) => desk.api('PATCH', `/v1/api-keys/${key['id']}`, patch);
  assert.equal(await opens(), 200);
  await change({ permissions: ['artifacts:read', 'artifacts:manage'] });
  assert.equal(await opens(), 404);
  await change({ permissions: ['artifact-content:read'], ipRanges: ['203.0.113.7'] });
  assert.equal(await opens(), 200, 'whoever got the link is somewhere else');
  system.clock.advance(2 * 60 * minute);
  assert.equal(await opens(), 404, 'the key has expired');
});

async function listen(t: TestContext, { app }: System): Promise<Server> {
  const server = await new Promise<Server>((resolve) => {
    const made = serve({ fetch: app.http.fetch, hostname: '127.0.0.1', port: 0 }, () => resolve(made)) as Server;
  });
  t.after(() => new Promise((resolve) => server.close(resolve)));
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** Asks from one of the machine's own addresses. */
function askFrom(server: Server, secret: string, localAddress: string, forwarded?: string): Promise<[number, string?]> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${secret}`,
      ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }),
    };
    const asking = httpRequest({
      host: '127.0.0.1',
      port: portOf(server),
      path: '/v1/members',
      localAddress,
      headers,
      agent: false,
    });
    asking.on('error', reject);
    asking.on('response', (answer) => {
      let text = '';
      answer.on('data', (part: Buffer) => (text += part.toString()));
      answer.on('end', () => resolve([answer.statusCode ?? 0, (JSON.parse(text) as { detail?: string }).detail]));
    });
    asking.end();
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicUrl, startSystem, startWorkspace, type System } from './support/system.ts';

const app = 'https://app.northwind.example';
const elsewhere = 'https://else.example';
const path = '/v1/workspace';

async function startListed(system: System, email: string, corsOrigins: string[]) {
  const workspace = await startWorkspace(system, { email });
  assert.equal((await workspace.api('PATCH', path, { corsOrigins })).status, 200);
  return workspace;
}

const preflight = (system: System, origin: string, headers: Record<string, string> = {}) =>
  system.request('/v1/bookings/bkg_x', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PATCH', ...headers },
  });

const corsIn = (headers: Headers) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

test('a browser may ask before it uses a key, without it, from every site that some workspace lists', async (t) => {
  const system = await startSystem(t);
  await startListed(system, 'dana@desk.example', ['https://APP.northwind.example:443/', 'http://localhost:8080']);
  const asked = { 'access-control-request-headers': 'authorization,content-type,idempotency-key' };
  const answer = await preflight(system, app, asked);
  assert.equal(answer.status, 204);
  assert.equal(await answer.text(), '');
  assert.equal(answer.headers.get('vary'), 'Origin');
  assert.deepEqual(corsIn(answer.headers), {
    'access-control-allow-origin': app,
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers':
      'Authorization, Content-Type, Idempotency-Key, If-Range, Mcp-Method, Mcp-Name, Mcp-Protocol-Version, Prefer, Range, Traceparent, Tracestate, X-Request-Id',
    'access-control-max-age': '600',
  });
  assert.equal((await preflight(system, 'http://localhost:8080')).status, 204);
  const strangers = [
    elsewhere,
    'null',
    '*',
    `${app}.evil.example`,
    'http://app.northwind.example',
    `${app}:8443`,
    publicUrl,
  ];
  for (const origin of strangers) {
    const refused = await preflight(system, origin);
    assert.equal(refused.status, 403, origin);
    assert.deepEqual(corsIn(refused.headers), {}, origin);
  }
  const noPreflight = await system.request(path, { method: 'OPTIONS', headers: { origin: app } });
  assert.equal(noPreflight.status, 401);
});

test('the key’s own workspace has the last word, before anything is done', async (t) => {
  const system = await startSystem(t);
  const desk = await startListed(system, 'dana@desk.example', [app]);
  const other = await startListed(system, 'li@other.example', [elsewhere]);
  const exposed =
    'Accept-Ranges, Allow, Content-Disposition, Content-Range, Idempotent-Replayed, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id';
  const open = { 'access-control-allow-origin': app, 'access-control-expose-headers': exposed };
  for (const asked of [path, '/v1/meetings/mtg_none', '/v1/nothing', '/v1/events?after=x']) {
    const answer = await desk.api('GET', asked, undefined, { origin: app });
    assert.deepEqual(corsIn(answer.headers), open, asked);
    assert.equal(answer.headers.get('vary'), 'Origin');
  }
  const ada = { name: 'Ada', email: 'ada@larch.example' };
  const refused = await other.api('POST', '/v1/contacts', ada, { origin: app });
  assert.equal(refused.status, 403);
  assert.equal(refused.body['code'], 'forbidden');
  assert.deepEqual(corsIn(refused.headers), {});
  assert.deepEqual((await other.api('GET', '/v1/contacts')).body['data'], []);
  const dry = await desk.api('POST', '/v1/contacts?dryRun=true', ada, { origin: app });
  assert.equal(dry.status, 200);
  assert.deepEqual(corsIn(dry.headers), open);
  await desk.api('PATCH', path, { corsOrigins: [] });
  assert.equal(
    (await desk.api('GET', path, undefined, { origin: app })).status,
    403,
    'a site is off as soon as it is off the list',
  );
});

test('a page of a listed site can read that its key is none; others cannot read anything', async (t) => {
  const system = await startSystem(t);
  await startListed(system, 'dana@desk.example', [app]);
  const ask = (origin: string) =>
    system.request(path, { headers: { origin, authorization: 'Bearer parley_key_nothing' } });
  const known = await ask(app);
  assert.equal(known.status, 401);
  assert.equal(known.headers.get('access-control-allow-origin'), app);
  const stranger = await ask(elsewhere);
  assert.equal(stranger.status, 401);
  assert.deepEqual(corsIn(stranger.headers), {});
});

test('sessions are for this server’s own pages alone, whatever a workspace lists', async (t) => {
  const system = await startSystem(t);
  const { person, api } = await startListed(system, 'dana@desk.example', [app]);
  const read = await person.send(publicUrl + path, { method: 'GET', headers: { origin: app } });
  assert.deepEqual(corsIn(read.headers), {});
  assert.equal(read.headers.get('vary'), 'Origin');
  const changing = {
    method: 'PATCH',
    headers: { origin: app, 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
    body: '{"name":"Mine"}',
  };
  assert.equal((await person.send(publicUrl + path, changing)).status, 403);
  const own = await api('GET', path, undefined, { origin: publicUrl });
  assert.equal(own.status, 200, 'this server’s own pages need no list');
  assert.deepEqual(corsIn(own.headers), {});
  assert.equal(
    (await api('GET', path)).headers.get('vary'),
    'Origin',
    'so that no cache gives one the answer of the other',
  );
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { z } from 'zod';
import { graph, GraphError, nextPath, type GraphCall, type GraphDeps } from './graph.ts';

const now = () => new Date('2026-11-20T09:00:00Z');
const baseUrl = 'https://graph.microsoft.com';
const fixture = (name: string) => readFile(new URL(`../../test/fixtures/graph/${name}`, import.meta.url), 'utf8');
const json = { 'content-type': 'application/json; charset=utf-8', 'request-id': 'r-1' };

function deps(answer: (request: Request) => Response | Promise<Response>): GraphDeps & { calls: GraphCall[] } {
  const calls: GraphCall[] = [];
  const fetch: GraphDeps['fetch'] = async (input, init) => answer(new Request(input, init));
  return { fetch, now, baseUrl, calls, onCall: (call) => calls.push(call) };
}

const read = {
  accessToken: 'secret-token',
  method: 'GET',
  path: '/me/events/AAMk%3D?$select=id',
  schema: z.object({ id: z.string() }),
} as const;

async function failure(with_: GraphDeps, request: Partial<Parameters<typeof graph>[1]> = {}): Promise<GraphError> {
  const error = await graph(with_, { ...read, ...request }).then(
    () => assert.fail('did not throw'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof GraphError, String(error));
  return error;
}

test('a call carries the token, a request id and the preferences, and reports itself without ids', async () => {
  let seen: Request | undefined;
  const with_ = deps((request) => {
    seen = request;
    return new Response('{"id":"1"}', { headers: json });
  });
  assert.deepEqual(await graph(with_, { ...read, prefer: ['outlook.timezone="UTC"', 'IdType="ImmutableId"'] }), {
    id: '1',
  });
  assert.equal(seen?.url, 'https://graph.microsoft.com/v1.0/me/events/AAMk%3D?$select=id');
  assert.equal(seen.headers.get('authorization'), 'Bearer secret-token');
  assert.equal(seen.headers.get('prefer'), 'outlook.timezone="UTC", IdType="ImmutableId"');
  const [call] = with_.calls;
  assert.deepEqual(
    { ...call, clientRequestId: undefined },
    {
      method: 'GET',
      path: '/me/events/{id}',
      status: 200,
      durationMs: 0,
      requestId: 'r-1',
      clientRequestId: undefined,
    },
  );
  assert.equal(call?.clientRequestId, seen.headers.get('client-request-id'));
});

test('an empty 202 and 204 are undefined', async () => {
  const with_ = deps(() => new Response(null, { status: 202 }));
  assert.equal(await graph(with_, { ...read, method: 'POST', schema: z.undefined() }), undefined);
});

test('a refusal keeps code, inner codes, message and request ids', async () => {
  const body = await fixture('error-too-many-requests.json');
  const error = await failure(
    deps(() => new Response(body, { status: 429, headers: { ...json, 'retry-after': '2.128' } })),
  );
  assert.equal(error.status, 429);
  assert.equal(error.code, 'TooManyRequests');
  assert.deepEqual(error.innerCodes, ['429']);
  assert.equal(error.providerMessage, 'Please retry again later.');
  assert.equal(error.requestId, 'r-1');
  assert.equal(error.date, '2020-08-18T12:51:51');
  assert.equal(error.retryAfterMs, 2128);
  assert.equal(error.outcome, 'refused');
});

test('a reused transaction id names the event that exists, as 400 and as 409', async () => {
  const body = await fixture('error-duplicate-transaction-id.json');
  for (const status of [400, 409]) {
    const error = await failure(deps(() => new Response(body, { status, headers: json })));
    assert.equal(error.existingEventId, 'AAMkEXISTING=');
    assert.equal(error.outcome, 'refused');
  }
});

test('no answer, a cut answer, another content type and a gateway fault leave the outcome unknown', async () => {
  const cut = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"id":'));
      controller.error(new TypeError('terminated'));
    },
  });
  const cases: [string, number, string, () => Response][] = [
    [
      'network',
      0,
      'network_error',
      () => {
        throw new TypeError('fetch failed');
      },
    ],
    [
      'timeout',
      0,
      'timeout',
      () => {
        throw new DOMException('late', 'TimeoutError');
      },
    ],
    ['cut stream', 0, 'network_error', () => new Response(cut, { headers: json })],
    ['truncated', 201, 'unreadable_answer', () => new Response('{"id":', { status: 201, headers: json })],
    ['html', 200, 'unreadable_answer', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['field missing', 200, 'unreadable_answer', () => new Response('{}', { headers: json })],
    ['empty', 200, 'unreadable_answer', () => new Response('', { headers: json })],
    ['gateway', 504, 'no_error_code', () => new Response('<html>', { status: 504 })],
    [
      'redirect',
      302,
      'no_error_code',
      () => new Response('', { status: 302, headers: { location: 'https://x.example' } }),
    ],
  ];
  for (const [name, status, code, answer] of cases) {
    const error = await failure(deps(answer));
    assert.deepEqual([error.status, error.code, error.outcome], [status, code, 'unknown'], name);
  }
});

test('the caller’s deadline ends a call that gets no answer', async () => {
  const with_ = deps(async (request) => {
    request.signal.throwIfAborted();
    return new Promise(() => undefined);
  });
  const error = await failure(with_, { signal: AbortSignal.abort(new DOMException('deadline', 'TimeoutError')) });
  assert.deepEqual([error.code, error.outcome], ['timeout', 'unknown']);
});

test('a claims challenge in WWW-Authenticate is kept', async () => {
  const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}';
  const header = `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
  const error = await failure(
    deps(() => new Response('{}', { status: 401, headers: { ...json, 'www-authenticate': header } })),
  );
  assert.equal(error.claims, claims);
});

test('the token never shows in an error', async () => {
  const error = await failure(
    deps(() => {
      throw new TypeError('fetch failed');
    }),
  );
  assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /secret-token/);
});

test('a next link is followed on Graph’s own origin only', () => {
  const with_ = deps(() => new Response());
  assert.equal(nextPath(with_, `${baseUrl}/v1.0/me/calendarView?$skip=10`), '/me/calendarView?$skip=10');
  for (const link of [
    'https://evil.example/v1.0/me',
    'http://graph.microsoft.com/v1.0/me',
    `${baseUrl}/beta/me`,
    'nonsense',
  ]) {
    assert.throws(() => nextPath(with_, link), GraphError);
  }
  assert.equal(
    nextPath({ ...with_, baseUrl: 'http://127.0.0.1:8080/graph/' }, 'http://127.0.0.1:8080/graph/v1.0/me?a=1'),
    '/me?a=1',
  );
});

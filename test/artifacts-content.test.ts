import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { test, type TestContext } from 'node:test';
import { readContent } from '../emulator/artifacts/film.ts';
import { armFault } from '../emulator/faults.ts';
import { listenOn } from '../src/cli/listen.ts';
import { createRandom } from './faults/random.ts';
import { startRecorded } from './support/recorded.ts';
import { bytesOf } from './support/stored.ts';

// What routes give out: whole, in ranges, and refused; from Microsoft and from the storage. `PARLEY_SEED` repeats it.
const seed = Number(process.env['PARLEY_SEED'] ?? Math.floor(Math.random() * 1e9));
const size = 3_000_001;

type Options = {
  stored?: boolean;
  bytes?: number;
  subject?: string;
  wrapFetch?: (inner: typeof fetch) => typeof fetch;
};

async function startContent(t: TestContext, { stored = false, bytes = size, wrapFetch }: Options = {}) {
  const story = await startRecorded(t, wrapFetch ? { wrapFetch } : {});
  const { system, desk } = story;
  if (stored) await story.ask('PATCH', '/v1/artifact-settings', { downloadRecordings: true });
  story.end({ recording: { sizeBytes: bytes } });
  await story.look(20);
  await story.look(20);
  const { data } = await story.left();
  const of = (kind: string) => data.find((each) => each['kind'] === kind) ?? {};
  assert.equal(of('recording')['storage'], stored ? 'stored' : 'microsoft');
  const film = await bytesOf(readContent({ kind: 'video', bytes }, 0, bytes - 1));
  return {
    ...story,
    film,
    of,
    ask: (headers: Record<string, string> = {}, query = '', kind = 'recording', method = 'GET') =>
      system.request(`/v1/artifacts/${of(kind)['id'] as string}/content${query}`, {
        method,
        headers: { authorization: `Bearer ${desk.apiKey}`, ...headers },
      }),
  };
}

type Content = Awaited<ReturnType<typeof startContent>>;

/** Of one that is not there a player learns the size, of any other it gets exactly that. */
async function checkRanges({ ask, film }: Content): Promise<void> {
  const random = createRandom(seed);
  const bytes = film.length;
  const whole = await ask();
  assert.equal(whole.status, 200);
  assert.equal(whole.headers.get('content-length'), String(bytes));
  assert.equal(whole.headers.get('accept-ranges'), 'bytes');
  assert.ok(Buffer.from(await whole.arrayBuffer()).equals(film));
  const ranges: [string, number, number][] = [
    ['bytes=0-', 0, bytes - 1],
    ['bytes=0-0', 0, 0],
    ['bytes=-1', bytes - 1, bytes - 1],
    [`bytes=-${bytes * 2}`, 0, bytes - 1],
    [`bytes=${bytes - 1}-${bytes + 5}`, bytes - 1, bytes - 1],
    ['bytes=65535-65536', 65535, 65536],
  ];
  for (let run = 0; run < 12; run += 1) {
    const from = random.below(bytes);
    const to = Math.min(bytes - 1, from + random.of([0, random.below(200), random.below(bytes)]));
    ranges.push([`bytes=${from}-${to}`, from, to]);
  }
  for (const [range, from, to] of ranges) {
    const answer = await ask({ range });
    assert.equal(answer.status, 206, `seed ${seed}: ${range}`);
    assert.equal(answer.headers.get('content-range'), `bytes ${from}-${to}/${bytes}`, range);
    assert.equal(answer.headers.get('content-length'), String(to + 1 - from), range);
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(film.subarray(from, to + 1)), `seed ${seed}: ${range}`);
  }
  for (const range of [
    `bytes=${bytes}-`,
    `bytes=${bytes * 3}-${bytes * 4}`,
    'bytes=-0',
    'bytes=99999999999999999999-',
  ]) {
    const answer = await ask({ range });
    assert.equal(answer.status, 416, range);
    assert.equal(answer.headers.get('content-range'), `bytes */${bytes}`, range);
    assert.equal(((await answer.json()) as { code: string }).code, 'range_not_satisfiable');
  }
  for (const range of [
    'bytes=5-2',
    'bytes=0-1,5-9',
    'lines=1-2',
    'bytes',
    'bytes=x-y',
    `bytes=${'1'.repeat(5000)}x-`,
  ]) {
    const answer = await ask({ range });
    assert.equal(answer.status, 200, range.slice(0, 20));
    await answer.body?.cancel();
  }
  const head = await ask({ range: 'bytes=0-9' }, '', 'recording', 'HEAD');
  assert.deepEqual([head.status, head.headers.get('content-length'), await head.text()], [200, String(bytes), '']);
}

test('a recording at Microsoft is given out whole and in ranges', async (t) => {
  t.diagnostic(`PARLEY_SEED=${seed}`);
  const content = await startContent(t);
  await checkRanges(content);
  content.system.emulator.context.switches.recordingContent = 'redirect';
  await checkRanges(content);
});

test('where Microsoft ignores ranges, they are cut out here', async (t) => {
  t.diagnostic(`PARLEY_SEED=${seed}`);
  const content = await startContent(t);
  content.system.emulator.context.switches.recordingRange = 'ignored';
  await checkRanges(content);
});

test('a stored recording is given out whole and in ranges, of its own bytes only, and without Microsoft', async (t) => {
  t.diagnostic(`PARLEY_SEED=${seed}`);
  const content = await startContent(t, { stored: true });
  const before = content.graphCalls().length;
  await checkRanges(content);
  const first = await content.ask({ range: 'bytes=0-9' });
  const etag = first.headers.get('etag') ?? '';
  await first.body?.cancel();
  assert.match(etag, /^"[\w-]{43}"$/);
  assert.equal(etag.slice(1, -1), createHash('sha256').update(content.film).digest('base64url'));
  const answers = [
    [etag, 206],
    ['"another"', 200],
    [`W/${etag}`, 200],
    ['Mon, 23 Nov 2026 07:00:00 GMT', 200],
    ['', 200],
  ] as const;
  for (const [condition, status] of answers) {
    const answer = await content.ask({ range: 'bytes=0-9', 'if-range': condition });
    assert.equal(answer.status, status, condition);
    await answer.body?.cancel();
  }
  assert.equal(content.graphCalls().length, before);
});

test('nothing of it is kept, run or taken for another type, whatever a stranger called the meeting', async (t) => {
  const content = await startContent(t);
  await content.system.database.db
    .updateTable('meetings')
    .set({ subject: '../../<script>"; filename="evil.exe\r\nSet-Cookie: a=b \u202E4pm' })
    .execute();
  const forms = [
    ['recording', '', 'video/mp4', 'mp4'],
    ['transcript', '', 'text/vtt; charset=utf-8', 'vtt'],
    ['transcript', '?format=text', 'text/plain; charset=utf-8', 'txt'],
    ['attendance', '', 'text/csv; charset=utf-8', 'csv'],
  ] as const;
  for (const [kind, query, type, extension] of forms) {
    for (const as of ['view', 'download']) {
      const answer = await content.ask({}, `${query}${query ? '&' : '?'}as=${as}`, kind);
      await answer.body?.cancel();
      const header = (name: string) => answer.headers.get(name) ?? '';
      assert.equal(answer.status, 200, `${kind} ${query}`);
      assert.equal(header('content-type'), type);
      assert.equal(header('cache-control'), 'private, no-store');
      assert.equal(header('x-content-type-options'), 'nosniff');
      const policy = kind === 'recording' ? "default-src 'none'; media-src 'self'" : "sandbox; default-src 'none'";
      assert.equal(header('content-security-policy'), policy);
      assert.equal(header('cross-origin-resource-policy'), 'same-origin');
      assert.equal(header('set-cookie'), '');
      const pattern = new RegExp(
        `^${as === 'view' ? 'inline' : 'attachment'}; filename="[\\w .,()-]+\\.${extension}"; filename\\*=UTF-8''[\\w%.-]+$`,
      );
      assert.match(header('content-disposition'), pattern);
      assert.match(decodeURIComponent(header('content-disposition')), / 2026-11-24 10\.0[05]/);
    }
  }
});

test('texts have ranges as well, and formats that are not theirs are refused', async (t) => {
  const { ask } = await startContent(t);
  for (const [kind, format] of [
    ['transcript', 'vtt'],
    ['transcript', 'text'],
    ['attendance', 'csv'],
  ] as const) {
    const whole = Buffer.from(await (await ask({}, `?format=${format}`, kind)).arrayBuffer());
    assert.ok(whole.length > 20);
    const part = await ask({ range: 'bytes=3-9' }, `?format=${format}`, kind);
    assert.equal(part.status, 206);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), whole.subarray(3, 10));
    const head = await ask({}, `?format=${format}`, kind, 'HEAD');
    assert.equal(head.headers.get('content-length'), String(whole.length));
  }
  for (const [kind, format] of [
    ['recording', 'vtt'],
    ['transcript', 'csv'],
    ['attendance', 'text'],
    ['transcript', 'exe'],
  ] as const) {
    const answer = await ask({}, `?format=${format}`, kind);
    assert.equal(answer.status, 400);
    assert.equal(((await answer.json()) as { errors: { pointer: string }[] }).errors[0]?.pointer, '/format');
  }
});

test('what Microsoft refuses is a problem with its remedy, before a byte is sent', async (t) => {
  const { ask, system } = await startContent(t);
  const { context } = system.emulator;
  for (const [status, code] of [
    [404, 'NotFound'],
    [429, 'TooManyRequests'],
    [503, 'ServiceUnavailable'],
  ] as const) {
    armFault(context, { service: 'graph', path: '/content', times: 1, kind: { type: 'status', status, code } });
    const answer = await ask({ range: 'bytes=0-' });
    const body = (await answer.json()) as { code: string; provider?: { status: number } };
    assert.ok(answer.status >= 400 && answer.headers.get('content-type')?.includes('problem+json'), `${status}`);
    assert.equal(body.provider?.status, status);
  }
});

test('a stored recording that is gone from the disk is told to the operator; a deleted one is nowhere', async (t) => {
  const content = await startContent(t, { stored: true });
  content.system.expectError(/a stored recording is damaged/);
  await rm(content.system.storageDirectory, { recursive: true });
  const answer = await content.ask();
  assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [500, 'stored_content_damaged']);
  const id = content.of('recording')['id'] as string;
  const removed = await content.system.request(`/v1/artifacts/${id}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${content.desk.apiKey}` },
  });
  assert.equal(removed.status, 204);
  assert.equal((await content.ask()).status, 404);
});

type Opened = { status: number; headers: IncomingMessage['headers']; body: IncomingMessage };

/** Over a socket, as a browser comes: through the server of `parley serve`. */
async function overSocket(t: TestContext, { system, desk, of }: Content) {
  const server = await listenOn(system.app, { host: '127.0.0.1', port: 0 });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const path = `/v1/artifacts/${of('recording')['id'] as string}/content`;
  const authorization = `Bearer ${desk.apiKey}`;
  const open = (headers: Record<string, string> = {}) =>
    new Promise<Opened>((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, agent: false, headers: { authorization, ...headers } }, (body) =>
        resolve({ status: body.statusCode ?? 0, headers: body.headers, body }),
      ).on('error', reject);
    });
  return { port, path, authorization, open };
}

for (const stored of [false, true]) {
  test(`a ${stored ? 'stored' : 'proxied'} recording goes over a socket as it is, with every header, also to many at once`, async (t) => {
    const content = await startContent(t, { stored });
    const { open } = await overSocket(t, content);
    const all = await Promise.all(
      Array.from({ length: 5 }, async (_, index) => {
        const { status, headers, body } = await open(index % 2 ? { range: `bytes=${index * 1000}-` } : {});
        const chunks: Buffer[] = [];
        for await (const chunk of body) chunks.push(chunk as Buffer);
        assert.equal(status, index % 2 ? 206 : 200);
        assert.equal(headers['content-type'], 'video/mp4');
        assert.equal(headers['cache-control'], 'private, no-store');
        assert.equal(headers['x-frame-options'], 'DENY');
        assert.ok(headers['x-request-id']);
        return Buffer.concat(chunks).equals(content.film.subarray(index % 2 ? index * 1000 : 0));
      }),
    );
    assert.deepEqual(all, [true, true, true, true, true]);
    const refused = await open({ range: `bytes=${size}-` });
    refused.body.resume();
    assert.equal(refused.status, 416);
  });
}

test('when its reader goes away, the transfer from Microsoft ends, and no file stays open', async (t) => {
  const open = { transfers: 0 };
  const wrapFetch =
    (inner: typeof fetch): typeof fetch =>
    async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      const response = await inner(input, init);
      if (!new URL(url).pathname.endsWith('/content') || !url.includes('recordings') || !response.body) return response;
      const reader = response.body.getReader();
      open.transfers += 1;
      const body = new ReadableStream({
        async pull(controller) {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          open.transfers -= 1;
          controller.close();
        },
        cancel(reason) {
          open.transfers -= 1;
          return reader.cancel(reason);
        },
      });
      return new Response(body, response);
    };
  for (const stored of [false, true]) {
    const content = await startContent(t, { stored, bytes: 60_000_000, wrapFetch });
    const { port, path, authorization } = await overSocket(t, content);
    const filesBefore = (await readdir('/proc/self/fd').catch(() => [])).length;
    for (let turn = 0; turn < 5; turn += 1) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n\r\n`);
        socket.once('data', () => socket.destroy()).once('close', () => resolve());
      });
    }
    const isQuiet = async () =>
      open.transfers === 0 && (await readdir('/proc/self/fd').catch(() => [])).length <= filesBefore + 2;
    for (let tries = 0; !(await isQuiet()) && tries < 500; tries += 1)
      await new Promise((resolve) => setImmediate(resolve));
    for (let tries = 0; !(await isQuiet()) && tries < 100; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(await isQuiet(), `${open.transfers} transfers still go on`);
  }
});

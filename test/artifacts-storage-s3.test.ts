import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { createS3Client } from '../src/artifacts/storage/s3-client.ts';
import { createS3Store } from '../src/artifacts/storage/s3-store.ts';
import { createSealedBlobs, sealedBytes } from '../src/artifacts/storage/sealed-blobs.ts';
import { createStorage } from '../src/artifacts/storage/storage.ts';
import { Problem } from '../src/problem.ts';
import { createRandom } from './faults/random.ts';
import { error, startS3 } from './support/s3-server.ts';
import { breakingAt, bytesOf, contentOf, someDataKeys } from './support/stored.ts';
import { testConfig } from './support/system.ts';

// The storage in a bucket, against a service that checks every signature with Amazon's own signer.
const seed = Number(process.env['PARLEY_SEED'] ?? Math.floor(Math.random() * 1e9));
const piece = 64 * 1024;
const partPieces = 80;
const part = partPieces * piece;
const workspaceId = 'wrk_a';
const key = 'wrk_a/art_a';
const blob = { workspaceId, key };

async function openStorage(
  t: TestContext,
  options: Parameters<typeof startS3>[1] & { prefix?: string; fetch?: typeof fetch } = {},
) {
  const s3 = await startS3(t, options);
  const dataKeys = someDataKeys();
  const now = () => new Date();
  const open = (settings: object = {}) =>
    createSealedBlobs({
      store: createS3Store(createS3Client({ ...s3.settings, ...settings }, { fetch: options.fetch ?? fetch, now }), {
        prefix: options.prefix ?? 'parley/live',
        partBytes: partPieces * sealedBytes,
      }),
      dataKeys,
    });
  return { s3, dataKeys, open, blobs: open() };
}

const problem =
  (detail?: RegExp, code = 'storage_unavailable') =>
  (error: unknown) =>
    error instanceof Problem && error.code === code && (detail?.test(error.detail ?? '') ?? true);

test('any range of a content in a bucket is what the content has there', async (t) => {
  t.diagnostic(`PARLEY_SEED=${seed}`);
  const random = createRandom(seed);
  const { blobs, s3 } = await openStorage(t);
  const content = contentOf(2 * part + 12_345);
  assert.deepEqual(await blobs.write(blob, content.source()), { bytes: content.bytes, sha256: content.sha256() });
  assert.equal(await blobs.size(blob), content.bytes);
  const [stored] = s3.objects.values();
  assert.deepEqual([...s3.objects.keys()], ['parley/live/wrk_a/art_a']);
  assert.equal(stored?.bytes.includes(content.at(1000, 1016)), false);
  assert.equal(s3.uploads.size, 0);
  s3.asked.length = 0;
  for (let run = 0; run < 30; run += 1) {
    const from = random.below(content.bytes);
    const to = Math.min(content.bytes - 1, from + random.of([0, random.below(100), random.below(3 * piece)]));
    const read = await bytesOf(await blobs.read({ ...blob, bytes: content.bytes }, { from, to }));
    assert.ok(read.equals(content.at(from, to + 1)), `seed ${seed}: ${from}-${to}`);
  }
  // One request for each range: a player that jumps about waits for nothing else.
  assert.deepEqual(new Set(s3.asked), new Set(['GET parley/live/wrk_a/art_a']));
  assert.equal(s3.asked.length, 30);
});

/** Names below localhost are not known everywhere, and `fetch` sends no other `Host` than that of the address. */
const fetchBelowLocalhost: typeof fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const headers = { ...Object.fromEntries(new Headers(init?.headers)), host: url.host };
  const address = { host: '127.0.0.1', port: url.port, path: url.pathname + url.search, method: init?.method ?? 'GET' };
  const sent = request({ ...address, headers }).end(init?.body as Uint8Array | string | undefined);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const [status, body] = [answer.statusCode ?? 0, await buffer(answer)];
  const plain = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Response([204, 304].includes(status) ? null : body, { status, headers: plain });
};

test('the bucket can be in the name of the host, and alone', async (t) => {
  const { blobs, s3 } = await openStorage(t, { pathStyle: false, prefix: '', fetch: fetchBelowLocalhost });
  const content = contentOf(1000);
  await blobs.write(blob, content.source());
  assert.deepEqual([...s3.objects.keys()], [key]);
  assert.ok(
    (await bytesOf(await blobs.read({ ...blob, bytes: 1000 }, { from: 10, to: 19 }))).equals(content.at(10, 20)),
  );
  await blobs.remove(blob);
  assert.equal(s3.objects.size, 0);
});

test('a break costs at most the part that was under way; the next attempt goes on behind the last whole one', async (t) => {
  const { open, s3 } = await openStorage(t);
  const content = contentOf(5 * part + 77);
  for (const bytes of [10, part - 1, 2 * part + 5, 4 * part + 5]) {
    await assert.rejects(open().write(blob, breakingAt(content, bytes)), /the line broke/);
    assert.equal(await open().size(blob), undefined);
    assert.equal(s3.uploads.size, 1);
  }
  const asked: number[] = [];
  const stored = await open().write(blob, content.source(asked));
  assert.deepEqual(stored, { bytes: content.bytes, sha256: content.sha256() });
  assert.equal(asked.length, 1);
  assert.ok(asked[0] === 3 * part || asked[0] === 4 * part, `asked from ${asked[0]}`);
  assert.equal(s3.uploads.size, 0);
  assert.deepEqual(await open().write(blob, async () => assert.fail('nothing is left to ask for')), stored);
});

test('an answer that is lost on the way changes nothing', async (t) => {
  const { open, s3 } = await openStorage(t);
  const content = contentOf(2 * part);
  const points = ['POST uploads', 'PUT 1', 'PUT 3', 'POST complete', 'GET uploads', 'HEAD'];
  for (const point of points) {
    let broken = false;
    s3.interfere = ({ method, query }) => {
      const what =
        query.get('partNumber') ?? (query.has('uploads') ? 'uploads' : query.has('uploadId') ? 'complete' : '');
      if (broken || `${method} ${what}`.trim() !== point) return undefined;
      broken = true;
      return 'hang-up';
    };
    await assert.rejects(open().write(blob, content.source()), problem(/cannot be reached/), point);
    assert.ok(broken, point);
    const stored = await open().write(blob, content.source());
    assert.deepEqual(stored, { bytes: content.bytes, sha256: content.sha256() }, point);
    await open().remove(blob);
    assert.deepEqual([s3.objects.size, s3.uploads.size], [0, 0], point);
  }
});

test('what was changed, cut or removed in the bucket does not open', async (t) => {
  const { blobs, s3 } = await openStorage(t);
  const content = contentOf(3 * piece);
  await blobs.write(blob, content.source());
  const name = 'parley/live/wrk_a/art_a';
  const good = s3.objects.get(name)?.bytes ?? Buffer.alloc(0);
  const read = async () =>
    bytesOf(await blobs.read({ ...blob, bytes: content.bytes }, { from: 5, to: content.bytes - 1 }));
  for (const bad of [good.subarray(0, good.length - 1), Buffer.alloc(good.length), good.subarray(0, sealedBytes)]) {
    s3.objects.set(name, { bytes: bad, changedAt: new Date() });
    await assert.rejects(read, problem(undefined, 'stored_content_damaged'));
  }
  s3.objects.delete(name);
  await assert.rejects(read, problem(undefined, 'stored_content_damaged'));
});

test('everything is listed over several pages, and removed without a rest', async (t) => {
  const { blobs, s3 } = await openStorage(t);
  const content = contentOf(10);
  const complete = ['wrk_a/art_a', 'wrk_a/art_b', 'wrk_b/art_c', 'wrk_b/art_d', 'wrk_b/art_e'];
  const begun = ['wrk_a/art_f', 'wrk_c/art_g', 'wrk_c/art_h'];
  for (const each of complete) await blobs.write({ workspaceId, key: each }, content.source());
  for (const each of begun) await assert.rejects(blobs.write({ workspaceId, key: each }, breakingAt(content, 5)));
  s3.objects.set('parley/liver/other', { bytes: Buffer.alloc(1), changedAt: new Date() });
  s3.objects.set('parley/live/not ours.txt', { bytes: Buffer.alloc(1), changedAt: new Date() });
  const found: string[] = [];
  for await (const each of blobs.list()) {
    found.push(each.key);
    assert.ok(Math.abs(Date.now() - each.changedAt.getTime()) < 60_000);
  }
  assert.deepEqual(found.toSorted(), [...complete, ...begun].toSorted());
  for (const each of [...found, 'wrk_z/never_there']) await blobs.remove({ workspaceId, key: each });
  assert.deepEqual([...s3.objects.keys()].toSorted(), ['parley/live/not ours.txt', 'parley/liver/other']);
  assert.equal(s3.uploads.size, 0);
});

test('what the service refuses is told to the operator without its own words, and tried again', async (t) => {
  const { open, s3 } = await openStorage(t);
  const write = (settings: object = {}) => open(settings).write(blob, contentOf(10).source());
  const wrong: [object, RegExp][] = [
    [{ secretAccessKey: 'other' }, /secret access key is probably wrong|answered HTTP 403/],
    [{ accessKeyId: 'AKIAOTHER' }, /does not know the access key|answered HTTP 403/],
    [{ bucket: 'another' }, /no bucket of this name/],
    [{ endpoint: 'http://localhost:1' }, /cannot be reached/],
  ];
  for (const [settings, detail] of wrong) await assert.rejects(write(settings), problem(detail), String(detail));
  const clock = s3.now;
  s3.now = () => new Date(Date.now() + 3_600_000);
  await assert.rejects(write(), problem(/clock|HTTP 403/));
  s3.now = clock;
  for (const [status, code, detail] of [
    [503, 'SlowDown', /answered SlowDown/],
    [403, 'AccessDenied', /not do what Parley needs/],
    [301, 'PermanentRedirect', /another region/],
    [507, 'XMinioStorageFull', /no room left/],
    [500, '<script>', /answered HTTP 500/],
  ] as const) {
    s3.interfere = ({ method }) => (method === 'POST' ? error(status, code) : undefined);
    await assert.rejects(
      write(),
      (thrown: unknown) => problem(detail)(thrown) && !/canary/.test(String((thrown as Problem).detail)),
    );
  }
  // A success whose body says that it was none.
  s3.interfere = ({ query, method }) =>
    method === 'POST' && query.has('uploadId') ? { ...error(200, 'InternalError') } : undefined;
  await assert.rejects(write(), problem(/answered InternalError/));
  s3.interfere = () => undefined;
  await write();
  const bytes = 10;
  s3.interfere = () => error(503, 'SlowDown');
  await assert.rejects(open().read({ ...blob, bytes }, { from: 0, to: 9 }), problem(/SlowDown/));
});

test('the settings lead to the bucket, and no secret to anywhere else', async (t) => {
  const s3 = await startS3(t);
  const config = testConfig({ ...s3.env, Storage__Prefix: 'here' });
  const storage = createStorage(config.storage, { fetch, now: () => new Date(), dataKeys: someDataKeys() });
  const content = contentOf(part + 1);
  assert.deepEqual((await storage.write(blob, content.source())).sha256, content.sha256());
  assert.deepEqual([...s3.objects.keys()], ['here/wrk_a/art_a']);
  assert.doesNotMatch(JSON.stringify(config), /canary/);
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { createFileStore } from '../src/artifacts/storage/file-store.ts';
import { createSealedBlobs } from '../src/artifacts/storage/sealed-blobs.ts';
import { Problem } from '../src/problem.ts';
import { createRandom } from './faults/random.ts';
import { breakingAt, bytesOf, contentOf, someDataKeys, temporaryDirectory } from './support/stored.ts';
import type { StoringOrder } from './support/storing-child.ts';

// The storage in files, on a real disk. `PARLEY_SEED` repeats the random parts.
const seed = Number(process.env['PARLEY_SEED'] ?? Math.floor(Math.random() * 1e9));
const piece = 64 * 1024;
const sealedPiece = piece + 28;
const workspaceId = 'wrk_a';
const key = 'wrk_a/art_a';

async function openStorage(t: TestContext) {
  const directory = await temporaryDirectory(t);
  const ring = `test:${Buffer.alloc(32, 7).toString('base64')}`;
  const wrapped: Record<string, Buffer> = {};
  const dataKeys = someDataKeys(ring, wrapped);
  const open = () => createSealedBlobs({ store: createFileStore({ directory }), dataKeys });
  return { directory, path: join(directory, key), ring, wrapped, dataKeys, open, blobs: open() };
}

const problem = (code: string, detail?: RegExp) => (error: unknown) =>
  error instanceof Problem && error.code === code && (detail?.test(error.detail ?? '') ?? true);

async function filesIn(directory: string): Promise<string[]> {
  return (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

test('any range of a stored content is what the content has there', async (t) => {
  t.diagnostic(`PARLEY_SEED=${seed}`);
  const random = createRandom(seed);
  const { blobs } = await openStorage(t);
  for (const bytes of [0, 1, piece - 1, piece, piece + 1, 3 * piece, 5 * piece + 12_345]) {
    const content = contentOf(bytes);
    const blob = { workspaceId, key: `wrk_a/art_${bytes}` };
    const stored = await blobs.write(blob, content.source());
    assert.deepEqual(stored, { bytes, sha256: content.sha256() });
    assert.equal(await blobs.size(blob), bytes);
    for (let run = bytes > 0 ? 0 : 40; run < 40; run += 1) {
      const near = (Math.round((random.below(bytes) / piece) * 2) * piece) / 2 + random.below(5) - 2;
      const from = Math.min(bytes - 1, Math.max(0, random.of([near, random.below(bytes)])));
      const to = Math.min(bytes - 1, from + random.of([0, random.below(100), random.below(bytes)]));
      const read = await bytesOf(await blobs.read({ ...blob, bytes }, { from, to }));
      assert.ok(read.equals(content.at(from, to + 1)), `seed ${seed}: ${from}-${to} of ${bytes}`);
    }
  }
});

test('nothing of the content can be read from the disk, and nobody else may look', async (t) => {
  const { blobs, directory, path } = await openStorage(t);
  const content = contentOf(100_000);
  await blobs.write({ workspaceId, key }, content.source());
  const stored = await readFile(path);
  assert.equal(stored.length, content.bytes + 2 * 28);
  for (let from = 0; from + 16 < content.bytes; from += 997)
    assert.equal(stored.includes(content.at(from, from + 16)), false);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal((await stat(dirname(path))).mode & 0o777, 0o700);
  assert.deepEqual(await filesIn(directory), ['art_a']);
});

test('a content that was changed, cut off, reordered or moved does not open', async (t) => {
  const { blobs, path, directory } = await openStorage(t);
  const content = contentOf(3 * piece + 1000);
  const blob = { workspaceId, key, bytes: content.bytes };
  await blobs.write(blob, content.source());
  const good = await readFile(path);
  const piecesOf = (order: number[]) =>
    Buffer.concat(order.map((index) => good.subarray(index * sealedPiece, (index + 1) * sealedPiece)));
  const flipped = (at: number) =>
    Buffer.concat([good.subarray(0, at), Buffer.of((good[at] ?? 0) ^ 1), good.subarray(at + 1)]);
  const damaged: Record<string, Buffer> = {
    'a bit at the beginning': flipped(0),
    'a bit in the middle': flipped(2 * sealedPiece + 777),
    'a bit at the end': flipped(good.length - 1),
    'two pieces swapped': piecesOf([1, 0, 2, 3]),
    'a piece twice': piecesOf([0, 0, 2, 3]),
    'a piece left out': piecesOf([0, 2, 3]),
    'cut between pieces': piecesOf([0, 1, 2]),
    'cut within a piece': good.subarray(0, good.length - 1),
    emptied: Buffer.alloc(0),
  };
  for (const [what, bytes] of Object.entries(damaged)) {
    await writeFile(path, bytes);
    const read = async () => bytesOf(await blobs.read(blob, { from: 0, to: content.bytes - 1 }));
    await assert.rejects(read, problem('stored_content_damaged'), what);
  }
  // A size that fits the cut does not help: the piece at its end is not a last one.
  await writeFile(path, piecesOf([0, 1]));
  await truncate(path, 2 * sealedPiece - 1);
  const shorter = { ...blob, bytes: 2 * piece - 1 };
  await assert.rejects(
    async () => bytesOf(await blobs.read(shorter, { from: piece, to: 2 * piece - 2 })),
    problem('stored_content_damaged'),
  );
  // Under another name, or in another workspace, it is not the same content.
  await writeFile(path, good);
  for (const other of ['wrk_a/art_b', 'wrk_b/art_a']) {
    await mkdir(dirname(join(directory, other)), { recursive: true });
    await writeFile(join(directory, other), good);
    const moved = { workspaceId: other.slice(0, 5), key: other, bytes: content.bytes };
    await assert.rejects(blobs.read(moved, { from: 0, to: 9 }), problem('stored_content_damaged'), other);
  }
  await assert.rejects(
    blobs.read({ ...blob, key: 'wrk_a/gone' }, { from: 0, to: 9 }),
    problem('stored_content_damaged'),
  );
  assert.ok((await bytesOf(await blobs.read(blob, { from: 0, to: content.bytes - 1 }))).equals(content.at(0)));
});

test('a break costs what was under way; the next attempt goes on there, and a finished one is recognised', async (t) => {
  const { blobs, open, directory } = await openStorage(t);
  const content = contentOf(10 * piece);
  const blob = { workspaceId, key };
  // Around the borders of pieces, also of the last and empty one.
  for (const bytes of [0, 1, piece - 1, piece, piece + 1, 7 * piece + 5, 10 * piece]) {
    await assert.rejects(blobs.write(blob, breakingAt(content, bytes)), /the line broke/);
    assert.equal(await blobs.size(blob), undefined);
    await assert.rejects(
      blobs.read({ ...blob, bytes: content.bytes }, { from: 0, to: 0 }),
      problem('stored_content_damaged'),
    );
  }
  const asked: number[] = [];
  const stored = await open().write(blob, content.source(asked));
  assert.deepEqual(asked, [9 * piece]);
  assert.deepEqual(stored, { bytes: content.bytes, sha256: content.sha256() });
  const again = await open().write(blob, async () => assert.fail('nothing is left to ask for'));
  assert.deepEqual(again, stored);
  assert.deepEqual(await filesIn(directory), ['art_a']);
});

test('what was damaged while it was begun, or before it was recognised, is fetched anew', async (t) => {
  const { blobs, path, directory } = await openStorage(t);
  const content = contentOf(4 * piece);
  await assert.rejects(blobs.write({ workspaceId, key }, breakingAt(content, 3 * piece)), /the line broke/);
  await writeFile(`${path}.part`, Buffer.alloc(3 * sealedPiece));
  await assert.rejects(
    blobs.write({ workspaceId, key }, content.source()),
    problem('storage_unavailable', /fetched anew/),
  );
  assert.deepEqual(await filesIn(directory), []);
  await blobs.write({ workspaceId, key }, content.source());
  await truncate(path, 1000);
  await assert.rejects(blobs.write({ workspaceId, key }, content.source()), problem('storage_unavailable'));
  const asked: number[] = [];
  assert.deepEqual((await blobs.write({ workspaceId, key }, content.source(asked))).sha256, content.sha256());
  assert.deepEqual(asked, [0]);
});

test('R01: killed in the middle of a download, it goes on from there and leaves nothing behind', async (t) => {
  t.diagnostic(`PARLEY_SEED=${seed}`);
  const random = createRandom(seed);
  const { blobs, directory, path, ring, wrapped, dataKeys } = await openStorage(t);
  const content = contentOf(200 * piece);
  const blob = { workspaceId, key };
  await dataKeys(workspaceId);
  const wrappedKey = wrapped[workspaceId]?.toString('base64') ?? '';
  const order = { directory, ring, wrapped: wrappedKey, workspaceId, key, bytes: content.bytes };
  let reached = 0;
  for (const part of [1, 2, 3, 4]) {
    const killAt = reached + random.below(Math.floor(content.bytes / 8)) + 1;
    reached = await storeUntilKilled({ ...order, waitAt: killAt + random.below(10 * piece) }, killAt);
    assert.ok(reached >= killAt && reached < content.bytes, `seed ${seed}: kill ${part} came at ${reached}`);
    assert.equal(await blobs.size(blob), undefined);
    assert.deepEqual(await filesIn(directory), ['art_a.part']);
  }
  const there = (await stat(`${path}.part`)).size;
  const asked: number[] = [];
  const stored = await blobs.write(blob, content.source(asked));
  assert.deepEqual(stored, { bytes: content.bytes, sha256: content.sha256() });
  assert.ok(
    asked[0] !== undefined && asked[0] > there - 2 * sealedPiece && asked[0] <= there,
    `${asked[0]} of ${there}`,
  );
  assert.deepEqual(await filesIn(directory), ['art_a']);
  await blobs.remove(blob);
  assert.deepEqual(await filesIn(directory), []);
});

/** Tells how much the child had handed over when it was killed. */
async function storeUntilKilled(order: StoringOrder, killAt: number): Promise<number> {
  const child = spawn(process.execPath, [new URL('support/storing-child.ts', import.meta.url).pathname], {
    env: { ...process.env, PARLEY_STORING: JSON.stringify(order) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = 0;
  for await (const line of createInterface(child.stdout)) {
    assert.notEqual(line, 'done');
    last = Math.max(last, Number(line));
    if (last >= killAt) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  assert.equal(child.signalCode, 'SIGKILL');
  return last;
}

test('whoever stops reading leaves no file open, and whoever stops writing leaves what arrived', async (t) => {
  const { blobs } = await openStorage(t);
  const content = contentOf(20 * piece);
  const blob = { workspaceId, key, bytes: content.bytes };
  await blobs.write(blob, content.source());
  const before = await readdir('/proc/self/fd').catch(() => []);
  for (let turn = 0; turn < 50; turn += 1) {
    const stream = await blobs.read(blob, { from: 0, to: content.bytes - 1 });
    if (turn % 2) await stream.cancel();
    else for await (const _ of stream) break;
  }
  const after = await readdir('/proc/self/fd').catch(() => []);
  assert.ok(after.length < before.length + 10, `${before.length} files before, ${after.length} after`);

  const other = { workspaceId, key: 'wrk_a/art_b' };
  const ending = new AbortController();
  const endless = async () =>
    (async function* () {
      for (let place = 0; ; place += 1000) {
        if (place > 5 * piece) ending.abort(new Error('the job is over'));
        yield content.at(place, place + 1000);
      }
    })();
  await assert.rejects(blobs.write(other, endless, ending.signal), /the job is over/);
  const asked: number[] = [];
  await blobs.write(other, content.source(asked));
  assert.ok((asked[0] ?? 0) >= 3 * piece, `${asked[0]}`);
});

test('no key leads out of the storage, and no other file in it is taken for ours', async (t) => {
  const { blobs, directory } = await openStorage(t);
  for (const hostile of [
    '',
    '..',
    '../art',
    'wrk_a/../../art',
    '/etc/passwd',
    'wrk_a/',
    'wrk_a//art',
    'a\0b',
    'a.part',
    'C:\\a',
    'ä',
    'x'.repeat(201),
  ]) {
    const blob = { workspaceId, key: hostile };
    await assert.rejects(blobs.write(blob, contentOf(1).source()), TypeError, hostile);
    await assert.rejects(blobs.read({ ...blob, bytes: 1 }, { from: 0, to: 0 }), TypeError, hostile);
    await assert.rejects(blobs.size(blob), TypeError, hostile);
    await assert.rejects(async () => blobs.remove(blob), TypeError, hostile);
  }
  await blobs.write({ workspaceId, key }, contentOf(10).source());
  await assert.rejects(blobs.write({ workspaceId, key: 'wrk_b/art_c' }, breakingAt(contentOf(10), 5)));
  await writeFile(join(directory, '.DS_Store'), '');
  await mkdir(join(directory, 'lost+found'));
  const found: string[] = [];
  for await (const each of blobs.list()) found.push(each.key);
  assert.deepEqual(found.toSorted(), [key, 'wrk_b/art_c']);
});

test('a storage that was never used is empty, and removing nothing is no fault', async (t) => {
  const { dataKeys, directory } = await openStorage(t);
  const blobs = createSealedBlobs({ store: createFileStore({ directory: join(directory, 'not/yet') }), dataKeys });
  for await (const each of blobs.list()) assert.fail(each.key);
  await blobs.remove({ workspaceId, key });
  assert.equal(await blobs.size({ workspaceId, key }), undefined);
  await blobs.write({ workspaceId, key }, contentOf(10).source());
  assert.equal(await blobs.size({ workspaceId, key }), 10);
});

test('a full disk, a forbidden one and a file in the way are told to the operator, and tried again', async (t) => {
  const { blobs, directory, path } = await openStorage(t);
  await mkdir(dirname(path), { recursive: true });
  if (process.platform === 'linux') {
    await symlink('/dev/full', `${path}.part`);
    await assert.rejects(
      blobs.write({ workspaceId, key }, contentOf(piece).source()),
      problem('storage_unavailable', /no room left/),
    );
    await blobs.remove({ workspaceId, key });
  }
  await writeFile(join(directory, 'wrk_file'), '');
  await assert.rejects(
    blobs.write({ workspaceId, key: 'wrk_file/art_a' }, contentOf(9).source()),
    problem('storage_unavailable'),
  );
  if (process.getuid?.() !== 0) {
    await chmod(directory, 0o500);
    await assert.rejects(
      blobs.write({ workspaceId, key: 'wrk_c/art_a' }, contentOf(9).source()),
      problem('storage_unavailable', /may not write/),
    );
    await chmod(directory, 0o700);
  }
  assert.equal(new Problem('storage_unavailable').retryable, true);
});

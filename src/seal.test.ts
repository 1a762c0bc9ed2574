import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { Secret } from './config.ts';
import {
  deriveContentKey,
  deriveKey,
  loadKeyRing,
  newDataKey,
  open,
  openDataKey,
  openPiece,
  parseKeyRing,
  seal,
  sealedPieceOverhead,
  SealError,
  sealPiece,
  type SealContext,
} from './seal.ts';

const keyText = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const context: SealContext = {
  purpose: 'MeetingProvider.Tokens.v1',
  workspaceId: 'w1',
  rowId: 'c1',
  field: 'accessToken',
};

const first = { index: 0, last: true };

function newKey() {
  const ring = parseKeyRing(keyText('k1'));
  return openDataKey(ring, newDataKey(ring));
}

async function temporaryDirectory(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'parley-seal-'));
  t.after(() => rm(directory, { recursive: true }));
  return directory;
}

test('a sealed text opens under the same context and does not show the text', () => {
  const key = newKey();
  const sealed = seal(key, 'eyJ-secret-ü', context);
  assert.equal(open(key, sealed, context), 'eyJ-secret-ü');
  assert.equal(sealed.includes('eyJ-secret'), false);
  assert.notDeepEqual(seal(key, 'eyJ-secret-ü', context), sealed);
  assert.doesNotMatch(inspect(key, { depth: 5, showHidden: true }), /[0-9a-f]{16}/);
});

// K01
test('a sealed text that was moved to another row, column, workspace or purpose does not open', () => {
  const key = newKey();
  const sealed = seal(key, 'secret', context);
  const elsewhere: SealContext[] = [
    { ...context, rowId: 'c2' },
    { ...context, field: 'refreshToken' },
    { ...context, workspaceId: 'w2' },
    { ...context, purpose: 'OAuth.State.v1' },
    { ...context, workspaceId: 'w1","c1', rowId: '' },
  ];
  for (const other of elsewhere) assert.throws(() => open(key, sealed, other), SealError);
  assert.throws(() => open(newKey(), sealed, context), SealError);
});

test('a sealed text opens only when every byte is as it was', () => {
  const key = newKey();
  const sealed = seal(key, 'secret', context);
  for (let index = 0; index < sealed.length; index++) {
    const changed = Buffer.from(sealed);
    changed[index] = (changed[index] ?? 0) ^ 1;
    assert.throws(() => open(key, changed, context), SealError, `byte ${index}`);
  }
  assert.throws(() => open(key, Buffer.alloc(0), context), SealError);
  assert.throws(() => open(key, sealed.subarray(0, 20), context), SealError);
});

test('a data key wrapped by an older key opens while that key is in the ring, and not after', () => {
  const [first, second] = [keyText('2024'), keyText('2025')];
  const wrapped = newDataKey(parseKeyRing(first));
  const sealed = seal(openDataKey(parseKeyRing(first), wrapped), 'secret', context);
  assert.equal(open(openDataKey(parseKeyRing(`${second}, ${first}`), wrapped), sealed, context), 'secret');
  assert.throws(() => openDataKey(parseKeyRing(second), wrapped), /“2024” is not in Encryption__Keys/);
  assert.throws(() => openDataKey(parseKeyRing(keyText('2024')), wrapped), SealError);
});

test('a derived key is the same for the same data key, and another for another', () => {
  const key = newKey();
  assert.ok(deriveKey(key, 'Booking.ManageLink.v1').equals(deriveKey(key, 'Booking.ManageLink.v1')));
  assert.equal(deriveKey(key, 'Booking.ManageLink.v1').equals(deriveKey(newKey(), 'Booking.ManageLink.v1')), false);
  assert.equal(deriveKey(key, 'Booking.ManageLink.v1').equals(key.key), false);
});

test('a key ring with a fault is refused without showing any of it', () => {
  const good = keyText('k1');
  const bad = [
    '',
    'c2VjcmV0',
    'k1:c2VjcmV0',
    `${good},${good}`,
    `${good},`,
    `k 1:${randomBytes(32).toString('base64')}`,
  ];
  for (const text of bad) {
    assert.throws(
      () => parseKeyRing(text),
      (error: Error) => !error.message.includes('c2VjcmV0') && !error.message.includes(good.slice(3, 20)),
      text,
    );
  }
});

// K02
test('the first run on a private database makes a key file that only its owner can read, and says so', async (t) => {
  const directory = join(await temporaryDirectory(t), 'data');
  const source = { keys: undefined, privateDatabase: true, directory };
  const starters = await Promise.all([loadKeyRing(source), loadKeyRing(source), loadKeyRing(source)]);
  const makers = starters.filter(({ madeFile }) => madeFile !== undefined);
  assert.deepEqual(
    makers.map(({ madeFile }) => madeFile),
    [join(directory, 'key')],
  );
  assert.equal(new Set(starters.map(({ ring }) => ring.current.id)).size, 1);
  assert.equal((await stat(join(directory, 'key'))).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(directory), ['key']);

  const again = await loadKeyRing(source);
  assert.equal(again.madeFile, undefined);
  const wrapped = newDataKey(starters[0].ring);
  assert.ok(openDataKey(again.ring, wrapped));
});

// K02
test('with a database of its own and no key, Parley refuses to start', async (t) => {
  const directory = await temporaryDirectory(t);
  const source = { keys: undefined, privateDatabase: false, directory };
  await assert.rejects(loadKeyRing(source), /Encryption__Keys is not set/);
  assert.deepEqual(await readdir(directory), []);
});

// K02
test('a key that went missing beside a database is not replaced', async (t) => {
  const directory = await temporaryDirectory(t);
  await mkdir(join(directory, 'postgres'));
  await assert.rejects(loadKeyRing({ keys: undefined, privateDatabase: true, directory }), /is missing/);
});

test('Encryption__Keys comes before the key file, and a spoilt key file is refused without showing it', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFile(join(directory, 'key'), 'k1:c2VjcmV0');
  const source = { privateDatabase: true, directory };
  const { ring } = await loadKeyRing({ ...source, keys: new Secret(keyText('given')) });
  assert.equal(ring.current.id, 'given');
  await assert.rejects(loadKeyRing({ ...source, keys: undefined }), (error: Error) => !/c2VjcmV0/.test(error.message));
  assert.equal(await readFile(join(directory, 'key'), 'utf8'), 'k1:c2VjcmV0');
});

test('a piece of a large content opens under its number only, and as the last one only if it was', () => {
  const key = deriveContentKey(newKey(), { workspaceId: 'w1', key: 'w1/a1' });
  const sealed = sealPiece(key, Buffer.from('piece'), { index: 4_294_967_296, last: false }, Buffer.alloc(100));
  const place = { index: 4_294_967_296, last: false };
  assert.equal(sealed.length, 'piece'.length + sealedPieceOverhead);
  assert.equal(openPiece(key, sealed, place).toString(), 'piece');
  assert.throws(() => openPiece(key, sealed, { ...place, index: 0 }), SealError);
  assert.throws(() => openPiece(key, sealed, { ...place, last: true }), SealError);
  for (let index = 0; index < sealed.length; index++) {
    const changed = Buffer.from(sealed);
    changed[index] = (changed[index] ?? 0) ^ 1;
    assert.throws(() => openPiece(key, changed, place), SealError, `byte ${index}`);
  }
  // Sealed anew, it is another text: what was overwritten and what is there now say nothing together.
  assert.notDeepEqual(sealPiece(key, Buffer.from('piece'), place, Buffer.alloc(100)), sealed);
});

test('each content in the storage has a key of its own', () => {
  const dataKey = newKey();
  const sealed = sealPiece(
    deriveContentKey(dataKey, { workspaceId: 'w1', key: 'a' }),
    Buffer.from('x'),
    first,
    Buffer.alloc(100),
  );
  for (const other of [
    { workspaceId: 'w1', key: 'b' },
    { workspaceId: 'w2', key: 'a' },
    { workspaceId: 'w1","a', key: '' },
  ])
    assert.throws(() => openPiece(deriveContentKey(dataKey, other), sealed, first), SealError);
  assert.throws(() => openPiece(deriveContentKey(newKey(), { workspaceId: 'w1', key: 'a' }), sealed, first), SealError);
});

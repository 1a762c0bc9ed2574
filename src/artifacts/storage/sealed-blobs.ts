import { createHash, type Hash, type KeyObject } from 'node:crypto';
import type { DataKeys } from '../../access/workspace-keys.ts';
import { giveBack } from '../../memory.ts';
import { Problem } from '../../problem.ts';
import { deriveContentKey, openPiece, SealError, sealedPieceOverhead, sealPiece } from '../../seal.ts';
import { BlobMissing, type BlobStore } from './blob-store.ts';

/** A content in the storage: whose it is, and where. */
export type Blob = { workspaceId: string; key: string };

/**
 * Large contents, encrypted in pieces of 64 KiB: any range can be read without the rest, and nothing that was changed,
 * swapped or cut off opens. The last piece is always shorter than the others, if need be empty.
 */
export type SealedBlobs = {
  /**
   * Stores what the source gives from a byte on; answers with size and SHA-256 of the whole. Goes on where a broken-off
   * attempt of the same blob has stopped, and is done at once when an earlier one had come to the end.
   */
  write(blob: Blob, source: Source, signal?: AbortSignal): Promise<Digest>;
  /**
   * Bytes of a content of so many; both ends count. The first of them have been opened when the promise resolves; what
   * is damaged further on breaks the stream. Either is told to `onDamage`.
   */
  read(
    blob: Blob & { bytes: number },
    range: { from: number; to: number },
    onDamage?: (error: unknown) => void,
  ): Promise<ReadableStream<Uint8Array>>;
  /** Bytes of the content; `undefined` while it is not complete. */
  size(blob: Blob): Promise<number | undefined>;
  /** Removes all of it, complete or begun. */
  remove(blob: Blob): Promise<void>;
  /** Every key at which there is something, complete or begun. */
  list(): AsyncIterable<{ key: string; changedAt: Date }>;
};

/**
 * Opens the content from a byte on, which is never beyond its last one. What it gives is given away: its memory is freed
 * as soon as it has been read.
 */
export type Source = (from: number) => Promise<AsyncIterable<Uint8Array>>;
export type Digest = { bytes: number; sha256: Buffer };

const pieceBytes = 64 * 1024;
/** How many bytes a whole piece takes in a store. */
export const sealedBytes = pieceBytes + sealedPieceOverhead;
/** So many are written at a time. */
const piecesAtOnce = 4;

/** Encrypts what goes into a store, and decrypts what comes out, under keys derived from the workspaces' data keys. */
export function createSealedBlobs({ store, dataKeys }: { store: BlobStore; dataKeys: DataKeys }): SealedBlobs {
  const keyOf = async (blob: Blob) => deriveContentKey(await dataKeys(blob.workspaceId), blob);
  return {
    async write(blob, source, signal) {
      return writeSealed({ store, key: await keyOf(blob) }, blob, source, signal);
    },
    async read(blob, range, onDamage) {
      const under = { store, key: await keyOf(blob) };
      const opened = await orDamaged(openRange(under, blob, range), onDamage);
      return streamOf(opened, onDamage);
    },
    async size({ key }) {
      const found = await store.stat(key);
      return found?.complete ? plainSize(found.bytes) : undefined;
    },
    remove: ({ key }) => store.remove(key),
    list: () => store.list(),
  };
}

type Under = { store: BlobStore; key: KeyObject };

async function writeSealed(under: Under, blob: Blob, source: Source, signal: AbortSignal | undefined): Promise<Digest> {
  const { store, key } = under;
  const found = await store.stat(blob.key);
  if (found?.complete) return digestOrRemove(under, blob, found.bytes);
  const pieces = piecesToKeep(found?.bytes ?? 0, store.stepBytes);
  const seen = { bytes: pieces * pieceBytes, hash: createHash('sha256') };
  const rest = await source(seen.bytes);
  await store.append(blob.key, pieces * sealedBytes, sealAll(key, pieces, rest, seen), signal);
  await store.complete(blob.key, storedSize(seen.bytes));
  // What an earlier attempt had stored was not seen by the hash, and may have suffered when it broke off.
  if (pieces > 0) return digestOrRemove(under, blob, storedSize(seen.bytes));
  return { bytes: seen.bytes, sha256: seen.hash.digest() };
}

/** Reads back all that is stored. What does not open is removed, so that the next attempt begins anew. */
async function digestOrRemove(under: Under, blob: Blob, stored: number): Promise<Digest> {
  const bytes = plainSize(stored) ?? -1;
  const hash = createHash('sha256');
  try {
    if (bytes < 0) throw new SealError('the stored content has an impossible size');
    const opened = await openRange(under, { ...blob, bytes }, { from: 0, to: bytes - 1 });
    for await (const piece of opened) hash.update(piece);
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    await under.store.remove(blob.key);
    throw new Problem('storage_unavailable', { detail: 'What was stored was damaged and is fetched anew.', cause });
  }
  return { bytes, sha256: hash.digest() };
}

type Seen = { bytes: number; hash: Hash };

/** Seals a source, some pieces at a time; the memory that is given is used again for the next. */
async function* sealAll(key: KeyObject, first: number, source: AsyncIterable<Uint8Array>, seen: Seen) {
  const plain = Buffer.allocUnsafeSlow(pieceBytes);
  const sealed = Buffer.allocUnsafeSlow(piecesAtOnce * sealedBytes);
  let [index, filled, ready] = [first, 0, 0];
  const sealOne = (last: boolean) => {
    ready += sealPiece(key, plain.subarray(0, filled), { index, last }, sealed.subarray(ready)).length;
    index += 1;
    filled = 0;
  };
  try {
    for await (const given of source) {
      seen.hash.update(given);
      seen.bytes += given.length;
      for (let taken = 0; taken < given.length;) {
        const some = given.subarray(taken, taken + pieceBytes - filled);
        plain.set(some, filled);
        taken += some.length;
        filled += some.length;
        if (filled === pieceBytes) sealOne(false);
        if (ready < sealed.length) continue;
        yield sealed;
        ready = 0;
      }
      giveBack(given);
    }
  } catch (error) {
    // What arrived before the line broke need not come again.
    if (ready > 0) yield sealed.subarray(0, ready);
    throw error;
  }
  sealOne(true);
  yield sealed.subarray(0, ready);
}

type Opened = AsyncGenerator<Buffer, void, void>;

/** Opens the pieces that hold a range, and gives the range alone. */
async function openRange(
  { store, key }: Under,
  blob: Blob & { bytes: number },
  { from, to }: { from: number; to: number },
): Promise<Opened> {
  const lastIndex = Math.floor(blob.bytes / pieceBytes);
  const first = Math.floor(from / pieceBytes);
  // Who reads to the end reads the last piece as well, also where it is empty: it says that this is the end.
  const last = to >= blob.bytes - 1 ? lastIndex : Math.floor(to / pieceBytes);
  const stored = storedSize(blob.bytes);
  const range = { from: first * sealedBytes, to: Math.min((last + 1) * sealedBytes, stored) - 1 };
  const sealed = await store.read(blob.key, range);
  return openAll(key, sealed, {
    first,
    pieces: last - first + 1,
    lastIndex,
    skip: from - first * pieceBytes,
    take: to + 1 - from,
  });
}

type Wanted = { first: number; pieces: number; lastIndex: number; skip: number; take: number };

async function* openAll(key: KeyObject, stored: AsyncIterable<Uint8Array>, wanted: Wanted): Opened {
  let { first: index, skip, take } = wanted;
  for await (const sealed of inPieces(stored)) {
    const opened = openPiece(key, sealed, { index, last: index === wanted.lastIndex });
    const some = opened.subarray(skip, skip + take);
    index += 1;
    skip = 0;
    take -= some.length;
    if (some.length > 0) yield some;
  }
  if (index < wanted.first + wanted.pieces) throw new BlobMissing();
}

/** Cuts what is stored into sealed pieces, whatever it arrives in; each is good until the next one is asked for. */
async function* inPieces(stored: AsyncIterable<Uint8Array>) {
  const buffer = Buffer.allocUnsafeSlow(sealedBytes);
  let filled = 0;
  for await (const given of stored) {
    const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
    for (let taken = 0; taken < bytes.length;) {
      const some = bytes.subarray(taken, taken + sealedBytes - filled);
      taken += some.length;
      if (some.length === sealedBytes) {
        yield some;
        continue;
      }
      filled += some.copy(buffer, filled);
      if (filled < sealedBytes) continue;
      yield buffer;
      filled = 0;
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}

/** A stream that reads one piece ahead and no more, and whose first piece has been opened. */
async function streamOf(opened: Opened, onDamage?: OnDamage): Promise<ReadableStream<Uint8Array>> {
  let next = orDamaged(opened.next(), onDamage);
  await next;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await next;
        if (done) return controller.close();
        controller.enqueue(value);
        next = orDamaged(opened.next(), onDamage);
        next.catch(() => {}); // told at the next pull
      },
      async cancel() {
        await opened.return();
      },
    },
    { highWaterMark: 0 },
  );
}

type OnDamage = (error: unknown) => void;

async function orDamaged<T>(work: Promise<T>, onDamage?: OnDamage): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    onDamage?.(cause);
    throw new Problem('stored_content_damaged', { cause });
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof SealError || error instanceof BlobMissing;
}

/**
 * How many pieces of a begun blob are gone on from. At least one byte of the content is asked for once more: the source
 * might refuse to start at its end.
 */
function piecesToKeep(stored: number, stepBytes: number): number {
  const whole = Math.max(0, Math.floor((stored - sealedPieceOverhead - 1) / sealedBytes));
  return whole - (whole % Math.max(1, stepBytes / sealedBytes));
}

function storedSize(plain: number): number {
  return Math.floor(plain / pieceBytes) * sealedBytes + (plain % pieceBytes) + sealedPieceOverhead;
}

/** `undefined` for a size that no content has. */
function plainSize(stored: number): number | undefined {
  const rest = (stored % sealedBytes) - sealedPieceOverhead;
  return rest < 0 ? undefined : Math.floor(stored / sealedBytes) * pieceBytes + rest;
}

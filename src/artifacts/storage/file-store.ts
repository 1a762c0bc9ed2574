import { constants } from 'node:fs';
import { mkdir, open, opendir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Problem } from '../../problem.ts';
import { BlobMissing, checkKey, isKey, type BlobStore, type StoredRange } from './blob-store.ts';

const begun = '.part';
const readBytes = 256 * 1024;

/** Blobs as files below a directory that only the user of this process can look into. */
export function createFileStore({ directory }: { directory: string }): BlobStore {
  function pathOf(key: string): string {
    checkKey(key);
    return join(directory, key);
  }
  return {
    stepBytes: 1,
    stat: (key) => statBlob(pathOf(key)),
    read: (key, range) => readFileRange(pathOf(key), range),
    append: (key, at, source, signal) => appendTo(pathOf(key) + begun, { at, source, signal }),
    complete: (key, bytes) => completeFile(directory, pathOf(key), bytes),
    remove: (key) => removeFile(pathOf(key)),
    list: () => listFiles(directory, directory),
  };
}

async function statBlob(path: string): ReturnType<BlobStore['stat']> {
  const whole = await sizeOf(path);
  if (whole !== undefined) return { complete: true, bytes: whole };
  const part = await sizeOf(path + begun);
  return part === undefined ? undefined : { complete: false, bytes: part };
}

async function sizeOf(path: string): Promise<number | undefined> {
  const found = await unlessAbsent(stat(path));
  return found && found.size;
}

async function readFileRange(path: string, { from, to }: StoredRange): Promise<AsyncIterable<Uint8Array>> {
  const file = await unlessAbsent(open(path, 'r'));
  if (!file) throw new BlobMissing();
  if ((await file.stat()).size > to) return piecesOf(file, { from, to });
  await file.close();
  throw new BlobMissing();
}

/** Reads as it is asked to, and closes the file at the end, at a fault and when its reader leaves. */
function piecesOf(file: FileHandle, { from, to }: StoredRange): AsyncIterableIterator<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(readBytes, to + 1 - from));
  let position = from;
  return {
    async next() {
      if (position > to) return this.return?.() ?? ended;
      const length = Math.min(buffer.length, to + 1 - position);
      try {
        const { bytesRead } = await orStorageProblem(file.read(buffer, 0, length, position));
        if (bytesRead === 0) throw new BlobMissing();
        position += bytesRead;
        return { done: false, value: buffer.subarray(0, bytesRead) };
      } catch (error) {
        await file.close();
        throw error;
      }
    },
    async return() {
      position = to + 1;
      await file.close();
      return ended;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const ended = { done: true, value: undefined } as const;

type Appending = { at: number; source: AsyncIterable<Uint8Array>; signal: AbortSignal | undefined };

async function appendTo(path: string, { at, source, signal }: Appending): Promise<void> {
  const file = await orStorageProblem(openToAppend(path, at));
  try {
    let position = at;
    for await (const piece of source) {
      signal?.throwIfAborted();
      await orStorageProblem(writeAll(file, piece, position));
      position += piece.length;
    }
  } finally {
    await file.close();
  }
}

async function openToAppend(path: string, at: number): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  const { size } = await file.stat();
  if (size > at) await file.truncate(at);
  if (size >= at) return file;
  await file.close();
  throw new TypeError('what is to be continued is not there');
}

async function writeAll(file: FileHandle, piece: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < piece.length;) {
    const { bytesWritten } = await file.write(piece, done, piece.length - done, position + done);
    done += bytesWritten;
  }
}

async function completeFile(directory: string, path: string, bytes: number): Promise<void> {
  await orStorageProblem(
    (async () => {
      await syncFile(path + begun, bytes);
      await rename(path + begun, path);
      for (let folder = dirname(path); ; folder = dirname(folder)) {
        await syncFolder(folder);
        if (relative(directory, folder) === '') return;
      }
    })(),
  );
}

async function syncFile(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    // Somebody else writes to it as well; then neither has it as it was read.
    if (size !== bytes) throw new Error(`the file has ${size} bytes instead of ${bytes}`);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function removeFile(path: string): Promise<void> {
  await orStorageProblem(Promise.all([rm(path, { force: true }), rm(path + begun, { force: true })]));
  // What was removed must not come back after a loss of power.
  await unlessAbsent(syncFolder(dirname(path)));
}

async function* listFiles(root: string, folder: string): ReturnType<BlobStore['list']> {
  const entries = await unlessAbsent(opendir(folder));
  if (!entries) return;
  for await (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* listFiles(root, path);
    if (!entry.isFile()) continue;
    const key = keyOf(relative(root, path));
    const found = isKey(key) ? await unlessAbsent(stat(path)) : undefined;
    if (found) yield { key, changedAt: found.mtime };
  }
}

function keyOf(path: string): string {
  const key = path.split(sep).join('/');
  return key.endsWith(begun) ? key.slice(0, -begun.length) : key;
}

async function unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw storageProblem(error);
  }
}

async function orStorageProblem<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw storageProblem(error);
  }
}

const sentences: Record<string, string> = {
  ENOSPC: 'There is no room left where recordings are stored.',
  EDQUOT: 'There is no room left where recordings are stored: the quota is used up.',
  EACCES: 'Parley may not write where recordings are stored.',
  EPERM: 'Parley may not write where recordings are stored.',
  EROFS: 'Parley cannot write where recordings are stored: it is mounted read-only.',
};

/** What the operating system refused, in words for the operator. A fault of ours stays what it is. */
function storageProblem(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof TypeError || error instanceof Problem) return error;
  return new Problem('storage_unavailable', {
    detail: sentences[code ?? ''] ?? `The storage of recordings failed (${code ?? 'unexpectedly'}).`,
    cause: error,
  });
}

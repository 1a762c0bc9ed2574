import { createHash, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { newDataKey, openDataKey, parseKeyRing, type DataKey } from '../../src/seal.ts';

/** A content of so many bytes, each of them known by its place alone; no two pieces of it are alike. */
export function contentOf(bytes: number) {
  const at = (from: number, to = bytes) => {
    const some = Buffer.alloc(Math.max(0, Math.min(to, bytes) - from));
    for (let done = 0; done < some.length;) {
      const start = (from + done) % pattern.length;
      done += pattern.copy(some, done, start, Math.min(pattern.length, start + some.length - done));
    }
    return some;
  };
  return {
    bytes,
    at,
    sha256: () => createHash('sha256').update(at(0)).digest(),
    /** As it comes over a network: in chunks of no particular size. Notes from where it was asked for. */
    source(asked: number[] = [], chunk = 50_021) {
      return async (from: number) => {
        asked.push(from);
        return (async function* () {
          for (let place = from; place < bytes; place += chunk) yield at(place, place + chunk);
        })();
      };
    },
  };
}

// A prime, so that it never falls into step with pieces, chunks or parts.
const pattern = patternOf(65_521);

function patternOf(length: number): Buffer {
  const made = Buffer.alloc(length);
  for (let index = 0; index * 64 < length; index += 1)
    createHash('sha512')
      .update(`stored ${index}`)
      .digest()
      .copy(made, index * 64);
  return made;
}

export async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-stored-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Data keys that are made when they are asked for. */
export function someDataKeys(
  ringText = `test:${randomBytes(32).toString('base64')}`,
  wrapped: Record<string, Buffer> = {},
) {
  const ring = parseKeyRing(ringText);
  const keys = new Map<string, DataKey>();
  return async (workspaceId: string): Promise<DataKey> => {
    const known = keys.get(workspaceId) ?? openDataKey(ring, (wrapped[workspaceId] ??= newDataKey(ring)));
    keys.set(workspaceId, known);
    return known;
  };
}

export async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A source that breaks off once it has given so many bytes of the content. */
export function breakingAt(content: ReturnType<typeof contentOf>, bytes: number) {
  return async (from: number) =>
    (async function* () {
      for (let place = from; place < bytes; place += 4093) yield content.at(place, Math.min(bytes, place + 4093));
      throw new Error('the line broke');
    })();
}

import { readFileSync } from 'node:fs';
import type { RecordingContent } from './artifacts.ts';

/** A film of 20 seconds that counts them: H.264 and AAC, its index first. */
let film: Buffer | undefined;
const PERIOD = 65_521;
const CHUNK = 8 * PERIOD;
let filler: Buffer | undefined;

/** The film, read once. */
export function filmBytes(): Buffer {
  film ??= readFileSync(new URL('./recording.mp4', import.meta.url));
  return film;
}

/** The smallest size of a recording that is larger than the film itself. */
export function smallestPadded(): number {
  return filmBytes().length + 16;
}

/** How long a recording's content is. */
export function lengthOf(content: RecordingContent): number {
  return content.kind === 'video' ? content.bytes : Buffer.byteLength(content.text);
}

/**
 * The bytes from `from` to `to`, both included, made while they are read: a film of many gigabytes takes no memory. What
 * follows the film is one `free` box (ISO/IEC 14496-12, 8.1.2) whose bytes say where they are.
 */
export function readContent(content: RecordingContent, from: number, to: number): ReadableStream<Uint8Array> {
  let position = from;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const end = Math.min(to + 1, position + CHUNK);
      if (position < end) controller.enqueue(bytesOf(content, position, end));
      position = end;
      if (position > to) controller.close();
    },
  });
}

/** The byte that stands at this place of a recording's filler. */
export function fillerAt(position: number): number {
  return (position % PERIOD) & 0xff;
}

function bytesOf(content: RecordingContent, from: number, end: number): Uint8Array {
  if (content.kind === 'other') return new Uint8Array(Buffer.from(content.text).subarray(from, end));
  const known = from < filmBytes().length + 16 ? headOf(content.bytes).subarray(from, end) : Buffer.alloc(0);
  const start = from + known.length;
  filler ??= Buffer.from(Array.from({ length: CHUNK + PERIOD }, (_, index) => fillerAt(index)));
  const phase = start % PERIOD;
  const rest = filler.subarray(phase, phase + end - start);
  return new Uint8Array(known.length === 0 ? rest : Buffer.concat([known, rest]));
}

/** The film, and the header of the box after it. */
function headOf(bytes: number): Buffer {
  const rest = bytes - filmBytes().length;
  if (rest <= 0) return filmBytes();
  const large = rest > 0xffff_ffff;
  const header = Buffer.alloc(large ? 16 : 8);
  header.writeUInt32BE(large ? 1 : rest, 0);
  header.write('free', 4);
  if (large) header.writeBigUInt64BE(BigInt(rest), 8);
  return Buffer.concat([filmBytes(), header]);
}

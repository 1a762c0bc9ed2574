/**
 * A place for large contents under keys such as `wrk_…/art_…`. A content is begun, grows, and is complete from one
 * moment on; what was begun and not completed is never read as if it were whole.
 */
export type BlobStore = {
  /** A begun blob can be cut at multiples of so many bytes. */
  stepBytes: number;
  /** How much is there; of a begun one: how much of it can be continued. `undefined`: nothing. */
  stat(key: string): Promise<{ complete: boolean; bytes: number } | undefined>;
  /**
   * Bytes of a complete blob; both ends count. Rejects with `BlobMissing` when there is none, or not so many bytes. Each
   * piece is good until the next one is asked for: its memory may be used again.
   */
  read(key: string, range: StoredRange): Promise<AsyncIterable<Uint8Array>>;
  /**
   * Cuts a begun blob to its first `at` bytes, a multiple of `stepBytes` up to what `stat` says, then goes on with the
   * source. What arrived
   * before a break stays, for the next time. The source may use the memory of a piece again for the next one.
   */
  append(key: string, at: number, source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  /** Makes a begun blob of exactly so many bytes complete, for good: it is there after a loss of power. */
  complete(key: string, bytes: number): Promise<void>;
  /** Removes what is there, complete or begun; it is no fault when nothing is. */
  remove(key: string): Promise<void>;
  /** Everything that is there, complete or begun, in no order. */
  list(): AsyncIterable<{ key: string; changedAt: Date }>;
};

export type StoredRange = { from: number; to: number };

/** There is no such complete blob, or it is shorter than it was. */
export class BlobMissing extends Error {
  override readonly name = 'BlobMissing';
}

/** Whether this can be a key of ours: no dots, no empty parts, nothing that leads elsewhere. */
export function isKey(key: string): boolean {
  return key.length <= 200 && /^[\w-]+(\/[\w-]+)*$/.test(key);
}

/** Throws `TypeError` for a key that no caller of ours makes. */
export function checkKey(key: string): void {
  if (!isKey(key)) throw new TypeError('not a key of a blob');
}

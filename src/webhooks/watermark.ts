/**
 * Lines of the outbox get their numbers before they can be seen, so a lower one may appear after a higher one. Each look
 * therefore reads again from the cursor, and makes what is not made yet; the cursor moves to a line only when everything
 * that could still appear before it has ended.
 */
export type Watermark = {
  /** Takes note of a look, and says up to which line all is seen by it. */
  settled(look: Look): number;
};

export type Look = {
  cursor: number;
  /** The highest line that can be seen. */
  head: number;
  /** PostgreSQL's `pg_snapshot_xmin` and `xmax`: all transactions before the first have ended, none after the second has begun. */
  oldest: bigint;
  next: bigint;
};

/** Remembers looks in this process alone: one that starts anew only takes a few looks longer. */
export function createWatermark(): Watermark {
  let head: number | undefined;
  let begunBefore: bigint | undefined;
  return {
    settled(look) {
      if (head === undefined) {
        head = look.head;
        return look.cursor;
      }
      // One look later than the line: whoever took a number before it is a transaction with a number of its own by now.
      begunBefore ??= look.next;
      if (look.oldest < begunBefore) return look.cursor;
      const settled = Math.max(head, look.cursor);
      head = look.head;
      begunBefore = undefined;
      return settled;
    },
  };
}

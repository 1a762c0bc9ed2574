export type Page<T> = { data: T[]; nextCursor?: string | null };

/** A list: `for await (const one of list)` reads page after page, and only as far as the loop goes. */
export type Pages<T> = AsyncIterable<T> & {
  /** One page: the first, or the one that `nextCursor` of the page before names. */
  page: (cursor?: string) => Promise<Page<T>>;
  /** All of them. */
  toArray: () => Promise<T[]>;
};

/** A list whose pages `read` fetches. */
export function createPages<T>(read: (cursor: string | undefined) => Promise<Page<T>>): Pages<T> {
  const all = async function* () {
    let cursor: string | undefined;
    do {
      const { data, nextCursor } = await read(cursor);
      yield* data;
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined);
  };
  return {
    [Symbol.asyncIterator]: all,
    page: read,
    async toArray() {
      const found: T[] = [];
      for await (const one of all()) found.push(one);
      return found;
    },
  };
}

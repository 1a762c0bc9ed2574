import type { Event } from './generated/schemas.ts';
import type { Parley } from './parley.ts';

export type Following = {
  /** The cursor to go on from; left out, with what comes from now on. */
  after?: string;
  /** Types, or groups such as `booking.*`, separated by commas; left out, all. */
  types?: string;
  signal?: AbortSignal;
};

/**
 * What happens, as it happens, without an end, each with the cursor to go on from. Whoever keeps that cursor misses
 * nothing while their program does not run, but may be given again what came in one page with it: its `id` is the same.
 */
export async function* follow(
  { events }: Pick<Parley, 'events'>,
  { after = 'now', types, signal }: Following = {},
): AsyncGenerator<{ event: Event; cursor: string }, never> {
  const query = types === undefined ? {} : { types };
  const options = { retries: 10, ...(signal && { signal }) };
  // “Now” is another moment each time it is said.
  let cursor = after === 'now' ? (await events.list({ ...query, after }, options)).nextCursor : after;
  for (;;) {
    const { data, nextCursor } = await events.list({ ...query, after: cursor }, { ...options, wait: 30 });
    for (const event of data) yield { event, cursor: event === data.at(-1) ? nextCursor : cursor };
    cursor = nextCursor;
  }
}

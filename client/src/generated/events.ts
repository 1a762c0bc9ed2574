// Written by scripts/write-client.ts from docs/openapi.json.

import type { CallOptions, Send } from '../send.ts';
import type { ListEventsQuery, ListEventsAnswer } from './schemas.ts';

/** Everything that happened, in order, to be read from where one stopped. */
export const events = (send: Send) => ({
  /** Everything that happened, the oldest first, and nothing left out: go on with `nextCursor`, which is always given. With `Prefer: wait=30`, an answer without events is held back until there are some. */
  list: (query: ListEventsQuery = {}, options?: CallOptions): Promise<ListEventsAnswer> =>
    send({ method: 'GET', path: '/v1/events', query, options }),
});

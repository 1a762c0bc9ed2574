// Written by scripts/write-client.ts from docs/openapi.json.

import { segment } from '../segment.ts';
import type { CallOptions, Send } from '../send.ts';
import type { Operation } from './schemas.ts';

/** Requests that Microsoft hears of later, to be followed until they are true there. */
export const operations = (send: Send) => ({
  /** What became of a request that was answered with 202. With `Prefer: wait=30`, the answer is held back until the operation is over. */
  get: (id: string, options?: CallOptions): Promise<Operation> =>
    send({ method: 'GET', path: `/v1/operations/${segment(id)}`, options }),
});

import { Hono } from 'hono';
import type { ApiContext, Env } from '../../http/router.ts';
import { Problem } from '../../problem.ts';
import { errorOfVersion3 } from './errors.ts';

const detail = 'This part of Nylas is not offered here. Calendars, events, grants and webhooks are.';

/** Whatever else clients of version 3 ask, in words that they can read. Mounted last. */
export function notOffered(): Hono<Env> {
  return new Hono<Env>().all('/v3/*', (c) => errorOfVersion3(c as ApiContext, new Problem('not_found', { detail })));
}

import type { ApiContext } from '../../http/router.ts';

/** One object of version 3. Never 204: its clients parse every answer. */
export function one(c: ApiContext, data: unknown): Response {
  return c.json({ request_id: c.get('requestId'), data });
}

/** A page of version 3. Without `next_cursor`, its clients stop. */
export function page(c: ApiContext, data: readonly unknown[], nextCursor: string | null): Response {
  return c.json({ request_id: c.get('requestId'), data, ...(nextCursor !== null && { next_cursor: nextCursor }) });
}

/** Done, with nothing to show. */
export function done(c: ApiContext): Response {
  return c.json({ request_id: c.get('requestId') });
}

/** Seconds since 1970, as Nylas writes instants. */
export function epoch(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}

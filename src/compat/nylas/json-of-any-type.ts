import type { MiddlewareHandler } from 'hono';
import type { NylasEnv } from './gate.ts';

/**
 * Node's client of version 2 sends JSON and declares plain text. Everything here is asked with a secret in a header, which
 * no page of another site can add, so that the declared type protects nobody.
 */
export const jsonOfAnyType: MiddlewareHandler<NylasEnv> = async (c, next) => {
  const type = c.req.header('content-type');
  if (type === undefined || /^text\/plain\b/i.test(type)) c.req.raw.headers.set('content-type', 'application/json');
  await next();
};

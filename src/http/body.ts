import { createMiddleware } from 'hono/factory';
import { Problem } from '../problem.ts';
import type { Env } from './router.ts';

const megabyte = 1024 * 1024;
/** Lists of a whole tenant's users are larger than anything else: 5 MB of text, which JSON makes longer. */
const mostBytesAt = (path: string) => (/^\/v1\/tenants\/[\w-]+\/organizers\/import$/.test(path) ? 8 : 1) * megabyte;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a request's JSON once, before any route: at most 1 MB where a route does not need more, declared as JSON, valid
 * UTF-8, valid JSON. An empty body counts as `{}`, so that actions without arguments need none.
 */
export const readJsonBody = createMiddleware<Env>(async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
  const bytes = await readBytes(c.req.raw, mostBytesAt(c.req.path));
  if (bytes.length > 0 && !/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(c.req.header('content-type') ?? '')) {
    throw new Problem('unsupported_media_type', { detail: 'Send the body as application/json.' });
  }
  const text = bytes.length > 0 ? decode(bytes) : '{}';
  parse(text);
  // Hono caches promises here, although its type names the values.
  c.req.bodyCache.text = Promise.resolve(text) as unknown as string;
  if (bytes.length === 0) c.req.raw.headers.set('content-type', 'application/json');
  return next();
});

/** A body of at most so many bytes, counted while it comes. Throws `payload_too_large`. */
export async function readBytes(request: Request, mostBytes: number): Promise<Uint8Array> {
  const declared = request.headers.get('content-length');
  if (Number(declared ?? 0) > mostBytes) throw tooLarge(mostBytes);
  // The HTTP parser holds a sender to the length it declared; only what comes without one has to be counted.
  if (declared !== null) return new Uint8Array(await request.arrayBuffer());
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request.body ?? []) {
    length += part.length;
    if (length > mostBytes) throw tooLarge(mostBytes);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Problem('invalid_request', { errors: [{ pointer: '', detail: 'The body is not valid UTF-8.' }] });
  }
}

function parse(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new Problem('invalid_request', { errors: [{ pointer: '', detail: 'The body is not valid JSON.' }] });
  }
}

function tooLarge(mostBytes: number): Problem {
  return new Problem('payload_too_large', { detail: `A body can have at most ${mostBytes / megabyte} MB here.` });
}

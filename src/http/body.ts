import { createMiddleware } from 'hono/factory';
import { Problem } from '../problem.ts';
import type { Env } from './router.ts';

const mostBytes = 1024 * 1024;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a request's JSON once, before any route: at most 1 MB, declared as JSON, valid UTF-8, valid JSON. An empty body
 * counts as `{}`, so that actions without arguments need none.
 */
export const readJsonBody = createMiddleware<Env>(async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
  const bytes = await readBytes(c.req.raw);
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

async function readBytes(request: Request): Promise<Uint8Array> {
  const declared = request.headers.get('content-length');
  if (Number(declared ?? 0) > mostBytes) throw tooLarge();
  // The HTTP parser holds a sender to the length it declared; only what comes without one has to be counted.
  if (declared !== null) return new Uint8Array(await request.arrayBuffer());
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request.body ?? []) {
    length += part.length;
    if (length > mostBytes) throw tooLarge();
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

function tooLarge(): Problem {
  return new Problem('payload_too_large', { detail: 'A body can have at most 1 MB.' });
}

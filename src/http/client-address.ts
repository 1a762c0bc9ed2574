import { isIP } from 'node:net';
import type { Context } from 'hono';
import { isInRanges } from '../access/ip-ranges.ts';

/**
 * The address that a request came from: of its connection, and behind proxies that are trusted, the last one in
 * `X-Forwarded-For` that none of them wrote for another of them. `undefined`: it cannot be told.
 */
export function clientAddress(c: Context, trustedProxies: readonly string[]): string | undefined {
  let address = connectedFrom(c);
  const forwarded = c.req.header('x-forwarded-for')?.split(',') ?? [];
  // From the right, because every proxy appends whom it heard from; what is left of a stranger’s word is hearsay.
  while (forwarded.length > 0 && isInRanges(address, trustedProxies)) address = plainAddress(forwarded.pop() ?? '');
  return address;
}

/** `@hono/node-server` hands the connection over in this way; other servers and tests may have none. */
function connectedFrom(c: Context): string | undefined {
  const { incoming } = (c.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string | undefined } } };
  return plainAddress(incoming?.socket?.remoteAddress ?? '');
}

/** Without the port that some proxies add, without the zone of a link-local address, and IPv4 as IPv4. */
function plainAddress(text: string): string | undefined {
  const [, bracketed, withPort] = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text.trim()) ?? [];
  const [address = ''] = (bracketed ?? withPort ?? text.trim()).split('%');
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, '');
  return isIP(plain) === 0 ? undefined : plain.toLowerCase();
}

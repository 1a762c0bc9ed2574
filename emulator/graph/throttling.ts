import { decodeJwt } from 'jose';
import type { Context } from '../context.ts';
import { findUser } from '../directory.ts';
import { openValue } from '../entra/sealed.ts';
import { GraphError } from './graph-error.ts';

const WINDOW_MS = 600_000;

/** A request's place among those that an app has in flight for one mailbox. */
export type Ticket = { position: number; arrivals: number; leave: () => void };

/**
 * Counts a request to a mailbox from the moment it arrives. Done before the token is verified, because requests that
 * arrive together must meet; whoever is not let in by the token is refused for that reason first.
 */
export function enter(context: Context, authorization: string | null, userKey: string | undefined): Ticket {
  const key = keyOf(context, authorization, userKey);
  const { throttle } = context.mailboxes;
  const position = (throttle.inFlight.get(key) ?? 0) + 1;
  throttle.inFlight.set(key, position);
  throttle.highWater.set(key, Math.max(position, throttle.highWater.get(key) ?? 0));
  const arrivals = countArrivals(context, key);
  return {
    position,
    arrivals,
    leave: () => void throttle.inFlight.set(key, Math.max(0, (throttle.inFlight.get(key) ?? 1) - 1)),
  };
}

/** Refuses the fifth request at a time, and the one after 10,000 in ten minutes. */
export function refuseExcess(context: Context, ticket: Ticket): void {
  const { concurrentLimit, tenMinuteLimit, retryAfter } = context.mailboxes.throttle;
  if (ticket.position > concurrentLimit) throw throttled('MailboxConcurrency', retryAfter);
  if (ticket.arrivals > tenMinuteLimit) throw throttled('RequestsPerTenMinutes', retryAfter);
}

/** The most requests that one app had in flight for one mailbox at the same time. */
export function highestConcurrency(context: Context): number {
  return Math.max(0, ...context.mailboxes.throttle.highWater.values());
}

function throttled(limit: string, retryAfter: string): GraphError {
  return new GraphError(429, 'ApplicationThrottled', `Application is over its ${limit} limit.`, {
    headers: { 'Retry-After': retryAfter },
  });
}

function countArrivals(context: Context, key: string): number {
  const { arrivals } = context.mailboxes.throttle;
  const now = context.now();
  const recent = arrivals.get(key) ?? [];
  while ((recent[0] ?? now) <= now - WINDOW_MS) recent.shift();
  recent.push(now);
  arrivals.set(key, recent);
  return recent.length;
}

function keyOf(context: Context, authorization: string | null, userKey: string | undefined): string {
  const claims = unverifiedClaims(context, authorization?.replace(/^Bearer\s+/i, '') ?? '');
  const appId = claims['appid'] ?? 'unknown';
  if (userKey === undefined) return `${appId}|${claims['oid'] ?? 'unknown'}`;
  return `${appId}|${findUser(context.directory, userKey, claims['tid'])?.id ?? userKey}`;
}

/** Claims for counting only; nothing is allowed because of them. */
function unverifiedClaims(context: Context, token: string): Partial<Record<string, string>> {
  try {
    if (!token.startsWith('EwB')) return decodeJwt<Partial<Record<string, string>>>(token);
    return (openValue(context.entra.tokenKey, token.slice(3)) as Partial<Record<string, string>> | undefined) ?? {};
  } catch {
    return {};
  }
}

import { createMiddleware } from 'hono/factory';
import type { Principal } from '../access/principal.ts';
import { Problem } from '../problem.ts';
import type { Env } from './router.ts';

type Deps = {
  now: () => Date;
  /** How many requests a key or a member may make in a minute; 0: as many as they like. */
  requestsPerMinute: number;
};

type Bucket = { tokens: number; at: number };
type Taken = { left: number; fullInMs: number; waitMs: number };

const minuteMs = 60_000;
/** Of so many keys and members is remembered what they asked; one more, and all begin anew. */
const mostBuckets = 10_000;

/**
 * Lets each key and each member make so many requests a minute, all at once or spread, and tells them with every answer
 * how many are left (IETF draft-ietf-httpapi-ratelimit-headers-10). Each process counts for itself.
 */
export function limitRate({ now, requestsPerMinute: most }: Deps) {
  const take = createBuckets(most);
  const policy = `"default";q=${most};w=60`;
  return createMiddleware<Env>(async (c, next) => {
    if (most === 0) return next();
    const { left, fullInMs, waitMs } = take(nameOf(c.get('principal')), now().getTime());
    c.header('RateLimit-Policy', policy);
    c.header('RateLimit', `"default";r=${left};t=${Math.ceil(fullInMs / 1000)}`);
    if (waitMs > 0) throw new Problem('rate_limited', { retryAfterMs: waitMs });
    return next();
  });
}

/** A key that takes another one's place shares what is left with it. */
function nameOf(principal: Principal): string {
  return principal.kind === 'key' ? principal.lineage : principal.memberId;
}

/** Token buckets: each holds a minute's requests, and is filled up evenly. */
function createBuckets(most: number): (name: string, at: number) => Taken {
  const buckets = new Map<string, Bucket>();
  const perMs = most / minuteMs;
  return (name, at) => {
    const bucket = buckets.get(name) ?? { tokens: most, at };
    const tokens = Math.min(most, bucket.tokens + Math.max(0, at - bucket.at) * perMs);
    const isThere = tokens >= 1;
    if (buckets.size >= mostBuckets && !buckets.has(name)) buckets.clear();
    buckets.set(name, Object.assign(bucket, { tokens: isThere ? tokens - 1 : tokens, at }));
    return {
      left: Math.floor(bucket.tokens),
      fullInMs: (most - bucket.tokens) / perMs,
      waitMs: isThere ? 0 : (1 - tokens) / perMs,
    };
  };
}

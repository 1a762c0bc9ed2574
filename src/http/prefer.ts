import type { ApiContext, Preference } from './router.ts';

/** What the `Prefer` header of a request asks for: an operation to follow, or some seconds of patience, or both. */
export function preferenceOf(c: ApiContext): Preference {
  const spanned = c.get('spanned');
  if (spanned) return spanned.preference;
  const header = c.req.header('prefer');
  return { respondAsync: isAsync.test(header ?? ''), waitSeconds: preferredWaitSeconds(header) };
}

/** `respond-async` (RFC 7240, section 4.1). */
const isAsync = /(?:^|[,\s])respond-async\s*(?:$|[,;\s])/i;

/** The number of seconds in `Prefer: wait=N` (RFC 7240, section 4.3), at most 30; 0 when it is absent. */
export function preferredWaitSeconds(prefer: string | undefined): number {
  const seconds = Number(/(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/.exec(prefer ?? '')?.[1] ?? 0);
  return Math.min(seconds, 30);
}

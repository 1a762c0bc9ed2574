import { preferredWaitSeconds } from '../meetings/changes.ts';
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

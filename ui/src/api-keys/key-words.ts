import type { ApiKey } from '../api/queries.ts';
import type { State } from '../parts/state-label.tsx';
import { agoText, count, momentText } from '../parts/when.ts';

const dayMs = 86_400_000;
const soonMs = 14 * dayMs;

/** `Used 3 minutes ago from 10.0.0.5` */
export function useWords({ lastUsedAt, lastUsedFrom }: ApiKey, now: number, zone: string): string {
  if (lastUsedAt === null) return 'Not used yet';
  return `Used ${agoText(lastUsedAt, now, zone)}${lastUsedFrom === null ? '' : ` from ${lastUsedFrom}`}`;
}

/** `Expires in 12 days`; a key that has expired is refused, and stays in the list until it is revoked. */
export function expiryState({ expiresAt }: Pick<ApiKey, 'expiresAt'>, now: number, zone: string): State {
  if (expiresAt === null) return { tone: 'good', words: 'Valid until it is revoked' };
  const leftMs = Date.parse(expiresAt) - now;
  if (leftMs <= 0) return { tone: 'problem', words: `Expired ${agoText(expiresAt, now, zone)}` };
  return {
    tone: leftMs <= soonMs ? 'waiting' : 'good',
    words: `Expires ${inWords(leftMs)}, ${momentText(expiresAt, zone)}`,
  };
}

/** Rounded down, so that nobody counts on time that is not left. */
function inWords(ms: number): string {
  if (ms >= 2 * dayMs) return `in ${count(Math.floor(ms / dayMs), 'day')}`;
  const hours = Math.floor(ms / 3_600_000);
  if (hours > 0) return `in ${count(hours, 'hour')}`;
  return `in ${count(Math.max(1, Math.floor(ms / 60_000)), 'minute')}`;
}

/** From where it is valid: `From anywhere`, `Only from 203.0.113.0/24 and 2 more`. */
export function placeWords({ ipRanges }: Pick<ApiKey, 'ipRanges'>): string {
  if (ipRanges.length === 0) return 'From anywhere';
  const more = ipRanges.length - 3;
  const named = ipRanges.slice(0, 3).join(', ');
  return `Only from ${named}${more > 0 ? ` and ${more} more` : ''}`;
}

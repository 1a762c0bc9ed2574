import type { RosterFilter } from '../api/organizers.ts';

/** Parts of the roster that have an address of their own. */
export const rosterLists = {
  granted: { words: 'Policy granted', filter: { state: 'granted' } },
  propagating: { words: 'Policy propagating', filter: { state: 'propagating' } },
  denied: { words: 'Refused by Teams', filter: { state: 'denied' } },
  unknown: { words: 'Policy not known', filter: { state: 'unknown' } },
  'not-allowed': { words: 'Not allowed by Parley', filter: { allowed: 'false' } },
} as const satisfies Record<string, { words: string; filter: RosterFilter }>;
export type RosterList = keyof typeof rosterLists;

/** The part that `?show=` names, if it names one. */
export function rosterListOf(show: unknown): RosterList | undefined {
  return typeof show === 'string' && Object.hasOwn(rosterLists, show) ? (show as RosterList) : undefined;
}

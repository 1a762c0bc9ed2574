import type { Connection } from '../api/queries.ts';
import type { State } from '../parts/state-label.tsx';

/** How a connection stands, in words. */
export const connectionStates: Record<Connection['state'], State> = {
  connected: { tone: 'good', words: 'Connected' },
  reconnect_needed: { tone: 'problem', words: 'Reconnect needed' },
  personal_account: { tone: 'waiting', words: 'Personal account' },
};

/** Whether its owner can be booked: also while permissions are missing that meetings do not need. */
export function takesBookings({ state, problem, missingScopes }: Connection): boolean {
  if (state === 'connected') return true;
  return (
    problem?.code === 'scopes_missing' && !missingScopes.some((scope) => /(^|\/)calendars\.readwrite$/i.test(scope))
  );
}

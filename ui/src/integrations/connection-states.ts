import type { Connection } from '../api/queries.ts';
import type { State } from '../parts/state-label.tsx';

/** How a connection stands, in words. */
export const connectionStates: Record<Connection['state'], State> = {
  connected: { tone: 'good', words: 'Connected' },
  reconnect_needed: { tone: 'problem', words: 'Reconnect needed' },
  personal_account: { tone: 'waiting', words: 'Personal account' },
};

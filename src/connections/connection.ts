import type { Selectable } from 'kysely';
import type { Connections } from '../database/schema.ts';
import type { Problem } from '../problem.ts';

export type ConnectionRow = Selectable<Connections>;

/**
 * What a connection can do for its owner right now. `personal_account` cannot be mended by reconnecting: Microsoft makes
 * Teams meetings for work and school accounts only.
 */
export type ConnectionState =
  | { state: 'connected' }
  | { state: 'personal_account' }
  /** Configuration asks for scopes that this connection was not granted. */
  | { state: 'reconnect_needed'; missingScopes: string[]; problem: Problem };

export function splitScopes(scopes: string): string[] {
  return scopes.split(/\s+/).filter(Boolean);
}

import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { Principal } from './principal.ts';
import { findApiKey } from './service.ts';

/** Whom API keys act for, remembered for a moment: programs send the same key many times a second. */
export type KnownKeys = {
  find(secret: string): Promise<Principal | undefined>;
  /** A key was revoked in this process: nothing is remembered any more. */
  forget(): void;
};

const rememberedMs = 1_000;
const mostKeys = 1_000;

/** A revoked key is refused at once by the process that revoked it, and within a second by the others. */
export function createKnownKeys(deps: { db: Kysely<Database>; now: () => Date }): KnownKeys {
  const known = new Map<string, { principal: Principal; until: number }>();
  let timesForgotten = 0;
  return {
    async find(secret) {
      const now = deps.now().getTime();
      const remembered = known.get(secret);
      if (remembered && remembered.until > now) return remembered.principal;
      const before = timesForgotten;
      const principal = await findApiKey(deps, secret);
      // A key that was revoked while it was looked up must not be remembered.
      if (before !== timesForgotten) return principal;
      if (known.size >= mostKeys) known.clear();
      if (principal) known.set(secret, { principal, until: now + rememberedMs });
      return principal;
    },
    forget() {
      timesForgotten += 1;
      known.clear();
    },
  };
}

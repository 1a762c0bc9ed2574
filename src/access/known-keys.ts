import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import { isInRanges } from './ip-ranges.ts';
import type { Principal } from './principal.ts';
import { findApiKey, touchApiKey, type FoundKey } from './service.ts';

/** Whom API keys act for, remembered for a moment: programs send the same key many times a second. */
export type KnownKeys = {
  /**
   * Whom a key acts for that is used from an address. Throws `unauthorized` for a key that is unknown, revoked or
   * expired, and `forbidden` for one that is not valid from there.
   */
  use(secret: string, from: string | undefined): Promise<Principal>;
  /** A key was changed or revoked: nothing is remembered any more. */
  forget: () => void;
};

type Deps = { db: Kysely<Database>; now: () => Date };

const rememberedMs = 1_000;
const mostKeys = 1_000;

/** The channel on which processes tell one another that keys were changed. */
export const keysChanged = 'api_keys_changed';

/**
 * A change counts at once in the process that made it, in the others as soon as they hear of it, and within a second if
 * they do not. Expiry and address are looked at each time.
 */
export function createKnownKeys(deps: Deps): KnownKeys {
  const known = new Map<string, { key: FoundKey; until: number }>();
  let timesForgotten = 0;
  const find = async (secret: string): Promise<FoundKey | undefined> => {
    const now = deps.now().getTime();
    const remembered = known.get(secret);
    if (remembered && remembered.until > now) return remembered.key;
    const before = timesForgotten;
    const key = await findApiKey(deps, secret);
    // A key that was revoked while it was looked up must not be remembered.
    if (!key || before !== timesForgotten) return key;
    if (known.size >= mostKeys) known.clear();
    known.set(secret, { key, until: now + rememberedMs });
    return key;
  };
  return {
    async use(secret, from) {
      const key = await find(secret);
      if (!key) throw new Problem('unauthorized', { detail: 'The API key is unknown or revoked.' });
      requireValid(key, from, deps.now());
      await touchApiKey(deps, key, from);
      return key.principal;
    },
    forget() {
      timesForgotten += 1;
      known.clear();
    },
  };
}

/** Tells every process to forget the keys that it remembers; with the caller's transaction, when that is done. */
export async function announceKeysChanged(db: Kysely<Database>): Promise<void> {
  await sql`select pg_notify(${keysChanged}, '')`.execute(db);
}

function requireValid({ expiresAt, ipRanges }: FoundKey, from: string | undefined, now: Date): void {
  if (expiresAt && expiresAt <= now)
    throw new Problem('unauthorized', { detail: `The API key expired at ${expiresAt.toISOString()}.` });
  if (ipRanges.length === 0 || isInRanges(from, ipRanges)) return;
  throw new Problem('forbidden', {
    detail: `The API key is not valid from ${from ?? 'an address that cannot be told'}.`,
  });
}

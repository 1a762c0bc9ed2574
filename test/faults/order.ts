import type { DatabaseAddress } from '../../src/database/connect.ts';

/** What a child process is told to do, as JSON in its environment. */
export type Order = {
  address: DatabaseAddress;
  keyRing: string;
  env: Record<string, string>;
  /** ISO 8601: where its clock stands. */
  now: string;
  request: { url: string; method: string; headers: Record<string, string>; body: string };
  /** The waiting point that is its last, as it names them itself; left out, it tells all of them. */
  killAt?: string;
};

export const orderVariable = 'PARLEY_TEST_ORDER';

/** The name under which a child is known to PostgreSQL. */
export const childName = 'parley-child';

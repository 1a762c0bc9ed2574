import { Kysely, PostgresDialect } from 'kysely';
import { Pool, types, type ClientConfig } from 'pg';
import type { Log } from '../log.ts';
import { createListener, type Listen } from './listen.ts';
import { PreparingClient } from './prepared.ts';
import type { Database } from './schema.ts';

/** Where a database is: a connection string, or the directory of a Unix socket (`host`) with its port and names. */
export type DatabaseAddress =
  { connectionString: string } | { host: string; port: number; user: string; database: string };

export type DatabaseConnection = {
  db: Kysely<Database>;
  pool: Pool;
  listen: Listen;
  /** Ends every connection, after the queries that are under way. */
  close: () => Promise<void>;
};

type Options = { address: DatabaseAddress; poolSize: number; log: Log; applicationName?: string };

/** Opens a pool of connections (each on first use). A connection that breaks is logged and replaced, never thrown. */
export function connect({ address, poolSize, log, applicationName = 'parley' }: Options): DatabaseConnection {
  const settings = { ...clientSettings(address), application_name: applicationName };
  const pool = new Pool({
    ...settings,
    Client: PreparingClient,
    max: poolSize,
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: 10_000,
    idle_in_transaction_session_timeout: 60_000,
  });
  pool.on('error', (error) => log.warn({ err: error }, 'database connection lost'));
  // The pool looks after idle connections only; one that breaks while a transaction waits would end the process.
  pool.on('connect', (client) => {
    client.on('error', (error) => log.warn({ err: error }, 'database connection broke in use'));
  });
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  const listener = createListener({ settings, log });
  return {
    db,
    pool,
    listen: listener.listen,
    async close() {
      await listener.close();
      await db.destroy();
      // Kysely ends the pool only when it has used it.
      if (!pool.ending) await pool.end();
    },
  };
}

/** What `pg` needs to reach an address, with our reading of column types. */
export function clientSettings(address: DatabaseAddress): ClientConfig {
  return {
    ...address,
    ...('host' in address && { ssl: false }),
    keepAlive: true,
    types: { getTypeParser },
  };
}

/** `bigint` as a number (an error beyond 2^53), `date` as its text, all else as `pg` reads it (`timestamptz`: `Date`). */
const getTypeParser: typeof types.getTypeParser = (oid, format) => {
  if (oid === types.builtins.INT8) return parseInt8;
  if (oid === types.builtins.DATE) return (text: string) => text;
  return types.getTypeParser(oid, format);
};

function parseInt8(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError('a bigint of the database is too large for a number');
  return number;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { clientSettings, connect, type DatabaseAddress } from '../../src/database/connect.ts';
import { startEmbedded } from '../../src/database/embedded.ts';
import { migrate } from '../../src/database/migrate.ts';
import { createLog } from '../../src/log.ts';

export type SocketAddress = Extract<DatabaseAddress, { host: string }>;

export type TestServer = { address: SocketAddress; end(): Promise<void> };

/** In this variable `scripts/test.ts` passes the server's address, as JSON, to the files of tests. */
export const serverVariable = 'PARLEY_TEST_DATABASE';

/** The migrated database that those of the tests are copied from. */
export const template = 'parley_template';

/** Starts a server that need not survive a crash, and migrates the template once. */
export async function startTestServer(): Promise<TestServer> {
  const log = createLog({ level: 'warn' });
  const directory = await mkdtemp(join(tmpdir(), 'parley-test-'));
  const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '400', autovacuum: 'off' };
  const embedded = await startEmbedded({ directory, log, settings });
  const end = async () => {
    await embedded.end();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const address = { ...embedded.address, database: template } as SocketAddress;
    await administer(address, `create database ${template}`);
    const connection = connect({ address, poolSize: 4, log });
    try {
      await migrate({ ...connection, log });
    } finally {
      await connection.close();
    }
    return { address, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Runs one statement that concerns whole databases. */
export async function administer(server: SocketAddress, statement: string): Promise<void> {
  const client = new Client(clientSettings({ ...server, database: 'postgres' }));
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { Client } from 'pg';
import { clientSettings, connect, type DatabaseAddress } from '../../src/database/connect.ts';
import { startEmbedded } from '../../src/database/embedded.ts';
import { migrate } from '../../src/database/migrate.ts';
import { createLog } from '../../src/log.ts';

/** A server for tests with a migrated template; `scripts/test.ts` passes it to test files as JSON in this variable. */
export const serverVariable = 'PARLEY_TEST_DATABASE';

type SocketAddress = Extract<DatabaseAddress, { host: string }>;

export type TestServer = { address: SocketAddress; end(): Promise<void> };

const template = 'parley_template';

/** Starts a server that forgets everything at a crash, and migrates the template once. */
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

let ownServer: Promise<TestServer> | undefined;

/** Databases of tests that have ended. Dropped later, because a test's own hooks, which close its connections, run last. */
const finished: string[] = [];

/** A fresh, migrated database for one test. Outside `scripts/test.ts` a server is started for the file. */
export async function createTestDatabase(t: TestContext): Promise<DatabaseAddress> {
  return createDatabase(t, template);
}

/** A fresh database without any tables, for tests of migration. */
export async function createEmptyDatabase(t: TestContext): Promise<DatabaseAddress> {
  return createDatabase(t, 'template0');
}

async function createDatabase(t: TestContext, from: string): Promise<DatabaseAddress> {
  const server = await findServer();
  await dropFinished(server);
  const database = `test_${randomBytes(6).toString('hex')}`;
  await administer(server, `create database ${database} template ${from} strategy file_copy`);
  t.after(() => finished.push(database));
  return { ...server, database };
}

after(async () => {
  if (ownServer !== undefined) await (await ownServer).end();
  else if (finished.length > 0) await dropFinished(await findServer());
});

async function dropFinished(server: SocketAddress): Promise<void> {
  for (const database of finished.splice(0))
    await administer(server, `drop database if exists ${database} with (force)`);
}

async function findServer(): Promise<SocketAddress> {
  const given = process.env[serverVariable];
  if (given) return JSON.parse(given) as SocketAddress;
  ownServer ??= startTestServer();
  return (await ownServer).address;
}

async function administer(server: SocketAddress, statement: string): Promise<void> {
  const client = new Client(clientSettings({ ...server, database: 'postgres' }));
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

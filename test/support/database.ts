import { randomBytes } from 'node:crypto';
import { after, type TestContext } from 'node:test';
import type { DatabaseAddress } from '../../src/database/connect.ts';
import {
  administer,
  serverVariable,
  startTestServer,
  template,
  type SocketAddress,
  type TestServer,
} from './database-server.ts';

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

async function findServer(): Promise<SocketAddress> {
  const given = process.env[serverVariable];
  if (given) return JSON.parse(given) as SocketAddress;
  ownServer ??= startTestServer();
  return (await ownServer).address;
}

async function dropFinished(server: SocketAddress): Promise<void> {
  for (const database of finished.splice(0))
    await administer(server, `drop database if exists ${database} with (force)`);
}

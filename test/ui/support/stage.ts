import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createEmulator } from '../../../emulator/emulator.ts';
import { PARLEY_CLIENT_ID, PARLEY_CLIENT_SECRET } from '../../../emulator/seed.ts';
import { furnish } from '../../../scripts/furnish.ts';
import { createSignInToken } from '../../../src/access/service.ts';
import { serve } from '../../../src/cli/serve.ts';
import { createTestDatabase } from '../../support/database.ts';
import { userNamed } from '../../support/system.ts';
import { openBrowser, type PersonOptions } from './browser.ts';

export type Stage = Awaited<ReturnType<typeof startStage>>;

/**
 * What `npm start` starts, for one test: the server with its worker and the emulator beside it, each listening on a
 * port of its own, furnished, and a browser in front. The clock is the real one until a test moves it forward.
 * `moreEnv`: further settings of the server.
 */
export async function startStage(t: TestContext, moreEnv: Record<string, string> = {}) {
  const clock = createClock();
  const emulator = createEmulator({ now: () => clock.now().getTime() });
  const listening = await emulator.listen({ port: 0 });
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  const app = emulator.context.directory.apps.get(PARLEY_CLIENT_ID);
  app?.redirectUris.push({ uri: `${publicUrl}/api/teams/callback`, platform: 'web' });
  const directory = await mkdtemp(join(tmpdir(), 'parley-ui-'));
  const env = {
    Data__Directory: directory,
    Database__Url: await databaseUrl(t),
    Encryption__Keys: `ui:${randomBytes(32).toString('base64')}`,
    Server__Port: String(port),
    Server__PublicUrl: publicUrl,
    Log__Level: 'error',
    Api__RequestsPerMinute: '0',
    MicrosoftTeams__ClientId: PARLEY_CLIENT_ID,
    MicrosoftTeams__ClientSecret: PARLEY_CLIENT_SECRET,
    MicrosoftTeams__Authority: listening.url,
    MicrosoftTeams__GraphBaseUrl: listening.url,
    ...moreEnv,
  };
  const serving = await serve({ args: [], env, fetch, now: clock.now, print: () => {} });
  const furnished = await furnish(serving.world, { withEmulator: true });
  const browser = await openBrowser(t);
  t.after(async () => {
    const faults = await browser.leave();
    await serving.stop();
    await listening.close();
    await rm(directory, { recursive: true, force: true });
    if (faults.length > 0) throw new Error(`the browser met faults:\n${faults.join('\n')}`);
  });
  const deps = { db: serving.world.database.db, now: clock.now };
  return {
    clock,
    emulator,
    emulatorUrl: listening.url,
    publicUrl,
    bookingUrl: furnished.bookingUrl ?? '',
    world: serving.world,
    /** A new person with a browser of their own. */
    person: (options?: PersonOptions) => browser.person(options),
    signInLink: async (memberId = furnished.ownerId) =>
      `${publicUrl}/sign-in/${await createSignInToken(deps, memberId)}`,
    /** Somebody of the emulator, by the name before the @ of their address. */
    user: (name: string) => userNamed(emulator, name),
    outlook: (address: string, page: 'calendar' | 'inbox') =>
      `${listening.url}/outlook/mailbox/${encodeURIComponent(address)}/${page}`,
  };
}

/** Runs with real time and can be put forward, so that no test has to wait until something is old. */
function createClock() {
  let aheadMs = 0;
  return {
    now: () => new Date(Date.now() + aheadMs),
    advance: (ms: number) => void (aheadMs += ms),
  };
}

async function databaseUrl(t: TestContext): Promise<string> {
  const address = await createTestDatabase(t);
  if ('connectionString' in address) return address.connectionString;
  const { host, port, user, database } = address;
  return `postgresql://${user}@localhost/${database}?${new URLSearchParams({ host, port: String(port) }).toString()}`;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

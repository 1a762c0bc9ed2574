import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { createApp, type App } from '../app.ts';
import { loadConfig, settingsFileNames, type Config } from '../config.ts';
import { connect, type DatabaseAddress, type DatabaseConnection } from '../database/connect.ts';
import { startEmbedded } from '../database/embedded.ts';
import { migrate } from '../database/migrate.ts';
import { createSendMail } from '../email/transport.ts';
import { createLog, type Log } from '../log.ts';
import { collectBuffersEarly } from '../memory.ts';
import { loadKeyRing, type KeyRing } from '../seal.ts';
import { createWebhookPost } from '../webhooks/post.ts';

/** What `main.ts` hands down: the only ways in which a command touches the world. */
export type Command = {
  args: string[];
  env: Record<string, string | undefined>;
  fetch: typeof fetch;
  now: () => Date;
  /** Writes one line for the person at the terminal. */
  print: (line: string) => void;
};

export type World = {
  config: Config;
  log: Log;
  database: DatabaseConnection;
  keyRing: KeyRing;
  app: App;
  close: () => Promise<void>;
};

/** The configuration from `appsettings*.json` in the working directory and the environment. Throws all faults at once. */
export function readConfig({ env }: Pick<Command, 'env'>): Config {
  const files = settingsFileNames(env).flatMap((name) => {
    const text = readIfPresent(name);
    return text === undefined ? [] : [{ name, text }];
  });
  return loadConfig({ env, files, readFile: (path) => readFileSync(path, 'utf8').trimEnd() });
}

/** Opens everything that a command needs: the database (Parley's own where none is configured), migrated; keys; the app. */
export async function openWorld(command: Command, config = readConfig(command)): Promise<World> {
  collectBuffersEarly();
  const log = createLog({ level: config.log.level });
  const privateDatabase = config.database.url === undefined;
  const { ring: keyRing, madeFile } = await loadKeyRing({
    keys: config.encryption.keys,
    privateDatabase,
    directory: config.data.directory,
  });
  if (madeFile) command.print(`Made a new key that seals tokens: ${madeFile}. Keep a copy of it with your backups.`);
  const { address, stop } = await findDatabase(config, log);
  const database = connect({ address, poolSize: config.database.poolSize, log });
  try {
    await migrate({ db: database.db, pool: database.pool, log });
    const { fetch, now } = command;
    const sendMail = createSendMail(config.mail);
    const post = createWebhookPost({
      allowedNetworks: config.webhooks.allowedNetworks,
      resolve: (name) => lookup(name, { all: true }),
    });
    const app = await createApp(config, { database, keyRing, fetch, now, log, sendMail, post });
    return { config, log, database, keyRing, app, close: () => inOrder([app.close, database.close, stop]) };
  } catch (error) {
    await inOrder([database.close, stop]);
    throw error;
  }
}

async function findDatabase(
  config: Config,
  log: Log,
): Promise<{ address: DatabaseAddress; stop: () => Promise<void> }> {
  if (config.database.url) return { address: { connectionString: config.database.url.reveal() }, stop: async () => {} };
  const embedded = await startEmbedded({ directory: config.data.directory, log });
  return { address: embedded.address, stop: embedded.stop };
}

async function inOrder(steps: (() => Promise<void>)[]): Promise<void> {
  for (const step of steps) await step();
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

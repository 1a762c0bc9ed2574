import type { PoolClient } from 'pg';
import { createApp } from '../../src/app.ts';
import { connect } from '../../src/database/connect.ts';
import { createLog } from '../../src/log.ts';
import type { System } from '../support/system.ts';
import { tasksOf } from './organized.ts';

/**
 * Runs one job in a process of its own, as far as one process can be two, and lets it die at the point of that number,
 * from 1, of those at which it waits for PostgreSQL or Microsoft: nothing that it asks for after that is done, and what
 * it had not committed is rolled back. Tells where it died, or `undefined` if it got through.
 */
export async function runMortal(
  system: Pick<System, 'address' | 'config' | 'keyRing' | 'clock' | 'emulator'>,
  job: ({ task: 'sync' | 'options'; meetingId: string } | { task: 'watch' | 'watch-artifacts'; watchId: string }) & {
    dieAt: number;
  },
): Promise<string | undefined> {
  const life: { left: number; lastWords: string | undefined } = { left: Infinity, lastWords: undefined };
  const pass = (what: string) => {
    if (life.lastWords === undefined && --life.left > 0) return;
    life.lastWords ??= what;
    throw new Error(`died ${life.lastWords}`);
  };
  const log = createLog({ level: 'error', write: () => {} });
  const database = connect({ address: system.address, poolSize: 4, log });
  const rollbacks: (() => unknown)[] = [];
  database.pool.on('connect', (client) => rollbacks.push(makeMortal(client, pass)));
  const app = await createApp(system.config, {
    database,
    keyRing: system.keyRing,
    log,
    now: system.clock.now,
    fetch: mortalFetch(system.emulator.fetch, pass),
  });
  life.left = job.dieAt;
  const tasks = tasksOf(app);
  try {
    await ('watchId' in job ? tasks[job.task](job.watchId) : tasks[job.task](job.meetingId));
  } catch (error) {
    if (life.lastWords === undefined) throw error;
  } finally {
    const { lastWords } = life;
    // What PostgreSQL does for whoever is gone.
    await Promise.all(rollbacks.map((rollback) => rollback()));
    Object.assign(life, { left: Infinity, lastWords: undefined });
    await app.close();
    await database.close();
    life.lastWords = lastWords;
  }
  return life.lastWords;
}

function mortalFetch(inner: typeof fetch, pass: (what: string) => void): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const name = `${request.method} ${new URL(request.url).pathname}`;
    pass(`before ${name}`);
    const response = await inner(request);
    await response.clone().arrayBuffer(); // the answer has arrived, all of it
    pass(`after ${name}`);
    return response;
  };
}

type Query = (this: unknown, ...args: unknown[]) => unknown;

/** Makes points of a client's statements, and gives a way to roll back. */
function makeMortal(client: PoolClient, pass: (what: string) => void): () => unknown {
  const { query } = client as unknown as { query: Query };
  const mortal: Query = function (...args) {
    const [what] = args;
    const text = typeof what === 'string' ? what : ((what as { text?: string }).text ?? '');
    if (/^rollback/i.test(text) || typeof args.at(-1) === 'function') return query.apply(this, args);
    const name = text.replaceAll(/\s+/g, ' ').slice(0, 80);
    return (async () => {
      pass(`before ${name}`);
      const result = await query.apply(this, args);
      pass(`after ${name}`);
      return result;
    })();
  };
  (client as unknown as { query: Query }).query = mortal;
  return () => query.call(client, 'rollback');
}

import { CompiledQuery, type Kysely } from 'kysely';
import type { Pool } from 'pg';
import { PgBoss, type ConstructorOptions, type Db } from 'pg-boss';
import type { Listen } from '../database/listen.ts';
import type { Database } from '../database/schema.ts';
import type { Log } from '../log.ts';

/** The schema of pg-boss's tables, and its one queue: one, so that a mailbox has one limit over all kinds of tasks. */
export const schema = 'jobs';
export const queueName = 'tasks';

/** A job whose process shows no sign of life for so long is given to another. The least that pg-boss allows. */
export const heartbeatSeconds = 10;

const dayInSeconds = 24 * 60 * 60;

const queueOptions = {
  // A job runs until it is done: its task alone decides to give up.
  retryLimit: 2_000_000_000,
  retentionSeconds: 3_650 * dayInSeconds,
  expireInSeconds: 15 * 60,
  deleteAfterSeconds: dayInSeconds,
  heartbeatSeconds,
  warningQueueSize: 10_000,
  notify: true,
};

/** The part of a `pg` pool or client that runs a statement. */
export type Executor = { query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> };

/** Lets pg-boss run its statements on one of our connections. */
export function asBossDatabase(executor: Executor): Db {
  return { executeSql: (text, values) => executor.query(text, values) };
}

/**
 * Lets pg-boss run its statements in a caller's Kysely transaction. They are prepared once for each connection, which
 * saves most of the cost of sending a job.
 */
export function asBossTransaction(caller: Pick<Kysely<Database>, 'executeQuery'>): Db & Executor {
  const run = async (sql: string, parameters: unknown[] = []) => {
    const { rows } = await caller.executeQuery<unknown>(CompiledQuery.raw(sql, parameters));
    return { rows };
  };
  return { executeSql: run, query: run };
}

type Options = { database: Db; log: Log } & Pick<ConstructorOptions, 'migrate' | 'supervise' | 'useListenNotify'>;

/** pg-boss on our connections. Its warnings and errors go to the log: none of them stops the process. */
export function createBoss({ database, log, ...options }: Options): PgBoss {
  const boss = new PgBoss({
    db: database,
    schema,
    schedule: false,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    flowIntervalSeconds: 3600,
    ...options,
  });
  boss.on('error', (error) => log.error({ err: error }, 'job queue failed'));
  boss.on('warning', ({ message, data }) => log.warn({ data }, message));
  return boss;
}

/** Makes or updates pg-boss's tables and the queue. Safe to repeat, and for several processes at once. */
export async function installQueue({ pool, log }: { pool: Pool; log: Log }): Promise<void> {
  const boss = createBoss({ database: asBossDatabase(pool), log, migrate: true, supervise: false });
  await boss.start();
  try {
    // `exclusive`: at most one job for each singletonKey, queued or running.
    await boss.createQueue(queueName, { policy: 'exclusive', ...queueOptions });
    await boss.updateQueue(queueName, queueOptions);
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** {@link asBossDatabase} with notifications, whose channel only pg-boss knows. */
export function asListeningDatabase(pool: Pool, listen: Listen, onListening: (channel: string) => void): Db {
  return {
    ...asBossDatabase(pool),
    async listen(channel, onNotification, onReconnect) {
      const stop = await listen(channel, onNotification, onReconnect);
      onListening(channel);
      return { close: stop };
    },
  };
}

import type { Pool, PoolClient } from 'pg';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { Log } from '../log.ts';
import { asBossDatabase, queueName } from './boss.ts';
import type { ClaimedJob, JobTable } from './job-table.ts';

/** At most so many jobs of one group (a mailbox) run at a time, over all processes. */
export const groupLimit = 4;

/** Advisory locks: held by whoever claims, for the moment; and, shared, by every process that runs jobs, all the time. */
const claimLock = 7_265_114;
const presenceLock = 7_265_115;

/** One connection of the pool, kept for claiming jobs and for showing that this process is alive. */
export type Session = {
  /** Takes up to `limit` due jobs. */
  claim(limit: number): Promise<ClaimedJob[]>;
  /**
   * When no other process runs jobs, gives back the active jobs that are not this process's own and showed no sign of
   * life for so long. Returns how many.
   */
  recoverOrphans(ownIds: string[], silentForMs: number): Promise<number>;
  close(): Promise<void>;
};

type Options = { pool: Pool; boss: PgBoss; table: JobTable; log: Log };

/** Opens the session on first use, and once more after its connection broke. */
export function createSession({ pool, boss, table, log }: Options): Session {
  let current: PoolClient | undefined;

  async function open(): Promise<PoolClient> {
    const client = await pool.connect();
    client.on('error', onError);
    await client.query('select pg_advisory_lock_shared($1)', [presenceLock]);
    current = client;
    return client;
  }

  /** Runs with the connection. After an error its state is unknown, so it is thrown away. */
  async function use<Result>(run: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const client = current ?? (await open());
    try {
      return await run(client);
    } catch (error) {
      current = undefined;
      client.release(true);
      throw error;
    }
  }

  const onError = (error: Error) => log.warn({ err: error }, 'connection of the job runner lost');

  return {
    claim: (limit) => use((client) => claim(client, boss, limit)),
    recoverOrphans: (ownIds, silentForMs) => use((client) => recover(client, table, ownIds, silentForMs)),
    async close() {
      const client = current;
      current = undefined;
      if (client === undefined) return;
      await client.query('select pg_advisory_unlock_all()').catch(onError);
      client.off('error', onError);
      client.release();
    },
  };
}

/**
 * pg-boss counts the active jobs of a group in the snapshot of its statement, so two claims at the same time would both
 * see room. The lock makes the limit exact: each claim counts what all earlier ones took. Nothing in here can wait for
 * a caller's transaction, because claims skip locked rows.
 */
async function claim(client: PoolClient, boss: PgBoss, limit: number): Promise<ClaimedJob[]> {
  await client.query(
    `begin; set local synchronous_commit = off; set local idle_in_transaction_session_timeout = 5000;
     select pg_advisory_xact_lock(${claimLock})`,
  );
  const jobs = await boss.fetch<{ task: string; input: unknown }>(queueName, {
    batchSize: limit,
    groupConcurrency: groupLimit,
    includeMetadata: true,
    db: asBossDatabase(client),
  });
  await client.query('commit');
  return jobs.toSorted((a, b) => a.createdOn.getTime() - b.createdOn.getTime()).map(toClaimed);
}

function toClaimed(job: JobWithMetadata<{ task: string; input: unknown }>): ClaimedJob {
  return { id: job.id, task: job.data.task, data: job.data.input, startedOn: job.startedOn, attempt: job.retryCount };
}

async function recover(client: PoolClient, table: JobTable, ownIds: string[], silentForMs: number): Promise<number> {
  const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [presenceLock]);
  if (!rows[0]?.alone) return 0;
  const count = await table.releaseOthers(client, ownIds, silentForMs);
  await client.query('select pg_advisory_unlock($1)', [presenceLock]);
  return count;
}

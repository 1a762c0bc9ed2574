import type { Executor } from './boss.ts';
import { queueName, schema } from './boss.ts';

/** A job that this process runs. `startedOn` tells this run from a later one of the same job. */
export type ClaimedJob = { id: string; task: string; data: unknown; startedOn: Date; attempt: number };

/** When there is something to do: a job is due now, or the next one is due in so many milliseconds. */
export type Outlook = { due: boolean; nextMs: number | undefined };

/**
 * What pg-boss has no call for, on its job table. Each key has at most one row, queued or active. An active row whose
 * `start_after` is later than its `started_on` has been asked for again: it is queued once more when its run ends.
 * Losing the last of these changes in a crash only repeats a run, so none of them waits for the disk.
 */
export type JobTable = ReturnType<typeof createJobTable>;

export function createJobTable(partition: string) {
  const table = `${schema}.${partition}`;
  const relaxed = `relaxed as materialized (select set_config('synchronous_commit', 'off', true))`;
  const thisRun = `name = '${queueName}' and id = $1 and state = 'active' and date_trunc('milliseconds', started_on) = $2`;

  const askAgain = `
    with asked as (
      update ${table} set start_after = case
        when state = 'active' and start_after <= started_on then clock_timestamp() + $2 * interval '1 ms'
        else least(start_after, clock_timestamp() + $2 * interval '1 ms') end
      where name = '${queueName}' and policy = 'exclusive' and coalesce(singleton_key, '') = $1 and state <= 'active'
      returning state, start_after
    ), notified as (
      select pg_notify($3, '${queueName}') from asked where state < 'active' and start_after <= clock_timestamp()
    )
    select count(*) as found, (select count(*) from notified) as notified from asked`;

  const remove = `
    with ${relaxed} delete from ${table} using relaxed where ${thisRun} and start_after <= started_on returning id`;

  const requeue = `
    with ${relaxed} update ${table} set state = 'created', started_on = null, heartbeat_on = null, retry_count = 0,
      output = null from relaxed where ${thisRun} and start_after > started_on returning id`;

  const retry = `
    with ${relaxed} update ${table} set state = 'retry', heartbeat_on = null, output = $4::jsonb,
      start_after = greatest(clock_timestamp() + $3 * interval '1 ms', case when start_after > started_on then start_after end)
    from relaxed where ${thisRun} returning id`;

  const release = `
    update ${table} set state = 'created', started_on = null, heartbeat_on = null, start_after = now()
    where name = '${queueName}' and state = 'active' and id = any($1)`;

  const releaseOthers = `
    update ${table} set state = 'retry', heartbeat_on = null, start_after = now()
    where name = '${queueName}' and state = 'active' and id <> all($1)
      and heartbeat_on <= now() - $2 * interval '1 ms' returning id`;

  const outlook = `
    select exists (select from ${table} where name = '${queueName}' and state < 'active' and start_after <= now()) as due,
      extract(epoch from min(start_after) - clock_timestamp())::float8 * 1000 as "nextMs"
    from ${table} where name = '${queueName}' and state < 'active' and start_after > now()`;

  const bringForward = `
    update ${table} set start_after = start_after - $1 * interval '1 ms' where name = '${queueName}' and state < 'active'`;

  return {
    /**
     * Asks for a job whose key has a row already. A queued one is brought forward if it is due later, and stays locked
     * until the caller's transaction ends, so that it runs after what the caller writes. False when the row has gone.
     */
    async askAgain(on: Executor, key: string, delayMs: number, channel: string): Promise<boolean> {
      const { rows } = await on.query(askAgain, [key, delayMs, channel]);
      return (rows as { found: number }[])[0]?.found !== 0;
    },

    /** Ends a run that went well; true when the job is queued once more, because it was asked for during the run. */
    async finish(on: Executor, { id, startedOn }: ClaimedJob): Promise<boolean> {
      const removed = await on.query(remove, [id, startedOn]);
      // A second statement, because the first may have waited for a caller that asked for the job again.
      return removed.rows.length === 0 && (await on.query(requeue, [id, startedOn])).rows.length > 0;
    },

    /** Ends a run that failed; the next one is after `delayMs`. */
    async retry(on: Executor, { id, startedOn }: ClaimedJob, delayMs: number, message: string): Promise<void> {
      await on.query(retry, [id, startedOn, delayMs, JSON.stringify({ message })]);
    },

    /** Gives jobs back unfinished, to be taken up at once. */
    async release(on: Executor, ids: string[]): Promise<void> {
      await on.query(release, [ids]);
    },

    /** Gives back all active jobs but these whose last sign of life is so old, and returns how many they were. */
    async releaseOthers(on: Executor, ownIds: string[], silentForMs: number): Promise<number> {
      return (await on.query(releaseOthers, [ownIds, silentForMs])).rows.length;
    },

    async outlook(on: Executor): Promise<Outlook> {
      const row = (await on.query(outlook)).rows[0] as { due: boolean; nextMs: number | null };
      return { due: row.due, nextMs: row.nextMs ?? undefined };
    },

    /** Makes every queued job due so much earlier. */
    async bringForward(on: Executor, byMs: number): Promise<void> {
      await on.query(bringForward, [byMs]);
    },
  };
}

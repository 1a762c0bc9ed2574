import type { Pool } from 'pg';
import type { Log } from '../log.ts';
import { Problem } from '../problem.ts';
import type { ClaimedJob, JobTable } from './job-table.ts';
import type { TaskHandlers, TaskName } from './queue.ts';

/** Runs claimed jobs side by side, and writes down how each of them ended. */
export type Runner = {
  /** Ids of the jobs that are running. */
  active(): string[];
  start(job: ClaimedJob): void;
  /** Resolves when one of the running jobs has ended; at once when none is running. */
  oneEnded(): Promise<void>;
  /** Tells the running jobs to stop, gives them a moment, and gives back those that did not. */
  abandon(graceMs: number): Promise<void>;
};

type Options = {
  pool: Pool;
  table: JobTable;
  log: Log;
  handlers: TaskHandlers;
  /** Called after each run, with whether the job is queued once more. */
  onEnd: (requeued: boolean) => void;
};

/** A run is told to stop after so long; pg-boss gives the job to another process some minutes later. */
const runLimitMs = 10 * 60_000;

const firstRetryMs = 1_000;
const slowestRetryMs = 5 * 60_000;

export function createRunner({ pool, table, log, handlers, onEnd }: Options): Runner {
  const running = new Map<string, Promise<void>>();
  const stopping = new AbortController();

  async function run(job: ClaimedJob): Promise<void> {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(runLimitMs)]);
    try {
      const handler = handlers[job.task as TaskName] as
        ((data: unknown, run: { signal: AbortSignal }) => Promise<void>) | undefined;
      if (handler === undefined) throw new Error(`no task is called ${job.task}`);
      await handler(job.data, { signal });
    } catch (error) {
      await fail(job, error);
      return;
    }
    onEnd(await table.finish(pool, job));
  }

  async function fail(job: ClaimedJob, error: unknown): Promise<void> {
    if (stopping.signal.aborted) return table.release(pool, [job.id]);
    const delayMs = retryDelayMs(job.attempt, error);
    const expected = error instanceof Problem && error.retryable;
    const fields = { task: job.task, data: job.data, attempt: job.attempt + 1, delayMs, err: error };
    log[expected ? 'warn' : 'error'](fields, 'job failed and will be tried again');
    await table.retry(pool, job, delayMs, error instanceof Error ? error.name : 'thrown');
    onEnd(false);
  }

  return {
    active: () => [...running.keys()],
    start(job) {
      const ended = run(job)
        // The job stays active without signs of life, and is taken up again for that.
        .catch((error: unknown) =>
          log.error({ task: job.task, err: error }, 'the end of a job could not be written down'),
        )
        .finally(() => running.delete(job.id));
      running.set(job.id, ended);
    },
    async oneEnded() {
      if (running.size > 0) await Promise.race(running.values());
    },
    async abandon(graceMs) {
      stopping.abort();
      const timeout = AbortSignal.timeout(graceMs);
      const timedOut = new Promise((resolve) => timeout.addEventListener('abort', resolve));
      await Promise.race([Promise.all(running.values()), timedOut]);
      if (running.size > 0) await table.release(pool, [...running.keys()]);
    },
  };
}

/** Doubles from one second to five minutes, with a quarter of chance; a problem's own time to wait comes first. */
function retryDelayMs(attempt: number, error: unknown): number {
  if (error instanceof Problem && error.retryAfterMs !== undefined) return error.retryAfterMs;
  const backOffMs = Math.min(slowestRetryMs, firstRetryMs * 2 ** Math.min(attempt, 20));
  return Math.round(backOffMs * (0.75 + Math.random() / 2));
}

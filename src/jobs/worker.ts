import type { Pool } from 'pg';
import type { PgBoss } from 'pg-boss';
import type { Log } from '../log.ts';
import { queueName } from './boss.ts';
import type { JobTable } from './job-table.ts';
import type { TaskHandlers } from './queue.ts';
import { createRunner, type Runner } from './runner.ts';
import { createSession, type Session } from './session.ts';

export type Worker = {
  /** Looks for due jobs now. */
  wake(): void;
  /** Claims nothing more, waits for the running jobs, and gives back those that take too long. */
  stop(graceMs: number): Promise<void>;
};

type Deps = { pool: Pool; boss: PgBoss; table: JobTable; log: Log };

/** Looks at least so often, for what no notification announces: jobs that another process left behind. */
const pollMs = 2_000;
const heartbeatMs = 2_500;
const silentForMs = 6_000;
const abortWithinMs = 2_000;

/** Runs jobs as they become due, until it is stopped. */
export async function startWorker(deps: Deps, handlers: TaskHandlers, concurrency: number): Promise<Worker> {
  const alarm = createAlarm();
  const session = createSession(deps);
  let held = false; // due jobs wait for one of ours to end
  const onEnd = (requeued: boolean) => {
    if (requeued || held) alarm.ring();
  };
  const runner = createRunner({ ...deps, handlers, onEnd });
  const state = { stopping: false };

  async function round(): Promise<number> {
    const free = concurrency - runner.active().length;
    held = free <= 0;
    if (held) return pollMs;
    const jobs = await session.claim(free);
    for (const job of jobs) runner.start(job);
    const outlook = await deps.table.outlook(deps.pool);
    // A short claim may be due to a full group at the head of the queue: others behind it may have room.
    if (outlook.due && jobs.length > 0) return 0;
    held = outlook.due;
    return Math.min(pollMs, outlook.nextMs ?? pollMs);
  }

  async function loop(): Promise<void> {
    while (!state.stopping) {
      const waitMs = await round().catch((error: unknown) => {
        deps.log.error({ err: error }, 'jobs could not be claimed');
        return 1_000;
      });
      const rung = await alarm.wait(waitMs);
      if (!rung && waitMs === pollMs) await recoverOrphans(session, runner, deps.log, silentForMs);
    }
  }

  await recoverOrphans(session, runner, deps.log, 0);
  const heartbeat = setInterval(() => void beat(deps, runner), heartbeatMs);
  const looping = loop();
  return {
    wake: () => alarm.ring(),
    async stop(graceMs) {
      state.stopping = true;
      alarm.ring();
      await looping;
      await Promise.race([allEnded(runner), timeout(graceMs)]);
      await runner.abandon(abortWithinMs);
      clearInterval(heartbeat);
      await session.close();
    },
  };
}

/** Runs every job that is due, here and now, until none is left. */
export async function drainJobs(deps: Deps, handlers: TaskHandlers, concurrency: number): Promise<void> {
  const session = createSession(deps);
  const runner = createRunner({ ...deps, handlers, onEnd: () => {} });
  try {
    for (;;) {
      const running = runner.active().length;
      const jobs = running < concurrency ? await session.claim(concurrency - running) : [];
      for (const job of jobs) runner.start(job);
      if (jobs.length > 0) continue;
      // What ended while jobs were looked for may have sent others, too late for that look.
      if (running === 0) return;
      if (runner.active().length > 0) await runner.oneEnded();
    }
  } finally {
    await session.close();
  }
}

async function recoverOrphans(session: Session, runner: Runner, log: Log, silentForMs: number): Promise<void> {
  try {
    const count = await session.recoverOrphans(runner.active(), silentForMs);
    if (count > 0) log.warn({ count }, 'took up jobs that a process left unfinished');
  } catch (error) {
    log.error({ err: error }, 'unfinished jobs could not be looked for');
  }
}

async function beat({ boss, log }: Deps, runner: Runner): Promise<void> {
  const ids = runner.active();
  if (ids.length === 0) return;
  await boss
    .touch(queueName, ids)
    .catch((error: unknown) => log.warn({ err: error }, 'no sign of life could be given'));
}

async function allEnded(runner: Runner): Promise<void> {
  while (runner.active().length > 0) await runner.oneEnded();
}

function timeout(ms: number): Promise<void> {
  const signal = AbortSignal.timeout(ms);
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
}

/** Lets one loop wait; a ring while nobody waits is not lost. */
function createAlarm() {
  let rung = false;
  let release: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      release?.();
    },
    /** True when it was rung, false when the time was over. */
    async wait(ms: number): Promise<boolean> {
      if (!rung && ms > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.ceil(ms));
          release = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      release = undefined;
      const result = rung;
      rung = false;
      return result;
    },
  };
}

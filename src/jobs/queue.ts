import type { Kysely } from 'kysely';
import type { Announced } from '../artifacts/service.ts';
import type { DatabaseConnection } from '../database/connect.ts';
import type { ArtifactKind, Database } from '../database/schema.ts';
import type { Log } from '../log.ts';
import { asBossTransaction, asListeningDatabase, createBoss, queueName } from './boss.ts';
import { createJobTable } from './job-table.ts';
import { drainJobs, startWorker, type Worker } from './worker.ts';

/** Every task and what its jobs carry: names of rows, never what to do to them. */
export type TaskData = {
  'sync-meeting': { meetingId: string };
  'apply-meeting-options': { meetingId: string };
  'compare-meeting': { meetingId: string };
  'watch-calendar': { watchId: string };
  'watch-artifacts': { watchId: string };
  'resume-meetings': { connectionId: string };
  'resume-tenant': { tenantConnectionId: string };
  'probe-organizer': { organizerId: string };
  'resolve-default-organizer': { tenantConnectionId: string };
  'write-notice': { eventId: number };
  'send-email': { emailId: string };
  'deliver-webhook': { deliveryId: string };
  'capture-artifacts': { meetingId: string; kind: ArtifactKind };
  'find-announced': Announced & { onlineMeetingId: string };
  'store-recording': { artifactId: string };
  'remove-artifact': { artifactId: string };
};

export type TaskName = keyof TaskData;

/** Tasks for which nobody is waiting: however many of them are due, the others come first. */
const background: ReadonlySet<TaskName> = new Set([
  'capture-artifacts',
  'find-announced',
  'store-recording',
  'remove-artifact',
  'watch-artifacts',
] as const);

/** What runs each task. A task that throws is tried again with back-off, for ever; giving up is its own decision. */
export type TaskHandlers = {
  [Name in TaskName]: (data: TaskData[Name], run: { signal: AbortSignal }) => Promise<void>;
};

export type SendOptions = {
  /** One job for each task and key is queued or running at a time. */
  singletonKey: string;
  /** At most four jobs of a group run at a time, over all processes: the mailbox. */
  group?: string;
  startAfterMs?: number;
};

export type Queue = {
  /**
   * Asks for a run after the caller's transaction has committed. A queued job of the same key serves this caller too,
   * no later than it asks; a running one is run once more when it has ended.
   */
  send<Name extends TaskName>(
    db: Kysely<Database>,
    task: Name,
    data: TaskData[Name],
    options: SendOptions,
  ): Promise<void>;
  /** {@link Queue.send} for many jobs at once, due now, for whose keys nobody can have asked before. */
  sendNew<Name extends TaskName>(
    db: Kysely<Database>,
    task: Name,
    jobs: { data: TaskData[Name]; singletonKey: string; group: string }[],
  ): Promise<void>;
  /** Starts running jobs in this process. */
  work(handlers: TaskHandlers, options: { concurrency: number }): Promise<void>;
  /**
   * For tests: runs everything that is due until nothing is left, as if `aheadMs` more had passed for the jobs that
   * are queued when it is called.
   */
  drain(handlers: TaskHandlers, options?: { aheadMs?: number }): Promise<void>;
  /** Ends the runs of this process; what does not end within `graceMs` (10 s) is given back for another process. */
  stop(options?: { graceMs?: number }): Promise<void>;
};

type Options = { connection: Pick<DatabaseConnection, 'pool' | 'listen'>; log: Log };

const drainConcurrency = 16;

/** The job queue on a migrated database. It runs nothing until `work` or `drain` is called. */
export async function createQueue({ connection: { pool, listen }, log }: Options): Promise<Queue> {
  let channel = '';
  let worker: Worker | undefined;
  const wake = () => worker?.wake();
  const listening: typeof listen = (name, _onNotification, _onReconnect) => listen(name, wake, wake);
  const database = asListeningDatabase(pool, listening, (name) => (channel = name));
  const boss = createBoss({ database, log, migrate: false, supervise: true, useListenNotify: true });
  await boss.start();
  const { table: partition } = (await boss.getQueue(queueName)) ?? {};
  if (partition === undefined) throw new Error('the database has no job queue; migrate it first');
  const table = createJobTable(partition);
  const deps = { pool, boss, table, log };

  return {
    async send(db, task, data, { singletonKey, group, startAfterMs = 0 }) {
      const caller = asBossTransaction(db);
      const key = `${task}:${singletonKey}`;
      const options = {
        db: caller,
        singletonKey: key,
        ...(background.has(task) && { priority: -1 }),
        ...(startAfterMs > 0 && { startAfter: startAfterMs / 1000 }),
        ...(group !== undefined && { group: { id: group } }),
      };
      // Between the two statements the row may go, or come: each of them tells, so that the other is tried next.
      while ((await boss.send(queueName, { task, input: data }, options)) === null) {
        if (await table.askAgain(caller, key, startAfterMs, channel)) return;
      }
    },
    async sendNew(db, task, jobs) {
      const rows = jobs.map(({ data, singletonKey, group }) => ({
        data: { task, input: data },
        singletonKey: `${task}:${singletonKey}`,
        group: { id: group },
        ...(background.has(task) && { priority: -1 }),
      }));
      await boss.insert(queueName, rows, { db: asBossTransaction(db) });
    },
    async work(handlers, { concurrency }) {
      if (worker !== undefined) throw new TypeError('this queue runs jobs already');
      worker = await startWorker(deps, handlers, concurrency);
    },
    async drain(handlers, { aheadMs = 0 } = {}) {
      if (aheadMs > 0) await table.bringForward(pool, aheadMs);
      await drainJobs(deps, handlers, drainConcurrency);
    },
    async stop({ graceMs = 10_000 } = {}) {
      await worker?.stop(graceMs);
      await boss.stop({ graceful: false });
    },
  };
}

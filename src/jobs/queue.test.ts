import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { createTestDatabase } from '../../test/support/database.ts';
import { connect, type DatabaseAddress, type DatabaseConnection } from '../database/connect.ts';
import { createLog } from '../log.ts';
import { Problem } from '../problem.ts';
import { createQueue, type Queue, type TaskHandlers } from './queue.ts';

type Sync = TaskHandlers['sync-meeting'];

async function startQueue(t: TestContext, address?: DatabaseAddress) {
  const at = address ?? (await createTestDatabase(t));
  const lines: string[] = [];
  const log = createLog({ level: 'warn', write: (line) => lines.push(line) });
  const connection = connect({ address: at, poolSize: 20, log });
  const queue = await createQueue({ connection, log });
  t.after(async () => {
    await queue.stop({ graceMs: 0 });
    await connection.close();
  });
  return { queue, connection, address: at, lines };
}

const handlers = (sync: Sync): TaskHandlers => ({
  'sync-meeting': sync,
  'apply-meeting-options': async () => {},
  'compare-meeting': async () => {},
  'watch-calendar': async () => {},
  'watch-artifacts': async () => {},
  'resume-meetings': async () => {},
  'resume-tenant': async () => {},
  'probe-organizer': async () => {},
  'resolve-default-organizer': async () => {},
  'write-notice': async () => {},
  'send-email': async () => {},
  'deliver-webhook': async () => {},
  'capture-artifacts': async () => {},
  'find-announced': async () => {},
  'store-recording': async () => {},
  'remove-artifact': async () => {},
});

async function send({ queue, connection }: { queue: Queue; connection: DatabaseConnection }, id: string, options = {}) {
  await queue.send(connection.db, 'sync-meeting', { meetingId: id }, { singletonKey: id, ...options });
}

/** A handler that records which meetings it ran for. */
function recorder() {
  const ran: string[] = [];
  return { ran, tasks: handlers(async ({ meetingId }) => void ran.push(meetingId)) };
}

const queuedJobs = async ({ pool }: DatabaseConnection) =>
  (await pool.query<{ count: number }>('select count(*) from jobs.job')).rows[0]?.count;

/** Resolves when `condition` holds, looking after each turn of the event loop; the test's time limit ends it. */
async function until(condition: () => boolean) {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('sending a job', () => {
  it('happens in the caller’s transaction: a rolled-back one leaves no job', async (t) => {
    const { queue, connection } = await startQueue(t);
    const { ran, tasks } = recorder();
    const attempt = connection.db.transaction().execute(async (trx) => {
      await queue.send(trx, 'sync-meeting', { meetingId: 'a' }, { singletonKey: 'a' });
      throw new Error('rolled back');
    });
    await assert.rejects(attempt, /rolled back/);
    await connection.db.transaction().execute(async (trx) => {
      await queue.send(trx, 'sync-meeting', { meetingId: 'b' }, { singletonKey: 'b' });
    });
    await queue.drain(tasks);
    assert.deepEqual(ran, ['b']);
    assert.equal(await queuedJobs(connection), 0);
  });

  it('comes before the work for which nobody waits, however much of it is due', async (t) => {
    const { queue, connection } = await startQueue(t);
    const ran: string[] = [];
    const tasks = {
      ...handlers(async ({ meetingId }) => void ran.push(meetingId)),
      'capture-artifacts': async () => void ran.push('capture'),
    };
    for (let at = 0; at < 40; at += 1) {
      const data = { meetingId: `m${at}`, kind: 'recording' } as const;
      await queue.send(connection.db, 'capture-artifacts', data, { singletonKey: `m${at}` });
    }
    await send({ queue, connection }, 'booked');
    await queue.drain(tasks);
    assert.ok(ran.indexOf('booked') < 16, ran.join());
    assert.equal(ran.length, 41);
  });

  it('costs the transaction one prepared statement', async (t) => {
    const { queue, connection } = await startQueue(t);
    await connection.db.connection().execute(async (db) => {
      const statements: unknown[] = [];
      const counting = Object.create(db) as typeof db;
      counting.executeQuery = (query) => (statements.push(query), db.executeQuery(query));
      await queue.send(
        counting,
        'sync-meeting',
        { meetingId: 'a' },
        { singletonKey: 'a', group: 'g', startAfterMs: 1 },
      );
      await queue.send(counting, 'sync-meeting', { meetingId: 'b' }, { singletonKey: 'b' });
      assert.equal(statements.length, 2);
    });
    const { rows } = await connection.pool.query(
      "select from pg_prepared_statements where statement ilike '%insert%jobs%'",
    );
    assert.equal(rows.length, 1);
  });

  it('makes one job for each task and key, however often it is asked for', async (t) => {
    const system = await startQueue(t);
    const { ran, tasks } = recorder();
    await Promise.all(Array.from({ length: 20 }, () => send(system, 'a')));
    await send(system, 'b');
    await system.queue.drain(tasks);
    assert.deepEqual(ran, ['a', 'b']);
    assert.equal(await queuedJobs(system.connection), 0);
  });

  it('leads to a run that sees what the caller wrote, even when a job of the key was queued before', async (t) => {
    const system = await startQueue(t);
    const { ran, tasks } = recorder();
    await send(system, 'a');
    await system.connection.db.transaction().execute(async (trx) => {
      await system.queue.send(trx, 'sync-meeting', { meetingId: 'a' }, { singletonKey: 'a' });
      await system.queue.drain(tasks);
      assert.deepEqual(ran, [], 'the queued job waits for the transaction');
    });
    await system.queue.drain(tasks);
    assert.deepEqual(ran, ['a']);
  });

  it('during a run leads to one more run after it, and never to two at a time', async (t) => {
    const system = await startQueue(t);
    let runs = 0;
    let active = 0;
    const tasks = handlers(async ({ meetingId }) => {
      assert.equal(++active, 1);
      if (++runs === 1) await Promise.all([send(system, meetingId), send(system, meetingId)]);
      await new Promise((resolve) => setImmediate(resolve));
      active--;
    });
    await send(system, 'a');
    await system.queue.drain(tasks);
    assert.equal(runs, 2);
    assert.equal(await queuedJobs(system.connection), 0);
  });

  it('during a run, in a transaction that ends after the run, still leads to one more run', async (t) => {
    const system = await startQueue(t);
    const { ran, tasks } = recorder();
    let commit: () => void = () => {};
    const committed = new Promise<void>((resolve) => (commit = resolve));
    let caller: Promise<void> | undefined;
    const first = handlers(async ({ meetingId }) => {
      if (caller !== undefined) return tasks['sync-meeting']({ meetingId }, { signal: AbortSignal.any([]) });
      await new Promise<void>((sent) => {
        caller = system.connection.db.transaction().execute(async (trx) => {
          await system.queue.send(trx, 'sync-meeting', { meetingId }, { singletonKey: meetingId });
          sent();
          await committed;
        });
      });
      setImmediate(commit);
    });
    await send(system, 'a');
    await system.queue.drain(first);
    await caller;
    await system.queue.drain(first);
    assert.deepEqual(ran, ['a']);
  });

  it('for later waits; a sooner one brings it forward and a later one does not put it off', async (t) => {
    const system = await startQueue(t);
    const { ran, tasks } = recorder();
    await send(system, 'a', { startAfterMs: 60_000 });
    await send(system, 'b', { startAfterMs: 60_000 });
    await system.queue.drain(tasks);
    assert.deepEqual(ran, []);
    await send(system, 'a');
    await send(system, 'a', { startAfterMs: 60_000 });
    await system.queue.drain(tasks);
    assert.deepEqual(ran, ['a']);
    await system.queue.drain(tasks, { aheadMs: 59_000 });
    assert.deepEqual(ran, ['a']);
    await system.queue.drain(tasks, { aheadMs: 1_000 });
    assert.deepEqual(ran, ['a', 'b']);
  });

  it('by a run for itself, for later, queues it until then', async (t) => {
    const system = await startQueue(t);
    let runs = 0;
    const tasks = handlers(async ({ meetingId }) => {
      if (++runs < 3) await send(system, meetingId, { startAfterMs: 30_000 });
    });
    await send(system, 'a');
    await system.queue.drain(tasks);
    assert.equal(runs, 1);
    await system.queue.drain(tasks, { aheadMs: 30_000 });
    assert.equal(runs, 2);
    await system.queue.drain(tasks, { aheadMs: 30_000 });
    assert.equal(runs, 3);
    assert.equal(await queuedJobs(system.connection), 0);
  });
});

describe('running jobs', () => {
  it('starts as soon as a transaction with a job commits', async (t) => {
    const system = await startQueue(t);
    const worker = await startQueue(t, system.address);
    const { ran, tasks } = recorder();
    await worker.queue.work(tasks, { concurrency: 4 });
    const from = performance.now();
    await send(system, 'a');
    await until(() => ran.length === 1);
    assert.ok(performance.now() - from < 1_000, 'woken by the notification, not by looking every two seconds');
  });

  // R06
  it('runs at most four jobs of a group at a time, over all processes, and four when there is work', async (t) => {
    const system = await startQueue(t);
    const others = [await startQueue(t, system.address), await startQueue(t, system.address)];
    const active: Record<string, number> = {};
    const peaks: Record<string, number> = {};
    let done = 0;
    const tasks = handlers(async ({ meetingId }) => {
      const group = meetingId.charAt(0);
      active[group] = (active[group] ?? 0) + 1;
      peaks[group] = Math.max(peaks[group] ?? 0, active[group]);
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      active[group]--;
      done++;
    });
    for (const { queue } of others) await queue.work(tasks, { concurrency: 16 });
    const ids = Array.from({ length: 120 }, (_, index) => `${'xyz'.charAt(index % 3)}${index}`);
    await Promise.all(ids.map((id) => send(system, id, { group: id.charAt(0) })));
    await until(() => done === 120);
    assert.deepEqual(peaks, { x: 4, y: 4, z: 4 });
  });

  it('tries a failed job again after a while, and forgets it when it went well', async (t) => {
    const { lines, ...system } = await startQueue(t);
    const failures = [new Error('first'), new Problem('internal_error', { retryAfterMs: 90_000 })];
    let runs = 0;
    const tasks = handlers(async () => {
      const failure = failures[runs++];
      if (failure) throw failure;
    });
    await send(system, 'a');
    await system.queue.drain(tasks);
    assert.equal(runs, 1);
    await system.queue.drain(tasks, { aheadMs: 1_250 });
    assert.equal(runs, 2);
    await system.queue.drain(tasks, { aheadMs: 80_000 });
    assert.equal(runs, 2);
    await system.queue.drain(tasks, { aheadMs: 10_000 });
    assert.equal(runs, 3);
    assert.equal(await queuedJobs(system.connection), 0);
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).level),
      ['error', 'warn'],
    );
  });

  it('gives back what does not end in time when it stops', async (t) => {
    const system = await startQueue(t);
    const worker = await startQueue(t, system.address);
    let started = false;
    const obedient = handlers(async (_data, { signal }) => {
      started = true;
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    });
    await worker.queue.work(obedient, { concurrency: 4 });
    await send(system, 'a');
    await until(() => started);
    await worker.queue.stop({ graceMs: 0 });
    const { ran, tasks } = recorder();
    await system.queue.drain(tasks);
    assert.deepEqual(ran, ['a']);
  });

  // R01
  it('takes up the job of a killed process at the next start', async (t) => {
    const system = await startQueue(t);
    await send(system, 'a');
    const script = `
      const { connect } = await import(${JSON.stringify(import.meta.resolve('../database/connect.ts'))});
      const { createQueue } = await import(${JSON.stringify(import.meta.resolve('./queue.ts'))});
      const { createLog } = await import(${JSON.stringify(import.meta.resolve('../log.ts'))});
      const log = createLog({ level: 'silent' });
      const connection = connect({ address: ${JSON.stringify(system.address)}, poolSize: 4, log });
      const queue = await createQueue({ connection, log });
      await queue.work({ 'sync-meeting': () => { console.log('started'); return new Promise(() => {}); } }, { concurrency: 4 });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const { ran, tasks } = recorder();
    await system.queue.drain(tasks);
    assert.deepEqual(ran, [], 'the job is with the other process');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await system.queue.work(tasks, { concurrency: 4 });
    await until(() => ran.length === 1);
  });
});

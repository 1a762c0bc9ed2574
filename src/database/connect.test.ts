import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { createEmptyDatabase, createTestDatabase } from '../../test/support/database.ts';
import { createLog } from '../log.ts';
import { connect, type DatabaseAddress } from './connect.ts';
import { migrate } from './migrate.ts';

const log = createLog({ level: 'silent' });

function open(t: TestContext, address: DatabaseAddress) {
  const connection = connect({ address, poolSize: 4, log });
  t.after(() => connection.close());
  return connection;
}

async function until(condition: () => boolean) {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a database connection', () => {
  it('reads bigint as a number, timestamptz as a Date, and date as its text', async (t) => {
    const { pool } = open(t, await createTestDatabase(t));
    const { rows } = await pool.query(
      `select 9007199254740991 as big, timestamptz '2026-03-29 01:30+00' as at, date '2026-03-29' as day`,
    );
    assert.deepEqual(rows, [{ big: 9007199254740991, at: new Date('2026-03-29T01:30:00Z'), day: '2026-03-29' }]);
    await assert.rejects(pool.query('select 9007199254740993 as big'), RangeError);
  });

  it('hears notifications, also after its connection broke, and says that some may have been missed', async (t) => {
    const { pool, listen } = open(t, await createTestDatabase(t));
    const heard: string[] = [];
    const other: string[] = [];
    let reconnected = 0;
    await listen(
      'meeting_changed',
      (payload) => heard.push(payload),
      () => reconnected++,
    );
    const stop = await listen('other', (payload) => other.push(payload));
    await pool.query(`select pg_notify('meeting_changed', 'one'), pg_notify('other', 'x')`);
    await until(() => heard.length === 1 && other.length === 1);
    await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %'`);
    await until(() => reconnected === 1);
    await stop();
    await pool.query(`select pg_notify('other', 'y'), pg_notify('meeting_changed', 'two')`);
    await until(() => heard.length === 2);
    assert.deepEqual([heard, other], [['one', 'two'], ['x']]);
  });

  it('survives that the server ends its idle connections', async (t) => {
    const { pool } = open(t, await createTestDatabase(t));
    await Promise.all([pool.query('select 1'), pool.query('select 1')]);
    await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
    assert.equal((await pool.query('select 1 as one')).rows[0]?.one, 1);
  });
});

describe('migration', () => {
  it('is done once when several processes start at the same time, and again changes nothing', async (t) => {
    const address = await createEmptyDatabase(t);
    const starters = [open(t, address), open(t, address), open(t, address)];
    await Promise.all(starters.map((connection) => migrate({ ...connection, log })));
    const [first] = starters;
    assert.ok(first);
    const applied = () => first.pool.query('select name, timestamp from kysely_migration');
    const before = (await applied()).rows;
    await migrate({ ...first, log });
    assert.deepEqual((await applied()).rows, before);
    const { rows } = await first.pool.query('select name, policy, notify from jobs.queue');
    assert.deepEqual(rows, [{ name: 'tasks', policy: 'exclusive', notify: true }]);
  });
});

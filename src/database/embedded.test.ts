import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createLog } from '../log.ts';
import { connect } from './connect.ts';
import { startEmbedded, type EmbeddedDatabase } from './embedded.ts';

const log = createLog({ level: 'silent' });
const settings = { fsync: 'off' };

const started = new Set<EmbeddedDatabase>();

async function temporaryDirectory(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'parley-db-'));
  t.after(async () => {
    for (const database of started) await database.end();
    started.clear();
    await rm(directory, { recursive: true });
  });
  return directory;
}

async function start(directory: string, options: { settings?: Record<string, string> } = { settings }) {
  const database = await startEmbedded({ directory, log, ...options });
  started.add(database);
  return database;
}

async function ask(database: EmbeddedDatabase, query: string): Promise<unknown> {
  const connection = connect({ address: database.address, poolSize: 2, log });
  const { rows } = await connection.pool.query<Record<string, unknown>>(query);
  await connection.close();
  return Object.values(rows[0] ?? {})[0];
}

const serverPid = async (directory: string) =>
  Number((await readFile(join(directory, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);
const isRunning = (directory: string) =>
  stat(join(directory, 'postgres/postmaster.pid')).then(
    () => true,
    () => false,
  );

describe('the private database', () => {
  it('keeps its data over a stop and a start, and listens on a closed Unix socket only', async (t) => {
    const directory = join(await temporaryDirectory(t), 'data');
    const first = await start(directory);
    await ask(first, 'create table kept as select 42 as answer');
    assert.equal(await ask(first, 'show listen_addresses'), '');
    assert.equal((await stat(join(directory, 'socket'))).mode & 0o777, 0o700);
    await first.stop();
    assert.equal(await isRunning(directory), false);
    const second = await start(directory);
    assert.equal(await ask(second, 'select answer from kept'), 42);
  });

  it('uses fsync unless a test turns it off', async (t) => {
    const database = await start(await temporaryDirectory(t), {});
    assert.equal(await ask(database, 'show fsync'), 'on');
    assert.equal(await ask(database, 'show synchronous_commit'), 'on');
  });

  it('is made once when several processes start at the same time', async (t) => {
    const directory = await temporaryDirectory(t);
    const starters = await Promise.all([start(directory), start(directory), start(directory)]);
    const pids = await Promise.all(starters.map((one) => ask(one, `select pg_postmaster_start_time()::text`)));
    assert.equal(new Set(pids).size, 1);
  });

  it('is used again when a killed Parley left its server running, and ends with the next one', async (t) => {
    const directory = await temporaryDirectory(t);
    const script = `
      const { startEmbedded } = await import(${JSON.stringify(import.meta.resolve('./embedded.ts'))});
      const { createLog } = await import(${JSON.stringify(import.meta.resolve('../log.ts'))});
      await startEmbedded({ directory: ${JSON.stringify(directory)}, log: createLog({ level: 'silent' }), settings: { fsync: 'off' } });
      console.log('ready');
      setInterval(() => {}, 1000);`;
    const parley = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parley.stdout, 'data');
    parley.kill('SIGKILL');
    await once(parley, 'exit');
    const pid = await serverPid(directory);
    const database = await start(directory);
    assert.equal(await serverPid(directory), pid);
    await database.stop();
    assert.equal(await isRunning(directory), false);
  });

  it('goes on while another process uses it; the last one to stop ends it', async (t) => {
    const directory = await temporaryDirectory(t);
    const first = await start(directory);
    const second = await start(directory);
    const user = connect({ address: second.address, poolSize: 2, log });
    await user.pool.query('select 1');
    await first.stop();
    assert.equal(await isRunning(directory), true);
    await user.close();
    await second.stop();
    assert.equal(await isRunning(directory), false);
  });

  it('starts in spite of a pid file that a dead server left, whoever has its number now', async (t) => {
    const directory = await temporaryDirectory(t);
    const first = await start(directory);
    const pidFile = join(directory, 'postgres/postmaster.pid');
    const left = await readFile(pidFile, 'utf8');
    await first.stop();
    for (const number of [left.split('\n')[0], String(process.pid)]) {
      await writeFile(pidFile, left.replace(/^\d+/, number ?? ''));
      const next = await start(directory);
      assert.equal(await ask(next, 'select 1'), 1);
      await next.stop();
    }
  });

  it('puts its socket elsewhere when the path would be too long for one', async (t) => {
    const directory = join(await temporaryDirectory(t), 'x'.repeat(90));
    const database = await start(directory);
    assert.ok('host' in database.address && database.address.host.startsWith(join(tmpdir(), 'parley-')));
    assert.equal(await ask(database, 'select 1'), 1);
  });

  it('works for root below a directory that no other user may enter', { skip: userInfo().uid !== 0 }, async (t) => {
    const closed = await temporaryDirectory(t);
    const directory = join(closed, 'data');
    await mkdir(directory);
    await chmod(closed, 0o700);
    const database = await start(directory);
    assert.equal(await ask(database, 'select 1'), 1);
    await database.stop();
    assert.equal(await isRunning(directory), false);
  });
});

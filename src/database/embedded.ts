import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, mkdtemp, open, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { Log } from '../log.ts';
import { clientSettings, type DatabaseAddress } from './connect.ts';
import { findPrograms, type Programs } from './programs.ts';
import { findRunner, type Runner } from './runner.ts';

/** Parley's own PostgreSQL: how to reach it, and how to be done with it. */
export type EmbeddedDatabase = {
  address: DatabaseAddress;
  /** Ends the server unless another process still uses it: the last one out turns off the light. */
  stop: () => Promise<void>;
  /** Ends the server, whoever uses it. */
  end: () => Promise<void>;
};

type Options = {
  /** Parley's data directory; the database lies in `postgres` below it. */
  directory: string;
  log: Log;
  /** Server settings over ours, such as `{ fsync: 'off' }` in tests. */
  settings?: Record<string, string>;
};

/** The places of one server. */
type Places = { data: string; socket: string; logFile: string };

type Server = { programs: Programs; runner: Runner; places: Places; log: Log };

const port = 5432; // only a part of the socket's name
const longestSocketPath = 107;
const startTimeoutMs = 120_000; // crash recovery of a large database takes its time

/**
 * Starts a private PostgreSQL on a Unix socket, or uses the one that already runs on this data directory: one that a
 * killed Parley left behind, or that another Parley process uses now. It runs in a session of its own, so that Ctrl-C
 * reaches Parley first.
 */
export async function startEmbedded({ directory, log, settings = {} }: Options): Promise<EmbeddedDatabase> {
  const root = resolve(directory);
  await mkdir(root, { recursive: true, mode: 0o711 });
  const programs = await findPrograms();
  const runner = await findRunner({ programs, directory: root });
  const places = await preparePlaces(root, runner);
  const server = { programs, runner, places, log };
  await initialise(server, root, settings['fsync'] !== 'off');
  const found = await findRunning(server);
  const socket = found ?? (await startServer(server, settings));
  if (found !== undefined) log.info({ directory: places.data }, 'using the database server that already runs');
  const address = { host: socket, port, user: 'parley', database: 'parley' };
  await createDatabase(address);
  return {
    address,
    stop: async () => ((await isUsed(address)) ? undefined : endServer(server)),
    end: () => endServer(server),
  };
}

async function preparePlaces(root: string, runner: Runner): Promise<Places> {
  const inside = join(root, 'socket');
  const fits = join(inside, `.s.PGSQL.${port}`).length <= longestSocketPath;
  const socket = fits
    ? inside
    : join(tmpdir(), `parley-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`);
  await mkdir(socket, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const status = await lstat(socket);
  if (!status.isDirectory()) throw new Error(`${socket} must be a directory for the database's socket, but is not`);
  if (runner.owner !== undefined) await chown(socket, runner.owner.uid, runner.owner.gid);
  await chmod(socket, 0o700);
  return { data: join(root, 'postgres'), socket, logFile: join(root, 'postgres.log') };
}

/** Makes the database cluster once: beside its place first, so that a killed attempt or a second starter does no harm. */
async function initialise({ programs, runner, places, log }: Server, root: string, sync: boolean): Promise<void> {
  if (await exists(join(places.data, 'PG_VERSION'))) return;
  const draft = await mkdtemp(join(root, 'postgres.new-'));
  if (runner.owner !== undefined) await chown(draft, runner.owner.uid, runner.owner.gid);
  const options = [
    '--username=parley',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--locale=C.UTF-8',
  ];
  try {
    await runner.run(programs.initdb, ['-D', draft, ...options, '--no-instructions', ...(sync ? [] : ['--no-sync'])]);
    await rename(draft, places.data);
    log.info({ directory: places.data }, 'database made');
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(join(places.data, 'PG_VERSION')))) throw error;
  }
}

/** The socket directory of a server that runs on our data, after waiting for one that is starting or stopping. */
async function findRunning(server: Server): Promise<string | undefined> {
  for (let waitedMs = 0; waitedMs < startTimeoutMs; waitedMs += 25) {
    const pidFile = await readPidFile(server.places);
    if (pidFile === undefined) return undefined;
    if (await answers({ host: pidFile.socket, port, user: 'parley', database: 'postgres' }, server.places))
      return pidFile.socket;
    const holder = await describeProcess(pidFile.pid);
    if (holder === 'none') return undefined;
    if (holder === 'other') return removeStale(server.places, pidFile);
    await delay(25);
  }
  throw new Error(
    `The database server on ${server.places.data} neither answers nor ends; see ${server.places.logFile}`,
  );
}

async function startServer(server: Server, settings: Record<string, string>): Promise<string> {
  const { programs, runner, places } = server;
  const output = await open(places.logFile, 'a', 0o600);
  const all = { ...defaultSettings, unix_socket_directories: places.socket, ...settings };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = runner.command(programs.postgres, ['-D', places.data, '-p', String(port), ...options]);
  const child = spawn(command.file, command.args, {
    ...command.options,
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
  });
  let failure: string | undefined;
  child.on('error', (error) => (failure = error.message));
  child.on('exit', (code) => (failure = `it ended with code ${code}`));
  await output.close();
  child.unref();
  for (let waitedMs = 0; waitedMs < startTimeoutMs; waitedMs += 5) {
    const pidFile = await readPidFile(places);
    if (pidFile?.pid === child.pid && pidFile?.ready) return pidFile.socket;
    if (failure !== undefined) return afterFailure(server, failure);
    await delay(5);
  }
  throw new Error(`The database server on ${places.data} did not get ready; see ${places.logFile}`);
}

/** Our server ended while starting: because another starter was first, or for a reason that its log tells. */
async function afterFailure(server: Server, failure: string): Promise<string> {
  const other = await findRunning(server);
  if (other !== undefined) return other;
  const text = await readFile(server.places.logFile, 'utf8');
  const last = text.trimEnd().split('\n').slice(-5).join('\n');
  throw new Error(`The database server on ${server.places.data} did not start: ${failure}\n${last}`);
}

const defaultSettings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '64MB',
  huge_pages: 'off',
  io_method: 'sync', // no processes of its own for reading
  jit: 'off',
  max_wal_senders: '0',
  wal_level: 'minimal',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
};

type PidFile = { pid: number; socket: string; ready: boolean };

/** Lines of `postmaster.pid`: process id, data directory, start time, port, socket directory, TCP host, memory key, state. */
async function readPidFile({ data, socket }: Places): Promise<PidFile | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  return { pid: Number(lines[0]), socket: lines[4]?.trim() || socket, ready: lines[7]?.trim() === 'ready' };
}

/** What has the process id of a pid file. A zombie is no server; without an init process, as in containers, it stays. */
async function describeProcess(pid: number): Promise<'postgres' | 'other' | 'none'> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (status !== undefined) return /^\d+ \(postgres\) [^ZX]/.test(status) ? 'postgres' : 'other';
  if (await exists('/proc/self')) return 'none';
  const listed = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'comm=']).catch(() => ({ stdout: '' }));
  if (listed.stdout.trim() === '') return 'none';
  return listed.stdout.includes('postgres') ? 'postgres' : 'other';
}

/** PostgreSQL takes over the pid file of a dead process, but not one whose number now belongs to another process. */
async function removeStale(places: Places, stale: PidFile): Promise<undefined> {
  const current = await readPidFile(places);
  if (current?.pid === stale.pid) await rm(join(places.data, 'postmaster.pid'), { force: true });
}

async function answers(address: DatabaseAddress, { data }: Places): Promise<boolean> {
  const rows = await query<{ data_directory: string }>(address, 'show data_directory').catch(() => []);
  return rows[0]?.data_directory === data;
}

async function createDatabase(address: DatabaseAddress & { database?: string }): Promise<void> {
  const maintenance = { ...address, database: 'postgres' };
  const rows = await query(maintenance, `select from pg_database where datname = 'parley'`);
  if (rows.length > 0) return;
  await query(maintenance, 'create database parley').catch((error: { code?: string }) => {
    const alreadyMade = error.code === '42P04' || error.code === '23505';
    if (!alreadyMade) throw error;
  });
}

/** Whether another process has connections. Our own have just been closed, so the server is given a moment to notice. */
async function isUsed(address: DatabaseAddress): Promise<boolean> {
  const others = `select from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name <> '${leaving}'`;
  for (let attempt = 0; attempt < 20; attempt++) {
    const rows = await query({ ...address, database: 'postgres' }, others).catch(() => []);
    if (rows.length === 0) return false;
    await delay(25);
  }
  return true;
}

async function endServer({ programs, runner, places }: Server): Promise<void> {
  if ((await readPidFile(places)) === undefined) return;
  try {
    await runner.run(programs.pg_ctl, ['stop', '-D', places.data, '-m', 'fast', '-t', '60', '-s']);
  } catch (error) {
    // Another leaver may have been quicker.
    if ((await readPidFile(places)) !== undefined) throw error;
  }
  if (places.socket.startsWith(tmpdir())) await rm(places.socket, { recursive: true, force: true });
}

const leaving = 'parley-leaving';

async function query<Row = object>(address: DatabaseAddress, text: string): Promise<Row[]> {
  const client = new Client({
    ...clientSettings(address),
    application_name: leaving,
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Ten recordings of 1 GB fetched and ten served at once, five from the storage and five straight from Microsoft, by one
 * server. Bar: its memory stays below 64 MB above idle. The throughput is told beside that of a bare file copy.
 * `BENCH_RECORDING_MB` makes the recordings smaller.
 */
import { fork, type ChildProcess } from 'node:child_process';
import {
  copyFileSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const megabyte = 1024 * 1024;
const sizeMb = Number(process.env['BENCH_RECORDING_MB'] ?? 1024);
const bytes = sizeMb * megabyte;
const recordings = 10;
const barMb = 64;
const patienceMs = 20 * 60_000;

const { bavail, bsize } = statfsSync(tmpdir());
const neededMb = sizeMb * (recordings + 3);
if ((bavail * bsize) / megabyte < neededMb * 1.1) {
  console.log(`recordings: left out, it needs ${neededMb} MB of free disk; BENCH_RECORDING_MB=100 needs a tenth`);
  process.exit(0);
}

const upstream = fork(new URL('recordings-upstream.ts', import.meta.url), [String(bytes)], { stdio: 'inherit' });
const { port: upstreamPort } = await next<{ port: number }>(upstream);
const server = fork(new URL('recordings-server.ts', import.meta.url), [String(upstreamPort)], { stdio: 'inherit' });
try {
  setTimeout(stopServer, patienceMs).unref();
  const ready = await next<{ port: number; apiKey: string }>(server);
  const { ids } = await tell<{ ids: string[] }>({ add: recordings + 2 });
  const [stored = '', proxied = '', ...wanted] = ids;
  const idleMb = residentMb();
  await tell({ store: [stored] });
  const copiedPerSecond = copyFile();

  const peak = watchPeak();
  const startedAt = performance.now();
  const served = Array.from({ length: recordings }, (_, index) => serve(index % 2 ? stored : proxied));
  await Promise.all([tell({ store: wanted }), ...served]);
  const seconds = (performance.now() - startedAt) / 1000;
  const aboveMb = peak.stop() - idleMb;

  const movedPerSecond = (2 * recordings * sizeMb) / seconds;
  console.log(
    `recordings: ${recordings} of ${sizeMb} MB fetched and ${recordings} served at once in ${seconds.toFixed(0)} s`,
  );
  console.log(`recordings: ${movedPerSecond.toFixed(0)} MB/s, a bare file copy ${copiedPerSecond.toFixed(0)} MB/s`);
  console.log(`recordings: ratio ${(movedPerSecond / copiedPerSecond).toFixed(2)} (no bar)`);
  console.log(`recordings: ${aboveMb.toFixed(0)} MB above ${idleMb.toFixed(0)} MB idle (bar: less than ${barMb})`);
  if (aboveMb >= barMb) process.exitCode = 1;

  async function serve(id: string): Promise<void> {
    const received = await download({ ...ready, path: `/v1/artifacts/${id}/content` });
    if (received !== bytes) throw new Error(`${received} of ${bytes} bytes were served`);
  }
} finally {
  stopServer();
  upstream.disconnect();
}

/** It takes its database and what was stored with it. */
function stopServer(): void {
  if (server.connected) server.send({ stop: true });
}

function download({ port, apiKey, path }: { port: number; apiKey: string; path: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get({
      port,
      path,
      host: '127.0.0.1',
      agent: false,
      headers: { authorization: `Bearer ${apiKey}` },
    });
    request.on('error', reject).on('response', (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered with ${response.statusCode}`));
      let received = 0;
      response.on('data', (chunk: Buffer) => (received += chunk.length));
      response.on('end', () => resolve(received)).on('error', reject);
    });
  });
}

/** The highest resident memory of the server from now on, as the kernel keeps it, or else as it is seen twenty times a second. */
function watchPeak() {
  try {
    writeFileSync(`/proc/${server.pid}/clear_refs`, '5');
  } catch {
    // Another system: only what is seen counts.
  }
  let highest = 0;
  const timer = setInterval(() => (highest = Math.max(highest, residentMb())), 50);
  return {
    stop() {
      clearInterval(timer);
      return Math.max(highest, residentMb('VmHWM'));
    },
  };
}

function residentMb(field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
}

/** MB a second of copying a file of the size of a recording, down to the disk. */
function copyFile(): number {
  const directory = mkdtempSync(join(tmpdir(), 'parley-bench-copy-'));
  try {
    const [from, to] = [join(directory, 'from'), join(directory, 'to')];
    const file = openSync(from, 'w');
    const piece = Buffer.alloc(megabyte, 'copy');
    for (let index = 0; index < sizeMb; index += 1) writeFileSync(file, piece);
    fsyncSync(file);
    const startedAt = performance.now();
    copyFileSync(from, to);
    fsyncSync(openSync(to, 'r+'));
    return sizeMb / ((performance.now() - startedAt) / 1000);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function tell<T>(order: object): Promise<T> {
  server.send(order);
  const answer = await next<T & { error?: string }>(server);
  if (answer.error) throw new Error(answer.error);
  return answer;
}

function next<T>(from: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the benchmark's server ended with ${code}`));
    from.once('exit', ended);
    from.once('message', (message) => {
      from.off('exit', ended);
      resolve(message as T);
    });
  });
}

/**
 * The API over HTTP, in requests a second. `GET /v1/bookings/{id}` against a bare Hono route on the same server software
 * that reads the same rows from the same pool by one statement (bar: 0.70), and `POST /v1/meetings` with an
 * Idempotency-Key against the same without (bar: 0.85). Both sides are in a process of their own; this one asks.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { openLine, type Line, type LineAnswer } from './http-line.ts';
import type { Ready } from './api-server.ts';
import { inParallel, quantile } from './support.ts';

const width = 16;
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 21);
const readsPerTurn = Number(process.env['BENCH_READS'] ?? 1200);
const writesPerTurn = Number(process.env['BENCH_WRITES'] ?? 150);

const child = fork(new URL('api-server.ts', import.meta.url), { stdio: 'inherit' });
try {
  const { port, barePort, apiKey, bookingIds, memberIds } = await ready(child);
  const open = (at: number) => Promise.all(Array.from({ length: width }, () => openLine(at)));
  const [parley, bare] = [await open(port), await open(barePort)];
  const read = (lines: Line[], path: string) =>
    turn(lines, readsPerTurn, 200, (line, n) => line.get(path + bookingIds[n % bookingIds.length], apiKey));
  let made = 0;
  const write = (headers: () => Record<string, string>) =>
    turn(parley, writesPerTurn, 201, (line) =>
      line.send('/v1/meetings', meetingBody(memberIds[made % memberIds.length] ?? '', made++), apiKey, headers()),
    );
  const failures = [
    await compare({
      name: 'GET /v1/bookings/{id}',
      measured: () => read(parley, '/v1/bookings/'),
      baseline: () => read(bare, '/bare/bookings/'),
      against: 'a bare route with one statement',
      bar: 0.7,
    }),
    await compare({
      name: 'POST /v1/meetings with a key',
      measured: () => write(() => ({ 'Idempotency-Key': randomUUID() })),
      baseline: () => write(() => ({})),
      against: 'without one',
      bar: 0.85,
    }),
  ];
  if (failures.includes(true)) process.exitCode = 1;
  for (const line of [...parley, ...bare]) line.close();
} finally {
  child.send({ stop: true });
}

type Comparison = {
  name: string;
  /** Each gives the requests a second of one turn. */
  measured: () => Promise<number>;
  baseline: () => Promise<number>;
  against: string;
  bar: number;
};

/** Turns of both, one after the other and either first as often, so that what else the machine does falls on both alike. */
async function compare({ name, measured, baseline, against, bar }: Comparison): Promise<boolean> {
  for (const warmUp of [measured, baseline, measured, baseline]) await warmUp();
  const found = { measured: [] as number[], baseline: [] as number[], ratio: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const first = round % 2 === 0 ? await measured() : 0;
    const other = await baseline();
    const own = first || (await measured());
    found.measured.push(own);
    found.baseline.push(other);
    found.ratio.push(own / other);
  }
  const [own, other, ratio] = [found.measured, found.baseline, found.ratio].map((of) => quantile(of, 0.5));
  console.log(`api: ${name}: ${own?.toFixed(0)} requests/s; ${against}: ${other?.toFixed(0)} requests/s`);
  console.log(`api: ${name}: ratio ${ratio?.toFixed(2)} (bar: at least ${bar.toFixed(2)})`);
  return !(ratio !== undefined && ratio >= bar);
}

/** So many requests over all lines; gives how many there were a second. */
async function turn(
  lines: Line[],
  count: number,
  status: number,
  send: (line: Line, n: number) => Promise<LineAnswer>,
): Promise<number> {
  const idle = [...lines];
  const seconds = await inParallel(count, width, async (n) => {
    const line = idle.pop() as Line; // as many lines as run at once
    const answer = await send(line, n);
    idle.push(line);
    if (answer.status !== status) throw new Error(`answered with ${answer.status}: ${answer.body.slice(0, 300)}`);
  });
  return count / seconds;
}

function meetingBody(memberId: string, n: number): string {
  const start = new Date(Date.UTC(2090, 0, 1) + n * 60_000);
  return JSON.stringify({
    organizer: { memberId },
    subject: `Meeting ${n}`,
    start: start.toISOString(),
    end: new Date(start.getTime() + 30 * 60_000).toISOString(),
    attendees: [{ email: `guest${n}@visitor.example`, name: 'A guest' }],
  });
}

function ready(from: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    from.once('exit', (code) => reject(new Error(`the benchmark's server ended with ${code}`)));
    from.once('message', (message) => resolve(message as Ready));
  });
}

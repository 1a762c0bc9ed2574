/**
 * Acknowledged bookings a second over HTTP, against bare transactions with the same writes on the same PostgreSQL.
 * Both sides run in a process of their own and are asked by this one; the bar is a ratio of 0.5.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { openLine, type Line } from './http-line.ts';
import { bookingBody, inParallel, slotAt } from './support.ts';

const bookings = Number(process.env['BENCH_BOOKINGS'] ?? 4000);
const width = 16;
const hosts = 8;
const turns = 20;

type Ready = { port: number; apiKey: string; eventTypeIds: string[] };

const child = fork(new URL('booking-server.ts', import.meta.url), { stdio: 'inherit' });
try {
  const ready = await next<Ready>(child);
  const idle = await Promise.all(Array.from({ length: width }, () => openLine(ready.port)));
  let taken = 0;
  const book = async (count: number) => {
    const base = taken;
    taken += count;
    return inParallel(count, width, async (index) => {
      const n = base + index;
      const body = bookingBody(ready.eventTypeIds[n % hosts] ?? '', slotAt(Math.floor(n / hosts)));
      const line = idle.pop() as Line;
      const { status } = await line.send('/v1/bookings', body, ready.apiKey);
      idle.push(line);
      if (status !== 201) throw new Error(`a booking was answered with ${status}`);
    });
  };
  await book(400); // warm up
  await bare(child, 400);
  // Short turns, so that whatever else the machine does falls on both sides alike.
  const seconds = { bare: 0, http: 0 };
  for (let turn = 0; turn < turns; turn += 1) {
    seconds.bare += await bare(child, bookings / turns);
    seconds.http += await book(bookings / turns);
  }
  const baseline = bookings / seconds.bare;
  const measured = bookings / seconds.http;
  const ratio = measured / baseline;
  console.log(`booking: ${measured.toFixed(0)} acknowledged bookings/s over HTTP`);
  console.log(`booking: ${baseline.toFixed(0)} bare transactions/s with the same writes`);
  console.log(`booking: ratio ${ratio.toFixed(2)} (bar: at least 0.50)`);
  if (ratio < 0.5) process.exitCode = 1;
  for (const line of idle) line.close();
} finally {
  child.send({ stop: true });
}

/** Has the other process run bare transactions; gives the seconds they took. */
async function bare(server: ChildProcess, count: number): Promise<number> {
  server.send({ bare: count, width });
  return (await next<{ seconds: number }>(server)).seconds;
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

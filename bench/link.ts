/**
 * From the acknowledgement of a booking to its join link, less the time in which the emulator answered: what Parley
 * itself adds, at 20 bookings a second over HTTP. Bars: median at most 15 ms, 99th percentile at most 100 ms.
 */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { openLine } from './http-line.ts';
import { bookingBody, openBench, quantile, slotAt } from './support.ts';

const rate = 20;
const bookings = Number(process.env['BENCH_BOOKINGS'] ?? 400);
const hosts = 4;
const warmUp = 40;

const microsoftMs = new Map<string, number>();
const bench = await openBench({
  hosts,
  watch: (meetingId, ms) => microsoftMs.set(meetingId, (microsoftMs.get(meetingId) ?? 0) + ms),
});
const { app } = bench.world;
await app.startWorker();
const port = await new Promise<number>((resolve) => {
  serve({ fetch: app.http.fetch, hostname: '127.0.0.1', port: 0 }, (address: AddressInfo) => resolve(address.port));
});
const lines = await Promise.all(Array.from({ length: 8 }, () => openLine(port)));

const readyAt = new Map<string, number>();
app.deps.changes.onWorkspace(bench.workspaceId, (meetingId) => {
  void app.deps.db
    .selectFrom('meetings')
    .select('join_url')
    .where('id', '=', meetingId)
    .executeTakeFirst()
    .then((row) => row?.join_url && !readyAt.has(meetingId) && readyAt.set(meetingId, performance.now()));
});

const acknowledgedAt = new Map<string, number>();
let next = 0;
await new Promise<void>((resolve) => {
  const timer = setInterval(() => {
    if (next === bookings + warmUp) {
      clearInterval(timer);
      return resolve();
    }
    void book(next++);
  }, 1000 / rate);
});
const deadline = Date.now() + 10_000;
while (readyAt.size < acknowledgedAt.size && Date.now() < deadline)
  await new Promise((resolve) => setTimeout(resolve, 20));

const measured = [...acknowledgedAt]
  .slice(warmUp)
  .map(([id, at]) => (readyAt.get(id) ?? Infinity) - at - (microsoftMs.get(id) ?? 0));
const own = [...microsoftMs.values()];
const [median, p99] = [quantile(measured, 0.5), quantile(measured, 0.99)];
console.log(
  `link: ${measured.length} bookings at ${rate}/s; the emulator's own answers took ${quantile(own, 0.5).toFixed(1)} ms (median) of each`,
);
console.log(
  `link: acknowledgement to join link, less the emulator: median ${median.toFixed(1)} ms (bar: 15), 99th percentile ${p99.toFixed(1)} ms (bar: 100)`,
);
console.log(`link: ratio to the emulator's own latency ${(median / quantile(own, 0.5)).toFixed(2)}`);
if (!(median <= 15 && p99 <= 100)) process.exitCode = 1;
for (const line of lines) line.close();
await bench.close();
process.exit();

async function book(index: number): Promise<void> {
  const line = lines[index % lines.length];
  if (!line) throw new Error('no line is open');
  const answer = await line.send(
    '/v1/bookings',
    bookingBody(bench.eventTypeIds[index % hosts] ?? '', slotAt(Math.floor(index / hosts))),
    bench.apiKey,
  );
  if (answer.status !== 201) throw new Error(`a booking was answered with ${answer.status}: ${answer.body}`);
  const { meeting } = JSON.parse(answer.body) as { meeting: { id: string } };
  acknowledgedAt.set(meeting.id, performance.now());
}

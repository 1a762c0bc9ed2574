/**
 * 1,000 webhook endpoints: how long after its event a message arrives at those that work, with every tenth endpoint dead
 * (half of these refuse, half never answer), against the same without dead ones. Bar: the 99th percentile at most 1.5
 * times as long. Everything stays on this machine.
 */
import { fork } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Order } from './webhooks-server.ts';
import { quantile } from './support.ts';

const endpoints = 1000;
const workspaces = 20;
const eventsPerTurn = Number(process.env['BENCH_EVENTS'] ?? 25);
const eventsPerSecond = 1;
/** As often without dead ones as with them, in an order that favours neither. */
const turns = ['alive', 'dead', 'dead', 'alive', 'alive', 'dead'] as const;

const happenedAt = new Map<string, number>();
let tookMs: number[] = [];
let waiting: IncomingMessage[] = [];

const receiver = createServer((request, response) => {
  const [, index, never] = /^\/(\d+)(\/never)?$/.exec(request.url ?? '') ?? [];
  if (never !== undefined) {
    waiting.push(request.resume()); // and nothing comes back
    return;
  }
  let body = '';
  request.setEncoding('utf8').on('data', (part: string) => (body += part));
  request.on('end', () => {
    const { data } = JSON.parse(body) as { data: { meetingId: string } };
    const at = happenedAt.get(data.meetingId);
    if (at !== undefined && !isDead(Number(index))) tookMs.push(performance.now() - at);
    response.writeHead(204).end();
  });
});
const base = `http://127.0.0.1:${await portOf(receiver)}`;
const closed = createServer();
const nobody = `http://127.0.0.1:${await portOf(closed)}`;
closed.close();

const isDead = (index: number) => Math.floor(index / workspaces) % 10 === 0;
const urls = Array.from({ length: endpoints }, (_, index) => `${base}/${index}`);
const deadUrls = urls.flatMap((url, index) =>
  isDead(index) ? [[url, index % 2 === 0 ? `${url}/never` : `${nobody}/${index}`] as const] : [],
);
const healthyEach = (endpoints - deadUrls.length) / workspaces;

const child = fork(new URL('webhooks-server.ts', import.meta.url), { stdio: 'inherit' });
await done();
await tell({ endpoints: urls, workspaces });
await turn('warm-up', workspaces); // every endpoint once
const p99 = { alive: [] as number[], dead: [] as number[] };
for (const [index, kind] of turns.entries()) {
  await tell({ dead: kind === 'dead' ? Object.fromEntries(deadUrls) : revived() });
  const took = await turn(`${kind}-${index}`, eventsPerTurn);
  p99[kind].push(quantile(took, 0.99));
  console.log(
    `webhooks: ${kind === 'dead' ? `beside ${deadUrls.length} dead ones` : 'without dead ones'}: median ` +
      `${quantile(took, 0.5).toFixed(0)} ms, 99th percentile ${quantile(took, 0.99).toFixed(0)} ms (${took.length} messages)`,
  );
}
// The middle one of each, so that a moment in which the machine did something else counts for neither.
const [alive, dead] = [quantile(p99.alive, 0.5), quantile(p99.dead, 0.5)];
console.log(
  `webhooks: 99th percentile of ${endpoints - deadUrls.length} endpoints that work: ${dead.toFixed(0)} ms beside dead ones, ${alive.toFixed(0)} ms without`,
);
console.log(`webhooks: ratio ${(dead / alive).toFixed(2)} (bar: at most 1.50)`);
if (!(dead / alive <= 1.5)) process.exitCode = 1;
await tell({ stop: true });
receiver.closeAllConnections();
receiver.close();

/** One turn of events; resolves with how long each message to a healthy endpoint took. */
async function turn(name: string, events: number): Promise<number[]> {
  tookMs = [];
  happenedAt.clear();
  for (let count = 0; count < events; count += 1) {
    const event = `mtg_${name}_${count}`;
    const workspace = count % workspaces;
    const next = new Promise((resolve) => setTimeout(resolve, 1000 / eventsPerSecond));
    happenedAt.set(event, performance.now());
    await tell({ event, workspace });
    await next;
  }
  const deadline = Date.now() + 60_000;
  while (tookMs.length < events * healthyEach && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 50));
  if (tookMs.length !== events * healthyEach)
    throw new Error(`${tookMs.length} messages arrived, ${events * healthyEach} were expected`);
  for (const request of waiting) request.destroy();
  waiting = [];
  await new Promise((resolve) => setTimeout(resolve, 1000)); // until that is written down
  return tookMs;
}

function revived(): Record<string, string> {
  return Object.fromEntries(deadUrls.map(([url, other]) => [other, url]));
}

async function tell(order: Order): Promise<void> {
  child.send(order);
  await done();
}

function done(): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the benchmark's server ended with ${code}`));
    child.once('exit', ended);
    child.once('message', () => {
      child.off('exit', ended);
      resolve();
    });
  });
}

function portOf(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

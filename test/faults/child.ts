import { writeSync } from 'node:fs';
import { Client } from 'pg';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { connect } from '../../src/database/connect.ts';
import { createLog } from '../../src/log.ts';
import { parseKeyRing } from '../../src/seal.ts';
import { childName, orderVariable, type Order } from './order.ts';

/**
 * A Parley of its own that handles one request and then every job that is due, and kills itself at one of the points at
 * which it waits for somebody: before and after each statement and each request to Microsoft. A point is named by what
 * is waited for, and by how often it was before. Who gets through tells all the points that it passed.
 */
const order = JSON.parse(process.env[orderVariable] ?? '') as Order;
const points = { armed: false, passed: [] as string[], counts: new Map<string, number>() };

function point(text: string): void {
  if (!points.armed) return;
  const count = (points.counts.get(text) ?? 0) + 1;
  points.counts.set(text, count);
  const name = `${text} #${count}`;
  points.passed.push(name);
  if (name === order.killAt) process.kill(process.pid, 'SIGKILL');
}

const countedFetch: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const { pathname } = new URL(request.url);
  const name = `${request.method} ${pathname.replace(/events\/[^/]+/, 'events/{id}')}`;
  point(`before ${name}`);
  const response = await fetch(request);
  const answer = new Response(await response.arrayBuffer(), response); // the answer has arrived, all of it
  point(`after ${name}`);
  return answer;
};

type Query = (this: unknown, ...args: unknown[]) => unknown;

/** Every statement goes through here: the pool's, a transaction's, the job queue's. */
function countQueries(): void {
  const { query } = Client.prototype as unknown as { query: Query };
  const counted: Query = function (...args) {
    const [what] = args;
    const name = (typeof what === 'string' ? what : ((what as { text?: string }).text ?? ''))
      .replaceAll(/\s+/g, ' ')
      .slice(0, 80);
    point(`before ${name}`);
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      args[args.length - 1] = (...results: unknown[]) => {
        point(`after ${name}`);
        (callback as Query).apply(undefined, results);
      };
    }
    const result = query.apply(this, args);
    return result instanceof Promise ? result.finally(() => point(`after ${name}`)) : result;
  };
  Client.prototype.query = counted as unknown as typeof Client.prototype.query;
}

countQueries();
const log = createLog({ level: 'error', write: (line) => writeSync(2, line) });
const now = () => new Date(order.now);
const database = connect({ address: order.address, poolSize: 10, log, applicationName: childName });
const keyRing = parseKeyRing(order.keyRing);
const config = loadConfig({ env: order.env, files: [], readFile: () => '' });
const app = await createApp(config, { database, keyRing, fetch: countedFetch, now, log });
points.armed = true;
const response = await app.http.fetch(new Request(order.request.url, order.request));
await response.text();
await app.drain();
points.armed = false;
await app.close();
await database.close();
writeSync(1, JSON.stringify(points.passed));

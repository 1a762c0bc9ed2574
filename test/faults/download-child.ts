import { writeSync } from 'node:fs';
import { Client } from 'pg';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { connect, type DatabaseAddress } from '../../src/database/connect.ts';
import { createLog } from '../../src/log.ts';
import { parseKeyRing } from '../../src/seal.ts';
import { childName } from './order.ts';

/** What a child that downloads is told, as JSON in its environment. */
export type DownloadOrder = {
  address: DatabaseAddress;
  keyRing: string;
  env: Record<string, string>;
  now: string;
  /** It dies when it has received so many bytes of the recording, … */
  bytes?: number;
  /** … or before it sends a statement that begins like this. */
  statement?: string;
};

/** A Parley of its own that starts as any does, takes up what another has left, and kills itself on the way. */
const order = JSON.parse(process.env['PARLEY_TEST_DOWNLOAD'] ?? '') as DownloadOrder;
let received = 0;

const die = () => process.kill(process.pid, 'SIGKILL');

const countedFetch: typeof fetch = async (input, init) => {
  const answer = await fetch(input, init);
  if (!new Request(input, init).url.includes('/recordings/') || !answer.body) return answer;
  const counted = answer.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        received += chunk.length;
        controller.enqueue(chunk);
        if (order.bytes !== undefined && received >= order.bytes) die();
      },
    }),
  );
  return new Response(counted, { status: answer.status, headers: answer.headers });
};

type Query = (this: unknown, ...args: unknown[]) => unknown;
const { query } = Client.prototype as unknown as { query: Query };
const watched: Query = function (...args) {
  const [what] = args;
  const text = typeof what === 'string' ? what : ((what as { text?: string }).text ?? '');
  if (order.statement !== undefined && text.startsWith(order.statement)) die();
  return query.apply(this, args);
};
Client.prototype.query = watched as unknown as typeof Client.prototype.query;

const log = createLog({ level: 'error', write: (line) => writeSync(2, line) });
const database = connect({ address: order.address, poolSize: 10, log, applicationName: childName });
const config = loadConfig({ env: order.env, files: [], readFile: () => '' });
const keyRing = parseKeyRing(order.keyRing);
const app = await createApp(config, { database, keyRing, fetch: countedFetch, now: () => new Date(order.now), log });
await app.startWorker();
await app.sweep();
while (!(await isStored())) await new Promise((resolve) => setImmediate(resolve));
await app.close();
await database.close();
writeSync(1, String(received));

async function isStored(): Promise<boolean> {
  const row = await database.db
    .selectFrom('artifacts')
    .select('id')
    .where('stored_at', 'is not', null)
    .executeTakeFirst();
  return row !== undefined;
}

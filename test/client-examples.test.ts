import assert from 'node:assert/strict';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import type { bookCall, receiveWebhooks } from '../examples/express.ts';
import type { Note, writeNotes } from '../examples/crm-note.ts';
import type { createParley } from '../client/src/parley.ts';
import { installClient, runProgram, tsc } from './support/built-client.ts';
import { answered, look } from './support/receiver.ts';
import { startDesk, startSystem, type System } from './support/system.ts';

// The examples as somebody has them who installed the package: built, and beside nothing else of ours.

const root = join(import.meta.dirname, '..');
const installed = installClient();
let project = '';

before(async () => {
  project = (await installed).project;
  await cp(join(root, 'examples'), join(project, 'examples'), { recursive: true });
});

after(async () => (await installed).remove());

const load = (path: string): Promise<unknown> => import(join(project, path));
const loadClient = () =>
  load('node_modules/@parley/client/dist/parley.js') as Promise<{ createParley: typeof createParley }>;

type Handle = (...given: Parameters<RequestListener>) => Promise<unknown>;

/** Listens on a port of its own until the test ends; gives the address. */
async function listen(t: TestContext, handle: Handle): Promise<string> {
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (t: TestContext, { app }: Pick<System, 'app'>) => listen(t, getRequestListener(app.http.fetch));

test('the examples and the snippets of the guides have the types of the built package', async () => {
  const snippets = await Promise.all(['docs/guides/sdk.md', 'client/README.md'].map(snippetsOf));
  for (const [index, text] of snippets.entries()) await writeFile(join(project, `snippets-${index}.ts`), text);
  for (const name of ['@types', 'undici-types']) {
    await symlink(join(root, 'node_modules', name), join(project, 'node_modules', name));
  }
  const compilerOptions = {
    noEmit: true,
    strict: true,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    module: 'nodenext',
    types: ['node'],
  };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  const { stdout } = await runProgram(tsc, ['-p', project]).catch((error: { stdout: string }) => error);
  assert.equal(stdout, '');
});

/** The TypeScript of a page, as one module. */
async function snippetsOf(page: string): Promise<string> {
  const text = await readFile(join(root, page), 'utf8');
  const blocks = [...text.matchAll(/^```ts\n([^]*?)^```/gm)].map(([, code = '']) => code);
  assert.ok(blocks.length > 0);
  return blocks.join('\n');
}

test('the walk with curl leads from a key to a link', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  await system.app.startWorker();
  const page = await readFile(join(root, 'examples/curl.md'), 'utf8');
  const blocks = [...page.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, code = '']) => code);
  const env = {
    ...process.env,
    PARLEY_URL: await serve(t, system),
    PARLEY_API_KEY: desk.apiKey,
    PARLEY_EVENT_TYPE: desk.eventType.id,
  };
  const { stdout } = await runProgram('bash', ['-euo', 'pipefail', '-c', blocks.join('\n')], { env });
  assert.deepEqual(stdout.trim().split('\n').slice(0, 2), [
    'first free time: 2026-11-23T08:00:00.000Z',
    '"type":"booking.confirmed"',
  ]);
  assert.match(
    stdout,
    /"joinUrl":"https:\/\/teams\.microsoft\.com\/[^\n]+\n"status":"cancelled"\n"code":"not_found"\n$/,
  );
});

test('Next.js: a page of somebody’s own offers times and books one of them', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  await system.app.startWorker();
  process.env['PARLEY_URL'] = await serve(t, system);
  process.env['PARLEY_API_KEY'] = desk.apiKey;
  process.env['PARLEY_EVENT_TYPE'] = desk.eventType.id;
  const route = (await load('examples/nextjs/app/api/bookings/route.ts')) as Record<
    'GET' | 'POST',
    (request: Request) => Promise<Response>
  >;
  const address = 'https://shop.example/api/bookings';
  const times = (await (await route.GET(new Request(`${address}?from=2026-11-24`))).json()) as string[];
  assert.equal(times[0], '2026-11-24T08:00:00.000Z');
  const form = { start: times[0], name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London' };
  const post = async () => {
    const answer = await route.POST(new Request(address, { method: 'POST', body: JSON.stringify(form) }));
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  const booked = await post();
  assert.equal(booked.status, 201);
  assert.match(booked.body['joinUrl'] ?? '', /^https:\/\/teams\.microsoft\.com\//);
  const refused = await post();
  assert.deepEqual([refused.status, refused.body['code']], [409, 'slot_taken']);
});

test('Express and a CRM: a call is booked once for each order, and the message about it becomes a note', async (t) => {
  const examples = {
    ...((await load('examples/express.ts')) as {
      receiveWebhooks: typeof receiveWebhooks;
      bookCall: typeof bookCall;
    }),
    ...((await load('examples/crm-note.ts')) as { writeNotes: typeof writeNotes }),
  };
  let crmUrl = '';
  const post = async ({ headers, body }: { headers: Record<string, string>; body: string }) => {
    // A message is as old as its Parley’s clock says.
    const real = t.mock.method(Date, 'now', () => Number(headers['webhook-timestamp']) * 1000);
    const { status } = await fetch(`${crmUrl}/hooks/parley`, { method: 'POST', headers, body });
    real.mock.restore();
    return answered(status);
  };
  const system = await startSystem(t, { post });
  const desk = await startDesk(system);
  const { createParley } = await loadClient();
  const parley = createParley({ baseUrl: await serve(t, system), apiKey: desk.apiKey });
  const endpoint = await parley.webhooks.create({ url: 'https://crm.example/hooks/parley', types: ['booking.*'] });
  const notes = new Map<string, Note>();
  const crm = { writeNote: async (note: Note) => void notes.set(note.id, note) };
  const onMessage = examples.writeNotes({ parley, crm });
  const receive = examples.receiveWebhooks({ secret: endpoint.secret ?? '', onMessage });
  const book = examples.bookCall(parley, desk.eventType.id);
  crmUrl = await listen(t, async (request, response) => {
    // What Express and its parsers hand over.
    const body = Buffer.concat(await request.toArray());
    const [, order = ''] = /^\/orders\/(\w+)\/call$/.exec(request.url ?? '') ?? [];
    if (!order) return receive(Object.assign(request, { body }), response);
    return book({ params: { order }, body: JSON.parse(body.toString()) as never }, response);
  });

  const start = '2026-11-24T09:00:00Z';
  const form = JSON.stringify({ start, name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London' });
  await system.app.startWorker();
  const order = async () => (await fetch(`${crmUrl}/orders/77/call`, { method: 'POST', body: form })).json();
  const booked = (await order()) as { id: string; joinUrl: string };
  assert.deepEqual(await order(), booked);
  assert.match(booked.joinUrl, /^https:\/\/teams\.microsoft\.com\//);
  await look(system, 2);
  await look(system, 2);
  const [note, ...others] = notes.values();
  assert.deepEqual(others, []);
  assert.equal(note?.contactEmail, 'sam@visitor.example');
  const [sentence, link] = note.text.split('\n');
  assert.match(sentence ?? '', /^Sam Okafor booked Tuesday,? 24 November 2026 at 09:00\.$/);
  assert.equal(link, booked.joinUrl);
  const forged = await fetch(`${crmUrl}/hooks/parley`, { method: 'POST', body: '{}' });
  assert.equal(forged.status, 400);
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { Client, type VersionNegotiationMode } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { listenOn } from '../src/cli/listen.ts';
import { caller, keyWith } from './support/agent.ts';
import { tuesdayAtTen, visitor } from './support/appointments.ts';
import { publicUrl, startDesk, startSystem, type System } from './support/system.ts';

const root = join(import.meta.dirname, '..');
const main = join(root, 'src/main.ts');

/** A system that answers on a port of this machine. */
async function listen(t: TestContext, system: System): Promise<string> {
  return urlOf(t, await listenOn(system.app, { host: '127.0.0.1', port: 0 }));
}

function urlOf(t: TestContext, server: Server): string {
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

type Options = { args?: string[]; env?: Record<string, string>; mode?: VersionNegotiationMode };

/** `parley mcp` as somebody’s agent starts it. */
async function startCommand(t: TestContext, { args = [], env = {}, mode = 'legacy' }: Options) {
  const command = { command: process.execPath, args: [main, 'mcp', ...args], env };
  const transport = new StdioClientTransport({ ...command, stderr: 'pipe' });
  const client = new Client({ name: 'a test', version: '1' }, { versionNegotiation: { mode } });
  t.after(() => client.close());
  let said = '';
  transport.stderr?.on('data', (data: Buffer) => void (said += data.toString()));
  await client.connect(transport);
  return { client, call: caller(client), said: () => said };
}

/** The command without anybody who speaks with it: what it writes, and how it ends. */
function run(args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [main, 'mcp', ...args], { env });
  const output = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => void (output.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => void (output.err += data.toString()));
  child.stdin.end();
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, ...output })),
  );
}

for (const [revision, mode] of [
  ['2025-11-25', 'legacy'],
  ['2026-07-28', { pin: '2026-07-28' }],
] as const)
  test(`parley mcp gives an agent of revision ${revision} the tools of a running server, with its key`, async (t) => {
    const system = await startSystem(t);
    const desk = await startDesk(system);
    const { secret } = await keyWith(system, desk.workspaceId, ['event-types:read', 'bookings:read', 'bookings:write']);
    const url = await listen(t, system);
    const { client, call, said } = await startCommand(t, {
      args: ['--url', url],
      env: { PARLEY_API_KEY: secret },
      mode,
    });

    assert.equal(client.getNegotiatedProtocolVersion(), revision);
    assert.match(client.getInstructions() ?? '', /They are data/);
    const { tools } = await client.listTools();
    assert.equal(tools.length, 10);
    const booking = { eventTypeId: desk.eventType.id, start: tuesdayAtTen, visitor, teamsMeeting: false };
    const rehearsed = await call('book_time', booking);
    assert.equal(rehearsed.data['dryRun'], true);
    for (let time = 0; time < 2; time += 1) {
      const { data, text } = await call('book_time', { ...booking, dryRun: false, idempotencyKey: 'one' });
      assert.equal(data['status'], 'confirmed', text);
    }
    assert.equal((await call('list_bookings')).data['data'].length, 1);
    const refused = await call('list_connections');
    assert.match(refused.says, /lacks the permission connections:read/);
    await assert.rejects(call('no_such_tool'), /There is no tool of this name/);
    assert.equal(said(), '');
  });

test('standard output carries the protocol alone, and the command ends when its agent does', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const env = { PARLEY_API_KEY: desk.apiKey, PARLEY_URL: `${await listen(t, system)}/` };
  const child = spawn(process.execPath, [main, 'mcp'], { env });
  const written: string[] = [];
  child.stderr.on('data', (data: Buffer) => written.push(`on standard error: ${data.toString()}`));
  const ended = new Promise((resolve) => child.on('close', resolve));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const client = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'by hand', version: '1' } };
  send({ id: 1, method: 'initialize', params: client });
  written.push(String((await lines.next()).value));
  send({ method: 'notifications/initialized' });
  send({ id: 2, method: 'tools/list' });
  written.push(String((await lines.next()).value));
  child.stdin.end();
  assert.equal(await ended, 0);
  assert.equal((await lines.next()).done, true);
  assert.deepEqual(
    written.map((line) => JSON.parse(line).id),
    [1, 2],
  );
  assert.ok(!written.join('').includes(desk.apiKey));
});

test('the configuration of the guide starts the command', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const guide = await readFile(join(root, 'docs/guides/agents.md'), 'utf8');
  const [, config = ''] = /^```json\n([^]*?)^```/m.exec(guide) ?? [];
  const own = config
    .replace('/srv/parley', root)
    .replace('https://meet.example.com', await listen(t, system))
    .replace('parley_key_…', desk.apiKey);
  const { command, args, env } = JSON.parse(own).mcpServers.parley as { command: string; args: string[]; env: object };
  const inherited = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
  const transport = new StdioClientTransport({ command, args, env: { ...inherited, ...env }, stderr: 'pipe' });
  const client = new Client({ name: 'a test', version: '1' });
  t.after(() => client.close());
  await client.connect(transport);
  const { data } = await caller(client)('list_event_types');
  assert.equal(data['data'][0].id, desk.eventType.id);
});

test('what the command cannot do, it says on standard error, and never shows the key', async () => {
  const key = 'parley_key_abcdefghijklmnop';
  const wrong: [string[], Record<string, string>, RegExp][] = [
    [[], {}, /PARLEY_API_KEY has no API key of Parley in it\. Run: /],
    [[], { PARLEY_API_KEY: `${key}\nx-more: 1` }, /PARLEY_API_KEY has no API key/],
    [[], { PARLEY_API_KEY: key, PARLEY_URL: 'meet.example.com' }, /That is no address of a server/],
    [['--url', 'file:///etc'], { PARLEY_API_KEY: key }, /That is no address of a server/],
    [['--url', 'http://meet.example.com'], { PARLEY_API_KEY: key }, /Use an https address/],
    [['--key', key], { PARLEY_API_KEY: key }, /Unknown option '--key'/],
  ];
  const ended = await Promise.all(wrong.map(([args, env]) => run(args, env)));
  for (const [at, { code, out, err }] of ended.entries()) {
    assert.deepEqual([code, out], [1, ''], err);
    assert.match(err, wrong[at]?.[2] ?? /^$/);
    assert.ok(!err.includes('abcdefgh'), err);
  }
});

test('a server that is away, refuses, or is no Parley, is told to the agent in words; the next call may succeed', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  let how: 'away' | 'other' | 'moved' | 'there' = 'there';
  const server = createServer((request, response) => {
    if (how === 'away') return response.destroy();
    if (how === 'other') return response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    if (how === 'moved') return response.writeHead(307, { location: 'http://127.0.0.2:1/mcp' }).end();
    void request.toArray().then(async (parts) => {
      const headers = { ...(request.headers as Record<string, string>) };
      const answer = await system.app.http.fetch(
        new Request(publicUrl + request.url, { method: 'POST', headers, body: Buffer.concat(parts) }),
      );
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
    });
    return response;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = urlOf(t, server);
  const { id, secret } = await keyWith(system, desk.workspaceId, ['*']);
  const { client, call } = await startCommand(t, { env: { PARLEY_API_KEY: secret, PARLEY_URL: url } });
  assert.equal((await call('list_bookings')).says, 'Nothing was found.');
  how = 'away';
  await assert.rejects(client.listTools(), /No Parley answers at http:\/\/127\.0\.0\.1:\d+\. Is it running/);
  how = 'moved';
  await assert.rejects(call('list_bookings'), /No Parley answers at/, 'the key is not taken elsewhere');
  how = 'other';
  await assert.rejects(call('list_bookings'), /is no Parley that has tools for agents \(200\)/);
  how = 'there';
  assert.equal((await call('list_bookings')).refused, false);
  await desk.api('DELETE', `/v1/api-keys/${id}`);
  await assert.rejects(call('list_bookings'), /Sign-in or an API key is needed\. Send an API key/);
});

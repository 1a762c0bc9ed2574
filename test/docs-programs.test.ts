import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { installClient } from './support/built-client.ts';
import { messageOfBooking } from './support/snippet-readers.ts';
import { accountOf } from './support/snippet-accounts.ts';
import { startSnippetStage, type SnippetStage } from './support/snippet-stage.ts';
import { pages, snippetsOf } from './support/snippets.ts';

// The programs in the documentation, run as somebody has them who copies them: with the installed client, against a Parley
// that listens. That their types are right is in client-examples.test.ts.

const root = join(import.meta.dirname, '..');
const installed = installClient();

after(async () => (await installed).remove());

/** How the programs of a page are run. */
const runners: Partial<Record<string, (t: TestContext, programs: string[]) => Promise<void>>> = {
  'docs/guides/sdk.md': runClient,
  'docs/guides/webhooks.md': runReceiver,
  'docs/guides/emulator.md': runEmulator,
  'docs/guides/nylas.md': runNylas,
};

for (const page of pages) {
  const programs = snippetsOf(page).filter((snippet) => accountOf(snippet)?.how === 'program');
  if (programs.length === 0) continue;
  test(`the programs of ${page} run`, { timeout: 60_000 }, async (t) => {
    const run = runners[page] ?? assert.fail(`say in test/docs-programs.test.ts how the programs of ${page} are run`);
    await run(
      t,
      programs.map(({ code }) => code),
    );
  });
}

async function runClient(t: TestContext, programs: string[]): Promise<void> {
  assert.equal(programs.length, 7);
  const [first = '', operations = '', lists = '', failures = '', rehearsal = '', follower = '', receiver = ''] =
    programs;
  const stage = await startSnippetStage(t);
  const book = async (start: string) => {
    const visitor = { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London' };
    const booking = { eventTypeId: stage.desk.eventType['id'], start, visitor };
    return (await stage.desk.api('POST', '/v1/bookings', booking)).body['id'] as string;
  };
  stage.memory.see(await book('2026-11-24T15:00:00Z'));
  const said = await start(t, stage, [first, operations, lists, failures, rehearsal].join('\n')).ended;
  assert.match(said, /^ready https:\/\/teams\.microsoft\.com\//m);
  assert.match(said, /^succeeded \/v1\/bookings\/bkg_/m, 'the operation');
  assert.match(said, /^2026-11-24T15:00:00.000Z Sam Okafor$/m, 'the list of bookings');
  assert.match(said, /^200 cancelled \[[^\]]*'booking.cancelled'/m, 'the rehearsal');

  const ears = start(t, stage, `${first.split('const [eventType]')[0]}${follower}`);
  const happen = async () => stage.desk.api('POST', `/v1/bookings/${await book('2026-11-25T15:00:00Z')}/cancel`, {});
  await ears.until(/booking\.cancelled/, happen, stage);
  assert.match(ears.said(), /booking\.cancelled/);
  await runReceiver(t, [
    `${receiver}
    const { body, headers } = JSON.parse(process.env['MESSAGE'] ?? '{}');
    console.log((await receive(new Request('https://crm.example/', { method: 'POST', headers, body }))).status);`,
  ]);
}

/** Receives a message that a Parley with the real clock sent; each program has to say 204. */
async function runReceiver(t: TestContext, programs: string[]): Promise<void> {
  assert.equal(programs.length, 1);
  const [program = ''] = programs;
  const stage = await startSnippetStage(t, { clock: 'real' });
  const { body: endpoint } = await stage.desk.api('POST', '/v1/webhook-endpoints', {
    url: 'https://crm.example.com/hooks/parley',
  });
  await messageOfBooking(stage);
  const [message] = stage.receiver.received;
  const around = program.includes('express.raw') ? asExpress(program) : program;
  const env = { PARLEY_WEBHOOK_SECRET: endpoint['secret'] as string, MESSAGE: JSON.stringify(message) };
  assert.match(await start(t, stage, around, env).ended, /^204$/m);
  const forged = { ...env, PARLEY_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}` };
  assert.doesNotMatch(await start(t, stage, around, forged).ended, /^204$/m);
}

/** The part of Express that a receiver uses, and one request to it. */
function asExpress(program: string): string {
  return `const queue = { add: (id) => console.log('queued', id) };
    const express = { raw: () => undefined };
    const app = { post: (path, parser, handle) => (app.handle = handle) };
    ${program}
    const { body, headers } = JSON.parse(process.env.MESSAGE);
    app.handle({ body: Buffer.from(body), headers }, { sendStatus: (status) => console.log(status) });`;
}

/** With Nylas' own client, for the account that Dana has connected. */
async function runNylas(t: TestContext, programs: string[]): Promise<void> {
  const { project } = await installed;
  await symlink(join(root, 'node_modules/nylas8'), join(project, 'node_modules/nylas'));
  const stage = await startSnippetStage(t, { clock: 'real', withTenant: false });
  const { body } = await stage.desk.api('GET', '/v1/connections');
  const grant = (body['data'] as { id: string }[])[0]?.id ?? assert.fail('nobody is connected');
  for (const program of programs)
    assert.match(await start(t, stage, program, { GRANT: grant }).ended, /^https:\/\/teams\.microsoft\.com\//m);
}

async function runEmulator(t: TestContext, programs: string[]): Promise<void> {
  assert.equal(programs.length, 1);
  const [program = ''] = programs;
  const support = (name: string) => JSON.stringify(pathToFileURL(join(root, 'test/support', name)).href);
  // Whoever copies it has a clock, a token and a meeting of their own; the fault in it takes one answer away.
  const prepared = program
    .replace("'../emulator/emulator.ts'", JSON.stringify(pathToFileURL(join(root, 'emulator/emulator.ts')).href))
    .replace(
      /^(?=emulator\.endMeeting)/m,
      `
      const dana = await asPerson(emulator, 'dana.reyes');
      const lost = await dana.post('/me/events', meeting()).catch(() => 'lost');
      const [event] = (await dana.get('/me/events')).json.value;
      const joinUrl = event.onlineMeeting.joinUrl;
      console.log(response.status, lost, emulator.calls.length);
    `,
    );
  const { project } = await installed;
  const file = join(project, `emulator-${t.name.length}.ts`);
  await writeFile(
    file,
    `
    import { asPerson, meeting } from ${support('graph-caller.ts')};
    const clock = { now: () => new Date() };
    const headers = {};
    ${prepared}
    console.log('ended');`,
  );
  const said = await runFile(t, file, {}).ended;
  assert.match(said, /^401 lost 3$/m);
  assert.match(said, /^ended$/m);
}

let written = 0;

/** Starts a program in the project that has the client, adapted to a stage. */
function start(t: TestContext, stage: SnippetStage, program: string, env: Record<string, string> = {}) {
  const ready = (async () => {
    const { project } = await installed;
    const file = join(project, `program-${(written += 1)}.ts`);
    await symlink(join(root, 'node_modules/standardwebhooks'), join(project, 'node_modules/standardwebhooks')).catch(
      () => {},
    );
    await writeFile(file, stage.adapt(program));
    return file;
  })();
  return runFile(t, ready, { ...env, PARLEY_API_KEY: stage.desk.apiKey });
}

function runFile(t: TestContext, file: string | Promise<string>, env: Record<string, string>) {
  let said = '';
  let wake = () => {};
  const child = Promise.resolve(file).then((path) => {
    const child = spawn(process.execPath, [path], { env: { PATH: process.env['PATH'] ?? '', ...env } });
    t.after(() => child.kill('SIGKILL'));
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => {
        said += data.toString();
        wake();
      });
    return child;
  });
  const ended = child.then((one) => new Promise<string>((resolve) => one.on('close', () => resolve(said))));
  return {
    ended,
    said: () => said,
    /** Lets something happen again and again, until the program has said something that matches; then ends it. */
    async until(pattern: RegExp, happen: () => Promise<unknown>, { system }: SnippetStage): Promise<void> {
      for (let turn = 0; turn < 200 && !pattern.test(said); turn += 1) {
        await happen();
        await system.app.sweep();
        await Promise.race([
          new Promise<void>((resolve) => (wake = resolve)),
          new Promise((resolve) => setTimeout(resolve, 50)),
        ]);
      }
      (await child).kill('SIGKILL');
      await ended;
    },
  };
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { asPerson, meeting } from './graph-caller.ts';
import type { Readers } from './snippet-readers.ts';
import type { SnippetStage } from './snippet-stage.ts';
import { snippetsOf } from './snippets.ts';

const page = 'docs/guides/emulator.md';
const main = join(import.meta.dirname, '../../emulator/main.ts');

/** Whoever reads the emulator's guide: ids that one answer gives are in the variables that the next command names. */
export const emulatorReaders: Readers = {
  async before(stage, command) {
    if (command.startsWith('npm run emulator')) return startAlone(stage, command);
    const values: Record<string, string> = {};
    if (/servicePrincipals\/\$ID/.test(command)) values['ID'] = firstPrincipal(stage);
    else if (/subscriptions\/\$ID/.test(command))
      values['ID'] = await subscriptionOf(stage, command.includes('DELETE') ? 'deleted' : 'updated');
    else if (/(recordings|transcripts)\/\$ID/.test(command)) values['ID'] = leftBehind(stage, command);
    else if (/apps\/\$ID/.test(command)) values['ID'] = answered(stage, 'clientId');
    if (command.includes('$SECRET')) values['SECRET'] = answered(stage, 'expiresAt', 'id');
    if (command.includes('$GROUP')) values['GROUP'] = answered(stage, 'mail', 'id');
    if (command.includes('https://teams…')) command = command.replace('https://teams…', await joinUrlOf(stage));
    const given = Object.entries(values).map(([name, value]) => `${name}='${value}'; `);
    return given.join('') + command;
  },
};

/** Starts the emulator as the page says, on a free port, until it says where it is; then ends it. */
async function startAlone({ shell }: SnippetStage, command: string): Promise<string> {
  const seed = snippetsOf(page).find(({ language }) => language === 'json')?.code ?? assert.fail('there is no seed');
  await writeFile(join(shell.directory, 'people.json'), seed);
  const args = command.replace(/#.*/, '').replace('3100', '0').trim().split(/\s+/).slice(4);
  const child = spawn(process.execPath, [main, ...args], {
    cwd: shell.directory,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const said: Buffer[] = await new Promise((resolve) => {
    const lines: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => {
      lines.push(data);
      resolve(lines);
    });
    void ended.then(() => resolve(lines));
  });
  const url = /Microsoft emulator at (http:\S+)/.exec(said.join(''))?.[1] ?? assert.fail(`${command} started nothing`);
  const people = await (await fetch(`${url}/`)).text();
  if (args.includes('--seed')) assert.match(people, /Ada Wolff/);
  child.kill('SIGINT');
  await ended;
  return ':';
}

/** A field of the last answer that has a certain other field. */
function answered({ shell }: SnippetStage, having: string, field = having): string {
  const found = shell.answers().filter((answer): answer is Record<string, string> => having in (answer as object));
  return found.at(-1)?.[field] ?? assert.fail(`no answer had ${having}`);
}

function firstPrincipal({ emulator }: SnippetStage): string {
  const [one] = emulator.context.directory.servicePrincipals.values();
  return one?.id ?? assert.fail('there is no service principal');
}

/** A Teams meeting in Dana's calendar. */
async function joinUrlOf({ emulator, emulatorUrl }: SnippetStage): Promise<string> {
  const dana = await asPerson(emulator, 'dana.reyes', ['Calendars.ReadWrite']);
  return (await dana.post(`${emulatorUrl}/v1.0/me/events`, meeting())).json.onlineMeeting.joinUrl;
}

function leftBehind({ shell }: SnippetStage, command: string): string {
  const kind = /recordings|transcripts/.exec(command)?.[0] ?? '';
  const left = shell
    .answers()
    .flatMap((answer) => ((answer as Record<string, unknown>)[kind] as string[] | undefined) ?? []);
  return left[0] ?? assert.fail(`no meeting left ${kind}`);
}

/** A subscription to Dana's events, whose receiver is on this machine and wants it. */
async function subscriptionOf({ emulator, emulatorUrl, system }: SnippetStage, changeType: string): Promise<string> {
  const server = createServer((request, response) => {
    const token = new URL(request.url ?? '/', 'http://localhost').searchParams.get('validationToken');
    response.setHeader('content-type', 'text/plain').end(token ?? '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const dana = await asPerson(emulator, 'dana.reyes', ['Calendars.ReadWrite']);
    const { json, status } = await dana.post(`${emulatorUrl}/v1.0/subscriptions`, {
      changeType,
      resource: 'me/events',
      notificationUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      lifecycleNotificationUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      expirationDateTime: new Date(system.clock.now().getTime() + 3_600_000).toISOString(),
      clientState: 'known',
    });
    assert.equal(status, 201, JSON.stringify(json));
    return json.id;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

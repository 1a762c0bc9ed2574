import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createPerson, signIn } from '../scripts/person.ts';
import { startShell } from './support/snippet-shell.ts';
import { commandsOf, snippetsOf } from './support/snippets.ts';

const root = join(import.meta.dirname, '..');
const page = 'docs/quick-start.md';
const shells = snippetsOf(page).filter(({ language }) => language === 'sh');

/** What `npm start` is, on ports and in a folder of its own, until it says that it runs. */
async function npmStart(t: TestContext, more: Record<string, string> = {}) {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  assert.equal(scripts['start'], 'node scripts/start.ts');
  const directory = await mkdtemp(join(tmpdir(), 'parley-quick-'));
  const [port, emulatorPort] = [await freePort(), await freePort()];
  const env = {
    PATH: process.env['PATH'] ?? '',
    ...more,
    Data__Directory: directory,
    Server__Port: String(port),
    PARLEY_EMULATOR_PORT: String(emulatorPort),
  };
  const child = spawn(process.execPath, ['scripts/start.ts'], { cwd: root, env });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const stop = async () => {
    child.kill('SIGINT');
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  t.after(stop);
  let said = '';
  await new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => {
        said += data.toString();
        if (/Parley is running[^]*Console[^]*\n\n$/.test(said)) resolve();
      });
    void ended.then(() => resolve());
  });
  assert.match(said, /Parley is running/, said);
  const consoleLink = /Console +(\S+)/.exec(said)?.[1] ?? '';
  return { said, consoleLink, url: `http://localhost:${port}`, emulatorUrl: `http://localhost:${emulatorPort}` };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

test(
  'the quick start leads from npm start to a join link, moves the meeting and cancels it',
  { timeout: 120_000 },
  async (t) => {
    const parley = await npmStart(t);
    for (const name of ['Console', 'A booking page', 'Outlook', 'Teams'])
      assert.match(parley.said, new RegExp(`  ${name} +http`));
    const person = createPerson(fetch);
    await signIn(person, parley.consoleLink);
    const { secret } = await person.call<{ secret: string }>(`${parley.url}/v1/api-keys`, 'POST', {
      name: 'My machine',
    });
    const shell = await startShell(t, {});
    const run = async (code: string) => {
      let said = '';
      for (const command of commandsOf(code))
        said += await shell.run(
          command.replaceAll('parley_key_…', secret).replaceAll('http://localhost:3000', parley.url),
        );
      return said;
    };
    const [start, key, make, change, own, ...others] = shells.map(({ code }) => code);
    assert.deepEqual(others, []);
    await run(`${start}${key}`);

    const made = await run(make ?? '');

    const [joinUrl = ''] = /"joinUrl":"https:\/\/teams\.microsoft\.com\/[^"]+"/.exec(made) ?? [];
    assert.ok(joinUrl, made);
    const example = snippetsOf(page).find(({ language }) => language === 'json')?.code ?? '';
    const { joinUrl: shown } = JSON.parse(example) as { joinUrl: string };
    assert.ok(joinUrl.slice('"joinUrl":"'.length).startsWith(shown.replace('…', '')), 'the page shows such a link');
    const inbox = async () => (await fetch(`${parley.emulatorUrl}/outlook/mailbox/sam@visitor.example`)).text();
    assert.match(await inbox(), /My first meeting/);

    const again = (make ?? '').replace(/\| grep -o .*\n$/, '');
    assert.match(await run(again), /"code":"external_id_taken"/, 'there is one meeting, not two');
    const changed = await run(change ?? '');

    assert.match(changed, new RegExp(joinUrl.replaceAll(/[.?*+^$()[\]{}|\\]/g, String.raw`\$&`)), 'the link stays');
    const answers = shell.answers() as { wanted?: string }[];
    assert.equal(answers.at(-1)?.wanted, 'cancelled');

    const config = await run(own ?? '');
    assert.equal(config.trim(), '');
    const {
      MicrosoftTeams__ClientId: clientId = '',
      MicrosoftTeams__ClientSecret: secretValue = '',
      ...rest
    } = shell.startedWith();
    assert.equal(rest['Data__Directory'], 'data-real');
    const real = await npmStart(t, { MicrosoftTeams__ClientId: clientId, MicrosoftTeams__ClientSecret: secretValue });
    assert.match(real.said, /  Console +http/);
    assert.doesNotMatch(real.said, /Outlook|emulator/, 'no emulator starts');
  },
);

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { eventsOf } from '../emulator/graph/mailboxes.ts';
import { exportsFolder, type Json } from './support/import-story.ts';
import { startDesk, startSystem, testEnvironment } from './support/system.ts';

const main = join(import.meta.dirname, '../src/main.ts');
const guide = await readFile(join(import.meta.dirname, '../docs/guides/importing.md'), 'utf8');

/** A shell with `parley` on its path, and a desk that it works on. */
async function startShell(t: TestContext) {
  const system = await startSystem(t);
  system.clock.set(new Date());
  const desk = await startDesk(system, { rules: { slug: 'made-here' } });
  const directory = await mkdtemp(join(tmpdir(), 'parley-shell-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  await mkdir(join(directory, 'bin'));
  const command = join(directory, 'bin/parley');
  await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  await chmod(command, 0o755);
  const { host, port, user, database } = system.address as Record<string, string>;
  const env = {
    ...testEnvironment,
    PATH: `${join(directory, 'bin')}:${process.env['PATH'] ?? ''}`,
    Data__Directory: directory,
    Database__Url: `postgresql://${user}@localhost/${database}?${new URLSearchParams({ host: host ?? '', port: String(port) }).toString()}`,
    Encryption__Keys: system.keyRingText,
  };
  const start = (script: string) => {
    const child = spawn('/bin/sh', ['-euc', script], { cwd: directory, env, detached: true });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => void (output += data.toString()));
    const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
      child.on('close', (code) => resolve({ code, output })),
    );
    return { child, ended };
  };
  return { system, desk, directory, start, sh: (script: string) => start(script).ended };
}

/** What both products’ APIs answer, by their paths. */
async function startProducts(t: TestContext): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const files: [RegExp, string][] = [
    [/^\/v2\/me$/, 'calcom/me'],
    [/^\/v2\/event-types$/, 'calcom/event-types'],
    [/^\/v2\/schedules$/, 'calcom/schedules'],
    [/^\/v2\/bookings\?afterStart=[^&]+Z&take=100$/, 'calcom/bookings'],
    [/^\/users\/me$/, 'calendly/me'],
    [/^\/event_types\?user=[^&]+&count=100$/, 'calendly/event-types'],
    [/^\/user_availability_schedules\?user=[^&]+$/, 'calendly/schedules'],
    [/^\/scheduled_events\?user=.*&min_start_time=[^&]+Z$/, 'calendly/scheduled-events'],
    [/^\/scheduled_events\/(VVVV\d+)\/invitees\?count=100$/, 'calendly/invitees-$1'],
  ];
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    const { authorization, 'cal-api-version': version } = request.headers;
    asked.push(`${String(version ?? '')} ${url.replace(/\?.*/, '')}`.trim());
    const found = files.find(([pattern]) => pattern.test(url));
    const name = found && authorization ? url.replace(found[0], found[1]) : 'nothing';
    void readFile(join(exportsFolder, `${name}.json`)).then(
      (body) => response.end(body),
      () => response.writeHead(404).end('{}'),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, asked };
}

function commandsUnder(...headings: string[]): string {
  const sections = guide
    .split(/^## /m)
    .filter((section) => headings.some((heading) => section.startsWith(`${heading}\n`)));
  assert.equal(sections.length, headings.length, headings.join());
  return sections
    .flatMap((section) => [...section.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, code]) => code))
    .join('');
}

const rest = ['Look', 'Do it', 'Appointments, visitors and Teams'];

for (const product of ['Cal.com', 'Calendly'] as const) {
  test(`every command of the guide works, from ${product} to Teams meetings`, async (t) => {
    const { system, desk, directory, sh } = await startShell(t);
    const products = await startProducts(t);
    const commands = commandsUnder(`Save what ${product} has`, ...rest)
      .replaceAll('https://api.cal.com', products.url)
      .replaceAll('https://api.calendly.com/$1', `${products.url}/$1`)
      .replaceAll('front-desk', desk.slug);

    const { code, output } = await sh(commands);

    assert.equal(code, 0, output);
    assert.match(output, /Nothing was written\. Run it again with --apply to do it\./);
    assert.match(output, /No visitor hears of it: nothing is sent\./);
    assert.match(output, /Event types: 2 to create/);
    assert.match(output, /Bookings: 3 to create/);
    assert.match(output, /Bookings: 3 created/);
    assert.match(output, /Sam Okafor, 2030-03-05 (09|12):00 UTC \(/);
    assert.match(output, /Event types: 2 unchanged/);
    assert.match(output, /3 visitors hear of it: /);
    assert.doesNotMatch(output, /"level"/);
    const report: Json = JSON.parse(await readFile(join(directory, 'report.json'), 'utf8'));
    assert.deepEqual([report.state, report.told, report.faults, report.strangers], ['rehearsed', [], [], []]);
    await system.work();
    const events = eventsOf(system.emulator.context.mailboxes, desk.organizer.id);
    assert.equal(events.length, 2, 'one of them is shared by two visitors');
    if (product === 'Cal.com')
      assert.deepEqual(products.asked, [
        '2024-06-14 /v2/me',
        '2024-06-14 /v2/event-types',
        '2024-06-11 /v2/schedules',
        '2024-08-13 /v2/bookings',
      ]);
  });
}

test('the command exits with 1 where it refuses, and says how it is called', async (t) => {
  const { desk, sh } = await startShell(t);
  const run = (args: string) => sh(`parley import ${args}`);
  for (const [args, words] of [
    ['', /Run: parley import --workspace front-desk/],
    ['--workspace nowhere .', /There is no workspace with the short name nowhere/],
    [`--workspace ${desk.slug} --map dana .`, /--map dana: write it as old@x=new@y/],
    [`--workspace ${desk.slug} --at-most many .`, /--at-most many: give a whole number/],
    [`--workspace ${desk.slug} --apply --strict nowhere.json`, /Nothing was imported, because 1 of it cannot be/],
    [
      `--workspace ${desk.slug} --apply --make-meetings --at-most 2 ${exportsFolder}/calcom`,
      /3 appointments would tell their visitors/,
    ],
  ] as const) {
    const { code, output } = await run(args);
    assert.equal(code, 1, `${args}: ${output}`);
    assert.match(output, words);
  }
  assert.match((await sh('parley help')).output, /parley import +take over event types/);
});

test('killed in the middle, an import goes on with the next run and makes nothing twice', async (t) => {
  const { system, desk, directory, start, sh } = await startShell(t);
  const { db } = system.database;
  const answer: Json = JSON.parse(await readFile(join(exportsFolder, 'calcom/bookings.json'), 'utf8'));
  const [one] = answer.data;
  const data = Array.from({ length: 300 }, (_, index) => {
    const start = Date.parse('2030-03-05T00:00:00Z') + index * 3_600_000;
    return {
      ...one,
      uid: `uid${index}`,
      start: new Date(start).toISOString(),
      end: new Date(start + 1_800_000).toISOString(),
    };
  });
  await writeFile(join(directory, 'many.json'), JSON.stringify({ status: 'success', data }));
  const files = `${exportsFolder}/calcom/event-types.json ${exportsFolder}/calcom/me.json many.json`;
  const command = `parley import --workspace ${desk.slug} --apply ${files}`;
  const count = async () => (await db.selectFrom('bookings').select('id').execute()).length;

  const { child, ended } = start(command);
  const endings: string[] = [];
  void ended.then(({ output }) => endings.push(output));
  while (endings.length === 0 && (await count()) < 5) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(endings, [], 'it is in the middle');
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await ended;
  const made = await count();
  assert.ok(made >= 5 && made < 300, `${made} were made`);
  const remembered = await db.selectFrom('imported_things').select('target_id').where('kind', '=', 'booking').execute();
  assert.equal(remembered.length, made, 'each is remembered with the booking that it became');

  const both = await Promise.all([sh(command), sh(command)]);

  assert.deepEqual(
    both.map(({ code }) => code),
    [0, 0],
    JSON.stringify(both),
  );
  assert.equal(await count(), 300);
});

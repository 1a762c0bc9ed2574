import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { mailboxState } from '../emulator/control/mailbox-state.ts';
import { createEmulator } from '../emulator/emulator.ts';
import {
  NORTHGATE_CLIENT_ID,
  NORTHGATE_CLIENT_SECRET,
  NORTHGATE_TENANT_ID,
  PARLEY_CLIENT_SECRET,
} from '../emulator/seed.ts';
import { limitByAccessPolicy } from '../src/microsoft/exchange-policies.ts';
import { bookable, diagnosisOf, grantPolicy } from './support/clinic.ts';
import { startDesk, startSystem, testEnvironment, userNamed } from './support/system.ts';
import { addTenant, runPowerShell } from './support/tenant.ts';

/** A Parley and the emulator on real ports and with the real clock, so that another process can be let at them. */
async function startShared(t: TestContext) {
  const emulator = createEmulator();
  const { url, close } = await emulator.listen({ port: 0 });
  t.after(close);
  const microsoft = { MicrosoftTeams__Authority: url, MicrosoftTeams__GraphBaseUrl: url };
  const system = await startSystem(t, { emulator, env: microsoft });
  system.clock.set(new Date());
  const desk = await startDesk(system);
  const directory = await mkdtemp(join(tmpdir(), 'parley-doctor-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const { host, port, user, database } = system.address as {
    host: string;
    port: number;
    user: string;
    database: string;
  };
  const env = {
    PATH: process.env['PATH'] ?? '',
    ...testEnvironment,
    ...microsoft,
    Data__Directory: directory,
    Database__Url: `postgresql://${user}@localhost/${database}?${new URLSearchParams({ host, port: String(port) }).toString()}`,
    Encryption__Keys: system.keyRingText,
  };
  const doctor = (args: string[], more: Record<string, string> = {}) => start(t, args, { ...env, ...more }, directory);
  return { system, emulator, desk, env, doctor };
}

function start(t: TestContext, args: string[], env: Record<string, string>, cwd: string) {
  const main = join(import.meta.dirname, '../src/main.ts');
  const child = spawn(process.execPath, [main, 'doctor', ...args], { cwd, env });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => void (output += data.toString()));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, output })),
  );
  return { child, ended };
}

test('parley doctor says the same as the console, in lines, without a server that runs', async (t) => {
  const { doctor } = await startShared(t);
  const well = await doctor(['--email', 'DANA@desk.example', '--round-trip']).ended;
  assert.equal(well.code, 0, well.output);
  const lines = well.output.trim().split('\n');
  assert.equal(lines[0], 'Dana Reyes, Front desk');
  assert.equal(lines.filter((line) => line.startsWith('✓ ')).length, 13, well.output);
  assert.equal(lines.at(-1), 'All is well');
  assert.doesNotMatch(well.output, /eyJ|meetup-join|"level"/);

  const only = await doctor([]).ended;
  assert.equal(only.code, 0, only.output);
  assert.match(only.output, /^Dana Reyes, Front desk/, 'the only connection there is');
  assert.match(only.output, /– Round trip with a test meeting: Not run/);

  const nobody = await doctor(['--email', 'nobody@desk.example']).ended;
  assert.equal(nobody.code, 1);
  assert.match(nobody.output, /Nobody with the e-mail nobody@desk\.example/);
});

test('parley doctor exits with 1 when something failed, and says what helps', async (t) => {
  const { doctor, emulator, system } = await startShared(t);
  emulator.fail({ service: 'entra', kind: { type: 'aadsts', code: 7000222, error: 'invalid_client' } });
  const expired = await doctor(['--details']).ended;
  assert.equal(expired.code, 1, expired.output);
  assert.match(expired.output, /✗ New access token: The client secret has expired\./);
  assert.match(expired.output, /What helps: Whoever manages the app registration makes a new client secret/);
  assert.match(expired.output, /Code: app_secret_expired/);
  assert.match(expired.output, /→ 401 AADSTS7000222, request id [0-9a-f-]{36}/);
  assert.ok(!expired.output.includes(PARLEY_CLIENT_SECRET));

  await system.database.db.deleteFrom('connections').execute();
  const { host } = new URL((await refusedUrl()) ?? '');
  const server = await doctor([], { MicrosoftTeams__GraphBaseUrl: `http://${host}` }).ended;
  assert.equal(server.code, 1, server.output);
  assert.match(server.output, new RegExp(`✗ The way to Microsoft Graph: The connection to ${host} is refused`));
  assert.match(server.output, /✓ The way to Microsoft’s sign-in/);
  assert.match(server.output, /nobody was named whose connection it is/);
  assert.match(server.output, /To check somebody’s connection too: parley doctor --email/);
});

test('parley doctor looks at every tenant too, or at the one that is named', async (t) => {
  const { doctor, emulator, system, desk } = await startShared(t);
  const tenant = await addTenant(system, desk.workspaceId, {
    columns: { outside_mailbox: 'amira.solano@northgate.example' },
  });
  await tenant.organizer('bookings');
  grantPolicy(system, ['bookings']);
  runPowerShell(system, limitByAccessPolicy({ clientId: NORTHGATE_CLIENT_ID, group: bookable }));
  const all = await doctor([]).ended;
  assert.equal(all.code, 0, all.output);
  assert.match(all.output, /^Dana Reyes, Front desk\n/);
  assert.match(all.output, /\n\nNorthgate College, Front desk\n✓ App registration: /);
  assert.match(all.output, /\n✓ Application access policy of Teams: Teams lets the app act for every organizer\./);
  assert.equal(all.output.match(/All is well/g)?.length, 2, all.output);

  for (const name of [tenant.tenantConnectionId, NORTHGATE_TENANT_ID.toUpperCase()]) {
    const one = await doctor(['--tenant', name, '--round-trip', '--details']).ended;
    assert.equal(one.code, 0, one.output);
    assert.match(one.output, /^Northgate College, Front desk\n/);
    assert.match(one.output, /✓ Round trip with a test meeting: A Teams meeting was made for Northgate Bookings/);
    assert.doesNotMatch(one.output, /Dana|eyJ|meetup-join/);
    assert.ok(!one.output.includes(NORTHGATE_CLIENT_SECRET));
  }
  assert.equal(mailboxState(emulator.context, 'bookings@northgate.example').events.length, 0);

  await tenant.organizer('carla.roth'); // has no policy, and no mailbox in scope
  const failed = await doctor(['--tenant', NORTHGATE_TENANT_ID]).ended;
  assert.equal(failed.code, 1, failed.output);
  assert.match(failed.output, /✗ Application access policy of Teams: .* \(1 of 2 organizers\)\./);
  assert.match(failed.output, /Carla Roth: No Teams application access policy/);
  const nobody = await doctor(['--tenant', 'ten_nobody']).ended;
  assert.equal(nobody.code, 1);
  assert.match(nobody.output, /No tenant ten_nobody is connected here/);

  await system.database.db.deleteFrom('connections').execute();
  await system.database.db.deleteFrom('organizers').where('display_name', '=', 'Carla Roth').execute();
  const server = await doctor([], { MicrosoftTeams__ClientSecret: '' }).ended;
  assert.equal(server.code, 0, 'a server that serves only tenants needs no registration of its own');
  assert.match(server.output, /^Northgate College, Front desk\n/);
});

/** An address of this machine at which nobody listens any more. */
async function refusedUrl() {
  const emulator = createEmulator();
  const { url, close } = await emulator.listen({ port: 0 });
  await close();
  return url;
}

test('a diagnosis that is killed with its event in the calendar is cleaned up after by the next one', async (t) => {
  const { emulator, desk, doctor } = await startShared(t);
  const dana = userNamed(emulator, 'dana.reyes').userPrincipalName;
  const events = () => mailboxState(emulator.context, dana).events;
  emulator.switches.joinUrlDelayMs = null;
  // The link is waited for; the first look at the event is answered by nobody, and meanwhile the process dies.
  emulator.fail({ service: 'graph', method: 'GET', path: '/me/events/', kind: { type: 'slow', ms: 20_000 } });
  const { child, ended } = doctor(['--round-trip']);
  while (child.exitCode === null && events().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(events().length, 1, 'the event was made');
  child.kill('SIGKILL');
  await ended;
  assert.equal(events().length, 1, 'and nobody was left to delete it');
  emulator.context.faults.length = 0;

  const run = () => diagnosisOf(desk.api('POST', '/v1/diagnostics', { memberId: desk.memberId }));
  const next = (await run()).of('round-trip');
  assert.equal(next.status, 'ok');
  assert.match(next.notes.join(' '), /A test event that an interrupted diagnosis had left was removed/);
  assert.equal(events().length, 0);
  assert.equal((await run()).of('round-trip').status, 'skipped', 'nothing is left for the one after');
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { sql } from 'kysely';
import { PARLEY_CLIENT_SECRET } from '../emulator/seed.ts';
import { connectTeams, createPerson, signIn } from '../scripts/person.ts';
import { addMember, createSignInToken } from '../src/access/service.ts';
import { createDataKeys } from '../src/access/workspace-keys.ts';
import { createAccessTokens, tokenContext } from '../src/connections/tokens.ts';
import { open, parseKeyRing, seal, SealError } from '../src/seal.ts';
import { tokenCalls } from './support/restart.ts';
import { publicUrl, startDesk, startSystem, startWorkspace, userNamed, type System } from './support/system.ts';

const hour = 60 * 60_000;

async function startTwo(t: TestContext) {
  const system = await startSystem(t);
  const { person, workspaceId } = await startWorkspace(system);
  await connectTeams(person, publicUrl, userNamed(system.emulator, 'dana.reyes').id);
  const deps = { db: system.database.db, now: system.clock.now };
  const member = { email: 'mo@desk.example', name: 'Mo', role: 'operator' as const, timeZone: 'UTC' };
  const colleague = system.person();
  const link = await createSignInToken(deps, await addMember(deps, workspaceId, member));
  await signIn(colleague, `${publicUrl}/sign-in/${link}`);
  await connectTeams(colleague, publicUrl, userNamed(system.emulator, 'milan.okafor').id);
  // Refreshed once, so that there is a previous refresh token too.
  system.clock.advance(2 * hour);
  const rows = await system.database.db.selectFrom('connections').selectAll().orderBy('created_at').execute();
  for (const { id } of rows) await createAccessTokens(system.app.deps)(id);
  const [dana, milan] = await system.database.db.selectFrom('connections').selectAll().orderBy('id').execute();
  assert.ok(dana?.previous_refresh_token && milan?.previous_refresh_token);
  return { system, dana, milan, workspaceId };
}

test('K01: ciphertexts that were exchanged between rows, columns or workspaces do not open, and nothing is sent', async (t) => {
  const { system, dana, milan } = await startTwo(t);
  const columns = ['access_token', 'refresh_token', 'previous_refresh_token'] as const;
  type Change = Partial<Record<(typeof columns)[number], Buffer>>;
  const changes: [string, Change][] = [
    ...columns.map((column): [string, Change] => [`another row’s ${column}`, { [column]: milan[column] as Buffer }]),
    ...columns.flatMap((into) =>
      columns
        .filter((from) => from !== into)
        .map((from): [string, Change] => [`${from} in the place of ${into}`, { [into]: dana[from] as Buffer }]),
    ),
  ];
  const dataKey = await system.app.deps.dataKeys(dana.workspace_id);
  for (const [what, change] of changes) {
    for (const [column, sealed] of Object.entries(change))
      assert.throws(
        () => open(dataKey, sealed, tokenContext(dana, column as (typeof columns)[number])),
        SealError,
        what,
      );
  }
  const { db } = system.database;
  const put = (change: Change) => db.updateTable('connections').set(change).where('id', '=', dana.id).execute();
  const restore = () =>
    put({
      access_token: dana.access_token,
      refresh_token: dana.refresh_token,
      previous_refresh_token: dana.previous_refresh_token as Buffer,
    });
  const before = tokenCalls(system).length;
  await put({ access_token: milan.access_token });
  await assert.rejects(createAccessTokens(system.app.deps)(dana.id), SealError);
  await restore();
  system.clock.advance(2 * hour);
  await put({ refresh_token: milan.refresh_token });
  await assert.rejects(createAccessTokens(system.app.deps)(dana.id), { code: 'internal_error' });
  assert.equal(tokenCalls(system).length, before, 'no foreign token goes out');
  const row = await db.selectFrom('connections').selectAll().where('id', '=', dana.id).executeTakeFirstOrThrow();
  assert.equal(row.status, 'connected', 'and it is not taken for a lost grant');
  await restore();
  await createAccessTokens(system.app.deps)(dana.id);
});

test('K01: a workspace’s key opens no other workspace’s secrets; without the right key ring nothing opens', async (t) => {
  const { system, dana, workspaceId } = await startTwo(t);
  const other = await startWorkspace(system);
  const { dataKeys } = system.app.deps;
  const context = tokenContext(dana, 'refresh_token');
  const theirs = await dataKeys(other.workspaceId);
  assert.throws(() => open(theirs, dana.refresh_token, context), SealError);
  const sealed = seal(theirs, 'x', { ...context, workspaceId: other.workspaceId });
  assert.throws(() => open(theirs, sealed, context), SealError);
  // Exchanging the wrapped keys does not help either: they open other ciphertexts.
  await sql`update workspace_keys set wrapped = (select wrapped from workspace_keys where workspace_id = ${other.workspaceId})
    where workspace_id = ${workspaceId}`.execute(system.database.db);
  const fresh = createDataKeys(system.database.db, system.keyRing);
  assert.throws(() => open(theirs, dana.refresh_token, context), SealError);
  const swapped = await fresh(workspaceId);
  assert.throws(() => open(swapped, dana.refresh_token, context), SealError);
  const stranger = createDataKeys(system.database.db, parseKeyRing(`test:${randomBytes(32).toString('base64')}`));
  await assert.rejects(stranger(workspaceId), SealError);
});

/** Every form in which a secret could lie around. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const middle =
    secret.length >= 40 ? [secret.slice(Math.floor(secret.length / 2) - 15, Math.floor(secret.length / 2) + 15)] : [];
  const plain = [secret, encodeURIComponent(secret), ...middle];
  return [...plain, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
}

function assertAbsent(haystack: string, secrets: Map<string, string>, where: string): void {
  for (const [secret, what] of secrets)
    for (const form of formsOf(secret)) {
      const at = haystack.indexOf(form);
      if (at >= 0) assert.fail(`${what} is in ${where}: …${haystack.slice(Math.max(0, at - 80), at)}«here»`);
    }
}

/** The whole database as text; bytes in hexadecimal. */
async function dump({ database }: System): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`.execute(database.db);
  assert.ok(tables.length > 12);
  const parts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`select row_to_json(t)::text as row from ${sql.raw(name)} t`.execute(
      database.db,
    );
    parts.push(...rows.map(({ row }) => `${name} ${row}`));
  }
  return parts.join('\n');
}

type Answer = { method: string; url: string; status: number; headers: [string, string][]; body: string };

test('K05, S10: no token, secret, verifier, key or manage link is in the database, the log, an answer or an address', async (t) => {
  const microsoft = new Map<string, string>();
  const addresses: string[] = [];
  const keep = (what: string, value: unknown) =>
    typeof value === 'string' && value.length > 8 && microsoft.set(value, what);
  const system = await startSystem(t, {
    wrapFetch: (inner) => async (input, init) => {
      const request = new Request(input, init);
      addresses.push(request.url);
      if (!request.url.endsWith('/token')) return inner(request);
      const form = new URLSearchParams(await request.clone().text());
      for (const name of ['client_secret', 'code_verifier', 'refresh_token']) keep(name, form.get(name));
      const response = await inner(request);
      const answer = (await response
        .clone()
        .json()
        .catch(() => ({}))) as Record<string, unknown>;
      for (const name of ['access_token', 'refresh_token', 'id_token']) keep(name, answer[name]);
      return response;
    },
  });
  const answers: Answer[] = [];
  const world: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const response = await system.world(request.clone());
    if (!request.url.startsWith(publicUrl)) return response;
    const body = await response.clone().text();
    answers.push({
      method: request.method,
      url: request.url,
      status: response.status,
      headers: [...response.headers],
      body,
    });
    return response;
  };
  const recorded: System = {
    ...system,
    world,
    person: () => createPerson(world),
    request: (path, init) => world(publicUrl + path, init),
  };

  // A life: signing in, connecting, booking in both ways, failing in many.
  const desk = await startDesk(recorded);
  const signInToken = await createSignInToken({ db: system.database.db, now: system.clock.now }, desk.memberId);
  const again = recorded.person();
  await signIn(again, `${publicUrl}/sign-in/${signInToken}`);
  await again.visit(`${publicUrl}/sign-in/${signInToken}`);
  const unused = await createSignInToken({ db: system.database.db, now: system.clock.now }, desk.memberId);
  await again.visit(`${publicUrl}/sign-in/${unused}`);
  const made = await again.call<{ secret: string }>(`${publicUrl}/v1/api-keys`, 'POST', { name: 'canary' });
  await again.call(`${publicUrl}/v1/integrations/teams`);
  await connectTeams(again, publicUrl, desk.organizer.id, 'cancel');
  for (const code of [7000215, 65001, 50011, 9002313, 999_999]) {
    system.emulator.fail({ service: 'entra', path: '/token', kind: { type: 'aadsts', code } });
    await connectTeams(again, publicUrl, desk.organizer.id);
  }
  system.emulator.fail({ service: 'entra', path: '/token', kind: { type: 'truncate' } });
  await connectTeams(again, publicUrl, desk.organizer.id);
  await connectTeams(again, publicUrl, desk.organizer.id);

  const visitor = { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London', note: '' };
  const book = (start: string, key: string) =>
    desk.api(
      'POST',
      '/v1/bookings',
      { eventTypeId: desk.eventType.id, start, visitor },
      { 'idempotency-key': key, prefer: 'wait=0' },
    );
  const first = await book('2026-11-24T10:00:00+01:00', 'one');
  assert.equal(first.status, 201, JSON.stringify(first.body));
  const replayed = await book('2026-11-24T10:00:00+01:00', 'one');
  assert.equal(replayed.headers.get('idempotent-replayed'), 'true');
  assert.deepEqual(replayed.body, first.body);
  for (const kind of [
    { type: 'status', status: 503 },
    { type: 'status', status: 401 },
    { type: 'drop-response' },
    { type: 'content-type', value: 'text/html' },
  ] as const)
    system.emulator.fail({ service: 'graph', method: 'POST', path: '/events', kind });
  await system.work();
  for (let round = 0; round < 6; round += 1) await system.advance(10 * 60_000);
  const { body: booked } = await desk.api('GET', `/v1/bookings/${first.body['id']}`);
  assert.ok(booked['meeting'].joinUrl, JSON.stringify(booked['meeting']));
  const page = recorded.person();
  const address = `${publicUrl}/book/${desk.slug}/intro-call`;
  const form = await page.visit(`${address}?start=${encodeURIComponent('2026-11-24T13:00:00Z')}&tz=UTC`);
  const kept = await page.press(form, '/book/', { name: 'Ada', email: 'ada@visitor.example', note: '' });
  await page.visit(booked['manageUrl']);
  await page.visit(`${booked['manageUrl']}/reschedule`);
  await desk.api('POST', `/v1/bookings/${first.body['id']}/reschedule`, { start: '2026-11-24T15:00:00+01:00' });
  await desk.api('POST', `/v1/bookings/${first.body['id']}/cancel`, { reason: '' });
  await system.work();
  system.clock.advance(2 * hour);
  system.emulator.fail({ service: 'entra', path: '/token', kind: { type: 'status', status: 500 } });
  await desk.api('GET', `/v1/event-types/${desk.eventType.id}/slots?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z`);
  await desk.api('GET', '/v1/meetings', undefined, { authorization: `Bearer ${made.secret}x` });
  await recorded.request('/v1/me', { headers: { cookie: 'parley=parley_session_wrong' } });
  dana(system).sessionsRevokedAt = system.clock.now().getTime();
  system.clock.advance(2 * hour);
  await assert.rejects(createAccessTokens(system.app.deps)(await onlyConnection(system)), { code: 'grant_revoked' });

  const sessions = answers.flatMap(({ headers }) =>
    headers.filter(([name]) => name === 'set-cookie').map(([, line]) => /parley=([^;]+)/.exec(line)?.[1] ?? ''),
  );
  const own = new Map<string, string>([
    [made.secret, 'an API key'],
    [desk.apiKey, 'an API key'],
    [signInToken, 'a sign-in token'],
    [unused, 'a sign-in token'],
    ...sessions.filter(Boolean).map((session) => [session, 'a session token'] as const),
  ]);
  const manage = new Map<string, string>([
    [booked['manageUrl'].split('/').at(-1), 'a manage token'],
    [kept.url.split('/').at(-1) ?? '', 'a manage token'],
  ]);
  assert.match(kept.url, /\/bookings\//);
  assert.ok(own.size >= 6 && microsoft.size >= 12, `${own.size} and ${microsoft.size} canaries`);
  assert.ok(microsoft.has(PARLEY_CLIENT_SECRET));
  for (const what of ['access_token', 'refresh_token', 'id_token', 'code_verifier'])
    assert.ok([...microsoft.values()].includes(what), what);

  const everything = new Map([...microsoft, ...own, ...manage]);
  const stored = await dump(system);
  assert.match(stored, /ada@visitor\.example/); // it is the database
  assertAbsent(stored, everything, 'the database');
  const written = system.lines.join('');
  assert.match(written, /connection stored/);
  assertAbsent(written, everything, 'the log');
  assert.equal(written.includes(booked['meeting'].joinUrl), false, 'the join link is not in the log');
  assertAbsent(addresses.join('\n'), everything, 'an address of Microsoft');
  assertAbsent(answers.map(({ url }) => url).join('\n'), microsoft, 'an address of ours');
  for (const { method, url, status, headers, body } of answers) {
    const where = `${method} ${url} ${status}`;
    const isNewKey = method === 'POST' && url.endsWith('/v1/api-keys');
    assertAbsent(body, new Map([...microsoft, ...(isNewKey ? [] : own)]), `the body of ${where}`);
    const others = headers.filter(([name]) => name !== 'set-cookie');
    assertAbsent(JSON.stringify(others), new Map([...microsoft, ...own]), `the headers of ${where}`);
    assertAbsent(JSON.stringify(headers), microsoft, `the cookies of ${where}`);
  }
});

const dana = (system: System) => userNamed(system.emulator, 'dana.reyes');
const onlyConnection = async ({ database }: System) =>
  (await database.db.selectFrom('connections').select('id').executeTakeFirstOrThrow()).id;

/** Runs `parley serve` until it runs or gives up; a running one is stopped as an operator would. */
async function serve(t: TestContext, directory: string, env: Record<string, string>) {
  const main = new URL('../src/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, 'serve'], {
    cwd: directory,
    env: {
      PATH: process.env['PATH'] ?? '',
      Data__Directory: directory,
      Server__Port: '0',
      Worker__Enabled: 'false',
      ...env,
    },
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  const running = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      output += data.toString();
      if (output.includes('parley serve is running')) running.resolve();
    });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  await Promise.race([running.promise, ended]);
  if (child.exitCode === null) child.kill('SIGTERM');
  return { code: await ended, output };
}

async function temporary(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-key-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test('K02: with a database of one’s own and no key, Parley does not start, and says what to set', async (t) => {
  const directory = await temporary(t);
  for (const Encryption__Keys of ['', '   ']) {
    const env = { Database__Url: 'postgres://parley:hunter2@127.0.0.1:1/parley', Encryption__Keys };
    const { code, output } = await serve(t, directory, env);
    assert.equal(code, 1);
    assert.match(output, /Encryption__Keys is not set/);
    assert.match(output, /openssl rand -base64 32/);
    assert.doesNotMatch(output, /hunter2|ECONNREFUSED| at /);
  }
  const bad = await serve(t, directory, { Encryption__Keys: 'k1:c2hvcnQ=' });
  assert.equal(bad.code, 1);
  assert.match(bad.output, /Encryption:Keys \(environment\) must hold keys of 32 bytes/);
  assert.doesNotMatch(bad.output, /c2hvcnQ/);
});

test('K02: the first run on the private database makes a key that only its owner can read, says so, and keeps it', async (t) => {
  const directory = await temporary(t);
  const first = await serve(t, directory, {});
  assert.equal(first.code, 0, first.output);
  const file = join(directory, 'key');
  assert.ok(first.output.includes(file), first.output);
  assert.match(first.output, /Keep a copy/);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const key = await readFile(file, 'utf8');
  assert.equal(parseKeyRing(key.trim()).byId.size, 1);
  assert.equal(first.output.includes(key.split(':')[1]?.trim() ?? '?'), false, 'the key itself is not printed');
  await rm(file);
  const without = await serve(t, directory, {});
  assert.equal(without.code, 1);
  assert.match(without.output, /is missing, but there is a database beside it/);
});

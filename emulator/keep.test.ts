import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { deserialize, serialize } from 'node:v8';
import { openBrowser } from './browser.ts';
import { mailboxState } from './control/mailbox-state.ts';
import { createEmulator, ENTRA_ORIGIN, GRAPH_ORIGIN, type Emulator } from './emulator.ts';
import { keep, keepUpToDate, takeUp } from './keep.ts';
import { PARLEY_CLIENT_ID, PARLEY_CLIENT_SECRET, PARLEY_REDIRECT_URI } from './seed.ts';

const dana = 'dana.reyes@contoso.example';
const visitor = 'sam.ferro@visitor.example';
const scope = 'openid offline_access User.Read Calendars.ReadWrite OnlineMeetings.ReadWrite';

suite('what outlives a restart', () => {
  test('a refresh token that was issued before, with the consent behind it', async (t) => {
    const { first, restart } = emulators(t);
    const before = await signIn(first);
    const second = restart();
    assert.equal(second.calls.length, 0, 'recorded calls are of one run only');
    const after = await refresh(second, before.refresh_token);
    assert.ok(after.access_token, JSON.stringify(after));
    const me = await graph(second, after.access_token, 'GET', '/me');
    assert.equal(me.status, 200);
    // The person is not asked for consent again.
    const outcome = await openBrowser(second.fetch).visit(authorizeUrl(), { user: dana });
    assert.equal(outcome.kind, 'redirect');
    assert.ok(second.context.directory.grants.some((grant) => grant.clientId === PARLEY_CLIENT_ID));
  });

  test('mailboxes: the event keeps its id and its join link, the invitation stays one', async (t) => {
    const { first, restart } = emulators(t);
    const { access_token, refresh_token } = await signIn(first);
    const made = await graph(first, access_token, 'POST', '/me/events', meeting);
    assert.equal(made.status, 201);
    const second = restart();
    const { access_token: token } = await refresh(second, refresh_token);
    const found = await graph(second, token, 'GET', `/me/events/${made.json.id}`);
    assert.equal(found.status, 200);
    assert.equal(found.json.onlineMeeting.joinUrl, made.json.onlineMeeting.joinUrl);
    const again = await graph(second, token, 'POST', '/me/events', meeting);
    assert.equal(again.json.id, made.json.id, 'the transaction id is remembered');
    assert.deepEqual(
      mailboxState(second.context, visitor).messages.map(({ kind }) => kind),
      ['invitation'],
    );
  });

  test('who listens to changes, and what has not reached them yet', async (t) => {
    const { first, restart } = emulators(t);
    const { access_token, refresh_token } = await signIn(first);
    first.context.post = async ({ url }) => ({
      kind: 'answered',
      status: 200,
      contentType: 'text/plain',
      body: new URL(url).searchParams.get('validationToken') ?? '',
      tookMs: 1,
    });
    const subscription = {
      changeType: 'created',
      resource: 'me/events',
      notificationUrl: 'https://parley.example/notifications',
      expirationDateTime: new Date(first.clock.now() + 86_400_000).toISOString(),
    };
    const made = await graph(first, access_token, 'POST', '/subscriptions', subscription);
    assert.equal(made.status, 201);
    await graph(first, access_token, 'POST', '/me/events', meeting);
    const second = restart();
    const sent: string[] = [];
    second.context.post = async ({ body }) => {
      sent.push(body);
      return { kind: 'answered', status: 202, contentType: '', body: '', tookMs: 1 };
    };
    await second.deliver();
    assert.equal(sent.length, 1);
    const { access_token: token } = await refresh(second, refresh_token);
    assert.equal((await graph(second, token, 'GET', `/subscriptions/${made.json.id}`)).status, 200);
  });

  test('what meetings left', async (t) => {
    const { first, restart } = emulators(t);
    const { access_token } = await signIn(first);
    const made = await graph(first, access_token, 'POST', '/me/events', meeting);
    const ended = first.endMeeting({ joinUrl: made.json.onlineMeeting.joinUrl, recording: true, transcript: true });
    const second = restart();
    const { recordings, transcripts, reports } = second.context.teams.artifacts;
    assert.deepEqual([...recordings.keys(), ...transcripts.keys()], [...ended.recordings, ...ended.transcripts]);
    assert.equal(reports.size, 1);
  });

  test('what the control page changed: people, redirect URIs and switches', (t) => {
    const { first, restart } = emulators(t);
    const user = [...first.context.directory.users.values()].find(({ mail }) => mail === dana);
    assert.ok(user);
    user.teamsLicence = false;
    const app = first.context.directory.apps.get(PARLEY_CLIENT_ID);
    app?.redirectUris.push({ uri: 'http://localhost:4000/api/teams/callback', platform: 'web' });
    first.switches.joinUrlDelayMs = 5000;
    const second = restart();
    assert.equal(second.context.directory.users.get(user.id)?.teamsLicence, false);
    const uris = second.context.directory.apps.get(PARLEY_CLIENT_ID)?.redirectUris.map(({ uri }) => uri);
    assert.ok(uris?.includes('http://localhost:4000/api/teams/callback'));
    assert.equal(second.switches.joinUrlDelayMs, 5000);
    second.reset();
    assert.equal(second.context.directory.users.get(user.id)?.teamsLicence, true, 'a reset plants the seed');
  });
});

suite('the file', () => {
  test('is private, replaced in one step, and written while the emulator runs and at its end', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const file = temporaryFile(t);
    const emulator = createEmulator();
    const stop = keepUpToDate(emulator.context, file, 2000);
    await signIn(emulator);
    assert.equal(existsSync(file), false);
    t.mock.timers.tick(2000);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const { refresh_token } = await signIn(emulator);
    stop();
    assert.deepEqual(readdirSync(join(file, '..')), ['emulator.state'], 'no draft is left');
    const second = createEmulator();
    assert.equal(takeUp(second.context, file), true);
    assert.ok((await refresh(second, refresh_token)).access_token);
  });

  test('from before there were notifications is taken up, and what happened until then is not announced', (t) => {
    const file = temporaryFile(t);
    const first = createEmulator();
    first.context.mailboxes.sequence = 7;
    keep(first.context, file);
    const { notifications: _, ...older } = deserialize(readFileSync(file)) as Record<string, unknown>;
    writeFileSync(file, serialize(older));
    const second = createEmulator();
    assert.equal(takeUp(second.context, file), true);
    assert.deepEqual([second.context.notifications.subscriptions.size, second.context.notifications.cursor], [0, 7]);
  });

  test('from before meetings left anything is taken up, with nothing left', (t) => {
    const file = temporaryFile(t);
    const first = createEmulator();
    keep(first.context, file);
    const older = deserialize(readFileSync(file)) as { teams: Record<string, unknown> };
    delete older.teams['artifacts'];
    writeFileSync(file, serialize(older));
    const second = createEmulator();
    assert.equal(takeUp(second.context, file), true);
    assert.equal(second.context.teams.artifacts.recordings.size, 0);
  });

  const foreign: [string, (whole: Buffer) => Buffer | undefined][] = [
    ['that is not there', () => undefined],
    ['that is empty', () => Buffer.alloc(0)],
    ['of another program', () => Buffer.from('{"version": 1}')],
    ['that was cut off', (whole) => whole.subarray(0, whole.length / 2)],
    ['of another version', (whole) => serialize({ ...(deserialize(whole) as object), version: 0 })],
    ['that holds something else', () => serialize(['not', 'a', 'state'])],
    ['that holds nothing', () => serialize(null)],
  ];
  for (const [name, broken] of foreign) {
    test(`${name} is ignored`, async (t) => {
      const file = temporaryFile(t);
      keep(createEmulator().context, file);
      const content = broken(readFileSync(file));
      rmSync(file);
      if (content !== undefined) writeFileSync(file, content);
      const emulator = createEmulator();
      assert.equal(takeUp(emulator.context, file), false);
      assert.ok((await signIn(emulator)).access_token, 'the seed is there');
    });
  }
});

function temporaryFile(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'emulator-keep-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'emulator.state');
}

/** An emulator, and what a restart makes of the state that it leaves. */
function emulators(t: TestContext): { first: Emulator; restart: () => Emulator } {
  const file = temporaryFile(t);
  const first = createEmulator();
  return {
    first,
    restart() {
      keep(first.context, file);
      const second = createEmulator();
      assert.equal(takeUp(second.context, file), true);
      return second;
    },
  };
}

const meeting = {
  subject: 'Intake',
  start: { dateTime: '2026-11-25T09:00:00', timeZone: 'Europe/Berlin' },
  end: { dateTime: '2026-11-25T09:30:00', timeZone: 'Europe/Berlin' },
  attendees: [{ type: 'required', emailAddress: { address: visitor, name: 'Sam Ferro' } }],
  isOnlineMeeting: true,
  onlineMeetingProvider: 'teamsForBusiness',
  transactionId: 'b7c7ee3e-0a0f-4a3a-b4a2-6f4d2f0d8f3c',
};
const credentials = { client_id: PARLEY_CLIENT_ID, client_secret: PARLEY_CLIENT_SECRET };

function authorizeUrl(): string {
  const query = { client_id: PARLEY_CLIENT_ID, response_type: 'code', redirect_uri: PARLEY_REDIRECT_URI, scope };
  return `${ENTRA_ORIGIN}/common/oauth2/v2.0/authorize?${new URLSearchParams(query).toString()}`;
}

type Tokens = { access_token: string; refresh_token: string };

async function signIn(emulator: Emulator): Promise<Tokens> {
  const outcome = await openBrowser(emulator.fetch).visit(authorizeUrl(), { user: dana });
  assert.ok(outcome.kind === 'redirect');
  const code = outcome.params.get('code') ?? '';
  return redeem(emulator, { grant_type: 'authorization_code', code, redirect_uri: PARLEY_REDIRECT_URI });
}

function refresh(emulator: Emulator, token: string): Promise<Tokens> {
  return redeem(emulator, { grant_type: 'refresh_token', refresh_token: token });
}

async function redeem({ fetch }: Emulator, fields: Record<string, string>): Promise<Tokens> {
  const body = new URLSearchParams({ ...credentials, ...fields });
  return (await (await fetch(`${ENTRA_ORIGIN}/common/oauth2/v2.0/token`, { method: 'POST', body })).json()) as Tokens;
}

type Event = { id: string; onlineMeeting: { joinUrl: string } };

async function graph({ fetch }: Emulator, token: string, method: string, path: string, body?: object) {
  const response = await fetch(`${GRAPH_ORIGIN}/v1.0${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Event };
}

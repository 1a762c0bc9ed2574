import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { sql } from 'kysely';
import { PARLEY_CLIENT_ID } from '../emulator/seed.ts';
import { connectTeams, signIn, type Person } from '../scripts/person.ts';
import { createApiKey, createSignInToken } from '../src/access/service.ts';
import { addColleague } from './support/appointments.ts';
import { linksOf, mailbag } from './support/mail-story.ts';
import { createReceiver } from './support/receiver.ts';
import { startAnother, tokenCalls } from './support/restart.ts';
import {
  apiClient,
  publicUrl,
  startDesk,
  startPeer,
  startSystem,
  startWorkspace,
  userNamed,
} from './support/system.ts';
import type { ApiClient, System } from './support/system.ts';

// Row N4 of the coverage: people are asked to connect again, by mail or by force, after permissions were added.

const path = '/v1/connections/reauthentication';
const added = 'MailboxSettings.Read';
const scopes = `OnlineMeetings.ReadWrite Calendars.ReadWrite offline_access User.Read ${added}`;
const hour = 3_600_000;
const day = 24 * hour;
const leilas = 'leila.haddad@northgate.example';

type Answered = {
  asked: number;
  written: number;
  stopped: number;
  people: {
    connectionId: string;
    memberId: string | null;
    name: string | null;
    accountEmail: string;
    missingScopes: string[];
    mailTo: string | null;
    mail: string;
    stops: boolean;
    lastAskedAt: string | null;
    meetingsAhead: number;
    meetingsWaiting: number;
  }[];
};

const idOf = (system: System, name: string) => userNamed(system.emulator, name).id;
const byAccount = ({ people }: Answered) => new Map(people.map((one) => [one.accountEmail, one]));

async function followLink(person: Person, url: string, user: string): Promise<string> {
  const asked = await person.press(await person.visit(url), '/connect/to/');
  // Microsoft may know already who it is, by the address that came along.
  const signedIn = asked.text.includes('/authorize/sign-in')
    ? await person.press(asked, '/authorize/sign-in', { user })
    : asked;
  if (!signedIn.text.includes('/authorize/consent')) return signedIn.text;
  return (await person.press(signedIn, '/authorize/consent', { decision: 'accept' })).text;
}

/**
 * Dana and Milan are members; Leila and Yuki came by a link. All connected before a permission was added, and mail and
 * webhooks are read by the test.
 */
async function startAdded(t: TestContext, { mail = true } = {}) {
  const bag = mailbag();
  const receiver = createReceiver();
  const env = { MicrosoftTeams__Scopes: scopes };
  const system = await startSystem(t, { env, ...(mail && { sendMail: bag.sendMail }), post: receiver.post });
  const before = await startAnother(t, system);
  const desk = await startDesk(before);
  const milan = await addColleague(before, desk.workspaceId, 'milan.okafor');
  for (const name of ['leila.haddad', 'yuki.brandt']) {
    const { body } = await desk.api('POST', '/v1/connect-links', { externalId: name });
    await followLink(before.person(), body['url'], idOf(system, name));
  }
  system.emulator.context.directory.apps.get(PARLEY_CLIENT_ID)?.delegatedPermissions.push(added);
  const api = apiClient(system, desk.apiKey);
  const { body } = await api('GET', '/v1/connections');
  const found = body['data'] as { id: string; accountEmail: string }[];
  const connections = new Map(found.map(({ id, accountEmail }) => [accountEmail, id]));
  assert.equal(connections.size, 4);
  return {
    ...bag,
    system,
    desk,
    milan,
    api,
    receiver,
    leila: connections.get(leilas) ?? '',
    /** Asks, and lets the mail go out. */
    ask: (wish: object, query = '') => askWith(api, system, wish, query),
    /** What kinds of letters were written. */
    letters: async () => {
      const rows = await system.database.db.selectFrom('emails').select('template').distinct().execute();
      return rows.map(({ template }) => template);
    },
    state: async (id: string) => (await api('GET', `/v1/connections/${id}`)).body,
    /** A member signs in and connects again. */
    reconnect: async (memberId: string, user: string) => {
      const person = system.person();
      const deps = { db: system.database.db, now: system.clock.now };
      await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, memberId)}`);
      const page = await connectTeams(person, publicUrl, idOf(system, user));
      assert.match(page.url, /connected=1/);
    },
  };
}

async function askWith(api: ApiClient, system: System, wish: object, query = ''): Promise<Answered> {
  const answer = await api('POST', path + query, wish);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  await system.advance(0);
  return (query === '' ? answer.body : answer.body['answer']) as Answered;
}

const meetingOf = (connectionId: string) => ({
  organizer: { connectionId },
  subject: 'Interview',
  start: '2026-12-01T10:00:00Z',
  end: '2026-12-01T10:30:00Z',
});

test('N4: a preview says whom it concerns, why, and how they are reached, and nothing happens', async (t) => {
  const { system, milan, api, ask, mails, leila } = await startAdded(t);
  await api('POST', '/v1/meetings', meetingOf(leila));
  await system.work();
  const preview = await ask({ mode: 'force' }, '?dryRun=true');
  assert.deepEqual([preview.asked, preview.written, preview.stopped], [4, 4, 4]);
  const people = byAccount(preview);
  const { connectionId, ...ofLeila } = people.get(leilas) ?? assert.fail('Leila is not among them');
  assert.equal(connectionId, leila);
  assert.deepEqual(ofLeila, {
    memberId: null,
    externalId: 'leila.haddad',
    name: 'Leila Haddad',
    accountEmail: leilas,
    missingScopes: [added],
    mailTo: leilas,
    mail: 'queued',
    stops: true,
    lastAskedAt: null,
    meetingsAhead: 1,
    meetingsWaiting: 0,
  });
  const ofMilan = people.get('milan.okafor@contoso.example');
  assert.deepEqual([ofMilan?.memberId, ofMilan?.mailTo], [milan.memberId, milan.email]);
  assert.equal(mails.length, 0);
  const rows = await system.database.db.selectFrom('connections').select(['status', 'asked_to_reconnect_at']).execute();
  assert.deepEqual(new Set(rows.map(({ status }) => status)), new Set(['connected']));
  assert.deepEqual(new Set(rows.map(({ asked_to_reconnect_at: at }) => at)), new Set([null]));
  assert.equal((await system.database.db.selectFrom('connect_links').select('id').execute()).length, 2);
  const chosen = await ask({ mode: 'notify', connectionIds: [leila] }, '?dryRun=true');
  assert.deepEqual(
    chosen.people.map((one) => one.accountEmail),
    [leilas],
  );
});

test('N4: each gets one mail with a way back of their own, in their language, and not twice within a day', async (t) => {
  const story = await startAdded(t);
  const { system, desk, milan, ask, to, mails, leila, state, reconnect } = story;
  await system.database.db.updateTable('members').set({ locale: 'de' }).where('id', '=', milan.memberId).execute();
  const message = 'We now also look after your <b>lobby</b>. {{account}}\r\nBcc: eve@evil.example';
  const first = await ask({ mode: 'notify', cap: 4, message });
  assert.deepEqual([first.asked, first.written, first.stopped], [4, 4, 0]);
  assert.equal(mails.length, 4);
  const toMilan = to(milan.email)[0];
  assert.match(toMilan?.subject ?? '', /^Bitte verbinden Sie Ihr Microsoft-Konto erneut/);
  assert.deepEqual(linksOf(toMilan), [`${publicUrl}/console/microsoft-365/integrations`]);
  const toLeila = to(leilas)[0];
  assert.match(toLeila?.text ?? '', /We now also look after your <b>lobby<\/b>\. \{\{account\}\}\nBcc: eve/);
  assert.doesNotMatch(toLeila?.html ?? '', /<b>/);
  assert.match(toLeila?.text ?? '', /within 14 days/);
  const [link = ''] = linksOf(toLeila);
  assert.match(link, /\/connect\/to\/parley_connect_/);

  assert.equal((await state(leila))['takesBookings'], true, 'everything goes on meanwhile');
  await ask({ mode: 'notify', cap: 4 });
  await ask({ mode: 'notify', cap: 0 }); // there is nobody to ask
  assert.equal(mails.length, 4);
  system.clock.advance(3 * hour);
  assert.match(await followLink(system.person(), link, idOf(system, 'leila.haddad')), /You are connected/);
  await reconnect(desk.memberId, 'dana.reyes');
  const leilaNow = await state(leila);
  assert.deepEqual([leilaNow['state'], leilaNow['missingScopes'], leilaNow['id']], ['connected', [], leila]);

  system.clock.advance(22 * hour);
  const next = await ask({ mode: 'notify', cap: 4 });
  assert.equal(next.written, 2, 'the others are reminded a day later');
  assert.ok(next.people.every(({ lastAskedAt }) => lastAskedAt !== null));
  assert.deepEqual([to(leilas).length, to(milan.email).length, mails.length], [1, 2, 6]);
});

test('N4: the link of a mail renews its own account and no other', async (t) => {
  const { system, ask, to, leila, state } = await startAdded(t);
  await ask({ mode: 'notify', cap: 4 });
  const [link = ''] = linksOf(to(leilas)[0]);
  const person = system.person();
  const asked = await person.press(await person.visit(link), '/connect/to/');
  const signedIn = await person.press(asked, '/authorize/sign-in', { user: idOf(system, 'marek.dvorak') });
  const page = await person.press(signedIn, '/authorize/consent', { decision: 'accept' });
  assert.equal(page.status, 409, page.text);
  assert.deepEqual((await state(leila))['missingScopes'], [added]);
  assert.equal((await system.database.db.selectFrom('connections').select('id').execute()).length, 4);
});

test('N4: by force connections rest, meetings wait, everybody is told, and all goes on when a person is back', async (t) => {
  const { system, api, receiver, ask, to, mails, letters, leila, state } = await startAdded(t);
  await api('POST', '/v1/webhook-endpoints', { url: 'https://hooks.visitor.example/parley', types: ['connection.*'] });
  const made = await api('POST', '/v1/meetings', meetingOf(leila));
  await system.work();
  const answer = await ask({ mode: 'force', cap: 4 });
  assert.deepEqual([answer.written, answer.stopped], [4, 4]);
  await system.advance(1000);
  assert.equal(mails.length, 4, 'nobody is told twice, and those who asked are not told by Parley');
  assert.deepEqual(await letters(), ['connect_again']);
  assert.match(to(leilas)[0]?.text ?? '', /Until then Parley makes, moves and cancels no meetings/);
  const { body: events } = await api('GET', '/v1/events?types=connection.expired');
  assert.equal(events['data'].length, 4);
  assert.deepEqual(new Set(receiver.types()), new Set(['connection.expired']));
  const rests = await state(leila);
  assert.deepEqual(
    [rests['state'], rests['problem'].code, rests['takesBookings']],
    ['reconnect_needed', 'reauthentication_asked', false],
  );

  const tokens = tokenCalls(system).length;
  const moved = await api('PATCH', `/v1/meetings/${made.body['id']}`, {
    start: '2026-12-01T14:00:00Z',
    end: '2026-12-01T14:30:00Z',
  });
  assert.equal(moved.status, 200, JSON.stringify(moved.body));
  system.clock.advance(2 * hour);
  await system.work();
  const waiting = (await api('GET', `/v1/meetings/${made.body['id']}`)).body;
  assert.equal(waiting['problem'].code, 'reauthentication_asked');
  assert.equal(tokenCalls(system).length, tokens, 'its tokens are not used');
  const preview = await ask({ mode: 'force' }, '?dryRun=true');
  assert.deepEqual([preview.asked, byAccount(preview).get(leilas)?.meetingsWaiting], [0, 1]);

  await followLink(system.person(), linksOf(to(leilas)[0])[0] ?? '', idOf(system, 'leila.haddad'));
  await system.work();
  const after = (await api('GET', `/v1/meetings/${made.body['id']}`)).body;
  assert.deepEqual([after['status'], after['inSync'], after['start']], ['ready', true, '2026-12-01T14:00:00.000Z']);
  const { body: audit } = await api('GET', '/v1/audit?action=connection.asked_again');
  const entry = (audit['data'] as { subjectId: string }[]).find(({ subjectId }) => subjectId === leila);
  assert.partialDeepStrictEqual(entry, {
    actor: { kind: 'key' },
    subject: { title: leilas },
    details: { mode: 'force', written: true, stopped: true },
  });
  assert.equal(audit['data'].length, 4);
});

test('N4: whoever lacks nothing can be asked, too; having been asked, they are not put to rest again', async (t) => {
  const { system, ask, mails, leila, state, to } = await startAdded(t);
  const all = { mode: 'force', onlyMissingScopes: false, connectionIds: [leila], cap: 1 };
  await ask(all);
  await followLink(system.person(), linksOf(to(leilas)[0])[0] ?? '', idOf(system, 'leila.haddad'));
  assert.equal((await ask({ mode: 'force', connectionIds: [leila], cap: 1 })).people.length, 0);
  const again = await ask(all); // as after a run that broke off
  assert.deepEqual([again.people.length, again.asked], [1, 0]);
  assert.equal((await state(leila))['state'], 'connected');
  assert.equal(mails.length, 1);
  system.clock.advance(day);
  assert.equal((await ask(all)).stopped, 1);
});

test('N4: more people than the cap, or no cap, and nobody is asked', async (t) => {
  const { ask, api, mails, leila } = await startAdded(t);
  const over = await api('POST', path, { mode: 'force', cap: 3 });
  assert.equal(over.status, 400);
  assert.equal(over.body['errors'][0].pointer, '/cap');
  assert.match(over.body['errors'][0].detail, /would ask 4 people, and at most 3 may be/);
  const without = await api('POST', path, { mode: 'notify' });
  assert.deepEqual([without.status, without.body['errors'][0].pointer], [400, '/cap']);
  assert.equal((await api('POST', `${path}?dryRun=true`, { mode: 'notify', cap: 3 })).status, 400);
  const nobody = await api('POST', path, { mode: 'notify', cap: 3, connectionIds: [leila, 'con_nobody'] });
  assert.deepEqual([nobody.status, nobody.body['errors'][0].pointer], [400, '/connectionIds/1']);
  assert.equal((await ask({ mode: 'notify', cap: 1, connectionIds: [leila] })).written, 1);
  assert.equal(mails.length, 1);
});

test('N4: killed in the middle, the same request reaches the rest, and nobody twice', async (t) => {
  const { system, desk, mails, ask } = await startAdded(t);
  const { db } = system.database;
  const peer = await startPeer(t, system);
  const third = (await db.selectFrom('connections').select('id').orderBy('id').offset(2).limit(1).execute())[0];
  system.expectError(/request failed|terminating connection|connection terminated/i);
  await db.transaction().execute(async (trx) => {
    // The third waits for this lock; then the connection to the database is gone, as that of a process that dies.
    await trx
      .selectFrom('connections')
      .select('id')
      .where('id', '=', third?.id ?? '')
      .forUpdate()
      .execute();
    const dying = apiClient(peer, desk.apiKey)('POST', path, { mode: 'force', cap: 4 });
    await killWhoWaits(system);
    assert.ok((await dying).status >= 500);
  });
  await system.advance(0);
  assert.equal(mails.length, 2);
  const entries = await db.selectFrom('audit_entries').select('subject_id').execute();
  assert.equal(entries.length, 2, 'what was done is on record');
  const rest = await ask({ mode: 'force', cap: 2 });
  assert.deepEqual([rest.written, rest.stopped, rest.people.length], [2, 2, 4]);
  assert.equal(new Set(mails.map((mail) => mail.to)).size, 4);
  assert.equal(mails.length, 4);
  const expired = await db.selectFrom('outbox_events').select('id').where('type', '=', 'connection.expired').execute();
  assert.equal(expired.length, 4);
});

/** Ends the session of whoever waits for a lock, as soon as somebody does. */
async function killWhoWaits({ database }: System): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ killed: boolean }>`
      select pg_terminate_backend(pid) as killed from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(database.db);
    if (rows.length > 0) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('N4: two who ask at once, in two processes, ask everybody once', async (t) => {
  const { system, desk, api, mails } = await startAdded(t);
  const peer = apiClient(await startPeer(t, system), desk.apiKey);
  const answers = await Promise.all(
    [api, peer, api, peer].map((client) => client('POST', path, { mode: 'force', cap: 4 })),
  );
  for (const { status, body } of answers) assert.equal(status, 200, JSON.stringify(body));
  const sum = (what: 'written' | 'stopped') => answers.reduce((all, { body }) => all + Number(body[what]), 0);
  assert.deepEqual([sum('written'), sum('stopped')], [4, 4]);
  await system.advance(0);
  assert.equal(mails.length, 4);
  const links = await system.database.db.selectFrom('connect_links').select('id').execute();
  assert.equal(links.length, 4, 'two of them brought people here');
});

test('N4: the same request with an idempotency key is answered the same', async (t) => {
  const { system, api, mails } = await startAdded(t);
  const headers = { 'idempotency-key': 'ask-everyone-1' };
  const first = await api('POST', path, { mode: 'notify', cap: 4 }, headers);
  const again = await api('POST', path, { mode: 'notify', cap: 4 }, headers);
  assert.deepEqual([first.status, again.body], [200, first.body]);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  await system.advance(0);
  assert.equal(mails.length, 4);
});

test('N4: asking is for those who manage the workspace, and reaches nobody of another one', async (t) => {
  const { system, desk, api, leila, mails, milan } = await startAdded(t);
  const operator = system.person();
  const deps = { db: system.database.db, now: system.clock.now };
  await signIn(operator, `${publicUrl}/sign-in/${await createSignInToken(deps, milan.memberId)}`);
  const refused = await operator.send(publicUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode: 'notify', cap: 4 }),
  });
  assert.equal(refused.status, 403);
  const { secret } = await createApiKey(deps, desk.workspaceId, 'reader', { permissions: ['connections:read'] });
  assert.equal((await apiClient(system, secret)('POST', path, { mode: 'notify', cap: 4 })).status, 403);
  const stranger = await startWorkspace(system, { email: 'eve@other.example' });
  const theirs = await stranger.api('POST', path, { mode: 'force', cap: 4, connectionIds: [leila] });
  assert.equal(theirs.status, 400);
  const own = await stranger.api('POST', path, { mode: 'force', cap: 4, onlyMissingScopes: false });
  assert.deepEqual(own.body['people'], []);
  await system.advance(0);
  assert.equal(mails.length, 0);
  assert.equal((await api('GET', `/v1/connections/${leila}`)).body['problem'].code, 'scopes_missing');
});

test('N4: without mail nobody can be written to, and connections can still be put to rest', async (t) => {
  const { system, api, ask } = await startAdded(t, { mail: false });
  const refused = await api('POST', path, { mode: 'notify', cap: 4 });
  assert.deepEqual([refused.status, refused.body['code']], [409, 'mail_not_configured']);
  const forced = await ask({ mode: 'force', cap: 4 });
  assert.deepEqual([forced.written, forced.stopped], [0, 4]);
  assert.deepEqual(new Set(forced.people.map(({ mail }) => mail)), new Set(['not_configured']));
  assert.deepEqual(await system.database.db.selectFrom('emails').select('id').execute(), []);
});

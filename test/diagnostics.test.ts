import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectTeams } from '../scripts/person.ts';
import { addMember, createSignInToken } from '../src/access/service.ts';
import { signIn } from '../scripts/person.ts';
import type { Check } from '../src/diagnostics/check.ts';
import { configuration } from '../src/diagnostics/checks/configuration.ts';
import { runChecks } from '../src/diagnostics/service.ts';
import { PARLEY_CLIENT_SECRET } from '../emulator/seed.ts';
import { open } from '../src/seal.ts';
import { tokenContext } from '../src/connections/tokens.ts';
import { diagnosisOf, networkError, startClinic, startConnected } from './support/clinic.ts';
import { testEnvironment, publicUrl, startWorkspace, userNamed, type System } from './support/system.ts';

const minute = 60_000;

test('everything is green for a connection that works, and the report is there to be copied', async (t) => {
  const { run, system, desk } = await startConnected(t);
  const before = system.emulator.calls.length;
  const { findings, of, summary, report } = await run({ roundTrip: true });
  const ofArtifacts = 'recordings transcripts speakers attendance recording-allowed standalone-meetings'.split(' ');
  assert.deepEqual(
    findings.filter(({ status }) => status !== 'ok').map(({ check, status }) => [check, status]),
    ofArtifacts.map((check) => [check, 'skipped']),
    'this server asks nobody for what is left of meetings',
  );
  assert.deepEqual(summary, { ok: 13, warning: 0, failed: 0, skipped: 6, not_known: 0 });
  assert.deepEqual(
    findings.map(({ check }) => check),
    'configuration authority graph clock connection permissions token token-kind profile mailbox teams free-busy round-trip'
      .split(' ')
      .concat(ofArtifacts),
  );
  assert.match(of('token-kind').notes.join(' '), /proves nothing about application access policies/);
  for (const check of ['graph', 'profile', 'mailbox', 'free-busy', 'round-trip'])
    for (const { requestId, answered } of of(check).exchanges) {
      assert.match(requestId ?? '', /^[0-9a-f-]{36}$/, check);
      assert.match(answered, /^\d{3}$/);
    }
  assert.match(
    of('token').exchanges[0]?.asked ?? '',
    /^POST login\.microsoftonline\.com\/common\/oauth2\/v2\.0\/token/,
  );
  const refreshes = system.emulator.calls
    .slice(before)
    .filter(({ body, path }) => path.endsWith('/token') && body.includes('grant_type=refresh_token'));
  assert.equal(refreshes.length, 1, 'asked live, although the stored token is still good');
  for (const { label, status } of findings)
    assert.ok(report.includes(`${status === 'ok' ? '✓' : '–'} ${label}: `), label);
  const connection = await system.database.db.selectFrom('connections').selectAll().executeTakeFirstOrThrow();
  for (const id of [testEnvironment.MicrosoftTeams__ClientId, connection.tenant_id, desk.organizer.id, connection.id])
    assert.ok(report.includes(id), `the report names ${id}`);
  assert.match(report, /request id [0-9a-f-]{36}/);
});

test('nothing secret and no address of a person is in an answer or its report', async (t) => {
  const { run, system, desk, bend } = await startConnected(t);
  const { db } = system.database;
  const row = await db.selectFrom('connections').selectAll().executeTakeFirstOrThrow();
  const key = await system.app.deps.dataKeys(row.workspace_id);
  const canaries = [
    PARLEY_CLIENT_SECRET,
    ...(['access_token', 'refresh_token'] as const).map((field) => open(key, row[field], tokenContext(row, field))),
  ];
  bend.hook = async (request, ask) => {
    const token = request.headers.get('authorization')?.slice('Bearer '.length);
    if (token) canaries.push(token);
    if (!request.url.includes('/calendarView')) return ask();
    // A Microsoft that repeats to us what we sent
    const message = `User ola@adatum.example: https://teams.microsoft.com/l/meetup-join/19%3ameeting_x?context=y ${PARLEY_CLIENT_SECRET} /?code=0.AbCdEf EwB${'x'.repeat(90)} ${token}`;
    return Response.json({ error: { code: 'Strange', message } }, { status: 418 });
  };
  const { of, report, findings } = await run({ roundTrip: true });
  assert.equal(of('round-trip').status, 'ok');
  assert.match(
    of('free-busy').notes.join(),
    /Microsoft said: “User ola@adatum\.example: \[redacted\] \[redacted\] \/\?code=\[redacted\] \[redacted\] \[redacted\]”/,
  );
  const after = await db.selectFrom('connections').selectAll().executeTakeFirstOrThrow();
  canaries.push(open(key, after.refresh_token, tokenContext(after, 'refresh_token')), desk.apiKey, '0.AbCdEf');
  assert.match(report, /“User \[e-mail address\]: /);
  assert.doesNotMatch(report, /@/, 'a report is handed on: nobody’s address is in it');
  for (const text of [report, JSON.stringify(findings)]) {
    for (const canary of canaries) assert.ok(!text.includes(canary), `${canary.slice(0, 12)}… is in it`);
    assert.doesNotMatch(text, /eyJ|meetup-join|@contoso|Bearer /);
  }
});

test('what is missing or wrong in the settings is said by name, before anything is asked', async (t) => {
  const cases: [Record<string, string>, string, RegExp][] = [
    [{ MicrosoftTeams__ClientSecret: '' }, 'failed', /Not set: MicrosoftTeams__ClientSecret\./],
    [{ MicrosoftTeams__ClientId: '' }, 'failed', /Not set: MicrosoftTeams__ClientId\./],
    [{ MicrosoftTeams__ClientId: 'parley' }, 'failed', /ClientId is not the Application \(client\) ID/],
    [{ MicrosoftTeams__ClientSecret: crypto.randomUUID() }, 'failed', /looks like the Secret ID/],
    [{ MicrosoftTeams__RedirectUri: 'https://other.example/api/teams/callback' }, 'failed', /leads to https:\/\/other/],
    [{ MicrosoftTeams__Scopes: 'User.Read offline_access' }, 'failed', /lacks Calendars\.ReadWrite/],
    [{ MicrosoftTeams__Scopes: 'User.Read Calendars.ReadWrite' }, 'failed', /lacks offline_access/],
    [{ MicrosoftTeams__Scopes: 'Calendars.ReadWrite offline_access' }, 'warning', /lacks User\.Read, OnlineMeet/],
  ];
  for (const [env, status, note] of cases) {
    const { system } = await startClinic(t, { env });
    const { memberId, api } = await startWorkspace(system);
    const { of } = await diagnosisOf(api('POST', '/v1/diagnostics', { memberId }));
    const { status: found, notes, remedy } = of('configuration');
    assert.equal(found, status, note.source);
    assert.match(notes.join(' '), note);
    assert.match(remedy ?? '', /Whoever runs this server/);
    assert.equal(of('authority').status, 'ok', 'and the rest goes on');
    assert.equal(of('token').status, 'skipped');
  }
  // What configuration does not let through at start, in case it comes from elsewhere one day
  const { system } = await startClinic(t);
  const { settings } = system.app.deps;
  const doctored: [object, RegExp][] = [
    [{ settings: { ...settings, redirectUri: `${publicUrl}/callback` } }, /ends in \/callback/],
    [{ publicUrl: 'http://meet.example' }, /http:\/\/meet\.example is not https/],
    [{ settings: { ...settings, graphBaseUrl: 'http://graph.example' } }, /http:\/\/graph\.example is not https/],
    [{ settings: { ...settings, tenantId: 'contoso' } }, /TenantId is neither/],
  ];
  for (const [change, note] of doctored) {
    const run = { subject: undefined, roundTrip: false };
    const [finding] = await runChecks({ ...system.app.deps, ...change }, [configuration], run);
    assert.match(finding?.notes.join(' ') ?? '', note);
  }
});

test('the ways in which Microsoft is not reached are told apart, with the host by name', async (t) => {
  const { run, bend, system } = await startConnected(t);
  const entra = 'login.microsoftonline.com';
  const graph = 'graph.microsoft.com';
  const cases: [string, RegExp, boolean?][] = [
    ['ENOTFOUND', /^The name HOST cannot be looked up/],
    ['EAI_AGAIN', /^The name HOST cannot be looked up/],
    ['ECONNREFUSED', /^The connection to HOST is refused/],
    ['ECONNREFUSED', /^The connection to HOST is refused/, true],
    ['ENETUNREACH', /^There is no way through the network to HOST/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /^No secure connection to HOST can be made/],
    ['CERT_HAS_EXPIRED', /^No secure connection to HOST can be made/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /^No secure connection to HOST can be made/],
    ['UND_ERR_CONNECT_TIMEOUT', /^HOST does not answer in time/],
    ['ETIMEDOUT', /^HOST does not answer in time/, true],
    ['ECONNRESET', /^The connection to HOST breaks/],
  ];
  const before = await system.database.db.selectFrom('connections').selectAll().executeTakeFirstOrThrow();
  for (const [code, title, deeper] of cases) {
    for (const host of [entra, graph]) {
      bend.hook = (request, ask) => {
        if (new URL(request.url).hostname === host) throw networkError(code, deeper);
        return ask();
      };
      const { of } = await run();
      const finding = of(host === entra ? 'authority' : 'graph');
      assert.equal(finding.status, 'failed', code);
      assert.match(finding.title, new RegExp(title.source.replace('HOST', host)));
      assert.equal(finding.exchanges[0]?.answered, `no answer (${code})`);
      assert.equal(finding.problemCode, 'microsoft_unreachable');
      assert.equal(of(host === entra ? 'token' : 'mailbox').status, 'skipped');
      assert.equal(of('clock').status, 'ok', 'the other one says what time it is');
    }
  }
  const after = await system.database.db.selectFrom('connections').selectAll().executeTakeFirstOrThrow();
  assert.equal(after.status, before.status, 'and no connection suffers from it');
});

test('a proxy in between, a failing Microsoft and an unknown tenant are not taken for one another', async (t) => {
  const { run, bend, system } = await startConnected(t);
  const page = new Response('<!doctype html><title>Sign in to the guest network</title>', {
    headers: { 'content-type': 'text/html' },
  });
  for (const [host, check] of [
    ['login.microsoftonline.com', 'authority'],
    ['graph.microsoft.com', 'graph'],
  ] as const) {
    bend.hook = (request, ask) => (new URL(request.url).hostname === host ? page.clone() : ask());
    const proxied = (await run()).of(check);
    assert.equal(proxied.status, 'failed');
    assert.match(proxied.title, new RegExp(`Something else than Microsoft answers at ${host}`));
    bend.hook = undefined;
    const path = check === 'graph' ? '/v1.0/me' : 'openid-configuration';
    for (const status of [503, 429]) {
      system.emulator.fail({ service: check === 'graph' ? 'graph' : 'entra', path, kind: { type: 'status', status } });
      const failing = (await run()).of(check);
      assert.equal(failing.status, 'not_known', `${check} ${status}`);
    }
  }
  const { system: other } = await startClinic(t, { env: { MicrosoftTeams__TenantId: crypto.randomUUID() } });
  const { api, memberId } = await startWorkspace(other);
  const unknown = (await diagnosisOf(api('POST', '/v1/diagnostics', { memberId }))).of('authority');
  assert.equal(unknown.status, 'failed');
  assert.equal(unknown.problemCode, 'tenant_not_found');
  assert.match(unknown.exchanges[0]?.answered ?? '', /400 AADSTS90002/);
  assert.ok(unknown.exchanges[0]?.requestId);
});

test('a clock that is a minute off is a warning, one that is five minutes off a failure', async (t) => {
  const { run, bend } = await startConnected(t);
  const cases: [number, string, RegExp][] = [
    [30_000, 'ok', /agrees/],
    [-30_000, 'ok', /agrees/],
    [2 * minute, 'warning', /2 minutes behind/],
    [-90_000, 'warning', /90 seconds ahead of/],
    [6 * minute, 'failed', /6 minutes behind/],
    [-26 * 60 * minute, 'failed', /1560 minutes ahead of/],
  ];
  for (const [skew, status, title] of cases) {
    bend.skewMs = { 'login.microsoftonline.com': skew };
    const { of } = await run();
    assert.equal(of('clock').status, status, `${skew} ms`);
    assert.match(of('clock').title, title);
    assert.equal(of('clock').problemCode, status === 'ok' ? null : 'server_clock_wrong');
  }
  bend.skewMs = {};
  bend.hook = async (_, ask) => {
    const answer = await ask();
    answer.headers.delete('date');
    return answer;
  };
  assert.equal((await run()).of('clock').status, 'not_known');
});

test('a check that throws, and one that never ends, become findings and do not stop the rest', async (t) => {
  const { run, system, connection } = await startConnected(t);
  system.expectError(/a check failed/);
  const row = await connection();
  const broken = Buffer.from(row.refresh_token);
  broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1; // the seal is broken, which no check expects
  await system.database.db.updateTable('connections').set({ refresh_token: broken }).execute();
  const { of, findings } = await run();
  assert.equal(of('token').status, 'not_known');
  assert.equal(of('token').title, 'The check itself failed.');
  assert.equal(of('token').problemCode, 'internal_error');
  assert.equal(of('mailbox').title, 'Not checked, because it needs “New access token”.');
  assert.equal(findings.length, 19);
  assert.equal((await connection()).status, 'connected');

  const checks: Check[] = [
    {
      name: 'graph',
      label: 'One that throws',
      run: () => {
        throw new Error('a canary: s3cr3t');
      },
    },
    { name: 'clock', label: 'One that does not end', run: () => new Promise(() => {}) },
    {
      name: 'profile',
      label: 'One that heeds its deadline',
      run: ({ signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve({ status: 'not_known', title: 'It took too long.' }));
        }),
    },
    { name: 'teams', label: 'The last one', run: () => ({ status: 'ok', title: 'Here.' }) },
  ];
  const run4 = { subject: undefined, roundTrip: false, deadlineMs: 20, graceMs: 20 };
  const found = await runChecks(system.app.deps, checks, run4);
  assert.deepEqual(
    found.map(({ status, title }) => [status, title]),
    [
      ['not_known', 'The check itself failed.'],
      ['not_known', 'There was no result within 0.02 seconds.'],
      ['not_known', 'It took too long.'],
      ['ok', 'Here.'],
    ],
  );
  assert.ok(!JSON.stringify(found).includes('s3cr3t'));
});

test('everybody may diagnose their own connection, managers and keys others’ of the workspace too', async (t) => {
  const { system } = await startClinic(t);
  const owner = await startWorkspace(system);
  const operator = await join(system, owner.workspaceId, 'operator');
  const viewer = await join(system, owner.workspaceId, 'viewer');
  await connectTeams(viewer.person, publicUrl, userNamed(system.emulator, 'dana.reyes').id);
  const as = async (person: typeof owner.person, body: unknown) => {
    const response = await person.send(`${publicUrl}/v1/diagnostics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Record<string, never>;
    return { status: response.status, headers: response.headers, body: answer as Record<string, any> }; // oxlint-disable-line typescript/no-explicit-any -- as in apiClient
  };
  assert.equal((await diagnosisOf(as(viewer.person, {}))).of('connection').status, 'ok');
  assert.equal((await diagnosisOf(as(operator.person, {}))).of('connection').problemCode, 'not_connected');
  assert.equal((await diagnosisOf(as(owner.person, { memberId: viewer.id }))).of('connection').status, 'ok');
  assert.equal((await diagnosisOf(owner.api('POST', '/v1/diagnostics', { memberId: viewer.id }))).summary['failed'], 0);
  assert.equal((await as(operator.person, { memberId: viewer.id })).status, 403);
  assert.equal((await as(viewer.person, { memberId: owner.memberId })).status, 403);
  const stranger = await startWorkspace(system);
  for (const memberId of [stranger.memberId, 'mem_nobody']) {
    assert.equal((await as(owner.person, { memberId })).status, 404);
    assert.equal((await owner.api('POST', '/v1/diagnostics', { memberId })).status, 404);
  }
  const wrong: [unknown, string][] = [
    [{}, '/memberId'],
    [{ memberId: 7 }, '/memberId'],
    [{ memberId: 'a b' }, '/memberId'],
    [{ memberId: viewer.id, roundTrip: 'yes' }, '/roundTrip'],
    [{ memberId: viewer.id, email: 'x' }, '/email'],
  ];
  for (const [body, pointer] of wrong) {
    const answer = await owner.api('POST', '/v1/diagnostics', body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.deepEqual(
      (answer.body['errors'] as { pointer: string }[]).map((fault) => fault.pointer),
      [pointer],
    );
  }
  const foreign = await owner.person.send(`${publicUrl}/v1/diagnostics`, {
    method: 'POST',
    body: '{}',
    headers: { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
  });
  assert.equal(foreign.status, 403, 'no foreign page starts one');
});

async function join(system: System, workspaceId: string, role: 'operator' | 'viewer') {
  const deps = { db: system.database.db, now: system.clock.now };
  const member = { email: `${role}@desk.example`, name: role, role, timeZone: 'UTC' };
  const id = await addMember(deps, workspaceId, member);
  const person = system.person();
  await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, id)}`);
  return { id, person };
}

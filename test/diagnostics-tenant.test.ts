import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailboxState } from '../emulator/control/mailbox-state.ts';
import {
  CONTOSO_TENANT_ID,
  NORTHGATE_CLIENT_ID,
  NORTHGATE_CLIENT_SECRET,
  NORTHGATE_TENANT_ID,
} from '../emulator/seed.ts';
import { signIn } from '../scripts/person.ts';
import { addMember, createSignInToken } from '../src/access/service.ts';
import { tenantCheckNames } from '../src/diagnostics/check.ts';
import { credentialContext } from '../src/registrations/apps.ts';
import { seal } from '../src/seal.ts';
import { diagnosisOf, startClinic, startTenantClinic, type TenantClinic } from './support/clinic.ts';
import { publicUrl, startWorkspace } from './support/system.ts';
import { startTenant } from './support/tenant.ts';

const day = 86_400_000;
const eventsOf = ({ system }: TenantClinic, name = 'bookings') =>
  mailboxState(system.emulator.context, `${name}@northgate.example`).events;
const meetingsOf = ({ system }: TenantClinic) => [...system.emulator.context.teams.meetings.values()];

test('everything is green for a tenant that works, and nothing is left of the round trip', async (t) => {
  const clinic = await startTenantClinic(t);
  const { findings, of, summary, report } = await clinic.run({ roundTrip: true });
  const notFine = findings
    .filter(({ status }) => status !== 'ok')
    .map(({ check, title, notes }) => [check, title, notes]);
  assert.deepEqual(
    notFine.map(([check]) => check),
    ['recordings', 'transcripts', 'speakers', 'attendance', 'recording-allowed', 'standalone-meetings'],
    JSON.stringify(notFine, null, 1),
  );
  assert.deepEqual(summary, { ok: 14, warning: 0, failed: 0, skipped: 6, not_known: 0 });
  assert.deepEqual(
    findings.map(({ check }) => check),
    [...tenantCheckNames],
  );
  assert.equal(eventsOf(clinic).length, 0);
  assert.equal(meetingsOf(clinic).length, 0, 'neither the probes’ meetings nor that of the event outlive it');
  assert.match(
    of('app-round-trip').title,
    /made for Northgate Bookings, had its link, took an option, and was deleted/,
  );
  for (const check of ['organizers', 'mailboxes', 'teams-policy'])
    for (const name of ['Northgate Bookings', 'Leila Haddad'])
      assert.match(of(check).notes.join(' '), new RegExp(name));
  assert.match(of('tenant').title, /Northgate College/);
  for (const id of [NORTHGATE_CLIENT_ID, NORTHGATE_TENANT_ID]) assert.ok(report.includes(id), `the report names ${id}`);
  assert.match(report, /request id [0-9a-f-]{36}/);
  for (const text of [report, JSON.stringify(findings)]) {
    assert.doesNotMatch(text, /eyJ|meetup-join|Bearer /);
    assert.ok(!text.includes(NORTHGATE_CLIENT_SECRET));
  }
  assert.doesNotMatch(report, /@/);
});

test('credentials are told with their state and the days they have left, in time for a second one', async (t) => {
  const clinic = await startTenantClinic(t);
  const { db } = clinic.system.database;
  const now = clinic.system.clock.now().getTime();
  const set = (values: object) => db.updateTable('app_credentials').set(values).execute();
  const check = async () => (await clinic.run({ checks: ['app-credentials'] })).of('app-credentials');
  const cases: [object, string, RegExp, string | null][] = [
    [{ expires_at: new Date(now + 200 * day) }, 'ok', /good for some time/, null],
    [{ expires_at: new Date(now + 60 * day) }, 'warning', /end soon: in 60 days/, null],
    [{ expires_at: new Date(now + 30.5 * day) }, 'warning', /end soon: in 30 days/, null],
    [{ expires_at: new Date(now + 14.5 * day) }, 'warning', /about to lose its last credential: in 14 days/, null],
    [{ expires_at: new Date(now + 1.5 * day) }, 'warning', /in one day/, null],
    [{ expires_at: new Date(now + 1000) }, 'warning', /today/, null],
    [{ expires_at: new Date(now) }, 'failed', /Every credential of the app has expired/, 'app_secret_expired'],
    [{ kind: 'certificate', sha1: 'AB12' }, 'failed', /has expired/, 'app_certificate_unknown'],
    [
      { expires_at: new Date(now + 300 * day), starts_at: new Date(now + day) },
      'failed',
      /No credential of the app is valid yet/,
      'app_credential_missing',
    ],
    [
      { starts_at: null, refused_at: new Date(now), refusal_code: 'app_certificate_unknown', worked_at: null },
      'failed',
      /Entra refused every credential/,
      'app_certificate_unknown',
    ],
    [{ refused_at: null, worked_at: new Date(now), expires_at: null }, 'ok', /good for some time/, null],
  ];
  for (const [values, status, title, code] of cases) {
    await set(values);
    const finding = await check();
    assert.equal(finding.status, status, JSON.stringify(finding));
    assert.match(finding.title, title);
    assert.equal(finding.problemCode, code);
    if (status !== 'ok') assert.match(finding.remedy ?? '', /makes a second certificate/);
  }
  await set({ kind: 'certificate', expires_at: new Date(now + 20 * day) });
  const next = { ...(await db.selectFrom('app_credentials').selectAll().executeTakeFirstOrThrow()), id: 'cre_next' };
  const second = { name: 'Next year', worked_at: null, expires_at: new Date(now + 700 * day) };
  await db
    .insertInto('app_credentials')
    .values({ ...next, ...second } as never)
    .execute();
  const unproven = await check();
  assert.equal(unproven.status, 'warning');
  assert.match(unproven.notes.join('\n'), /make sure that Entra has it/);
  assert.match(
    unproven.notes.join('\n'),
    /^Certificate “Next year” \(thumbprint AB12\): not used yet, ends in 700 days/m,
  );
  await set({ worked_at: new Date(now) });
  assert.equal((await check()).status, 'ok');
  await db.deleteFrom('app_credentials').execute();
  assert.equal((await check()).problemCode, 'app_credential_missing');
});

test('of several credentials the refused ones are named, with the one that Entra took', async (t) => {
  const clinic = await startTenantClinic(t);
  const { system, tenant, run } = clinic;
  const { db } = system.database;
  const wrong = { id: 'cre_wrong', workspace_id: tenant.workspaceId };
  const row = await db.selectFrom('app_credentials').selectAll().executeTakeFirstOrThrow();
  const sealed = seal(await system.app.deps.dataKeys(tenant.workspaceId), 'a-wrong-secret', credentialContext(wrong));
  const newer = { ...wrong, name: 'Mistyped', sealed, created_at: system.clock.now() };
  await db
    .insertInto('app_credentials')
    .values({ ...row, ...newer } as never)
    .execute();
  const { of } = await run({ checks: ['app-token'] });
  assert.equal(of('app-token').status, 'ok');
  assert.match(
    of('app-token').notes.join(' '),
    /Entra refused the secret “Mistyped” \(AADSTS7000215\)\. Entra took the secret “First secret”\./,
  );
});

test('an Entra that is away costs no check that the token from before is good for', async (t) => {
  const { system, run } = await startTenantClinic(t);
  await run({ checks: ['app-token'] });
  system.emulator.fail({ service: 'entra', kind: { type: 'status', status: 503 } });
  const { of } = await run({ checks: ['app-token', 'organizers'] });
  assert.equal(of('app-token').status, 'not_known');
  assert.match(of('app-token').notes.join(' '), /asked with a token that is good until 2026/);
  assert.equal(of('organizers').status, 'ok');
  system.emulator.fail({ service: 'entra', kind: { type: 'drop-request' } });
  assert.equal((await run({ checks: ['app-token'] })).of('app-token').problemCode, 'microsoft_unreachable');
});

test('a token of a user, of another tenant or app, and one that cannot be read are found out', async (t) => {
  const jwt = (claims: object) =>
    ['{"alg":"none"}', JSON.stringify(claims), ''].map((part) => Buffer.from(part).toString('base64url')).join('.');
  const own = { tid: NORTHGATE_TENANT_ID, appid: NORTHGATE_CLIENT_ID };
  const roles = ['User.Read.All'];
  const cases: [string, string, string, RegExp][] = [
    [jwt({ ...own, idtyp: 'app', roles }), 'app-token-kind', 'ok', /one of the app itself/],
    [jwt({ ...own, roles }), 'app-token-kind', 'ok', /one of the app itself/],
    [jwt({ ...own, idtyp: 'user', scp: 'User.Read' }), 'app-token-kind', 'failed', /a token of a user/],
    [jwt({ ...own, scp: 'User.Read' }), 'app-token-kind', 'failed', /a token of a user/],
    [jwt({ ...own, idtyp: 'app', appid: crypto.randomUUID() }), 'app-token', 'failed', /another tenant/],
    [jwt(own), 'app-token-kind', 'not_known', /does not say whether a user stands behind it/],
    [jwt({ ...own, tid: CONTOSO_TENANT_ID }), 'app-token', 'failed', /another tenant/],
    ['opaque', 'app-token', 'not_known', /could not be understood/],
  ];
  for (const [accessToken, check, status, title] of cases) {
    const { run, bend } = await startTenantClinic(t);
    bend.hook = (request, ask) =>
      request.url.endsWith('/token')
        ? Response.json({ token_type: 'Bearer', expires_in: 3599, access_token: accessToken })
        : ask();
    const { of, report } = await run({ checks: ['app-token', 'app-token-kind'] });
    assert.equal(of(check).status, status, JSON.stringify(of(check)));
    assert.match(of(check).title, title);
    assert.ok(!report.includes(accessToken));
  }
});

test('a registration that cannot work is said before anything is asked', async (t) => {
  const { run, system, change } = await startTenantClinic(t);
  const registration = (values: object) => system.database.db.updateTable('app_registrations').set(values).execute();
  const check = async () => (await run({ checks: ['app-registration'] })).of('app-registration');
  const fine = await check();
  assert.equal(fine.status, 'ok');
  assert.match(
    fine.notes.join(' '),
    /The workspace’s registration “Northgate meetings”: client ID d25c8f60.*worldwide/,
  );
  await registration({ redirect_uris: JSON.stringify(['http://elsewhere.example/api/teams/callback']) });
  const elsewhere = await check();
  assert.equal(elsewhere.status, 'failed');
  assert.match(
    elsewhere.notes.join(' '),
    /leads to http:\/\/elsewhere\.example, but this server is at .* is not https/,
  );
  await registration({ redirect_uris: JSON.stringify([publicUrl]), client_id: 'parley' });
  assert.match((await check()).notes.join(' '), /parley is not an Application \(client\) ID/);
  await registration({ client_id: NORTHGATE_CLIENT_ID, tenant: 'organizations' });
  assert.equal((await check()).problemCode, 'tenant_id_needed');
  await registration({ tenant: CONTOSO_TENANT_ID });
  assert.match(
    (await check()).title,
    /The registration is one of tenant 5d1f2c88.*, this connection one of tenant 8e4d/,
  );
  await change({ registration_id: null });
  assert.equal((await check()).problemCode, 'tenant_id_needed', 'the server’s own is for “common”');
  assert.equal((await run()).of('app-credentials').status, 'ok');
  const { system: bare } = await startClinic(t, { env: { MicrosoftTeams__ClientSecret: '' } });
  const tenant = await startTenant(bare, { columns: { registration_id: null } });
  const { of } = await diagnosisOf(tenant.api('POST', '/v1/diagnostics', { tenantId: tenant.tenantConnectionId }));
  assert.equal(of('app-registration').problemCode, 'meetings_not_configured');
  assert.equal(of('app-token').title, 'Not checked, because it needs “App registration”.');
  assert.equal(of('graph').status, 'ok', 'and the rest goes on');
});

test('a tenant of a national cloud is asked there, by name', async (t) => {
  const clinic = await startTenantClinic(t);
  const { system, bend, run } = clinic;
  await system.database.db.updateTable('app_registrations').set({ cloud: 'gcc-high' }).execute();
  bend.hook = async (request) => {
    const worldwide = (text: string) =>
      text
        .replace('login.microsoftonline.us', 'login.microsoftonline.com')
        .replace('graph.microsoft.us', 'graph.microsoft.com');
    const body = await request.text();
    const { method, headers, url } = request;
    const answer = await system.emulator.fetch(worldwide(url), {
      method,
      headers,
      ...(body && { body: worldwide(body) }),
    });
    const { hostname } = new URL(url);
    assert.match(hostname, /\.us$/, 'nothing is asked of the worldwide cloud');
    return answer;
  };
  const { of, summary, report } = await run({ roundTrip: true });
  assert.equal(summary['failed'], 0, report);
  assert.match(of('authority').title, /login\.microsoftonline\.us answers/);
  assert.match(of('graph').title, /graph\.microsoft\.us answers/);
  assert.match(of('app-registration').notes.join(' '), /GCC High/);
  assert.match(report, /Microsoft at https:\/\/login\.microsoftonline\.us and https:\/\/graph\.microsoft\.us/);
});

test('nothing secret is left in a diagnosis of a tenant, even if Microsoft repeats it', async (t) => {
  const { run, bend, tenant } = await startTenantClinic(t);
  const canaries = [NORTHGATE_CLIENT_SECRET, tenant.apiKey];
  bend.hook = async (request, ask) => {
    const token = request.headers.get('authorization')?.slice('Bearer '.length);
    if (token) canaries.push(token);
    if (!/\/calendar\?|\/organization/.test(request.url)) return ask();
    const message = `${NORTHGATE_CLIENT_SECRET} of ola@adatum.example, ${token}`;
    return Response.json({ error: { code: 'Strange', message } }, { status: 418 });
  };
  const { of, report, findings } = await run({ roundTrip: true });
  assert.match(of('tenant').notes.join(' '), /\[redacted\] of ola@adatum\.example, \[redacted\]/);
  assert.doesNotMatch(report, /@/);
  for (const text of [report, JSON.stringify(findings)]) {
    for (const canary of canaries) assert.ok(!text.includes(canary), `${canary.slice(0, 12)}… is in it`);
    assert.doesNotMatch(text, /eyJ|meetup-join|Bearer /);
  }
});

test('a check that throws becomes a finding, and those that need it are skipped', async (t) => {
  const { run, system } = await startTenantClinic(t);
  system.expectError(/a check failed/);
  const row = await system.database.db.selectFrom('app_credentials').selectAll().executeTakeFirstOrThrow();
  const broken = Buffer.from(row.sealed);
  broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1; // the seal is broken, which no check expects
  await system.database.db.updateTable('app_credentials').set({ sealed: broken }).execute();
  const { of, findings } = await run();
  assert.equal(of('app-token').title, 'The check itself failed.');
  assert.equal(of('organizers').status, 'skipped');
  assert.equal(findings.length, 20);
});

// A01
test('tenants are diagnosed by who may manage them, and each wrong field is named', async (t) => {
  const { system, tenant } = await startTenantClinic(t);
  const { tenantConnectionId: tenantId, api, memberId, workspaceId } = tenant;
  const stranger = await startWorkspace(system);
  for (const id of [tenantId, 'ten_nothing'])
    assert.equal((await stranger.api('POST', '/v1/diagnostics', { tenantId: id })).body['code'], 'not_found');
  const deps = { db: system.database.db, now: system.clock.now, keyRing: system.keyRing };
  const viewer = { email: 'vera@desk.example', name: 'Vera', role: 'viewer', timeZone: 'Europe/Berlin' } as const;
  const person = system.person();
  const viewerId = await addMember(deps, workspaceId, viewer);
  await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, viewerId)}`);
  const refused = await person.send(`${publicUrl}/v1/diagnostics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenantId }),
  });
  assert.equal(refused.status, 403);
  const wrong: [object, string][] = [
    [{ tenantId, memberId }, '/tenantId'],
    [{ tenantId: 7 }, '/tenantId'],
    [{ tenantId, checks: [] }, '/checks'],
    [{ tenantId, checks: ['app-token', 'mailbox'] }, '/checks/1'],
    [{ memberId, checks: ['app-token'] }, '/checks/0'],
    [{ checks: ['token'] }, '/memberId'],
  ];
  for (const [body, pointer] of wrong) {
    const answer = await api('POST', '/v1/diagnostics', body);
    assert.equal(answer.status, 400, pointer);
    assert.deepEqual(
      (answer.body['errors'] as { pointer: string }[]).map((error) => error.pointer),
      [pointer],
    );
  }
  const some = await diagnosisOf(api('POST', '/v1/diagnostics', { memberId, checks: ['clock', 'connection'] }));
  assert.deepEqual(
    some.findings.map(({ check, status }) => [check, status]),
    [
      ['clock', 'ok'],
      ['connection', 'failed'],
    ],
    'the clock is compared with hosts that were asked for it',
  );
});

// A2: the four permissions of a tenant that wants recordings and transcripts; what is missing is named with its feature.
test('a permission that was not granted is named, with the feature that lacks it', async (t) => {
  const features = ['meetings', 'standalone-meetings', 'recordings', 'transcripts', 'people'] as const;
  const { run, tenant } = await startTenantClinic(t, { features: [...features] });
  const { body } = await tenant.api('GET', `/v1/tenants/${tenant.tenantConnectionId}`);
  const names = body['permissions'].map(({ name }: { name: string }) => name);
  const wanted = [
    'Calendars.ReadWrite',
    'OnlineMeetings.ReadWrite.All',
    'OnlineMeetingRecording.Read.All',
    'OnlineMeetingTranscript.Read.All',
  ];
  assert.deepEqual(
    wanted.filter((name) => !names.includes(name)),
    [],
  );
  const roles = (await run({ checks: ['app-roles'] })).of('app-roles');
  assert.equal(roles.status, 'failed');
  const told = [roles.title, ...roles.notes].join(' ');
  for (const name of ['OnlineMeetingRecording.Read.All', 'OnlineMeetingTranscript.Read.All'])
    assert.ok(told.includes(name), told);
  assert.doesNotMatch(roles.title, /Calendars\.ReadWrite/);
});

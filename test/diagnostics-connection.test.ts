import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsReconnect, problems, type ProblemCode } from '../src/problem.ts';
import { diagnosisOf, startConnected, startWorkspace } from './support/clinic.ts';
import { startAnother, tokenCalls } from './support/restart.ts';
import { apiClient } from './support/system.ts';

const hour = 60 * 60_000;

test('a missing connection and one that ended are told with why, and nothing is asked for them', async (t) => {
  const { system, run } = await startConnected(t);
  const other = await startWorkspace(system);
  const none = await diagnosisOf(other.api('POST', '/v1/diagnostics', { memberId: other.memberId }));
  assert.equal(none.of('connection').status, 'failed');
  assert.equal(none.of('connection').problemCode, 'not_connected');
  for (const check of [
    'permissions',
    'token',
    'token-kind',
    'profile',
    'mailbox',
    'teams',
    'free-busy',
    'round-trip',
  ]) {
    assert.equal(none.of(check).status, 'skipped', check);
    assert.match(none.of(check).title, /^Not checked, because it needs “/);
  }
  system.emulator.fail({ service: 'entra', kind: { type: 'aadsts', code: 50173, error: 'invalid_grant' } });
  assert.equal((await run()).of('token').problemCode, 'grant_revoked');
  const asked = tokenCalls(system).length;
  const ended = (await run()).of('connection');
  assert.equal(ended.status, 'failed');
  assert.equal(ended.problemCode, 'grant_revoked');
  assert.match(ended.notes.join(' '), /Microsoft had answered 400 AADSTS50173, request id [0-9a-f-]{36}/);
  assert.equal(tokenCalls(system).length, asked, 'a grant that is lost is not asked for again');
});

test('permissions that were not granted are named, and what they are good for', async (t) => {
  const { system, run, desk, connection } = await startConnected(t);
  const { id } = await connection();
  const grant = (granted_scopes: string) =>
    system.database.db.updateTable('connections').set({ granted_scopes }).where('id', '=', id).execute();
  await grant('User.Read');
  const few = (await run()).of('permissions');
  assert.equal(few.status, 'failed');
  assert.match(few.title, /did not grant Calendars\.ReadWrite, OnlineMeetings\.ReadWrite to this connection/);
  assert.equal(few.problemCode, 'scopes_missing');
  await grant('User.Read Calendars.ReadWrite');
  const enough = (await run()).of('permissions');
  assert.equal(enough.status, 'warning');
  assert.match(enough.notes.join(' '), /Meetings can be made all the same/);
  const scopes = 'Calendars.ReadWrite OnlineMeetings.ReadWrite offline_access User.Read Mail.Send';
  const later = await startAnother(t, system, { env: { MicrosoftTeams__Scopes: scopes } });
  await grant('User.Read Calendars.ReadWrite OnlineMeetings.ReadWrite');
  const api = apiClient(later, desk.apiKey);
  const more = (await diagnosisOf(api('POST', '/v1/diagnostics', { memberId: desk.memberId }))).of('permissions');
  assert.match(more.title, /did not grant Mail\.Send/);
});

/** AADSTS number, `error` and what it must be taken for. */
const refusals: [number, string, ProblemCode][] = [
  [50076, 'invalid_grant', 'mfa_needed'],
  [50079, 'interaction_required', 'mfa_needed'],
  [50078, 'invalid_grant', 'mfa_needed'],
  [53000, 'invalid_grant', 'blocked_by_policy'],
  [53003, 'invalid_grant', 'blocked_by_policy'],
  [530035, 'invalid_grant', 'blocked_by_policy'],
  [50057, 'invalid_grant', 'account_disabled'],
  [50053, 'invalid_grant', 'account_locked'],
  [50105, 'invalid_grant', 'user_not_assigned'],
  [65001, 'invalid_grant', 'consent_missing'],
  [90094, 'invalid_grant', 'admin_approval_needed'],
  [50132, 'invalid_grant', 'grant_revoked'],
  [50133, 'invalid_grant', 'grant_revoked'],
  [50173, 'invalid_grant', 'grant_revoked'],
  [70000, 'invalid_grant', 'grant_revoked'],
  [70008, 'invalid_grant', 'grant_expired'],
  [70043, 'invalid_grant', 'grant_expired'],
  [700081, 'invalid_grant', 'grant_expired'],
  [700082, 'invalid_grant', 'grant_expired'],
  [700084, 'invalid_grant', 'grant_expired'],
  [700016, 'unauthorized_client', 'app_not_found'],
  [7000112, 'unauthorized_client', 'app_disabled'],
  [7000215, 'invalid_client', 'app_secret_wrong'],
  [7000222, 'invalid_client', 'app_secret_expired'],
  [7000218, 'invalid_client', 'app_credential_missing'],
  [700025, 'invalid_client', 'app_credential_refused'],
  [700027, 'invalid_client', 'app_certificate_unknown'],
  [500133, 'invalid_client', 'server_clock_wrong'],
  [50194, 'invalid_request', 'single_tenant_app'],
  [90002, 'invalid_request', 'tenant_not_found'],
  [70011, 'invalid_scope', 'invalid_scope'],
  [650052, 'invalid_request', 'app_permissions_misconfigured'],
  [900144, 'invalid_request', 'microsoft_request_invalid'],
];

test('every cause that Entra has for refusing new tokens is told apart, and only a lost grant ends the connection', async (t) => {
  const { system, run, connection } = await startConnected(t);
  const { id } = await connection();
  for (const [code, error, expected] of refusals) {
    system.emulator.fail({ service: 'entra', times: 2, kind: { type: 'aadsts', code, error } });
    const { of } = await run();
    const finding = of('token');
    assert.equal(finding.problemCode, expected, `AADSTS${code}`);
    assert.equal(finding.status, 'failed');
    assert.equal(finding.remedy, problems[expected].remedy);
    assert.match(finding.exchanges[0]?.answered ?? '', new RegExp(`AADSTS${code}$`));
    assert.match(finding.exchanges[0]?.requestId ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(of('profile').status, 'skipped');
    const { status } = await connection();
    assert.equal(status, needsReconnect(expected) ? 'reconnect_needed' : 'connected', `AADSTS${code}`);
    system.emulator.context.faults.length = 0;
    const connected = { status: 'connected' as const, problem_code: null, provider_answer: null };
    await system.database.db.updateTable('connections').set(connected).where('id', '=', id).execute();
  }
  assert.equal((await run()).of('token').status, 'ok');
});

test('an Entra that is away costs neither the connection nor the checks that the old token is good for', async (t) => {
  const { system, run, connection } = await startConnected(t);
  const faults = [
    { type: 'status', status: 503 },
    { type: 'status', status: 429 },
    { type: 'drop-request' },
    { type: 'drop-response' },
    { type: 'truncate' },
  ] as const;
  for (const kind of faults) {
    system.emulator.fail({ service: 'entra', kind });
    const { of } = await run();
    assert.equal(of('token').status, 'not_known', JSON.stringify(kind));
    assert.match(of('token').notes.join(' '), /from before is good until/);
    assert.equal(of('mailbox').status, 'ok');
    assert.equal((await connection()).status, 'connected');
    system.clock.advance(60_000);
  }
  system.clock.advance(2 * hour);
  system.emulator.fail({ service: 'entra', times: 2, kind: { type: 'status', status: 503 } });
  const { of } = await run();
  assert.equal(of('token').status, 'not_known');
  assert.equal(of('mailbox').status, 'skipped', 'the old token has expired too');
  assert.equal((await connection()).status, 'connected');
});

test('Microsoft’s “wait” is respected: the token endpoint is not asked again before', async (t) => {
  const { system, run } = await startConnected(t);
  system.emulator.fail({ service: 'entra', kind: { type: 'status', status: 429, retryAfter: '120' } });
  assert.equal((await run()).of('token').problemCode, 'throttled');
  const asked = tokenCalls(system).length;
  assert.equal((await run()).of('token').problemCode, 'throttled');
  assert.equal(tokenCalls(system).length, asked);
  system.clock.advance(121_000);
  assert.equal((await run()).of('token').status, 'ok');
});

test('a token of somebody else, of another tenant, of another app or of the app itself is found out', async (t) => {
  const { system, run, connection } = await startConnected(t);
  const { id, object_id, tenant_id } = await connection();
  const set = (values: object) =>
    system.database.db.updateTable('connections').set(values).where('id', '=', id).execute();
  const other = crypto.randomUUID();
  await set({ object_id: other });
  assert.match(
    (await run()).of('token-kind').title,
    new RegExp(`user ${object_id}, the connection one of user ${other}`),
  );
  await set({ object_id, tenant_id: other });
  const tenant = (await run()).of('token-kind');
  assert.equal(tenant.problemCode, 'token_tenant_mismatch');
  await set({ tenant_id });
  for (const [claims, title] of [
    [{ appid: other }, /given to the app/],
    [{ idtyp: 'app', roles: ['Calendars.ReadWrite'] }, /token of the app itself/],
    [{ roles: ['Calendars.ReadWrite'] }, /token of the app itself/],
  ] as const) {
    const finding = await withToken(t, `${part({ alg: 'none' })}.${part({ oid: object_id, ...claims })}.x`);
    assert.equal(finding.status, 'failed');
    assert.match(finding.title, title);
  }
  const opaque = await withToken(t, 'EwBsomething-opaque');
  assert.equal(opaque.status, 'not_known', 'a token that only Graph can read is nobody’s fault');
});

const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');

/** What is said of this token, when Entra gives it. */
async function withToken(t: Parameters<typeof startConnected>[0], access_token: string) {
  const { run, bend, connection } = await startConnected(t);
  const { object_id } = await connection();
  const claims = access_token.split('.')[1];
  const own = claims ? { ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), oid: object_id } : {};
  const token = claims ? `${part({ alg: 'none' })}.${part(own)}.x` : access_token;
  bend.hook = async (request, ask) => {
    const answer = await ask();
    if (!request.url.endsWith('/token')) return answer;
    return Response.json({ ...((await answer.json()) as object), access_token: token });
  };
  return (await run()).of('token-kind');
}

test('a personal account works, and cannot hold Teams meetings: both are said', async (t) => {
  const { of } = await (await startConnected(t, { user: 'kim.sandoval' })).run({ roundTrip: true });
  assert.equal(of('connection').status, 'ok');
  assert.equal(of('token').status, 'ok');
  assert.equal(of('token-kind').status, 'failed');
  assert.equal(of('token-kind').problemCode, 'personal_account');
  assert.equal(of('profile').status, 'ok');
  assert.equal(of('mailbox').status, 'ok');
  assert.equal(of('teams').problemCode, 'personal_account');
  assert.match(of('round-trip').title, /Not run, because the calendar does not allow Teams/);
});

test('no mailbox, no Teams, and refusals of Graph each have their own words', async (t) => {
  const { system, run, desk } = await startConnected(t);
  const mailbox = desk.organizer.mailbox;
  desk.organizer.mailbox = null;
  const none = await run();
  assert.equal(none.of('mailbox').problemCode, 'mailbox_not_found');
  assert.equal(none.of('mailbox').exchanges[0]?.answered, '404 MailboxNotEnabledForRESTAPI');
  assert.equal(none.of('teams').status, 'skipped');
  assert.equal(none.of('free-busy').status, 'skipped');
  assert.equal(none.of('profile').status, 'ok');
  desk.organizer.mailbox = {
    ...mailbox,
    timeZone: 'UTC',
    allowedOnlineMeetingProviders: ['skypeForBusiness'],
    defaultOnlineMeetingProvider: 'skypeForBusiness',
  };
  const skype = (await run()).of('teams');
  assert.equal(skype.problemCode, 'teams_not_available');
  assert.match(skype.notes.join(' '), /It allows: skypeForBusiness/);
  desk.organizer.mailbox.allowedOnlineMeetingProviders.push('teamsForBusiness');
  const both = (await run()).of('teams');
  assert.equal(both.status, 'ok');
  assert.match(both.notes.join(' '), /Outlook’s own default is skypeForBusiness/);

  const answers: [number, string | undefined, string, ProblemCode][] = [
    [401, undefined, 'failed', 'access_token_rejected'],
    [403, 'ErrorAccessDenied', 'failed', 'access_denied_by_exchange'],
    [403, 'Forbidden', 'failed', 'missing_permission'],
    [429, undefined, 'not_known', 'throttled'],
    [503, undefined, 'not_known', 'microsoft_unavailable'],
  ];
  for (const [status, code, found, problem] of answers) {
    for (const [check, path] of [
      ['mailbox', '/me/calendar'],
      ['free-busy', '/me/calendarView'],
    ] as const) {
      const kind = { type: 'status' as const, status, ...(code !== undefined && { code }) };
      system.emulator.fail({ service: 'graph', method: 'GET', path, kind });
      const finding = (await run()).of(check);
      assert.deepEqual([finding.status, finding.problemCode], [found, problem], `${check} ${status} ${code}`);
      assert.ok(finding.exchanges.at(-1)?.requestId);
      system.emulator.context.faults.length = 0;
    }
  }
  for (const type of ['drop-request', 'truncate'] as const) {
    system.emulator.fail({ service: 'graph', path: '/calendarView', kind: { type } });
    const finding = (await run()).of('free-busy');
    assert.equal(finding.status, 'not_known');
    assert.equal(finding.problemCode, type === 'truncate' ? 'microsoft_answer_unreadable' : 'microsoft_unreachable');
  }
});

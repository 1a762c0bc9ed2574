import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PARLEY_CLIENT_ID } from '../emulator/seed.ts';
import type { ProblemCode } from '../src/problem.ts';
import { addTenant } from './support/tenant.ts';
import { askTab, exposeTab, teamsToken } from './support/teams-tab.ts';
import { publicUrl, startDesk, startSystem, startWorkspace, userNamed, type System } from './support/system.ts';

const visitor = { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London', note: 'About my CV' };
const mondayAtTen = '2026-11-23T09:00:00.000Z';
const tuesdayAtTen = '2026-11-24T09:00:00.000Z';

test('the tab shows the operator’s day in their own zone, with the link to join', async (t) => {
  const { system, desk, session } = await startTab(t);
  await book(desk, mondayAtTen);
  await book(desk, tuesdayAtTen);
  const pending = await askTab(system, '/day', { session });
  assert.equal(pending.body.appointments[0].join.status, 'pending');
  await system.work();
  const { body: monday } = await askTab(system, '/day', { session });
  assert.deepEqual(
    [monday.date, monday.today, monday.member.timeZone, monday.appointments.length],
    ['2026-11-23', '2026-11-23', 'Europe/Berlin', 1],
  );
  const [appointment] = monday.appointments;
  assert.equal(appointment.visitor.name, 'Sam Okafor');
  assert.equal(appointment.title, 'Intro call');
  assert.match(appointment.join.url, /^https:\/\/teams\.microsoft\.com\//);
  assert.equal(appointment.consoleUrl, `${publicUrl}/console/bookings/${appointment.id}`);
  const { body: tuesday } = await askTab(system, `/day?date=${monday.next}`, { session });
  assert.deepEqual([tuesday.date, tuesday.appointments.length, tuesday.previous], ['2026-11-24', 1, '2026-11-23']);
  const wrong = await askTab(system, '/day?date=2026-02-30', { session });
  assert.deepEqual([wrong.status, wrong.body.code], [400, 'invalid_request']);
});

test('a request is approved in the tab, and its meeting follows', async (t) => {
  const { system, desk, session } = await startTab(t, { needsApproval: true });
  const booking = await book(desk, tuesdayAtTen);
  const { body: before } = await askTab(system, '/day', { session });
  assert.deepEqual([before.requests.length, before.requests[0].visitor.note], [1, 'About my CV']);
  const approved = await askTab(system, `/bookings/${booking.id}/approve`, { session, body: {} });
  assert.deepEqual([approved.status, approved.body.status], [200, 'confirmed']);
  await system.work();
  const { body: after } = await askTab(system, '/day?date=2026-11-24', { session });
  assert.deepEqual([after.requests.length, after.appointments[0].join.status], [0, 'ready']);
  const again = await askTab(system, `/bookings/${booking.id}/approve`, { session, body: {} });
  assert.deepEqual([again.status, again.body.code], [409, 'request_decided']);
  assert.equal((await desk.api('GET', `/v1/bookings/${booking.id}`)).body.decidedBy, desk.memberId);
});

test('a request is declined with a reason, and its time is free again', async (t) => {
  const { system, desk, session } = await startTab(t, { needsApproval: true });
  const booking = await book(desk, tuesdayAtTen);
  const body = { reason: 'I am away that day.' };
  const declined = await askTab(system, `/bookings/${booking.id}/decline`, { session, body });
  assert.deepEqual([declined.status, declined.body.status], [200, 'declined']);
  const { body: shown } = await desk.api('GET', `/v1/bookings/${booking.id}`);
  assert.equal(shown.cancelReason, 'I am away that day.');
  await book(desk, tuesdayAtTen);
  const tooLong = { reason: 'x'.repeat(1001) };
  assert.equal((await askTab(system, `/bookings/${booking.id}/decline`, { session, body: tooLong })).status, 400);
});

test('the tab decides one’s own requests only, and none of another workspace', async (t) => {
  const { system, desk, app, session } = await startTab(t, { needsApproval: true });
  const { body: colleague } = await desk.api('POST', '/v1/members', {
    email: 'milan@desk.example',
    name: 'Milan Okafor',
    role: 'operator',
    timeZone: 'Europe/London',
  });
  const booking = await book(desk, tuesdayAtTen);
  await system.database.db
    .updateTable('connections')
    .set({ member_id: colleague.id })
    .where('member_id', '=', desk.memberId)
    .execute();
  const others = await signedIn(system, app, 'dana.reyes');
  const theirs = await askTab(system, '/day', { session: others });
  assert.deepEqual([theirs.body.member.name, theirs.body.requests.length], ['Milan Okafor', 0]);
  const refused = await askTab(system, `/bookings/${booking.id}/approve`, { session: others, body: {} });
  assert.deepEqual([refused.status, refused.body.code], [404, 'not_found']);
  const foreign = await startDesk(system, { rules: { needsApproval: true } });
  const elsewhere = await book(foreign, tuesdayAtTen);
  for (const action of ['approve', 'decline']) {
    const unknown = await askTab(system, `/bookings/${elsewhere.id}/${action}`, { session, body: {} });
    assert.equal(unknown.status, 404);
  }
});

test('somebody whom an administrator has matched connects from the tab, without another sign-in', async (t) => {
  const { system, desk, app } = await startTab(t);
  await disconnect(system, desk);
  await matchDana(system, desk);
  const session = await signedIn(system, app, 'dana.reyes');
  assert.equal((await askTab(system, '/day', { session })).body.connection, 'not_connected');
  const token = await teamsToken(system, 'dana.reyes');
  const connected = await askTab(system, '/connect', { body: { app, token } });
  assert.equal(connected.status, 204);
  assert.equal((await askTab(system, '/day', { session })).body.connection, 'connected');
  const call = system.emulator.calls.findLast(({ path }) => path.endsWith('/token'));
  assert.equal(new URLSearchParams(call?.body).get('requested_token_use'), 'on_behalf_of');
  assert.ok(!call?.path.startsWith('/common'), 'the tenant’s own endpoint was asked');
  // Stored like every connection: it makes meetings, and renews itself.
  const booking = await book(desk, tuesdayAtTen);
  await system.work();
  system.clock.advance(2 * 60 * 60_000);
  await desk.api('POST', `/v1/bookings/${booking.id}/cancel`, { reason: '' });
  await system.work();
  assert.equal((await desk.api('GET', `/v1/bookings/${booking.id}`)).body.meeting.status, 'cancelled');
  const { body } = await desk.api('GET', '/v1/connections');
  assert.deepEqual([body.data.length, body.data[0].state], [1, 'connected']);
});

test('where consent is missing the tab asks for it in a window, and connects once it is there', async (t) => {
  const { system, desk, app } = await startTab(t);
  await disconnect(system, desk);
  await matchDana(system, desk);
  const { directory } = system.emulator.context;
  directory.grants.splice(0);
  const connect = async () =>
    askTab(system, '/connect', { body: { app, token: await teamsToken(system, 'dana.reyes') } });
  const refused = await connect();
  assert.deepEqual([refused.status, refused.body.code], [409, 'consent_missing']);
  assert.equal(refused.body.provider.code, 'AADSTS65001');

  const dana = userNamed(system.emulator, 'dana.reyes');
  const person = system.person();
  let page = await person.visit(`${publicUrl}/teams/consent?app=${app}&hint=${dana.userPrincipalName}`);
  page = await person.press(page, '/authorize/sign-in', { user: dana.id });
  page = await person.press(page, '/authorize/consent', { decision: 'accept' });
  assert.equal(page.url, `${publicUrl}/teams/consented?app=${app}`);
  assert.match(page.text, /You can close this window/);
  assert.equal((await desk.api('GET', '/v1/connections')).body.data.length, 0, 'the window itself connects nothing');
  assert.equal((await connect()).status, 204);
});

test('who declines in the window, or needs an administrator, reads that there', async (t) => {
  const { system, desk, app } = await startTab(t);
  await disconnect(system, desk);
  system.emulator.context.directory.grants.splice(0);
  const dana = userNamed(system.emulator, 'dana.reyes');
  const person = system.person();
  let page = await person.visit(`${publicUrl}/teams/consent?app=${app}`);
  page = await person.press(page, '/authorize/sign-in', { user: dana.id });
  page = await person.press(page, '/authorize/consent', { decision: 'cancel' });
  assert.match(page.url, /\/teams\/consented\?app=[\da-f-]+&refusal=consent_declined$/);
  assert.match(page.text, /declined/i);
  const made = await person.visit(`${publicUrl}/teams/consented?refusal=%3Cscript%3E`);
  assert.doesNotMatch(made.text, /refusal="&lt;|<script>/);
  const odd = await person.visit(`${publicUrl}/teams/consented?refusal=constructor`);
  assert.match(odd.text, /Thank you/);
  const forged = await person.visit(`${publicUrl}/api/teams/callback?state=teams-tab:x&code=1`);
  assert.equal(forged.status, 400);
});

test('what conditional access wants, and an app secret that ended, are told as what they are', async (t) => {
  const { system, desk, app } = await startTab(t);
  await disconnect(system, desk);
  await matchDana(system, desk);
  const connect = async () =>
    askTab(system, '/connect', { body: { app, token: await teamsToken(system, 'dana.reyes') } });
  const dana = userNamed(system.emulator, 'dana.reyes');
  dana.conditionalAccess = 'mfa';
  assert.equal((await connect()).body.code, 'mfa_needed');
  dana.conditionalAccess = 'blocked';
  assert.equal((await connect()).body.code, 'blocked_by_policy');
  dana.conditionalAccess = 'none';
  system.emulator.fail({ service: 'entra', path: '/token', kind: { type: 'status', status: 503 } });
  assert.equal((await connect()).body.code, 'entra_unavailable');
  const registration = system.emulator.context.directory.apps.get(PARLEY_CLIENT_ID);
  for (const secret of registration?.secrets ?? []) secret.expiresAt = 0;
  assert.equal((await connect()).body.code, 'app_secret_expired');
  assert.equal((await desk.api('GET', '/v1/connections')).body.data.length, 0);
});

test('each refusal of the exchange that Microsoft documents becomes a problem with its own code along', async (t) => {
  const { system, desk, app } = await startTab(t);
  await disconnect(system, desk);
  await matchDana(system, desk);
  const refusals: [number, string, ProblemCode][] = [
    [65001, 'invalid_grant', 'consent_missing'],
    [90094, 'consent_required', 'admin_approval_needed'],
    [50079, 'interaction_required', 'mfa_needed'],
    [53003, 'invalid_grant', 'blocked_by_policy'],
    [50105, 'invalid_grant', 'user_not_assigned'],
    [50057, 'invalid_grant', 'account_disabled'],
    [50013, 'invalid_grant', 'teams_token_invalid'],
    [500131, 'invalid_grant', 'teams_token_other_app'],
    [500133, 'invalid_grant', 'teams_token_expired'],
    [7000215, 'invalid_client', 'app_secret_wrong'],
    [700016, 'unauthorized_client', 'app_not_found'],
    [90033, 'temporarily_unavailable', 'entra_unavailable'],
  ];
  for (const [code, error, becomes] of refusals) {
    system.emulator.fail({ service: 'entra', path: '/token', times: 1, kind: { type: 'aadsts', code, error } });
    const token = await teamsToken(system, 'dana.reyes');
    const { body } = await askTab(system, '/connect', { body: { app, token } });
    assert.deepEqual([body.code, body.provider.code], [becomes, `AADSTS${code}`]);
  }
  for (const type of ['drop-request', 'truncate'] as const) {
    system.emulator.fail({ service: 'entra', path: '/token', times: 1, kind: { type } });
    const token = await teamsToken(system, 'dana.reyes');
    const { body } = await askTab(system, '/connect', { body: { app, token } });
    assert.ok(['microsoft_unreachable', 'microsoft_answer_unreadable'].includes(body.code), body.code);
  }
  assert.equal((await desk.api('GET', '/v1/connections')).body.data.length, 0, 'nothing was stored');
});

test('only Teams, Outlook and the stand-in of this server may show the tab in a frame, and nothing else here', async (t) => {
  const { system, app } = await startTab(t);
  const page = await system.request(`/teams/tab?app=${app}`);
  assert.equal(page.status, 200);
  assert.equal(page.headers.get('x-frame-options'), null);
  assert.deepEqual(ancestorsOf(page), [
    'https://*.cloud.microsoft',
    'https://teams.microsoft.com',
    'https://*.teams.microsoft.com',
    'https://*.microsoft365.com',
    'https://*.office.com',
    'https://outlook.office.com',
    'https://outlook.office365.com',
  ]);
  const unknown = await system.request(`/teams/tab?app=${crypto.randomUUID()}`);
  assert.deepEqual(ancestorsOf(unknown), ancestorsOf(page));
  for (const path of ['/teams/about', '/teams/consented', '/teams/day', '/console/', '/sign-in/x', '/book/x/y']) {
    const other = await system.request(path);
    assert.equal(other.headers.get('x-frame-options'), 'DENY', path);
  }
  const odd = await system.request('/teams/tab?app="><script>alert(1)</script>');
  assert.doesNotMatch(await odd.text(), /<script>alert/);
});

test('a stand-in for Microsoft may show the tab too, when one is configured', async (t) => {
  const env = { MicrosoftTeams__Authority: 'http://localhost:3100' };
  const system = await startSystem(t, { env });
  const { api } = await startWorkspace(system);
  const { body } = await api('GET', '/v1/teams-app');
  const page = await system.request(`/teams/tab?app=${body.appId}`);
  assert.equal(ancestorsOf(page).at(-1), 'http://localhost:3100');
  assert.match(await page.text(), /data-host="http:\/\/localhost:3100"/);
});

type Desk = Awaited<ReturnType<typeof startDesk>>;

async function startTab(t: Parameters<typeof startSystem>[0], rules: object = {}) {
  const system = await startSystem(t);
  exposeTab(system);
  const desk = await startDesk(system, { rules });
  const { body } = await desk.api('GET', '/v1/teams-app');
  return { system, desk, app: body.appId as string, session: await signedIn(system, body.appId, 'dana.reyes') };
}

async function signedIn(system: System, app: string, name: string): Promise<string> {
  const { status, body } = await askTab(system, '/session', { body: { app, token: await teamsToken(system, name) } });
  assert.equal(status, 200, JSON.stringify(body));
  return body.session;
}

async function book({ api, eventType }: Pick<Desk, 'api' | 'eventType'>, start: string) {
  const { status, body } = await api('POST', '/v1/bookings', { eventTypeId: eventType.id, start, visitor });
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

async function disconnect(system: System, { api }: Pick<Desk, 'api'>): Promise<void> {
  const { body } = await api('GET', '/v1/connections');
  for (const { id } of body.data) assert.equal((await api('DELETE', `/v1/connections/${id}`)).status, 204);
  await system.work();
}

/** Somebody of the roster whom nothing is allowed through the tenant: it says only whose account it is. */
async function matchDana(system: System, { workspaceId, memberId }: Pick<Desk, 'workspaceId' | 'memberId'>) {
  const { tenantId } = userNamed(system.emulator, 'dana.reyes');
  const tenant = await addTenant(system, workspaceId, { tenantId });
  await tenant.organizer('dana.reyes', { member_id: memberId, allowed: false });
}

function ancestorsOf(page: Response): string[] {
  return /frame-ancestors ([^;]+)/.exec(page.headers.get('content-security-policy') ?? '')?.[1]?.split(' ') ?? [];
}

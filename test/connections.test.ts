import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CONTOSO_TENANT_ID,
  PARLEY_CLIENT_ID,
  PARLEY_CLIENT_SECRET,
  PARLEY_REDIRECT_URI,
  clientSecret,
} from '../emulator/seed.ts';
import { PERSONAL_TENANT_ID } from '../emulator/directory.ts';
import { connectTeams, createPerson, signIn, type Person } from '../scripts/person.ts';
import { addMember, createSignInToken } from '../src/access/service.ts';
import { tokenContext } from '../src/connections/tokens.ts';
import { open } from '../src/seal.ts';
import { escaped, startAnother, switchboard, tokenCalls, urlOf } from './support/restart.ts';
import { publicUrl, startDesk, startSystem, startWorkspace, userNamed, type System } from './support/system.ts';

const minute = 60_000;
const hour = 60 * minute;

type Integration = {
  configured: boolean;
  clientId: string | null;
  redirectUri: string | null;
  adminConsentUrl: string | null;
  scopes: string[];
  connection: null | {
    id: string;
    state: string;
    accountEmail: string;
    lastUsedAt: string | null;
    missingScopes: string[];
    grantedScopes: string[];
    consentedAppsUrl: string;
    tenantId: string;
    problem: { code: string; remedy: string } | null;
  };
};

const integrationOf = (person: Person) => person.call<Integration>(`${publicUrl}/v1/integrations/teams`);

async function connectionOf(person: Person) {
  const { connection } = await integrationOf(person);
  if (!connection) return assert.fail('there is no connection');
  return connection;
}

const idOf = (system: System, name: string) => userNamed(system.emulator, name).id;
const rows = (system: System) => system.database.db.selectFrom('connections').selectAll().execute();

async function anotherMember(system: System, workspaceId: string, name: string) {
  const deps = { db: system.database.db, now: system.clock.now };
  const member = { email: `${name}@desk.example`, name, role: 'operator' as const, timeZone: 'UTC' };
  const memberId = await addMember(deps, workspaceId, member);
  const person = system.person();
  await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, memberId)}`);
  return { memberId, person };
}

for (const [name, env] of [
  ['an empty id', { MicrosoftTeams__ClientId: '' }],
  ['an empty secret', { MicrosoftTeams__ClientSecret: '' }],
] as const) {
  test(`F4: with ${name}, OAuth isn’t configured on this server yet`, async (t) => {
    const system = await startSystem(t, { env });
    const { person, api } = await startWorkspace(system);
    const integration = await integrationOf(person);
    assert.equal(integration.configured, false);
    assert.equal(integration.adminConsentUrl, null);
    const refused = await person.send(`${publicUrl}/v1/integrations/teams/connect`, { method: 'POST' });
    assert.equal(refused.status, 409);
    const problem = (await refused.json()) as Record<string, string>;
    assert.equal(problem['code'], 'meetings_not_configured');
    assert.equal(problem['title'], 'OAuth isn’t configured on this server yet');
    assert.match(problem['remedy'] ?? '', /MicrosoftTeams__ClientId and MicrosoftTeams__ClientSecret/);
    const callback = await person.visit(`${publicUrl}/api/teams/callback?code=x&state=y`);
    assert.equal(callback.status, 409);
    assert.match(callback.text, /OAuth isn’t configured on this server yet/);
    assert.equal((await api('GET', '/v1/connections')).body['data'].length, 0);
  });
}

test('F5: connect, sign in, consent, and back on Integrations: connected, with the account’s e-mail', async (t) => {
  const system = await startSystem(t);
  const { person } = await startWorkspace(system);
  assert.equal((await integrationOf(person)).connection, null);
  const page = await connectTeams(person, publicUrl, idOf(system, 'dana.reyes'));
  assert.equal(page.url, `${publicUrl}/console/microsoft-365/integrations?connected=1`);
  const connection = await connectionOf(person);
  assert.equal(connection.state, 'connected');
  assert.equal(connection.problem, null);
  assert.equal(connection.accountEmail, 'dana.reyes@contoso.example');
  assert.equal(connection.lastUsedAt, system.clock.now().toISOString());
  assert.equal(connection.tenantId, CONTOSO_TENANT_ID);
});

test('F5: cancelling at Microsoft changes nothing, and connecting again works', async (t) => {
  const system = await startSystem(t);
  const { person } = await startWorkspace(system);
  const page = await connectTeams(person, publicUrl, idOf(system, 'dana.reyes'), 'cancel');
  assert.equal(page.status, 403);
  assert.match(page.text, /The permissions were declined/);
  assert.match(page.text, /Choose Connect again and accept/);
  assert.match(page.text, /href="\/console\/microsoft-365\/integrations"/);
  assert.deepEqual(await rows(system), []);
  assert.deepEqual(tokenCalls(system, 'authorization_code'), []);
  await connectTeams(person, publicUrl, idOf(system, 'dana.reyes'));
  assert.equal((await connectionOf(person)).state, 'connected');
});

test('F6: need admin approval: the link goes to the tenant’s administrator, who approves; then the user connects', async (t) => {
  const system = await startSystem(t);
  const { person, workspaceId } = await startWorkspace(system);
  const elif = idOf(system, 'elif.varga');
  const { url } = await person.call<{ url: string }>(`${publicUrl}/v1/integrations/teams/connect`, 'POST', {});
  assert.doesNotMatch(url, /prompt=consent/);
  const need = await person.press(await person.visit(url), '/authorize/sign-in', { user: elif });
  assert.match(need.text, /Need admin approval/);
  const back = await person.press(need, '/authorize/consent', { decision: 'back' });
  assert.equal(back.status, 403);
  assert.match(back.text, /An administrator must approve the app first/);
  const { adminConsentUrl } = await integrationOf(person);
  assert.ok(adminConsentUrl);
  assert.ok(back.text.includes(escaped(adminConsentUrl)), 'the page shows the link to share');
  assert.match(adminConsentUrl, /^https:\/\/login\.microsoftonline\.com\/organizations\/v2\.0\/adminconsent\?/);

  // The administrator, in a browser of their own, signed in to nothing of ours.
  const admin = system.person();
  const nora = idOf(system, 'nora.castell');
  const decide = async (decision: string) => {
    const asked = await admin.press(await admin.visit(adminConsentUrl), '/adminconsent/sign-in', { user: nora });
    return admin.press(asked, '/adminconsent/consent', { decision });
  };
  const declined = await decide('cancel');
  assert.equal(declined.status, 400);
  assert.match(declined.text, /Nothing was approved/);
  const approved = await decide('accept');
  assert.equal(approved.status, 200);
  assert.match(approved.text, /Thank you/);
  assert.match(approved.text, /can now connect Microsoft Teams/);

  await connectTeams(person, publicUrl, elif);
  assert.equal((await connectionOf(person)).accountEmail, 'elif.varga@larkfield.example');
  // Everybody else of that tenant connects without being asked for anything, and nobody at this server did anything.
  const sofia = await anotherMember(system, workspaceId, 'sofia');
  const page = await connectTeams(sofia.person, publicUrl, idOf(system, 'elif.varga'));
  assert.equal(page.url, `${publicUrl}/console/microsoft-365/integrations?connected=1`);
});

test('F6: an administrator’s refusal without admin_consent in it is still told to the administrator', async (t) => {
  const system = await startSystem(t);
  const stranger = system.person();
  const page = await stranger.visit(
    `${publicUrl}/api/teams/callback?error=access_denied&error_subcode=cancel&state=shared`,
  );
  assert.equal(page.status, 400);
  assert.match(page.text, /Nothing was approved/);
});

test('F3: common takes every organization and personal accounts; the GUID of a tenant locks to it', async (t) => {
  const system = await startSystem(t);
  const { person, workspaceId } = await startWorkspace(system);
  await connectTeams(person, publicUrl, idOf(system, 'milan.okafor'));
  const kim = await anotherMember(system, workspaceId, 'kim');
  await connectTeams(kim.person, publicUrl, idOf(system, 'kim.sandoval'));
  assert.deepEqual((await rows(system)).map((row) => row.tenant_id).toSorted(), [
    CONTOSO_TENANT_ID,
    PERSONAL_TENANT_ID,
  ]);

  const locked = await startAnother(t, system, { env: { MicrosoftTeams__TenantId: CONTOSO_TENANT_ID.toUpperCase() } });
  const other = await startWorkspace(locked);
  const { url } = await other.person.call<{ url: string }>(`${publicUrl}/v1/integrations/teams/connect`, 'POST', {});
  assert.ok(url.startsWith(`https://login.microsoftonline.com/${CONTOSO_TENANT_ID}/`));
  const refused = await connectTeams(other.person, publicUrl, idOf(system, 'elif.varga'));
  assert.match(refused.text, /AADSTS50020/); // told by Microsoft: it does not come back
  assert.equal((await integrationOf(other.person)).connection, null);
  await connectTeams(other.person, publicUrl, idOf(system, 'dana.reyes'));
  assert.equal((await connectionOf(other.person)).tenantId, CONTOSO_TENANT_ID);
});

test('F3: an account of another tenant that gets past a locked sign-in is refused and explained', async (t) => {
  let common = false;
  const system = await startSystem(t, {
    env: { MicrosoftTeams__TenantId: CONTOSO_TENANT_ID },
    // An authority that issues tokens of whatever tenant, as `common` does.
    wrapFetch: (inner) => (input, init) =>
      inner(common ? urlOf(input).replace(CONTOSO_TENANT_ID, 'common') : input, init),
  });
  const { person } = await startWorkspace(system);
  common = true;
  const { url } = await person.call<{ url: string }>(`${publicUrl}/v1/integrations/teams/connect`, 'POST', {});
  const kim = idOf(system, 'kim.sandoval');
  const picked = await person.press(
    await person.visit(url.replace(CONTOSO_TENANT_ID, 'common')),
    '/authorize/sign-in',
    { user: kim },
  );
  const page = await person.press(picked, '/authorize/consent', { decision: 'accept' });
  assert.equal(page.status, 403);
  assert.match(page.text, /This account does not belong to the tenant that may be used here/);
  assert.match(page.text, /pick the account of the right organization/);
  assert.deepEqual(await rows(system), []);
});

test('F2: a redirect URI that is not registered: Microsoft says so, and Parley’s page tells which one to compare', async (t) => {
  const redirectUri = 'https://other.example/api/teams/callback';
  const system = await startSystem(t, { env: { MicrosoftTeams__RedirectUri: redirectUri } });
  const { person } = await startWorkspace(system);
  const { url } = await person.call<{ url: string }>(`${publicUrl}/v1/integrations/teams/connect`, 'POST', {});
  assert.equal(new URL(url).searchParams.get('redirect_uri'), redirectUri);
  const page = await person.visit(url);
  assert.match(page.text, /AADSTS50011/);
  assert.ok(page.text.includes(redirectUri));
  assert.equal((await integrationOf(person)).redirectUri, redirectUri);
  const help = await person.visit(`${publicUrl}/problems/redirect_uri_mismatch`);
  assert.equal(help.status, 200);
  assert.match(help.text, /MicrosoftTeams__RedirectUri/);
  assert.match(help.text, /AADSTS50011/);
});

test('F9: access tokens live an hour; the integration keeps working by refresh', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const seen = new Set<string>();
  for (let round = 1; round <= 4; round += 1) {
    system.clock.advance(65 * minute);
    const start = new Date(system.clock.now().getTime() + 48 * hour).toISOString();
    const end = new Date(system.clock.now().getTime() + 49 * hour).toISOString();
    const made = await desk.api('POST', '/v1/meetings', {
      organizer: { memberId: desk.memberId },
      subject: `Round ${round}`,
      start,
      end,
    });
    assert.equal(made.status, 201);
    await system.work();
    const { body } = await desk.api('GET', `/v1/meetings/${made.body['id']}`);
    assert.equal(body['status'], 'ready', JSON.stringify(body));
    assert.equal(tokenCalls(system).length, round);
    const [row] = await rows(system);
    seen.add(row?.refresh_token.toString('hex') ?? '');
    assert.equal(row?.last_used_at?.getTime(), system.clock.now().getTime());
  }
  assert.equal(seen.size, 4, 'every rotation was stored');
});

test('F10: the stored row: whose, which provider, sealed tokens under their purpose, expiry, scopes, e-mail, times', async (t) => {
  const answers: string[] = [];
  const system = await startSystem(t, {
    wrapFetch: (inner) => async (input, init) => {
      const response = await inner(input, init);
      if (urlOf(input).endsWith('/token')) answers.push(await response.clone().text());
      return response;
    },
  });
  const { person, memberId, workspaceId } = await startWorkspace(system);
  await connectTeams(person, publicUrl, idOf(system, 'dana.reyes'));
  const [row] = await rows(system);
  assert.ok(row);
  const given = JSON.parse(answers[0] ?? '') as Record<string, string>;
  assert.equal(row.member_id, memberId);
  assert.equal(row.provider, 'teams');
  assert.equal(row.kind, 'delegated');
  assert.equal(row.account_email, 'dana.reyes@contoso.example');
  assert.equal(row.object_id, idOf(system, 'dana.reyes'));
  for (const scope of ['OnlineMeetings.ReadWrite', 'Calendars.ReadWrite', 'User.Read'])
    assert.ok(row.granted_scopes.split(' ').includes(scope), scope);
  const now = system.clock.now().getTime();
  const livesMs = row.access_token_expires_at.getTime() - now;
  assert.ok(livesMs > 55 * minute && livesMs <= 90 * minute);
  assert.deepEqual(
    [row.created_at, row.updated_at, row.last_used_at].map((at) => at?.getTime()),
    [now, now, now],
  );
  const dataKey = await system.app.deps.dataKeys(workspaceId);
  for (const field of ['access_token', 'refresh_token'] as const) {
    assert.equal(row[field].includes(given[field] ?? '?'), false);
    const context = tokenContext(row, field);
    assert.equal(context.purpose, 'MeetingProvider.Tokens.v1');
    assert.equal(open(dataKey, row[field], context), given[field]);
  }
});

test('F11: disconnecting deletes the row, says where the grant remains, and Microsoft still has it', async (t) => {
  const system = await startSystem(t);
  const { person, api } = await startWorkspace(system);
  await connectTeams(person, publicUrl, idOf(system, 'dana.reyes'));
  const { id, consentedAppsUrl } = await connectionOf(person);
  assert.equal(consentedAppsUrl, 'https://myapplications.microsoft.com/');
  await person.call(`${publicUrl}/v1/connections/${id}`, 'DELETE');
  assert.deepEqual(await rows(system), []);
  assert.equal((await integrationOf(person)).connection, null);
  assert.equal((await api('GET', `/v1/connections/${id}`)).status, 404);
  assert.equal((await api('DELETE', `/v1/connections/${id}`)).status, 404);
  const grants = system.emulator.context.directory.grants.filter(({ clientId }) => clientId === PARLEY_CLIENT_ID);
  assert.equal(grants.length, 1, 'Parley does not pretend to revoke what it cannot');
  const openApi = await (await system.request('/openapi.json')).json();
  const described = openApi.paths['/v1/connections/{id}'].delete.description;
  assert.match(described, /Microsoft keeps the grant/);
  const events = await system.database.db.selectFrom('outbox_events').select(['type', 'connection_id']).execute();
  assert.deepEqual(
    events.filter((event) => event.type === 'connection.deleted'),
    [{ type: 'connection.deleted', connection_id: id }],
  );
});

test('F11: connecting another account replaces the connection, and both changes are recorded', async (t) => {
  const system = await startSystem(t);
  const { person } = await startWorkspace(system);
  await connectTeams(person, publicUrl, idOf(system, 'dana.reyes'));
  const first = await connectionOf(person);
  const { url } = await person.call<{ url: string }>(`${publicUrl}/v1/integrations/teams/connect`, 'POST', {});
  const choose = new URL(url);
  choose.searchParams.delete('login_hint');
  choose.searchParams.set('prompt', 'select_account');
  let page = await person.visit(choose.href);
  page = await person.press(page, '/authorize/sign-in', { user: idOf(system, 'milan.okafor') });
  if (page.text.includes('/authorize/consent')) await person.press(page, '/authorize/consent', { decision: 'accept' });
  const second = await connectionOf(person);
  assert.notEqual(second.id, first.id);
  assert.equal(second.accountEmail, 'milan.okafor@contoso.example');
  const events = await system.database.db
    .selectFrom('outbox_events')
    .select(['type', 'connection_id'])
    .orderBy('id')
    .execute();
  assert.deepEqual(events, [
    { type: 'connection.created', connection_id: first.id },
    { type: 'connection.deleted', connection_id: first.id },
    { type: 'connection.created', connection_id: second.id },
  ]);
});

test('F12: rotating the client secret is a change of configuration and a restart; nobody reconnects', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const app = system.emulator.context.directory.apps.get(PARLEY_CLIENT_ID);
  assert.ok(app);
  const inTwoYears = system.clock.now().getTime() + 2 * 365 * 24 * hour;
  const meet = async (current: System, day: number) => {
    const at = (hours: number) =>
      new Date(current.clock.now().getTime() + day * 24 * hour + hours * hour).toISOString();
    const body = { organizer: { memberId: desk.memberId }, subject: `Day ${day}`, start: at(1), end: at(2) };
    const answer = await current.request('/v1/meetings', {
      method: 'POST',
      headers: { authorization: `Bearer ${desk.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { id } = (await answer.json()) as { id: string };
    await current.work();
    return current.database.db.selectFrom('meetings').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  };

  // 1. A second secret in Entra. 2. The configuration changes, Parley restarts; both secrets are good.
  app.secrets.push(clientSecret('the-new-secret', inTwoYears, 'New'));
  const restarted = await startAnother(t, system, { env: { MicrosoftTeams__ClientSecret: 'the-new-secret' } });
  system.clock.advance(65 * minute);
  assert.equal((await meet(restarted, 1)).status, 'ready');
  // 3. The old secret is deleted.
  app.secrets = app.secrets.filter(({ value }) => value !== PARLEY_CLIENT_SECRET);
  system.clock.advance(65 * minute);
  assert.equal((await meet(restarted, 2)).status, 'ready');
  const doors = switchboard(system);
  doors.to(restarted);
  const person = createPerson(doors.fetch);
  const deps = { db: system.database.db, now: system.clock.now };
  await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, desk.memberId)}`);
  assert.equal((await connectionOf(person)).state, 'connected');

  // A server that still has the old one is told so, and the connection is not blamed.
  system.clock.advance(65 * minute);
  const late = await meet(system, 3);
  assert.equal(late.problem_code, 'app_secret_wrong');
  assert.notEqual(late.status, 'failed', 'it is tried again, since the operator can put it right');
  assert.equal((await connectionOf(person)).state, 'connected');
  const [row] = await rows(system);
  assert.equal(row?.status, 'connected');
});

test('F13, F8: a scope added later shows “reconnect needed” with the scope to whoever lacks it; reconnecting cures it', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const scopes = 'OnlineMeetings.ReadWrite Calendars.ReadWrite offline_access User.Read MailboxSettings.Read';
  const app = system.emulator.context.directory.apps.get(PARLEY_CLIENT_ID);
  app?.delegatedPermissions.push('MailboxSettings.Read');
  const later = await startAnother(t, system, { env: { MicrosoftTeams__Scopes: scopes } });
  const person = later.person();
  const deps = { db: system.database.db, now: system.clock.now };
  await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, desk.memberId)}`);
  const before = await connectionOf(person);
  assert.equal(before.state, 'reconnect_needed');
  assert.deepEqual(before.missingScopes, ['MailboxSettings.Read']);
  assert.equal(before.problem?.code, 'scopes_missing');
  // What it was granted still works, also after the tokens were refreshed.
  system.clock.advance(65 * minute);
  const booked = await desk.api('POST', '/v1/bookings', {
    eventTypeId: desk.eventType.id,
    start: '2026-11-24T10:00:00+01:00',
    visitor: { name: 'Sam', email: 'sam@visitor.example', timeZone: 'UTC' },
  });
  assert.equal(booked.status, 201, JSON.stringify(booked.body));
  const asked = await person.visit(
    (await person.call<{ url: string }>(`${publicUrl}/v1/integrations/teams/connect`, 'POST', {})).url,
  );
  const picked = asked.text.includes('/authorize/sign-in')
    ? await person.press(asked, '/authorize/sign-in', { user: desk.organizer.id })
    : asked;
  assert.match(picked.text, /Read your mailbox settings/);
  await person.press(picked, '/authorize/consent', { decision: 'accept' });
  const after = await connectionOf(person);
  assert.equal(after.state, 'connected');
  assert.equal(after.id, before.id, 'the same connection, renewed');
});

test('F8: a connection without Calendars.ReadWrite says so and makes no meeting', async (t) => {
  const system = await startSystem(t, { env: { MicrosoftTeams__Scopes: 'offline_access User.Read' } });
  const { person, memberId } = await startWorkspace(system);
  await connectTeams(person, publicUrl, idOf(system, 'dana.reyes'));
  const later = await startAnother(t, system);
  const again = later.person();
  const deps = { db: system.database.db, now: system.clock.now };
  await signIn(again, `${publicUrl}/sign-in/${await createSignInToken(deps, memberId)}`);
  const connection = await connectionOf(again);
  assert.equal(connection.state, 'reconnect_needed');
  assert.deepEqual(connection.missingScopes, ['OnlineMeetings.ReadWrite', 'Calendars.ReadWrite']);
  const refused = await again.send(`${publicUrl}/v1/meetings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      organizer: { connectionId: connection.id },
      subject: 'No calendar',
      start: '2026-11-24T10:00:00Z',
      end: '2026-11-24T11:00:00Z',
    }),
  });
  assert.equal(refused.status, 409);
  assert.equal(((await refused.json()) as { code: string }).code, 'scopes_missing');
});

test('F14: a personal account completes OAuth, is named for what it is, and neither takes bookings nor makes meetings', async (t) => {
  const system = await startSystem(t);
  const { person, api, memberId, slug } = await startWorkspace(system);
  const page = await connectTeams(person, publicUrl, idOf(system, 'kim.sandoval'));
  assert.equal(page.url, `${publicUrl}/console/microsoft-365/integrations?connected=1`);
  const connection = await connectionOf(person);
  assert.equal(connection.state, 'personal_account');
  assert.equal(connection.problem?.code, 'personal_account');
  assert.match(connection.problem?.remedy ?? '', /work or school account/);
  assert.equal(connection.consentedAppsUrl, 'https://account.live.com/consent/Manage');

  const start = '2026-11-24T10:00:00+01:00';
  const meeting = await api('POST', '/v1/meetings', {
    organizer: { memberId },
    subject: 'Not for me',
    start,
    end: '2026-11-24T11:00:00+01:00',
  });
  assert.equal(meeting.status, 409);
  assert.equal(meeting.body['code'], 'personal_account');
  const made = await api('POST', '/v1/event-types', {
    hostId: memberId,
    slug: 'intro-call',
    title: 'Intro call',
    timeZone: 'Europe/Berlin',
  });
  assert.equal(made.status, 201);
  const visitor = { name: 'Sam', email: 'sam@visitor.example', timeZone: 'UTC' };
  const booking = await api('POST', '/v1/bookings', { eventTypeId: made.body['id'], start, visitor });
  assert.equal(booking.status, 409);
  assert.equal(booking.body['code'], 'booking_not_open');
  const closed = await system.person().visit(`${publicUrl}/book/${slug}/intro-call`);
  assert.doesNotMatch(closed.text, /<form/);
  assert.equal((await system.database.db.selectFrom('meetings').select('id').execute()).length, 0);
  assert.deepEqual(
    system.emulator.calls.filter(({ path, method }) => /events/.test(path) && method === 'POST'),
    [],
  );

  // The way out: connecting again asks which account, and a work account makes everything work.
  const { url } = await person.call<{ url: string }>(`${publicUrl}/v1/integrations/teams/connect`, 'POST', {});
  const query = new URL(url).searchParams;
  assert.equal(query.get('login_hint'), null);
  assert.equal(query.get('prompt'), 'select_account');
  await connectTeams(person, publicUrl, idOf(system, 'dana.reyes'));
  assert.equal((await connectionOf(person)).state, 'connected');
});

test('F6: one registration serves many tenants, and every connection remembers its own', async (t) => {
  const system = await startSystem(t);
  const app = system.emulator.context.directory.apps.get(PARLEY_CLIENT_ID);
  assert.deepEqual(app?.redirectUris, [{ uri: PARLEY_REDIRECT_URI, platform: 'web' }]);
  const { person, workspaceId } = await startWorkspace(system);
  await connectTeams(person, publicUrl, idOf(system, 'dana.reyes'));
  const larkfield = system.emulator.context.directory.tenants.get(userNamed(system.emulator, 'elif.varga').tenantId);
  assert.ok(larkfield);
  larkfield.userConsentAllowed = true;
  const elif = await anotherMember(system, workspaceId, 'elif');
  await connectTeams(elif.person, publicUrl, idOf(system, 'elif.varga'));
  const tenants = (await rows(system)).map((row) => row.tenant_id);
  assert.deepEqual(tenants.toSorted(), [CONTOSO_TENANT_ID, larkfield.id].toSorted());
});

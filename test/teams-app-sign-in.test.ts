import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64url, decodeJwt, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { CONTOSO_TENANT_ID, LARKFIELD_TENANT_ID, SINGLE_TENANT_CLIENT_ID } from '../emulator/seed.ts';
import { exposeApi } from '../emulator/control/changes.ts';
import { issueApiToken, TEAMS_CLIENTS } from '../emulator/entra/api-token.ts';
import { PERSONAL_TENANT_ID } from '../emulator/directory.ts';
import { problems, type ProblemCode } from '../src/problem.ts';
import { addTenant } from './support/tenant.ts';
import { askTab, exposeTab, resource, teamsToken } from './support/teams-tab.ts';
import { startDesk, startSystem, startWorkspace, userNamed, type System } from './support/system.ts';

test('the account that a member has connected opens the tab, with tokens of either version', async (t) => {
  const { system, app } = await startTab(t);
  for (const tokenVersion of [1, 2] as const) {
    exposeTab(system, { tokenVersion });
    const { status, body } = await signIn(system, app, await teamsToken(system, 'dana.reyes'));
    assert.equal(status, 200);
    const day = await askTab(system, '/day', { session: body.session });
    assert.deepEqual([day.status, day.body.member.name, day.body.connection], [200, 'Dana Reyes', 'connected']);
    assert.equal(day.headers.get('cache-control'), 'no-store');
  }
});

test('whom the roster matches with an operator gets in without having connected anything', async (t) => {
  const { system, app, desk } = await startTab(t);
  const { body: member } = await desk.api('POST', '/v1/members', {
    email: 'somebody@else.example',
    name: 'Milan',
    role: 'operator',
    timeZone: 'Europe/London',
  });
  assert.equal(await refusalOf(system, app, await teamsToken(system, 'milan.okafor')), 'teams_person_unknown');
  const tenant = await addTenant(system, desk.workspaceId, { tenantId: CONTOSO_TENANT_ID });
  await tenant.organizer('milan.okafor', { member_id: member.id });
  const { body } = await signIn(system, app, await teamsToken(system, 'milan.okafor'));
  const day = await askTab(system, '/day', { session: body.session });
  // Meetings are made through the tenant, so that there is nothing to connect.
  assert.deepEqual([day.body.member.name, day.body.connection], ['Milan', 'not_needed']);
});

test('nobody is known by an e-mail address', async (t) => {
  const { system, app } = await startTab(t);
  const yuki = userNamed(system.emulator, 'yuki.brandt');
  Object.assign(yuki, { mail: 'dana@desk.example', userPrincipalName: 'dana@desk.example' });
  const { context } = system.emulator;
  const token = await issueApiToken(context, { user: yuki, resource, clientId: TEAMS_CLIENTS.web });
  assert.equal(await refusalOf(system, app, token), 'teams_person_unknown');
});

test('guests, personal accounts and people of other tenants each read why they cannot come in', async (t) => {
  const { system, app } = await startTab(t);
  const guest = [...system.emulator.context.directory.users.values()].find(({ userType }) => userType === 'Guest');
  assert.ok(guest);
  const told: Record<string, ProblemCode> = {
    [guest.userPrincipalName.split('@')[0] ?? '']: 'teams_guest',
    'kim.sandoval': 'teams_personal_account',
    'elif.varga': 'teams_tenant_unknown',
    'yuki.brandt': 'teams_person_unknown',
  };
  const sentences = new Set<string>();
  for (const [name, code] of Object.entries(told)) {
    assert.equal(await refusalOf(system, app, await teamsToken(system, name)), code, name);
    sentences.add(problems[code].title + problems[code].remedy);
  }
  assert.equal(sentences.size, 4);
});

test('a personal account that is a guest is told so as a personal account', async (t) => {
  const { system, app } = await startTab(t);
  const token = await signed(system, { idp: `https://sts.windows.net/${PERSONAL_TENANT_ID}/` });
  assert.equal(await refusalOf(system, app, token), 'teams_personal_account');
  assert.equal(await refusalOf(system, app, await signed(system, { idp: 'live.com' })), 'teams_personal_account');
  const home = `https://sts.windows.net/${CONTOSO_TENANT_ID}/`;
  assert.equal((await signIn(system, app, await signed(system, { idp: home }))).status, 200);
  assert.equal(await refusalOf(system, app, await signed(system, { acct: 1 })), 'teams_guest');
});

test('a token that is forged in any way opens nothing', async (t) => {
  const { system, app } = await startTab(t);
  const claims = decodeJwt(await teamsToken(system, 'dana.reyes'));
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = system.emulator.context.keys.kid;
  const [header = '', payload = '', signature = ''] = (await teamsToken(system, 'dana.reyes')).split('.');
  const spki = await crypto.subtle.exportKey('spki', publicKey);
  const forgeries: Record<string, string> = {
    'alg none': new UnsecuredJWT(claims).encode(),
    'alg none in other letters': `${base64url.encode('{"alg":"nOnE"}')}.${payload}.`,
    'another key': await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey),
    'another key under the right name': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(privateKey),
    'HMAC with a public key': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid })
      .sign(new Uint8Array(spki)),
    'changed claims': `${header}.${base64url.encode(JSON.stringify({ ...claims, oid: claims['sub'] }))}.${signature}`,
    'a key of its own': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid, jwk: await crypto.subtle.exportKey('jwk', publicKey) })
      .sign(privateKey),
    'no token': 'x',
    'two parts': `${header}.${payload}`,
    'an issuer of its own': await signed(system, { iss: 'https://login.evil.example/v2.0' }),
    'the issuer of another tenant': await signed(system, {
      iss: `https://login.microsoftonline.com/${LARKFIELD_TENANT_ID}/v2.0`,
    }),
    'the older issuer on a new token': await signed(system, { iss: `https://sts.windows.net/${CONTOSO_TENANT_ID}/` }),
    'no object id': await signed(system, { oid: undefined }),
  };
  for (const [name, token] of Object.entries(forgeries))
    assert.equal(await refusalOf(system, app, token), 'teams_token_invalid', name);
});

test('a real token of another tenant, audience, time or scope opens nothing either', async (t) => {
  const { system, app } = await startTab(t);
  const wrongTenant = await signed(system, {
    tid: LARKFIELD_TENANT_ID,
    iss: `https://login.microsoftonline.com/${LARKFIELD_TENANT_ID}/v2.0`,
  });
  assert.equal(await refusalOf(system, app, wrongTenant), 'teams_tenant_unknown');
  const others = `api://localhost:3000/${SINGLE_TENANT_CLIENT_ID}`;
  const authorizedClients = Object.values(TEAMS_CLIENTS);
  const api = { identifierUri: others, scopes: ['access_as_user'], authorizedClients, tokenVersion: 2 as const };
  exposeApi(system.emulator.context, SINGLE_TENANT_CLIENT_ID, api);
  const replayed = await teamsToken(system, 'dana.reyes', others);
  assert.equal(await refusalOf(system, app, replayed), 'teams_token_other_app');
  for (const aud of ['https://graph.microsoft.com', '', [SINGLE_TENANT_CLIENT_ID]])
    assert.equal(await refusalOf(system, app, await signed(system, { aud })), 'teams_token_other_app', String(aud));
  for (const scp of [undefined, '', 'access_as_users', 'User.Read'])
    assert.equal(await refusalOf(system, app, await signed(system, { scp })), 'teams_scope_missing');
  const ahead = Math.floor(system.clock.now().getTime() / 1000) + 3600;
  assert.equal(await refusalOf(system, app, await signed(system, { nbf: ahead })), 'server_clock_wrong');
  const old = await teamsToken(system, 'dana.reyes');
  system.clock.advance(2 * 60 * 60_000);
  assert.equal(await refusalOf(system, app, old), 'teams_token_expired');
});

test('a registration of one tenant lets nobody of another one in, and says so', async (t) => {
  const env = { MicrosoftTeams__TenantId: CONTOSO_TENANT_ID };
  const { system, app } = await startTab(t, env);
  assert.equal((await signIn(system, app, await teamsToken(system, 'dana.reyes'))).status, 200);
  assert.equal(await refusalOf(system, app, await teamsToken(system, 'elif.varga')), 'teams_tenant_unknown');
});

test('an app that nobody has is not found, and another workspace’s app lets nobody of this one in', async (t) => {
  const { system } = await startTab(t);
  const token = await teamsToken(system, 'dana.reyes');
  assert.equal(await refusalOf(system, crypto.randomUUID(), token), 'not_found');
  const other = await startWorkspace(system);
  const { body } = await other.api('GET', '/v1/teams-app');
  assert.equal(await refusalOf(system, body.appId, token), 'teams_tenant_unknown');
  const wrong = await askTab(system, '/session', { body: { app: 'x', token: '', more: 1 } });
  assert.deepEqual([wrong.status, wrong.body.errors.length], [400, 3]);
});

test('a session ends after a quarter of an hour, and is good for nothing but the tab', async (t) => {
  const { system, app, desk } = await startTab(t);
  const { session } = (await signIn(system, app, await teamsToken(system, 'dana.reyes'))).body;
  const asKey = await system.request('/v1/me', { headers: { authorization: `Bearer ${session}` } });
  const asCookie = await system.request('/v1/me', { headers: { cookie: `parley=${session}` } });
  assert.deepEqual([asKey.status, asCookie.status], [401, 401]);
  const withKey = await askTab(system, '/day', { session: desk.apiKey });
  assert.deepEqual([withKey.status, withKey.body.code], [401, 'unauthorized']);
  const [head = '', sealed = ''] = session.split('.');
  const other = await startWorkspace(system);
  const forged = [
    `${head}.${'A'.repeat(sealed.length)}`,
    `${head}.${sealed.slice(0, -4)}AAAA`,
    `parley_teams_${other.workspaceId}.${sealed}`,
    'parley_teams_wrk_nobody.AAAAAAAAAAAAAAAAAAAAAAAA',
    '',
  ];
  for (const one of forged) assert.equal((await askTab(system, '/day', { session: one })).status, 401, one);
  assert.equal((await askTab(system, '/day')).status, 401);
  assert.equal((await askTab(system, '/day', { session })).status, 200);
  system.clock.advance(16 * 60_000);
  assert.equal((await askTab(system, '/day', { session })).status, 401);
});

test('what a member may do is looked up each time: somebody who became a viewer decides nothing', async (t) => {
  const { system, app, desk } = await startTab(t);
  const { session } = (await signIn(system, app, await teamsToken(system, 'dana.reyes'))).body;
  const { db } = system.database;
  await db.updateTable('members').set({ role: 'viewer' }).where('id', '=', desk.memberId).execute();
  const day = await askTab(system, '/day', { session });
  assert.equal(day.body.member.mayDecide, false);
  const refused = await askTab(system, '/bookings/bkg_any/approve', { session, body: {} });
  assert.equal(refused.status, 403);
});

type Tab = Awaited<ReturnType<typeof startTab>>;

async function startTab(t: Parameters<typeof startSystem>[0], env: Record<string, string> = {}) {
  const system = await startSystem(t, { env });
  exposeTab(system);
  const desk = await startDesk(system);
  const { body } = await desk.api('GET', '/v1/teams-app');
  return { system, desk, app: body.appId as string };
}

function signIn(system: Tab['system'], app: string, token: string) {
  return askTab(system, '/session', { body: { app, token } });
}

/** The code of the refusal; that neither a session nor anything of the token comes with it is checked along. */
async function refusalOf(system: System, app: string, token: string): Promise<ProblemCode> {
  const { status, body } = await signIn(system, app, token);
  assert.ok(status >= 400, 'the sign-in was refused');
  assert.equal(body.session, undefined);
  if (token.length > 20) assert.ok(!JSON.stringify(body).includes(token.slice(0, 20)));
  return body.code;
}

/** Dana’s token with other claims, signed by Entra itself: what a mistake or another flow could produce. */
async function signed(system: System, change: JWTPayload): Promise<string> {
  const { kid, privateKey } = system.emulator.context.keys;
  const claims = { ...decodeJwt(await teamsToken(system, 'dana.reyes')), ...change };
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
}

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { sql } from 'kysely';
import {
  CONTOSO_TENANT_ID,
  LARKFIELD_TENANT_ID,
  NORTHGATE_CLIENT_ID,
  SINGLE_TENANT_CLIENT_ID,
  SINGLE_TENANT_CLIENT_SECRET,
} from '../emulator/seed.ts';
import { signIn } from '../scripts/person.ts';
import { addMember, createSignInToken } from '../src/access/service.ts';
import { escaped, tokenCalls } from './support/restart.ts';
import { publicUrl, startSystem, startWorkspace, userNamed, type System } from './support/system.ts';
import { addTenant } from './support/tenant.ts';

const wanted = ['Calendars.ReadWrite', 'OnlineMeetings.ReadWrite.All', 'User.Read.All'];
const day = 86_400_000;

/** Contoso's own registration with a secret, in a workspace that has just connected the tenant: nobody has consented. */
async function startUnconsented(t: TestContext) {
  const system = await startSystem(t);
  const desk = await startWorkspace(system);
  const { tenantConnectionId: id, registrationId } = await addTenant(system, desk.workspaceId, {
    tenantId: CONTOSO_TENANT_ID,
    clientId: SINGLE_TENANT_CLIENT_ID,
    clientSecret: SINGLE_TENANT_CLIENT_SECRET,
    stage: 'setup',
    columns: { tenant_name: null, tenant_domains: '[]' as never },
  });
  const link = async () => {
    const { status, body } = await desk.api('POST', `/v1/tenants/${id}/consent`);
    assert.equal(status, 200, JSON.stringify(body));
    return body as { url: string; expiresAt: string };
  };
  const tenant = async () => (await desk.api('GET', `/v1/tenants/${id}`)).body;
  const callback = (query: Record<string, string>) =>
    system.person().visit(`${publicUrl}/api/teams/callback?${new URLSearchParams(query).toString()}`);
  return { system, ...desk, id, registrationId, link, tenant, callback };
}

/** What an administrator does with the link, in a browser that Parley has never seen unless one is given. */
async function decide(system: System, url: string, decision: 'accept' | 'cancel', person = system.person()) {
  const administrator = userNamed(system.emulator, 'priya.lindqvist').id;
  const asked = await person.press(await person.visit(url), '/adminconsent/sign-in', { user: administrator });
  assert.match(asked.text, /Review for your organization/);
  return person.press(asked, '/adminconsent/consent', { decision });
}

const grants = (tenant: Record<string, any>) => tenant['permissions'].map((one: { granted: unknown }) => one.granted); // oxlint-disable-line typescript/no-explicit-any -- an answer of the API

async function eventsOf({ database }: System): Promise<({ type: string } & Record<string, unknown>)[]> {
  const rows = await database.db.selectFrom('outbox_events').select(['type', 'data']).orderBy('id').execute();
  return rows.filter(({ type }) => type.startsWith('tenant.')).map(({ type, data }) => ({ type, ...data }));
}

// G1
test('an administrator who has no account here approves, and what was granted is read from a new token', async (t) => {
  const { system, api, id, link, tenant } = await startUnconsented(t);
  const before = await api('POST', `/v1/tenants/${id}/verify`);
  assert.equal(before.body['problem'], null, 'Entra gives a token also where nobody has consented');
  assert.deepEqual(grants(before.body), [false, false, false]);
  assert.equal(before.body['name'], null, 'nothing may be read yet');

  const { url, expiresAt } = await link();
  const address = new URL(url);
  assert.equal(
    address.origin + address.pathname,
    `https://login.microsoftonline.com/${CONTOSO_TENANT_ID}/v2.0/adminconsent`,
  );
  assert.equal(address.searchParams.get('scope'), 'https://graph.microsoft.com/.default');
  assert.equal(address.searchParams.get('client_id'), SINGLE_TENANT_CLIENT_ID);
  assert.equal(address.searchParams.get('redirect_uri'), `${publicUrl}/api/teams/callback`);
  assert.equal(Buffer.from(address.searchParams.get('state') ?? '', 'base64url').length, 32);
  assert.equal(Date.parse(expiresAt) - system.clock.now().getTime(), 7 * day);

  const page = await decide(system, url, 'accept');
  assert.equal(page.status, 200, page.text);
  assert.match(page.text, /<h1>Thank you<\/h1>/);
  assert.match(page.text, /Contoso has approved everything/);
  assert.match(page.text, /<h2>Granted<\/h2>/);
  for (const name of wanted) assert.ok(page.text.includes(name), name);
  assert.match(page.text, /You can close this page/);
  assert.doesNotMatch(page.text, /console/, 'no way into a console that they cannot enter');

  const after = await tenant();
  assert.deepEqual(grants(after), [true, true, true]);
  assert.deepEqual(after['roles'].toSorted(), wanted);
  assert.equal(after['name'], 'Contoso');
  assert.deepEqual(after['domains'], ['contoso.example']);
  assert.equal(after['consentedAt'], system.clock.now().toISOString());
  assert.equal(after['verifiedAt'], system.clock.now().toISOString());
  assert.ok(after['servicePrincipalId']);
  assert.equal(after['stage'], 'setup', 'consent alone takes no meetings');
  const [verified, consented] = await eventsOf(system);
  assert.deepEqual([verified?.type, consented?.type], ['tenant.verified', 'tenant.consented']);
  assert.deepEqual(consented, { type: 'tenant.consented', by: null, tenantId: CONTOSO_TENANT_ID });
});

// G1
test('whoever manages the workspace is sent on to the setup guide; others of it are told on the page', async (t) => {
  const { system, person, memberId, workspaceId, id, link } = await startUnconsented(t);
  const { url } = await link();
  const own = await decide(system, url, 'accept', person);
  assert.equal(own.url, `${publicUrl}/console/microsoft-365/setup/${id}`);
  assert.equal((await eventsOf(system)).find(({ type }) => type === 'tenant.consented')?.['by'], memberId);

  const deps = { db: system.database.db, now: system.clock.now };
  const viewer = { email: 'vera@desk.example', name: 'Vera', role: 'viewer' as const, timeZone: 'UTC' };
  const vera = system.person();
  const token = await createSignInToken(deps, await addMember(deps, workspaceId, viewer));
  await signIn(vera, `${publicUrl}/sign-in/${token}`);
  assert.match((await decide(system, (await link()).url, 'accept', vera)).text, /You can close this page/);
  const stranger = await startWorkspace(system, { email: 'sam@other.example' });
  assert.match((await decide(system, (await link()).url, 'accept', stranger.person)).text, /You can close this page/);
  const consents = (await eventsOf(system)).filter(({ type }) => type === 'tenant.consented');
  assert.equal(consents.at(-1)?.['by'], null, 'people of other workspaces are nobody here');
});

// G1
test('a refusal changes nothing, says so although admin_consent=True stands beside it, and can be thought over', async (t) => {
  const { system, person, id, link, tenant } = await startUnconsented(t);
  const before = await tenant();
  const { url } = await link();
  const page = await decide(system, url, 'cancel');
  const call = system.emulator.calls.findLast(({ path }) => path.includes('/adminconsent/consent'));
  assert.ok(call, 'the emulator was asked');
  assert.match(page.url, /admin_consent=True&error=consent_required/);
  assert.equal(page.status, 400);
  assert.match(page.text, /<h1>Nothing was approved<\/h1>/);
  assert.match(page.text, /You can open the link again at any time/);
  assert.match(page.text, /AADSTS65004/);
  assert.deepEqual(await tenant(), before);
  assert.equal(tokenCalls(system, 'client_credentials').length, 0);
  const own = await decide(system, url, 'cancel', person);
  assert.match(own.text, new RegExp(`href="/console/microsoft-365/setup/${id}"`));
  assert.match((await decide(system, url, 'accept')).text, /Thank you/);
});

// G1
test('every form of a refusal is told, and none of it is shown as it came', async (t) => {
  const { system, link, tenant, callback } = await startUnconsented(t);
  const before = await tenant();
  const state = new URL((await link()).url).searchParams.get('state') ?? '';
  for (const [query, words] of [
    [{ error: 'permission_denied', error_description: 'The admin canceled the request' }, /cancelled or refused/],
    [{ error: 'access_denied', error_subcode: 'cancel' }, /cancelled or refused/],
    [{ admin_consent: 'True', error: 'consent_required' }, /cancelled or refused/],
    [{ error: 'server_error', admin_consent: 'True' }, /Nothing was approved/],
    [{ error: 'unauthorized_client', error_description: 'AADSTS700016: <b>CANARY</b>' }, /does not know the app/],
    [{ admin_consent: 'False', tenant: CONTOSO_TENANT_ID }, /Nothing was approved/],
    [{ error: '<script>CANARY' }, /Nothing was approved/],
    [{}, /Nothing was approved/],
  ] as const) {
    const page = await callback({ ...query, state });
    assert.equal(page.status, 400, JSON.stringify(query));
    assert.match(page.text, words, JSON.stringify(query));
    assert.doesNotMatch(page.text, /CANARY/);
  }
  assert.deepEqual(await tenant(), before);
  const written = system.lines.join('');
  assert.equal(written.includes(state) || written.includes('CANARY'), false);
});

// G1
test('the tenant in the answer is only compared: another one is told, and proves nothing', async (t) => {
  const { system, link, tenant, callback } = await startUnconsented(t);
  const before = await tenant();
  const state = new URL((await link()).url).searchParams.get('state') ?? '';
  const page = await callback({ admin_consent: 'True', tenant: LARKFIELD_TENANT_ID, state });
  assert.equal(page.status, 400);
  assert.match(page.text, /Approved in the wrong tenant/);
  assert.ok(page.text.includes(LARKFIELD_TENANT_ID) && page.text.includes(CONTOSO_TENANT_ID));
  assert.deepEqual(await tenant(), before, 'nothing is changed');
  assert.equal(tokenCalls(system, 'client_credentials').length, 0);

  // The right tenant, written into the address by somebody who never asked an administrator.
  const claimed = await callback({ admin_consent: 'True', tenant: CONTOSO_TENANT_ID.toUpperCase(), state });
  assert.equal(claimed.status, 200);
  assert.doesNotMatch(claimed.text, /has approved everything/);
  assert.match(claimed.text, /<h2>Not in effect yet<\/h2>/);
  const after = await tenant();
  assert.deepEqual(grants(after), [false, false, false]);
  assert.ok(after['consentedAt'], 'that is a claim');
  for (const call of tokenCalls(system, 'client_credentials'))
    assert.ok(call.path.startsWith(`/${CONTOSO_TENANT_ID}/`), 'the only tenant that is ever asked');
});

// G1
test('a forged, unknown or expired state changes nothing', async (t) => {
  const { system, link, tenant, callback } = await startUnconsented(t);
  const before = await tenant();
  const { url } = await link();
  const state = new URL(url).searchParams.get('state') ?? '';
  const unknown = async (given: string) => {
    const page = await callback({ admin_consent: 'True', tenant: CONTOSO_TENANT_ID, state: given });
    assert.equal(page.status, 400);
    assert.match(page.text, /not known here, or has expired/);
    assert.match(system.lines.findLast((line) => line.includes('consent not taken')) ?? '', /state_mismatch/);
  };
  await unknown('');
  await unknown('shared ');
  await unknown(`${state}A`);
  await unknown(state.toLowerCase());
  system.clock.advance(7 * day);
  await unknown(state);
  assert.equal((await callback({ error: 'access_denied', state })).status, 400);
  assert.deepEqual(await tenant(), before);
  assert.deepEqual(await eventsOf(system), []);
  await link();
  assert.equal((await system.database.db.selectFrom('consent_requests').selectAll().execute()).length, 1, 'swept');
});

// G1
test('a link that has succeeded can be opened again, and changes nothing any more', async (t) => {
  const { system, link, tenant } = await startUnconsented(t);
  const { url } = await link();
  const person = system.person();
  const page = await decide(system, url, 'accept', person);
  const after = await tenant();
  const asked = tokenCalls(system, 'client_credentials').length;
  system.clock.advance(day);
  const replayed = await person.visit(page.url);
  assert.match(replayed.text, /Contoso has approved everything/);
  const principal = [...system.emulator.context.directory.servicePrincipals.values()].find(
    ({ tenantId, clientId }) => tenantId === CONTOSO_TENANT_ID && clientId === SINGLE_TENANT_CLIENT_ID,
  );
  assert.ok(principal);
  principal.appRoles = [];
  await person.visit(page.url);
  assert.deepEqual(await tenant(), after);
  assert.equal(tokenCalls(system, 'client_credentials').length, asked);
  assert.equal((await eventsOf(system)).filter(({ type }) => type === 'tenant.consented').length, 1);
});

// G1
test('consent comes before the credential: the page says so, and a later check proves it', async (t) => {
  const { system, api, id, registrationId, link, tenant } = await startUnconsented(t);
  const { db } = system.database;
  const [credential] = await db
    .deleteFrom('app_credentials')
    .where('registration_id', '=', registrationId)
    .returningAll()
    .execute();
  assert.ok(credential);
  const page = await decide(system, (await link()).url, 'accept');
  assert.equal(page.status, 200);
  assert.match(page.text, /Thank you/);
  assert.match(page.text, /no credential of the app registration yet/);
  const claimed = await tenant();
  assert.ok(claimed['consentedAt']);
  assert.equal(claimed['verifiedAt'], null);
  assert.deepEqual(grants(claimed), [null, null, null], 'nothing is known');
  assert.equal(claimed['problem'].code, 'app_credential_missing');
  assert.match(claimed['problem'].detail, /add a certificate or a secret/);
  const refused = await api('POST', `/v1/tenants/${id}/verify`);
  assert.equal(refused.status, 200);
  assert.equal(refused.body['problem'].code, 'app_credential_missing');

  await db
    .insertInto('app_credentials')
    .values({ ...credential, refusal_answer: null })
    .execute();
  const { body } = await api('POST', `/v1/tenants/${id}/verify`);
  assert.equal(body['problem'], null);
  assert.deepEqual(grants(body), [true, true, true]);
  assert.deepEqual(
    (await eventsOf(system)).map(({ type }) => type),
    ['tenant.consented', 'tenant.failing', 'tenant.verified'],
  );
});

// G1
test('where Microsoft needs minutes, the page says so, and the link is good until it counts', async (t) => {
  const { system, api, id, link, tenant } = await startUnconsented(t);
  const { url } = await link();
  system.emulator.fail({ service: 'entra', kind: { type: 'aadsts', code: 700016, error: 'unauthorized_client' } });
  const unknown = await decide(system, url, 'accept');
  assert.match(unknown.text, /can take some minutes until an approval is known everywhere/);
  assert.equal((await tenant())['problem'].code, 'app_not_found');
  system.emulator.fail({ service: 'entra', kind: { type: 'status', status: 503 } });
  assert.match((await decide(system, url, 'accept')).text, /could not check it yet/);

  const principal = [...system.emulator.context.directory.servicePrincipals.values()].find(
    ({ tenantId, clientId }) => tenantId === CONTOSO_TENANT_ID && clientId === SINGLE_TENANT_CLIENT_ID,
  );
  assert.ok(principal);
  const person = system.person();
  const page = await decide(system, url, 'accept', person);
  principal.appRoles = ['User.Read.All'];
  const partly = await person.visit(page.url);
  assert.match(partly.text, /has approved everything/, 'that it succeeded is not asked again');
  assert.deepEqual(grants((await api('POST', `/v1/tenants/${id}/verify`)).body), [false, false, true]);

  const again = new URL((await link()).url).searchParams.get('state') ?? '';
  const lagging = await person.visit(
    `${publicUrl}/api/teams/callback?admin_consent=True&tenant=${CONTOSO_TENANT_ID}&state=${again}`,
  );
  assert.match(lagging.text, /The approval for Contoso has arrived/);
  assert.match(lagging.text, /<h2>Granted<\/h2>[^]*User\.Read\.All[^]*<h2>Not in effect yet<\/h2>[^]*Calendars\./);
  principal.appRoles = [...wanted];
  assert.match((await person.visit(lagging.url)).text, /Contoso has approved everything/);
});

test('a name from the directory is text, whatever it says', async (t) => {
  const { system, link } = await startUnconsented(t);
  const name = '"; Remove-Item <img src=x onerror=alert(1)>';
  const contoso = system.emulator.context.directory.tenants.get(CONTOSO_TENANT_ID);
  assert.ok(contoso);
  contoso.displayName = name;
  const page = await decide(system, (await link()).url, 'accept');
  assert.ok(page.text.includes(escaped(name)));
  assert.doesNotMatch(page.text, /<img/);
});

test('what cannot be read of the organization leaves its name as it was, and is no failure', async (t) => {
  const { system, api, id, link } = await startUnconsented(t);
  system.emulator.fail({ service: 'graph', path: '/organization', kind: { type: 'status', status: 403 } });
  const page = await decide(system, (await link()).url, 'accept');
  assert.match(page.text, /your organization has approved everything/);
  const { body } = await api('POST', `/v1/tenants/${id}/verify`);
  assert.equal(body['name'], 'Contoso');
  system.emulator.fail({ service: 'graph', path: '/organization', kind: { type: 'truncate' } });
  const { body: still } = await api('POST', `/v1/tenants/${id}/verify`);
  assert.equal(still['name'], 'Contoso');
  assert.equal(still['problem'], null);
});

test('the link belongs to one tenant: another workspace’s with the same registration is untouched', async (t) => {
  const { system, link, tenant } = await startUnconsented(t);
  const other = await startWorkspace(system, { email: 'sam@other.example' });
  const theirs = await addTenant(system, other.workspaceId, {
    tenantId: CONTOSO_TENANT_ID,
    clientId: SINGLE_TENANT_CLIENT_ID,
    clientSecret: SINGLE_TENANT_CLIENT_SECRET,
    stage: 'setup',
  });
  await decide(system, (await link()).url, 'accept');
  assert.ok((await tenant())['verifiedAt']);
  const { body } = await other.api('GET', `/v1/tenants/${theirs.tenantConnectionId}`);
  assert.equal(body['consentedAt'], null);
  assert.equal(body['verifiedAt'], null);
  assert.notEqual(body['clientId'], NORTHGATE_CLIENT_ID);
});

test('a link for a tenant that is removed at that moment is for nothing: not found, and no fault of the server', async (t) => {
  const { system, api, id } = await startUnconsented(t);
  const { pool, db } = system.database;
  const other = await pool.connect();
  try {
    await other.query('begin');
    await other.query('delete from tenant_connections where id = $1', [id]);
    const asked = api('POST', `/v1/tenants/${id}/consent`);
    const isWaiting = async () => {
      const { rows } = await sql`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
      return rows.length > 0;
    };
    while (!(await isWaiting()));
    await other.query('commit');
    const answer = await asked;
    assert.deepEqual([answer.status, answer.body['code']], [404, 'not_found']);
  } finally {
    other.release();
  }
});

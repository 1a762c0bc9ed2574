import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  EXPIRED_CLIENT_SECRET,
  EXPIRED_SECRET_CLIENT_ID,
  SINGLE_TENANT_CLIENT_ID,
  SINGLE_TENANT_CLIENT_SECRET,
} from '../emulator/seed.ts';
import { connectTeams } from '../scripts/person.ts';
import { createAccessTokens } from '../src/connections/tokens.ts';
import { problems, type ProblemCode } from '../src/problem.ts';
import { escaped, tokenCalls } from './support/restart.ts';
import { publicUrl, startSystem, startWorkspace, userNamed, type System } from './support/system.ts';

/**
 * Every refusal that Entra's documentation names for a sign-in (Entra docs: error codes; authorization code flow), with
 * OAuth's word for it, where it can come back to Parley, and what Parley makes of it.
 */
type Refusal = { code: number; error: string; suberror?: string; legs: ('token' | 'callback')[]; becomes: ProblemCode };

const both: Refusal['legs'] = ['token', 'callback'];
const grant = 'invalid_grant';
const refusals: Refusal[] = [
  { code: 50011, error: 'invalid_request', legs: both, becomes: 'redirect_uri_mismatch' },
  { code: 50020, error: grant, legs: both, becomes: 'wrong_tenant_account' },
  { code: 500208, error: 'invalid_request', legs: both, becomes: 'account_type_not_allowed' },
  { code: 50034, error: grant, legs: both, becomes: 'wrong_tenant_account' },
  { code: 51004, error: grant, legs: both, becomes: 'wrong_tenant_account' },
  { code: 50053, error: grant, legs: both, becomes: 'account_locked' },
  { code: 50057, error: grant, legs: both, becomes: 'account_disabled' },
  { code: 50126, error: grant, legs: both, becomes: 'sign_in_interrupted' },
  { code: 50058, error: 'login_required', legs: both, becomes: 'sign_in_interrupted' },
  ...[50072, 50074, 50076, 50078, 50079].flatMap((code): Refusal[] => [
    { code, error: grant, suberror: 'basic_action', legs: ['token'], becomes: 'mfa_needed' },
    { code, error: 'interaction_required', legs: both, becomes: 'mfa_needed' },
  ]),
  { code: 50089, error: grant, legs: both, becomes: 'sign_in_interrupted' },
  { code: 50105, error: 'access_denied', legs: both, becomes: 'user_not_assigned' },
  { code: 50132, error: grant, legs: ['token'], becomes: 'sign_in_interrupted' },
  { code: 50133, error: grant, legs: ['token'], becomes: 'sign_in_interrupted' },
  { code: 50173, error: grant, suberror: 'bad_token', legs: ['token'], becomes: 'sign_in_interrupted' },
  { code: 50194, error: 'invalid_request', legs: both, becomes: 'single_tenant_app' },
  { code: 50196, error: grant, legs: both, becomes: 'throttled' },
  { code: 501481, error: grant, legs: ['token'], becomes: 'sign_in_interrupted' },
  ...[53000, 53001, 53002, 53003, 530032, 530035].flatMap((code): Refusal[] => [
    { code, error: grant, suberror: 'message_only', legs: ['token'], becomes: 'blocked_by_policy' },
    { code, error: 'access_denied', legs: ['callback'], becomes: 'blocked_by_policy' },
  ]),
  { code: 54005, error: grant, legs: ['token'], becomes: 'sign_in_interrupted' },
  { code: 65001, error: grant, suberror: 'consent_required', legs: ['token'], becomes: 'consent_missing' },
  { code: 65001, error: 'consent_required', legs: ['callback'], becomes: 'consent_missing' },
  { code: 65004, error: 'access_denied', legs: ['callback'], becomes: 'consent_declined' },
  ...[650052, 650054, 650056, 650057].map((code): Refusal => ({
    code,
    error: 'invalid_client',
    legs: both,
    becomes: 'app_permissions_misconfigured',
  })),
  { code: 70000, error: grant, legs: ['token'], becomes: 'sign_in_interrupted' },
  { code: 70008, error: grant, legs: ['token'], becomes: 'sign_in_interrupted' },
  { code: 70011, error: 'invalid_scope', legs: both, becomes: 'invalid_scope' },
  { code: 28003, error: 'invalid_scope', legs: both, becomes: 'invalid_scope' },
  { code: 700022, error: 'invalid_scope', legs: both, becomes: 'invalid_scope' },
  { code: 700016, error: 'unauthorized_client', legs: both, becomes: 'app_not_found' },
  { code: 7000112, error: 'unauthorized_client', legs: both, becomes: 'app_disabled' },
  { code: 7000215, error: 'invalid_client', legs: ['token'], becomes: 'app_secret_wrong' },
  { code: 7000218, error: 'invalid_client', legs: ['token'], becomes: 'app_credential_missing' },
  { code: 7000222, error: 'invalid_client', legs: ['token'], becomes: 'app_secret_expired' },
  { code: 700027, error: 'invalid_client', legs: ['token'], becomes: 'app_certificate_unknown' },
  { code: 700025, error: 'invalid_client', legs: ['token'], becomes: 'app_credential_refused' },
  { code: 90002, error: 'invalid_request', legs: both, becomes: 'tenant_not_found' },
  { code: 90094, error: 'access_denied', suberror: 'cancel', legs: ['callback'], becomes: 'admin_approval_needed' },
  { code: 90094, error: 'access_denied', legs: both, becomes: 'admin_approval_needed' },
  { code: 90095, error: 'access_denied', legs: ['callback'], becomes: 'admin_approval_needed' },
  { code: 900144, error: 'invalid_request', legs: both, becomes: 'microsoft_request_invalid' },
  { code: 900561, error: 'invalid_request', legs: ['token'], becomes: 'microsoft_request_invalid' },
  { code: 9002313, error: 'invalid_request', legs: both, becomes: 'microsoft_request_invalid' },
  { code: 9001023, error: 'invalid_request', legs: ['token'], becomes: 'tenant_id_needed' },
  { code: 50059, error: 'invalid_request', legs: both, becomes: 'tenant_id_needed' },
  { code: 9002325, error: 'invalid_request', legs: ['token'], becomes: 'spa_redirect_uri' },
  { code: 9002332, error: 'invalid_request', legs: both, becomes: 'account_type_not_allowed' },
  // With status 429 at the token endpoint.
  { code: 90055, error: 'temporarily_unavailable', legs: ['token'], becomes: 'throttled' },
  { code: 90055, error: 'temporarily_unavailable', legs: ['callback'], becomes: 'entra_unavailable' },
];

/** OAuth's errors that come without a number of Microsoft's. */
const words: { query: string; becomes: ProblemCode }[] = [
  { query: 'error=access_denied&error_subcode=cancel', becomes: 'sign_in_cancelled' },
  { query: 'error=access_denied', becomes: 'consent_declined' },
  { query: 'error=consent_required', becomes: 'consent_missing' },
  { query: 'error=login_required', becomes: 'sign_in_interrupted' },
  { query: 'error=interaction_required', becomes: 'sign_in_interrupted' },
  { query: 'error=server_error', becomes: 'entra_unavailable' },
  { query: 'error=temporarily_unavailable', becomes: 'entra_unavailable' },
  { query: 'error=invalid_request', becomes: 'sign_in_refused' },
  { query: 'error=unauthorized_client', becomes: 'sign_in_refused' },
  { query: 'error=unsupported_response_type', becomes: 'sign_in_refused' },
  { query: 'error=invalid_resource', becomes: 'invalid_scope' },
  { query: 'error=never_heard_of_it', becomes: 'sign_in_refused' },
  { query: 'error=', becomes: 'sign_in_refused' },
  { query: '', becomes: 'sign_in_interrupted' },
  { query: 'code=', becomes: 'sign_in_interrupted' },
];

async function startConnected(t: TestContext, options: Parameters<typeof startSystem>[1] = {}) {
  const system = await startSystem(t, options);
  const { person } = await startWorkspace(system);
  const dana = userNamed(system.emulator, 'dana.reyes').id;
  await connectTeams(person, publicUrl, dana);
  const [before] = await stored(system);
  assert.ok(before);
  const begin = async () =>
    new URL((await person.call<{ url: string }>(`${publicUrl}/v1/integrations/teams/connect`, 'POST', {})).url);
  return { system, person, dana, before, begin };
}

const stored = ({ database }: System) => database.db.selectFrom('connections').selectAll().execute();

function checkPage(page: { status: number; text: string }, becomes: ProblemCode, what: string): void {
  const { title, remedy, status } = problems[becomes];
  assert.equal(page.status, status, `${what}: ${page.text}`);
  assert.ok(page.text.includes(`<h1>${escaped(title)}</h1>`), `${what}: ${title}`);
  assert.ok(page.text.includes(escaped(remedy)), `${what}: the remedy of ${becomes}`);
  assert.ok(page.text.includes('href="/console/microsoft-365/integrations"'), `${what}: the way back`);
}

function lastWarning({ lines }: System): Record<string, unknown> {
  const line = lines.findLast((text) => text.includes('"connecting failed"'));
  return JSON.parse(line ?? '{}') as Record<string, unknown>;
}

test('F2, S01: every refusal of the token endpoint becomes the right page and leaves the connection as it was', async (t) => {
  const { system, person, dana, before } = await startConnected(t);
  for (const { code, error, suberror, becomes } of refusals.filter(({ legs }) => legs.includes('token'))) {
    const redeemed = tokenCalls(system, 'authorization_code').length;
    system.emulator.fail({
      service: 'entra',
      path: '/token',
      kind: { type: 'aadsts', code, error, ...(suberror && { suberror }) },
    });
    const page = await connectTeams(person, publicUrl, dana);
    const what = `AADSTS${code} ${error}`;
    checkPage(page, becomes, what);
    assert.ok(page.text.includes(`AADSTS${code}`), what);
    assert.equal(lastWarning(system)['code'], becomes, what);
    assert.equal(tokenCalls(system, 'authorization_code').length, redeemed + 1, `${what}: one attempt`);
    assert.deepEqual(await stored(system), [before], `${what}: nothing is changed`);
  }
  await connectTeams(person, publicUrl, dana);
  assert.equal((await stored(system))[0]?.token_version, before.token_version + 1, 'and it can be done again');
});

test('F5, F6: every refusal that Microsoft sends back becomes the right page and leaves the connection as it was', async (t) => {
  const { system, person, before, begin } = await startConnected(t);
  const redeemed = tokenCalls(system, 'authorization_code').length;
  const attempts = [
    ...refusals
      .filter(({ legs }) => legs.includes('callback'))
      .map(({ code, error, suberror, becomes }) => ({
        becomes,
        what: `AADSTS${code} ${error}`,
        query: new URLSearchParams({
          error,
          ...(suberror && { error_subcode: suberror }),
          error_description: `AADSTS${code}: Why.\r\nTrace ID: 654ce9b2-9d6a-4c1f-8a0b-1d2e3f4a5b6c\r\nCorrelation ID: 5be327fc\r\nTimestamp: 2026-11-23 07:00:00Z`,
        }).toString(),
      })),
    ...words.map(({ query, becomes }) => ({ becomes, what: query || 'nothing at all', query })),
  ];
  for (const { becomes, what, query } of attempts) {
    const state = (await begin()).searchParams.get('state') ?? '';
    const page = await person.visit(`${publicUrl}/api/teams/callback?${query}&state=${state}`);
    checkPage(page, becomes, what);
    assert.equal(lastWarning(system)['code'], becomes, what);
    const helps = ['admin_approval_needed', 'consent_missing', 'consent_declined'].includes(becomes);
    assert.equal(page.text.includes('/v2.0/adminconsent?'), helps, `${what}: a link for the administrator`);
  }
  assert.deepEqual(await stored(system), [before], 'nothing is changed');
  assert.equal(tokenCalls(system, 'authorization_code').length, redeemed, 'nothing was redeemed');
});

test('S10: what stands in a callback’s address is neither shown as it came nor written to the log', async (t) => {
  const { system, person, begin } = await startConnected(t);
  const state = (await begin()).searchParams.get('state') ?? '';
  const query = new URLSearchParams({
    error: '<script>x</script>',
    error_description: 'AADSTS65004: <b>Call 0800-CANARY</b>\r\nTrace ID: CANARY"><i>',
    error_uri: 'https://evil.example/?code=1',
    state,
    code: 'CANARY-code',
  });
  const page = await person.visit(`${publicUrl}/api/teams/callback?${query.toString()}`);
  assert.equal(page.status, 403);
  assert.doesNotMatch(page.text, /<script>x|Call 0800|<i>|evil\.example/);
  const written = system.lines.join('');
  assert.doesNotMatch(written, /CANARY-code|Call 0800/);
  assert.equal(written.includes(state), false);
});

for (const [name, kind, becomes] of [
  ['no connection', { type: 'drop-request' }, 'microsoft_unreachable'],
  ['a lost answer', { type: 'drop-response' }, 'microsoft_unreachable'],
  ['half an answer', { type: 'truncate' }, 'microsoft_answer_unreadable'],
  ['a proxy’s page', { type: 'content-type', value: 'text/html' }, 'microsoft_answer_unreadable'],
  ['503', { type: 'status', status: 503 }, 'entra_unavailable'],
  ['500 without OAuth’s words', { type: 'status', status: 500, code: 'server_error' }, 'entra_unavailable'],
  ['429', { type: 'status', status: 429, retryAfter: '30' }, 'throttled'],
] as const) {
  test(`T02: ${name} while connecting is a passing fault, and the next attempt works`, async (t) => {
    const { system, person, dana, before } = await startConnected(t);
    system.emulator.fail({ service: 'entra', path: '/token', kind });
    checkPage(await connectTeams(person, publicUrl, dana), becomes, name);
    assert.deepEqual(await stored(system), [before]);
    const page = await connectTeams(person, publicUrl, dana);
    assert.ok(page.url.endsWith('?connected=1'), page.text);
  });
}

test('T02: an answer that never comes ends as “could not be reached”', async (t) => {
  let hang = false;
  const { system, person, dana, before } = await startConnected(t, {
    wrapFetch: (inner) => async (input, init) => {
      if (!hang) return inner(input, init);
      assert.ok(init?.signal, 'every request has a limit of time');
      throw new DOMException('The operation timed out', 'TimeoutError');
    },
  });
  hang = true;
  checkPage(await connectTeams(person, publicUrl, dana), 'microsoft_unreachable', 'timeout');
  assert.deepEqual(await stored(system), [before]);
});

test('a secret that has expired is told after consent, with what the operator does', async (t) => {
  const env = {
    MicrosoftTeams__ClientId: EXPIRED_SECRET_CLIENT_ID,
    MicrosoftTeams__ClientSecret: EXPIRED_CLIENT_SECRET,
  };
  const system = await startSystem(t, { env });
  const { person } = await startWorkspace(system);
  const page = await connectTeams(person, publicUrl, userNamed(system.emulator, 'dana.reyes').id);
  checkPage(page, 'app_secret_expired', 'AADSTS7000222');
  assert.match(page.text, /Nobody needs to reconnect/);
  assert.deepEqual(await stored(system), []);
});

test('a secret that is wrong (its id instead of its value, say) is told after consent', async (t) => {
  const system = await startSystem(t, { env: { MicrosoftTeams__ClientSecret: 'f2b1c0de-not-the-value' } });
  const { person } = await startWorkspace(system);
  const page = await connectTeams(person, publicUrl, userNamed(system.emulator, 'dana.reyes').id);
  checkPage(page, 'app_secret_wrong', 'AADSTS7000215');
  assert.match(page.text, /the secret’s Value, not its Secret ID/);
  assert.doesNotMatch(page.text + system.lines.join(''), /f2b1c0de/);
});

test('a single-tenant app used on “common” never comes back; on its own tenant it works', async (t) => {
  const env = {
    MicrosoftTeams__ClientId: SINGLE_TENANT_CLIENT_ID,
    MicrosoftTeams__ClientSecret: SINGLE_TENANT_CLIENT_SECRET,
  };
  const system = await startSystem(t, { env });
  const { person } = await startWorkspace(system);
  const dana = userNamed(system.emulator, 'dana.reyes');
  assert.match((await connectTeams(person, publicUrl, dana.id)).text, /AADSTS50194/);
  const help = await person.visit(`${publicUrl}/problems/single_tenant_app`);
  assert.match(help.text, /MicrosoftTeams__TenantId/);
  assert.match(help.text, /AADSTS50194/);

  const locked = await startSystem(t, { env: { ...env, MicrosoftTeams__TenantId: dana.tenantId } });
  const other = await startWorkspace(locked);
  const page = await connectTeams(other.person, publicUrl, userNamed(locked.emulator, 'dana.reyes').id);
  assert.ok(page.url.endsWith('?connected=1'), page.text);
});

test('an app that the tenant disabled: nobody connects, and a connection from before is not blamed for it', async (t) => {
  const { system, person, dana, begin } = await startConnected(t);
  const [principal] = [...system.emulator.context.directory.servicePrincipals.values()].filter(
    ({ clientId }) => clientId === system.config.microsoftTeams.clientId,
  );
  assert.ok(principal);
  // Disabled between sign-in and the return to Parley.
  const url = await begin();
  url.searchParams.delete('login_hint');
  url.searchParams.set('prompt', 'select_account');
  const signedIn = await person.visit(url.href);
  assert.match(signedIn.text, /Pick an account/);
  system.emulator.fail({ service: 'entra', path: '/token', kind: { type: 'aadsts', code: 7000112 } });
  const page = await person.press(signedIn, '/authorize/sign-in', { user: dana });
  checkPage(page, 'app_disabled', 'AADSTS7000112');
  principal.disabled = true;
  assert.match((await connectTeams(person, publicUrl, dana)).text, /AADSTS7000112/);
  system.clock.advance(2 * 60 * 60_000);
  const use = createAccessTokens(system.app.deps);
  await assert.rejects(use((await stored(system))[0]?.id ?? ''), { code: 'app_disabled' });
  assert.equal((await stored(system))[0]?.status, 'connected');
  principal.disabled = false;
  await use((await stored(system))[0]?.id ?? '');
});

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openBrowser } from '../browser.ts';
import type { Person, SignInOutcome } from '../browser.ts';
import { createEmulator, ENTRA_ORIGIN } from '../emulator.ts';
import type { Emulator } from '../emulator.ts';
import {
  CONTOSO_TENANT_ID,
  LARKFIELD_TENANT_ID,
  PARLEY_CLIENT_ID,
  PARLEY_CLIENT_SECRET,
  PARLEY_REDIRECT_URI,
  SINGLE_TENANT_CLIENT_ID,
} from '../seed.ts';
import { verifyAccessToken } from './access-token.ts';

const dana = 'dana.reyes@contoso.example';
const elif = 'elif.varga@larkfield.example';
const kim = 'kim.sandoval@outlook.example';
const nora = 'nora.castell@larkfield.example';
const priya = 'priya.lindqvist@contoso.example';

type Fields = Record<string, string>;

const request = {
  client_id: PARLEY_CLIENT_ID,
  response_type: 'code',
  redirect_uri: PARLEY_REDIRECT_URI,
  scope: 'openid offline_access User.Read Calendars.ReadWrite',
  state: 'a state & more',
};

suite('what Entra says on its own page', () => {
  const cases: [string, number, string, Fields, Person?][] = [
    ['an unknown app', 700016, 'common', { client_id: '00000000-1111-4222-8333-444444444444' }],
    ['no app', 900144, 'common', { client_id: '' }],
    ['another path in the redirect URI', 50011, 'common', { redirect_uri: 'http://localhost:3000/callback' }],
    ['another case in the redirect URI', 50011, 'common', { redirect_uri: 'http://localhost:3000/API/teams/callback' }],
    ['another host in the redirect URI', 50011, 'common', { redirect_uri: 'http://127.0.0.1:3000/api/teams/callback' }],
    ['no redirect URI', 900144, 'common', { redirect_uri: '' }],
    ['an unknown tenant', 90002, 'nobody.example', {}],
    ['a single-tenant app on common', 50194, 'common', { client_id: SINGLE_TENANT_CLIENT_ID }],
    ['a single-tenant app elsewhere', 700016, LARKFIELD_TENANT_ID, { client_id: SINGLE_TENANT_CLIENT_ID }],
    ['a person of another tenant', 50020, LARKFIELD_TENANT_ID, {}, { user: dana }],
    ['a personal account in a tenant', 50020, CONTOSO_TENANT_ID, {}, { user: kim }],
    ['a personal account on organizations', 500208, 'organizations', {}, { user: kim }],
    ['a work account on consumers', 500208, 'consumers', {}, { user: dana }],
    ['a disabled account', 50057, 'common', {}, { user: 'rune.abara@contoso.example' }],
  ];
  for (const [name, code, tenant, fields, person] of cases) {
    test(`${name}: AADSTS${code}`, async () => {
      const outcome = await visit(createEmulator(), { tenant, fields, person: person ?? { user: dana } });
      assert.equal(outcome.kind, 'page');
      assert.match(html(outcome), new RegExp(`AADSTS${code}: `));
      assert.match(html(outcome), /Request Id.*Correlation Id.*Timestamp/s);
    });
  }

  test('a person blocked by conditional access: AADSTS53003', async () => {
    const emulator = createEmulator();
    for (const user of emulator.context.directory.users.values()) user.conditionalAccess = 'blocked';
    assert.match(html(await visit(emulator)), /AADSTS53003/);
  });
});

suite('what Entra sends back to the app', () => {
  const cases: [string, string, string, Fields][] = [
    ['no response type', 'invalid_request', 'AADSTS900144', { response_type: '' }],
    ['the implicit flow', 'unsupported_response_type', 'AADSTS700054', { response_type: 'token' }],
    ['a made-up response type', 'unsupported_response_type', 'AADSTS70007', { response_type: 'magic' }],
    ['a made-up response mode', 'unsupported_response_type', 'AADSTS70007', { response_mode: 'smoke' }],
    ['no scope', 'invalid_request', 'AADSTS900144', { scope: '' }],
    ['a scope that does not exist', 'invalid_client', 'AADSTS650053', { scope: 'openid Calendar.Write' }],
    ['another resource', 'invalid_resource', 'AADSTS500011', { scope: 'https://vault.example/user_impersonation' }],
    ['an unknown prompt', 'invalid_request', 'AADSTS90023', { prompt: 'please' }],
    ['a short PKCE challenge', 'invalid_request', 'AADSTS501491', { code_challenge: 'short' }],
    ['prompt=none and nobody signed in', 'login_required', 'AADSTS50058', { prompt: 'none' }],
  ];
  for (const [name, error, code, fields] of cases) {
    test(`${name}: ${error}`, async () => {
      const params = sentBack(await visit(createEmulator(), { fields }));
      assert.equal(params.get('error'), error);
      assert.match(params.get('error_description') ?? '', new RegExp(`^${code}: .+\r\nTrace ID: `, 's'));
      assert.equal(params.get('state'), request.state);
    });
  }

  test('a person who presses Cancel', async () => {
    const params = sentBack(await visit(createEmulator(), { person: { user: dana, decision: 'cancel' } }));
    assert.deepEqual([params.get('error'), params.get('error_subcode')], ['access_denied', 'cancel']);
    assert.match(params.get('error_description') ?? '', /^AADSTS65004/);
  });

  test('a code, in the query, the fragment or a posted form', async () => {
    for (const mode of ['query', 'fragment', 'form_post']) {
      const outcome = await visit(createEmulator(), { fields: { response_mode: mode } });
      const params = sentBack(outcome);
      assert.ok((params.get('code') ?? '').length > 20);
      assert.equal(params.get('state'), request.state);
      const url = outcome.kind === 'redirect' ? outcome.url : '';
      const separator = { query: '?', fragment: '#', form_post: '' }[mode] ?? '';
      assert.ok(url.startsWith(`${PARLEY_REDIRECT_URI}${separator}`));
    }
  });

  test('a code to localhost on any port', async () => {
    const redirectUri = 'http://localhost:4999/api/teams/callback';
    const outcome = await visit(createEmulator(), { fields: { redirect_uri: redirectUri } });
    assert.ok(outcome.kind === 'redirect' && outcome.url.startsWith(`${redirectUri}?code=`));
  });

  test('a code for a personal account, whose letters need encoding', async () => {
    const params = sentBack(await visit(createEmulator(), { person: { user: kim } }));
    assert.match(params.get('code') ?? '', /^M\..*!\*\$$/);
  });
});

suite('single sign-on', () => {
  test('asks nobody a second time, and knows prompt and login_hint', async () => {
    const emulator = createEmulator();
    const browser = openBrowser(emulator.fetch);
    await browser.visit(url(), { user: dana });
    const silent = await ask(browser, { prompt: 'none' });
    assert.ok(sentBack(silent).get('code'));
    const pages = emulator.calls.length;
    await browser.visit(url(), { user: 'nobody' });
    assert.equal(emulator.calls.length, pages + 1, 'one request, no page');
    const hinted = await ask(browser, { prompt: 'none', login_hint: priya });
    assert.equal(sentBack(hinted).get('error'), 'login_required');
    const missing = await ask(browser, { prompt: 'none', scope: 'openid Mail.Send' });
    assert.equal(sentBack(missing).get('error'), 'consent_required');
    const picked = await ask(browser, { prompt: 'select_account' }, { user: 'milan.okafor@contoso.example' });
    assert.ok(sentBack(picked).get('code'));
  });

  test('ends when the sessions are revoked, and when the person signs out', async () => {
    const emulator = createEmulator();
    const browser = openBrowser(emulator.fetch);
    await browser.visit(url(), { user: dana });
    const user = [...emulator.context.directory.users.values()].find(
      ({ userPrincipalName }) => userPrincipalName === dana,
    );
    assert.ok(user);
    user.sessionsRevokedAt = emulator.clock.now();
    assert.equal(sentBack(await ask(browser, { prompt: 'none' })).get('error'), 'login_required');
    await browser.visit(url(), { user: dana });
    assert.ok(sentBack(await ask(browser, { prompt: 'none' })).get('code'));
    await browser.visit(`${ENTRA_ORIGIN}/common/oauth2/v2.0/logout`, { user: dana });
    assert.equal(sentBack(await ask(browser, { prompt: 'none' })).get('error'), 'login_required');
  });
});

suite('consent', () => {
  test('is asked once, and again only for more', async () => {
    const emulator = createEmulator();
    const browser = openBrowser(emulator.fetch);
    const asked = () =>
      emulator.calls.filter(({ responseBody }) => responseBody.includes('Permissions requested<')).length;
    await browser.visit(url(), { user: dana });
    assert.equal(asked(), 1);
    await browser.visit(url(), { user: dana });
    assert.equal(asked(), 1);
    await browser.visit(url({ scope: 'openid Mail.Send' }), { user: dana });
    assert.equal(asked(), 2);
    const tokens = await redeem(emulator, await browser.visit(url(), { user: dana }));
    assert.equal(tokens['scope'], 'User.Read Calendars.ReadWrite Mail.Send');
  });

  test('needs an administrator where the tenant says so', async () => {
    const emulator = createEmulator();
    const outcome = await visit(emulator, { person: { user: elif, decision: 'back' } });
    assert.match(emulator.calls.at(-2)?.responseBody ?? '', /Need admin approval.*Have an admin account\?/s);
    const params = sentBack(outcome);
    assert.deepEqual([params.get('error'), params.get('error_subcode')], ['access_denied', 'cancel']);
    assert.match(params.get('error_description') ?? '', /^AADSTS90094/);
  });

  test('needs an administrator for some permissions everywhere', async () => {
    const fields = { scope: 'openid OnlineMeetingRecording.Read.All' };
    const params = sentBack(await visit(createEmulator(), { fields, person: { user: dana, decision: 'back' } }));
    assert.match(params.get('error_description') ?? '', /^AADSTS90094/);
    const stuck = await visit(createEmulator(), { fields, person: { user: dana } });
    assert.equal(stuck.kind === 'page' && stuck.title, 'Need admin approval');
  });

  test('by an administrator for the organization spares everybody the question, unless it is forced', async () => {
    const emulator = createEmulator();
    await visit(emulator, { person: { user: nora, organization: true } });
    const browser = openBrowser(emulator.fetch);
    assert.ok(sentBack(await browser.visit(url(), { user: elif })).get('code'));
    const forced = await browser.visit(url({ prompt: 'consent' }), { user: elif });
    assert.equal(forced.kind === 'page' && forced.title, 'Need admin approval');
  });

  test('of an administrator for himself is his alone', async () => {
    const emulator = createEmulator();
    await visit(emulator, { person: { user: nora } });
    const outcome = await visit(emulator, { person: { user: elif } });
    assert.equal(outcome.kind, 'page');
  });
});

suite('admin consent', () => {
  const query = { client_id: PARLEY_CLIENT_ID, redirect_uri: PARLEY_REDIRECT_URI, state: 'abc' };
  const everything = { ...query, scope: 'https://graph.microsoft.com/.default' };
  const address = (path: string, fields: Fields) =>
    `${ENTRA_ORIGIN}/${path}?${new URLSearchParams({ ...fields }).toString()}`;

  test('v2 grants what /.default means, to people and to the app', async () => {
    const emulator = createEmulator();
    const browser = openBrowser(emulator.fetch);
    const path = `${LARKFIELD_TENANT_ID}/v2.0/adminconsent`;
    const params = sentBack(await browser.visit(address(path, everything), { user: nora }));
    assert.deepEqual(Object.fromEntries(params), {
      admin_consent: 'True',
      tenant: LARKFIELD_TENANT_ID,
      scope: 'https://graph.microsoft.com/.default',
      state: 'abc',
    });
    assert.ok(sentBack(await visit(emulator, { person: { user: elif } })).get('code'), 'no question for staff');
    const token = await appToken(emulator, LARKFIELD_TENANT_ID);
    const caller = await verifyAccessToken(emulator.context, `Bearer ${token}`);
    assert.ok(caller.kind === 'app' && caller.tenant.id === LARKFIELD_TENANT_ID);
    assert.deepEqual(caller.roles, ['User.Read.All', 'Calendars.ReadWrite', 'OnlineMeetings.ReadWrite.All']);
  });

  test('v2 with named scopes grants only these, to people', async () => {
    const emulator = createEmulator();
    const fields = { ...query, scope: 'User.Read Calendars.ReadWrite' };
    const path = 'organizations/v2.0/adminconsent';
    const params = sentBack(await openBrowser(emulator.fetch).visit(address(path, fields), { user: priya }));
    assert.equal(params.get('tenant'), CONTOSO_TENANT_ID);
    const token = await appToken(emulator, CONTOSO_TENANT_ID);
    const caller = await verifyAccessToken(emulator.context, `Bearer ${token}`);
    assert.deepEqual(caller.kind === 'app' && caller.roles, []);
    assert.ok(caller.kind === 'app' && !('roles' in caller.claims));
  });

  test('v2 says admin_consent=True even when it was declined', async () => {
    const browser = openBrowser(createEmulator().fetch);
    const path = 'organizations/v2.0/adminconsent';
    const outcome = await browser.visit(address(path, everything), { user: priya, decision: 'cancel' });
    const params = sentBack(outcome);
    assert.deepEqual([params.get('admin_consent'), params.get('error')], ['True', 'consent_required']);
    assert.match(params.get('error_description') ?? '', /^AADSTS65004/);
  });

  test('v1 grants everything, also with a longer redirect URI', async () => {
    const emulator = createEmulator();
    const fields = { ...query, redirect_uri: `${PARLEY_REDIRECT_URI}/admin` };
    const outcome = await openBrowser(emulator.fetch).visit(address('common/adminconsent', fields), { user: priya });
    const params = sentBack(outcome);
    assert.deepEqual(Object.fromEntries(params), { admin_consent: 'True', tenant: CONTOSO_TENANT_ID, state: 'abc' });
    assert.ok(outcome.kind === 'redirect' && outcome.url.startsWith(`${PARLEY_REDIRECT_URI}/admin?`));
  });

  test('v1 declined, as documented and as seen in the wild', async () => {
    const emulator = createEmulator();
    const decline = async () =>
      sentBack(
        await openBrowser(emulator.fetch).visit(address('common/adminconsent', query), {
          user: priya,
          decision: 'cancel',
        }),
      );
    assert.equal((await decline()).get('error'), 'permission_denied');
    emulator.switches.adminConsentCancel = 'access_denied';
    const params = await decline();
    assert.deepEqual([params.get('error'), params.get('error_subcode')], ['access_denied', 'cancel']);
  });

  const refused: [string, string, Fields, string, RegExp][] = [
    ['a person who is no administrator', 'organizations/v2.0/adminconsent', everything, dana, /not an administrator/],
    [
      'an administrator of another tenant',
      `${LARKFIELD_TENANT_ID}/v2.0/adminconsent`,
      everything,
      priya,
      /AADSTS50020/,
    ],
    ['a personal account', 'common/adminconsent', query, kim, /AADSTS500208/],
    ['v2 without scope', 'organizations/v2.0/adminconsent', query, priya, /AADSTS900144/],
    [
      'an unregistered redirect URI',
      'common/adminconsent',
      { ...query, redirect_uri: 'https://x.example' },
      priya,
      /50011/,
    ],
  ];
  for (const [name, path, fields, user, pattern] of refused) {
    test(`refuses ${name}`, async () => {
      const outcome = await openBrowser(createEmulator().fetch).visit(address(path, fields), { user });
      assert.match(html(outcome), pattern);
    });
  }
});

test('the access token of a personal account is opaque to the app, not to Graph', async () => {
  const emulator = createEmulator();
  const tokens = await redeem(emulator, await visit(emulator, { person: { user: kim } }));
  assert.match(String(tokens['access_token']), /^EwB[\w-]+$/);
  const caller = await verifyAccessToken(emulator.context, `Bearer ${String(tokens['access_token'])}`);
  assert.ok(caller.kind === 'delegated' && caller.personal && caller.user.userPrincipalName === kim);
});

function url(fields: Fields = {}, tenant = 'common'): string {
  const given = Object.entries({ ...request, ...fields }).filter(([, value]) => value !== '');
  const params = new URLSearchParams(given);
  return `${ENTRA_ORIGIN}/${tenant}/oauth2/v2.0/authorize?${params.toString()}`;
}

function visit(
  emulator: Emulator,
  {
    tenant = 'common',
    fields = {},
    person = { user: dana },
  }: { tenant?: string; fields?: Fields; person?: Person } = {},
): Promise<SignInOutcome> {
  return openBrowser(emulator.fetch).visit(url(fields, tenant), person);
}

function ask(
  browser: ReturnType<typeof openBrowser>,
  fields: Fields,
  person: Person = { user: dana },
): Promise<SignInOutcome> {
  return browser.visit(url(fields), person);
}

function sentBack(outcome: SignInOutcome): URLSearchParams {
  assert.ok(outcome.kind === 'redirect', outcome.kind === 'page' ? `${outcome.title}: ${outcome.html}` : '');
  return outcome.params;
}

function html(outcome: SignInOutcome): string {
  return outcome.kind === 'page' ? outcome.html : `redirected to ${outcome.url}`;
}

async function redeem(emulator: Emulator, outcome: SignInOutcome): Promise<Record<string, unknown>> {
  const response = await emulator.fetch(`${ENTRA_ORIGIN}/common/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: PARLEY_CLIENT_ID,
      client_secret: PARLEY_CLIENT_SECRET,
      redirect_uri: PARLEY_REDIRECT_URI,
      code: sentBack(outcome).get('code') ?? '',
    }),
  });
  return (await response.json()) as Record<string, unknown>;
}

async function appToken(emulator: Emulator, tenant: string): Promise<string> {
  const basic = Buffer.from(`${PARLEY_CLIENT_ID}:${PARLEY_CLIENT_SECRET}`).toString('base64');
  const response = await emulator.fetch(`${ENTRA_ORIGIN}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' }),
  });
  return String(((await response.json()) as Record<string, unknown>)['access_token']);
}

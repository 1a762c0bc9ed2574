import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import { importPKCS8, SignJWT } from 'jose';
import { openBrowser } from '../browser.ts';
import { createEmulator, ENTRA_ORIGIN } from '../emulator.ts';
import type { Emulator } from '../emulator.ts';
import {
  certificate,
  CERTIFICATE_CLIENT_ID,
  CONTOSO_TENANT_ID,
  EXPIRED_CLIENT_SECRET,
  EXPIRED_SECRET_CLIENT_ID,
  LARKFIELD_TENANT_ID,
  PARLEY_CLIENT_ID,
  PARLEY_CLIENT_SECRET,
  PARLEY_REDIRECT_URI,
  SINGLE_TENANT_CLIENT_ID,
  SINGLE_TENANT_CLIENT_SECRET,
} from '../seed.ts';
import { selfSigned } from '../self-signed.ts';

const dana = 'dana.reyes@contoso.example';
const day = 86_400_000;
const parley = { client_id: PARLEY_CLIENT_ID, client_secret: PARLEY_CLIENT_SECRET };
const single = { client_id: SINGLE_TENANT_CLIENT_ID, client_secret: SINGLE_TENANT_CLIENT_SECRET };
const app = { ...parley, grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' };

type Fields = Record<string, string>;
type Refused = {
  error: string;
  error_codes: number[];
  error_description: string;
  suberror?: string;
  claims?: string;
  status: number;
};

test('a refusal has the shape that Entra documents', async () => {
  const emulator = createEmulator({ now: () => Date.UTC(2026, 10, 24, 9, 3, 41) });
  const response = await post(emulator, CONTOSO_TENANT_ID, { ...app, client_secret: 'wrong' });
  assert.equal(response.status, 401);
  assert.match(response.headers.get('content-type') ?? '', /application\/json/);
  const body = (await response.json()) as Record<string, unknown>;
  assert.deepEqual(Object.keys(body).toSorted(), [
    'correlation_id',
    'error',
    'error_codes',
    'error_description',
    'error_uri',
    'timestamp',
    'trace_id',
  ]);
  assert.equal(body['timestamp'], '2026-11-24 09:03:41Z');
  assert.equal(body['error_uri'], 'https://login.microsoftonline.com/error?code=7000215');
  assert.match(
    String(body['error_description']),
    /^AADSTS7000215: Invalid client secret provided\..+\r\nTrace ID: [\w-]+\r\nCorrelation ID: [\w-]+\r\nTimestamp: 2026-11-24 09:03:41Z$/,
  );
});

suite('client credentials are refused', () => {
  const cases: [string, number, string, string, Fields, ((emulator: Emulator) => void)?][] = [
    ['a wrong secret', 7000215, 'invalid_client', CONTOSO_TENANT_ID, { client_secret: 'wrong' }],
    [
      'an expired secret',
      7000222,
      'invalid_client',
      CONTOSO_TENANT_ID,
      { client_id: EXPIRED_SECRET_CLIENT_ID, client_secret: EXPIRED_CLIENT_SECRET },
    ],
    ['no secret', 7000216, 'invalid_client', CONTOSO_TENANT_ID, { client_secret: '' }],
    ['on common', 9001023, 'invalid_request', 'common', {}],
    ['on organizations', 50059, 'invalid_request', 'organizations', {}],
    ['on consumers', 9001023, 'invalid_request', 'consumers', {}],
    ['an unknown tenant', 90002, 'invalid_request', 'nobody.example', {}],
    ['an unknown app', 700016, 'unauthorized_client', CONTOSO_TENANT_ID, { client_id: randomUUID() }],
    ['an app that nobody there consented to', 700016, 'unauthorized_client', LARKFIELD_TENANT_ID, {}],
    ['a single-tenant app elsewhere', 700016, 'unauthorized_client', LARKFIELD_TENANT_ID, single],
    ['a scope without /.default', 1002012, 'invalid_scope', CONTOSO_TENANT_ID, { scope: 'Calendars.ReadWrite' }],
    ['another resource', 500011, 'invalid_resource', CONTOSO_TENANT_ID, { scope: 'https://vault.example/.default' }],
    ['no scope', 900144, 'invalid_request', CONTOSO_TENANT_ID, { scope: '' }],
    ['an unknown grant', 70003, 'unsupported_grant_type', CONTOSO_TENANT_ID, { grant_type: 'password' }],
    [
      'a disabled app',
      7000112,
      'unauthorized_client',
      CONTOSO_TENANT_ID,
      {},
      ({ context }) => {
        for (const principal of context.directory.servicePrincipals.values()) principal.disabled = true;
      },
    ],
  ];
  for (const [name, code, error, tenant, fields, arrange] of cases) {
    test(`${name}: AADSTS${code}`, async () => {
      const emulator = createEmulator();
      arrange?.(emulator);
      const refused = await refusedToken(emulator, tenant, { ...app, ...fields });
      assert.deepEqual([refused.error_codes, refused.error], [[code], error]);
      assert.equal(refused.status, error === 'invalid_client' ? 401 : 400);
    });
  }

  test('a GET: AADSTS900561', async () => {
    const response = await createEmulator().fetch(tokenUrl('common'));
    assert.deepEqual(((await response.json()) as Refused).error_codes, [900561]);
  });

  test('a body without grant_type: AADSTS900144', async () => {
    const refused = await refusedToken(createEmulator(), 'common', { client_id: PARLEY_CLIENT_ID });
    assert.deepEqual(refused.error_codes, [900144]);
    assert.match(refused.error_description, /'grant_type'/);
  });
});

suite('certificate assertions', () => {
  type Change = { header?: object; claims?: object; foreignKey?: boolean };
  const now = Math.floor(Date.now() / 1000);
  const expired = now - 3600;
  const cases: [string, number | undefined, Change][] = [
    ['PS256 and x5t#S256', undefined, {}],
    ['the issuer as audience', undefined, { claims: { aud: `${ENTRA_ORIGIN}/${CONTOSO_TENANT_ID}/v2.0` } }],
    ['an unknown certificate', 700027, { header: { 'x5t#S256': randomBytes(32).toString('base64url') } }],
    ['another key', 700027, { foreignKey: true }],
    ['another audience', 700023, { claims: { aud: 'https://login.microsoftonline.com/common/oauth2/v2.0/token' } }],
    ['another issuer', 700021, { claims: { iss: PARLEY_CLIENT_ID } }],
    ['another subject', 700021, { claims: { sub: PARLEY_CLIENT_ID } }],
    ['an expired assertion', 700024, { claims: { exp: expired } }],
    ['an assertion of tomorrow', 700024, { claims: { nbf: now + 86_400 } }],
    ['no jti', 50027, { claims: { jti: undefined } }],
  ];
  for (const [name, code, change] of cases) {
    test(`${name}: ${code === undefined ? 'accepted' : `AADSTS${code}`}`, async () => {
      const emulator = createEmulator();
      const response = await withAssertion(emulator, change);
      const body = (await response.json()) as Refused;
      assert.deepEqual(body.error_codes, code === undefined ? undefined : [code]);
      assert.equal(response.status, code === undefined ? 200 : 401);
    });
  }

  test('an expired certificate: AADSTS700027', async () => {
    const emulator = createEmulator();
    const response = await withAssertion(emulator, { claims: { exp: now + 10 * 86_400 } }, () =>
      emulator.clock.advance(2 * day),
    );
    const body = (await response.json()) as Refused;
    assert.deepEqual(body.error_codes, [700027]);
    assert.match(body.error_description, /expired/);
  });

  async function withAssertion(emulator: Emulator, change: Change, between = () => {}): Promise<Response> {
    const validity = { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + day) };
    const made = selfSigned('Parley', validity);
    const { privateKey } = change.foreignKey === true ? selfSigned('Parley', validity) : made;
    const uploaded = certificate(made.certificate);
    emulator.context.directory.apps.get(CERTIFICATE_CLIENT_ID)?.certificates.push(uploaded);
    const claims = {
      aud: tokenUrl(CONTOSO_TENANT_ID),
      iss: CERTIFICATE_CLIENT_ID,
      sub: CERTIFICATE_CLIENT_ID,
      jti: randomUUID(),
      nbf: now,
      iat: now,
      exp: now + 600,
      ...change.claims,
    };
    const assertion = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': uploaded.sha256, ...change.header })
      .sign(await importPKCS8(privateKey, 'PS256'));
    between();
    return post(emulator, CONTOSO_TENANT_ID, {
      grant_type: 'client_credentials',
      client_id: CERTIFICATE_CLIENT_ID,
      scope: 'https://graph.microsoft.com/.default',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    });
  }
});

suite('authorization codes', () => {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  const cases: [string, number | undefined, { ask?: Fields; redeem?: Fields; tenant?: string; later?: number }][] = [
    ['without PKCE', undefined, {}],
    ['with S256', undefined, { ask: pkce, redeem: { code_verifier: verifier } }],
    ['with plain', undefined, { ask: { code_challenge: verifier }, redeem: { code_verifier: verifier } }],
    ['with another verifier', 501481, { ask: pkce, redeem: { code_verifier: `${verifier}x` } }],
    ['without the verifier', 501481, { ask: pkce }],
    ['after ten minutes', 70008, { later: 600_000 }],
    ['from another address', 500112, { redeem: { redirect_uri: 'http://localhost:3000/other' } }],
    ['by another app', 70000, { redeem: { ...single }, tenant: CONTOSO_TENANT_ID }],
    ['at another tenant', 700005, { tenant: LARKFIELD_TENANT_ID }],
    ['without a secret', 7000218, { redeem: { client_secret: '' } }],
    ['without a code', 900144, { redeem: { code: '' } }],
    ['with a made-up code', 70000, { redeem: { code: '1.Amade-up' } }],
  ];
  for (const [name, code, { ask = {}, redeem = {}, tenant = 'common', later = 0 }] of cases) {
    test(`${name}: ${code === undefined ? 'redeemed' : `AADSTS${code}`}`, async () => {
      const emulator = createEmulator();
      const fields = await codeFor(emulator, ask);
      emulator.clock.advance(later);
      const response = await post(emulator, tenant, { ...fields, ...redeem });
      const body = (await response.json()) as Refused;
      assert.deepEqual(body.error_codes, code === undefined ? undefined : [code]);
    });
  }

  test('are good for one redemption: AADSTS54005', async () => {
    const emulator = createEmulator();
    const fields = await codeFor(emulator);
    const answers = await Promise.all([1, 2, 3].map(() => post(emulator, 'common', fields)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    const refused = await refusedToken(emulator, 'common', fields);
    assert.deepEqual([refused.error_codes, refused.error], [[54005], 'invalid_grant']);
  });

  test('of a redirect URI that was registered as single-page app need PKCE and a browser', async () => {
    const emulator = createEmulator();
    const [registered] = emulator.context.directory.apps.get(PARLEY_CLIENT_ID)?.redirectUris ?? [];
    assert.ok(registered);
    registered.platform = 'spa';
    const without = await refusedToken(emulator, 'common', await codeFor(emulator));
    assert.deepEqual([without.error_codes, without.error], [[9002325], 'invalid_request']);
    const fields = { ...(await codeFor(emulator, pkce)), code_verifier: verifier };
    assert.deepEqual((await refusedToken(emulator, 'common', fields)).error_codes, [9002327]);
    const browser = { ...fields, client_secret: '' };
    const answer = await post(emulator, 'common', browser, { origin: 'http://localhost:3000' });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('access-control-allow-origin'), 'http://localhost:3000');
    const { refresh_token } = (await answer.json()) as Fields;
    emulator.clock.advance(day);
    const refused = await refusedToken(emulator, 'common', {
      grant_type: 'refresh_token',
      client_id: PARLEY_CLIENT_ID,
      refresh_token: refresh_token ?? '',
    });
    assert.deepEqual(refused.error_codes, [700084]);
  });
});

suite('refresh tokens', () => {
  const user = (emulator: Emulator) => {
    const found = [...emulator.context.directory.users.values()].find((user) => user.userPrincipalName === dana);
    assert.ok(found);
    return found;
  };
  const cases: [string, number, string, string | undefined, (emulator: Emulator) => Fields | void][] = [
    ['after 90 idle days', 700082, 'invalid_grant', undefined, ({ clock }) => clock.advance(90 * day)],
    [
      'after revoked sessions',
      50173,
      'invalid_grant',
      'bad_token',
      (emulator) => void (user(emulator).sessionsRevokedAt = emulator.clock.now()),
    ],
    ['of a disabled account', 50057, 'invalid_grant', undefined, (e) => void (user(e).accountEnabled = false)],
    [
      'of a deleted account',
      50034,
      'invalid_grant',
      undefined,
      (e) => void e.context.directory.users.delete(user(e).id),
    ],
    ['when MFA is asked', 50076, 'invalid_grant', 'basic_action', (e) => void (user(e).conditionalAccess = 'mfa')],
    ['when blocked', 53003, 'invalid_grant', 'message_only', (e) => void (user(e).conditionalAccess = 'blocked')],
    [
      'without consent',
      65001,
      'invalid_grant',
      'consent_required',
      ({ context }) => void (context.directory.grants.length = 0),
    ],
    ['for more than was granted', 65001, 'invalid_grant', 'consent_required', () => ({ scope: 'Mail.Send' })],
    ['that are made up', 70000, 'invalid_grant', undefined, () => ({ refresh_token: '1.Amade-up' })],
    ['of another app', 70000, 'invalid_grant', undefined, () => ({ ...single })],
    ['with a wrong secret', 7000215, 'invalid_client', undefined, () => ({ client_secret: 'wrong' })],
    ['without a secret', 7000218, 'invalid_client', undefined, () => ({ client_secret: '' })],
    ['for a scope that does not exist', 650053, 'invalid_client', undefined, () => ({ scope: 'Calendar.Write' })],
    [
      'of a disabled enterprise application',
      7000112,
      'unauthorized_client',
      undefined,
      ({ context }) => {
        for (const principal of context.directory.servicePrincipals.values()) principal.disabled = true;
      },
    ],
  ];
  for (const [name, code, error, suberror, arrange] of cases) {
    test(`${name}: AADSTS${code}`, async () => {
      const emulator = createEmulator();
      const fields = await refreshTokenFor(emulator);
      const change = arrange(emulator) ?? {};
      const refused = await refusedToken(emulator, CONTOSO_TENANT_ID, { ...fields, ...change });
      assert.deepEqual([refused.error_codes, refused.error, refused.suberror], [[code], error, suberror]);
      if (code === 50076) assert.match(refused.claims ?? '', /capolids/);
    });
  }

  test('stay alive as long as they are used, and the ones before them too', async () => {
    const emulator = createEmulator();
    const first = await refreshTokenFor(emulator);
    let fields = first;
    for (let round = 0; round < 3; round += 1) {
      emulator.clock.advance(80 * day);
      const answer = (await (await post(emulator, 'common', fields)).json()) as Fields;
      assert.ok(answer['refresh_token'], JSON.stringify(answer));
      fields = { ...fields, refresh_token: answer['refresh_token'] };
    }
    assert.deepEqual((await refusedToken(emulator, 'common', first)).error_codes, [700082]);
  });

  test('work again after the person signed in again, even when the clock stands still', async () => {
    const emulator = createEmulator({ now: () => Date.UTC(2026, 10, 24) });
    const before = await refreshTokenFor(emulator);
    user(emulator).sessionsRevokedAt = emulator.clock.now();
    const after = await refreshTokenFor(emulator);
    assert.deepEqual((await refusedToken(emulator, 'common', before)).error_codes, [50173]);
    assert.equal((await post(emulator, 'common', after)).status, 200);
  });

  test('gained by a second factor satisfy conditional access', async () => {
    const emulator = createEmulator();
    user(emulator).conditionalAccess = 'mfa';
    assert.equal((await post(emulator, 'common', await refreshTokenFor(emulator))).status, 200);
  });
});

test('an armed fault can be any AADSTS code', async () => {
  const emulator = createEmulator();
  emulator.fail({ kind: { type: 'aadsts', code: 70043 } });
  const refused = await refusedToken(emulator, CONTOSO_TENANT_ID, app);
  assert.deepEqual([refused.error_codes, refused.error], [[70043], 'invalid_grant']);
  assert.equal((await post(emulator, CONTOSO_TENANT_ID, app)).status, 200);
});

function tokenUrl(tenant: string): string {
  return `${ENTRA_ORIGIN}/${tenant}/oauth2/v2.0/token`;
}

function post(emulator: Emulator, tenant: string, fields: Fields, headers: Fields = {}): Promise<Response> {
  return emulator.fetch(tokenUrl(tenant), { method: 'POST', headers, body: new URLSearchParams(fields) });
}

async function refusedToken(emulator: Emulator, tenant: string, fields: Fields): Promise<Refused> {
  const response = await post(emulator, tenant, fields);
  assert.notEqual(response.status, 200, 'the token endpoint should have refused');
  return { ...((await response.json()) as Refused), status: response.status };
}

async function codeFor(emulator: Emulator, ask: Fields = {}): Promise<Fields> {
  const params = new URLSearchParams({
    client_id: PARLEY_CLIENT_ID,
    response_type: 'code',
    redirect_uri: PARLEY_REDIRECT_URI,
    scope: 'openid offline_access User.Read Calendars.ReadWrite',
    ...ask,
  });
  const url = `${ENTRA_ORIGIN}/common/oauth2/v2.0/authorize?${params.toString()}`;
  const outcome = await openBrowser(emulator.fetch).visit(url, { user: dana });
  assert.equal(outcome.kind, 'redirect');
  const code = (outcome.kind === 'redirect' ? outcome.params.get('code') : null) ?? '';
  return { ...parley, grant_type: 'authorization_code', redirect_uri: PARLEY_REDIRECT_URI, code };
}

async function refreshTokenFor(emulator: Emulator): Promise<Fields> {
  const answer = (await (await post(emulator, 'common', await codeFor(emulator))).json()) as Fields;
  return { ...parley, grant_type: 'refresh_token', refresh_token: answer['refresh_token'] ?? '' };
}

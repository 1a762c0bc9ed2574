import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import {
  adminConsentUrl,
  authorizeUrl,
  IdTokenError,
  parseAuthorizeError,
  redeemCode,
  refreshTokens,
  TokenError,
  type EntraApp,
} from './entra.ts';

const now = () => new Date('2026-11-20T09:00:00Z');
const seconds = now().getTime() / 1000;
const tenant = '72f988bf-86f1-41af-91ab-2d7cd011db47';
const personalTenant = '9188040d-6c67-4c5b-b112-36a304b66dad';
const app: EntraApp = {
  authority: 'https://login.microsoftonline.com',
  tenant: 'common',
  clientId: '832d86c8-1111-4222-8333-444455556666',
  clientSecret: 'a+secret/value',
  redirectUri: 'https://parley.example/api/teams/callback',
};
const claims = {
  iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
  aud: app.clientId,
  iat: seconds,
  nbf: seconds,
  exp: seconds + 3600,
  tid: tenant,
  oid: 'bc55b173-cff6-457d-b7a1-64bda7d7581a',
  nonce: 'n-1',
  name: 'Dana Reyes',
  preferred_username: 'dana@contoso.example',
};

type Key = { privateKey: CryptoKey; jwk: JWK };
let known: Key;
let stranger: Key;

async function makeKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } };
}

before(async () => {
  known = await makeKey('k-1');
  stranger = await makeKey('k-2');
});

function sign(payload: Record<string, unknown>, key = known, header: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'RS256', kid: key.jwk.kid ?? '', ...header })
    .sign(key.privateKey);
}

/** Entra as far as a code's redemption sees it: metadata, keys (as they are at the time), and one token answer. */
function entra(idToken: string | undefined, keys: () => JWK[] = () => [known.jwk]) {
  const asked: string[] = [];
  const forms: URLSearchParams[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    asked.push(new URL(request.url).pathname);
    if (request.url.endsWith('/openid-configuration')) {
      return Response.json({
        issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
        jwks_uri: 'https://login.microsoftonline.com/common/discovery/v2.0/keys',
      });
    }
    if (request.url.endsWith('/keys')) return Response.json({ keys: keys() });
    forms.push(new URLSearchParams(await request.text()));
    return Response.json({
      token_type: 'Bearer',
      expires_in: 3599,
      scope: 'User.Read',
      access_token: 'a',
      refresh_token: 'r',
      id_token: idToken,
    });
  };
  return { deps: { fetch, now }, asked, forms };
}

const code = { code: 'c', codeVerifier: 'v', scopes: ['User.Read'], nonce: 'n-1' };

async function reason(idToken: string | undefined, as: EntraApp = app): Promise<string> {
  return redeemCode(entra(idToken).deps, as, code).then(
    () => 'accepted',
    (error: unknown) => (error instanceof IdTokenError ? error.reason : String(error)),
  );
}

// S02, S07: PKCE with S256 and a nonce, always; consent is never forced.
test('the authorize address asks for code, PKCE, nonce and the sign-in scopes', () => {
  const href = authorizeUrl(app, {
    scopes: ['Calendars.ReadWrite', 'offline_access'],
    state: 's+1',
    nonce: 'n',
    codeChallenge: 'c',
    loginHint: 'dana@contoso.example',
    prompt: 'select_account',
  });
  const url = new URL(href);
  assert.equal(url.origin + url.pathname, 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize');
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    client_id: app.clientId,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: app.redirectUri,
    scope: 'Calendars.ReadWrite offline_access openid profile email',
    state: 's+1',
    nonce: 'n',
    code_challenge: 'c',
    code_challenge_method: 'S256',
    login_hint: 'dana@contoso.example',
    prompt: 'select_account',
  });
  assert.doesNotMatch(href, /\+/);
});

const consentPath = (as: EntraApp, chosen?: string) =>
  new URL(adminConsentUrl(as, { scopes: ['User.Read'], state: 's', ...(chosen && { tenant: chosen }) })).pathname;

test('admin consent is asked at “organizations” when the app is common, at the tenant otherwise', () => {
  assert.equal(consentPath(app), '/organizations/v2.0/adminconsent');
  assert.equal(consentPath({ ...app, tenant }), `/${tenant}/v2.0/adminconsent`);
  assert.equal(consentPath(app, tenant), `/${tenant}/v2.0/adminconsent`);
});

test('a code becomes tokens and a proven account', async () => {
  const { deps, forms } = entra(await sign(claims));
  const { tokens, account } = await redeemCode(deps, app, code);
  assert.deepEqual(account, {
    tenantId: tenant,
    objectId: claims.oid,
    email: 'dana@contoso.example',
    name: 'Dana Reyes',
    personal: false,
  });
  assert.deepEqual([tokens.accessToken, tokens.refreshToken, tokens.scopes], ['a', 'r', ['User.Read']]);
  assert.equal(tokens.expiresAt.toISOString(), '2026-11-20T09:59:59.000Z');
  assert.equal(forms[0]?.get('client_secret'), app.clientSecret);
  assert.equal(forms[0].get('code_verifier'), 'v');
  assert.equal(forms[0].get('redirect_uri'), app.redirectUri);
});

test('a personal account is known by its tenant or its identity provider', async () => {
  const iss = `https://login.microsoftonline.com/${personalTenant}/v2.0`;
  for (const payload of [
    { ...claims, tid: personalTenant, iss },
    { ...claims, idp: 'live.com' },
  ]) {
    const { account } = await redeemCode(entra(await sign(payload)).deps, app, code);
    assert.equal(account.personal, true);
  }
});

// S05, S06, S07: an ID token is accepted only when every check holds.
test('a forged, foreign, replayed or stale ID token is refused, with the check that failed', async () => {
  const lines: [string, string, Record<string, unknown>, EntraApp?][] = [
    ['audience', 'another app', { ...claims, aud: 'another' }],
    ['issuer', 'another issuer', { ...claims, iss: `https://evil.example/${tenant}/v2.0` }],
    ['issuer', 'the issuer of another tenant', { ...claims, tid: personalTenant }],
    ['issuer', 'the template itself', { ...claims, iss: 'https://login.microsoftonline.com/{tenantid}/v2.0' }],
    ['tenant', 'another tenant than the locked one', claims, { ...app, tenant: personalTenant }],
    ['nonce', 'another nonce', { ...claims, nonce: 'n-2' }],
    ['malformed', 'no nonce', { ...claims, nonce: undefined }],
    ['malformed', 'no object id', { ...claims, oid: undefined }],
    ['malformed', 'no expiry', { ...claims, exp: undefined }],
    ['time', 'expired', { ...claims, exp: seconds - 301 }],
    ['time', 'not yet valid', { ...claims, nbf: seconds + 301 }],
    ['time', 'issued in the future', { ...claims, nbf: undefined, iat: seconds + 301 }],
  ];
  for (const [expected, name, payload, as] of lines) {
    assert.equal(await reason(await sign(payload), as), expected, name);
  }
  assert.equal(await reason(undefined), 'missing');
  assert.equal(await reason('nonsense'), 'malformed');
});

test('a personal account is refused where only organizations may sign in', async () => {
  const personal = { ...claims, tid: personalTenant, iss: `https://login.microsoftonline.com/${personalTenant}/v2.0` };
  assert.equal(await reason(await sign(personal), { ...app, tenant: 'organizations' }), 'account_type');
});

test('signatures count: unsigned, symmetric and foreign keys are refused', async () => {
  const [, payload] = (await sign(claims)).split('.');
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
  assert.equal(await reason(unsigned), 'malformed');
  const hs256 = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: 'k-1' })
    .sign(new TextEncoder().encode('x'.repeat(32)));
  assert.equal(await reason(hs256), 'malformed');
  assert.equal(await reason(await sign(claims, stranger)), 'signature');
  assert.equal(await reason(await sign(claims, stranger, { kid: 'k-1' })), 'signature');
});

// R10: clocks up to five minutes apart do not matter.
test('five minutes’ difference between the clocks is tolerated', async () => {
  assert.equal(await reason(await sign({ ...claims, exp: seconds - 299 })), 'accepted');
  assert.equal(await reason(await sign({ ...claims, nbf: seconds + 299, iat: seconds + 299 })), 'accepted');
});

test('keys are remembered, and asked for again when an unknown one turns up', async () => {
  let keys = [known.jwk];
  const tokens = [await sign(claims), await sign(claims), await sign(claims, stranger)];
  const { deps: first, asked } = entra(undefined, () => keys);
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await first.fetch(input, init);
    if (!new Request(input).url.endsWith('/token')) return response;
    return Response.json({ ...((await response.json()) as object), id_token: tokens.shift() });
  };
  const deps = { fetch, now };
  await redeemCode(deps, app, code);
  await redeemCode(deps, app, code);
  assert.equal(asked.filter((path) => path.endsWith('/keys')).length, 1);
  keys = [known.jwk, stranger.jwk];
  await redeemCode(deps, app, code);
  assert.equal(asked.filter((path) => path.endsWith('/keys')).length, 2);
});

const answering =
  (answer: () => Response): typeof fetch =>
  async () =>
    answer();

test('refreshing keeps quiet about a refresh token that did not change', async () => {
  const fetch = answering(() => Response.json({ token_type: 'bearer', expires_in: '60', access_token: 'a' }));
  const tokens = await refreshTokens({ fetch, now }, app, { refreshToken: 'old', scopes: ['User.Read'] });
  assert.deepEqual(tokens, { accessToken: 'a', expiresAt: new Date('2026-11-20T09:01:00Z'), scopes: ['User.Read'] });
});

const failing = async (answer: () => Response): Promise<TokenError> => {
  const error = await refreshTokens({ fetch: answering(answer), now }, app, { refreshToken: 'old', scopes: [] }).catch(
    (error: unknown) => error,
  );
  assert.ok(error instanceof TokenError);
  return error;
};

test('a refusal is read with its code and trace', async () => {
  const body = await readFile(new URL('../../test/fixtures/graph/token-error.json', import.meta.url), 'utf8');
  const error = await failing(() => new Response(body, { status: 401 }));
  assert.deepEqual(
    [error.status, error.error, error.codes, error.leg],
    [401, 'invalid_client', [7000215], 'refresh_token'],
  );
  assert.equal(error.traceId, '654ce9b2-0000-4000-8000-000000000001');
  assert.equal(error.correlationId, '5be327fc-0000-4000-8000-000000000002');
  assert.equal(error.timestamp, '2022-10-31 09:03:41Z');
  assert.match(error.description ?? '', /^AADSTS7000215: .*'832d86c8-0000-0000-0000-000000000000'\.$/);
});

test('the trace is read from the sentence when the fields are missing', () => {
  const description =
    'AADSTS65001: No consent.\r\nTrace ID: t-1\r\nCorrelation ID: c-1\r\nTimestamp: 2026-11-20 09:00:00Z';
  const error = parseAuthorizeError(
    new URLSearchParams({ error: 'access_denied', error_description: description, error_subcode: 'cancel' }),
  );
  assert.deepEqual(
    [error.codes, error.suberror, error.traceId, error.correlationId, error.timestamp],
    [[65001], 'cancel', 't-1', 'c-1', '2026-11-20 09:00:00Z'],
  );
  assert.equal(error.description, 'AADSTS65001: No consent.');
});

test('what a forged callback says is not carried along as a code', () => {
  const error = parseAuthorizeError(new URLSearchParams({ error: '<script>', error_subcode: 'a b' }));
  assert.deepEqual([error.error, error.suberror, error.codes], ['unknown_error', undefined, []]);
});

test('no answer and nonsense are failures of their own', async () => {
  const network = await failing(() => {
    throw new TypeError('fetch failed');
  });
  assert.deepEqual([network.status, network.error], [0, 'network_error']);
  assert.equal((await failing(() => new Response('<html>'))).error, 'unreadable_answer');
  assert.equal((await failing(() => Response.json({ access_token: 'a' }))).error, 'unreadable_answer');
  const busy = await failing(() => new Response('', { status: 503, headers: { 'retry-after': '3' } }));
  assert.deepEqual([busy.status, busy.error, busy.retryAfterMs], [503, 'unreadable_answer', 3000]);
});

test('neither secret nor tokens show in an error', async () => {
  const error = await failing(() => Response.json({ error: 'invalid_grant' }, { status: 400 }));
  assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /a\+secret|old/);
});

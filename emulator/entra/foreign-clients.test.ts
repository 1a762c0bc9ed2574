// Other people's clients drive the emulator on Microsoft's own addresses: if they are content, it resembles Entra.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { ClientCertificateCredential, ClientSecretCredential } from '@azure/identity';
import type { ClientCertificateCredentialOptions } from '@azure/identity';
import { ConfidentialClientApplication } from '@azure/msal-node';
import type { INetworkModule } from '@azure/msal-node';
import * as openid from 'openid-client';
import { openBrowser } from '../browser.ts';
import { createEmulator } from '../emulator.ts';
import type { Emulator } from '../emulator.ts';
import { runScript } from '../powershell/run-script.ts';
import {
  certificate,
  CERTIFICATE_CLIENT_ID,
  CONTOSO_TENANT_ID,
  NORTHGATE_CLIENT_ID,
  NORTHGATE_CLIENT_SECRET,
  NORTHGATE_TENANT_ID,
  PARLEY_CLIENT_ID,
  PARLEY_CLIENT_SECRET,
  PARLEY_REDIRECT_URI,
} from '../seed.ts';
import { selfSigned } from '../self-signed.ts';
import { verifyAccessToken } from './access-token.ts';
import { grantRoles } from './grants.ts';

const dana = 'dana.reyes@contoso.example';
const scopes = ['User.Read', 'Calendars.ReadWrite', 'offline_access'];

suite('openid-client', () => {
  const discover = (emulator: Emulator, tenant: string) =>
    openid.discovery(
      new URL(`https://login.microsoftonline.com/${tenant}/v2.0`),
      PARLEY_CLIENT_ID,
      PARLEY_CLIENT_SECRET,
      undefined,
      { [openid.customFetch]: (url, options) => emulator.fetch(url, options as RequestInit) },
    );

  for (const tenant of [CONTOSO_TENANT_ID, 'common', 'organizations']) {
    test(`signs in with PKCE and a nonce on ${tenant === CONTOSO_TENANT_ID ? 'a tenant' : tenant}`, async () => {
      const emulator = createEmulator();
      const config = await discover(emulator, tenant);
      const verifier = openid.randomPKCECodeVerifier();
      const [state, nonce] = [openid.randomState(), openid.randomNonce()];
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: PARLEY_REDIRECT_URI,
        scope: `openid profile email ${scopes.join(' ')}`,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      const outcome = await openBrowser(emulator.fetch).visit(url.href, { user: dana });
      assert.equal(outcome.kind, 'redirect');
      const tokens = await openid.authorizationCodeGrant(config, new URL((outcome as { url: string }).url), {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      assert.equal(claims?.['preferred_username'], dana);
      assert.equal(claims?.['email'], dana);
      assert.equal(claims?.iss, `https://login.microsoftonline.com/${CONTOSO_TENANT_ID}/v2.0`);
      assert.notEqual(claims?.sub, claims?.['oid']);
      assert.equal(tokens.scope, 'User.Read Calendars.ReadWrite');

      const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
      assert.notEqual(refreshed.refresh_token, tokens.refresh_token);
      const again = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
      assert.ok(again.access_token, 'the refresh token that was used before still works');
    });
  }

  test('gets an app-only token with a secret', async () => {
    const emulator = createEmulator();
    const config = await discover(emulator, CONTOSO_TENANT_ID);
    const tokens = await openid.clientCredentialsGrant(config, { scope: 'https://graph.microsoft.com/.default' });
    const caller = await verifyAccessToken(emulator.context, `Bearer ${tokens.access_token}`);
    assert.equal(caller.kind, 'app');
    assert.equal(tokens.refresh_token, undefined);
  });
});

suite('@azure/msal-node', () => {
  const authority = `https://login.microsoftonline.com/${CONTOSO_TENANT_ID}`;
  const client = (emulator: Emulator, auth: object) =>
    new ConfidentialClientApplication({
      auth: { clientId: PARLEY_CLIENT_ID, authority, ...auth },
      system: { networkClient: networkModule(emulator.fetch) },
    });

  test('signs a person in, and refreshes silently', async () => {
    const emulator = createEmulator();
    const msal = client(emulator, { clientSecret: PARLEY_CLIENT_SECRET });
    const request = { scopes, redirectUri: PARLEY_REDIRECT_URI };
    const url = await msal.getAuthCodeUrl(request);
    const outcome = await openBrowser(emulator.fetch).visit(url, { user: dana });
    assert.equal(outcome.kind, 'redirect');
    const code = (outcome as { params: URLSearchParams }).params.get('code') ?? '';
    const result = await msal.acquireTokenByCode({ ...request, code });
    assert.equal(result.account?.username, dana);
    assert.equal(result.tenantId, CONTOSO_TENANT_ID);
    assert.ok(result.scopes.includes('Calendars.ReadWrite'));

    const account = result.account;
    assert.ok(account);
    const silent = await msal.acquireTokenSilent({ scopes, account, forceRefresh: true });
    assert.notEqual(silent?.accessToken, result.accessToken);
    const caller = await verifyAccessToken(emulator.context, `Bearer ${silent?.accessToken}`);
    assert.equal(caller.kind === 'delegated' && caller.user.userPrincipalName, dana);
  });

  test('learns that consent was withdrawn', async () => {
    const emulator = createEmulator();
    const msal = client(emulator, { clientSecret: PARLEY_CLIENT_SECRET });
    const request = { scopes, redirectUri: PARLEY_REDIRECT_URI };
    const outcome = await openBrowser(emulator.fetch).visit(await msal.getAuthCodeUrl(request), { user: dana });
    const code = (outcome as { params: URLSearchParams }).params.get('code') ?? '';
    const { account } = await msal.acquireTokenByCode({ ...request, code });
    assert.ok(account);
    emulator.context.directory.grants.length = 0;
    await assert.rejects(msal.acquireTokenSilent({ scopes, account, forceRefresh: true }), {
      name: 'InteractionRequiredAuthError',
      subError: 'consent_required',
    });
  });

  test('gets an app-only token with a secret', async () => {
    const emulator = createEmulator();
    const result = await client(emulator, { clientSecret: PARLEY_CLIENT_SECRET }).acquireTokenByClientCredential({
      scopes: ['https://graph.microsoft.com/.default'],
    });
    const caller = await verifyAccessToken(emulator.context, `Bearer ${result?.accessToken}`);
    assert.deepEqual(caller.kind === 'app' && caller.roles, []);
  });

  for (const kind of ['thumbprintSha256', 'thumbprint'] as const) {
    test(`gets an app-only token with a certificate named by its ${kind}`, async () => {
      const emulator = createEmulator();
      const { pem, privateKey } = upload(emulator);
      const thumbprint = Buffer.from(
        kind === 'thumbprint' ? certificate(pem).sha1 : certificate(pem).sha256,
        'base64url',
      ).toString('hex');
      const msal = client(emulator, {
        clientId: CERTIFICATE_CLIENT_ID,
        clientCertificate: { [kind]: thumbprint, privateKey },
      });
      const result = await msal.acquireTokenByClientCredential({ scopes: ['https://graph.microsoft.com/.default'] });
      const caller = await verifyAccessToken(emulator.context, `Bearer ${result?.accessToken}`);
      assert.deepEqual(caller.kind === 'app' && caller.roles, ['Calendars.ReadWrite']);
    });
  }

  test('reads a refusal', async () => {
    const emulator = createEmulator();
    const msal = client(emulator, { clientSecret: 'not-the-secret' });
    await assert.rejects(msal.acquireTokenByClientCredential({ scopes: ['https://graph.microsoft.com/.default'] }), {
      errorCode: 'invalid_client',
      errorNo: 7000215,
    });
  });
});

suite('@azure/identity', () => {
  const scope = 'https://graph.microsoft.com/.default';

  test('gets a token with a secret', async () => {
    const emulator = createEmulator();
    const options = { httpClient: httpClient(emulator.fetch) };
    const credential = new ClientSecretCredential(CONTOSO_TENANT_ID, PARLEY_CLIENT_ID, PARLEY_CLIENT_SECRET, options);
    const { token } = await credential.getToken(scope);
    assert.equal((await verifyAccessToken(emulator.context, `Bearer ${token}`)).kind, 'app');
  });

  test('gets a token with a certificate', async (t) => {
    const emulator = createEmulator();
    const { pem, privateKey } = upload(emulator);
    const directory = await mkdtemp(join(tmpdir(), 'emulator-certificate-'));
    t.after(() => rm(directory, { recursive: true }));
    const certificatePath = join(directory, 'certificate.pem');
    await writeFile(certificatePath, `${privateKey}\n${pem}`);
    const options = { httpClient: httpClient(emulator.fetch) } as ClientCertificateCredentialOptions;
    const credential = new ClientCertificateCredential(
      CONTOSO_TENANT_ID,
      CERTIFICATE_CLIENT_ID,
      { certificatePath },
      options,
    );
    const { token } = await credential.getToken(scope);
    const caller = await verifyAccessToken(emulator.context, `Bearer ${token}`);
    assert.deepEqual(caller.kind === 'app' && caller.roles, ['Calendars.ReadWrite']);
  });

  test('is an app-only caller that policies decide about', async () => {
    const emulator = createEmulator();
    const options = { httpClient: httpClient(emulator.fetch) };
    const credential = new ClientSecretCredential(
      NORTHGATE_TENANT_ID,
      NORTHGATE_CLIENT_ID,
      NORTHGATE_CLIENT_SECRET,
      options,
    );
    const { token } = await credential.getToken(scope);
    const bookings = 'bookings@northgate.example';
    const user = [...emulator.context.directory.users.values()].find((one) => one.userPrincipalName === bookings);
    const make = async () => {
      const response = await emulator.fetch(`https://graph.microsoft.com/v1.0/users/${user?.id}/onlineMeetings`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ startDateTime: '2026-11-25T08:00:00Z', endDateTime: '2026-11-25T08:30:00Z' }),
      });
      return response.status;
    };
    assert.equal(await make(), 403);
    const script = `New-CsApplicationAccessPolicy -Identity Tag:Parley -AppIds ${NORTHGATE_CLIENT_ID}
      Grant-CsApplicationAccessPolicy -Identity ${bookings} -PolicyName Tag:Parley`;
    assert.equal(runScript(emulator.context, { tenantId: NORTHGATE_TENANT_ID, script }).error, undefined);
    assert.equal(await make(), 201);
  });

  test('says why a tenant refuses', async () => {
    const emulator = createEmulator();
    const options = { httpClient: httpClient(emulator.fetch) };
    const credential = new ClientSecretCredential('larkfield.example', PARLEY_CLIENT_ID, PARLEY_CLIENT_SECRET, options);
    await assert.rejects(credential.getToken(scope), /AADSTS700016/);
  });
});

/** Puts a new certificate on the app that has nothing else, and grants it a role. */
function upload(emulator: Emulator): { pem: string; privateKey: string } {
  const notBefore = new Date(emulator.clock.now() - 60_000);
  const made = selfSigned('Parley', { notBefore, notAfter: new Date(notBefore.getTime() + 86_400_000) });
  const app = emulator.context.directory.apps.get(CERTIFICATE_CLIENT_ID);
  assert.ok(app);
  app.certificates.push(certificate(made.certificate));
  grantRoles(emulator.context, CONTOSO_TENANT_ID, app, ['Calendars.ReadWrite']);
  return { pem: made.certificate, privateKey: made.privateKey };
}

function networkModule(fetch: typeof globalThis.fetch): INetworkModule {
  const send = async (url: string, init: RequestInit) => {
    const response = await fetch(url, init);
    return { headers: Object.fromEntries(response.headers), body: await response.json(), status: response.status };
  };
  return {
    sendGetRequestAsync: (url, options) => send(url, { headers: options?.headers ?? {} }),
    sendPostRequestAsync: (url, options) =>
      send(url, { method: 'POST', headers: options?.headers ?? {}, body: options?.body ?? '' }),
  };
}

function httpClient(fetch: typeof globalThis.fetch): NonNullable<ClientCertificateCredentialOptions['httpClient']> {
  return {
    async sendRequest(request) {
      const body = typeof request.body === 'string' ? request.body : null;
      const headers = request.headers.toJSON();
      const response = await fetch(request.url, { method: request.method, headers, body });
      const responseHeaders = request.headers.constructor as unknown as new () => typeof request.headers;
      const copied = new responseHeaders();
      for (const [name, value] of response.headers) copied.set(name, value);
      return { request, status: response.status, headers: copied, bodyAsText: await response.text() };
    },
  };
}

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ConfidentialClientApplication } from '@azure/msal-node';
import type { INetworkModule } from '@azure/msal-node';
import { generateKeyPair, SignJWT } from 'jose';
import { exposeApi } from '../control/changes.ts';
import { findUser } from '../directory.ts';
import { createEmulator } from '../emulator.ts';
import type { Emulator } from '../emulator.ts';
import {
  CONTOSO_TENANT_ID,
  LARKFIELD_TENANT_ID,
  PARLEY_CLIENT_ID,
  PARLEY_CLIENT_SECRET,
  SINGLE_TENANT_CLIENT_ID,
} from '../seed.ts';
import { verifyAccessToken } from './access-token.ts';
import { issueApiToken, TEAMS_CLIENTS } from './api-token.ts';
import { grantScopes } from './grants.ts';

const scopes = ['User.Read', 'Calendars.ReadWrite'];
const resource = `api://parley.example/${PARLEY_CLIENT_ID}`;

suite('on behalf of a person', () => {
  test('MSAL exchanges the token of Teams for one for Graph, with a refresh token', async () => {
    const emulator = exposing();
    consent(emulator);
    const result = await msal(emulator).acquireTokenOnBehalfOf({ oboAssertion: await tokenOfDana(emulator), scopes });
    assert.ok(result);
    assert.deepEqual(result.scopes, scopes);
    const caller = await verifyAccessToken(emulator.context, `Bearer ${result.accessToken}`);
    assert.equal(caller.kind === 'delegated' && caller.user.id, dana(emulator).id);
    const answer = await post(emulator, { scope: `${scopes.join(' ')} offline_access` });
    assert.ok((answer.body['refresh_token'] as string).startsWith('1.A'));
    assert.equal((await post(emulator, {})).body['refresh_token'], undefined);
  });

  test('without consent it is refused as Microsoft documents it', async () => {
    const emulator = exposing();
    const { status, body } = await post(emulator, {});
    assert.deepEqual([status, body['error'], body['suberror']], [400, 'invalid_grant', 'consent_required']);
    assert.deepEqual(body['error_codes'], [65001]);
  });

  test('conditional access on Graph asks for interaction, with the claims to meet', async () => {
    const emulator = exposing();
    consent(emulator);
    dana(emulator).conditionalAccess = 'mfa';
    const { body } = await post(emulator, {});
    assert.equal(body['error'], 'interaction_required');
    assert.match(String(body['claims']), /capolids/);
  });

  test('a token that is changed, foreign, too old or for another app is refused', async () => {
    const emulator = exposing();
    consent(emulator);
    const token = await tokenOfDana(emulator);
    const forged = await new SignJWT({ oid: dana(emulator).id, aud: PARLEY_CLIENT_ID })
      .setProtectedHeader({ alg: 'RS256' })
      .sign((await generateKeyPair('RS256')).privateKey);
    assert.equal((await post(emulator, { assertion: forged })).code, 50013);
    assert.equal((await post(emulator, { assertion: 'nothing' })).code, 50013);
    assert.equal((await post(emulator, { assertion: token, tenant: LARKFIELD_TENANT_ID })).code, 50013);
    const others = `api://parley.example/${SINGLE_TENANT_CLIENT_ID}`;
    exposeApi(emulator.context, SINGLE_TENANT_CLIENT_ID, api(others));
    assert.equal((await post(emulator, { assertion: await tokenOfDana(emulator, others) })).code, 500131);
    assert.equal((await post(emulator, { requested_token_use: 'other' })).code, 90023);
    assert.equal((await post(emulator, { client_secret: '' })).code, 7000218);
    emulator.clock.advance(2 * 60 * 60 * 1000);
    assert.equal((await post(emulator, { assertion: token })).code, 500133);
  });

  test('only a client that the app authorizes gets a token for it', async () => {
    const emulator = exposing();
    await assert.rejects(tokenOfDana(emulator, 'api://parley.example/nobody'), { code: 500011 });
    exposeApi(emulator.context, PARLEY_CLIENT_ID, { ...api(resource), authorizedClients: [TEAMS_CLIENTS.desktop] });
    await assert.rejects(tokenOfDana(emulator), { code: 65001 });
  });
});

function api(identifierUri: string) {
  const authorizedClients = Object.values(TEAMS_CLIENTS);
  return { identifierUri, scopes: ['access_as_user'], authorizedClients, tokenVersion: 2 as const };
}

function exposing(): Emulator {
  const emulator = createEmulator();
  exposeApi(emulator.context, PARLEY_CLIENT_ID, api(resource));
  return emulator;
}

function dana({ context }: Emulator) {
  const user = findUser(context.directory, 'dana.reyes@contoso.example');
  assert.ok(user);
  return user;
}

function consent(emulator: Emulator): void {
  const app = emulator.context.directory.apps.get(PARLEY_CLIENT_ID);
  assert.ok(app);
  grantScopes(emulator.context, { tenantId: CONTOSO_TENANT_ID, app, userId: dana(emulator).id, scopes });
}

function tokenOfDana(emulator: Emulator, wanted = resource): Promise<string> {
  return issueApiToken(emulator.context, { user: dana(emulator), resource: wanted, clientId: TEAMS_CLIENTS.web });
}

async function post(emulator: Emulator, { tenant = CONTOSO_TENANT_ID, ...fields }: Record<string, string>) {
  const response = await emulator.fetch(`https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      client_id: PARLEY_CLIENT_ID,
      client_secret: PARLEY_CLIENT_SECRET,
      requested_token_use: 'on_behalf_of',
      assertion: fields['assertion'] ?? (await tokenOfDana(emulator)),
      scope: scopes.join(' '),
      ...fields,
    }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body, code: (body['error_codes'] as number[] | undefined)?.[0] };
}

function msal(emulator: Emulator): ConfidentialClientApplication {
  const send = async (url: string, init: RequestInit) => {
    const response = await emulator.fetch(url, init);
    return { headers: Object.fromEntries(response.headers), body: await response.json(), status: response.status };
  };
  const networkClient: INetworkModule = {
    sendGetRequestAsync: (url, options) => send(url, { headers: options?.headers ?? {} }),
    sendPostRequestAsync: (url, options) =>
      send(url, { method: 'POST', headers: options?.headers ?? {}, body: options?.body ?? '' }),
  };
  return new ConfidentialClientApplication({
    auth: {
      clientId: PARLEY_CLIENT_ID,
      clientSecret: PARLEY_CLIENT_SECRET,
      authority: `https://login.microsoftonline.com/${CONTOSO_TENANT_ID}`,
    },
    system: { networkClient },
  });
}

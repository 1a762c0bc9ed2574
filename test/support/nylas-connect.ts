import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { PARLEY_CLIENT_ID, PARLEY_CLIENT_SECRET } from '../../emulator/seed.ts';
import type { Person } from '../../scripts/person.ts';
import { createApiKey } from '../../src/access/service.ts';
import type { KeyGrant } from '../../src/access/permissions.ts';
import { apiClient, publicUrl, startWorkspace, userNamed, type ApiAnswer, type System } from './system.ts';

export const returnUri = 'https://myapp.com/callback-handler';
export const callback = `${publicUrl}/connect/callback`;

export type Nylas = Awaited<ReturnType<typeof startNylas>>;

/** A workspace as somebody has it who comes from Nylas: a key, and an app in Entra that knows Nylas' callback. */
export async function startNylas(system: System) {
  const workspace = await startWorkspace(system);
  for (const app of system.emulator.context.directory.apps.values())
    app.redirectUris = [...app.redirectUris, { uri: callback, platform: 'web' }];
  const { workspaceId, apiKey } = workspace;
  const basic = basicOf(workspaceId, apiKey);
  const unified = asClient(system, basic);
  return {
    ...workspace,
    basic,
    /** Calls the unified auth service with client id and secret. */
    unified,
    /** Calls version 3 with the key. */
    v3: apiClient(system, apiKey),
    /** Makes the integration through which everybody of the emulator can sign in. */
    integrate: (wanted: object = {}) =>
      unified('POST', '/connect/integrations', {
        name: 'Teams Test app',
        provider: 'microsoft',
        settings: { client_id: PARLEY_CLIENT_ID, client_secret: PARLEY_CLIENT_SECRET, tenant: 'common' },
        redirect_uris: [returnUri],
        expires_in: 1_209_600,
        ...wanted,
      }),
  };
}

/** What `echo 'id:secret' | base64` prints: the line feed is part of it. */
export function basicOf(id: string, secret: string): string {
  return Buffer.from(`${id}:${secret}\n`).toString('base64');
}

export function asClient(system: Pick<System, 'request'>, basic: string) {
  return async (method: string, path: string, body?: unknown): Promise<ApiAnswer> => {
    const response = await system.request(path, {
      method,
      headers: {
        authorization: `Basic ${basic}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text.startsWith('{') ? JSON.parse(text) : { text },
    };
  };
}

/** A key of a workspace that may do some things only. */
export async function limitedKey(system: System, workspaceId: string, permissions: KeyGrant[]): Promise<string> {
  const deps = { db: system.database.db, now: system.clock.now };
  return (await createApiKey(deps, workspaceId, 'limited', { permissions })).secret;
}

/** Goes where an application sends a browser, signs in at Microsoft and decides; gives the address that it ends at. */
export async function consent(
  system: System,
  url: string,
  {
    user = 'dana.reyes',
    decision = 'accept',
    person = system.person(),
    until = returnUri,
  }: {
    user?: string;
    decision?: 'accept' | 'cancel';
    person?: Person;
    until?: string;
  } = {},
): Promise<URL> {
  const id = userNamed(system.emulator, user).id;
  let page = await person.visit(url, until);
  if (page.text.includes('/authorize/sign-in'))
    page = await person.press(page, '/authorize/sign-in', { user: id }, until);
  if (page.text.includes('/authorize/consent'))
    page = await person.press(page, '/authorize/consent', { decision }, until);
  return new URL(page.url);
}

/** The system on a port of this machine, for clients that bring their own network; gives the address. */
export async function listen(t: TestContext, { app }: System): Promise<string> {
  const handle = getRequestListener(app.http.fetch);
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A refresh token of Microsoft, got by a program without Parley. */
export async function refreshTokenOf(system: System, user: string, scope: string): Promise<string> {
  const verifier = 'a-verifier-that-nobody-guesses-because-it-is-long-enough';
  const query = new URLSearchParams({
    client_id: PARLEY_CLIENT_ID,
    response_type: 'code',
    redirect_uri: callback,
    scope,
    state: 's',
    nonce: 'n',
    code_challenge: verifier,
    code_challenge_method: 'plain',
  });
  const authority = 'https://login.microsoftonline.com/common/oauth2/v2.0';
  const back = await consent(system, `${authority}/authorize?${query.toString()}`, { user, until: callback });
  const response = await system.emulator.fetch(`${authority}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: PARLEY_CLIENT_ID,
      client_secret: PARLEY_CLIENT_SECRET,
      redirect_uri: callback,
      code: back.searchParams.get('code') ?? '',
      code_verifier: verifier,
    }),
  });
  const { refresh_token: token } = (await response.json()) as { refresh_token: string };
  if (!token) throw new Error('Microsoft gave no refresh token');
  return token;
}

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { decodeJwt } from 'jose';
import {
  CONTOSO_TENANT_ID,
  NORTHGATE_CLIENT_ID,
  NORTHGATE_CLIENT_SECRET,
  NORTHGATE_TENANT_ID,
  SINGLE_TENANT_CLIENT_ID,
  SINGLE_TENANT_CLIENT_SECRET,
} from '../emulator/seed.ts';
import { getUser } from '../src/microsoft/directory.ts';
import { toProblem } from '../src/microsoft/problems.ts';
import type { ProblemCode } from '../src/problem.ts';
import { withAppToken } from '../src/tenants/app-tokens.ts';
import { getTenant } from '../src/tenants/service.ts';
import { tokenCalls } from './support/restart.ts';
import { startSystem, startWorkspace, userNamed, type System } from './support/system.ts';
import { addTenant, startTenant } from './support/tenant.ts';

const minute = 60_000;
const contoso = {
  tenantId: CONTOSO_TENANT_ID,
  clientId: SINGLE_TENANT_CLIENT_ID,
  clientSecret: SINGLE_TENANT_CLIENT_SECRET,
};
const contosoTokenRequest = [
  `https://login.microsoftonline.com/${CONTOSO_TENANT_ID}/oauth2/v2.0/token`,
  {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: SINGLE_TENANT_CLIENT_ID,
      client_secret: SINGLE_TENANT_CLIENT_SECRET,
      scope: 'https://graph.microsoft.com/.default',
    }),
  },
] as const;

type Hook = {
  token?: ((ask: () => Promise<Response>) => Promise<Response>) | undefined;
  graph?: ((request: Request) => Response | undefined) | undefined;
};

/** Parley with somebody between it and Microsoft. */
async function startWatched(t: TestContext, env: Record<string, string> = {}) {
  const hook: Hook = {};
  const graphCalls: { url: URL; token: string }[] = [];
  const system = await startSystem(t, {
    env,
    wrapFetch: (inner) => async (input, init) => {
      const request = new Request(input, init);
      const url = new URL(request.url);
      if (url.host === 'login.microsoftonline.com' && url.pathname.endsWith('/token') && hook.token)
        return hook.token(() => inner(request));
      if (url.host !== 'graph.microsoft.com') return inner(request);
      graphCalls.push({ url, token: request.headers.get('authorization')?.replace('Bearer ', '') ?? '' });
      return hook.graph?.(request) ?? inner(request);
    },
  });
  consent(system);
  return { system, hook, graphCalls };
}

/** Contoso's administrator has approved. */
function consent({ emulator }: System): void {
  for (const principal of emulator.context.directory.servicePrincipals.values())
    if (principal.clientId === SINGLE_TENANT_CLIENT_ID)
      principal.appRoles = ['User.Read.All', 'Calendars.ReadWrite', 'OnlineMeetings.ReadWrite.All'];
}

/** Reads one person of the tenant, as any work in a tenant would. */
async function readPerson(
  system: System,
  workspaceId: string,
  id: string,
  name: string,
): Promise<ProblemCode | 'found'> {
  const tenant = await getTenant(system.app.deps, workspaceId, id);
  const person = userNamed(system.emulator, name);
  try {
    const found = await withAppToken(system.app.deps.appTokens, tenant, undefined, ({ graph, token }) =>
      getUser(graph, token.accessToken, person.id),
    );
    assert.equal(found?.id, person.id);
    return 'found';
  } catch (error) {
    return toProblem(error).code;
  }
}

const claimsOf = (token: string) => decodeJwt<{ tid: string; appid: string }>(token);

// T06
test('T06: whatever runs at once, every call of Graph carries a token of the right tenant and app', async (t) => {
  const { system, graphCalls } = await startWatched(t);
  const desks = [await startWorkspace(system), await startWorkspace(system, { email: 'sam@other.example' })];
  const places: { workspaceId: string; id: string; name: string; api: (typeof desks)[number]['api'] }[] = [];
  for (const { workspaceId, api } of desks) {
    const [first, second] = [await addTenant(system, workspaceId), await addTenant(system, workspaceId, contoso)];
    places.push({ workspaceId, api, id: first.tenantConnectionId, name: 'leila.haddad' });
    places.push({ workspaceId, api, id: second.tenantConnectionId, name: 'dana.reyes' });
  }
  const rounds = Array.from({ length: 10 }, () => places).flat();
  const outcomes = await Promise.all(
    rounds.map(({ workspaceId, id, name }) => readPerson(system, workspaceId, id, name)),
  );
  assert.deepEqual(new Set(outcomes), new Set(['found']));
  assert.equal(tokenCalls(system, 'client_credentials').length, places.length, 'one token for each of them');
  const verified = await Promise.all(
    places.map(async ({ api, id }) => (await api('POST', `/v1/tenants/${id}/verify`)).body),
  );
  assert.deepEqual(
    verified.map(({ name }) => name as unknown),
    ['Northgate College', 'Contoso', 'Northgate College', 'Contoso'],
  );

  const people = system.emulator.context.directory.users;
  const clientOf: Record<string, string> = {
    [CONTOSO_TENANT_ID]: SINGLE_TENANT_CLIENT_ID,
    [NORTHGATE_TENANT_ID]: NORTHGATE_CLIENT_ID,
  };
  assert.equal(graphCalls.length, rounds.length + places.length);
  for (const { url, token } of graphCalls) {
    const { tid, appid } = claimsOf(token);
    assert.equal(appid, clientOf[tid]);
    const person = people.get(/\/users\/([^?]+)/.exec(url.pathname)?.[1] ?? '');
    if (person) assert.equal(tid, person.tenantId);
  }
  const tokens = new Set(graphCalls.filter(({ url }) => url.pathname.includes('/users/')).map(({ token }) => token));
  assert.equal(tokens.size, places.length, 'no two workspaces share a token');
});

test('T06: the server’s own registration gives each workspace a token of its own', async (t) => {
  const { system, graphCalls } = await startWatched(t, {
    MicrosoftTeams__ClientId: NORTHGATE_CLIENT_ID,
    MicrosoftTeams__ClientSecret: NORTHGATE_CLIENT_SECRET,
    MicrosoftTeams__TenantId: NORTHGATE_TENANT_ID,
  });
  for (const email of ['ada@desk.example', 'sam@other.example']) {
    const { api, workspaceId } = await startWorkspace(system, { email });
    const { body } = await api('POST', '/v1/tenants', { registrationId: 'deployment' });
    assert.equal(await readPerson(system, workspaceId, body['id'], 'leila.haddad'), 'found');
    assert.equal(await readPerson(system, workspaceId, body['id'], 'leila.haddad'), 'found');
  }
  assert.equal(tokenCalls(system, 'client_credentials').length, 2);
  assert.equal(new Set(graphCalls.map(({ token }) => token)).size, 2);
});

for (const [what, words] of [
  ['tenant', /Asked for a token of tenant 8e4d27b1/],
  ['app', /Asked for a token of the app d25c8f60/],
] as const) {
  test(`T06: a token of another ${what} is refused and never used`, async (t) => {
    const { system, hook, graphCalls } = await startWatched(t);
    const { api, workspaceId, tenantConnectionId: id } = await startTenant(system);
    if (what === 'app') {
      await system.database.db.updateTable('app_registrations').set({ tenant: CONTOSO_TENANT_ID }).execute();
      await system.database.db.updateTable('tenant_connections').set({ tenant_id: CONTOSO_TENANT_ID }).execute();
    }
    hook.token = () => system.emulator.fetch(...contosoTokenRequest);
    const { body } = await api('POST', `/v1/tenants/${id}/verify`);
    assert.equal(body['problem']?.code, 'token_tenant_mismatch');
    assert.match(body['problem'].detail, words);
    assert.equal(body['verifiedAt'], null);
    assert.deepEqual(body['roles'], []);
    assert.equal(await readPerson(system, workspaceId, id, 'leila.haddad'), 'token_tenant_mismatch');
    assert.equal((await api('GET', `/v1/tenants/${id}`)).body['problem'].code, 'token_tenant_mismatch');
    assert.deepEqual(graphCalls, []);
    hook.token = undefined;
    if (what === 'tenant') assert.equal((await api('POST', `/v1/tenants/${id}/verify`)).body['problem'], null);
  });
}

test('T06: a token that cannot be read is not used', async (t) => {
  const { system, hook, graphCalls } = await startWatched(t);
  const { workspaceId, tenantConnectionId: id } = await startTenant(system);
  for (const accessToken of ['opaque', `${btoa('{"alg":"none"}')}.${btoa('{"roles":[]}')}.`]) {
    hook.token = async () => Response.json({ access_token: accessToken, token_type: 'Bearer', expires_in: 3599 });
    assert.equal(await readPerson(system, workspaceId, id, 'leila.haddad'), 'microsoft_answer_unreadable');
  }
  assert.deepEqual(graphCalls, []);
});

test('a token that Graph rejects is replaced once, and one that is about a policy is not', async (t) => {
  const { system, hook, graphCalls } = await startWatched(t);
  const { workspaceId, tenantConnectionId: id } = await startTenant(system);
  const read = () => readPerson(system, workspaceId, id, 'leila.haddad');
  const asked = () => tokenCalls(system, 'client_credentials').length;
  const refuse = (code: string, message: string) => Response.json({ error: { code, message } }, { status: 401 });
  assert.equal(await read(), 'found');

  let rejected = graphCalls.at(-1)?.token;
  const expired = 'Lifetime validation failed, the token is expired.';
  hook.graph = (request) =>
    request.headers.get('authorization') === `Bearer ${rejected}`
      ? refuse('InvalidAuthenticationToken', expired)
      : undefined;
  system.clock.advance(1000);
  assert.deepEqual(await Promise.all([read(), read(), read()]), ['found', 'found', 'found']);
  assert.equal(asked(), 2, 'those who were rejected together share the new one');

  rejected = undefined;
  hook.graph = () => refuse('InvalidAuthenticationToken', expired);
  const before = graphCalls.length;
  assert.equal(await read(), 'access_token_rejected');
  assert.equal(graphCalls.length, before + 2);
  assert.equal(asked(), 3);

  hook.graph = () => refuse('Forbidden', 'No application access policy found for this app');
  assert.equal(await read(), 'application_access_policy_missing');
  assert.equal(graphCalls.length, before + 3, 'a new token would change nothing');
  assert.equal(asked(), 3);
});

test('a token is used until its last minutes, and through them while Entra cannot be reached', async (t) => {
  const { system, hook } = await startWatched(t);
  const { api, workspaceId, tenantConnectionId: id } = await startTenant(system);
  const read = () => readPerson(system, workspaceId, id, 'leila.haddad');
  const asked = () => tokenCalls(system, 'client_credentials').length;
  assert.equal(await read(), 'found');
  system.clock.advance(54 * minute);
  assert.equal(await read(), 'found');
  assert.equal(asked(), 1);
  hook.token = async () => {
    throw new TypeError('fetch failed');
  };
  system.clock.advance(4 * minute);
  assert.equal(await read(), 'found', 'it is still good for some minutes');
  const verified = await api('POST', `/v1/tenants/${id}/verify`);
  assert.equal(verified.body['problem'].code, 'microsoft_unreachable', 'who asks for a new one is told');
  system.clock.advance(1.5 * minute);
  assert.equal(await read(), 'microsoft_unreachable');
  hook.token = undefined;
  assert.equal(await read(), 'found');
  assert.equal(asked(), 2);
});

test('who asks for a new token never gets one that was asked for before', async (t) => {
  const { system, hook } = await startWatched(t);
  const { api, workspaceId, tenantConnectionId: id } = await startTenant(system, contoso);
  for (const principal of system.emulator.context.directory.servicePrincipals.values())
    if (principal.clientId === SINGLE_TENANT_CLIENT_ID) principal.appRoles = [];
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  hook.token = async (ask) => {
    hook.token = undefined;
    const answer = await ask();
    reached.resolve();
    await goOn.promise;
    return answer;
  };
  const old = readPerson(system, workspaceId, id, 'dana.reyes');
  await reached.promise;
  consent(system);
  const verified = Promise.all(
    Array.from({ length: 3 }, async () => (await api('POST', `/v1/tenants/${id}/verify`)).body),
  );
  // By the time that these were answered, the others wait too.
  for (let turns = 0; turns < 3; turns += 1) await api('GET', `/v1/tenants/${id}`);
  goOn.resolve();
  assert.equal(await old, 'directory_permission_missing', 'the old one has no roles');
  for (const { roles } of await verified) assert.equal((roles as string[]).length, 3);
  assert.equal(tokenCalls(system, 'client_credentials').length, 2, 'those who ask together share it');
});

test('who stops waiting does not stop the request for the others', async (t) => {
  const { system, hook } = await startWatched(t);
  const { workspaceId, tenantConnectionId: id } = await startTenant(system);
  const { appTokens } = system.app.deps;
  const tenant = await getTenant(system.app.deps, workspaceId, id);
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  hook.token = async (ask) => {
    reached.resolve();
    await goOn.promise;
    return ask();
  };
  const impatient = new AbortController();
  const first = assert.rejects(appTokens(tenant, { signal: impatient.signal }), { code: 'microsoft_unreachable' });
  await reached.promise;
  const second = appTokens(tenant);
  impatient.abort();
  await first;
  goOn.resolve();
  assert.equal((await second).token.tenantId, NORTHGATE_TENANT_ID);
  assert.equal(tokenCalls(system, 'client_credentials').length, 1);
});

test('a credential that is deleted is not asked with again, and the other one takes over', async (t) => {
  const { system } = await startWatched(t);
  const { api, workspaceId, tenantConnectionId: id, registrationId, credentialId } = await startTenant(system);
  const { db } = system.database;
  const made = await api('POST', `/v1/app-registrations/${registrationId}/secrets`, {
    name: 'Second',
    secret: NORTHGATE_CLIENT_SECRET,
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const verify = async () => (await api('POST', `/v1/tenants/${id}/verify`)).body['problem']?.code as unknown;
  await db.deleteFrom('app_credentials').where('id', '=', credentialId).execute();
  assert.equal(await verify(), undefined);
  await db.deleteFrom('app_credentials').where('registration_id', '=', registrationId).execute();
  assert.equal(await verify(), 'app_credential_missing');
  system.clock.advance(60 * minute);
  assert.equal(await readPerson(system, workspaceId, id, 'leila.haddad'), 'app_credential_missing');
});

test('where Exchange grants calendars, their absence from the token is no lack', async (t) => {
  const system = await startSystem(t);
  const { api, tenantConnectionId: id } = await startTenant(system, { stage: 'setup' });
  const grants = async () => {
    const { body } = await api('POST', `/v1/tenants/${id}/verify`);
    return Object.fromEntries(
      body['permissions'].map(({ name, granted }: { name: string; granted: unknown }) => [name, granted]),
    );
  };
  const principal = [...system.emulator.context.directory.servicePrincipals.values()].find(
    ({ tenantId, clientId }) => tenantId === NORTHGATE_TENANT_ID && clientId === NORTHGATE_CLIENT_ID,
  );
  assert.ok(principal);
  assert.deepEqual(await grants(), {
    'Calendars.ReadWrite': true,
    'OnlineMeetings.ReadWrite.All': true,
    'User.Read.All': true,
  });
  principal.appRoles = ['User.Read.All'];
  assert.deepEqual(await grants(), {
    'Calendars.ReadWrite': false,
    'OnlineMeetings.ReadWrite.All': false,
    'User.Read.All': true,
  });
  await api('PATCH', `/v1/tenants/${id}`, { exchangeScope: 'rbac' });
  assert.deepEqual(await grants(), {
    'Calendars.ReadWrite': null,
    'OnlineMeetings.ReadWrite.All': false,
    'User.Read.All': true,
  });
  principal.appRoles = ['User.Read.All', 'Calendars.ReadWrite'];
  assert.equal((await grants())['Calendars.ReadWrite'], true, 'it is granted for the whole tenant all the same');
});

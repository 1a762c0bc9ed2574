import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { needsReconnect, problems, type ProblemCode } from '../src/problem.ts';
import { tokenCalls } from './support/restart.ts';
import { startSystem } from './support/system.ts';
import { startTenant } from './support/tenant.ts';

/**
 * Every refusal of Entra that an app without a user can meet (Entra docs: error codes; certificate credentials;
 * Conditional Access for workload identities), with OAuth's word for it and what Parley makes of it.
 */
type Refusal = { code: number; error: string; suberror?: string; becomes: ProblemCode; passes?: true };

const refusals: Refusal[] = [
  { code: 50059, error: 'invalid_request', becomes: 'tenant_id_needed' },
  { code: 9001023, error: 'invalid_request', becomes: 'tenant_id_needed' },
  { code: 90002, error: 'invalid_request', becomes: 'tenant_not_found' },
  { code: 50194, error: 'invalid_request', becomes: 'single_tenant_app' },
  { code: 700016, error: 'unauthorized_client', becomes: 'app_not_found' },
  { code: 7000112, error: 'unauthorized_client', becomes: 'app_disabled' },
  { code: 65001, error: 'invalid_grant', suberror: 'consent_required', becomes: 'admin_consent_missing' },
  { code: 90094, error: 'access_denied', becomes: 'admin_consent_missing' },
  { code: 90095, error: 'access_denied', becomes: 'admin_consent_missing' },
  ...[53000, 53001, 53002, 53003, 530032, 530035].map((code): Refusal => ({
    code,
    error: 'invalid_grant',
    suberror: 'message_only',
    becomes: 'app_blocked_by_policy',
  })),
  { code: 7000215, error: 'invalid_client', becomes: 'app_secret_wrong' },
  { code: 7000222, error: 'invalid_client', becomes: 'app_secret_expired' },
  { code: 7000216, error: 'invalid_client', becomes: 'app_credential_missing' },
  { code: 7000218, error: 'invalid_client', becomes: 'app_credential_missing' },
  { code: 7000218, error: 'invalid_request', becomes: 'app_credential_missing' },
  { code: 700025, error: 'invalid_client', becomes: 'app_credential_refused' },
  { code: 700027, error: 'invalid_client', becomes: 'app_certificate_unknown' },
  { code: 700030, error: 'invalid_client', becomes: 'app_certificate_unknown' },
  { code: 50012, error: 'invalid_client', becomes: 'app_certificate_unknown' },
  { code: 50013, error: 'invalid_client', becomes: 'app_certificate_unknown' },
  { code: 500133, error: 'invalid_client', becomes: 'server_clock_wrong' },
  { code: 700024, error: 'invalid_client', becomes: 'server_clock_wrong' },
  ...[650052, 650054, 650056, 650057].map((code): Refusal => ({
    code,
    error: 'invalid_client',
    becomes: 'app_permissions_misconfigured',
  })),
  { code: 70011, error: 'invalid_scope', becomes: 'invalid_scope' },
  { code: 1002012, error: 'invalid_scope', becomes: 'invalid_scope' },
  { code: 28003, error: 'invalid_scope', becomes: 'invalid_scope' },
  { code: 500011, error: 'invalid_resource', becomes: 'invalid_scope' },
  { code: 900144, error: 'invalid_request', becomes: 'microsoft_request_invalid' },
  { code: 900561, error: 'invalid_request', becomes: 'microsoft_request_invalid' },
  { code: 9002313, error: 'invalid_request', becomes: 'microsoft_request_invalid' },
  { code: 9002332, error: 'invalid_request', becomes: 'account_type_not_allowed' },
  { code: 500112, error: 'invalid_client', becomes: 'redirect_uri_mismatch' },
  { code: 1234567, error: 'invalid_grant', becomes: 'microsoft_refused' },
  { code: 50196, error: 'invalid_grant', becomes: 'throttled', passes: true },
  { code: 90055, error: 'temporarily_unavailable', becomes: 'throttled', passes: true },
  { code: 90033, error: 'temporarily_unavailable', becomes: 'entra_unavailable', passes: true },
];

async function startVerified(t: TestContext, options: Parameters<typeof startSystem>[1] = {}) {
  const system = await startSystem(t, options);
  const desk = await startTenant(system);
  const path = `/v1/tenants/${desk.tenantConnectionId}`;
  const verify = async () => {
    const { status, body } = await desk.api('POST', `${path}/verify`);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const before = await verify();
  assert.equal(before['problem'], null);
  return { system, ...desk, verify, before, read: async () => (await desk.api('GET', path)).body };
}

test('every refusal of a token becomes the tenant’s own problem, with its remedy and Microsoft’s code', async (t) => {
  const { system, verify, before, read } = await startVerified(t);
  for (const { code, error, suberror, becomes, passes } of refusals) {
    const what = `AADSTS${code} ${error}`;
    const asked = tokenCalls(system, 'client_credentials').length;
    system.emulator.fail({ service: 'entra', kind: { type: 'aadsts', code, error, ...(suberror && { suberror }) } });
    const tenant = await verify();
    const { title, remedy } = problems[becomes];
    const { problem } = tenant;
    assert.equal(problem?.code, becomes, what);
    assert.deepEqual([problem.title, problem.remedy, problem.type], [title, remedy, `/problems/${becomes}`], what);
    assert.equal(problem.provider.code, `AADSTS${code}`, what);
    assert.ok(problem.provider.requestId && problem.provider.clientRequestId && problem.provider.date, what);
    assert.equal(problem.requestId, undefined);
    assert.equal(needsReconnect(becomes), false, `${what}: nobody is asked to connect again`);
    assert.equal(tokenCalls(system, 'client_credentials').length, asked + 1, `${what}: one attempt`);
    const remembered = (await read())['problem'];
    assert.equal(remembered?.code, passes ? undefined : becomes, `${what}: what passes is not held against a tenant`);
    if (!passes) assert.deepEqual(remembered.provider, problem.provider, what);
    assert.deepEqual(tenant['roles'], before['roles'], `${what}: what was known stays known`);
    assert.equal((await verify())['problem'], null, `${what}: and it can be done again`);
  }
});

test('each cause at a workspace’s own registration says where it is put right', async (t) => {
  const { system, verify } = await startVerified(t);
  for (const code of [7000215, 7000222, 7000216, 700025]) {
    system.emulator.fail({ service: 'entra', kind: { type: 'aadsts', code, error: 'invalid_client' } });
    assert.match((await verify())['problem'].detail, /app registration/, String(code));
  }
  system.emulator.fail({ service: 'entra', kind: { type: 'aadsts', code: 9002313, error: 'invalid_request' } });
  assert.match((await verify())['problem'].detail, /Microsoft said: “AADSTS9002313/);
});

for (const [name, kind, becomes] of [
  ['no connection', { type: 'drop-request' }, 'microsoft_unreachable'],
  ['a lost answer', { type: 'drop-response' }, 'microsoft_unreachable'],
  ['half an answer', { type: 'truncate' }, 'microsoft_answer_unreadable'],
  ['a proxy’s page', { type: 'content-type', value: 'text/html' }, 'microsoft_answer_unreadable'],
  ['503', { type: 'status', status: 503 }, 'entra_unavailable'],
] as const) {
  test(`${name} is told and says nothing about the tenant`, async (t) => {
    const { system, verify, read, before } = await startVerified(t);
    system.emulator.fail({ service: 'entra', path: '/token', kind });
    const tenant = await verify();
    assert.equal(tenant['problem']?.code, becomes);
    assert.deepEqual(await read(), before);
    assert.equal((await verify())['problem'], null);
  });
}

test('Entra’s Retry-After is kept, also by people who press the button again', async (t) => {
  const { system, verify } = await startVerified(t);
  const asked = tokenCalls(system, 'client_credentials').length;
  system.emulator.fail({ service: 'entra', kind: { type: 'status', status: 429, retryAfter: '30' } });
  for (const waited of [0, 10_000, 19_000]) {
    system.clock.advance(waited);
    const { problem } = await verify();
    assert.equal(problem.code, 'throttled');
    assert.equal(problem.provider.status, 429);
  }
  assert.equal(tokenCalls(system, 'client_credentials').length, asked + 1);
  system.clock.advance(1000);
  assert.equal((await verify())['problem'], null);
});

test('a problem is written down when it appears and cleared by the next token', async (t) => {
  const { system, verify, read } = await startVerified(t);
  const refuse = (code: number) =>
    system.emulator.fail({ service: 'entra', kind: { type: 'aadsts', code, error: 'invalid_client' } });
  for (const code of [7000112, 7000112, 7000222]) {
    system.clock.advance(60_000);
    refuse(code);
    await verify();
  }
  const since = (await read())['updatedAt'];
  system.clock.advance(60_000);
  refuse(7000222);
  await verify();
  assert.equal((await read())['updatedAt'], since, 'the same problem is not written again');
  await verify();
  assert.equal((await read())['problem'], null);
  const rows = await system.database.db.selectFrom('outbox_events').select(['type', 'data']).orderBy('id').execute();
  const key = await system.database.db.selectFrom('api_keys').select('id').executeTakeFirstOrThrow();
  assert.deepEqual(
    rows.filter(({ type }) => type === 'tenant.failing').map(({ data }) => [data['code'], data['by'], data['stage']]),
    [
      ['app_disabled', key.id, 'live'],
      ['app_secret_expired', key.id, 'live'],
    ],
  );
  assert.equal(rows.filter(({ type }) => type === 'tenant.verified').length, 1, 'the first time only');
});

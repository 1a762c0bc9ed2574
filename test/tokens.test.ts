import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { sql } from 'kysely';
import type { FaultRequest } from '../emulator/faults.ts';
import { PARLEY_CLIENT_ID, PARLEY_CLIENT_SECRET } from '../emulator/seed.ts';
import { connectTeams } from '../scripts/person.ts';
import { createAccessTokens, sealedTokens, tokenContext } from '../src/connections/tokens.ts';
import { problems, type ProblemCode } from '../src/problem.ts';
import { open } from '../src/seal.ts';
import { startAnother, tokenCalls, urlOf } from './support/restart.ts';
import { publicUrl, startDesk, startSystem, startWorkspace, userNamed, type System } from './support/system.ts';

const minute = 60_000;

type Hook = (ask: () => Promise<Response>) => Promise<Response>;

/** A connected member whose access token has expired; `hook.refresh` stands around the next calls of the token endpoint. */
async function startExpired(t: TestContext) {
  const hook: { refresh?: Hook | undefined; graph?: ((request: Request) => Promise<void>) | undefined } = {};
  const wrapFetch = (inner: typeof fetch) => async (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
    const url = urlOf(input);
    if (url.startsWith('https://graph.')) await hook.graph?.(new Request(input, init));
    const ask = () => inner(input, init);
    return url.endsWith('/token') && hook.refresh ? hook.refresh(ask) : ask();
  };
  const system = await startSystem(t, { wrapFetch });
  const desk = await startDesk(system);
  system.clock.advance(2 * 60 * minute);
  const row = await onlyRow(system);
  return { system, desk, hook, wrapFetch, row, id: row.id, use: createAccessTokens(system.app.deps) };
}

const onlyRow = (system: System) => system.database.db.selectFrom('connections').selectAll().executeTakeFirstOrThrow();

async function opened(system: System, field: 'access_token' | 'refresh_token') {
  const row = await onlyRow(system);
  return open(await system.app.deps.dataKeys(row.workspace_id), row[field], tokenContext(row, field));
}

async function expiredEvents(system: System) {
  const events = await system.database.db
    .selectFrom('outbox_events')
    .select(['type', 'connection_id', 'data'])
    .where('type', '=', 'connection.expired')
    .execute();
  return events.map(({ connection_id, data }) => ({ connection_id, data }));
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: { code?: string }) => error.code ?? 'an error without a code',
  );
}

/** Looks again and again until it is so; what is waited for happens in PostgreSQL, not on a clock. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 2000; looks += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.fail('it never came to be');
}

async function isSomebodyWaitingForALock(system: System): Promise<boolean> {
  const { rows } = await sql<{ waiting: number }>`
    select count(*)::int as waiting from pg_locks l join pg_stat_activity a using (pid)
    where not l.granted and a.datname = current_database()`.execute(system.database.db);
  return (rows[0]?.waiting ?? 0) > 0;
}

/** What a crash does to a refresh: its transaction is gone, and with it the lock of the row. */
async function breakTransactions(system: System): Promise<void> {
  const { rows } = await sql<{ ended: boolean }>`
    select pg_terminate_backend(pid) as ended from pg_stat_activity
    where datname = current_database() and state = 'idle in transaction'`.execute(system.database.db);
  assert.equal(rows.length, 1);
}

test('T01: eight uses at once over two processes refresh an expired connection exactly once, and use what was stored', async (t) => {
  const { system, desk, hook, wrapFetch, id } = await startExpired(t);
  const other = await startAnother(t, system, { wrapFetch });
  const first = createAccessTokens(system.app.deps);
  const second = createAccessTokens(other.app.deps);
  let asked = 0;
  hook.refresh = async (ask) => {
    asked += 1;
    await until(() => isSomebodyWaitingForALock(system)); // the other process is at the row too
    return ask();
  };
  const tokens = await Promise.all(Array.from({ length: 8 }, (_, index) => (index % 2 ? first : second)(id)));
  assert.equal(asked, 1);
  assert.equal(tokenCalls(system).length, 1);
  assert.equal(new Set(tokens.map((token) => token.accessToken)).size, 1);
  assert.equal(tokens[0]?.accessToken, await opened(system, 'access_token'));
  assert.equal((await onlyRow(system)).token_version, 2);

  // The same through HTTP: whenever Graph is asked, the token that it is asked with is already in the database.
  hook.refresh = undefined;
  system.clock.advance(2 * 60 * minute);
  let seen = 0;
  hook.graph = async (request) => {
    seen += 1;
    assert.equal(request.headers.get('authorization'), `Bearer ${await opened(system, 'access_token')}`);
  };
  const ask = (at: System, day: number) =>
    at.request(
      `/v1/event-types/${desk.eventType.id}/slots?from=2026-11-${day}T00:00:00Z&to=2026-11-${day + 1}T00:00:00Z`,
      { headers: { authorization: `Bearer ${desk.apiKey}` } },
    );
  const answers = await Promise.all([24, 25].flatMap((day) => [ask(system, day), ask(other, day)]));
  assert.deepEqual(
    answers.map(({ status }) => status),
    Array(4).fill(200),
  );
  assert.ok(seen >= 4);
  assert.equal(tokenCalls(system).length, 2);
});

test('T01: a refresh that lost its lock cannot overwrite newer tokens', async (t) => {
  const { system, hook, row, id, use } = await startExpired(t);
  const dataKey = await system.app.deps.dataKeys(row.workspace_id);
  const newer = {
    accessToken: 'newer-access',
    refreshToken: 'newer-refresh',
    expiresAt: new Date(system.clock.now().getTime() + 60 * minute),
    scopes: row.granted_scopes.split(' '),
  };
  hook.refresh = async (ask) => {
    await breakTransactions(system);
    await system.database.db
      .updateTable('connections')
      .set({ ...sealedTokens(dataKey, row, newer), token_version: row.token_version + 1 })
      .where('id', '=', id)
      .execute();
    return ask();
  };
  assert.notEqual(await problemOf(use(id)), 'none');
  assert.equal(await opened(system, 'refresh_token'), 'newer-refresh');
  assert.equal((await onlyRow(system)).token_version, row.token_version + 1);
  hook.refresh = undefined;
  assert.equal((await use(id)).accessToken, 'newer-access');
  assert.equal(tokenCalls(system).length, 1);
});

for (const [what, answer] of [
  ['that succeeds', (ask: () => Promise<Response>) => ask()],
  ['that is refused', async () => Response.json({ error: 'invalid_grant', error_codes: [700082] }, { status: 400 })],
] as const) {
  test(`T01: reconnecting during a slow refresh ${what} leaves the newly granted tokens`, async (t) => {
    const { system, desk, hook, id, use } = await startExpired(t);
    let reconnected: Promise<unknown> | undefined;
    let granted = '';
    hook.refresh = async (ask) => {
      hook.refresh = async (redeem) => {
        const response = await redeem();
        granted = ((await response.clone().json()) as { refresh_token: string }).refresh_token;
        return response;
      };
      reconnected = connectTeams(desk.person, publicUrl, desk.organizer.id);
      await until(() => isSomebodyWaitingForALock(system));
      return answer(ask);
    };
    await problemOf(use(id));
    await reconnected;
    const row = await onlyRow(system);
    assert.equal(row.status, 'connected');
    assert.equal(row.problem_code, null);
    assert.equal(await opened(system, 'refresh_token'), granted);
    assert.equal(row.token_version, what === 'that succeeds' ? 3 : 2, 'every set of tokens has a version of its own');
  });
}

test('T01: who stops waiting does not stop the refresh for the others', async (t) => {
  const { system, hook, id, use } = await startExpired(t);
  const impatient = new AbortController();
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  hook.refresh = async (ask) => {
    reached.resolve();
    await goOn.promise;
    return ask();
  };
  const first = problemOf(use(id, { signal: impatient.signal }));
  await reached.promise;
  const second = use(id);
  impatient.abort(new DOMException('The operation timed out', 'TimeoutError'));
  assert.equal(await first, 'microsoft_unreachable');
  goOn.resolve();
  assert.equal((await second).accessToken, await opened(system, 'access_token'));
  assert.equal(tokenCalls(system).length, 1);
});

type Variant = { code: number; error: string; suberror?: string; becomes: ProblemCode };
const grant = 'invalid_grant';
const lost: Variant[] = [
  { code: 65001, error: grant, suberror: 'consent_required', becomes: 'consent_missing' },
  { code: 50072, error: grant, suberror: 'basic_action', becomes: 'mfa_needed' },
  { code: 50074, error: grant, suberror: 'basic_action', becomes: 'mfa_needed' },
  { code: 50076, error: 'interaction_required', suberror: 'basic_action', becomes: 'mfa_needed' },
  { code: 50078, error: grant, suberror: 'basic_action', becomes: 'mfa_needed' },
  { code: 50079, error: grant, suberror: 'basic_action', becomes: 'mfa_needed' },
  { code: 53000, error: grant, suberror: 'message_only', becomes: 'blocked_by_policy' },
  { code: 53001, error: grant, becomes: 'blocked_by_policy' },
  { code: 53002, error: grant, becomes: 'blocked_by_policy' },
  { code: 53003, error: grant, suberror: 'message_only', becomes: 'blocked_by_policy' },
  { code: 530032, error: grant, becomes: 'blocked_by_policy' },
  { code: 50057, error: grant, becomes: 'account_disabled' },
  { code: 50105, error: grant, becomes: 'user_not_assigned' },
  { code: 50132, error: grant, becomes: 'grant_revoked' },
  { code: 50133, error: grant, becomes: 'grant_revoked' },
  { code: 50173, error: grant, suberror: 'bad_token', becomes: 'grant_revoked' },
  { code: 70000, error: grant, becomes: 'grant_revoked' },
  { code: 70008, error: grant, becomes: 'grant_expired' },
  { code: 70043, error: grant, suberror: 'bad_token', becomes: 'grant_expired' },
  { code: 700081, error: grant, becomes: 'grant_expired' },
  { code: 700082, error: grant, becomes: 'grant_expired' },
  { code: 700084, error: grant, becomes: 'grant_expired' },
  { code: 90094, error: grant, becomes: 'admin_approval_needed' },
  // Numbers without words of their own: the grant is lost all the same, because `error` says so.
  { code: 50034, error: grant, becomes: 'reconnect_needed' },
  { code: 51004, error: grant, becomes: 'reconnect_needed' },
  { code: 50020, error: grant, becomes: 'reconnect_needed' },
  { code: 50089, error: grant, becomes: 'reconnect_needed' },
  { code: 50058, error: 'login_required', becomes: 'reconnect_needed' },
  { code: 999_999, error: grant, becomes: 'reconnect_needed' },
  { code: 999_999, error: 'interaction_required', becomes: 'reconnect_needed' },
  { code: 999_999, error: 'consent_required', becomes: 'consent_missing' },
  { code: 999_999, error: grant, suberror: 'user_password_expired', becomes: 'reconnect_needed' },
  { code: 999_999, error: grant, suberror: 'bad_token', becomes: 'grant_revoked' },
];

test('T02: every way of losing the grant: the precise reason, one event, and no further call to Microsoft', async (t) => {
  const { system, desk, row, id } = await startExpired(t);
  const { db } = system.database;
  for (const { code, error, suberror, becomes } of lost) {
    const what = `AADSTS${code} ${error} ${suberror ?? ''}`;
    await db.updateTable('connections').set(asItWas(row)).where('id', '=', id).execute();
    await db.deleteFrom('outbox_events').where('type', '=', 'connection.expired').execute();
    const before = tokenCalls(system).length;
    const use = createAccessTokens(system.app.deps);
    system.emulator.fail({
      service: 'entra',
      path: '/token',
      kind: { type: 'aadsts', code, error, ...(suberror && { suberror }) },
    });
    const seen = await Promise.all(Array.from({ length: 4 }, () => problemOf(use(id))));
    assert.deepEqual(seen, Array(4).fill(becomes), what);
    const now = await onlyRow(system);
    assert.deepEqual([now.status, now.problem_code], ['reconnect_needed', becomes], what);
    assert.equal(now.provider_answer?.code, `AADSTS${code}`, what);
    assert.deepEqual(await expiredEvents(system), [{ connection_id: id, data: { code: becomes } }], what);
    // Nothing that anybody does later asks Microsoft again: the fault is used up, so that asking would succeed.
    assert.equal(await problemOf(use(id)), becomes, what);
    assert.equal(await problemOf(createAccessTokens(system.app.deps)(id, { rejectedVersion: 1 })), becomes, what);
    const { body } = await desk.api('GET', `/v1/connections/${id}`);
    assert.equal(body['state'], 'reconnect_needed', what);
    assert.equal(body['problem'].code, becomes, what);
    assert.equal(body['problem'].remedy, problems[becomes].remedy, what);
    const from = '2026-11-24T00:00:00Z';
    const slots = await desk.api(
      'GET',
      `/v1/event-types/${desk.eventType.id}/slots?from=${from}&to=2026-11-25T00:00:00Z`,
    );
    assert.equal(slots.body['code'], 'booking_not_open', what);
    await system.advance(minute);
    assert.equal(tokenCalls(system).length, before + 1, `${what}: one call`);
    assert.equal((await expiredEvents(system)).length, 1, what);
  }
});

function asItWas(row: Awaited<ReturnType<typeof onlyRow>>) {
  const { status, problem_code, access_token, refresh_token, access_token_expires_at, token_version } = row;
  const { previous_refresh_token, granted_scopes } = row;
  return {
    status,
    problem_code,
    provider_answer: null,
    access_token,
    refresh_token,
    previous_refresh_token,
    access_token_expires_at,
    token_version,
    granted_scopes,
  };
}

type Passing = { name: string; kind: FaultRequest['kind']; becomes: ProblemCode };
const passing: Passing[] = [
  { name: '500', kind: { type: 'status', status: 500, code: 'server_error' }, becomes: 'entra_unavailable' },
  { name: '502', kind: { type: 'status', status: 502 }, becomes: 'entra_unavailable' },
  { name: '503', kind: { type: 'status', status: 503 }, becomes: 'entra_unavailable' },
  { name: '504', kind: { type: 'status', status: 504 }, becomes: 'entra_unavailable' },
  // Even if a gateway dresses its fault in the words of a lost grant.
  { name: '503 invalid_grant', kind: { type: 'status', status: 503, code: grant }, becomes: 'entra_unavailable' },
  { name: '429', kind: { type: 'status', status: 429 }, becomes: 'throttled' },
  { name: 'no connection', kind: { type: 'drop-request' }, becomes: 'microsoft_unreachable' },
  { name: 'lost answer', kind: { type: 'drop-response' }, becomes: 'microsoft_unreachable' },
  { name: 'half an answer', kind: { type: 'truncate' }, becomes: 'microsoft_answer_unreadable' },
  { name: 'a page', kind: { type: 'content-type', value: 'text/html' }, becomes: 'microsoft_answer_unreadable' },
  { name: '90055', kind: { type: 'aadsts', code: 90055 }, becomes: 'throttled' },
  { name: '90033', kind: { type: 'aadsts', code: 90033 }, becomes: 'entra_unavailable' },
  {
    name: '90055 with 400',
    kind: { type: 'aadsts', code: 90055, error: 'temporarily_unavailable' },
    becomes: 'throttled',
  },
  { name: '50196 loop', kind: { type: 'aadsts', code: 50196, error: grant }, becomes: 'throttled' },
  { name: '50053 locked', kind: { type: 'aadsts', code: 50053, error: grant }, becomes: 'account_locked' },
  // The operator's to mend; every connection works again when they have, so none is marked.
  { name: '7000215', kind: { type: 'aadsts', code: 7000215 }, becomes: 'app_secret_wrong' },
  { name: '7000222', kind: { type: 'aadsts', code: 7000222 }, becomes: 'app_secret_expired' },
  { name: '7000218', kind: { type: 'aadsts', code: 7000218 }, becomes: 'app_credential_missing' },
  { name: '700027', kind: { type: 'aadsts', code: 700027 }, becomes: 'app_certificate_unknown' },
  { name: '700016', kind: { type: 'aadsts', code: 700016 }, becomes: 'app_not_found' },
  { name: '7000112', kind: { type: 'aadsts', code: 7000112 }, becomes: 'app_disabled' },
  { name: '90002', kind: { type: 'aadsts', code: 90002 }, becomes: 'tenant_not_found' },
  { name: '50194', kind: { type: 'aadsts', code: 50194 }, becomes: 'single_tenant_app' },
  { name: '9002313', kind: { type: 'aadsts', code: 9002313 }, becomes: 'microsoft_request_invalid' },
  { name: 'unknown', kind: { type: 'aadsts', code: 999_999, error: 'unheard_of' }, becomes: 'microsoft_refused' },
];

test('T02: faults that pass, and faults of the server, leave the connection connected', async (t) => {
  const { system, row, id } = await startExpired(t);
  for (const { name, kind, becomes } of passing) {
    const use = createAccessTokens(system.app.deps);
    await system.database.db.updateTable('connections').set(asItWas(row)).where('id', '=', id).execute();
    system.emulator.fail({ service: 'entra', path: '/token', kind });
    assert.equal(await problemOf(use(id)), becomes, name);
    const after = await onlyRow(system);
    assert.deepEqual({ ...after, updated_at: 0 }, { ...row, updated_at: 0, last_used_at: after.last_used_at }, name);
    assert.deepEqual(await expiredEvents(system), [], name);
    assert.equal((await use(id)).version, row.token_version + 1, `${name}: the next use works`);
  }
});

test('T02: where Microsoft says how long to wait, nothing is asked before', async (t) => {
  const { system, id, use } = await startExpired(t);
  system.emulator.fail({ service: 'entra', path: '/token', kind: { type: 'status', status: 429, retryAfter: '30' } });
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await assert.rejects(use(id), { code: 'throttled', retryAfterMs: 30_000 - attempt * 5000 });
    system.clock.advance(5000);
  }
  assert.equal(tokenCalls(system).length, 1);
  system.clock.advance(5000);
  await use(id);
  assert.equal(tokenCalls(system).length, 2);
});

test('T02: revoked sessions, a deleted user and withdrawn consent, as they really happen at Microsoft', async (t) => {
  const { system, row, id } = await startExpired(t);
  const { directory } = system.emulator.context;
  const dana = userNamed(system.emulator, 'dana.reyes');
  const outcome = async () => {
    const problem = await problemOf(createAccessTokens(system.app.deps)(id));
    await system.database.db.updateTable('connections').set(asItWas(row)).where('id', '=', id).execute();
    return problem;
  };
  dana.sessionsRevokedAt = system.clock.now().getTime();
  assert.equal(await outcome(), 'grant_revoked');
  dana.sessionsRevokedAt = null;
  dana.accountEnabled = false;
  assert.equal(await outcome(), 'account_disabled');
  dana.accountEnabled = true;
  dana.conditionalAccess = 'mfa';
  assert.equal(await outcome(), 'mfa_needed');
  dana.conditionalAccess = 'blocked';
  assert.equal(await outcome(), 'blocked_by_policy');
  dana.conditionalAccess = 'none';
  directory.users.delete(dana.id);
  assert.equal(await outcome(), 'reconnect_needed');
  directory.users.set(dana.id, dana);
  const grants = directory.grants.splice(0);
  assert.equal(await outcome(), 'consent_missing');
  directory.grants.push(...grants);
  system.clock.advance(91 * 24 * 60 * minute);
  assert.equal(await outcome(), 'grant_expired');
});

test('T03: a crash after Microsoft answered and before the tokens were stored loses nothing', async (t) => {
  const { system, hook, row, id, use } = await startExpired(t);
  hook.refresh = async (ask) => {
    const response = await ask(); // Microsoft has rotated the token
    await breakTransactions(system);
    return response;
  };
  assert.notEqual(await problemOf(use(id)), 'none');
  assert.deepEqual((await onlyRow(system)).refresh_token, row.refresh_token, 'nothing was stored');
  assert.deepEqual(await expiredEvents(system), []);
  hook.refresh = undefined;
  const { accessToken } = await use(id);
  assert.equal(accessToken, await opened(system, 'access_token'));
  assert.equal(tokenCalls(system).length, 2);
});

test('T03: when the newest refresh token is refused, the one before it is tried; only both refused is a lost grant', async (t) => {
  const { system, id, use } = await startExpired(t);
  const refuse = (code: number, times = 1) =>
    system.emulator.fail({ service: 'entra', path: '/token', times, kind: { type: 'aadsts', code, error: grant } });
  await use(id); // rotates: there is a previous token now
  assert.ok((await onlyRow(system)).previous_refresh_token);
  system.clock.advance(2 * 60 * minute);
  refuse(70000);
  const { version } = await use(id);
  assert.equal(version, 3);
  assert.equal(tokenCalls(system).length, 3);
  assert.equal((await onlyRow(system)).status, 'connected');

  system.clock.advance(2 * 60 * minute);
  refuse(70000);
  system.emulator.fail({ service: 'entra', path: '/token', kind: { type: 'status', status: 503 } });
  assert.equal(await problemOf(use(id)), 'entra_unavailable', 'nobody knows yet whether the previous one works');
  assert.equal((await onlyRow(system)).status, 'connected');

  refuse(50173);
  refuse(700082);
  assert.equal(await problemOf(use(id)), 'grant_revoked', 'the first refusal is the telling one');
  assert.equal(tokenCalls(system).length, 7);
  assert.equal((await expiredEvents(system)).length, 1);
});

test('T03: an answer without a refresh token keeps the one that is stored', async (t) => {
  const { system, hook, row, id, use } = await startExpired(t);
  const before = await opened(system, 'refresh_token');
  hook.refresh = async (ask) => {
    const { refresh_token: _, ...rest } = (await (await ask()).json()) as Record<string, unknown>;
    return Response.json(rest);
  };
  await use(id);
  assert.equal(await opened(system, 'refresh_token'), before);
  const after = await onlyRow(system);
  assert.equal(after.token_version, row.token_version + 1);
  assert.equal(after.previous_refresh_token, null);
});

test('T05: what a connection may do is read from what Microsoft grants, at every refresh, never from the configuration', async (t) => {
  const { system, desk, hook, id, use } = await startExpired(t);
  const answerWith = (scope: string | undefined) => {
    hook.refresh = async (ask) => Response.json({ ...((await (await ask()).json()) as object), scope });
    system.clock.advance(2 * 60 * minute);
    return use(id);
  };
  const state = async () => {
    const { body } = await desk.api('GET', `/v1/connections/${id}`);
    return [body['state'], ...body['missingScopes']];
  };
  assert.deepEqual(await state(), ['connected']);
  await answerWith('User.Read OnlineMeetings.ReadWrite profile openid');
  assert.deepEqual(await state(), ['reconnect_needed', 'Calendars.ReadWrite']);
  const refused = await desk.api('POST', '/v1/meetings', {
    organizer: { connectionId: id },
    subject: 'Drift',
    start: '2026-11-24T10:00:00Z',
    end: '2026-11-24T11:00:00Z',
  });
  assert.equal(refused.body['code'], 'scopes_missing');
  // Spelled as Microsoft may: another case, the full name of the resource.
  await answerWith(
    'https://graph.microsoft.com/calendars.readwrite https://graph.microsoft.com/OnlineMeetings.ReadWrite user.read',
  );
  assert.deepEqual(await state(), ['connected']);
  await answerWith(undefined); // RFC 6749, section 5.1: as asked
  assert.deepEqual(await state(), ['connected']);

  // The same without tampering: the tenant's administrator takes one permission away.
  hook.refresh = undefined;
  for (const one of system.emulator.context.directory.grants)
    one.scopes = one.scopes.filter((scope) => scope !== 'OnlineMeetings.ReadWrite');
  system.clock.advance(2 * 60 * minute);
  assert.equal(await problemOf(use(id)), 'consent_missing');
  const { body } = await desk.api('GET', `/v1/connections/${id}`);
  assert.equal(body['problem'].code, 'consent_missing');
});

test('F9: a refresh asks for what was granted, with our id and secret in the body and never in the address', async (t) => {
  const bodies: { url: string; form: URLSearchParams }[] = [];
  const system = await startSystem(t, {
    wrapFetch: (inner) => async (input, init) => {
      const request = new Request(input, init);
      if (request.url.endsWith('/token'))
        bodies.push({ url: request.url, form: new URLSearchParams(await request.clone().text()) });
      return inner(request);
    },
  });
  const { person } = await startWorkspace(system);
  await connectTeams(person, publicUrl, userNamed(system.emulator, 'dana.reyes').id);
  system.clock.advance(2 * 60 * minute);
  await createAccessTokens(system.app.deps)((await onlyRow(system)).id);
  const { url, form } = bodies.at(-1) ?? assert.fail('nothing was asked');
  assert.equal(url, 'https://login.microsoftonline.com/common/oauth2/v2.0/token');
  assert.equal(form.get('grant_type'), 'refresh_token');
  assert.equal(form.get('client_id'), PARLEY_CLIENT_ID);
  assert.equal(form.get('client_secret'), PARLEY_CLIENT_SECRET);
  const scopes = form.get('scope')?.split(' ') ?? [];
  for (const scope of ['Calendars.ReadWrite', 'OnlineMeetings.ReadWrite', 'offline_access'])
    assert.ok(scopes.includes(scope));
});

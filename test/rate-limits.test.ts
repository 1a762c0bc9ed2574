import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addMember, createSignInToken } from '../src/access/service.ts';
import { signIn } from '../scripts/person.ts';
import { apiClient, publicUrl, startPeer, startSystem, startWorkspace, type ApiClient } from './support/system.ts';

const env = { Api__RequestsPerMinute: '6' };
const path = '/v1/workspace';

const limitsIn = ({ headers }: { headers: Headers }) =>
  ['ratelimit-policy', 'ratelimit', 'retry-after'].map((name) => headers.get(name));
const policy = '"default";q=6;w=60';

async function use(api: ApiClient, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let time = 0; time < times; time += 1) statuses.push((await api('GET', path)).status);
  return statuses;
}

test('a key that asks too often is told when to come back, and is answered then', async (t) => {
  const system = await startSystem(t, { env });
  const { api } = await startWorkspace(system);
  assert.deepEqual(limitsIn(await api('GET', path)), [policy, '"default";r=5;t=10', null]);
  assert.deepEqual(await use(api, 5), [200, 200, 200, 200, 200]);
  const refused = await api('POST', '/v1/contacts', { name: 'Ada', email: 'ada@larch.example' });
  assert.equal(refused.status, 429);
  assert.equal(refused.body['code'], 'rate_limited');
  assert.equal(refused.body['retryable'], true);
  assert.deepEqual(limitsIn(refused), [policy, '"default";r=0;t=60', '10']);
  system.clock.advance(9_999);
  assert.deepEqual(limitsIn(await api('GET', path)), [policy, '"default";r=0;t=51', '1'], 'asking costs nothing');
  system.clock.advance(1);
  const { status, body } = await api('GET', '/v1/contacts');
  assert.equal(status, 200);
  assert.deepEqual(body['data'], [], 'what was refused was not done');
  assert.deepEqual(await use(api, 1), [429]);
  system.clock.advance(60 * 60_000);
  assert.deepEqual(await use(api, 7), [200, 200, 200, 200, 200, 200, 429], 'what is not used is not kept');
  system.clock.advance(-60 * 60_000);
  assert.deepEqual(await use(api, 1), [429], 'a clock that goes back gives nothing and takes nothing');
});

test('every answer of the API tells the limit: problems, changes, dry runs and repetitions too', async (t) => {
  const system = await startSystem(t, { env: { Api__RequestsPerMinute: '600' } });
  const { api } = await startWorkspace(system);
  const ada = { name: 'Ada', email: 'ada@larch.example' };
  const key = { 'idempotency-key': 'once' };
  const answers = [
    await api('GET', '/v1/nothing'),
    await api('GET', '/v1/meetings/mtg_none'),
    await api('POST', '/v1/contacts', {}),
    await api('POST', '/v1/contacts?dryRun=true', ada),
    await api('POST', '/v1/contacts', ada, key),
    await api('POST', '/v1/contacts', ada, key),
    await api('DELETE', path),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [404, 404, 400, 200, 201, 201, 405],
  );
  for (const [at, answer] of answers.entries()) {
    const left = 599 - at;
    const fullIn = Math.ceil((600 - left) / 10);
    assert.deepEqual(limitsIn(answer), ['"default";q=600;w=60', `"default";r=${left};t=${fullIn}`, null], String(at));
  }
  const stranger = await system.request(path);
  assert.deepEqual(limitsIn(stranger), [null, null, null], 'who is not known has no limit of their own');
});

test('keys and members have their own limits; a key that takes another one’s place shares it', async (t) => {
  const system = await startSystem(t, { env });
  const { api, workspaceId, person } = await startWorkspace(system);
  const { body: first } = await api('POST', '/v1/api-keys', { name: 'CRM', permissions: ['*'] });
  const { body: second } = await api('POST', `/v1/api-keys/${first['id']}/rotate`, {});
  assert.deepEqual(await use(api, 5), [200, 200, 200, 200, 429]);
  assert.deepEqual(await use(apiClient(system, first['secret'] as string), 4), [200, 200, 200, 200]);
  assert.deepEqual(await use(apiClient(system, second['secret'] as string), 3), [200, 200, 429]);
  const statusOf = async (who: typeof person) => (await who.send(`${publicUrl}${path}`, { method: 'GET' })).status;
  for (let time = 0; time < 6; time += 1) assert.equal(await statusOf(person), 200);
  assert.equal(await statusOf(person), 429);
  const deps = { db: system.database.db, now: system.clock.now };
  const noor = { email: 'noor@desk.example', name: 'Noor', role: 'operator' as const, timeZone: 'UTC' };
  const other = system.person();
  await signIn(
    other,
    `${publicUrl}/sign-in/${await createSignInToken(deps, await addMember(deps, workspaceId, noor))}`,
  );
  assert.equal(await statusOf(other), 200);
});

test('each process counts for itself, and 0 switches the limit off', async (t) => {
  const system = await startSystem(t, { env });
  const { api, apiKey } = await startWorkspace(system);
  const peer = apiClient(await startPeer(t, system), apiKey);
  assert.deepEqual(await use(api, 7), [200, 200, 200, 200, 200, 200, 429]);
  assert.deepEqual(await use(peer, 7), [200, 200, 200, 200, 200, 200, 429]);
  const free = await startSystem(t, { env: { Api__RequestsPerMinute: '0' } });
  const answer = await (await startWorkspace(free)).api('GET', path);
  assert.deepEqual(limitsIn(answer), [null, null, null]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addMember, createSignInToken } from '../src/access/service.ts';
import { signIn } from '../scripts/person.ts';
import { publicUrl, startSystem, startWorkspace } from './support/system.ts';

test('a workspace tells its settings, and its administrators change them', async (t) => {
  const system = await startSystem(t);
  const { api, workspaceId, slug } = await startWorkspace(system);
  const before = await api('GET', '/v1/workspace');
  assert.deepEqual(before.body, {
    id: workspaceId,
    slug,
    name: 'Front desk',
    locale: 'en',
    outlookChanges: 'ask',
    embedOrigins: [],
    corsOrigins: [],
    returnUris: [],
    portalUrl: `${publicUrl}/my/${slug}`,
  });
  const changed = await api('PATCH', '/v1/workspace', {
    locale: 'fr',
    outlookChanges: 'revert',
    embedOrigins: ['https://WWW.Bücher.example:443/', 'https://www.xn--bcher-kva.example', 'http://localhost:8080'],
  });
  assert.equal(changed.status, 200);
  assert.equal(changed.body.name, 'Front desk');
  assert.equal(changed.body.locale, 'fr');
  assert.equal(changed.body.outlookChanges, 'revert');
  assert.deepEqual(changed.body.embedOrigins, ['https://www.xn--bcher-kva.example', 'http://localhost:8080']);
  assert.deepEqual((await api('PATCH', '/v1/workspace', {})).body, changed.body);
  assert.deepEqual((await api('GET', '/v1/workspace')).body, changed.body);
});

test('operators read the workspace’s settings and cannot change them; nobody sees another workspace’s', async (t) => {
  const system = await startSystem(t);
  const { workspaceId } = await startWorkspace(system);
  const deps = { db: system.database.db, now: system.clock.now };
  const noor = { email: 'noor@desk.example', name: 'Noor', role: 'operator' as const, timeZone: 'UTC' };
  const person = system.person();
  const token = await createSignInToken(deps, await addMember(deps, workspaceId, noor));
  await signIn(person, `${publicUrl}/sign-in/${token}`);
  const read = () => person.call<{ id: string; name: string }>(`${publicUrl}/v1/workspace`);
  assert.equal((await read()).id, workspaceId);
  await assert.rejects(person.call(`${publicUrl}/v1/workspace`, 'PATCH', { name: 'Mine' }), /answered 403/);
  const other = await startWorkspace(system, { email: 'li@other.example' });
  await other.api('PATCH', '/v1/workspace', { name: 'Elsewhere' });
  assert.equal((await read()).name, 'Front desk');
});

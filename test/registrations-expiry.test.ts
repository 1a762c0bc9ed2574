import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NORTHGATE_CLIENT_ID, NORTHGATE_CLIENT_SECRET, NORTHGATE_TENANT_ID } from '../emulator/seed.ts';
import { addMember } from '../src/access/service.ts';
import { publicUrl, startPeer, startSystem, startWorkspace, type System } from './support/system.ts';

const day = 86_400_000;

async function warnings({ database }: System) {
  const rows = await database.db
    .selectFrom('outbox_events')
    .select(['type', 'data', 'workspace_id'])
    .where('type', 'like', 'credential.expir%')
    .orderBy('id')
    .execute();
  return rows.map(({ type, data, workspace_id }) => ({ type, data, workspaceId: workspace_id }));
}

async function startRegistration(system: System) {
  const desk = await startWorkspace(system);
  const { body } = await desk.api('POST', '/v1/app-registrations', {
    name: 'Northgate',
    clientId: NORTHGATE_CLIENT_ID,
    tenant: NORTHGATE_TENANT_ID,
  });
  return { ...desk, registrationId: String(body['id']), path: `/v1/app-registrations/${body['id']}` };
}

// T04
test('a certificate’s end is told of 60, 30, 14, 7 and 1 days before and when it has come, once each, by one of two processes', async (t) => {
  const system = await startSystem(t);
  const { api, path, registrationId, workspaceId } = await startRegistration(system);
  const peer = await startPeer(t, system);
  const { body } = await api('POST', `${path}/certificates`, { name: 'Autumn', years: 1 });
  const end = new Date(body['expiresAt']);
  const sweep = () => Promise.all([system.app.sweep(), peer.app.sweep(), system.app.sweep(), peer.app.sweep()]);
  const told = async () => (await warnings(system)).map(({ data }) => data['days']);
  await sweep();
  assert.deepEqual(await told(), []);
  const seen: unknown[] = [];
  for (const days of [60, 30, 14, 7, 1, 0]) {
    system.clock.set(new Date(end.getTime() - days * day - 1));
    await sweep();
    assert.deepEqual(await told(), seen, `a moment before ${days} days`);
    system.clock.advance(1);
    await sweep();
    await sweep();
    seen.push(days);
    assert.deepEqual(await told(), seen);
  }
  system.clock.advance(90 * day);
  await sweep();
  const found = await warnings(system);
  assert.deepEqual(
    found.map(({ type }) => type),
    [...Array<string>(5).fill('credential.expiring'), 'credential.expired'],
  );
  assert.deepEqual(found[1], {
    type: 'credential.expiring',
    workspaceId,
    data: {
      credentialId: body['id'],
      registrationId,
      registration: 'Northgate',
      name: 'Autumn',
      kind: 'certificate',
      expiresAt: end.toISOString(),
      days: 30,
    },
  });
});

// T04
test('who was away for long is told of the last threshold only; what is new, has no end or was removed is left alone', async (t) => {
  const system = await startSystem(t);
  const { api, path } = await startRegistration(system);
  const now = system.clock.now().getTime();
  const add = async (name: string, days?: number) => {
    const expiresAt = days && new Date(now + days * day).toISOString();
    const { status, body } = await api('POST', `${path}/secrets`, { name, secret: NORTHGATE_CLIENT_SECRET, expiresAt });
    assert.equal(status, 201);
    return String(body['id']);
  };
  await add('no end');
  await add('in a year', 365);
  await add('in ten days', 10);
  const removed = await add('removed', 50);
  await api('DELETE', `${path}/credentials/${removed}`);
  await system.app.sweep();
  const told = async () => (await warnings(system)).map(({ type, data }) => [type, data['name'], data['days']]);
  assert.deepEqual(await told(), [['credential.expiring', 'in ten days', 14]]);
  system.clock.advance(200 * day);
  await system.app.sweep();
  assert.deepEqual((await told()).slice(1), [['credential.expired', 'in ten days', 0]]);
  system.clock.advance(163 * day); // two days before the other's end
  await system.app.sweep();
  await system.app.sweep();
  assert.deepEqual((await told()).slice(2), [['credential.expiring', 'in a year', 7]]);
});

// T04
test('owners and admins get a mail at each threshold, nobody else does', async (t) => {
  const mails: { to: string; subject: string; text: string }[] = [];
  const system = await startSystem(t, { sendMail: async (mail) => void mails.push(mail) });
  const { api, path, workspaceId, registrationId } = await startRegistration(system);
  const deps = { db: system.database.db, now: system.clock.now };
  for (const role of ['admin', 'operator', 'viewer'] as const)
    await addMember(deps, workspaceId, { email: `${role}@desk.example`, name: role, role, timeZone: 'UTC' });
  await startWorkspace(system, { email: 'mallory@desk.example' });
  const { body } = await api('POST', `${path}/certificates`, { name: 'Autumn', years: 1 });
  for (const daysLeft of [20, 13]) {
    mails.length = 0;
    system.clock.set(new Date(Date.parse(body['expiresAt']) - daysLeft * day));
    await Promise.all([system.app.sweep(), system.app.sweep()]);
    await system.app.drain();
    assert.deepEqual(mails.map(({ to }) => to).toSorted(), ['admin@desk.example', 'dana@desk.example']);
    assert.match(mails[0]?.subject ?? '', new RegExp(`“Autumn” of “Northgate” ends .*${daysLeft} days`));
    assert.ok(mails[0]?.text.includes(`${publicUrl}/console/microsoft-365/app-registrations/${registrationId}`));
  }
});

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { NORTHGATE_CLIENT_ID } from '../emulator/seed.ts';
import { startSystem, startWorkspace, type ApiAnswer, type System } from './support/system.ts';
import { startTenant } from './support/tenant.ts';

const found = ({ status, body }: ApiAnswer) => {
  assert.equal(status, 200, JSON.stringify(body));
  return (body['data'] as { name: string; email: string; from: string }[]).map(({ name, from }) => `${name} (${from})`);
};

/** Whom the picker finds under “Users”. */
void suite('users', () => {
  void test('are the members of the workspace where no tenant is connected', async (t) => {
    const system = await startSystem(t);
    const desk = await startWorkspace(system);
    await startWorkspace(system, { email: 'dan@else.example', name: 'Dan Else' });

    const byName = await desk.api('GET', '/v1/people/users?q=dA');

    assert.deepEqual(byName.body, {
      data: [{ id: desk.memberId, name: 'Dana Reyes', email: 'dana@desk.example', from: 'member' }],
      note: null,
    });
    assert.deepEqual(found(await desk.api('GET', '/v1/people/users?q=desk.example')), ['Dana Reyes (member)']);
    assert.deepEqual(found(await desk.api('GET', '/v1/people/users')), ['Dana Reyes (member)']);
    assert.deepEqual(found(await desk.api('GET', '/v1/people/users?q=nobody')), []);
  });

  void test('are people of the tenant’s directory too, each address once, members first', async (t) => {
    const { system, desk } = await start(t);
    await desk.api('POST', '/v1/members', {
      email: 'Leila.Haddad@northgate.example',
      name: 'Leila, our colleague',
      role: 'operator',
      timeZone: 'UTC',
    });

    // The guest and the member of the directory share the address of our own member.
    assert.deepEqual(found(await desk.api('GET', '/v1/people/users?q=leila')), ['Leila, our colleague (member)']);
    assert.deepEqual(found(await desk.api('GET', '/v1/people/users?q=be')), [
      'Bea Lindholm (directory)',
      'Ben Achterberg (directory)',
    ]);
    const { body } = await desk.api('GET', '/v1/people/users?q=MAREK.dvorak%40');
    assert.deepEqual(body, {
      data: [
        {
          id: '3d4f71a5-b608-4ec9-9a23-51940cbe68f7',
          name: 'Marek Dvorak',
          email: 'marek.dvorak@northgate.example',
          from: 'directory',
        },
      ],
      note: null,
    });
    assert.deepEqual(found(await desk.api('GET', '/v1/people/users?q=otto')), [], 'an account that is disabled');
    assert.deepEqual(found(await desk.api('GET', `/v1/people/users?q=${encodeURIComponent("x') or (1 eq 1")}`)), []);
    const asked = system.emulator.calls.filter(({ path }) => path.startsWith('/v1.0/users')).length;
    await desk.api('GET', '/v1/people/users?q=b');
    assert.equal(
      system.emulator.calls.filter(({ path }) => path.startsWith('/v1.0/users')).length,
      asked,
      'one letter',
    );
  });

  void test('are found with the reduced permission as well', async (t) => {
    const { system, desk } = await start(t);
    permit(system, ['User.ReadBasic.All', 'Calendars.ReadWrite']);
    assert.deepEqual(found(await desk.api('GET', '/v1/people/users?q=suki')), ['Suki Amari (directory)']);
  });

  void test('are members alone, with a note, where the tenant does not let the directory be read', async (t) => {
    const { system, desk } = await start(t);
    permit(system, ['Calendars.ReadWrite']);
    const answer = await desk.api('GET', '/v1/people/users?q=ad');
    assert.deepEqual(found(answer), ['Ada Quist (member)']);
    assert.equal(answer.body['note'], 'The directory of Northgate College was not searched: Parley may not read it.');
  });

  void test('are members alone, with a note, where the feature is switched off: nobody is asked', async (t) => {
    const { system, desk } = await start(t, { features: ['meetings'] });
    const answer = await desk.api('GET', '/v1/people/users?q=ad');
    assert.deepEqual(found(answer), ['Ada Quist (member)']);
    assert.match(answer.body['note'], /may not read it/);
    assert.deepEqual(system.emulator.calls, []);
  });

  void test('are members at once where the tenant is still being set up', async (t) => {
    const { system, desk } = await start(t, { stage: 'setup' });
    const answer = await desk.api('GET', '/v1/people/users?q=ad');
    assert.deepEqual([found(answer), answer.body['note']], [['Ada Quist (member)'], null]);
    assert.deepEqual(system.emulator.calls, []);
  });

  void test('are members alone, with a note, while the directory does not answer', async (t) => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    t.mock.method(AbortSignal, 'timeout', (ms: number) => timeout(ms === 5_000 ? 20 : ms));
    const never = new Promise<Response>(() => {});
    const system = await startSystem(t, {
      wrapFetch: (inner) => async (input, init) =>
        new Request(input).url.includes('/users?') ? never : inner(input, init),
    });
    const desk = await startTenant(system);
    const answer = await desk.api('GET', '/v1/people/users?q=ad');
    assert.deepEqual(found(answer), ['Ada Quist (member)']);
    assert.equal(answer.body['note'], 'The directory of Northgate College did not answer in time.');
  });

  void test('are members alone, with a note, while Microsoft is out of order', async (t) => {
    const system = await startSystem(t, {
      wrapFetch: (inner) => async (input, init) =>
        new Request(input).url.includes('/users?') ? new Response('', { status: 503 }) : inner(input, init),
    });
    const desk = await startTenant(system);
    const answer = await desk.api('GET', '/v1/people/users?q=ad');
    assert.deepEqual(found(answer), ['Ada Quist (member)']);
    assert.match(answer.body['note'], /^The directory of Northgate College could not be searched: /);
  });
});

async function start(t: Parameters<typeof startSystem>[0], tenant: Parameters<typeof startTenant>[1] = {}) {
  const system = await startSystem(t);
  return { system, desk: await startTenant(system, tenant) };
}

function permit(system: System, permissions: string[]): void {
  const principals = [...system.emulator.context.directory.servicePrincipals.values()];
  const principal = principals.find(({ clientId }) => clientId === NORTHGATE_CLIENT_ID);
  assert.ok(principal);
  principal.appRoles = permissions;
}

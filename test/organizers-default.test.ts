import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { NORTHGATE_CLIENT_ID, NORTHGATE_TENANT_ID } from '../emulator/seed.ts';
import { startSystem, userNamed, type System } from './support/system.ts';
import { startTenant } from './support/tenant.ts';

const minute = 60_000;

async function startStory(t: TestContext) {
  const world = { down: false };
  const system = await startSystem(t, {
    wrapFetch: (inner) => async (input, init) => {
      if (world.down) throw new TypeError('fetch failed');
      return inner(input, init);
    },
  });
  const desk = await startTenant(system);
  const path = `/v1/tenants/${desk.tenantConnectionId}`;
  return {
    world,
    system,
    desk,
    save: async (userPrincipalName: string | null) => {
      const { status, body } = await desk.api('PUT', `${path}/default-organizer`, { userPrincipalName });
      assert.equal(status, 200, JSON.stringify(body));
      return userPrincipalName === null ? null : body;
    },
    read: async () => (await desk.api('GET', path)).body['defaultOrganizer'],
    roster: async () => (await desk.api('GET', `${path}/organizers`)).body['data'],
  };
}

// A5 A15
void suite('the default organizer', () => {
  void test('is found at once, by name, and kept by object id', async (t) => {
    const { system, save, roster } = await startStory(t);

    const saved = await save('Bookings@Northgate.example');

    const [organizer] = await roster();
    assert.deepEqual(saved, {
      userPrincipalName: 'bookings@northgate.example',
      organizerId: organizer.id,
      problem: null,
      askedAt: '2026-11-23T07:00:00.000Z',
    });
    assert.deepEqual([organizer.objectId, organizer.allowed], [userNamed(system.emulator, 'bookings').id, true]);
    const lines = await system.database.db.selectFrom('outbox_events').select(['type', 'data']).orderBy('id').execute();
    assert.deepEqual(
      lines.map(({ type }) => type),
      ['organizer.default_changed', 'tenant.verified', 'organizer.added'],
    );
    assert.match(String(lines[0]?.data['by']), /^key_/);
  });

  void test('is saved while Microsoft is down, and found when it is back', async (t) => {
    const { world, system, save, read, roster } = await startStory(t);
    world.down = true;

    const saved = await save('bookings@northgate.example');
    assert.deepEqual(
      [saved?.['userPrincipalName'], saved?.['organizerId'], saved?.['problem'].code],
      ['bookings@northgate.example', null, 'microsoft_unreachable'],
    );
    await system.advance(2 * minute);
    assert.equal((await read()).problem.code, 'microsoft_unreachable');
    world.down = false;
    await system.advance(2 * minute);

    const [organizer] = await roster();
    assert.deepEqual([(await read()).organizerId, (await read()).problem], [organizer.id, null]);
  });

  const failures: [string, string, string, (system: System) => void][] = [
    ['nobody has the name', 'nobody@northgate.example', 'user_not_found', () => {}],
    [
      'the app may not look people up',
      'bookings@northgate.example',
      'directory_permission_missing',
      (system) => permit(system, ['Calendars.ReadWrite']),
    ],
    [
      'Graph has a fault',
      'bookings@northgate.example',
      'microsoft_unavailable',
      (system) => void system.emulator.fail({ path: '/users/', kind: { type: 'status', status: 503 } }),
    ],
    [
      'it is a guest',
      'leila.haddad_contoso.example#EXT#@northgate.onmicrosoft.example',
      'organizer_is_guest',
      () => {},
    ],
    ['the account is disabled', 'otto.renner@northgate.example', 'organizer_disabled', () => {}],
  ];
  for (const [when, name, code, arrange] of failures) {
    void test(`is saved with the reason when ${when}`, async (t) => {
      const { system, save, read, roster } = await startStory(t);
      arrange(system);

      const saved = await save(name);

      assert.deepEqual(
        [saved?.['userPrincipalName'], saved?.['organizerId'], saved?.['problem'].code],
        [name, null, code],
      );
      assert.deepEqual([await read(), await roster()], [saved, []]);
    });
  }

  void test('whom nobody had is looked for again every hour, for somebody may make them', async (t) => {
    const { system, save, read } = await startStory(t);
    const bookings = userNamed(system.emulator, 'bookings');
    system.emulator.context.directory.users.delete(bookings.id);
    await save('bookings@northgate.example');
    system.emulator.context.directory.users.set(bookings.id, bookings);

    await system.advance(30 * minute);
    const early = await read();
    await system.advance(31 * minute);

    assert.equal(early.problem.code, 'user_not_found');
    assert.equal((await read()).problem, null);
  });

  void test('does not allow again who was forbidden', async (t) => {
    const { desk, save, roster } = await startStory(t);
    const { id } = await desk.organizer('bookings', { allowed: false });

    const saved = await save('bookings@northgate.example');

    assert.equal(saved?.['organizerId'], id);
    assert.equal((await roster())[0].allowed, false);
  });

  void test('is followed when they are renamed, by object id', async (t) => {
    const { system, save, read } = await startStory(t);
    const saved = await save('bookings@northgate.example');
    userNamed(system.emulator, 'bookings').userPrincipalName = 'appointments@northgate.example';

    await system.advance(25 * 60 * minute);

    assert.deepEqual(await read(), { ...saved, userPrincipalName: 'appointments@northgate.example' });
  });

  void test('is nobody any more when the organizer is removed, and does not come back', async (t) => {
    const { system, desk, save, read, roster } = await startStory(t);
    const saved = await save('bookings@northgate.example');

    await desk.api('DELETE', `/v1/organizers/${saved?.['organizerId']}`);
    await system.advance(120 * minute);

    assert.deepEqual([await read(), await roster()], [null, []]);
  });

  void test('is taken back with null', async (t) => {
    const { save, read, roster } = await startStory(t);
    await save('bookings@northgate.example');

    await save(null);

    assert.deepEqual([await read(), (await roster()).length], [null, 1]);
  });

  void test('is the one who was entered last, whatever Microsoft answers first', async (t) => {
    const { world, system, save, read } = await startStory(t);
    world.down = true;
    await save('suki.amari@northgate.example');
    await save('bookings@northgate.example');
    world.down = false;

    await system.advance(2 * minute);

    assert.equal((await read()).userPrincipalName, 'bookings@northgate.example');
    assert.equal((await read()).problem, null);
  });
});

/** What an administrator of the tenant has granted to the app from now on. */
function permit(system: System, roles: string[]): void {
  for (const principal of system.emulator.context.directory.servicePrincipals.values())
    if (principal.tenantId === NORTHGATE_TENANT_ID && principal.clientId === NORTHGATE_CLIENT_ID)
      principal.appRoles = roles;
}

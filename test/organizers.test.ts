import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { NORTHGATE_CLIENT_ID, NORTHGATE_TENANT_ID } from '../emulator/seed.ts';
import { signIn } from '../scripts/person.ts';
import { addMember, createSignInToken } from '../src/access/service.ts';
import { publicUrl, startSystem, startWorkspace, userNamed, type System } from './support/system.ts';
import { startTenant } from './support/tenant.ts';

/** Who may own meetings: the roster, and the wall in front of Microsoft. */
void suite('organizers', () => {
  void test('of a tenant that is removed while its directory is asked are not found', async (t) => {
    let meanwhile = async () => {};
    const system = await startSystem(t, {
      wrapFetch: (inner) => async (input, init) => {
        const answer = await inner(input, init);
        if (new Request(input, init).url.includes('/users/carla.roth')) await meanwhile();
        return answer;
      },
    });
    const desk = await startTenant(system);
    const path = `/v1/tenants/${desk.tenantConnectionId}`;
    let removed = 0;
    meanwhile = async () => void (removed = (await desk.api('DELETE', path)).status);
    const { status, body } = await desk.api('POST', `${path}/organizers`, { user: 'carla.roth@northgate.example' });
    assert.deepEqual([removed, status, body['code']], [204, 404, 'not_found']);
  });

  void test('are looked up once and kept by object id, with a line for each decision', async (t) => {
    const system = await startSystem(t);
    const desk = await startTenant(system);
    const marek = userNamed(system.emulator, 'marek.dvorak');

    const added = await desk.api('POST', `/v1/tenants/${desk.tenantConnectionId}/organizers`, {
      user: 'MAREK.dvorak@northgate.example',
      memberId: desk.memberId,
    });
    const path = `/v1/organizers/${added.body['id']}`;
    await desk.api('PATCH', path, { allowed: false });
    await desk.api('PATCH', path, { allowed: true, pilot: true, memberId: null });
    const read = await desk.api('GET', path);
    const removed = await desk.api('DELETE', path);
    const gone = await desk.api('GET', path);

    assert.equal(added.status, 201);
    assert.equal(added.body['objectId'], marek.id);
    assert.deepEqual(
      [added.body['userPrincipalName'], added.body['displayName'], added.body['memberId'], added.body['problem']],
      ['marek.dvorak@northgate.example', 'Marek Dvorak', desk.memberId, null],
    );
    assert.deepEqual([added.body['allowed'], added.body['pilot']], [true, false]);
    assert.deepEqual([read.body['allowed'], read.body['pilot'], read.body['memberId']], [true, true, null]);
    assert.deepEqual([removed.status, gone.status], [204, 404]);
    const lines = await linesOf(system);
    assert.deepEqual(
      lines.map(({ type }) => type),
      ['organizer.added', 'organizer.disallowed', 'organizer.allowed', 'organizer.removed'],
    );
    assert.ok(lines.every(({ data, connection_id }) => data['objectId'] === marek.id && connection_id !== null));
    assert.match(String(lines[0]?.data['by']), /^key_/);
  });

  const refusedUsers: [string, string, number, string][] = [
    ['whom the directory does not have', 'nobody@northgate.example', 404, 'user_not_found'],
    ['of another tenant', 'dana.reyes@contoso.example', 404, 'user_not_found'],
    ['who are guests', 'leila.haddad_contoso.example#EXT#@northgate.onmicrosoft.example', 409, 'organizer_is_guest'],
    ['who are organizers already, by whatever name', '1B2D5F83-94E6-4CA7-B801-3F72EA9C46D5', 409, 'organizer_exists'],
  ];
  for (const [who, user, status, code] of refusedUsers) {
    void test(`cannot become people ${who}`, async (t) => {
      const system = await startSystem(t);
      const desk = await startTenant(system);
      await desk.organizer('bookings');

      const refused = await desk.api('POST', `/v1/tenants/${desk.tenantConnectionId}/organizers`, { user });

      assert.deepEqual([refused.status, refused.body['code']], [status, code]);
      assert.equal((await linesOf(system)).length, 0);
    });
  }

  void test('who are disabled or without a licence are kept with what is wrong', async (t) => {
    const system = await startSystem(t);
    const desk = await startTenant(system);
    const tom = userNamed(system.emulator, 'tom.vesely');
    tom.teamsLicence = false;
    const add = async (user: string) =>
      (await desk.api('POST', `/v1/tenants/${desk.tenantConnectionId}/organizers`, { user })).body['problem'].code;

    assert.equal(await add('otto.renner@northgate.example'), 'organizer_disabled');
    assert.equal(await add('tom.vesely@northgate.example'), 'organizer_not_licensed');
  });

  void test('are known by what the reduced permission shows, and no more', async (t) => {
    const system = await startSystem(t);
    const desk = await startTenant(system, { columns: { reduced: true } });
    permit(system, ['User.ReadBasic.All', 'Calendars.ReadWrite', 'OnlineMeetings.ReadWrite.All']);
    const path = `/v1/tenants/${desk.tenantConnectionId}`;

    const added = await desk.api('POST', `${path}/organizers`, { user: 'otto.renner@northgate.example' });
    const preview = await desk.api('POST', `${path}/identity-preview`, {
      side: 'visitor',
      rule: { local: 'email', remote: 'employeeId' },
      values: ['N-2001'],
    });

    const { displayName, accountEnabled, userType, teamsLicensed, problem } = added.body;
    assert.deepEqual(
      [displayName, accountEnabled, userType, teamsLicensed, problem],
      ['Otto Renner', null, null, null, null],
    );
    const [row] = preview.body['data'];
    assert.deepEqual([row.outcome, row.problem.code], ['not_known', 'directory_permission_missing']);
  });

  void test('without any permission for the directory are refused with what is missing', async (t) => {
    const system = await startSystem(t);
    const desk = await startTenant(system);
    permit(system, ['Calendars.ReadWrite']);

    const refused = await desk.api('POST', `/v1/tenants/${desk.tenantConnectionId}/organizers`, {
      user: 'bookings@northgate.example',
    });

    assert.deepEqual([refused.status, refused.body['code']], [403, 'directory_permission_missing']);
  });

  void test('who leave, are disabled or renamed are noticed within a day and keep their object id', async (t) => {
    const system = await startSystem(t);
    const desk = await startTenant(system);
    const probe_at = new Date(system.clock.now().getTime() + 86_400_000);
    const people = ['bookings', 'suki.amari', 'carla.roth'] as const;
    const [left, disabled, renamed] = await Promise.all(people.map((name) => desk.organizer(name, { probe_at })));
    system.emulator.context.directory.users.delete(userNamed(system.emulator, 'bookings').id);
    userNamed(system.emulator, 'suki.amari').accountEnabled = false;
    Object.assign(userNamed(system.emulator, 'carla.roth'), {
      userPrincipalName: 'carla.novak@northgate.example',
      mail: 'carla.novak@northgate.example',
      displayName: 'Carla Novak',
    });

    await system.advance(25 * 3_600_000);

    const read = async (row: { id: string } | undefined) => (await desk.api('GET', `/v1/organizers/${row?.id}`)).body;
    assert.equal((await read(left))['problem'].code, 'user_not_found');
    assert.equal((await read(disabled))['problem'].code, 'organizer_disabled');
    const carla = await read(renamed);
    assert.deepEqual(
      [carla['objectId'], carla['userPrincipalName'], carla['displayName'], carla['problem']],
      [renamed?.objectId, 'carla.novak@northgate.example', 'Carla Novak', null],
    );
    assert.equal((await read(left))['policy'].probedAt, null, 'nobody is asked about who has left');
  });

  void test('are listed by name, in pages, and found by a part of what they are called', async (t) => {
    const system = await startSystem(t);
    const desk = await startTenant(system);
    const people = ['suki.amari', 'amira.solano', 'bea.lindholm', 'ben.achterberg'];
    for (const name of people) await desk.organizer(name, { allowed: name !== 'ben.achterberg' });
    const path = `/v1/tenants/${desk.tenantConnectionId}/organizers`;
    const names = (body: Record<string, { displayName: string }[]>) => body['data']?.map((row) => row.displayName);

    const first = await desk.api('GET', `${path}?limit=3`);
    const second = await desk.api('GET', `${path}?limit=3&cursor=${first.body['nextCursor']}`);
    const found = async (query: string) => names((await desk.api('GET', `${path}?${query}`)).body);

    assert.deepEqual(names(first.body), ['Amira Solano', 'Bea Lindholm', 'Ben Achterberg']);
    assert.deepEqual([names(second.body), second.body['nextCursor']], [['Suki Amari'], null]);
    assert.deepEqual(await found('q=AMAR'), ['Suki Amari']);
    assert.deepEqual(await found(`q=${userNamed(system.emulator, 'bea.lindholm').id}`), ['Bea Lindholm']);
    assert.deepEqual(await found('q=%25'), []);
    assert.deepEqual(await found('allowed=false'), ['Ben Achterberg']);
    assert.deepEqual(await found('state=granted'), []);
    for (const cursor of ['nonsense', Buffer.from('["a\\u0000","org_1"]').toString('base64url')])
      assert.equal((await desk.api('GET', `${path}?cursor=${cursor}`)).status, 400);
  });

  void test('who stand for a member give them up when somebody else does', async (t) => {
    const system = await startSystem(t);
    const desk = await startTenant(system);
    const { id: before } = await desk.organizer('bookings', { member_id: desk.memberId });
    const { id: after } = await desk.organizer('suki.amari');

    const changed = await desk.api('PATCH', `/v1/organizers/${after}`, { memberId: desk.memberId });
    const other = await desk.api('GET', `/v1/organizers/${before}`);
    const unknown = await desk.api('PATCH', `/v1/organizers/${after}`, { memberId: 'mem_nobody' });

    assert.deepEqual([changed.body['memberId'], other.body['memberId']], [desk.memberId, null]);
    assert.deepEqual([unknown.status, unknown.body['errors'][0].pointer], [400, '/memberId']);
  });

  // A03 G13
  void test('who are not allowed are refused before Microsoft is asked anything, and that is recorded', async (t) => {
    let calls = 0;
    const system = await startSystem(t, {
      wrapFetch: (inner) => (input, init) => {
        calls += 1;
        return inner(input, init);
      },
    });
    const desk = await startTenant(system);
    const { id, objectId } = await desk.organizer('marek.dvorak', { allowed: false, member_id: desk.memberId });
    const meeting = { subject: 'Advice', start: '2026-11-24T10:00:00Z', end: '2026-11-24T10:30:00Z' };

    const byId = await desk.api('POST', '/v1/meetings', { ...meeting, organizer: { organizerId: id } });
    const byName = await desk.api('POST', '/v1/meetings', {
      ...meeting,
      organizer: { userPrincipalName: 'amira.solano@northgate.example' },
    });
    const byMember = await desk.api('POST', '/v1/meetings', { ...meeting, organizer: { memberId: desk.memberId } });
    await system.advance(60_000);

    for (const { status, body } of [byId, byName, byMember])
      assert.deepEqual([status, body['code']], [403, 'organizer_not_allowed']);
    assert.equal(calls, 0);
    const lines = await linesOf(system);
    assert.deepEqual(
      lines.map(({ type, data }) => [type, data['asked'], data['objectId'], data['reason']]),
      [
        ['organizer.refused', id, objectId, 'organizer_not_allowed'],
        ['organizer.refused', 'amira.solano@northgate.example', undefined, 'organizer_not_allowed'],
        ['organizer.refused', desk.memberId, objectId, 'organizer_not_allowed'],
      ],
    );
    assert.match(String(lines[0]?.data['by']), /^key_/);
  });

  void test('who are allowed wait for their tenant: for the pilot group, for go-live, for the end of a pause', async (t) => {
    const system = await startSystem(t);
    const desk = await startTenant(system, { stage: 'pilot' });
    const { id } = await desk.organizer('marek.dvorak');
    const { id: pilot } = await desk.organizer('bookings', { pilot: true });
    const make = async (organizerId: string) =>
      desk.api('POST', '/v1/meetings', {
        organizer: { organizerId },
        subject: 'Advice',
        start: '2026-11-24T10:00:00Z',
        end: '2026-11-24T10:30:00Z',
      });

    const outside = await make(id);
    const inside = await make(pilot);
    await system.database.db.updateTable('tenant_connections').set({ stage: 'paused' }).execute();
    const paused = await make(pilot);

    assert.deepEqual([outside.status, outside.body['code'], inside.status], [409, 'tenant_not_live', 201]);
    assert.equal(
      outside.body['detail'],
      'Northgate College is in its pilot, and Marek Dvorak is not in the pilot group.',
    );
    assert.equal(paused.body['detail'], 'Northgate College is paused.');
  });

  // A01
  void test('of another workspace do not exist', async (t) => {
    const system = await startSystem(t);
    const desk = await startTenant(system);
    const { id } = await desk.organizer('bookings');
    const other = await startWorkspace(system);
    const tenant = `/v1/tenants/${desk.tenantConnectionId}`;
    const requests: [string, string, object?][] = [
      ['GET', `${tenant}/organizers`],
      ['POST', `${tenant}/organizers`, { user: 'suki.amari@northgate.example' }],
      ['POST', `${tenant}/organizers/policy-granted`, {}],
      ['POST', `${tenant}/organizers/import`, { text: 'UserPrincipalName,ApplicationAccessPolicy' }],
      ['PUT', `${tenant}/default-organizer`, { userPrincipalName: 'suki.amari@northgate.example' }],
      ['POST', `${tenant}/identity-preview`, { side: 'operator' }],
      ['POST', `${tenant}/identity-match`, {}],
      ['GET', `/v1/organizers/${id}`],
      ['PATCH', `/v1/organizers/${id}`, { allowed: false }],
      ['POST', `/v1/organizers/${id}/check`],
      ['DELETE', `/v1/organizers/${id}`],
    ];

    for (const [method, path, body] of requests) {
      const { status, body: answer } = await other.api(method, path, body);
      assert.deepEqual([method, path, status, answer['code']], [method, path, 404, 'not_found']);
    }
    const mine = await startTenant(system);
    const { id: own } = await mine.organizer('bookings');
    const granted = await mine.api('POST', `/v1/tenants/${mine.tenantConnectionId}/organizers/policy-granted`, {
      organizerIds: [own, id],
    });
    assert.equal(granted.status, 404);
    assert.equal((await mine.api('GET', `/v1/organizers/${own}`)).body['policy'].state, 'unknown');
    assert.equal((await desk.api('GET', `/v1/organizers/${id}`)).body['allowed'], true);
  });

  void test('are the business of those who manage the workspace', async (t) => {
    const system = await startSystem(t);
    const desk = await startTenant(system);
    const deps = { db: system.database.db, now: system.clock.now };
    const operator = { email: 'op@desk.example', name: 'Op', role: 'operator', timeZone: 'Europe/Berlin' } as const;
    const memberId = await addMember(deps, desk.workspaceId, operator);
    const person = system.person();
    await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, memberId)}`);

    const response = await person.send(`${publicUrl}/v1/tenants/${desk.tenantConnectionId}/organizers`, {
      method: 'GET',
    });

    assert.equal(response.status, 403);
  });
});

async function linesOf(system: System) {
  return system.database.db
    .selectFrom('outbox_events')
    .select(['type', 'data', 'connection_id'])
    .where('type', 'like', 'organizer.%')
    .orderBy('id')
    .execute();
}

/** What an administrator of the tenant has granted to the app from now on. */
function permit(system: System, roles: string[]): void {
  for (const principal of system.emulator.context.directory.servicePrincipals.values())
    if (principal.tenantId === NORTHGATE_TENANT_ID && principal.clientId === NORTHGATE_CLIENT_ID)
      principal.appRoles = roles;
}

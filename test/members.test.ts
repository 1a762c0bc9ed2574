import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { signIn } from '../scripts/person.ts';
import { addMember, createSignInToken } from '../src/access/service.ts';
import type { Role } from '../src/database/schema.ts';
import { publicUrl, startSystem, startWorkspace, type Person, type System } from './support/system.ts';

/** Members of a workspace over the API: whom identity matching looks for. */
void suite('members', () => {
  const idris = {
    email: 'idris@desk.example',
    name: 'Idris Vale',
    role: 'operator',
    timeZone: 'Europe/London',
    attributes: { staffNumber: 'N-2001' },
  };

  void test('are added and changed with their attributes, with a line for each', async (t) => {
    const system = await startSystem(t);
    const desk = await startWorkspace(system);

    const added = await desk.api('POST', '/v1/members', idris);
    const { id } = added.body;
    const renamed = await desk.api('PATCH', `/v1/members/${id}`, {
      name: 'Idris Vale-Roth',
      attributes: { desk: '4' },
    });
    const { body: list } = await desk.api('GET', '/v1/members');

    assert.deepEqual([added.status, added.body], [201, { id, ...idris }]);
    assert.deepEqual(renamed.body, { id, ...idris, name: 'Idris Vale-Roth', attributes: { desk: '4' } });
    assert.deepEqual(
      list.data.map((member: { name: string; attributes: object }) => [member.name, member.attributes]),
      [
        ['Dana Reyes', {}],
        ['Idris Vale-Roth', { desk: '4' }],
      ],
    );
    assert.deepEqual(await lines(system), ['member.added', 'member.changed']);
  });

  void test('with an address that somebody has are refused', async (t) => {
    const desk = await startWorkspace(await startSystem(t));

    const again = await desk.api('POST', '/v1/members', { ...idris, email: 'DANA@desk.example' });

    assert.deepEqual([again.status, again.body.code], [409, 'member_exists']);
  });

  const wrong: [string, object, string][] = [
    ['an address that is none', { email: 'idris' }, '/email'],
    ['a zone that nobody knows', { timeZone: 'Europe/Atlantis' }, '/timeZone'],
    ['an offset for a zone', { timeZone: '+01:00' }, '/timeZone'],
    ['a role that there is not', { role: 'king' }, '/role'],
    ['an attribute with a strange name', { attributes: { 'staff number': '1' } }, '/attributes/staff number'],
    ['an attribute without a value', { attributes: { staff: ' ' } }, '/attributes/staff'],
    ['too many attributes', { attributes: Object.fromEntries(names(21).map((name) => [name, 'x'])) }, '/attributes'],
  ];
  for (const [what, fields, pointer] of wrong) {
    void test(`with ${what} are refused`, async (t) => {
      const desk = await startWorkspace(await startSystem(t));

      const refused = await desk.api('POST', '/v1/members', { ...idris, ...fields });

      assert.equal(refused.status, 400);
      assert.deepEqual(
        refused.body['errors'].map((error: { pointer: string }) => error.pointer),
        [pointer],
      );
    });
  }

  void test('are made and unmade owners by owners only, and one owner stays', async (t) => {
    const system = await startSystem(t);
    const desk = await startWorkspace(system);
    const admin = await signedIn(system, desk.workspaceId, 'admin');

    const byAdmin = await post(admin.person, '/v1/members', { ...idris, role: 'owner' });
    const byKey = await desk.api('PATCH', `/v1/members/${admin.memberId}`, { role: 'owner' });
    const demotedByAdmin = await patch(admin.person, `/v1/members/${desk.memberId}`, { role: 'viewer' });
    const last = await patch(desk.person, `/v1/members/${desk.memberId}`, { role: 'admin' });
    const promoted = await patch(desk.person, `/v1/members/${admin.memberId}`, { role: 'owner' });
    const down = await patch(desk.person, `/v1/members/${desk.memberId}`, { role: 'admin' });

    assert.deepEqual([byAdmin.status, byKey.status, demotedByAdmin.status], [403, 403, 403]);
    assert.deepEqual([last.status, (await last.json()).errors[0].pointer], [400, '/role']);
    assert.deepEqual([promoted.status, down.status], [200, 200]);
  });

  void test('of whom two owners step down at once keep one', async (t) => {
    const system = await startSystem(t);
    const desk = await startWorkspace(system);
    const other = await signedIn(system, desk.workspaceId, 'owner');

    const answers = await Promise.all([
      patch(desk.person, `/v1/members/${desk.memberId}`, { role: 'admin' }),
      patch(other.person, `/v1/members/${other.memberId}`, { role: 'admin' }),
    ]);

    assert.deepEqual(
      answers.map(({ status }) => String(status)).toSorted((one, other) => one.localeCompare(other)),
      ['200', '400'],
    );
  });

  void test('are changed by nobody who may not manage, and by no other workspace', async (t) => {
    const system = await startSystem(t);
    const desk = await startWorkspace(system);
    const operator = await signedIn(system, desk.workspaceId, 'operator');
    const other = await startWorkspace(system);

    const added = await post(operator.person, '/v1/members', idris);
    const changed = await patch(operator.person, `/v1/members/${desk.memberId}`, { name: 'Nobody' });
    const elsewhere = await other.api('PATCH', `/v1/members/${desk.memberId}`, { name: 'Nobody' }); // A01

    assert.deepEqual([added.status, changed.status, elsewhere.status], [403, 403, 404]);
  });
});

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `a${index}`);
}

async function signedIn(system: System, workspaceId: string, role: Role) {
  const deps = { db: system.database.db, now: system.clock.now };
  const member = { email: `${role}-two@desk.example`, name: `Another ${role}`, role, timeZone: 'Europe/Berlin' };
  const memberId = await addMember(deps, workspaceId, member);
  const person = system.person();
  await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, memberId)}`);
  return { memberId, person };
}

const send = (method: string) => (person: Person, path: string, body: object) =>
  person.send(publicUrl + path, {
    method,
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify(body),
  });
const post = send('POST');
const patch = send('PATCH');

async function lines(system: System): Promise<string[]> {
  const rows = await system.database.db
    .selectFrom('outbox_events')
    .select('type')
    .where('type', 'like', 'member.%')
    .orderBy('id')
    .execute();
  return rows.map(({ type }) => type);
}

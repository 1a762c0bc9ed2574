import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { signIn } from '../scripts/person.ts';
import { addMember, createSignInToken } from '../src/access/service.ts';
import { publicUrl, startSystem, startWorkspace, type ApiAnswer, type System } from './support/system.ts';

const ada = { name: 'Ada Brook', email: 'ada@larch.example' };
const namesOf = ({ body }: ApiAnswer) => (body['data'] as { name: string }[]).map(({ name }) => name);
const firstError = ({ body }: ApiAnswer) => [body['code'], body['errors']?.[0]?.pointer];

async function start(t: Parameters<typeof startSystem>[0]) {
  const system = await startSystem(t);
  const desk = await startWorkspace(system);
  const make = async (path: string, body: object) => {
    const answer = await desk.api('POST', path, body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body as { id: string } & Record<string, unknown>;
  };
  return { system, desk, make };
}

/** Contacts and organisations over the API. */
void suite('people', () => {
  void test('are kept with their organisation, changed field by field, and forgotten', async (t) => {
    const { desk, make } = await start(t);
    const larch = await make('/v1/organisations', { name: 'Larch & Sons', defaultEmail: 'office@larch.example' });
    const contact = await make('/v1/contacts', {
      ...ada,
      organisationId: larch.id,
      timeZone: 'Europe/London',
      locale: 'fr',
    });

    const { createdAt, updatedAt, ...shown } = contact;
    assert.deepEqual(shown, {
      id: contact.id,
      externalId: null,
      ...ada,
      organisationId: larch.id,
      organisationName: 'Larch & Sons',
      timeZone: 'Europe/London',
      locale: 'fr',
    });
    assert.equal(createdAt, updatedAt);
    const renamed = await desk.api('PATCH', `/v1/contacts/${contact.id}`, { name: 'Ada Brook-Lee', locale: null });
    assert.deepEqual(renamed.body, { ...contact, name: 'Ada Brook-Lee', locale: null });
    const moved = await desk.api('PATCH', `/v1/organisations/${larch.id}`, { name: 'Larch', externalId: 'c-1' });
    assert.deepEqual(
      [moved.body['name'], moved.body['externalId'], moved.body['defaultEmail']],
      ['Larch', 'c-1', 'office@larch.example'],
    );
    assert.equal((await desk.api('DELETE', `/v1/organisations/${larch.id}`)).status, 204);
    const left = await desk.api('GET', `/v1/contacts/${contact.id}`);
    assert.deepEqual([left.body['organisationId'], left.body['organisationName']], [null, null]);
    assert.equal((await desk.api('DELETE', `/v1/contacts/${contact.id}`)).status, 204);
    assert.equal((await desk.api('GET', `/v1/contacts/${contact.id}`)).status, 404);
    assert.equal((await desk.api('DELETE', `/v1/contacts/${contact.id}`)).status, 404);
  });

  void test('with an address that a contact has are refused, in capital letters too', async (t) => {
    const { desk, make } = await start(t);
    await make('/v1/contacts', ada);
    const bo = await make('/v1/contacts', { name: 'Bo', email: 'bo@larch.example' });

    const again = await desk.api('POST', '/v1/contacts', { name: 'Ada', email: 'ADA@larch.example' });
    const changed = await desk.api('PATCH', `/v1/contacts/${bo.id}`, { email: 'Ada@Larch.example' });
    const put = await desk.api('PUT', '/v1/contacts/by-external-id/7', { name: 'Ada', email: 'ada@LARCH.example' });

    for (const refused of [again, changed, put])
      assert.deepEqual([refused.status, refused.body['code']], [409, 'contact_exists']);
    assert.deepEqual(namesOf(await desk.api('GET', '/v1/contacts')), ['Ada Brook', 'Bo']);
  });

  void test('are put by the ids of another program: made once, then changed', async (t) => {
    const { desk } = await start(t);
    const organisation = '/v1/organisations/by-external-id/crm%2F7%20%C3%A9';
    const made = await desk.api('PUT', organisation, { name: 'Larch', defaultEmail: 'office@larch.example' });
    const kept = await desk.api('PUT', organisation, { name: 'Larch & Sons' });
    assert.deepEqual([made.status, kept.status, kept.body['id']], [201, 200, made.body['id']]);
    // PUT says everything: what is left out is taken away.
    assert.deepEqual(
      [kept.body['externalId'], kept.body['name'], kept.body['defaultEmail']],
      ['crm/7 é', 'Larch & Sons', null],
    );
    const racing = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        desk.api('PUT', '/v1/contacts/by-external-id/p-1', { ...ada, name: `Ada ${at}` }),
      ),
    );
    const statuses = racing.map(({ status }) => status).toSorted((a, b) => a - b);
    assert.deepEqual(statuses, [...Array<number>(7).fill(200), 201]);
    assert.equal(new Set(racing.map(({ body }) => body['id'])).size, 1);
    const found = await desk.api('GET', '/v1/contacts?externalId=p-1');
    assert.deepEqual(
      found.body['data'].map(({ id }: { id: string }) => id),
      [racing[0]?.body['id']],
    );
    for (const kind of ['contacts', 'organisations']) {
      const taken = await desk.api('POST', `/v1/${kind}`, {
        ...(kind === 'contacts' ? { name: 'Bo', email: 'bo@larch.example' } : { name: 'Other' }),
        externalId: kind === 'contacts' ? 'p-1' : 'crm/7 é',
      });
      assert.deepEqual([taken.status, ...firstError(taken)], [409, 'external_id_taken', '/externalId']);
    }
  });

  void test('are found by name, by address and by organisation, and go page by page', async (t) => {
    const { desk, make } = await start(t);
    const larch = await make('/v1/organisations', { name: 'Larch 50%_off' });
    await make('/v1/organisations', { name: 'Birch', defaultEmail: 'hello@birch.example' });
    for (const [name, email, organisationId] of [
      ['zoe', 'zoe@one.example', larch.id],
      ['Ada', 'ada@two.example', larch.id],
      ['Élodie', 'elodie@two.example', null],
      ['ada', 'other@two.example', null],
      ['Bo', 'bo@three.example', null],
    ])
      await make('/v1/contacts', { name, email, organisationId });
    const found = async (query: string) =>
      namesOf(await desk.api('GET', `/v1/contacts?${query}`)).toSorted((a, b) => (a < b ? -1 : 1));

    assert.deepEqual(await found('q=AD'), ['Ada', 'ada']);
    assert.deepEqual(await found('q=two.example'), ['Ada', 'ada', 'Élodie']);
    assert.deepEqual(await found('q=larch'), ['Ada', 'zoe']);
    assert.deepEqual(await found('q=%25_'), ['Ada', 'zoe'], 'signs of patterns mean themselves');
    assert.deepEqual(await found(`organisationId=${larch.id}&q=zo`), ['zoe']);
    assert.deepEqual(await found('q=nobody'), []);
    assert.deepEqual(namesOf(await desk.api('GET', '/v1/organisations?q=hello%40')), ['Birch']);

    const all: string[] = [];
    let cursor = '';
    for (let pages = 0; pages === 0 || cursor; pages += 1) {
      const page = await desk.api('GET', `/v1/contacts?limit=2${cursor && `&cursor=${cursor}`}`);
      all.push(...namesOf(page));
      cursor = page.body['nextCursor'] ?? '';
      // What is added meanwhile, on an earlier page, moves nothing.
      if (pages === 0) await make('/v1/contacts', { name: 'Aaron', email: 'aaron@one.example' });
      assert.ok(pages < 4);
    }
    assert.equal(all.length, 5);
    assert.deepEqual(all.map((name) => name.toLowerCase()).slice(0, 3), ['ada', 'ada', 'bo']);
    const wrong = await desk.api('GET', '/v1/organisations?cursor=nonsense');
    assert.deepEqual([wrong.status, ...firstError(wrong)], [400, 'invalid_request', '/cursor']);
  });

  const wrong: [string, string, object, string][] = [
    ['no address', 'contacts', { ...ada, email: 'ada' }, '/email'],
    [
      'an address with a line of its own',
      'contacts',
      { ...ada, email: 'ada@larch.example\r\nBcc: x@y.example' },
      '/email',
    ],
    ['two addresses in one', 'contacts', { ...ada, email: 'ada@larch.example,bo@larch.example' }, '/email'],
    ['a name with a line break', 'contacts', { ...ada, name: 'Ada\nBrook' }, '/name'],
    ['a name of spaces', 'organisations', { name: '  ' }, '/name'],
    ['an offset for a zone', 'contacts', { ...ada, timeZone: '+01:00' }, '/timeZone'],
    ['a Windows zone', 'contacts', { ...ada, timeZone: 'W. Europe Standard Time' }, '/timeZone'],
    ['a language that nobody writes', 'contacts', { ...ada, locale: 'xx' }, '/locale'],
    ['an organisation that there is not', 'contacts', { ...ada, organisationId: 'ogn_nobody' }, '/organisationId'],
    ['a default address that is none', 'organisations', { name: 'X', defaultEmail: 'office' }, '/defaultEmail'],
  ];
  for (const [what, kind, body, pointer] of wrong) {
    void test(`with ${what} are refused`, async (t) => {
      const { desk } = await start(t);
      const refused = await desk.api('POST', `/v1/${kind}`, body);
      assert.deepEqual([refused.status, ...firstError(refused)], [400, 'invalid_request', pointer]);
      assert.deepEqual(namesOf(await desk.api('GET', `/v1/${kind}`)), []);
    });
  }

  void test('are read by everybody of the workspace, written by those who book, and unknown to any other', async (t) => {
    const { system, desk, make } = await start(t);
    const larch = await make('/v1/organisations', { name: 'Larch' });
    const contact = await make('/v1/contacts', ada);
    const viewer = await signedIn(system, desk.workspaceId, 'viewer');
    const operator = await signedIn(system, desk.workspaceId, 'operator');
    const other = await startWorkspace(system);

    assert.equal((await viewer('GET', '/v1/contacts')).status, 200);
    assert.equal((await viewer('GET', '/v1/people/users?q=dana')).status, 200);
    const writes: [string, string, object?][] = [
      ['POST', '/v1/contacts', { name: 'Bo', email: 'bo@larch.example' }],
      ['PUT', '/v1/contacts/by-external-id/1', { name: 'Cy', email: 'cy@larch.example' }],
      ['PATCH', `/v1/contacts/${contact.id}`, { name: 'Ada' }],
      ['POST', '/v1/organisations', { name: 'Birch' }],
      ['PUT', '/v1/organisations/by-external-id/1', { name: 'Beech' }],
      ['PATCH', `/v1/organisations/${larch.id}`, { name: 'Larch & Sons' }],
      ['DELETE', `/v1/contacts/${contact.id}`],
      ['DELETE', `/v1/organisations/${larch.id}`],
    ];
    for (const [method, path, body] of writes)
      assert.equal((await viewer(method, path, body)).status, 403, `${method} ${path}`);
    for (const id of [`/v1/contacts/${contact.id}`, `/v1/organisations/${larch.id}`])
      for (const [method, body] of [['GET'], ['PATCH', { name: 'Mine' }], ['DELETE']] as const)
        assert.equal((await other.api(method, id, body)).status, 404, `A01: ${method} ${id}`);
    const linked = await other.api('POST', '/v1/contacts', { ...ada, organisationId: larch.id });
    assert.deepEqual(firstError(linked), ['invalid_request', '/organisationId'], 'A01');
    assert.equal((await other.api('POST', '/v1/contacts', ada)).status, 201, 'each workspace has its own');
    for (const [method, path, body] of writes)
      assert.ok((await operator(method, path, body)).status < 300, `${method} ${path}`);
  });
});

async function signedIn(system: System, workspaceId: string, role: 'viewer' | 'operator') {
  const deps = { db: system.database.db, now: system.clock.now };
  const member = { email: `${role}@desk.example`, name: `The ${role}`, role, timeZone: 'Europe/Berlin' };
  const memberId = await addMember(deps, workspaceId, member);
  const person = system.person();
  await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, memberId)}`);
  return (method: string, path: string, body?: object) =>
    person.send(publicUrl + path, {
      method,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
}

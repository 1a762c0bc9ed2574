import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { Problem } from '../src/problem.ts';
import type { PickedAttendee } from '../src/people/person.ts';
import { prefillAttendees, requireLink, resolveAttendees, type Link } from '../src/people/service.ts';
import { startSystem, startWorkspace } from './support/system.ts';

async function start(t: TestContext) {
  const system = await startSystem(t);
  const desk = await startWorkspace(system);
  const { workspaceId } = desk;
  const make = async (path: string, body: object, api = desk.api) => {
    const answer = await api('POST', path, body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body as { id: string };
  };
  const larch = await make('/v1/organisations', { name: 'Larch', defaultEmail: 'office@larch.example' });
  const birch = await make('/v1/organisations', { name: 'Birch' });
  const ada = await make('/v1/contacts', { name: 'Ada', email: 'ada@larch.example', organisationId: larch.id });
  const bo = await make('/v1/contacts', { name: 'Bo', email: 'bo@birch.example', organisationId: birch.id });
  const deps = { db: system.database.db };
  const resolve = async (picked: PickedAttendee[], link: Link = {}) =>
    resolveAttendees(deps, { workspaceId, picked, visitorEmail: 'Sam@visitor.example', ...link });
  const refused = async (picked: PickedAttendee[], link: Link = {}) => {
    const error: unknown = await resolve(picked, link).then(
      () => assert.fail('it was taken'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof Problem);
    assert.equal(error.code, 'invalid_request');
    return error.errors?.map(({ pointer }) => pointer);
  };
  return { system, desk, deps, workspaceId, make, larch, birch, ada, bo, resolve, refused };
}

const email = (address: string, name?: string): PickedAttendee => ({ email: address, name, from: 'email' });

/** What the picker sends becomes one list of people to invite. */
void suite('attendees', () => {
  void test('become one list in their order, as they are kept here, each address once', async (t) => {
    const { desk, ada, resolve } = await start(t);
    const list = await resolve([
      email('New.Person@else.example', '  New Person '),
      { email: 'an-older-address@larch.example', name: 'Somebody else', from: 'contact', id: ada.id },
      { email: 'BO@birch.example', from: 'contact' },
      { email: 'dana@desk.example', name: 'x', from: 'user', id: desk.memberId },
      { email: 'marek@northgate.example', name: 'Marek', from: 'user', id: '3d4f71a5-b608-4ec9-9a23-51940cbe68f7' },
      email('ADA@larch.example', 'Twice'),
      email('new.person@ELSE.example'),
      email('SAM@visitor.example', 'The visitor'),
      { email: 'plain@else.example', name: null, from: 'user' },
    ]);
    assert.deepEqual(list, [
      { email: 'New.Person@else.example', name: 'New Person', from: 'email' },
      { email: 'ada@larch.example', name: 'Ada', from: 'contact' },
      { email: 'bo@birch.example', name: 'Bo', from: 'contact' },
      { email: 'dana@desk.example', name: 'Dana Reyes', from: 'user' },
      { email: 'marek@northgate.example', name: 'Marek', from: 'user' },
      { email: 'plain@else.example', name: null, from: 'user' },
    ]);
    assert.deepEqual(await resolve([]), []);
  });

  void test('that cannot be are named, all of them', async (t) => {
    const { refused } = await start(t);
    assert.deepEqual(
      await refused([
        email('ok@else.example'),
        email('not an address'),
        email('a@b.example\r\nBcc: c@d.example'),
        email('a@b.example', 'Two\nlines'),
        email('a@b.example', 'x'.repeat(201)),
        email('"x"@', '\u0000'),
        { email: 'nobody@else.example', from: 'contact' },
        { email: 'ada@larch.example', from: 'contact', id: 'cnt_nobody' },
        { email: 'x@else.example', from: 'user', id: 'mem_nobody' },
        email('a@b.example', '\ud800'),
      ]),
      [
        '/attendees/1/email',
        '/attendees/2/email',
        '/attendees/3/name',
        '/attendees/4/name',
        '/attendees/5/email',
        '/attendees/5/name',
        '/attendees/6/email',
        '/attendees/7/id',
        '/attendees/8/id',
        '/attendees/9/name',
      ],
    );
  });

  void test('are fifty at most', async (t) => {
    const { resolve, refused } = await start(t);
    const many = (count: number) => Array.from({ length: count }, (_, at) => email(`p${at}@else.example`));
    assert.equal((await resolve(many(50))).length, 50);
    assert.deepEqual(await refused(many(51)), ['/attendees']);
  });

  void test('from contacts are of the linked organisation', async (t) => {
    const { larch, birch, ada, bo, resolve, refused } = await start(t);
    const both: PickedAttendee[] = [
      { email: 'ada@larch.example', from: 'contact', id: ada.id },
      { email: 'bo@birch.example', from: 'contact' },
    ];
    assert.equal((await resolve(both)).length, 2);
    assert.deepEqual(await refused(both, { organisationId: larch.id }), ['/attendees/1/email']);
    assert.deepEqual(await refused(both, { contactId: bo.id }), ['/attendees/0/id'], 'the organisation of the contact');
    assert.deepEqual(await refused([], { organisationId: birch.id, contactId: ada.id }), ['/contactId']);
    assert.deepEqual(await refused([], { organisationId: 'ogn_nobody' }), ['/organisationId']);
    assert.deepEqual(await refused([], { contactId: 'cnt_nobody' }), ['/contactId']);
    // An address that is typed in is anybody’s.
    assert.equal((await resolve([email('bo@birch.example')], { organisationId: larch.id })).length, 1);
  });

  void test('who were invited before stay, though they are no contacts or members any more', async (t) => {
    const { deps, workspaceId, larch, resolve } = await start(t);
    const gone = { email: 'gone@larch.example', name: 'Gone', from: 'contact' } as const;
    const picked: PickedAttendee[] = [
      { email: 'GONE@larch.example', from: 'contact' },
      { email: 'left@desk.example', from: 'user', id: 'mem_left' },
      email('new@else.example'),
    ];
    const left = { email: 'left@desk.example', name: 'Left', from: 'user' } as const;
    const list = await resolveAttendees(deps, {
      workspaceId,
      picked,
      visitorEmail: 'sam@visitor.example',
      organisationId: larch.id,
      already: [gone, left],
    });
    assert.deepEqual(list, [gone, left, { email: 'new@else.example', name: null, from: 'email' }]);
    await assert.rejects(resolve(picked), Problem);
  });

  void test('A01: are of the own workspace, as contacts, as members and as links', async (t) => {
    const { system, make, refused } = await start(t);
    const other = await startWorkspace(system, { email: 'eve@else.example', name: 'Eve' });
    const theirs = await make('/v1/contacts', { name: 'Cy', email: 'cy@else.example' }, other.api);
    const organisation = await make('/v1/organisations', { name: 'Else' }, other.api);
    assert.deepEqual(
      await refused([
        { email: 'cy@else.example', from: 'contact', id: theirs.id },
        { email: 'cy@else.example', from: 'contact' },
        { email: 'eve@else.example', from: 'user', id: other.memberId },
      ]),
      ['/attendees/0/id', '/attendees/1/email', '/attendees/2/id'],
    );
    assert.deepEqual(await refused([], { contactId: theirs.id }), ['/contactId']);
    assert.deepEqual(await refused([], { organisationId: organisation.id }), ['/organisationId']);
  });

  void test('begin with the linked contact, or with the default address of the organisation', async (t) => {
    const { deps, workspaceId, larch, birch, ada } = await start(t);
    const prefill = async (link: Link) => prefillAttendees(deps, workspaceId, link);
    const linked = { email: 'ada@larch.example', name: 'Ada', from: 'contact' };
    assert.deepEqual(await prefill({ contactId: ada.id }), [linked]);
    assert.deepEqual(await prefill({ contactId: ada.id, organisationId: larch.id }), [linked]);
    assert.deepEqual(await prefill({ organisationId: larch.id }), [
      { email: 'office@larch.example', name: 'Larch', from: 'email' },
    ]);
    assert.deepEqual(await prefill({ organisationId: birch.id }), []);
    assert.deepEqual(await prefill({}), []);
    const { contactId, organisationId } = await requireLink(deps, workspaceId, { contactId: ada.id });
    assert.deepEqual([contactId, organisationId], [ada.id, larch.id]);
  });
});

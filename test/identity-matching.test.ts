import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import type { IdentityRule } from '../src/database/schema.ts';
import { startSystem, userNamed, type ApiAnswer, type System } from './support/system.ts';
import { startTenant } from './support/tenant.ts';

type Row = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- tests look into answers of any shape

/** Northgate College, whose people are found by rules. */
async function startStory(t: TestContext, rule?: IdentityRule, wrapFetch?: (inner: typeof fetch) => typeof fetch) {
  const system = await startSystem(t, wrapFetch && { wrapFetch });
  const visitor = { local: 'email', remote: 'mail' } as const;
  const columns = rule && { identity_rules: JSON.stringify({ operator: rule, visitor }) as never };
  const desk = await startTenant(system, columns && { columns });
  const path = `/v1/tenants/${desk.tenantConnectionId}`;
  const rows = ({ status, body }: ApiAnswer): Row[] => {
    assert.equal(status, 200, JSON.stringify(body));
    return body['data'];
  };
  return {
    system,
    desk,
    path,
    member: async (name: string, email: string, attributes: Record<string, string> = {}) => {
      const member = { name, email, attributes, role: 'operator', timeZone: 'Europe/London' };
      return (await desk.api('POST', '/v1/members', member)).body['id'] as string;
    },
    preview: async (body: object) => rows(await desk.api('POST', `${path}/identity-preview`, body)),
    match: async (body: object = {}) => rows(await desk.api('POST', `${path}/identity-match`, body)),
    roster: async () => rows(await desk.api('GET', `${path}/organizers`)),
  };
}

const byMail: IdentityRule = { local: 'email', remote: 'mail' };
const byAlias: IdentityRule = { local: 'email', remote: 'proxyAddress' };
const byNumber: IdentityRule = { local: 'attribute:staffNumber', remote: 'employeeId' };

void suite('a rule for identities', () => {
  // T3 T4
  const found: [string, IdentityRule['remote'], string, string, string[], string[]][] = [
    ['one person', 'mail', 'marek.dvorak@northgate.example', 'one', ['Marek Dvorak'], []],
    ['nobody', 'mail', 'nobody@northgate.example', 'none', [], []],
    ['nobody of another tenant', 'mail', 'dana.reyes@contoso.example', 'none', [], []],
    ['nobody for a quote', 'mail', "o'neil@northgate.example", 'none', [], []],
    ['two who share an address', 'mail', 'desk@northgate.example', 'several', ['Pat Quill', 'Careers Desk'], []],
    ['a member and a guest', 'mail', 'leila.haddad@northgate.example', 'several', ['Leila Haddad', 'Leila Haddad'], []],
    ['two who share a number', 'employeeId', 'N-2010', 'several', ['Ben Achterberg', 'Bea Lindholm'], []],
    ['a disabled account', 'employeeId', 'N-2013', 'one', ['Otto Renner'], ['disabled']],
    ['somebody without a mailbox', 'employeeId', 'N-2015', 'one', ['Tom Vesely'], ['no_mailbox']],
    [
      'a guest',
      'userPrincipalName',
      'leila.haddad_contoso.example#EXT#@northgate.onmicrosoft.example',
      'one',
      ['Leila Haddad'],
      ['guest', 'no_mailbox', 'not_licensed'],
    ],
    ['who was renamed', 'proxyAddress', 'carla.mendes@northgate.example', 'one', ['Carla Roth'], ['renamed']],
    ['who writes with capitals', 'mail', 'jonas.pike@northgate.example', 'one', ['Jonas Pike'], ['differing_case']],
    ['a number with capitals', 'employeeId', 'N-2012', 'one', ['Jonas Pike'], ['differing_case']],
    [
      'a name with capitals',
      'userPrincipalName',
      'jonas.pike@northgate.example',
      'one',
      ['Jonas Pike'],
      ['differing_case'],
    ],
    ['an extension attribute', 'extensionAttribute3', 'OP-7741', 'one', ['Leila Haddad'], []],
    ['an immutable id', 'onPremisesImmutableId', 'bWFyZWsuZHZvcmFrIQ==', 'one', ['Marek Dvorak'], []],
    ['an object id', 'id', '3D4F71A5-B608-4EC9-9A23-51940CBE68F7', 'one', ['Marek Dvorak'], []],
    ['an alias', 'proxyAddress', 'SMTP:pat.quill@northgate.example', 'one', ['Pat Quill'], []],
  ];
  for (const [what, remote, value, outcome, names, notes] of found) {
    void test(`finds ${what} by ${remote}`, async (t) => {
      const { preview } = await startStory(t);

      const [row] = await preview({ side: 'visitor', rule: { local: 'email', remote }, values: [value] });

      assert.deepEqual(
        [row?.['outcome'], row?.['candidates'].map((each: Row) => each['displayName']), row?.['notes']],
        [outcome, names, notes],
      );
      assert.equal(row?.['value'], value);
    });
  }

  void test('names the candidates instead of guessing', async (t) => {
    const { preview } = await startStory(t);

    const [row] = await preview({ side: 'visitor', values: ['leila.haddad@northgate.example'] });

    assert.equal(row?.['problem'].code, 'organizer_ambiguous');
    assert.equal(
      row?.['problem'].detail,
      'It may be any of these: Leila Haddad (leila.haddad@northgate.example), Leila Haddad (leila.haddad_contoso.example#EXT#@northgate.onmicrosoft.example).',
    );
    assert.deepEqual(
      row?.['candidates'].map((each: Row) => [each['userType'], each['hasMailbox']]),
      [
        ['Member', true],
        ['Guest', false],
      ],
    );
  });

  void test('does not know mailboxes where the app uses no calendars, or Exchange keeps it out', async (t) => {
    const { system, desk, preview } = await startStory(t);
    const see = async () => {
      const [row] = await preview({ side: 'visitor', values: ['marek.dvorak@northgate.example'] });
      return row?.['candidates'][0].hasMailbox;
    };

    system.emulator.fail({ path: '/calendar', kind: { type: 'status', status: 403, code: 'ErrorAccessDenied' } });
    assert.equal(await see(), null);
    await system.database.db
      .updateTable('tenant_connections')
      .set({ features: JSON.stringify(['standalone-meetings', 'people']) })
      .where('id', '=', desk.tenantConnectionId)
      .execute();
    system.emulator.calls.length = 0;
    assert.equal(await see(), null);
    assert.ok(system.emulator.calls.every(({ path }) => !path.includes('/calendar')));
  });

  void test('says of each person whether the directory could be asked', async (t) => {
    const { system, preview } = await startStory(t);
    system.emulator.fail({ path: '/users', kind: { type: 'status', status: 503 } });

    const [first, second] = await preview({ side: 'visitor', values: ['a@northgate.example', 'b@northgate.example'] });

    const both = [first, second].map((row) => [row?.['outcome'], row?.['problem'].code]);
    assert.deepEqual(
      new Set(both.map(String)),
      new Set(['not_known,microsoft_unavailable', 'none,organizer_unmatched']),
    );
  });

  void test('is not tried at all where the tenant gives no token', async (t) => {
    const { system, desk, path } = await startStory(t);
    system.emulator.fail({ service: 'entra', kind: { type: 'aadsts', code: 7000222, error: 'invalid_client' } });

    const { status, body } = await desk.api('POST', `${path}/identity-preview`, { side: 'operator' });

    assert.deepEqual([status, body['code']], [502, 'app_secret_expired']);
  });

  const wrong: [string, object, string][] = [
    ['visitors without values', { side: 'visitor' }, '/values'],
    ['more than fifty', { side: 'visitor', values: Array.from({ length: 51 }, () => 'a@b.example') }, '/values'],
    ['an empty value', { side: 'visitor', values: [' '] }, '/values/0'],
    ['a field that there is not', { side: 'operator', rule: { local: 'email', remote: 'shoeSize' } }, '/rule/remote'],
    ['a local field that there is not', { side: 'operator', rule: { local: 'phone', remote: 'mail' } }, '/rule/local'],
    ['a member of nobody', { side: 'operator', memberIds: ['mem_nobody'] }, '/memberIds'],
  ];
  for (const [what, body, pointer] of wrong) {
    void test(`refuses ${what}`, async (t) => {
      const { desk, path } = await startStory(t);

      const refused = await desk.api('POST', `${path}/identity-preview`, body);

      assert.equal(refused.status, 400);
      assert.deepEqual(
        refused.body['errors'].map((error: { pointer: string }) => error.pointer),
        [pointer],
      );
    });
  }

  void test('is tried for at most fifty people at a time, four at once', async (t) => {
    let now = 0;
    let most = 0;
    const story = await startStory(t, undefined, (inner) => async (input, init) => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setImmediate(resolve));
      return inner(input, init).finally(() => (now -= 1));
    });
    const people = Array.from({ length: 52 }, (_, index) => ({
      id: `mem_${String(index).padStart(3, '0')}`,
      workspace_id: story.desk.workspaceId,
      email: `p${index}@northgate.example`,
      name: `Person ${String(index).padStart(3, '0')}`,
      role: 'operator' as const,
      time_zone: 'Europe/London',
      created_at: story.system.clock.now(),
    }));
    await story.system.database.db.insertInto('members').values(people).execute();

    const { body } = await story.desk.api('POST', `${story.path}/identity-preview`, { side: 'operator' });

    assert.deepEqual([body['data'].length, body['remaining']], [50, 3]);
    assert.deepEqual(
      body['data'].slice(0, 3).map((row: Row) => row['name']),
      ['Ada Quist', 'Person 000', 'Person 001'],
    );
    assert.ok(most > 1 && most <= 4, `${most} at once`);
  });
});

void suite('matching operators', () => {
  void test('keeps one-matches as organizers by object id and says what is in the way of the rest', async (t) => {
    const { system, desk, member, match, roster } = await startStory(t, byNumber);
    const ids = {
      marek: await member('Marek', 'm@desk.example', { staffNumber: 'N-2002' }),
      ben: await member('Ben', 'b@desk.example', { staffNumber: 'N-2010' }),
      otto: await member('Otto', 'o@desk.example', { staffNumber: 'N-2013' }),
      nobody: await member('Nobody', 'n@desk.example', { staffNumber: 'N-9999' }),
      blank: await member('Blank', 'x@desk.example'),
    };

    const rows = await match();

    const byMember = new Map(rows.map((row) => [row['memberId'], row]));
    const seen = (id: string) => [byMember.get(id)?.['outcome'], byMember.get(id)?.['problem']?.code ?? null];
    assert.deepEqual(seen(ids.marek), ['one', null]);
    assert.deepEqual(seen(ids.ben), ['several', 'organizer_ambiguous']);
    assert.deepEqual(seen(ids.otto), ['one', 'organizer_disabled']);
    assert.deepEqual(seen(ids.nobody), ['none', 'organizer_unmatched']);
    assert.deepEqual(seen(ids.blank), ['no_value', null]);
    const [marek, otto, ...rest] = await roster();
    assert.deepEqual(rest, []);
    assert.deepEqual(
      [marek?.['objectId'], marek?.['memberId'], marek?.['match']],
      [
        userNamed(system.emulator, 'marek.dvorak').id,
        ids.marek,
        { ...byNumber, value: 'N-2002', at: '2026-11-23T07:00:00.000Z' },
      ],
    );
    assert.deepEqual([otto?.['memberId'], otto?.['problem'].code], [ids.otto, 'organizer_disabled']);
    assert.equal(byMember.get(ids.marek)?.['organizerId'], marek?.['id']);
    assert.equal((await linesOf(system)).filter((type) => type === 'organizer.matched').length, 2);
    await match({ memberIds: [ids.marek] });
    assert.equal((await linesOf(system)).filter((type) => type === 'organizer.matched').length, 2);
    assert.equal(desk.memberId, rows.find((row) => row['name'] === 'Ada Quist')?.['memberId']);
  });

  void test('takes a choice among the candidates only, and then stays with it', async (t) => {
    const { system, desk, path, member, match, preview, roster } = await startStory(t);
    const pat = await member('Pat', 'desk@northgate.example');
    const [patUser, other] = ['pat.quill', 'marek.dvorak'].map((name) => userNamed(system.emulator, name).id);

    const wrong = await desk.api('POST', `${path}/identity-match`, { choose: { [pat]: other } });
    assert.deepEqual([wrong.status, wrong.body['errors'][0].pointer], [400, `/choose/${pat}`]);
    assert.deepEqual(await roster(), []);
    const [chosen] = await match({ choose: { [pat]: patUser?.toUpperCase() } });
    assert.deepEqual([chosen?.['outcome'], chosen?.['problem']], ['several', null]);

    const [again] = await preview({ side: 'operator', memberIds: [pat] });
    const [kept] = await match({ memberIds: [pat] });
    const [organizer, ...rest] = await roster();
    assert.deepEqual([again?.['outcome'], again?.['problem'], kept?.['problem']], ['several', null, null]);
    assert.deepEqual([organizer?.['objectId'], organizer?.['memberId'], rest], [patUser, pat, []]);
    assert.equal(again?.['organizerId'], organizer?.['id']);
  });

  void test('never takes a guest', async (t) => {
    const { system, member, match, roster } = await startStory(t);
    const leila = await member('Leila', 'leila.haddad@northgate.example');
    const guest = [...system.emulator.context.directory.users.values()].find(
      ({ displayName, userType }) => displayName === 'Leila Haddad' && userType === 'Guest',
    );

    const [row] = await match({ choose: { [leila]: guest?.id } });

    assert.deepEqual([row?.['problem'].code, await roster()], ['organizer_is_guest', []]);
  });

  void test('stays with the object id when somebody is renamed, and shows it', async (t) => {
    const { system, member, match, preview, roster } = await startStory(t, byMail);
    const carla = await member('Carla', 'carla.roth@northgate.example');
    await match();
    const [before] = await roster();
    Object.assign(userNamed(system.emulator, 'carla.roth'), {
      userPrincipalName: 'carla.novak@northgate.example',
      mail: 'carla.novak@northgate.example',
    });

    const [row] = await preview({ side: 'operator', memberIds: [carla] });
    await system.advance(25 * 3_600_000);
    const [after] = await roster();
    const [later] = await match({ memberIds: [carla] });

    for (const each of [row, later])
      assert.deepEqual(
        [each?.['outcome'], each?.['notes'], each?.['organizerId'], each?.['problem']],
        ['one', ['renamed'], before?.['id'], null],
      );
    assert.deepEqual([after?.['objectId'], after?.['mail']], [before?.['objectId'], 'carla.novak@northgate.example']);
  });

  void test('asks when a name that was matched is somebody else’s now', async (t) => {
    const { system, member, match, roster } = await startStory(t, byMail);
    const carla = await member('Carla', 'carla.roth@northgate.example');
    await match();
    const [organizer] = await roster();
    Object.assign(userNamed(system.emulator, 'carla.roth'), {
      userPrincipalName: 'carla.novak@northgate.example',
      mail: 'carla.novak@northgate.example',
    });
    userNamed(system.emulator, 'bea.lindholm').mail = 'carla.roth@northgate.example';

    const [row] = await match({ memberIds: [carla] });

    assert.deepEqual([row?.['outcome'], row?.['problem'].code], ['several', 'organizer_ambiguous']);
    assert.match(row?.['problem'].detail, /Carla Roth \(carla\.novak@.*Bea Lindholm/);
    const [unchanged, ...rest] = await roster();
    assert.deepEqual([unchanged?.['objectId'], rest], [organizer?.['objectId'], []]);
  });

  void test('finds an old address, and one organizer stands for one member', async (t) => {
    const { member, match, roster } = await startStory(t, byAlias);
    const carla = await member('Carla', 'carla.mendes@northgate.example');
    const twin = await member('Carla again', 'carla.roth@northgate.example');

    const rows = await match({ memberIds: [carla, twin] });

    const byMember = new Map(rows.map((row) => [row['memberId'], row]));
    assert.deepEqual([byMember.get(carla)?.['notes'], byMember.get(carla)?.['problem']], [['renamed'], null]);
    assert.equal(byMember.get(twin)?.['problem'].code, 'organizer_exists');
    assert.deepEqual(
      (await roster()).map((row) => row['memberId']),
      [carla],
    );
  });

  void test('does not allow again who was forbidden, and allows nobody new when told so', async (t) => {
    const { desk, member, match, roster } = await startStory(t, byMail);
    await desk.organizer('marek.dvorak', { allowed: false });
    await member('Marek', 'marek.dvorak@northgate.example');
    await member('Suki', 'suki.amari@northgate.example');

    await match({ allow: false });

    assert.deepEqual(
      (await roster()).map((row) => [row['displayName'], row['allowed'], row['memberId'] !== null]),
      [
        ['Marek Dvorak', false, true],
        ['Suki Amari', false, true],
      ],
    );
  });

  void test('leaves out who only looks', async (t) => {
    const { desk, preview } = await startStory(t);
    await desk.api('POST', '/v1/members', {
      name: 'Vera Look',
      email: 'bookings@northgate.example',
      role: 'viewer',
      timeZone: 'Europe/London',
    });

    const rows = await preview({ side: 'operator' });

    assert.deepEqual(
      rows.map((row) => row['name']),
      ['Ada Quist'],
    );
  });
});

async function linesOf(system: System): Promise<string[]> {
  const rows = await system.database.db.selectFrom('outbox_events').select('type').orderBy('id').execute();
  return rows.map(({ type }) => type);
}

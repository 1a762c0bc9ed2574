import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { asApp, asPerson, graphEmulator, meeting, person } from '../../test/support/graph-caller.ts';
import type { Answer } from '../../test/support/graph-caller.ts';
import { findServicePrincipal } from '../directory.ts';
import type { Emulator } from '../emulator.ts';
import { CONTOSO_TENANT_ID, PARLEY_CLIENT_ID, stableId } from '../seed.ts';
import { changeExchangeScopes } from './exchange-scopes.ts';
import type { AccessPolicy, RoleAssignment } from './exchange-scopes.ts';

const organizers = stableId('group:organizers@contoso.example');
const odata = '403 ErrorAccessDenied Access to OData is disabled.';
const plain = '403 ErrorAccessDenied Access is denied. Check credentials and try again.';

const said = ({ status, json }: Answer) =>
  json.error === undefined ? String(status) : `${status} ${json.error.code} ${json.error.message}`;

/** Dana is in the group of organizers, Milan is not. */
async function inAndOut(emulator: Emulator, roles: string[], path = '/events'): Promise<string[]> {
  const app = await asApp(emulator, 'dana.reyes', roles);
  const answers = ['dana.reyes', 'milan.okafor'].map((name) => app.get(`/users/${name}@contoso.example${path}`));
  return (await Promise.all(answers)).map(said);
}

function policy(
  accessRight: AccessPolicy['accessRight'],
  groupId = organizers,
  appId = PARLEY_CLIENT_ID,
): AccessPolicy {
  return { id: `${appId}-${groupId}-${accessRight}`, appId, groupId, accessRight, description: '' };
}

function addPolicies(emulator: Emulator, ...policies: AccessPolicy[]): void {
  changeExchangeScopes(emulator.context, CONTOSO_TENANT_ID, 'x', (state) => state.accessPolicies.push(...policies));
}

function assign(emulator: Emulator, scope: RoleAssignment['scope'], objectId = principalId(emulator)): void {
  changeExchangeScopes(emulator.context, CONTOSO_TENANT_ID, 'x', (state) => {
    state.principals.push({ appId: PARLEY_CLIENT_ID, objectId, displayName: 'Parley' });
    state.scopes.push({ name: 'Bookable', filterText: '', filter: { kind: 'member-of', groupId: organizers } });
    state.assignments.push({ name: 'a', principalId: objectId, role: 'Application Calendars.ReadWrite', scope });
  });
}

function principalId(emulator: Emulator): string {
  return findServicePrincipal(emulator.context.directory, CONTOSO_TENANT_ID, PARLEY_CLIENT_ID)?.id ?? '';
}

suite('an access policy', () => {
  const granted = ['Calendars.ReadWrite', 'MailboxSettings.Read'];
  const cases: [string, AccessPolicy[], [string, string]][] = [
    ['that nobody wrote keeps nobody out', [], ['200', '200']],
    ['that restricts lets members in', [policy('RestrictAccess')], ['200', odata]],
    ['that denies keeps members out', [policy('DenyAccess')], [odata, '200']],
    ['that denies beats one that restricts', [policy('RestrictAccess'), policy('DenyAccess')], [odata, odata]],
    ['of another app does not matter', [policy('RestrictAccess', organizers, 'other')], ['200', '200']],
    [
      'beside another lets the members of both in',
      [policy('RestrictAccess', 'nobody'), policy('RestrictAccess')],
      ['200', odata],
    ],
  ];
  for (const [what, policies, expected] of cases) {
    test(what, async () => {
      const emulator = graphEmulator();
      addPolicies(emulator, ...policies);
      assert.deepEqual(await inAndOut(emulator, granted), expected);
    });
  }

  test('covers mailbox settings, and not the directory', async () => {
    const emulator = graphEmulator();
    addPolicies(emulator, policy('RestrictAccess'));
    assert.deepEqual(await inAndOut(emulator, granted, '/mailboxSettings'), ['200', odata]);
    assert.deepEqual(await inAndOut(emulator, ['User.Read.All'], ''), ['200', '200']);
  });

  test('is worded in the ways that were seen', async () => {
    const emulator = graphEmulator();
    addPolicies(emulator, policy('RestrictAccess'));
    emulator.switches.exchangeRefusal = 'raop';
    const [, raop] = await inAndOut(emulator, granted);
    assert.equal(
      raop,
      '403 ErrorAccessDenied Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.',
    );
    emulator.switches.exchangeRefusal = 'access-denied';
    assert.equal((await inAndOut(emulator, granted))[1], plain);
  });

  test('counts after the delay', async () => {
    const emulator = graphEmulator();
    emulator.switches.exchangePolicyDelayMs = 3_600_000;
    addPolicies(emulator, policy('RestrictAccess'));
    assert.deepEqual(await inAndOut(emulator, granted), ['200', '200']);
    emulator.clock.advance(3_600_000);
    assert.deepEqual(await inAndOut(emulator, granted), ['200', odata]);
  });

  test('does not concern people who sign in', async () => {
    const emulator = graphEmulator();
    addPolicies(emulator, policy('DenyAccess'));
    assert.equal((await (await asPerson(emulator, 'dana.reyes')).get('/me/events')).status, 200);
  });
});

suite('a role of Exchange', () => {
  test('opens the mailboxes of its scope to a token without roles', async () => {
    for (const scope of [
      { kind: 'management-scope', name: 'Bookable' },
      { kind: 'group', groupId: organizers },
    ] as const) {
      const emulator = graphEmulator();
      assign(emulator, scope);
      assert.deepEqual(await inAndOut(emulator, []), ['200', odata]);
    }
  });

  test('shows events whole, and makes them with a meeting', async () => {
    const emulator = graphEmulator();
    assign(emulator, { kind: 'group', groupId: organizers });
    const app = await asApp(emulator, 'dana.reyes', []);
    const made = await app.post('/users/dana.reyes@contoso.example/events', meeting());
    assert.equal(made.status, 201);
    assert.equal(made.json.attendees.length, 1);
    assert.match(made.json.body.content, /Agenda/);
  });

  test('adds to what Entra granted, so that a grant for everybody makes it void', async () => {
    const emulator = graphEmulator();
    assign(emulator, { kind: 'group', groupId: organizers });
    assert.deepEqual(await inAndOut(emulator, ['Calendars.ReadWrite']), ['200', '200']);
  });

  test('without a scope opens every mailbox', async () => {
    const emulator = graphEmulator();
    assign(emulator, null);
    assert.deepEqual(await inAndOut(emulator, []), ['200', '200']);
  });

  test('opens nothing else, and nothing for the object id of something else', async () => {
    const emulator = graphEmulator();
    assign(emulator, null);
    assert.deepEqual(await inAndOut(emulator, [], '/mailboxSettings'), [plain, plain]);
    const other = graphEmulator();
    assign(other, null, '00000000-0000-0000-0000-000000000001');
    assert.deepEqual(await inAndOut(other, []), [plain, plain]);
  });

  test('counts after the delay', async () => {
    const emulator = graphEmulator();
    emulator.switches.exchangePolicyDelayMs = 3_600_000;
    assign(emulator, { kind: 'group', groupId: organizers });
    assert.deepEqual(await inAndOut(emulator, []), [plain, plain]);
    emulator.clock.advance(3_600_000);
    assert.deepEqual(await inAndOut(emulator, []), ['200', odata]);
  });
});

test('an extension attribute can be the scope', async () => {
  const emulator = graphEmulator();
  person(emulator, 'milan.okafor').extensionAttributes['extensionAttribute5'] = 'Bookable';
  assign(emulator, { kind: 'management-scope', name: 'By attribute' });
  changeExchangeScopes(emulator.context, CONTOSO_TENANT_ID, 'x', (state) =>
    state.scopes.push({
      name: 'By attribute',
      filterText: "CustomAttribute5 -eq 'bookable'",
      filter: { kind: 'attribute', name: 'extensionAttribute5', value: 'bookable' },
    }),
  );
  assert.deepEqual(await inAndOut(emulator, []), [odata, '200']);
});

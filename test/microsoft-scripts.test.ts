import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findServicePrincipal } from '../emulator/directory.ts';
import { createEmulator } from '../emulator/emulator.ts';
import { teamsPoliciesOf } from '../emulator/policies/teams-policies.ts';
import { runScript } from '../emulator/powershell/run-script.ts';
import { NORTHGATE_CLIENT_ID, NORTHGATE_CLIENT_SECRET, NORTHGATE_TENANT_ID } from '../emulator/seed.ts';
import { getCalendar, type CalendarAccess } from '../src/microsoft/calendar.ts';
import { requestAppToken } from '../src/microsoft/entra.ts';
import {
  limitByAccessPolicy,
  limitByRbac,
  removeCalendarConsent,
  removeCalendarConsentScopes,
  testAccessPolicy,
  testRbac,
} from '../src/microsoft/exchange-policies.ts';
import { createOnlineMeeting } from '../src/microsoft/online-meetings.ts';
import {
  createTeamsPolicy,
  exportRoster,
  extendTeamsPolicy,
  grantTeamsPolicy,
  removeTeamsPolicy,
  revokeTeamsPolicy,
  showTeamsPolicies,
  validateTeamsPolicy,
  type PolicyTarget,
} from '../src/microsoft/policies.ts';
import { connectExchange, connectGraph, connectTeams, installModules } from '../src/microsoft/powershell.ts';
import { toProblem } from '../src/microsoft/problems.ts';

const runner = { tenant: NORTHGATE_TENANT_ID };
const parley = { policyName: 'Parley', clientId: NORTHGATE_CLIENT_ID };
const other = { policyName: 'Another app', clientId: '832d86c8-1111-4222-8333-444455556666' };
const inside = 'bookings@northgate.example';
const outside = 'amira.solano@northgate.example';

/** An emulated tenant, an administrator's window on it, and the app that the scripts are about. */
function startTenant() {
  const emulator = createEmulator({ now: () => Date.UTC(2026, 10, 20, 9) });
  const { context } = emulator;
  const entra = { fetch: emulator.fetch, now: () => new Date(emulator.clock.now()) };
  const graph = { ...entra, baseUrl: 'https://graph.microsoft.com' };
  const person = (name: string) => {
    const user = [...context.directory.users.values()].find((each) => each.userPrincipalName.startsWith(`${name}@`));
    assert.ok(user, name);
    return { objectId: user.id, label: user.displayName };
  };
  const run = (script: string) => runScript(context, { tenantId: NORTHGATE_TENANT_ID, script });
  const done = (script: string) => {
    const { output, error } = run(script);
    assert.equal(error, undefined, script);
    return output;
  };
  const actFor = async (name: string): Promise<CalendarAccess> => {
    const { accessToken } = await requestAppToken(entra, {
      authority: 'https://login.microsoftonline.com',
      tenant: NORTHGATE_TENANT_ID,
      clientId: NORTHGATE_CLIENT_ID,
      credential: { kind: 'secret', secret: NORTHGATE_CLIENT_SECRET },
    });
    return { accessToken, mailbox: { kind: 'user', objectId: person(name).objectId } };
  };
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'ok',
      (error: unknown) => toProblem(error).code,
    );
  const times = { start: new Date('2026-11-25T08:00:00Z'), end: new Date('2026-11-25T08:30:00Z') };
  /** What becomes of a meeting, and of a look into the calendar. */
  const meet = async (name: string) =>
    codeOf(createOnlineMeeting(graph, await actFor(name), { externalId: name, subject: 'Intake', ...times }));
  const look = async (name: string) => codeOf(getCalendar(graph, await actFor(name)));
  const holders = () => teamsPoliciesOf(context, NORTHGATE_TENANT_ID).current.users;
  return { context, person, run, done, meet, look, holders };
}

test('the policy is made, granted, shown and taken away again, and meetings follow', async () => {
  const { person, run, done, meet, holders } = startTenant();
  const users = [person('bookings'), person('marek.dvorak')];
  done(`${installModules()}\n${connectTeams(runner)}`);
  done(createTeamsPolicy(parley));
  assert.match(done(createTeamsPolicy(parley)), /The policy exists/);
  assert.match(done(showTeamsPolicies()), /Tag:Parley/);
  done(grantTeamsPolicy(parley, { kind: 'users', users }));
  done(grantTeamsPolicy(parley, { kind: 'users', users }));
  assert.deepEqual([await meet('bookings'), await meet('amira.solano')], ['ok', 'application_access_policy_missing']);
  assert.match(done(validateTeamsPolicy({ policyName: 'Tag:Parley', users })), /Northgate Bookings .* Parley/);
  assert.match(done(validateTeamsPolicy(parley)), /marek\.dvorak@northgate\.example/);
  assert.match(done(exportRoster()), /"bookings@northgate\.example","[\w-]+","Parley"/);
  assert.match(run(removeTeamsPolicy(parley)).error ?? '', /still that of: bookings@northgate\.example, marek\.dvorak/);
  done(revokeTeamsPolicy({ ...parley, users }));
  assert.deepEqual(holders(), {});
  assert.equal(await meet('bookings'), 'application_access_policy_missing');
  done(removeTeamsPolicy(parley));
  assert.doesNotMatch(done(showTeamsPolicies()), /Parley/);
});

test('a grant stops before the first user when anybody has another policy, and names who', async () => {
  const { person, run, done, meet, holders } = startTenant();
  const [marek, carla] = [person('marek.dvorak'), person('carla.roth')];
  done(createTeamsPolicy(other));
  done(grantTeamsPolicy(other, { kind: 'users', users: [carla] }));
  done(createTeamsPolicy(parley));
  const { error } = run(grantTeamsPolicy(parley, { kind: 'users', users: [marek, carla] }));
  assert.match(error ?? '', /another policy: Carla Roth \(Another app\)\. Nothing was granted/);
  assert.deepEqual(holders(), { [carla.objectId]: 'Another app' });
  done(revokeTeamsPolicy({ ...parley, users: [carla] }));
  assert.deepEqual(holders(), { [carla.objectId]: 'Another app' }, 'a policy of others is left alone');
  done(extendTeamsPolicy({ ...other, clientId: parley.clientId }));
  assert.equal(await meet('carla.roth'), 'ok');
  assert.match(done(showTeamsPolicies()), new RegExp(`${other.clientId}, ${parley.clientId}`));
});

test('a policy of this name for other apps is neither taken over nor granted', () => {
  const { person, run, done, holders } = startTenant();
  done(createTeamsPolicy(other));
  const clash = { ...parley, policyName: other.policyName };
  assert.match(run(createTeamsPolicy(clash)).error ?? '', /exists for other apps/);
  const targets: PolicyTarget[] = [
    { kind: 'users', users: [person('bookings')] },
    { kind: 'everyone' },
    { kind: 'group', groupId: person('bookings').objectId },
  ];
  for (const target of targets) {
    assert.match(run(grantTeamsPolicy(clash, target)).error ?? '', /does not list the app/);
  }
  assert.deepEqual(holders(), {});
});

test('a group and everyone get the policy; a group that has another one keeps it', async () => {
  const { context, run, done, meet } = startTenant();
  const group = [...context.directory.groups.values()].find((each) => each.mail === 'bookable@northgate.example');
  assert.ok(group);
  const target = { kind: 'group', groupId: group.id } as const;
  done(createTeamsPolicy(parley));
  done(createTeamsPolicy(other));
  done(grantTeamsPolicy(parley, target));
  assert.deepEqual([await meet('marek.dvorak'), await meet('carla.roth')], ['ok', 'application_access_policy_missing']);
  assert.match(run(grantTeamsPolicy(other, target)).error ?? '', /The group has another policy: Parley\./);
  done(grantTeamsPolicy(parley, { kind: 'everyone' }));
  assert.equal(await meet('carla.roth'), 'ok');
});

test('RBAC limits the app to the group once the consent for the whole tenant is gone', async () => {
  const { context, run, done, look } = startTenant();
  const principal = findServicePrincipal(context.directory, NORTHGATE_TENANT_ID, NORTHGATE_CLIENT_ID);
  assert.ok(principal);
  const rbac = (group: string) =>
    limitByRbac({
      clientId: NORTHGATE_CLIENT_ID,
      servicePrincipalId: principal.id,
      displayName: 'Parley',
      scopeName: 'Parley organizers',
      group,
    });
  done(`${connectExchange(runner)}\n${rbac('bookable@northgate.example')}`);
  done(rbac('bookable@northgate.example'));
  assert.match(run(rbac('board@northgate.example')).error ?? '', /exists for other mailboxes/);
  const tested = done(testRbac({ clientId: NORTHGATE_CLIENT_ID, inside, outside }));
  assert.deepEqual(tested.match(/\b(True|False)\b/g), ['True', 'False']);
  assert.deepEqual([await look('bookings'), await look('amira.solano')], ['ok', 'ok'], 'rights add up');
  done(`${connectGraph(runner, removeCalendarConsentScopes)}\n${removeCalendarConsent(parley)}`);
  assert.deepEqual(principal.appRoles.toSorted(), ['OnlineMeetings.ReadWrite.All', 'User.Read.All']);
  assert.deepEqual([await look('bookings'), await look('amira.solano')], ['ok', 'exchange_scope_denied']);
});

test('the older access policy limits the app too, and one that is there is not doubled', async () => {
  const { run, done, look } = startTenant();
  const limit = limitByAccessPolicy({ clientId: NORTHGATE_CLIENT_ID, group: 'bookable@northgate.example' });
  done(limit);
  const tested = done(testAccessPolicy({ clientId: NORTHGATE_CLIENT_ID, inside, outside }));
  assert.deepEqual(tested.match(/\b(Granted|Denied)\b/g), ['Granted', 'Denied']);
  assert.match(run(limit).error ?? '', /has a policy already, for: Bookable staff \(RestrictAccess\)/);
  assert.deepEqual([await look('bookings'), await look('amira.solano')], ['ok', 'exchange_scope_denied']);
});

test('hostile names change nothing but what they name', () => {
  const { person, run, done, holders } = startTenant();
  const { objectId } = person('bookings');
  for (const label of [
    "'; Remove-CsApplicationAccessPolicy -Identity Parley #",
    '"; Remove-CsApplicationAccessPolicy -Identity Parley #',
    '$(Remove-CsApplicationAccessPolicy -Identity Parley)',
    'x\nRemove-CsApplicationAccessPolicy -Identity Parley\n',
  ]) {
    const name = { policyName: label, clientId: NORTHGATE_CLIENT_ID };
    run(createTeamsPolicy(name));
    run(grantTeamsPolicy(name, { kind: 'users', users: [{ objectId, label }] }));
    done(createTeamsPolicy(parley));
    const { error } = run(grantTeamsPolicy(parley, { kind: 'users', users: [{ objectId, label }] }));
    if (holders()[objectId] !== 'Parley') assert.match(error ?? '', /another policy/);
    assert.match(done(showTeamsPolicies()), /Tag:Parley/);
    run(revokeTeamsPolicy({ ...name, users: [{ objectId, label }] }));
  }
});

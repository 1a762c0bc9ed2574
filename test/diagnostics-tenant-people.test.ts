import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectTeams } from '../scripts/person.ts';
import { diagnosisOf, grantPolicy, principalOf, startTenantClinic } from './support/clinic.ts';
import { publicUrl, userNamed } from './support/system.ts';
import { runPowerShell } from './support/tenant.ts';

const minute = 60_000;

// A7
test('each organizer has a line of their own: gone, disabled, a guest, without licence, mailbox or Teams', async (t) => {
  const { run, system, tenant, change } = await startTenantClinic(t, { organizers: ['bookings'] });
  const who = { checks: ['organizers', 'mailboxes'] };
  await tenant.organizer('otto.renner');
  await tenant.organizer('leila.haddad_contoso.example#EXT#');
  await tenant.organizer('tom.vesely');
  await tenant.organizer('ben.achterberg');
  await tenant.organizer('suki.amari', { object_id: crypto.randomUUID(), display_name: 'Somebody Gone' });
  await tenant.organizer('carla.roth', { allowed: false });
  userNamed(system.emulator, 'ben.achterberg').teamsLicence = false;
  const ben = userNamed(system.emulator, 'ben.achterberg').mailbox;
  if (ben) ben.allowedOnlineMeetingProviders = [];
  // Nothing in Exchange stands in the way of what is looked at here.
  runPowerShell(
    system,
    'Get-ApplicationAccessPolicy | ForEach-Object { Remove-ApplicationAccessPolicy -Identity $_.Identity }',
  );
  const { of, report } = await run(who);
  const notes = of('organizers').notes.join('\n');
  assert.equal(of('organizers').status, 'failed');
  assert.match(of('organizers').title, /\(4 of 6 organizers\)/);
  assert.match(notes, /^Northgate Bookings: found, enabled, with a Teams licence\.$/m);
  assert.match(notes, /^Otto Renner: The organizer’s Microsoft account is disabled\.$/m);
  assert.match(notes, /^Leila Haddad: The organizer is a guest of this tenant\.$/m);
  assert.match(notes, /^Ben Achterberg: The organizer has no Teams licence\.$/m);
  assert.match(notes, /^Somebody Gone: The user does not exist in this Microsoft tenant\.$/m);
  assert.doesNotMatch(notes, /Carla/, 'who is not allowed is nobody’s business');
  const mailboxes = of('mailboxes').notes.join('\n');
  assert.match(mailboxes, /^Tom Vesely: The account has no Exchange Online mailbox \(404 \w+\)\.$/m);
  assert.match(mailboxes, /^Ben Achterberg: readable, but Exchange allows no Teams meetings in it\.$/m);
  assert.match(mailboxes, /^Northgate Bookings: readable, Teams is allowed\.$/m);
  assert.doesNotMatch(report, /@/);

  await change({ default_organizer_upn: 'gone@northgate.example', default_organizer_problem: 'user_not_found' });
  assert.match((await run(who)).of('organizers').notes.join(' '), /default organizer could not be used/);
});

test('a directory that may be read less, or not at all, is no failure of the people in it', async (t) => {
  const { run, system, change } = await startTenantClinic(t, { features: ['meetings'] });
  const who = { checks: ['organizers', 'tenant', 'app-roles', 'mailboxes'] };
  principalOf(system).appRoles = ['Calendars.ReadWrite', 'User.ReadBasic.All'];
  const some = await run(who);
  assert.equal(some.of('organizers').status, 'ok');
  assert.match(some.of('organizers').notes.join(' '), /account and licence cannot be seen/);
  assert.equal(some.of('tenant').status, 'skipped');
  assert.match(some.of('app-roles').title, /may do more than it needs: User\.ReadBasic\.All/);
  principalOf(system).appRoles = ['Calendars.ReadWrite'];
  const nothing = await run(who);
  assert.equal(nothing.of('organizers').status, 'skipped');
  assert.equal(nothing.of('app-roles').status, 'ok');
  assert.equal(nothing.of('mailboxes').status, 'ok');
  await change({ features: JSON.stringify(['meetings', 'people']), reduced: true });
  const lacking = (await run(who)).of('app-roles');
  assert.equal(lacking.status, 'failed');
  assert.match(lacking.notes.join(' '), /User\.ReadBasic\.All is missing, for the feature “people”: Find organizers/);
});

test('at most twenty-five people are asked about at a time, and nobody at all while nobody is allowed', async (t) => {
  const { run, tenant } = await startTenantClinic(t, { organizers: [] });
  const checks = ['organizers', 'mailboxes', 'teams-policy', 'app-round-trip'];
  const none = await run({ checks, roundTrip: true });
  for (const check of checks) {
    assert.equal(none.of(check).status, 'skipped', check);
    assert.match(none.of(check).remedy ?? '', /allows organizers under Microsoft 365 › Access policies/);
  }
  assert.equal((await run({ checks: ['exchange-scope'] })).of('exchange-scope').status, 'warning');
  for (let n = 0; n < 27; n += 1)
    await tenant.organizer('bookings', { object_id: crypto.randomUUID(), display_name: `Person ${n}` });
  const { notes } = (await run({ checks: ['organizers'] })).of('organizers');
  assert.equal(notes.length, 26);
  assert.equal(notes.at(-1), 'And 2 more, who were not looked at this time.');
});

// G8
test('organizers with the policy of Teams and those without stand side by side', async (t) => {
  const { run, system, tenant } = await startTenantClinic(t, { organizers: ['bookings'] });
  const policy = { checks: ['teams-policy'] };
  await tenant.organizer('marek.dvorak', { policy_in_force: 'Another-App' });
  const { of } = await run(policy);
  assert.equal(of('teams-policy').status, 'failed');
  assert.equal(of('teams-policy').problemCode, 'application_access_policy_missing');
  const notes = of('teams-policy').notes.join('\n');
  assert.match(notes, /^Northgate Bookings: Teams lets the app act\.$/m);
  assert.match(
    notes,
    /^Marek Dvorak: No Teams application access policy .* \(403 \w+\); the policy in force is “Another-App”/m,
  );
  assert.equal(system.emulator.context.teams.meetings.size, 0, 'the probes leave nothing behind');
  grantPolicy(system, ['marek.dvorak']);
  assert.equal((await run(policy)).of('teams-policy').status, 'ok');
});

// A4
test('a policy that was granted is being applied for half an hour, and refused after that', async (t) => {
  const { run, system, tenant, change } = await startTenantClinic(t, { organizers: ['bookings'] });
  const policy = { checks: ['teams-policy'] };
  system.emulator.switches.teamsPolicyDelayMs = 20 * minute;
  await tenant.organizer('marek.dvorak', { policy_granted_at: system.clock.now() });
  grantPolicy(system, ['marek.dvorak']);
  system.clock.advance(5 * minute);
  const soon = (await run(policy)).of('teams-policy');
  assert.equal(soon.status, 'warning');
  assert.equal(soon.problemCode, 'policy_propagating');
  assert.match(soon.notes.join(' '), /Marek Dvorak: still being applied; the policy was granted at 2026/);
  system.clock.advance(16 * minute);
  assert.equal((await run(policy)).of('teams-policy').status, 'ok');
  system.emulator.switches.teamsPolicyDelayMs = 60 * minute;
  system.clock.advance(15 * minute);
  assert.equal((await run(policy)).of('teams-policy').status, 'failed', 'half an hour is over');
  await change({ features: JSON.stringify(['meetings', 'free-busy', 'people']) });
  const unneeded = (await run(policy)).of('teams-policy');
  assert.equal(unneeded.status, 'skipped');
  assert.match(unneeded.title, /calendar events with a Teams meeting are made without this policy/);
});

// G6
test('what a user who signed in can do says nothing about the app, and both diagnoses say so', async (t) => {
  const { run, system, tenant } = await startTenantClinic(t, { organizers: [] });
  await tenant.organizer('suki.amari'); // has neither policy nor a mailbox in scope
  await connectTeams(tenant.person, publicUrl, userNamed(system.emulator, 'suki.amari').id);
  const delegated = await diagnosisOf(
    tenant.api('POST', '/v1/diagnostics', { memberId: tenant.memberId, roundTrip: true }),
  );
  assert.equal(delegated.summary['failed'], 0);
  assert.equal(delegated.of('round-trip').status, 'ok');
  assert.match(delegated.of('token-kind').notes.join(' '), /A delegated test proves nothing about application access/);
  const own = await run({ roundTrip: true });
  assert.equal(own.of('app-token-kind').status, 'ok');
  assert.match(own.of('app-token-kind').notes.join(' '), /a delegated test, .* proves nothing about them/);
  assert.equal(own.of('teams-policy').problemCode, 'application_access_policy_missing');
  assert.equal(own.of('mailboxes').problemCode, 'exchange_scope_denied');
  assert.equal(own.of('app-round-trip').problemCode, 'exchange_scope_denied');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NORTHGATE_CLIENT_ID, NORTHGATE_TENANT_ID } from '../emulator/seed.ts';
import { changeExchangeScopes } from '../emulator/policies/exchange-scopes.ts';
import { limitByAccessPolicy, limitByRbac, removeCalendarConsent } from '../src/microsoft/exchange-policies.ts';
import { bookable, principalOf, startTenantClinic, type TenantClinic } from './support/clinic.ts';
import { runPowerShell } from './support/tenant.ts';

const minute = 60_000;
const scope = { checks: ['app-roles', 'mailboxes', 'exchange-scope'] };

/** Nothing limits the app in Exchange any more, at once. */
function open({ system }: TenantClinic) {
  changeExchangeScopes(system.emulator.context, NORTHGATE_TENANT_ID, 'Remove everything', (state) => {
    for (const list of Object.values(state)) list.length = 0;
  });
}

function limitWithRbac({ system }: TenantClinic) {
  const names = { displayName: 'Parley', scopeName: 'Parley mailboxes' };
  const servicePrincipalId = principalOf(system).id;
  runPowerShell(system, limitByRbac({ clientId: NORTHGATE_CLIENT_ID, group: bookable, servicePrincipalId, ...names }));
}

// A3
test('the older policy of Exchange: organizers inside open, the mailbox outside is refused', async (t) => {
  const clinic = await startTenantClinic(t);
  const { run, tenant, change, system } = clinic;
  const fine = (await run(scope)).of('exchange-scope');
  assert.equal(fine.status, 'ok', JSON.stringify(fine));
  assert.match(fine.notes.join(' '), /Inside: 2 of 2 organizers’ mailboxes open/);
  assert.match(fine.notes.join(' '), /Outside: the mailbox that was named is refused, as it must be/);
  const reads = system.emulator.calls.filter(({ service }) => service === 'graph');
  assert.ok(
    reads.every(({ method }) => method === 'GET'),
    'it only reads',
  );

  await tenant.organizer('carla.roth'); // not in the group
  system.clock.advance(3 * 60 * minute);
  const { of } = await run(scope);
  assert.equal(of('mailboxes').status, 'failed');
  assert.match(of('mailboxes').title, /1 of 3 organizers/);
  assert.equal(of('exchange-scope').status, 'failed');
  assert.match(of('exchange-scope').notes.join(' '), /Carla Roth: An Exchange policy keeps the app away/);

  open(clinic);
  const wide = (await run(scope)).of('exchange-scope');
  assert.equal(wide.status, 'failed');
  assert.match(wide.title, /it can read everyone’s calendar/);
  assert.match(wide.remedy ?? '', /application access policy restricts this app to the group/);

  await change({ outside_mailbox: 'nobody@northgate.example' });
  const missing = (await run(scope)).of('exchange-scope');
  assert.equal(missing.status, 'warning');
  assert.match(missing.notes.join(' '), /no mailbox of this tenant, which proves nothing/);
  await change({ outside_mailbox: null });
  const half = (await run(scope)).of('exchange-scope');
  assert.equal(half.status, 'warning');
  assert.match(half.title, /Only half was checked/);
  assert.match(half.remedy ?? '', /names a mailbox outside the group/);
  await change({ exchange_scope: 'none' });
  assert.match((await run(scope)).of('exchange-scope').title, /Nothing is known to limit/);
});

test('RBAC for Applications: the consent that remains makes it void, without it the token lacks calendar roles', async (t) => {
  const clinic = await startTenantClinic(t, { columns: { exchange_scope: 'rbac' } });
  const { run, system } = clinic;
  open(clinic);
  limitWithRbac(clinic);
  const both = await run(scope);
  assert.equal(both.of('exchange-scope').status, 'failed', 'rights add up');
  assert.match(both.of('exchange-scope').remedy ?? '', /takes the tenant-wide consent .* back/);
  assert.equal(both.of('app-roles').status, 'warning');
  assert.match(both.of('app-roles').title, /more than it needs: Calendars\.ReadWrite/);

  runPowerShell(system, removeCalendarConsent({ clientId: NORTHGATE_CLIENT_ID }));
  const { of, summary } = await run({ roundTrip: true });
  assert.equal(of('app-roles').status, 'ok', 'calendar roles are missing in the token, as they must be');
  assert.match(
    of('app-roles').notes.join(' '),
    /Calendars\.ReadWrite \(“meetings”\) is not in the token, and needs not be/,
  );
  assert.equal(of('exchange-scope').status, 'ok');
  assert.equal(of('app-round-trip').status, 'ok');
  assert.equal(summary['failed'], 0);
});

test('a scope that was just changed is still being applied; after two hours a refusal is a failure', async (t) => {
  for (const kind of ['access-policy', 'rbac'] as const) {
    const clinic = await startTenantClinic(t, { columns: { exchange_scope: kind } });
    const { run, change, system } = clinic;
    open(clinic);
    system.clock.advance(180 * minute);
    system.emulator.switches.exchangePolicyDelayMs = 60 * minute;
    if (kind === 'rbac') {
      limitWithRbac(clinic);
      runPowerShell(system, removeCalendarConsent({ clientId: NORTHGATE_CLIENT_ID }));
    } else {
      // The other group first, and it is in force; then the right one is on its way.
      runPowerShell(system, limitByAccessPolicy({ clientId: NORTHGATE_CLIENT_ID, group: 'board@northgate.example' }));
      await change({ outside_mailbox: 'carla.roth@northgate.example' });
      system.clock.advance(180 * minute);
      changeExchangeScopes(system.emulator.context, NORTHGATE_TENANT_ID, 'The right group', (state) => {
        state.accessPolicies.length = 0;
      });
      runPowerShell(system, limitByAccessPolicy({ clientId: NORTHGATE_CLIENT_ID, group: bookable }));
    }
    await change({ updated_at: system.clock.now() }); // as when the scope was named in the setup guide
    system.clock.advance(10 * minute);
    const soon = await run(scope);
    for (const check of ['mailboxes', 'exchange-scope'])
      assert.equal(soon.of(check).status, 'warning', `${kind} ${check}`);
    assert.match(soon.of('exchange-scope').title, /can take up to two hours/);
    system.clock.advance(55 * minute);
    assert.equal((await run(scope)).of('exchange-scope').status, 'ok', kind);

    system.emulator.switches.exchangePolicyDelayMs = 5 * 60 * minute; // it never comes, as far as we can wait
    system.clock.advance(60 * minute);
    assert.equal((await run(scope)).of('exchange-scope').status, 'failed', kind);
  }
});

test('nothing is asked of calendars that no feature uses', async (t) => {
  const { run, system } = await startTenantClinic(t, { features: ['standalone-meetings'] });
  const before = system.emulator.calls.length;
  const { of } = await run(scope);
  assert.equal(of('mailboxes').status, 'skipped');
  assert.equal(of('exchange-scope').status, 'skipped');
  assert.match(of('exchange-scope').title, /no feature that is switched on uses calendars/);
  assert.ok(system.emulator.calls.slice(before).every(({ path }) => !path.includes('/calendar')));
});

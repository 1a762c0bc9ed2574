import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailboxState } from '../emulator/control/mailbox-state.ts';
import { NORTHGATE_CLIENT_ID, NORTHGATE_CLIENT_SECRET, NORTHGATE_TENANT_ID } from '../emulator/seed.ts';
import { tenantCheckNames } from '../src/diagnostics/check.ts';
import { startTenantClinic, type TenantClinic } from './support/clinic.ts';

const eventsOf = ({ system }: TenantClinic, name = 'bookings') =>
  mailboxState(system.emulator.context, `${name}@northgate.example`).events;
const meetingsOf = ({ system }: TenantClinic) => [...system.emulator.context.teams.meetings.values()];

test('everything is green for a tenant that works, and nothing is left of the round trip', async (t) => {
  const clinic = await startTenantClinic(t);
  const { findings, of, summary, report } = await clinic.run({ roundTrip: true });
  const notFine = findings
    .filter(({ status }) => status !== 'ok')
    .map(({ check, title, notes }) => [check, title, notes]);
  assert.deepEqual(
    notFine.map(([check]) => check),
    ['transcripts'],
    JSON.stringify(notFine, null, 1),
  );
  assert.deepEqual(summary, { ok: 14, warning: 0, failed: 0, skipped: 1, not_known: 0 });
  assert.deepEqual(
    findings.map(({ check }) => check),
    [...tenantCheckNames],
  );
  assert.equal(eventsOf(clinic).length, 0);
  assert.equal(meetingsOf(clinic).length, 0, 'neither the probes’ meetings nor that of the event outlive it');
  assert.match(
    of('app-round-trip').title,
    /made for Northgate Bookings, had its link, took an option, and was deleted/,
  );
  for (const check of ['organizers', 'mailboxes', 'teams-policy'])
    for (const name of ['Northgate Bookings', 'Leila Haddad'])
      assert.match(of(check).notes.join(' '), new RegExp(name));
  assert.match(of('tenant').title, /Northgate College/);
  for (const id of [NORTHGATE_CLIENT_ID, NORTHGATE_TENANT_ID]) assert.ok(report.includes(id), `the report names ${id}`);
  assert.match(report, /request id [0-9a-f-]{36}/);
  for (const text of [report, JSON.stringify(findings)]) {
    assert.doesNotMatch(text, /eyJ|meetup-join|Bearer /);
    assert.ok(!text.includes(NORTHGATE_CLIENT_SECRET));
  }
  assert.doesNotMatch(report, /@/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyState } from '../database/schema.ts';
import { afterProbe, faultOfPerson, isPropagating, policyChange, type ProbeOutcome } from './organizer.ts';

const now = new Date('2026-11-23T08:00:00Z');
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const denied: ProbeOutcome = { kind: 'denied' };
const granted: ProbeOutcome = { kind: 'granted' };
const fault: ProbeOutcome = { kind: 'not_known', code: 'microsoft_unavailable' };
const refusal: ProbeOutcome = { kind: 'not_known', code: 'missing_permission' };

/** State, minutes since the grant was told of and since it was proven, what the probe found → state, minutes to the next. */
const stories: [string, PolicyState, number | null, number | null, ProbeOutcome, PolicyState, number][] = [
  ['a first yes', 'unknown', null, null, granted, 'granted', 1440],
  ['a first no', 'unknown', null, null, denied, 'denied', 1440],
  ['a no while it is on its way', 'propagating', 29, null, denied, 'propagating', 2],
  ['a no when it had its time', 'propagating', 30, null, denied, 'denied', 1440],
  ['a yes on the way', 'propagating', 5, null, granted, 'granted', 1440],
  ['a no after it was proven since', 'granted', 20, 10, denied, 'denied', 1440],
  ['a no after an older proof and a new grant', 'granted', 5, 100, denied, 'propagating', 2],
  ['a no by a state that said denied, within the window', 'denied', 5, null, denied, 'propagating', 2],
  ['a fault that passes', 'granted', null, 60, fault, 'granted', 15],
  ['something that stays in the way', 'granted', null, 60, refusal, 'granted', 1440],
  ['a fault while it is on its way', 'propagating', 5, null, fault, 'propagating', 2],
  ['a fault when it had its time', 'propagating', 31, null, fault, 'unknown', 15],
];

for (const [what, policy_state, told, proven, outcome, state, minutes] of stories) {
  test(`a probe finds ${what}`, () => {
    const row = {
      policy_state,
      policy_granted_at: told === null ? null : ago(told),
      policy_proven_at: proven === null ? null : ago(proven),
    };

    const after = afterProbe(row, outcome, now);

    assert.equal(after.policy_state, state);
    assert.equal((after.probe_at?.getTime() ?? 0) - now.getTime(), minutes * 60_000);
    assert.deepEqual(after.policy_proven_at, outcome.kind === 'granted' ? now : row.policy_proven_at);
    assert.deepEqual(after.policy_granted_at, row.policy_granted_at);
  });
}

test('a policy is on its way for half an hour after a grant that no probe has proven', () => {
  assert.equal(isPropagating({ policy_granted_at: null, policy_proven_at: null }, now), false);
  assert.equal(isPropagating({ policy_granted_at: ago(29), policy_proven_at: null }, now), true);
  assert.equal(isPropagating({ policy_granted_at: ago(30), policy_proven_at: null }, now), false);
  assert.equal(isPropagating({ policy_granted_at: ago(10), policy_proven_at: ago(10) }, now), false);
  assert.equal(isPropagating({ policy_granted_at: ago(10), policy_proven_at: ago(20) }, now), true);
});

test('people hear when a policy works, and when it works no more', () => {
  const change = (before: PolicyState, after: PolicyState) =>
    policyChange({ policy_state: before }, { policy_state: after });
  assert.equal(change('unknown', 'granted'), 'granted');
  assert.equal(change('propagating', 'granted'), 'granted');
  assert.equal(change('granted', 'granted'), undefined);
  assert.equal(change('granted', 'denied'), 'lost');
  assert.equal(change('propagating', 'denied'), undefined);
  assert.equal(change('unknown', 'denied'), undefined);
  assert.equal(change('granted', 'propagating'), undefined);
});

test('a person is faulty by what is known of them, and by nothing that is not', () => {
  const person = { accountEnabled: true, userType: 'Member', teamsLicensed: true } as const;
  assert.equal(faultOfPerson(person), undefined);
  assert.equal(faultOfPerson({ accountEnabled: undefined, userType: null, teamsLicensed: undefined }), undefined);
  assert.equal(faultOfPerson({ ...person, accountEnabled: false, teamsLicensed: false }), 'organizer_disabled');
  assert.equal(faultOfPerson({ ...person, userType: 'Guest', accountEnabled: false }), 'organizer_is_guest');
  assert.equal(faultOfPerson({ ...person, teamsLicensed: false }), 'organizer_not_licensed');
});

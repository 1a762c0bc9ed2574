import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyPermissions } from '../../../src/access/permissions.ts';
import { grantWords, presetOf, presets, resourceList } from './permission-words.ts';

test('every permission that there is has its words, and no other one has', () => {
  const told = resourceList.flatMap(({ permissions }) => permissions.map(({ permission }) => permission));
  assert.deepEqual(told.toSorted(), [...keyPermissions].toSorted());
  for (const { grants } of Object.values(presets))
    for (const grant of grants) assert.ok(grant === '*' || keyPermissions.has(grant), grant);
});

test('what a key may do is told by its preset, or by its resources', () => {
  assert.equal(grantWords(['*']), 'Everything');
  assert.equal(grantWords(presets.recordings.grants.toReversed()), 'Recordings');
  assert.equal(
    grantWords(['webhooks:read', 'bookings:read', 'bookings:manage']),
    'Bookings (read, manage), Webhooks (read)',
  );
  assert.equal(presetOf(['bookings:read']), undefined);
});

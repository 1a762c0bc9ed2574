import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expiryState, placeWords } from './key-words.ts';

const now = Date.parse('2026-11-24T09:00:00Z');
const expiry = (expiresAt: string | null) => expiryState({ expiresAt }, now, 'Europe/Berlin');

test('the end of a key is told by what is left, never more than there is', () => {
  assert.deepEqual(expiry(null), { tone: 'good', words: 'Valid until it is revoked' });
  assert.deepEqual(expiry('2027-01-01T09:00:00Z'), {
    tone: 'good',
    words: 'Expires in 38 days, Fri 1 Jan 2027, 10:00',
  });
  assert.deepEqual(expiry('2026-12-06T10:00:00Z'), {
    tone: 'waiting',
    words: 'Expires in 12 days, Sun 6 Dec 2026, 11:00',
  });
  assert.equal(expiry('2026-11-25T23:00:00Z').words, 'Expires in 38 hours, Thu 26 Nov 2026, 00:00');
  assert.equal(expiry('2026-11-24T10:00:00Z').words, 'Expires in 1 hour, Tue 24 Nov 2026, 11:00');
  assert.equal(expiry('2026-11-24T09:00:20Z').words, 'Expires in 1 minute, Tue 24 Nov 2026, 10:00');
  assert.deepEqual(expiry('2026-11-24T07:00:00Z'), { tone: 'problem', words: 'Expired 2 hours ago' });
});

test('addresses are named as long as there are few', () => {
  assert.equal(placeWords({ ipRanges: [] }), 'From anywhere');
  assert.equal(placeWords({ ipRanges: ['10.0.0.1', '10.0.0.2'] }), 'Only from 10.0.0.1, 10.0.0.2');
  assert.equal(placeWords({ ipRanges: ['a', 'b', 'c', 'd', 'e'] }), 'Only from a, b, c and 2 more');
});

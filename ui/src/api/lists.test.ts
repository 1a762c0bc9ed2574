import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookingSearchOf, dayAfter, daysLater } from './lists.ts';

test('an address keeps what can be asked for, and drops the rest', () => {
  const asked = { show: 'past', status: 'no_show', host: 'mem_1', type: 'evt_2', from: '2026-11-24', q: 'Ola' };
  assert.deepEqual(bookingSearchOf(asked), asked);
  assert.deepEqual(bookingSearchOf({ show: 'upcoming', q: 12, to: 'soon', host: 'evt_2' }), { q: '12' });
  assert.deepEqual(bookingSearchOf({ status: 'no_show' }), {}, 'what is ahead has no such state');
  assert.deepEqual(bookingSearchOf({ show: 'meetings', status: 'confirmed' }), { show: 'meetings' });
});

test('days are counted over the ends of months and years', () => {
  assert.equal(dayAfter('2026-12-31'), '2027-01-01');
  assert.equal(daysLater('2028-03-01', -1), '2028-02-29');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfterMs } from './retry-after.ts';

// R06: back-off as the provider asks for it, in every form that it uses.
const now = new Date('2026-11-20T09:00:00Z');
const wait = (retryAfter: string, date?: string) =>
  retryAfterMs(new Headers({ 'retry-after': retryAfter, ...(date && { date }) }), now);

test('whole and decimal seconds become milliseconds, rounded up', () => {
  assert.equal(wait('10'), 10_000);
  assert.equal(wait('2.128'), 2128);
  assert.equal(wait('0'), 0);
  assert.equal(wait('0.0001'), 1);
});

test('an HTTP-date counts from the Date of the answer, so that a wrong clock here does no harm', () => {
  assert.equal(wait('Fri, 20 Nov 2026 09:00:30 GMT'), 30_000);
  assert.equal(wait('Fri, 20 Nov 2026 12:00:30 GMT', 'Fri, 20 Nov 2026 12:00:00 GMT'), 30_000);
  assert.equal(wait('Fri, 20 Nov 2026 08:00:00 GMT'), 0);
});

test('of seconds and a date in one header the longer wait counts', () => {
  assert.equal(wait('5, Fri, 20 Nov 2026 09:00:30 GMT'), 30_000);
  assert.equal(wait('60, Fri, 20 Nov 2026 09:00:30 GMT'), 60_000);
});

test('no header and nonsense say nothing; an absurd wait is cut to a day', () => {
  assert.equal(retryAfterMs(new Headers(), now), undefined);
  assert.equal(wait('soon'), undefined);
  assert.equal(wait('-5'), undefined);
  assert.equal(wait('1e9'), undefined);
  assert.equal(wait('999999999'), 86_400_000);
});

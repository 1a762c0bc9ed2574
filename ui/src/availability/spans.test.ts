import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hoursAround, joined, lengthOf, onDate, stretchesText } from './spans.ts';

test('the part of a span that lies on a day, by the clock of the zone', () => {
  const span = { start: '2026-11-24T22:30:00Z', end: '2026-11-24T23:30:00Z' };
  assert.deepEqual(onDate(span, '2026-11-24', 'Europe/Berlin'), { from: 1410, to: 1440 });
  assert.deepEqual(onDate(span, '2026-11-25', 'Europe/Berlin'), { from: 0, to: 30 });
  assert.equal(onDate(span, '2026-11-26', 'Europe/Berlin'), undefined);
  assert.equal(onDate({ ...span, end: '2026-11-24T23:00:00Z' }, '2026-11-25', 'Europe/Berlin'), undefined);
});

test('stretches that touch are one, in words and in length', () => {
  const all = joined([
    { from: 600, to: 630 },
    { from: 540, to: 600 },
    { from: 780, to: 810 },
  ]);
  assert.equal(stretchesText(all, 'None'), '09:00–10:30, 13:00–13:30');
  assert.equal(lengthOf(all), 120);
  assert.equal(stretchesText([], 'None'), 'None');
  assert.deepEqual(hoursAround(all), { from: 480, to: 1080 });
  assert.deepEqual(hoursAround([{ from: 370, to: 1400 }]), { from: 360, to: 1440 });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineAt, momentOf, shiftOf, spokenMoment } from './moment.ts';

test('a moment reads as on a player, and for ears in words', () => {
  assert.deepEqual([0, 5_320, 750_000, 3_723_999, -61_000].map(momentOf), [
    '0:00',
    '0:05',
    '12:30',
    '1:02:03',
    '−1:01',
  ]);
  assert.equal(spokenMoment(0), 'the beginning');
  assert.equal(spokenMoment(3_661_000), '1 hour 1 minute 1 second');
  assert.equal(spokenMoment(-2_000), '2 seconds before the beginning');
});

test('the line of a moment is the last that has begun', () => {
  const lines = [-500, 0, 4_000, 9_000].map((startMs) => ({ startMs, endMs: startMs + 2_000 }));
  assert.deepEqual(
    [-501, -500, 0, 3_999, 4_000, 60_000].map((ms) => lineAt(lines, ms)),
    [-1, 0, 1, 1, 2, 3],
  );
  assert.equal(lineAt([], 5), -1);
});

test('a transcript that began later than its recording is moved by what lies between', () => {
  const at = (startedAt: string) => ({ startedAt });
  assert.equal(shiftOf(at('2026-11-24T10:00:12.500Z'), at('2026-11-24T10:00:00Z')), 12_500);
  assert.equal(shiftOf(at('2026-11-24T10:00:00Z'), at('2026-11-24T10:00:12.500Z')), -12_500);
});

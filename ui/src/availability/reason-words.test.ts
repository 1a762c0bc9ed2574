import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runsOf } from './reason-words.ts';

const time = (clock: string, minutes: number, reason: 'offered' | 'booked') => {
  const start = `2026-11-24T${clock}:00Z`;
  return { start, end: new Date(Date.parse(start) + minutes * 60_000).toISOString(), reason, sentence: reason };
};

test('times with the same reason are told together, from the first start to where the next reason begins', () => {
  const runs = runsOf([
    time('09:00', 60, 'offered'),
    time('09:30', 60, 'offered'),
    time('10:00', 60, 'booked'),
    time('10:30', 60, 'offered'),
  ]);
  assert.deepEqual(
    runs.map(({ reason, starts, start, until }) => [reason, starts, start.slice(11, 16), until.slice(11, 16)]),
    [
      ['offered', 2, '09:00', '10:00'],
      ['booked', 1, '10:00', '10:30'],
      ['offered', 1, '10:30', '11:30'],
    ],
  );
  assert.deepEqual(runsOf([]), []);
});

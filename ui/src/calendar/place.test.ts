import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayOf } from '../parts/when.ts';
import { hoursOf, placeInDay } from './place.ts';

const berlin = 'Europe/Berlin';
const day = dayOf('2026-11-24T12:00:00Z', berlin);
const at = (start: string, end: string) => ({
  start: `2026-11-24T${start}:00+01:00`,
  end: `2026-11-24T${end}:00+01:00`,
});
const lanesOf = (...spans: { start: string; end: string }[]) =>
  placeInDay(spans, day, berlin).map(({ lane, lanes }) => `${lane + 1} of ${lanes}`);

test('what follows one another has the whole column, what overlaps stands side by side', () => {
  assert.deepEqual(lanesOf(at('10:00', '10:30'), at('10:30', '11:00')), ['1 of 1', '1 of 1']);
  assert.deepEqual(lanesOf(at('10:00', '11:00'), at('10:30', '11:30')), ['1 of 2', '2 of 2']);
  assert.deepEqual(lanesOf(at('10:00', '12:00'), at('10:00', '10:30'), at('11:00', '11:30'), at('13:00', '14:00')), [
    '1 of 2',
    '2 of 2',
    '2 of 2',
    '1 of 1',
  ]);
});

test('a very short appointment gets room to be read, and does not cover the next', () => {
  const [first, second] = placeInDay([at('10:00', '10:10'), at('10:10', '10:40')], day, berlin);
  assert.deepEqual([first?.top, first?.bottom, first?.lanes], [600, 625, 2]);
  assert.deepEqual([second?.top, second?.bottom, second?.lane], [610, 640, 1]);
});

test('of what goes over midnight a day shows its own part', () => {
  const night = { start: '2026-11-23T23:30:00+01:00', end: '2026-11-24T00:45:00+01:00' };
  const late = { start: '2026-11-24T23:50:00+01:00', end: '2026-11-25T00:30:00+01:00' };
  const placed = placeInDay([night, late], day, berlin);
  assert.deepEqual(
    placed.map(({ top, bottom }) => [top, bottom]),
    [
      [0, 45],
      [1415, 1440],
    ],
  );
  assert.deepEqual(hoursOf(placed), { from: 0, to: 24 });
});

test('where clocks go back, what ends at an earlier hour than it begins is still drawn', () => {
  const span = { start: '2026-10-25T02:30:00+02:00', end: '2026-10-25T02:10:00+01:00' };
  const [placed] = placeInDay([span], dayOf('2026-10-25T12:00:00Z', berlin), berlin);
  assert.deepEqual([placed?.top, placed?.bottom], [150, 175]);
});

test('the hours of work are drawn also when nothing is in them', () => {
  assert.deepEqual(hoursOf([]), { from: 8, to: 18 });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { daySpan, monthAfter, monthGrid, monthSpan, slotsOn } from './month.ts';

const now = new Date('2026-02-10T23:30:00Z');

describe('a month at a glance', () => {
  it('has whole weeks from Monday to Sunday, the same whatever the month', () => {
    const shape = (month: string) => monthGrid(month, [], now, 'UTC').map((week) => week.map((day) => day?.day ?? 0));
    assert.deepEqual(shape('2027-02').at(0), [1, 2, 3, 4, 5, 6, 7]);
    assert.equal(shape('2027-02').length, 4);
    assert.deepEqual(shape('2026-11').at(0), [0, 0, 0, 0, 0, 0, 1]);
    assert.deepEqual(shape('2026-11').at(-1), [30, 0, 0, 0, 0, 0, 0]);
    assert.equal(shape('2028-02').flat().filter(Boolean).length, 29);
  });

  it('counts free times and finds today in the zone of the visitor', () => {
    const slot = { start: new Date('2026-02-11T23:00:00Z'), end: new Date('2026-02-11T23:30:00Z') };
    const days = monthGrid('2026-02', [slot], now, 'Asia/Tokyo').flat();
    assert.deepEqual(
      days.filter((day) => day?.freeTimes),
      [{ date: '2026-02-12', day: 12, freeTimes: 1, today: false }],
    );
    assert.equal(days.find((day) => day?.today)?.date, '2026-02-11');
    assert.deepEqual(slotsOn('2026-02-12', [slot], 'Asia/Tokyo'), [slot]);
    assert.deepEqual(slotsOn('2026-02-11', [slot], 'Asia/Tokyo'), []);
  });

  it('spans months and days from midnight to midnight, also where the clocks change', () => {
    const march = monthSpan('2026-03', 'Europe/Berlin');
    assert.deepEqual(march, { from: new Date('2026-02-28T23:00:00Z'), to: new Date('2026-03-31T22:00:00Z') });
    const day = daySpan('2026-03-29', 'Europe/Berlin');
    assert.equal(day.to.getTime() - day.from.getTime(), 23 * 3_600_000);
    assert.equal(monthAfter('2026-12', 1), '2027-01');
    assert.equal(monthAfter('2026-01', -1), '2025-12');
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  dateIn,
  formatClock,
  formatDay,
  formatDayOfYear,
  formatMonth,
  formatWhen,
  zoneCity,
  zoneOffset,
} from './date-text.ts';

describe('a time in words', () => {
  const cases: [string, number, string, string][] = [
    ['2026-11-24T09:00Z', 30, 'Europe/Berlin', 'Tue 24 Nov 2026, 10:00–10:30 (Berlin)'],
    ['2026-09-01T22:45Z', 30, 'UTC', 'Tue 1 Sep 2026, 22:45–23:15 (UTC)'],
    ['2026-12-31T22:45Z', 30, 'Europe/Berlin', 'Thu 31 Dec 2026, 23:45 – Fri 1 Jan 2027, 00:15 (Berlin)'],
    ['2026-12-31T22:30Z', 30, 'Europe/Berlin', 'Thu 31 Dec 2026, 23:30 – Fri 1 Jan 2027, 00:00 (Berlin)'],
    ['2026-10-25T00:30Z', 30, 'Europe/Berlin', 'Sun 25 Oct 2026, 02:30–02:00 (Berlin, UTC+2)'],
    ['2026-10-25T01:30Z', 30, 'Europe/Berlin', 'Sun 25 Oct 2026, 02:30–03:00 (Berlin, UTC+1)'],
    ['2026-03-29T00:30Z', 60, 'Europe/Berlin', 'Sun 29 Mar 2026, 01:30–03:30 (Berlin, UTC+1)'],
    ['2026-06-01T03:30Z', 30, 'Asia/Calcutta', 'Mon 1 Jun 2026, 09:00–09:30 (Kolkata)'],
  ];
  for (const [start, minutes, zone, words] of cases) {
    it(`reads “${words}”`, () => {
      const from = new Date(start);
      assert.equal(formatWhen(from, new Date(from.getTime() + minutes * 60_000), zone), words);
    });
  }

  it('tells apart the two occurrences of a clock time', () => {
    assert.equal(formatClock(new Date('2026-10-25T00:30Z'), 'Europe/Berlin'), '02:30 (UTC+2)');
    assert.equal(formatClock(new Date('2026-10-25T01:30Z'), 'Europe/Berlin'), '02:30 (UTC+1)');
    assert.equal(formatClock(new Date('2026-10-25T02:00Z'), 'Europe/Berlin'), '03:00');
  });

  it('names days and months', () => {
    assert.equal(formatDay('2026-11-24'), 'Tuesday 24 November 2026');
    assert.equal(formatDayOfYear('2026-11-24'), 'Tuesday 24 November');
    assert.equal(formatMonth('2026-09'), 'September 2026');
    assert.equal(dateIn(new Date('2026-11-24T23:30Z'), 'Europe/Berlin'), '2026-11-25');
  });

  it('names zones by the city people know', () => {
    const cities = {
      'America/New_York': 'New York',
      'America/Argentina/Buenos_Aires': 'Buenos Aires',
      'Asia/Saigon': 'Ho Chi Minh City',
      'Europe/Kiev': 'Kyiv',
      'Etc/GMT+3': 'UTC−3',
      'Etc/GMT-14': 'UTC+14',
      'Etc/UTC': 'UTC',
      EST: 'EST',
    };
    for (const [zone, city] of Object.entries(cities)) assert.equal(zoneCity(zone), city);
  });

  it('names offsets', () => {
    const winter = new Date('2026-01-01T00:00Z');
    const offsets = { 'Asia/Kathmandu': 'UTC+5:45', 'America/St_Johns': 'UTC−3:30', 'Europe/London': 'UTC' };
    for (const [zone, offset] of Object.entries(offsets)) assert.equal(zoneOffset(winter, zone), offset);
  });
});

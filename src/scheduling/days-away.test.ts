import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asTimes, closedDays, daysOff, withoutDays, type DayAway } from './days-away.ts';
import { defaultSchedule, type WeeklySchedule } from './event-type.ts';

const christmas: DayAway = { date: '2026-12-25', reason: 'holiday', name: 'Christmas Day' };
const off = (date: string): DayAway => ({ date, reason: 'time_off', name: 'Away' });
const own = { date: '2026-12-25', ranges: [{ from: '10:00', to: '11:00' }] };
const withOwn: WeeklySchedule = { ...defaultSchedule, overrides: [own] };
const closing = (schedule: WeeklySchedule, away: DayAway[]) =>
  withoutDays(schedule, closedDays(schedule, away)).overrides;

describe('days away', () => {
  it('close holidays and time off', () => {
    const expected = [
      { date: '2026-12-25', ranges: [] },
      { date: '2026-12-28', ranges: [] },
    ];
    assert.deepEqual(closing(defaultSchedule, [christmas, off('2026-12-28')]), expected);
  });

  it('leave a holiday open that has hours of its own, and close it when it is a day off', () => {
    assert.deepEqual(closing(withOwn, [christmas]), [own]);
    assert.deepEqual(closing(withOwn, [christmas, off('2026-12-25')]), [{ date: '2026-12-25', ranges: [] }]);
    assert.deepEqual(closing(withOwn, [off('2026-12-25'), christmas]), [{ date: '2026-12-25', ranges: [] }]);
  });

  it('say time off rather than holiday where both are', () => {
    for (const away of [
      [christmas, off('2026-12-25')],
      [off('2026-12-25'), christmas],
    ])
      assert.deepEqual(closedDays(defaultSchedule, away), [off('2026-12-25')]);
  });

  it('leave a schedule as it is without any', () => assert.equal(withoutDays(withOwn, []), withOwn));

  it('are those of a time off within the days that are looked at', () => {
    const timeOff = { first_day: '2026-12-24', last_day: '2027-01-02', note: '' };
    const within = { first: '2026-12-31', last: '2027-01-09' };
    assert.deepEqual(
      daysOff(timeOff, within).map(({ date }) => date),
      ['2026-12-31', '2027-01-01', '2027-01-02'],
    );
    assert.deepEqual(daysOff(timeOff, { first: '2027-02-01', last: '2027-02-03' }), []);
  });

  it('last from midnight to midnight, also where clocks change', () => {
    const [spring] = asTimes([off('2027-03-28')], 'Europe/Berlin');
    assert.deepEqual(spring, { start: new Date('2027-03-27T23:00Z'), end: new Date('2027-03-28T22:00Z') });
  });
});

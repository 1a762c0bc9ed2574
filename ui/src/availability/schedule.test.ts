import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateAfter, mondayOf, planOf, usualHours, weekText, withDate } from './schedule.ts';

const nothing = { timeOff: [], holidays: [] };

test('a week in words tells days with the same hours together', () => {
  assert.equal(weekText(usualHours), 'Monday to Friday 09:00–17:00');
  const fri = [{ from: '09:00', to: '12:00' }];
  assert.equal(weekText({ ...usualHours, fri }), 'Monday to Thursday 09:00–17:00; Friday 09:00–12:00');
  assert.equal(weekText({ ...usualHours, mon: [], tue: [], wed: [], thu: [], fri: [] }), 'Closed on every day');
});

test('time off goes before a date’s own hours, those before a public holiday', () => {
  const holidays = [{ date: '2026-12-25', name: 'Christmas Day' }];
  const timeOff = [{ id: 'off_1', memberId: 'mem_1', firstDay: '2026-12-24', lastDay: '2026-12-26', note: 'Family' }];
  const worked = withDate(usualHours, '2026-12-25', [{ from: '10:00', to: '12:00' }]);
  assert.equal(planOf('2026-12-25', usualHours, nothing).kind, 'usual');
  assert.deepEqual(planOf('2026-12-25', usualHours, { timeOff: [], holidays }), {
    kind: 'holiday',
    ranges: [],
    note: 'Christmas Day',
  });
  assert.equal(planOf('2026-12-25', worked, { timeOff: [], holidays }).kind, 'other');
  assert.equal(planOf('2026-12-25', worked, { timeOff, holidays }).note, 'Family');
  assert.deepEqual(withDate(worked, '2026-12-25', undefined), usualHours);
});

test('dates are counted on the calendar, whatever the clocks do', () => {
  assert.equal(dateAfter('2026-03-29', 1), '2026-03-30');
  assert.equal(dateAfter('2026-12-31', 1), '2027-01-01');
  assert.equal(mondayOf('2026-11-29'), '2026-11-23');
  assert.equal(mondayOf('2026-11-23'), '2026-11-23');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDraft, ownHours } from './draft.ts';
import { sameTimes, startsByRules } from './draft-times.ts';

const draft = newDraft({ id: 'mem_1', timeZone: 'Europe/Berlin' });
const hours = { timeZone: 'Europe/Berlin', weekly: ownHours, holidays: null };
const now = Date.parse('2026-11-23T14:10:00Z'); // Monday, 15:10 in Berlin
const starts = (changes: object, off: object[] = []) =>
  startsByRules({
    draft: { ...draft, ...changes },
    hours,
    exceptions: { timeOff: off as never, holidays: [] },
    now,
    most: 3,
    days: 21,
  }).map((at) => new Date(at).toISOString().slice(5, 16));

test('the first times that the rules give: after the notice, on the step, inside the hours', () => {
  assert.deepEqual(starts({ minNoticeMinutes: 60 }), ['11-23T15:30', '11-24T08:00', '11-24T08:30']);
  assert.deepEqual(starts({ minNoticeMinutes: 0, durationMinutes: 90 }), ['11-23T14:30', '11-24T08:00', '11-24T08:30']);
  assert.deepEqual(starts({ horizonDays: 1, minNoticeMinutes: 1440 }), []);
  assert.deepEqual(starts({ slotStepMinutes: 240 }), ['11-24T08:00', '11-24T12:00', '11-25T08:00']);
  const off = { id: 'off_1', memberId: 'mem_1', firstDay: '2026-11-24', lastDay: '2026-11-30', note: '' };
  assert.deepEqual(starts({ slotStepMinutes: 240 }, [off]), ['12-01T08:00', '12-01T12:00', '12-02T08:00']);
  assert.deepEqual(starts({ durationMinutes: Number.NaN }), []);
});

test('words change no times', () => {
  assert.ok(sameTimes(draft, { ...draft, title: 'Other', needsApproval: true, reminders: [60] }));
  assert.ok(!sameTimes(draft, { ...draft, bufferAfterMinutes: 5 }));
  assert.ok(!sameTimes(draft, { ...draft, schedule: ownHours }));
});

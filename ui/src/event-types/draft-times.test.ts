import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDraft, ownHours, type Draft } from './draft.ts';
import { sameTimes, startsByRules, type OperatorHours } from './draft-times.ts';

const draft = newDraft({ id: 'mem_1', timeZone: 'Europe/Berlin' });
const hours = { timeZone: 'Europe/Berlin', weekly: ownHours, holidays: null };
const now = Date.parse('2026-11-23T14:10:00Z'); // Monday, 15:10 in Berlin
const nothing = { timeOff: [], holidays: [] };
type Off = { id: string; memberId: string; firstDay: string; lastDay: string; note: string };
const starts = (changes: Partial<Draft>, off: Off[] = [], more: OperatorHours[] = []) =>
  startsByRules({
    draft: { ...draft, ...changes },
    operators: [{ hours, exceptions: { timeOff: off, holidays: [] } }, ...more],
    now,
    days: 21,
  })
    .slice(0, 3)
    .map((at) => new Date(at).toISOString().slice(5, 16));

test('the first times that the rules give: after the notice, on the step, inside the hours', () => {
  assert.deepEqual(starts({ minNoticeMinutes: 60 }), ['11-23T15:30', '11-24T08:00', '11-24T08:30']);
  assert.deepEqual(starts({ minNoticeMinutes: 0, durationMinutes: 90 }), ['11-23T14:30', '11-24T08:00', '11-24T08:30']);
  assert.deepEqual(starts({ horizonDays: 1, minNoticeMinutes: 1440 }), []);
  assert.deepEqual(starts({ slotStepMinutes: 240 }), ['11-24T08:00', '11-24T12:00', '11-25T08:00']);
  const off = { id: 'off_1', memberId: 'mem_1', firstDay: '2026-11-24', lastDay: '2026-11-30', note: '' };
  assert.deepEqual(starts({ slotStepMinutes: 240 }, [off]), ['12-01T08:00', '12-01T12:00', '12-02T08:00']);
  assert.deepEqual(starts({ durationMinutes: Number.NaN }), []);
});

test('of several operators, all work at once or any of them does', () => {
  const mornings = [{ from: '08:00', to: '10:00' }];
  const early = { ...hours, weekly: { ...ownHours, tue: mornings } };
  const two = [{ hours: early, exceptions: nothing }];
  assert.deepEqual(starts({ assignment: 'round_robin', minNoticeMinutes: 180 }, [], two), [
    '11-24T07:00',
    '11-24T07:30',
    '11-24T08:00',
  ]);
  assert.deepEqual(starts({ assignment: 'collective', minNoticeMinutes: 180 }, [], two), [
    '11-24T08:00',
    '11-24T08:30',
    '11-25T08:00',
  ]);
});

test('words change no times', () => {
  assert.ok(sameTimes(draft, { ...draft, title: 'Other', needsApproval: true, reminders: [60] }));
  assert.ok(!sameTimes(draft, { ...draft, bufferAfterMinutes: 5 }));
  assert.ok(!sameTimes(draft, { ...draft, schedule: ownHours }));
});

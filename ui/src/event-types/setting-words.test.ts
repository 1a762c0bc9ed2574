import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDraft, ownHours } from './draft.ts';
import {
  busySentence,
  changesSentence,
  hoursSentence,
  lengthsText,
  mailSentence,
  policyText,
  timesSentence,
} from './setting-words.ts';

const draft = newDraft({ id: 'mem_1', timeZone: 'Europe/Berlin' });

test('each section says in a sentence what is set', () => {
  assert.equal(hoursSentence(draft), 'Those of the operator.');
  assert.equal(hoursSentence({ ...draft, schedule: ownHours }), 'Its own: Monday to Friday 09:00–17:00 (Berlin).');
  assert.equal(timesSentence(draft), 'A start time every 30 minutes, at least 2 hours ahead, at most 60 days ahead.');
  const strict = { ...draft, bufferAfterMinutes: 10, mostPerDay: 4, capacity: 12, minNoticeMinutes: 2880 };
  assert.equal(
    timesSentence(strict),
    'A start time every 30 minutes, at least 2 days ahead, at most 60 days ahead, 10 minutes after kept free, at most 4 in a day, 12 seats each.',
  );
  assert.equal(busySentence(draft), 'What is shown as busy, and all-day entries, tentative ones and out of office.');
  assert.equal(changesSentence(draft), 'Bookings are confirmed at once. Visitors can move or cancel until it starts.');
  assert.equal(mailSentence(draft), 'Outlook invites the visitor. No reminders.');
  assert.equal(
    mailSentence({ ...draft, invitations: 'parley', reminders: [60, 1440] }),
    'Parley invites the visitor by mail. Reminders 1 day and 1 hour before.',
  );
});

test('lengths and what visitors may change, as they would be told', () => {
  assert.equal(lengthsText({ durationMinutes: 30, durationChoices: [] }), '30 minutes');
  assert.equal(lengthsText({ durationMinutes: 30, durationChoices: [60, 15] }), '15 minutes, 30 minutes or 1 hour');
  assert.equal(
    policyText({ moveUntilMinutes: 1440, cancelUntilMinutes: 60, mostMoves: 2 }),
    'Visitors can move their booking 2 times until 1 day before it starts, and cancel it until 1 hour before it starts.',
  );
  assert.equal(
    policyText({ moveUntilMinutes: 0, cancelUntilMinutes: 0, mostMoves: 0 }),
    'Visitors cannot move their booking. They can cancel it until it starts.',
  );
});

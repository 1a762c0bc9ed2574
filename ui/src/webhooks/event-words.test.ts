import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventTypes } from '../../../src/webhooks/event-types.ts';
import { choiceWords, eventGroups, eventWords } from './event-words.ts';

test('every type of event that there is has its words, and no other one has', () => {
  const told = eventGroups.flatMap(({ group, events }) => Object.keys(events).map((event) => `${group}.${event}`));
  assert.deepEqual(told.toSorted(), Object.keys(eventTypes).toSorted());
});

test('types are told by their group and words; one that is new, by its name', () => {
  assert.equal(eventWords('meeting.conference_assigned'), 'Meetings: it has its join link');
  assert.equal(eventWords('webhook.test'), 'Test event');
  assert.equal(eventWords('meeting.sung'), 'meeting.sung');
});

test('a choice is told in few words', () => {
  assert.equal(choiceWords(null), 'Every event');
  assert.equal(choiceWords(['meeting.*']), 'Meetings');
  assert.equal(
    choiceWords(['meeting.*', 'connection.*', 'tenant.failing']),
    'Meetings, Connected accounts, and 1 type of event',
  );
  assert.equal(choiceWords(['tenant.failing', 'tenant.paused']), '2 types of event');
});

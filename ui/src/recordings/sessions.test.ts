import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Artifact } from '../api/artifacts.ts';
import { sessionsOf } from './sessions.ts';

const made = (id: string, kind: Artifact['kind'], from: string, to: string | null, more: Partial<Artifact> = {}) =>
  ({
    id,
    kind,
    meetingId: 'one',
    subject: 'Intro call',
    startedAt: `2026-11-24T${from}:00Z`,
    endedAt: to && `2026-11-24T${to}:00Z`,
    pairedWith: null,
    ...more,
  }) as Artifact; // what is grouped by

test('what overlaps is one session, what comes later is another, the latest first', () => {
  const sessions = sessionsOf([
    made('rec-2', 'recording', '10:40', '10:55'),
    made('who', 'attendance', '10:00', '10:31'),
    made('txt', 'transcript', '10:02', '10:30'),
    made('rec', 'recording', '10:01', '10:30'),
    made('other', 'recording', '10:10', '10:20', { meetingId: 'two' }),
  ]);
  assert.deepEqual(
    sessions.map(({ artifacts }) => artifacts.map(({ id }) => id)),
    [['rec-2'], ['other'], ['rec', 'txt', 'who']],
  );
});

test('a transcript stays with its recording even where neither says when it ended', () => {
  const sessions = sessionsOf([
    made('rec', 'recording', '10:00', null, { pairedWith: 'txt' }),
    made('txt', 'transcript', '10:01', null, { pairedWith: 'rec' }),
  ]);
  assert.deepEqual(
    sessions.map(({ artifacts }) => artifacts.length),
    [2],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Meeting } from '../api/queries.ts';
import { isMoving, meetingState } from './meeting-state.ts';

const ready: Meeting = {
  id: 'mtg_1',
  externalId: null,
  bookingId: null,
  wanted: 'scheduled',
  connectionId: 'con_1',
  tenantConnectionId: null,
  access: 'delegated',
  kind: 'calendar',
  organizer: { tenantId: 't', objectId: 'o' },
  subject: 'Intro call',
  start: '2026-11-24T09:00:00Z',
  end: '2026-11-24T09:30:00Z',
  timeZone: 'Europe/Berlin',
  attendees: [],
  options: { wanted: null, state: 'none', refused: [], problem: null, appliedAt: null },
  status: 'ready',
  inSync: true,
  outlookChange: null,
  joinUrl: 'https://teams.microsoft.com/l/meetup-join/x',
  conference: null,
  metadata: {},
  webLink: null,
  problem: null,
  syncedAt: null,
  createdAt: '2026-11-21T09:00:00Z',
  updatedAt: '2026-11-21T09:00:00Z',
};
const pending: Meeting = { ...ready, status: 'pending', inSync: false, joinUrl: null };
const problem = { type: '', title: 'Slow down', status: 503, code: 'throttled', remedy: 'Nothing.', retryable: true };
const words = (meeting: Meeting) => meetingState(meeting, 'Europe/Berlin').words;

test('a meeting’s state is a sentence', () => {
  assert.equal(words(ready), 'Link ready');
  assert.equal(words(pending), 'Making the Teams link…');
  assert.equal(words({ ...ready, inSync: false }), 'Updating Outlook…');
  assert.equal(words({ ...ready, wanted: 'cancelled', inSync: false }), 'Cancelling in Outlook…');
  assert.equal(words({ ...ready, wanted: 'cancelled', status: 'cancelled' }), 'Cancelled');
  assert.equal(words({ ...ready, kind: 'standalone', inSync: false }), 'Updating Teams…');
});

test('an event without a Teams meeting says nothing of a Teams link', () => {
  const webLink = 'https://outlook.office365.com/owa/?itemid=1';
  const external: Meeting = { ...ready, kind: 'external', joinUrl: null, webLink };
  assert.equal(words(external), 'In the calendar');
  assert.equal(words({ ...external, inSync: false }), 'Updating Outlook…');
  assert.equal(words({ ...external, wanted: 'cancelled', inSync: false }), 'Cancelling in Outlook…');
  assert.equal(
    words({ ...external, status: 'pending', inSync: false, webLink: null }),
    'Putting it into the calendar…',
  );
});

test('what waits for Microsoft says when it is tried again, on the person’s clock', () => {
  const waiting = { ...pending, problem: { ...problem, retryAt: '2026-11-21T09:42:00Z' } };
  assert.equal(words(waiting), 'Waiting for Microsoft, tries again at 10:42');
  assert.ok(isMoving(waiting));
});

test('a link that is on its way is not a failure', () => {
  const provisioning = { ...problem, code: 'provisioning', retryAt: '2026-11-21T09:42:00Z' };
  assert.equal(words({ ...pending, status: 'provisioning', problem: provisioning }), 'Making the Teams link…');
});

test('what needs a person does not move by itself', () => {
  const failed: Meeting = { ...pending, status: 'failed', problem: { ...problem, retryAt: null } };
  assert.equal(words(failed), 'Needs you');
  assert.ok(!isMoving(failed));
});

test('what somebody did in Outlook waits for a person', () => {
  const seenAt = '2026-11-21T09:00:00Z';
  const moved: Meeting = { ...ready, status: 'out_of_sync', inSync: false, outlookChange: { kind: 'changed', seenAt } };
  assert.equal(words(moved), 'Changed in Outlook');
  assert.equal(words({ ...moved, outlookChange: { kind: 'deleted', seenAt } }), 'Gone from Outlook');
  assert.ok(!isMoving(moved));
});

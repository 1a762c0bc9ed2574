import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWatched, tuesdayAtTen, tuesdayHalfPastTen } from './support/watched.ts';

// Check R10: what Outlook can do to a time. A time is an instant, in whatever zone somebody writes it.

const at = (dateTime: string, timeZone: string) => ({ dateTime, timeZone });

test('the same time, written in another zone, is no change', async (t) => {
  const { make, look, edit, meeting } = await startWatched(t, { outlookChanges: 'ask' });
  const id = await make();
  await look();
  for (const [zone, start, end] of [
    ['Pacific Standard Time', '2026-11-24T01:00:00', '2026-11-24T01:30:00'],
    ['Asia/Kathmandu', '2026-11-24T14:45:00', '2026-11-24T15:15:00'],
  ] as const) {
    edit({ start: at(start, zone), end: at(end, zone) });
    await look();
    assert.equal((await meeting(id))['status'], 'ready', zone);
  }
});

test('a time in another zone is followed to its instant, over a change of the clocks', async (t) => {
  const { make, look, edit, meeting } = await startWatched(t, { outlookChanges: 'follow' });
  // Berlin's clocks go forward on 28 March 2027 at two.
  const id = await make({ start: '2027-03-26T09:00:00Z', end: '2027-03-26T09:30:00Z' });
  await look();
  edit({
    start: at('2027-03-29T10:00:00', 'Europe/Berlin'),
    end: at('2027-03-29T10:30:00', 'W. Europe Standard Time'),
  });
  await look();
  const found = await meeting(id);
  assert.deepEqual(
    [found['status'], found['start'], found['end']],
    ['ready', '2027-03-29T08:00:00.000Z', '2027-03-29T08:30:00.000Z'],
  );
});

test('a meeting over the hour that the clocks repeat is followed to both of its instants', async (t) => {
  const { make, look, edit, meeting } = await startWatched(t, { outlookChanges: 'follow' });
  const id = await make({ start: '2027-10-29T09:00:00Z', end: '2027-10-29T09:30:00Z' });
  await look();
  edit({ start: at('2027-10-31T00:30:00', 'UTC'), end: at('2027-10-31T01:30:00', 'UTC') });
  await look();
  await look();
  const found = await meeting(id);
  assert.deepEqual(
    [found['status'], found['start'], found['end']],
    ['ready', '2027-10-31T00:30:00.000Z', '2027-10-31T01:30:00.000Z'],
  );
});

test('a meeting that was made to last all day is asked about, also by a workspace that follows', async (t) => {
  const { make, look, edit, meeting, resolve, theEvent } = await startWatched(t, { outlookChanges: 'follow' });
  const id = await make();
  await look();
  edit({ isAllDay: true, start: at('2026-11-24T00:00:00', 'UTC'), end: at('2026-11-25T00:00:00', 'UTC') });
  await look();
  await look();
  const found = await meeting(id);
  const { seenAt: _, ...change } = found['outlookChange'];
  // A day in the meeting's own zone, Berlin.
  assert.deepEqual(change, {
    kind: 'changed',
    start: '2026-11-23T23:00:00.000Z',
    end: '2026-11-24T23:00:00.000Z',
    became: 'all_day',
  });
  await resolve(id, 'restore');
  await look();
  await look();
  assert.equal(theEvent().isAllDay, false);
  assert.deepEqual(
    [new Date(theEvent().start.at).toISOString(), new Date(theEvent().end.at).toISOString()],
    [tuesdayAtTen, tuesdayHalfPastTen],
  );
  assert.equal((await meeting(id))['status'], 'ready');
});

test('a day that a person accepts is the meeting’s time from then on, and can be given up again', async (t) => {
  const { make, look, edit, ask, meeting, resolve, theEvent } = await startWatched(t);
  const id = await make();
  await look();
  edit({ isAllDay: true, start: at('2026-11-24T00:00:00', 'UTC'), end: at('2026-11-25T00:00:00', 'UTC') });
  await look();
  await resolve(id, 'accept');
  await look();
  const day = await meeting(id);
  assert.deepEqual([day['status'], day['start']], ['ready', '2026-11-23T23:00:00.000Z']);
  await ask('PATCH', `/v1/meetings/${id}`, { start: tuesdayAtTen, end: tuesdayHalfPastTen });
  await look();
  assert.deepEqual([theEvent().isAllDay, new Date(theEvent().start.at).toISOString()], [false, tuesdayAtTen]);
  assert.equal((await meeting(id))['status'], 'ready');
});

const weekly = {
  pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'monday' },
  range: { type: 'numbered', startDate: '2026-11-24', numberOfOccurrences: 4, recurrenceTimeZone: 'UTC' },
};

test('a meeting that somebody repeats is still there, at its time', async (t) => {
  const { make, look, edit, meeting } = await startWatched(t, { outlookChanges: 'follow' });
  const id = await make();
  await look();
  edit({ recurrence: weekly });
  await look();
  await look();
  const found = await meeting(id);
  assert.deepEqual([found['status'], found['start']], ['ready', tuesdayAtTen]);
});

test('a meeting that somebody repeats at another time is asked about, also by a workspace that follows', async (t) => {
  const { make, look, edit, meeting } = await startWatched(t, { outlookChanges: 'follow' });
  const id = await make();
  await look();
  edit({
    recurrence: weekly,
    start: at('2026-11-24T12:00:00', 'UTC'),
    end: at('2026-11-24T12:30:00', 'UTC'),
  });
  await look();
  const found = await meeting(id);
  assert.deepEqual([found['status'], found['outlookChange'].became], ['out_of_sync', 'series']);
});

test('a meeting that was moved to the past is asked about, also by a workspace that follows', async (t) => {
  const { make, look, move, meeting } = await startWatched(t, { outlookChanges: 'follow' });
  const id = await make();
  await look();
  move('2026-11-20T09:00:00Z', '2026-11-20T09:30:00Z');
  await look();
  const found = await meeting(id);
  assert.deepEqual([found['status'], found['start']], ['out_of_sync', tuesdayAtTen]);
});

test('a meeting that was moved years ahead, out of what is read, is found', async (t) => {
  const { make, look, move, meeting } = await startWatched(t, { outlookChanges: 'follow' });
  const id = await make();
  await look();
  move('2029-11-20T09:00:00Z', '2029-11-20T09:30:00Z');
  await look();
  assert.equal((await meeting(id))['start'], '2029-11-20T09:00:00.000Z');
  await look();
  move('2029-11-20T10:00:00Z', '2029-11-20T10:30:00Z');
  await look();
  assert.equal((await meeting(id))['start'], '2029-11-20T10:00:00.000Z');
});

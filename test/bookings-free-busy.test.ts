import assert from 'node:assert/strict';
import { test } from 'node:test';
import { highestConcurrency } from '../emulator/graph/throttling.ts';
import { createGate, seconds, startStory, tuesdayAtTen, visitor } from './faults/story.ts';
import { homeOfConnection } from '../src/organizers/home.ts';

// Part of check R06: reading free/busy keeps to what Outlook allows at a time, and what was not read is never free.

test('R06: many visitors on many days read one calendar one at a time, and share what was read', async (t) => {
  const { system, book, graphCalls } = await startStory(t, {}, { durationMinutes: 15, slotStepMinutes: 15 });
  system.emulator.context.mailboxes.throttle.highWater.clear();
  system.emulator.switches.latencyMs = 5;
  const starts = [24, 25, 26, 27].flatMap((day) =>
    Array.from({ length: 10 }, (_, index) => new Date(Date.UTC(2026, 10, day, 9, index * 15)).toISOString()),
  );
  await Promise.all(starts.map((start) => book(start)));
  assert.equal(highestConcurrency(system.emulator.context), 1);
  assert.ok(graphCalls('GET', '/calendarView').length <= 3, `${graphCalls('GET', '/calendarView').length} readings`);
});

test('R06: a reading that is throttled is made once more within its time', async (t) => {
  const { system, book } = await startStory(t);
  system.emulator.fail({
    service: 'graph',
    path: '/calendarView',
    kind: { type: 'status', status: 429, retryAfter: '0.05' },
  });
  await book();
});

test('a calendar that cannot be read offers nothing and books nothing, and is read again at once afterwards', async (t) => {
  const { system, desk, book, graphCalls } = await startStory(t);
  system.emulator.fail({ service: 'graph', path: '/calendarView', times: 2, kind: { type: 'status', status: 503 } });
  const query = `from=${tuesdayAtTen}&to=2026-11-24T17:00:00Z`;
  const slots = await desk.api('GET', `/v1/event-types/${desk.eventType.id}/slots?${query}`);
  assert.equal(slots.body['code'], 'calendar_unreadable', JSON.stringify(slots.body));
  const body = { eventTypeId: desk.eventType.id, start: tuesdayAtTen, visitor };
  const refused = await desk.api('POST', '/v1/bookings', body);
  assert.equal(refused.status, 503);
  assert.equal(refused.body['code'], 'calendar_unreadable');
  await book();
  assert.equal(graphCalls('GET', '/calendarView').length, 3);
});

test('a reading is used for 30 seconds', async (t) => {
  const { system, book, graphCalls } = await startStory(t);
  await book('2026-11-24T09:00:00Z');
  system.clock.advance(29 * seconds);
  await book('2026-11-24T10:00:00Z');
  assert.equal(graphCalls('GET', '/calendarView').length, 1);
  system.clock.advance(1 * seconds);
  await book('2026-11-24T11:00:00Z');
  assert.equal(graphCalls('GET', '/calendarView').length, 2);
});

test('who asks while a reading is under way does not disturb it, and shares the next one', async (t) => {
  const gate = createGate();
  let held = false;
  const { system, graphCalls } = await startStory(t, {
    wrapFetch: (inner) => async (input, init) => {
      const request = new Request(input, init);
      if (!held && request.url.includes('/calendarView')) {
        held = true;
        await gate.pass();
      }
      return inner(request);
    },
  });
  const connection = await system.database.db.selectFrom('connections').selectAll().executeTakeFirstOrThrow();
  const calendar = { mailbox: homeOfConnection(connection.workspace_id, connection).mailbox, version: '1' };
  const busyOn = (date: number) =>
    system.app.deps.freeBusy({
      calendar,
      from: new Date(Date.UTC(2026, 10, date, 9)),
      to: new Date(Date.UTC(2026, 10, date, 16)),
      timeZone: 'Europe/Berlin',
    });
  const first = busyOn(24);
  await gate.arrived;
  const others = [25, 26, 27, 24].map(busyOn);
  gate.open();
  await Promise.all([first, ...others]);
  assert.deepEqual(
    graphCalls('GET', '/calendarView').map(({ url }) => new URL(url).searchParams.get('endDateTime')?.slice(0, 10)),
    ['2026-11-26', '2026-11-29'],
  );
  assert.equal(highestConcurrency(system.emulator.context), 1);
});

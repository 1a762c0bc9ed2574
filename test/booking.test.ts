import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDesk, startSystem } from './support/system.ts';

const visitor = { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London', note: '' };

test('F7: a booking becomes one calendar event with a Teams link, and the visitor has one invitation', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const start = '2026-11-24T10:00:00+01:00';
  const booked = await desk.api('POST', '/v1/bookings', { eventTypeId: desk.eventType.id, start, visitor });
  assert.equal(booked.status, 201, JSON.stringify(booked.body));
  assert.equal(booked.body.meeting.status, 'pending');
  await system.work();
  const { body } = await desk.api('GET', `/v1/bookings/${booked.body.id}`);
  assert.equal(body.meeting.status, 'ready', JSON.stringify(body.meeting));
  assert.match(body.meeting.joinUrl, /^https:\/\/teams\.microsoft\.com\//);
});

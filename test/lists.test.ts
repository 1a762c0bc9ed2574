import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDesk, startSystem, type ApiAnswer } from './support/system.ts';

const visitor = { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London', note: '' };
const starts = ['09:00', '10:00', '11:00', '12:00'].map((time) => `2026-11-24T${time}:00.000Z`);

test('lists go by start in either direction, page by page, and within a span of time', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  for (const start of starts)
    await desk.api('POST', '/v1/bookings', { eventTypeId: desk.eventType.id, start, visitor });
  const startsOf = ({ body }: ApiAnswer) => (body.data as { start: string }[]).map(({ start }) => start);
  for (const list of ['bookings', 'meetings']) {
    const first = await desk.api('GET', `/v1/${list}?order=asc&limit=3`);
    assert.deepEqual(startsOf(first), starts.slice(0, 3));
    const second = await desk.api('GET', `/v1/${list}?order=asc&limit=3&cursor=${first.body.nextCursor}`);
    assert.deepEqual(startsOf(second), starts.slice(3));
    assert.equal(second.body.nextCursor, null);
    assert.deepEqual(startsOf(await desk.api('GET', `/v1/${list}`)), starts.toReversed());
    const span = await desk.api('GET', `/v1/${list}?order=asc&from=${starts[1]}&to=${starts[3]}`);
    assert.deepEqual(startsOf(span), starts.slice(1, 3));
  }
});

test('meetings are listed by state and by whether a booking has them', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const [start = '', end = ''] = starts;
  const booked = await desk.api('POST', '/v1/bookings', { eventTypeId: desk.eventType.id, start, visitor });
  const alone = await desk.api('POST', '/v1/meetings', {
    organizer: { memberId: desk.memberId },
    subject: 'Alone',
    start,
    end,
  });
  await system.work();
  const idsOf = ({ body }: ApiAnswer) => (body.data as { id: string }[]).map(({ id }) => id);
  assert.deepEqual(idsOf(await desk.api('GET', '/v1/meetings?booked=true')), [booked.body.meeting.id]);
  assert.deepEqual(idsOf(await desk.api('GET', '/v1/meetings?booked=false')), [alone.body.id]);
  assert.deepEqual(idsOf(await desk.api('GET', '/v1/meetings?status=failed')), []);
  assert.equal(idsOf(await desk.api('GET', '/v1/meetings?status=ready')).length, 2);
  assert.equal(booked.body.meeting.bookingId, booked.body.id);
});

test('a booking that is being moved does not stand in its own way', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system, { rules: { durationMinutes: 60, slotStepMinutes: 30 } });
  const [start = ''] = starts;
  const booked = await desk.api('POST', '/v1/bookings', { eventTypeId: desk.eventType.id, start, visitor });
  await system.work();
  const slots = `/v1/event-types/${desk.eventType.id}/slots?from=2026-11-24T09:00:00Z&to=2026-11-24T10:00:00Z`;
  const startsOf = ({ body }: ApiAnswer) => (body.data as { start: string }[]).map((slot) => slot.start);
  assert.deepEqual(startsOf(await desk.api('GET', slots)), []);
  const moving = await desk.api('GET', `${slots}&excludingBookingId=${booked.body.id}`);
  assert.deepEqual(startsOf(moving), ['2026-11-24T09:00:00.000Z', '2026-11-24T09:30:00.000Z']);
});

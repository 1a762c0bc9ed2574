import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesTo } from '../emulator/graph/mailboxes.ts';
import { hours, startAppointments, tuesdayAtTen, tuesdayAtTwo, visitor } from './support/appointments.ts';

test('A12: a booking that is moved keeps its meeting and its link; every change of state has one line', async (t) => {
  const { system, ask, book, booking, events, lines } = await startAppointments(t);
  const booked = await book();
  await system.work();
  const before = await booking(booked['id']);
  await ask('POST', `/v1/bookings/${booked['id']}/reschedule`, { start: tuesdayAtTwo });
  await system.work();
  const after = await booking(booked['id']);
  assert.equal(after['meeting'].joinUrl, before['meeting'].joinUrl);
  assert.equal(events().length, 1);
  await ask('POST', `/v1/bookings/${booked['id']}/cancel`, { reason: 'Found a job.' });
  await system.work();
  assert.equal(events().length, 0);
  assert.deepEqual(await lines(booked['id']), ['booking.confirmed', 'booking.rescheduled', 'booking.cancelled']);
  const [told] = messagesTo(system.emulator.context.mailboxes, visitor.email, 'cancellation');
  assert.match(JSON.stringify(told), /Found a job\./);
});

test('moved to another operator, it is a new meeting in their calendar and the old one is gone', async (t) => {
  const { system, desk, ask, colleague, eventType, book, events } = await startAppointments(t);
  const milan = await colleague('milan.okafor');
  const anybody = await eventType({ operatorIds: [desk.memberId, milan.memberId] });
  const booked = await book({ eventTypeId: anybody['id'], operatorId: desk.memberId });
  await system.work();
  const target = { start: tuesdayAtTwo, operatorId: milan.memberId };
  const moved = await ask('POST', `/v1/bookings/${booked['id']}/reschedule`, target);
  assert.equal(moved['hostId'], milan.memberId);
  await system.work();
  assert.equal(events().length, 0);
  assert.equal(events(milan.objectId).length, 1);
});

test('what is over is completed by itself; a visitor who did not come is marked, also afterwards', async (t) => {
  const { system, ask, book, booking, lines } = await startAppointments(t);
  const booked = await book();
  const tooEarly = await ask('POST', `/v1/bookings/${booked['id']}/no-show`, undefined, 409);
  assert.equal(tooEarly['code'], 'booking_not_begun');
  await system.advance(27 * hours);
  assert.equal((await booking(booked['id']))['status'], 'completed');
  const absent = await ask('POST', `/v1/bookings/${booked['id']}/no-show`);
  assert.equal(absent['status'], 'no_show');
  await ask('POST', `/v1/bookings/${booked['id']}/no-show`);
  await ask('POST', `/v1/bookings/${booked['id']}/cancel`, {});
  assert.equal((await booking(booked['id']))['status'], 'no_show');
  assert.deepEqual(await lines(booked['id']), ['booking.confirmed', 'booking.completed', 'booking.no_show']);
});

test('A14: people who come along are on the meeting, each once, and leave it when they are taken off', async (t) => {
  const { system, ask, book, booking, events } = await startAppointments(t);
  const attendees = [
    { email: 'Mentor@visitor.example', name: 'The mentor' },
    { email: 'mentor@VISITOR.example' },
    { email: visitor.email.toUpperCase() },
  ];
  const booked = await book({ attendees });
  assert.deepEqual(booked['attendees'], [{ email: 'Mentor@visitor.example', name: 'The mentor', from: 'email' }]);
  await system.work();
  assert.equal(events()[0]?.attendees.length, 2);
  const coach = [{ email: 'coach@visitor.example', name: 'Coach' }];
  await ask('PATCH', `/v1/bookings/${booked['id']}`, { attendees: coach });
  await system.work();
  const now = events()[0]?.attendees.map(({ emailAddress }) => emailAddress.address.toLowerCase());
  assert.deepEqual(now?.toSorted(), ['coach@visitor.example', visitor.email]);
  const { body } = { body: await ask('GET', `/v1/bookings/${booked['id']}/history`) };
  assert.ok(body['data'].some(({ type }: { type: string }) => type === 'booking.changed'));
  assert.equal((await booking(booked['id']))['attendees'].length, 1);
});

test('whom Outlook has invited it goes on inviting, also when the event type says otherwise by now', async (t) => {
  const { system, desk, ask, book, events } = await startAppointments(t);
  const booked = await book();
  await system.work();
  await system.database.db
    .updateTable('event_types')
    .set({ invitations: 'parley' })
    .where('id', '=', desk.eventType.id)
    .execute();
  await ask('PATCH', `/v1/bookings/${booked['id']}`, { attendees: [{ email: 'coach@visitor.example' }] });
  await system.work();
  assert.equal(events()[0]?.attendees.length, 2);
});

test('where Parley’s own mail invites, the event in the organizer’s calendar has no visitors on it', async (t) => {
  const { system, book, events } = await startAppointments(t, { invitations: 'parley' });
  await book({ attendees: [{ email: 'mentor@visitor.example' }] });
  await system.work();
  assert.equal(events().length, 1);
  assert.equal(events()[0]?.attendees.length, 0);
  assert.equal(messagesTo(system.emulator.context.mailboxes, visitor.email, 'invitation').length, 0);
});

test('a series: conflicts are shown first; booked as one, each time can be moved and cancelled by itself', async (t) => {
  const { system, desk, ask, book, booking, events } = await startAppointments(t, { horizonDays: 120 });
  await book({ start: '2026-12-08T09:00:00.000Z' });
  const wanted = { eventTypeId: desk.eventType.id, start: tuesdayAtTen, every: 'week', times: 4 };
  const { data: preview } = await ask('POST', '/v1/booking-series/preview', wanted);
  assert.deepEqual(
    preview.map(({ start, free }: { start: string; free: boolean }) => [start, free]),
    [
      ['2026-11-24T09:00:00.000Z', true],
      ['2026-12-01T09:00:00.000Z', true],
      ['2026-12-08T09:00:00.000Z', false],
      ['2026-12-15T09:00:00.000Z', true],
    ],
  );
  const refused = await desk.api('POST', '/v1/booking-series', { ...wanted, visitor });
  assert.equal(refused.status, 409);
  assert.equal(refused.body['errors'][0].pointer, '/times/2');
  assert.equal((await ask('GET', '/v1/bookings'))['data'].length, 1);

  const fortnightly = { ...wanted, every: 'fortnight', start: tuesdayAtTwo, times: 3, visitor };
  const made = await ask('POST', '/v1/booking-series', fortnightly, 201);
  assert.equal(made['data'].length, 3);
  await system.work();
  assert.equal(events().length, 4);
  const [first, second] = made['data'];
  await ask('POST', `/v1/bookings/${first.id}/cancel`, {});
  await ask('POST', `/v1/bookings/${second.id}/reschedule`, { start: '2026-12-09T09:00:00.000Z' });
  await system.work();
  assert.equal((await booking(made['data'][2].id))['status'], 'confirmed');
  assert.equal(events().length, 3);
  const siblings = await ask('GET', `/v1/bookings?seriesId=${made['seriesId']}&order=asc`);
  assert.equal(siblings['data'].length, 3);
});

test('R10: a series keeps its time of day where clocks change', async (t) => {
  const { desk, ask } = await startAppointments(t, { horizonDays: 200 });
  const wanted = { eventTypeId: desk.eventType.id, start: '2027-03-23T09:00:00.000Z', every: 'week', times: 2 };
  const { data } = await ask('POST', '/v1/booking-series/preview', wanted);
  assert.deepEqual(
    data.map(({ start, free }: { start: string; free: boolean }) => [start, free]),
    [
      ['2027-03-23T09:00:00.000Z', true],
      ['2027-03-30T08:00:00.000Z', true],
    ],
  );
});

test('operators book outside hours and notice, but never over what is taken', async (t) => {
  const { book, desk, inOutlook, system } = await startAppointments(t);
  const evening = '2026-11-24T19:10:00.000Z';
  await book({ start: evening }, 409);
  const booked = await book({ start: evening, anyTime: true });
  assert.equal(booked['start'], evening);
  inOutlook(desk.organizer, '2026-11-24T20:00:00.000Z');
  system.clock.advance(31_000);
  const busy = await book({ start: '2026-11-24T20:00:00.000Z', anyTime: true }, 409);
  assert.equal(busy['code'], 'slot_taken');
});

test('bookings are found by status, operator, event type, time and by what the visitor is called', async (t) => {
  const { desk, ask, book } = await startAppointments(t);
  const first = await book({ visitor: { ...visitor, name: 'Zoë Quill 100%' } });
  await book({ start: tuesdayAtTwo });
  await ask('POST', `/v1/bookings/${first['id']}/cancel`, {});
  const found = async (query: string) => (await ask('GET', `/v1/bookings?${query}`))['data'].length;
  assert.equal(await found('q=quill'), 1);
  assert.equal(await found('q=100%25'), 1);
  assert.equal(await found('q=%25'), 1);
  assert.equal(await found('q=SAM@'), 2);
  assert.equal(await found('status=confirmed'), 1);
  assert.equal(await found('status=confirmed,cancelled'), 2);
  assert.equal(await found(`hostId=${desk.memberId}&eventTypeId=${desk.eventType.id}`), 2);
  assert.equal(await found(`from=${tuesdayAtTen}&to=${tuesdayAtTwo}`), 1);
  await ask('GET', '/v1/bookings?status=lost', undefined, 400);
});

test('bad input: markup, header injection and oversized texts are refused, and nothing is written', async (t) => {
  const { system, desk, ask } = await startAppointments(t);
  const bad = [
    { visitor: { ...visitor, name: 'Sam\r\nBcc: all@x.example' } },
    { visitor: { ...visitor, email: 'sam@x.example\r\nBcc: all@x.example' } },
    { visitor: { ...visitor, email: 'sam@x.example, eve@x.example' } },
    { visitor: { ...visitor, note: 'x'.repeat(5001) } },
    { attendees: [{ email: 'a@x.example\nb@x.example' }] },
    { attendees: Array.from({ length: 51 }, (_, index) => ({ email: `a${index}@x.example` })) },
    { contactId: 'cnt_aaaaaaaaaaaaaaaaaaaaaaaa' },
    { holdKey: 'short' },
    { durationMinutes: 1 },
  ];
  for (const wrong of bad) {
    const body = { eventTypeId: desk.eventType.id, start: tuesdayAtTen, visitor, ...wrong };
    const { status, body: answer } = await desk.api('POST', '/v1/bookings', body);
    assert.equal(status, 400, JSON.stringify(answer));
  }
  await system.work();
  assert.equal((await ask('GET', '/v1/bookings'))['data'].length, 0);
  assert.equal((await system.database.db.selectFrom('reservations').select('id').execute()).length, 0);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesTo } from '../emulator/graph/mailboxes.ts';
import {
  accesses,
  startWatched,
  tuesdayAtTen,
  tuesdayAtTwo,
  tuesdayHalfPastTwo,
  type Watched,
} from './support/watched.ts';

// Bookings whose meetings are changed in Outlook: the time that a visitor has, and the operator's time that is taken.

type Options = Parameters<typeof startWatched>[1];

async function startBooked(t: Parameters<typeof startWatched>[0], options: Options = {}, rules: object = {}) {
  const story = await startWatched(t, options);
  const eventType = await story.ask(
    'POST',
    '/v1/event-types',
    {
      hostId: story.desk.memberId,
      slug: 'intro-call',
      title: 'Intro call',
      timeZone: 'Europe/Berlin',
      minNoticeMinutes: 0,
      ...rules,
    },
    201,
  );
  const book = async (start = tuesdayAtTen, email = 'sam@visitor.example', status = 201) => {
    const visitor = { name: 'Sam Okafor', email, timeZone: 'Europe/London', note: '' };
    const answer = await story.ask('POST', '/v1/bookings', { eventTypeId: eventType.id, start, visitor }, status);
    await story.app.drain();
    return answer as { id: string; meeting: { id: string } };
  };
  const booking = await book();
  await story.look();
  return {
    ...story,
    book,
    booking,
    meetingId: booking.meeting.id,
    read: (id = booking.id) => story.ask('GET', `/v1/bookings/${id}`),
    reservations: () => story.db.selectFrom('reservations').selectAll().orderBy('id').execute(),
    outbox: (type: string) =>
      story.db.selectFrom('outbox_events').select(['booking_id', 'data']).where('type', '=', type).execute(),
    sequence: async () =>
      (await story.db.selectFrom('bookings').select('sequence').where('id', '=', booking.id).executeTakeFirstOrThrow())
        .sequence,
  };
}

const mails = ({ emulator }: Watched, kind: 'update' | 'invitation' | 'cancellation') =>
  messagesTo(emulator.context.mailboxes, 'sam@visitor.example', kind).length;

for (const access of accesses) {
  test(`${access}: a workspace that follows moves the booking, and what it takes of the operator’s time`, async (t) => {
    const story = await startBooked(t, { access, outlookChanges: 'follow' });
    const { look, move, read, reservations, outbox, sequence, book } = story;
    move(tuesdayAtTwo, tuesdayHalfPastTwo);
    await look();
    await look();
    const moved = await read();
    assert.deepEqual(
      [moved['status'], moved['start'], moved['end'], moved['meeting'].status, moved['meeting'].start],
      ['confirmed', tuesdayAtTwo, tuesdayHalfPastTwo, 'ready', tuesdayAtTwo],
    );
    assert.deepEqual(
      (await reservations()).map(({ starts_at: at }) => at.toISOString()),
      [tuesdayAtTwo],
    );
    const lines = await outbox('booking.rescheduled');
    assert.equal(lines.length, 1);
    assert.equal(lines[0]?.data['by'], 'outlook');
    assert.equal(await sequence(), 1);
    assert.equal(mails(story, 'update'), 1, 'Outlook told the visitor, and nobody else did');
    await book(tuesdayAtTwo, 'late@visitor.example', 409);
    await book(tuesdayAtTen, 'next@visitor.example');
  });
}

test('a workspace that asks leaves the booking where it is until somebody accepts', async (t) => {
  const { look, move, read, meetingId, resolve, outbox, reservations } = await startBooked(t);
  move(tuesdayAtTwo, tuesdayHalfPastTwo);
  await look();
  const asked = await read();
  assert.deepEqual([asked['start'], asked['meeting'].status], [tuesdayAtTen, 'out_of_sync']);
  assert.equal((await outbox('meeting.out_of_sync')).length, 1);
  await resolve(meetingId, 'accept');
  assert.deepEqual([(await read())['start'], (await read())['meeting'].status], [tuesdayAtTwo, 'ready']);
  assert.equal((await reservations())[0]?.starts_at.toISOString(), tuesdayAtTwo);
  assert.equal((await outbox('booking.rescheduled')).length, 1);
});

test('where it would overlap another booking, also a workspace that follows is asked', async (t) => {
  const { look, move, read, book, meetingId, theEvent, resolve, outbox } = await startBooked(t, {
    outlookChanges: 'follow',
  });
  theEvent();
  const other = await book(tuesdayAtTwo, 'other@visitor.example');
  await look();
  move('2026-11-24T13:15:00Z', '2026-11-24T13:45:00Z');
  await look();
  const found = await read();
  assert.deepEqual(
    [found['start'], found['status'], found['meeting'].status],
    [tuesdayAtTen, 'confirmed', 'out_of_sync'],
  );
  assert.equal((await read(other.id))['start'], tuesdayAtTwo);
  assert.equal((await resolve(meetingId, 'accept', 409))['code'], 'slot_taken');
  assert.equal((await outbox('booking.rescheduled')).length, 0);
  await resolve(meetingId, 'restore');
  await look();
  assert.equal((await read())['meeting'].status, 'ready');
});

test('a meeting deleted in Outlook leaves the booking as it is until somebody decides', async (t) => {
  for (const outlookChanges of ['ask', 'follow', 'revert'] as const) {
    const { look, remove, read, meetingId, resolve, reservations, outbox } = await startBooked(t, { outlookChanges });
    remove();
    await look();
    const asked = await read();
    assert.deepEqual([asked['status'], asked['meeting'].status], ['confirmed', 'out_of_sync']);
    assert.equal((await reservations()).length, 1);
    await resolve(meetingId, 'accept');
    await look();
    const done = await read();
    assert.deepEqual([done['status'], done['meeting'].status], ['cancelled', 'cancelled']);
    assert.equal((await reservations()).length, 0);
    assert.equal((await outbox('booking.cancelled')).length, 1);
  }
});

test('a booking whose meeting was deleted in Outlook gets a new one when somebody asks for it', async (t) => {
  const { look, remove, read, meetingId, resolve, events } = await startBooked(t);
  remove();
  await look();
  await resolve(meetingId, 'recreate');
  await look();
  const done = await read();
  assert.deepEqual([done['status'], done['meeting'].status, events().length], ['confirmed', 'ready', 1]);
});

test('a visitor who moves or cancels wins over what was found in Outlook', async (t) => {
  const { look, move, read, ask, booking, theEvent, events } = await startBooked(t);
  move(tuesdayAtTwo, tuesdayHalfPastTwo);
  await look();
  const start = '2026-11-24T15:00:00.000Z';
  await ask('POST', `/v1/bookings/${booking.id}/reschedule`, { start });
  await look();
  assert.deepEqual([(await read())['start'], (await read())['meeting'].status], [start, 'ready']);
  assert.equal(new Date(theEvent().start.at).toISOString(), start);
  move(tuesdayAtTwo, tuesdayHalfPastTwo);
  await look();
  await ask('POST', `/v1/bookings/${booking.id}/cancel`, { reason: 'Ill' });
  await look();
  assert.deepEqual([(await read())['status'], (await read())['meeting'].status], ['cancelled', 'cancelled']);
  assert.equal(events().length, 0);
});

test('a move in Outlook and one by the visitor at the same moment end at one time', async (t) => {
  const story = await startBooked(t, { outlookChanges: 'follow' });
  const { look, move, ask, app, booking, read, system, theEvent, reservations } = story;
  move(tuesdayAtTwo, tuesdayHalfPastTwo);
  system.clock.advance(5 * 60_000);
  await app.sweep();
  const start = '2026-11-24T15:00:00.000Z';
  await Promise.all([app.drain(), ask('POST', `/v1/bookings/${booking.id}/reschedule`, { start })]);
  await look();
  await look();
  const now = await read();
  assert.equal(now['meeting'].status, 'ready');
  assert.equal(now['start'], now['meeting'].start);
  assert.equal(new Date(theEvent().start.at).toISOString(), now['start']);
  assert.deepEqual(
    (await reservations()).map(({ starts_at: at }) => at.toISOString()),
    [now['start']],
  );
});

test('a group that is moved in Outlook moves together', async (t) => {
  const story = await startBooked(t, { outlookChanges: 'follow' }, { capacity: 3 });
  const { look, move, read, book, reservations, outbox } = story;
  const second = await book(tuesdayAtTen, 'ana@visitor.example');
  await look();
  assert.equal(second.meeting.id, story.meetingId);
  move(tuesdayAtTwo, tuesdayHalfPastTwo);
  await look();
  assert.deepEqual([(await read())['start'], (await read(second.id))['start']], [tuesdayAtTwo, tuesdayAtTwo]);
  assert.deepEqual(
    (await reservations()).map(({ starts_at: at }) => at.toISOString()),
    [tuesdayAtTwo, tuesdayAtTwo],
  );
  assert.equal((await outbox('booking.rescheduled')).length, 2);
  const third = await book(tuesdayAtTwo, 'leo@visitor.example');
  assert.equal(third.meeting.id, story.meetingId);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicUrl, startDesk, startSystem } from './support/system.ts';

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

test('an access token that Microsoft rejects before its time is refreshed, for free times and for the meeting', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  system.emulator.fail({
    service: 'graph',
    times: 1,
    kind: { type: 'status', status: 401, code: 'InvalidAuthenticationToken' },
  });
  const start = '2026-11-24T10:00:00+01:00';
  const booked = await desk.api('POST', '/v1/bookings', { eventTypeId: desk.eventType.id, start, visitor });
  assert.equal(booked.status, 201, JSON.stringify(booked.body));
  system.emulator.fail({
    service: 'graph',
    method: 'POST',
    times: 1,
    kind: { type: 'status', status: 401, code: 'InvalidAuthenticationToken' },
  });
  await system.work();
  const { body } = await desk.api('GET', `/v1/bookings/${booked.body.id}`);
  assert.equal(body.meeting.status, 'ready', JSON.stringify(body.meeting));
});

test('two changes of event types to one address: one has it, the other is told', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const made = await Promise.all(
    ['a', 'b'].map((slug) =>
      desk.api('POST', '/v1/event-types', { hostId: desk.memberId, slug, title: slug, timeZone: 'Europe/Berlin' }),
    ),
  );
  const answers = await Promise.all(
    made.map(({ body: { id, title } }) =>
      desk.api('PUT', `/v1/event-types/${id}`, { hostId: desk.memberId, slug: 'c', title, timeZone: 'Europe/Berlin' }),
    ),
  );
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 409],
  );
  assert.equal(answers.find(({ status }) => status === 409)?.body.code, 'slug_taken');
});

test('a viewer sees a booking but not the link with which it is moved and cancelled', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const start = '2026-11-24T10:00:00+01:00';
  const booked = await desk.api('POST', '/v1/bookings', { eventTypeId: desk.eventType.id, start, visitor });
  const seen = () => desk.person.call<{ manageUrl: string | null }>(`${publicUrl}/v1/bookings/${booked.body.id}`);
  assert.equal((await seen()).manageUrl, booked.body.manageUrl);
  await system.database.db.updateTable('members').set({ role: 'viewer' }).where('id', '=', desk.memberId).execute();
  assert.equal((await seen()).manageUrl, null);
});

test('the first visitor after a grant was revoked reads that bookings are closed, not to try again', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  system.clock.advance(2 * 60 * 60_000);
  desk.organizer.sessionsRevokedAt = system.clock.now().getTime();
  const page = await system.person().visit(`${publicUrl}/book/${desk.slug}/intro-call`);
  assert.match(page.text, /not taking online bookings/);
  const start = '2026-11-24T10:00:00+01:00';
  const refused = await desk.api('POST', '/v1/bookings', { eventTypeId: desk.eventType.id, start, visitor });
  assert.equal(refused.body.code, 'booking_not_open');
});

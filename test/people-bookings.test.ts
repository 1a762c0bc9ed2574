import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { startAppointments } from './support/appointments.ts';
import type { TestContext } from 'node:test';

async function start(t: TestContext) {
  const appointments = await startAppointments(t);
  const { ask, system } = appointments;
  const larch = await ask('POST', '/v1/organisations', { name: 'Larch' }, 201);
  const ada = { name: 'Ada', email: 'ada@larch.example', organisationId: larch.id };
  const contact = await ask('POST', '/v1/contacts', ada, 201);
  const invited = () =>
    appointments
      .events()
      .flatMap(({ attendees }) => attendees.map(({ emailAddress }) => emailAddress.address))
      .toSorted((a, b) => (a < b ? -1 : 1));
  return { ...appointments, larch, contact, invited, work: () => system.work() };
}

/** What a picker makes of people ends in one invitation for each of them (A14). */
void suite('people of a booking', () => {
  void test('are each invited once, as one list of contacts, users and addresses', async (t) => {
    const { desk, book, contact, larch, invited, work } = await start(t);
    const booked = await book({
      contactId: contact.id,
      attendees: [
        { email: 'ada@larch.example', from: 'contact', id: contact.id },
        { email: 'dana@desk.example', from: 'user', id: desk.memberId },
        { email: 'kim@else.example', from: 'email', name: 'Kim' },
        { email: 'KIM@else.example', from: 'email' },
        { email: 'Sam@Visitor.example', from: 'email' },
      ],
    });
    await work();
    assert.deepEqual(booked.attendees, [
      { email: 'ada@larch.example', name: 'Ada', from: 'contact' },
      { email: 'dana@desk.example', name: 'Dana Reyes', from: 'user' },
      { email: 'kim@else.example', name: 'Kim', from: 'email' },
    ]);
    assert.deepEqual([booked.contactId, booked.organisationId], [contact.id, larch.id]);
    assert.deepEqual(invited(), ['ada@larch.example', 'dana@desk.example', 'kim@else.example', 'sam@visitor.example']);
  });

  void test('are refused as a whole where one cannot be, and nothing is booked', async (t) => {
    const { book, desk, invited, work } = await start(t);
    const attendees = [{ email: 'kim@else.example' }, { email: 'bo@birch.example', from: 'contact' }];
    const refused = await book({ attendees }, 400);
    await work();
    assert.deepEqual(
      refused.errors.map(({ pointer }: { pointer: string }) => pointer),
      ['/attendees/1/email'],
    );
    assert.deepEqual([(await desk.api('GET', '/v1/bookings')).body['data'], invited()], [[], []]);
  });

  void test('may be forgotten: the booking stays, with whom it invited', async (t) => {
    const { ask, book, booking, contact, larch, invited, work } = await start(t);
    const { id } = await book({ contactId: contact.id, attendees: [{ email: 'ada@larch.example', from: 'contact' }] });
    await work();
    await ask('DELETE', `/v1/contacts/${contact.id}`, undefined, 204);
    const without = await booking(id);
    assert.deepEqual([without.status, without.contactId, without.organisationId], ['confirmed', null, larch.id]);
    await ask('DELETE', `/v1/organisations/${larch.id}`, undefined, 204);
    const left = await booking(id);
    assert.deepEqual([left.status, left.organisationId, left.attendees.length], ['confirmed', null, 1]);
    await work();
    assert.deepEqual(invited(), ['ada@larch.example', 'sam@visitor.example']);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addAttendees, addressFault, readAddresses, type Attendee } from './attendee-list.ts';

const ola: Attendee = { email: 'ola@acme.example', name: 'Ola', from: 'contact', id: 'cnt_1', origin: 'Contact' };
const typed = (email: string): Attendee => ({ email, name: null, from: 'email', origin: 'Typed' });

test('each address is invited once, whatever its capital letters, and the visitor not once more', () => {
  const { attendees, added, repeated } = addAttendees(
    [ola],
    [typed('OLA@Acme.example'), typed('new@acme.example'), typed('New@acme.example'), typed('Sam@Visitor.example')],
    'sam@visitor.example',
  );
  assert.deepEqual(attendees, [ola, typed('new@acme.example')]);
  assert.deepEqual(added, [typed('new@acme.example')]);
  assert.deepEqual(
    repeated.map(({ email }) => email),
    ['OLA@Acme.example', 'New@acme.example', 'Sam@Visitor.example'],
  );
});

test('addresses are read as people paste them, with names in front', () => {
  const { attendees, faults } = readAddresses('ola@acme.example; "Brink, Ida" x\nIda Brink <ida@acme.example>,,');
  assert.deepEqual(
    attendees.map(({ email, name }) => [email, name]),
    [
      ['ola@acme.example', null],
      ['ida@acme.example', 'Ida Brink'],
    ],
  );
  assert.equal(faults.length, 2);
});

test('what is no address is told with the reason', () => {
  assert.equal(addressFault('sam.ferro+x@visitor.example'), undefined);
  assert.match(addressFault('sam') ?? '', /@ is missing/);
  assert.match(addressFault('a@b@c.example') ?? '', /more than one @/);
  assert.match(addressFault('@acme.example') ?? '', /front of the @/);
  assert.match(addressFault('sam@acme') ?? '', /no dot/);
  assert.match(addressFault('sam @acme.example') ?? '', /space/);
  assert.match(addressFault('sam..ferro@acme.example') ?? '', /not possible/);
  assert.match(addressFault('sam@-acme.example') ?? '', /no domain/);
});

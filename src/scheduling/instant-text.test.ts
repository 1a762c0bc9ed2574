import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { dateText, dayNumber, epochMs } from './instant-text.ts';

it('reads timestamps as Date does, with any offset and fraction', () => {
  const date = fc.date({ min: new Date('0000-01-01T00:00Z'), max: new Date('9999-12-31T00:00Z'), noInvalidDate: true });
  const property = fc.property(
    date,
    fc.constantFrom('Z', '+00:00', '-00:30', '+05:45', '-12:00', '+14:00'),
    (at, offset) => {
      for (const shape of [
        at.toISOString(),
        `${at.toISOString().slice(0, 16)}Z`,
        at.toISOString().replace('Z', '0000Z'),
      ]) {
        const text = shape.replace('Z', offset);
        assert.equal(epochMs(text), Date.parse(text), text);
      }
      assert.equal(epochMs(at), at.getTime());
      assert.equal(dateText(dayNumber(at.toISOString())), at.toISOString().slice(0, 10));
    },
  );
  fc.assert(property, { numRuns: 500 });
});

it('cuts off what is smaller than a millisecond', () => {
  assert.equal(epochMs('2026-11-24T09:00:00.1239999Z'), Date.UTC(2026, 10, 24, 9, 0, 0, 123));
  assert.equal(epochMs('2026-11-24T09:00:00.5Z'), Date.UTC(2026, 10, 24, 9, 0, 0, 500));
});

const noInstants = [
  '',
  '2026-11-24',
  '2026-11-24T09:00:00', // of which zone?
  '2026-11-24T09:00:00.0000000',
  '2026-11-24 09:00:00Z',
  '2026-11-24T09:00:00.Z',
  '2026-11-24T09:00:00Z ',
  '2026-11-24T09:00:00+0100',
  '2026-11-24T09:00:00+01:00Z',
  '2026-11-24T09:00:00+24:00',
  '2026-11-24T24:00:00Z',
  '2026-11-24T09:60:00Z',
  '2026-11-24T09:00:60Z',
  '2026-02-29T09:00:00Z',
  '1900-02-29T09:00:00Z',
  '2026-00-10T09:00:00Z',
  '2026-13-10T09:00:00Z',
  '2026-04-31T09:00:00Z',
  '2026-11-00T09:00:00Z',
  '2026-11-2xT09:00:00Z',
  '+02026-11-24T09:00:00Z',
];
for (const text of noInstants) {
  it(`refuses “${text}”`, () => {
    assert.throws(() => epochMs(text), TypeError);
  });
}

it('refuses a date that is none', () => {
  assert.throws(() => epochMs(new Date('never')), TypeError);
  assert.equal(dayNumber('2026-02-30'), Number.NaN);
});

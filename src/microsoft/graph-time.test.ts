import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fromGraphDate, fromGraphTime, toGraphTime } from './graph-time.ts';

const read = (dateTime: string, timeZone?: string) => fromGraphTime({ dateTime, timeZone }).toISOString();
const day = (dateTime: string, zone: string) => fromGraphDate({ dateTime, timeZone: 'UTC' }, zone).toISOString();

// R10: zones, the hours that daylight saving repeats and skips, Windows' and IANA's names, all-day events.
test('an instant is sent as wall time in its zone, without an offset', () => {
  const sent = toGraphTime(new Date('2026-11-25T08:00:00Z'), 'Europe/Berlin');
  assert.deepEqual(sent, { dateTime: '2026-11-25T09:00:00', timeZone: 'Europe/Berlin' });
});

test('in the repeated hour wall time is ambiguous, so UTC is sent', () => {
  const first = toGraphTime(new Date('2026-10-25T00:30:00Z'), 'Europe/Berlin');
  const second = toGraphTime(new Date('2026-10-25T01:30:00Z'), 'Europe/Berlin');
  assert.deepEqual(first, { dateTime: '2026-10-25T00:30:00', timeZone: 'UTC' });
  assert.deepEqual(second, { dateTime: '2026-10-25T01:30:00', timeZone: 'UTC' });
});

test('seven decimals, no offset, Windows and IANA names are read', () => {
  assert.equal(read('2026-11-25T08:00:00.1234567', 'UTC'), '2026-11-25T08:00:00.123Z');
  assert.equal(read('2026-11-25T08:00:00.0000000'), '2026-11-25T08:00:00.000Z');
  assert.equal(read('2026-11-25T00:00:00.0000000', 'Pacific Standard Time'), '2026-11-25T08:00:00.000Z');
  assert.equal(read('2026-11-25T09:00:00', 'W. Europe Standard Time'), '2026-11-25T08:00:00.000Z');
  assert.equal(read('2026-11-25T09:00:00', 'Europe/Berlin'), '2026-11-25T08:00:00.000Z');
  assert.equal(read('2026-11-25T09:00:00+02:00', 'UTC'), '2026-11-25T07:00:00.000Z');
  assert.throws(() => read('2026-11-25T09:00:00', 'Customized Time Zone'), RangeError);
});

test('every instant survives the way to Graph and back, in every kind of zone', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'];
  const seconds = fc.integer({ min: Date.UTC(2020, 0) / 1000, max: Date.UTC(2040, 0) / 1000 });
  fc.assert(
    fc.property(seconds, fc.constantFrom(...zones), (second, zone) => {
      const instant = new Date(second * 1000);
      assert.deepEqual(fromGraphTime(toGraphTime(instant, zone)), instant);
    }),
    { numRuns: 2000 },
  );
});

test('an all-day event takes its wall dates in the zone that counts', () => {
  assert.equal(day('2026-11-26T00:00:00.0000000', 'Europe/Berlin'), '2026-11-25T23:00:00.000Z');
  assert.equal(day('2026-11-26T00:00:00.0000000', 'America/Los_Angeles'), '2026-11-26T08:00:00.000Z');
  assert.equal(day('2026-03-29T00:00:00.0000000', 'Europe/Berlin'), '2026-03-28T23:00:00.000Z');
  assert.equal(day('2026-03-30T00:00:00.0000000', 'Europe/Berlin'), '2026-03-29T22:00:00.000Z');
});

test('a day that was converted to UTC is converted back', () => {
  assert.equal(day('2026-11-25T23:00:00.0000000', 'Europe/Berlin'), '2026-11-25T23:00:00.000Z');
  assert.equal(day('2026-11-26T08:00:00.0000000', 'America/Los_Angeles'), '2026-11-26T08:00:00.000Z');
  // The mailbox is in Helsinki, the person in Berlin: the same day.
  assert.equal(day('2026-11-25T22:00:00.0000000', 'Europe/Berlin'), '2026-11-25T23:00:00.000Z');
});

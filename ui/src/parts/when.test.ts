import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agoText, cityOf, clockText, dayKey, dayOf, durationText, instantAt, sameClock, spanText } from './when.ts';

const span = { start: '2026-11-24T09:00:00Z', end: '2026-11-24T09:30:00Z' };

test('a span names the day, the times and the place', () => {
  assert.equal(spanText(span, 'Europe/Berlin'), 'Tue 24 Nov 2026, 10:00–10:30 (Berlin)');
  assert.equal(spanText(span, 'America/New_York'), 'Tue 24 Nov 2026, 04:00–04:30 (New York)');
});

test('a span over midnight names both days', () => {
  assert.equal(
    spanText({ start: '2026-11-24T22:30:00Z', end: '2026-11-24T23:30:00Z' }, 'Europe/Berlin'),
    'Tue 24 Nov 2026, 23:30–Wed 25 Nov 2026, 00:30 (Berlin)',
  );
});

test('midnight is 00:00, and days are those of the zone', () => {
  assert.equal(
    spanText({ start: '2026-09-01T22:00:00Z', end: '2026-09-01T22:30:00Z' }, 'Europe/Berlin').slice(0, 21),
    'Wed 2 Sep 2026, 00:00',
  );
  assert.equal(dayKey('2026-09-01T22:00:00Z', 'Europe/Berlin'), '2026-09-02');
  assert.equal(dayKey('2026-09-01T22:00:00Z', 'UTC'), '2026-09-01');
});

test('a day lasts from midnight to midnight on the clocks of its zone, however they are changed', () => {
  const day = (instant: string, zone: string) => {
    const { from, to } = dayOf(instant, zone);
    return [new Date(from).toISOString().slice(0, 16), (to - from) / 3_600_000];
  };
  assert.deepEqual(day('2026-11-24T22:59:59Z', 'Europe/Berlin'), ['2026-11-23T23:00', 24]);
  assert.deepEqual(day('2026-11-24T23:00:00Z', 'Europe/Berlin'), ['2026-11-24T23:00', 24]);
  assert.deepEqual(day('2026-03-29T12:00:00Z', 'Europe/Berlin'), ['2026-03-28T23:00', 23]);
  assert.deepEqual(day('2026-10-25T12:00:00Z', 'Europe/Berlin'), ['2026-10-24T22:00', 25]);
  assert.deepEqual(day('2026-03-29T12:00:00Z', 'Africa/Cairo'), ['2026-03-28T22:00', 24]);
  assert.deepEqual(day('2026-03-29T12:00:00Z', 'Asia/Beirut'), ['2026-03-28T22:00', 23]); // has no midnight
  assert.deepEqual(day('2026-11-01T12:00:00Z', 'America/Havana'), ['2026-11-01T04:00', 25]); // has two
  assert.deepEqual(day('2026-11-24T12:00:00Z', 'Pacific/Kiritimati'), ['2026-11-24T10:00', 24]);
});

test('zones with the same clock need not both be named', () => {
  assert.ok(sameClock(span.start, 'Europe/Berlin', 'Europe/Vienna'));
  assert.ok(!sameClock(span.start, 'Europe/Berlin', 'Europe/London'));
  assert.equal(cityOf('America/Argentina/Buenos_Aires'), 'Buenos Aires');
  assert.equal(cityOf('UTC'), 'UTC');
});

test('lengths and ages in words', () => {
  assert.equal(durationText(45), '45 minutes');
  assert.equal(durationText(60), '1 hour');
  assert.equal(durationText(90), '1 hour 30 minutes');
  assert.equal(durationText(0), 'none');
  const now = Date.parse('2026-11-24T10:00:00Z');
  assert.equal(agoText('2026-11-24T09:59:40Z', now, 'UTC'), 'just now');
  assert.equal(agoText('2026-11-24T09:57:00Z', now, 'UTC'), '3 minutes ago');
  assert.equal(agoText('2026-11-23T09:57:00Z', now, 'UTC'), 'yesterday');
  assert.equal(agoText('2026-09-01T09:57:00Z', now, 'UTC'), 'on Tue 1 Sep 2026');
});

test('what a clock shows is found again, also where clocks were changed', () => {
  const iso = (clock: string, zone: string) => new Date(instantAt(clock, zone) ?? 0).toISOString();
  assert.equal(iso('2026-11-24T10:00', 'Europe/Berlin'), '2026-11-24T09:00:00.000Z');
  assert.equal(clockText('2026-11-24T09:00:30Z', 'Europe/Berlin'), '2026-11-24T10:00');
  assert.equal(iso('2026-10-25T02:30', 'Europe/Berlin'), '2026-10-25T00:30:00.000Z');
  assert.equal(iso('2026-03-29T02:30', 'Europe/Berlin'), '2026-03-29T01:30:00.000Z');
  assert.equal(iso('2026-11-24T10:00', 'Pacific/Kiritimati'), '2026-11-23T20:00:00.000Z');
  assert.equal(instantAt('soon', 'Europe/Berlin'), undefined);
});

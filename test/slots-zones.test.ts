import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import type { BusyTime } from '../src/scheduling/busy-times.ts';
import type { TimeRange } from '../src/scheduling/event-type.ts';
import type { Operator, SlotRules } from '../src/scheduling/operator-times.ts';
import { findOpenSlots } from '../src/scheduling/slots.ts';
import { explainDay } from '../src/scheduling/why-not.ts';
import { offsetPeriods } from '../src/scheduling/zone-offsets.ts';
import { dayMs, everyDay, hourMs, nextChange, zone } from './support/slot-cases.ts';
import { allZones, endMs, firstMs } from './support/slot-changes.ts';
import { processZones, runInZone, seedVariable } from './support/slot-processes.ts';

const seed = Number(process.env[seedVariable] ?? Math.floor(Math.random() * 2 ** 31));

void suite('time zones', () => {
  void test('every change of clocks of every zone from 2026 to 2030 is met, wherever the process runs', async (t) => {
    const places = processZones.filter((timeZone) => timeZone !== 'UTC');
    const seen = [];
    for (const timeZone of places)
      seen.push(await runInZone<{ zones: number; changes: number; slots: number }>(timeZone, 'changes'));
    t.diagnostic(JSON.stringify(seen[0]));
    assert.ok(seen.every(({ zones, changes, slots }) => zones >= 418 && changes > 1_000 && slots > 20_000));
    assert.deepEqual(new Set(seen.map((one) => JSON.stringify(one))).size, 1);
  });

  void test('no offset from 2026 to 2030 is another one than the clocks of the zone show', () => {
    // Each time of day in turn, so that a change of a few hours would be seen as well.
    const stepMs = 29 * hourMs;
    for (const timeZone of allZones) {
      const offsetAt = clockReader(timeZone);
      for (const { startMs, endMs: periodEndMs, offsetMs } of offsetPeriods(timeZone, firstMs, endMs))
        for (let ms = startMs; ms < periodEndMs; ms += stepMs)
          if (offsetAt(ms) !== offsetMs) assert.fail(`${timeZone} ${new Date(ms).toJSON()} is not at ${offsetMs} ms`);
    }
  });

  void test('offsets change when Temporal says that they do, in every year', (t) => {
    t.diagnostic(`${seedVariable}=${seed} repeats it`);
    const years = fc.integer({ min: 1970, max: 2100 });
    const property = fc.property(zone, years, (timeZone, year) => {
      const [begin, end] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
      const expected: number[] = [];
      let changeMs = nextChange(timeZone, begin - 1);
      for (; changeMs !== undefined && changeMs < end; changeMs = nextChange(timeZone, changeMs))
        expected.push(changeMs);
      const periods = offsetPeriods(timeZone, begin, end);
      assert.deepEqual(
        periods.map(({ startMs }) => startMs),
        [...new Set([begin, ...expected])],
      );
      for (const { startMs, endMs, offsetMs } of periods)
        assert.deepEqual([offsetAt(timeZone, startMs), offsetAt(timeZone, endMs - 1)], [offsetMs, offsetMs]);
    });
    // The years in which clocks changed there and back within the shortest time.
    const examples: [string, number][] = [
      ['America/Recife', 2000],
      ['America/Argentina/Tucuman', 2004],
      ['Africa/Cairo', 2010],
      ['Africa/Cairo', 2014],
      ['Pacific/Apia', 2011],
      ['Asia/Hebron', 2011],
      ['Antarctica/Troll', 2026],
      ['Africa/Casablanca', 2026],
      ['Africa/Casablanca', 2087],
    ];
    fc.assert(property, { seed, numRuns: 1_000, examples });
  });
});

/** The last minute of a day, the first of the next one, and days that are busy from midnight to midnight (R10). */
void suite('midnight', () => {
  void test('a meeting runs over it where hours end and begin there, and not where they end a minute before', () => {
    const evening = (to: string): TimeRange[] => [
      { from: '00:00', to: '00:30' },
      { from: '23:30', to },
    ];
    const rules = { ...quiet, durationMinutes: 60, slotStepMinutes: 30 };
    assert.deepEqual(startsIn('Europe/Berlin', '2026-11-24', { rules, hours: evening('24:00') }), ['23:30']);
    assert.deepEqual(startsIn('Europe/Berlin', '2026-11-24', { rules, hours: evening('23:59') }), []);
  });

  void test('what ends at 23:59 leaves the first minute of the next day free, and what ends at 00:00 does as well', () => {
    const rules = { ...quiet, slotStepMinutes: 30, bufferBeforeMinutes: 1 };
    const busyUntil = (end: string) => [{ start: '2026-11-23T21:00:00Z', end }];
    const starts = (end: string) =>
      startsIn('Europe/Berlin', '2026-11-24', { rules, calendar: busyUntil(end) }).slice(0, 2);
    assert.deepEqual(starts('2026-11-23T22:59:00Z'), ['00:00', '00:30']);
    assert.deepEqual(starts('2026-11-23T23:00:00Z'), ['00:30', '01:00'], 'the buffer meets it');
    assert.deepEqual(
      startsIn('Europe/Berlin', '2026-11-24', { rules: quiet, calendar: busyUntil('2026-11-23T23:00:00Z') })[0],
      '00:00',
    );
  });

  const days: [string, string, string, string, number][] = [
    ['is 23 hours long', 'Europe/Berlin', '2026-03-29', 'Sunday in spring', 23],
    ['is 25 hours long', 'Europe/Berlin', '2026-10-25', 'Sunday in autumn', 25],
    ['begins at 01:00', 'America/Santiago', '2026-09-06', 'its midnight is skipped', 23],
    ['shows 23:00 twice', 'America/Santiago', '2026-04-04', 'its last hour comes again', 25],
    ['changes by half an hour', 'Australia/Lord_Howe', '2026-10-04', 'half an hour is skipped', 23.5],
    ['changes by two hours', 'Antarctica/Troll', '2026-03-29', 'two hours are skipped', 22],
  ];
  for (const [what, timeZone, date, why, hours] of days) {
    void test(`an event of the whole day takes exactly a day that ${what} (${timeZone}: ${why})`, () => {
      const day = Temporal.PlainDate.from(date);
      const [startMs, endMs] = [day, day.add({ days: 1 })].map(
        (one) => one.toZonedDateTime(timeZone).epochMilliseconds,
      ) as [number, number]; // two in, two out
      const calendar = [{ start: new Date(startMs), end: new Date(endMs) }];
      assert.equal(endMs - startMs, hours * hourMs);

      assert.equal(startsIn(timeZone, date, {}).length, hours * 2, 'every half hour of it, were it free');
      assert.deepEqual(startsIn(timeZone, date, { calendar }), []);
      const before = startsIn(timeZone, day.subtract({ days: 1 }).toString(), { calendar });
      const following = startsIn(timeZone, day.add({ days: 1 }).toString(), { calendar });
      assert.deepEqual([before.at(-1), following[0]], ['23:30', '00:00']);
      const explained = explainDay({
        rules: quiet,
        operator: operatorIn(timeZone, { calendar }),
        date,
        now: longAgo(date),
      });
      assert.deepEqual([...new Set(explained.map(({ reason }) => reason))], ['busy']);
    });
  }

  void test('a date that a zone left out has no times, and those around it keep all of theirs', () => {
    // Samoa went over the date line at the end of 2011-12-29.
    assert.deepEqual(
      ['2011-12-29', '2011-12-30', '2011-12-31'].map((date) => startsIn('Pacific/Apia', date, {}).length),
      [48, 0, 48],
    );
  });
});

const quiet: SlotRules = {
  durationMinutes: 30,
  slotStepMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  minNoticeMinutes: 0,
  horizonDays: 30,
};

type Given = { rules?: SlotRules; hours?: TimeRange[]; calendar?: BusyTime[] };

/** The times of day, on the clocks of a zone, at which a date has times that can be booked. */
function startsIn(timeZone: string, date: string, { rules = quiet, ...given }: Given): string[] {
  const middleMs = Date.parse(`${date}T12:00Z`);
  const found = findOpenSlots({
    rules,
    operators: [operatorIn(timeZone, given)],
    assignment: { kind: 'round_robin' },
    from: new Date(middleMs - 2 * dayMs),
    to: new Date(middleMs + 2 * dayMs),
    now: longAgo(date),
  });
  return found
    .map(({ startMs }) => Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO(timeZone))
    .filter((at) => at.toPlainDate().toString() === date)
    .map((at) => at.toPlainTime().toString({ smallestUnit: 'minute' }));
}

function operatorIn(timeZone: string, { hours = [{ from: '00:00', to: '24:00' }], calendar = [] }: Given): Operator {
  return { id: 'o', timeZone, schedule: everyDay(hours), calendar, bookings: [] };
}

function longAgo(date: string): Date {
  return new Date(Date.parse(`${date}T12:00Z`) - 10 * dayMs);
}

function offsetAt(timeZone: string, ms: number): number {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6;
}

/** Tells a zone’s offset from what its clocks show, and not from what the runtime calls it. */
function clockReader(timeZone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (ms) => {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = (
      format.format(ms).match(/\d+/g) ?? []
    ).map(Number);
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
  };
}

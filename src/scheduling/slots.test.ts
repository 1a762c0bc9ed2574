import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { Problem } from '../problem.ts';
import { defaultSchedule, type EventTypeRules, type TimeRange, type WeeklySchedule, weekdays } from './event-type.ts';
import { findSlots, isOffered, type Slot, whyNot } from './slots.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const allDay: TimeRange[] = [{ from: '00:00', to: '24:00' }];
const long: Pick<EventTypeRules, 'minNoticeMinutes' | 'horizonDays'> = { minNoticeMinutes: 0, horizonDays: 730 };

describe('a search for slots', () => {
  it('offers 09:00 wall time before and after the clocks change', () => {
    const rules = rulesWith({
      schedule: everyDay([{ from: '09:00', to: '10:00' }]),
      slotStepMinutes: 60,
      durationMinutes: 60,
    });
    const found = search(rules, '2026-03-28T00:00Z', '2026-03-30T00:00Z');
    assert.deepEqual(starts(found), ['2026-03-28T08:00Z', '2026-03-29T07:00Z']);
  });

  it('leaves out the times that daylight saving skips, and keeps a slot that crosses the gap at its full length', () => {
    const rules = rulesWith({ schedule: everyDay([{ from: '01:30', to: '03:30' }]) });
    const found = search(rules, '2026-03-29T00:00Z', '2026-03-29T12:00Z');
    // 01:30 +01:00 runs until the gap at 02:00; the next wall time that exists is 03:00 +02:00.
    assert.deepEqual(starts(found), ['2026-03-29T00:30Z', '2026-03-29T01:00Z']);
    const crossing = search({ ...rules, durationMinutes: 60 }, '2026-03-29T00:00Z', '2026-03-29T12:00Z');
    assert.deepEqual(
      crossing.map(({ start, end }) => [start.toISOString(), end.toISOString()]),
      [['2026-03-29T00:30:00.000Z', '2026-03-29T01:30:00.000Z']],
    );
  });

  it('offers both occurrences of an hour that daylight saving repeats, each once', () => {
    const rules = rulesWith({ schedule: everyDay([{ from: '02:00', to: '03:00' }]) });
    const found = search(rules, '2026-10-25T00:00Z', '2026-10-25T12:00Z');
    assert.deepEqual(starts(found), [
      '2026-10-25T00:00Z',
      '2026-10-25T00:30Z',
      '2026-10-25T01:00Z',
      '2026-10-25T01:30Z',
    ]);
  });

  it('knows that a whole day was skipped in Samoa', () => {
    const rules = rulesWith({ timeZone: 'Pacific/Apia', schedule: everyDay([{ from: '09:00', to: '09:30' }]) });
    const found = search(rules, '2011-12-29T00:00Z', '2011-12-31T12:00Z', { now: '2011-12-01T00:00Z' });
    assert.deepEqual(starts(found), ['2011-12-29T19:00Z', '2011-12-30T19:00Z']);
  });

  it('lets a slot run over midnight where both days are open', () => {
    const rules = rulesWith({ timeZone: 'UTC', schedule: everyDay(allDay), durationMinutes: 60, slotStepMinutes: 45 });
    const found = search(rules, '2026-06-01T23:00Z', '2026-06-02T01:00Z');
    assert.deepEqual(starts(found), ['2026-06-01T23:15Z', '2026-06-02T00:00Z', '2026-06-02T00:45Z']);
  });

  it('replaces the weekly hours on a date that has its own', () => {
    const overrides = [
      { date: '2026-06-02', ranges: [] },
      { date: '2026-06-06', ranges: [{ from: '10:00', to: '10:30' }] },
    ];
    const rules = rulesWith({ timeZone: 'UTC', schedule: { ...defaultSchedule, overrides } });
    const days = new Set(
      search(rules, '2026-06-01T00:00Z', '2026-06-08T00:00Z').map(({ start }) => start.getUTCDate()),
    );
    assert.deepEqual([...days], [1, 3, 4, 5, 6]);
  });

  it('treats busy times as half-open and leaves the buffers free', () => {
    const rules = rulesWith({ timeZone: 'UTC', schedule: everyDay([{ from: '09:00', to: '12:00' }]) });
    const busy = [
      interval('2026-06-01T10:00Z', '2026-06-01T10:30Z'),
      interval('2026-06-01T11:00Z', '2026-06-01T11:00Z'),
    ];
    const without = search(rules, '2026-06-01T00:00Z', '2026-06-02T00:00Z', { busy });
    assert.deepEqual(times(without), ['09:00', '09:30', '10:30', '11:00', '11:30']);
    const buffered = { ...rules, bufferBeforeMinutes: 15, bufferAfterMinutes: 30 };
    const withBuffers = search(buffered, '2026-06-01T00:00Z', '2026-06-02T00:00Z', { busy });
    assert.deepEqual(times(withBuffers), ['09:00', '11:00', '11:30']);
  });

  it('keeps the notice and offers the last day of the horizon whole', () => {
    const rules = rulesWith({
      timeZone: 'UTC',
      schedule: everyDay(allDay),
      minNoticeMinutes: 90,
      horizonDays: 2,
      slotStepMinutes: 60,
    });
    const found = search(rules, '2026-06-01T00:00Z', '2026-06-09T00:00Z', { now: '2026-06-01T10:30Z' });
    assert.equal(starts(found)[0], '2026-06-01T12:00Z');
    assert.equal(starts(found).at(-1), '2026-06-03T23:00Z');
  });

  it('refuses a search that runs backwards or is longer than 62 days', () => {
    const rules = rulesWith({});
    assert.throws(() => search(rules, '2026-06-02T00:00Z', '2026-06-01T00:00Z'), refusesTheEnd);
    assert.throws(() => search(rules, '2026-06-01T00:00Z', '2026-08-03T00:00Z'), refusesTheEnd);
    assert.throws(() => search(rules, 'never', '2026-08-03T00:00Z'), TypeError);
    assert.deepEqual(search(rules, '2026-06-02T00:00Z', '2026-06-02T00:00Z'), []);
  });

  it('does not depend on the zone of the process', () => {
    const before = process.env['TZ'];
    const results = ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles', 'Australia/Lord_Howe'].map((zone) => {
      process.env['TZ'] = zone;
      return starts(search(rulesWith({}), '2026-10-20T00:00Z', '2026-10-30T00:00Z'));
    });
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
    for (const result of results) assert.deepEqual(result, results[0]);
  });

  it('takes less than 5 ms for a month with 200 busy times', (t) => {
    const rules = rulesWith({ slotStepMinutes: 15, schedule: everyDay([{ from: '08:00', to: '20:00' }]) });
    const first = Date.parse('2026-10-01T00:00Z');
    const busy = Array.from({ length: 200 }, (_, index) => {
      const startMs = first + ((index * 83) % 744) * 60 * minuteMs;
      return { start: new Date(startMs), end: new Date(startMs + 25 * minuteMs) };
    });
    const durations = Array.from({ length: 15 }, () => {
      const began = performance.now();
      search(rules, '2026-10-01T00:00Z', '2026-11-01T00:00Z', { busy });
      return performance.now() - began;
    });
    const median = durations.toSorted((a, b) => a - b)[7] ?? Infinity;
    t.diagnostic(`median ${median.toFixed(2)} ms`);
    assert.ok(median < 5, `the median is ${median.toFixed(2)} ms`);
  });
});

describe('the question about one slot', () => {
  const rules = rulesWith({
    timeZone: 'UTC',
    minNoticeMinutes: 60,
    horizonDays: 7,
    schedule: everyDay([{ from: '09:00', to: '12:00' }]),
  });
  const busy = [interval('2026-06-02T10:00Z', '2026-06-02T10:30Z')];
  const cases: [string, keyof typeof whyNot | 'offered', string?][] = [
    ['2026-06-02T09:00Z', 'offered'],
    ['2026-06-02T09:00Z', 'offered', '2026-06-02T09:30Z'],
    ['2026-06-02T09:00Z', 'not-on-step', '2026-06-02T09:31Z'],
    ['2026-06-02T09:10Z', 'not-on-step'],
    ['2026-06-02T11:45Z', 'outside-hours'],
    ['2026-06-02T08:30Z', 'outside-hours'],
    ['2026-06-02T12:00Z', 'outside-hours'],
    ['2026-06-02T10:00Z', 'busy'],
    ['2026-06-01T09:00Z', 'past'],
    ['2026-06-01T10:30Z', 'too-soon'],
    ['2026-06-09T09:00Z', 'too-far'],
  ];
  for (const [start, expected, end] of cases) {
    it(`answers ${expected} for ${start}${end ? ` to ${end}` : ''}`, () => {
      const offer = isOffered({
        rules,
        start: new Date(start),
        ...(end && { end: new Date(end) }),
        now: new Date('2026-06-01T10:00Z'),
        busy,
      });
      assert.equal(offer.offered ? 'offered' : offer.reason, expected);
    });
  }

  it('has words for every reason', () => {
    for (const words of Object.values(whyNot)) assert.match(words, /^[A-Z].*\.$/);
  });
});

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'America/Sao_Paulo',
  'Africa/Casablanca',
];
const ruleArbitrary = fc.record({
  durationMinutes: fc.constantFrom(5, 15, 30, 50, 60, 90, 480),
  slotStepMinutes: fc.constantFrom(5, 10, 15, 20, 30, 45, 60, 90),
  bufferBeforeMinutes: fc.constantFrom(0, 5, 15),
  bufferAfterMinutes: fc.constantFrom(0, 10, 30),
  minNoticeMinutes: fc.constantFrom(0, 30, 24 * 60),
  horizonDays: fc.constantFrom(1, 3, 30, 730),
  timeZone: fc.constantFrom(
    ...zones,
    'Asia/Kathmandu',
    'America/St_Johns',
    'Asia/Tehran',
    'Pacific/Chatham',
    'Europe/Dublin',
    'America/Caracas',
  ),
});
/** Days around which clocks changed somewhere: two to three in four draws meet a transition. */
const dayArbitrary = fc.oneof(
  fc.constantFrom(
    '2026-03-29',
    '2026-10-25',
    '2026-03-08',
    '2026-11-01',
    '2026-04-05',
    '2026-10-04',
    '2011-12-30',
    '2018-11-04',
    '2018-02-18',
    '2026-02-15',
    '2026-03-22',
    '2016-05-01',
  ),
  fc
    .date({ min: new Date('2010-01-01'), max: new Date('2034-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
);
const rangesArbitrary = fc
  .uniqueArray(fc.integer({ min: 0, max: 96 }), { minLength: 0, maxLength: 6 })
  .map((quarters) => pairs(quarters.toSorted((a, b) => a - b)));
const scheduleArbitrary: fc.Arbitrary<WeeklySchedule> = fc
  .record({ days: fc.array(rangesArbitrary, { minLength: 7, maxLength: 7 }), override: rangesArbitrary })
  .map(({ days, override }) => ({
    ...(Object.fromEntries(weekdays.map((day, index) => [day, days[index] ?? []])) as Omit<
      WeeklySchedule,
      'overrides'
    >),
    overrides: [{ date: '2026-10-25', ranges: override }],
  }));
const caseArbitrary = fc.record({
  rules: ruleArbitrary,
  schedule: scheduleArbitrary,
  day: dayArbitrary,
  nowOffsetMinutes: fc.integer({ min: -2880, max: 1440 }),
  busy: fc.array(fc.tuple(fc.integer({ min: -600, max: 4000 }), fc.integer({ min: 0, max: 300 })), { maxLength: 12 }),
});

describe('slots against a slow oracle that judges minute by minute', () => {
  const years: Record<string, number[]> = {
    'Pacific/Apia': [2010, 2011, 2012],
    'America/Sao_Paulo': [2017, 2018, 2019],
  };
  for (const timeZone of zones) {
    for (const year of years[timeZone] ?? [2024, 2026, 2027]) {
      it(`agrees for ${timeZone} through ${year}`, () => {
        const rules = rulesWith({
          timeZone,
          durationMinutes: 50,
          slotStepMinutes: 20,
          schedule: everyDay([
            { from: '00:30', to: '03:10' },
            { from: '22:20', to: '24:00' },
          ]),
        });
        const now = new Date(Date.UTC(year - 1, 11, 1));
        for (let month = 0; month < 12; month++) {
          const [from, to] = [new Date(Date.UTC(year, month, 1)), new Date(Date.UTC(year, month + 1, 1))];
          assert.deepEqual(starts(findSlots({ rules, from, to, now, busy: [] })), oracle(rules, from, to, now, []));
        }
      });
    }
  }

  it('agrees for any rules, zone, day, notice and busy times, and with the question about one slot', (t) => {
    const property = fc.property(
      caseArbitrary,
      ({ rules: numbers, schedule, day, nowOffsetMinutes, busy: pattern }) => {
        const rules = { ...numbers, schedule };
        const fromMs = Date.parse(`${day}T00:00Z`) - 12 * 60 * minuteMs;
        const [from, to] = [new Date(fromMs), new Date(fromMs + 2 * dayMs)];
        const now = new Date(fromMs + nowOffsetMinutes * minuteMs);
        const busy = pattern.map(([at, length]) => ({
          start: new Date(fromMs + at * minuteMs),
          end: new Date(fromMs + (at + length) * minuteMs),
        }));
        const found = starts(findSlots({ rules, from, to, now, busy }));
        assert.deepEqual(found, oracle(rules, from, to, now, busy));
        const offered = Array.from(
          { length: (to.getTime() - fromMs) / (5 * minuteMs) },
          (_, index) => new Date(fromMs + index * 5 * minuteMs),
        ).filter((start) => isOffered({ rules, start, now, busy }).offered);
        assert.deepEqual(offered.map(short), found);
      },
    );
    const seed = Date.now() % 2 ** 31;
    t.diagnostic(`seed ${seed}`);
    fc.assert(property, { seed, numRuns: 150 });
  });
});

/** Independent of the code under test: judges every single minute by the wall time that Intl gives. */
function oracle(rules: EventTypeRules, from: Date, to: Date, now: Date, busy: Slot[]): string[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: rules.timeZone, dateStyle: 'short', timeStyle: 'short' });
  const minutes = (to.getTime() - from.getTime()) / minuteMs;
  const walls = wallsOf(format, rules.schedule, from.getTime(), minutes + rules.durationMinutes);
  const open = walls.map((wall) => wall.ranges.some((range) => inside(range, wall)));
  const lastDate = new Date(Date.parse(dateAndMinute(format, now.getTime()).date) + rules.horizonDays * dayMs);
  const needsMs = [-rules.bufferBeforeMinutes, rules.durationMinutes + rules.bufferAfterMinutes].map(
    (m) => m * minuteMs,
  );
  return walls.slice(0, minutes).flatMap((wall, index) => {
    const start = from.getTime() + index * minuteMs;
    if (!wall.ranges.some((range) => inside(range, wall) && (wall.minute - range.from) % rules.slotStepMinutes === 0))
      return [];
    if (!open.slice(index, index + rules.durationMinutes).every(Boolean)) return [];
    if (start < now.getTime() + rules.minNoticeMinutes * minuteMs) return [];
    if (wall.date > lastDate.toISOString().slice(0, 10)) return [];
    const [clearFrom = 0, clearTo = 0] = needsMs.map((ms) => start + ms);
    const taken = busy.some(({ start: s, end: e }) => s < e && s.getTime() < clearTo && e.getTime() > clearFrom);
    return taken ? [] : [short(new Date(start))];
  });
}

type Wall = { date: string; minute: number; ranges: { from: number; to: number }[] };

/** Asks once for each quarter of an hour, because no clock of this century jumps inside one. */
function wallsOf(format: Intl.DateTimeFormat, schedule: WeeklySchedule, fromMs: number, minutes: number): Wall[] {
  return Array.from({ length: Math.ceil(minutes / 15) }, (_, quarter) => {
    const { date, minute } = dateAndMinute(format, fromMs + quarter * 15 * minuteMs);
    const ranges = rangesOn(schedule, date).map(({ from, to }) => ({ from: minuteOf(from), to: minuteOf(to) }));
    return Array.from({ length: 15 }, (_, index) => ({ date, ranges, minute: minute + index }));
  }).flat();
}

function dateAndMinute(format: Intl.DateTimeFormat, ms: number): { date: string; minute: number } {
  const [date = '', time = ''] = format.format(ms).split(' ');
  return { date, minute: minuteOf(time) };
}

function rangesOn(schedule: WeeklySchedule, date: string): TimeRange[] {
  const own = schedule.overrides.find((override) => override.date === date);
  const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
  return own ? own.ranges : schedule[names[new Date(`${date}T00:00Z`).getUTCDay()] ?? 'sun'];
}

function inside({ from, to }: { from: number; to: number }, { minute }: Wall): boolean {
  return from <= minute && minute < to;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** Takes quarters of a day in ascending order two by two, as start and end. */
function pairs(quarters: number[]): TimeRange[] {
  return quarters.flatMap((from, index) => {
    const to = quarters[index + 1];
    return index % 2 === 1 || to === undefined ? [] : [{ from: clock(from), to: clock(to) }];
  });
}

function clock(quarter: number): string {
  const [hours, minutes] = [Math.floor(quarter / 4), (quarter % 4) * 15];
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

function refusesTheEnd(error: unknown): boolean {
  return error instanceof Problem && error.errors?.[0]?.pointer === '/to';
}

function rulesWith(changes: Partial<EventTypeRules>): EventTypeRules {
  return {
    durationMinutes: 30,
    slotStepMinutes: 30,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    ...long,
    timeZone: 'Europe/Berlin',
    schedule: defaultSchedule,
    ...changes,
  };
}

function everyDay(ranges: TimeRange[]): WeeklySchedule {
  return { mon: ranges, tue: ranges, wed: ranges, thu: ranges, fri: ranges, sat: ranges, sun: ranges, overrides: [] };
}

function search(
  rules: EventTypeRules,
  from: string,
  to: string,
  { now = '2026-01-01T00:00Z', busy = [] }: { now?: string; busy?: Slot[] } = {},
): Slot[] {
  return findSlots({ rules, from: new Date(from), to: new Date(to), now: new Date(now), busy });
}

function interval(start: string, end: string): Slot {
  return { start: new Date(start), end: new Date(end) };
}

function short(date: Date): string {
  return `${date.toISOString().slice(0, 16)}Z`;
}

function starts(slots: Slot[]): string[] {
  return slots.map(({ start }) => short(start));
}

function times(slots: Slot[]): string[] {
  return slots.map(({ start }) => start.toISOString().slice(11, 16));
}

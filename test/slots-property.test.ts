import assert from 'node:assert/strict';
import { after, beforeEach, test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { explainDayPlainly, findOpenSlotsPlainly, groupByDayPlainly } from '../bench/slots-baseline.ts';
import type { Booking, BusyTime } from '../src/scheduling/busy-times.ts';
import { weekdays, type TimeRange, type WeeklySchedule } from '../src/scheduling/event-type.ts';
import type { Operator, SlotRules } from '../src/scheduling/operator-times.ts';
import { findOpenSlots, type Assignment, type OpenSearch } from '../src/scheduling/slots.ts';
import { groupByDay } from '../src/scheduling/visitor-days.ts';
import { explainDay } from '../src/scheduling/why-not.ts';
import { offsetPeriods } from '../src/scheduling/zone-offsets.ts';

// The engine against the same search written plainly with Temporal: `PARLEY_SEED` repeats a run, `PARLEY_RUNS` is its length.
const seed = Number(process.env['PARLEY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const runs = Number(process.env['PARLEY_RUNS'] ?? 300);
const tellSeed = (t: TestContext) => t.diagnostic(`seed ${seed} (PARLEY_SEED=${seed} repeats it), ${runs} runs`);

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const zones = Intl.supportedValuesOf('timeZone');
const [firstMs, lastMs] = [Date.UTC(1990, 0, 1), Date.UTC(2037, 11, 1)];

const processZone = process.env['TZ'];
beforeEach(() => setProcessZone(processZone));
after(() => setProcessZone(processZone));

const zone = fc.constantFrom(...zones);
/** Any instant, two times in three at the next change of clocks in a zone. */
const instantNear = (timeZone: string) =>
  fc
    .record({ ms: fc.integer({ min: firstMs / minuteMs, max: lastMs / minuteMs }), move: fc.nat(2) })
    .map(({ ms, move }) => (move === 0 ? undefined : nextChange(timeZone, ms * minuteMs)) ?? ms * minuteMs);

const ranges = fc
  .uniqueArray(
    fc.oneof(
      fc.integer({ min: 0, max: 96 }).map((quarter) => quarter * 15),
      fc.integer({ min: 0, max: 1440 }),
    ),
    {
      maxLength: 6,
    },
  )
  .map(toRanges);
const week = fc.oneof(
  fc.tuple(ranges, ranges, ranges, ranges, ranges, ranges, ranges),
  ranges.map((all) => weekdays.map(() => all)),
  fc.constant(weekdays.map((): TimeRange[] => [{ from: '00:00', to: '24:00' }])),
);
const minutes = (...values: number[]) => fc.constantFrom(...values);
const optional = (most: number) => fc.option(fc.integer({ min: 1, max: most }), { nil: undefined, freq: 2 });
const rulesArbitrary: fc.Arbitrary<SlotRules> = fc.record({
  durationMinutes: minutes(5, 15, 30, 30, 45, 50, 60, 90, 480),
  slotStepMinutes: minutes(10, 15, 20, 30, 30, 45, 60, 90, 7),
  bufferBeforeMinutes: minutes(0, 0, 5, 15, 60),
  bufferAfterMinutes: minutes(0, 0, 10, 30),
  minNoticeMinutes: minutes(0, 30, 24 * 60),
  horizonDays: minutes(1, 2, 30),
  capacity: optional(3),
  mostPerDay: optional(2),
  mostPerWeek: optional(4),
});

/** Times around the middle of a search, on quarters of an hour and beside them, some of them empty. */
const spans = (middleMs: number, lengths: number[]) =>
  fc.record({
    startMs: fc
      .oneof(
        fc.integer({ min: -300, max: 300 }).map((quarter) => quarter * 15),
        fc.integer({ min: -4000, max: 4000 }),
      )
      .map((minute) => middleMs + minute * minuteMs),
    lengthMs: fc
      .oneof(fc.constantFrom(...lengths), fc.integer({ min: 0, max: 300 }))
      .map((length) => length * minuteMs),
    asText: fc.constantFrom('utc' as const, 'offset' as const, 'graph' as const, 'date' as const),
  });

/** Bookings that others may share, several at one time. */
const sessions = (middleMs: number, durationMinutes: number): fc.Arbitrary<Span> =>
  fc.integer({ min: -6, max: 6 }).map((half) => ({
    startMs: (Math.floor(middleMs / hourMs) * 2 + half) * 30 * minuteMs,
    lengthMs: durationMinutes * minuteMs,
    asText: 'utc',
  }));

const operatorArbitrary = (
  id: string,
  timeZone: string,
  middleMs: number,
  durationMinutes: number,
): fc.Arbitrary<Operator> =>
  fc.record({
    id: fc.constant(id),
    timeZone: fc.constant(timeZone),
    schedule: fc
      .record({ week, overrides: fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), ranges), { maxLength: 3 }) })
      .map(({ week, overrides }) => toSchedule(week, overrides, middleMs)),
    calendar: fc.oneof(
      { weight: 9, arbitrary: fc.array(spans(middleMs, [30, 60]).map(toBusyTime), { maxLength: 10 }) },
      { weight: 1, arbitrary: fc.constant('unreadable' as const) },
    ),
    bookings: fc.array(
      fc
        .record({
          span: fc.oneof(spans(middleMs, [durationMinutes]), sessions(middleMs, durationMinutes)),
          held: fc.boolean(),
          sameEventType: fc.boolean(),
        })
        .map(({ span, held, sameEventType }): Booking => ({
          ...toBusyTime(span),
          status: held ? 'held' : 'booked',
          sameEventType,
        })),
      { maxLength: 6 },
    ),
  });

const searchArbitrary = fc
  .tuple(fc.array(zone, { minLength: 1, maxLength: 3 }), fc.boolean(), rulesArbitrary)
  .chain(([operatorZones, together, rules]) => {
    const own = together ? operatorZones.map(() => operatorZones[0] ?? 'UTC') : operatorZones;
    return fc.tuple(fc.constant(rules), fc.constant(own), instantNear(own[0] ?? 'UTC'));
  })
  .chain(([rules, operatorZones, middleMs]) =>
    fc.record({
      rules: fc.constant(rules),
      operators: fc.tuple(
        ...operatorZones.map((timeZone, at) => operatorArbitrary(`o${at}`, timeZone, middleMs, rules.durationMinutes)),
      ),
      assignment: fc.constantFrom<Assignment>(
        { kind: 'round_robin' },
        { kind: 'collective' },
        { kind: 'chosen', operatorId: 'o0' },
      ),
      fromMs: fc.integer({ min: -1500, max: 0 }).map((minute) => middleMs + minute * minuteMs),
      toMs: fc.integer({ min: 0, max: 1500 }).map((minute) => middleMs + minute * minuteMs),
      nowMs: fc.integer({ min: -3 * dayMs, max: dayMs }).map((ms) => middleMs + ms),
      visitorZone: zone,
      processZone: fc.constantFrom(
        'UTC',
        'Pacific/Kiritimati',
        'America/St_Johns',
        'Australia/Lord_Howe',
        'Africa/Casablanca',
      ),
    }),
  )
  .map(({ fromMs, toMs, nowMs, ...rest }) => ({
    ...rest,
    from: new Date(fromMs),
    to: new Date(toMs),
    now: new Date(nowMs),
  }));

test('a search finds what the same search finds that asks Temporal each question', (t) => {
  tellSeed(t);
  let found = 0;
  const property = fc.property(searchArbitrary, ({ visitorZone, processZone, ...search }) => {
    const plainly = groupByDayPlainly(findOpenSlotsPlainly(search), visitorZone);
    setProcessZone(processZone);
    assert.deepEqual(groupByDay(findOpenSlots(search), visitorZone), plainly);
    if (plainly.length > 0) found += 1;
  });
  fc.assert(property, { seed, numRuns: runs });
  t.diagnostic(`${found} searches found something`);
  assert.ok(runs < 100 || found > runs / 10, `${found} searches found something`);
});

test('each time of a day is explained as it is when Temporal is asked each question, and as the search has it', (t) => {
  tellSeed(t);
  const counts: Record<string, number> = {};
  const property = fc.property(searchArbitrary, ({ rules, operators, now, to, processZone }) => {
    const [operator] = operators;
    assert.ok(operator);
    const date = Temporal.Instant.fromEpochMilliseconds(to.getTime())
      .toZonedDateTimeISO(operator.timeZone)
      .toPlainDate()
      .toString();
    const plainly = explainDayPlainly({ rules, operator, date, now });
    setProcessZone(processZone);
    const explained = explainDay({ rules, operator, date, now });
    assert.deepEqual(explained, plainly);
    const offered = explained.filter(({ reason }) => reason === 'offered').map(({ startMs }) => startMs);
    assert.deepEqual(offered, startsOfDay({ rules, operator, date, now }));
    for (const { reason } of explained) counts[reason] = (counts[reason] ?? 0) + 1;
  });
  fc.assert(property, { seed, numRuns: runs });
  t.diagnostic(JSON.stringify(counts));
});

test('every change of clocks of every zone from 2026 to 2030 is met', (t) => {
  const [begin, end] = [Date.UTC(2026, 0, 1), Date.UTC(2031, 0, 1)];
  const week: TimeRange[] = [
    { from: '00:00', to: '02:20' },
    { from: '02:20', to: '03:10' },
    { from: '22:30', to: '24:00' },
  ];
  const rules = { ...quiet, durationMinutes: 40, slotStepMinutes: 20, bufferAfterMinutes: 10 };
  let changes = 0;
  for (const timeZone of zones) {
    const operator: Operator = { id: 'o', timeZone, schedule: everyDay(week), calendar: [], bookings: [] };
    let changeMs = nextChange(timeZone, begin);
    for (; changeMs !== undefined && changeMs < end; changeMs = nextChange(timeZone, changeMs)) {
      const search: OpenSearch = {
        rules,
        operators: [operator],
        assignment: { kind: 'round_robin' },
        from: new Date(changeMs - 4 * hourMs),
        to: new Date(changeMs + 4 * hourMs),
        now: new Date(changeMs - 10 * dayMs),
      };
      assert.deepEqual(
        findOpenSlots(search),
        findOpenSlotsPlainly(search),
        `${timeZone} ${new Date(changeMs).toJSON()}`,
      );
      changes += 1;
    }
  }
  t.diagnostic(`${changes} changes in ${zones.length} zones`);
  assert.ok(changes > 1000);
});

test('the offsets of a zone are those that Temporal knows, year after year', (t) => {
  tellSeed(t);
  const years = fc.integer({ min: 1990, max: 2037 });
  const property = fc.property(zone, years, (timeZone, year) => {
    const [begin, end] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
    const expected: number[] = [];
    let changeMs = nextChange(timeZone, begin - 1);
    for (; changeMs !== undefined && changeMs < end; changeMs = nextChange(timeZone, changeMs)) expected.push(changeMs);
    const periods = offsetPeriods(timeZone, begin, end);
    assert.deepEqual(
      periods.map(({ startMs }) => startMs),
      [...new Set([begin, ...expected])],
    );
    for (const { startMs, endMs, offsetMs } of periods) {
      assert.deepEqual([offsetAt(timeZone, startMs), offsetAt(timeZone, endMs - 1)], [offsetMs, offsetMs]);
    }
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
  ];
  fc.assert(property, { seed, numRuns: runs, examples });
});

const quiet: SlotRules = {
  durationMinutes: 30,
  slotStepMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  minNoticeMinutes: 0,
  horizonDays: 30,
};

function startsOfDay({
  rules,
  operator,
  date,
  now,
}: {
  rules: SlotRules;
  operator: Operator;
  date: string;
  now: Date;
}) {
  const middleMs = Date.parse(`${date}T12:00Z`);
  const found = findOpenSlots({
    rules,
    operators: [operator],
    assignment: { kind: 'collective' },
    from: new Date(middleMs - 2 * dayMs),
    to: new Date(middleMs + 2 * dayMs),
    now,
  });
  return groupByDay(found, operator.timeZone)
    .filter((day) => day.date === date)
    .flatMap(({ slots }) => slots.map(({ startMs }) => startMs));
}

function nextChange(timeZone: string, ms: number): number | undefined {
  const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);
  return at.getTimeZoneTransition('next')?.epochMilliseconds;
}

function offsetAt(timeZone: string, ms: number): number {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6;
}

/** Minutes of a day in pairs, as ranges that do not overlap; some follow each other without a pause. */
function toRanges(minutesOfDay: number[]): TimeRange[] {
  const sorted = minutesOfDay.toSorted((a, b) => a - b);
  const step = sorted.length % 2 === 0 ? 2 : 1;
  return sorted.flatMap((from, at) => {
    const to = sorted[at + 1];
    return at % step === 1 || to === undefined ? [] : [{ from: clock(from), to: clock(to) }];
  });
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function toSchedule(week: TimeRange[][], overrides: [number, TimeRange[]][], middleMs: number): WeeklySchedule {
  const [mon = [], tue = [], wed = [], thu = [], fri = [], sat = [], sun = []] = week;
  const dates = new Map(
    overrides.map(([days, ranges]) => [new Date(middleMs + days * dayMs).toISOString().slice(0, 10), ranges]),
  );
  return { mon, tue, wed, thu, fri, sat, sun, overrides: [...dates].map(([date, ranges]) => ({ date, ranges })) };
}

function everyDay(ranges: TimeRange[]): WeeklySchedule {
  return toSchedule(
    weekdays.map(() => ranges),
    [],
    0,
  );
}

type Span = { startMs: number; lengthMs: number; asText: 'utc' | 'offset' | 'graph' | 'date' };

function toBusyTime({ startMs, lengthMs, asText }: Span): BusyTime {
  const [start, end] = [new Date(startMs), new Date(startMs + lengthMs)];
  const text = {
    utc: (at: Date) => at.toISOString(),
    offset: (at: Date) => new Date(at.getTime() - 5.5 * hourMs).toISOString().replace(':00.000Z', '-05:30'),
    graph: (at: Date) => at.toISOString().replace('000Z', '0000000Z'),
    date: (at: Date) => at,
  }[asText];
  return { start: text(start), end: text(end) };
}

/** Where the process seems to be, which must not matter. */
function setProcessZone(timeZone: string | undefined): void {
  if (timeZone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = timeZone;
}

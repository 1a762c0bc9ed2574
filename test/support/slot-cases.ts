import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import type { Booking, BusyTime } from '../../src/scheduling/busy-times.ts';
import { weekdays, type TimeRange, type WeeklySchedule } from '../../src/scheduling/event-type.ts';
import type { Operator, SlotRules } from '../../src/scheduling/operator-times.ts';
import type { Assignment, OpenSearch } from '../../src/scheduling/slots.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
export const zones = Intl.supportedValuesOf('timeZone');

/** A search, with the zone in which a visitor reads what it finds; of some, a day of the first operator is explained too. */
export type SlotCase = OpenSearch & {
  operators: readonly [Operator, ...Operator[]];
  visitorZone: string;
  explained: string | undefined;
};

const visitorZones = ['UTC', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Pacific/Apia'];
const [firstMs, lastMs] = [Date.UTC(1990, 0, 1), Date.UTC(2037, 11, 1)];
export const zone = fc.constantFrom(...zones);

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
    { maxLength: 6 },
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
  slotStepMinutes: minutes(15, 25, 30, 40, 60, 60, 90, 100, 480),
  bufferBeforeMinutes: minutes(0, 0, 5, 15, 60),
  bufferAfterMinutes: minutes(0, 0, 10, 30),
  minNoticeMinutes: minutes(0, 0, 30, 24 * 60),
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
        fc.integer({ min: -60, max: 60 }).map((quarter) => quarter * 15),
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
      { weight: 9, arbitrary: fc.array(spans(middleMs, [30, 60]).map(toBusyTime), { maxLength: 8 }) },
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

/** How far a search reaches from its middle; most are short, since what goes wrong does so within hours. */
const reach = fc
  .oneof(
    { weight: 7, arbitrary: fc.integer({ max: 240, min: 0 }) },
    { weight: 1, arbitrary: fc.integer({ max: 1500, min: 0 }) },
  )
  .map((minute) => minute * minuteMs);

/** Those of the operators: mostly there is one, seldom there are three. */
const operatorZonesArbitrary = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(zone) },
  { weight: 3, arbitrary: fc.tuple(zone, zone) },
  { weight: 1, arbitrary: fc.tuple(zone, zone, zone) },
);

/** Any search: rules, operators in one zone or several, in any year, mostly where their clocks change. */
export const slotCases: fc.Arbitrary<SlotCase> = fc
  .tuple(operatorZonesArbitrary, fc.boolean(), rulesArbitrary)
  .chain(([operatorZones, together, rules]) => {
    const own: string[] = together ? operatorZones.map(() => operatorZones[0]) : operatorZones;
    return fc.tuple(fc.constant(rules), fc.constant(own), instantNear(own[0] ?? 'UTC'));
  })
  .chain(([rules, [first = 'UTC', ...others], middleMs]) => {
    const operator = (timeZone: string, at: number) =>
      operatorArbitrary(`o${at}`, timeZone, middleMs, rules.durationMinutes);
    return fc.record({
      rules: fc.constant(rules),
      operators: fc.tuple(operator(first, 0), ...others.map((timeZone, at) => operator(timeZone, at + 1))),
      assignment: fc.constantFrom<Assignment>(
        { kind: 'round_robin' },
        { kind: 'collective' },
        { kind: 'chosen', operatorId: 'o0' },
      ),
      from: reach.map((ms) => new Date(middleMs - ms)),
      to: reach.map((ms) => new Date(middleMs + ms)),
      now: fc
        .oneof(
          { weight: 3, arbitrary: fc.integer({ min: -dayMs, max: -4 * hourMs }) },
          { weight: 1, arbitrary: fc.integer({ min: -3 * dayMs, max: dayMs }) },
        )
        .map((ms) => new Date(middleMs + ms)),
      visitorZone: fc.constantFrom(first, ...visitorZones),
      explained: fc.oneof(
        { weight: 9, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constantFrom(dateIn(first, middleMs), dateIn(first, middleMs + dayMs)) },
      ),
    });
  });

/** The next instant at which a zone changes its offset. */
export function nextChange(timeZone: string, ms: number): number | undefined {
  const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);
  return at.getTimeZoneTransition('next')?.epochMilliseconds;
}

/** The date of an instant in a zone. */
export function dateIn(timeZone: string, ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** The same hours on every day of the week. */
export function everyDay(ranges: TimeRange[], overrides: WeeklySchedule['overrides'] = []): WeeklySchedule {
  return {
    ...toSchedule(
      weekdays.map(() => ranges),
      [],
      0,
    ),
    overrides,
  };
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

/** A minute of a day as a clock shows it, up to 24:00. */
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

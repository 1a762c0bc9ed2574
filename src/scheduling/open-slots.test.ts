import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Booking } from './busy-times.ts';
import type { TimeRange, WeeklySchedule } from './event-type.ts';
import type { Operator, SlotRules } from './operator-times.ts';
import { findOpenSlots, leastBusyFirst, type Assignment } from './slots.ts';
import { groupByDay } from './visitor-days.ts';
import { explainDay, reasons } from './why-not.ts';

const rules: SlotRules = {
  durationMinutes: 30,
  slotStepMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  minNoticeMinutes: 0,
  horizonDays: 30,
};
const now = new Date('2026-06-01T00:00Z'); // a Monday

describe('a search among several operators', () => {
  const ada = operator('ada', { calendar: [interval('09:00', '09:30')] });
  const bob = operator('bob', { calendar: [interval('09:30', '10:00')] });

  it('offers by turns what anybody offers, and says who is free', () => {
    assert.deepEqual(search([ada, bob], { kind: 'round_robin' }), [
      '09:00 bob 1',
      '09:30 ada 1',
      '10:00 ada 1 bob 1',
      '10:30 ada 1 bob 1',
    ]);
  });

  it('offers together only when all are free', () => {
    assert.deepEqual(search([ada, bob], { kind: 'collective' }), ['10:00 ada 1 bob 1', '10:30 ada 1 bob 1']);
    assert.deepEqual(search([], { kind: 'collective' }), []);
  });

  it('offers together the starts of any of them while all work, in whatever zone', () => {
    const india = operator('india', { timeZone: 'Asia/Kolkata', schedule: everyDay([{ from: '15:15', to: '16:30' }]) });
    assert.deepEqual(search([ada, india], { kind: 'collective' }), [
      '09:45 ada 1 india 1',
      '10:00 ada 1 india 1',
      '10:15 ada 1 india 1',
      '10:30 ada 1 india 1',
    ]);
  });

  it('offers the times of the operator whom the visitor chose', () => {
    assert.deepEqual(search([ada, bob], { kind: 'chosen', operatorId: 'bob' }), [
      '09:00 bob 1',
      '10:00 bob 1',
      '10:30 bob 1',
    ]);
    assert.deepEqual(search([ada, bob], { kind: 'chosen', operatorId: 'nobody' }), []);
  });

  it('offers nothing of a calendar that could not be read', () => {
    const unread = operator('unread', { calendar: 'unreadable' });
    assert.deepEqual(search([unread], { kind: 'round_robin' }), []);
    assert.deepEqual(search([ada, unread], { kind: 'collective' }), []);
    assert.equal(search([ada, unread], { kind: 'round_robin' }).length, 3);
  });

  it('leaves who comes first to counts, and to their order where these are equal', () => {
    const free = ['ada', 'bob', 'cem'].map((operatorId) => ({ operatorId, seatsLeft: 1 }));
    const sorted = leastBusyFirst(
      free,
      new Map([
        ['ada', 2],
        ['cem', 0],
      ]),
    );
    assert.deepEqual(
      sorted.map(({ operatorId }) => operatorId),
      ['bob', 'cem', 'ada'],
    );
  });
});

describe('capacity', () => {
  it('lets bookings of the same event type share a time until it is full', () => {
    const group = { ...rules, capacity: 2, bufferBeforeMinutes: 10 };
    const half = operator('half', { bookings: [booking('09:30', '10:00')] });
    assert.deepEqual(search([half], { kind: 'round_robin' }, group), ['09:00 half 2', '09:30 half 1', '10:30 half 2']);
    const full = operator('full', {
      bookings: [booking('09:30', '10:00'), booking('09:30', '10:00', { status: 'held' })],
    });
    assert.deepEqual(search([full], { kind: 'round_robin' }, group), ['09:00 full 2', '10:30 full 2']);
  });

  it('shares nothing with another event type, another length or another start', () => {
    const group = { ...rules, capacity: 5 };
    for (const one of [
      booking('09:30', '10:00', { sameEventType: false }),
      booking('09:30', '10:15'),
      booking('09:40', '10:10'),
    ]) {
      const found = search([operator('o', { bookings: [one] })], { kind: 'round_robin' }, group);
      assert.ok(!found.includes('09:30 o 5') && !found.includes('09:30 o 4'), found.join());
    }
  });
});

it('explains a time that is full by those who fill it, and one that is not as offered in spite of a limit', () => {
  const sharing = { ...rules, capacity: 2, mostPerDay: 1 };
  const booked = booking('09:30', '10:00');
  const held = booking('09:30', '10:00', { status: 'held' });
  const reasonWith = (bookings: Booking[]) =>
    explainDay({ rules: sharing, operator: operator('o', { bookings }), date: '2026-06-01', now }).find(
      ({ startMs }) => clock(startMs) === '09:30',
    )?.reason;
  assert.deepEqual(
    [reasonWith([booked, booked]), reasonWith([booked, held]), reasonWith([held])],
    ['booked', 'held', 'offered'],
  );
});

describe('limits', () => {
  it('close a day, or the days of a week from Monday, in the operator’s zone', () => {
    const bookings = [booking('09:00', '09:30'), booking('10:00', '10:30', { sameEventType: false })];
    const days = (limit: Partial<SlotRules>) => {
      const found = findOpenSlots({
        rules: { ...rules, ...limit },
        operators: [operator('o', { bookings })],
        ...wide,
        now,
      });
      return groupByDay(found, 'UTC').map(({ date }) => Number(date.slice(-2)));
    };
    assert.deepEqual(days({}), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(days({ mostPerDay: 1 }), [2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(days({ mostPerWeek: 1 }), [8, 9]);
    assert.deepEqual(days({ mostPerDay: 2, mostPerWeek: 2 }), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('do not keep anybody from a session that there is', () => {
    const bookings = [booking('09:00', '09:30')];
    const limited = { ...rules, capacity: 3, mostPerDay: 1 };
    assert.deepEqual(search([operator('o', { bookings })], { kind: 'round_robin' }, limited), ['09:00 o 2']);
  });
});

describe('the explanation of a day', () => {
  it('gives each time of the hours and around them with the first reason against it', () => {
    const strict = { ...rules, bufferAfterMinutes: 5, slotStepMinutes: 60, minNoticeMinutes: 60, mostPerDay: 9 };
    const busy = operator('busy', {
      schedule: everyDay([{ from: '02:00', to: '07:15' }]),
      calendar: [interval('03:15', '03:20'), interval('04:30', '04:31')],
      bookings: [booking('05:00', '05:15', { status: 'held' }), booking('06:20', '06:40')],
    });
    const day = explainDay({ rules: strict, operator: busy, date: '2026-06-01', now: new Date('2026-06-01T01:30Z') });
    assert.deepEqual(
      day.slice(0, 9).map(({ startMs, reason }) => `${clock(startMs)} ${reason}`),
      [
        '00:00 past',
        '01:00 past',
        '02:00 notice',
        '03:00 busy',
        '04:00 buffer',
        '05:00 held',
        '06:00 booked',
        '07:00 outside_hours',
        '08:00 outside_hours',
      ],
    );
  });

  it('says what closes a whole day', () => {
    const all = (one: Operator, date: string, limit = {}) => [
      ...new Set(
        explainDay({ rules: { ...rules, ...limit }, operator: one, date, now })
          .map(({ reason }) => reason)
          .filter((reason) => reason !== 'outside_hours'),
      ),
    ];
    assert.deepEqual(all(operator('o', { calendar: 'unreadable' }), '2026-06-02'), ['calendar_unreadable']);
    assert.deepEqual(all(operator('o'), '2026-07-02'), ['horizon']);
    assert.deepEqual(all(operator('o'), '2026-07-01'), ['offered']);
    const booked = operator('o', { bookings: [booking('09:00', '09:30')] });
    assert.deepEqual(all(booked, '2026-06-02', { mostPerWeek: 1 }), ['limit']);
    assert.throws(() => all(operator('o'), 'tomorrow'), TypeError);
  });

  it('knows no time that a change of clocks skips, and both of one that it repeats', () => {
    const berlin = operator('o', { timeZone: 'Europe/Berlin', schedule: everyDay([{ from: '02:00', to: '03:00' }]) });
    const count = (date: string, at: string) =>
      explainDay({ rules, operator: berlin, date, now: new Date(at) }).filter(({ reason }) => reason === 'offered')
        .length;
    assert.deepEqual([count('2026-03-29', '2026-03-20'), count('2026-10-25', '2026-10-20')], [0, 4]);
  });

  it('has words for every reason', () => {
    for (const words of Object.values(reasons)) assert.match(words, /^[A-Z].*\.$/);
  });
});

it('a day of the visitor that comes back when clocks go back over midnight is one day', () => {
  // 2010-11-07 00:01 in Newfoundland was followed by 23:01 of the day before.
  const starts = ['2010-11-07T01:30Z', '2010-11-07T02:30Z', '2010-11-07T02:45Z', '2010-11-07T03:30Z'];
  const days = groupByDay(
    starts.map((start) => ({ startMs: Date.parse(start) })),
    'America/St_Johns',
  );
  assert.deepEqual(
    days.map(({ date, slots }) => `${date} ${slots.length}`),
    ['2010-11-06 2', '2010-11-07 2'],
  );
  assert.deepEqual(groupByDay([], 'UTC'), []);
});

const wide = {
  assignment: { kind: 'round_robin' } as const,
  from: new Date('2026-06-01T00:00Z'),
  to: new Date('2026-06-10T00:00Z'),
};

function search(operators: Operator[], assignment: Assignment, searched = rules): string[] {
  const [from, to] = [new Date('2026-06-01T00:00Z'), new Date('2026-06-02T00:00Z')];
  return findOpenSlots({ rules: searched, operators, assignment, from, to, now }).map(({ startMs, free }) =>
    [clock(startMs), ...free.flatMap(({ operatorId, seatsLeft }) => [operatorId, seatsLeft])].join(' '),
  );
}

function operator(id: string, changes: Partial<Operator> = {}): Operator {
  const schedule = everyDay([{ from: '09:00', to: '11:00' }]);
  return { id, timeZone: 'UTC', schedule, calendar: [], bookings: [], ...changes };
}

function booking(from: string, to: string, changes: Partial<Booking> = {}): Booking {
  return { ...interval(from, to), status: 'booked', sameEventType: true, ...changes };
}

function interval(from: string, to: string) {
  return { start: `2026-06-01T${from}:00Z`, end: `2026-06-01T${to}:00Z` };
}

function everyDay(ranges: TimeRange[]): WeeklySchedule {
  return { mon: ranges, tue: ranges, wed: ranges, thu: ranges, fri: ranges, sat: ranges, sun: ranges, overrides: [] };
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}

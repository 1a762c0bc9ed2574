import assert from 'node:assert/strict';
import { findOpenSlotsPlainly } from '../../bench/slots-baseline.ts';
import type { TimeRange } from '../../src/scheduling/event-type.ts';
import type { Operator, SlotRules } from '../../src/scheduling/operator-times.ts';
import { findOpenSlots, type OpenSearch } from '../../src/scheduling/slots.ts';
import { dateIn, dayMs, everyDay, hourMs, minuteMs, nextChange, zones } from './slot-cases.ts';

/** From 2026 to 2030. */
export const [firstMs, endMs] = [Date.UTC(2026, 0, 1), Date.UTC(2031, 0, 1)];

/** Names that are no zone’s own any more, but that calendars and people still use. */
const otherNames = ['US/Eastern', 'Asia/Calcutta', 'Asia/Kolkata', 'Europe/Kiev', 'GMT', 'Etc/GMT+12', 'Etc/GMT-14'];

/** Every zone of this runtime’s database. */
export const allZones = [...new Set([...zones, ...otherNames])];

/**
 * Searches around every change of clocks of every zone, with hours that touch it, cross it and meet in it, and compares
 * with plain Temporal. Throws at the first that differs.
 */
export function meetEveryChange(): { zones: number; changes: number; slots: number } {
  let [changes, slots] = [0, 0];
  for (const timeZone of allZones) {
    for (const changeMs of changesOf(timeZone)) {
      changes += 1;
      for (const search of searchesAround(timeZone, changeMs)) {
        const found = findOpenSlots(search);
        slots += found.length;
        const what = `${timeZone} ${new Date(changeMs).toJSON()} ${JSON.stringify(search)}`;
        assert.deepEqual(found, findOpenSlotsPlainly(search), what);
      }
    }
  }
  return { zones: allZones.length, changes, slots };
}

/** When the clocks of a zone change from 2026 to 2030. */
export function changesOf(timeZone: string): number[] {
  const changes: number[] = [];
  let changeMs = nextChange(timeZone, firstMs - 1);
  for (; changeMs !== undefined && changeMs < endMs; changeMs = nextChange(timeZone, changeMs)) changes.push(changeMs);
  return changes;
}

const wholeDay: TimeRange[] = [{ from: '00:00', to: '24:00' }];
const pieces: TimeRange[] = [
  { from: '00:00', to: '02:20' },
  { from: '02:20', to: '03:10' },
  { from: '22:30', to: '24:00' },
];
const lastMinute: TimeRange[] = [
  { from: '00:00', to: '00:40' },
  { from: '23:59', to: '24:00' },
];

function* searchesAround(timeZone: string, changeMs: number): Generator<OpenSearch> {
  const rules: SlotRules = {
    durationMinutes: 40,
    slotStepMinutes: 20,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 10,
    minNoticeMinutes: 0,
    horizonDays: 30,
  };
  const operator: Operator = { id: 'o', timeZone, schedule: everyDay(pieces), calendar: [], bookings: [] };
  const around = {
    assignment: { kind: 'round_robin' } as const,
    from: new Date(changeMs - 4 * hourMs),
    to: new Date(changeMs + 4 * hourMs),
    now: new Date(changeMs - 10 * dayMs),
  };
  yield { ...around, rules, operators: [operator] };
  // Over midnight: from the last minute of a day into the next one.
  const overnight = { ...operator, schedule: everyDay(lastMinute) };
  yield { ...around, rules: { ...rules, durationMinutes: 31, slotStepMinutes: 10 }, operators: [overnight] };
  // A day of its own hours where the change is, something busy across it, one time booked, and as many as a day takes.
  const override = { date: dateIn(timeZone, changeMs), ranges: [{ from: '00:10', to: '23:50' }] };
  const start = new Date(changeMs - 90 * minuteMs);
  const end = new Date(changeMs - 60 * minuteMs);
  const busy = {
    ...operator,
    schedule: everyDay(wholeDay, [override]),
    calendar: [{ start: new Date(changeMs - 15 * minuteMs), end: new Date(changeMs + 15 * minuteMs) }],
    bookings: [{ start, end, status: 'booked' as const, sameEventType: true }],
  };
  yield { ...around, rules: { ...rules, durationMinutes: 30, mostPerDay: 1, capacity: 2 }, operators: [busy] };
  // The horizon, which counts whole days of the operator, ends there; so does notice.
  const now = new Date(changeMs - dayMs);
  yield { ...around, now, rules: { ...rules, horizonDays: 1, minNoticeMinutes: 24 * 60 }, operators: [busy] };
}

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { explainDayPlainly, findOpenSlotsPlainly, groupByDayPlainly } from '../../bench/slots-baseline.ts';
import { findOpenSlots } from '../../src/scheduling/slots.ts';
import { groupByDay } from '../../src/scheduling/visitor-days.ts';
import { explainDay } from '../../src/scheduling/why-not.ts';
import { dayMs, slotCases, type SlotCase } from './slot-cases.ts';
import { meetEveryChange } from './slot-changes.ts';
import { seedVariable, pathVariable, runsVariable } from './slot-processes.ts';

/**
 * A process that holds the search for slots to plain Temporal, and says on its standard output what it saw. It is
 * started in different time zones, none of which may matter.
 */
const tasks: Record<string, () => object> = { cases: compareCases, changes: meetEveryChange };
const task = tasks[process.argv[2] ?? ''];
assert.ok(task, `the task is one of ${Object.keys(tasks).join(', ')}`);
console.log(JSON.stringify(task()));

function compareCases(): object {
  const { env } = process;
  const seen = { cases: 0, found: 0, explained: 0, reasons: {} as Record<string, number> };
  const property = fc.property(slotCases, (one) => {
    seen.cases += 1;
    if (comparesSearch(one)) seen.found += 1;
    if (one.explained === undefined) return;
    seen.explained += 1;
    for (const reason of comparesDay(one, one.explained)) seen.reasons[reason] = (seen.reasons[reason] ?? 0) + 1;
  });
  const path = env[pathVariable];
  fc.assert(property, {
    seed: Number(env[seedVariable]),
    numRuns: Number(env[runsVariable] ?? 1),
    ...(path !== undefined && { path }),
  });
  return seen;
}

/** Whether the search found anything. */
function comparesSearch({ visitorZone, ...search }: SlotCase): boolean {
  const plainly = groupByDayPlainly(findOpenSlotsPlainly(search), visitorZone);
  assert.deepEqual(groupByDay(findOpenSlots(search), visitorZone), plainly);
  return plainly.length > 0;
}

/** The reasons that were given; a time is offered where, and only where, the search finds it. */
function comparesDay({ rules, operators: [operator], now }: SlotCase, date: string): string[] {
  const explained = explainDay({ rules, operator, date, now });
  assert.deepEqual(explained, explainDayPlainly({ rules, operator, date, now }));
  const middleMs = Date.parse(`${date}T12:00Z`);
  const found = findOpenSlots({
    rules,
    operators: [operator],
    assignment: { kind: 'collective' },
    from: new Date(middleMs - 2 * dayMs),
    to: new Date(middleMs + 2 * dayMs),
    now,
  });
  const onDay = groupByDay(found, operator.timeZone).find((day) => day.date === date)?.slots ?? [];
  const offered = explained.filter(({ reason }) => reason === 'offered');
  assert.deepEqual(
    offered.map(({ startMs }) => startMs),
    onDay.map(({ startMs }) => startMs),
  );
  return explained.map(({ reason }) => reason);
}

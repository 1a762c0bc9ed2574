import { isRecord, wrongType } from './call.ts';
import { badBody, badRequest } from './graph-error.ts';
import type { Recurrence } from './mailboxes.ts';
import { ianaZone } from './time-zones.ts';

const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const patternTypes = ['daily', 'weekly', 'absoluteMonthly', 'relativeMonthly', 'absoluteYearly', 'relativeYearly'];
const rangeTypes = ['endDate', 'noEnd', 'numbered'];

/** Reads `recurrence`; properties that the pattern type ignores are still checked. */
export function readRecurrence(value: unknown): Recurrence {
  if (!isRecord(value)) throw wrongType(value, 'microsoft.graph.patternedRecurrence');
  const { pattern, range } = value;
  if (!isRecord(pattern) || !isRecord(range)) throw propertyFailed();
  return { pattern: readPattern(pattern), range: readRange(range) };
}

function readPattern(pattern: Record<string, unknown>): Recurrence['pattern'] {
  const type = oneOf(pattern['type'], patternTypes);
  const interval = pattern['interval'] ?? 1;
  if (typeof interval !== 'number' || !Number.isInteger(interval)) throw wrongType(interval, 'Edm.Int32');
  if (interval < 1) throw propertyFailed();
  const daysOfWeek = pattern['daysOfWeek'] ?? [];
  if (!Array.isArray(daysOfWeek)) throw wrongType(daysOfWeek, 'Collection(microsoft.graph.dayOfWeek)');
  const named = daysOfWeek.map((day: unknown) => oneOf(day, days));
  if (type === 'weekly' && named.length === 0) throw propertyFailed();
  return {
    month: 0,
    dayOfMonth: 0,
    index: 'first',
    ...pattern,
    type,
    interval,
    daysOfWeek: named,
    firstDayOfWeek: oneOf(pattern['firstDayOfWeek'] ?? 'sunday', days),
  };
}

function readRange(range: Record<string, unknown>): Recurrence['range'] {
  const type = oneOf(range['type'], rangeTypes) as Recurrence['range']['type'];
  const startDate = date(range['startDate']);
  const zone = range['recurrenceTimeZone'];
  if (typeof zone === 'string' && zone !== '') ianaZone(zone);
  const count = range['numberOfOccurrences'] ?? 0;
  if (typeof count !== 'number' || !Number.isInteger(count)) throw wrongType(count, 'Edm.Int32');
  if (type === 'numbered' && count < 1) throw propertyFailed();
  const endDate = type === 'endDate' ? date(range['endDate']) : '0001-01-01';
  if (type === 'endDate' && endDate < startDate) throw propertyFailed();
  return {
    type,
    startDate,
    endDate,
    numberOfOccurrences: count,
    recurrenceTimeZone: typeof zone === 'string' ? zone : '',
  };
}

function oneOf(value: unknown, members: readonly string[]): string {
  const found = members.find((member) => typeof value === 'string' && member.toLowerCase() === value.toLowerCase());
  if (found === undefined) throw badBody(`Requested value '${String(value)}' was not found.`);
  return found;
}

function date(value: unknown): string {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) throw wrongType(value ?? null, 'Edm.Date');
  return value;
}

function propertyFailed(): Error {
  return badRequest('At least one property failed validation.', 'ErrorPropertyValidationFailure');
}

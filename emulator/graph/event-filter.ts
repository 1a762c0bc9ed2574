import type { EventView } from './event-json.ts';
import { eventJson } from './event-json.ts';
import { canonicalId } from './extended-properties.ts';
import { badRequest } from './graph-error.ts';
import type { StoredEvent } from './mailboxes.ts';
import type { Literal } from './odata-filter.ts';
import { compareExactly, parseFilter, satisfies, usesOf } from './odata-filter.ts';
import { parseInstant } from './time-zones.ts';

const filterable: ReadonlySet<string> = new Set([
  'id',
  'iCalUId',
  'subject',
  'start/dateTime',
  'end/dateTime',
  'createdDateTime',
  'lastModifiedDateTime',
  'isAllDay',
  'isCancelled',
  'isOrganizer',
  'isOnlineMeeting',
  'showAs',
  'sensitivity',
  'importance',
  'type',
  'seriesMasterId',
  'categories',
  'organizer/emailAddress/address',
  'singleValueExtendedProperties/id',
  'singleValueExtendedProperties/value',
]);

/** The test that `$filter` describes; 400 for properties that cannot be filtered on, `transactionId` among them. */
export function parseEventFilter(text: string | undefined, view: EventView): (event: StoredEvent) => boolean {
  if (text === undefined) return () => true;
  const filter = parseFilter(text);
  for (const { operator, path } of usesOf(filter)) {
    if (operator !== 'not' && !filterable.has(path)) {
      throw badRequest(`The property '${path}' does not support filtering.`, 'ErrorInvalidUrlQueryFilter');
    }
  }
  return (event) => satisfies(searchable(event, view), filter, compare);
}

function searchable(event: StoredEvent, view: EventView): Record<string, unknown> {
  return { ...eventJson(event, view), singleValueExtendedProperties: event.extendedProperties };
}

function compare(left: unknown, right: Literal, path: string): number | undefined {
  if (/DateTime$/i.test(path) && typeof left === 'string' && typeof right === 'string') {
    const [a, b] = [parseInstant(left, 'UTC'), parseInstant(right, 'UTC')];
    if (b === undefined) throw badRequest(`Invalid filter clause: '${right}' is not a date.`);
    return a === undefined ? undefined : Math.sign(a - b);
  }
  // The id of an extended property is the same in any spelling of its GUID.
  if (path.endsWith('/id') && typeof right === 'string' && right.includes('{')) {
    return compareExactly(left, canonicalId(right));
  }
  return compareExactly(left, right);
}

import { holdsAny, mailboxUser } from './access.ts';
import { calendarOf, ownerKey } from './calendars.ts';
import type { Call, Reply } from './call.ts';
import { appliedHeader, contextOwner, jsonBody, numberOption, preferences, queryOption, serviceRoot } from './call.ts';
import { createEvent } from './event-create.ts';
import { parseEventFilter } from './event-filter.ts';
import { readEventInput } from './event-input.ts';
import type { EventView } from './event-json.ts';
import { eventJson, eventProperties } from './event-json.ts';
import { updateEvent } from './event-update.ts';
import { expandedPropertyIds } from './extended-properties.ts';
import { GraphError, itemNotFound } from './graph-error.ts';
import type { StoredEvent } from './mailboxes.ts';
import { eventsOf } from './mailboxes.ts';
import { nextLink, ordered, project, selectedProperties } from './odata-page.ts';
import { findOccurrence } from './recurrence.ts';
import type { Route } from './routes.ts';
import { underCalendar } from './routes.ts';
import { rememberTransaction, replayed } from './transaction-ids.ts';

export const eventRoutes: Route[] = underCalendar([
  ['GET', '/events', 'read calendar', list],
  ['POST', '/events', 'write calendar', create],
  ['GET', '/events/%24count', 'read calendar', count],
  ['GET', '/events/:event', 'read calendar', read],
  ['PATCH', '/events/:event', 'write calendar', update],
]);

/** The event that the path names, by ordinary or immutable id, in this mailbox; 404 otherwise. */
export function eventOf(call: Call): StoredEvent {
  const user = mailboxUser(call);
  if (call.params['calendar'] !== undefined) calendarOf(call);
  const event = findEvent(call, call.params['event'] ?? '');
  if (event === undefined || event.ownerId !== user.id) throw itemNotFound();
  return event;
}

/** How this caller wants events to look. */
export function viewOf(call: Call): EventView {
  const { timeZone, immutableIds, textBodies } = preferences(call);
  const basic = !holdsAny(call.caller, ['Calendars.Read', 'Calendars.ReadWrite']);
  const expanded = expandedPropertyIds(queryOption(call, 'expand'));
  return { context: call.context, timeZone, immutableIds, textBodies, basic, expanded };
}

/** One page of events with `$select`, `$top`, `$skip` and `$count`. */
export function pageReply(call: Call, events: StoredEvent[], fragment: string, pageSize = 10): Reply {
  const selected = selectedProperties(call, eventProperties, 'event');
  const view = viewOf(call);
  const prefer = preferences(call);
  const top = numberOption(call, 'top', prefer.maxPageSize ?? pageSize, 1000);
  const skip = numberOption(call, 'skip', 0, Number.MAX_SAFE_INTEGER);
  const page = events.slice(skip, skip + top);
  return {
    status: 200,
    headers: appliedHeader(prefer),
    body: {
      '@odata.context': `${serviceRoot(call)}/$metadata#${contextOwner(ownerKey(mailboxUser(call)))}/${fragment}`,
      ...(queryOption(call, 'count') === 'true' && { '@odata.count': events.length }),
      value: page.map((event) => project(eventJson(event, view), shownNames(selected, view))),
      ...(skip + top < events.length &&
        top > 0 && { '@odata.nextLink': nextLink(call, { $skip: String(skip + top) }) }),
    },
  };
}

function list(call: Call): Reply {
  return pageReply(call, found(call), 'events');
}

function count(call: Call): Reply {
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: Object(found(call).length) as object };
}

/** Series are listed as their masters. */
function found(call: Call): StoredEvent[] {
  const user = mailboxUser(call);
  const calendar = call.params['calendar'] === undefined ? undefined : calendarOf(call).id;
  const matches = parseEventFilter(queryOption(call, 'filter'), { ...viewOf(call), timeZone: 'UTC' });
  const events = eventsOf(call.context.mailboxes, user.id).filter(
    (event) => event.exception === null && (calendar === undefined || event.calendarId === calendar) && matches(event),
  );
  return sorted(call, events);
}

/** Sorted as `$orderby` says. */
export function sorted(call: Call, events: StoredEvent[]): StoredEvent[] {
  return ordered(call, events, {
    'start/dateTime': (event) => event.start.at,
    'end/dateTime': (event) => event.end.at,
    createdDateTime: (event) => event.createdAt,
    lastModifiedDateTime: (event) => event.modifiedAt,
    subject: (event) => event.subject.toLowerCase(),
  });
}

function create(call: Call): Reply {
  const user = mailboxUser(call);
  const calendar = calendarOf(call);
  const json = jsonBody(call);
  const input = readEventInput(json);
  preferences(call);
  const { context } = call;
  const earlier = replayed(context, user.id, input.transactionId, json);
  if (earlier !== undefined) return eventReply(call, 201, earlier);
  const event = createEvent(context, user, calendar, input);
  rememberTransaction(context, event, json);
  return eventReply(call, 201, event);
}

function read(call: Call): Reply {
  return eventReply(call, 200, eventOf(call));
}

function update(call: Call): Reply {
  const user = mailboxUser(call);
  const event = eventOf(call);
  const input = readEventInput(jsonBody(call));
  preferences(call);
  checkTag(call, event);
  return eventReply(call, 200, updateEvent(call.context, user, event, input));
}

/** `If-Match` counts only when the switch says so: Microsoft does not document it for calendars. */
function checkTag(call: Call, event: StoredEvent): void {
  const tag = call.headers.get('if-match');
  if (tag === null || tag === '*' || call.context.switches.ifMatch === 'ignored') return;
  if (tag.replace(/^W\//, '').replaceAll('"', '') === event.changeKey) return;
  throw new GraphError(
    412,
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  );
}

function eventReply(call: Call, status: number, event: StoredEvent): Reply {
  const selected = status === 200 ? selectedProperties(call, eventProperties, 'event') : undefined;
  const view = status === 201 ? { ...viewOf(call), expanded: undefined } : viewOf(call);
  const owner = contextOwner(ownerKey(mailboxUser(call)));
  const master = selected?.includes('cancelledOccurrences') ? { cancelledOccurrences: cancelledIds(event) } : {};
  return {
    status,
    headers: {
      ...appliedHeader(preferences(call)),
      ...(status === 201 && {
        Location: `${serviceRoot(call)}/users('${event.ownerId}')/events('${encodeURIComponent(event.id)}')`,
      }),
    },
    body: {
      '@odata.context': `${serviceRoot(call)}/$metadata#${owner}/events/$entity`,
      ...project({ ...eventJson(event, view), ...master }, shownNames(selected, view)),
    },
  };
}

function shownNames(selected: string[] | undefined, view: EventView): string[] | undefined {
  if (selected === undefined || view.expanded === undefined) return selected;
  return [...selected, 'singleValueExtendedProperties'];
}

function cancelledIds(event: StoredEvent): string[] {
  return event.cancelledDates.map((date) => `OID.${event.id}.${date}`);
}

function findEvent(call: Call, id: string): StoredEvent | undefined {
  const { mailboxes } = call.context;
  const stored = mailboxes.events.get(id);
  if (stored !== undefined) return stored;
  const immutable = [...mailboxes.events.values()].find((event) => event.immutableId === id);
  return immutable ?? findOccurrence(mailboxes, id);
}

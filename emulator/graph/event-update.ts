import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import { checkedTimes, onlinePart } from './event-create.ts';
import type { EventInput } from './event-input.ts';
import { readableMeeting } from './event-json.ts';
import { mergeExtendedProperties } from './extended-properties.ts';
import { badRequest } from './graph-error.ts';
import { announceUpdate, cancelFor, invite, refreshCopies } from './invitations.ts';
import type { Attendee, StoredEvent } from './mailboxes.ts';
import { saveEvent } from './mailboxes.ts';
import { removeMeeting, followEvent } from './online-meeting.ts';
import { datesOf } from './recurrence.ts';
import { makeMeeting, mentionsMeeting, storedBody } from './teams-block.ts';

/** Properties of which attendees hear nothing. Microsoft says "any other change mails all"; these they cannot see. */
const silent: ReadonlySet<string> = new Set([
  'attendees',
  'categories',
  'showAs',
  'isReminderOn',
  'reminderMinutesBeforeStart',
  'extendedProperties',
  'transactionId',
]);

/** Changes an event in place. On the organizer's copy the attendees are told; on another's only that copy changes. */
export function updateEvent(context: Context, owner: User, event: StoredEvent, input: EventInput): StoredEvent {
  if (input.transactionId !== undefined && input.transactionId !== event.transactionId) {
    // Invented wording; that the property is create-only is documented.
    throw badRequest(
      'The TransactionId property can only be set when the event is created.',
      'ErrorInvalidPropertySet',
    );
  }
  const before = structuredClone(event);
  const changes = changesOf(context, owner, event, input);
  checkNeighbours(context, event, changes);
  Object.assign(event, changes);
  const seen = Object.keys(changes).filter((name) => !silent.has(name) && differs(before, event, name));
  const timesChanged = before.start.at !== event.start.at || before.end.at !== event.end.at;
  if (timesChanged && event.isOrganizer) event.attendees = event.attendees.map(unanswered);
  if (seen.length > 0) event.sequence += 1;
  saveEvent(context.mailboxes, event, context.now());
  if (event.isOrganizer) followMeeting(context, before, event);
  if (event.isOrganizer) tellAttendees(context, before, event, { seen: seen.length > 0, timesChanged });
  return event;
}

/** The Teams meeting moves with its event; one that the event lost is over. */
function followMeeting(context: Context, before: StoredEvent, event: StoredEvent): void {
  const lost = before.meeting !== null && before.meeting.joinUrl !== event.meeting?.joinUrl;
  if (lost && before.meeting !== null) removeMeeting(context, before.meeting.joinUrl);
  followEvent(context, event);
}

function changesOf(context: Context, owner: User, event: StoredEvent, input: EventInput): Partial<StoredEvent> {
  const {
    body,
    start,
    end,
    attendees,
    extendedProperties,
    isOnlineMeeting,
    onlineMeetingProvider: _,
    ...plain
  } = input;
  const changes: Partial<StoredEvent> = { ...defined(plain) };
  const isAllDay = input.isAllDay ?? event.isAllDay;
  if (start !== undefined || end !== undefined || input.isAllDay !== undefined) {
    Object.assign(changes, checkedTimes(start ?? event.start, end ?? event.end, isAllDay));
  }
  if (attendees !== undefined) Object.assign(changes, attendeeChanges(event, attendees));
  if (extendedProperties !== undefined) {
    changes.extendedProperties = mergeExtendedProperties(event.extendedProperties, extendedProperties);
  }
  // A meeting that exists can neither be switched off nor moved to another provider.
  if (isOnlineMeeting === true && event.meeting === null && event.isOrganizer) {
    Object.assign(changes, onlinePart(context, owner, { ...input, isOnlineMeeting }));
  }
  if (changes.meeting) changes.body = storedBody(body ?? { contentType: 'html', content: event.body }, changes.meeting);
  else if (body !== undefined) Object.assign(changes, bodyChanges(context, owner, event, body));
  return changes;
}

/** A body without Teams' block takes the meeting with it, or brings a new one: the switch says which. */
function bodyChanges(
  context: Context,
  owner: User,
  event: StoredEvent,
  body: { contentType: string; content: string },
): Partial<StoredEvent> {
  const readable = readableMeeting(context, event);
  if (event.meeting === null || readable === null) {
    return { body: storedBody(body, event.meeting) };
  }
  if (mentionsMeeting(body.content, event.meeting)) return { body: storedBody(body, event.meeting) };
  if (context.switches.bodyWithoutBlock === 'new-join-url') {
    const meeting = makeMeeting(owner, context.switches.joinUrlForm, context.now());
    return { meeting, body: storedBody(body, meeting) };
  }
  return { meeting: null, isOnlineMeeting: false, onlineMeetingProvider: 'unknown', body: storedBody(body, null) };
}

function attendeeChanges(event: StoredEvent, attendees: Attendee[]): Partial<StoredEvent> {
  const known = new Map(event.attendees.map((one) => [one.emailAddress.address.toLowerCase(), one]));
  const kept = attendees.map((one) => {
    const before = known.get(one.emailAddress.address.toLowerCase());
    return before === undefined ? one : { ...one, status: before.status };
  });
  return {
    attendees: kept,
    ...(event.isOrganizer && kept.length > 0 && { responseStatus: { response: 'organizer', at: null } as const }),
  };
}

/** Only the changed attendees hear of changes among them; all of them hear of any other change. */
function tellAttendees(
  context: Context,
  before: StoredEvent,
  event: StoredEvent,
  what: { seen: boolean; timesChanged: boolean },
): void {
  const added = without(event.attendees, before.attendees);
  const removed = without(before.attendees, event.attendees);
  cancelFor(context, before, removed, '');
  invite(context, event, added);
  refreshCopies(context, event, what.timesChanged);
  if (what.seen) announceUpdate(context, event, without(event.attendees, added));
}

/** An occurrence may not move past the one before or after it. */
function checkNeighbours(context: Context, event: StoredEvent, changes: Partial<StoredEvent>): void {
  const start = changes.start?.at;
  const master = context.mailboxes.events.get(event.exception?.masterId ?? '');
  if (start === undefined || master === undefined || event.exception === null) return;
  const dates = datesOf(master);
  const index = dates.indexOf(event.exception.date);
  const day = 86_400_000;
  const previous = Date.parse(dates[index - 1] ?? '') + day;
  const next = Date.parse(dates[index + 1] ?? '');
  if (start < previous || start >= next) {
    throw badRequest(
      'Modified occurrence is crossing or overlapping adjacent occurrence.',
      'ErrorOccurrenceCrossingBoundary',
    );
  }
}

function unanswered(attendee: Attendee): Attendee {
  return { ...attendee, status: { response: 'none', at: null } };
}

function without(attendees: Attendee[], others: Attendee[]): Attendee[] {
  const known = new Set(others.map((one) => one.emailAddress.address.toLowerCase()));
  return attendees.filter((one) => !known.has(one.emailAddress.address.toLowerCase()));
}

/** A time said in another zone is the same time. */
function differs(before: StoredEvent, after: StoredEvent, name: string): boolean {
  if (name === 'start' || name === 'end') return before[name].at !== after[name].at;
  const key = name as keyof StoredEvent;
  return JSON.stringify(before[key]) !== JSON.stringify(after[key]);
}

function defined<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
}

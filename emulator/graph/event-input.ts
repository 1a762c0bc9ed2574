import { wrongType } from './call.ts';
import { readExtendedProperties } from './extended-properties.ts';
import { badRequest } from './graph-error.ts';
import { flag, integer, list, member, record, text, unknownProperty } from './json-input.ts';
import type { Attendee, EventTime, Recurrence } from './mailboxes.ts';
import { readRecurrence } from './recurrence-input.ts';
import { readDateTime } from './time-zones.ts';

/** What a create or update asks for; a property that was not sent is `undefined`. */
export type EventInput = {
  subject?: string;
  body?: { contentType: string; content: string };
  start?: EventTime;
  end?: EventTime;
  isAllDay?: boolean;
  location?: Record<string, unknown> & { displayName: string };
  attendees?: Attendee[];
  isOnlineMeeting?: boolean;
  onlineMeetingProvider?: string;
  hideAttendees?: boolean;
  responseRequested?: boolean;
  allowNewTimeProposals?: boolean;
  transactionId?: string | null;
  importance?: string;
  sensitivity?: string;
  showAs?: string;
  categories?: string[];
  isReminderOn?: boolean;
  reminderMinutesBeforeStart?: number;
  extendedProperties?: { id: string; value: string }[];
  recurrence?: Recurrence | null;
};

/** Most attendees that one event takes. */
export const MAX_ATTENDEES = 500;

/** Reads the JSON of a create or update; 400 for unknown properties and wrong types, as Graph does. */
export function readEventInput(json: Record<string, unknown>): EventInput {
  const input: EventInput = {};
  for (const [name, value] of Object.entries(json)) {
    if (name.includes('@') || readOnly.has(name)) continue;
    const read = readers[name];
    if (read === undefined) throw unknownProperty(name);
    read(input, value);
  }
  return input;
}

const readOnly = new Set([
  'id',
  'createdDateTime',
  'lastModifiedDateTime',
  'changeKey',
  'iCalUId',
  'originalStartTimeZone',
  'originalEndTimeZone',
  'originalStart',
  'bodyPreview',
  'hasAttachments',
  'isCancelled',
  'isDraft',
  'isOrganizer',
  'occurrenceId',
  'onlineMeeting',
  'onlineMeetingUrl',
  'organizer',
  'responseStatus',
  'seriesMasterId',
  'type',
  'webLink',
  'cancelledOccurrences',
  'exceptionOccurrences',
  'instances',
  'multiValueExtendedProperties',
  'extensions',
  'attachments',
  'calendar',
]);

const readers: Record<string, (input: EventInput, value: unknown) => void> = {
  subject: (input, value) => void (input.subject = text(value)),
  body: (input, value) => void (input.body = body(value)),
  start: (input, value) => void (input.start = dateTime(value)),
  end: (input, value) => void (input.end = dateTime(value)),
  isAllDay: (input, value) => void (input.isAllDay = flag(value)),
  location: (input, value) => void (input.location = location(value)),
  locations: (input, value) => void (input.location = location(list(value)[0] ?? null)),
  attendees: (input, value) => void (input.attendees = attendees(value)),
  isOnlineMeeting: (input, value) => void (input.isOnlineMeeting = flag(value)),
  onlineMeetingProvider: (input, value) => void (input.onlineMeetingProvider = member(value, providers)),
  hideAttendees: (input, value) => void (input.hideAttendees = flag(value)),
  responseRequested: (input, value) => void (input.responseRequested = flag(value, true)),
  allowNewTimeProposals: (input, value) => void (input.allowNewTimeProposals = flag(value, true)),
  transactionId: (input, value) => void (input.transactionId = value === null ? null : text(value)),
  importance: (input, value) => void (input.importance = member(value, ['low', 'normal', 'high'])),
  sensitivity: (input, value) => void (input.sensitivity = member(value, sensitivities)),
  showAs: (input, value) => void (input.showAs = member(value, showAsValues)),
  categories: (input, value) => void (input.categories = list(value).map((item) => text(item))),
  isReminderOn: (input, value) => void (input.isReminderOn = flag(value)),
  reminderMinutesBeforeStart: (input, value) => void (input.reminderMinutesBeforeStart = integer(value)),
  singleValueExtendedProperties: (input, value) => void (input.extendedProperties = readExtendedProperties(value)),
  recurrence: (input, value) => void (input.recurrence = value === null ? null : readRecurrence(value)),
};

const providers = ['unknown', 'skypeForBusiness', 'skypeForConsumer', 'teamsForBusiness'];
const sensitivities = ['normal', 'personal', 'private', 'confidential'];
const showAsValues = ['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown'];

function body(value: unknown): { contentType: string; content: string } {
  const fields = record(value, 'itemBody', ['contentType', 'content']);
  return {
    contentType: member(fields['contentType'] ?? 'text', ['text', 'html']),
    content: text(fields['content'] ?? ''),
  };
}

function dateTime(value: unknown): EventTime {
  const fields = record(value, 'dateTimeTimeZone', ['dateTime', 'timeZone']);
  if (typeof fields['dateTime'] !== 'string') throw wrongType(fields['dateTime'] ?? null, 'Edm.String');
  return readDateTime({ dateTime: fields['dateTime'], timeZone: text(fields['timeZone'] ?? 'UTC') });
}

function location(value: unknown): Record<string, unknown> & { displayName: string } {
  if (value === null) return { displayName: '' };
  const fields = record(value, 'location', locationFields);
  return { ...fields, displayName: text(fields['displayName'] ?? '') };
}

const locationFields = [
  'displayName',
  'locationEmailAddress',
  'address',
  'coordinates',
  'locationUri',
  'locationType',
  'uniqueId',
  'uniqueIdType',
];

function attendees(value: unknown): Attendee[] {
  const all = list(value).map(attendee);
  // Invented code: the limit of 500 is reported, its error is not.
  if (all.length > MAX_ATTENDEES) throw badRequest('The event has too many attendees.', 'ErrorTooManyRecipients');
  const seen = new Set<string>();
  return all.filter((one) => {
    const address = one.emailAddress.address.toLowerCase();
    return !seen.has(address) && seen.add(address);
  });
}

function attendee(value: unknown): Attendee {
  const fields = record(value, 'attendee', ['type', 'emailAddress', 'status', 'proposedNewTime']);
  const email = record(fields['emailAddress'] ?? {}, 'emailAddress', ['name', 'address']);
  const address = text(email['address'] ?? '').trim();
  if (!/^[^\s@<>]+@[^\s@<>]+$/.test(address)) {
    throw badRequest("At least one recipient isn't valid., Recipient isn't resolved.", 'ErrorInvalidRecipients');
  }
  return {
    // Only these three are let through.
    type: member(fields['type'] ?? 'required', ['required', 'optional', 'resource']) as Attendee['type'],
    emailAddress: { address, name: text(email['name'] ?? '') || address },
    status: { response: 'none', at: null },
  };
}

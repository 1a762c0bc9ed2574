import type { Context } from '../context.ts';
import type { EmailAddress, OnlineMeeting, ResponseType, StoredEvent } from './mailboxes.ts';
import { htmlToText, withoutBlock } from './teams-block.ts';
import { wallTime, ianaZone } from './time-zones.ts';

/** How a reader wants events to look. */
export type EventView = {
  context: Context;
  timeZone: string;
  immutableIds: boolean;
  textBodies: boolean;
  /** The reader holds `Calendars.ReadBasic` only: no body, no attendees. */
  basic: boolean;
  /** Ids of the extended properties to show; `undefined`: not expanded. */
  expanded: string[] | undefined;
};

/** The meeting of an event, once its join URL can be read. */
export function readableMeeting(context: Context, event: StoredEvent): OnlineMeeting | null {
  const delay = context.switches.joinUrlDelayMs;
  if (event.meeting === null || delay === null) return null;
  return context.now() >= event.meeting.madeAt + delay ? event.meeting : null;
}

/** An event as Graph writes it. */
export function eventJson(event: StoredEvent, view: EventView): Record<string, unknown> {
  const { context } = view;
  const meeting = readableMeeting(context, event);
  const body = meeting === null && event.meeting !== null ? withoutBlock(event.body) : event.body;
  return {
    '@odata.etag': `W/"${event.changeKey}"`,
    id: view.immutableIds ? event.immutableId : event.id,
    createdDateTime: timestamp(event.createdAt),
    lastModifiedDateTime: timestamp(event.modifiedAt),
    changeKey: event.changeKey,
    categories: event.categories,
    ...(event.transactionId !== null && { transactionId: event.transactionId }),
    originalStartTimeZone: event.start.timeZone,
    originalEndTimeZone: event.end.timeZone,
    iCalUId: event.iCalUId,
    reminderMinutesBeforeStart: event.reminderMinutesBeforeStart,
    isReminderOn: event.isReminderOn,
    hasAttachments: false,
    subject: event.subject,
    ...(!view.basic && { bodyPreview: htmlToText(body).slice(0, 255) }),
    importance: event.importance,
    sensitivity: event.sensitivity,
    isAllDay: event.isAllDay,
    isCancelled: event.isCancelled,
    isOrganizer: event.isOrganizer,
    responseRequested: event.responseRequested,
    seriesMasterId: event.exception === null ? null : masterIdFor(event, view),
    showAs: event.showAs,
    type: typeOf(context, event),
    webLink: webLink(event),
    onlineMeetingUrl: null,
    isOnlineMeeting: event.isOnlineMeeting,
    onlineMeetingProvider: event.onlineMeetingProvider,
    allowNewTimeProposals: event.allowNewTimeProposals,
    isDraft: false,
    hideAttendees: event.hideAttendees,
    recurrence: event.recurrence,
    responseStatus: responseStatus(event.responseStatus),
    ...(!view.basic && { body: bodyJson(body, view.textBodies) }),
    start: dateTime(event.start.at, event.isAllDay, view.timeZone),
    end: dateTime(event.end.at, event.isAllDay, view.timeZone),
    ...(event.exception !== null && { originalStart: timestamp(event.exception.originalStart, 0) }),
    ...locationJson(event),
    ...(!view.basic && { attendees: event.attendees.map(attendeeJson) }),
    organizer: { emailAddress: email(event.organizer) },
    onlineMeeting: meeting === null ? null : { joinUrl: meeting.joinUrl },
    ...extendedJson(event, view),
  };
}

/** A moment as Graph writes timestamps. */
export function timestamp(at: number, digits = 7): string {
  const text = new Date(at).toISOString();
  return digits === 0 ? text.replace(/\.\d+Z$/, 'Z') : text.replace('Z', '0'.repeat(digits - 3) + 'Z');
}

/** An answer to an invitation, as Graph writes it. */
export function responseStatus(status: { response: ResponseType; at: number | null }): Record<string, string> {
  return {
    response: status.response,
    time: status.at === null ? '0001-01-01T00:00:00Z' : timestamp(status.at, 0),
  };
}

/** What `$select` accepts on an event. */
export const eventProperties: ReadonlySet<string> = new Set([
  'id',
  'createdDateTime',
  'lastModifiedDateTime',
  'changeKey',
  'categories',
  'transactionId',
  'originalStartTimeZone',
  'originalEndTimeZone',
  'iCalUId',
  'reminderMinutesBeforeStart',
  'isReminderOn',
  'hasAttachments',
  'subject',
  'bodyPreview',
  'importance',
  'sensitivity',
  'isAllDay',
  'isCancelled',
  'isOrganizer',
  'responseRequested',
  'seriesMasterId',
  'showAs',
  'type',
  'webLink',
  'onlineMeetingUrl',
  'isOnlineMeeting',
  'onlineMeetingProvider',
  'allowNewTimeProposals',
  'isDraft',
  'hideAttendees',
  'recurrence',
  'responseStatus',
  'body',
  'start',
  'end',
  'originalStart',
  'location',
  'locations',
  'attendees',
  'organizer',
  'onlineMeeting',
  'cancelledOccurrences',
  'singleValueExtendedProperties',
]);

function masterIdFor(event: StoredEvent, view: EventView): string {
  const master = view.context.mailboxes.events.get(event.exception?.masterId ?? '');
  return (view.immutableIds ? master?.immutableId : master?.id) ?? '';
}

function typeOf(context: Context, event: StoredEvent): string {
  if (event.recurrence !== null) return 'seriesMaster';
  if (event.exception === null) return 'singleInstance';
  return context.mailboxes.events.has(event.id) ? 'exception' : 'occurrence';
}

function bodyJson(html: string, asText: boolean): Record<string, string> {
  return asText ? { contentType: 'text', content: htmlToText(html) } : { contentType: 'html', content: html };
}

/** All-day events float: midnight in whatever zone the reader asks for. */
function dateTime(at: number, isAllDay: boolean, timeZone: string): Record<string, string> {
  return { dateTime: wallTime(at, isAllDay ? 'UTC' : ianaZone(timeZone)), timeZone };
}

function locationJson(event: StoredEvent): Record<string, unknown> {
  const { displayName } = event.location;
  if (displayName === '') {
    return {
      location: { displayName: '', locationType: 'default', uniqueIdType: 'unknown', address: {}, coordinates: {} },
      locations: [],
    };
  }
  const location = { locationType: 'default', uniqueId: displayName, uniqueIdType: 'private', ...event.location };
  return { location, locations: [location] };
}

function attendeeJson(attendee: StoredEvent['attendees'][number]): Record<string, unknown> {
  return {
    type: attendee.type,
    status: responseStatus(attendee.status),
    emailAddress: email(attendee.emailAddress),
  };
}

function extendedJson(event: StoredEvent, view: EventView): Record<string, unknown> {
  if (view.expanded === undefined) return {};
  const wanted = new Set(view.expanded);
  const shown = event.extendedProperties.filter((property) => wanted.has(property.id));
  // Graph leaves the member out when the event has none of them.
  return shown.length === 0 ? {} : { singleValueExtendedProperties: shown.map(({ id, value }) => ({ id, value })) };
}

function email({ name, address }: EmailAddress): EmailAddress {
  return { name, address };
}

function webLink(event: StoredEvent): string {
  return `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(event.id)}&exvsurl=1&path=/calendar/item`;
}

import { randomBytes } from 'node:crypto';
import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import { isPersonal, primaryAddress } from './access.ts';
import type { EventInput } from './event-input.ts';
import { badRequest } from './graph-error.ts';
import { invite } from './invitations.ts';
import type { Calendar, EventTime, OnlineMeeting, StoredEvent } from './mailboxes.ts';
import { newItemIds, saveEvent } from './mailboxes.ts';
import { followEvent } from './online-meeting.ts';
import { makeMeeting, storedBody } from './teams-block.ts';
import { dayOf, ianaZone, wallTime } from './time-zones.ts';

/** Puts an event into a calendar, makes its Teams meeting when it may have one, and invites its attendees. */
export function createEvent(context: Context, owner: User, calendar: Calendar, input: EventInput): StoredEvent {
  const event = newEvent(context, owner, calendar, input);
  saveEvent(context.mailboxes, event, context.now());
  followEvent(context, event);
  invite(context, event, event.attendees);
  return event;
}

/** Start and end as they are kept; 400 when they do not make a span of time. */
export function checkedTimes(
  start: EventTime | undefined,
  end: EventTime | undefined,
  isAllDay: boolean,
): { start: EventTime; end: EventTime } {
  if (start === undefined || end === undefined) {
    throw badRequest('At least one property failed validation.', 'ErrorPropertyValidationFailure');
  }
  // Invented wording: that the end must not precede the start is documented, the refusal is not.
  if (end.at < start.at) throw badRequest('The end time must not be before the start time.', 'ErrorInvalidRequest');
  return isAllDay ? wholeDays(start, end) : { start, end };
}

/** Whether a calendar gives this person a meeting of this provider. */
export function mayMeet(owner: User, provider: string): boolean {
  if (isPersonal(owner) || !owner.teamsLicence || owner.mailbox === null) return false;
  return provider === 'teamsForBusiness' && owner.mailbox.allowedOnlineMeetingProviders.includes(provider);
}

/** The online part of an event: a Teams meeting, or silently none (unlicensed, personal, provider not allowed). */
export function onlinePart(
  context: Context,
  owner: User,
  input: EventInput,
): { isOnlineMeeting: boolean; onlineMeetingProvider: string; meeting: OnlineMeeting | null } {
  const wanted = input.onlineMeetingProvider ?? owner.mailbox?.defaultOnlineMeetingProvider ?? 'unknown';
  if (input.isOnlineMeeting !== true || !mayMeet(owner, wanted)) {
    return { isOnlineMeeting: false, onlineMeetingProvider: 'unknown', meeting: null };
  }
  const meeting = makeMeeting(owner, context.switches.joinUrlForm, context.now());
  return { isOnlineMeeting: true, onlineMeetingProvider: wanted, meeting };
}

function newEvent(context: Context, owner: User, calendar: Calendar, input: EventInput): StoredEvent {
  const isAllDay = input.isAllDay ?? false;
  const times = checkedTimes(input.start, input.end, isAllDay);
  const online = onlinePart(context, owner, input);
  const now = context.now();
  return {
    ...newItemIds(context.mailboxes, { id: owner.id, personal: isPersonal(owner) }),
    calendarId: calendar.id,
    ownerId: owner.id,
    iCalUId: newGlobalId(),
    createdAt: now,
    modifiedAt: now,
    sequence: 0,
    subject: input.subject ?? '',
    body: storedBody(input.body, online.meeting),
    ...times,
    isAllDay,
    location: locationOf(input, online.meeting),
    attendees: input.attendees ?? [],
    organizer: { name: owner.displayName, address: primaryAddress(owner) },
    isOrganizer: true,
    responseStatus: { response: (input.attendees ?? []).length > 0 ? 'organizer' : 'none', at: null },
    isCancelled: false,
    ...online,
    hideAttendees: input.hideAttendees ?? false,
    responseRequested: input.responseRequested ?? true,
    allowNewTimeProposals: input.allowNewTimeProposals ?? true,
    transactionId: input.transactionId ?? null,
    importance: input.importance ?? 'normal',
    sensitivity: input.sensitivity ?? 'normal',
    showAs: input.showAs ?? (isAllDay ? 'free' : 'busy'),
    categories: input.categories ?? [],
    isReminderOn: input.isReminderOn ?? true,
    reminderMinutesBeforeStart: input.reminderMinutesBeforeStart ?? 15,
    extendedProperties: input.extendedProperties ?? [],
    recurrence: input.recurrence ?? null,
    cancelledDates: [],
    exception: null,
  };
}

/** A Teams meeting without a place is at "Microsoft Teams Meeting". */
function locationOf(input: EventInput, meeting: OnlineMeeting | null): StoredEvent['location'] {
  if (input.location !== undefined && input.location.displayName !== '') return input.location;
  return { displayName: meeting === null ? '' : 'Microsoft Teams Meeting' };
}

/** All-day events run from midnight to midnight of one zone, and float. */
function wholeDays(start: EventTime, end: EventTime): { start: EventTime; end: EventTime } {
  const midnight = [start, end].every((time) => /T00:00:00\.0+$/.test(wallTime(time.at, ianaZone(time.timeZone))));
  const days = { start: dayOf(start.at, start.timeZone), end: dayOf(end.at, end.timeZone) };
  if (!midnight || start.timeZone !== end.timeZone || days.end <= days.start) {
    // Invented wording; the rule itself is documented for `isAllDay`.
    throw badRequest(
      'The start and end of an all-day event must be at midnight of the same time zone.',
      'ErrorInvalidRequest',
    );
  }
  return { start: { ...start, at: days.start }, end: { ...end, at: days.end } };
}

/** A global object id as Exchange makes them: the same in the mailbox of everyone who is invited. */
function newGlobalId(): string {
  return `040000008200E00074C5B7101A82E008${'0'.repeat(8)}${randomBytes(8).toString('hex')}${'0'.repeat(16)}10000000${randomBytes(16).toString('hex')}`.toUpperCase();
}

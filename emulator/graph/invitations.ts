import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import { findMailboxByAddress, isPersonal } from './access.ts';
import { readableMeeting } from './event-json.ts';
import type { Attendee, Message, MessageKind, StoredEvent } from './mailboxes.ts';
import { defaultCalendar, newItemIds, nextSequence, removeEvent, saveEvent } from './mailboxes.ts';

/** Sends an invitation to each of these attendees, and puts the event into the calendars that the emulator has. */
export function invite(context: Context, event: StoredEvent, attendees: Attendee[]): void {
  for (const attendee of guests(event, attendees)) {
    deliver(context, event, attendee, 'invitation', '');
    const user = findMailboxByAddress(context, attendee.emailAddress.address);
    if (user !== undefined) addCopy(context, event, attendee, user);
  }
}

/** Tells each of these attendees that the event changed. Their copies follow in `refreshCopies`. */
export function announceUpdate(context: Context, event: StoredEvent, attendees: Attendee[]): void {
  for (const attendee of guests(event, attendees)) deliver(context, event, attendee, 'update', '');
}

/** Sends a cancellation; copies of it stay in the calendars as cancelled until their owners remove them. */
export function cancelFor(context: Context, event: StoredEvent, attendees: Attendee[], comment: string): void {
  for (const attendee of guests(event, attendees)) {
    deliver(context, event, attendee, 'cancellation', comment);
    const copy = findCopy(context, event, attendee.emailAddress.address);
    if (copy === undefined) continue;
    Object.assign(copy, { isCancelled: true, showAs: 'free', subject: `Canceled: ${event.subject}` });
    saveEvent(context.mailboxes, copy, context.now());
  }
}

/** Brings the attendees' copies in step with the organizer's event. */
export function refreshCopies(context: Context, event: StoredEvent, timesChanged: boolean): void {
  for (const attendee of guests(event, event.attendees)) {
    const copy = findCopy(context, event, attendee.emailAddress.address);
    if (copy === undefined) continue;
    Object.assign(copy, shared(event, attendee));
    if (timesChanged)
      Object.assign(copy, { responseStatus: { response: 'notResponded', at: null }, showAs: 'tentative' });
    saveEvent(context.mailboxes, copy, context.now());
  }
}

/** The event in the calendar of the attendee with this address. */
export function findCopy(context: Context, event: StoredEvent, address: string): StoredEvent | undefined {
  const owner = findMailboxByAddress(context, address);
  return [...context.mailboxes.events.values()].find(
    (candidate) => candidate.iCalUId === event.iCalUId && candidate.ownerId === owner?.id && !candidate.isOrganizer,
  );
}

/** The organizer's event behind an attendee's copy, or behind a message. */
export function findOriginal(context: Context, iCalUId: string): StoredEvent | undefined {
  return [...context.mailboxes.events.values()].find((event) => event.iCalUId === iCalUId && event.isOrganizer);
}

/** Takes an event out of one calendar only. */
export function discard(context: Context, event: StoredEvent): void {
  removeEvent(context.mailboxes, event);
}

/** Puts a message into an inbox. */
export function deliverMessage(context: Context, message: Omit<Message, 'id' | 'at'>): Message {
  const id = `AAMkAGTXNn${Buffer.from(`message:${nextSequence(context.mailboxes)}`).toString('base64url')}AAA=`;
  const delivered = { ...message, id, at: context.now(), recipient: message.recipient.toLowerCase() };
  context.mailboxes.messages.push(delivered);
  return delivered;
}

function deliver(context: Context, event: StoredEvent, attendee: Attendee, kind: MessageKind, comment: string): void {
  const cancelled = kind === 'cancellation';
  deliverMessage(context, {
    kind,
    recipient: attendee.emailAddress.address,
    from: event.organizer,
    subject: cancelled ? `Canceled: ${event.subject}` : event.subject,
    html: event.body,
    attachments: [],
    invitation: {
      method: cancelled ? 'CANCEL' : 'REQUEST',
      uid: event.iCalUId,
      sequence: event.sequence,
      summary: event.subject,
      start: event.start,
      end: event.end,
      isAllDay: event.isAllDay,
      location: event.location.displayName,
      organizer: event.organizer,
      joinUrl: readableMeeting(context, event)?.joinUrl ?? null,
      comment,
    },
  });
}

function addCopy(context: Context, event: StoredEvent, attendee: Attendee, owner: User): void {
  const copy: StoredEvent = {
    ...structuredClone(event),
    ...newItemIds(context.mailboxes, { id: owner.id, personal: isPersonal(owner) }),
    ...shared(event, attendee),
    calendarId: defaultCalendar(context.mailboxes, owner.id).id,
    ownerId: owner.id,
    createdAt: context.now(),
    isOrganizer: false,
    responseStatus: { response: 'notResponded', at: null },
    showAs: 'tentative',
    transactionId: null,
    extendedProperties: [],
    categories: [],
  };
  saveEvent(context.mailboxes, copy, context.now());
}

/** What the organizer decides for everybody. */
function shared(event: StoredEvent, attendee: Attendee): Partial<StoredEvent> {
  const { subject, body, start, end, isAllDay, location, meeting, isOnlineMeeting, onlineMeetingProvider } = event;
  const { recurrence, cancelledDates, importance, sensitivity, sequence, hideAttendees } = event;
  return structuredClone({
    subject,
    body,
    start,
    end,
    isAllDay,
    location,
    meeting,
    isOnlineMeeting,
    onlineMeetingProvider,
    recurrence,
    cancelledDates,
    importance,
    sensitivity,
    sequence,
    hideAttendees,
    attendees: hideAttendees ? [attendee] : event.attendees,
  });
}

/** The organizer does not invite themselves. */
function guests(event: StoredEvent, attendees: Attendee[]): Attendee[] {
  const own = event.organizer.address.toLowerCase();
  return attendees.filter((attendee) => attendee.emailAddress.address.toLowerCase() !== own);
}

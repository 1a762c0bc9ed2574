import type { Context } from '../context.ts';
import { isRecord, jsonBody, optional } from './call.ts';
import type { Call, Reply } from './call.ts';
import { eventOf } from './events.ts';
import { badRequest } from './graph-error.ts';
import { cancelFor, deliverMessage, discard, findOriginal } from './invitations.ts';
import type { EmailAddress, ResponseType, StoredEvent } from './mailboxes.ts';
import { saveEvent } from './mailboxes.ts';
import { removeMeeting } from './online-meeting.ts';
import type { Route } from './routes.ts';
import { underCalendar } from './routes.ts';
import { primaryAddress } from './access.ts';

export const eventActionRoutes: Route[] = underCalendar([
  ['DELETE', '/events/:event', 'write calendar', remove],
  ['POST', '/events/:event/permanentDelete', 'write calendar', remove],
  ['POST', '/events/:event/cancel', 'write calendar', cancel],
  ['POST', '/events/:event/accept', 'write calendar', (call) => respond(call, 'accepted')],
  ['POST', '/events/:event/tentativelyAccept', 'write calendar', (call) => respond(call, 'tentativelyAccepted')],
  ['POST', '/events/:event/decline', 'write calendar', (call) => respond(call, 'declined')],
]);

export type Answer = Extract<ResponseType, 'accepted' | 'tentativelyAccepted' | 'declined'>;

/** Takes an event out of its calendar; on the organizer's, attendees receive a cancellation. */
export function deleteEvent(context: Context, event: StoredEvent, comment = ''): void {
  if (event.isOrganizer) {
    event.sequence += 1;
    cancelFor(context, event, event.attendees, comment);
  }
  if (event.exception === null) {
    if (event.isOrganizer && event.meeting !== null && context.switches.meetingOfDeletedEvent === 'ends') {
      removeMeeting(context, event.meeting.joinUrl);
    }
    for (const other of context.mailboxes.events.values()) {
      if (other.exception?.masterId === event.id) discard(context, other);
    }
    discard(context, event);
    return;
  }
  const master = context.mailboxes.events.get(event.exception.masterId);
  if (context.mailboxes.events.has(event.id)) discard(context, event);
  if (master === undefined) return;
  master.cancelledDates = [...master.cancelledDates, event.exception.date];
  saveEvent(context.mailboxes, master, context.now());
}

/** Records an attendee's answer: on their copy, on the organizer's event, and as a message to the organizer. */
export function answerInvitation(
  context: Context,
  input: { iCalUId: string; attendee: EmailAddress; answer: Answer; comment: string; send: boolean },
): void {
  const original = findOriginal(context, input.iCalUId);
  if (original === undefined || !input.send) return;
  const now = context.now();
  const address = input.attendee.address.toLowerCase();
  original.attendees = original.attendees.map((one) =>
    one.emailAddress.address.toLowerCase() === address ? { ...one, status: { response: input.answer, at: now } } : one,
  );
  saveEvent(context.mailboxes, original, now);
  const words = { accepted: 'Accepted', tentativelyAccepted: 'Tentative', declined: 'Declined' }[input.answer];
  deliverMessage(context, {
    kind: 'response',
    recipient: original.organizer.address,
    from: input.attendee,
    subject: `${words}: ${original.subject}`,
    html: input.comment,
    attachments: [],
    invitation: null,
  });
}

/** Puts an answer on an attendee's own copy; a declined meeting leaves the calendar. */
export function answerOwnCopy(context: Context, copy: StoredEvent, answer: Answer): void {
  if (answer === 'declined') {
    discard(context, copy);
    return;
  }
  copy.responseStatus = { response: answer, at: context.now() };
  copy.showAs = answer === 'accepted' ? 'busy' : 'tentative';
  saveEvent(context.mailboxes, copy, context.now());
}

function remove(call: Call): Reply {
  deleteEvent(call.context, eventOf(call));
  return { status: 204 };
}

function cancel(call: Call): Reply {
  const event = eventOf(call);
  const comment = optional(jsonBody(call), 'Comment', 'string') ?? '';
  if (!event.isOrganizer) {
    throw refused("Your request can't be completed. You need to be an organizer to cancel a meeting.");
  }
  if (event.attendees.length === 0 && call.context.switches.cancelWithoutAttendees === 'refused') {
    // Invented wording: that an appointment cannot be cancelled is reported, the sentence is not.
    throw refused("Your request can't be completed. This event is not a meeting: it has no attendees.");
  }
  deleteEvent(call.context, event, comment);
  return { status: 202 };
}

function respond(call: Call, answer: Answer): Reply {
  const event = eventOf(call);
  const body = jsonBody(call);
  const send = optional(body, 'sendResponse', 'boolean') ?? true;
  const comment = optional(body, 'comment', 'string') ?? '';
  if (event.isOrganizer) {
    throw refused(
      "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer.",
    );
  }
  if (isRecord(body['proposedNewTime']) && (!event.allowNewTimeProposals || !send)) {
    throw refused("Your request can't be completed. A new time can't be proposed for this meeting.");
  }
  const { context } = call;
  const owner = context.directory.users.get(event.ownerId);
  if (owner !== undefined) {
    const attendee = attendeeOf(event, primaryAddress(owner), owner.displayName);
    answerInvitation(context, { iCalUId: event.iCalUId, attendee, answer, comment, send });
  }
  answerOwnCopy(context, event, answer);
  return { status: 202 };
}

/** The attendee as the organizer wrote them: they may have been invited under another of their addresses. */
function attendeeOf(event: StoredEvent, address: string, name: string): EmailAddress {
  const listed = event.attendees.map((one) => one.emailAddress);
  const same = listed.find((one) => one.address.toLowerCase() === address.toLowerCase());
  return same ?? (listed.length === 1 && listed[0] !== undefined ? listed[0] : { name, address });
}

function refused(message: string): Error {
  return badRequest(message, 'ErrorInvalidRequest');
}

import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import type { Answer } from '../graph/event-actions.ts';
import { answerInvitation, answerOwnCopy } from '../graph/event-actions.ts';
import { createEvent } from '../graph/event-create.ts';
import type { EventInput } from '../graph/event-input.ts';
import { updateEvent } from '../graph/event-update.ts';
import { badRequest } from '../graph/graph-error.ts';
import { findCopy, findOriginal } from '../graph/invitations.ts';
import type { Message, StoredEvent } from '../graph/mailboxes.ts';
import { defaultCalendar } from '../graph/mailboxes.ts';
import { readDateTime } from '../graph/time-zones.ts';

/** Makes an appointment as its owner would in Outlook. */
export function addAppointment(context: Context, owner: User, form: URLSearchParams): StoredEvent {
  const showAs = form.get('showAs') ?? 'busy';
  if (!['busy', 'tentative', 'oof', 'free'].includes(showAs)) throw badRequest('That is not a way to show time.');
  const input = { ...timesOf(owner, form), subject: form.get('subject') ?? '', showAs };
  return createEvent(context, owner, defaultCalendar(context.mailboxes, owner.id), input);
}

/** Changes an event as its owner would in Outlook: attendees of an own meeting are told. */
export function changeEvent(context: Context, owner: User, event: StoredEvent, form: URLSearchParams): void {
  const input = { subject: form.get('subject') ?? '', ...(!event.isAllDay && timesOf(owner, form)) };
  updateEvent(context, owner, event, input);
}

/** Answers from the attendee's own calendar. */
export function answerFromCalendar(context: Context, owner: User, event: StoredEvent, answer: Answer): void {
  const own = event.attendees.find((one) => findCopy(context, event, one.emailAddress.address)?.ownerId === owner.id);
  const attendee = own?.emailAddress ?? { name: owner.displayName, address: owner.mail ?? owner.userPrincipalName };
  answerInvitation(context, { iCalUId: event.iCalUId, attendee, answer, comment: '', send: true });
  answerOwnCopy(context, event, answer);
}

/** Answers from a message, which people outside have only. */
export function answerFromMessage(context: Context, message: Message, answer: Answer): void {
  if (message.invitation === null) return;
  const original = findOriginal(context, message.invitation.uid);
  const address = message.recipient;
  const own = original?.attendees.find((one) => one.emailAddress.address.toLowerCase() === address);
  const attendee = own?.emailAddress ?? { name: address, address };
  answerInvitation(context, { iCalUId: message.invitation.uid, attendee, answer, comment: '', send: true });
  const copy = original === undefined ? undefined : findCopy(context, original, address);
  if (copy !== undefined) answerOwnCopy(context, copy, answer);
}

/** The answer that a form gave; 400 for anything else. */
export function answerIn(form: URLSearchParams): Answer {
  const answer = form.get('answer');
  if (answer === 'accepted' || answer === 'tentativelyAccepted' || answer === 'declined') return answer;
  throw badRequest('An answer is accepted, tentativelyAccepted or declined.');
}

function timesOf(owner: User, form: URLSearchParams): Pick<EventInput, 'start' | 'end'> {
  const timeZone = owner.mailbox?.timeZone ?? 'UTC';
  const at = (name: string) =>
    readDateTime({ dateTime: `${form.get('date') ?? ''}T${form.get(name) ?? ''}`, timeZone });
  return { start: at('start'), end: at('end') };
}

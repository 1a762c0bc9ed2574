import type { Context } from '../context.ts';
import { eventsOf } from '../graph/mailboxes.ts';
import { inboxOf, mailboxOf } from '../outlook/mailbox.ts';

/** One mailbox as data: its events and what it received, for scripts that verify what an app did. */
export function mailboxState(context: Context, address: string) {
  const mailbox = mailboxOf(context, address);
  return {
    address: mailbox.address,
    name: mailbox.name,
    events: mailbox.user === undefined ? [] : eventsOf(context.mailboxes, mailbox.user.id).map(eventState),
    messages: inboxOf(context, mailbox).map(({ at, kind, subject, from, invitation }) => ({
      at: new Date(at).toISOString(),
      kind,
      subject,
      from: from.address,
      invitation: invitation && {
        method: invitation.method,
        uid: invitation.uid,
        sequence: invitation.sequence,
        start: new Date(invitation.start.at).toISOString(),
        joinUrl: invitation.joinUrl,
      },
    })),
  };
}

function eventState(event: ReturnType<typeof eventsOf>[number]) {
  return {
    id: event.immutableId,
    iCalUId: event.iCalUId,
    subject: event.subject,
    start: new Date(event.start.at).toISOString(),
    end: new Date(event.end.at).toISOString(),
    attendees: event.attendees.map(({ emailAddress }) => emailAddress.address),
    isOrganizer: event.isOrganizer,
    isCancelled: event.isCancelled,
    isOnlineMeeting: event.isOnlineMeeting,
    joinUrl: event.meeting?.joinUrl ?? null,
    transactionId: event.transactionId,
  };
}

import type { Context } from '../context.ts';
import { findMailboxByAddress, primaryAddress } from '../graph/access.ts';
import { deliverMessage } from '../graph/invitations.ts';
import type { MessageKind } from '../graph/mailboxes.ts';
import type { ReadMessage } from './mime.ts';

/** Puts a message into the inbox of one recipient; an alias leads to the person behind it. */
export function receive(context: Context, recipient: string, message: ReadMessage): void {
  const user = findMailboxByAddress(context, recipient);
  const { from, subject, html, attachments, invitation } = message;
  const to = user === undefined ? recipient : primaryAddress(user);
  deliverMessage(context, {
    kind: kindOf(context, to, invitation),
    recipient: to,
    from,
    subject,
    html,
    attachments,
    invitation,
  });
}

function kindOf(context: Context, recipient: string, invitation: ReadMessage['invitation']): MessageKind {
  if (invitation === null) return 'mail';
  if (invitation.method === 'CANCEL') return 'cancellation';
  const known = context.mailboxes.messages.some(
    (one) => one.recipient === recipient.toLowerCase() && one.invitation?.uid === invitation.uid,
  );
  return known ? 'update' : 'invitation';
}

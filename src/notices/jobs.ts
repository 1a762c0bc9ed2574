import type { Log } from '../log.ts';
import { mailboxOf } from '../meetings/meeting.ts';
import type { OutgoingEmail, SendAsOrganizer } from '../email/email.ts';
import { writeMime } from '../email/service.ts';
import { sendMime } from '../microsoft/mail.ts';
import { missingRoles, missingScopes, scopesFor } from '../microsoft/permissions.ts';
import { toProblem } from '../microsoft/problems.ts';
import { inMailbox, type MailboxDeps } from '../organizers/mailbox.ts';
import { newsAgeMs, type Line } from './notice.ts';
import type { NoticeDeps } from './service.ts';
import { tellOfBooking, tellOfConnection, tellOfLink } from './tell.ts';
import { tellOfRecording } from './tell-of-recording.ts';

/** Writes the letters about one line of the outbox and their jobs, in one transaction. Doing it again changes nothing. */
export async function writeNotice(deps: NoticeDeps, { eventId }: { eventId: number }): Promise<void> {
  const row = await deps.db.selectFrom('outbox_events').selectAll().where('id', '=', `${eventId}`).executeTakeFirst();
  if (!row || !deps.sendMail || deps.now().getTime() - row.created_at.getTime() > newsAgeMs) return;
  const line: Line = { ...row, id: Number(row.id) };
  // Unwrapped before the transaction: inside, it would want a second connection while holding the first.
  await deps.dataKeys(line.workspace_id);
  await deps.db.transaction().execute((trx) => tell({ ...deps, db: trx }, line));
}

function tell(deps: NoticeDeps, line: Line): Promise<void> {
  if (line.type.startsWith('booking.')) return tellOfBooking(deps, line);
  if (line.type.startsWith('meeting.')) return tellOfLink(deps, line);
  if (line.type.endsWith('.ready')) return tellOfRecording(deps, line);
  return tellOfConnection(deps, line);
}

type MailDeps = MailboxDeps & { log: Log };

/**
 * The way of mail through the mailbox of the organizer whose booking it is about. Where Microsoft refuses, or no
 * mailbox grants it, the reason is for people to read; what passes is thrown, and tried again.
 */
export function createSendAsOrganizer(deps: MailDeps): SendAsOrganizer {
  return async (email, bookingId) => {
    const sender = await findSender(deps, bookingId);
    if ('reason' in sender) return { kind: 'not_possible', reason: sender.reason };
    try {
      await sendFrom(deps, sender, email);
      return { kind: 'sent' };
    } catch (error) {
      const problem = toProblem(error);
      if (problem.retryable) throw problem;
      return { kind: 'not_possible', reason: `Microsoft did not send it: ${problem.detail ?? problem.message}` };
    }
  };
}

type Sender = { mailbox: ReturnType<typeof mailboxOf>; name: string; address: string };

async function sendFrom(deps: MailDeps, { mailbox, name, address }: Sender, email: OutgoingEmail): Promise<void> {
  const mime = await writeMime(email, { name, address });
  await inMailbox(deps, mailbox, undefined, ({ graph, access }) => sendMime(graph, access, { mime }));
}

async function findSender(deps: MailDeps, bookingId: string): Promise<Sender | { reason: string }> {
  const meeting = await deps.db
    .selectFrom('meetings')
    .innerJoin('bookings', 'bookings.meeting_id', 'meetings.id')
    .selectAll('meetings')
    .where('bookings.id', '=', bookingId)
    .executeTakeFirst();
  if (!meeting) return { reason: 'The booking has no meeting, and so no organizer’s mailbox.' };
  const mailbox = mailboxOf(meeting);
  return meeting.access === 'delegated' ? ownSender(deps, mailbox) : tenantSender(deps, mailbox);
}

async function ownSender({ db }: MailDeps, mailbox: Sender['mailbox']): Promise<Sender | { reason: string }> {
  const own = await db
    .selectFrom('connections')
    .select(['account_email', 'account_name', 'granted_scopes', 'status'])
    .where('workspace_id', '=', mailbox.workspaceId)
    .where('tenant_id', '=', mailbox.tenantId)
    .where('object_id', '=', mailbox.organizerId)
    .executeTakeFirst();
  if (!own) return { reason: 'The organizer’s Microsoft account is not connected any more.' };
  if (own.status !== 'connected') return { reason: 'The organizer’s Microsoft account has to be connected again.' };
  if (!own.account_email) return { reason: 'The address of the organizer’s mailbox is not known.' };
  if (missingScopes(scopesFor.mail, own.granted_scopes.split(' ')).length > 0)
    return { reason: `The connection of ${own.account_email} lacks the permission Mail.Send.` };
  return { mailbox, name: own.account_name ?? '', address: own.account_email };
}

async function tenantSender({ db }: MailDeps, mailbox: Sender['mailbox']): Promise<Sender | { reason: string }> {
  const organizer = await db
    .selectFrom('organizers')
    .innerJoin('tenant_connections', 'tenant_connections.id', 'organizers.tenant_connection_id')
    .select(['organizers.mail', 'organizers.display_name', 'organizers.allowed', 'tenant_connections.roles'])
    .where('organizers.workspace_id', '=', mailbox.workspaceId)
    .where('organizers.object_id', '=', mailbox.organizerId)
    .where((where) =>
      mailbox.tenantConnectionId === null
        ? where('tenant_connections.tenant_id', '=', mailbox.tenantId)
        : where('tenant_connections.id', '=', mailbox.tenantConnectionId),
    )
    .executeTakeFirst();
  if (!organizer?.mail) return { reason: 'The address of the organizer’s mailbox is not known.' };
  if (!organizer.allowed) return { reason: `${organizer.mail} is not allowed as an organizer.` };
  // Before the first token nobody knows: then Microsoft is asked.
  if (organizer.roles.length > 0 && missingRoles(['Mail.Send'], organizer.roles).length > 0)
    return { reason: 'The tenant has not granted the permission Mail.Send.' };
  return { mailbox, name: organizer.display_name ?? '', address: organizer.mail };
}

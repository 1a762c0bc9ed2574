import { inMailbox, type InMailbox, type Mailbox, type MailboxDeps } from './mailbox.ts';
import { findOrganizerByUser, refusalOf } from './service.ts';

/**
 * {@link inMailbox}, on behalf of a whole tenant’s organizer only while Parley’s own list allows them: that is asked before
 * Microsoft is. A tenant that is paused takes no new meetings; those that it has are looked after.
 */
export async function inAllowedMailbox<T>(
  deps: MailboxDeps,
  mailbox: Mailbox,
  signal: AbortSignal | undefined,
  run: (call: InMailbox) => Promise<T>,
): Promise<T> {
  if (mailbox.access === 'app-only') {
    const { workspaceId, organizerId: objectId, tenantConnectionId } = mailbox;
    const refusal = refusalOf(
      await findOrganizerByUser(deps, workspaceId, { objectId }, tenantConnectionId ?? undefined),
    );
    if (refusal && refusal.code !== 'tenant_not_live') throw refusal;
  }
  return inMailbox(deps, mailbox, signal, run);
}

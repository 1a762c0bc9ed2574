import type { DataKeys } from '../../access/workspace-keys.ts';
import type { Log } from '../../log.ts';
import { GraphError } from '../../microsoft/graph.ts';
import type { InMailbox, MailboxDeps } from '../../organizers/mailbox.ts';
import type { MeetingRow } from '../meeting.ts';
import type { MeetingDeps } from '../service.ts';
import type { Outcome } from '../settle.ts';

export type SyncDeps = MeetingDeps & MailboxDeps & { dataKeys: DataKeys; publicUrl: string; log: Log };

/** One meeting, and the way into its organizer's mailbox. */
export type Call = InMailbox & { deps: SyncDeps; row: MeetingRow };

/** `superseded`: the meeting was changed before anything was sent; the change is looked at instead. */
export type Done = Outcome | 'superseded';

/** Graph refused a create in its own words, and not because there is one already. */
export function madeNothing(error: unknown): boolean {
  if (!(error instanceof GraphError) || error.outcome !== 'refused') return false;
  return error.status !== 409 && !['no_error_code', 'ErrorDuplicateTransactionId'].includes(error.code);
}

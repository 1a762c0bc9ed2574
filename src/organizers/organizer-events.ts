import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';

/** What is worth knowing later about who may own meetings, and what became of it. */
export type OrganizerEvent =
  | 'organizer.added'
  | 'organizer.allowed'
  | 'organizer.disallowed'
  | 'organizer.removed'
  | 'organizer.matched'
  | 'organizer.refused'
  | 'organizer.default_changed'
  | 'organizer.roster_imported'
  | 'organizer.policy_announced'
  | 'organizer.policy_granted'
  | 'organizer.policy_lost';

/** Writes an audit line: about an organizer, of a tenant connection, by a member, a key or Parley itself (`null`). */
export async function recordOrganizerEvent(
  { db, now }: { db: Kysely<Database>; now: () => Date },
  event: {
    workspaceId: string;
    tenantConnectionId: string | null;
    type: OrganizerEvent;
    by: string | null;
    data: Record<string, unknown>;
  },
): Promise<void> {
  await db
    .insertInto('outbox_events')
    .values({
      workspace_id: event.workspaceId,
      type: event.type,
      connection_id: event.tenantConnectionId,
      data: JSON.stringify({ ...event.data, by: event.by }),
      created_at: now(),
    })
    .execute();
}

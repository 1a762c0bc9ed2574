import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { Queue } from '../jobs/queue.ts';

/** Has the meetings taken up that waited for the tenant's administrator; part of the caller's transaction. */
export async function takeUpMeetings(
  { db, queue }: { db: Kysely<Database>; queue: Queue },
  tenantConnectionId: string,
): Promise<void> {
  await queue.send(db, 'resume-tenant', { tenantConnectionId }, { singletonKey: tenantConnectionId });
}

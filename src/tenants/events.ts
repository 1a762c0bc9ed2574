import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { TenantRow } from './tenant.ts';

export type TenantEvent =
  | 'tenant.created'
  | 'tenant.changed'
  | 'tenant.consented'
  | 'tenant.verified'
  | 'tenant.failing'
  | 'tenant.paused'
  | 'tenant.resumed'
  | 'tenant.deleted'
  | 'tenant.pilot_started'
  | 'tenant.went_live';

/** Writes down what happened to a tenant. `by` is the member or key that did it, `null` what Parley did by itself. */
export async function recordTenantEvent(
  trx: Kysely<Database>,
  row: Pick<TenantRow, 'id' | 'workspace_id' | 'tenant_id'>,
  type: TenantEvent,
  data: { by: string | null } & Record<string, unknown>,
  now: Date,
): Promise<void> {
  await trx
    .insertInto('outbox_events')
    .values({
      workspace_id: row.workspace_id,
      type,
      connection_id: row.id,
      data: JSON.stringify({ ...data, tenantId: row.tenant_id }),
      created_at: now,
    })
    .execute();
}

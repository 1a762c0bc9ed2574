import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { isPersonalTenant, personalTenantId } from '../microsoft/permissions.ts';
import { Problem } from '../problem.ts';
import type { ConnectionRow } from './connection.ts';
import { getConnection } from './service.ts';

export type Wanted = {
  /** The one that the caller may see; without it, all of the workspace's. */
  id?: string | undefined;
  email?: string | undefined;
  works?: boolean | undefined;
  createdFrom?: Date | undefined;
  createdBefore?: Date | undefined;
  sortBy: 'created_at' | 'updated_at';
  order: 'asc' | 'desc';
  limit: number;
  offset: number;
};

type Deps = { db: Kysely<Database> };

/** Whether Microsoft still takes it, as far as is known. */
export function works({ status, tenant_id: tenantId }: Pick<ConnectionRow, 'status' | 'tenant_id'>): boolean {
  return status === 'connected' && !isPersonalTenant(tenantId);
}

/** A part of the workspace's connections. */
export async function searchConnections({ db }: Deps, workspaceId: string, wanted: Wanted): Promise<ConnectionRow[]> {
  const { id, email, createdFrom, createdBefore } = wanted;
  let query = db.selectFrom('connections').selectAll().where('workspace_id', '=', workspaceId);
  if (id !== undefined) query = query.where('id', '=', id);
  if (email !== undefined)
    query = query.where((where) => where(where.fn('lower', ['account_email']), '=', email.toLowerCase()));
  if (createdFrom) query = query.where('created_at', '>=', createdFrom);
  if (createdBefore) query = query.where('created_at', '<', createdBefore);
  if (wanted.works === true) query = query.where('status', '=', 'connected').where('tenant_id', '<>', personalTenantId);
  if (wanted.works === false)
    query = query.where((where) =>
      where.or([where('status', '<>', 'connected'), where('tenant_id', '=', personalTenantId)]),
    );
  return query.orderBy(wanted.sortBy, wanted.order).orderBy('id').limit(wanted.limit).offset(wanted.offset).execute();
}

/** Notes of an application on a connection take the place of those before; without any, they stay. Throws `not_found`. */
export async function noteOnConnection(
  { db, now }: Deps & { now: () => Date },
  workspaceId: string,
  id: string,
  metadata: Record<string, unknown> | undefined,
): Promise<ConnectionRow> {
  if (!metadata) return getConnection({ db }, workspaceId, id);
  return db
    .updateTable('connections')
    .set({ metadata: JSON.stringify(metadata), updated_at: now() })
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .returningAll()
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

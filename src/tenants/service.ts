import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import type { Apps } from '../registrations/apps.ts';
import type { AppTokens } from './app-tokens.ts';
import type { TenantRow } from './tenant.ts';

export type TenantDeps = {
  db: Kysely<Database>;
  now: () => Date;
  apps: Apps;
  appTokens: AppTokens;
  /** Where Microsoft sends people back to, unless a registration says otherwise. */
  redirectUri: string;
};

type Read = { db: Kysely<Database> };

/** Throws `not_found`, also for another workspace's tenant. */
export async function getTenant({ db }: Read, workspaceId: string, id: string): Promise<TenantRow> {
  return db
    .selectFrom('tenant_connections')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

export async function listTenants({ db }: Read, workspaceId: string): Promise<TenantRow[]> {
  return db
    .selectFrom('tenant_connections')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** The connection through which the mailboxes of a tenant are reached: of several, the one that is furthest. */
export async function findTenantOfMailbox(
  { db }: Read,
  mailbox: { workspaceId: string; tenantId: string },
): Promise<TenantRow | undefined> {
  return db
    .selectFrom('tenant_connections')
    .selectAll()
    .where('workspace_id', '=', mailbox.workspaceId)
    .where('tenant_id', '=', mailbox.tenantId)
    .orderBy((order) =>
      order.case('stage').when('live').then(0).when('pilot').then(1).when('paused').then(2).else(3).end(),
    )
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
}

import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { newDataKey, openDataKey, type DataKey, type KeyRing } from '../seal.ts';

/** Finds the data key with which a workspace's secrets are sealed. */
export type DataKeys = (workspaceId: string) => Promise<DataKey>;

/** Data keys are unwrapped once and held in memory; they never change while a workspace lives. */
export function createDataKeys(db: Kysely<Database>, keyRing: KeyRing): DataKeys {
  const opened = new Map<string, DataKey>();
  return async (workspaceId) => {
    const known = opened.get(workspaceId);
    if (known) return known;
    const row = await db
      .selectFrom('workspace_keys')
      .select('wrapped')
      .where('workspace_id', '=', workspaceId)
      .executeTakeFirstOrThrow();
    const dataKey = openDataKey(keyRing, row.wrapped);
    opened.set(workspaceId, dataKey);
    return dataKey;
  };
}

/** Makes the data key of a new workspace; part of the transaction that makes the workspace. */
export async function addDataKey(
  trx: Kysely<Database>,
  { keyRing, workspaceId, now }: { keyRing: KeyRing; workspaceId: string; now: Date },
): Promise<void> {
  await trx
    .insertInto('workspace_keys')
    .values({ workspace_id: workspaceId, wrapped: newDataKey(keyRing), created_at: now })
    .execute();
}

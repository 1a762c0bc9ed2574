import type { Kysely } from 'kysely';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Database } from '../database/schema.ts';
import { claimedRefusal, isRefusalToken, type RefusalClaim } from './refusal-link.ts';

type Deps = { db: Kysely<Database>; now: () => Date; dataKeys: DataKeys };
export type Refusal = RefusalClaim & { workspaceName: string; refused: boolean };

/** Whose reminders a link is about, and whether they are refused; `undefined` when the link is not one of ours. */
export async function findRefusal({ db, dataKeys }: Deps, token: string): Promise<Refusal | undefined> {
  const claim = claimedRefusal(token);
  if (!claim) return undefined;
  const workspace = await db
    .selectFrom('workspaces')
    .leftJoin('reminder_refusals', (join) =>
      join
        .onRef('reminder_refusals.workspace_id', '=', 'workspaces.id')
        .on('reminder_refusals.email', '=', claim.email),
    )
    .select(['workspaces.name', 'reminder_refusals.email'])
    .where('workspaces.id', '=', claim.workspaceId)
    .executeTakeFirst();
  if (!workspace || !isRefusalToken(await dataKeys(claim.workspaceId), token)) return undefined;
  return { ...claim, workspaceName: workspace.name, refused: workspace.email !== null };
}

/** No more reminders to this address. Doing it twice changes nothing. */
export async function refuseReminders({ db, now }: Deps, { workspaceId, email }: RefusalClaim): Promise<void> {
  await db
    .insertInto('reminder_refusals')
    .values({ workspace_id: workspaceId, email, created_at: now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Reminders again, from the next one on. */
export async function acceptReminders({ db }: Deps, { workspaceId, email }: RefusalClaim): Promise<void> {
  await db.deleteFrom('reminder_refusals').where('workspace_id', '=', workspaceId).where('email', '=', email).execute();
}

import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { Log } from '../log.ts';
import type { SealedBlobs } from './storage/sealed-blobs.ts';

type Deps = { db: Kysely<Database>; now: () => Date; log: Log; storage: SealedBlobs; storageCare: StorageCare };

/** When this process next looks through the storage. */
export type StorageCare = { dueAt: Date };

const everyMs = 24 * 60 * 60_000;
/** What was changed a moment ago may belong to a row that is just being written. */
const leaveAloneMs = 60 * 60_000;
const batch = 200;

/** Looks through the whole storage once a day for what belongs to nothing any more, and removes it. */
export async function removeOrphans(deps: Deps): Promise<void> {
  const { now, storage, storageCare } = deps;
  if (storageCare.dueAt > now()) return;
  storageCare.dueAt = new Date(now().getTime() + everyMs);
  const before = new Date(now().getTime() - leaveAloneMs);
  let keys: string[] = [];
  for await (const { key, changedAt } of storage.list()) {
    if (changedAt < before) keys.push(key);
    if (keys.length < batch) continue;
    await removeUnwanted(deps, keys);
    keys = [];
  }
  await removeUnwanted(deps, keys);
}

async function removeUnwanted({ db, storage, log }: Deps, keys: string[]): Promise<void> {
  const byId = new Map(
    keys.flatMap((key) => {
      const [workspaceId = '', id = ''] = key.split('/');
      return id.startsWith('art_') ? [[id, { workspaceId, key }] as const] : [];
    }),
  );
  if (byId.size === 0) return;
  const wanted = await db
    .selectFrom('artifacts')
    .select('id')
    .where('id', 'in', [...byId.keys()])
    .where('deleted_at', 'is', null)
    // Stored, or begun and to be gone on with.
    .where((where) => where.or([where('stored_at', 'is not', null), where('store_due_at', 'is not', null)]))
    .execute();
  for (const { id } of wanted) byId.delete(id);
  for (const [artifactId, blob] of byId) {
    await storage.remove(blob);
    log.info({ artifactId }, 'removed from the storage what belongs to nothing');
  }
}

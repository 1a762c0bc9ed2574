import type { Kysely } from 'kysely';
import type { Principal } from '../access/principal.ts';
import type { Database } from '../database/schema.ts';
import { actorOf, recordAudit, type Actor } from '../monitoring/audit.ts';
import { Problem } from '../problem.ts';
import type { ArtifactRow } from './artifact.ts';
import { findVisible } from './sharing.ts';

type Deps = { db: Kysely<Database>; now: () => Date };

/** A player asks for many ranges, a reader turns pages: what follows within this time is the same view. */
const sameViewMs = 15 * 60_000;

/** {@link findVisible} for what is in it: `not_found` once it is deleted; the view is on record before it is given. */
export async function openForView(
  deps: Deps,
  principal: Principal,
  id: string,
  as: 'view' | 'download',
): Promise<ArtifactRow> {
  const row = await findVisible(deps, principal, id);
  if (row.deleted_at) throw new Problem('not_found', { detail: 'It was deleted.' });
  await recordView(deps, row, actorOf(principal), as);
  return row;
}

/** Writes down who sees or downloads what is in an artifact; awaited before anything is given out. */
export async function recordView(deps: Deps, row: ArtifactRow, actor: Actor, as: 'view' | 'download'): Promise<void> {
  await recordAudit(
    deps,
    {
      workspaceId: row.workspace_id,
      actor,
      action: as === 'view' ? 'artifact.viewed' : 'artifact.downloaded',
      subjectId: row.id,
      details: { kind: row.kind, meetingId: row.meeting_id },
    },
    { onceWithinMs: sameViewMs },
  );
}

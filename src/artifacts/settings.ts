import type { Kysely } from 'kysely';
import type { ArtifactKind, Database } from '../database/schema.ts';
import { recordAudit, type Actor } from '../monitoring/audit.ts';
import { artifactKinds } from './artifact.ts';
import { keepColumns } from './retention.ts';

type Deps = { db: Kysely<Database>; now: () => Date };

/** What a workspace does with what is left of its meetings. */
export type ArtifactSettings = {
  downloadRecordings: boolean;
  showInPortal: boolean;
  /** Days after which each kind is deleted; `null`: never by itself. */
  keepDays: Record<ArtifactKind, number | null>;
};

export type ArtifactSettingsChange = Partial<Pick<ArtifactSettings, 'downloadRecordings' | 'showInPortal'>> & {
  keepDays?: Partial<ArtifactSettings['keepDays']> | undefined;
};

export async function getArtifactSettings({ db }: Pick<Deps, 'db'>, workspaceId: string): Promise<ArtifactSettings> {
  const row = await db
    .selectFrom('workspaces')
    .select(['download_recordings', 'show_in_portal', ...Object.values(keepColumns)])
    .where('id', '=', workspaceId)
    .executeTakeFirstOrThrow();
  return {
    downloadRecordings: row.download_recordings,
    showInPortal: row.show_in_portal,
    keepDays: {
      recording: row.keep_recordings_days,
      transcript: row.keep_transcripts_days,
      attendance: row.keep_attendance_days,
    },
  };
}

/** Changes what is given, and writes down by whom. What is shown and kept follows at once. */
export async function changeArtifactSettings(
  deps: Deps,
  workspaceId: string,
  change: ArtifactSettingsChange,
  actor: Actor,
): Promise<ArtifactSettings> {
  const { downloadRecordings, showInPortal, keepDays = {} } = change;
  const columns = {
    ...(downloadRecordings !== undefined && { download_recordings: downloadRecordings }),
    ...(showInPortal !== undefined && { show_in_portal: showInPortal }),
    ...Object.fromEntries(
      artifactKinds.flatMap((kind) => (keepDays[kind] === undefined ? [] : [[keepColumns[kind], keepDays[kind]]])),
    ),
  };
  if (Object.keys(columns).length === 0) return getArtifactSettings(deps, workspaceId);
  return deps.db.transaction().execute(async (trx) => {
    const inTrx = { ...deps, db: trx };
    await trx.updateTable('workspaces').set(columns).where('id', '=', workspaceId).execute();
    const action = 'settings.artifacts_changed';
    await recordAudit(inTrx, { workspaceId, actor, action, subjectId: workspaceId, details: { ...change } });
    return getArtifactSettings(inTrx, workspaceId);
  });
}

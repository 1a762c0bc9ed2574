import { newId } from '../../src/id.ts';
import type { AttendanceRecord, ArtifactKind } from '../../src/database/schema.ts';
import { createDataKeys } from '../../src/access/workspace-keys.ts';
import { storeTranscript } from '../../src/artifacts/transcripts.ts';
import type { System } from './system.ts';

type Kept = {
  workspaceId: string;
  meetingId: string;
  startsAt?: Date;
  attributed?: boolean;
  language?: string | null;
};

/** An artifact of a meeting as a capture keeps it, without asking Microsoft. */
export async function addArtifact(
  { database: { db }, clock }: System,
  { workspaceId, meetingId, startsAt = clock.now() }: Kept,
  { kind, attendance }: { kind: ArtifactKind; attendance?: AttendanceRecord[] },
): Promise<string> {
  const id = newId('art');
  const contentTypes = { recording: 'video/mp4', transcript: 'text/vtt', attendance: 'application/json' };
  await db
    .insertInto('artifacts')
    .values({
      id,
      workspace_id: workspaceId,
      meeting_id: meetingId,
      kind,
      online_meeting_id: 'MSo-of-a-test',
      provider_id: `of-microsoft-${id}`,
      call_id: null,
      correlation_id: null,
      starts_at: startsAt,
      ends_at: new Date(startsAt.getTime() + 30 * 60_000),
      content_type: contentTypes[kind],
      attendance: attendance ? JSON.stringify(attendance) : null,
      participants: attendance?.length ?? null,
      updated_at: clock.now(),
      created_at: clock.now(),
    })
    .execute();
  return id;
}

/** A transcript of a meeting: WebVTT, or what was said as `Speaker: text`, a line every five seconds. */
export async function addTranscript(system: System, kept: Kept, said: string | string[]): Promise<string> {
  const { db } = system.database;
  const id = await addArtifact(system, kept, { kind: 'transcript' });
  const deps = { now: system.clock.now, dataKeys: createDataKeys(db, system.keyRing) };
  const vtt = typeof said === 'string' ? said : vttOf(said);
  const { workspaceId, attributed = true, language = 'en-us' } = kept;
  await db
    .transaction()
    .execute((trx) => storeTranscript({ ...deps, db: trx }, id, { workspaceId, vtt, attributed, language }));
  return id;
}

/** WebVTT as Microsoft writes it. */
export function vttOf(said: string[]): string {
  const cues = said.map((line, at) => {
    const [, speaker, text = line] = /^(?:([^:]+): )?(.*)$/.exec(line) ?? [];
    const times = `0:${Math.floor(at / 12)}:${(at % 12) * 5}.0 --> 0:${Math.floor(at / 12)}:${(at % 12) * 5 + 4}.500`;
    return `${times}\n${speaker ? `<v ${speaker}>${text}</v>` : text}`;
  });
  return `WEBVTT\n\n${cues.join('\n\n')}\n`;
}

import { storeTranscript } from '../../src/artifacts/transcripts.ts';
import type { ArtifactKind, Artifacts, AttendanceRecord } from '../../src/database/schema.ts';
import { newId } from '../../src/id.ts';
import type { System } from './system.ts';

type Line = { startsMs: number; speaker: string | null; text: string };
type Options = {
  kinds?: ArtifactKind[];
  lines?: Line[];
  columns?: Partial<Artifacts>;
};

/** What was said where a test does not say it. */
export const dialogue: Line[] = [
  { startsMs: 0, speaker: 'Dana Reyes', text: 'Good morning, and thank you for coming.' },
  { startsMs: 5_320, speaker: 'Sam Ferro', text: 'Thank you. I would like to talk about the budget.' },
  { startsMs: 12_000, speaker: 'Dana Reyes', text: 'The budget for the internship is small, but there is one.' },
  { startsMs: 65_500, speaker: null, text: 'Somebody laughs.' },
];

const minuteMs = 60_000;

/**
 * What is left of a meeting without Microsoft, for tests that need particular rows: a recording with its transcript, and an
 * attendance report. Stories end the meeting in the emulator instead: `startRecorded`.
 */
export async function addArtifacts(system: System, meetingId: string, options: Options = {}) {
  const { kinds = ['recording', 'transcript', 'attendance'], lines = dialogue, columns = {} } = options;
  const { db } = system.database;
  const meeting = await db
    .selectFrom('meetings')
    .select(['workspace_id', 'starts_at', 'ends_at', 'online_meeting_id'])
    .where('id', '=', meetingId)
    .executeTakeFirstOrThrow();
  const now = system.clock.now();
  const correlationId = newId('art');
  const ids: Record<string, string> = {};
  for (const kind of kinds) {
    const id = (ids[kind] = newId('art'));
    await db
      .insertInto('artifacts')
      .values({
        id,
        workspace_id: meeting.workspace_id,
        meeting_id: meetingId,
        kind,
        online_meeting_id: meeting.online_meeting_id ?? 'online-meeting',
        provider_id: id,
        call_id: correlationId,
        correlation_id: kind === 'attendance' ? null : correlationId,
        starts_at: new Date(meeting.starts_at.getTime() + minuteMs),
        ends_at: meeting.ends_at,
        content_type: { recording: 'video/mp4', transcript: 'text/vtt', attendance: 'application/json' }[kind],
        ...(kind === 'attendance' && { attendance: JSON.stringify(attendees), participants: attendees.length }),
        updated_at: now,
        created_at: now,
        ...columns,
      } as never)
      .execute();
    if (kind !== 'transcript') continue;
    const { dataKeys } = system.app.deps;
    const written = { vtt: writeVtt(lines), attributed: true, language: 'en-US' };
    await storeTranscript({ db, now: () => now, dataKeys }, id, { workspaceId: meeting.workspace_id, ...written });
  }
  return {
    recording: ids['recording'] ?? '',
    transcript: ids['transcript'] ?? '',
    attendance: ids['attendance'] ?? '',
  };
}

function writeVtt(lines: Line[]): string {
  const cues = lines.map(({ startsMs, speaker, text }) => {
    const words = speaker === null ? text : `<v ${speaker}>${text}</v>`;
    return `${clock(startsMs)} --> ${clock(startsMs + 4000)}\n${words}`;
  });
  return ['WEBVTT', ...cues].join('\n\n');
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}

const attendees: AttendanceRecord[] = [
  {
    name: 'Sam Ferro',
    email: 'sam@visitor.example',
    objectId: null,
    role: 'Attendee',
    totalSeconds: 1500,
    intervals: [{ joinedAt: '2026-11-24T09:01:00.000Z', leftAt: '2026-11-24T09:26:00.000Z', seconds: 1500 }],
  },
];

/** *Show recordings and transcripts in the client portal*. */
export async function showInPortal({ database: { db } }: System, workspaceId: string, on = true): Promise<void> {
  await db.updateTable('workspaces').set({ show_in_portal: on }).where('id', '=', workspaceId).execute();
}

/** What the audit log of a workspace says was done, oldest first: who, what, to what. */
export async function auditOf({ database: { db } }: System, workspaceId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('audit_entries')
    .select(['actor', 'action', 'subject_id'])
    .where('workspace_id', '=', workspaceId)
    .orderBy('position')
    .execute();
  return rows.map(({ actor, action, subject_id }) => `${actor} ${action} ${subject_id ?? ''}`);
}

import type { Kysely } from 'kysely';
import { artifactColumns, type ArtifactRow } from '../artifacts/artifact.ts';
import { sharesArtifact, type SharedWith } from '../artifacts/sharing.ts';
import type { Database } from '../database/schema.ts';

type Read = { db: Kysely<Database> };

export type Line = { position: number; startsMs: number; speaker: string | null; text: string };
export type SharedTranscript = { row: ArtifactRow; lines: Line[]; isCut: boolean };

/** A stretch of a meeting that was recorded or written down: one after the other where it was interrupted. */
export type Stretch = { recording: ArtifactRow | undefined; transcript: SharedTranscript | undefined };

export type SharedMeeting = {
  title: string;
  hostName: string;
  start: Date;
  end: Date;
  timeZone: string;
  stretches: Stretch[];
};

/** Longer transcripts are read in a file: a page of so many lines is slow on a phone. */
const mostLines = 3000;

/** What of one booking is shared with a visitor at this moment; `undefined`: nothing, whatever the reason. */
export async function findSharedMeeting(
  { db }: Read,
  visitor: SharedWith,
  bookingId: string,
): Promise<SharedMeeting | undefined> {
  const rows = await db
    .selectFrom('artifacts')
    .innerJoin('bookings', 'bookings.meeting_id', 'artifacts.meeting_id')
    .select(artifactColumns.map((column) => `artifacts.${column}` as const))
    .where('bookings.id', '=', bookingId)
    .where(sharesArtifact(visitor))
    .orderBy('artifacts.starts_at')
    .orderBy('artifacts.id')
    .execute();
  if (rows.length === 0) return undefined;
  const booking = await db
    .selectFrom('bookings')
    .innerJoin('event_types', 'event_types.id', 'bookings.event_type_id')
    .innerJoin('members', 'members.id', 'bookings.host_id')
    .select(['bookings.starts_at', 'bookings.ends_at', 'bookings.visitor_time_zone'])
    .select(['event_types.title', 'members.name as host_name'])
    .where('bookings.id', '=', bookingId)
    .executeTakeFirstOrThrow();
  const stretches = await Promise.all(
    pairsOf(rows).map(async ({ recording, transcript }) => ({
      recording,
      transcript: transcript && (await withLines(db, transcript)),
    })),
  );
  return {
    title: booking.title,
    hostName: booking.host_name,
    start: booking.starts_at,
    end: booking.ends_at,
    timeZone: booking.visitor_time_zone,
    stretches,
  };
}

type Pair = { recording: ArtifactRow | undefined; transcript: ArtifactRow | undefined };

/** Recordings with the transcript of the same time (contract 5.2: `contentCorrelationId`), and what stands alone. */
function pairsOf(rows: ArtifactRow[]): Pair[] {
  const transcripts = rows.filter(({ kind }) => kind === 'transcript');
  const pairs: Pair[] = [];
  const taken = new Set<ArtifactRow>();
  for (const recording of rows.filter(({ kind }) => kind === 'recording')) {
    const transcript = transcripts.find(
      (one) => !taken.has(one) && one.correlation_id !== null && one.correlation_id === recording.correlation_id,
    );
    if (transcript) taken.add(transcript);
    pairs.push({ recording, transcript });
  }
  for (const transcript of transcripts) if (!taken.has(transcript)) pairs.push({ recording: undefined, transcript });
  return pairs.toSorted((one, other) => startOf(one) - startOf(other));
}

function startOf({ recording, transcript }: Pair): number {
  return (recording ?? transcript)?.starts_at.getTime() ?? 0;
}

async function withLines(db: Kysely<Database>, row: ArtifactRow): Promise<SharedTranscript> {
  const lines = await db
    .selectFrom('transcript_lines')
    .select(['position', 'starts_ms as startsMs', 'speaker', 'text'])
    .where('artifact_id', '=', row.id)
    .orderBy('position')
    .limit(mostLines + 1)
    .execute();
  return { row, lines: lines.slice(0, mostLines), isCut: lines.length > mostLines };
}

import type { Kysely } from 'kysely';
import { artifactColumns, type ArtifactRow } from '../artifacts/artifact.ts';
import { showTranscript, type LineShown } from '../artifacts/search.ts';
import { sharesArtifact, type SharedWith } from '../artifacts/sharing.ts';
import type { Database } from '../database/schema.ts';

type Read = { db: Kysely<Database> };

export type SharedTranscript = {
  row: ArtifactRow;
  /** All lines, or those in which something was found. */
  lines: LineShown[];
  isCut: boolean;
};

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

/**
 * What of one booking is shared with a visitor at this moment, of transcripts what is looked for in them; `undefined`:
 * nothing, whatever the reason. Throws `invalid_request` for a query without a word.
 */
export async function findSharedMeeting(
  { db }: Read,
  visitor: SharedWith,
  { bookingId, query }: { bookingId: string; query: string | undefined },
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
      transcript: transcript && (await withLines(db, transcript, query)),
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

async function withLines(db: Kysely<Database>, row: ArtifactRow, query: string | undefined): Promise<SharedTranscript> {
  const { lines } = await showTranscript({ db }, row, query);
  const shown = query === undefined ? lines : lines.filter(({ matches }) => matches.length > 0);
  return { row, lines: shown.slice(0, mostLines), isCut: shown.length > mostLines };
}

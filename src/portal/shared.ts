import type { Kysely } from 'kysely';
import { sharesArtifact, type SharedWith } from '../artifacts/sharing.ts';
import type { Database } from '../database/schema.ts';

type Read = { db: Kysely<Database> };

/** What of a meeting is shared with a visitor. */
export type SharedKinds = { recording: boolean; transcript: boolean };

/** Of which bookings something is shared with somebody at this moment, and what; by the booking's id. */
export async function sharedKinds({ db }: Read, visitor: SharedWith): Promise<Map<string, SharedKinds>> {
  const rows = await db
    .selectFrom('bookings')
    .innerJoin('artifacts', 'artifacts.meeting_id', 'bookings.meeting_id')
    .select(['bookings.id', 'artifacts.kind'])
    .distinct()
    .where(sharesArtifact(visitor))
    .execute();
  const byBooking = new Map<string, SharedKinds>();
  for (const { id, kind } of rows) {
    const { recording = false, transcript = false } = byBooking.get(id) ?? {};
    byBooking.set(id, {
      recording: recording || kind === 'recording',
      transcript: transcript || kind === 'transcript',
    });
  }
  return byBooking;
}

/** The same in words, as a heading or a link has them. */
export function sharedWords({ recording, transcript }: SharedKinds): string {
  if (recording && transcript) return 'Recording and transcript';
  return recording ? 'Recording' : 'Transcript';
}

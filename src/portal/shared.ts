import type { Kysely } from 'kysely';
import { sharesArtifact, type SharedWith } from '../artifacts/sharing.ts';
import type { ArtifactKind, Database } from '../database/schema.ts';

type Read = { db: Kysely<Database> };

/** What of a meeting is shared with a visitor. */
export type SharedKinds = { recording: boolean; transcript: boolean };

/** Of which bookings something is shared with somebody at this moment, and what; by the booking's id. */
export async function sharedKinds({ db }: Read, visitor: SharedWith): Promise<Map<string, SharedKinds>> {
  return byBooking(await sharedRows(db, visitor).execute());
}

/** In words, what of one booking is shared with somebody at this moment; `undefined`: nothing. */
export async function findShared(
  { db }: Read,
  { bookingId, ...visitor }: SharedWith & { bookingId: string },
): Promise<string | undefined> {
  const rows = await sharedRows(db, visitor).where('bookings.id', '=', bookingId).execute();
  const kinds = byBooking(rows).get(bookingId);
  return kinds && sharedWords(kinds);
}

function sharedRows(db: Kysely<Database>, visitor: SharedWith) {
  return db
    .selectFrom('bookings')
    .innerJoin('artifacts', 'artifacts.meeting_id', 'bookings.meeting_id')
    .select(['bookings.id', 'artifacts.kind'])
    .distinct()
    .where(sharesArtifact(visitor));
}

function byBooking(rows: { id: string; kind: ArtifactKind }[]): Map<string, SharedKinds> {
  const found = new Map<string, SharedKinds>();
  for (const { id, kind } of rows) {
    const { recording = false, transcript = false } = found.get(id) ?? {};
    found.set(id, {
      recording: recording || kind === 'recording',
      transcript: transcript || kind === 'transcript',
    });
  }
  return found;
}

/** The same in words, as a heading or a link has them. */
export function sharedWords({ recording, transcript }: SharedKinds): string {
  if (recording && transcript) return 'Recording and transcript';
  return recording ? 'Recording' : 'Transcript';
}

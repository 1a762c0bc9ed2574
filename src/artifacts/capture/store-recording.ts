import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { Log } from '../../log.ts';
import { mailboxOf, retryDelayMs, type MeetingRow } from '../../meetings/meeting.ts';
import { tellWatchers } from '../../meetings/service.ts';
import { openRecording, RangeBeyondEnd } from '../../microsoft/artifacts.ts';
import { toProblem } from '../../microsoft/problems.ts';
import { inAllowedMailbox } from '../../organizers/allowed-mailbox.ts';
import type { MailboxDeps } from '../../organizers/mailbox.ts';
import { Problem } from '../../problem.ts';
import { artifactColumns, isRefusal, type ArtifactRow } from '../artifact.ts';
import type { SealedBlobs } from '../storage/sealed-blobs.ts';

export type StoreDeps = MailboxDeps & { db: Kysely<Database>; now: () => Date; log: Log; storage: SealedBlobs };

const hourMs = 60 * 60_000;
const givesUpAfterMs = 14 * 24 * hourMs;

/** Where a recording is in the storage. */
export function blobOf(row: Pick<ArtifactRow, 'workspace_id' | 'id'>): { workspaceId: string; key: string } {
  return { workspaceId: row.workspace_id, key: `${row.workspace_id}/${row.id}` };
}

/**
 * Copies a recording from Microsoft into the storage, going on where an earlier attempt stopped. Never throws for what
 * Microsoft or the storage answers; that is written to the row, with when it is tried again.
 */
export async function storeRecording(
  deps: StoreDeps,
  { artifactId }: { artifactId: string },
  signal?: AbortSignal,
): Promise<void> {
  const found = await read(deps, artifactId);
  if (!found?.row.store_due_at || found.row.store_due_at > deps.now()) return;
  const { row, meeting } = found;
  try {
    const stored = await copy(deps, row, meeting, signal);
    await settle(deps, row, meeting, stored);
  } catch (error) {
    if (signal?.aborted) throw error;
    const problem = toProblem(error);
    await postpone(deps, row, meeting, problem);
    const fields = { operation: 'artifacts', artifactId, code: problem.code, provider: problem.provider };
    if (problem.code === 'internal_error') deps.log.error({ ...fields, err: error }, 'a recording could not be stored');
    else deps.log.warn(fields, 'a recording could not be stored');
  }
}

type Stored = { bytes: number; sha256: Buffer };

/** The mailbox is entered for each opening: only the download itself takes long, and its token is checked at its start. */
async function copy(
  deps: StoreDeps,
  row: ArtifactRow,
  meeting: MeetingRow,
  signal: AbortSignal | undefined,
): Promise<Stored> {
  let expected: number | undefined;
  const { online_meeting_id: onlineMeetingId, provider_id: recordingId } = row;
  const stored = await deps.storage.write(
    blobOf(row),
    (from) =>
      inAllowedMailbox(deps, mailboxOf(meeting), signal, async ({ graph, access }) => {
        const range = from > 0 ? { range: { from } } : {};
        const opened = await openRecording(graph, access, { onlineMeetingId, recordingId, ...range }).catch(
          async (cause: unknown) => {
            if (!(cause instanceof RangeBeyondEnd)) throw cause;
            // What was begun is longer than the recording is now: the next attempt begins anew.
            await deps.storage.remove(blobOf(row));
            throw new Problem('microsoft_answer_unreadable', { cause });
          },
        );
        expected = opened.totalBytes;
        const rest = skip(opened.body, from - opened.from);
        return from === 0 ? requireVideo(rest) : rest;
      }),
    signal,
  );
  if (expected !== undefined && stored.bytes !== expected) throw new Problem('microsoft_answer_unreadable');
  return stored;
}

/** Who does not know ranges sends everything: what is there already is left out. */
async function* skip(body: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of body) {
    if (left >= chunk.length) left -= chunk.length;
    else {
      yield left > 0 ? chunk.subarray(left) : chunk;
      left = 0;
    }
  }
}

/** An MP4 begins with a box of the type `ftyp` (ISO/IEC 14496-12, section 4.3). Anything else is not stored. */
async function* requireVideo(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of body) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < 8) continue;
    if (head.toString('latin1', 4, 8) !== 'ftyp') throw new Problem('recording_unreadable');
    yield head;
    head = undefined;
  }
  if (head !== undefined) throw new Problem('recording_unreadable');
}

/** Somebody may have deleted it while it was copied: then nothing of it stays. */
async function settle(deps: StoreDeps, row: ArtifactRow, meeting: MeetingRow, stored: Stored): Promise<void> {
  const written = await deps.db
    .updateTable('artifacts')
    .set({
      ...stored,
      stored_at: deps.now(),
      store_due_at: null,
      store_attempts: 0,
      store_problem_code: null,
      store_answer: null,
      updated_at: deps.now(),
    })
    .where('id', '=', row.id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (written.numUpdatedRows === 0n) await deps.storage.remove(blobOf(row));
  await tellWatchers(deps, meeting);
}

async function postpone(deps: StoreDeps, row: ArtifactRow, meeting: MeetingRow, problem: Problem): Promise<void> {
  const now = deps.now();
  const delayMs = isRefusal(problem)
    ? 6 * hourMs
    : retryDelayMs(problem.retryAfterMs, row.store_attempts, Math.random());
  const givesUp = isRefusal(problem) && now.getTime() - row.created_at.getTime() > givesUpAfterMs;
  await deps.db
    .updateTable('artifacts')
    .set({
      store_due_at: givesUp ? null : new Date(now.getTime() + delayMs),
      store_attempts: row.store_attempts + 1,
      store_problem_code: problem.code,
      store_answer: problem.provider ? JSON.stringify(problem.provider) : null,
      updated_at: now,
    })
    .where('id', '=', row.id)
    .where('store_due_at', '=', row.store_due_at)
    .execute();
  await tellWatchers(deps, meeting);
}

/** Takes what was deleted out of the storage, whole or begun. Repeatable; the row tells when it is done. */
export async function removeContent(deps: StoreDeps, { artifactId }: { artifactId: string }): Promise<void> {
  const found = await read(deps, artifactId);
  if (!found?.row.deleted_at || found.row.content_removed_at) return;
  await deps.storage.remove(blobOf(found.row));
  await deps.db.updateTable('artifacts').set({ content_removed_at: deps.now() }).where('id', '=', artifactId).execute();
}

async function read({ db }: StoreDeps, id: string): Promise<{ row: ArtifactRow; meeting: MeetingRow } | undefined> {
  const row = await db.selectFrom('artifacts').select(artifactColumns).where('id', '=', id).executeTakeFirst();
  const meeting =
    row && (await db.selectFrom('meetings').selectAll().where('id', '=', row.meeting_id).executeTakeFirst());
  return meeting && { row, meeting };
}

import type { Log } from '../log.ts';
import { mailboxOf, type MeetingRow } from '../meetings/meeting.ts';
import { toProblem } from '../microsoft/problems.ts';
import { inAllowedMailbox } from '../organizers/allowed-mailbox.ts';
import type { MailboxDeps } from '../organizers/mailbox.ts';
import type { ArtifactKind } from '../database/schema.ts';
import { patienceMs, type CaptureRow } from './artifact.ts';
import { findArtifacts, type FindDeps } from './capture/find-artifacts.ts';
import { settleCapture, settleRefusal } from './capture/settle-capture.ts';
import type { CaptureDeps } from './captures.ts';

export { findAnnounced } from './capture/find-announced.ts';
export { removeContent, storeRecording } from './capture/store-recording.ts';

export type ArtifactJobDeps = FindDeps & CaptureDeps & MailboxDeps & { log: Log };

/**
 * Looks once for one kind of artifact of one meeting. Never throws for what Microsoft answers; that is written to the row,
 * with when it is looked at again. The other kinds have jobs of their own.
 */
export async function captureArtifacts(
  deps: ArtifactJobDeps,
  { meetingId, kind }: { meetingId: string; kind: ArtifactKind },
  signal?: AbortSignal,
): Promise<void> {
  const found = await read(deps, meetingId, kind);
  if (!found?.capture.due_at || found.capture.due_at > deps.now()) return;
  const { capture, meeting } = found;
  const log = deps.log.child({ operation: 'artifacts', meetingId, kind });
  try {
    await inAllowedMailbox(deps, mailboxOf(meeting), signal, (call) => findArtifacts(deps, call, meeting, kind));
    await settleCapture(deps, capture, meeting);
    log.info({}, '[TeamsMeetings] operation=artifacts done');
  } catch (error) {
    if (signal?.aborted) throw error;
    const problem = toProblem(error);
    // Teams finds a meeting some time after its event was made; that it will never is not known before patience ends.
    const early = deps.now().getTime() < meeting.ends_at.getTime() + patienceMs;
    if (problem.code === 'online_meeting_not_found' && early) return settleCapture(deps, capture, meeting);
    await settleRefusal(deps, capture, meeting, problem);
    const fields = { code: problem.code, provider: problem.provider };
    if (problem.code === 'internal_error') log.error({ ...fields, err: error }, failed);
    else log.warn(fields, failed);
  }
}

const failed = '[TeamsMeetings] operation=artifacts failed';

async function read(
  { db }: ArtifactJobDeps,
  meetingId: string,
  kind: ArtifactKind,
): Promise<{ capture: CaptureRow; meeting: MeetingRow } | undefined> {
  const capture = await db
    .selectFrom('artifact_captures')
    .selectAll()
    .where('meeting_id', '=', meetingId)
    .where('kind', '=', kind)
    .executeTakeFirst();
  const meeting = await db.selectFrom('meetings').selectAll().where('id', '=', meetingId).executeTakeFirst();
  return capture && meeting && { capture, meeting };
}

import { mailboxOf, type MeetingRow } from '../../meetings/meeting.ts';
import { openRecording, RangeBeyondEnd, type RecordingContent } from '../../microsoft/artifacts.ts';
import { toProblem } from '../../microsoft/problems.ts';
import { inAllowedMailbox } from '../../organizers/allowed-mailbox.ts';
import type { MailboxDeps } from '../../organizers/mailbox.ts';
import type { ArtifactRow } from '../artifact.ts';

export type OpenedRecording = RecordingContent | { beyondEnd: true; totalBytes: number | undefined };

type Request = {
  row: ArtifactRow;
  meeting: MeetingRow;
  range?: { from: number; to: number | undefined } | undefined;
  signal: AbortSignal;
};

/**
 * A recording, or a part of it, as it comes from Microsoft: to be read or cancelled. Microsoft may send the whole though
 * a part was asked for. Throws the `Problem` of what Microsoft refuses, or of an organizer who is not allowed any more.
 */
export async function openAtMicrosoft(
  deps: MailboxDeps,
  { row, meeting, range, signal }: Request,
): Promise<OpenedRecording> {
  const asked = { onlineMeetingId: row.online_meeting_id, recordingId: row.provider_id, range };
  try {
    return await inAllowedMailbox(deps, mailboxOf(meeting), signal, ({ graph, access }) =>
      openRecording(graph, access, asked),
    );
  } catch (error) {
    if (error instanceof RangeBeyondEnd) return { beyondEnd: true, totalBytes: error.totalBytes };
    throw toProblem(error);
  }
}

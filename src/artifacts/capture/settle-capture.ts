import { sql, type Kysely } from 'kysely';
import type { CaptureStatus, Database } from '../../database/schema.ts';
import { appendEvent } from '../../database/outbox.ts';
import { retryDelayMs, type MeetingRow } from '../../meetings/meeting.ts';
import { tellWatchers } from '../../meetings/service.ts';
import type { Problem } from '../../problem.ts';
import { isRefusal, nextLook, nextLookWhenRefused, patienceMs, type CaptureRow } from '../artifact.ts';

type Deps = { db: Kysely<Database>; now: () => Date };

/** Writes that Microsoft gave a whole list: what is there is ready, and nothing is `none` before patience ends. */
export async function settleCapture(deps: Deps, capture: CaptureRow, meeting: MeetingRow): Promise<void> {
  const now = deps.now();
  const over = now.getTime() >= meeting.ends_at.getTime() + patienceMs;
  const without: CaptureStatus = over ? 'none' : 'waiting';
  await settle(deps, capture, meeting, {
    status: sql<CaptureStatus>`case when exists (
      select from artifacts a where a.meeting_id = ${meeting.id} and a.kind = ${capture.kind} and a.deleted_at is null
    ) then 'ready' else ${without} end`,
    due_at: nextLook(now, meeting.ends_at) ?? null,
    attempts: 0,
    checked_at: now,
    problem_code: null,
    problem_detail: null,
    provider_answer: null,
  });
}

/**
 * Writes why a look did not succeed. A fault that passes changes no state and is tried again soon; what a person has to
 * put right is `refused`, told of once, and tried again less and less often.
 */
export async function settleRefusal(
  deps: Deps,
  capture: CaptureRow,
  meeting: MeetingRow,
  problem: Problem,
): Promise<void> {
  const now = deps.now();
  const refused = isRefusal(problem);
  const soon = new Date(now.getTime() + retryDelayMs(problem.retryAfterMs, capture.attempts, Math.random()));
  const columns = {
    due_at: refused ? (nextLookWhenRefused(now, meeting.ends_at) ?? null) : soon,
    attempts: refused ? 0 : capture.attempts + 1,
    problem_code: problem.code,
    problem_detail: problem.detail ?? null,
    provider_answer: problem.provider ? JSON.stringify(problem.provider) : null,
    ...(refused && { status: 'refused' as const }),
  };
  const isNews = refused && !(capture.status === 'refused' && capture.problem_code === problem.code);
  await settle(deps, capture, meeting, columns, isNews ? { kind: capture.kind, code: problem.code } : undefined);
}

/** Whoever asked for a look meanwhile gets it: their `due_at` stays. */
async function settle(
  { db, now }: Deps,
  capture: CaptureRow,
  meeting: MeetingRow,
  columns: object,
  refusal?: { kind: string; code: string },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const written = await trx
      .updateTable('artifact_captures')
      .set({ ...columns, updated_at: now() })
      .where('meeting_id', '=', capture.meeting_id)
      .where('kind', '=', capture.kind)
      .where('due_at', 'is not distinct from', capture.due_at)
      .executeTakeFirst();
    if (written.numUpdatedRows === 0n) return;
    if (refusal) {
      const { workspace_id: workspaceId, id: meetingId, booking_id: bookingId } = meeting;
      await appendEvent(trx, { workspaceId, meetingId, bookingId, type: 'artifact.refused', data: refusal, at: now() });
    }
    await tellWatchers({ db: trx }, meeting);
  });
}

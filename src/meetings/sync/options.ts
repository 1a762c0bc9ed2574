import type { Kysely } from 'kysely';
import type { Database, RefusedOption } from '../../database/schema.ts';
import { applyMeetingOptions, findOnlineMeetingByJoinUrl } from '../../microsoft/online-meetings.ts';
import type { MeetingOptions } from '../../microsoft/meeting-options.ts';
import type { Problem } from '../../problem.ts';
import { retryDelayMs, type MeetingRow } from '../meeting.ts';
import { enqueueOptions, recordEvent, tellWatchers } from '../service.ts';
import type { Call, SyncDeps } from './call.ts';

/** What became of the wanted options. `not_found`: Teams does not know the meeting yet, though its event has a link. */
export type Applied = { kind: 'applied'; onlineMeetingId: string; refused: RefusedOption[] } | { kind: 'not_found' };

/** Sets the wanted options on the Teams meeting behind the link. An option that Teams refuses costs nothing but itself. */
export async function setOptions(
  { graph, access, row }: Call,
  { joinUrl, options }: { joinUrl: string; options: MeetingOptions },
): Promise<Applied> {
  const found = row.online_meeting_id ?? (await findOnlineMeetingByJoinUrl(graph, access, { joinUrl }))?.id;
  if (found === undefined) return { kind: 'not_found' };
  const { refused } = await applyMeetingOptions(graph, access, { onlineMeetingId: found, options });
  const told = refused.map(({ option, problem }) => ({ option, code: problem.code, detail: problem.message }));
  return { kind: 'applied', onlineMeetingId: found, refused: told };
}

/** Writes what Teams took and refused. Options that were changed meanwhile have their own job. */
export async function settleOptions(
  deps: SyncDeps,
  row: MeetingRow,
  { onlineMeetingId, refused }: Extract<Applied, { kind: 'applied' }>,
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const stored = await whileWanted(trx, row)
      .set({
        options_due: false,
        options_attempts: 0,
        options_retry_at: null,
        options_refused: refused.length > 0 ? JSON.stringify(refused) : null,
        options_problem_code: null,
        options_answer: null,
        options_applied_at: deps.now(),
        online_meeting_id: onlineMeetingId,
      })
      .returningAll()
      .executeTakeFirst();
    if (!stored) return;
    const type = refused.length > 0 ? 'meeting.options_refused' : 'meeting.options_applied';
    await recordEvent(
      { ...deps, db: trx },
      stored,
      type,
      refused.length > 0 ? { code: refused[0]?.code, refused } : {},
    );
  });
}

/** Writes why no option could be set: it is tried again until the meeting is over, or a person is needed. */
export async function settleOptionsFailure(deps: SyncDeps, row: MeetingRow, problem: Problem): Promise<void> {
  const delayMs = retryDelayMs(problem.retryAfterMs, row.options_attempts, Math.random());
  const again = problem.retryable && row.ends_at > deps.now();
  await deps.db.transaction().execute(async (trx) => {
    const stored = await whileWanted(trx, row)
      .set({
        options_due: again,
        options_attempts: row.options_attempts + 1,
        options_retry_at: again ? new Date(deps.now().getTime() + delayMs) : null,
        options_problem_code: problem.code,
        options_answer: problem.provider ? JSON.stringify(problem.provider) : null,
      })
      .returningAll()
      .executeTakeFirst();
    if (!stored) return;
    const inTrx = { ...deps, db: trx };
    if (again) {
      await enqueueOptions(inTrx, stored, delayMs);
      await tellWatchers(inTrx, stored);
    } else await recordEvent(inTrx, stored, 'meeting.options_refused', { code: problem.code });
  });
}

/** The row, as long as it wants the same options for the same Teams meeting. */
function whileWanted(db: Kysely<Database>, row: MeetingRow) {
  return db
    .updateTable('meetings')
    .where('id', '=', row.id)
    .where('epoch', '=', row.epoch)
    .where('join_url', '=', row.join_url)
    .where('options', '=', JSON.stringify(row.options) as never)
    .where('options_due', '=', true);
}

import { sql, type Kysely } from 'kysely';
import type { Database, RefusedOption } from '../../database/schema.ts';
import type { MeetingOptions } from '../../microsoft/meeting-options.ts';
import {
  applyMeetingOptions,
  findOnlineMeetingByJoinUrl,
  type OnlineMeeting,
} from '../../microsoft/online-meetings.ts';
import { toProblem } from '../../microsoft/problems.ts';
import { Problem } from '../../problem.ts';
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
  const found = row.online_meeting_id ?? (await find(graph, access, joinUrl))?.id;
  if (found === undefined) return { kind: 'not_found' };
  const { refused } = await applyMeetingOptions(graph, access, { onlineMeetingId: found, options });
  const told = refused.map(({ option, problem }) => ({ option, code: problem.code, detail: problem.message }));
  return { kind: 'applied', onlineMeetingId: found, refused: told };
}

/** That Teams cannot do anything with a link that it gave out itself can only mean that it does not know it yet. */
async function find(graph: Call['graph'], access: Call['access'], joinUrl: string): Promise<OnlineMeeting | undefined> {
  try {
    return await findOnlineMeetingByJoinUrl(graph, access, { joinUrl });
  } catch (error) {
    const { code, provider } = toProblem(error);
    if (code === 'meeting_reference_invalid') throw new Problem('options_waiting', { cause: error, provider });
    throw error;
  }
}

/** Writes what Teams took and refused. Where others are wanted by now, those are set once more. */
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
    if (!stored) return setAgain({ ...deps, db: trx }, row);
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
    const inTrx = { ...deps, db: trx };
    if (!stored) return setAgain(inTrx, row);
    if (again) {
      await enqueueOptions(inTrx, stored, delayMs);
      await tellWatchers(inTrx, stored);
    } else await recordEvent(inTrx, stored, 'meeting.options_refused', { code: problem.code });
  });
}

/** The row, as long as it wants the same options for the same Teams meeting and nobody else has set any meanwhile. */
function whileWanted(db: Kysely<Database>, row: MeetingRow) {
  return db
    .updateTable('meetings')
    .where('id', '=', row.id)
    .where('epoch', '=', row.epoch)
    .where('join_url', '=', row.join_url)
    .where('options', '=', JSON.stringify(row.options) as never)
    .where('options_attempts', '=', row.options_attempts)
    .where('options_due', '=', true)
    .where('wanted', '=', 'scheduled');
}

/**
 * Others are wanted by now, or somebody else was at it too. What was sent here may have arrived after theirs: what is
 * wanted is set once more, and who is at it at this moment does not have the last word either.
 */
async function setAgain(deps: SyncDeps, row: MeetingRow): Promise<void> {
  const again = await deps.db
    .updateTable('meetings')
    .set({ options_due: true, options_attempts: sql<number>`options_attempts + 1` })
    .where('id', '=', row.id)
    .where('epoch', '=', row.epoch)
    .where('wanted', '=', 'scheduled')
    .where('options', 'is not', null)
    .returningAll()
    .executeTakeFirst();
  if (again) await enqueueOptions(deps, again);
}

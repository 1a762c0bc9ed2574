import { sql, type Kysely } from 'kysely';
import type { Database, MeetingStatus, OutlookChange, SyncedMeeting } from '../database/schema.ts';
import type { Problem } from '../problem.ts';
import { afterBoth, joinUrlOf, provisioningDelayMs, retryDelayMs, snapshot, type MeetingRow } from './meeting.ts';
import { changeFound, type ShownMeeting } from './outlook-change.ts';
import {
  asItWas,
  enqueueCompare,
  enqueueOptions,
  enqueueSync,
  recordEvent,
  tellWatchers,
  type MeetingDeps,
} from './service.ts';

/** What a sync found the meeting to be at Microsoft. */
export type Outcome =
  /** `joinUrl` is `null` where the conference is not made here. */
  | { kind: 'ready'; event: Omit<EventFacts, 'joinUrl'> & { joinUrl: string | null }; shown?: ShownMeeting | undefined }
  /** The event exists and has no join URL yet. */
  | { kind: 'provisioning'; event: EventFacts }
  | { kind: 'cancelled'; eventId?: string | undefined }
  /** It was there, and somebody has removed it at Microsoft. */
  | { kind: 'removed'; how: 'deleted' | 'cancelled' };

/** What a meeting is known by at Microsoft: a calendar event, or a Teams meeting that stands alone. */
export type EventFacts = {
  eventId?: string | undefined;
  onlineMeetingId?: string | undefined;
  iCalUId?: string | undefined;
  webLink?: string | undefined;
  joinUrl: string | undefined;
};

/**
 * Writes what a sync made true, with the events it causes, in one transaction. If another sync of the same meeting
 * finished meanwhile, nobody knows whose change reached Microsoft last: the meeting is looked at once more.
 */
export async function settle(deps: MeetingDeps, row: MeetingRow, outcome: Outcome): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const inTrx = { ...deps, db: trx };
    const stored = await trx
      .updateTable('meetings')
      .set(columnsFor(deps.now(), row, outcome))
      .where('id', '=', row.id)
      .where('epoch', '=', row.epoch)
      .where('synced_revision', '=', row.synced_revision)
      .returningAll()
      .executeTakeFirst();
    if (!stored) return lookAgain(inTrx, row);
    for (const type of eventsOf(row, stored)) await recordEvent(inTrx, stored, type, dataOf(stored));
    // What was changed while we were at it has its own job already; a missing link waits for the next look.
    if (outcome.kind === 'provisioning') await enqueueSync(inTrx, stored, provisioningDelayMs(row.attempts));
    if (outcome.kind === 'ready' && stored.options_due) await enqueueOptions(inTrx, stored);
    // What Parley did not have to send may be different all the same: then somebody changed it in Outlook.
    if (outcome.kind === 'ready' && outcome.shown && changeFound(row, outcome.shown, deps.now()))
      await enqueueCompare(inTrx, stored);
  });
}

/** Writes why a sync did not succeed: it is tried again after a while, or a person is needed. */
export async function settleFailure(deps: MeetingDeps, row: MeetingRow, problem: Problem): Promise<void> {
  const delayMs = retryDelayMs(problem.retryAfterMs, row.attempts, Math.random());
  await deps.db.transaction().execute(async (trx) => {
    const inTrx = { ...deps, db: trx };
    const stored = await trx
      .updateTable('meetings')
      .set({
        ...problemColumns(problem),
        attempts: row.attempts + 1,
        updated_at: deps.now(),
        ...(problem.retryable
          ? // Not failed any more, if another sync at the same time thought so: what is tried again can still succeed.
            { retry_at: new Date(deps.now().getTime() + delayMs), status: unlessFailed }
          : { retry_at: null, status: 'failed' }),
      })
      .where('id', '=', row.id)
      .where('revision', '=', row.revision)
      .where('synced_revision', '=', row.synced_revision)
      .returningAll()
      .executeTakeFirst();
    if (!stored) return; // changed meanwhile: that change brought its own job
    if (!problem.retryable) return recordEvent(inTrx, stored, 'meeting.failed', { code: problem.code });
    await enqueueSync(inTrx, stored, delayMs);
    await tellWatchers(inTrx, stored);
  });
}

/**
 * Writes down that these fields are about to be sent, so that a lost answer or a crash is met with a look. False when
 * somebody changed the meeting meanwhile: that change has its own job, and nothing outdated is sent.
 */
export async function markSending(deps: MeetingDeps, row: MeetingRow, synced: SyncedMeeting): Promise<boolean> {
  const marked = await asRead(deps, row)
    .set({ synced: JSON.stringify(synced) })
    .executeTakeFirst();
  return marked.numUpdatedRows > 0n;
}

/**
 * The same for a create: gives the row with the moment from which on one may be on its way, later than that of every
 * create before. `undefined` also when another sync has started one meanwhile.
 */
export async function markCreating(
  deps: MeetingDeps,
  row: MeetingRow,
  synced: SyncedMeeting,
): Promise<MeetingRow | undefined> {
  const earlier = row.create_started_at?.getTime() ?? -Infinity;
  return asRead(deps, row)
    .set({
      synced: JSON.stringify(synced),
      create_started_at: new Date(Math.max(deps.now().getTime(), earlier + 1)),
    })
    .where('create_started_at', 'is not distinct from', row.create_started_at)
    .returningAll()
    .executeTakeFirst();
}

/**
 * Takes back that a create is on its way, which Microsoft has refused: nothing was made, so that nothing has to be looked
 * for or removed. Not where an earlier one got no answer.
 */
export async function unmarkCreating(deps: MeetingDeps, before: MeetingRow, marked: MeetingRow): Promise<void> {
  if (before.create_started_at !== null) return;
  await deps.db
    .updateTable('meetings')
    .set({ create_started_at: null, synced: before.synced ? JSON.stringify(before.synced) : null })
    .where('id', '=', marked.id)
    .where('epoch', '=', marked.epoch)
    .where('create_started_at', '=', marked.create_started_at)
    .execute();
}

function asRead({ db }: MeetingDeps, row: MeetingRow) {
  return db
    .updateTable('meetings')
    .where('id', '=', row.id)
    .where('epoch', '=', row.epoch)
    .where('revision', '=', row.revision);
}

/** Remembers the event before anything else can fail, so that later looks go straight to it. */
export async function rememberEvent(db: Kysely<Database>, row: MeetingRow, event: EventFacts): Promise<void> {
  await db
    .updateTable('meetings')
    .set(columnsOf(event))
    .where('id', '=', row.id)
    .where('epoch', '=', row.epoch)
    .execute();
}

function columnsFor(now: Date, row: MeetingRow, outcome: Outcome) {
  if (outcome.kind === 'cancelled') return cancelled(now, row, outcome);
  return outcome.kind === 'removed' ? removed(now, row, outcome) : observed(now, row, outcome);
}

function observed(now: Date, row: MeetingRow, outcome: Extract<Outcome, { kind: 'ready' | 'provisioning' }>) {
  const ready = outcome.kind === 'ready';
  const again = new Date(now.getTime() + provisioningDelayMs(row.attempts));
  return {
    ...noProblem,
    status: outcome.kind as MeetingStatus,
    outlook_change: null,
    ...columnsOf(outcome.event),
    join_url: outcome.event.joinUrl ?? null,
    ...(row.join_url !== null && outcome.event.joinUrl !== row.join_url && anotherTeamsMeeting(row)),
    synced: JSON.stringify(snapshot(row)),
    synced_at: now,
    updated_at: now,
    ...(ready
      ? { synced_revision: row.revision, ready_revision: unlessCancelled(row), attempts: 0, retry_at: null }
      : {
          problem_code: 'provisioning' as const,
          attempts: row.attempts + 1,
          // Somebody's change of mind does not wait for the link.
          retry_at: sql<Date | null>`case when revision = ${row.revision} then ${again}::timestamptz end`,
        }),
  };
}

/** Once it is cancelled, nothing that was wanted before counts as done any more. */
function unlessCancelled({ revision }: MeetingRow) {
  return sql<number>`case when wanted = 'scheduled' then ${revision}::integer else ready_revision end`;
}

/** Behind another link is another meeting of Teams, on which no option was set yet. */
function anotherTeamsMeeting({ kind }: MeetingRow) {
  return { options_due: sql<boolean>`options is not null`, ...(kind === 'calendar' && { online_meeting_id: null }) };
}

/** What an event is found by; a link to it says nothing of Teams' own id, which is looked up when it is needed. */
function columnsOf({ eventId, onlineMeetingId, iCalUId, webLink }: Omit<EventFacts, 'joinUrl'>) {
  return eventId === undefined
    ? { online_meeting_id: onlineMeetingId ?? null }
    : { provider_event_id: eventId, ical_uid: iCalUId ?? null, web_link: webLink ?? null };
}

function cancelled(now: Date, row: MeetingRow, { eventId }: Extract<Outcome, { kind: 'cancelled' }>) {
  return {
    ...noProblem,
    status: 'cancelled' as const,
    outlook_change: null,
    options_due: false,
    ...(eventId !== undefined && { provider_event_id: eventId }),
    synced_revision: row.revision,
    attempts: 0,
    retry_at: null,
    synced_at: now,
    updated_at: now,
  };
}

/** Nothing is left to do until a person decides, whatever is wanted. */
function removed(now: Date, row: MeetingRow, { how }: Extract<Outcome, { kind: 'removed' }>) {
  const change: OutlookChange = { kind: how, seenAt: now.toISOString() };
  return {
    ...noProblem,
    status: 'out_of_sync' as const,
    outlook_change: JSON.stringify(change),
    synced_revision: row.revision,
    attempts: 0,
    retry_at: null,
    updated_at: now,
  };
}

const unlessFailed = sql<MeetingStatus>`case when status = 'failed' then ${asItWas} else status end`;

const noProblem = { problem_code: null, problem_detail: null, provider_answer: null };

function problemColumns(problem: Problem) {
  return {
    problem_code: problem.code,
    problem_detail: problem.detail ?? null,
    provider_answer: problem.provider ? JSON.stringify(problem.provider) : null,
  };
}

/** Which lines the outbox gets: one for each thing that became different. */
function eventsOf(before: MeetingRow, after: MeetingRow) {
  if (after.status === 'cancelled') return before.status === 'cancelled' ? [] : (['meeting.cancelled'] as const);
  if (after.status === 'out_of_sync') return ['meeting.out_of_sync'] as const;
  if (after.status === 'provisioning')
    return before.status === 'provisioning' ? [] : (['meeting.conference_failing'] as const);
  // Another conference may be wanted by now; this sync sent the one that it had read.
  const is = joinUrlOf({ ...after, external_conference: before.external_conference });
  const was = linkAtMicrosoft(before);
  if (!is) return ['meeting.synced'] as const;
  if (!was) return ['meeting.conference_assigned'] as const;
  if (was !== is) return ['meeting.join_url_changed', 'meeting.synced'] as const;
  return ['meeting.synced'] as const;
}

/** The link that was there before this sync, as far as it is known. */
function linkAtMicrosoft({ kind, join_url, provider_event_id: eventId, synced }: MeetingRow): string | undefined {
  if (kind !== 'external') return join_url ?? undefined;
  if (eventId === null || synced?.conference === null) return undefined;
  return synced?.conference ? synced.conference.url : 'not known';
}

function dataOf({ outlook_change: change }: MeetingRow): object {
  return change ? { change: change.kind } : {};
}

/** What this sync sent may have arrived before or after what the other one sent: that is not known any more. */
async function lookAgain(deps: MeetingDeps, row: MeetingRow): Promise<void> {
  const current = await deps.db
    .selectFrom('meetings')
    .selectAll()
    .where('id', '=', row.id)
    .forUpdate()
    .executeTakeFirst();
  if (!current) return;
  const again = await deps.db
    .updateTable('meetings')
    .set({
      revision: sql<number>`revision + 1`,
      revised_at: deps.now(),
      synced: JSON.stringify(afterBoth(current, row)),
      updated_at: deps.now(),
    })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await enqueueSync(deps, again);
}

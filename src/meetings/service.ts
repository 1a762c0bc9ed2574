import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Database, ExternalConference } from '../database/schema.ts';
import { newId } from '../id.ts';
import type { Queue } from '../jobs/queue.ts';
import type { MeetingOptions } from '../microsoft/meeting-options.ts';
import { Problem } from '../problem.ts';
import { hasOptions, isRemoved, mailboxGroup, newMeeting, type MeetingRow, type WantedMeeting } from './meeting.ts';

export { countMeetings, listMeetings, type MeetingFilter, type MeetingPage } from './listing.ts';

export type MeetingDeps = { db: Kysely<Database>; now: () => Date; queue: Queue };

/**
 * Writes a wanted meeting and the job that makes it true; part of the caller's transaction.
 * Throws `external_id_taken`.
 */
export async function createMeeting(
  deps: MeetingDeps,
  wanted: WantedMeeting,
  { id = newId('mtg'), bookingId }: { id?: string; bookingId?: string } = {},
): Promise<MeetingRow> {
  const row = await createUnlessTaken(deps, wanted, { id, bookingId });
  if (!row) throw new Problem('external_id_taken');
  return row;
}

/** The same; `undefined`, and nothing is written, where another meeting has the external id. */
export async function createUnlessTaken(
  deps: MeetingDeps,
  wanted: WantedMeeting,
  { id = newId('mtg'), bookingId }: { id?: string; bookingId?: string | undefined } = {},
): Promise<MeetingRow | undefined> {
  const row = newMeeting(wanted, { id, bookingId, now: deps.now() });
  const { rows } = await sql`with ${meetingParts(row)} select ${nudge(row)} from meeting`.execute(deps.db);
  if (rows.length === 0) return undefined;
  await enqueueSync(deps, row);
  return row;
}

/**
 * The parts of a statement that write a new meeting (`meeting`, nothing where its external id is taken) and its event, for
 * whoever writes more in the same one: a booking is waiting for it. Then its job is the caller's to send.
 */
export function meetingParts(row: MeetingRow): RawBuilder<unknown> {
  return sql`meeting as (
    insert into meetings (id, workspace_id, booking_id, external_id, connection_id, tenant_id, organizer_id, subject,
      body_html, starts_at, ends_at, time_zone, attendees, wanted, revision, access, tenant_connection_id, kind, options,
      options_due, external_conference, metadata, updated_at, created_at)
    values (${row.id}, ${row.workspace_id}, ${row.booking_id}, ${row.external_id}, ${row.connection_id}, ${row.tenant_id},
      ${row.organizer_id}, ${row.subject}, ${row.body_html}, ${row.starts_at}, ${row.ends_at}, ${row.time_zone},
      ${JSON.stringify(row.attendees)}, ${row.wanted}, ${row.revision}, ${row.access}, ${row.tenant_connection_id},
      ${row.kind}, ${row.options && JSON.stringify(row.options)}, ${row.options_due},
      ${row.external_conference && JSON.stringify(row.external_conference)}, ${JSON.stringify(row.metadata)},
      ${row.updated_at}, ${row.created_at})
    on conflict (workspace_id, external_id) where external_id is not null do nothing
    returning id, workspace_id, booking_id, created_at
  ), meeting_recorded as (
    insert into outbox_events (workspace_id, type, meeting_id, booking_id, data, created_at)
    select workspace_id, 'meeting.created', id, booking_id, '{}'::jsonb, created_at from meeting
  )`;
}

/** What tells whoever watches a meeting, as a column of a statement. */
export function nudge(row: Pick<MeetingRow, 'id' | 'workspace_id'>): RawBuilder<unknown> {
  return sql`pg_notify('meeting_changed', ${`${row.workspace_id} ${row.id}`})`;
}

/** What may change about a meeting that stays scheduled. */
export type MeetingChanges = {
  subject?: string;
  start?: Date;
  end?: Date;
  timeZone?: string;
  attendees?: WantedMeeting['attendees'];
  /** The whole of the wanted options; those that were set before and are left out stay as they are at Teams. */
  options?: MeetingOptions | null;
  /** Of external meetings only. */
  conference?: ExternalConference | null;
  /** The whole of the application's notes. */
  metadata?: Record<string, string>;
};

/**
 * Changes what is wanted and raises the revision, unless only notes change, of which Microsoft is not told; part of the
 * caller's transaction. Throws `not_found`, `meeting_cancelled`.
 */
export async function changeMeeting(
  deps: MeetingDeps,
  workspaceId: string,
  id: string,
  { metadata, ...changes }: MeetingChanges,
): Promise<MeetingRow> {
  const onlyNotes = metadata !== undefined && Object.keys(changes).length === 0;
  const row = await deps.db
    .updateTable('meetings')
    .set({
      ...(metadata && { metadata: JSON.stringify(metadata) }),
      ...(onlyNotes ? { updated_at: deps.now() } : wantedColumns(deps, changes)),
    })
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .where('wanted', '=', 'scheduled')
    .returningAll()
    .executeTakeFirst();
  if (!row) throw await whyUnchanged(deps, workspaceId, id);
  await recordEvent(deps, row, 'meeting.changed');
  if (!onlyNotes) await enqueueSync(deps, row);
  return row;
}

function wantedColumns(deps: MeetingDeps, changes: Omit<MeetingChanges, 'metadata'>) {
  return {
    ...overOutlook(changes),
    ...(changes.subject !== undefined && { subject: changes.subject }),
    ...(changes.start && { starts_at: changes.start }),
    ...(changes.end && { ends_at: changes.end }),
    ...(changes.timeZone && { time_zone: changes.timeZone }),
    ...(changes.attendees && { attendees: JSON.stringify(changes.attendees) }),
    ...(changes.options !== undefined && wantedOptions(changes.options)),
    ...(changes.conference !== undefined && {
      external_conference: changes.conference && JSON.stringify(changes.conference),
    }),
    ...nextRevision(deps),
  };
}

/** Wants the meeting gone; part of the caller's transaction. Asking twice changes nothing. Throws `not_found`. */
export async function cancelMeeting(
  deps: MeetingDeps,
  workspaceId: string,
  id: string,
  comment: string,
): Promise<MeetingRow> {
  const row = await deps.db
    .updateTable('meetings')
    .set({
      wanted: 'cancelled',
      cancel_comment: comment,
      cancel_revision: sql<number>`revision + 1`,
      ...nextRevision(deps),
    })
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .where('wanted', '=', 'scheduled')
    .returningAll()
    .executeTakeFirst();
  if (!row) return getMeeting(deps, workspaceId, id);
  await recordEvent(deps, row, 'meeting.cancel_requested');
  await enqueueSync(deps, row);
  return row;
}

/** What is wanted now wins over what somebody did in Outlook: it is sent, also where nothing else is wanted than before. */
function overOutlook({ subject, start }: MeetingChanges) {
  const fields = { ...(subject !== undefined && { subject: '' }), ...(start && { start: '', end: '' }) };
  return {
    synced: sql<string>`case when status = 'out_of_sync' then synced || ${JSON.stringify(fields)}::jsonb else synced end`,
  };
}

/** The columns of options that somebody wants now: nothing is known of them yet. */
function wantedOptions(options: MeetingOptions | null) {
  return {
    options: hasOptions(options) ? JSON.stringify(options) : null,
    options_due: hasOptions(options),
    ...noOptionsYet,
  };
}

/** The columns of options of which Teams has not been told yet. */
export const noOptionsYet = {
  options_attempts: 0,
  options_retry_at: null,
  options_refused: null,
  options_problem_code: null,
  options_answer: null,
  options_applied_at: null,
};

/**
 * Tries a failed or waiting meeting again at once. Where Microsoft's event was removed by somebody, a new one is made:
 * that is what the person who presses the button asks for. Throws `not_found`.
 */
export async function retryMeeting(deps: MeetingDeps, workspaceId: string, id: string): Promise<MeetingRow> {
  const before = await getMeeting(deps, workspaceId, id);
  const gone =
    isRemoved(before) ||
    before.problem_code === 'event_not_found' ||
    before.problem_code === 'online_meeting_not_found';
  const row = await deps.db
    .updateTable('meetings')
    .set({
      ...nextRevision(deps),
      ...(gone && { ...noEvent, epoch: sql<number>`epoch + 1`, status: 'pending' as const }),
      ...noOptionsYet,
      options_due: sql<boolean>`options is not null`,
    })
    .where('id', '=', id)
    .where('revision', '=', before.revision)
    .returningAll()
    .executeTakeFirst();
  if (!row) return getMeeting(deps, workspaceId, id);
  await enqueueSync(deps, row);
  return row;
}

/** The columns of a meeting of which nothing is at Microsoft any more. */
export const noEvent = {
  provider_event_id: null,
  ical_uid: null,
  web_link: null,
  join_url: null,
  create_started_at: null,
  synced: null,
  online_meeting_id: null,
};

export async function getMeeting(
  { db }: Pick<MeetingDeps, 'db'>,
  workspaceId: string,
  id: string,
): Promise<MeetingRow> {
  return db
    .selectFrom('meetings')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

/** A meeting's life, oldest first. */
export async function listMeetingEvents({ db }: Pick<MeetingDeps, 'db'>, meetingId: string) {
  return db
    .selectFrom('outbox_events')
    .select(['type', 'data', 'created_at'])
    .where('meeting_id', '=', meetingId)
    .orderBy('id')
    .limit(500)
    .execute();
}

/** The job that sets the options of one meeting, started now or after a while. */
export async function enqueueOptions(
  deps: Pick<MeetingDeps, 'db' | 'queue'>,
  row: MeetingRow,
  startAfterMs?: number,
): Promise<void> {
  await enqueue(deps, row, 'apply-meeting-options', startAfterMs);
}

/** The job that makes one meeting match, started now or after a while. */
export async function enqueueSync(
  deps: Pick<MeetingDeps, 'db' | 'queue'>,
  row: MeetingRow,
  startAfterMs?: number,
): Promise<void> {
  await enqueue(deps, row, 'sync-meeting', startAfterMs);
}

/** The job that compares one meeting with what Outlook shows, when nothing of it is on its way to Microsoft. */
export async function enqueueCompare(
  deps: Pick<MeetingDeps, 'db' | 'queue'>,
  row: MeetingRow,
  startAfterMs?: number,
): Promise<void> {
  await enqueue(deps, row, 'compare-meeting', startAfterMs);
}

/** Jobs of one mailbox share its line. */
async function enqueue(
  { db, queue }: Pick<MeetingDeps, 'db' | 'queue'>,
  row: MeetingRow,
  task: 'sync-meeting' | 'compare-meeting' | 'apply-meeting-options',
  startAfterMs: number | undefined,
): Promise<void> {
  const options = {
    singletonKey: row.id,
    group: mailboxGroup(row),
    ...(startAfterMs !== undefined && { startAfterMs }),
  };
  await queue.send(db, task, { meetingId: row.id }, options);
}

/** One line in the outbox about a meeting, and a nudge to whoever watches it. */
export async function recordEvent(
  deps: Pick<MeetingDeps, 'db' | 'now'>,
  row: MeetingRow,
  type: MeetingEvent,
  data: object = {},
): Promise<void> {
  await sql`
    with recorded as (
      insert into outbox_events (workspace_id, type, meeting_id, data, created_at)
      values (${row.workspace_id}, ${type}, ${row.id}, ${JSON.stringify(data)}, ${deps.now()})
    )
    select ${nudge(row)}
  `.execute(deps.db);
}

/** A nudge to whoever watches a meeting, when something about it changed that is no event of its life. */
export async function tellWatchers(deps: Pick<MeetingDeps, 'db'>, row: MeetingRow): Promise<void> {
  await sql`select ${nudge(row)}`.execute(deps.db);
}

export type MeetingEvent =
  | 'meeting.created'
  | 'meeting.changed'
  | 'meeting.cancel_requested'
  | 'meeting.conference_failing'
  | 'meeting.conference_assigned'
  | 'meeting.synced'
  | 'meeting.join_url_changed'
  | 'meeting.failed'
  | 'meeting.options_applied'
  | 'meeting.options_refused'
  | 'meeting.out_of_sync'
  | 'meeting.restored'
  | 'meeting.recreated'
  | 'meeting.cancelled';

/** A change of mind starts over: no waiting, no old problem, no open question, and what had failed is tried again. */
export function nextRevision({ now }: Pick<MeetingDeps, 'now'>) {
  return {
    revision: sql<number>`revision + 1`,
    revised_at: now(),
    attempts: 0,
    retry_at: null,
    problem_code: null,
    problem_detail: null,
    provider_answer: null,
    outlook_change: null,
    status: sql<MeetingRow['status']>`case when status in ('failed', 'out_of_sync') then ${asItWas} else status end`,
    updated_at: now(),
  };
}

/** How a meeting stands that is tried again: what was made before is there all the while. */
export const asItWas = sql<MeetingRow['status']>`case
  when join_url is not null or (kind = 'external' and provider_event_id is not null) then 'ready' else 'pending' end`;

async function whyUnchanged(deps: MeetingDeps, workspaceId: string, id: string): Promise<Problem> {
  await getMeeting(deps, workspaceId, id);
  return new Problem('meeting_cancelled');
}

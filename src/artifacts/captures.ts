import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { ArtifactKind, Database, MeetingAccess } from '../database/schema.ts';
import type { Queue } from '../jobs/queue.ts';
import { mailboxGroup, type MeetingRow } from '../meetings/meeting.ts';
import { artifactKinds, type CaptureRow } from './artifact.ts';

export type CaptureDeps = { db: Kysely<Database>; now: () => Date; queue: Queue };

/** Of older meetings nothing is looked for by itself: when somebody switches the feature on, not all of history comes. */
const lookBackDays = 30;

/** What a tenant switches on, and what a person consents to, for each kind. */
const asked = {
  recording: { feature: 'recordings', scope: 'OnlineMeetingRecording.Read.All' },
  transcript: { feature: 'transcripts', scope: 'OnlineMeetingTranscript.Read.All' },
  attendance: { feature: 'attendance', scope: 'OnlineMeetingArtifact.Read.All' },
} as const satisfies Record<ArtifactKind, { feature: string; scope: string }>;

/**
 * Whether a kind is switched on for a meeting of the query (`meetings`), as a condition: by its tenant’s features, or by
 * what its organizer has consented to.
 */
export function isSwitchedOn(kind: ArtifactKind): RawBuilder<boolean> {
  const { feature, scope } = asked[kind];
  return sql<boolean>`(case meetings.access
    when 'app-only' then exists (
      select from tenant_connections t
      where t.workspace_id = meetings.workspace_id and t.tenant_id = meetings.tenant_id
        and t.id = coalesce(meetings.tenant_connection_id, t.id) and t.features @> ${JSON.stringify([feature])}::jsonb)
    else exists (
      select from connections c
      where c.workspace_id = meetings.workspace_id and c.tenant_id = meetings.tenant_id
        and c.object_id = meetings.organizer_id and c.granted_scopes ilike ${`%${scope}%`})
    end)`;
}

/** Only meetings in calendars have artifacts (Graph contract 5.3), and only those that were not called off. */
const canHave = sql<boolean>`(meetings.kind = 'calendar' and meetings.wanted = 'scheduled' and meetings.join_url is not null)`;

/** Begins to look for what is left of meetings that have begun, and looks again where one was moved to a later time. */
export async function addCaptures({ db, now }: Pick<CaptureDeps, 'db' | 'now'>, limit: number): Promise<void> {
  for (const kind of artifactKinds) {
    await sql`
      insert into artifact_captures (meeting_id, kind, workspace_id, due_at, updated_at, created_at)
      select id, ${kind}, workspace_id, ends_at + interval '2 minutes', ${now()}, ${now()} from meetings
      where ${canHave} and starts_at <= ${now()} and ends_at > ${now()}::timestamptz - make_interval(days => ${lookBackDays})
        and not exists (select from artifact_captures c where c.meeting_id = meetings.id and c.kind = ${kind})
        and ${isSwitchedOn(kind)}
      order by ends_at limit ${limit}
      on conflict do nothing
    `.execute(db);
  }
  await sql`
    update artifact_captures c set due_at = meetings.ends_at + interval '2 minutes', updated_at = ${now()},
      status = case c.status when 'none' then 'waiting' else c.status end
    from meetings
    where meetings.id = c.meeting_id and c.due_at is null and meetings.ends_at > c.updated_at and ${canHave}
  `.execute(db);
}

/** The jobs of everything whose time has come, the longest waiting first. */
export async function enqueueDueCaptures(deps: CaptureDeps, limit: number): Promise<number> {
  const rows = await deps.db
    .selectFrom('artifact_captures as c')
    .innerJoin('meetings as m', 'm.id', 'c.meeting_id')
    .select(['c.meeting_id', 'c.kind', 'm.tenant_id', 'm.organizer_id'])
    .where('c.due_at', '<=', deps.now())
    .orderBy('c.due_at')
    .limit(limit)
    .execute();
  for (const row of rows) await enqueueCapture(deps, row);
  return rows.length;
}

type CaptureJob = Pick<CaptureRow, 'meeting_id' | 'kind'> & Pick<MeetingRow, 'tenant_id' | 'organizer_id'>;

async function enqueueCapture({ db, queue }: Pick<CaptureDeps, 'db' | 'queue'>, row: CaptureJob): Promise<void> {
  const options = { singletonKey: `${row.meeting_id}:${row.kind}`, group: mailboxGroup(row) };
  await queue.send(db, 'capture-artifacts', { meetingId: row.meeting_id, kind: row.kind }, options);
}

/**
 * Makes captures of some meetings due now, those too that nobody looks after any more. Who was told to wait by Microsoft
 * waits, unless a person asks.
 */
async function wake(
  deps: CaptureDeps,
  meetings: readonly Pick<MeetingRow, 'id' | 'workspace_id' | 'tenant_id' | 'organizer_id'>[],
  kinds: readonly ArtifactKind[],
  { byPerson }: { byPerson: boolean },
): Promise<void> {
  const ids = meetings.map(({ id }) => id);
  if (ids.length === 0) return;
  for (const kind of kinds) {
    await sql`
      insert into artifact_captures (meeting_id, kind, workspace_id, due_at, updated_at, created_at)
      select id, ${kind}, workspace_id, ${deps.now()}, ${deps.now()}, ${deps.now()} from meetings
      where id = any(${ids}) and ${canHave} and ${isSwitchedOn(kind)}
      on conflict (meeting_id, kind) do update set due_at = ${deps.now()}, updated_at = ${deps.now()}
      where ${byPerson}::boolean or artifact_captures.attempts = 0
    `.execute(deps.db);
  }
  const due = await deps.db
    .selectFrom('artifact_captures')
    .select(['meeting_id', 'kind'])
    .where('meeting_id', 'in', ids)
    .where('kind', 'in', [...kinds])
    .where('due_at', '<=', deps.now())
    .execute();
  const byId = new Map(meetings.map((meeting) => [meeting.id, meeting]));
  for (const { meeting_id, kind } of due) {
    const meeting = byId.get(meeting_id);
    if (meeting) await enqueueCapture(deps, { ...meeting, meeting_id, kind });
  }
}

/** Looks now for everything that is left of a meeting, because a person asks; part of the caller’s transaction. */
export async function refreshCaptures(deps: CaptureDeps, meeting: MeetingRow): Promise<void> {
  await wake(deps, [meeting], artifactKinds, { byPerson: true });
  // A copy that has failed, or was given up, is tried again as well.
  const copies = await deps.db
    .updateTable('artifacts')
    .set({ store_due_at: deps.now(), store_attempts: 0 })
    .where('meeting_id', '=', meeting.id)
    .where('store_problem_code', 'is not', null)
    .where('stored_at', 'is', null)
    .where('deleted_at', 'is', null)
    .returning('id')
    .execute();
  for (const { id } of copies) await enqueueDownload(deps, id);
}

/** The job that copies a recording. Those of all processes share one line: never more than four at a time. */
export async function enqueueDownload({ db, queue }: Pick<CaptureDeps, 'db' | 'queue'>, id: string): Promise<void> {
  await queue.send(db, 'store-recording', { artifactId: id }, { singletonKey: id, group: 'recordings' });
}

/** Whose artifacts Microsoft told of, in one mailbox. */
export type Announced = {
  workspaceId: string;
  tenantId: string;
  organizerId: string;
  access: MeetingAccess;
  kind: ArtifactKind;
  /** Teams’ own id, where the notification says it. */
  onlineMeetingId?: string | undefined;
};

/**
 * Looks for artifacts of a kind because Microsoft says that there is one; part of the caller’s transaction. Whose it is
 * may have to be found out first; where Microsoft does not say it, every meeting that was on lately is looked at.
 */
export async function wakeCaptures(deps: CaptureDeps, told: Announced): Promise<void> {
  const { onlineMeetingId } = told;
  if (onlineMeetingId === undefined) return wakeLately(deps, told);
  const rows = await inMailboxOf(deps, told).where('online_meeting_id', '=', onlineMeetingId).execute();
  if (rows.length > 0) return wake(deps, rows, [told.kind], { byPerson: false });
  const singletonKey = JSON.stringify([told.workspaceId, told.access, told.kind, onlineMeetingId]);
  const group = mailboxGroup({ tenant_id: told.tenantId, organizer_id: told.organizerId });
  await deps.queue.send(deps.db, 'find-announced', { ...told, onlineMeetingId }, { singletonKey, group });
}

/** Looks for artifacts of the meeting with this link, if it is one of ours, and remembers what Teams calls it. */
export async function wakeAnnounced(
  deps: CaptureDeps,
  told: Announced & { onlineMeetingId: string },
  joinUrl: string,
): Promise<void> {
  const rows = await inMailboxOf(deps, told).where('join_url', '=', joinUrl).execute();
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => id);
  await deps.db.transaction().execute(async (trx) => {
    await trx
      .updateTable('meetings')
      .set({ online_meeting_id: told.onlineMeetingId })
      .where('id', 'in', ids)
      .where('join_url', '=', joinUrl)
      .execute();
    await wake({ ...deps, db: trx }, rows, [told.kind], { byPerson: false });
  });
}

/** Looks at all meetings of a mailbox that were on lately, or are about to be. */
async function wakeLately(deps: CaptureDeps, told: Announced): Promise<void> {
  const rows = await inMailboxOf(deps, told)
    .where('starts_at', '<=', new Date(deps.now().getTime() + 60 * 60_000))
    .where('ends_at', '>', new Date(deps.now().getTime() - 3 * 24 * 60 * 60_000))
    .execute();
  await wake(deps, rows, [told.kind], { byPerson: false });
}

function inMailboxOf({ db }: Pick<CaptureDeps, 'db'>, mailbox: Omit<Announced, 'kind'>) {
  return db
    .selectFrom('meetings')
    .select(['id', 'workspace_id', 'tenant_id', 'organizer_id'])
    .where('workspace_id', '=', mailbox.workspaceId)
    .where('tenant_id', '=', mailbox.tenantId)
    .where('organizer_id', '=', mailbox.organizerId)
    .where('access', '=', mailbox.access)
    .where('wanted', '=', 'scheduled')
    .where('kind', '=', 'calendar')
    .where('provider_event_id', 'is not', null);
}

/** Takes up what waited for a person: somebody has connected again, or an administrator has put something right. */
export async function resumeCaptures(
  { db, now }: Pick<CaptureDeps, 'db' | 'now'>,
  whose: { tenantConnectionId: string } | { connectionId: string },
): Promise<void> {
  const meetings =
    'tenantConnectionId' in whose
      ? sql`select id from meetings where tenant_connection_id = ${whose.tenantConnectionId}`
      : sql`select m.id from meetings m join connections c
          on c.workspace_id = m.workspace_id and c.tenant_id = m.tenant_id and c.object_id = m.organizer_id
          where c.id = ${whose.connectionId} and m.access = 'delegated'`;
  await sql`
    update artifact_captures set due_at = ${now()}, attempts = 0
    where problem_code is not null and meeting_id in (${meetings})
  `.execute(db);
  await sql`
    update artifacts set store_due_at = ${now()}, store_attempts = 0
    where store_problem_code is not null and stored_at is null and deleted_at is null and meeting_id in (${meetings})
  `.execute(db);
}

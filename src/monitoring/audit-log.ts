import type { Kysely } from 'kysely';
import type { ArtifactKind, Database } from '../database/schema.ts';
import type { AuditRow } from './audit.ts';
import type { AuditAction } from './audit-action.ts';

type Reads = { db: Kysely<Database> };

export type AuditPage = {
  limit: number;
  /** Only entries before this position: where the page before ended. */
  before?: number | undefined;
  subjectId?: string | undefined;
  /** The id of a member or key, or a visitor’s address. */
  actor?: string | undefined;
  action?: AuditAction | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};

/** What is known today of what an entry is about. */
export type AuditSubject = {
  title: string;
  artifactKind: ArtifactKind | null;
  meetingId: string | null;
  bookingId: string | null;
};

export type NamedAuditRow = AuditRow & { actorName: string | null; subject: AuditSubject | null };

/** One page of a workspace’s log, the latest first, with names; one row more than `limit` tells of a next page. */
export async function listAudit(deps: Reads, workspaceId: string, page: AuditPage): Promise<NamedAuditRow[]> {
  const rows = await readRows(deps, workspaceId, page);
  const [names, subjects] = await Promise.all([
    namesOf(deps, workspaceId, rows),
    subjectsOf(deps, workspaceId, [...new Set(rows.flatMap(({ subject_id: id }) => id ?? []))]),
  ]);
  return rows.map((row) => ({
    ...row,
    actorName: names.get(row.actor) ?? null,
    subject: (row.subject_id === null ? undefined : subjects.get(row.subject_id)) ?? null,
  }));
}

async function readRows({ db }: Reads, workspaceId: string, page: AuditPage): Promise<AuditRow[]> {
  const { limit, before, subjectId, actor, action, from, to } = page;
  let query = db.selectFrom('audit_entries').selectAll().where('workspace_id', '=', workspaceId);
  if (before !== undefined) query = query.where('position', '<', before);
  if (subjectId !== undefined) query = query.where('subject_id', '=', subjectId);
  if (actor !== undefined) query = query.where('actor', '=', actor);
  if (action !== undefined) query = query.where('action', '=', action);
  if (from !== undefined) query = query.where('at', '>=', from);
  if (to !== undefined) query = query.where('at', '<', to);
  return query
    .orderBy('position', 'desc')
    .limit(limit + 1)
    .execute();
}

/** The names of members and keys, revoked ones too. Visitors are known by their address alone. */
async function namesOf({ db }: Reads, workspaceId: string, rows: AuditRow[]): Promise<Map<string, string>> {
  const idsOf = (kind: AuditRow['actor_kind']) => [
    ...new Set(rows.filter(({ actor_kind }) => actor_kind === kind).map(({ actor }) => actor)),
  ];
  const of = (table: 'members' | 'api_keys', ids: string[]) =>
    db.selectFrom(table).select(['id', 'name']).where('workspace_id', '=', workspaceId).where('id', 'in', ids);
  const [members, keys] = [idsOf('member'), idsOf('key')];
  const found = await Promise.all([
    members.length > 0 ? of('members', members).execute() : [],
    keys.length > 0 ? of('api_keys', keys).execute() : [],
  ]);
  return new Map(found.flat().map(({ id, name }) => [id, name]));
}

/** Only of this workspace: an entry about another one’s artifact tells nothing of it. */
async function subjectsOf({ db }: Reads, workspaceId: string, ids: string[]): Promise<Map<string, AuditSubject>> {
  if (ids.length === 0) return new Map();
  const [artifacts, bookings, connections] = await Promise.all([
    db
      .selectFrom('artifacts')
      .innerJoin('meetings', 'meetings.id', 'artifacts.meeting_id')
      .select(['artifacts.id', 'artifacts.kind', 'artifacts.meeting_id', 'meetings.booking_id', 'meetings.subject'])
      .where('artifacts.workspace_id', '=', workspaceId)
      .where('artifacts.id', 'in', ids)
      .execute(),
    db
      .selectFrom('bookings')
      .innerJoin('event_types', 'event_types.id', 'bookings.event_type_id')
      .select(['bookings.id', 'bookings.meeting_id', 'bookings.visitor_name', 'event_types.title'])
      .where('bookings.workspace_id', '=', workspaceId)
      .where('bookings.id', 'in', ids)
      .execute(),
    db
      .selectFrom('connections')
      .select(['id', 'account_email', 'account_name'])
      .where('workspace_id', '=', workspaceId)
      .where('id', 'in', ids)
      .execute(),
  ]);
  const aboutArtifacts = artifacts.map(({ id, kind, meeting_id: meetingId, booking_id: bookingId, subject }) => {
    return [id, { title: subject, artifactKind: kind, meetingId, bookingId }] as const;
  });
  const aboutBookings = bookings.map(({ id, meeting_id: meetingId, visitor_name: name, title }) => {
    return [id, { title: `${title} – ${name}`, artifactKind: null, meetingId, bookingId: id }] as const;
  });
  const aboutConnections = connections.map(({ id, account_email: email, account_name: name }) => {
    return [id, { title: email ?? name ?? id, artifactKind: null, meetingId: null, bookingId: null }] as const;
  });
  return new Map<string, AuditSubject>([...aboutArtifacts, ...aboutBookings, ...aboutConnections]);
}

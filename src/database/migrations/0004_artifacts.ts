import { sql, type Kysely } from 'kysely';

/** What is left of meetings: recordings, transcripts, attendance; and who looked at them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table workspaces
    add column download_recordings boolean not null default false,
    add column show_in_portal boolean not null default false,
    add column keep_recordings_days integer check (keep_recordings_days > 0),
    add column keep_transcripts_days integer check (keep_transcripts_days > 0),
    add column keep_attendance_days integer check (keep_attendance_days > 0)`,

  // What is left of a booking that is held is not deleted, by nobody.
  `alter table bookings
    add column held_at timestamptz,
    add column held_by text,
    add column hold_reason text,
    add constraint bookings_hold check (num_nonnulls(held_at, held_by, hold_reason) in (0, 3))`,
  // Who was invited along, by their address in lower case.
  `create index bookings_companions on bookings using gin ((lower(attendees::text)::jsonb) jsonb_path_ops)
    where attendees <> '[]'::jsonb`,
  `create index meetings_held_in_teams on meetings (ends_at) where kind = 'calendar' and join_url is not null`,

  // How far the search for each kind of artifact of a meeting is: one row for each, so that none waits for another.
  `create table artifact_captures (
    meeting_id text not null references meetings on delete cascade,
    kind text not null check (kind in ('recording', 'transcript', 'attendance')),
    workspace_id text not null references workspaces on delete cascade,
    status text not null default 'waiting' check (status in ('waiting', 'ready', 'none', 'refused')),
    due_at timestamptz,
    attempts integer not null default 0,
    checked_at timestamptz,
    problem_code text,
    problem_detail text,
    provider_answer jsonb,
    updated_at timestamptz not null,
    created_at timestamptz not null,
    primary key (meeting_id, kind)
  )`,
  `create index artifact_captures_due on artifact_captures (due_at) where due_at is not null`,

  `create table artifacts (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    meeting_id text not null references meetings on delete cascade,
    kind text not null check (kind in ('recording', 'transcript', 'attendance')),
    online_meeting_id text not null,
    provider_id text not null,
    call_id text,
    correlation_id text,
    starts_at timestamptz not null,
    ends_at timestamptz,
    content_type text not null,
    bytes bigint,
    sha256 bytea,
    document bytea,
    attributed boolean,
    language text,
    attendance jsonb,
    participants integer,
    stored_at timestamptz,
    store_due_at timestamptz,
    store_attempts integer not null default 0,
    store_problem_code text,
    store_answer jsonb,
    deleted_at timestamptz,
    deleted_by text,
    content_removed_at timestamptz,
    updated_at timestamptz not null,
    created_at timestamptz not null,
    unique (meeting_id, kind, provider_id)
  )`,
  `create index artifacts_list on artifacts (workspace_id, starts_at desc, id desc)`,
  `create index artifacts_to_store on artifacts (store_due_at) where store_due_at is not null`,
  `create index artifacts_to_copy on artifacts (workspace_id) where kind = 'recording' and stored_at is null and deleted_at is null`,
  `create index artifacts_to_remove on artifacts (deleted_at) where deleted_at is not null and content_removed_at is null`,

  `create table transcript_lines (
    artifact_id text not null references artifacts on delete cascade,
    position integer not null,
    workspace_id text not null references workspaces on delete cascade,
    starts_ms integer not null,
    ends_ms integer not null,
    speaker text,
    text text not null,
    words tsvector not null,
    primary key (artifact_id, position)
  )`,
  `create index transcript_lines_words on transcript_lines using gin (words)`,

  // Organizers whose recordings and transcripts Graph tells of: one subscription for each kind.
  `create table artifact_watches (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    tenant_id text not null,
    organizer_id text not null,
    access text not null check (access in ('delegated', 'app-only')),
    tenant_connection_id text references tenant_connections on delete cascade,
    kind text not null check (kind in ('recording', 'transcript')),
    subscription_id text unique,
    client_state bytea not null,
    subscribed_until timestamptz,
    certificate_id text,
    subscription_due_at timestamptz not null,
    subscription_attempts integer not null default 0,
    subscription_problem_code text,
    subscription_answer jsonb,
    updated_at timestamptz not null,
    created_at timestamptz not null,
    unique (workspace_id, tenant_id, organizer_id, access, kind)
  )`,
  `create index artifact_watches_due on artifact_watches (subscription_due_at)`,

  // Who did or saw what. Each entry holds the hash of the one before it, so that none can be changed unseen.
  `create table audit_entries (
    workspace_id text not null references workspaces on delete cascade,
    position bigint not null,
    at timestamptz not null,
    actor_kind text not null check (actor_kind in ('member', 'key', 'visitor', 'parley')),
    actor text not null,
    action text not null,
    subject_id text,
    details jsonb not null,
    previous_hash bytea not null,
    hash bytea not null,
    primary key (workspace_id, position)
  )`,
  `create index audit_entries_subject on audit_entries (workspace_id, subject_id, position)`,
  `create function refuse_change() returns trigger language plpgsql as $$
    begin raise exception 'entries of the audit log are never changed'; end $$`,
  `create trigger audit_entries_append_only before update on audit_entries
    for each row execute function refuse_change()`,
];

import { sql, type Kysely } from 'kysely';

/** Workspaces, people, connections, event types, bookings, meetings. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Needed for "host_id with =" in the exclusion constraint; part of PostgreSQL's contrib, trusted since 13.
  `create extension if not exists btree_gist`,

  `create table workspaces (
    id text primary key,
    name text not null,
    slug text not null unique,
    created_at timestamptz not null
  )`,

  `create table workspace_keys (
    workspace_id text primary key references workspaces on delete cascade,
    wrapped bytea not null,
    created_at timestamptz not null
  )`,

  `create table members (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    email text not null,
    name text not null,
    role text not null check (role in ('owner', 'admin', 'operator', 'viewer')),
    time_zone text not null,
    created_at timestamptz not null
  )`,
  `create unique index members_email on members (workspace_id, lower(email))`,

  `create table sign_in_links (
    token_hash bytea primary key,
    member_id text not null references members on delete cascade,
    expires_at timestamptz not null,
    used_at timestamptz,
    created_at timestamptz not null
  )`,

  `create table sessions (
    token_hash bytea primary key,
    member_id text not null references members on delete cascade,
    expires_at timestamptz not null,
    last_seen_at timestamptz not null,
    created_at timestamptz not null
  )`,

  `create table api_keys (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    name text not null,
    secret_hash bytea not null unique,
    hint text not null,
    last_used_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null
  )`,
  `create index api_keys_workspace on api_keys (workspace_id)`,

  `create table connect_attempts (
    state_hash bytea primary key,
    session_hash bytea not null references sessions on delete cascade,
    workspace_id text not null references workspaces on delete cascade,
    member_id text not null references members on delete cascade,
    nonce text not null,
    code_verifier bytea not null,
    scopes text not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    created_at timestamptz not null
  )`,

  `create table connections (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    member_id text not null references members on delete cascade,
    provider text not null,
    kind text not null,
    status text not null check (status in ('connected', 'reconnect_needed')),
    problem_code text,
    provider_answer jsonb,
    tenant_id text not null,
    object_id text not null,
    account_email text,
    account_name text,
    granted_scopes text not null,
    access_token bytea not null,
    refresh_token bytea not null,
    previous_refresh_token bytea,
    access_token_expires_at timestamptz not null,
    token_version integer not null,
    last_used_at timestamptz,
    updated_at timestamptz not null,
    created_at timestamptz not null,
    unique (member_id, provider)
  )`,
  `create index connections_workspace on connections (workspace_id)`,

  `create table event_types (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    host_id text not null references members on delete cascade,
    slug text not null,
    title text not null,
    description text not null,
    duration_minutes integer not null check (duration_minutes between 5 and 480),
    slot_step_minutes integer not null check (slot_step_minutes between 5 and 480),
    buffer_before_minutes integer not null check (buffer_before_minutes >= 0),
    buffer_after_minutes integer not null check (buffer_after_minutes >= 0),
    min_notice_minutes integer not null check (min_notice_minutes >= 0),
    horizon_days integer not null check (horizon_days between 1 and 730),
    time_zone text not null,
    schedule jsonb not null,
    active boolean not null,
    updated_at timestamptz not null,
    created_at timestamptz not null,
    unique (workspace_id, slug)
  )`,

  `create table meetings (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    external_id text,
    booking_id text,
    connection_id text references connections on delete set null,
    tenant_id text not null,
    organizer_id text not null,
    subject text not null,
    body_html text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    time_zone text not null,
    attendees jsonb not null,
    wanted text not null check (wanted in ('scheduled', 'cancelled')),
    cancel_comment text,
    revision integer not null,
    synced_revision integer not null default 0,
    status text not null default 'pending'
      check (status in ('pending', 'provisioning', 'ready', 'failed', 'cancelled')),
    epoch integer not null default 1,
    synced jsonb,
    create_started_at timestamptz,
    provider_event_id text,
    ical_uid text,
    web_link text,
    join_url text,
    problem_code text,
    problem_detail text,
    provider_answer jsonb,
    attempts integer not null default 0,
    retry_at timestamptz,
    synced_at timestamptz,
    updated_at timestamptz not null,
    created_at timestamptz not null,
    check (starts_at < ends_at),
    check (synced_revision <= revision)
  )`,
  `create unique index meetings_external_id on meetings (workspace_id, external_id) where external_id is not null`,
  // What the sweep reads: rows whose desired state has not been made true.
  `create index meetings_unsynced on meetings (retry_at) where synced_revision < revision and status <> 'failed'`,
  `create index meetings_connection on meetings (connection_id, status)`,
  `create index meetings_list on meetings (workspace_id, starts_at desc, id desc)`,

  `create table bookings (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    event_type_id text not null references event_types on delete restrict,
    host_id text not null references members on delete restrict,
    meeting_id text not null unique references meetings deferrable initially deferred,
    status text not null check (status in ('confirmed', 'cancelled')),
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    visitor_name text not null,
    visitor_email text not null,
    visitor_time_zone text not null,
    note text not null,
    sequence integer not null default 0,
    cancel_reason text,
    cancelled_at timestamptz,
    updated_at timestamptz not null,
    created_at timestamptz not null,
    check (starts_at < ends_at),
    constraint bookings_no_overlap exclude using gist (
      host_id with =, tstzrange(starts_at, ends_at) with &&
    ) where (status = 'confirmed')
  )`,
  `create index bookings_list on bookings (workspace_id, starts_at desc, id desc)`,

  `create table outbox_events (
    id bigint generated always as identity primary key,
    workspace_id text not null references workspaces on delete cascade,
    type text not null,
    meeting_id text,
    booking_id text,
    connection_id text,
    data jsonb not null,
    created_at timestamptz not null
  )`,
  `create index outbox_events_meeting on outbox_events (meeting_id, id)`,

  `create table idempotency_keys (
    scope text not null,
    route text not null,
    key text not null,
    fingerprint bytea not null,
    status integer,
    body text,
    expires_at timestamptz not null,
    created_at timestamptz not null,
    primary key (scope, route, key)
  )`,
  `create index idempotency_keys_expiry on idempotency_keys (expires_at)`,
];

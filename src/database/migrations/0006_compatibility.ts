import { sql, type Kysely } from 'kysely';

/** People who connect without being members, and what programs written for Nylas need. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Where people may be sent back to after they connected, and how long a link for it is good.
  `alter table workspaces
    add column return_uris jsonb not null default '[]',
    add column connect_link_seconds integer not null default 43200 check (connect_link_seconds > 0)`,

  // What an application asks of somebody: to connect an account.
  `create table connect_links (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    token_hash bytea unique,
    registration_id text references app_registrations on delete cascade,
    scopes text not null,
    return_uri text,
    return_state text,
    login_hint text,
    external_id text,
    metadata jsonb not null default '{}',
    connection_id text references connections on delete cascade,
    answer text not null check (answer in ('connection', 'grant', 'code')),
    code_challenge text,
    offline boolean not null default true,
    expires_at timestamptz not null,
    opened_at timestamptz,
    opened_by bytea,
    finished_at timestamptz,
    created_at timestamptz not null
  )`,
  `create index connect_links_expired on connect_links (expires_at)`,
  `create index connect_links_connection on connect_links (connection_id) where connection_id is not null`,

  // Somebody who comes by such a link has no session of the console: the link knows their browser.
  `alter table connect_attempts
    alter column session_hash drop not null,
    alter column member_id drop not null,
    add column link_id text references connect_links on delete cascade`,

  `alter table connections
    alter column member_id drop not null,
    add column external_id text,
    add column metadata jsonb not null default '{}',
    add column asked_to_reconnect_at timestamptz`,
  `create unique index connections_of_no_member on connections (workspace_id, tenant_id, object_id) where member_id is null`,
  `create index connections_external_id on connections (workspace_id, external_id) where external_id is not null`,

  // What a program proves itself with that may act through one connection alone.
  `create table connection_tokens (
    token_hash bytea primary key,
    workspace_id text not null references workspaces on delete cascade,
    connection_id text not null references connections on delete cascade,
    kind text not null check (kind in ('code', 'access', 'refresh')),
    return_uri text,
    code_challenge text,
    offline boolean not null default false,
    lineage bytea not null,
    expires_at timestamptz,
    used_at timestamptz,
    created_at timestamptz not null
  )`,
  `create index connection_tokens_lineage on connection_tokens (lineage)`,
  `create index connection_tokens_connection on connection_tokens (connection_id)`,
  `create index connection_tokens_expired on connection_tokens (expires_at) where expires_at is not null`,

  // Calendar events whose conference somebody else runs, and what applications note on a meeting.
  `alter table meetings
    drop constraint meetings_kind_check,
    add constraint meetings_kind_check check (kind in ('calendar', 'standalone', 'external')),
    add column metadata jsonb not null default '{}',
    add column external_conference jsonb`,
  `create index meetings_metadata on meetings using gin (metadata jsonb_path_ops) where metadata <> '{}'`,
  // Their events are watched like those that carry a Teams meeting.
  `drop index meetings_in_calendars`,
  `create index meetings_in_calendars on meetings (workspace_id, tenant_id, organizer_id, access, ends_at)
    where wanted = 'scheduled' and kind <> 'standalone' and provider_event_id is not null`,

  // Receivers written for Nylas get their own form of message.
  `alter table webhook_endpoints
    add column format text not null default 'standard' check (format in ('standard', 'nylas')),
    add column also_warn jsonb not null default '[]'`,
];

import { sql, type Kysely } from 'kysely';

/** Operators' own hours, several operators, requests, group sessions, series, people, mail for each, changes in Outlook. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table workspaces
    add column locale text not null default 'en',
    add column outlook_changes text not null default 'ask' check (outlook_changes in ('follow', 'ask', 'revert')),
    add column embed_origins jsonb not null default '[]'`,
  `alter table members
    add column locale text not null default 'en',
    add column feed_token_hash bytea unique`,

  `create table schedules (
    member_id text primary key references members on delete cascade,
    workspace_id text not null references workspaces on delete cascade,
    time_zone text not null,
    weekly jsonb not null,
    holidays jsonb,
    updated_at timestamptz not null
  )`,
  `create table time_off (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    member_id text not null references members on delete cascade,
    first_day text not null check (first_day ~ '^\\d{4}-\\d{2}-\\d{2}$'),
    last_day text not null check (last_day ~ '^\\d{4}-\\d{2}-\\d{2}$'),
    note text not null,
    created_at timestamptz not null,
    check (first_day <= last_day)
  )`,
  `create index time_off_member on time_off (member_id, last_day)`,

  `create table event_type_operators (
    event_type_id text not null references event_types on delete cascade,
    member_id text not null references members on delete cascade,
    position integer not null,
    primary key (event_type_id, member_id)
  )`,
  `create index event_type_operators_member on event_type_operators (member_id)`,
  `insert into event_type_operators (event_type_id, member_id, position) select id, host_id, 0 from event_types`,
  `alter table event_types
    drop column host_id,
    alter column schedule drop not null,
    add column assignment text not null default 'round_robin'
      check (assignment in ('round_robin', 'collective', 'chosen')),
    add column duration_choices jsonb not null default '[]',
    add column capacity integer not null default 1 check (capacity between 1 and 1000),
    add column most_per_day integer check (most_per_day >= 1),
    add column most_per_week integer check (most_per_week >= 1),
    add column busy_rules jsonb not null
      default '{"allDay":true,"tentative":true,"outOfOffice":true,"workingElsewhere":false}',
    add column needs_approval boolean not null default false,
    add column change_policy jsonb not null
      default '{"moveUntilMinutes":0,"cancelUntilMinutes":0,"mostMoves":null}',
    add column most_in_series integer not null default 1 check (most_in_series between 1 and 52),
    add column invitations text not null default 'outlook' check (invitations in ('outlook', 'parley')),
    add column reminders jsonb not null default '[]'`,

  `create table organisations (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    external_id text,
    name text not null,
    default_email text,
    updated_at timestamptz not null,
    created_at timestamptz not null
  )`,
  `create unique index organisations_external_id on organisations (workspace_id, external_id) where external_id is not null`,
  `create index organisations_list on organisations (workspace_id, lower(name), id)`,
  `create table contacts (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    organisation_id text references organisations on delete set null,
    external_id text,
    name text not null,
    email text not null,
    time_zone text,
    locale text,
    updated_at timestamptz not null,
    created_at timestamptz not null
  )`,
  `create unique index contacts_email on contacts (workspace_id, lower(email))`,
  `create unique index contacts_external_id on contacts (workspace_id, external_id) where external_id is not null`,
  `create index contacts_organisation on contacts (organisation_id)`,
  `create index contacts_list on contacts (workspace_id, lower(name), id)`,

  `alter table bookings
    drop constraint bookings_no_overlap,
    drop constraint bookings_status_check,
    drop constraint bookings_meeting_id_key,
    alter column meeting_id drop not null,
    add constraint bookings_status_check
      check (status in ('requested', 'confirmed', 'declined', 'cancelled', 'completed', 'no_show')),
    add column session_id text,
    add column teams_meeting boolean not null default true,
    add column attendees jsonb not null default '[]',
    add column contact_id text references contacts on delete set null,
    add column organisation_id text references organisations on delete set null,
    add column locale text not null default 'en',
    add column moves integer not null default 0,
    add column series_id text,
    add column decided_by text,
    add column decided_at timestamptz,
    add column decision_note text not null default ''`,
  `update bookings set session_id = id`,
  `alter table bookings alter column session_id set not null`,
  `create index bookings_meeting on bookings (meeting_id)`,
  `create index bookings_session on bookings (session_id)`,
  `create index bookings_series on bookings (series_id) where series_id is not null`,
  `create index bookings_visitor on bookings (workspace_id, lower(visitor_email))`,
  // What the sweep reads: meetings that are over, requests that nobody answered.
  `create index bookings_open on bookings (ends_at) where status in ('requested', 'confirmed')`,

  // Every time of an operator that is taken: by a booking, by a request, or by a visitor who is filling in the form.
  // Rows of one session share it, up to its seats; those of different sessions never overlap.
  `create table reservations (
    id bigint generated always as identity primary key,
    workspace_id text not null references workspaces on delete cascade,
    host_id text not null references members on delete restrict,
    event_type_id text not null references event_types on delete cascade,
    session_id text not null,
    seat integer not null default 1,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    booking_id text references bookings on delete cascade deferrable initially deferred,
    hold_key bytea,
    expires_at timestamptz,
    check (starts_at < ends_at),
    check (num_nonnulls(booking_id, hold_key) = 1),
    check ((hold_key is null) = (expires_at is null)),
    constraint reservations_no_overlap exclude using gist (
      host_id with =, session_id with <>, tstzrange(starts_at, ends_at) with &&
    ),
    constraint reservations_seat unique (session_id, host_id, seat)
  )`,
  `create index reservations_booking on reservations (booking_id)`,
  `create index reservations_hold on reservations (hold_key) where hold_key is not null`,
  `insert into reservations (workspace_id, host_id, event_type_id, session_id, starts_at, ends_at, booking_id)
    select workspace_id, host_id, event_type_id, id, starts_at, ends_at, id from bookings where status = 'confirmed'`,

  // A booking's history, which has lines of its meeting's as well.
  `create index outbox_events_booking on outbox_events (booking_id, id) where booking_id is not null`,

  `alter table meetings
    drop constraint meetings_status_check,
    add constraint meetings_status_check
      check (status in ('pending', 'provisioning', 'ready', 'failed', 'cancelled', 'out_of_sync')),
    add column outlook_change jsonb`,

  // Mailboxes whose events are watched, because meetings of ours are in them.
  `create table calendar_watches (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    tenant_id text not null,
    organizer_id text not null,
    access text not null check (access in ('delegated', 'app-only')),
    tenant_connection_id text references tenant_connections on delete cascade,
    subscription_id text unique,
    client_state bytea not null,
    subscribed_until timestamptz,
    subscription_due_at timestamptz not null,
    subscription_attempts integer not null default 0,
    subscription_problem_code text,
    subscription_answer jsonb,
    delta_link bytea,
    window_from timestamptz,
    window_to timestamptz,
    read_at timestamptz,
    read_due_at timestamptz not null,
    attempts integer not null default 0,
    problem_code text,
    provider_answer jsonb,
    updated_at timestamptz not null,
    created_at timestamptz not null,
    unique (workspace_id, tenant_id, organizer_id, access)
  )`,
  `create index calendar_watches_due on calendar_watches (read_due_at)`,
  `create index calendar_watches_mailbox on calendar_watches (tenant_id, organizer_id)`,
  `create index meetings_in_calendars on meetings (workspace_id, tenant_id, organizer_id, access, ends_at)
    where wanted = 'scheduled' and kind = 'calendar' and provider_event_id is not null`,

  `alter table emails
    add column template text,
    add column locale text not null default 'en',
    add column booking_id text references bookings on delete cascade,
    add column calendar text,
    add column calendar_method text check (calendar_method in ('REQUEST', 'CANCEL', 'PUBLISH')),
    add column unsubscribe_url text,
    add column reply_to text,
    add column starts_at timestamptz,
    add column link_follows boolean not null default false,
    add column resend_of text references emails on delete set null,
    add column transport text check (transport in ('smtp', 'graph')),
    add column transport_note text,
    drop constraint emails_status_check,
    add constraint emails_status_check check (status in ('queued', 'sent', 'failed', 'withdrawn'))`,
  `create index emails_booking on emails (booking_id) where booking_id is not null`,
  `create index emails_list on emails (workspace_id, created_at desc, id desc)`,
  `create table email_templates (
    workspace_id text not null references workspaces on delete cascade,
    template text not null,
    locale text not null,
    subject text not null,
    body text not null,
    updated_at timestamptz not null,
    primary key (workspace_id, template, locale)
  )`,
  // Addresses that want no reminders any more.
  `create table reminder_refusals (
    workspace_id text not null references workspaces on delete cascade,
    email text not null,
    created_at timestamptz not null,
    primary key (workspace_id, email)
  )`,
  // How far each reader of the outbox has come.
  `create table outbox_cursors (consumer text primary key, event_id bigint not null)`,
  `insert into outbox_cursors (consumer, event_id) select 'webhooks', event_id from webhook_cursor`,
  `insert into outbox_cursors (consumer, event_id) select 'notices', coalesce(max(id), 0) from outbox_events`,
  `drop table webhook_cursor`,

  // A visitor's way into their own appointments: a link by mail, then a session in the browser.
  `create table visitor_links (
    token_hash bytea primary key,
    workspace_id text not null references workspaces on delete cascade,
    email text not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    created_at timestamptz not null
  )`,
  `create table visitor_sessions (
    token_hash bytea primary key,
    workspace_id text not null references workspaces on delete cascade,
    email text not null,
    expires_at timestamptz not null,
    created_at timestamptz not null
  )`,

  `create table teams_apps (
    workspace_id text primary key references workspaces on delete cascade,
    app_id text not null,
    version integer not null,
    settings jsonb not null,
    updated_at timestamptz not null,
    created_at timestamptz not null
  )`,
];

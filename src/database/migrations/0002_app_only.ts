import { sql, type Kysely } from 'kysely';

/** App registrations with their credentials, whole tenants, organizers, and meetings that are made for them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table app_registrations (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    name text not null,
    client_id text not null,
    tenant text not null,
    cloud text not null check (cloud in ('global', 'gcc-high', 'dod', 'china')),
    scopes text not null,
    redirect_uris jsonb not null,
    assertion text not null check (assertion in ('PS256', 'RS256')),
    used_for_sign_in boolean not null,
    updated_at timestamptz not null,
    created_at timestamptz not null,
    unique (workspace_id, client_id, tenant)
  )`,
  // People of a workspace sign in through one registration: this one, or else the deployment's.
  `create unique index app_registrations_sign_in on app_registrations (workspace_id) where used_for_sign_in`,

  `create table app_credentials (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    registration_id text not null references app_registrations on delete cascade,
    kind text not null check (kind in ('certificate', 'secret')),
    name text not null,
    sealed bytea not null,
    certificate_pem text,
    sha1 text,
    sha256 text,
    starts_at timestamptz,
    expires_at timestamptz,
    worked_at timestamptz,
    refused_at timestamptz,
    refusal_code text,
    refusal_answer jsonb,
    created_at timestamptz not null
  )`,
  `create index app_credentials_registration on app_credentials (registration_id)`,
  `create index app_credentials_expiry on app_credentials (expires_at)`,

  `create table credential_warnings (
    credential_id text not null references app_credentials on delete cascade,
    days integer not null,
    created_at timestamptz not null,
    primary key (credential_id, days)
  )`,

  `alter table connect_attempts add column registration_id text references app_registrations on delete cascade`,
  `alter table connections add column registration_id text references app_registrations on delete restrict`,
  `create index connections_registration on connections (registration_id) where registration_id is not null`,

  `create table tenant_connections (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    registration_id text references app_registrations on delete restrict,
    tenant_id text not null,
    tenant_name text,
    tenant_domains jsonb not null,
    stage text not null check (stage in ('setup', 'pilot', 'live', 'paused')),
    features jsonb not null,
    reduced boolean not null,
    policy_name text not null,
    exchange_scope text not null check (exchange_scope in ('rbac', 'access-policy', 'none')),
    exchange_group text,
    outside_mailbox text,
    identity_rules jsonb not null,
    default_organizer_upn text,
    default_organizer_id text,
    default_organizer_problem text,
    default_organizer_asked_at timestamptz,
    consented_at timestamptz,
    verified_at timestamptz,
    service_principal_id text,
    roles jsonb not null,
    problem_code text,
    provider_answer jsonb,
    updated_at timestamptz not null,
    created_at timestamptz not null,
    unique nulls not distinct (workspace_id, registration_id, tenant_id)
  )`,

  // A link to admin consent is handed to another person, so it is bound to what it is for and not to a browser.
  `create table consent_requests (
    state_hash bytea primary key,
    workspace_id text not null references workspaces on delete cascade,
    tenant_connection_id text not null references tenant_connections on delete cascade,
    member_id text references members on delete set null,
    expires_at timestamptz not null,
    answered_at timestamptz,
    created_at timestamptz not null
  )`,
  `create index consent_requests_tenant on consent_requests (tenant_connection_id)`,

  `create table organizers (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    tenant_connection_id text not null references tenant_connections on delete cascade,
    object_id text not null,
    user_principal_name text,
    mail text,
    display_name text,
    member_id text references members on delete set null,
    match jsonb,
    account_enabled boolean,
    user_type text,
    teams_licensed boolean,
    problem_code text,
    looked_up_at timestamptz,
    allowed boolean not null,
    pilot boolean not null,
    policy_state text not null check (policy_state in ('unknown', 'granted', 'denied', 'propagating')),
    policy_granted_at timestamptz,
    policy_proven_at timestamptz,
    policy_in_force text,
    probed_at timestamptz,
    probe_at timestamptz,
    probe_problem_code text,
    probe_answer jsonb,
    updated_at timestamptz not null,
    created_at timestamptz not null,
    unique (tenant_connection_id, object_id)
  )`,
  `create unique index organizers_member on organizers (tenant_connection_id, member_id) where member_id is not null`,
  `create index organizers_of_member on organizers (member_id) where member_id is not null`,
  `create index organizers_by_name on organizers (workspace_id, lower(user_principal_name))`,
  `create index organizers_by_object on organizers (workspace_id, object_id)`,
  `create index organizers_probe on organizers (probe_at) where probe_at is not null`,
  `alter table tenant_connections add constraint tenant_connections_default_organizer
    foreign key (default_organizer_id) references organizers on delete set null`,

  `create table setup_steps (
    tenant_connection_id text not null references tenant_connections on delete cascade,
    step text not null,
    state text not null check (state in ('done', 'waiting', 'failed', 'not_needed')),
    findings jsonb not null,
    checked_against text not null,
    first_checked_at timestamptz not null,
    checked_at timestamptz not null,
    primary key (tenant_connection_id, step)
  )`,

  `create table sign_offs (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    tenant_connection_id text not null references tenant_connections on delete cascade,
    stage text not null check (stage in ('pilot', 'live')),
    member_id text references members on delete set null,
    signed_by text not null,
    checklist jsonb not null,
    created_at timestamptz not null
  )`,
  `create index sign_offs_tenant on sign_offs (tenant_connection_id, created_at)`,

  `alter table members add column attributes jsonb not null default '{}'`,

  `alter table event_types
    add column organizer_rule text not null default 'operator'
      check (organizer_rule in ('operator', 'default_organizer')),
    add column meeting_kind text not null default 'calendar' check (meeting_kind in ('calendar', 'standalone')),
    add column meeting_options jsonb`,

  `alter table meetings
    add column access text not null default 'delegated' check (access in ('delegated', 'app-only')),
    add column tenant_connection_id text references tenant_connections on delete set null,
    add column kind text not null default 'calendar' check (kind in ('calendar', 'standalone')),
    add column online_meeting_id text,
    add column options jsonb,
    add column options_due boolean not null default false,
    add column options_attempts integer not null default 0,
    add column options_retry_at timestamptz,
    add column options_refused jsonb,
    add column options_problem_code text,
    add column options_answer jsonb,
    add column options_applied_at timestamptz`,
  `create index meetings_options_due on meetings (options_retry_at) where options_due`,
  `create index meetings_tenant on meetings (tenant_connection_id, status) where tenant_connection_id is not null`,

  `create table emails (
    id text primary key,
    workspace_id text references workspaces on delete cascade,
    recipient text not null,
    subject text not null,
    text text not null,
    html text not null,
    about text not null,
    status text not null check (status in ('queued', 'sent', 'failed')),
    attempts integer not null default 0,
    problem text,
    retry_at timestamptz,
    sent_at timestamptz,
    created_at timestamptz not null,
    unique (about, recipient)
  )`,
  `create index emails_queued on emails (retry_at) where status = 'queued'`,

  `create table webhook_endpoints (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    url text not null,
    description text not null,
    types jsonb,
    signature text not null check (signature in ('hmac', 'ed25519')),
    public_key text,
    secret bytea not null,
    previous_secret bytea,
    previous_secret_until timestamptz,
    status text not null check (status in ('enabled', 'disabled')),
    disabled_reason text check (disabled_reason in ('person', 'gone', 'failing')),
    failing_since timestamptz,
    warned_at timestamptz,
    after_event_id bigint not null,
    updated_at timestamptz not null,
    created_at timestamptz not null,
    check ((status = 'disabled') = (disabled_reason is not null))
  )`,
  `create index webhook_endpoints_workspace on webhook_endpoints (workspace_id)`,

  // One row: every line of the outbox up to here was made into deliveries, and no earlier one can still appear.
  `create table webhook_cursor (
    only_one boolean primary key default true check (only_one),
    event_id bigint not null
  )`,
  `insert into webhook_cursor (event_id) values (0)`,

  `create table webhook_deliveries (
    id text primary key,
    workspace_id text not null references workspaces on delete cascade,
    endpoint_id text not null references webhook_endpoints on delete cascade,
    message_id text not null,
    event_id bigint,
    occurred_at timestamptz not null,
    type text not null,
    payload text not null,
    status text not null check (status in ('pending', 'delivered', 'failed')),
    attempts integer not null default 0,
    next_attempt_at timestamptz,
    response_status integer,
    response_body text,
    error text,
    duration_ms integer,
    history jsonb not null default '[]',
    attempted_at timestamptz,
    delivered_at timestamptz,
    updated_at timestamptz not null,
    created_at timestamptz not null,
    unique (endpoint_id, message_id),
    unique (endpoint_id, event_id),
    check ((status = 'pending') = (next_attempt_at is not null))
  )`,
  `create index webhook_deliveries_due on webhook_deliveries (next_attempt_at) where status = 'pending'`,
  `create index webhook_deliveries_list on webhook_deliveries (endpoint_id, created_at desc, id desc)`,
  `create index webhook_deliveries_age on webhook_deliveries (created_at)`,
  `create index outbox_events_workspace on outbox_events (workspace_id, id)`,
];

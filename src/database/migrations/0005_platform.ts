import { sql, type Kysely } from 'kysely';

/** The platform for developers. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // An endpoint that was switched off because nothing arrived is asked from time to time whether it answers again.
  `alter table webhook_endpoints
    add column disabled_at timestamptz,
    add column probe_at timestamptz,
    add column probes integer not null default 0,
    add column catch_up_after bigint`,
  `update webhook_endpoints set disabled_at = updated_at where status = 'disabled'`,
  `update webhook_endpoints set probe_at = now() + interval '1 hour',
    catch_up_after = (select event_id from outbox_cursors where consumer = 'webhooks')
    where disabled_reason = 'failing' and updated_at > now() - interval '29 days'`,
  `create index webhook_endpoints_probe on webhook_endpoints (probe_at) where probe_at is not null`,
  `create index webhook_deliveries_waiting on webhook_deliveries (endpoint_id) where status = 'pending'`,

  // Keys from before may do everything, and those that an old process still makes meanwhile.
  `alter table api_keys
    add column permissions text[] not null default '{*}' check (cardinality(permissions) > 0),
    add column ip_ranges text[] not null default '{}',
    add column expires_at timestamptz,
    add column replaces text,
    add column lineage text,
    add column last_used_from text`,

  // The sites whose pages may use the workspace's API keys.
  `alter table workspaces add column cors_origins jsonb not null default '[]'`,

  // What was imported from another product: what it became, and how it was there when it was last taken over.
  `create table imported_things (
    workspace_id text not null references workspaces on delete cascade,
    source_id text not null,
    kind text not null check (kind in ('event_type', 'schedule', 'booking')),
    target_id text not null,
    base jsonb not null,
    updated_at timestamptz not null,
    created_at timestamptz not null,
    primary key (workspace_id, source_id)
  )`,
  `create index imported_things_target on imported_things (workspace_id, kind, target_id)`,
];

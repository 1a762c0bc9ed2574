import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { ProblemCode, ProviderAnswer } from '../problem.ts';
import type { WeeklySchedule } from '../scheduling/event-type.ts';

/**
 * The tables as TypeScript sees them, column for column. Rows keep PostgreSQL's snake_case; the API's camelCase is made
 * by presenters. Instants are `timestamptz`; secrets are sealed `bytea` or SHA-256 hashes, never text.
 */
export type Database = {
  workspaces: Workspaces;
  workspace_keys: WorkspaceKeys;
  members: Members;
  sign_in_links: SignInLinks;
  sessions: Sessions;
  api_keys: ApiKeys;
  connect_attempts: ConnectAttempts;
  connections: Connections;
  event_types: EventTypes;
  meetings: Meetings;
  bookings: Bookings;
  outbox_events: OutboxEvents;
  idempotency_keys: IdempotencyKeys;
};

type CreatedAt = ColumnType<Date, Date, never>;
type Json<T extends object | null> = JSONColumnType<T>;

/** One customer's space: members, keys, connections, bookings. */
export type Workspaces = { id: string; name: string; slug: string; created_at: CreatedAt };

/** The workspace's data key, wrapped by the deployment's key ring. */
export type WorkspaceKeys = { workspace_id: string; wrapped: Buffer; created_at: CreatedAt };

export type Role = 'owner' | 'admin' | 'operator' | 'viewer';

/** A person who signs in to the console; hosts of event types are members. */
export type Members = {
  id: string;
  workspace_id: string;
  email: string;
  name: string;
  role: Role;
  time_zone: string;
  created_at: CreatedAt;
};

/** A one-time sign-in link; only the hash of its 256-bit token is kept. */
export type SignInLinks = {
  token_hash: Buffer;
  member_id: string;
  expires_at: Date;
  used_at: Date | null;
  created_at: CreatedAt;
};

export type Sessions = {
  token_hash: Buffer;
  member_id: string;
  expires_at: Date;
  last_seen_at: Date;
  created_at: CreatedAt;
};

export type ApiKeys = {
  id: string;
  workspace_id: string;
  name: string;
  secret_hash: Buffer;
  /** The first characters of the key, by which people recognize it. */
  hint: string;
  last_used_at: Date | null;
  revoked_at: Date | null;
  created_at: CreatedAt;
};

/** One run through Microsoft's consent: `state` (hashed), bound to the browser session, used once. */
export type ConnectAttempts = {
  state_hash: Buffer;
  session_hash: Buffer;
  workspace_id: string;
  member_id: string;
  nonce: string;
  /** PKCE `code_verifier`, sealed. */
  code_verifier: Buffer;
  scopes: string;
  expires_at: Date;
  used_at: Date | null;
  created_at: CreatedAt;
};

export type ConnectionStatus = 'connected' | 'reconnect_needed';

/** Stored authorization to act: here of one user, by delegated OAuth. */
export type Connections = {
  id: string;
  workspace_id: string;
  member_id: string;
  provider: 'teams';
  kind: 'delegated';
  status: ConnectionStatus;
  /** Why a person has to connect again. */
  problem_code: ProblemCode | null;
  provider_answer: Json<ProviderAnswer> | null;
  tenant_id: string;
  object_id: string;
  account_email: string | null;
  account_name: string | null;
  granted_scopes: string;
  access_token: Buffer;
  refresh_token: Buffer;
  /** The refresh token before the last rotation, kept until the new one has worked. */
  previous_refresh_token: Buffer | null;
  access_token_expires_at: Date;
  /** Counts token writes; a refresh stores its result only over the version it read. */
  token_version: number;
  last_used_at: Date | null;
  updated_at: Date;
  created_at: CreatedAt;
};

/** What a visitor can book. */
export type EventTypes = {
  id: string;
  workspace_id: string;
  /** The member whose time is booked. */
  host_id: string;
  slug: string;
  title: string;
  description: string;
  duration_minutes: number;
  slot_step_minutes: number;
  buffer_before_minutes: number;
  buffer_after_minutes: number;
  min_notice_minutes: number;
  horizon_days: number;
  time_zone: string;
  schedule: Json<WeeklySchedule>;
  active: boolean;
  updated_at: Date;
  created_at: CreatedAt;
};

export type Attendee = { email: string; name: string | null };
/** The wanted fields as they were at `synced_revision`; instants in ISO 8601. */
export type SyncedMeeting = { subject: string; start: string; end: string; attendees: string[] };
export type MeetingStatus = 'pending' | 'provisioning' | 'ready' | 'failed' | 'cancelled';

/** The desired state of one Teams meeting (`revision`) and what was last made true of it (`synced_revision`). */
export type Meetings = {
  id: string;
  workspace_id: string;
  external_id: string | null;
  /** The booking whose meeting this is; `null` for meetings made by the API alone. */
  booking_id: string | null;
  connection_id: string | null;
  /** The mailbox that the meeting lives in: never today's default. */
  tenant_id: string;
  organizer_id: string;
  subject: string;
  body_html: string;
  starts_at: Date;
  ends_at: Date;
  time_zone: string;
  attendees: Json<Attendee[]>;
  wanted: 'scheduled' | 'cancelled';
  cancel_comment: string | null;
  revision: number;
  synced_revision: Generated<number>;
  status: Generated<MeetingStatus>;
  /** Counts the events made for this meeting at Microsoft: part of the transaction id, so that a replacement is a new one. */
  epoch: Generated<number>;
  /** What was last made true of it: only what was changed since is sent, so that edits made in Outlook are kept. */
  synced: ColumnType<SyncedMeeting | null, string | null | undefined, string | null>;
  /** When the first create was about to be sent: from then on Parley looks before it creates. */
  create_started_at: Generated<Date | null>;
  provider_event_id: Generated<string | null>;
  ical_uid: Generated<string | null>;
  web_link: Generated<string | null>;
  join_url: Generated<string | null>;
  problem_code: Generated<ProblemCode | null>;
  problem_detail: Generated<string | null>;
  provider_answer: ColumnType<ProviderAnswer | null, string | null | undefined, string | null>;
  attempts: Generated<number>;
  /** When a job tries again; `null`: as soon as possible, or never (failed). */
  retry_at: Generated<Date | null>;
  synced_at: Generated<Date | null>;
  updated_at: Date;
  created_at: CreatedAt;
};

export type BookingStatus = 'confirmed' | 'cancelled';

/** One visitor's time with a host. Two confirmed bookings of one host cannot overlap: an exclusion constraint. */
export type Bookings = {
  id: string;
  workspace_id: string;
  event_type_id: string;
  host_id: string;
  meeting_id: string;
  status: BookingStatus;
  starts_at: Date;
  ends_at: Date;
  visitor_name: string;
  visitor_email: string;
  visitor_time_zone: string;
  note: string;
  sequence: Generated<number>;
  cancel_reason: string | null;
  cancelled_at: Date | null;
  updated_at: Date;
  created_at: CreatedAt;
};

/** What happened, in order: the source of webhooks, mail and audit. */
export type OutboxEvents = {
  id: Generated<string>;
  workspace_id: string;
  type: string;
  meeting_id: string | null;
  booking_id: string | null;
  connection_id: string | null;
  data: Json<Record<string, unknown>>;
  created_at: CreatedAt;
};

/** A request that must have its effect once: first the fingerprint, then the stored answer. */
export type IdempotencyKeys = {
  /** API key or member that sent it. */
  scope: string;
  route: string;
  key: string;
  fingerprint: Buffer;
  status: number | null;
  body: string | null;
  expires_at: Date;
  created_at: CreatedAt;
};

import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { KeyGrant } from '../access/permissions.ts';
import type { Cloud } from '../microsoft/clouds.ts';
import type { MatchField } from '../microsoft/match-fields.ts';
import type { MeetingOption, MeetingOptions } from '../microsoft/meeting-options.ts';
import type { Feature } from '../microsoft/permissions.ts';
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
  app_registrations: AppRegistrations;
  app_credentials: AppCredentials;
  credential_warnings: CredentialWarnings;
  tenant_connections: TenantConnections;
  consent_requests: ConsentRequests;
  organizers: Organizers;
  setup_steps: SetupSteps;
  sign_offs: SignOffs;
  emails: Emails;
  email_templates: EmailTemplates;
  reminder_refusals: ReminderRefusals;
  webhook_endpoints: WebhookEndpoints;
  outbox_cursors: OutboxCursors;
  webhook_deliveries: WebhookDeliveries;
  schedules: Schedules;
  time_off: TimeOff;
  event_type_operators: EventTypeOperators;
  organisations: Organisations;
  contacts: Contacts;
  reservations: Reservations;
  calendar_watches: CalendarWatches;
  visitor_links: VisitorLinks;
  visitor_sessions: VisitorSessions;
  teams_apps: TeamsApps;
  artifact_captures: ArtifactCaptures;
  artifacts: Artifacts;
  transcript_lines: TranscriptLines;
  artifact_watches: ArtifactWatches;
  audit_entries: AuditEntries;
  imported_things: ImportedThings;
  connect_links: ConnectLinks;
  connection_tokens: ConnectionTokens;
};

type CreatedAt = ColumnType<Date, Date, never>;
type Json<T extends object | null> = JSONColumnType<T>;
/** A column with a default that is `null`; written as JSON text. */
type JsonOrNull<T extends object> = ColumnType<T | null, string | null | undefined, string | null>;
/** A column with a default; written as JSON text. */
type JsonWithDefault<T extends object> = ColumnType<T, string | undefined, string>;

/** One customer's space: members, keys, connections, bookings. */
export type Workspaces = {
  id: string;
  name: string;
  slug: string;
  /** In which language people are written to who have not chosen one. */
  locale: Generated<string>;
  outlook_changes: Generated<OutlookChanges>;
  /** Origins of the sites on which booking pages may be embedded. */
  embed_origins: JsonWithDefault<string[]>;
  cors_origins: JsonWithDefault<string[]>;
  /** Where people may be sent back to after they connected by a link, to the letter. */
  return_uris: JsonWithDefault<string[]>;
  /** How long such a link is good, unless it says otherwise. */
  connect_link_seconds: Generated<number>;
  /** *Download recordings to internal storage*; without it they are played from Microsoft. */
  download_recordings: Generated<boolean>;
  /** *Show recordings and transcripts in the client portal*: asked each time somebody looks. */
  show_in_portal: Generated<boolean>;
  /** After so many days what is left of a meeting is deleted; `null`: never by itself. */
  keep_recordings_days: Generated<number | null>;
  keep_transcripts_days: Generated<number | null>;
  keep_attendance_days: Generated<number | null>;
  created_at: CreatedAt;
};

/** What is done when somebody changes one of our meetings in Outlook: take it over, ask a person, or put it back. */
export type OutlookChanges = 'follow' | 'ask' | 'revert';

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
  /** What the workspace's own systems know them by, such as a staff number: names and values to match people with. */
  attributes: ColumnType<Record<string, string>, string | undefined, string>;
  locale: Generated<string>;
  /** Of the secret in the address of their calendar feed. */
  feed_token_hash: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
  created_at: CreatedAt;
};

/** When an operator works. Who has none works Monday to Friday, nine to five, in their own zone. */
export type Schedules = {
  member_id: string;
  workspace_id: string;
  time_zone: string;
  weekly: Json<WeeklySchedule>;
  /** Whose public holidays they have off; a date with hours of its own is worked all the same. */
  holidays: JsonOrNull<HolidayRegion>;
  updated_at: Date;
};

/** ISO 3166-1 country, and where holidays differ within it, its ISO 3166-2 subdivision without the country. */
export type HolidayRegion = { country: string; region?: string | undefined };

/** Whole days, in the zone of their schedule, on which an operator takes no appointments; both inclusive. */
export type TimeOff = {
  id: string;
  workspace_id: string;
  member_id: string;
  first_day: string;
  last_day: string;
  note: string;
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
  /** `*`, or what it may do, as `resource:action`. */
  permissions: KeyGrant[];
  /** From where it is valid, in CIDR notation; empty: from anywhere. */
  ip_ranges: string[];
  expires_at: Date | null;
  /** The key beside which it was made, to take its place, and the first of all of them. */
  replaces: string | null;
  lineage: string | null;
  last_used_at: Date | null;
  last_used_from: string | null;
  revoked_at: Date | null;
  created_at: CreatedAt;
};

/**
 * One run through Microsoft's consent: `state` (hashed), bound to one browser, used once. Of a member, who has a session
 * of the console, or of somebody who came by a link and has a cookie for it.
 */
export type ConnectAttempts = {
  state_hash: Buffer;
  session_hash: Buffer | null;
  workspace_id: string;
  member_id: string | null;
  link_id: ColumnType<string | null, string | null | undefined, never>;
  nonce: string;
  /** PKCE `code_verifier`, sealed. */
  code_verifier: Buffer;
  scopes: string;
  /** The app registration that is signed in to; `null`: the deployment's own. */
  registration_id: ColumnType<string | null, string | null | undefined, never>;
  expires_at: Date;
  used_at: Date | null;
  created_at: CreatedAt;
};

export type ConnectionStatus = 'connected' | 'reconnect_needed';

/** Stored authorization to act: here of one user, by delegated OAuth. */
export type Connections = {
  id: string;
  workspace_id: string;
  /** `null`: of somebody who is no member, and came by a link. */
  member_id: string | null;
  /** What the application that asked for it calls its owner. */
  external_id: ColumnType<string | null, string | null | undefined, string | null>;
  /** Notes of the application, given back as they came. */
  metadata: JsonWithDefault<Record<string, unknown>>;
  /** When its owner was last asked to connect again. */
  asked_to_reconnect_at: Generated<Date | null>;
  provider: 'teams';
  kind: 'delegated';
  /** The app registration that its tokens belong to; `null`: the deployment's own. */
  registration_id: ColumnType<string | null, string | null | undefined, string | null>;
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
  /** Hours of the event type itself, in its zone; `null`: each operator's own. */
  schedule: ColumnType<WeeklySchedule | null, string | null, string | null>;
  /** Which of its operators a time is for: one who is free, all of them, or the one whom the visitor chose. */
  assignment: Generated<Assignment>;
  /** Lengths beside `duration_minutes` that a visitor may choose. */
  duration_choices: JsonWithDefault<number[]>;
  /** How many bookings share one time and its meeting. */
  capacity: Generated<number>;
  most_per_day: number | null;
  most_per_week: number | null;
  busy_rules: JsonWithDefault<BusyRules>;
  needs_approval: Generated<boolean>;
  change_policy: JsonWithDefault<ChangePolicy>;
  /** How many weekly or fortnightly times one visitor may book as one; 1: no series. */
  most_in_series: Generated<number>;
  invitations: Generated<Invitations>;
  /** How many minutes before the start visitors are reminded, each once. */
  reminders: JsonWithDefault<number[]>;
  active: boolean;
  /** Who owns the meetings: the host, or the tenant's default organizer with the host as attendee. */
  organizer_rule: ColumnType<OrganizerRule, OrganizerRule | undefined, OrganizerRule>;
  meeting_kind: ColumnType<MeetingKind, MeetingKind | undefined, MeetingKind>;
  meeting_options: JsonOrNull<MeetingOptions>;
  updated_at: Date;
  created_at: CreatedAt;
};

export type Assignment = 'round_robin' | 'collective' | 'chosen';
/** Which entries of an Outlook calendar stand in the way of a booking; busy ones with a time always do. */
export type BusyRules = { allDay: boolean; tentative: boolean; outOfOffice: boolean; workingElsewhere: boolean };
/** What visitors may change themselves: until how long before the start, and how often (`null`: as often as they like). */
export type ChangePolicy = { moveUntilMinutes: number; cancelUntilMinutes: number; mostMoves: number | null };
/** The one sender of record of calendar invitations: Outlook, or Parley's own mail. */
export type Invitations = 'outlook' | 'parley';

/** Who takes the bookings of an event type; the first in order leads where several meet one visitor. */
export type EventTypeOperators = { event_type_id: string; member_id: string; position: number };

export type OrganizerRule = 'operator' | 'default_organizer';
/** `calendar`: an event in the organizer's calendar that carries the meeting. `standalone`: a meeting on no calendar. */
export type MeetingKind = 'calendar' | 'standalone';
/** `external`: an event in the calendar whose conference, if it has one, is not made here: {@link ExternalConference}. */
export type KindOfMeeting = MeetingKind | 'external';
/** A conference that somebody else runs, as a caller described it. */
export type ExternalConference = {
  /** What it is called, such as `Zoom Meeting`. */
  provider: string;
  url: string;
  meetingCode?: string | undefined;
  password?: string | undefined;
  pin?: string | undefined;
  phone?: string[] | undefined;
};

/** Roles beyond `attendee` are for people of the organizer's tenant, in meetings that stand alone. */
export type Attendee = {
  email: string;
  name: string | null;
  role?: 'attendee' | 'presenter' | 'coorganizer';
  /** What the tenant's rule for visitors looks for in its directory; the address that is found there is invited. */
  match?: string;
  /** Who was found: object id of the directory user. */
  objectId?: string;
  /** Why nobody was: then the address that was typed stays. */
  unmatched?: 'none' | 'several' | 'not_permitted';
};
/** The wanted fields as they were at `synced_revision`; instants in ISO 8601. */
export type SyncedMeeting = {
  subject: string;
  start: string;
  end: string;
  attendees: string[];
  /** Of external meetings only; `''`: nobody knows which one the event tells of. */
  conference?: ExternalConference | '' | null | undefined;
};
/** `out_of_sync`: somebody changed or removed it in Outlook, and a person decides what holds. */
export type MeetingStatus = 'pending' | 'provisioning' | 'ready' | 'failed' | 'cancelled' | 'out_of_sync';

/** What somebody did to a meeting of ours in Outlook, as it was seen; instants in ISO 8601. */
export type OutlookChange =
  | {
      kind: 'changed';
      seenAt: string;
      subject?: string | undefined;
      start?: string | undefined;
      end?: string | undefined;
      /** What it is now and no meeting of ours ever is. */
      became?: 'all_day' | 'series' | undefined;
    }
  | { kind: 'deleted' | 'cancelled'; seenAt: string };

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
  /** The last revision that was true at Microsoft before the meeting was cancelled. */
  ready_revision: Generated<number>;
  /** The revision with which it was cancelled. */
  cancel_revision: Generated<number | null>;
  /** When the revision came about; `null` of the first: with the meeting. */
  revised_at: Generated<Date | null>;
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
  /** On whose authority Parley acts: the organizer's own grant, or the tenant's. */
  access: ColumnType<MeetingAccess, MeetingAccess | undefined, never>;
  tenant_connection_id: ColumnType<string | null, string | null | undefined, string | null>;
  kind: ColumnType<KindOfMeeting, KindOfMeeting | undefined, never>;
  external_conference: JsonOrNull<ExternalConference>;
  /** Notes of the application that made it, given back as they came. */
  metadata: JsonWithDefault<Record<string, string>>;
  /** Teams' own id of the meeting, once it is known; never the event's. */
  online_meeting_id: Generated<string | null>;
  /** The wanted options; `null`: whatever the organizer's policy says. */
  options: JsonOrNull<MeetingOptions>;
  /** True from the moment options are wanted until Teams has taken or refused each of them. */
  options_due: Generated<boolean>;
  options_attempts: Generated<number>;
  options_retry_at: Generated<Date | null>;
  /** Options that Teams refused one by one, with the reason. */
  options_refused: JsonOrNull<RefusedOption[]>;
  /** Why no option could be set so far. */
  options_problem_code: Generated<ProblemCode | null>;
  options_answer: JsonOrNull<ProviderAnswer>;
  options_applied_at: Generated<Date | null>;
  /** While it is out of sync: what was found in Outlook. */
  outlook_change: JsonOrNull<OutlookChange>;
  updated_at: Date;
  created_at: CreatedAt;
};

export type MeetingAccess = 'delegated' | 'app-only';
export type RefusedOption = { option: MeetingOption; code: ProblemCode; detail: string };

export type BookingStatus = 'requested' | 'confirmed' | 'declined' | 'cancelled' | 'completed' | 'no_show';

/** Somebody who comes beside the visitor, and where they were picked from. */
export type Companion = { email: string; name: string | null; from: 'contact' | 'user' | 'email' };

/** One visitor's time with one or several operators. The time itself is taken by its {@link Reservations}. */
export type Bookings = {
  id: string;
  workspace_id: string;
  event_type_id: string;
  /** Who leads: the organizer's side of the meeting. */
  host_id: string;
  /** `null` while nobody has approved it, and where no Teams meeting is wanted. Bookings of one session share it. */
  meeting_id: string | null;
  /** What the reservations of everybody who meets at this time have in common. */
  session_id: string;
  status: BookingStatus;
  starts_at: Date;
  ends_at: Date;
  visitor_name: string;
  visitor_email: string;
  visitor_time_zone: string;
  note: string;
  teams_meeting: Generated<boolean>;
  attendees: JsonWithDefault<Companion[]>;
  contact_id: ColumnType<string | null, string | null | undefined, string | null>;
  organisation_id: ColumnType<string | null, string | null | undefined, string | null>;
  /** In which language its visitor is written to. */
  locale: Generated<string>;
  /** How often the visitor has moved it. */
  moves: Generated<number>;
  series_id: ColumnType<string | null, string | null | undefined, never>;
  /** `SEQUENCE` of its calendar file: rises with each change (RFC 5546, section 2.1.4). */
  sequence: Generated<number>;
  /** Who approved or declined it: a member, an API key. */
  decided_by: ColumnType<string | null, string | null | undefined, string | null>;
  decided_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  decision_note: Generated<string>;
  /** Why it was cancelled or declined. */
  cancel_reason: string | null;
  cancelled_at: Date | null;
  /** Legal hold: while it is set, nobody and nothing deletes what is left of the meeting. */
  held_at: Generated<Date | null>;
  /** A member, an API key. */
  held_by: Generated<string | null>;
  hold_reason: Generated<string | null>;
  updated_at: Date;
  created_at: CreatedAt;
};

/**
 * A time of one operator that is taken. Those of different sessions cannot overlap: an exclusion constraint. Those of one
 * session each have a seat of their own.
 */
export type Reservations = {
  id: Generated<string>;
  workspace_id: string;
  host_id: string;
  event_type_id: string;
  session_id: string;
  seat: Generated<number>;
  starts_at: Date;
  ends_at: Date;
  booking_id: string | null;
  /** Hash of the secret of a visitor who is filling in the form, until `expires_at`. */
  hold_key: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
  expires_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
};

/** Where contacts work. */
export type Organisations = {
  id: string;
  workspace_id: string;
  external_id: string | null;
  name: string;
  /** Who is invited where nobody of them is named. */
  default_email: string | null;
  updated_at: Date;
  created_at: CreatedAt;
};

/** Somebody outside whom the workspace knows. */
export type Contacts = {
  id: string;
  workspace_id: string;
  organisation_id: string | null;
  external_id: string | null;
  name: string;
  email: string;
  time_zone: string | null;
  locale: string | null;
  updated_at: Date;
  created_at: CreatedAt;
};

/** A mailbox whose events are watched, because meetings of ours are in it. */
export type CalendarWatches = {
  id: string;
  workspace_id: string;
  tenant_id: string;
  organizer_id: string;
  access: MeetingAccess;
  tenant_connection_id: string | null;
  subscription_id: string | null;
  /** SHA-256 of the secret that every notification has to carry. */
  client_state: Buffer;
  subscribed_until: Date | null;
  /** When the subscription is made, renewed or looked at again. */
  subscription_due_at: Date;
  subscription_attempts: Generated<number>;
  subscription_problem_code: Generated<ProblemCode | null>;
  subscription_answer: JsonOrNull<ProviderAnswer>;
  /** Sealed; where the next reading of changes begins. */
  delta_link: Buffer | null;
  window_from: Date | null;
  window_to: Date | null;
  read_at: Date | null;
  /** When changes are looked for, told or not. */
  read_due_at: Date;
  attempts: Generated<number>;
  problem_code: ProblemCode | null;
  provider_answer: JsonOrNull<ProviderAnswer>;
  updated_at: Date;
  created_at: CreatedAt;
};

/** A link by mail with which a visitor sees their appointments; used once. */
export type VisitorLinks = {
  token_hash: Buffer;
  workspace_id: string;
  email: string;
  expires_at: Date;
  used_at: Date | null;
  created_at: CreatedAt;
};
export type VisitorSessions = {
  token_hash: Buffer;
  workspace_id: string;
  email: string;
  expires_at: Date;
  created_at: CreatedAt;
};

/** The Teams app package of a workspace. */
export type TeamsApps = {
  workspace_id: string;
  /** GUID of the app in Teams: the same for every version. */
  app_id: string;
  version: number;
  settings: Json<Record<string, string>>;
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

/** Our identity in one customer's Entra, beside the deployment's own from configuration. */
export type AppRegistrations = {
  id: string;
  workspace_id: string;
  name: string;
  /** Application (client) ID. */
  client_id: string;
  /** GUID of the single tenant; `common` or `organizations` serve delegated connections only. */
  tenant: string;
  cloud: Cloud;
  /** Delegated scopes, separated by spaces: what people are asked for. */
  scopes: string;
  redirect_uris: Json<string[]>;
  /** How certificates sign assertions. */
  assertion: 'PS256' | 'RS256';
  used_for_sign_in: boolean;
  updated_at: Date;
  created_at: CreatedAt;
};

/** A certificate or secret of a registration. Several may be good at a time, so that one can take over from another. */
export type AppCredentials = {
  id: string;
  workspace_id: string;
  registration_id: string;
  kind: 'certificate' | 'secret';
  name: string;
  /** The private key (PKCS#8 PEM) or the secret, sealed. It never leaves Parley. */
  sealed: Buffer;
  certificate_pem: string | null;
  /** Thumbprints in capital hexadecimal digits, as Entra shows them. */
  sha1: string | null;
  sha256: string | null;
  starts_at: Date | null;
  expires_at: Date | null;
  /** When Entra last took it, and last refused it. */
  worked_at: Date | null;
  refused_at: Date | null;
  refusal_code: ProblemCode | null;
  refusal_answer: JsonOrNull<ProviderAnswer>;
  created_at: CreatedAt;
};

/** Which warnings of a credential's expiry were given: 60, 30, 14, 7 and 1 days before, and 0 when it is over. */
export type CredentialWarnings = { credential_id: string; days: number; created_at: CreatedAt };

export type TenantStage = 'setup' | 'pilot' | 'live' | 'paused';
/** How Exchange limits the app's calendar permission. */
export type ExchangeScope = 'rbac' | 'access-policy' | 'none';
/** A person of ours is the person of the directory whose `remote` field has the value of our `local` field. */
export type IdentityRule = { local: string; remote: MatchField };
export type IdentityRules = { operator: IdentityRule; visitor: IdentityRule };

/** A whole tenant that an administrator authorized: Parley acts in it by itself, for the organizers that it allows. */
export type TenantConnections = {
  id: string;
  workspace_id: string;
  /** `null`: the deployment's own registration. */
  registration_id: string | null;
  tenant_id: string;
  tenant_name: string | null;
  tenant_domains: Json<string[]>;
  stage: TenantStage;
  features: Json<Feature[]>;
  /** `User.ReadBasic.All` instead of `User.Read.All`. */
  reduced: boolean;
  /** Name of the Teams application access policy, without `Tag:`. */
  policy_name: string;
  exchange_scope: ExchangeScope;
  /** Address or object id of the group whose members' mailboxes the app may use. */
  exchange_group: string | null;
  /** A mailbox outside that group, which must be refused. */
  outside_mailbox: string | null;
  identity_rules: Json<IdentityRules>;
  default_organizer_upn: string | null;
  default_organizer_id: string | null;
  /** Why the principal name has not become an organizer. */
  default_organizer_problem: ProblemCode | null;
  default_organizer_asked_at: Date | null;
  /** When an administrator came back from consent: a claim, until a token proved it. */
  consented_at: Date | null;
  /** When a token of this tenant was last obtained. */
  verified_at: Date | null;
  service_principal_id: string | null;
  /** Application permissions in the last token. */
  roles: Json<string[]>;
  /** Why no token can be had. */
  problem_code: ProblemCode | null;
  provider_answer: JsonOrNull<ProviderAnswer>;
  updated_at: Date;
  created_at: CreatedAt;
};

/** A link to admin consent that is out: `state` (hashed) and what it was made for. */
export type ConsentRequests = {
  state_hash: Buffer;
  workspace_id: string;
  tenant_connection_id: string;
  member_id: string | null;
  expires_at: Date;
  answered_at: Date | null;
  created_at: CreatedAt;
};

export type PolicyState = 'unknown' | 'granted' | 'denied' | 'propagating';
/** How an organizer was found: the rule, the value of ours, and when. */
export type IdentityMatch = IdentityRule & { value: string; at: string };

/** A user of the tenant who may own meetings, by object id. */
export type Organizers = {
  id: string;
  workspace_id: string;
  tenant_connection_id: string;
  object_id: string;
  user_principal_name: string | null;
  mail: string | null;
  display_name: string | null;
  /** The operator whose meetings they own. */
  member_id: string | null;
  match: JsonOrNull<IdentityMatch>;
  /** As the directory had it at `looked_up_at`; `null`: not known. */
  account_enabled: boolean | null;
  user_type: 'Member' | 'Guest' | null;
  teams_licensed: boolean | null;
  /** What the last look in the directory found wrong. */
  problem_code: ProblemCode | null;
  looked_up_at: Date | null;
  /** The second wall: Parley asks Microsoft nothing on behalf of an organizer who is not allowed. */
  allowed: boolean;
  pilot: boolean;
  policy_state: PolicyState;
  /** When somebody said that the policy was granted: from then on it propagates. */
  policy_granted_at: Date | null;
  policy_proven_at: Date | null;
  /** Name of the policy in force, as an administrator's list told it. */
  policy_in_force: string | null;
  probed_at: Date | null;
  /** When it is probed next; `null`: not. */
  probe_at: Date | null;
  probe_problem_code: ProblemCode | null;
  probe_answer: JsonOrNull<ProviderAnswer>;
  updated_at: Date;
  created_at: CreatedAt;
};

/** What the live check of a step of the setup guide last found. */
export type SetupSteps = {
  tenant_connection_id: string;
  step: string;
  state: 'done' | 'waiting' | 'failed' | 'not_needed';
  findings: Json<object[]>;
  /** A hash of what was looked at: once that is something else, the result says nothing any more. */
  checked_against: string;
  /** When it was first looked at like this: changes at Microsoft take their time from then on. */
  first_checked_at: Date;
  checked_at: Date;
};

/** Who signed which checklist off when a tenant went to its pilot, or live. */
export type SignOffs = {
  id: string;
  workspace_id: string;
  tenant_connection_id: string;
  stage: 'pilot' | 'live';
  member_id: string | null;
  signed_by: string;
  checklist: Json<object[]>;
  created_at: CreatedAt;
};

/** A mail that is to be sent, or was. One for each recipient and thing that it is about. */
export type Emails = {
  id: string;
  workspace_id: string | null;
  recipient: string;
  subject: string;
  text: string;
  html: string;
  about: string;
  /** Which of our letters it is. */
  template: ColumnType<string | null, string | null | undefined, never>;
  locale: Generated<string>;
  booking_id: ColumnType<string | null, string | null | undefined, never>;
  /** An iCalendar file that goes with it, and its METHOD (RFC 5546). */
  calendar: ColumnType<string | null, string | null | undefined, string | null>;
  calendar_method: ColumnType<CalendarMethod | null, CalendarMethod | null | undefined, never>;
  /** For `List-Unsubscribe` (RFC 8058). */
  unsubscribe_url: ColumnType<string | null, string | null | undefined, never>;
  /** Where answers go, unless the deployment names one address for all. */
  reply_to: ColumnType<string | null, string | null | undefined, never>;
  /** Of the booking as the letter has it: one about another time is not sent any more. */
  starts_at: ColumnType<Date | null, Date | null | undefined, never>;
  /** It says that the link to the meeting will follow. */
  link_follows: ColumnType<boolean, boolean | undefined, boolean>;
  /** The mail that somebody asked to have sent again. */
  resend_of: ColumnType<string | null, string | null | undefined, never>;
  /** How it was handed over, and why not in the way that was wanted first. */
  transport: ColumnType<'smtp' | 'graph' | null, never, 'smtp' | 'graph' | null>;
  transport_note: ColumnType<string | null, never, string | null>;
  /** `withdrawn`: what it says was not true any more before it was sent. */
  status: 'queued' | 'sent' | 'failed' | 'withdrawn';
  attempts: Generated<number>;
  problem: string | null;
  retry_at: Date | null;
  sent_at: Date | null;
  created_at: CreatedAt;
};

export type CalendarMethod = 'REQUEST' | 'CANCEL' | 'PUBLISH';

/** Addresses that want no reminders any more, in lower case. */
export type ReminderRefusals = { workspace_id: string; email: string; created_at: CreatedAt };

/** A workspace's own words for one mail in one language. */
export type EmailTemplates = {
  workspace_id: string;
  template: string;
  locale: string;
  subject: string;
  body: string;
  updated_at: Date;
};

/** Where a workspace wants to be told what happens. */
export type WebhookEndpoints = {
  id: string;
  workspace_id: string;
  url: string;
  description: string;
  /** Types of events, or groups of them such as `meeting.*`; `null`: all. */
  types: JsonOrNull<string[]>;
  signature: 'hmac' | 'ed25519';
  /** In which words it is told. */
  format: Generated<'standard' | 'nylas'>;
  /** Addresses that are written to when nothing arrives, beside those who administer the workspace. */
  also_warn: JsonWithDefault<string[]>;
  /** For receivers, where the signature has one. */
  public_key: string | null;
  /** Signing secrets, sealed; the previous one signs too until its time is over. */
  secret: Buffer;
  previous_secret: Buffer | null;
  previous_secret_until: Date | null;
  status: 'enabled' | 'disabled';
  /** Who or what disabled it: a person, the receiver's own word (410), or days without a success. */
  disabled_reason: 'person' | 'gone' | 'failing' | null;
  disabled_at: Date | null;
  /** While it is disabled for failing: when it is asked next whether it answers again, and how often it was asked. */
  probe_at: Date | null;
  probes: Generated<number>;
  /** Since when nothing has arrived any more. */
  failing_since: Date | null;
  /** When people were told of that. */
  warned_at: Date | null;
  /** Only what happened after this line of the outbox concerns it. */
  after_event_id: number;
  /** It has fallen behind: of what is after this line of the outbox, it gets step by step what it has not had. */
  catch_up_after: number | null;
  updated_at: Date;
  created_at: CreatedAt;
};

/** How far each reader of the outbox has come. */
export type OutboxCursors = { consumer: 'webhooks' | 'notices'; event_id: number };

/** One attempt of a delivery that is over. */
export type WebhookAttempt = { at: string; status: number | null; error: string | null; durationMs: number };

/** One message to one endpoint, until it arrived or its time was over. */
export type WebhookDeliveries = {
  id: string;
  workspace_id: string;
  endpoint_id: string;
  /** `webhook-id`: the same at every attempt. */
  message_id: string;
  event_id: number | null;
  /** When that happened of which it tells. */
  occurred_at: Date;
  type: string;
  payload: string;
  status: 'pending' | 'delivered' | 'failed';
  /** Attempts since it was made, or sent again on request. */
  attempts: Generated<number>;
  /** While it is pending. During an attempt: when somebody else may try, because nobody wrote down how it ended. */
  next_attempt_at: Date | null;
  /** The last answer, cut. */
  response_status: number | null;
  response_body: string | null;
  error: string | null;
  duration_ms: number | null;
  /** The latest attempts, oldest first. */
  history: ColumnType<WebhookAttempt[], string | undefined, string>;
  attempted_at: Date | null;
  delivered_at: Date | null;
  updated_at: Date;
  created_at: CreatedAt;
};

/** What is left of a meeting. */
export type ArtifactKind = 'recording' | 'transcript' | 'attendance';

/** `none`: looked for long enough. `refused`: Microsoft does not let us look, or read; `problem_code` says why. */
export type CaptureStatus = 'waiting' | 'ready' | 'none' | 'refused';

/** How far the search for one kind of artifact of one meeting is. Kinds that nobody has switched on have no row. */
export type ArtifactCaptures = {
  meeting_id: string;
  kind: ArtifactKind;
  workspace_id: string;
  status: Generated<CaptureStatus>;
  /** When it is looked at again; `null`: no more by itself. */
  due_at: Date | null;
  /** Looks in a row that failed. */
  attempts: Generated<number>;
  /** When Microsoft last gave a whole list. */
  checked_at: Generated<Date | null>;
  problem_code: Generated<ProblemCode | null>;
  problem_detail: Generated<string | null>;
  provider_answer: JsonOrNull<ProviderAnswer>;
  updated_at: Date;
  created_at: CreatedAt;
};

/** One recording, transcript or attendance report. Deleted ones stay as a name, so that they are not fetched again. */
export type Artifacts = {
  id: string;
  workspace_id: string;
  meeting_id: string;
  kind: ArtifactKind;
  /** Teams' own ids: of the meeting, of the artifact in it, of the call. */
  online_meeting_id: string;
  provider_id: string;
  call_id: string | null;
  /** The same for a transcript and its recording. */
  correlation_id: string | null;
  starts_at: Date;
  ends_at: Date | null;
  content_type: string;
  /** Size and SHA-256 of the content as Microsoft gave it; of a recording, once it is stored. */
  bytes: Generated<number | null>;
  sha256: Generated<Buffer | null>;
  /** Of a transcript: the whole document, sealed. */
  document: Generated<Buffer | null>;
  /** Of a transcript: whether it says who spoke. */
  attributed: Generated<boolean | null>;
  /** Of a transcript: BCP 47, where Microsoft tells. */
  language: Generated<string | null>;
  attendance: JsonOrNull<AttendanceRecord[]>;
  participants: Generated<number | null>;
  /** Of a recording: since when all of it is in the storage. */
  stored_at: Generated<Date | null>;
  /** When it is fetched (on); `null`: not wanted, done, or a person is needed. */
  store_due_at: Generated<Date | null>;
  store_attempts: Generated<number>;
  store_problem_code: Generated<ProblemCode | null>;
  store_answer: JsonOrNull<ProviderAnswer>;
  deleted_at: Generated<Date | null>;
  /** A member, an API key, or `retention`. */
  deleted_by: Generated<string | null>;
  /** When nothing of it was left in the storage. */
  content_removed_at: Generated<Date | null>;
  updated_at: Date;
  created_at: CreatedAt;
};

/** Somebody who was there; instants in ISO 8601. */
export type AttendanceRecord = {
  name: string | null;
  email: string | null;
  objectId: string | null;
  role: string | null;
  totalSeconds: number;
  intervals: { joinedAt: string; leftAt: string; seconds: number }[];
};

/** What was said, line by line, as it is searched. */
export type TranscriptLines = {
  artifact_id: string;
  position: number;
  workspace_id: string;
  /** From the beginning of the transcript; negative where talking began before the recording. */
  starts_ms: number;
  ends_ms: number;
  speaker: string | null;
  text: string;
  words: ColumnType<string, string, string>;
};

/** An organizer of whose recordings or transcripts Graph tells. */
export type ArtifactWatches = {
  id: string;
  workspace_id: string;
  tenant_id: string;
  organizer_id: string;
  access: MeetingAccess;
  tenant_connection_id: string | null;
  kind: 'recording' | 'transcript';
  subscription_id: string | null;
  /** SHA-256 of the secret that every notification has to carry. */
  client_state: Buffer;
  subscribed_until: Date | null;
  /** Of the certificate that notifications are encrypted for; `null`: they name what is there, and no more. */
  certificate_id: string | null;
  /** When the subscription is made, renewed or looked at again. */
  subscription_due_at: Date;
  subscription_attempts: Generated<number>;
  subscription_problem_code: Generated<ProblemCode | null>;
  subscription_answer: JsonOrNull<ProviderAnswer>;
  updated_at: Date;
  created_at: CreatedAt;
};

/** Who did or saw what. Never changed: each entry holds the hash of the one before it. */
export type AuditEntries = {
  workspace_id: string;
  /** 1, 2, 3 … within the workspace, without a gap. */
  position: number;
  at: Date;
  actor_kind: 'member' | 'key' | 'visitor' | 'parley';
  /** Id of a member or key; a visitor's address. */
  actor: string;
  action: string;
  subject_id: string | null;
  details: Json<Record<string, unknown>>;
  previous_hash: Buffer;
  hash: Buffer;
};

/** What an import from another product made or changed here, by its id there, such as `calcom:booking:…`. */
export type ImportedThings = {
  workspace_id: string;
  source_id: string;
  kind: 'event_type' | 'schedule' | 'booking';
  /** An event type, a booking, or the member whose schedule it is. */
  target_id: string;
  /** Its fields as they were taken over last: what differs from them here was edited here. */
  base: Json<Record<string, unknown>>;
  updated_at: Date;
  created_at: CreatedAt;
};

/** What an application asks of somebody: to connect an account, with what is to become of the answer. */
export type ConnectLinks = {
  id: string;
  workspace_id: string;
  /** Of the secret in the address that is handed out; `null` where the browser came by itself. */
  token_hash: Buffer | null;
  /** The app registration that is signed in to; `null`: the deployment's own. */
  registration_id: string | null;
  scopes: string;
  /** Where the person is sent afterwards; `null`: a page of Parley says that they are done. */
  return_uri: string | null;
  /** Given back to the application as it came. */
  return_state: string | null;
  login_hint: string | null;
  external_id: string | null;
  metadata: JsonWithDefault<Record<string, unknown>>;
  /** The connection that is to be renewed, and no other. */
  connection_id: string | null;
  /** In whose words the application is answered: Parley's, or Nylas' of two generations; `code` is one to be redeemed. */
  answer: 'connection' | 'grant' | 'code';
  /** Of the code: PKCE (RFC 7636), and whether there is to be a refresh token. */
  code_challenge: string | null;
  offline: ColumnType<boolean, boolean | undefined, boolean>;
  expires_at: Date;
  /** When and by which browser (a hash of its cookie) it was opened: no other one can open it then. */
  opened_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  opened_by: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
  finished_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  created_at: CreatedAt;
};

/** A secret (hashed) with which a program acts through one connection, or gets such a secret (`code`, `refresh`). */
export type ConnectionTokens = {
  token_hash: Buffer;
  workspace_id: string;
  connection_id: string;
  kind: 'code' | 'access' | 'refresh';
  return_uri: string | null;
  code_challenge: string | null;
  offline: Generated<boolean>;
  /** The hash of the first of those that came from one another: when one is misused, all of them end. */
  lineage: Buffer;
  /** `null`: until it is revoked. */
  expires_at: Date | null;
  used_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  created_at: CreatedAt;
};

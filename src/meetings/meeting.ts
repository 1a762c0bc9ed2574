import { isDeepStrictEqual } from 'node:util';
import type { Selectable } from 'kysely';
import type { Attendee, ExternalConference, KindOfMeeting, Meetings, SyncedMeeting } from '../database/schema.ts';
import type { MeetingOptions } from '../microsoft/meeting-options.ts';
import type { Home } from '../organizers/home.ts';
import type { Mailbox } from '../organizers/mailbox.ts';
import { needsReconnect, Problem, problemCodes, type ProblemCode } from '../problem.ts';

export type MeetingRow = Selectable<Meetings>;

/** What somebody wants a meeting to be. */
export type WantedMeeting = {
  /** Changes and cancellations go there, whatever the workspace's default is by then. */
  home: Home;
  kind: KindOfMeeting;
  /** Of external meetings only. */
  conference?: ExternalConference | null | undefined;
  /** What is left out, or `null` as a whole, stays as the organizer's policy has it. */
  options: MeetingOptions | null;
  externalId?: string | undefined;
  /** The application's own notes. */
  metadata?: Record<string, string> | undefined;
  subject: string;
  /** HTML of the invitation; {@link manageUrlPlaceholder} in it becomes the visitor's own link when it is sent. */
  bodyHtml: string;
  start: Date;
  end: Date;
  /** IANA name of the zone in which a person chose the time. */
  timeZone: string;
  attendees: Attendee[];
};

/** Stands in stored invitations for the visitor's link, which is a secret and therefore never stored. */
export const manageUrlPlaceholder = '%MANAGE_URL%';

/** The row of a meeting that somebody wants and nobody has tried to make yet. */
export function newMeeting(
  wanted: WantedMeeting,
  { id, bookingId, now }: { id: string; bookingId: string | undefined; now: Date },
): MeetingRow {
  const { home, options } = wanted;
  const wantsOptions = hasOptions(options);
  return {
    ...notTried,
    id,
    workspace_id: home.mailbox.workspaceId,
    external_id: wanted.externalId ?? null,
    booking_id: bookingId ?? null,
    connection_id: home.connectionId,
    tenant_connection_id: home.mailbox.tenantConnectionId,
    tenant_id: home.mailbox.tenantId,
    organizer_id: home.mailbox.organizerId,
    access: home.mailbox.access,
    kind: wanted.kind,
    external_conference: wanted.conference ?? null,
    metadata: wanted.metadata ?? {},
    subject: wanted.subject,
    body_html: wanted.bodyHtml,
    starts_at: wanted.start,
    ends_at: wanted.end,
    time_zone: wanted.timeZone,
    attendees: wanted.attendees,
    options: wantsOptions ? options : null,
    options_due: wantsOptions,
    updated_at: now,
    created_at: now,
  };
}

/** Options of which none is given are the same as no options. */
export function hasOptions(options: MeetingOptions | null): boolean {
  return options !== null && Object.keys(options).length > 0;
}

/** As the table's defaults have it. */
const notTried = {
  wanted: 'scheduled',
  cancel_comment: null,
  revision: 1,
  synced_revision: 0,
  ready_revision: 0,
  cancel_revision: null,
  revised_at: null,
  status: 'pending',
  epoch: 1,
  synced: null,
  create_started_at: null,
  provider_event_id: null,
  ical_uid: null,
  web_link: null,
  join_url: null,
  problem_code: null,
  problem_detail: null,
  provider_answer: null,
  attempts: 0,
  retry_at: null,
  synced_at: null,
  online_meeting_id: null,
  options_attempts: 0,
  options_retry_at: null,
  options_refused: null,
  options_problem_code: null,
  options_answer: null,
  options_applied_at: null,
  outlook_change: null,
} as const;

/** Why a meeting is not moved or cancelled by itself: its booking holds the time. */
export function heldByBooking(bookingId: string): Problem {
  return new Problem('meeting_has_booking', { detail: `Use /v1/bookings/${bookingId} instead.` });
}

/** The mailbox that a meeting lives in. */
export function mailboxOf(row: MeetingRow): Mailbox {
  const { workspace_id: workspaceId, tenant_id: tenantId, organizer_id: organizerId, access } = row;
  return { workspaceId, tenantId, organizerId, access, tenantConnectionId: row.tenant_connection_id };
}

/** One line that jobs of the same mailbox share, so that Outlook's limit per mailbox is kept. */
export function mailboxGroup(row: { tenant_id: string; organizer_id: string }): string {
  return `${row.tenant_id}/${row.organizer_id}`;
}

export function isInSync(row: Pick<MeetingRow, 'revision' | 'synced_revision'>): boolean {
  return row.revision === row.synced_revision;
}

/** Nothing more will happen by itself soon: Microsoft matches, or a person is needed. */
export function isSettled(row: Pick<MeetingRow, 'revision' | 'synced_revision' | 'status'>): boolean {
  return isInSync(row) || row.status === 'failed';
}

/** Where people join: what Teams gave, or what was given for a conference that somebody else runs. */
export function joinUrlOf(row: Pick<MeetingRow, 'kind' | 'join_url' | 'external_conference'>): string | null {
  return row.kind === 'external' ? (row.external_conference?.url ?? null) : row.join_url;
}

/** Whether everything that makes it a meeting is there: its link from Teams, or the event of one that has none. */
export function isMade(row: Pick<MeetingRow, 'kind' | 'join_url' | 'provider_event_id'>): boolean {
  return row.kind === 'external' ? row.provider_event_id !== null : row.join_url !== null;
}

/** The same, whatever the order of the fields, and whether what is not there is left out or `undefined`. */
export function isSame(one: unknown, other: unknown): boolean {
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
  return isDeepStrictEqual(plain(one), plain(other));
}

/** Somebody removed its event in Outlook, and nobody has decided yet what holds. */
export function isRemoved({ status, outlook_change: change }: Pick<MeetingRow, 'status' | 'outlook_change'>): boolean {
  return status === 'out_of_sync' && change !== null && change.kind !== 'changed';
}

/** What the event at Microsoft shows, as far as it can be compared with what is wanted. */
export type ObservedMeeting = { subject: string; start: Date; end: Date; attendees: string[] };

export type MeetingPatch = {
  subject?: string;
  start?: Date;
  end?: Date;
  timeZone?: string;
  attendees?: Attendee[];
  /** `null`: the event is to tell of none any more. */
  conference?: ExternalConference | null;
};

/**
 * What must be sent so that the event matches: fields that were changed in Parley since the last sync and that the event
 * does not show yet. What somebody changed in Outlook alone is left as it is. `undefined`: nothing.
 */
export function patchFor(row: MeetingRow, observed: ObservedMeeting): MeetingPatch | undefined {
  const wanted = snapshot(row);
  const now = { ...observed, start: observed.start.toISOString(), end: observed.end.toISOString() };
  const before = row.synced;
  const patch: MeetingPatch = {};
  if (wanted.subject !== now.subject && wanted.subject !== before?.subject) patch.subject = row.subject;
  const moved = wanted.start !== now.start || wanted.end !== now.end;
  if (moved && (wanted.start !== before?.start || wanted.end !== before?.end)) {
    Object.assign(patch, { start: row.starts_at, end: row.ends_at, timeZone: row.time_zone });
  }
  const attendees = attendeesFor(row, wanted.attendees, now.attendees);
  if (attendees) patch.attendees = attendees;
  if (!isSame(wanted.conference, before?.conference)) patch.conference = row.external_conference;
  return Object.keys(patch).length > 0 ? patch : undefined;
}

/** Adds whom Parley wants, drops only whom Parley had added, and keeps everybody else who is on the event. */
function attendeesFor(row: MeetingRow, wanted: string[], observed: string[]): Attendee[] | undefined {
  const present = new Set(observed.map((email) => email.toLowerCase()));
  const dropped = new Set((row.synced?.attendees ?? []).filter((email) => !wanted.includes(email)));
  const kept = [...present].filter((email) => !dropped.has(email) && !wanted.includes(email));
  const same = wanted.every((email) => present.has(email)) && kept.length + wanted.length === present.size;
  return same ? undefined : [...row.attendees, ...kept.map((email) => ({ email, name: null }))];
}

/** What {@link patchFor} compares with the next time. */
export function snapshot(row: MeetingRow): SyncedMeeting {
  return {
    subject: row.subject,
    start: row.starts_at.toISOString(),
    end: row.ends_at.toISOString(),
    attendees: row.attendees.map((attendee) => attendee.email.toLowerCase()),
    ...(row.kind === 'external' && { conference: row.external_conference }),
  };
}

/** Stands for what nobody knows: no wanted value equals it, so that it is sent unless the event shows it. */
const unknown = '' as const;

/**
 * What remains known from the moment a change is sent until its answer was read: the answer may be lost, and the event
 * may or may not have the new values then. Whoever Parley may have invited stays on the list, to be uninvited by it.
 */
export function whileSending(row: MeetingRow, sent: MeetingPatch): SyncedMeeting {
  const before: SyncedMeeting = row.synced ?? { subject: unknown, start: unknown, end: unknown, attendees: [] };
  return {
    subject: sent.subject === undefined ? before.subject : unknown,
    start: sent.start === undefined ? before.start : unknown,
    end: sent.end === undefined ? before.end : unknown,
    attendees: [...new Set([...before.attendees, ...(sent.attendees ? snapshot(row).attendees : [])])],
    conference: sent.conference === undefined ? before.conference : unknown,
  };
}

/**
 * What is known after two syncs at once: the `current` row as one of them left it, and the row that the other had read.
 * A field that neither of them had to send is as it was, and keeps what somebody edited in Outlook.
 */
export function afterBoth(current: MeetingRow, other: MeetingRow): SyncedMeeting {
  const [left, sent] = [current.synced, snapshot(other)];
  const known = (field: 'subject' | 'start' | 'end') =>
    left?.[field] === sent[field] && other.synced?.[field] === sent[field] ? sent[field] : unknown;
  return {
    subject: known('subject'),
    start: known('start'),
    end: known('end'),
    attendees: [...new Set([...(left?.attendees ?? []), ...sent.attendees])],
    ...(sent.conference !== undefined && {
      conference: [left, other.synced].every((one) => isSame(one?.conference, sent.conference))
        ? sent.conference
        : unknown,
    }),
  };
}

/** Everything that is sent when an event is made. */
export function wholeMeeting(row: MeetingRow): MeetingPatch {
  const { subject, starts_at: start, ends_at: end, time_zone: timeZone, attendees } = row;
  const conference = row.kind === 'external' && { conference: row.external_conference };
  return { subject, start, end, timeZone, attendees, ...conference };
}

/** Problems that connecting again can put right. */
export const waitingForConnection: ProblemCode[] = ['not_connected', ...problemCodes.filter(needsReconnect)];

/** Problems that an administrator can put right for a whole tenant, after which its meetings are taken up again. */
export const waitingForTenant: ProblemCode[] = [
  'organizer_not_allowed',
  'tenant_not_live',
  'not_connected',
  'application_access_policy_missing',
  'policy_propagating',
  'exchange_scope_denied',
  'access_denied_by_exchange',
  'missing_permission',
  'meeting_lookup_denied',
  'organizer_not_licensed',
  'organizer_disabled',
  'app_not_found',
  'app_disabled',
  'app_blocked_by_policy',
  'app_secret_wrong',
  'app_secret_expired',
  'app_credential_missing',
  'app_credential_refused',
  'app_certificate_unknown',
  'certificate_unreadable',
  'admin_consent_missing',
];

/** What the event at Microsoft is found by again: one value for each event that this meeting ever had. */
export function eventReference(row: Pick<MeetingRow, 'id' | 'epoch'>): string {
  return row.epoch === 1 ? row.id : `${row.id}-${row.epoch}`;
}

const seconds = 1000;
const minutes = 60 * seconds;

/** How long to wait before the join URL is looked for again: it mostly appears within seconds. */
export function provisioningDelayMs(attempts: number): number {
  return ([1, 2, 5, 10, 20, 30][attempts] ?? 300) * seconds;
}

/**
 * How long to wait after a passing failure: as long as Microsoft asks, but never less than a second; else doubling from
 * 2 s to 10 min, give or take a quarter (`random` in 0…1).
 */
export function retryDelayMs(asked: number | undefined, attempts: number, random: number): number {
  if (asked !== undefined) return Math.max(asked, seconds);
  return Math.min(2 * seconds * 2 ** attempts, 10 * minutes) * (0.75 + random / 2);
}

const createSettlesMs = 2 * minutes;

/**
 * Why a cancellation is not to be believed yet: a create whose answer was lost may still arrive for two minutes, and
 * would leave something behind.
 */
export function createOnItsWay({ create_started_at: startedAt }: MeetingRow, now: Date): Problem | undefined {
  const leftMs = startedAt ? startedAt.getTime() + createSettlesMs - now.getTime() : 0;
  return leftMs > 0 ? new Problem('create_unresolved', { retryAfterMs: leftMs }) : undefined;
}

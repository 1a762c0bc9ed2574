import type { Kysely } from 'kysely';
import { getMember } from '../access/service.ts';
import type { ConnectionRow } from '../connections/connection.ts';
import { canHoldMeetings, findConnection } from '../connections/service.ts';
import type { Attendee, Database, IdentityRule } from '../database/schema.ts';
import { homeOfConnection, homeOfOrganizer, type Home } from '../organizers/home.ts';
import {
  findDefaultOrganizerOfWorkspace,
  findOrganizerOfMember,
  refusalOf,
  type OrganizerOfTenant,
} from '../organizers/service.ts';
import { Problem } from '../problem.ts';
import { featureOf, usesCalendars } from '../tenants/tenant.ts';
import type { BusyCalendar } from './free-busy.ts';
import type { EventTypeRow } from './service.ts';

type Read = { db: Kysely<Database> };

/** An event type that takes bookings: in whose mailbox its meetings are made, and whose busy times count. */
export type OpenEventType = {
  eventType: EventTypeRow;
  home: Home;
  /** `undefined`: no calendar of the host may be read, so only bookings made here stand in the way. */
  calendar: BusyCalendar | undefined;
  hostName: string;
  /** How the tenant finds a visitor in its directory; `undefined` where nobody's directory is asked. */
  visitorRule: IdentityRule | undefined;
  /** Who is invited beside the visitor: the host, where somebody else organizes. */
  alsoInvited: Attendee[];
};

const connectionColumns = [
  'id',
  'status',
  'tenant_id',
  'object_id',
  'account_email',
  'account_name',
  'granted_scopes',
  'token_version',
] as const;
type HostConnection = Pick<ConnectionRow, (typeof connectionColumns)[number]>;

/**
 * An event type with what its bookings need, in one look where the host has connected. Throws `not_found`, and
 * `booking_not_open` (with the reason) unless it is active and its meetings can be made.
 */
export async function getOpenEventType({ db }: Read, workspaceId: string, id: string): Promise<OpenEventType> {
  const row = await db
    .selectFrom('event_types')
    .leftJoin('connections', (join) =>
      join.onRef('connections.member_id', '=', 'event_types.host_id').on('connections.provider', '=', 'teams'),
    )
    .selectAll('event_types')
    .select(connectionColumns.map((column) => `connections.${column} as connection.${column}` as const))
    .where('event_types.id', '=', id)
    .where('event_types.workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
  if (!row.active) throw notOpen(switchedOff);
  return openWith({ db }, row, connectionOf(row));
}

/** Whether visitors can book it now. */
export async function isOpen(deps: Read, eventType: EventTypeRow): Promise<boolean> {
  return (await whyClosed(deps, eventType)) === undefined;
}

/** Why visitors cannot book it now, as a sentence; `undefined` when they can. */
export async function whyClosed(deps: Read, eventType: EventTypeRow): Promise<string | undefined> {
  if (!eventType.active) return switchedOff;
  const connection = await findConnection(deps, { workspaceId: eventType.workspace_id, memberId: eventType.host_id });
  try {
    await openWith(deps, eventType, connection);
    return undefined;
  } catch (error) {
    if (error instanceof Problem && error.code === 'booking_not_open') return error.detail ?? error.message;
    throw error;
  }
}

const switchedOff = 'This event type is switched off.';

/** Who owns the meetings of an event type: the host, by their own connection or else as organizer of a tenant; or the default organizer. */
async function openWith(
  deps: Read,
  eventType: EventTypeRow,
  connection: HostConnection | undefined,
): Promise<OpenEventType> {
  const own = connection && canHoldMeetings(connection, eventType.meeting_kind) ? connection : undefined;
  if (own && eventType.organizer_rule === 'operator') return openWithConnection(eventType, own);
  const { workspace_id: workspaceId, host_id: memberId } = eventType;
  const host = await findOrganizerOfMember(deps, { workspaceId, memberId });
  if (eventType.organizer_rule === 'operator') {
    if (!host) throw notConnected(connection);
    return openWithTenant(eventType, requireReady(host, eventType), host);
  }
  const owner = await findDefaultOrganizerOfWorkspace(deps, workspaceId);
  if (!owner) throw notOpen('There is no default organizer.');
  const { name, email } = await getMember(deps, workspaceId, memberId);
  const open = openWithTenant(eventType, requireReady(owner, eventType), host);
  const calendar = own ? calendarOfConnection(eventType, own) : open.calendar;
  return { ...open, calendar, hostName: name, alsoInvited: [asAttendee(eventType, owner, host, { email, name })] };
}

/** The operator of a meeting that somebody else owns; one of the same tenant may run a standalone meeting with them. */
function asAttendee(
  { meeting_kind: kind }: EventTypeRow,
  owner: OrganizerOfTenant,
  host: OrganizerOfTenant | undefined,
  { email, name }: { email: string; name: string },
): Attendee {
  if (!host) return { email, name };
  const { user_principal_name: upn, mail } = host.organizer;
  const shares = kind === 'standalone' && host.tenant.tenant_id === owner.tenant.tenant_id;
  return shares ? { email: upn ?? email, name, role: 'coorganizer' } : { email: mail ?? email, name };
}

function openWithConnection(eventType: EventTypeRow, connection: HostConnection): OpenEventType {
  return {
    eventType,
    home: homeOfConnection(eventType.workspace_id, connection),
    calendar: calendarOfConnection(eventType, connection),
    hostName: connection.account_name ?? connection.account_email ?? 'your host',
    visitorRule: undefined,
    alsoInvited: [],
  };
}

function openWithTenant(
  eventType: EventTypeRow,
  owner: OrganizerOfTenant,
  host: OrganizerOfTenant | undefined,
): OpenEventType {
  const { organizer } = owner;
  return {
    eventType,
    home: homeOfOrganizer(owner),
    calendar: host && calendarOfOrganizer(host),
    hostName: organizer.display_name ?? organizer.mail ?? 'your host',
    visitorRule: owner.tenant.identity_rules.visitor,
    alsoInvited: [],
  };
}

function calendarOfConnection(eventType: EventTypeRow, connection: HostConnection): BusyCalendar {
  const { mailbox } = homeOfConnection(eventType.workspace_id, connection);
  return { mailbox, version: `${connection.id}/${connection.token_version}` };
}

/** Seeds 001 and 004 give no permission for calendars at all: then nobody's busy times can be known. */
function calendarOfOrganizer(host: OrganizerOfTenant): BusyCalendar | undefined {
  if (!usesCalendars(host.tenant)) return undefined;
  return { mailbox: homeOfOrganizer(host).mailbox, version: host.tenant.id };
}

/** Throws `booking_not_open`, with why no meeting of this event type can be made for an organizer. */
function requireReady(found: OrganizerOfTenant, { meeting_kind: kind }: EventTypeRow): OrganizerOfTenant {
  const refusal = refusalOf(found);
  if (refusal) throw notOpen(refusal.detail ?? refusal.message, refusal);
  if (!found.tenant.features.includes(featureOf(kind))) {
    throw notOpen(
      kind === 'standalone'
        ? 'Meetings outside the calendar are not switched on for the tenant.'
        : 'Meetings in calendars are not switched on for the tenant.',
    );
  }
  return found;
}

function notConnected(connection: HostConnection | undefined): Problem {
  return notOpen(
    connection
      ? 'The Microsoft connection of its host cannot hold meetings now.'
      : 'Its host has not connected Microsoft Teams, and is no organizer of a connected tenant.',
  );
}

function notOpen(detail: string, cause?: Problem): Problem {
  return new Problem('booking_not_open', { detail, cause });
}

function connectionOf(row: Record<string, unknown>): HostConnection | undefined {
  if (row['connection.id'] === null) return undefined;
  return Object.fromEntries(connectionColumns.map((column) => [column, row[`connection.${column}`]])) as HostConnection;
}

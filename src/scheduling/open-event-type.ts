import type { Kysely } from 'kysely';
import type { Attendee, Database } from '../database/schema.ts';
import {
  findDefaultOrganizerOfWorkspace,
  findOrganizersOfMembers,
  refusalOf,
  type OrganizerOfTenant,
} from '../organizers/service.ts';
import { homeOfConnection, homeOfOrganizer } from '../organizers/home.ts';
import { Problem } from '../problem.ts';
import { featureOf } from '../tenants/tenant.ts';
import type { EventTypeRow } from './event-types.ts';
import { calendarOfConnection, calendarOfOrganizer } from './busy-calendars.ts';
import type { OpenEventType, OpenHost } from './offer.ts';
import { readEventTypeWithOperators, readOperators, type OperatorOfEventType } from './operators.ts';

type Read = { db: Kysely<Database> };

/** Somebody who takes the bookings of an event type: with what it takes to, or why they cannot now, as a sentence. */
export type OperatorState =
  | { memberId: string; name: string; closedReason: undefined; host: OpenHost; tenant: OrganizerOfTenant | undefined }
  | { memberId: string; name: string; closedReason: string; cause: Problem };

/**
 * An event type with what its bookings need, in one look where its operators have connected. Throws `not_found`, and
 * `booking_not_open` (with the reason) unless it is active and somebody can take its bookings; all of them, where all
 * of them meet the visitor.
 */
export async function getOpenEventType({ db }: Read, workspaceId: string, id: string): Promise<OpenEventType> {
  const { eventType, operators } = await readEventTypeWithOperators({ db }, workspaceId, id);
  if (!eventType.active) throw notOpen(switchedOff);
  const states = await statesOf({ db }, eventType, operators);
  const closed = causeOfClosing(eventType, states);
  if (closed) throw closed;
  return openWith(eventType, states);
}

/** Everybody who takes the bookings of an event type, in order, and whether they can now. */
export async function listOperatorStates({ db }: Read, eventType: EventTypeRow): Promise<OperatorState[]> {
  return statesOf({ db }, eventType, await readOperators({ db }, eventType.id));
}

/** What can be said of those operators of an event type who can take bookings, open or not. */
export function openWith(eventType: EventTypeRow, states: readonly OperatorState[]): OpenEventType {
  const ready = states.filter((state) => state.closedReason === undefined);
  const tenant = ready.find((state) => state.tenant)?.tenant?.tenant;
  return {
    eventType,
    operatorIds: states.map(({ memberId }) => memberId),
    hosts: ready.map(({ host }) => host),
    visitorRule: tenant?.identity_rules.visitor,
  };
}

/** Whether visitors can book it now. */
export async function isOpen(deps: Read, eventType: EventTypeRow): Promise<boolean> {
  return (await whyClosed(deps, eventType)) === undefined;
}

/** Why visitors cannot book it now, as a sentence; `undefined` when they can. */
export async function whyClosed(deps: Read, eventType: EventTypeRow): Promise<string | undefined> {
  if (!eventType.active) return switchedOff;
  const closed = causeOfClosing(eventType, await listOperatorStates(deps, eventType));
  return closed && (closed.detail ?? closed.message);
}

const switchedOff = 'This event type is switched off.';

function causeOfClosing({ assignment }: EventTypeRow, states: readonly OperatorState[]): Problem | undefined {
  const closed = states.filter((state) => state.closedReason !== undefined);
  const [first] = closed;
  if (states.length === 0) return notOpen('Nobody takes its bookings.');
  if (!first || (assignment !== 'collective' && closed.length < states.length)) return undefined;
  if (states.length === 1) return first.cause;
  if (assignment === 'collective')
    return notOpen(`Everybody meets the visitor, but ${first.name} cannot: ${first.closedReason}`, first.cause);
  const reasons = closed.map(({ name, closedReason }) => `${name}: ${closedReason}`);
  return notOpen(`None of its operators can take bookings now. ${reasons.join(' ')}`);
}

/** Who owns the meetings: each operator, by their own connection or else as organizer of a tenant; or the default organizer. */
async function statesOf(
  { db }: Read,
  eventType: EventTypeRow,
  operators: readonly OperatorOfEventType[],
): Promise<OperatorState[]> {
  const { workspace_id: workspaceId, organizer_rule: rule } = eventType;
  const asked = rule === 'operator' ? operators.filter(({ connection }) => !connection?.canMeet) : operators;
  const memberIds = asked.map(({ memberId }) => memberId);
  const owner = rule === 'operator' ? undefined : await findDefaultOrganizerOfWorkspace({ db }, workspaceId);
  const organizers = await findOrganizersOfMembers({ db }, { workspaceId, memberIds });
  return operators.map((operator) => {
    const organizer = organizers.get(operator.memberId);
    const { memberId, memberName: name } = operator;
    try {
      const tenant = rule === 'operator' ? organizer : owner;
      const host =
        rule === 'operator'
          ? asOwner(eventType, operator, organizer)
          : asGuest(eventType, operator, { owner, organizer });
      return {
        memberId,
        name,
        closedReason: undefined,
        host: { ...host, spaced: operator.spaced, schedule: operator.schedule },
        tenant,
      };
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'booking_not_open') throw error;
      return { memberId, name, closedReason: error.detail ?? error.message, cause: error };
    }
  });
}

/** An operator in whose own mailbox the meetings are. */
function asOwner(
  eventType: EventTypeRow,
  { memberId, memberName, memberEmail, connection }: OperatorOfEventType,
  organizer: OrganizerOfTenant | undefined,
): OpenHost {
  if (connection?.canMeet)
    return {
      memberId,
      name: connection.account_name ?? connection.account_email ?? memberName,
      email: connection.account_email ?? memberEmail,
      home: homeOfConnection(eventType.workspace_id, connection),
      calendar: calendarOfConnection(eventType.workspace_id, connection),
      alsoInvited: [],
    };
  if (!organizer) throw notConnected(connection);
  const { display_name, mail } = requireReady(organizer, eventType).organizer;
  return {
    memberId,
    name: display_name ?? mail ?? memberName,
    email: mail ?? memberEmail,
    home: homeOfOrganizer(organizer),
    calendar: calendarOfOrganizer(organizer),
    alsoInvited: [],
  };
}

/** An operator whose meetings are the default organizer’s. */
function asGuest(
  eventType: EventTypeRow,
  { memberId, memberName: name, memberEmail: email, connection }: OperatorOfEventType,
  { owner, organizer }: { owner: OrganizerOfTenant | undefined; organizer: OrganizerOfTenant | undefined },
): OpenHost {
  if (!owner) throw notOpen('There is no default organizer.');
  const invited = asAttendee(eventType, requireReady(owner, eventType), organizer, { email, name });
  return {
    memberId,
    name,
    email: organizer?.organizer.mail ?? email,
    home: homeOfOrganizer(owner),
    calendar: connection?.canMeet
      ? calendarOfConnection(eventType.workspace_id, connection)
      : organizer && calendarOfOrganizer(organizer),
    alsoInvited: [invited],
  };
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

function notConnected(connection: OperatorOfEventType['connection']): Problem {
  return notOpen(
    connection
      ? 'The Microsoft connection of its host cannot hold meetings now.'
      : 'Its host has not connected Microsoft Teams, and is no organizer of a connected tenant.',
  );
}

function notOpen(detail: string, cause?: Problem): Problem {
  return new Problem('booking_not_open', { detail, cause });
}

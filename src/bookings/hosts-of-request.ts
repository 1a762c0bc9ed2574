import type { Kysely } from 'kysely';
import { getMember } from '../access/service.ts';
import { findConnection } from '../connections/service.ts';
import type { Database } from '../database/schema.ts';
import { homeOfConnection, homeOfOrganizer, type Home } from '../organizers/home.ts';
import { findDefaultOrganizerOfWorkspace, findOrganizerOfMember } from '../organizers/service.ts';
import { Problem } from '../problem.ts';
import type { OpenEventType, OpenHost } from '../scheduling/offer.ts';
import { getOpenEventType } from '../scheduling/open-event-type.ts';
import { getEventType, type EventTypeRow } from '../scheduling/service.ts';
import type { BookingRow } from './booking.ts';

type Read = { db: Kysely<Database> };

/**
 * Those who meet the visitor of a request, the leader first, with the mailbox of the meeting. Also where they cannot take
 * new bookings at the moment: an approval does not fail because somebody has to connect again, its meeting waits.
 */
export async function hostsOfRequest(
  { db }: Read,
  booking: BookingRow,
): Promise<{ open: OpenEventType; hosts: OpenHost[] }> {
  const open = await openOrClosed({ db }, booking);
  const hosts: OpenHost[] = [];
  for (const memberId of await reservedHosts({ db }, booking)) {
    const ready = open.hosts.find((host) => host.memberId === memberId);
    hosts.push(ready ?? (await waitingHost({ db }, open.eventType, memberId)));
  }
  return { open, hosts };
}

/** The event type of a request; one that takes no bookings now has nobody who could. */
export async function openOrClosed({ db }: Read, booking: BookingRow): Promise<OpenEventType> {
  const { workspace_id: workspaceId, event_type_id: id } = booking;
  try {
    return await getOpenEventType({ db }, workspaceId, id);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'booking_not_open') throw error;
    const eventType = await getEventType({ db }, workspaceId, id);
    return { eventType, operatorIds: [], hosts: [], visitorRule: undefined };
  }
}

async function reservedHosts({ db }: Read, { id, host_id }: BookingRow): Promise<string[]> {
  const rows = await db.selectFrom('reservations').select('host_id').where('booking_id', '=', id).execute();
  return [...new Set([host_id, ...rows.map((row) => row.host_id)])];
}

async function waitingHost({ db }: Read, eventType: EventTypeRow, memberId: string): Promise<OpenHost> {
  const { name, email } = await getMember({ db }, eventType.workspace_id, memberId);
  const home = await homeOf({ db }, eventType, memberId);
  if (!home)
    throw new Problem('booking_not_open', { detail: `${name} is not connected with Microsoft Teams in any way.` });
  const alsoInvited = eventType.organizer_rule === 'default_organizer' ? [{ email, name }] : [];
  return { memberId, name, email, home, calendar: undefined, alsoInvited };
}

async function homeOf({ db }: Read, eventType: EventTypeRow, memberId: string): Promise<Home | undefined> {
  const { workspace_id: workspaceId, organizer_rule: rule } = eventType;
  if (rule === 'default_organizer') {
    const owner = await findDefaultOrganizerOfWorkspace({ db }, workspaceId);
    return owner && homeOfOrganizer(owner);
  }
  const connection = await findConnection({ db }, { workspaceId, memberId });
  if (connection) return homeOfConnection(workspaceId, connection);
  const organizer = await findOrganizerOfMember({ db }, { workspaceId, memberId });
  return organizer && homeOfOrganizer(organizer);
}

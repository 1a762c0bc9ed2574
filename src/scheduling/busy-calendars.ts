import type { ConnectionRow } from '../connections/connection.ts';
import { homeOfConnection, homeOfOrganizer } from '../organizers/home.ts';
import type { OrganizerOfTenant } from '../organizers/service.ts';
import { usesCalendars } from '../tenants/tenant.ts';
import type { BusyCalendar } from './free-busy.ts';

/** The calendar of somebody who has connected it themselves. */
export function calendarOfConnection(
  workspaceId: string,
  connection: Pick<ConnectionRow, 'id' | 'tenant_id' | 'object_id' | 'token_version'>,
): BusyCalendar {
  const { mailbox } = homeOfConnection(workspaceId, connection);
  return { mailbox, version: `${connection.id}/${connection.token_version}` };
}

/** Seeds 001 and 004 give no permission for calendars at all: then nobody's busy times can be known. */
export function calendarOfOrganizer(host: OrganizerOfTenant): BusyCalendar | undefined {
  if (!usesCalendars(host.tenant)) return undefined;
  const { mail, user_principal_name: upn } = host.organizer;
  return { mailbox: homeOfOrganizer(host).mailbox, version: host.tenant.id, address: mail ?? upn ?? undefined };
}

import { useQueries, useQuery } from '@tanstack/react-query';
import { tenantHostsQuery, type Organizer } from '../api/organizers.ts';
import { connectionsQuery, membersQuery, tenantsQuery } from '../api/queries.ts';
import type { Connection, EventType, Member, Tenant } from '../api/queries.ts';
import type { State } from '../parts/state-label.tsx';
import { useMe } from '../shell/me.ts';

type TenantPeople = { tenant: Tenant; organizers: Organizer[] };
export type Hosting = { connections: Connection[]; members: Member[]; tenants: TenantPeople[] };

/** What decides whether event types can be booked, once it is here. Tenants are for those who manage the workspace. */
export function useHosting(): Hosting | undefined {
  const { mayManage } = useMe();
  const { data: connections } = useQuery(connectionsQuery);
  const { data: members } = useQuery(membersQuery);
  const { data: tenants = [], isLoading } = useQuery({ ...tenantsQuery, enabled: mayManage });
  const people = useQueries({ queries: tenants.map(({ id }) => tenantHostsQuery(id)) });
  if (!connections || !members || isLoading || people.some(({ isLoading }) => isLoading)) return undefined;
  return {
    connections,
    members,
    tenants: tenants.map((tenant, index) => ({ tenant, organizers: people[index]?.data ?? [] })),
  };
}

/** Whether visitors can book an event type now, and if not, why. */
export function hostingState(eventType: EventType, hosting: Hosting): State {
  if (!eventType.active) return { tone: 'quiet', words: 'Off: visitors see that it takes no bookings' };
  if (eventType.organizer === 'default_organizer') return defaultOrganizerState(hosting);
  const host = hosting.members.find(({ id }) => id === eventType.hostId)?.name ?? 'The host';
  const connection = hosting.connections.find(({ memberId }) => memberId === eventType.hostId);
  if (connection?.state === 'connected') return takesBookings;
  const why = `${host} ${connection ? troubles[connection.state] : 'has not connected Microsoft Teams'}`;
  if (connection?.takesBookings) return { tone: 'waiting', words: `Takes bookings, but ${why}` };
  return tenantState(eventType, hosting) ?? { tone: 'problem', words: `Takes no bookings: ${why}` };
}

const takesBookings: State = { tone: 'good', words: 'Takes bookings' };

/** Who has no connection of their own may be an organizer of a tenant. */
function tenantState({ hostId }: EventType, { tenants }: Hosting): State | undefined {
  const found = tenants.flatMap(({ tenant, organizers }) =>
    organizers.filter(({ memberId }) => memberId === hostId).map((organizer) => ({ tenant, organizer })),
  );
  const why = found.map(({ tenant, organizer }) => whyNot(tenant, organizer));
  if (why.includes(undefined)) return takesBookings;
  return why[0] === undefined ? undefined : { tone: 'problem', words: `Takes no bookings: ${why[0]}` };
}

function defaultOrganizerState({ tenants }: Hosting): State {
  const owners = tenants.filter(({ tenant }) => tenant.defaultOrganizer?.organizerId);
  const why = owners.map(({ tenant, organizers }) => {
    const owner = organizers.find(({ id }) => id === tenant.defaultOrganizer?.organizerId);
    return owner && whyNot(tenant, owner);
  });
  if (why.includes(undefined)) return takesBookings;
  if (why[0]) return { tone: 'problem', words: `Takes no bookings: ${why[0]}` };
  return tenants.length > 0
    ? { tone: 'problem', words: 'Takes no bookings: there is no default organizer' }
    : { tone: 'quiet', words: 'Its meetings are owned by the default organizer' };
}

function whyNot(
  { stage, name, tenantId }: Tenant,
  { allowed, pilot, displayName, userPrincipalName }: Organizer,
): string | undefined {
  const who = displayName ?? userPrincipalName ?? 'the organizer';
  if (!allowed) return `${who} is not allowed to own meetings`;
  const where = name ?? tenantId;
  if (stage === 'live') return undefined;
  if (stage === 'pilot') return pilot ? undefined : `${where} is in its pilot, and ${who} is not in the pilot group`;
  return stage === 'paused' ? `${where} is paused` : `the setup of ${where} is not finished`;
}

const troubles: Record<Exclude<Connection['state'], 'connected'>, string> = {
  personal_account: 'connected a personal Microsoft account',
  reconnect_needed: 'needs to reconnect Microsoft Teams',
};

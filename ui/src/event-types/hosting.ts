import type { Connection, EventType, Member } from '../api/queries.ts';
import type { State } from '../parts/state-label.tsx';

/** Whether visitors can book an event type now, and if not, why. */
export function hostingState(eventType: EventType, connections: Connection[], members: Member[]): State {
  if (!eventType.active) return { tone: 'quiet', words: 'Off: visitors see that it takes no bookings' };
  const host = members.find(({ id }) => id === eventType.hostId)?.name ?? 'The host';
  const connection = connections.find(({ memberId }) => memberId === eventType.hostId);
  if (connection?.state === 'connected') return { tone: 'good', words: 'Takes bookings' };
  const why = `${host} ${connection ? troubles[connection.state] : 'has not connected Microsoft Teams'}`;
  if (connection?.takesBookings) return { tone: 'waiting', words: `Takes bookings, but ${why}` };
  return { tone: 'problem', words: `Takes no bookings: ${why}` };
}

const troubles: Record<Exclude<Connection['state'], 'connected'>, string> = {
  personal_account: 'connected a personal Microsoft account',
  reconnect_needed: 'needs to reconnect Microsoft Teams',
};

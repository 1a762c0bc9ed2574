import type { Connection, EventType, Member } from '../api/queries.ts';
import type { State } from '../parts/state-label.tsx';

/** Whether visitors can book an event type now, and if not, why. The server decides; soon to end is worth a word too. */
export function hostingState(
  { active, takesBookings, closedReason, hostId, organizer }: EventType,
  { connections, members }: { connections: Connection[]; members: Member[] },
): State {
  if (!active) return { tone: 'quiet', words: 'Off: visitors see that it takes no bookings' };
  if (!takesBookings) return { tone: 'problem', words: `Takes no bookings. ${closedReason ?? ''}`.trim() };
  const connection = connections.find(({ memberId }) => memberId === hostId);
  if (organizer === 'operator' && connection?.takesBookings && connection.state === 'reconnect_needed') {
    const host = members.find(({ id }) => id === hostId)?.name ?? 'The host';
    return { tone: 'waiting', words: `Takes bookings, but ${host} needs to reconnect Microsoft Teams` };
  }
  return { tone: 'good', words: 'Takes bookings' };
}

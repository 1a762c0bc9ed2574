import type { Connection, EventType, Member } from '../api/queries.ts';
import type { State } from '../parts/state-label.tsx';

/** Whether visitors can book an event type now, and if not, why. The server decides; soon to end is worth a word too. */
export function hostingState(
  { active, takesBookings, closedReason, operatorIds, organizer }: EventType,
  { connections, members }: { connections: Connection[]; members: Member[] },
): State {
  if (!active) return { tone: 'quiet', words: 'Off: visitors see that it takes no bookings' };
  if (!takesBookings) return { tone: 'problem', words: `Takes no bookings. ${closedReason ?? ''}`.trim() };
  const ending = connections.find(
    ({ memberId, takesBookings: takes, state }) =>
      memberId !== null && operatorIds.includes(memberId) && takes && state === 'reconnect_needed',
  );
  if (organizer === 'operator' && ending) {
    const name = members.find(({ id }) => id === ending.memberId)?.name ?? 'An operator';
    return { tone: 'waiting', words: `Takes bookings, but ${name} needs to reconnect Microsoft Teams` };
  }
  return { tone: 'good', words: 'Takes bookings' };
}

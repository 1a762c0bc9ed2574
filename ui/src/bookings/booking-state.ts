import type { Booking, Meeting } from '../api/queries.ts';
import type { State } from '../parts/state-label.tsx';
import { isMoving, meetingState } from './meeting-state.ts';

/** How a booking stands, in a few words: first what people agreed on, then how its meeting does. */
export function bookingState({ status, meeting }: Booking, zone: string): State {
  switch (status) {
    case 'requested':
      return { tone: 'waiting', words: 'Waits for approval' };
    case 'declined':
      return isLeaving(meeting) ? meetingState(meeting, zone) : { tone: 'quiet', words: 'Declined' };
    case 'completed':
      return { tone: 'good', words: 'Took place' };
    case 'no_show':
      return { tone: 'quiet', words: 'No-show' };
    case 'cancelled':
      return isLeaving(meeting) ? meetingState(meeting, zone) : { tone: 'quiet', words: 'Cancelled' };
    case 'confirmed':
    default:
      return meeting ? meetingState(meeting, zone) : { tone: 'good', words: 'Confirmed' };
  }
}

/** True while a meeting that nobody wants any more is still at Microsoft. That of a group goes on without one visitor. */
export function isLeaving(meeting: Booking['meeting']): meeting is Meeting {
  return meeting !== null && meeting.wanted === 'cancelled' && meeting.status !== 'cancelled';
}

/** True while the booking’s meeting is about to change by itself, so that it is worth looking again soon. */
export function isBookingMoving({ meeting }: Pick<Booking, 'meeting'>): boolean {
  return meeting !== null && isMoving(meeting);
}

/** True when its time is over or nobody wants it any more: there is nothing to join and nothing to move. */
export function isClosed({ status, end }: Pick<Booking, 'status' | 'end'>, now: number): boolean {
  return (status !== 'requested' && status !== 'confirmed') || Date.parse(end) <= now;
}

/** True when it will not take place: it is told struck through. */
export function isOff({ status }: Pick<Booking, 'status'>): boolean {
  return status === 'cancelled' || status === 'declined';
}

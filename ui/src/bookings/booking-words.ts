import type { Booking, Member } from '../api/queries.ts';
import { momentText } from '../parts/when.ts';

type Told = { now: number; zone: string; members: Member[] };

/** How a booking stands, in a sentence or two: what was agreed, by whom, and what holds now. */
export function standingSentence(booking: Booking, { now, zone, members }: Told): string {
  const { status, visitor, decidedAt } = booking;
  const at = decidedAt ? ` on ${momentText(decidedAt, zone)}` : '';
  const decider = members.find(({ id }) => id === booking.decidedBy)?.name;
  switch (status) {
    case 'requested':
      return Date.parse(booking.start) <= now
        ? 'Nobody has answered this request, and its time has come.'
        : `${visitor.name} asks for this time. It is kept for them until somebody answers.`;
    case 'declined':
      return booking.decidedBy === 'parley'
        ? `Nobody answered the request in time, so it was declined${at}.`
        : `${decider ? `${decider} declined it` : 'It was declined'}${at}. The time can be booked again.`;
    case 'cancelled':
      return `It was cancelled${booking.cancelledAt ? ` on ${momentText(booking.cancelledAt, zone)}` : ''}. The time can be booked again.`;
    case 'completed':
      return 'Its time is over.';
    case 'no_show':
      return `${visitor.name} did not come.`;
    case 'confirmed':
    default:
      return confirmedSentence(booking, decider ? `${decider} approved it${at}.` : '');
  }
}

function confirmedSentence({ teamsMeeting }: Booking, approved: string): string {
  if (teamsMeeting) return approved;
  return `${approved} There is no Teams meeting for it.`.trim();
}

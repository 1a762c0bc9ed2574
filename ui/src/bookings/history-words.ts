import type { BookingEvent } from '../api/appointments.ts';
import type { Booking } from '../api/queries.ts';
import type { Tone } from '../parts/state-label.tsx';
import { momentText } from '../parts/when.ts';
import { eventWords } from './meeting-words.ts';

/** `byParley`: who writes to everybody invited, Parley or Outlook. */
type Told = { zone: string; byParley: boolean };
type Words = { tone: Tone; words: string; said?: string | undefined };

/** One line of a booking’s life in plain words, with what somebody wrote to it. Times are those of the zone. */
export function happeningWords(event: BookingEvent, booking: Booking, { zone, byParley }: Told): Words {
  const { type, data } = event;
  const who = whoOf(event, booking.visitor.name);
  const said = textOf(data['reason']) ?? textOf(data['note']);
  const from = startOf(data['from']);
  const moved = from && `Moved ${who}; before that, ${momentText(from, zone)}`;
  switch (type) {
    case 'booking.requested':
      return { tone: 'waiting', words: `Asked for ${who}` };
    case 'booking.confirmed':
      return { tone: 'good', words: `Booked ${who}` };
    case 'booking.approved':
      return { tone: 'good', words: from ? `Approved ${who}, at another time` : `Approved ${who}`, said };
    case 'booking.declined':
      return { tone: 'quiet', words: `Declined ${who}`, said };
    case 'booking.rescheduled':
      return { tone: 'quiet', words: moved ?? `Moved ${who}` };
    case 'booking.cancelled':
      return { tone: 'quiet', words: `Cancelled ${who}`, said };
    case 'booking.completed':
      return { tone: 'good', words: event.by === 'parley' ? 'Its time is over' : `Marked as took place ${who}` };
    case 'booking.no_show':
      return { tone: 'quiet', words: `Marked as no-show ${who}` };
    case 'booking.changed':
      return { tone: 'quiet', words: `${changedWords(data['changed'])} ${who}` };
    case 'artifact.refused':
      return { tone: 'problem', words: `Microsoft refused the ${textOf(data['kind']) ?? 'rest'}` };
    default: {
      const kind = booking.meeting?.kind ?? 'calendar';
      return type === 'meeting.created'
        ? { tone: 'quiet', words: 'Teams meeting asked for' }
        : eventWords({ type }, { booked: true, kind, byParley });
    }
  }
}

function whoOf({ by, byName }: BookingEvent, visitor: string): string {
  if (by === 'visitor') return `by ${visitor}`;
  if (by === 'outlook') return 'in Outlook';
  if (by === 'parley') return 'by Parley';
  if (by === 'import') return 'by an import';
  return byName ? `by ${byName}` : '';
}

const changes: Record<string, string> = {
  attendees: 'Who comes along',
  note: 'The note',
  teamsMeeting: 'Whether there is a Teams meeting',
};

function changedWords(changed: unknown): string {
  const names = Array.isArray(changed) ? changed.flatMap((one) => changes[String(one)] ?? []) : [];
  if (names.length === 0) return 'Changed';
  const [first = '', ...others] = names;
  return `${[first, ...others.map((name) => name.charAt(0).toLowerCase() + name.slice(1))].join(' and ')} changed`;
}

/** When something was, before it was moved. */
function startOf(span: unknown): string | undefined {
  return typeof span === 'object' && span !== null && 'start' in span ? textOf(span.start) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

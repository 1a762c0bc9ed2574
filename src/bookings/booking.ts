import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Bookings, BookingStatus, ChangePolicy } from '../database/schema.ts';
import { locales } from '../locale.ts';
import type { MeetingRow } from '../meetings/meeting.ts';
import { timeZoneSchema } from '../scheduling/event-type.ts';

export type BookingRow = Selectable<Bookings>;
/** A booking with its meeting; `undefined` while it is only requested, and where no Teams meeting is wanted. */
export type BookingWithMeeting = { booking: BookingRow; meeting: MeetingRow | undefined };

/** In which order a booking's life can go. What is declined or cancelled stays so. */
export const nextStatuses = {
  requested: ['confirmed', 'declined', 'cancelled'],
  confirmed: ['declined', 'cancelled', 'completed', 'no_show'],
  completed: ['no_show'],
  no_show: ['completed'],
  declined: [],
  cancelled: [],
} as const satisfies Record<BookingStatus, readonly BookingStatus[]>;

export const bookingStatuses = [
  'requested',
  'confirmed',
  'declined',
  'cancelled',
  'completed',
  'no_show',
] as const satisfies readonly BookingStatus[];

/** While a booking has one of these, its time is taken and it can be moved or cancelled. */
export const openStatuses = ['requested', 'confirmed'] as const satisfies readonly BookingStatus[];

export function isOpenBooking({ status }: Pick<BookingRow, 'status'>): boolean {
  return status === 'requested' || status === 'confirmed';
}

/** What happened to a booking: lines of the outbox, one for each change of its state. */
export type BookingEvent =
  | 'booking.requested'
  | 'booking.confirmed'
  | 'booking.approved'
  | 'booking.declined'
  | 'booking.rescheduled'
  | 'booking.cancelled'
  | 'booking.completed'
  | 'booking.no_show'
  | 'booking.changed';

const minuteMs = 60_000;

/** Why a visitor may not change a booking any more; `undefined`: they may. */
export type ChangeRefusal = 'over' | 'too_late' | 'too_often' | 'closed';

/** What a visitor may still do with a booking, by the rules of its event type, and until when. */
export function visitorMay(
  booking: Pick<BookingRow, 'status' | 'starts_at' | 'ends_at' | 'moves'>,
  policy: ChangePolicy,
  now: Date,
): {
  move: { refusal: ChangeRefusal | undefined; until: Date; left: number | null };
  cancel: { refusal: ChangeRefusal | undefined; until: Date };
} {
  const closed = !isOpenBooking(booking) ? 'closed' : booking.ends_at <= now ? 'over' : undefined;
  const before = (minutes: number) => new Date(booking.starts_at.getTime() - minutes * minuteMs);
  // Without a rule, up to the end: somebody who is late may still say so.
  const until = (minutes: number) => (minutes === 0 ? booking.ends_at : before(minutes));
  const [moveUntil, cancelUntil] = [until(policy.moveUntilMinutes), until(policy.cancelUntilMinutes)];
  const left = policy.mostMoves === null ? null : Math.max(0, policy.mostMoves - booking.moves);
  return {
    move: {
      refusal: closed ?? (now >= moveUntil ? 'too_late' : left === 0 ? 'too_often' : undefined),
      until: moveUntil,
      left,
    },
    cancel: { refusal: closed ?? (now >= cancelUntil ? 'too_late' : undefined), until: cancelUntil },
  };
}

// Control characters end up in mail headers and calendar files; none belongs in a name or an address.
const noControls = /^[^\p{Cc}\p{Cs}]*$/u;
const storable = /^[^\0\p{Cs}]*$/u;

/** Who books, as they typed it. */
export const visitorSchema = z.strictObject({
  name: z
    .string({ error: 'Tell your name.' })
    .trim()
    .min(1, 'Tell your name.')
    .max(200, 'A name can have at most 200 characters.')
    .refine((text) => noControls.test(text), 'A name cannot contain control characters.'),
  email: z
    .string({ error: 'Tell your e-mail address.' })
    .trim()
    .max(254, 'An e-mail address can have at most 254 characters.')
    .pipe(z.email('Write an e-mail address such as sam@example.org.')),
  timeZone: timeZoneSchema,
  locale: z.enum(locales, { error: `Choose one of ${locales.join(', ')}.` }).optional(),
  note: z
    .string()
    .trim()
    .max(5000, 'A note can have at most 5,000 characters.')
    .refine((text) => storable.test(text), 'The note contains characters that cannot be stored.')
    .default(''),
  attributes: z
    .record(
      z.string().regex(/^[\w.-]{1,64}$/, 'Names of attributes have letters, digits, “_”, “.” and “-” only.'),
      z
        .string()
        .trim()
        .min(1, 'Leave out attributes that are empty.')
        .max(256)
        .refine((text) => noControls.test(text)),
    )
    .refine((all) => Object.keys(all).length <= 20, 'At most 20 attributes.')
    .optional(),
});
export type Visitor = z.infer<typeof visitorSchema>;

/** What Outlook shows as the meeting's subject. */
export function meetingSubject({
  title,
  visitorName,
  hostName,
}: {
  title: string;
  visitorName: string;
  hostName: string;
}): string {
  return `${title}: ${visitorName} and ${hostName}`;
}

import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Bookings } from '../database/schema.ts';
import type { MeetingRow } from '../meetings/meeting.ts';
import { timeZoneSchema } from '../scheduling/event-type.ts';

export type BookingRow = Selectable<Bookings>;
export type BookingWithMeeting = { booking: BookingRow; meeting: MeetingRow };

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

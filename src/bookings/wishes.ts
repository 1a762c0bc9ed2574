import { z } from '@hono/zod-openapi';
import { idText } from '../http/router.ts';
import { holdKeyOf as hashOfHold } from '../scheduling/holds.ts';
import { addressSchema, attendeeNameSchema, mostAttendees } from '../people/person.ts';

/** What several requests of the API may say of a booking. */

export const durationMinutes = z
  .int('Give whole minutes.')
  .min(5)
  .max(480)
  .optional()
  .openapi({ description: 'One of the lengths that the event type offers; else its usual one.' });

export const anyTime = z.boolean().default(false).openapi({
  description:
    'Also outside the operator’s hours, notice and limits. What is booked, or busy in Outlook, stays in the way.',
});

/** People as the attendee picker sends them. */
export const picked = z
  .array(
    z.strictObject({
      email: addressSchema,
      name: attendeeNameSchema.nullable().optional(),
      from: z.enum(['contact', 'user', 'email']).default('email'),
      id: idText.optional().openapi({ description: 'Of the contact or member; the object id of a directory user.' }),
    }),
  )
  .max(mostAttendees, `Invite at most ${mostAttendees} people.`)
  .openapi({ description: 'Who comes along. Each address is invited once, whatever its capital letters.' });

const holdKey = z
  .string()
  .regex(/^[\w-]{20,100}$/, 'Give the key of a hold.')
  .optional()
  .openapi({ description: 'The key of the hold that kept the time.' });

export const wishes = {
  attendees: picked.optional(),
  contactId: idText.nullable().optional(),
  organisationId: idText.nullable().optional(),
  teamsMeeting: z.boolean().default(true).openapi({ description: 'Whether a Teams meeting is made for it.' }),
  holdKey,
  approved: z
    .boolean()
    .default(false)
    .openapi({ description: 'Books at once what visitors of this event type can only request.' }),
};

/** What is stored of a hold's key. */
export function holdKeyOf(key: string | undefined): Buffer | undefined {
  return key === undefined ? undefined : hashOfHold(key);
}

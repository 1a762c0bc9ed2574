import { z } from '@hono/zod-openapi';
import { changing, durationMinutes, id, instant, page, reading, rehearsal, timeZone, type Tool } from './tool.ts';

const bookingId = id('the booking');
const anyTime = z
  .boolean()
  .optional()
  .describe('true: also outside the operator’s hours, notice and limits. What is booked or busy stays in the way.');
const operatorId = id('the operator who is wanted; left out: one who is free').optional();
const waitSeconds = 10;

const visitor = z.strictObject({
  name: z.string().max(200),
  email: z.string().max(320).describe('Where the invitation goes.'),
  timeZone: timeZone('Where the visitor is.'),
  note: z.string().max(5000).optional().describe('What it is about, for the operator.'),
});

const attendees = z
  .array(z.strictObject({ email: z.string().max(320), name: z.string().max(200).optional() }))
  .max(50)
  .optional()
  .describe('Who comes along beside the visitor; each is invited.');

const questions: Tool[] = [
  reading({
    name: 'list_bookings',
    title: 'List bookings',
    operation: 'GET /v1/bookings',
    description: 'Bookings and requests by their start, latest first, narrowed by what you give.',
    input: z.strictObject({
      status: z
        .string()
        .max(100)
        .optional()
        .describe('One or several with commas: requested, confirmed, declined, cancelled, completed, no_show.'),
      q: z.string().max(200).optional().describe('Part of the visitor’s name or address.'),
      hostId: id('an operator, for bookings in which they take part').optional(),
      eventTypeId: id('an event type').optional(),
      from: instant('Only what starts then or later.').optional(),
      to: instant('Only what starts before.').optional(),
      order: z.enum(['asc', 'desc']).optional().describe('By start: earliest or latest first.'),
      ...page,
    }),
    wish: (query) => ({ query }),
  }),
  reading({
    name: 'get_booking',
    title: 'Get a booking',
    operation: 'GET /v1/bookings/{id}',
    description: 'One booking with its visitor, operators, state and Teams meeting. `meeting.joinUrl` is the link.',
    input: z.strictObject({ bookingId }),
    wish: ({ bookingId: booking }) => ({ id: booking }),
  }),
];

const changes: Tool[] = [
  changing({
    name: 'book_time',
    title: 'Book a time',
    operation: 'POST /v1/bookings',
    description:
      'Books a time that find_times offers for a visitor, or requests it where the event type needs approval. The visitor gets an invitation with the Teams link by mail.',
    destructive: false,
    input: z.strictObject({
      eventTypeId: id('the event type'),
      start: instant('When it starts.'),
      durationMinutes,
      operatorId,
      visitor,
      attendees,
      teamsMeeting: z.boolean().optional().describe('false: without a Teams meeting.'),
      approved: z
        .boolean()
        .optional()
        .describe('true: books at once what visitors of this event type can only request.'),
      anyTime,
      ...rehearsal,
    }),
    wish: (body) => ({ body, waitSeconds }),
  }),
  changing({
    name: 'move_booking',
    title: 'Move a booking',
    operation: 'POST /v1/bookings/{id}/reschedule',
    description:
      'Moves a booking or a request to another time that find_times offers (give it excludingBookingId). Everybody gets an updated invitation; the link stays the same unless the operator changes.',
    destructive: true,
    input: z.strictObject({
      bookingId,
      start: instant('The new start.'),
      durationMinutes,
      operatorId: id('another operator; left out: as it is, where possible').optional(),
      anyTime,
      ...rehearsal,
    }),
    wish: ({ bookingId: booking, ...body }) => ({ id: booking, body }),
  }),
  changing({
    name: 'cancel_booking',
    title: 'Cancel a booking',
    operation: 'POST /v1/bookings/{id}/cancel',
    description:
      'Cancels a booking and its Teams meeting for good, and frees the time. The visitor and everybody invited are told by mail.',
    destructive: true,
    input: z.strictObject({
      bookingId,
      reason: z.string().max(1000).optional().describe('What the visitor is told.'),
      ...rehearsal,
    }),
    wish: ({ bookingId: booking, reason }) => ({ id: booking, body: { reason } }),
  }),
  changing({
    name: 'approve_request',
    title: 'Approve a request',
    operation: 'POST /v1/bookings/{id}/approve',
    description:
      'Approves a booking whose status is requested, as it is or with another time or operator. The visitor is told by mail and invited.',
    destructive: false,
    input: z.strictObject({
      bookingId,
      start: instant('Another start; left out: as it was asked for.').optional(),
      durationMinutes,
      operatorId: id('another operator; left out: as it was asked for').optional(),
      teamsMeeting: z.boolean().optional().describe('Whether there is a Teams meeting; left out: as asked for.'),
      note: z.string().max(2000).optional().describe('What the visitor is told with it.'),
      ...rehearsal,
    }),
    wish: ({ bookingId: booking, ...body }) => ({ id: booking, body }),
  }),
  changing({
    name: 'decline_request',
    title: 'Decline a request',
    operation: 'POST /v1/bookings/{id}/decline',
    description:
      'Declines a request for good, or takes an approval back: then its meeting is removed too. The visitor is told by mail.',
    destructive: true,
    input: z.strictObject({
      bookingId,
      reason: z.string().max(1000).optional().describe('What the visitor is told.'),
      ...rehearsal,
    }),
    wish: ({ bookingId: booking, reason }) => ({ id: booking, body: { reason } }),
  }),
];

/** Visitors’ times with operators: found, made, moved, ended, decided. */
export const bookingTools: Tool[] = [...questions, ...changes];

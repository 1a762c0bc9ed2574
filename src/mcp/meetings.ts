import { z } from '@hono/zod-openapi';
import { changing, id, instant, page, reading, rehearsal, timeZone, type Tool } from './tool.ts';

const meetingId = id('the meeting');
const waitSeconds = 10;

const attendees = z
  .array(z.strictObject({ email: z.string().max(254), name: z.string().max(200).optional() }))
  .max(500);

const organizer = z
  .strictObject({
    memberId: id('a member of the workspace').optional(),
    connectionId: id('a connection, of list_connections').optional(),
    organizerId: id('an organizer of a tenant').optional(),
    userPrincipalName: z.string().max(320).optional().describe('An organizer of a tenant by their sign-in name.'),
    tenantId: id('the tenant, of list_tenants: only beside userPrincipalName, where there are several').optional(),
  })
  .describe('In whose calendar it is made: exactly one of these.');

const questions: Tool[] = [
  reading({
    name: 'list_meetings',
    title: 'List meetings',
    operation: 'GET /v1/meetings',
    description: 'Teams meetings with or without a booking, by their start, latest first, narrowed by what you give.',
    input: z.strictObject({
      status: z
        .enum(['pending', 'provisioning', 'ready', 'failed', 'cancelled', 'out_of_sync'])
        .optional()
        .describe('failed: a person is needed, see `problem`. out_of_sync: somebody changed it in Outlook.'),
      booked: z.boolean().optional().describe('true: only meetings of bookings; false: only those without one.'),
      externalId: z.string().max(200).optional().describe('The id that your own system gave it.'),
      from: instant('Only what starts then or later.').optional(),
      to: instant('Only what starts before.').optional(),
      order: z.enum(['asc', 'desc']).optional().describe('By start: earliest or latest first.'),
      ...page,
    }),
    wish: (query) => ({ query }),
  }),
  reading({
    name: 'get_meeting',
    title: 'Get a meeting',
    operation: 'GET /v1/meetings/{id}',
    description:
      'One Teams meeting: time, people, state, `joinUrl`, and where something is wrong, the problem with its remedy.',
    input: z.strictObject({ meetingId }),
    wish: ({ meetingId: meeting }) => ({ id: meeting }),
  }),
];

const made: Tool[] = [
  changing({
    name: 'create_meeting',
    title: 'Make a meeting',
    operation: 'POST /v1/meetings',
    description:
      'Makes a Teams meeting in somebody’s calendar, without a booking and without a check of free time. Outlook invites the attendees by mail. For a visitor’s appointment, use book_time instead.',
    destructive: false,
    input: z.strictObject({
      organizer,
      subject: z.string().max(255),
      body: z.string().max(20_000).optional().describe('Plain text of the invitation.'),
      start: instant('When it starts.'),
      end: instant('When it ends; within 24 hours.'),
      timeZone: timeZone('In which the invitation shows the time; left out: UTC.').optional(),
      attendees: attendees.optional().describe('Who is invited.'),
      kind: z
        .enum(['calendar', 'standalone'])
        .optional()
        .describe('standalone: a link only, on no calendar; nobody is invited.'),
      externalId: z.string().max(200).optional().describe('An id of your own system, unique in the workspace.'),
      ...rehearsal,
    }),
    wish: (body) => ({ body, waitSeconds }),
  }),
  changing({
    name: 'change_meeting',
    title: 'Change a meeting',
    operation: 'PATCH /v1/meetings/{id}',
    description:
      'Changes subject, time or attendees of a meeting. Those invited get an updated invitation. The time of a meeting with a booking is changed by move_booking.',
    destructive: true,
    input: z.strictObject({
      meetingId,
      subject: z.string().max(255).optional(),
      start: instant('The new start, together with `end`.').optional(),
      end: instant('The new end.').optional(),
      timeZone: timeZone('In which the invitation shows the time.').optional(),
      attendees: attendees.optional().describe('The whole list: who is not in it is uninvited.'),
      ...rehearsal,
    }),
    wish: ({ meetingId: meeting, ...body }) => ({ id: meeting, body }),
  }),
  changing({
    name: 'cancel_meeting',
    title: 'Cancel a meeting',
    operation: 'POST /v1/meetings/{id}/cancel',
    description:
      'Cancels a meeting without a booking for good; everybody invited is told by mail. One with a booking is ended by cancel_booking.',
    destructive: true,
    input: z.strictObject({
      meetingId,
      comment: z.string().max(1000).optional().describe('What those invited are told.'),
      ...rehearsal,
    }),
    wish: ({ meetingId: meeting, comment }) => ({ id: meeting, body: { comment } }),
  }),
];

const mended: Tool[] = [
  changing({
    name: 'retry_meeting',
    title: 'Try a failed meeting again',
    operation: 'POST /v1/meetings/{id}/retry',
    description:
      'Tries a meeting whose status is failed once more, after its cause was put right. Where it works, the invitations go out.',
    destructive: false,
    input: z.strictObject({ meetingId, ...rehearsal }),
    wish: ({ meetingId: meeting }) => ({ id: meeting }),
  }),
  changing({
    name: 'resolve_meeting',
    title: 'Decide what holds after a change in Outlook',
    operation: 'POST /v1/meetings/{id}/resolve',
    description:
      'For a meeting whose status is out_of_sync, because somebody changed or removed it in Outlook (`outlookChange`). It is a person’s decision, not yours.',
    destructive: true,
    input: z.strictObject({
      meetingId,
      action: z
        .enum(['accept', 'restore', 'recreate', 'cancel'])
        .describe(
          'accept: what Outlook shows; where the event is gone, booking and meeting are cancelled. restore: what was wanted, sent once more. recreate: a new event with a new link. cancel: booking and meeting.',
        ),
      reason: z.string().max(1000).optional().describe('Where it is cancelled: what its visitors are told.'),
      ...rehearsal,
    }),
    wish: ({ meetingId: meeting, action, reason }) => ({ id: meeting, body: { action, reason } }),
  }),
];

/** Teams meetings: found, made, changed, ended, put right. */
export const meetingTools: Tool[] = [...questions, ...made, ...mended];

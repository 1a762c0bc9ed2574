import { z } from '@hono/zod-openapi';
import { durationMinutes, id, instant, reading, timeZone, type Tool } from './tool.ts';

const slots = z.looseObject({ data: z.array(z.unknown()), unreadable: z.array(z.unknown()) });

/** What can be booked and when, and why a time cannot. */
export const slotTools: Tool[] = [
  reading({
    name: 'list_event_types',
    title: 'List event types',
    operation: 'GET /v1/event-types',
    description:
      'What visitors can book: each event type with its id, lengths, operators and rules. Begin here; every booking is of one of them.',
    input: z.strictObject({}),
    wish: () => ({}),
  }),
  reading({
    name: 'find_times',
    title: 'Find free times',
    operation: 'GET /v1/event-types/{id}/slots',
    description:
      'The times of an event type that can be booked now, at most 62 days at once, with the operators who can be booked for them. An operator whose calendar cannot be read offers nothing and is named under `unreadable`.',
    input: z.strictObject({
      eventTypeId: id('the event type'),
      from: instant('From when on.'),
      to: instant('Until when; later than `from`.'),
      durationMinutes,
      operatorId: id('an operator, for their times alone').optional(),
      excludingBookingId: id('a booking that is to be moved: its own time counts as free').optional(),
      timeZone: timeZone('Adds to each time the date that it has there.').optional(),
      limit: z.int().min(1).max(200).default(50).describe('How many times at most; `left` says how many follow.'),
    }),
    wish: ({ eventTypeId, from, to, ...narrow }) => ({
      id: eventTypeId,
      query: {
        from,
        to,
        durationMinutes: narrow.durationMinutes,
        operatorId: narrow.operatorId,
        excludingBookingId: narrow.excludingBookingId,
        timeZone: narrow.timeZone,
      },
    }),
    part: (body, { limit }) => {
      const { data, ...rest } = slots.parse(body);
      return { data: data.slice(0, limit), left: Math.max(0, data.length - limit), ...rest };
    },
    asksMicrosoft: true,
  }),
  reading({
    name: 'explain_times',
    title: 'Explain why a time is offered or not',
    operation: 'GET /v1/event-types/{id}/why-not',
    description:
      'For each time of one day of one operator: whether it can be booked, and if not, the first reason against it, as a sentence.',
    input: z.strictObject({
      eventTypeId: id('the event type'),
      date: z.string().max(10).describe('The day, where the operator works: 2026-11-24.'),
      operatorId: id('the operator; left out: the first one').optional(),
      durationMinutes,
    }),
    wish: ({ eventTypeId, ...query }) => ({ id: eventTypeId, query }),
    asksMicrosoft: true,
  }),
];

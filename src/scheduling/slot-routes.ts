import { randomBytes } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { requirePermission } from '../access/principal.ts';
import { idParam, idText, instant, instantOut, json, jsonBody, newRouter, problemAnswers } from '../http/router.ts';
import { calendarDate, timeZoneSchema } from './event-type.ts';
import { explainTimes, explanations, whyUnreadable, type Explanation } from './explanation.ts';
import { endHold, holdTime } from './holds.ts';
import { dateText } from './instant-text.ts';
import { getOpenEventType } from './open-event-type.ts';
import { findFreeSlots, type FreeSlot, type SchedulingDeps } from './service.ts';
import { dayCounter } from './zone-offsets.ts';

const params = idParam('the event type');
const tags = ['Event types'];
const oneOfTheLengths = 'One of the lengths that the event type offers; else its usual one.';
const durationMinutes = z.coerce
  .number({ error: 'Give whole minutes.' })
  .int('Give whole minutes.')
  .min(5, 'At least 5 minutes.')
  .max(480, 'At most 480 minutes.')
  .optional()
  .openapi({ type: 'integer', description: oneOfTheLengths });
const holdKey = z
  .string({ error: 'Give the key of a hold.' })
  .regex(/^[\w-]{20,100}$/, 'A key has 20 to 100 letters, digits, “_” and “-”.');

const slots = createRoute({
  method: 'get',
  path: '/v1/event-types/{id}/slots',
  tags,
  description:
    'The times that can be booked, with those who can be booked for them. An operator whose calendar cannot be read offers nothing and is named; when nothing can be offered because of that, the answer is `calendar_unreadable`.',
  request: {
    params,
    query: z
      .object({
        from: instant,
        to: instant,
        durationMinutes,
        operatorId: idText.optional().openapi({ description: 'Only times of this operator.' }),
        excludingBookingId: idText
          .optional()
          .openapi({ description: 'A booking that is being moved: its own time counts as free.' }),
        timeZone: timeZoneSchema
          .optional()
          .openapi({ description: 'Adds to each time the `date` that it has in this zone.' }),
      })
      .refine(({ from, to }) => from < to, { path: ['to'], error: 'The end must be later than the start.' }),
  },
  responses: {
    200: json(
      z.object({
        data: z.array(
          z.object({
            start: instantOut,
            end: instantOut,
            operatorIds: z.array(z.string()),
            seatsLeft: z.int().openapi({ description: 'How many more visitors can book it.' }),
            date: z.string().optional(),
          }),
        ),
        unreadable: z
          .array(z.object({ operatorId: z.string(), detail: z.string() }))
          .openapi({ description: 'Operators whose calendar could not be read: their times are left out.' }),
      }),
      'Free times',
    ),
    ...problemAnswers,
  },
});
const reasonNames = Object.keys(explanations) as [Explanation, ...Explanation[]]; // what the object was made with
const whyNot = createRoute({
  method: 'get',
  path: '/v1/event-types/{id}/why-not',
  tags,
  description:
    'Why each time of a day of an operator can be booked now, or not: the first reason against it, with the calendar as it is.',
  request: {
    params,
    query: z.object({
      operatorId: idText.optional().openapi({ description: 'Left out: the first operator.' }),
      date: calendarDate,
      durationMinutes,
    }),
  },
  responses: {
    200: json(
      z.object({
        data: z.array(
          z.object({
            start: instantOut,
            end: instantOut,
            reason: z.enum(reasonNames),
            sentence: z.string().openapi({ description: 'The reason in words' }),
          }),
        ),
      }),
      'The times of the day, in order',
    ),
    ...problemAnswers,
  },
});
const hold = createRoute({
  method: 'post',
  path: '/v1/event-types/{id}/holds',
  tags,
  description:
    'Keeps a time for ten minutes while somebody fills in a form. The same key renews the hold or moves it to another time, so that nobody keeps two; send it as `holdKey` with the booking.',
  request: {
    params,
    body: jsonBody(
      z
        .strictObject({
          start: instant,
          durationMinutes: z
            .int('Give whole minutes.')
            .min(5, 'At least 5 minutes.')
            .max(480, 'At most 480 minutes.')
            .optional()
            .openapi({ description: oneOfTheLengths }),
          operatorId: idText.optional().openapi({ description: 'The operator who is wanted; else one who is free.' }),
          key: holdKey.optional().openapi({ description: 'The visitor’s secret. Left out: a new one is made.' }),
        })
        .openapi('NewHold'),
    ),
  },
  responses: {
    201: json(
      z
        .object({
          key: z.string(),
          start: instantOut,
          end: instantOut,
          operatorIds: z.array(z.string()),
          expiresAt: instantOut,
        })
        .openapi('Hold'),
      'The time is kept',
    ),
    ...problemAnswers,
  },
});
const letGo = createRoute({
  method: 'delete',
  path: '/v1/holds/{key}',
  tags,
  description: 'Gives a time back that was kept.',
  request: {
    params: z.object({
      key: holdKey.openapi({ param: { name: 'key', in: 'path' }, description: 'The key of the hold' }),
    }),
  },
  responses: { 204: { description: 'It is not kept any more' }, ...problemAnswers },
});

/** Free times of event types, why others are not free, and holds. */
export function slotRoutes(deps: SchedulingDeps) {
  return newRouter()
    .openapi(slots, async (c) => {
      const { timeZone, ...wish } = c.req.valid('query');
      const open = await getOpenEventType(deps, c.get('principal').workspaceId, c.req.valid('param').id);
      const found = await findFreeSlots(deps, open, wish);
      const unreadable = [...found.unreadableBecause].map(([operatorId, why]) => ({
        operatorId,
        detail: whyUnreadable(why),
      }));
      return c.json({ data: presentSlots(found.slots, timeZone), unreadable }, 200);
    })
    .openapi(whyNot, async (c) => {
      const { workspaceId } = c.get('principal');
      const asked = { eventTypeId: c.req.valid('param').id, ...c.req.valid('query') };
      const times = await explainTimes(deps, workspaceId, asked);
      const data = times.map(({ start, end, ...why }) => ({
        start: start.toISOString(),
        end: end.toISOString(),
        ...why,
      }));
      return c.json({ data }, 200);
    })
    .openapi(hold, async (c) => {
      requirePermission(c.get('principal'), 'book');
      const { key = randomBytes(24).toString('base64url'), ...wanted } = c.req.valid('json');
      const open = await getOpenEventType(deps, c.get('principal').workspaceId, c.req.valid('param').id);
      const { start, end, operatorIds, expiresAt } = await holdTime(deps, open, { ...wanted, key });
      const times = { start: start.toISOString(), end: end.toISOString(), expiresAt: expiresAt.toISOString() };
      return c.json({ key, operatorIds, ...times }, 201);
    })
    .openapi(letGo, async (c) => {
      requirePermission(c.get('principal'), 'book');
      await endHold(deps, c.get('principal').workspaceId, c.req.valid('param').key);
      return c.body(null, 204);
    });
}

function presentSlots(slots: readonly FreeSlot[], timeZone: string | undefined) {
  const [first, last] = [slots[0], slots.at(-1)];
  const dayOf =
    timeZone && first && last ? dayCounter(timeZone, first.start.getTime(), last.start.getTime() + 1) : undefined;
  return slots.map(({ start, end, operatorIds, seatsLeft }) => ({
    start: start.toISOString(),
    end: end.toISOString(),
    operatorIds,
    seatsLeft,
    ...(dayOf && { date: dateText(dayOf(start.getTime())) }),
  }));
}

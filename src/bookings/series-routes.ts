import { createRoute, z } from '@hono/zod-openapi';
import { principalScope, requirePermission } from '../access/principal.ts';
import { once } from '../http/idempotency.ts';
import { preferenceOf } from '../http/prefer.ts';
import {
  idText,
  instant,
  instantOut,
  json,
  jsonBody,
  newRouter,
  problemAnswers,
  type Answer,
  type ApiContext,
} from '../http/router.ts';
import { finishOf, firstAnswer } from '../meetings/answer-later.ts';
import { operationOfSeries } from '../meetings/operation.ts';
import { getOpenEventType } from '../scheduling/open-event-type.ts';
import { bookingSchema, presentBookings } from './booking-json.ts';
import { visitorSchema } from './booking.ts';
import { invited, type BookingRouteDeps } from './routes.ts';
import { listBookings } from './service.ts';
import { createSeries, longestSeries, previewSeries, type SeriesTime } from './series.ts';
import { anyTime, durationMinutes, wishes } from './wishes.ts';

const repeat = {
  eventTypeId: idText,
  start: instant.openapi({
    description: 'The first time; the others are at the same time of day in the event type’s zone.',
  }),
  every: z.enum(['week', 'fortnight'], { error: 'Choose week or fortnight.' }),
  times: z.int('Give a whole number.').min(2, 'A series has at least 2 times.').max(longestSeries),
  durationMinutes,
  operatorId: idText.optional(),
  anyTime,
};
const { holdKey: _, ...wishesOfSeries } = wishes;
const tags = ['Bookings'];

const preview = createRoute({
  method: 'post',
  path: '/v1/booking-series/preview',
  tags,
  description: 'Each time of a series, and whether it can be booked, before anything is. Nothing is written.',
  request: { body: jsonBody(z.strictObject(repeat)) },
  responses: {
    200: json(
      z.object({
        data: z.array(
          z.object({
            start: instantOut,
            end: instantOut,
            free: z.boolean(),
            reason: z.string().nullable().openapi({ description: 'Why not, as a sentence.' }),
          }),
        ),
      }),
      'The times of the series',
    ),
    ...problemAnswers,
  },
});
const create = createRoute({
  method: 'post',
  path: '/v1/booking-series',
  tags,
  description:
    'Books weekly or fortnightly times as one: all of them, or with `slot_taken` none. Each can be moved and cancelled by itself afterwards.',
  request: { body: jsonBody(z.strictObject({ ...repeat, visitor: visitorSchema, ...wishesOfSeries })) },
  responses: {
    201: json(z.object({ seriesId: z.string(), data: z.array(bookingSchema) }), 'The bookings, by their start'),
    ...problemAnswers,
  },
});

/** `/v1/booking-series`: several times, booked as one. */
export function seriesRoutes(deps: BookingRouteDeps) {
  return newRouter()
    .openapi(preview, async (c) => {
      const { eventTypeId, anyTime: staff, ...asked } = c.req.valid('json');
      const open = await getOpenEventType(deps, c.get('principal').workspaceId, eventTypeId);
      const times = await previewSeries(deps, open, asked, { ...asked, staff, most: longestSeries });
      return c.json({ data: times.map(presentTime) }, 200);
    })
    .openapi(create, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { visitor, attendees, anyTime: staff, ...body } = c.req.valid('json');
      const { workspaceId } = principal;
      let made: string | undefined;
      let times: SeriesTime[] = [];
      let people: Awaited<ReturnType<typeof invited>> | undefined;
      const response = await once(c, deps, {
        prepare: async () => {
          people = await invited(deps, { workspaceId, picked: attendees, visitorEmail: visitor.email, ...body });
          const open = await getOpenEventType(deps, workspaceId, body.eventTypeId);
          times = await previewSeries(deps, open, body, { ...body, staff, most: longestSeries });
        },
        run: async (trx) => {
          const { approved, teamsMeeting } = body;
          const wish = { by: principalScope(principal), approved, teamsMeeting, ...people };
          const { seriesId, bookings } = await createSeries({ ...deps, db: trx }, times, visitor, wish);
          made = seriesId;
          const data = await presentBookings({ ...deps, db: trx }, principal, bookings);
          const isAsked = preferenceOf(c).respondAsync;
          const operation = isAsked ? await operationOfSeries({ db: trx }, workspaceId, seriesId) : undefined;
          return firstAnswer(c, { operation, status: 201, body: { seriesId, data } });
        },
        finish: async () => (made === undefined ? undefined : finishSeries(c, deps, made)),
      });
      return response as never; // stored bytes, checked against the schema when they were made
    });
}

async function finishSeries(c: ApiContext, deps: BookingRouteDeps, seriesId: string): Promise<Answer | undefined> {
  if (preferenceOf(c).waitSeconds === 0) return undefined;
  const principal = c.get('principal');
  const { workspaceId } = principal;
  const again = async () => {
    const rows = await listBookings(deps, workspaceId, { limit: longestSeries, seriesId, order: 'asc' });
    return { seriesId, data: await presentBookings(deps, principal, rows) };
  };
  const operation = await operationOfSeries(deps, workspaceId, seriesId);
  return finishOf(c, deps, { operation, status: 201, again })?.();
}

function presentTime(time: SeriesTime) {
  const { start, end } = time;
  const problem = 'problem' in time ? time.problem : undefined;
  return {
    start: start.toISOString(),
    end: end.toISOString(),
    free: problem === undefined,
    reason: problem ? (problem.detail ?? problem.message) : null,
  };
}

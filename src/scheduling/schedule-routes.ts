import { createRoute, z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { idParam, json, jsonBody, longText, newRouter, problemAnswers } from '../http/router.ts';
import { calendarDate, timeZoneSchema, weeklySchedule } from './event-type.ts';
import { holidaysOf, listHolidayCountries } from './holidays.ts';
import { dayNumber } from './instant-text.ts';
import {
  addTimeOff,
  getSchedule,
  listTimeOff,
  putSchedule,
  removeTimeOff,
  requireRegion,
  type TimeOffRow,
} from './schedules.ts';

type Deps = { db: Kysely<Database>; now: () => Date };

const country = z
  .string({ error: 'Give a country by its two letters.' })
  .regex(/^[A-Z]{2}$/, 'Give a country by its two letters, like DE.')
  .openapi({ description: 'ISO 3166-1 code' });
const region = z
  .string({ error: 'Give the code of a region.' })
  .regex(/^[A-Za-z0-9]{1,20}$/, 'Give the code of a region, like BE.')
  .openapi({ description: 'ISO 3166-2 code without the country, where holidays differ within it' });

const scheduleSchema = z
  .strictObject({
    timeZone: timeZoneSchema,
    weekly: weeklySchedule,
    holidays: z.strictObject({ country, region: region.optional() }).nullable().openapi({
      description: 'Whose public holidays are days off; a date with hours of its own is worked all the same.',
    }),
  })
  .openapi('Schedule');

const timeOffInput = z
  .strictObject({
    firstDay: calendarDate,
    lastDay: calendarDate,
    note: longText(200).trim().default(''),
  })
  .refine(({ firstDay, lastDay }) => firstDay <= lastDay, {
    path: ['lastDay'],
    error: 'The last day must not be before the first.',
  })
  .refine(({ firstDay, lastDay }) => dayNumber(lastDay) - dayNumber(firstDay) < 366, {
    path: ['lastDay'],
    error: 'At most 366 days at once.',
  });
const timeOffSchema = z
  .object({ id: z.string(), memberId: z.string(), firstDay: z.string(), lastDay: z.string(), note: z.string() })
  .openapi('TimeOff');
const holidaySchema = z.object({ date: z.string(), name: z.string() });

const tags = ['Availability'];
const params = idParam('the member');

const readSchedule = createRoute({
  method: 'get',
  path: '/v1/members/{id}/schedule',
  tags,
  description:
    'When a member works: the hours of every event type that has none of its own. Until they have a schedule it is Monday to Friday, nine to five, in their zone.',
  request: { params },
  responses: { 200: json(scheduleSchema, 'The schedule'), ...problemAnswers },
});
const replaceSchedule = createRoute({
  method: 'put',
  path: '/v1/members/{id}/schedule',
  tags,
  description: 'Operators change their own, administrators everybody’s. Bookings that exist keep their time.',
  request: { params, body: jsonBody(scheduleSchema) },
  responses: { 200: json(scheduleSchema, 'The schedule'), ...problemAnswers },
});
const listOff = createRoute({
  method: 'get',
  path: '/v1/members/{id}/time-off',
  tags,
  description: 'The days on which a member takes no bookings of any event type, in order.',
  request: { params },
  responses: { 200: json(z.object({ data: z.array(timeOffSchema) }), 'Days off'), ...problemAnswers },
});
const addOff = createRoute({
  method: 'post',
  path: '/v1/members/{id}/time-off',
  tags,
  description: 'Whole days in the zone of the member’s schedule. Bookings that exist on them stay.',
  request: { params, body: jsonBody(timeOffInput) },
  responses: { 201: json(timeOffSchema, 'The days off'), ...problemAnswers },
});
const removeOff = createRoute({
  method: 'delete',
  path: '/v1/time-off/{id}',
  tags,
  request: { params: idParam('the days off') },
  responses: { 204: { description: 'They are worked again' }, ...problemAnswers },
});
const year = z.coerce
  .number({ error: 'Give a year.' })
  .int('Give a year.')
  .min(2000, 'Give a year from 2000 to 2099.')
  .max(2099, 'Give a year from 2000 to 2099.')
  .openapi({ type: 'integer' });
const listHolidays = createRoute({
  method: 'get',
  path: '/v1/holidays',
  tags,
  description: 'The public holidays of a year.',
  request: { query: z.object({ country, region: region.optional(), year }) },
  responses: { 200: json(z.object({ data: z.array(holidaySchema) }), 'Holidays, by their date'), ...problemAnswers },
});
const listRegions = createRoute({
  method: 'get',
  path: '/v1/holiday-regions',
  tags,
  description: 'The countries whose public holidays are known, and their regions where holidays differ.',
  responses: {
    200: json(
      z.object({
        data: z.array(
          z.object({
            country: z.string(),
            name: z.string(),
            regions: z.array(z.object({ region: z.string(), name: z.string() })),
          }),
        ),
      }),
      'Countries, by their name',
    ),
    ...problemAnswers,
  },
});

/** `/v1/members/{id}/schedule`, time off and holidays: when operators work. */
export function scheduleRoutes(deps: Deps) {
  return newRouter()
    .openapi(readSchedule, async (c) => {
      const { workspaceId } = c.get('principal');
      return c.json(await getSchedule(deps, workspaceId, c.req.valid('param').id), 200);
    })
    .openapi(replaceSchedule, async (c) => {
      const { id } = c.req.valid('param');
      return c.json(await putSchedule(deps, c.get('principal'), id, c.req.valid('json')), 200);
    })
    .openapi(listOff, async (c) => {
      const { workspaceId } = c.get('principal');
      const rows = await listTimeOff(deps, workspaceId, c.req.valid('param').id);
      return c.json({ data: rows.map(presentTimeOff) }, 200);
    })
    .openapi(addOff, async (c) => {
      const { id } = c.req.valid('param');
      return c.json(presentTimeOff(await addTimeOff(deps, c.get('principal'), id, c.req.valid('json'))), 201);
    })
    .openapi(removeOff, async (c) => {
      await removeTimeOff(deps, c.get('principal'), c.req.valid('param').id);
      return c.body(null, 204);
    })
    .openapi(listHolidays, async (c) => {
      const { year: asked, ...holidays } = c.req.valid('query');
      await requireRegion(holidays, '');
      return c.json({ data: await holidaysOf(holidays, asked) }, 200);
    })
    .openapi(listRegions, async (c) => c.json({ data: await listHolidayCountries() }, 200));
}

function presentTimeOff(row: TimeOffRow): z.infer<typeof timeOffSchema> {
  const { id, member_id: memberId, first_day: firstDay, last_day: lastDay, note } = row;
  return { id, memberId, firstDay, lastDay, note };
}

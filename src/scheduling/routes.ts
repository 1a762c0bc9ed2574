import { createRoute, z } from '@hono/zod-openapi';
import { requirePermission } from '../access/principal.ts';
import {
  idParam,
  idText,
  instant,
  instantOut,
  json,
  jsonBody,
  longText,
  newRouter,
  problemAnswers,
  singleLine,
} from '../http/router.ts';
import { meetingOptions } from '../microsoft/meeting-options.ts';
import { defaultSchedule, eventTypeRules } from './event-type.ts';
import { getOpenEventType, whyClosed } from './open-event-type.ts';
import {
  changeEventType,
  createEventType,
  deleteEventType,
  findFreeSlots,
  getEventType,
  listEventTypes,
  rulesOf,
  type EventTypeRow,
  type SchedulingDeps,
} from './service.ts';

type Deps = SchedulingDeps & { publicUrl: string };

const organizerRule = z
  .enum(['operator', 'default_organizer'], { error: 'Choose operator or default_organizer.' })
  .openapi({
    description:
      'Who owns the meetings. operator: the host, by their own connection, else as organizer of a tenant. default_organizer: the tenant’s, with the host as attendee.',
  });
const meetingKind = z.enum(['calendar', 'standalone'], { error: 'Choose calendar or standalone.' }).openapi({
  description: 'calendar: an event with invitations. standalone: a Teams meeting on no calendar.',
});

const eventTypeInput = z
  .strictObject({
    ...eventTypeRules.shape,
    durationMinutes: eventTypeRules.shape.durationMinutes.default(30),
    slotStepMinutes: eventTypeRules.shape.slotStepMinutes.default(30),
    bufferBeforeMinutes: eventTypeRules.shape.bufferBeforeMinutes.default(0),
    bufferAfterMinutes: eventTypeRules.shape.bufferAfterMinutes.default(0),
    minNoticeMinutes: eventTypeRules.shape.minNoticeMinutes.default(120),
    horizonDays: eventTypeRules.shape.horizonDays.default(60),
    schedule: eventTypeRules.shape.schedule.default(defaultSchedule),
    hostId: idText,
    slug: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Use lower-case letters, digits and single hyphens, like intro-call.')
      .max(80, 'At most 80 characters.'),
    title: singleLine(150, 'Give it a title.'),
    description: longText(2000).trim().default(''),
    active: z.boolean().default(true),
    organizer: organizerRule.default('operator'),
    meetingKind: meetingKind.default('calendar'),
    meetingOptions: meetingOptions.nullable().default(null),
  })
  .openapi('EventTypeInput');

const eventTypeSchema = z
  .object({
    ...eventTypeRules.shape,
    id: z.string(),
    hostId: z.string(),
    slug: z.string(),
    title: z.string(),
    description: z.string(),
    active: z.boolean(),
    organizer: organizerRule,
    meetingKind,
    meetingOptions: meetingOptions.nullable(),
    takesBookings: z.boolean().openapi({ description: 'Whether visitors can book it now.' }),
    closedReason: z.string().nullable().openapi({ description: 'Why they cannot, as a sentence.' }),
    bookingUrl: z.string(),
    createdAt: instantOut,
    updatedAt: instantOut,
  })
  .openapi('EventType');

const params = idParam('the event type');
const tags = ['Event types'];
const answer = { 200: json(eventTypeSchema, 'The event type'), ...problemAnswers };

const list = createRoute({
  method: 'get',
  path: '/v1/event-types',
  tags,
  responses: { 200: json(z.object({ data: z.array(eventTypeSchema) }), 'All event types'), ...problemAnswers },
});
const create = createRoute({
  method: 'post',
  path: '/v1/event-types',
  tags,
  request: { body: jsonBody(eventTypeInput) },
  responses: { 201: json(eventTypeSchema, 'The event type'), ...problemAnswers },
});
const read = createRoute({ method: 'get', path: '/v1/event-types/{id}', tags, request: { params }, responses: answer });
const replace = createRoute({
  method: 'put',
  path: '/v1/event-types/{id}',
  tags,
  request: { params, body: jsonBody(eventTypeInput) },
  responses: answer,
});
const remove = createRoute({
  method: 'delete',
  path: '/v1/event-types/{id}',
  tags,
  description: 'Removes an event type; one that has bookings is only switched off.',
  request: { params },
  responses: { 204: { description: 'It is gone, or switched off' }, ...problemAnswers },
});
const slots = createRoute({
  method: 'get',
  path: '/v1/event-types/{id}/slots',
  tags,
  description:
    'The times that can be booked. When the host’s calendar cannot be read nothing is offered: `calendar_unreadable`.',
  request: {
    params,
    query: z
      .object({
        from: instant,
        to: instant,
        excludingBookingId: idText
          .optional()
          .openapi({ description: 'A booking that is being moved: its own time counts as free.' }),
      })
      .refine(({ from, to }) => from < to, { path: ['to'], error: 'The end must be later than the start.' }),
  },
  responses: {
    200: json(z.object({ data: z.array(z.object({ start: instantOut, end: instantOut })) }), 'Free times'),
    ...problemAnswers,
  },
});

/** `/v1/event-types`: what visitors can book, and when. */
export function eventTypeRoutes(deps: Deps) {
  return newRouter()
    .openapi(list, async (c) => {
      const rows = await listEventTypes(deps, c.get('principal').workspaceId);
      return c.json({ data: await Promise.all(rows.map((row) => presentEventType(deps, row))) }, 200);
    })
    .openapi(create, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      const { workspaceId } = c.get('principal');
      const row = await createEventType(deps, workspaceId, c.req.valid('json'));
      return c.json(await presentEventType(deps, row), 201);
    })
    .openapi(read, async (c) => {
      const { workspaceId } = c.get('principal');
      const row = await getEventType(deps, workspaceId, c.req.valid('param').id);
      return c.json(await presentEventType(deps, row), 200);
    })
    .openapi(replace, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      const { workspaceId } = c.get('principal');
      const row = await changeEventType(deps, workspaceId, c.req.valid('param').id, c.req.valid('json'));
      return c.json(await presentEventType(deps, row), 200);
    })
    .openapi(remove, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      await deleteEventType(deps, c.get('principal').workspaceId, c.req.valid('param').id);
      return c.body(null, 204);
    })
    .openapi(slots, async (c) => {
      const open = await getOpenEventType(deps, c.get('principal').workspaceId, c.req.valid('param').id);
      const found = await findFreeSlots(deps, open, c.req.valid('query'));
      return c.json(
        { data: found.map(({ start, end }) => ({ start: start.toISOString(), end: end.toISOString() })) },
        200,
      );
    });
}

async function presentEventType(
  deps: Pick<Deps, 'publicUrl' | 'db'>,
  row: EventTypeRow,
): Promise<z.infer<typeof eventTypeSchema>> {
  const closedReason = await whyClosed(deps, row);
  return {
    ...rulesOf(row),
    id: row.id,
    hostId: row.host_id,
    slug: row.slug,
    title: row.title,
    description: row.description,
    active: row.active,
    organizer: row.organizer_rule,
    meetingKind: row.meeting_kind,
    meetingOptions: row.meeting_options,
    takesBookings: closedReason === undefined,
    closedReason: closedReason ?? null,
    bookingUrl: `${deps.publicUrl}/book/${await workspaceSlug(deps, row.workspace_id)}/${row.slug}`,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

async function workspaceSlug({ db }: Pick<Deps, 'db'>, workspaceId: string): Promise<string> {
  const row = await db.selectFrom('workspaces').select('slug').where('id', '=', workspaceId).executeTakeFirstOrThrow();
  return row.slug;
}

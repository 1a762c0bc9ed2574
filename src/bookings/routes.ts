import { createRoute, z } from '@hono/zod-openapi';
import type { Transaction } from 'kysely';
import { principalScope, requirePermission } from '../access/principal.ts';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Database } from '../database/schema.ts';
import { once } from '../http/idempotency.ts';
import { pageOf, pageQuery, splitPage } from '../http/paging.ts';
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
  type ApiContext,
} from '../http/router.ts';
import type { Queue } from '../jobs/queue.ts';
import { answerLater, finishOf, firstAnswer } from '../meetings/answer-later.ts';
import type { MeetingChanges } from '../meetings/changes.ts';
import { operationOf, type Operation } from '../meetings/operation.ts';
import { getMeeting } from '../meetings/service.ts';
import { resolveAttendees, requireLink } from '../people/service.ts';
import type { Offer } from '../scheduling/offer.ts';
import { getOpenEventType } from '../scheduling/open-event-type.ts';
import { requireOffer, type SchedulingDeps } from '../scheduling/service.ts';
import { bookingSchema, presentBooking, presentBookings, type BookingJson } from './booking-json.ts';
import { bookingStatuses, visitorSchema, type BookingRow, type BookingWithMeeting } from './booking.ts';
import { changeBooking } from './change-booking.ts';
import { bookingHistory } from './history.ts';
import { hostsOfRequest } from './hosts-of-request.ts';
import { createBooking } from './new-booking.ts';
import { getBooking, listBookings, type BookingDeps } from './service.ts';
import { getShownBooking } from './shown-booking.ts';
import { addTeamsMeeting, removeTeamsMeeting } from './teams-meeting.ts';
import { anyTime, durationMinutes, holdKeyOf, picked, wishes } from './wishes.ts';

export type BookingRouteDeps = SchedulingDeps & {
  queue: Queue;
  changes: MeetingChanges;
  dataKeys: DataKeys;
  publicUrl: string;
};

const newBookingSchema = z
  .strictObject({
    eventTypeId: idText,
    start: instant,
    durationMinutes,
    operatorId: idText.optional().openapi({ description: 'The operator who is wanted; else one who is free.' }),
    visitor: visitorSchema,
    ...wishes,
    anyTime,
  })
  .openapi('NewBooking');

const params = idParam('the booking');
const tags = ['Bookings'];
const answer = { 200: json(bookingSchema, 'The booking'), ...problemAnswers };

const statuses: ReadonlySet<string> = new Set(bookingStatuses);
const isStatus = (text: string): text is (typeof bookingStatuses)[number] => statuses.has(text);
const statusList = z
  .string()
  .refine((text) => text.split(',').every(isStatus), `Give statuses of ${bookingStatuses.join(', ')}, with commas.`)
  .transform((text) => text.split(',').filter(isStatus))
  .openapi({ type: 'string', example: 'requested,confirmed', description: 'One or several, with commas.' });

const list = createRoute({
  method: 'get',
  path: '/v1/bookings',
  tags,
  request: {
    query: pageQuery.extend({
      status: statusList.optional(),
      hostId: idText.optional().openapi({ description: 'Those in which this operator takes part.' }),
      eventTypeId: idText.optional(),
      seriesId: idText.optional(),
      q: longText(200).trim().optional().openapi({ description: 'Part of the visitor’s name or address.' }),
    }),
  },
  responses: {
    200: json(
      z.object({ data: z.array(bookingSchema), nextCursor: z.string().nullable() }),
      'Bookings, by their start',
    ),
    ...problemAnswers,
  },
});
const create = createRoute({
  method: 'post',
  path: '/v1/bookings',
  tags,
  description:
    'Books an offered time, or requests it where the event type needs approval. The answer does not wait for Microsoft; with `Prefer: wait=10` it comes as soon as the join link exists. Send an `Idempotency-Key` so that a repeated request books once.',
  request: { body: jsonBody(newBookingSchema) },
  responses: { 201: json(bookingSchema, 'The booking; its meeting is in most cases still pending'), ...problemAnswers },
});
const read = createRoute({ method: 'get', path: '/v1/bookings/{id}', tags, request: { params }, responses: answer });
const change = createRoute({
  method: 'patch',
  path: '/v1/bookings/{id}',
  tags,
  description: 'Changes who comes along, the note, or whether there is a Teams meeting.',
  request: {
    params,
    body: jsonBody(
      z
        .strictObject({
          attendees: picked.optional(),
          note: longText(5000).trim().optional(),
          teamsMeeting: z.boolean().optional(),
        })
        .refine((wanted) => Object.keys(wanted).length > 0, 'Tell what is to be changed.'),
    ),
  },
  responses: answer,
});
const history = createRoute({
  method: 'get',
  path: '/v1/bookings/{id}/history',
  tags,
  description: 'The life of a booking and of its meeting, oldest first.',
  request: { params },
  responses: {
    200: json(
      z.object({
        data: z.array(
          z.object({
            type: z.string(),
            at: instantOut,
            by: z.string().nullable().openapi({
              description:
                'visitor, outlook, parley or import, or the id of a member or API key; null: what Microsoft answered.',
            }),
            byName: z.string().nullable(),
            data: z.record(z.string(), z.unknown()),
          }),
        ),
      }),
      'What happened',
    ),
    ...problemAnswers,
  },
});

/** `/v1/bookings`: visitors' times with operators. */
export function bookingRoutes(deps: BookingRouteDeps) {
  const write = writing(deps);
  return newRouter()
    .openapi(list, async (c) => {
      const { status, hostId, eventTypeId, seriesId, q, ...query } = c.req.valid('query');
      const filter = { statuses: status, hostId, eventTypeId, seriesId, q };
      const rows = await listBookings(deps, c.get('principal').workspaceId, { ...pageOf(query), ...filter });
      const page = splitPage(rows, query.limit, ({ booking }) => ({ startsAt: booking.starts_at, id: booking.id }));
      const data = await presentBookings(deps, c.get('principal'), page.data);
      return c.json({ data, nextCursor: page.nextCursor }, 200);
    })
    .openapi(create, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { visitor, holdKey, attendees, ...body } = c.req.valid('json');
      const { workspaceId } = principal;
      let made: BookingWithMeeting | undefined;
      const laterOf = (found: BookingWithMeeting) => ({
        operation: operationOfBooking(found),
        status: 201 as const,
        again: async () => presentOne(deps, principal, await getBooking(deps, workspaceId, found.booking.id)),
      });
      let offer: Offer | undefined;
      let people: Awaited<ReturnType<typeof invited>> | undefined;
      const response = await once(c, deps, {
        prepare: async () => {
          people = await invited(deps, { workspaceId, picked: attendees, visitorEmail: visitor.email, ...body });
          const open = await getOpenEventType(deps, workspaceId, body.eventTypeId);
          offer = await requireOffer(deps, open, { ...body, staff: body.anyTime, holdKey: holdKeyOf(holdKey) });
        },
        run: async (trx) => {
          if (!offer || !people) throw new TypeError('a booking was written before its time was checked');
          const { approved, teamsMeeting } = body;
          const wish = {
            by: principalScope(principal),
            approved,
            teamsMeeting,
            ...people,
            holdKey: holdKeyOf(holdKey),
          };
          const { hosts, ...written } = await createBooking({ ...deps, db: trx }, offer, visitor, wish);
          made = written;
          const operators = hosts.map(({ memberId: id, name }) => ({ id, name }));
          const presented = await presentBooking(deps, principal, made, operators);
          return firstAnswer(c, { ...laterOf(made), body: presented });
        },
        finish: async () => made && finishOf(c, deps, laterOf(made))?.(),
      });
      return response as never; // stored bytes, checked against the schema when they were made
    })
    .openapi(read, async (c) => {
      const principal = c.get('principal');
      const { operators, ...found } = await getShownBooking(deps, principal.workspaceId, c.req.valid('param').id);
      return c.json(await presentBooking(deps, principal, found, operators), 200);
    })
    .openapi(change, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { booking } = await getBooking(deps, principal.workspaceId, c.req.valid('param').id);
      const { attendees: wanted, note, teamsMeeting } = c.req.valid('json');
      const by = principalScope(principal);
      const attendees = wanted && (await companionsOf(deps, booking, wanted));
      const hosts = teamsMeeting && !booking.teams_meeting ? await hostsOfRequest(deps, booking) : undefined;
      await write(async (inTrx) => {
        if (attendees || note !== undefined) await changeBooking(inTrx, booking, { attendees, note }, by);
        if (hosts) await addTeamsMeeting(inTrx, booking, { ...hosts, by });
        if (teamsMeeting === false && booking.teams_meeting) await removeTeamsMeeting(inTrx, booking, by);
      });
      const changed = await getBooking(deps, principal.workspaceId, booking.id);
      const left = !changed.meeting && booking.meeting_id !== null;
      const meeting = left ? await getMeeting(deps, principal.workspaceId, booking.meeting_id ?? '') : changed.meeting;
      return answerAbout(c, deps, changed, meeting);
    })
    .openapi(history, async (c) => {
      const { booking } = await getBooking(deps, c.get('principal').workspaceId, c.req.valid('param').id);
      return c.json({ data: await bookingHistory(deps, booking) }, 200);
    });
}

/** Runs a change in a transaction of its own. */
export function writing(deps: BookingRouteDeps) {
  return <T>(run: (inTrx: BookingRouteDeps & BookingDeps & { db: Transaction<Database> }) => Promise<T>) =>
    deps.db.transaction().execute((trx) => run({ ...deps, db: trx }));
}

/** Answers with a booking that was changed, when its meeting is as its request prefers. */
export async function answerAbout(
  c: ApiContext,
  deps: BookingRouteDeps,
  found: BookingWithMeeting,
  meeting = found.meeting,
): Promise<never> {
  const principal = c.get('principal');
  const body = await presentOne(deps, principal, found);
  const again = async () =>
    presentOne(deps, principal, await getBooking(deps, found.booking.workspace_id, found.booking.id));
  const operation = operationOfBooking({ booking: found.booking, meeting });
  return (await answerLater(c, deps, { operation, status: 200, body, again })) as never; // checked when it was made
}

/** What Microsoft has to be told of a booking. */
function operationOfBooking({ booking, meeting }: BookingWithMeeting): Operation | undefined {
  return meeting && operationOf(meeting, booking.id);
}

/** One booking as answers show it. */
export async function presentOne(
  deps: BookingRouteDeps,
  principal: Parameters<typeof presentBookings>[1],
  found: BookingWithMeeting,
): Promise<BookingJson> {
  const [presented] = await presentBookings(deps, principal, [found]);
  if (!presented) throw new TypeError('a booking vanished while it was shown');
  return presented;
}

type Invited = {
  workspaceId: string;
  picked: z.infer<typeof picked> | undefined;
  visitorEmail: string;
  contactId?: string | null | undefined;
  organisationId?: string | null | undefined;
};

/** Who comes along, and with whom the booking is linked, all checked. */
export async function invited(deps: Pick<SchedulingDeps, 'db'>, { picked: wanted, ...asked }: Invited) {
  const { contactId, organisationId } = asked;
  if (!wanted && !contactId && !organisationId) return { attendees: [], contactId: null, organisationId: null };
  const link = await requireLink(deps, asked.workspaceId, { contactId, organisationId });
  const attendees = wanted ? await resolveAttendees(deps, { ...asked, picked: wanted }) : [];
  return { attendees, contactId: link.contactId, organisationId: link.organisationId };
}

async function companionsOf(deps: Pick<SchedulingDeps, 'db'>, booking: BookingRow, wanted: z.infer<typeof picked>) {
  return resolveAttendees(deps, {
    workspaceId: booking.workspace_id,
    organisationId: booking.organisation_id,
    picked: wanted,
    already: booking.attendees,
    visitorEmail: booking.visitor_email,
  });
}

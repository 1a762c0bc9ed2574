import { createRoute, z } from '@hono/zod-openapi';
import type { Transaction } from 'kysely';
import { mayDo, requirePermission, type Principal } from '../access/principal.ts';
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
} from '../http/router.ts';
import type { Queue } from '../jobs/queue.ts';
import { preferredWaitSeconds, waitForMeeting, type MeetingChanges } from '../meetings/changes.ts';
import { manageUrl } from '../meetings/manage-link.ts';
import { meetingSchema, presentMeeting } from '../meetings/meeting-json.ts';
import { isSettled } from '../meetings/meeting.ts';
import { getOpenEventType, type OpenEventType } from '../scheduling/open-event-type.ts';
import { requireOffered, type SchedulingDeps } from '../scheduling/service.ts';
import type { Slot } from '../scheduling/slots.ts';
import { visitorSchema, type BookingWithMeeting } from './booking.ts';
import { cancelBooking, createBooking, getBooking, listBookings, rescheduleBooking } from './service.ts';

type Deps = SchedulingDeps & { queue: Queue; changes: MeetingChanges; dataKeys: DataKeys; publicUrl: string };

const bookingSchema = z
  .object({
    id: z.string().openapi({ example: 'bkg_4caregaekf0jcqrakuxmhygr' }),
    eventTypeId: z.string(),
    hostId: z.string(),
    status: z.enum(['confirmed', 'cancelled']),
    start: instantOut,
    end: instantOut,
    visitor: z.object({ name: z.string(), email: z.string(), timeZone: z.string(), note: z.string() }),
    meeting: meetingSchema,
    manageUrl: z.string().nullable().openapi({
      description:
        'The visitor’s own page: join, move, cancel. Whoever has it can do the same, so those who only look get `null`.',
    }),
    cancelReason: z.string().nullable(),
    cancelledAt: instantOut.nullable(),
    createdAt: instantOut,
    updatedAt: instantOut,
  })
  .openapi('Booking');

const newBookingSchema = z
  .strictObject({ eventTypeId: idText, start: instant, visitor: visitorSchema })
  .openapi('NewBooking');

const params = idParam('the booking');
const tags = ['Bookings'];
const answer = { 200: json(bookingSchema, 'The booking'), ...problemAnswers };

const list = createRoute({
  method: 'get',
  path: '/v1/bookings',
  tags,
  request: {
    query: pageQuery.extend({
      status: z.enum(['confirmed', 'cancelled']).optional(),
      hostId: idText.optional(),
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
    'Books an offered time. The answer does not wait for Microsoft; with `Prefer: wait=10` it comes as soon as the join link exists. Send an `Idempotency-Key` so that a repeated request books once.',
  request: { body: jsonBody(newBookingSchema) },
  responses: { 201: json(bookingSchema, 'The booking; its meeting is in most cases still pending'), ...problemAnswers },
});
const read = createRoute({ method: 'get', path: '/v1/bookings/{id}', tags, request: { params }, responses: answer });
const reschedule = createRoute({
  method: 'post',
  path: '/v1/bookings/{id}/reschedule',
  tags,
  description: 'Moves a booking to another offered time. The join link stays the same.',
  request: { params, body: jsonBody(z.strictObject({ start: instant })) },
  responses: answer,
});
const cancel = createRoute({
  method: 'post',
  path: '/v1/bookings/{id}/cancel',
  tags,
  request: { params, body: jsonBody(z.strictObject({ reason: longText(1000).trim().default('') })) },
  responses: answer,
});

/** `/v1/bookings`: visitors' times with hosts. */
export function bookingRoutes(deps: Deps) {
  const write = (run: (inTrx: Deps & { db: Transaction<Database> }) => Promise<BookingWithMeeting>) =>
    deps.db.transaction().execute((trx) => run({ ...deps, db: trx }));
  return newRouter()
    .openapi(list, async (c) => {
      const { status, hostId, ...query } = c.req.valid('query');
      const rows = await listBookings(deps, c.get('principal').workspaceId, { ...pageOf(query), status, hostId });
      const page = splitPage(rows, query.limit, ({ booking }) => ({ startsAt: booking.starts_at, id: booking.id }));
      const data = await Promise.all(page.data.map((row) => presentBooking(deps, c.get('principal'), row)));
      return c.json({ data, nextCursor: page.nextCursor }, 200);
    })
    .openapi(create, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { eventTypeId, start, visitor } = c.req.valid('json');
      const waitSeconds = preferredWaitSeconds(c.req.header('prefer'));
      let offer: (Slot & OpenEventType) | undefined;
      const response = await once(c, deps, {
        prepare: async () => {
          const eventType = await getOpenEventType(deps, principal.workspaceId, eventTypeId);
          offer = await requireOffered(deps, eventType, { start });
        },
        run: async (trx) => {
          if (!offer) throw new TypeError('a booking was written before its time was checked');
          return {
            status: 201,
            body: await presentBooking(deps, principal, await createBooking({ ...deps, db: trx }, offer, visitor)),
          };
        },
        ...(waitSeconds > 0 && {
          finish: async (body) => {
            const { id, meeting } = body as { id: string; meeting: { id: string } };
            const current = () => getBooking(deps, principal.workspaceId, id);
            await waitForMeeting(deps.changes, meeting.id, waitSeconds, async () =>
              isSettled((await current()).meeting),
            );
            return presentBooking(deps, principal, await current());
          },
        }),
      });
      return response as never; // stored bytes, checked against the schema when they were made
    })
    .openapi(read, async (c) => {
      return c.json(
        await presentBooking(
          deps,
          c.get('principal'),
          await getBooking(deps, c.get('principal').workspaceId, c.req.valid('param').id),
        ),
        200,
      );
    })
    .openapi(reschedule, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { booking } = await getBooking(deps, principal.workspaceId, c.req.valid('param').id);
      const slot = await moveTarget(deps, booking, c.req.valid('json').start);
      return c.json(
        await presentBooking(deps, principal, await write((inTrx) => rescheduleBooking(inTrx, booking, slot))),
        200,
      );
    })
    .openapi(cancel, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { booking } = await getBooking(deps, principal.workspaceId, c.req.valid('param').id);
      const { reason: why } = c.req.valid('json');
      return c.json(
        await presentBooking(deps, principal, await write((inTrx) => cancelBooking(inTrx, booking, why))),
        200,
      );
    });
}

async function moveTarget(deps: Deps, booking: BookingWithMeeting['booking'], start: Date): Promise<Slot> {
  const open = await getOpenEventType(deps, booking.workspace_id, booking.event_type_id);
  return requireOffered(deps, open, { start, excludingBookingId: booking.id });
}

async function presentBooking(
  deps: Pick<Deps, 'dataKeys' | 'publicUrl'>,
  principal: Principal,
  { booking, meeting }: BookingWithMeeting,
): Promise<z.infer<typeof bookingSchema>> {
  return {
    id: booking.id,
    eventTypeId: booking.event_type_id,
    hostId: booking.host_id,
    status: booking.status,
    start: booking.starts_at.toISOString(),
    end: booking.ends_at.toISOString(),
    visitor: {
      name: booking.visitor_name,
      email: booking.visitor_email,
      timeZone: booking.visitor_time_zone,
      note: booking.note,
    },
    meeting: presentMeeting(meeting),
    manageUrl: mayDo(principal, 'book')
      ? manageUrl(await deps.dataKeys(booking.workspace_id), deps.publicUrl, meeting.id)
      : null,
    cancelReason: booking.cancel_reason,
    cancelledAt: booking.cancelled_at?.toISOString() ?? null,
    createdAt: booking.created_at.toISOString(),
    updatedAt: booking.updated_at.toISOString(),
  };
}

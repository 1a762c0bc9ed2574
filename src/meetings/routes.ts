import { createRoute, z } from '@hono/zod-openapi';
import { requirePermission } from '../access/principal.ts';
import type { DataKeys } from '../access/workspace-keys.ts';
import { outsideOf } from '../database/span.ts';
import { once } from '../http/idempotency.ts';
import { pageOf, pageQuery, splitPage } from '../http/paging.ts';
import { idParam, instantOut, json, jsonBody, longText, newRouter, problemAnswers } from '../http/router.ts';
import { Problem, problemCodes, problems } from '../problem.ts';
import { answerLater, finishOf, firstAnswer, laterOfMeeting } from './answer-later.ts';
import type { MeetingChanges } from './changes.ts';
import { chooseHome } from './choose-home.ts';
import { faultsOfKind, meetingChangesSchema, newMeetingSchema, textToHtml } from './meeting-input.ts';
import { meetingSchema, presentMeeting } from './meeting-json.ts';
import { heldByBooking, type MeetingRow } from './meeting.ts';
import { metadataPair, noteOf } from './metadata.ts';
import { putRoutes } from './put-routes.ts';
import {
  cancelMeeting,
  changeMeeting,
  createMeeting,
  getMeeting,
  listMeetingEvents,
  listMeetings,
  retryMeeting,
  type MeetingDeps,
} from './service.ts';

type Deps = MeetingDeps & { changes: MeetingChanges; dataKeys: DataKeys };

const meetingEventSchema = z.object({
  type: z.string(),
  at: instantOut,
  problem: z
    .object({ code: z.string(), title: z.string() })
    .nullable()
    .openapi({ description: 'Why it failed, where it did.' }),
});
const params = idParam('the meeting');
const tags = ['Meetings'];
const answer = { 200: json(meetingSchema, 'The meeting'), ...problemAnswers };

const list = createRoute({
  method: 'get',
  path: '/v1/meetings',
  tags,
  request: {
    query: pageQuery.extend({
      externalId: longText(200).optional(),
      metadataPair: metadataPair.optional(),
      status: meetingSchema.shape.status.optional(),
      booked: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: 'Only meetings of bookings, or only those without one.' }),
    }),
  },
  responses: {
    200: json(
      z.object({ data: z.array(meetingSchema), nextCursor: z.string().nullable() }),
      'Meetings, by their start',
    ),
    ...problemAnswers,
  },
});
const create = createRoute({
  method: 'post',
  path: '/v1/meetings',
  tags,
  description:
    'Makes a Teams meeting in an organizer’s calendar. `Prefer: wait=10` answers as soon as the join link exists.',
  request: { body: jsonBody(newMeetingSchema) },
  responses: { 201: json(meetingSchema, 'The meeting, in most cases still pending'), ...problemAnswers },
});
const read = createRoute({ method: 'get', path: '/v1/meetings/{id}', tags, request: { params }, responses: answer });
const change = createRoute({
  method: 'patch',
  path: '/v1/meetings/{id}',
  tags,
  request: { params, body: jsonBody(meetingChangesSchema) },
  responses: answer,
});
const cancel = createRoute({
  method: 'post',
  path: '/v1/meetings/{id}/cancel',
  tags,
  request: { params, body: jsonBody(z.strictObject({ comment: longText(1000).default('') })) },
  responses: answer,
});
const retry = createRoute({
  method: 'post',
  path: '/v1/meetings/{id}/retry',
  tags,
  request: { params },
  responses: answer,
});
const history = createRoute({
  method: 'get',
  path: '/v1/meetings/{id}/events',
  tags,
  request: { params },
  responses: {
    200: json(z.object({ data: z.array(meetingEventSchema) }), 'What happened to the meeting, oldest first'),
    ...problemAnswers,
  },
});

/** `/v1/meetings`: Teams meetings with or without a booking. */
export function meetingRoutes(deps: Deps) {
  const inTransaction = <T>(run: (inTrx: Deps) => Promise<T>) =>
    deps.db.transaction().execute((trx) => run({ ...deps, db: trx }));
  return newRouter()
    .openapi(list, async (c) => {
      const { externalId, metadataPair: pair, status, booked, ...query } = c.req.valid('query');
      const note = pair === undefined ? undefined : noteOf(pair);
      const filter = { externalId, note, status, booked: booked === undefined ? undefined : booked === 'true' };
      const rows = await listMeetings(deps, c.get('principal').workspaceId, { ...pageOf(query), ...filter });
      const page = splitPage(rows, query.limit, (row) => ({ startsAt: row.starts_at, id: row.id }));
      return c.json({ data: page.data.map(presentMeeting), nextCursor: page.nextCursor }, 200);
    })
    .openapi(create, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { organizer, body, ...wanted } = c.req.valid('json');
      let made: MeetingRow | undefined;
      const response = await once(c, deps, {
        run: async (trx) => {
          const inTrx = { ...deps, db: trx, outsideDb: outsideOf(deps.db) };
          const home = await chooseHome(inTrx, principal, organizer, wanted.kind);
          made = await createMeeting(inTrx, {
            ...wanted,
            home,
            bodyHtml: textToHtml(body),
          });
          return firstAnswer(c, laterOfMeeting(deps, made, 201));
        },
        finish: async () => made && finishOf(c, deps, laterOfMeeting(deps, made, 201))?.(),
      });
      return response as never; // stored bytes, checked against the schema when they were made
    })
    .openapi(read, async (c) =>
      c.json(presentMeeting(await getMeeting(deps, c.get('principal').workspaceId, c.req.valid('param').id)), 200),
    )
    .openapi(change, async (c) => {
      requirePermission(c.get('principal'), 'book');
      const changes = c.req.valid('json');
      const { workspaceId } = c.get('principal');
      const { id } = c.req.valid('param');
      if (changes.start !== undefined) await refuseBooked(deps, workspaceId, id);
      const row = await inTransaction(async (inTrx) => {
        const changed = await changeMeeting(inTrx, workspaceId, id, defined(changes));
        const errors = faultsOfKind(changed.kind, changes).map(({ field, detail }) => ({
          pointer: `/${field}`,
          detail,
        }));
        if (errors.length > 0) throw new Problem('invalid_request', { errors });
        return changed;
      });
      return (await answerLater(c, deps, laterOfMeeting(deps, row, 200))) as never; // checked when it was made
    })
    .openapi(cancel, async (c) => {
      requirePermission(c.get('principal'), 'book');
      const { workspaceId } = c.get('principal');
      const { id } = c.req.valid('param');
      await refuseBooked(deps, workspaceId, id);
      const { comment } = c.req.valid('json');
      const row = await inTransaction((inTrx) => cancelMeeting(inTrx, workspaceId, id, comment));
      return (await answerLater(c, deps, laterOfMeeting(deps, row, 200))) as never;
    })
    .openapi(retry, async (c) => {
      requirePermission(c.get('principal'), 'book');
      const { id } = c.req.valid('param');
      const row = await inTransaction((inTrx) => retryMeeting(inTrx, c.get('principal').workspaceId, id));
      return (await answerLater(c, deps, laterOfMeeting(deps, row, 200))) as never;
    })
    .openapi(history, async (c) => {
      const { id } = await getMeeting(deps, c.get('principal').workspaceId, c.req.valid('param').id);
      const rows = await listMeetingEvents(deps, id);
      return c.json({ data: rows.map(presentEvent) }, 200);
    })
    .route('/', putRoutes(deps));
}

/** A booked meeting is moved and cancelled through its booking, which holds the time. */
async function refuseBooked(deps: Deps, workspaceId: string, id: string): Promise<void> {
  const { booking_id: bookingId } = await getMeeting(deps, workspaceId, id);
  if (bookingId) throw heldByBooking(bookingId);
}

/** Left-out fields are left out, not `undefined`. */
function defined<T extends object>(changes: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as never;
}

function presentEvent(row: Awaited<ReturnType<typeof listMeetingEvents>>[number]): z.infer<typeof meetingEventSchema> {
  const code = problemCodes.find((known) => known === row.data['code']);
  return {
    type: row.type,
    at: row.created_at.toISOString(),
    problem: code ? { code, title: problems[code].title } : null,
  };
}

import { createRoute, z } from '@hono/zod-openapi';
import { requirePermission } from '../access/principal.ts';
import { outsideOf } from '../database/span.ts';
import { json, jsonBody, newRouter, problemAnswers, singleLine } from '../http/router.ts';
import { answerLater, laterOfMeeting } from './answer-later.ts';
import type { MeetingChanges } from './changes.ts';
import { chooseHome } from './choose-home.ts';
import { textToHtml, wholeMeetingSchema } from './meeting-input.ts';
import { meetingSchema } from './meeting-json.ts';
import { putMeeting } from './put-meeting.ts';
import type { MeetingDeps } from './service.ts';

type Deps = MeetingDeps & { changes: MeetingChanges };

const tags = ['Meetings'];
const put = createRoute({
  method: 'put',
  path: '/v1/meetings/by-external-id/{externalId}',
  tags,
  description:
    'Makes the meeting with your own id be as given, whether it was there or not. What is so already is left as it is. A cancelled meeting stays cancelled: your id goes over to a new one.',
  request: {
    params: z.object({ externalId: singleLine(200, 'Give an external id.') }),
    body: jsonBody(wholeMeetingSchema),
  },
  responses: {
    200: json(meetingSchema, 'The meeting that was there'),
    201: json(meetingSchema, 'The new meeting, in most cases still pending'),
    ...problemAnswers,
  },
});

/** `PUT /v1/meetings/by-external-id/{externalId}`: for programs that know meetings by ids of their own. */
export function putRoutes(deps: Deps) {
  return newRouter().openapi(put, async (c) => {
    const principal = c.get('principal');
    requirePermission(principal, 'book');
    const { organizer, body, ...wanted } = c.req.valid('json');
    const { row, isNew } = await deps.db.transaction().execute((trx) => {
      const inTrx = { ...deps, db: trx, outsideDb: outsideOf(deps.db) };
      return putMeeting(inTrx, principal.workspaceId, {
        ...wanted,
        externalId: c.req.valid('param').externalId,
        bodyHtml: body === undefined ? undefined : textToHtml(body),
        connectionId: 'connectionId' in organizer ? organizer.connectionId : undefined,
        chooseHome: () => chooseHome(inTrx, principal, organizer, wanted.kind),
      });
    });
    return (await answerLater(c, deps, laterOfMeeting(deps, row, isNew ? 201 : 200))) as never; // checked when it was made
  });
}

import { createRoute, z } from '@hono/zod-openapi';
import { principalScope, requirePermission } from '../access/principal.ts';
import { idParam, json, jsonBody, longText, newRouter, problemAnswers } from '../http/router.ts';
import { answerLater } from '../meetings/answer-later.ts';
import type { MeetingChanges } from '../meetings/changes.ts';
import { meetingSchema, presentMeeting } from '../meetings/meeting-json.ts';
import { operationOf } from '../meetings/operation.ts';
import { resolutions, resolveMeeting } from './resolve.ts';
import { getMeeting, type MeetingDeps } from '../meetings/service.ts';

const resolve = createRoute({
  method: 'post',
  path: '/v1/meetings/{id}/resolve',
  tags: ['Meetings'],
  description:
    'Decides what holds for a meeting that somebody changed or removed in Outlook (`status: out_of_sync`). accept: what Outlook shows – another time or subject; where the event is gone, booking and meeting are cancelled. restore: what was wanted, sent once more. recreate: a new event with a new link, where the old one is gone; Outlook invites everybody to it. cancel: booking and meeting. Of two people at once one wins, and the other is answered `already_resolved`.',
  request: {
    params: idParam('the meeting'),
    body: jsonBody(
      z
        .strictObject({
          action: z.enum(resolutions),
          reason: longText(1000)
            .default('')
            .openapi({ description: 'Where it is cancelled: what its visitors are told.' }),
        })
        .openapi('MeetingResolution'),
    ),
  },
  responses: { 200: json(meetingSchema, 'The meeting'), ...problemAnswers },
});

/** What people decide about changes that were made in Outlook. */
export function watchRoutes(deps: MeetingDeps & { changes: MeetingChanges }) {
  return newRouter().openapi(resolve, async (c) => {
    const principal = c.get('principal');
    requirePermission(principal, 'book');
    const { id } = c.req.valid('param');
    const resolution = { ...c.req.valid('json'), by: principalScope(principal) };
    const row = await deps.db
      .transaction()
      .execute((trx) => resolveMeeting({ ...deps, db: trx }, principal.workspaceId, id, resolution));
    const again = async () => presentMeeting(await getMeeting(deps, principal.workspaceId, row.id));
    const later = { operation: operationOf(row), status: 200, body: presentMeeting(row), again } as const;
    return (await answerLater(c, deps, later)) as never; // checked when it was made
  });
}

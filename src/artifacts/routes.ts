import { createRoute, z } from '@hono/zod-openapi';
import { requirePermission, type Principal } from '../access/principal.ts';
import { answerFinally } from '../http/idempotency.ts';
import { pageOf, pageQuery, splitPage } from '../http/paging.ts';
import { preferenceOf } from '../http/prefer.ts';
import { idParam, idText, json, jsonBody, newRouter, problemAnswers } from '../http/router.ts';
import { waitForMeeting, type MeetingChanges } from '../meetings/changes.ts';
import type { MeetingRow } from '../meetings/meeting.ts';
import { getMeeting } from '../meetings/service.ts';
import { actorOf } from '../monitoring/audit.ts';
import { artifactSchema, captureSchema, kindSchema, presentArtifacts, presentCapture } from './artifact-json.ts';
import { refreshCaptures } from './captures.ts';
import { contentResponse, type ContentDeps } from './content.ts';
import { deleteArtifact } from './retention.ts';
import { listArtifacts, listCaptures, type ArtifactDeps } from './service.ts';
import { changeArtifactSettings, getArtifactSettings } from './settings.ts';
import { findVisible } from './sharing.ts';
import { openForView } from './viewing.ts';

type Deps = ArtifactDeps & ContentDeps & { changes: MeetingChanges };

const tags = ['Artifacts'];
const params = idParam('the artifact');
const ofMeeting = z
  .object({ captures: z.array(captureSchema), data: z.array(artifactSchema) })
  .openapi('MeetingArtifacts');

const list = createRoute({
  method: 'get',
  path: '/v1/artifacts',
  tags,
  description:
    'Recordings, transcripts and attendance reports, newest first. Operators and viewers see those of meetings that they take part in.',
  request: {
    query: pageQuery
      .omit({ order: true })
      .extend({ kind: kindSchema.optional(), meetingId: idText.optional(), bookingId: idText.optional() }),
  },
  responses: {
    200: json(z.object({ data: z.array(artifactSchema), nextCursor: z.string().nullable() }), 'Artifacts'),
    ...problemAnswers,
  },
});
const read = createRoute({
  method: 'get',
  path: '/v1/artifacts/{id}',
  tags,
  description: 'Of a deleted one the name is left.',
  request: { params },
  responses: { 200: json(artifactSchema, 'The artifact'), ...problemAnswers },
});
const remove = createRoute({
  method: 'delete',
  path: '/v1/artifacts/{id}',
  tags,
  description:
    'Deletes it for good, from the internal storage too; at Microsoft it stays. While a booking of the meeting is under legal hold: `legal_hold`.',
  request: { params },
  responses: { 204: { description: 'It is deleted' }, ...problemAnswers },
});
const bytes = { schema: z.string().openapi({ format: 'binary' }) };
const contentTypes = { 'video/mp4': bytes, 'text/vtt': bytes, 'text/plain': bytes, 'text/csv': bytes };
const content = createRoute({
  method: 'get',
  path: '/v1/artifacts/{id}/content',
  tags,
  description:
    'What is in it: a recording as MP4, a transcript as WebVTT or text, an attendance report as CSV. Takes `Range` (RFC 9110, section 14). Each view and download is in the audit log.',
  request: {
    params,
    query: z.object({
      as: z.enum(['view', 'download']).default('view'),
      format: z
        .enum(['vtt', 'text', 'csv'])
        .optional()
        .openapi({ description: 'Of a transcript: vtt (as it is) or text.' }),
    }),
  },
  responses: {
    200: { description: 'The whole content', content: contentTypes },
    206: { description: 'The range that was asked for', content: contentTypes },
    ...problemAnswers,
  },
});
const show = createRoute({
  method: 'get',
  path: '/v1/meetings/{id}/artifacts',
  tags,
  description: 'What is left of a meeting, and how far the search for each kind is.',
  request: { params: idParam('the meeting') },
  responses: { 200: json(ofMeeting, 'Captures and artifacts'), ...problemAnswers },
});
const refresh = createRoute({
  method: 'post',
  path: '/v1/meetings/{id}/artifacts/refresh',
  tags,
  description:
    '*Refresh recordings*: looks now. `Prefer: wait=15` answers when Microsoft has been asked for each kind.',
  request: { params: idParam('the meeting') },
  responses: { 200: json(ofMeeting, 'Captures and artifacts'), ...problemAnswers },
});

const days = z
  .number({ error: 'Give a number of days, or null.' })
  .int('Give whole days.')
  .min(1, 'At least one day.')
  .max(36_500, 'At most 36,500 days.')
  .nullable();
const keepDays = z.strictObject({ recording: days, transcript: days, attendance: days });
const settingsSchema = z
  .object({
    downloadRecordings: z
      .boolean()
      .openapi({ description: '*Download recordings to internal storage*. Off: they are played from Microsoft.' }),
    showInPortal: z.boolean().openapi({
      description: '*Show recordings and transcripts in the client portal*: asked each time somebody looks.',
    }),
    keepDays: keepDays.openapi({ description: 'Days after which each kind is deleted; null: never by itself.' }),
  })
  .openapi('ArtifactSettings');
const settings = createRoute({
  method: 'get',
  path: '/v1/artifact-settings',
  tags,
  responses: { 200: json(settingsSchema, 'What the workspace does with what is left of meetings'), ...problemAnswers },
});
const changeSettings = createRoute({
  method: 'patch',
  path: '/v1/artifact-settings',
  tags,
  description: 'Changes what is given. A shorter time deletes what is older soon after.',
  request: {
    body: jsonBody(
      z.strictObject({
        downloadRecordings: z.boolean().optional(),
        showInPortal: z.boolean().optional(),
        keepDays: keepDays.partial().optional(),
      }),
    ),
  },
  responses: { 200: json(settingsSchema, 'The changed settings'), ...problemAnswers },
});

/** `/v1/artifacts` and what belongs to them: found, read, refreshed, deleted. */
export function artifactRoutes(deps: Deps) {
  return newRouter()
    .openapi(list, async (c) => {
      const { kind, meetingId, bookingId, ...query } = c.req.valid('query');
      const page = pageOf({ ...query, order: 'desc' });
      const rows = await listArtifacts(deps, c.get('principal'), { ...page, kind, meetingId, bookingId });
      const { data, nextCursor } = splitPage(rows, query.limit, (row) => ({ startsAt: row.starts_at, id: row.id }));
      return c.json({ data: await presentArtifacts(deps, data), nextCursor }, 200);
    })
    .openapi(read, async (c) => {
      const row = await findVisible(deps, c.get('principal'), c.req.valid('param').id);
      const [artifact] = await presentArtifacts(deps, [row]);
      return c.json(artifact as NonNullable<typeof artifact>, 200); // its row was there a moment ago
    })
    .openapi(remove, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'manage');
      const row = await findVisible(deps, principal, c.req.valid('param').id);
      await deleteArtifact(deps, row, actorOf(principal));
      return c.body(null, 204);
    })
    .openapi(content, async (c) => {
      const { as, format } = c.req.valid('query');
      const row = await openForView(deps, c.get('principal'), c.req.valid('param').id, as);
      return contentResponse(c, deps, row, { as, format });
    })
    .openapi(show, async (c) => {
      const meeting = await getMeeting(deps, c.get('principal').workspaceId, c.req.valid('param').id);
      return c.json(await presentMeetingArtifacts(deps, c.get('principal'), meeting), 200);
    })
    .openapi(refresh, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const meeting = await getMeeting(deps, principal.workspaceId, c.req.valid('param').id);
      await deps.db.transaction().execute((trx) => refreshCaptures({ ...deps, db: trx }, meeting));
      const askedAt = deps.now(); // what was made due before this and is due later now has been looked at
      const { waitSeconds } = preferenceOf(c);
      const answer = async () =>
        ({ status: 200, body: await presentMeetingArtifacts(deps, principal, meeting) }) as const;
      const afterLooking = async () => {
        await waitForMeeting(deps.changes, meeting.id, waitSeconds, async () => {
          const captures = await listCaptures(deps, meeting);
          return captures.every(({ row }) => !row?.due_at || row.due_at > askedAt);
        });
        return answer();
      };
      const response = await answerFinally(c, await answer(), waitSeconds > 0 ? afterLooking : undefined);
      return response as never; // checked when it was made
    })
    .openapi(settings, async (c) => c.json(await getArtifactSettings(deps, c.get('principal').workspaceId), 200))
    .openapi(changeSettings, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'manage');
      const changed = await changeArtifactSettings(
        deps,
        principal.workspaceId,
        c.req.valid('json'),
        actorOf(principal),
      );
      return c.json(changed, 200);
    });
}

async function presentMeetingArtifacts(deps: ArtifactDeps, principal: Principal, meeting: MeetingRow) {
  const captures = await listCaptures(deps, meeting);
  const rows = await listArtifacts(deps, principal, { limit: 200, meetingId: meeting.id });
  return {
    captures: captures.map((capture) => presentCapture(capture, meeting)),
    data: await presentArtifacts(deps, rows),
  };
}

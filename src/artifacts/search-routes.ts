import { createRoute, z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import type { Principal } from '../access/principal.ts';
import type { ArtifactKind, Database } from '../database/schema.ts';
import { pageOf, pageQuery } from '../http/paging.ts';
import { idParam, idText, json, longText, newRouter, problemAnswers } from '../http/router.ts';
import { actorOf, recordAudit } from '../monitoring/audit.ts';
import { Problem } from '../problem.ts';
import type { ArtifactRow } from './artifact.ts';
import { readAttendance } from './attendance.ts';
import { searchTranscripts, showTranscript, type LineFound, type LinePosition } from './search.ts';
import { findVisible } from './sharing.ts';
import {
  attendanceSchema,
  foundLineSchema,
  presentAttendance,
  presentFoundLine,
  transcriptSchema,
} from './transcript-json.ts';
import { recordView } from './viewing.ts';

type Deps = { db: Kysely<Database>; now: () => Date };

const tags = ['Artifacts'];
const params = idParam('the artifact');
/** Who turns the pages of what was found, or changes a word, is searching still. */
const sameSearchMs = 15 * 60_000;

const query = longText(200).openapi({
  description:
    'Words that are all in one line, in any form that they take in the language that is spoken, with accents or without; “phrases” in double quotes; `or` between alternatives; `-` before what is not to be in it. In scripts without blanks, any part of the text.',
  example: 'contract "next week" -draft',
});

const transcript = createRoute({
  method: 'get',
  path: '/v1/artifacts/{id}/transcript',
  tags,
  description: 'What was said, line by line, and where in it `q` was found. Each view is in the audit log.',
  request: { params, query: z.object({ q: query.optional() }) },
  responses: { 200: json(transcriptSchema, 'All lines, in their order'), ...problemAnswers },
});
const attendance = createRoute({
  method: 'get',
  path: '/v1/artifacts/{id}/attendance',
  tags,
  description:
    'Who was there, and from when to when: one report for each session of the meeting. Each view is in the audit log.',
  request: { params },
  responses: { 200: json(attendanceSchema, 'People, in the order in which they came'), ...problemAnswers },
});
const search = createRoute({
  method: 'get',
  path: '/v1/transcript-search',
  tags,
  description:
    'Looks for what was said in all transcripts that you may see. Lines of the newest meeting come first, in their order.',
  request: { query: pageQuery.omit({ order: true }).extend({ q: query }) },
  responses: {
    200: json(z.object({ data: z.array(foundLineSchema), nextCursor: z.string().nullable() }), 'Lines'),
    ...problemAnswers,
  },
});

/** What was said and who was there: read, and found. */
export function transcriptRoutes(deps: Deps) {
  return newRouter()
    .openapi(transcript, async (c) => {
      const principal = c.get('principal');
      const row = await requireKind(deps, principal, c.req.valid('param').id, 'transcript');
      const { lines, found } = await showTranscript(deps, row, c.req.valid('query').q?.trim() || undefined);
      await recordView(deps, row, actorOf(principal), 'view');
      return c.json({ data: lines, matches: found }, 200);
    })
    .openapi(attendance, async (c) => {
      const principal = c.get('principal');
      const row = await requireKind(deps, principal, c.req.valid('param').id, 'attendance');
      const records = await readAttendance(deps, row);
      await recordView(deps, row, actorOf(principal), 'view');
      return c.json(presentAttendance(records), 200);
    })
    .openapi(search, async (c) => {
      const principal = c.get('principal');
      const { q, cursor, ...span } = c.req.valid('query');
      const { limit, from, to } = pageOf({ ...span, order: 'desc' });
      const rows = await searchTranscripts(deps, principal, { q, limit, from, to, after: positionOf(cursor) });
      const { workspaceId } = principal;
      const entry = { workspaceId, actor: actorOf(principal), action: 'transcripts.searched' } as const;
      await recordAudit(deps, entry, { onceWithinMs: sameSearchMs });
      const data = rows.slice(0, limit);
      const last = rows.length > limit ? data.at(-1) : undefined;
      return c.json({ data: data.map(presentFoundLine), nextCursor: last ? cursorOf(last) : null }, 200);
    });
}

/** An artifact of one kind that the principal may see and that is not deleted. Throws `not_found`. */
async function requireKind(deps: Deps, principal: Principal, id: string, kind: ArtifactKind): Promise<ArtifactRow> {
  const row = await findVisible(deps, principal, id);
  if (row.kind !== kind) throw new Problem('not_found', { detail: `This is of another kind: ${row.kind}.` });
  if (row.deleted_at) throw new Problem('not_found', { detail: 'It was deleted.' });
  return row;
}

function cursorOf({ startedAt, artifactId, position }: LineFound): string {
  return Buffer.from(JSON.stringify([startedAt.toISOString(), artifactId, position])).toString('base64url');
}

const lineCursor = z.tuple([z.iso.datetime(), idText, z.number().int().min(0).max(10_000_000)]);

function positionOf(cursor: string | undefined): LinePosition | undefined {
  if (cursor === undefined) return undefined;
  try {
    const [at, artifactId, position] = lineCursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    const startsAt = new Date(at);
    const year = startsAt.getUTCFullYear();
    if (year < 1900 || year >= 2200) throw new RangeError('no meeting is then');
    return { startsAt, artifactId, position };
  } catch {
    throw new Problem('invalid_request', {
      errors: [{ pointer: '/cursor', detail: 'Use the nextCursor of the previous page.' }],
    });
  }
}

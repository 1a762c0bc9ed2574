import { z } from '@hono/zod-openapi';
import { changing, id, instant, page, reading, rehearsal, type Tool } from './tool.ts';

const lines = z.looseObject({ data: z.array(z.looseObject({ matches: z.array(z.unknown()) })), matches: z.number() });

const query = z
  .string()
  .max(200)
  .describe(
    'Words that are all in one line; “phrases” in double quotes; `or` between alternatives; `-` before a word.',
  );

/** What is left of meetings: found, read in parts, searched, shared. */
export const artifactTools: Tool[] = [
  reading({
    name: 'list_artifacts',
    title: 'List recordings, transcripts and reports',
    operation: 'GET /v1/artifacts',
    description:
      'What is left of meetings, newest first: recordings, transcripts and attendance reports with their ids, not their content.',
    input: z.strictObject({
      kind: z.enum(['recording', 'transcript', 'attendance']).optional(),
      meetingId: id('a meeting').optional(),
      bookingId: id('a booking').optional(),
      from: instant('Only what began then or later.').optional(),
      to: instant('Only what began before.').optional(),
      ...page,
    }),
    wish: (wanted) => ({ query: wanted }),
  }),
  reading({
    name: 'read_transcript',
    title: 'Read a part of a transcript',
    operation: 'GET /v1/artifacts/{id}/transcript',
    description:
      'Lines of one transcript, a part at a time; `total` says how many there are. To find something in it, give `q`, and read the lines around a match by their `position`. Each view is in the audit log.',
    input: z.strictObject({
      artifactId: id('the transcript'),
      q: query.optional().describe('Gives only lines in which this was found; `fromLine` then counts from the first.'),
      fromLine: z.int().min(0).max(1_000_000).default(0).describe('The first line that you want, from 0.'),
      lines: z.int().min(1).max(300).default(100).describe('How many lines at most.'),
    }),
    wish: ({ artifactId, q }) => ({ id: artifactId, query: { q } }),
    part: (body, { q, fromLine, lines: most }) => {
      const { data, matches } = lines.parse(body);
      const wanted = q?.trim() ? data.filter((line) => line.matches.length > 0) : data;
      const shown = wanted.slice(fromLine, fromLine + most);
      return { data: shown, total: data.length, matches, left: Math.max(0, wanted.length - fromLine - shown.length) };
    },
  }),
  reading({
    name: 'search_transcripts',
    title: 'Search all transcripts',
    operation: 'GET /v1/transcript-search',
    description:
      'Looks for what was said in all transcripts of the workspace; lines of the newest meeting come first. Each search is in the audit log.',
    input: z.strictObject({
      q: query,
      from: instant('Only meetings that began then or later.').optional(),
      to: instant('Only meetings that began before.').optional(),
      ...page,
    }),
    wish: (wanted) => ({ query: wanted }),
  }),
  reading({
    name: 'get_attendance',
    title: 'See who was there',
    operation: 'GET /v1/artifacts/{id}/attendance',
    description:
      'Who was in a meeting, and from when to when: one attendance report of list_artifacts. Each view is in the audit log.',
    input: z.strictObject({ artifactId: id('the attendance report') }),
    wish: ({ artifactId }) => ({ id: artifactId }),
  }),
  changing({
    name: 'share_artifact',
    title: 'Make a link to a recording, transcript or report',
    operation: 'POST /v1/artifacts/{id}/links',
    description:
      'Makes a link that opens the content for whoever has it, without signing in, until it expires. It cannot be taken back.',
    destructive: false,
    input: z.strictObject({
      artifactId: id('the recording, transcript or report'),
      expiresInSeconds: z.int().min(60).max(86_400).optional().describe('Left out: four hours.'),
      ...rehearsal,
    }),
    wish: ({ artifactId, expiresInSeconds }) => ({ id: artifactId, body: { expiresInSeconds } }),
  }),
];

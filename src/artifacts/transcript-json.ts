import { z } from '@hono/zod-openapi';
import type { AttendanceRecord } from '../database/schema.ts';
import { instantOut } from '../http/router.ts';
import type { LineFound } from './search.ts';

const matches = z.array(z.tuple([z.number().int(), z.number().int()])).openapi({
  description: 'Where in `text` it was found: from this character to before that one, in UTF-16 code units.',
  example: [[4, 12]],
});
const position = z.number().int().openapi({ description: 'Which line of the transcript it is, from 0.', example: 17 });
const startMs = z.number().int().openapi({
  description: 'Milliseconds from the beginning of the transcript; negative where talking began before the recording.',
  example: 16246,
});
const speaker = z
  .string()
  .nullable()
  .openapi({ description: 'null where the tenant does not let apps read who said what.', example: 'Dana Reyes' });
const text = z
  .string()
  .openapi({ description: 'Plain text on one line, not HTML.', example: 'The contract is ready.' });

/** A transcript as the API shows it. */
export const transcriptSchema = z
  .object({
    data: z.array(z.object({ position, startMs, endMs: z.number().int(), speaker, text, matches })),
    matches: z.number().int().openapi({ description: 'In how many lines `q` was found; 0 without it.' }),
  })
  .openapi('Transcript');

/** A line of a transcript in which something was found. */
export const foundLineSchema = z
  .object({
    artifactId: z.string().openapi({ example: 'art_4caregaekf0jcqrakuxmhygr' }),
    meetingId: z.string().openapi({ example: 'mtg_4caregaekf0jcqrakuxmhygr' }),
    subject: z.string().openapi({ description: 'The meeting’s.' }),
    startedAt: instantOut.openapi({ description: 'When transcription began.' }),
    position,
    startMs,
    speaker,
    text,
    matches,
  })
  .openapi('FoundLine');

export function presentFoundLine(line: LineFound): z.infer<typeof foundLineSchema> {
  return { ...line, startedAt: line.startedAt.toISOString() };
}

const attendeeSchema = z
  .object({
    name: z.string().nullable().openapi({ example: 'Dana Reyes' }),
    email: z.string().nullable().openapi({ description: 'Guests have none.' }),
    objectId: z.string().nullable().openapi({ description: 'Of people of a tenant: their id in its directory.' }),
    role: z.string().nullable().openapi({ description: 'In Microsoft’s word.', example: 'Presenter' }),
    totalSeconds: z.number().int(),
    intervals: z
      .array(z.object({ joinedAt: instantOut, leftAt: instantOut, seconds: z.number().int() }))
      .openapi({ description: 'Who leaves and comes again has several.' }),
  })
  .openapi('AttendanceRecord');

/** An attendance report as the API shows it. */
export const attendanceSchema = z.object({ data: z.array(attendeeSchema) }).openapi('Attendance');

export function presentAttendance(records: readonly AttendanceRecord[]): z.infer<typeof attendanceSchema> {
  return {
    data: records.map(({ name, email, objectId, role, totalSeconds, intervals }) => ({
      name,
      email,
      objectId,
      role,
      totalSeconds,
      intervals,
    })),
  };
}

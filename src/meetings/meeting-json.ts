import { z } from '@hono/zod-openapi';
import { problemBody } from '../http/problems.ts';
import { instantOut, problemSchema } from '../http/router.ts';
import { Problem } from '../problem.ts';
import { isInSync, type MeetingRow } from './meeting.ts';

/** A meeting as the API shows it. */
export const meetingSchema = z
  .object({
    id: z.string().openapi({ example: 'mtg_4caregaekf0jcqrakuxmhygr' }),
    externalId: z.string().nullable(),
    bookingId: z.string().nullable().openapi({ description: 'The booking whose meeting this is, if any.' }),
    wanted: z.enum(['scheduled', 'cancelled']).openapi({ description: 'What Parley makes Microsoft match.' }),
    connectionId: z.string().nullable(),
    organizer: z.object({ tenantId: z.string(), objectId: z.string() }),
    subject: z.string(),
    start: instantOut,
    end: instantOut,
    timeZone: z.string(),
    attendees: z.array(z.object({ email: z.string(), name: z.string().nullable() })),
    status: z.enum(['pending', 'provisioning', 'ready', 'failed', 'cancelled']).openapi({
      description:
        'pending: Microsoft has not been asked yet, or is asked again soon · provisioning: the event exists, its link is on its way · ready: the join link was read back · failed: a person is needed · cancelled',
    }),
    inSync: z.boolean().openapi({ description: 'Whether Microsoft shows what is wanted here.' }),
    joinUrl: z.string().nullable(),
    webLink: z.string().nullable().openapi({ description: 'The event in the organizer’s Outlook on the web.' }),
    problem: problemSchema.omit({ requestId: true }).extend({ retryAt: instantOut.nullable() }).nullable(),
    syncedAt: instantOut.nullable(),
    createdAt: instantOut,
    updatedAt: instantOut,
  })
  .openapi('Meeting');

export type MeetingJson = z.infer<typeof meetingSchema>;

export function presentMeeting(row: MeetingRow): MeetingJson {
  return {
    id: row.id,
    externalId: row.external_id,
    bookingId: row.booking_id,
    wanted: row.wanted,
    connectionId: row.connection_id,
    organizer: { tenantId: row.tenant_id, objectId: row.organizer_id },
    subject: row.subject,
    start: row.starts_at.toISOString(),
    end: row.ends_at.toISOString(),
    timeZone: row.time_zone,
    attendees: row.attendees,
    status: row.status,
    inSync: isInSync(row),
    joinUrl: row.join_url,
    webLink: row.web_link,
    problem: presentProblem(row),
    syncedAt: row.synced_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function presentProblem(row: MeetingRow): MeetingJson['problem'] {
  if (!row.problem_code) return null;
  const problem = new Problem(row.problem_code, {
    ...(row.problem_detail && { detail: row.problem_detail }),
    provider: row.provider_answer ?? undefined,
  });
  const { requestId: _, ...body } = problemBody(problem, '');
  return { ...body, retryAt: row.retry_at?.toISOString() ?? null };
}

import { z } from '@hono/zod-openapi';
import { storedProblem } from '../http/problems.ts';
import { instantOut, problemSchema } from '../http/router.ts';
import { meetingOptions } from '../microsoft/meeting-options.ts';
import { conferenceSchema } from './external-conference.ts';
import { isInSync, joinUrlOf, type MeetingRow } from './meeting.ts';
import { metadataOut } from './metadata.ts';

const outlookChangeSchema = z.object({
  kind: z.enum(['changed', 'deleted', 'cancelled']),
  seenAt: instantOut,
  subject: z.string().optional(),
  start: instantOut.optional(),
  end: instantOut.optional(),
  became: z.enum(['all_day', 'series']).optional().openapi({
    description: 'all_day: it lasts whole days now · series: it recurs. Both are asked about, never followed.',
  }),
});

/** A meeting as the API shows it. */
export const meetingSchema = z
  .object({
    id: z.string().openapi({ example: 'mtg_4caregaekf0jcqrakuxmhygr' }),
    externalId: z.string().nullable(),
    bookingId: z.string().nullable().openapi({ description: 'The booking whose meeting this is, if any.' }),
    wanted: z.enum(['scheduled', 'cancelled']).openapi({ description: 'What Parley makes Microsoft match.' }),
    connectionId: z.string().nullable(),
    tenantConnectionId: z.string().nullable(),
    access: z.enum(['delegated', 'app-only']).openapi({
      description: 'delegated: with the organizer’s own connection. app-only: with the tenant’s.',
    }),
    kind: z.enum(['calendar', 'standalone', 'external']),
    organizer: z.object({ tenantId: z.string(), objectId: z.string() }),
    subject: z.string(),
    start: instantOut,
    end: instantOut,
    timeZone: z.string(),
    attendees: z.array(
      z.object({
        email: z.string(),
        name: z.string().nullable(),
        role: z.enum(['attendee', 'presenter', 'coorganizer']).optional(),
        match: z.string().optional().openapi({ description: 'What is looked for in the tenant’s directory.' }),
        objectId: z.string().optional().openapi({ description: 'Who was found there.' }),
        unmatched: z.enum(['none', 'several', 'not_permitted']).optional(),
      }),
    ),
    options: z.object({
      wanted: meetingOptions.nullable(),
      state: z.enum(['none', 'pending', 'applied', 'refused']).openapi({
        description: 'Options are set after the meeting has its link; what Teams refuses does not cost the meeting.',
      }),
      refused: z.array(z.object({ option: z.string(), code: z.string(), detail: z.string() })),
      problem: problemSchema.omit({ requestId: true }).extend({ retryAt: instantOut.nullable() }).nullable(),
      appliedAt: instantOut.nullable(),
    }),
    status: z.enum(['pending', 'provisioning', 'ready', 'failed', 'cancelled', 'out_of_sync']).openapi({
      description:
        'pending: Microsoft has not been asked yet, or is asked again soon · provisioning: the event exists, its link is on its way · ready: the join link was read back · failed: a person is needed · cancelled · out_of_sync: somebody changed or removed it in Outlook, and a person decides what holds (`resolve`)',
    }),
    outlookChange: outlookChangeSchema.nullable().openapi({
      description: 'While it is out of sync: what was found in Outlook. Only what differs from what is wanted here.',
    }),
    inSync: z.boolean().openapi({ description: 'Whether Microsoft shows what is wanted here.' }),
    joinUrl: z.string().nullable(),
    conference: conferenceSchema
      .nullable()
      .openapi({ description: 'Of an external meeting: the conference that somebody else runs.' }),
    metadata: metadataOut,
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
    tenantConnectionId: row.tenant_connection_id,
    access: row.access,
    kind: row.kind,
    organizer: { tenantId: row.tenant_id, objectId: row.organizer_id },
    subject: row.subject,
    start: row.starts_at.toISOString(),
    end: row.ends_at.toISOString(),
    timeZone: row.time_zone,
    attendees: row.attendees,
    options: presentOptions(row),
    status: row.status,
    outlookChange: row.outlook_change,
    inSync: isInSync(row) && row.status !== 'out_of_sync',
    joinUrl: joinUrlOf(row),
    conference: row.external_conference,
    metadata: row.metadata,
    webLink: row.web_link,
    problem: presentProblem(row),
    syncedAt: row.synced_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function presentOptions(row: MeetingRow): MeetingJson['options'] {
  const refused = row.options_refused ?? [];
  const code = row.options_problem_code;
  return {
    wanted: row.options,
    state: !row.options ? 'none' : row.options_due ? 'pending' : refused.length > 0 || code ? 'refused' : 'applied',
    refused,
    problem: code ? storedProblem({ code, answer: row.options_answer, retryAt: row.options_retry_at }) : null,
    appliedAt: row.options_applied_at?.toISOString() ?? null,
  };
}

function presentProblem(row: MeetingRow): MeetingJson['problem'] {
  const { problem_code: code, problem_detail: detail, provider_answer: answer, retry_at: retryAt } = row;
  return code ? storedProblem({ code, detail, answer, retryAt }) : null;
}

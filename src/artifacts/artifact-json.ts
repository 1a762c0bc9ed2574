import { z } from '@hono/zod-openapi';
import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { storedProblem } from '../http/problems.ts';
import { instantOut, problemSchema } from '../http/router.ts';
import type { MeetingRow } from '../meetings/meeting.ts';
import { artifactKinds, patienceMs, type ArtifactRow } from './artifact.ts';
import { isHeld, keepColumns } from './retention.ts';
import type { CaptureState } from './service.ts';

const storages = ['microsoft', 'fetching', 'stored', 'database', 'deleted'] as const;
const storedProblemSchema = problemSchema.omit({ requestId: true }).extend({ retryAt: instantOut.nullable() });
export const kindSchema = z.enum(artifactKinds);

/** A recording, transcript or attendance report as the API shows it. */
export const artifactSchema = z
  .object({
    id: z.string().openapi({ example: 'art_4caregaekf0jcqrakuxmhygr' }),
    kind: kindSchema,
    meetingId: z.string(),
    bookingIds: z
      .array(z.string())
      .openapi({ description: 'The bookings whose meeting it is of; several in a group.' }),
    subject: z.string(),
    startedAt: instantOut.openapi({ description: 'When recording, transcription or the session began.' }),
    endedAt: instantOut.nullable(),
    pairedWith: z.string().nullable().openapi({
      description: 'Of a recording its transcript, of a transcript its recording: both of the same call.',
    }),
    contentType: z.string(),
    bytes: z.number().int().nullable(),
    sha256: z.string().nullable().openapi({ description: 'Of the content as Microsoft gave it, in hexadecimal.' }),
    storage: z.enum(storages).openapi({
      description:
        'microsoft: played from there · fetching: being copied into the internal storage, played from Microsoft meanwhile · stored: in the internal storage · database: kept in the row · deleted',
    }),
    problem: storedProblemSchema.nullable().openapi({ description: 'Why the copy has not succeeded so far.' }),
    transcript: z
      .object({
        attributed: z.boolean().openapi({ description: 'Whether it says who spoke.' }),
        language: z.string().nullable(),
      })
      .nullable(),
    attendance: z.object({ participants: z.number().int() }).nullable(),
    held: z.boolean().openapi({ description: 'Under legal hold: it is not deleted.' }),
    keptUntil: instantOut.nullable().openapi({ description: 'When retention deletes it; null: never by itself.' }),
    deletedAt: instantOut.nullable(),
    deletedBy: z.string().nullable().openapi({ description: 'A member, an API key, or `retention`.' }),
    createdAt: instantOut,
  })
  .openapi('Artifact');

export type ArtifactJson = z.infer<typeof artifactSchema>;

const captureStates = ['waiting', 'ready', 'none', 'refused', 'off', 'not_possible'] as const;

/** How far the search for one kind is. */
export const captureSchema = z
  .object({
    kind: kindSchema,
    state: z.enum(captureStates).openapi({
      description:
        'waiting: Microsoft needs minutes to hours · ready: something is there · none: nothing came within 48 hours · refused: somebody has to put something right (`problem`) · off: not switched on · not_possible: Teams keeps none of such a meeting',
    }),
    sentence: z.string().openapi({ description: 'The state in words.' }),
    found: z.number().int(),
    checkedAt: instantOut.nullable().openapi({ description: 'When Microsoft last gave a whole list.' }),
    nextLookAt: instantOut.nullable(),
    problem: storedProblemSchema.nullable(),
  })
  .openapi('ArtifactCapture');

type Read = { db: Kysely<Database> };

/** Artifacts of one workspace as the API shows them. */
export async function presentArtifacts({ db }: Read, rows: readonly ArtifactRow[]): Promise<ArtifactJson[]> {
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return [];
  const around = await db
    .selectFrom('artifacts')
    .innerJoin('meetings', 'meetings.id', 'artifacts.meeting_id')
    .innerJoin('workspaces', 'workspaces.id', 'artifacts.workspace_id')
    .select([
      'artifacts.id',
      'meetings.subject',
      ...Object.values(keepColumns).map((column) => `workspaces.${column}` as const),
      isHeld.as('held'),
      sql<
        string[]
      >`array(select b.id from bookings b where b.meeting_id = artifacts.meeting_id order by b.created_at, b.id)`.as(
        'booking_ids',
      ),
      sql<string | null>`(
        select p.id from artifacts p
        where p.meeting_id = artifacts.meeting_id and p.correlation_id = artifacts.correlation_id
          and p.kind <> artifacts.kind and p.deleted_at is null
        order by p.starts_at, p.id limit 1)`.as('paired_with'),
    ])
    .where('artifacts.id', 'in', ids)
    .execute();
  const byId = new Map(around.map((one) => [one.id, one]));
  return rows.flatMap((row) => {
    const facts = byId.get(row.id);
    return facts ? [present(row, facts)] : [];
  });
}

type Around = {
  subject: string;
  held: boolean;
  booking_ids: string[];
  paired_with: string | null;
} & Record<(typeof keepColumns)[keyof typeof keepColumns], number | null>;

function present(row: ArtifactRow, around: Around): ArtifactJson {
  const { kind, deleted_at: deletedAt } = row;
  return {
    id: row.id,
    kind,
    meetingId: row.meeting_id,
    bookingIds: around.booking_ids,
    subject: around.subject,
    startedAt: row.starts_at.toISOString(),
    endedAt: row.ends_at?.toISOString() ?? null,
    pairedWith: around.paired_with,
    contentType: row.content_type,
    bytes: row.bytes,
    sha256: row.sha256?.toString('hex') ?? null,
    storage: storageOf(row),
    problem:
      row.store_problem_code === null
        ? null
        : storedProblem({ code: row.store_problem_code, answer: row.store_answer, retryAt: row.store_due_at }),
    transcript: kind === 'transcript' ? { attributed: row.attributed ?? false, language: row.language } : null,
    attendance: kind === 'attendance' ? { participants: row.participants ?? 0 } : null,
    held: around.held,
    keptUntil: keptUntil(row, around[keepColumns[kind]]),
    deletedAt: deletedAt?.toISOString() ?? null,
    deletedBy: row.deleted_by,
    createdAt: row.created_at.toISOString(),
  };
}

function storageOf(row: ArtifactRow): ArtifactJson['storage'] {
  if (row.deleted_at) return 'deleted';
  if (row.kind !== 'recording') return 'database';
  if (row.stored_at) return 'stored';
  return row.store_due_at ? 'fetching' : 'microsoft';
}

function keptUntil(row: ArtifactRow, days: number | null): string | null {
  if (row.deleted_at || days === null) return null;
  return new Date(row.starts_at.getTime() + days * 24 * 60 * 60_000).toISOString();
}

/** How the search for one kind stands, in words too. */
export function presentCapture(
  { kind, switchedOn, row, found }: CaptureState,
  meeting: MeetingRow,
): z.infer<typeof captureSchema> {
  const impossible = whyImpossible(meeting);
  const state = row ? row.status : impossible ? 'not_possible' : switchedOn ? 'waiting' : 'off';
  const problem = row?.problem_code
    ? storedProblem({
        code: row.problem_code,
        detail: row.problem_detail,
        answer: row.provider_answer,
        retryAt: row.due_at,
      })
    : null;
  return {
    kind,
    state,
    sentence: impossible && !row ? impossible : sentenceOf({ kind, state, found, meeting, problem }),
    found,
    checkedAt: row?.checked_at?.toISOString() ?? null,
    nextLookAt: row?.due_at?.toISOString() ?? null,
    problem,
  };
}

function whyImpossible({ kind, wanted }: MeetingRow): string | undefined {
  if (kind === 'standalone')
    return 'This meeting stands alone, on no calendar. Teams keeps no dependable recordings, transcripts or attendance reports of such meetings.';
  if (kind === 'external')
    return 'The conference of this event is not made here. What is left of it is kept by whoever runs it.';
  return wanted === 'cancelled' ? 'The meeting was cancelled.' : undefined;
}

const names = {
  recording: { one: 'recording', many: 'recordings', feature: 'Recordings' },
  transcript: { one: 'transcript', many: 'transcripts', feature: 'Transcripts' },
  attendance: { one: 'attendance report', many: 'attendance reports', feature: 'Attendance reports' },
} as const;

type Stand = {
  kind: ArtifactRow['kind'];
  state: (typeof captureStates)[number];
  found: number;
  meeting: MeetingRow;
  problem: { title: string } | null;
};

function sentenceOf({ kind, state, found, meeting, problem }: Stand): string {
  const { one, many, feature } = names[kind];
  const until = new Date(meeting.ends_at.getTime() + patienceMs).toISOString().slice(0, 16).replace('T', ' ');
  const sentences: Record<Stand['state'], string> = {
    ready: found === 1 ? `One ${one} is here.` : `${found} ${many} are here.`,
    waiting: `Parley looks for ${many} after the meeting: Microsoft needs minutes to hours. It stops at ${until} UTC.`,
    none: `Microsoft has no ${one} of this meeting: nothing came within 48 hours after its end.`,
    refused: `${problem?.title ?? 'Microsoft refused'}.`,
    off: `${feature} are not switched on for this organizer’s tenant or connection.`,
    not_possible: `Teams keeps no ${many} of this meeting.`,
  };
  return sentences[state];
}

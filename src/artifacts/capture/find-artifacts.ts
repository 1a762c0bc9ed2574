import type { Kysely, Transaction } from 'kysely';
import type { DataKeys } from '../../access/workspace-keys.ts';
import type { ArtifactKind, AttendanceRecord, Database } from '../../database/schema.ts';
import { appendEvent } from '../../database/outbox.ts';
import { newId } from '../../id.ts';
import type { MeetingRow } from '../../meetings/meeting.ts';
import { tellWatchers } from '../../meetings/service.ts';
import {
  listAttendanceRecords,
  listAttendanceReports,
  listRecordings,
  listTranscripts,
  readSpokenLanguage,
  readTranscript,
  type ProviderArtifact,
} from '../../microsoft/artifacts.ts';
import { findOnlineMeetingByJoinUrl } from '../../microsoft/online-meetings.ts';
import type { InMailbox } from '../../organizers/mailbox.ts';
import { Problem } from '../../problem.ts';
import { attendanceJson } from '../attendance.ts';
import { storeTranscript } from '../transcripts.ts';

export type FindDeps = { db: Kysely<Database>; now: () => Date; dataKeys: DataKeys };

/** What Microsoft lists, and how the rest of it is read. */
type Candidate = {
  providerId: string;
  callId: string | undefined;
  correlationId: string | undefined;
  startsAt: Date;
  endsAt: Date | undefined;
  contentType: string;
  read: () => Promise<Details>;
};

type Details = {
  transcript?: { vtt: string; attributed: boolean; language: string | undefined };
  attendance?: { records: AttendanceRecord[]; participants: number };
};

type Asked = InMailbox & { onlineMeetingId: string };

/**
 * Takes over whatever of one kind Microsoft has of a meeting and Parley has not, each in a transaction of its own: what
 * cannot be read costs nothing but itself. Throws the last refusal after everything else is taken over.
 */
export async function findArtifacts(
  deps: FindDeps,
  call: InMailbox,
  meeting: MeetingRow,
  kind: ArtifactKind,
): Promise<void> {
  const onlineMeetingId = await resolve(deps, call, meeting);
  const candidates = await listed[kind]({ ...call, onlineMeetingId });
  const known = await knownIds(deps, meeting, kind);
  let refusal: unknown;
  for (const candidate of candidates.filter(({ providerId }) => !known.has(providerId))) {
    try {
      const details = await candidate.read();
      await takeOver(deps, { meeting, kind, onlineMeetingId, candidate, details });
    } catch (error) {
      if (call.access.signal?.aborted) throw error;
      refusal = error;
    }
  }
  if (refusal !== undefined) throw refusal;
}

/** Teams’ own id of the meeting, looked up once by its link. */
async function resolve({ db }: FindDeps, { graph, access }: InMailbox, meeting: MeetingRow): Promise<string> {
  if (meeting.online_meeting_id) return meeting.online_meeting_id;
  if (!meeting.join_url) throw new Problem('online_meeting_not_found');
  const found = await findOnlineMeetingByJoinUrl(graph, access, { joinUrl: meeting.join_url });
  if (!found) throw new Problem('online_meeting_not_found');
  await db
    .updateTable('meetings')
    .set({ online_meeting_id: found.id })
    .where('id', '=', meeting.id)
    .where('join_url', '=', meeting.join_url)
    .execute();
  return found.id;
}

const listed: Record<ArtifactKind, (asked: Asked) => Promise<Candidate[]>> = {
  async recording({ graph, access, onlineMeetingId }) {
    const all = await listRecordings(graph, access, { onlineMeetingId });
    return all.map((one) => ({ ...common(one), contentType: 'video/mp4', read: async () => ({}) }));
  },
  async transcript({ graph, access, onlineMeetingId }) {
    const all = await listTranscripts(graph, access, { onlineMeetingId });
    return all.map((one) => ({
      ...common(one),
      contentType: 'text/vtt',
      async read() {
        const which = { onlineMeetingId, transcriptId: one.id };
        const { vtt, attributed } = await readTranscript(graph, access, which);
        return { transcript: { vtt, attributed, language: await readSpokenLanguage(graph, access, which) } };
      },
    }));
  },
  async attendance({ graph, access, onlineMeetingId }) {
    const all = await listAttendanceReports(graph, access, { onlineMeetingId });
    // A report without an end is of a session that is going on.
    return all.flatMap(({ id, startedAt, endedAt, participants }) =>
      endedAt === undefined
        ? []
        : {
            ...common({ id, startedAt, endedAt, callId: undefined, correlationId: undefined }),
            contentType: 'application/json',
            async read() {
              const records = await listAttendanceRecords(graph, access, { onlineMeetingId, reportId: id });
              return { attendance: { records, participants: participants ?? records.length } };
            },
          },
    );
  },
};

function common({ id, callId, correlationId, startedAt, endedAt }: ProviderArtifact) {
  return { providerId: id, callId, correlationId, startsAt: startedAt, endsAt: endedAt };
}

/** Deleted ones are known too: they are not brought back. */
async function knownIds({ db }: FindDeps, meeting: MeetingRow, kind: ArtifactKind): Promise<Set<string>> {
  const rows = await db
    .selectFrom('artifacts')
    .select('provider_id')
    .where('meeting_id', '=', meeting.id)
    .where('kind', '=', kind)
    .execute();
  return new Set(rows.map((row) => row.provider_id));
}

type New = {
  meeting: MeetingRow;
  kind: ArtifactKind;
  onlineMeetingId: string;
  candidate: Candidate;
  details: Details;
};

/** The artifact, what is in it, and the event that tells of it. Somebody may have been first: then nothing. */
async function takeOver(deps: FindDeps, found: New): Promise<void> {
  const { meeting, kind, details } = found;
  await deps.dataKeys(meeting.workspace_id); // read before the transaction, which would want a second connection for it
  await deps.db.transaction().execute(async (trx) => {
    const id = await insert(deps, trx, found);
    if (id === undefined) return;
    const inTrx = { ...deps, db: trx };
    if (details.transcript) {
      await storeTranscript(inTrx, id, { ...details.transcript, workspaceId: meeting.workspace_id });
    }
    await appendEvent(trx, {
      workspaceId: meeting.workspace_id,
      type: `${kind}.ready`,
      meetingId: meeting.id,
      bookingId: meeting.booking_id,
      data: { artifactId: id, startedAt: found.candidate.startsAt.toISOString() },
      at: deps.now(),
    });
    await tellWatchers(inTrx, meeting);
  });
}

async function insert(
  { now }: FindDeps,
  trx: Transaction<Database>,
  { meeting, kind, onlineMeetingId, candidate, details }: New,
): Promise<string | undefined> {
  const { providerId, callId, correlationId, startsAt, endsAt, contentType } = candidate;
  const wantsCopy =
    kind === 'recording' &&
    (await trx
      .selectFrom('workspaces')
      .select('id')
      .where('id', '=', meeting.workspace_id)
      .where('download_recordings', '=', true)
      .executeTakeFirst()) !== undefined;
  const row = await trx
    .insertInto('artifacts')
    .values({
      id: newId('art'),
      workspace_id: meeting.workspace_id,
      meeting_id: meeting.id,
      kind,
      online_meeting_id: onlineMeetingId,
      provider_id: providerId,
      call_id: callId ?? null,
      correlation_id: correlationId ?? null,
      starts_at: startsAt,
      ends_at: endsAt ?? null,
      content_type: contentType,
      attendance: details.attendance ? attendanceJson(details.attendance.records) : null,
      participants: details.attendance?.participants ?? null,
      store_due_at: wantsCopy ? now() : null,
      updated_at: now(),
      created_at: now(),
    })
    .onConflict((conflict) => conflict.columns(['meeting_id', 'kind', 'provider_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

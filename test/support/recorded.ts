import type { TestContext } from 'node:test';
import type { MeetingEnd } from '../../emulator/artifacts/end-meeting.ts';
import { grantRoles } from '../../emulator/entra/grants.ts';
import { NORTHGATE_CLIENT_ID, NORTHGATE_TENANT_ID } from '../../emulator/seed.ts';
import { userNamed, type System } from './system.ts';
import { startTenantStory } from './tenant-story.ts';
import { runPowerShell } from './tenant.ts';

export const minute = 60_000;
export const hour = 60 * minute;
const everything = ['meetings', 'free-busy', 'people', 'recordings', 'transcripts', 'attendance'] as const;

export type Recorded = Awaited<ReturnType<typeof startRecorded>>;

/**
 * A tenant that has recordings, transcripts and attendance switched on, and a booking of Tuesday at ten with Marek Dvořák
 * whose meeting is in the calendar. The clock stands at Monday morning.
 */
export async function startRecorded(
  t: TestContext,
  {
    features = everything,
    policy = true,
    roles = artifactRoles,
    transcripts = true,
    ...options
  }: { features?: readonly string[]; policy?: boolean; roles?: string[]; transcripts?: boolean } & Parameters<
    typeof startTenantStory
  >[2] = {},
) {
  const story = await startTenantStory(t, { features: [...features] as never }, options);
  const { system, desk } = story;
  grantArtifactRoles(system, roles);
  if (transcripts) runPowerShell(system, transcriptAccess());
  const organizer = await desk.organizer('marek.dvorak', { member_id: desk.memberId });
  if (policy) {
    story.grant({ objectId: userNamed(system.emulator, 'marek.dvorak').id });
    system.clock.advance(hour);
  }
  const eventType = await story.eventType();
  const booking = await story.book(eventType['id'] as string);
  await system.work();
  const meetingId = booking['meeting']['id'] as string;
  const meeting = await story.meeting(meetingId);
  type Captures = Record<'recording' | 'transcript' | 'attendance', Record<string, any>>; // oxlint-disable-line typescript/no-explicit-any -- tests look into answers of any shape
  return {
    ...story,
    organizer,
    eventType,
    bookingId: booking['id'] as string,
    meetingId,
    joinUrl: meeting['joinUrl'] as string,
    endsAt: new Date(meeting['end'] as string),
    /** Lets the meeting be held until its end, and ends it in the emulator. */
    end(how: Omit<MeetingEnd, 'joinUrl' | 'onlineMeetingId'> = {}) {
      if (system.clock.now() < new Date(meeting['end'] as string)) system.clock.set(new Date(meeting['end'] as string));
      return system.emulator.endMeeting({
        joinUrl: meeting['joinUrl'] as string,
        recording: true,
        transcript: true,
        ...how,
      });
    },
    /** Looks as the sweep does, after so many minutes. */
    look: (minutes = 3) => system.advance(minutes * minute),
    /** What the API says is left of the meeting. */
    async left() {
      const body = await story.ask('GET', `/v1/meetings/${meetingId}/artifacts`);
      const all = body['captures'] as Captures[keyof Captures][];
      const of = (kind: string) => all.find((capture) => capture['kind'] === kind) ?? {};
      const captures: Captures = {
        recording: of('recording'),
        transcript: of('transcript'),
        attendance: of('attendance'),
      };
      return { captures, data: body['data'] as Record<string, any>[] }; // oxlint-disable-line typescript/no-explicit-any -- as above
    },
    /** State of each kind, as `recording ready 1`. */
    async states() {
      const body = await story.ask('GET', `/v1/meetings/${meetingId}/artifacts`);
      return (body['captures'] as { kind: string; state: string; found: number }[]).map(
        ({ kind, state, found }) => `${kind} ${state} ${found}`,
      );
    },
    /** Types of the lines of the outbox about artifacts, in order. */
    async events() {
      const rows = await system.database.db
        .selectFrom('outbox_events')
        .select(['type', 'data'])
        .where('type', 'in', ['recording.ready', 'transcript.ready', 'attendance.ready', 'artifact.refused'])
        .orderBy('id')
        .execute();
      return rows.map(({ type, data }) =>
        type === 'artifact.refused' ? [type, data['kind'], data['code']].join(' ') : type,
      );
    },
  };
}

/** What a Teams administrator runs so that apps may read transcripts, and who said what. */
export function transcriptAccess({ access = true, attribution = true } = {}): string {
  return `Set-CsTeamsMeetingConfiguration -Identity Global -EnableGraphTranscriptAccess $${access} -EnableAttributedTranscripts $${attribution}`;
}

export const artifactRoles = [
  'OnlineMeetingRecording.Read.All',
  'OnlineMeetingTranscript.Read.All',
  'OnlineMeetingArtifact.Read.All',
];

/** The application permissions, as Northgate’s administrator grants them. */
export function grantArtifactRoles({ emulator }: System, roles = artifactRoles): void {
  const app = emulator.context.directory.apps.get(NORTHGATE_CLIENT_ID);
  if (app) grantRoles(emulator.context, NORTHGATE_TENANT_ID, app, roles);
}

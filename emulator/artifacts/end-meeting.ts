import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { TeamsMeeting } from '../graph/online-meeting.ts';
import { meetingByUrl } from '../graph/online-meeting.ts';
import type { Cue, Recording, Transcript } from './artifacts.ts';
import { attendanceOf, attendanceSchema } from './attendance.ts';
import { dialogue } from './dialogue.ts';
import { filmBytes, smallestPadded } from './film.ts';
import { speakersOf } from './people.ts';

const MINUTE = 60_000;
/** Recording and transcription begin this long after the people met, or sooner in a short session. */
const STARTS_AFTER_MS = 5 * MINUTE;

const instant = z.union([
  z.number(),
  z.date().transform((date) => date.getTime()),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
]);
const span = z.number().int().min(0);
const recordingSchema = z.strictObject({
  /** The film and filler behind it, made while it is read. Without it: the film alone. */
  sizeBytes: span.optional(),
  /** Something that is no film, under a recording's name. */
  content: z.strictObject({ contentType: z.string(), text: z.string() }).optional(),
  processingMs: span.optional(),
});
const cueSchema = z.strictObject({
  startsMs: z.number().int(),
  endsMs: z.number().int(),
  speaker: z.string(),
  text: z.string(),
});
const transcriptSchema = z.strictObject({
  /** The content word for word, also what is no VTT at all. */
  vtt: z.string().optional(),
  cues: z.array(cueSchema).optional(),
  /** So many lines of small talk; eight last as long as the film. */
  lines: z.number().int().min(0).max(100_000).optional(),
  language: z.string().optional(),
  timestamps: z.enum(['padded', 'short']).optional(),
  processingMs: span.optional(),
});

/** One session of a meeting that is over, and what it leaves. */
export const meetingEndSchema = z.strictObject({
  joinUrl: z.string().optional(),
  onlineMeetingId: z.string().optional(),
  /** Without it: when the meeting was to begin, or half an hour before its end. */
  startedAt: instant.optional(),
  /** Without it: now, or when the meeting was to end, whichever is first. */
  endedAt: instant.optional(),
  /** When recording and transcription began. */
  recordingStartedAt: instant.optional(),
  /** Without it: as the meeting's option “record automatically” says. */
  recording: z.union([z.boolean(), recordingSchema]).optional(),
  transcript: z.union([z.boolean(), transcriptSchema]).optional(),
  attendance: z.union([z.boolean(), attendanceSchema]).default(true),
  /** How often recording was stopped and begun again, and one: that many recordings and transcripts. */
  segments: z.number().int().min(1).max(20).default(1),
  /** Until what is left can be seen; without it, what the switch `artifactDelayMs` says. */
  processingMs: span.optional(),
});

export type MeetingEnd = z.input<typeof meetingEndSchema>;
type Ended = z.output<typeof meetingEndSchema>;
export type EndedMeeting = {
  onlineMeetingId: string;
  callId: string;
  /** Ids, in the order in which they began. */
  recordings: string[];
  transcripts: string[];
  attendanceReport: string | null;
};

/** There is no such meeting, or it cannot have ended like that. */
export class ImpossibleEnd extends Error {
  override name = 'ImpossibleEnd';
}

/**
 * Holds one session of a meeting and ends it: called again, the same meeting has another session. Throws
 * {@link ImpossibleEnd}, and Zod's error for a wrong form.
 */
export function endMeeting(context: Context, input: MeetingEnd): EndedMeeting {
  const end = meetingEndSchema.parse(input);
  const meeting = meetingOf(context, end);
  const session = sessionOf(context, meeting, end);
  const automatic = meeting.options['recordAutomatically'] === true;
  const wishes = { recording: end.recording ?? automatic, transcript: end.transcript ?? automatic };
  const { artifacts } = context.teams;
  const recordings: Recording[] = [];
  const transcripts: Transcript[] = [];
  for (const segment of segmentsOf(session, end.segments)) {
    const common = {
      ...session.common,
      callId: session.callId,
      ...segment,
      correlationId: `${randomUUID()}-0`,
      announced: false,
    };
    if (wishes.recording !== false) recordings.push(recordingOf(common, wishes.recording, session.over));
    if (wishes.transcript !== false) {
      transcripts.push(
        transcriptOf(common, wishes.transcript, { over: session.over, who: speakersOf(context, meeting) }),
      );
    }
  }
  for (const recording of recordings) artifacts.recordings.set(recording.id, recording);
  for (const transcript of transcripts) artifacts.transcripts.set(transcript.id, transcript);
  const report = end.attendance === false ? null : addReport(context, meeting, session, end.attendance);
  meeting.touchedAt = Math.max(meeting.touchedAt ?? 0, session.endedAt);
  return {
    onlineMeetingId: meeting.id,
    callId: session.callId,
    recordings: recordings.map(({ id }) => id),
    transcripts: transcripts.map(({ id }) => id),
    attendanceReport: report,
  };
}

type Session = ReturnType<typeof sessionOf>;

function meetingOf(context: Context, { joinUrl, onlineMeetingId }: Ended): TeamsMeeting {
  const { meetings } = context.teams;
  const meeting = joinUrl === undefined ? meetings.get(onlineMeetingId ?? '') : meetingByUrl(context, joinUrl);
  if (meeting === undefined) throw new ImpossibleEnd('There is no meeting with this join URL or id.');
  return meeting;
}

function sessionOf(context: Context, meeting: TeamsMeeting, end: Ended) {
  const now = context.now();
  const endedAt = end.endedAt ?? (now > meeting.start ? Math.min(now, meeting.end) : now);
  const startedAt = end.startedAt ?? (meeting.start < endedAt ? meeting.start : endedAt - 30 * MINUTE);
  if (startedAt >= endedAt) throw new ImpossibleEnd('A meeting ends after it has begun.');
  const recordedAt = end.recordingStartedAt ?? startedAt + Math.min(STARTS_AFTER_MS, (endedAt - startedAt) / 4);
  if (recordedAt >= endedAt) throw new ImpossibleEnd('Recording begins before the meeting ends.');
  const over = Math.max(now, endedAt);
  return {
    startedAt,
    endedAt,
    recordedAt: Math.round(recordedAt),
    /** From then on Teams works on what is left. */
    over,
    callId: randomUUID(),
    common: {
      meetingId: meeting.id,
      tenantId: meeting.tenantId,
      organizerId: meeting.organizerId,
      availableAt: over + (end.processingMs ?? context.switches.artifactDelayMs),
    },
  };
}

/** Equal parts of the time after recording began, with a pause between them. */
function segmentsOf({ recordedAt, endedAt }: Session, count: number): { startedAt: number; endedAt: number }[] {
  const length = (endedAt - recordedAt) / count;
  const pause = count === 1 ? 0 : Math.min(MINUTE, length / 10);
  return Array.from({ length: count }, (_, index) => ({
    startedAt: Math.round(recordedAt + index * length),
    endedAt: Math.round(recordedAt + (index + 1) * length - (index === count - 1 ? 0 : pause)),
  }));
}

type Common = Omit<Recording, 'id' | 'content' | 'contentDeleted'>;

function recordingOf(common: Common, wish: true | z.output<typeof recordingSchema>, over: number): Recording {
  const { sizeBytes, content, processingMs } = wish === true ? {} : wish;
  const film = filmBytes().length;
  if (sizeBytes !== undefined && sizeBytes !== film && sizeBytes < smallestPadded()) {
    throw new ImpossibleEnd(`A recording has ${film} bytes, or ${smallestPadded()} and more.`);
  }
  return {
    ...common,
    ...(processingMs !== undefined && { availableAt: over + processingMs }),
    id: artifactId(),
    content: content === undefined ? { kind: 'video', bytes: sizeBytes ?? film } : { kind: 'other', ...content },
    contentDeleted: false,
  };
}

function transcriptOf(
  common: Common,
  wish: true | z.output<typeof transcriptSchema>,
  { over, who }: { over: number; who: string[] },
): Transcript {
  const { vtt, lines, language, timestamps, processingMs, ...rest } = wish === true ? {} : wish;
  const cues: Cue[] = rest.cues ?? (vtt === undefined ? dialogue(who, lines) : []);
  return {
    ...common,
    ...(processingMs !== undefined && { availableAt: over + processingMs }),
    id: artifactId(),
    language: language ?? 'en-us',
    cues,
    timestamps: timestamps ?? 'padded',
    verbatim: vtt ?? null,
  };
}

function addReport(
  context: Context,
  meeting: TeamsMeeting,
  { common, startedAt, endedAt }: Session,
  wish: true | z.output<typeof attendanceSchema>,
): string {
  const id = randomUUID();
  const records = attendanceOf(context, meeting, { startedAt, endedAt }, wish === true ? undefined : wish);
  context.teams.artifacts.reports.set(id, { ...common, id, startedAt, endedAt, records });
  return id;
}

/** As the documentation's examples decode. */
function artifactId(): string {
  return Buffer.from(`1##0##${randomUUID()}`).toString('base64');
}

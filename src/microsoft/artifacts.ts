import { z, type ZodType } from 'zod';
import type { CalendarAccess } from './calendar.ts';
import { openContent, readContent, type Content } from './graph-content.ts';
import { graph, GraphError, nextPath, type GraphDeps } from './graph.ts';
import { literal, segment } from './odata.ts';
import { meetingPath, PREFER } from './online-meetings.ts';
import { artifactPage, attendanceRecordPage, attendanceReportPage } from './wire.ts';

export { RangeBeyondEnd } from './graph-content.ts';

/** A recording or a transcript of a meeting, as Teams lists it. */
export type ProviderArtifact = {
  id: string;
  callId: string | undefined;
  /** The same for a transcript and its recording. */
  correlationId: string | undefined;
  /** When recording or transcription began. */
  startedAt: Date;
  endedAt: Date | undefined;
};

/** One session of a meeting. */
export type AttendanceReport = {
  id: string;
  startedAt: Date;
  endedAt: Date | undefined;
  participants: number | undefined;
};

/** Somebody who was there; instants in ISO 8601. */
export type AttendanceRecord = {
  name: string | null;
  email: string | null;
  objectId: string | null;
  role: string | null;
  totalSeconds: number;
  intervals: { joinedAt: string; leftAt: string; seconds: number }[];
};

export type RecordingContent = {
  body: ReadableStream<Uint8Array>;
  /** The first byte of `body`: 0 where Microsoft sent the whole although a range was asked for. */
  from: number;
  /** The last byte of `body`, where it is known. */
  to: number | undefined;
  totalBytes: number | undefined;
  partial: boolean;
};

type InMeeting = { onlineMeetingId: string };

const anyPage = z.object({ value: z.array(z.unknown()) });

/** A meeting has some sessions with some segments each; pages may be empty and yet name a next one, for ever. */
const MOST_PAGES = 50;
const MOST_ARTIFACTS = 500;
/** As many as can be in a Teams town hall. */
const MOST_RECORDS = 20_000;
const EMPTY_PAGES_IN_A_ROW = 3;

const MOST_TRANSCRIPT_BYTES = 32 * 1024 * 1024;
/** The beginning says which language is spoken. */
const METADATA_BYTES = 256 * 1024;

const UNATTRIBUTED = 'application/vnd.microsoft.graph.transcript+text';

/** The recordings of a meeting, in no dependable order. Empty while Teams works on them, and where there are none. */
export async function listRecordings(
  deps: GraphDeps,
  access: CalendarAccess,
  p: InMeeting,
): Promise<ProviderArtifact[]> {
  return listArtifacts(deps, access, `${meetingPath(access, p.onlineMeetingId)}/recordings`);
}

/** The transcripts of a meeting, in no dependable order. Empty while Teams works on them, and where there are none. */
export async function listTranscripts(
  deps: GraphDeps,
  access: CalendarAccess,
  p: InMeeting,
): Promise<ProviderArtifact[]> {
  return listArtifacts(deps, access, `${meetingPath(access, p.onlineMeetingId)}/transcripts`);
}

/**
 * What was said, as WebVTT of at most 32 MB. Where the tenant does not let apps read who said it, the text without names:
 * `attributed` is false then (Graph docs: “Get callTranscript”; Teams: Transcript API access).
 */
export async function readTranscript(
  deps: GraphDeps,
  access: CalendarAccess,
  p: InMeeting & { transcriptId: string },
): Promise<{ vtt: string; attributed: boolean }> {
  const path = `${transcriptPath(access, p)}/content`;
  try {
    return { vtt: await readVtt(deps, access, `${path}?$format=text/vtt`, 'text/vtt'), attributed: true };
  } catch (error) {
    if (!(error instanceof GraphError) || !isAttributionRefused(error)) throw error;
    return { vtt: await readUnattributed(deps, access, path, error), attributed: false };
  }
}

/** The language most spoken at the beginning, as BCP 47. `undefined` where Graph does not tell: it is not worth a failure. */
export async function readSpokenLanguage(
  deps: GraphDeps,
  access: CalendarAccess,
  p: InMeeting & { transcriptId: string },
): Promise<string | undefined> {
  const path = `${transcriptPath(access, p)}/metadataContent`;
  try {
    const content = await openContent(deps, { ...call(access), path, accept: 'text/vtt' });
    const { bytes } = await readContent(content, METADATA_BYTES);
    return mostSpoken(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

/** The sessions of a meeting of which Teams knows who was there. */
export async function listAttendanceReports(
  deps: GraphDeps,
  access: CalendarAccess,
  p: InMeeting,
): Promise<AttendanceReport[]> {
  const path = `${meetingPath(access, p.onlineMeetingId)}/attendanceReports`;
  const reports = await list(deps, access, { path, schema: attendanceReportPage, most: MOST_ARTIFACTS });
  return reports.map((report) => ({
    id: report.id,
    startedAt: new Date(report.meetingStartDateTime),
    endedAt: endOf(report.meetingEndDateTime),
    participants: report.totalParticipantCount ?? undefined,
  }));
}

/** Who was there in one session, and when. */
export async function listAttendanceRecords(
  deps: GraphDeps,
  access: CalendarAccess,
  p: InMeeting & { reportId: string },
): Promise<AttendanceRecord[]> {
  const path = `${meetingPath(access, p.onlineMeetingId)}/attendanceReports/${segment(p.reportId)}/attendanceRecords`;
  const records = await list(deps, access, { path, schema: attendanceRecordPage, most: MOST_RECORDS });
  return records.map((record) => {
    const intervals = (record.attendanceIntervals ?? []).map((interval) => {
      const [joined, left] = [new Date(interval.joinDateTime), new Date(interval.leaveDateTime)];
      const seconds = interval.durationInSeconds ?? Math.max(0, (left.getTime() - joined.getTime()) / 1000);
      return { joinedAt: joined.toISOString(), leftAt: left.toISOString(), seconds: Math.round(seconds) };
    });
    const total = record.totalAttendanceInSeconds ?? intervals.reduce((sum, { seconds }) => sum + seconds, 0);
    return {
      name: record.identity?.displayName || null,
      email: record.emailAddress || null,
      objectId: record.identity?.id || null,
      role: record.role || null,
      totalSeconds: Math.round(total),
      intervals,
    };
  });
}

/**
 * Opens a recording, or a part of it, as a stream that is nowhere held in memory: cancel it to end the transfer. Throws
 * `RangeBeyondEnd`, and a `GraphError` for an answer that is no video.
 */
export async function openRecording(
  deps: GraphDeps,
  access: CalendarAccess,
  p: InMeeting & { recordingId: string; range?: { from: number; to?: number | undefined } | undefined },
): Promise<RecordingContent> {
  const path = `${meetingPath(access, p.onlineMeetingId)}/recordings/${segment(p.recordingId)}/content`;
  const content = await openContent(deps, { ...call(access), path, accept: '*/*', range: p.range });
  const { status, headers, body } = content;
  // Storage behind Graph may call a video just bytes.
  if (!/^(video\/|application\/octet-stream\b|binary\/octet-stream\b)/i.test(headers.get('content-type') ?? '')) {
    throw await content.reject('The answer is no video.');
  }
  if (headers.get('content-length') === '0') throw await content.reject('The recording is empty.');
  if (status !== 206) {
    const total = headers.get('content-encoding') ? undefined : (headers.get('content-length') ?? undefined);
    const totalBytes = total === undefined ? undefined : Number(total);
    return { body, from: 0, to: totalBytes && totalBytes - 1, totalBytes, partial: false };
  }
  const range = rangeOf(headers);
  if (!range || range.from !== (p.range?.from ?? 0)) throw await content.reject('The answer is another part.');
  return { body, ...range, partial: true };
}

/**
 * Asks, as an app, for what an organizer's meetings left behind in some time, only to hear whether it may: the tenant's
 * switch, the policy and the permission are looked at before anything is found (Graph docs: “getAllTranscripts”).
 */
export async function tryToListAll(
  deps: GraphDeps,
  access: CalendarAccess,
  p: { kind: 'recording' | 'transcript'; organizerId: string; from: Date; to: Date },
): Promise<void> {
  const all = p.kind === 'recording' ? 'getAllRecordings' : 'getAllTranscripts';
  const whose = `meetingOrganizerUserId=${literal(p.organizerId)}`;
  const when = `startDateTime=${p.from.toISOString()},endDateTime=${p.to.toISOString()}`;
  const path = `/users/${segment(p.organizerId)}/onlineMeetings/${all}(${whose},${when})?$top=1`;
  await graph(deps, { ...call(access), method: 'GET', path, schema: anyPage });
}

function rangeOf(headers: Headers): { from: number; to: number; totalBytes: number | undefined } | undefined {
  const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  if (from === undefined || to === undefined) return undefined;
  return { from: Number(from), to: Number(to), totalBytes: total === '*' ? undefined : Number(total) };
}

async function listArtifacts(deps: GraphDeps, access: CalendarAccess, path: string): Promise<ProviderArtifact[]> {
  const artifacts = await list(deps, access, { path, schema: artifactPage, most: MOST_ARTIFACTS });
  return artifacts.map((artifact) => ({
    id: artifact.id,
    callId: artifact.callId || undefined,
    correlationId: artifact.contentCorrelationId || undefined,
    startedAt: new Date(artifact.createdDateTime),
    endedAt: endOf(artifact.endDateTime),
  }));
}

type Page<T> = { value: T[]; '@odata.nextLink'?: string | undefined };

async function list<T>(
  deps: GraphDeps,
  access: CalendarAccess,
  p: { path: string; schema: ZodType<Page<T>>; most: number },
): Promise<T[]> {
  const found: T[] = [];
  let path: string | undefined = p.path;
  let empty = 0;
  for (let pages = 0; path !== undefined && pages < MOST_PAGES && found.length < p.most; pages += 1) {
    const page: Page<T> = await graph(deps, { ...call(access), method: 'GET', path, schema: p.schema });
    found.push(...page.value);
    empty = page.value.length === 0 ? empty + 1 : 0;
    if (empty >= EMPTY_PAGES_IN_A_ROW) break;
    path = page['@odata.nextLink'] && nextPath(deps, page['@odata.nextLink']);
  }
  return found.slice(0, p.most);
}

function call(access: CalendarAccess) {
  return { accessToken: access.accessToken, prefer: PREFER, signal: access.signal };
}

function transcriptPath(access: CalendarAccess, p: InMeeting & { transcriptId: string }): string {
  return `${meetingPath(access, p.onlineMeetingId)}/transcripts/${segment(p.transcriptId)}`;
}

async function readVtt(deps: GraphDeps, access: CalendarAccess, path: string, accept: string): Promise<string> {
  const content = await openContent(deps, { ...call(access), path, accept });
  if (!isText(content)) throw await content.reject('The answer is no transcript.');
  const { bytes, isWhole } = await readContent(content, MOST_TRANSCRIPT_BYTES);
  if (!isWhole) throw await content.reject('The transcript is larger than 32 MB.');
  return new TextDecoder('utf-8').decode(bytes);
}

function isText({ headers }: Content): boolean {
  const type = headers.get('content-type') ?? 'application/octet-stream';
  return /^(text\/(vtt|plain)|application\/(octet-stream|vnd\.microsoft\.graph\.transcript\+text))\b/i.test(type);
}

async function readUnattributed(
  deps: GraphDeps,
  access: CalendarAccess,
  path: string,
  refused: GraphError,
): Promise<string> {
  try {
    return await readVtt(deps, access, path, UNATTRIBUTED);
  } catch (error) {
    // A service that does not know this form: then the first refusal says what is wrong.
    if (error instanceof GraphError && [400, 406, 415].includes(error.status)) throw refused;
    throw error;
  }
}

function isAttributionRefused(error: GraphError): boolean {
  return error.status === 403 && [error.code, ...error.innerCodes].includes('SpeakerAttributionNotAllowed');
}

/** Cues of metadata content are JSON, one line each. */
function mostSpoken(vtt: string): string | undefined {
  const times = new Map<string, number>();
  for (const [, language] of vtt.matchAll(/"spokenLanguage"\s*:\s*"([A-Za-z0-9-]{2,35})"/g)) {
    if (language) times.set(language, (times.get(language) ?? 0) + 1);
  }
  const [first] = [...times].toSorted(([, a], [, b]) => b - a);
  try {
    return first && Intl.getCanonicalLocales(first[0])[0];
  } catch {
    return undefined;
  }
}

/** Graph writes the year 1 where something has no end yet. */
function endOf(text: string | null | undefined): Date | undefined {
  const end = text ? new Date(text) : undefined;
  return end && end.getTime() > 0 ? end : undefined;
}

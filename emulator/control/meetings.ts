import type { Hono } from 'hono';
import { z } from 'zod';
import { endMeeting, meetingEndSchema } from '../artifacts/end-meeting.ts';
import { contentGone } from '../artifacts/lifetime.ts';
import type { Context } from '../context.ts';
import { findTenant } from '../directory.ts';
import { expiryOf, meetingByUrl } from '../graph/online-meeting.ts';
import type { TeamsMeeting } from '../graph/online-meeting.ts';
import { changeTranscriptSettings } from '../policies/transcript-settings.ts';
import type { TranscriptSettings } from '../policies/transcript-settings.ts';
import { Conflict, NotFound } from './changes.ts';

const settingsSchema = z
  .strictObject({ enableGraphTranscriptAccess: z.boolean(), enableAttributedTranscripts: z.boolean() })
  .partial();
const meetingSchema = z.strictObject({ joinUrl: z.string().optional(), onlineMeetingId: z.string().optional() });

/** Meetings that end, what they leave, and what their tenants do with it. */
export function addMeetings(app: Hono, context: Context): void {
  app.get('/control/meetings', (c) => c.json(meetingsInSight(context)));
  app.post('/control/meetings/end', async (c) =>
    c.json(endMeeting(context, meetingEndSchema.parse(await c.req.json())), 201),
  );
  app.post('/control/meetings/expire', async (c) => {
    expireMeeting(context, meetingSchema.parse(await c.req.json()));
    return c.body(null, 204);
  });
  app.delete('/control/recordings/:id', (c) => {
    const { id } = c.req.param();
    if (c.req.query('entry') === 'gone') removeRecording(context, id);
    else deleteRecordingFile(context, id);
    return c.body(null, 204);
  });
  app.delete('/control/transcripts/:id', (c) => {
    removeTranscript(context, c.req.param('id'));
    return c.body(null, 204);
  });
  app.patch('/control/tenants/:id/transcripts', async (c) =>
    c.json(changeSettings(context, c.req.param('id'), settingsSchema.parse(await c.req.json()))),
  );
}

/** The tenant's storage deletes the file of a recording: its entry stays, its content is not found. */
export function deleteRecordingFile({ teams }: Context, id: string): void {
  const recording = teams.artifacts.recordings.get(id);
  if (recording === undefined) throw new NotFound(`No recording ${id}`);
  recording.contentDeleted = true;
}

/** A recording is gone as if there had been none. */
export function removeRecording({ teams }: Context, id: string): void {
  if (!teams.artifacts.recordings.delete(id)) throw new NotFound(`No recording ${id}`);
}

/** A transcript is gone as if there had been none. */
export function removeTranscript({ teams }: Context, id: string): void {
  if (!teams.artifacts.transcripts.delete(id)) throw new NotFound(`No transcript ${id}`);
}

/** A meeting expires now, instead of 60 days after its end. Whoever joins or changes it makes it last again. */
export function expireMeeting(context: Context, { joinUrl, onlineMeetingId }: z.infer<typeof meetingSchema>): void {
  const { meetings } = context.teams;
  const meeting = joinUrl === undefined ? meetings.get(onlineMeetingId ?? '') : meetingByUrl(context, joinUrl);
  if (meeting === undefined) throw new NotFound('No meeting with this join URL or id');
  meeting.expiredAt = context.now();
}

/** What a tenant lets Graph read of transcripts; by id or domain. */
export function changeSettings(
  context: Context,
  idOrDomain: string,
  settings: Partial<TranscriptSettings>,
): TranscriptSettings {
  const tenant = findTenant(context.directory, idOrDomain);
  if (tenant === undefined) throw new NotFound(`No tenant ${idOrDomain}`);
  if (tenant.kind === 'personal') throw new Conflict('Personal accounts have no Teams administrator.');
  return changeTranscriptSettings(context, tenant.id, settings);
}

/** Every meeting with what it left, the latest first. */
function meetingsInSight(context: Context) {
  const instant = (at: number) => new Date(at).toISOString();
  return latestMeetings(context).map((meeting) => {
    const { recordings, transcripts, reports } = leftOf(context, meeting);
    const common = (one: { id: string; startedAt: number; endedAt: number; availableAt: number }) => ({
      id: one.id,
      startedAt: instant(one.startedAt),
      endedAt: instant(one.endedAt),
      availableAt: instant(one.availableAt),
    });
    return {
      onlineMeetingId: meeting.id,
      joinUrl: meeting.joinWebUrl,
      subject: meeting.subject,
      organizer: context.directory.users.get(meeting.organizerId)?.userPrincipalName ?? null,
      calendarBacked: meeting.calendarBacked,
      start: instant(meeting.start),
      end: instant(meeting.end),
      expires: instant(expiryOf(meeting)),
      recordings: recordings.map((one) => ({ ...common(one), contentGone: contentGone(context, one) })),
      transcripts: transcripts.map(common),
      attendanceReports: reports.map(common),
    };
  });
}

/** All meetings, the latest first. */
export function latestMeetings({ teams }: Context): TeamsMeeting[] {
  return [...teams.meetings.values()].toSorted((a, b) => b.start - a.start);
}

/** What a meeting left so far, whether or not it can be seen yet. */
export function leftOf({ teams: { artifacts } }: Context, { id }: TeamsMeeting) {
  const ofIt = <T extends { meetingId: string }>(all: Map<string, T>) =>
    [...all.values()].filter(({ meetingId }) => meetingId === id);
  return {
    recordings: ofIt(artifacts.recordings),
    transcripts: ofIt(artifacts.transcripts),
    reports: ofIt(artifacts.reports),
  };
}

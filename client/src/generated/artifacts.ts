// Written by scripts/write-client.ts from docs/openapi.json.

import { createPages, type Page, type Pages } from '../pages.ts';
import { segment } from '../segment.ts';
import type { Answer, CallOptions, Send } from '../send.ts';
import type {
  Artifact,
  MeetingArtifacts,
  ArtifactSettings,
  Transcript,
  Attendance,
  FoundLine,
  ArtifactLink,
  ListArtifactsQuery,
  GetArtifactContentQuery,
  UpdateArtifactSettingsBody,
  GetTranscriptQuery,
  SearchTranscriptsQuery,
  CreateArtifactLinkBody,
} from './schemas.ts';

/** Recordings, transcripts and attendance reports, and who may see them. */
export const artifacts = (send: Send) => ({
  /** Recordings, transcripts and attendance reports, newest first. Operators and viewers see those of meetings that they take part in. */
  list: (query: ListArtifactsQuery = {}, options?: CallOptions): Pages<Artifact> =>
    createPages((cursor) =>
      send<Page<Artifact>>({ method: 'GET', path: '/v1/artifacts', query: { ...query, cursor }, options }),
    ),

  /** Of a deleted one the name is left. */
  get: (id: string, options?: CallOptions): Promise<Artifact> =>
    send({ method: 'GET', path: `/v1/artifacts/${segment(id)}`, options }),

  /** Deletes it for good, from the internal storage too; at Microsoft it stays. While a booking of the meeting is under legal hold: `legal_hold`. */
  delete: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<void, O>> =>
    send({ method: 'DELETE', path: `/v1/artifacts/${segment(id)}`, options, as: 'nothing' }),

  /** What is in it: a recording as MP4, a transcript as WebVTT or text, an attendance report as CSV. Takes `Range` (RFC 9110, section 14). Each view and download is in the audit log. */
  getArtifactContent: (id: string, query: GetArtifactContentQuery = {}, options?: CallOptions): Promise<Response> =>
    send({ method: 'GET', path: `/v1/artifacts/${segment(id)}/content`, query, options, as: 'response' }),

  /** What is left of a meeting, and how far the search for each kind is. */
  listMeetingArtifacts: (id: string, options?: CallOptions): Promise<MeetingArtifacts> =>
    send({ method: 'GET', path: `/v1/meetings/${segment(id)}/artifacts`, options }),

  /** *Refresh recordings*: looks now. `Prefer: wait=15` answers when Microsoft has been asked for each kind. */
  refreshMeetingArtifacts: <const O extends CallOptions = CallOptions>(
    id: string,
    options?: O,
  ): Promise<Answer<MeetingArtifacts, O>> =>
    send({ method: 'POST', path: `/v1/meetings/${segment(id)}/artifacts/refresh`, options, keyless: true }),

  /** Get the settings of recordings. */
  getArtifactSettings: (options?: CallOptions): Promise<ArtifactSettings> =>
    send({ method: 'GET', path: '/v1/artifact-settings', options }),

  /** Changes what is given. A shorter time deletes what is older soon after. */
  updateArtifactSettings: <const O extends CallOptions = CallOptions>(
    body: UpdateArtifactSettingsBody = {},
    options?: O,
  ): Promise<Answer<ArtifactSettings, O>> => send({ method: 'PATCH', path: '/v1/artifact-settings', body, options }),

  /** What was said, line by line, and where in it `q` was found. Each view is in the audit log. */
  getTranscript: (id: string, query: GetTranscriptQuery = {}, options?: CallOptions): Promise<Transcript> =>
    send({ method: 'GET', path: `/v1/artifacts/${segment(id)}/transcript`, query, options }),

  /** Who was there, and from when to when: one report for each session of the meeting. Each view is in the audit log. */
  getAttendance: (id: string, options?: CallOptions): Promise<Attendance> =>
    send({ method: 'GET', path: `/v1/artifacts/${segment(id)}/attendance`, options }),

  /** Looks for what was said in all transcripts that you may see. Lines of the newest meeting come first, in their order. */
  searchTranscripts: (query: SearchTranscriptsQuery, options?: CallOptions): Pages<FoundLine> =>
    createPages((cursor) =>
      send<Page<FoundLine>>({ method: 'GET', path: '/v1/transcript-search', query: { ...query, cursor }, options }),
    ),

  /** Makes a link that opens the content of an artifact without signing in, until it expires, or until you may not see the artifact any more. */
  createArtifactLink: <const O extends CallOptions = CallOptions>(
    id: string,
    body: CreateArtifactLinkBody = {},
    options?: O,
  ): Promise<Answer<ArtifactLink, O>> =>
    send({ method: 'POST', path: `/v1/artifacts/${segment(id)}/links`, body, options }),
});

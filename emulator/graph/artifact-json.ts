import type { Recording, Transcript } from '../artifacts/artifacts.ts';
import type { Context } from '../context.ts';
import type { Call } from './call.ts';
import { serviceRoot } from './call.ts';
import { timestamp } from './event-json.ts';
import { project, selectedProperties } from './odata-page.ts';

const common = [
  'id',
  'meetingId',
  'callId',
  'contentCorrelationId',
  'createdDateTime',
  'endDateTime',
  'meetingOrganizer',
];
const recordingProperties: ReadonlySet<string> = new Set([...common, 'recordingContentUrl', 'content']);
const transcriptProperties: ReadonlySet<string> = new Set([
  ...common,
  'transcriptContentUrl',
  'content',
  'metadataContent',
]);

/** A recording as Graph writes it (Graph docs: “callRecording resource type”). */
export function recordingJson(call: Call, recording: Recording): Record<string, unknown> {
  const json = { ...commonJson(recording), recordingContentUrl: contentUrl(call, 'recordings', recording) };
  return project(json, selectedProperties(call, recordingProperties, 'callRecording'));
}

/** A transcript as Graph writes it (Graph docs: “callTranscript resource type”). */
export function transcriptJson(call: Call, transcript: Transcript): Record<string, unknown> {
  const json = { ...commonJson(transcript), transcriptContentUrl: contentUrl(call, 'transcripts', transcript) };
  return project(json, selectedProperties(call, transcriptProperties, 'callTranscript'));
}

/** What a notification carries for whoever wants data with it. */
export function artifactData(
  context: Context,
  kind: 'recordings' | 'transcripts',
  artifact: Recording | Transcript,
): Record<string, unknown> {
  const name = kind === 'recordings' ? 'recordingContentUrl' : 'transcriptContentUrl';
  return { ...commonJson(artifact), [name]: contentUrl({ context, version: 'v1.0' }, kind, artifact) };
}

function commonJson(artifact: Recording | Transcript): Record<string, unknown> {
  return {
    id: artifact.id,
    meetingId: artifact.meetingId,
    callId: artifact.callId,
    contentCorrelationId: artifact.correlationId,
    createdDateTime: timestamp(artifact.startedAt),
    endDateTime: timestamp(artifact.endedAt),
    meetingOrganizer: {
      application: null,
      device: null,
      user: {
        '@odata.type': '#microsoft.graph.teamworkUserIdentity',
        id: artifact.organizerId,
        displayName: null,
        userIdentityType: 'aadUser',
        tenantId: artifact.tenantId,
      },
    },
  };
}

function contentUrl(call: Pick<Call, 'context' | 'version'>, collection: string, artifact: Recording | Transcript) {
  const { organizerId, meetingId, id } = artifact;
  return `${serviceRoot(call)}/users/${organizerId}/onlineMeetings/${meetingId}/${collection}/${id}/content`;
}

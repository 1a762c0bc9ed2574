import type { Recording } from '../artifacts/artifacts.ts';
import { contentAnswer } from '../artifacts/deliver-content.ts';
import { contentGone, downloadAddress } from '../artifacts/lifetime.ts';
import { artifactMeeting, artifactNotFound, requireOrganizer } from './artifact-access.ts';
import { recordingJson } from './artifact-json.ts';
import { artifactPage } from './artifact-page.ts';
import type { Call, Reply } from './call.ts';
import { contextOwner, queryOption, serviceRoot } from './call.ts';
import { badRequest } from './graph-error.ts';
import type { Route } from './routes.ts';
import { underUser } from './routes.ts';

/** Recordings of meetings that an event made. Organizers and invited people see them, the content is the organizer's. */
export const recordingRoutes: Route[] = underUser([
  ['GET', '/onlineMeetings/:meeting/recordings', 'read recordings', list],
  ['GET', '/onlineMeetings/:meeting/recordings/:recording', 'read recordings', read],
  ['GET', '/onlineMeetings/:meeting/recordings/:recording/content', 'read recordings', content],
]);

function list(call: Call): Reply {
  const { meeting } = artifactMeeting(call, 'recording');
  if (queryOption(call, 'filter') !== undefined) throw badRequest('The query option $filter is not supported here.');
  const { recordings } = call.context.teams.artifacts;
  const found = [...recordings.values()].filter((one) => one.meetingId === meeting.id && isThere(call, one));
  return artifactPage(call, found, {
    context: collectionOf(call, meeting),
    json: (one) => recordingJson(call, one),
  });
}

function read(call: Call): Reply {
  const { meeting } = artifactMeeting(call, 'recording');
  const context = `${serviceRoot(call)}/$metadata#${collectionOf(call, meeting)}/$entity`;
  return { status: 200, body: { '@odata.context': context, ...recordingJson(call, namedRecording(call, meeting.id)) } };
}

function content(call: Call): Reply {
  const { user, meeting } = artifactMeeting(call, 'recording');
  requireOrganizer(call, meeting, user);
  const recording = namedRecording(call, meeting.id);
  if (contentGone(call.context, recording)) throw artifactNotFound();
  const { recordingContent, recordingRange } = call.context.switches;
  if (recordingContent === 'redirect') {
    return { status: 302, headers: { Location: downloadAddress(call.context, recording) } };
  }
  return contentAnswer(recording.content, recordingRange === 'honoured' ? call.headers.get('range') : null);
}

function namedRecording(call: Call, meetingId: string): Recording {
  const recording = call.context.teams.artifacts.recordings.get(call.params['recording'] ?? '');
  if (recording?.meetingId !== meetingId || !isThere(call, recording)) throw artifactNotFound();
  return recording;
}

function isThere({ context }: Call, { availableAt }: Recording): boolean {
  return context.now() >= availableAt;
}

function collectionOf(_: Call, { id, organizerId }: { id: string; organizerId: string }): string {
  return `${contextOwner(organizerId)}/onlineMeetings('${encodeURIComponent(id)}')/recordings`;
}

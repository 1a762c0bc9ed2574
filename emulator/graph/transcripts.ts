import type { Transcript } from '../artifacts/artifacts.ts';
import { attributedVtt, metadataVtt, unattributedVtt } from '../artifacts/vtt.ts';
import { requireAttribution } from '../policies/transcript-settings.ts';
import { artifactMeeting, artifactNotFound } from './artifact-access.ts';
import { transcriptJson } from './artifact-json.ts';
import { artifactPage } from './artifact-page.ts';
import type { Call, Reply } from './call.ts';
import { contextOwner, queryOption, serviceRoot } from './call.ts';
import { badRequest } from './graph-error.ts';
import { parseFilter } from './odata-filter.ts';
import type { Route } from './routes.ts';
import { underUser } from './routes.ts';

/** What is said without who said it (message centre, MC1393806). */
const PLAIN = 'application/vnd.microsoft.graph.transcript+text';

/** Transcripts of meetings that an event made, where the tenant lets Graph read them. */
export const transcriptRoutes: Route[] = underUser([
  ['GET', '/onlineMeetings/:meeting/transcripts', 'read transcripts', list],
  ['GET', '/onlineMeetings/:meeting/transcripts/:transcript', 'read transcripts', read],
  ['GET', '/onlineMeetings/:meeting/transcripts/:transcript/content', 'read transcripts', content],
  ['GET', '/onlineMeetings/:meeting/transcripts/:transcript/metadataContent', 'read transcripts', metadata],
]);

function list(call: Call): Reply {
  const { meeting } = artifactMeeting(call, 'transcript');
  const passes = readFilter(call);
  const { transcripts } = call.context.teams.artifacts;
  const found = [...transcripts.values()].filter(
    (one) => one.meetingId === meeting.id && isThere(call, one) && passes(one),
  );
  return artifactPage(call, found, { context: collectionOf(meeting), json: (one) => transcriptJson(call, one) });
}

function read(call: Call): Reply {
  const { meeting } = artifactMeeting(call, 'transcript');
  const context = `${serviceRoot(call)}/$metadata#${collectionOf(meeting)}/$entity`;
  const transcript = namedTranscript(call, meeting.id);
  return { status: 200, body: { '@odata.context': context, ...transcriptJson(call, transcript) } };
}

function content(call: Call): Reply {
  const { meeting } = artifactMeeting(call, 'transcript');
  const transcript = namedTranscript(call, meeting.id);
  const format = queryOption(call, 'format');
  if (format === undefined && call.headers.get('accept')?.toLowerCase().includes(PLAIN) === true) {
    return { status: 200, headers: { 'Content-Type': PLAIN }, content: unattributedVtt(transcript) };
  }
  // Documents in Word's format are no longer made; the sentence is invented.
  if (format !== undefined && format.toLowerCase() !== 'text/vtt') {
    throw badRequest(`The format '${format}' is not supported.`);
  }
  requireAttribution(call.context, meeting.tenantId);
  return { status: 200, headers: { 'Content-Type': 'text/vtt' }, content: attributedVtt(transcript) };
}

/** It names speakers; that it is refused for that is not documented, only that the content is. */
function metadata(call: Call): Reply {
  const { meeting } = artifactMeeting(call, 'transcript');
  const transcript = namedTranscript(call, meeting.id);
  requireAttribution(call.context, meeting.tenantId);
  return { status: 200, headers: { 'Content-Type': 'text/vtt' }, content: metadataVtt(transcript) };
}

/** `contentCorrelationId eq '…'` is the one filter that is documented. */
function readFilter(call: Call): (transcript: Transcript) => boolean {
  const text = queryOption(call, 'filter');
  if (text === undefined) return () => true;
  const filter = parseFilter(text);
  if (
    filter.kind !== 'compare' ||
    filter.operator !== 'eq' ||
    filter.path.toLowerCase() !== 'contentcorrelationid' ||
    typeof filter.value !== 'string'
  ) {
    throw badRequest('The filter is not supported. Only contentCorrelationId can be compared.');
  }
  const { value } = filter;
  return ({ correlationId }) => correlationId === value;
}

function namedTranscript(call: Call, meetingId: string): Transcript {
  const transcript = call.context.teams.artifacts.transcripts.get(call.params['transcript'] ?? '');
  if (transcript?.meetingId !== meetingId || !isThere(call, transcript)) throw artifactNotFound();
  return transcript;
}

function isThere({ context }: Call, { availableAt }: Transcript): boolean {
  return context.now() >= availableAt;
}

function collectionOf({ id, organizerId }: { id: string; organizerId: string }): string {
  return `${contextOwner(organizerId)}/onlineMeetings('${encodeURIComponent(id)}')/transcripts`;
}

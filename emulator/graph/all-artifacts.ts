import type { Recording, Transcript } from '../artifacts/artifacts.ts';
import { artifactUser, requireOrganizer } from './artifact-access.ts';
import { recordingJson, transcriptJson } from './artifact-json.ts';
import { artifactPage } from './artifact-page.ts';
import type { Call, Reply } from './call.ts';
import { contextOwner, queryOption } from './call.ts';
import { badRequest } from './graph-error.ts';
import { parseFilter } from './odata-filter.ts';
import { hasExpired } from './online-meeting.ts';
import type { Route } from './routes.ts';
import { underUser } from './routes.ts';

/** Everything of one organizer, for apps that act on their own (Graph docs: “onlineMeeting: getAllRecordings”). */
export const allArtifactRoutes: Route[] = underUser([
  ['GET', '/onlineMeetings/getAllRecordings', 'read all recordings', recordings],
  ['GET', '/onlineMeetings/getAllRecordings/:arguments', 'read all recordings', recordings],
  ['GET', '/onlineMeetings/getAllTranscripts', 'read all transcripts', transcripts],
  ['GET', '/onlineMeetings/getAllTranscripts/:arguments', 'read all transcripts', transcripts],
]);

function recordings(call: Call): Reply {
  const user = artifactUser(call, 'recording');
  const passes = readAsked(call, (organizerId) => requireOrganizer(call, { organizerId }, user));
  const found = [...call.context.teams.artifacts.recordings.values()].filter(passes);
  const context = `${contextOwner(user.id)}/onlineMeetings/getAllRecordings`;
  return artifactPage(call, found, { context, json: (one) => recordingJson(call, one) });
}

function transcripts(call: Call): Reply {
  const user = artifactUser(call, 'transcript');
  const passes = readAsked(call, (organizerId) => requireOrganizer(call, { organizerId }, user));
  const found = [...call.context.teams.artifacts.transcripts.values()].filter(passes);
  const context = `${contextOwner(user.id)}/onlineMeetings/getAllTranscripts`;
  return artifactPage(call, found, { context, json: (one) => transcriptJson(call, one) });
}

/** Whose, and of which time: the parameters of the function, or the older `$filter`. */
function readAsked(call: Call, require: (organizerId: string) => void): (one: Recording | Transcript) => boolean {
  const given = argumentsOf(call.params['arguments'] ?? '');
  const organizerId = given.get('meetingorganizeruserid') ?? filteredOrganizer(call);
  // That it fails is documented, the sentence is not.
  if (organizerId === undefined) throw badRequest('The meetingOrganizerUserId is required.');
  require(organizerId.toLowerCase());
  const from = instantOf(given.get('startdatetime')) ?? Number.NEGATIVE_INFINITY;
  const to = instantOf(given.get('enddatetime')) ?? Number.POSITIVE_INFINITY;
  const { now, switches, teams } = call.context;
  return (one) => {
    const meeting = teams.meetings.get(one.meetingId);
    if (one.organizerId !== organizerId.toLowerCase() || one.availableAt > now()) return false;
    if (meeting === undefined || !meeting.calendarBacked || hasExpired(call.context, meeting)) return false;
    return switches.getAllDateFilter === 'ignored' || (one.startedAt >= from && one.startedAt <= to);
  };
}

/** `name='x',other=2026-…`, by lower-case name. */
function argumentsOf(text: string): Map<string, string> {
  const found = text.matchAll(/(\w+)\s*=\s*(?:'([^']*)'|([^,]*))/g);
  return new Map([...found].map(([, name = '', quoted, bare = '']) => [name.toLowerCase(), (quoted ?? bare).trim()]));
}

function filteredOrganizer(call: Call): string | undefined {
  const text = queryOption(call, 'filter');
  if (text === undefined) return undefined;
  const filter = parseFilter(text);
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string') return undefined;
  return filter.path.toLowerCase() === 'meetingorganizer/user/id' ? filter.value : undefined;
}

function instantOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw badRequest(`Invalid value '${text}' for a date and time.`);
  return at;
}

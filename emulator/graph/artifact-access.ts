import type { User } from '../directory.ts';
import { hasTeamsPolicy, requireTeamsPolicy } from '../policies/teams-policies.ts';
import { requireTranscriptAccess } from '../policies/transcript-settings.ts';
import type { Call } from './call.ts';
import { badRequest, forbidden, GraphError } from './graph-error.ts';
import { namedMeeting, namedUser, noLookup, takesPart } from './meeting-access.ts';
import type { TeamsMeeting } from './online-meeting.ts';

export type ArtifactKind = 'recording' | 'transcript' | 'attendance';

/** The meeting whose recordings, transcripts or attendance the path names, and for whom, or the refusal. */
export function artifactMeeting(call: Call, kind: ArtifactKind): { user: User; meeting: TeamsMeeting } {
  const user = artifactUser(call, kind);
  const meeting = namedMeeting(call);
  if (!takesPart(meeting, user)) throw noLookup();
  if (kind !== 'attendance' && !meeting.calendarBacked) {
    // The sentence is reported, its status is not.
    throw badRequest('This API is supported only for calendar backed OnlineMeeting');
  }
  return { user, meeting };
}

/** The person in the path, when the caller may have what is left of their meetings. */
export function artifactUser(call: Call, kind: ArtifactKind): User {
  const user = namedUser(call);
  const { caller, context } = call;
  if (caller.kind === 'app') requirePolicy(call, caller.app.clientId, user, kind);
  if (kind === 'transcript') requireTranscriptAccess(context, caller.tenant.id);
  return user;
}

/** Refuses everybody but the organizer. */
export function requireOrganizer({ context }: Call, meeting: { organizerId: string }, user: User): void {
  if (meeting.organizerId === user.id) return;
  const status = context.switches.organizerMismatchStatus;
  throw new GraphError(status, status === 400 ? 'BadRequest' : 'Forbidden', 'The userId must match organizerId.');
}

/** 404 for something that is not there, or not there yet. Its words are invented. */
export function artifactNotFound(): GraphError {
  return new GraphError(404, 'NotFound', 'The requested resource was not found.');
}

function requirePolicy({ context, params }: Call, clientId: string, user: User, kind: ArtifactKind): void {
  if (kind === 'attendance' || context.switches.artifactPolicyRefusal === 'policy') {
    requireTeamsPolicy(context, clientId, user);
  } else if (!hasTeamsPolicy(context, clientId, user)) {
    throw forbidden(
      `Application is not allowed to perform operations on the user '${params['user']}', neither is allowed access through RSC permission evaluation.`,
    );
  }
}

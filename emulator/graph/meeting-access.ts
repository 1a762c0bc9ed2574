import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import { requireTeamsPolicy } from '../policies/teams-policies.ts';
import { addressesOf } from './access.ts';
import type { Call } from './call.ts';
import { badRequest, forbidden, GraphError } from './graph-error.ts';
import type { TeamsMeeting } from './online-meeting.ts';
import { hasExpired } from './online-meeting.ts';

/** The person in the path, by object id only, whom the caller may act for. */
export function pathUser(call: Call): User {
  const user = namedUser(call);
  if (call.caller.kind === 'app') requireTeamsPolicy(call.context, call.caller.app.clientId, user);
  return user;
}

/** The same, but for an app's policy. */
export function namedUser(call: Call): User {
  const { caller, context } = call;
  if (caller.kind === 'delegated' && call.params['user'] === undefined) return caller.user;
  const user = context.directory.users.get(call.params['user']?.toLowerCase() ?? '');
  if (user === undefined || user.tenantId !== caller.tenant.id) {
    // Reported for user principal names; the body of this 404 is not.
    throw new GraphError(404, 'NotFound', `The user '${call.params['user']}' was not found. Use the object id.`);
  }
  // That delegated callers act for themselves is documented; this sentence is not.
  if (caller.kind === 'delegated' && caller.user.id !== user.id) {
    throw forbidden('The meetings of another user are not accessible.');
  }
  return user;
}

/** The meeting that the path names by its id; 400 for what is no id, and what the service says of one that expired. */
export function namedMeeting(call: Call): TeamsMeeting {
  const id = call.params['meeting'] ?? '';
  if (!/^1\*[0-9a-f-]{36}\*0\*\*19:/.test(Buffer.from(id, 'base64').toString('utf8'))) {
    throw badRequest('Invalid meeting id.', 'InvalidArgument');
  }
  const meeting = call.context.teams.meetings.get(id);
  if (meeting === undefined || meeting.tenantId !== call.caller.tenant.id) throw meetingNotFound();
  if (hasExpired(call.context, meeting)) throw expired(call.context);
  return meeting;
}

/** Whether somebody may look at a meeting: its organizer, and whoever is invited. */
export function takesPart(meeting: TeamsMeeting, user: User): boolean {
  const addresses = addressesOf(user);
  return (
    meeting.organizerId === user.id ||
    meeting.attendees.some(({ userId, upn }) => userId === user.id || addresses.includes(upn.toLowerCase()))
  );
}

/** What people see who do not belong to a meeting. */
export function noLookup(): GraphError {
  return forbidden('3003: User does not have access to lookup meeting');
}

/** What is said of a meeting that is not there. */
export function meetingNotFound(): GraphError {
  return new GraphError(404, 'NotFound', '3004: Meeting not found');
}

/** Reported is that meetings expire and are then refused with 403 or 404. */
function expired({ switches }: Context): GraphError {
  return switches.expiredMeeting === 'forbidden' ? noLookup() : meetingNotFound();
}

import type { User } from '../directory.ts';
import type { Caller } from '../entra/access-token.ts';
import type { ListensTo } from '../notifications/notifications.ts';
import { mailboxPermissions } from '../policies/exchange-scopes.ts';
import { requireTeamsPolicy } from '../policies/teams-policies.ts';
import { requireTranscriptAccess } from '../policies/transcript-settings.ts';
import { holdsAny, mailboxUser } from './access.ts';
import type { Call } from './call.ts';
import { accessDenied, GraphError } from './graph-error.ts';
import { namedMeeting, namedUser, noLookup, takesPart } from './meeting-access.ts';
import type { Resource } from './subscription-resources.ts';
import { eventResource } from './subscription-resources.ts';

/** Whose resource somebody wants to listen to, and what it is; nobody's when it is a whole tenant's. */
export type Listening = { ownerId: string | null; artifacts: ListensTo | null };

/** What this caller may listen to: the refusals of the service that has it, in the wrapping of this service. */
export function allowedListening(call: Call, path: string, terms: Resource, operation: 'Create' | 'Update'): Listening {
  // Said in its own words, as it is where transcripts are read.
  if (terms.artifacts === 'transcripts') requireTranscriptAccess(call.context, call.caller.tenant.id);
  try {
    if (terms.artifacts !== undefined) return artifactListening(call, path, terms, terms.artifacts);
    const match = eventResource.pattern.exec(path);
    if (match === null) {
      requirePermission(call.caller, terms);
      throw notHere(path);
    }
    const owner = mailboxUser(withPath(call, match));
    checkMailbox(call, owner, terms);
    return { ownerId: owner.id, artifacts: null };
  } catch (error) {
    throw error instanceof GraphError && error.status !== 501 ? wrapped(error, operation) : error;
  }
}

function artifactListening(call: Call, path: string, terms: Resource, kind: ListensTo['kind']): Listening {
  const { caller, context } = call;
  requirePermission(caller, terms);
  if (caller.kind === 'delegated' && context.switches.delegatedArtifactSubscriptions === 'refused')
    throw accessDenied();
  const match = terms.pattern.exec(path);
  const named = withPath(call, match);
  if (match?.groups?.['meeting'] !== undefined) {
    const meeting = namedMeeting(named);
    if (caller.kind === 'delegated' && !takesPart(meeting, caller.user)) throw noLookup();
    return { ownerId: meeting.organizerId, artifacts: { kind, scope: 'meeting', meetingId: meeting.id } };
  }
  if (match?.groups?.['user'] === undefined) return { ownerId: null, artifacts: { kind, scope: 'tenant' } };
  const owner = namedUser(named);
  if (caller.kind === 'app' && context.switches.artifactSubscriptionPolicy === 'needed') {
    requireTeamsPolicy(context, caller.app.clientId, owner);
  }
  return { ownerId: owner.id, artifacts: { kind, scope: 'user' } };
}

/** The call as it would be for the resource itself. */
function withPath(call: Call, match: RegExpExecArray | null): Call {
  const { user: _, meeting: __, ...params } = call.params;
  const named = Object.entries(match?.groups ?? {}).filter(([, value]) => value !== undefined);
  return { ...call, params: { ...params, ...Object.fromEntries(named) } };
}

function requirePermission(caller: Caller, terms: Resource): void {
  if (!holdsAny(caller, neededBy(caller, terms))) throw accessDenied();
}

function checkMailbox({ caller, context }: Call, owner: User, terms: Resource): void {
  if (caller.kind === 'delegated') {
    requirePermission(caller, terms);
    return;
  }
  const needed = neededBy(caller, terms);
  const { effective, refuse } = mailboxPermissions(context, caller, owner);
  if (!needed.some((permission) => effective.includes(permission))) throw refuse(needed);
}

function neededBy(caller: Caller, terms: Resource): readonly string[] {
  return caller.kind === 'app' ? terms.application : terms.delegated;
}

/** Reported form: the service that holds the resource answers, and its answer is quoted. */
function wrapped({ status, message }: GraphError, operation: string): GraphError {
  const names: Record<number, string> = { 400: 'BadRequest', 401: 'Unauthorized', 403: 'Forbidden', 404: 'NotFound' };
  return new GraphError(
    status,
    'ExtensionError',
    `Operation: ${operation}; Exception: [Status Code: ${names[status] ?? status}; Reason: ${message}]`,
  );
}

function notHere(path: string): GraphError {
  const message = `Graph has change notifications for '${path}'. This emulator does not.`;
  return new GraphError(501, 'NotImplemented', message);
}

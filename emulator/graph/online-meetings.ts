import type { User } from '../directory.ts';
import type { Call, Reply } from './call.ts';
import { contextOwner, jsonBody, queryOption, serviceRoot } from './call.ts';
import type { GraphError } from './graph-error.ts';
import { badRequest, forbidden } from './graph-error.ts';
import { meetingNotFound, namedMeeting, noLookup, pathUser, takesPart } from './meeting-access.ts';
import { parseFilter } from './odata-filter.ts';
import { project, selectedProperties } from './odata-page.ts';
import { addMeeting, hasExpired, isFindable } from './online-meeting.ts';
import type { TeamsMeeting } from './online-meeting.ts';
import { readChanges, readCreateOrGet, readNewMeeting } from './online-meeting-input.ts';
import { onlineMeetingJson, onlineMeetingProperties } from './online-meeting-json.ts';
import { initialOptions, readOptions } from './online-meeting-options.ts';
import type { Route } from './routes.ts';
import { underUser } from './routes.ts';

/** Teams meetings by themselves. App-only callers need an application access policy of the person in the path. */
export const onlineMeetingRoutes: Route[] = underUser([
  ['GET', '/onlineMeetings', 'read online meeting', search],
  ['POST', '/onlineMeetings', 'write online meeting', create],
  ['POST', '/onlineMeetings/createOrGet', 'write online meeting', createOrGet],
  ['GET', '/onlineMeetings/:meeting', 'read online meeting', read],
  ['PATCH', '/onlineMeetings/:meeting', 'write online meeting', update],
  ['DELETE', '/onlineMeetings/:meeting', 'write online meeting', remove],
]);

function create(call: Call): Reply {
  const organizer = licensedOrganizer(call);
  const body = jsonBody(call);
  const { frame, withPasscode } = readNewMeeting(call.context, organizer, body);
  // Read before anything is made: a refused option leaves no meeting behind.
  const options = readOptions(call.context, organizer, body, initialOptions(organizer));
  const meeting = addMeeting(call.context, organizer, frame, withPasscode);
  Object.assign(meeting.options, options);
  return meetingReply(call, 201, meeting);
}

function createOrGet(call: Call): Reply {
  const organizer = licensedOrganizer(call);
  const frame = readCreateOrGet(call.context, organizer, jsonBody(call));
  const existing = meetingsOf(call, organizer).find(({ externalId }) => externalId === frame.externalId);
  if (existing !== undefined) return meetingReply(call, 200, existing);
  return meetingReply(call, 201, addMeeting(call.context, organizer, frame, true));
}

function read(call: Call): Reply {
  const user = pathUser(call);
  const meeting = namedMeeting(call);
  if (!takesPart(meeting, user)) throw noLookup();
  return meetingReply(call, 200, meeting);
}

function update(call: Call): Reply {
  const organizer = pathUser(call);
  const meeting = namedMeeting(call);
  if (meeting.organizerId !== organizer.id) throw noLookup();
  Object.assign(meeting, readChanges(call.context, organizer, jsonBody(call), meeting));
  meeting.touchedAt = call.context.now();
  return meetingReply(call, 200, meeting);
}

/** The calendar event that made the meeting, if one did, stays as it is. */
function remove(call: Call): Reply {
  const organizer = pathUser(call);
  const meeting = namedMeeting(call);
  if (meeting.organizerId !== organizer.id) throw noLookup();
  call.context.teams.meetings.delete(meeting.id);
  return { status: 204 };
}

/** The two documented searches. A list of all meetings does not exist. */
function search(call: Call): Reply {
  const user = pathUser(call);
  const text = queryOption(call, 'filter');
  if (text === undefined)
    throw badRequest('A $filter on JoinWebUrl or joinMeetingIdSettings/joinMeetingId is required.');
  const filter = parseFilter(text);
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string') throw badFilter();
  const { value } = filter;
  switch (filter.path.toLowerCase()) {
    case 'joinweburl':
      return found(call, user, value, (meeting) => meeting.joinWebUrl === value, isJoinUrl(value));
    case 'joinmeetingidsettings/joinmeetingid':
      return found(call, user, value, (meeting) => meeting.joinMeetingId === value, /^\d+$/.test(value));
    default:
      throw badFilter();
  }
}

function found(
  call: Call,
  user: User,
  asked: string,
  isMeant: (meeting: TeamsMeeting) => boolean,
  isWellFormed: boolean,
): Reply {
  const all = [...call.context.teams.meetings.values()].filter(isMeant);
  const meeting = all.find(({ tenantId }) => tenantId === user.tenantId);
  if (!isWellFormed || (meeting === undefined && (all.length > 0 || namesOtherTenant(asked, user)))) throw badFilter();
  const isThere = meeting !== undefined && isFindable(call.context, meeting) && !hasExpired(call.context, meeting);
  if (isThere && meeting.organizerId !== user.id) throw noLookup();
  if (isThere) return searchReply(call, [meeting]);
  switch (call.context.switches.unknownJoinUrl) {
    case 'not-found':
      throw meetingNotFound();
    case 'bad-request':
      throw badFilter();
    case 'empty':
    default:
      return searchReply(call, []);
  }
}

/** A join URL in the form in which Teams keeps it: percent-encoded once. */
function isJoinUrl(text: string): boolean {
  return (
    /^https:\/\/teams\.microsoft\.com\/l\/meetup-join\/19%3ameeting_[\w%]+%40thread\.v2\/0\?context=%7b%22[\w%-]+%7d$/.test(
      text,
    ) || /^https:\/\/teams\.microsoft\.com\/meet\/\d+\?p=[\w-]+$/.test(text)
  );
}

function namesOtherTenant(url: string, user: User): boolean {
  const tenant = /%22Tid%22%3a%22([\w-]+)%22/i.exec(url)?.[1];
  return tenant !== undefined && tenant.toLowerCase() !== user.tenantId;
}

/** Invented refusal: what becomes of a meeting without a Teams licence is documented for events only. */
function licensedOrganizer(call: Call): User {
  const user = pathUser(call);
  if (!user.teamsLicence) throw forbidden('The user is not licensed for Microsoft Teams.');
  return user;
}

function meetingsOf(call: Call, organizer: User): TeamsMeeting[] {
  return [...call.context.teams.meetings.values()].filter(({ organizerId }) => organizerId === organizer.id);
}

function meetingReply(call: Call, status: number, meeting: TeamsMeeting): Reply {
  const context = `${serviceRoot(call)}/$metadata#${contextOwner(meeting.organizerId)}/onlineMeetings/$entity`;
  return { status, headers: applied(call), body: { '@odata.context': context, ...shown(call, meeting) } };
}

function searchReply(call: Call, meetings: TeamsMeeting[]): Reply {
  const owner = contextOwner(pathUser(call).id);
  return {
    status: 200,
    headers: applied(call),
    body: {
      '@odata.context': `${serviceRoot(call)}/$metadata#${owner}/onlineMeetings`,
      value: meetings.map((meeting) => shown(call, meeting)),
    },
  };
}

function shown(call: Call, meeting: TeamsMeeting): Record<string, unknown> {
  const selected = selectedProperties(call, onlineMeetingProperties, 'onlineMeeting');
  return project(onlineMeetingJson(call.context, meeting, wantsEveryMember(call)), selected);
}

function wantsEveryMember(call: Call): boolean {
  return /(^|[,;\s])include-unknown-enum-members\b/i.test(call.headers.get('prefer') ?? '');
}

function applied(call: Call): Record<string, string> {
  return wantsEveryMember(call) ? { 'Preference-Applied': 'include-unknown-enum-members' } : {};
}

function badFilter(): GraphError {
  return badRequest('1026: An error has occurred.');
}

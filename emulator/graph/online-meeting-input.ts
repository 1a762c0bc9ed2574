import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import { wrongType } from './call.ts';
import { badBody, badRequest } from './graph-error.ts';
import { flag, list, member, record, text, unknownProperty } from './json-input.ts';
import type { MeetingFrame, MeetingRole, Participant, TeamsMeeting } from './online-meeting.ts';
import { findParticipant } from './online-meeting.ts';
import { isOption, readOptions } from './online-meeting-options.ts';
import { parseInstant } from './time-zones.ts';

const hour = 60 * 60 * 1000;
const frameProperties = ['subject', 'startDateTime', 'endDateTime', 'externalId', 'participants'];
/** What the service decides, or what is decided once and for all when the meeting is made. */
const fixed = [
  'id',
  'creationDateTime',
  'audioConferencing',
  'broadcastSettings',
  'chatInfo',
  'isBroadcast',
  'joinInformation',
  'joinWebUrl',
  'meetingTemplateId',
  'videoTeleconferenceId',
];

/** Reads the body of "create onlineMeeting". */
export function readNewMeeting(context: Context, organizer: User, body: Record<string, unknown>) {
  for (const name of Object.keys(body)) {
    if (!known(name) && !fixed.includes(name) && name !== 'joinMeetingIdSettings') throw unknownMember(name);
  }
  const start = instant(body['startDateTime'], 'startDateTime') ?? context.now();
  const end = instant(body['endDateTime'], 'endDateTime');
  // "Required when you create", in the newest description; older pages show meetings without dates.
  if (end === undefined) throw badRequest("The property 'endDateTime' is required.");
  const settings = record(body['joinMeetingIdSettings'] ?? {}, 'joinMeetingIdSettings', [
    'isPasscodeRequired',
    'joinMeetingId',
    'passcode',
  ]);
  return {
    frame: checkedFrame(context, organizer, body, { start, end }),
    withPasscode: flag(settings['isPasscodeRequired'] ?? true),
  };
}

/** Reads the body of "createOrGet": dates have defaults, everything but the frame is refused. */
export function readCreateOrGet(context: Context, organizer: User, body: Record<string, unknown>): MeetingFrame {
  for (const name of Object.keys(body)) {
    if (!frameProperties.includes(name) && name !== 'chatInfo' && !name.includes('@')) throw unknownMember(name);
  }
  if (typeof body['externalId'] !== 'string' || body['externalId'] === '') {
    throw badRequest("The parameter 'externalId' is required.");
  }
  const start = instant(body['startDateTime'], 'startDateTime');
  const end = instant(body['endDateTime'], 'endDateTime');
  if (start === undefined && end !== undefined) {
    throw badRequest("The parameter 'startDateTime' is required when 'endDateTime' is given.");
  }
  const from = start ?? context.now();
  return checkedFrame(context, organizer, body, { start: from, end: end ?? from + hour });
}

/** Reads the body of an update. Throws for what cannot be changed, and for dates that do not come in pairs. */
export function readChanges(
  context: Context,
  organizer: User,
  body: Record<string, unknown>,
  meeting: TeamsMeeting,
): Partial<TeamsMeeting> {
  for (const name of Object.keys(body)) {
    if (fixed.includes(name) || ['joinMeetingIdSettings', 'externalId'].includes(name)) {
      throw badRequest(`The property '${name}' cannot be changed.`);
    }
    if (!known(name)) throw unknownMember(name);
  }
  const start = instant(body['startDateTime'], 'startDateTime');
  const end = instant(body['endDateTime'], 'endDateTime');
  if ((start === undefined) !== (end === undefined)) {
    throw badRequest("'startDateTime' and 'endDateTime' must be changed together.");
  }
  const times = { start: start ?? meeting.start, end: end ?? meeting.end };
  refuseOtherOrganizer(body['participants'], organizer);
  const { subject, start: from, end: to, attendees } = checkedFrame(context, organizer, body, times);
  const sendsAttendees = hasAttendees(body['participants']);
  return {
    ...('subject' in body && { subject }),
    start: from,
    end: to,
    ...(sendsAttendees && { attendees }),
    options: { ...meeting.options, ...readOptions(context, organizer, body, meeting.options) },
  };
}

function known(name: string): boolean {
  return name.includes('@') || frameProperties.includes(name) || isOption(name);
}

function unknownMember(name: string): Error {
  return unknownProperty(name, 'onlineMeeting');
}

function checkedFrame(
  context: Context,
  organizer: User,
  body: Record<string, unknown>,
  { start, end }: { start: number; end: number },
): MeetingFrame {
  if (end < start) throw badRequest("'endDateTime' must not be before 'startDateTime'.");
  const { subject, externalId, participants } = body;
  return {
    subject: subject === undefined || subject === null ? null : text(subject),
    start,
    end,
    externalId: externalId === undefined || externalId === null ? null : text(externalId),
    attendees: readAttendees(context, organizer, participants),
  };
}

/** A moment with its offset. */
function instant(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || !/(Z|[+-]\d\d:?\d\d)$/i.test(value)) throw wrongType(value, 'Edm.DateTimeOffset');
  const at = parseInstant(value, 'UTC');
  if (at === undefined) throw badBody(`The value '${value}' of '${name}' is not a date and time.`);
  return at;
}

function participantsRecord(value: unknown): Record<string, unknown> {
  return value === undefined || value === null ? {} : record(value, 'meetingParticipants', ['organizer', 'attendees']);
}

function hasAttendees(value: unknown): boolean {
  return 'attendees' in participantsRecord(value);
}

function readAttendees(context: Context, organizer: User, value: unknown): Participant[] {
  return list(participantsRecord(value)['attendees'] ?? []).map((one) => {
    const fields = record(one, 'meetingParticipantInfo', ['identity', 'role', 'upn']);
    const id = userIdOf(fields['identity']);
    const upn = text(fields['upn'] ?? '');
    const user = findParticipant(context, organizer.tenantId, id ?? upn);
    if (upn === '' && user === undefined) throw badRequest('A participant needs a upn or the identity of a user.');
    // Only these four are let through.
    const role = member(fields['role'] ?? 'attendee', roles) as MeetingRole;
    if (user === undefined && role !== 'attendee') {
      // Documented as not supported; the sentence is ours.
      throw badRequest(`'${upn}' is not in the directory and can only be an attendee, not a ${role}.`);
    }
    return { upn: upn === '' ? (user?.userPrincipalName ?? '') : upn, role, userId: user?.id ?? null };
  });
}

const roles: readonly MeetingRole[] = ['attendee', 'presenter', 'producer', 'coorganizer'];

function refuseOtherOrganizer(value: unknown, organizer: User): void {
  const sent = participantsRecord(value)['organizer'];
  if (sent === undefined || sent === null) return;
  const fields = record(sent, 'meetingParticipantInfo', ['identity', 'role', 'upn']);
  const who = userIdOf(fields['identity']) ?? text(fields['upn'] ?? '');
  if (who === '' || [organizer.id, organizer.userPrincipalName.toLowerCase()].includes(who.toLowerCase())) return;
  throw badRequest('The organizer of a meeting cannot be changed.');
}

function userIdOf(identity: unknown): string | undefined {
  if (identity === undefined || identity === null) return undefined;
  const user = (identity as Record<string, unknown>)['user'];
  if (typeof user !== 'object' || user === null) return undefined;
  const { id } = user as Record<string, unknown>;
  return typeof id === 'string' ? id.toLowerCase() : undefined;
}

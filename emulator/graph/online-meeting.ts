import { randomInt } from 'node:crypto';
import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import { addressesOf } from './access.ts';
import type { OnlineMeeting, StoredEvent } from './mailboxes.ts';
import type { MeetingOptions } from './online-meeting-options.ts';
import { initialOptions } from './online-meeting-options.ts';
import { datesOf, occurrenceOn } from './recurrence.ts';
import { makeMeeting } from './teams-block.ts';

const EXPIRES_AFTER_MS = 60 * 24 * 60 * 60 * 1000;

export type MeetingRole = 'attendee' | 'presenter' | 'producer' | 'coorganizer';

/** Somebody who takes part; `userId` is `null` for people outside the tenant's directory. */
export type Participant = { upn: string; role: MeetingRole; userId: string | null };

/** A meeting as Teams keeps it: the same object whether an event or `/onlineMeetings` made it. */
export type TeamsMeeting = {
  id: string;
  tenantId: string;
  organizerId: string;
  threadId: string;
  joinWebUrl: string;
  createdAt: number;
  /** An event made it. Only these have recordings and transcripts. */
  calendarBacked: boolean;
  subject: string | null;
  start: number;
  end: number;
  externalId: string | null;
  attendees: Participant[];
  joinMeetingId: string;
  /** `null`: none is asked for. */
  passcode: string | null;
  options: MeetingOptions;
  /** When it was joined or changed last; absent in meetings from before that was kept. */
  touchedAt?: number;
  /** The end of the last occurrence of a series that ends; absent like the above. */
  lastEnd?: number;
  /** Somebody let it expire by hand; it lasts again once it is joined or changed. */
  expiredAt?: number;
};

/** What a meeting is about, and when. */
export type MeetingFrame = Pick<TeamsMeeting, 'subject' | 'start' | 'end' | 'lastEnd' | 'externalId' | 'attendees'>;

/** Makes a meeting that is on no calendar. */
export function addMeeting(
  context: Context,
  organizer: User,
  frame: MeetingFrame,
  withPasscode: boolean,
): TeamsMeeting {
  const made = makeMeeting(organizer, context.switches.joinUrlForm, context.now());
  return store(context, organizer, made, { ...frame, calendarBacked: false, withPasscode });
}

/** Brings the Teams meeting of an organizer's event in step with it. The event is the source of truth. */
export function followEvent(context: Context, event: StoredEvent): void {
  const organizer = context.directory.users.get(event.ownerId);
  if (event.meeting === null || !event.isOrganizer || event.exception !== null || organizer === undefined) return;
  const known = meetingByUrl(context, event.meeting.joinUrl);
  const roles = new Map(known?.attendees.map(({ upn, role }) => [upn.toLowerCase(), role]));
  const frame: MeetingFrame = {
    subject: event.subject,
    start: event.start.at,
    end: event.end.at,
    lastEnd: event.recurrence === null ? event.end.at : lastEndOf(event),
    externalId: known?.externalId ?? null,
    attendees: event.attendees.map(({ emailAddress: { address } }) => ({
      upn: address,
      role: roles.get(address.toLowerCase()) ?? 'attendee',
      userId: findParticipant(context, organizer.tenantId, address)?.id ?? null,
    })),
  };
  if (known !== undefined) Object.assign(known, frame, { touchedAt: context.now() });
  else store(context, organizer, event.meeting, { ...frame, calendarBacked: true, withPasscode: true });
}

/** Takes a meeting away: nobody finds it any more. */
export function removeMeeting(context: Context, joinUrl: string): void {
  const meeting = meetingByUrl(context, joinUrl);
  if (meeting !== undefined) context.teams.meetings.delete(meeting.id);
}

/** When a meeting expires: 60 days after its end, or after it was joined or changed last (Teams docs: “Limits”). */
export function expiryOf({ createdAt, start, end, lastEnd, touchedAt, expiredAt }: TeamsMeeting): number {
  if (expiredAt !== undefined && expiredAt >= (touchedAt ?? createdAt)) return expiredAt;
  return Math.max(lastEnd ?? end, start, touchedAt ?? createdAt) + EXPIRES_AFTER_MS;
}

/** Whether it is too late for a meeting, and for what it left. */
export function hasExpired(context: Context, meeting: TeamsMeeting): boolean {
  return context.now() >= expiryOf(meeting);
}

/** The meeting with exactly this join URL. */
export function meetingByUrl(context: Context, joinUrl: string): TeamsMeeting | undefined {
  return [...context.teams.meetings.values()].find(({ joinWebUrl }) => joinWebUrl === joinUrl);
}

/** Whether Teams finds the meeting already: that of a new event can lag. */
export function isFindable(context: Context, meeting: TeamsMeeting): boolean {
  const delay = context.switches.onlineMeetingLookupDelayMs;
  if (!meeting.calendarBacked) return true;
  return delay !== null && context.now() >= meeting.createdAt + delay;
}

/** The person of a tenant whom an object id or address means. */
export function findParticipant(context: Context, tenantId: string, idOrAddress: string): User | undefined {
  const wanted = idOrAddress.toLowerCase();
  return [...context.directory.users.values()].find(
    (user) => user.tenantId === tenantId && (user.id === wanted || addressesOf(user).includes(wanted)),
  );
}

/** The end of the last occurrence; of a series that never ends, that of the first one. */
function lastEndOf(event: StoredEvent): number {
  const last = event.recurrence?.range.type === 'noEnd' ? undefined : datesOf(event).at(-1);
  return last === undefined ? event.end.at : occurrenceOn(event, last).end.at;
}

function store(
  context: Context,
  organizer: User,
  made: OnlineMeeting,
  { withPasscode, ...frame }: MeetingFrame & Pick<TeamsMeeting, 'calendarBacked'> & { withPasscode: boolean },
): TeamsMeeting {
  const meeting: TeamsMeeting = {
    id: Buffer.from(`1*${organizer.id}*0**${made.threadId}`).toString('base64'),
    tenantId: organizer.tenantId,
    organizerId: organizer.id,
    threadId: made.threadId,
    joinWebUrl: made.joinUrl,
    createdAt: made.madeAt,
    ...frame,
    joinMeetingId: /\/meet\/(\d+)/.exec(made.joinUrl)?.[1] ?? String(randomInt(10 ** 11, 10 ** 12)),
    passcode: withPasscode ? passcode() : null,
    options: initialOptions(organizer),
  };
  context.teams.meetings.set(meeting.id, meeting);
  return meeting;
}

function passcode(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  return Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('');
}

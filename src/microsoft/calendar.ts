import { z } from 'zod';
import { graph, GraphError, nextPath, type GraphDeps } from './graph.ts';
import { fromGraphDate, fromGraphTime, toGraphTime, type GraphTime } from './graph-time.ts';
import { literal, query } from './odata.ts';
import {
  busyPageAnswer,
  calendarAnswer,
  eventAnswer,
  eventListAnswer,
  type BusyItem,
  type EventAnswer,
} from './wire.ts';

/** Whose mailbox: the signed-in user's (delegated), or one named by object id (app-only). */
export type Mailbox = { kind: 'me' } | { kind: 'user'; objectId: string };
export type CalendarAccess = { accessToken: string; mailbox: Mailbox; signal?: AbortSignal | undefined };

export type Attendee = { email: string; name?: string | null | undefined; optional?: boolean };

export type EventDraft = {
  meetingId: string;
  /** Exchange makes one event for one transaction id, however often it is sent. Never use one again after a cancel. */
  transactionId: string;
  subject: string;
  bodyHtml?: string;
  start: Date;
  end: Date;
  /** IANA name; what the organizer's calendar shows as the event's own zone. */
  timeZone: string;
  attendees: Attendee[];
  /** Where it takes place, of an event whose conference is not made here: it carries no Teams meeting. */
  elsewhere?: { location: string } | undefined;
};

export type EventChanges = {
  subject?: string;
  /** Always together with `end` and `timeZone`. */
  start?: Date;
  end?: Date;
  timeZone?: string;
  /** With times, of an event that somebody made last all day. */
  notAllDay?: boolean;
  /** The whole list: who is not in it any more is uninvited. */
  attendees?: Attendee[];
  /** True makes a Teams meeting of an event that came back without one. There is no way back. */
  onlineMeeting?: boolean;
  /** Whole: read it before, and keep what is not ours in it. Never of an event that is to carry a Teams meeting. */
  bodyHtml?: string;
  location?: string;
};

export type CalendarEvent = {
  id: string;
  iCalUId: string | undefined;
  webLink: string | undefined;
  changeKey: string | undefined;
  subject: string;
  start: Date;
  end: Date;
  isCancelled: boolean;
  /** False, with status 201, when Teams is not there for the organizer. */
  isOnlineMeeting: boolean;
  onlineMeetingProvider: string | undefined;
  /** Opaque; absent for a while after creating, and may change with any update. */
  joinUrl: string | undefined;
  attendees: string[];
  lastModified: Date | undefined;
  /** Only where it was asked for: on `findEvent` and `getEvent`. */
  meetingId?: string;
  /** Of an all-day event: its dates, which hold in whatever zone somebody is. */
  days?: { start: GraphTime; end: GraphTime };
  /** Somebody made it recur. */
  isSeries?: true;
  /** Of a time of such a series: the event that recurs. */
  seriesId?: string;
};

export type BusyTime = {
  start: Date;
  end: Date;
  status: 'tentative' | 'busy' | 'oof' | 'workingElsewhere';
  allDay: boolean;
  eventId: string;
};

/** The name under which an event carries the id of its meeting. Never change it: it is how events are found again. */
const MEETING_ID_PROPERTY = 'String {313108d2-2529-4a8a-9a8b-e346a6566654} Name ParleyMeetingId';
const TEAMS_MEETING = { isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' };
const PREFER = ['outlook.timezone="UTC"', 'IdType="ImmutableId"'];
const EVENT_FIELDS =
  'id,iCalUId,webLink,changeKey,subject,start,end,isCancelled,isOnlineMeeting,onlineMeetingProvider,onlineMeeting,' +
  'attendees,isAllDay,type,seriesMasterId,createdDateTime,lastModifiedDateTime';
const DAY_MS = 86_400_000;
const MAX_PAGES = 50;

/**
 * Makes a calendar event, with a Teams meeting unless it takes place elsewhere; Exchange invites the attendees. The answer may lack the meeting or its
 * link. A transaction id that was used for another event throws `GraphError` with `existingEventId`.
 */
export async function createEvent(deps: GraphDeps, access: CalendarAccess, draft: EventDraft): Promise<CalendarEvent> {
  const event = await withZone(draft.timeZone, (timeZone) =>
    graph(deps, {
      ...callOf(access),
      method: 'POST',
      path: `${mailboxRoot(access)}/events`,
      schema: eventAnswer,
      body: {
        subject: draft.subject,
        ...(draft.bodyHtml === undefined ? {} : { body: { contentType: 'HTML', content: draft.bodyHtml } }),
        ...times(draft, timeZone),
        attendees: draft.attendees.map(attendee),
        ...(draft.elsewhere ? placeIn(draft.elsewhere.location) : TEAMS_MEETING),
        allowNewTimeProposals: false,
        transactionId: draft.transactionId,
        singleValueExtendedProperties: [{ id: MEETING_ID_PROPERTY, value: draft.meetingId }],
      },
    }),
  );
  return calendarEvent(event);
}

/** The event that carries this meeting id; of several, the oldest that is not cancelled. */
export async function findEvent(
  deps: GraphDeps,
  access: CalendarAccess,
  p: { meetingId: string },
): Promise<CalendarEvent | undefined> {
  const answer = await graph(deps, {
    ...callOf(access),
    method: 'GET',
    path: `${mailboxRoot(access)}/events?${query({
      $filter: `singleValueExtendedProperties/Any(ep: ep/id eq ${literal(MEETING_ID_PROPERTY)} and ep/value eq ${literal(p.meetingId)})`,
      $expand: EXPAND_MEETING_ID,
      $select: EVENT_FIELDS,
      $top: '25',
    })}`,
    schema: eventListAnswer,
  });
  const alive = answer.value.filter((event) => !event.isCancelled);
  const oldest = alive.toSorted((a, b) => createdAt(a) - createdAt(b))[0];
  return oldest && calendarEvent(oldest);
}

/** The event, or `undefined` when this mailbox does not have it. Other refusals, also of the mailbox, throw. */
export async function getEvent(
  deps: GraphDeps,
  access: CalendarAccess,
  p: { eventId: string },
): Promise<CalendarEvent | undefined> {
  const path = `${eventPath(access, p.eventId)}?${query({ $select: EVENT_FIELDS, $expand: EXPAND_MEETING_ID })}`;
  const event = await unlessGone(graph(deps, { ...callOf(access), method: 'GET', path, schema: eventAnswer }));
  return event && calendarEvent(event);
}

/** Changes what is given, and the body only where no Teams meeting lives in it. Take the join URL from the answer. */
export async function updateEvent(
  deps: GraphDeps,
  access: CalendarAccess,
  p: { eventId: string; changes: EventChanges },
): Promise<CalendarEvent> {
  const { subject, start, end, timeZone, notAllDay, attendees, onlineMeeting, bodyHtml, location } = p.changes;
  if ((start === undefined) !== (end === undefined)) throw new TypeError('start and end change together');
  if (onlineMeeting && bodyHtml !== undefined) throw new TypeError('Teams writes its block into the body itself');
  const event = await withZone(timeZone ?? 'UTC', (zone) =>
    graph(deps, {
      ...callOf(access),
      method: 'PATCH',
      path: eventPath(access, p.eventId),
      schema: eventAnswer,
      body: {
        ...(subject === undefined ? {} : { subject }),
        ...(start && end ? times({ start, end }, zone) : {}),
        ...(notAllDay ? { isAllDay: false } : {}),
        ...(attendees === undefined ? {} : { attendees: attendees.map(attendee) }),
        ...(onlineMeeting ? TEAMS_MEETING : {}),
        ...(bodyHtml === undefined ? {} : { body: { contentType: 'HTML', content: bodyHtml } }),
        ...(location === undefined ? {} : placeIn(location)),
      },
    }),
  );
  return calendarEvent(event);
}

/** Cancels as the organizer; attendees get the comment. Where Graph refuses that (`isCancelRefused`), delete the event. */
export async function cancelEvent(
  deps: GraphDeps,
  access: CalendarAccess,
  p: { eventId: string; comment?: string },
): Promise<'cancelled' | 'gone'> {
  const body = p.comment === undefined ? {} : { Comment: p.comment };
  const path = `${eventPath(access, p.eventId)}/cancel`;
  const done = graph(deps, { ...callOf(access), method: 'POST', path, body, schema: z.undefined() });
  return unlessGone(
    done.then(() => 'cancelled' as const),
    'gone',
  );
}

/** Deletes the event; where it has attendees and is the organizer's, Exchange tells them. */
export async function deleteEvent(
  deps: GraphDeps,
  access: CalendarAccess,
  p: { eventId: string },
): Promise<'deleted' | 'gone'> {
  const path = eventPath(access, p.eventId);
  const done = graph(deps, { ...callOf(access), method: 'DELETE', path, schema: z.undefined() });
  return unlessGone(
    done.then(() => 'deleted' as const),
    'gone',
  );
}

/** True when Graph refused `/cancel` itself: not the organizer, or an event without attendees. */
export function isCancelRefused(error: unknown): boolean {
  return error instanceof GraphError && error.status === 400 && !/InvalidId/i.test(error.code);
}

/**
 * What is in the calendar between `from` and `to` but for what is shown as free; a status that Parley does not know is
 * busy. An all-day event takes its dates in `timeZone`. Throws rather than leave something out.
 */
export async function listBusy(
  deps: GraphDeps,
  access: CalendarAccess,
  p: { from: Date; to: Date; timeZone: string; signal?: AbortSignal | undefined },
): Promise<BusyTime[]> {
  const busy: BusyTime[] = [];
  // A day more on both sides: Exchange places all-day events in the mailbox's zone, we in `timeZone`.
  let path: string | undefined = `${mailboxRoot(access)}/calendarView?${query({
    startDateTime: new Date(p.from.getTime() - DAY_MS).toISOString(),
    endDateTime: new Date(p.to.getTime() + DAY_MS).toISOString(),
    $select: 'id,start,end,showAs,isAllDay,isCancelled',
    $top: '200',
  })}`;
  for (let pages = 0; path !== undefined; pages += 1) {
    if (pages === MAX_PAGES) throw endlessList();
    const page: z.infer<typeof busyPageAnswer> = await graph(deps, {
      ...callOf(access),
      signal: p.signal ?? access.signal,
      method: 'GET',
      path,
      schema: busyPageAnswer,
    });
    busy.push(...page.value.flatMap((item) => busyTime(item, p.timeZone)));
    path = page['@odata.nextLink'] && nextPath(deps, page['@odata.nextLink']);
  }
  return busy.filter((time) => time.start < p.to && time.end > p.from);
}

/** Which online meeting providers the calendar allows: Teams needs `teamsForBusiness` among them. */
export async function getCalendar(
  deps: GraphDeps,
  access: CalendarAccess,
): Promise<{ allowedOnlineMeetingProviders: string[]; defaultOnlineMeetingProvider: string | undefined }> {
  const answer = await graph(deps, {
    ...callOf(access),
    method: 'GET',
    path: `${mailboxRoot(access)}/calendar?${query({ $select: 'allowedOnlineMeetingProviders,defaultOnlineMeetingProvider' })}`,
    schema: calendarAnswer,
  });
  return {
    allowedOnlineMeetingProviders: answer.allowedOnlineMeetingProviders ?? [],
    defaultOnlineMeetingProvider: answer.defaultOnlineMeetingProvider ?? undefined,
  };
}

const EXPAND_MEETING_ID = `singleValueExtendedProperties($filter=id eq '${MEETING_ID_PROPERTY}')`;

/** What every call for a mailbox has in common. */
export function callOf(access: CalendarAccess) {
  return { accessToken: access.accessToken, prefer: PREFER, signal: access.signal };
}

/** Where the mailbox is, for paths below it. */
export function mailboxRoot({ mailbox }: Pick<CalendarAccess, 'mailbox'>): string {
  return mailbox.kind === 'me' ? '/me' : `/users/${encodeURIComponent(mailbox.objectId)}`;
}

/** Where an event is. */
export function eventPath(access: CalendarAccess, eventId: string): string {
  return `${mailboxRoot(access)}/events/${encodeURIComponent(eventId)}`;
}

function times(p: { start: Date; end: Date }, timeZone: string) {
  return { start: toGraphTime(p.start, timeZone), end: toGraphTime(p.end, timeZone) };
}

function placeIn(location: string) {
  return { location: { displayName: location } };
}

function attendee({ email, name, optional }: Attendee) {
  return {
    type: optional ? 'optional' : 'required',
    emailAddress: { address: email, ...(name ? { name } : {}) },
  };
}

/** Exchange may not know a young IANA name. It refuses before doing anything, and the same instant exists in UTC. */
async function withZone<T>(timeZone: string, write: (timeZone: string) => Promise<T>): Promise<T> {
  try {
    return await write(timeZone);
  } catch (error) {
    if (error instanceof GraphError && /TimeZoneNotSupported/i.test(error.code) && timeZone !== 'UTC')
      return write('UTC');
    throw error;
  }
}

/** Only Exchange's own “not in the store” counts as gone: a missing mailbox or a proxy's 404 proves nothing. */
export async function unlessGone<T, G = undefined>(answer: Promise<T>, gone?: G): Promise<T | G> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GraphError && (error.status === 410 || isItemNotFound(error))) return gone as G;
    throw error;
  }
}

function isItemNotFound(error: GraphError): boolean {
  return error.status === 404 && error.code === 'ErrorItemNotFound';
}

function createdAt(event: EventAnswer): number {
  return event.createdDateTime ? Date.parse(event.createdDateTime) : 0;
}

/** An event as Graph writes it, in our words. */
export function calendarEvent(event: EventAnswer): CalendarEvent {
  const meetingId = event.singleValueExtendedProperties?.find((each) => each.id === MEETING_ID_PROPERTY)?.value;
  return {
    id: event.id,
    iCalUId: event.iCalUId ?? undefined,
    webLink: event.webLink ?? undefined,
    changeKey: event.changeKey ?? undefined,
    subject: event.subject ?? '',
    start: fromGraphTime(event.start),
    end: fromGraphTime(event.end),
    isCancelled: event.isCancelled ?? false,
    isOnlineMeeting: event.isOnlineMeeting ?? false,
    onlineMeetingProvider: event.onlineMeetingProvider ?? undefined,
    joinUrl: event.onlineMeeting?.joinUrl || undefined,
    attendees: (event.attendees ?? []).flatMap((each) => each.emailAddress?.address ?? []),
    lastModified: event.lastModifiedDateTime ? new Date(event.lastModifiedDateTime) : undefined,
    ...(meetingId ? { meetingId } : {}),
    ...(event.isAllDay && { days: { start: event.start, end: event.end } }),
    ...(event.type === 'seriesMaster' && { isSeries: true as const }),
    ...(event.seriesMasterId && { seriesId: event.seriesMasterId }),
  };
}

/** The event as somebody in `timeZone` sees it: an all-day event lasts from midnight to midnight there. */
export function shownIn(timeZone: string, event: CalendarEvent) {
  const { subject, days, isCancelled, isSeries } = event;
  const [start, end] = days
    ? [fromGraphDate(days.start, timeZone), fromGraphDate(days.end, timeZone)]
    : [event.start, event.end];
  const became = days ? ('all_day' as const) : isSeries ? ('series' as const) : undefined;
  return { subject, start, end, isCancelled, became };
}

function busyTime(item: BusyItem, timeZone: string): BusyTime[] {
  if (item.isCancelled || item.showAs === 'free') return [];
  const allDay = item.isAllDay ?? false;
  const instant = allDay ? (time: BusyItem['start']) => fromGraphDate(time, timeZone) : fromGraphTime;
  return [
    { start: instant(item.start), end: instant(item.end), status: statusOf(item.showAs), allDay, eventId: item.id },
  ];
}

function statusOf(shownAs: string | null | undefined): BusyTime['status'] {
  return shownAs === 'tentative' || shownAs === 'oof' || shownAs === 'workingElsewhere' ? shownAs : 'busy';
}

function endlessList(): GraphError {
  return new GraphError({
    status: 200,
    code: 'unreadable_answer',
    outcome: 'unknown',
    providerMessage: 'The list of events does not end.',
  });
}

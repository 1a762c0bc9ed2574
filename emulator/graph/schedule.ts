import { findMailboxByAddress, mailboxUser } from './access.ts';
import type { Call, Reply } from './call.ts';
import { appliedHeader, isRecord, jsonBody, preferences, serviceRoot, wrongType } from './call.ts';
import type { User } from '../directory.ts';
import { badBody, badRequest } from './graph-error.ts';
import { workingHours } from './mailbox-settings.ts';
import type { StoredEvent } from './mailboxes.ts';
import { eventsOf } from './mailboxes.ts';
import { expand } from './recurrence.ts';
import type { Route } from './routes.ts';
import { underUser } from './routes.ts';
import { ianaZone, parseInstant, readDateTime, wallTime, writeDateTime } from './time-zones.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const MOST_SCHEDULES = 20;
const MOST_DAYS = 42;
const MOST_ENTRIES = 1000;

export const scheduleRoutes: Route[] = underUser([
  ['POST', '/calendar/getSchedule', 'read schedule', getSchedule],
  ['POST', '/calendars/:calendar/getSchedule', 'read schedule', getSchedule],
]);

type Question = { schedules: string[]; from: number; to: number; interval: number };

function getSchedule(call: Call): Reply {
  mailboxUser(call);
  const question = readQuestion(jsonBody(call));
  const prefer = preferences(call);
  return {
    status: 200,
    headers: appliedHeader(prefer),
    body: {
      '@odata.context': `${serviceRoot(call)}/$metadata#Collection(microsoft.graph.scheduleInformation)`,
      value: question.schedules.map((address) => scheduleOf(call, question, address, prefer.timeZone)),
    },
  };
}

function readQuestion(body: Record<string, unknown>): Question {
  const schedules = readSchedules(body['schedules'] ?? body['Schedules']);
  const from = readTime(body['startTime'] ?? body['StartTime']);
  const to = readTime(body['endTime'] ?? body['EndTime']);
  const interval = body['availabilityViewInterval'] ?? body['AvailabilityViewInterval'] ?? 30;
  if (typeof interval !== 'number') throw wrongType(interval, 'Edm.Int32');
  // Limits are documented; the refusals are worded here.
  if (interval < 5 || interval > 1440)
    throw badRequest('The interval must be 5 to 1440 minutes.', 'ErrorInvalidParameter');
  if (to <= from) throw badRequest('The end time must be after the start time.', 'ErrorInvalidParameter');
  if (to - from > MOST_DAYS * DAY)
    throw badRequest('The requested time interval is too long.', 'ErrorTimeIntervalTooBig');
  return { schedules, from, to, interval };
}

function readSchedules(value: unknown): string[] {
  if (!Array.isArray(value)) throw badBody("The property 'schedules' is required.");
  const schedules = value.map((one: unknown) => {
    if (typeof one !== 'string') throw wrongType(one, 'Edm.String');
    return one;
  });
  if (schedules.length === 0 || schedules.length > MOST_SCHEDULES) {
    throw badRequest(`Between 1 and ${MOST_SCHEDULES} schedules can be asked for.`, 'ErrorInvalidParameter');
  }
  return schedules;
}

function readTime(value: unknown): number {
  if (!isRecord(value) || typeof value['dateTime'] !== 'string') {
    throw wrongType(value ?? null, 'microsoft.graph.dateTimeTimeZone');
  }
  const zone = value['timeZone'];
  return readDateTime({ dateTime: value['dateTime'], timeZone: typeof zone === 'string' ? zone : null }).at;
}

function scheduleOf(call: Call, question: Question, address: string, timeZone: string): Record<string, unknown> {
  const user = findMailboxByAddress(call.context, address, call.caller.tenant.id);
  if (user === undefined) return failed(address, 'ErrorMailRecipientNotFound', 'The recipient was not found.');
  const spans = busySpans(call, user, question);
  if (spans.length > MOST_ENTRIES) return failed(address, '5006', 'The result set contains too many calendar entries.');
  return {
    scheduleId: address,
    availabilityView: availabilityView(spans, question),
    scheduleItems: spans.map(({ event, from, to }) => ({
      ...details(call, user, event),
      status: event.showAs,
      start: writeDateTime(from, timeZone),
      end: writeDateTime(to, timeZone),
    })),
    workingHours: workingHours(user.mailbox?.timeZone ?? 'UTC'),
  };
}

type Span = { event: StoredEvent; from: number; to: number };

/** All-day events cover the day of the mailbox's own zone. */
function busySpans(call: Call, user: User, question: Question): Span[] {
  const zone = ianaZone(user.mailbox?.timeZone ?? 'UTC');
  return expand(
    call.context.mailboxes,
    eventsOf(call.context.mailboxes, user.id),
    question.from - DAY,
    question.to + DAY,
  )
    .filter((event) => !event.isCancelled)
    .map((event) => ({ event, from: localised(event, event.start.at, zone), to: localised(event, event.end.at, zone) }))
    .filter((span) => span.from < question.to && span.to > question.from);
}

function localised(event: StoredEvent, at: number, zone: string): number {
  return event.isAllDay ? (parseInstant(wallTime(at, 'UTC'), zone) ?? at) : at;
}

/** What others see: times; whoever owns the mailbox, and an app, sees more. */
function details(call: Call, user: User, event: StoredEvent): Record<string, unknown> {
  const own = call.caller.kind === 'app' || call.caller.user.id === user.id;
  if (!own) return {};
  const isPrivate = event.sensitivity === 'private';
  return isPrivate
    ? { isPrivate: true, subject: '', location: '' }
    : { isPrivate: false, subject: event.subject, location: event.location.displayName };
}

const digits: Record<string, number> = { free: 0, workingElsewhere: 0, tentative: 1, busy: 2, oof: 3 };

function availabilityView(spans: Span[], question: Question): string {
  const step = question.interval * MINUTE;
  let view = '';
  for (let at = question.from; at < question.to; at += step) {
    const here = spans.filter((span) => span.from < Math.min(at + step, question.to) && span.to > at);
    view += String(Math.max(0, ...here.map((span) => digits[span.event.showAs] ?? 0)));
  }
  return view;
}

function failed(scheduleId: string, responseCode: string, message: string): Record<string, unknown> {
  return { scheduleId, availabilityView: '', scheduleItems: [], error: { message, responseCode } };
}

import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { Temporal } from 'temporal-polyfill';
import { messagePage } from '../http/message.ts';
import { pageHeaders } from '../http/pages.ts';
import { asProblem } from '../http/problems.ts';
import type { Log } from '../log.ts';
import { Problem } from '../problem.ts';
import { dateIn, formatClock, formatDay, formatWhen, zoneCity } from '../scheduling/date-text.ts';
import {
  decideRequest,
  findRequest,
  isStillFree,
  type Decision,
  type Outcome,
  type RequestByLink,
  type RequestDeps,
} from './requests-by-link.ts';
import { outcomePage, requestPage, type RequestModel } from './views/request.ts';
import { formOf, ownForms, page } from './visit.ts';
import { messages } from './visitor-words.ts';

type Deps = RequestDeps & { log: Log };

/** `/requests/{token}`: what an operator opens from the mail about a request. Looking decides nothing; a button does. */
export function requestPages(deps: Deps): Hono {
  const app = new Hono();
  const tooLarge = bodyLimit({ maxSize: 64 * 1024, onError: (c) => page(c, messagePage(messages.tooLarge), 413) });
  app.use('/requests/:token', pageHeaders, ownForms, tooLarge);
  app.get('/requests/:token', (c) => withRequest(c, deps, (request) => showRequest(c, deps, request)));
  app.post('/requests/:token', (c) => withRequest(c, deps, (request) => decide(c, deps, request)));
  app.onError((error, c) => {
    deps.log.error({ err: error }, 'request page failed');
    return page(c, messagePage(messages.broken), asProblem(error).code === 'database_unavailable' ? 503 : 500);
  });
  return app;
}

async function withRequest(
  c: Context,
  deps: Deps,
  answer: (request: RequestByLink) => Promise<Response>,
): Promise<Response> {
  c.header('X-Robots-Tag', 'noindex');
  const { token = '' } = c.req.param();
  const request = await findRequest(deps, token);
  if (!request) return page(c, messagePage(messages.noRequest), 404);
  if (request.outcome) return page(c, outcomeView(request, request.outcome), c.req.method === 'POST' ? 409 : 200);
  return answer(request);
}

async function showRequest(c: Context, deps: Deps, request: RequestByLink): Promise<Response> {
  const model = await modelOf(c, deps, request, asAskedFor(request));
  const open = { ...model.open, decline: c.req.query('answer') === 'decline' };
  return page(c, requestPage({ ...model, open }));
}

async function decide(c: Context, deps: Deps, request: RequestByLink): Promise<Response> {
  const form = await formOf(c);
  const typed = typedIn(form, request);
  try {
    await decideRequest(deps, request, readDecision(form, request));
    return c.redirect(c.req.path, 303);
  } catch (error) {
    if (!(error instanceof Problem) || !isAnswer(error)) throw error;
    // Somebody was faster: what they decided is told at the same address.
    if (error.code === 'request_decided') return c.redirect(c.req.path, 303);
    const open = { instead: form.get('decision') === 'approve', decline: form.get('decision') === 'decline' };
    const model = await modelOf(c, deps, request, typed);
    const problem = refusalWords(error);
    return page(c, requestPage({ ...model, problem, open }), error.code === 'invalid_request' ? 400 : 409);
  }
}

function isAnswer({ code }: Problem): boolean {
  return (
    ['request_decided', 'slot_taken', 'slot_not_offered', 'booking_not_open', 'invalid_request'].includes(code) ||
    code === 'calendar_unreadable'
  );
}

function refusalWords({ code, detail }: Problem): string {
  if (code === 'slot_taken') return `This time is not free any more. ${detail ?? ''} Choose another time, or decline.`;
  return `Nothing was decided. ${detail ?? 'Choose another time, or decline.'}`;
}

const mostNote = 2000;
const mostReason = 1000;

/** Reads the form. Throws `invalid_request` with a sentence for the approver. */
function readDecision(form: URLSearchParams, { booking, member, candidates }: RequestByLink): Decision {
  if (form.get('decision') === 'decline') return { kind: 'decline', reason: readText(form, 'reason', mostReason) };
  if (form.get('decision') !== 'approve') throw wrong('Use one of the two buttons.');
  const start = readStart(form.get('start') ?? '', member.time_zone);
  const operatorId = form.get('operator') ?? undefined;
  if (operatorId !== undefined && !candidates.some(({ id }) => id === operatorId))
    throw wrong('Choose somebody from the list.');
  return {
    kind: 'approve',
    note: readText(form, 'note', mostNote),
    teamsMeeting: form.get('teamsMeeting') === 'yes',
    start: start && start.getTime() !== minuteOf(booking.starts_at) ? start : undefined,
    operatorId: operatorId === booking.host_id ? undefined : operatorId,
  };
}

function readText(form: URLSearchParams, name: string, most: number): string {
  const text = (form.get(name) ?? '').replace(/(?![\t\r\n])\p{Cc}|\p{Cs}/gu, ' ').trim();
  if (text.length > most) throw wrong(`Use at most ${most.toLocaleString('en')} characters.`);
  return text;
}

/** A time on the approver's own clock, as the field of a browser sends it. */
function readStart(text: string, timeZone: string): Date | undefined {
  if (text === '') return undefined;
  if (!/^20\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) throw wrong('Give the start as a date and a time.');
  try {
    return new Date(Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds);
  } catch (error) {
    if (error instanceof RangeError) throw wrong('This date does not exist.');
    throw error;
  }
}

function wrong(detail: string): Problem {
  return new Problem('invalid_request', { detail });
}

function minuteOf(instant: Date): number {
  return Math.floor(instant.getTime() / 60_000) * 60_000;
}

function asAskedFor({ booking, member }: RequestByLink): RequestModel['typed'] {
  const start = Temporal.Instant.fromEpochMilliseconds(booking.starts_at.getTime())
    .toZonedDateTimeISO(member.time_zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' });
  return { start, operatorId: booking.host_id, teamsMeeting: booking.teams_meeting, note: '', reason: '' };
}

function typedIn(form: URLSearchParams, request: RequestByLink): RequestModel['typed'] {
  const asked = asAskedFor(request);
  if (form.get('decision') === 'decline') return { ...asked, reason: (form.get('reason') ?? '').slice(0, 5000) };
  return {
    start: (form.get('start') ?? asked.start).slice(0, 40),
    operatorId: form.get('operator') ?? asked.operatorId,
    teamsMeeting: form.get('teamsMeeting') === 'yes',
    note: (form.get('note') ?? '').slice(0, 5000),
    reason: '',
  };
}

function factsOf({ booking, member, title, workspaceName, operators }: RequestByLink) {
  const { starts_at: start, ends_at: end, visitor_time_zone: there } = booking;
  const when = formatWhen(start, end, member.time_zone);
  return {
    workspaceName,
    title,
    visitorName: booking.visitor_name,
    visitorEmail: booking.visitor_email,
    when,
    whenForVisitor: there === member.time_zone ? undefined : formatWhen(start, end, there),
    operators,
    note: booking.note,
    companions: booking.attendees.map(({ name, email }) => name ?? email),
  };
}

async function modelOf(
  c: Context,
  deps: Deps,
  request: RequestByLink,
  typed: RequestModel['typed'],
): Promise<RequestModel> {
  const { booking, member, candidates } = request;
  const free = await isStillFree(deps, booking);
  const words = {
    free: 'The time is free. It is kept until you decide.',
    conflict: `Something is in the way now. ${'detail' in free ? (free.detail ?? '') : ''}`.trim(),
    unknown: 'The calendar cannot be read right now. You can decide all the same; the meeting follows.',
  }[free.kind];
  return {
    ...factsOf(request),
    action: c.req.path,
    free: { kind: free.kind, words },
    problem: undefined,
    candidates,
    typed,
    place: zoneCity(member.time_zone),
    open: { instead: free.kind === 'conflict', decline: false },
  };
}

function outcomeView(request: RequestByLink, outcome: Outcome) {
  const { member, booking } = request;
  const at = `${formatDay(dateIn(outcome.at, member.time_zone))}, ${formatClock(outcome.at, member.time_zone)} (${zoneCity(member.time_zone)})`;
  const who = outcome.by === 'you' ? 'You' : (outcome.byName ?? 'Somebody else');
  const texts: Record<Outcome['kind'], { heading: string; sentence: string }> = {
    approved: { heading: 'This request is approved', sentence: `${who} approved it on ${at}.` },
    declined:
      outcome.by === 'time'
        ? { heading: 'Nobody answered this request in time', sentence: `It ended by itself on ${at}.` }
        : { heading: 'This request is declined', sentence: `${who} declined it on ${at}.` },
    cancelled: {
      heading: 'This request is no longer open',
      sentence: `${who} ${outcome.by === 'visitor' ? 'withdrew' : 'cancelled'} it on ${at}.`,
    },
    changed: {
      heading: 'This request has changed',
      sentence: 'It was changed after this mail was written. Look at it once more before you decide.',
    },
  };
  return outcomePage({
    ...factsOf(request),
    kind: outcome.kind,
    ...texts[outcome.kind],
    words: outcome.by === 'time' ? '' : outcome.words,
    consoleUrl: `/console/bookings/${booking.id}`,
  });
}

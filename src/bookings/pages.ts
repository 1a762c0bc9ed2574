import { randomUUID } from 'node:crypto';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { assetRoutes, type Html, isOwnForm, pageHeaders } from '../http/pages.ts';
import { asProblem } from '../http/problems.ts';
import { Problem } from '../problem.ts';
import { dateIn, formatWhen } from '../scheduling/date-text.ts';
import { calendarLinks, inviteFile } from './invite.ts';
import { meetingEvents } from './meeting-events.ts';
import { addressOf, findSlotAt, otherTimes, type Picking, pickerModel } from './picking.ts';
import { bookingPage, type BookingModel } from './views/booking.ts';
import { cancelPage, movePage, type MoveModel } from './views/change.ts';
import { detailsPage, type DetailsModel } from './views/details.ts';
import { messagePage } from './views/message.ts';
import { pickerPage } from './views/picker.ts';
import {
  checkFields,
  type FieldErrors,
  fieldErrorsOf,
  instantText,
  noFields,
  readForm,
  readQuery,
  readStart,
  type VisitorFields,
} from './visitor-form.ts';
import { closedMessage, isPassing, lostSlotWords, messages, refusalOf, words } from './visitor-words.ts';
import type { PublicEventType, VisitorBooking, VisitorDeps } from './visitor.ts';

const largestForm = 64 * 1024;

/** The pages on which visitors book, keep, move and cancel: HTML that needs no script, no cookie and no account. */
export function visitorPages(deps: VisitorDeps): Hono {
  const app = new Hono();
  app.route('/', assetRoutes());
  const tooLarge = bodyLimit({ maxSize: largestForm, onError: (c) => page(c, messagePage(messages.tooLarge), 413) });
  for (const path of ['/book/:workspace/:eventType', '/bookings/:token', '/bookings/:token/:page']) {
    app.use(path, pageHeaders, ownForms, tooLarge);
  }
  app.get('/book/:workspace/:eventType', (c) => withEventType(c, deps, showEventType));
  app.post('/book/:workspace/:eventType', (c) => withEventType(c, deps, book));
  app.get('/bookings/:token', (c) => withBooking(c, deps, showBooking));
  app.get('/bookings/:token/reschedule', (c) => withBooking(c, deps, showMove));
  app.post('/bookings/:token/reschedule', (c) => withBooking(c, deps, move));
  app.get('/bookings/:token/cancel', (c) => withBooking(c, deps, showCancel));
  app.post('/bookings/:token/cancel', (c) => withBooking(c, deps, cancel));
  app.get('/bookings/:token/events', (c) =>
    withBooking(c, deps, ({ booking }) => meetingEvents(c, deps, booking.meetingId)),
  );
  app.get('/bookings/:token/invite.ics', (c) => withBooking(c, deps, ({ booking }) => invite(c, deps, booking)));
  app.onError((error, c) => {
    deps.report(error);
    return page(c, messagePage(messages.broken), asProblem(error).code === 'database_unavailable' ? 503 : 500);
  });
  return app;
}

type EventTypeVisit = { c: Context; deps: VisitorDeps; eventType: PublicEventType; path: string; picking: Picking };

async function withEventType(c: Context, deps: VisitorDeps, answer: (visit: EventTypeVisit) => Promise<Response>) {
  const { workspace = '', eventType: slug = '' } = c.req.param();
  const eventType = await deps.findPublicEventType(workspace, slug);
  if (!eventType) return page(c, messagePage(messages.noEventType), 404);
  if (!eventType.open) return page(c, messagePage(closedMessage(eventType.hostName)), 200);
  const path = `/book/${encodeURIComponent(workspace)}/${encodeURIComponent(slug)}`;
  const zone = { name: eventType.timeZone, guessed: true };
  const picking: Picking = { eventTypeId: eventType.id, intro: eventType, path, zone };
  return orExplain(c, eventType.hostName, path, () => answer({ c, deps, eventType, path, picking }));
}

async function showEventType({ c, deps, picking, path }: EventTypeVisit): Promise<Response> {
  const { start, ...query } = readQuery(c.req.query());
  if (!start) return page(c, pickerPage(await pickerModel(deps, picking, query)));
  const timeZone = query.timeZone ?? picking.zone.name;
  const slot = await findSlotAt(deps, picking, start);
  if (!slot) {
    const day = dateIn(start, timeZone);
    const model = await pickerModel(deps, picking, { day, timeZone }, words.gone);
    return page(c, pickerPage(model), 409);
  }
  const time: DetailsModel['time'] = {
    kind: 'chosen',
    value: instantText(start),
    when: formatWhen(slot.start, slot.end, timeZone),
  };
  const key = randomUUID();
  const backUrl = addressOf(path, { day: dateIn(start, timeZone), tz: timeZone });
  return page(
    c,
    detailsPage({
      intro: briefly(picking.intro),
      action: path,
      backUrl,
      timeZone,
      key,
      typed: noFields,
      errors: {},
      time,
    }),
  );
}

type Form = ReturnType<typeof readForm>;

async function book(visit: EventTypeVisit): Promise<Response> {
  const { c, deps, eventType } = visit;
  const form = readForm(await formOf(c));
  const checked = checkFields(form.typed);
  if ('errors' in checked) return detailsAgain(visit, form, { errors: checked.errors, status: 400 });
  try {
    const { start, timeZone, idempotencyKey } = form;
    const visitor = { ...checked.fields, timeZone };
    const { token } = await deps.createBooking({ eventTypeId: eventType.id, start, visitor, idempotencyKey });
    return c.redirect(`/bookings/${encodeURIComponent(token)}`, 303);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return bookingRefused(visit, form, error);
  }
}

async function bookingRefused(visit: EventTypeVisit, form: Form, problem: Problem): Promise<Response> {
  const { c, deps, picking, path } = visit;
  const errors = problem.code === 'invalid_request' && fieldErrorsOf(problem.errors ?? []);
  if (errors) return detailsAgain(visit, form, { errors, status: 400 });
  if (isPassing(problem)) return detailsAgain(visit, form, { problem: words.passing, status: 503 });
  const lost = lostSlotWords(problem);
  if (lost === undefined) throw problem;
  const other = await otherTimes(deps, picking, form.start, form.timeZone);
  const time = { kind: 'lost' as const, words: lost, ...other };
  return page(c, detailsPage({ ...detailsOf(form, picking, path), errors: {}, time }), 409);
}

type Again = { errors?: FieldErrors; problem?: string; status: 400 | 503 };

/** The form once more, with all that was typed. */
function detailsAgain(
  { c, eventType, picking, path }: EventTypeVisit,
  form: Form,
  { errors = {}, problem, status }: Again,
) {
  const end = new Date(form.start.getTime() + eventType.durationMinutes * 60_000);
  const when = formatWhen(form.start, end, form.timeZone);
  const time = { kind: 'chosen' as const, value: instantText(form.start), when };
  return page(c, detailsPage({ ...detailsOf(form, picking, path), errors, problem, time }), status);
}

function detailsOf({ start, timeZone, idempotencyKey, typed }: Form, { intro }: Picking, path: string) {
  const backUrl = addressOf(path, { day: dateIn(start, timeZone), tz: timeZone });
  return { intro: briefly(intro), action: path, backUrl, timeZone, key: idempotencyKey, typed: shortened(typed) };
}

/** The form needs no description: it was read on the calendar page. */
function briefly(intro: Picking['intro']): Picking['intro'] {
  return { ...intro, description: '' };
}

/** What is far too long to be right does not have to be sent back whole. */
function shortened(typed: VisitorFields): VisitorFields {
  return { name: typed.name.slice(0, 500), email: typed.email.slice(0, 500), note: typed.note.slice(0, 5000) };
}

type BookingVisit = { c: Context; deps: VisitorDeps; booking: VisitorBooking; token: string; path: string };

async function withBooking(
  c: Context,
  deps: VisitorDeps,
  answer: (visit: BookingVisit) => Response | Promise<Response>,
): Promise<Response> {
  c.header('X-Robots-Tag', 'noindex');
  const { token = '' } = c.req.param();
  const booking = /^[\w.~-]{1,200}$/.test(token) ? await deps.findBooking(token) : undefined;
  if (!booking) return page(c, messagePage(messages.noBooking), 404);
  const path = `/bookings/${encodeURIComponent(token)}`;
  return orExplain(c, booking.hostName, path, async () => answer({ c, deps, booking, token, path }));
}

async function showBooking({ c, deps, booking, path }: BookingVisit): Promise<Response> {
  const waited = Number(/^[0-9]$/.exec(c.req.query('waited') ?? '')?.[0] ?? 0);
  const state = stateOf(booking, deps.now(), waited);
  const waiting = state.kind === 'coming' && state.link.kind === 'waiting';
  const { google, outlook } = calendarLinks(booking);
  return page(
    c,
    bookingPage({
      title: booking.eventTypeTitle,
      hostName: booking.hostName,
      workspaceName: booking.workspaceName,
      visitorName: booking.visitorName,
      visitorEmail: booking.visitorEmail,
      byMail: booking.byMail,
      when: whenOf(booking),
      state,
      moved: c.req.query('moved') !== undefined,
      refresh: waiting ? { seconds: 3, url: addressOf(path, { waited: String(waited + 1) }) } : undefined,
      urls: {
        self: path,
        events: `${path}/events`,
        invite: `${path}/invite.ics`,
        google,
        outlook,
        move: `${path}/reschedule`,
        cancel: `${path}/cancel`,
        again: `/book/${encodeURIComponent(booking.workspaceSlug)}/${encodeURIComponent(booking.eventTypeSlug)}`,
      },
    }),
  );
}

/** How often a browser without JavaScript looks for the link before it is told that the link comes by e-mail. */
const looks = 4;

function stateOf({ status, end, start, meeting }: VisitorBooking, now: Date, waited: number): BookingModel['state'] {
  if (status === 'cancelled') return { kind: 'cancelled' };
  if (end <= now) return { kind: 'past' };
  const changeable = now < start;
  if (meeting.joinUrl !== undefined)
    return { kind: 'coming', changeable, link: { kind: 'ready', joinUrl: meeting.joinUrl } };
  const coming = (meeting.status === 'pending' || meeting.status === 'provisioning') && waited < looks;
  return { kind: 'coming', changeable, link: { kind: coming ? 'waiting' : 'later' } };
}

async function showMove({ c, deps, booking, path }: BookingVisit): Promise<Response> {
  if (!isChangeable(booking, deps.now())) return c.redirect(path, 303);
  const picking = movePicking(booking, path);
  const { start, ...query } = readQuery(c.req.query());
  if (!start) return page(c, pickerPage(await pickerModel(deps, picking, query)));
  const timeZone = query.timeZone ?? booking.visitorTimeZone;
  const slot = await findSlotAt(deps, picking, start);
  if (!slot) {
    const model = await pickerModel(deps, picking, { day: dateIn(start, timeZone), timeZone }, words.gone);
    return page(c, pickerPage(model), 409);
  }
  const time = { kind: 'chosen' as const, value: instantText(start), when: formatWhen(slot.start, slot.end, timeZone) };
  return page(c, movePage(moveModel(booking, path, time)));
}

async function move({ c, deps, booking, token, path }: BookingVisit): Promise<Response> {
  if (!isChangeable(booking, deps.now())) return c.redirect(path, 303);
  const form = await formOf(c);
  const start = readStart(form.get('start') ?? '');
  try {
    await deps.rescheduleBooking(token, start);
    return c.redirect(`${path}?moved`, 303);
  } catch (error) {
    const lost = lostSlotWords(error);
    if (lost === undefined) throw error;
    const other = await otherTimes(deps, movePicking(booking, path), start, booking.visitorTimeZone);
    return page(c, movePage(moveModel(booking, path, { kind: 'lost', words: lost, ...other })), 409);
  }
}

function movePicking(booking: VisitorBooking, path: string): Picking {
  const { eventTypeId, eventTypeTitle, hostName, workspaceName, start, end } = booking;
  const durationMinutes = Math.round((end.getTime() - start.getTime()) / 60_000);
  return {
    eventTypeId,
    intro: { workspaceName, hostName, title: eventTypeTitle, description: '', durationMinutes },
    path: `${path}/reschedule`,
    zone: { name: booking.visitorTimeZone, guessed: false },
    moving: { bookingId: booking.id, start, when: whenOf(booking), backUrl: path },
  };
}

function moveModel(booking: VisitorBooking, path: string, time: MoveModel['time']): MoveModel {
  const action = `${path}/reschedule`;
  return {
    title: booking.eventTypeTitle,
    hostName: booking.hostName,
    when: whenOf(booking),
    action,
    backUrl: path,
    calendarUrl: action,
    time,
  };
}

async function showCancel({ c, deps, booking, path }: BookingVisit): Promise<Response> {
  if (!isChangeable(booking, deps.now())) return c.redirect(path, 303);
  return page(c, cancelPage(cancelModel(booking, path)));
}

async function cancel({ c, deps, booking, token, path }: BookingVisit): Promise<Response> {
  if (!isChangeable(booking, deps.now())) return c.redirect(path, 303);
  const reason = ((await formOf(c)).get('reason') ?? '').replace(/(?![\t\r\n])\p{Cc}/gu, ' ').trim();
  if (reason.length > 1000) {
    const model = { ...cancelModel(booking, path), reason: reason.slice(0, 5000), problem: words.longReason };
    return page(c, cancelPage(model), 400);
  }
  await deps.cancelBooking(token, reason);
  return c.redirect(path, 303);
}

function cancelModel(booking: VisitorBooking, path: string) {
  const { eventTypeTitle: title, hostName, byMail } = booking;
  return {
    title,
    hostName,
    byMail,
    when: whenOf(booking),
    action: `${path}/cancel`,
    backUrl: path,
    reason: '',
    problem: undefined,
  };
}

function invite(c: Context, { now }: Pick<VisitorDeps, 'now'>, booking: VisitorBooking): Response {
  c.header('Content-Type', 'text/calendar; charset=utf-8; method=PUBLISH');
  c.header('Content-Disposition', 'attachment; filename="invite.ics"');
  return c.body(inviteFile(booking, now()));
}

function whenOf({ start, end, visitorTimeZone }: VisitorBooking): string {
  return formatWhen(start, end, visitorTimeZone);
}

function isChangeable({ status, start }: VisitorBooking, now: Date): boolean {
  return status === 'confirmed' && now < start;
}

/** Lets only forms through that one of our own pages sent. */
const ownForms: MiddlewareHandler = async (c, next) => {
  if (c.req.method !== 'POST') return next();
  if (!isOwnForm(c.req.raw.headers, c.req.url)) return page(c, messagePage(messages.foreignForm), 403);
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return page(c, messagePage(messages.notAForm), 415);
  return next();
};

async function formOf(c: Context): Promise<URLSearchParams> {
  return new URLSearchParams(await c.req.text());
}

/** Answers, or says in the visitor's words why not. */
async function orExplain(
  c: Context,
  hostName: string,
  path: string,
  answer: () => Promise<Response>,
): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'booking_closed') return c.redirect(path, 303);
    const refusal = refusalOf(error, hostName, path);
    if (!refusal) throw error;
    return page(c, messagePage(refusal.message), refusal.status);
  }
}

function page(c: Context, content: Html, status: 200 | 400 | 403 | 404 | 409 | 413 | 415 | 500 | 503 = 200) {
  return c.html(content, status);
}

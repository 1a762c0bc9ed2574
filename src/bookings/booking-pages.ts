import type { Context } from 'hono';
import { dateIn, formatWhen } from '../scheduling/date-text.ts';
import { calendarLinks, inviteFile } from './invite.ts';
import { addressOf, findSlotAt, otherTimes, type Picking, pickerModel } from './picking.ts';
import { type BookingModel, bookingPage, type BookingState, type SeriesRow } from './views/booking.ts';
import { cancelPage, movePage, type MoveModel } from './views/change.ts';
import { messagePage } from '../http/message.ts';
import { pickerPage } from './views/picker.ts';
import { embeddingOf, formOf, orExplain, page } from './visit.ts';
import { instantText, readQuery, readStart } from './visitor-form.ts';
import { changeWords, lostSlotWords, messages, words } from './visitor-words.ts';
import type { SeriesMember, VisitorBooking, VisitorDeps } from './visitor.ts';

export type BookingVisit = { c: Context; deps: VisitorDeps; booking: VisitorBooking; token: string; path: string };

/** Finds the booking whose secret the address holds and answers; or says that there is none, or why not. */
export async function withBooking(
  c: Context,
  deps: VisitorDeps,
  answer: (visit: BookingVisit) => Response | Promise<Response>,
): Promise<Response> {
  c.header('X-Robots-Tag', 'noindex');
  const { token = '' } = c.req.param();
  const booking = /^[\w.~-]{1,200}$/.test(token) ? await deps.findBooking(token) : undefined;
  if (!booking) return page(c, messagePage(messages.noBooking), 404);
  const path = pathOf(token);
  return orExplain(c, { hostName: booking.hostName, path }, async () => answer({ c, deps, booking, token, path }));
}

/** The page people keep. */
export async function showBooking({ c, deps, booking, path }: BookingVisit): Promise<Response> {
  const embedding = embeddingOf(c, booking.embedOrigins);
  const waited = Number(/^[0-9]$/.exec(c.req.query('waited') ?? '')?.[0] ?? 0);
  const state = stateOf(booking, deps.now(), waited);
  const waiting = state.kind === 'coming' && state.link.kind === 'waiting';
  const { keep, site } = embedding;
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
      note: booking.status === 'confirmed' ? booking.decisionNote : booking.reason,
      change: changeWords(booking),
      series: booking.series.map((one) => seriesRow(one, booking.visitorTimeZone)),
      refresh: refreshOf(state, path, { ...keep, waited: String(waited + 1) }, waiting),
      urls: urlsOf(booking, path, keep),
      portalUrl: site === undefined ? booking.portalPath : undefined,
      recorded: site === undefined ? booking.recorded : undefined,
      embeddedIn: site,
      booked: site !== undefined && c.req.query('booked') !== undefined ? toldToSite(booking) : undefined,
    }),
  );
}

function urlsOf(booking: VisitorBooking, path: string, keep: Record<string, string>): BookingModel['urls'] {
  const again = `/book/${encodeURIComponent(booking.workspaceSlug)}/${encodeURIComponent(booking.eventTypeSlug)}`;
  const isKept = Object.keys(keep).length > 0;
  return {
    self: isKept ? addressOf(path, keep) : path,
    events: `${path}/events`,
    invite: `${path}/invite.ics`,
    ...calendarLinks(booking),
    move: `${path}/reschedule`,
    cancel: `${path}/cancel`,
    again: isKept ? addressOf(again, keep) : again,
  };
}

/** What the site around the page may know: which time was booked, and not by whom. */
function toldToSite({ id, eventTypeSlug, status, start, end }: VisitorBooking): string {
  return JSON.stringify({ id, eventType: eventTypeSlug, status, start: start.toISOString(), end: end.toISOString() });
}

function seriesRow({ start, end, status, token, current }: SeriesMember, timeZone: string): SeriesRow {
  const said: Partial<Record<SeriesMember['status'], string>> = {
    requested: 'requested',
    declined: 'declined',
    cancelled: 'cancelled',
  };
  return { when: formatWhen(start, end, timeZone), url: pathOf(token), current, words: said[status] };
}

/** How often a browser without JavaScript looks for the link before it is told that the link comes by e-mail. */
const looks = 4;
/** How often such a browser looks whether a request was answered. */
const answerSeconds = 60;

function refreshOf(state: BookingState, path: string, next: Record<string, string>, waiting: boolean) {
  if (waiting) return { seconds: 3, url: addressOf(path, next) };
  return state.kind === 'requested' ? { seconds: answerSeconds, url: path } : undefined;
}

function stateOf(booking: VisitorBooking, now: Date, waited: number): BookingState {
  const { status, end, meeting, teamsMeeting } = booking;
  const isOver = end <= now;
  if (booking.unanswered) return { kind: 'unanswered' };
  if (status === 'cancelled' || status === 'declined') return { kind: status };
  if (status === 'requested') return { kind: isOver ? 'unanswered' : 'requested' };
  if (status === 'completed' || status === 'no_show' || isOver) return { kind: 'past' };
  if (!teamsMeeting) return { kind: 'coming', link: { kind: 'none' } };
  if (meeting?.joinUrl !== undefined) return { kind: 'coming', link: { kind: 'ready', joinUrl: meeting.joinUrl } };
  const coming = (meeting?.status === 'pending' || meeting?.status === 'provisioning') && waited < looks;
  return { kind: 'coming', link: { kind: coming ? 'waiting' : 'later' } };
}

/** The calendar for another time; with a time, the question whether to move to it. */
export async function showMove({ c, deps, booking, path }: BookingVisit): Promise<Response> {
  if (booking.move.refusal) return c.redirect(path, 303);
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

export async function move({ c, deps, booking, token, path }: BookingVisit): Promise<Response> {
  if (booking.move.refusal) return c.redirect(path, 303);
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
  const { eventTypeId, eventTypeTitle: title, hostName, workspaceName, operatorId, start, end } = booking;
  const durationMinutes = Math.round((end.getTime() - start.getTime()) / 60_000);
  const inTeams = booking.teamsMeeting;
  return {
    eventTypeId,
    intro: { workspaceName, hostName, title, description: '', durationMinutes, remarks: [], inTeams },
    path: `${path}/reschedule`,
    keep: {},
    // The length stays that of the booking, also where nobody could choose it today.
    choice: { ...(operatorId !== undefined && { operatorId }) },
    choices: { durations: [], operators: [] },
    capacity: 1,
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

/** Asks before anything is cancelled. */
export async function showCancel({ c, booking, path }: BookingVisit): Promise<Response> {
  if (booking.cancel.refusal) return c.redirect(path, 303);
  return page(c, cancelPage(cancelModel(booking, path)));
}

export async function cancel({ c, deps, booking, token, path }: BookingVisit): Promise<Response> {
  if (booking.cancel.refusal) return c.redirect(path, 303);
  const reason = ((await formOf(c)).get('reason') ?? '').replace(/(?![\t\r\n])\p{Cc}/gu, ' ').trim();
  if (reason.length > 1000) {
    const model = { ...cancelModel(booking, path), reason: reason.slice(0, 5000), problem: words.longReason };
    return page(c, cancelPage(model), 400);
  }
  await deps.cancelBooking(token, reason);
  return c.redirect(path, 303);
}

function cancelModel(booking: VisitorBooking, path: string) {
  const { eventTypeTitle: title, hostName, byMail, status, teamsMeeting, inGroup } = booking;
  return {
    title,
    hostName,
    byMail,
    teamsMeeting,
    inGroup,
    requested: status === 'requested',
    when: whenOf(booking),
    action: `${path}/cancel`,
    backUrl: path,
    reason: '',
    problem: undefined,
  };
}

/** The calendar file. */
export function invite({ c, deps, booking }: BookingVisit): Response {
  c.header('Content-Type', 'text/calendar; charset=utf-8; method=PUBLISH');
  c.header('Content-Disposition', 'attachment; filename="invite.ics"');
  return c.body(inviteFile(booking, deps.now()));
}

function whenOf({ start, end, visitorTimeZone }: VisitorBooking): string {
  return formatWhen(start, end, visitorTimeZone);
}

function pathOf(token: string): string {
  return `/bookings/${encodeURIComponent(token)}`;
}

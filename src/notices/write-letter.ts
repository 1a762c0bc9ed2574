import { approvalUrl } from '../bookings/approval-link.ts';
import { bookingUrl } from '../bookings/booking-link.ts';
import { calendarFile, joinText } from '../bookings/calendar-file.ts';
import {
  bookingLetter,
  calendarSummary,
  chooseLocale,
  findOwnText,
  isForStaff,
  textsOf,
  type BookingFacts,
  type NewEmail,
} from '../email/service.ts';
import type { DataKey } from '../seal.ts';
import type { AboutBooking } from './about-booking.ts';
import type { Planned } from './notice.ts';
import { refusalUrl } from './refusal-link.ts';
import type { NoticeDeps } from './service.ts';

type Letter = Omit<NewEmail, 'about'>;

/** One letter about a booking as a mail: its words, its calendar file, and where answers go. */
export async function writeLetter(
  deps: Pick<NoticeDeps, 'db' | 'now' | 'dataKeys' | 'publicUrl' | 'mailFrom'>,
  about: AboutBooking,
  planned: Planned,
): Promise<Letter> {
  const { booking, operators, visitor } = about;
  const { reader, template } = planned;
  const workspaceId = booking.workspace_id;
  const dataKey = await deps.dataKeys(workspaceId);
  const facts = factsOf(deps, about, planned, dataKey);
  const { locale } = facts.reader;
  const text = await findOwnText(deps.db, { workspaceId, template, locale });
  const answersTo = isForStaff(template) ? visitor : operators[0];
  return {
    workspaceId,
    to: reader.email,
    message: bookingLetter(template, facts, text),
    template,
    locale,
    booking: { id: booking.id, start: booking.starts_at },
    calendar: planned.calendar && { method: planned.calendar, file: fileOf(deps, about, planned, facts) },
    linkFollows: facts.teams !== undefined && facts.teams.joinUrl === undefined && saysLink.has(template),
    replyTo: answersTo?.email,
    unsubscribeUrl: facts.links.stopReminders,
  };
}

/** Letters that say how to join, or that the link will follow. */
const saysLink = new Set(['confirmed', 'confirmed_staff', 'approved', 'rescheduled', 'rescheduled_staff', 'reminder']);

function factsOf(
  deps: Pick<NoticeDeps, 'now' | 'publicUrl'>,
  about: AboutBooking,
  { reader, template }: Planned,
  dataKey: DataKey,
): BookingFacts {
  const { booking, meeting } = about;
  const { publicUrl } = deps;
  return {
    reader: { name: reader.name, timeZone: reader.timeZone, locale: chooseLocale(reader.locale) },
    workspaceName: about.workspaceName,
    eventTitle: about.eventType.title,
    operatorNames: about.operators.map(({ name }) => name),
    visitor: { name: booking.visitor_name, email: booking.visitor_email, note: booking.note },
    companions: about.companions.map(({ name }) => name),
    start: booking.starts_at,
    end: booking.ends_at,
    before: template.startsWith('rescheduled') ? about.before : undefined,
    furtherTimes: template === 'requested' || template === 'confirmed_staff' ? about.series.others : [],
    teams: booking.teams_meeting ? { joinUrl: meeting?.join_url ?? undefined } : undefined,
    reason: booking.cancel_reason ?? '',
    decisionNote: booking.decision_note,
    minutesLeft: Math.max(1, Math.round((booking.starts_at.getTime() - deps.now().getTime()) / 60_000)),
    links: linksOf(about, { reader, template }, { dataKey, publicUrl }),
  };
}

/** The visitor's own link opens the booking to whoever has it: nobody else gets it. */
function linksOf(
  { booking, workspaceSlug }: AboutBooking,
  { reader, template }: Pick<Planned, 'reader' | 'template'>,
  { dataKey, publicUrl }: { dataKey: DataKey; publicUrl: string },
): BookingFacts['links'] {
  if (reader.memberId !== undefined) {
    const claim = { bookingId: booking.id, memberId: reader.memberId, sequence: booking.sequence };
    const decide = template === 'to_approve' ? approvalUrl(dataKey, publicUrl, claim) : undefined;
    return {
      console: `${publicUrl}/console/bookings/${booking.id}`,
      ...(decide && { approve: decide, decline: `${decide}?answer=decline` }),
    };
  }
  const stopReminders =
    template === 'reminder'
      ? refusalUrl(dataKey, publicUrl, { workspaceId: booking.workspace_id, email: reader.email })
      : undefined;
  // No secret: the page asks who it is that wants to see it.
  const recording =
    template === 'recording_ready'
      ? `${publicUrl}/my/${encodeURIComponent(workspaceSlug)}/appointments/${booking.id}/recordings`
      : undefined;
  const manage = reader.role === 'visitor' ? bookingUrl(dataKey, publicUrl, booking.id) : undefined;
  return { manage, recording, stopReminders };
}

function fileOf(
  { now, mailFrom }: Pick<NoticeDeps, 'now' | 'mailFrom'>,
  { booking, operators, visitor, companions }: AboutBooking,
  { template, calendar = 'PUBLISH', reader }: Planned,
  facts: BookingFacts,
): string {
  const [leader] = operators;
  const joinUrl = facts.teams?.joinUrl;
  const follows = facts.teams ? textsOf(facts.reader.locale).words.linkFollows : '';
  const isOver = booking.status === 'cancelled' || booking.status === 'declined' || calendar === 'CANCEL';
  const entry = {
    bookingId: booking.id,
    sequence: booking.sequence,
    stamp: now(),
    start: booking.starts_at,
    end: booking.ends_at,
    summary: calendarSummary(template, facts),
    description: joinUrl ? joinText(joinUrl) : follows,
    status: isOver ? ('cancelled' as const) : ('confirmed' as const),
    teams: facts.teams,
    organizer: leader && { name: leader.name, email: leader.email, sentBy: mailFrom },
    attendees: calendar === 'CANCEL' ? [reader] : [visitor, ...companions],
  };
  return calendarFile([entry], { method: calendar });
}

import { isOnMeeting } from '../bookings/people-of-meeting.ts';
import type { CalendarMethod } from '../database/schema.ts';
import type { BookingTemplate } from '../email/service.ts';
import type { AboutBooking } from './about-booking.ts';
import type { Line, Planned, Reader } from './notice.ts';

/** What was sent about a booking so far, as far as it matters for the next letter. */
export type Told = {
  /** Addresses that hold an invitation of ours, in lower case. */
  invited: ReadonlySet<string>;
  /** Whether it was ever more than a request. */
  wasConfirmed: boolean;
};

/**
 * The one who invites stays the same for a booking, whatever its event type says later: Outlook where the visitor is on
 * the event, Parley where they hold an invitation of ours.
 */
export function withSenderOfRecord(about: AboutBooking, told: Told): AboutBooking {
  const { meeting, visitor } = about;
  if (meeting?.kind !== 'calendar') return about;
  const address = visitor.email.toLowerCase();
  if (isOnMeeting(meeting, address)) return { ...about, inviter: 'outlook' };
  return told.invited.has(address) ? { ...about, inviter: 'parley' } : about;
}

/**
 * Who is written to when something has happened to a booking, and with which calendar file. There is one sender of
 * record: where Outlook invites, no invitation leaves Parley, and nobody is told by Parley what Outlook tells them.
 */
export function planLetters(line: Pick<Line, 'type' | 'data'>, about: AboutBooking, told: Told): Planned[] {
  const { status } = about.booking;
  // Visitors of an import have the other product’s invitation, and whoever ran it its report.
  if (line.data['by'] === 'import') return [];
  switch (line.type) {
    case 'booking.requested':
      return status === 'requested' ? askForApproval(about).filter(isForFirst(about)) : [];
    case 'booking.confirmed':
      if (status !== 'confirmed') return [];
      return [...invite(about, 'confirmed'), ...tellStaff(line, about, 'confirmed_staff')].filter(isForFirst(about));
    case 'booking.approved':
      return status === 'confirmed' ? approve(line, about) : [];
    case 'booking.rescheduled':
      if (status === 'requested') return askForApproval(about);
      if (status !== 'confirmed') return [];
      return [...invite(about, 'rescheduled'), ...tellStaff(line, about, 'rescheduled_staff')];
    case 'booking.declined':
      return status === 'declined' ? decline(line, about, told) : [];
    case 'booking.cancelled':
      return status === 'cancelled' ? cancel(line, about, told) : [];
    case 'booking.changed':
      return status === 'confirmed' ? change(line, about, told) : [];
    default:
      return [];
  }
}

/** A series is told of once, with all its times; each is decided, and invited to, by itself. */
function isForFirst({ series }: AboutBooking): (planned: Planned) => boolean {
  return ({ template }) => series.isFirst || !toldOnce.has(template);
}

const toldOnce = new Set<BookingTemplate>(['requested', 'confirmed_staff']);

function askForApproval({ visitor, operators }: AboutBooking): Planned[] {
  return [
    { reader: visitor, template: 'requested', calendar: undefined },
    ...operators.map((reader): Planned => ({ reader, template: 'to_approve', calendar: undefined })),
  ];
}

/** The visitor, and whoever comes along, where Parley is the one who invites. */
function invite({ inviter, visitor, companions }: AboutBooking, template: BookingTemplate): Planned[] {
  if (inviter === 'outlook') return [];
  return [visitor, ...companions].map((reader): Planned => ({ reader, template, calendar: 'REQUEST' }));
}

/** An approval is Parley's to tell in any case; the invitation may be Outlook's. */
function approve(line: Pick<Line, 'data'>, about: AboutBooking): Planned[] {
  const [, ...companions] = invite(about, 'confirmed');
  const calendar: CalendarMethod | undefined = about.inviter === 'parley' ? 'REQUEST' : undefined;
  return [
    { reader: about.visitor, template: 'approved', calendar },
    ...companions,
    ...tellStaff(line, about, 'confirmed_staff'),
  ];
}

function decline(line: Pick<Line, 'data'>, about: AboutBooking, told: Told): Planned[] {
  return [
    { reader: about.visitor, template: 'declined', calendar: cancelling(about.visitor, told) },
    ...about.companions
      .filter((reader) => isInvited(reader, told))
      .map((reader): Planned => ({ reader, template: 'cancelled', calendar: 'CANCEL' })),
    ...(told.wasConfirmed ? tellStaff(line, about, 'cancelled_staff') : []),
  ];
}

function cancel(line: Pick<Line, 'data'>, about: AboutBooking, told: Told): Planned[] {
  const byOutlook = about.inviter === 'outlook' && about.meeting !== undefined;
  const guests = [about.visitor, ...about.companions].filter(
    (reader) => isInvited(reader, told) || (!byOutlook && reader.role === 'visitor'),
  );
  return [
    ...guests.map((reader): Planned => ({ reader, template: 'cancelled', calendar: cancelling(reader, told) })),
    ...tellStaff(line, about, 'cancelled_staff'),
  ];
}

/** Somebody who joins is invited, somebody who does not come any more is told; the others only of another place. */
function change({ data }: Pick<Line, 'data'>, about: AboutBooking, told: Told): Planned[] {
  const all = invite(about, 'confirmed');
  const coming = new Set(all.map(({ reader }) => reader.email.toLowerCase()));
  const leaving = [...told.invited].filter((email) => !coming.has(email));
  const { locale, timeZone } = about.visitor;
  const placeChanged = Array.isArray(data['changed']) && data['changed'].includes('teamsMeeting');
  // Outlook invites from now on: what Parley had put into calendars goes, so that nothing is there twice.
  if (about.inviter === 'outlook')
    return [about.visitor, ...about.companions]
      .filter((reader) => isInvited(reader, told))
      .map((reader): Planned => ({ reader, template: 'confirmed', calendar: 'CANCEL' }));
  return [
    ...all.filter(({ reader }) => placeChanged || !isInvited(reader, told)),
    ...leaving.map((email): Planned => {
      const reader: Reader = { role: 'companion', name: email, email, locale, timeZone };
      return { reader, template: 'cancelled', calendar: 'CANCEL' };
    }),
  ];
}

/**
 * Operators whom Outlook does not tell already: it writes to attendees, not to the organizer. Nobody is told what they
 * did themselves, or saw in Outlook. The file is for those on whose calendar there is nothing.
 */
function tellStaff({ data }: Pick<Line, 'data'>, about: AboutBooking, template: BookingTemplate): Planned[] {
  if (data['by'] === 'outlook') return [];
  const onCalendar = about.meeting?.kind === 'calendar';
  const byOutlook = new Set(onCalendar ? about.meeting?.attendees.map(({ email }) => email.toLowerCase()) : []);
  return about.operators
    .filter(({ memberId, email }) => memberId !== data['by'] && !byOutlook.has(email.toLowerCase()))
    .map((reader): Planned => ({ reader, template, calendar: onCalendar ? undefined : 'PUBLISH' }));
}

function isInvited({ email }: Reader, { invited }: Told): boolean {
  return invited.has(email.toLowerCase());
}

function cancelling(reader: Reader, told: Told): CalendarMethod | undefined {
  return isInvited(reader, told) ? 'CANCEL' : undefined;
}

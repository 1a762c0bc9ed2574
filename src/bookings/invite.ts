import { calendarFile, joinText, teamsLocation } from './calendar-file.ts';
import type { VisitorBooking } from './visitor.ts';

/** The booking as a file to download (RFC 5545): the same UID for ever, a SEQUENCE that rises with each change. */
export function inviteFile(booking: VisitorBooking, now: Date): string {
  const entry = {
    bookingId: booking.id,
    sequence: booking.revision,
    stamp: now,
    start: booking.start,
    end: booking.end,
    summary: summaryOf(booking),
    description: descriptionOf(booking),
    status: statusOf(booking),
    teams: booking.teamsMeeting ? { joinUrl: booking.meeting?.joinUrl } : undefined,
  };
  return calendarFile([entry], { method: 'PUBLISH' });
}

/** Where a visitor adds the booking to a calendar that they keep in a browser. */
export function calendarLinks(booking: VisitorBooking): { google: string; outlook: string } {
  const google = new URL('https://calendar.google.com/calendar/render?action=TEMPLATE');
  google.searchParams.set('text', summaryOf(booking));
  google.searchParams.set('dates', `${compact(booking.start)}/${compact(booking.end)}`);
  google.searchParams.set('details', descriptionOf(booking));
  if (booking.teamsMeeting) google.searchParams.set('location', teamsLocation);
  const outlook = new URL('https://outlook.office.com/calendar/deeplink/compose?rru=addevent');
  outlook.searchParams.set('path', '/calendar/action/compose');
  outlook.searchParams.set('subject', summaryOf(booking));
  outlook.searchParams.set('startdt', booking.start.toISOString());
  outlook.searchParams.set('enddt', booking.end.toISOString());
  outlook.searchParams.set('body', descriptionOf(booking));
  if (booking.teamsMeeting) outlook.searchParams.set('location', teamsLocation);
  return { google: google.href, outlook: outlook.href };
}

function summaryOf({ eventTypeTitle, hostName }: VisitorBooking): string {
  return `${eventTypeTitle} with ${hostName}`;
}

function statusOf({ status }: VisitorBooking): 'confirmed' | 'tentative' | 'cancelled' {
  if (status === 'requested') return 'tentative';
  return status === 'cancelled' || status === 'declined' ? 'cancelled' : 'confirmed';
}

function descriptionOf({ meeting, byMail, teamsMeeting }: VisitorBooking): string {
  if (!teamsMeeting) return '';
  if (meeting?.joinUrl) return joinText(meeting.joinUrl);
  return byMail
    ? 'The link to the Teams meeting will follow by e-mail.'
    : 'The link to the Teams meeting is on the page of the booking.';
}

function compact(instant: Date): string {
  return instant.toISOString().replace(/[-:]|\.\d{3}/g, '');
}

import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  ICalEventStatus,
  type ICalEventData,
} from 'ical-generator';
import type { CalendarMethod } from '../database/schema.ts';
import { oneLine } from '../email/email.ts';

/** What calendars show as the place of every meeting of ours. */
export const teamsLocation = 'Microsoft Teams Meeting';

export type CalendarPerson = { name: string; email: string };

/** One booking, as a calendar of somebody who comes is told of it. */
export type CalendarEntry = {
  bookingId: string;
  /** Rises with each change (RFC 5546, section 2.1.4). */
  sequence: number;
  stamp: Date;
  start: Date;
  end: Date;
  summary: string;
  description: string;
  status: 'confirmed' | 'tentative' | 'cancelled';
  /** Whether it takes place in Teams; `joinUrl` once its link is known. */
  teams: { joinUrl: string | undefined } | undefined;
  /** Who invites, and the address that sends it for them. */
  organizer?: (CalendarPerson & { sentBy?: string | undefined }) | undefined;
  attendees?: readonly CalendarPerson[];
};

type Options = {
  method: CalendarMethod;
  /** For a whole calendar that is subscribed to. */
  name?: string;
  refreshEveryMinutes?: number;
};

/**
 * An iCalendar file (RFC 5545, 5546): times in UTC, one UID for each booking for ever, lines of at most 75 octets that
 * end in CRLF. Whatever people typed stays within the value that it belongs to.
 */
export function calendarFile(entries: readonly CalendarEntry[], options: Options): string {
  const calendar = ical({ prodId: { company: 'Parley', product: 'Bookings', language: 'EN' } });
  calendar.method(ICalCalendarMethod[options.method]);
  if (options.name) calendar.name(oneLine(options.name));
  if (options.refreshEveryMinutes) calendar.ttl(options.refreshEveryMinutes * 60);
  for (const entry of entries) calendar.createEvent(asEvent(entry));
  return calendar
    .toString()
    .replaceAll('\r\n ', '')
    .split('\r\n')
    .filter(Boolean)
    .map((line) => `${fold(asUri(line))}\r\n`)
    .join('');
}

/** What `DESCRIPTION` says where a booking has its link: exactly what calendars of other products look for. */
export function joinText(joinUrl: string): string {
  return `Join Teams Meeting: ${joinUrl}`;
}

const statuses = {
  confirmed: ICalEventStatus.CONFIRMED,
  tentative: ICalEventStatus.TENTATIVE,
  cancelled: ICalEventStatus.CANCELLED,
};

function asEvent(entry: CalendarEntry): ICalEventData {
  const { organizer, attendees = [], teams } = entry;
  return {
    id: `${entry.bookingId}@parley`,
    sequence: entry.sequence,
    stamp: entry.stamp,
    start: entry.start,
    end: entry.end,
    summary: oneLine(entry.summary, 500),
    description: plainText(entry.description),
    status: statuses[entry.status],
    ...(teams && { location: teamsLocation }),
    ...(teams?.joinUrl && { url: teams.joinUrl }),
    ...(organizer && {
      organizer: {
        name: oneLine(organizer.name),
        email: organizer.email,
        ...(organizer.sentBy && organizer.sentBy !== organizer.email && { sentBy: organizer.sentBy }),
      },
    }),
    attendees: attendees.map(({ name, email }) => ({
      name: oneLine(name) || email,
      email,
      role: ICalAttendeeRole.REQ,
      // They asked for this time themselves, or were named by somebody who did.
      status: ICalAttendeeStatus.ACCEPTED,
      rsvp: false,
    })),
  };
}

/** Lines stay; other control characters are no text (RFC 5545, section 3.1). */
function plainText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, ' ');
}

/** A URL is of type URI without being told so, and not escaped (RFC 5545, section 3.3.13); the library does both. */
function asUri(line: string): string {
  const [, url] = /^URL;VALUE=URI:(.*)$/.exec(line) ?? [];
  return url === undefined ? line : `URL:${url.replaceAll(/\\([,;\\])/g, '$1')}`;
}

const mostOctets = 75;

/** Breaks a line so that none has more than 75 octets, and no character is torn (RFC 5545, section 3.1). */
function fold(line: string): string {
  let octets = 0;
  let folded = '';
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > mostOctets) {
      folded += '\r\n ';
      octets = 1;
    }
    folded += character;
    octets += size;
  }
  return folded;
}

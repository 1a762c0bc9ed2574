import type { CalendarMethod } from '../database/schema.ts';
import type { BookingTemplate } from '../email/service.ts';

/** What happened, as a line of the outbox tells it. */
export type Line = {
  id: number;
  workspace_id: string;
  type: string;
  meeting_id: string | null;
  booking_id: string | null;
  connection_id: string | null;
  data: Record<string, unknown>;
  created_at: Date;
};

/** Lines of which people are told; all others concern other programs only. */
export const tellingTypes: readonly string[] = [
  'booking.requested',
  'booking.confirmed',
  'booking.approved',
  'booking.declined',
  'booking.rescheduled',
  'booking.cancelled',
  'booking.changed',
  'meeting.conference_assigned',
  'meeting.join_url_changed',
  'connection.expired',
  'recording.ready',
  'transcript.ready',
];

/** Lines after which an earlier one about the same booking has nothing more to say. */
export const decidingTypes: readonly string[] = [
  'booking.confirmed',
  'booking.approved',
  'booking.declined',
  'booking.rescheduled',
  'booking.cancelled',
];

/** Somebody whom a booking concerns, and how they are written to. */
export type Reader = {
  role: 'visitor' | 'companion' | 'operator';
  name: string;
  email: string;
  locale: string;
  timeZone: string;
  /** Of operators. */
  memberId?: string;
};

/** One letter that is to be written. */
export type Planned = { reader: Reader; template: BookingTemplate; calendar: CalendarMethod | undefined };

/** How long a confirmation waits for the link to the meeting, from the moment that was decided. */
export const linkPatienceMs = 60_000;
/** What happened longer ago is no news any more. */
export const newsAgeMs = 3 * 24 * 60 * 60_000;

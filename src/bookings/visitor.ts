import type { Slot } from '../scheduling/slots.ts';

/** What a visitor may know of an event type before booking. */
export type PublicEventType = {
  id: string;
  workspaceName: string;
  hostName: string;
  title: string;
  description: string;
  durationMinutes: number;
  timeZone: string;
  /** Whether the host is connected with an account that can make Teams meetings. */
  open: boolean;
};

/** What a visitor who holds the secret token may know of a booking. */
export type VisitorBooking = {
  id: string;
  meetingId: string;
  eventTypeId: string;
  eventTypeTitle: string;
  workspaceName: string;
  workspaceSlug: string;
  eventTypeSlug: string;
  hostName: string;
  start: Date;
  end: Date;
  visitorName: string;
  visitorEmail: string;
  visitorTimeZone: string;
  status: 'confirmed' | 'cancelled';
  /** Counts the changes of the booking; rises with each move and with the cancellation. */
  revision: number;
  /** Whether Outlook sends invitations; a meeting that stands alone is told of on the booking's page only. */
  byMail: boolean;
  meeting: { status: 'pending' | 'provisioning' | 'ready' | 'failed' | 'cancelled'; joinUrl: string | undefined };
};

export type NewVisitorBooking = {
  eventTypeId: string;
  start: Date;
  visitor: { name: string; email: string; timeZone: string; note: string };
  /** The same for every time one form is sent, so that an impatient second click finds the first booking. */
  idempotencyKey: string;
};

/** Everything the visitor's pages need from the rest of Parley. Expected refusals are thrown as `Problem`. */
export type VisitorDeps = {
  now: () => Date;
  findPublicEventType(workspaceSlug: string, eventTypeSlug: string): Promise<PublicEventType | undefined>;
  findSlots(eventTypeId: string, from: Date, to: Date, options?: { excludingBookingId?: string }): Promise<Slot[]>;
  createBooking(input: NewVisitorBooking): Promise<{ token: string }>;
  findBooking(token: string): Promise<VisitorBooking | undefined>;
  rescheduleBooking(token: string, start: Date): Promise<void>;
  cancelBooking(token: string, reason: string): Promise<void>;
  /** Calls `listener` after each change of the meeting until the returned function is called. */
  onMeetingChange(meetingId: string, listener: () => void): () => void;
  /** Takes note of a failure that nobody expected; the visitor gets a page without its details. */
  report(error: unknown): void;
};

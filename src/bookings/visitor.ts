import type { BookingStatus, MeetingStatus } from '../database/schema.ts';
import type { Locale } from '../locale.ts';
import type { ChangeRefusal } from './booking.ts';

/** Somebody of the workspace, as visitors know them. */
export type Operator = { id: string; name: string };

/** What a visitor may know of an event type before booking. */
export type PublicEventType = {
  id: string;
  workspaceName: string;
  /** Who meets the visitor, in words: “Dana Reyes”, “Dana Reyes and Milan Novak”. */
  hostName: string;
  /** Whom the visitor may choose between; empty where they do not choose. */
  operators: Operator[];
  title: string;
  description: string;
  durationMinutes: number;
  /** Every length that can be booked, the shortest first; one where there is no choice. */
  durations: number[];
  /** How many share one time; 1: nobody. */
  capacity: number;
  /** Whether somebody has to approve what is asked for here. */
  needsApproval: boolean;
  /** How many weekly or fortnightly times can be booked as one; 1: no series. */
  mostInSeries: number;
  timeZone: string;
  /** The sites that may show the booking page inside theirs. */
  embedOrigins: string[];
  /** Whether somebody is connected with an account that can make Teams meetings. */
  open: boolean;
};

export type VisitorSlot = { start: Date; end: Date; seatsLeft: number };

/** What a visitor may choose besides the time. */
export type SlotChoice = { durationMinutes?: number | undefined; operatorId?: string | undefined };

export type SlotSearch = SlotChoice & {
  from: Date;
  to: Date;
  excludingBookingId?: string | undefined;
  /** The visitor's own hold does not stand in their way. */
  holdKey?: string | undefined;
};

export type Rhythm = { every: 'week' | 'fortnight'; times: number };
/** One time of a series that somebody thinks of: free, or why not. */
export type SeriesTime = { start: Date; end: Date; free: boolean };

/** One of the times that were booked together. */
export type SeriesMember = { start: Date; end: Date; status: BookingStatus; token: string; current: boolean };

/** What a visitor who holds the secret token may know of a booking. */
export type VisitorBooking = {
  id: string;
  /** `undefined` while it is only requested, and where no Teams meeting is wanted. */
  meetingId: string | undefined;
  eventTypeId: string;
  eventTypeTitle: string;
  workspaceName: string;
  workspaceSlug: string;
  eventTypeSlug: string;
  hostName: string;
  /** Whose times it can be moved to; `undefined`: those of everybody who takes part. */
  operatorId: string | undefined;
  start: Date;
  end: Date;
  visitorName: string;
  visitorEmail: string;
  visitorTimeZone: string;
  status: BookingStatus;
  /** Why it was declined or cancelled, in the words of whoever did it. */
  reason: string;
  /** Whether the request was declined because nobody answered it in time. */
  unanswered: boolean;
  /** What the operator adds when they approve. */
  decisionNote: string;
  /** Counts the changes of the booking; rises with each move and with the cancellation. */
  revision: number;
  /** Whether invitations are sent, by Outlook or by Parley; if not, the booking's page alone tells of changes. */
  byMail: boolean;
  /** Whether others share the time: then the meeting goes on when this visitor leaves. */
  inGroup: boolean;
  /** Whether it is held in Teams; otherwise people meet in another way. */
  teamsMeeting: boolean;
  move: { refusal: ChangeRefusal | undefined; until: Date; left: number | null };
  cancel: { refusal: ChangeRefusal | undefined; until: Date };
  /** All times that were booked together with this one, itself included; empty when it stands alone. */
  series: SeriesMember[];
  meeting: { status: MeetingStatus; joinUrl: string | undefined } | undefined;
  embedOrigins: string[];
  /** Where all appointments of this visitor are; `undefined` where no link can be mailed. */
  portalPath: string | undefined;
  /** What was recorded and is shared with this visitor, in words, and where it is. */
  recorded: { words: string; path: string } | undefined;
};

export type NewVisitorBooking = SlotChoice & {
  eventTypeId: string;
  start: Date;
  /** All times of a series that the visitor has agreed to, `start` among them; `undefined`: just this once. */
  series: { rhythm: Rhythm; starts: Date[] } | undefined;
  holdKey: string | undefined;
  visitor: { name: string; email: string; timeZone: string; note: string; locale: Locale };
  /** The same for every time one form is sent, so that an impatient second click finds the first booking. */
  idempotencyKey: string;
};

/** Everything the visitor's pages need from the rest of Parley. Expected refusals are thrown as `Problem`. */
export type VisitorDeps = {
  now: () => Date;
  findPublicEventType(workspaceSlug: string, eventTypeSlug: string): Promise<PublicEventType | undefined>;
  findSlots(eventTypeId: string, search: SlotSearch): Promise<VisitorSlot[]>;
  /** Keeps a time for a visitor who is filling in the form; the same key moves or renews it. Throws `slot_taken`, `too_many_holds`. */
  hold(eventTypeId: string, wanted: SlotChoice & { start: Date; key: string }): Promise<{ expiresAt: Date }>;
  releaseHold(key: string): Promise<void>;
  previewSeries(
    eventTypeId: string,
    wanted: SlotChoice & { start: Date; rhythm: Rhythm; holdKey: string | undefined },
  ): Promise<SeriesTime[]>;
  createBooking(input: NewVisitorBooking): Promise<{ token: string }>;
  findBooking(token: string): Promise<VisitorBooking | undefined>;
  rescheduleBooking(token: string, start: Date): Promise<void>;
  cancelBooking(token: string, reason: string): Promise<void>;
  /** Calls `listener` after each change of the booking or its meeting until the returned function is called. */
  onChange(ids: { bookingId: string; meetingId: string | undefined }, listener: () => void): () => void;
  /** Takes note of a failure that nobody expected; the visitor gets a page without its details. */
  report(error: unknown): void;
};

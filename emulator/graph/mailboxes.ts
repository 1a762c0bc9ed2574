/** What the mailboxes of all tenants hold: calendars, events, received messages, and the log of changes. */

export type EmailAddress = { name: string; address: string };

export type ResponseType = 'none' | 'organizer' | 'tentativelyAccepted' | 'accepted' | 'declined' | 'notResponded';

export type Attendee = {
  type: 'required' | 'optional' | 'resource';
  emailAddress: EmailAddress;
  /** `at` is `null` until the attendee answers. */
  status: { response: ResponseType; at: number | null };
};

export type Calendar = {
  id: string;
  ownerId: string;
  name: string;
  isDefault: boolean;
  changeKey: string;
};

/** One end of an event: the instant, and the zone in which somebody chose it. */
export type EventTime = { at: number; timeZone: string };

export type Recurrence = {
  pattern: { type: string; interval: number; daysOfWeek: string[]; firstDayOfWeek: string; [key: string]: unknown };
  range: {
    type: 'endDate' | 'noEnd' | 'numbered';
    startDate: string;
    endDate?: string;
    numberOfOccurrences?: number;
    recurrenceTimeZone?: string;
  };
};

/** A Teams meeting as the calendar knows it. */
export type OnlineMeeting = { joinUrl: string; threadId: string; conferenceId: string; madeAt: number };

export type StoredEvent = {
  id: string;
  immutableId: string;
  calendarId: string;
  ownerId: string;
  iCalUId: string;
  createdAt: number;
  modifiedAt: number;
  changeKey: string;
  /** Counts the updates that attendees were told about; iCalendar's SEQUENCE. */
  sequence: number;
  subject: string;
  /** HTML as Exchange keeps it, Teams' block included. */
  body: string;
  start: EventTime;
  end: EventTime;
  isAllDay: boolean;
  location: Record<string, unknown> & { displayName: string };
  attendees: Attendee[];
  organizer: EmailAddress;
  isOrganizer: boolean;
  responseStatus: { response: ResponseType; at: number | null };
  isCancelled: boolean;
  isOnlineMeeting: boolean;
  onlineMeetingProvider: string;
  meeting: OnlineMeeting | null;
  hideAttendees: boolean;
  responseRequested: boolean;
  allowNewTimeProposals: boolean;
  transactionId: string | null;
  importance: string;
  sensitivity: string;
  showAs: string;
  categories: string[];
  isReminderOn: boolean;
  reminderMinutesBeforeStart: number;
  extendedProperties: { id: string; value: string }[];
  recurrence: Recurrence | null;
  /** Start dates (`YYYY-MM-DD`) of occurrences that were cancelled; empty but for series masters. */
  cancelledDates: string[];
  /** An occurrence that differs from its series. */
  exception: { masterId: string; date: string; originalStart: number } | null;
};

export type MessageKind = 'invitation' | 'update' | 'cancellation' | 'response' | 'mail';

/** One message in one inbox. Addresses outside the emulated tenants have inboxes too. */
export type Message = {
  id: string;
  at: number;
  kind: MessageKind;
  /** The address that received it, in lower case. */
  recipient: string;
  from: EmailAddress;
  subject: string;
  html: string;
  attachments: { name: string; contentType: string; contentBytes: string }[];
  /** What the iCalendar part says; `null` for ordinary mail and responses. */
  invitation: {
    method: 'REQUEST' | 'CANCEL';
    uid: string;
    sequence: number;
    summary: string;
    start: EventTime;
    end: EventTime;
    isAllDay: boolean;
    location: string;
    organizer: EmailAddress;
    joinUrl: string | null;
    comment: string;
  } | null;
};

/** What a mailbox sent by `sendMail`. */
export type SentMessage = { id: string; at: number; ownerId: string; subject: string; to: string[]; saved: boolean };

export type Change = {
  sequence: number;
  ownerId: string;
  calendarId: string;
  eventId: string;
  immutableId: string;
  kind: 'upserted' | 'removed';
};

export type Throttle = {
  /** Requests in flight, and the most there ever were, per `appId|mailbox`. Refused ones count. */
  inFlight: Map<string, number>;
  highWater: Map<string, number>;
  /** Arrival times within the last ten minutes, per `appId|mailbox`. */
  arrivals: Map<string, number[]>;
  concurrentLimit: number;
  tenMinuteLimit: number;
  /** `Retry-After` of a refusal, in seconds as text: Graph sends fractions. */
  retryAfter: string;
};

export type Mailboxes = {
  calendars: Map<string, Calendar>;
  /** By ordinary id. */
  events: Map<string, StoredEvent>;
  /** Every message that reached an inbox, oldest first. */
  messages: Message[];
  sent: SentMessage[];
  /** By `ownerId|transactionId`: what was asked for, and the event that it made. */
  transactions: Map<string, { fingerprint: string; eventId: string }>;
  changes: Change[];
  /** Delta tokens from before this sequence number are answered with 410. */
  oldestChange: number;
  sequence: number;
  throttle: Throttle;
};

/** Empty mailboxes; calendars appear as soon as somebody looks for them. */
export function createMailboxes(): Mailboxes {
  return {
    calendars: new Map(),
    events: new Map(),
    messages: [],
    sent: [],
    transactions: new Map(),
    changes: [],
    oldestChange: 0,
    sequence: 0,
    throttle: {
      inFlight: new Map(),
      highWater: new Map(),
      arrivals: new Map(),
      concurrentLimit: 4,
      tenMinuteLimit: 10_000,
      retryAfter: '2.128',
    },
  };
}

/** The next number of the mailbox-wide counter: ids, change keys and delta tokens come from it. */
export function nextSequence(mailboxes: Mailboxes): number {
  mailboxes.sequence += 1;
  return mailboxes.sequence;
}

/** What an address received, oldest first; tests count invitations with it. */
export function messagesTo(mailboxes: Mailboxes, address: string, kind?: MessageKind): Message[] {
  const recipient = address.toLowerCase();
  return mailboxes.messages.filter(
    (message) => message.recipient === recipient && (kind === undefined || message.kind === kind),
  );
}

/** Makes every delta token issued so far answer 410, as when Exchange loses the sync state. */
export function expireDeltaTokens(mailboxes: Mailboxes): void {
  mailboxes.oldestChange = nextSequence(mailboxes);
}

/** The person's calendars, the default one first; made on first sight. */
export function calendarsOf(mailboxes: Mailboxes, ownerId: string): Calendar[] {
  const own = [...mailboxes.calendars.values()].filter((calendar) => calendar.ownerId === ownerId);
  if (own.length > 0) return own;
  return [addCalendar(mailboxes, ownerId, 'Calendar', true)];
}

/** The calendar that `/calendar` means. */
export function defaultCalendar(mailboxes: Mailboxes, ownerId: string): Calendar {
  const own = calendarsOf(mailboxes, ownerId);
  return own.find((calendar) => calendar.isDefault) ?? (own[0] as Calendar);
}

/** Adds a calendar to a mailbox. */
export function addCalendar(mailboxes: Mailboxes, ownerId: string, name: string, isDefault = false): Calendar {
  const sequence = nextSequence(mailboxes);
  const calendar: Calendar = {
    id: `AAMkAGVtdWxhdG9y${Buffer.from(`${ownerId}:${sequence}`).toString('base64url')}CAL=`,
    ownerId,
    name,
    isDefault,
    changeKey: changeKeyOf(sequence),
  };
  mailboxes.calendars.set(calendar.id, calendar);
  return calendar;
}

/** Stores an event under a new change key and notes the change for delta readers. */
export function saveEvent(mailboxes: Mailboxes, event: StoredEvent, now: number): void {
  const sequence = nextSequence(mailboxes);
  event.changeKey = changeKeyOf(sequence);
  event.modifiedAt = now;
  mailboxes.events.set(event.id, event);
  noteChange(mailboxes, event, 'upserted', sequence);
}

/** Takes an event out of its calendar; delta readers see `@removed`. */
export function removeEvent(mailboxes: Mailboxes, event: StoredEvent): void {
  mailboxes.events.delete(event.id);
  noteChange(mailboxes, event, 'removed', nextSequence(mailboxes));
}

/** Events of one mailbox, oldest first. */
export function eventsOf(mailboxes: Mailboxes, ownerId: string): StoredEvent[] {
  return [...mailboxes.events.values()].filter((event) => event.ownerId === ownerId);
}

/** Ids and change key of an event that is about to be stored in a mailbox. */
export function newItemIds(
  mailboxes: Mailboxes,
  owner: { id: string; personal: boolean },
): { id: string; immutableId: string; changeKey: string } {
  const sequence = nextSequence(mailboxes);
  const seed = Buffer.from(`${owner.id}:${sequence}`).toString('base64url');
  const prefix = owner.personal ? 'AQMkADAwATM' : 'AAMkAG';
  return { id: `${prefix}${seed}AAA=`, immutableId: `AAkALg${seed}IMM=`, changeKey: changeKeyOf(sequence) };
}

/** The change key, and so the tag, that an item got with this change. */
export function changeKeyOf(sequence: number): string {
  return Buffer.from(`emulator:${String(sequence).padStart(8, '0')}`).toString('base64');
}

function noteChange(mailboxes: Mailboxes, event: StoredEvent, kind: Change['kind'], sequence: number): void {
  const { ownerId, calendarId, id: eventId, immutableId } = event;
  mailboxes.changes.push({ sequence, ownerId, calendarId, eventId, immutableId, kind });
}

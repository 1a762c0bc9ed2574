import type { NewBooking, SeriesWish } from '../api/appointments.ts';
import type { Contact } from '../api/people.ts';
import type { EventType } from '../api/queries.ts';
import { invitationsOf, type Attendee } from '../attendees/attendee-list.ts';
import type { WhenDraft } from './when-fields.tsx';

/** A booking as somebody types it for a visitor. */
export type BookingDraft = {
  eventTypeId: string;
  when: WhenDraft;
  every: 'once' | 'week' | 'fortnight';
  times: number;
  visitor: { name: string; email: string; timeZone: string; note: string };
  /** The contact who is the visitor; their organisation comes along. */
  contact: Contact | undefined;
  organisation: { id: string; name: string } | undefined;
  attendees: Attendee[];
  teamsMeeting: boolean;
  /** Books at once what visitors can only ask for. */
  approved: boolean;
};

export function emptyDraft(eventTypeId: string, timeZone: string): BookingDraft {
  return {
    eventTypeId,
    when: {},
    every: 'once',
    times: 4,
    visitor: { name: '', email: '', timeZone, note: '' },
    contact: undefined,
    organisation: undefined,
    attendees: [],
    teamsMeeting: true,
    approved: true,
  };
}

/** How long it takes, in minutes. */
export function minutesOf({ when }: BookingDraft, eventType: EventType): number {
  return when.durationMinutes ?? eventType.durationMinutes;
}

/** What is asked of the server for one time. `start` was chosen. */
export function bookingOf(draft: BookingDraft, start: string): NewBooking {
  const { contact, organisation, visitor } = draft;
  return {
    ...timeOf(draft, start),
    visitor: { ...visitor, name: visitor.name.trim(), email: visitor.email.trim(), note: visitor.note.trim() },
    attendees: invitationsOf(draft.attendees),
    ...(contact && { contactId: contact.id }),
    ...(organisation && { organisationId: organisation.id }),
    teamsMeeting: draft.teamsMeeting,
    approved: draft.approved,
  };
}

/** The times of a series, to look at before anything is booked; `undefined` for a single time. */
export function repeatOf(draft: BookingDraft, start: string): SeriesWish | undefined {
  return draft.every === 'once' ? undefined : { ...timeOf(draft, start), every: draft.every, times: draft.times };
}

function timeOf({ eventTypeId, when }: BookingDraft, start: string) {
  const { durationMinutes, operatorId, anyTime = false } = when;
  return {
    eventTypeId,
    start,
    ...(durationMinutes !== undefined && { durationMinutes }),
    ...(operatorId !== undefined && { operatorId }),
    anyTime,
  };
}

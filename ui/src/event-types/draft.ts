import type { api } from '../api/client.ts';
import type { EventType } from '../api/queries.ts';

type Input = Parameters<(typeof api)['event-types'][':id']['$put']>[0]['json'];

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Weekday = (typeof weekdays)[number];
export type TimeRange = EventType['schedule'][Weekday][number];
export type Schedule = EventType['schedule'];

export const weekdayNames: Record<Weekday, string> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};

/** An event type as the form edits it: everything the API takes, and nothing it only gives. */
export type Draft = Required<Omit<Input, 'schedule'>> & { schedule: Schedule };

/** What the form starts with for an event type that exists. */
export function draftOf(eventType: EventType): Draft {
  const { id: _id, bookingUrl: _bookingUrl, createdAt: _createdAt, updatedAt: _updatedAt, ...rest } = eventType;
  const { takesBookings: _takesBookings, closedReason: _closedReason, ...draft } = rest;
  return draft;
}

/** Whether both say the same; the order of fields, which only the code chooses, stays as it was. */
export function sameDraft(one: Draft, other: Draft): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const officeHours: TimeRange[] = [{ from: '09:00', to: '17:00' }];

/** What the form starts with for a new one. */
export function newDraft(host: { id: string; timeZone: string }): Draft {
  return {
    title: '',
    slug: '',
    description: '',
    hostId: host.id,
    timeZone: host.timeZone,
    active: true,
    durationMinutes: 30,
    slotStepMinutes: 30,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    minNoticeMinutes: 120,
    horizonDays: 60,
    organizer: 'operator',
    meetingKind: 'calendar',
    meetingOptions: null,
    schedule: {
      mon: officeHours,
      tue: officeHours,
      wed: officeHours,
      thu: officeHours,
      fri: officeHours,
      sat: [],
      sun: [],
      overrides: [],
    },
  };
}

/** An address made from a title: `Erstgespräch (30 min)` becomes `erstgesprach-30-min`. */
export function slugOf(title: string): string {
  return title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 80)
    .replaceAll(/^-|-$/g, '');
}

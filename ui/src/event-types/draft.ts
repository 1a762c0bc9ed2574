import type { api } from '../api/client.ts';
import type { Schedule } from '../api/availability.ts';
import type { EventType } from '../api/queries.ts';
import { usualHours } from '../availability/schedule.ts';

type Input = Parameters<(typeof api)['event-types'][':id']['$put']>[0]['json'];

/** An event type as the form edits it: everything the API takes, and nothing it only gives. */
export type Draft = Required<Omit<Input, 'schedule' | 'hostId'>> & { schedule: Schedule | null };

/** What the form starts with for an event type that exists. */
export function draftOf(eventType: EventType): Draft {
  const { id: _id, bookingUrl: _bookingUrl, createdAt: _createdAt, updatedAt: _updatedAt, ...rest } = eventType;
  const { takesBookings: _takesBookings, closedReason: _closedReason, hostId: _hostId, ...draft } = rest;
  return draft;
}

/** Whether both say the same; the order of fields, which only the code chooses, stays as it was. */
export function sameDraft(one: Draft, other: Draft): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What the form starts with for a new one. */
export function newDraft(host: { id: string; timeZone: string }): Draft {
  return {
    title: '',
    slug: '',
    description: '',
    operatorIds: [host.id],
    assignment: 'round_robin',
    timeZone: host.timeZone,
    active: true,
    durationMinutes: 30,
    durationChoices: [],
    slotStepMinutes: 30,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    minNoticeMinutes: 120,
    horizonDays: 60,
    mostPerDay: null,
    mostPerWeek: null,
    capacity: 1,
    busyRules: { allDay: true, tentative: true, outOfOffice: true, workingElsewhere: false },
    needsApproval: false,
    changePolicy: { moveUntilMinutes: 0, cancelUntilMinutes: 0, mostMoves: null },
    mostInSeries: 1,
    invitations: 'outlook',
    reminders: [],
    organizer: 'operator',
    meetingKind: 'calendar',
    meetingOptions: null,
    schedule: null,
  };
}

/** The hours that an event type starts with when it gets hours of its own. */
export const ownHours: Schedule = usualHours;

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

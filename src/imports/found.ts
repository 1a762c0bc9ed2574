import type { Companion } from '../database/schema.ts';
import type { WeeklySchedule } from '../scheduling/event-type.ts';

/** The words of an import: what was found in the files of another product, in Parley’s terms. */

export type Product = 'calcom' | 'calendly';
export const productNames: Record<Product, string> = { calcom: 'Cal.com', calendly: 'Calendly' };

/** Where something was read: a file, and the place in it as a JSON pointer (RFC 6901). */
export type Place = { file: string; pointer: string };
/** What is wrong with a file or with one thing in it. */
export type Fault = Place & { message: string };

/** Somebody over there, by everything that they are called: an address, a number, a user name, a URI. */
export type Host = { names: readonly string[]; label: string };
/** What the files say of people: the address of whoever is elsewhere named otherwise. */
export type KnownPerson = { names: readonly string[]; email: string };

/** When somebody can be booked. */
export type Hours = { timeZone: string; weekly: WeeklySchedule };

type Found = Place & {
  /** Where it came from, for ever: `calcom:event-type:12`. */
  id: string;
  /** What people call it. */
  label: string;
  /** What of it has no counterpart here. */
  notes: readonly string[];
  /** Why it is left out, whatever is here. */
  leftOut?: string | undefined;
};

/** Settings of an event type, in the words of our API; what the other product does not tell is left out. */
export type EventTypeFields = {
  title: string;
  description: string;
  durationMinutes: number;
  durationChoices: number[];
  active: boolean;
  assignment: 'round_robin' | 'collective';
  slotStepMinutes?: number;
  bufferBeforeMinutes?: number;
  bufferAfterMinutes?: number;
  minNoticeMinutes?: number;
  horizonDays?: number;
  capacity?: number;
  mostPerDay?: number | null;
  mostPerWeek?: number | null;
  needsApproval?: boolean;
  mostInSeries?: number;
};

export type FoundEventType = Found & {
  kind: 'event_type';
  slug: string;
  hosts: readonly Host[];
  fields: EventTypeFields;
  /** What it is made with where the files do not say; never compared afterwards. */
  guessed?: Partial<EventTypeFields>;
  /** Hours of its own; `null`: those of its hosts. */
  hours: Hours | null;
};

export type FoundSchedule = Found & { kind: 'schedule'; host: Host; hours: Hours };

export type FoundBooking = Found & {
  kind: 'booking';
  status: 'confirmed' | 'cancelled' | 'unconfirmed';
  eventTypeId: string;
  hosts: readonly Host[];
  start: Date;
  end: Date;
  visitor: { name: string; email: string; timeZone: string | undefined; locale: string | undefined };
  note: string;
  guests: Companion[];
};

export type FoundThing = FoundEventType | FoundSchedule | FoundBooking;
export type ThingKind = FoundThing['kind'];

import type { Attendee, IdentityRule } from '../database/schema.ts';
import type { Home } from '../organizers/home.ts';
import type { BusyCalendar } from './free-busy.ts';
import type { OwnSchedule } from './operator-hours.ts';
import type { Operator, SlotRules } from './operator-times.ts';
import type { EventTypeRow } from './service.ts';

/** An operator who can take bookings of an event type now: in whose mailbox, and whose busy times count. */
export type OpenHost = {
  memberId: string;
  name: string;
  email: string;
  home: Home;
  /** `undefined`: no calendar of theirs may be read, so only bookings made here stand in the way. */
  calendar: BusyCalendar | undefined;
  /** Who is invited beside the visitor when they lead: they themselves, where somebody else organizes. */
  alsoInvited: Attendee[];
  /** Whether an event type of theirs keeps time free around its bookings, so that these matter also for times beside them. */
  spaced?: boolean | undefined;
  /** When they work, if that is known already. */
  schedule?: OwnSchedule | undefined;
};

/** An event type that takes bookings. */
export type OpenEventType = {
  eventType: EventTypeRow;
  /** Everybody who takes its bookings, also those who cannot now; in order. */
  operatorIds: string[];
  /** Those who can take bookings now, in order. */
  hosts: OpenHost[];
  /** How the tenant finds a visitor in its directory; `undefined` where nobody's directory is asked. */
  visitorRule: IdentityRule | undefined;
};

/** A time that can be booked, and with whom: the choices are tried in order, because somebody else may be first. */
export type Offer = {
  open: OpenEventType;
  start: Date;
  end: Date;
  /** Each is everybody who meets the visitor, the leader first. */
  choices: OpenHost[][];
  /** What no constraint of the database decides: see {@link stillFits}. `undefined` where there is nothing of it. */
  guard: { rules: SlotRules; operators: readonly Operator[] } | undefined;
};

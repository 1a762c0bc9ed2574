import type { Attendee, Companion, IdentityRule } from '../database/schema.ts';
import type { OpenHost } from '../scheduling/offer.ts';
import type { EventTypeRow } from '../scheduling/service.ts';
import type { BookingRow, Visitor } from './booking.ts';

/** Who sends calendar invitations for a booking: one of the two, never both. */
export function inviterOf(
  booking: Pick<BookingRow, 'teams_meeting'>,
  eventType: Pick<EventTypeRow, 'meeting_kind' | 'invitations'>,
): 'outlook' | 'parley' {
  const byOutlook = booking.teams_meeting && eventType.meeting_kind === 'calendar';
  return byOutlook ? eventType.invitations : 'parley';
}

/** Whether somebody is on a meeting, under their address or as whom the tenant knows them. */
export function isOnMeeting({ attendees }: { attendees: readonly Attendee[] }, email: string): boolean {
  const address = email.toLowerCase();
  return attendees.some((one) => [one.email, one.match].some((known) => known?.toLowerCase() === address));
}

/** Whether visitors are attendees of the meeting at Microsoft; one that stands alone sends nobody anything. */
function hasVisitors({ meeting_kind, invitations }: EventTypeRow): boolean {
  return meeting_kind === 'standalone' || invitations === 'outlook';
}

/** Everybody on a new meeting: the visitor and whom they bring, and the operators beside the organizer. */
export function attendeesOf(
  eventType: EventTypeRow,
  choice: readonly OpenHost[],
  { visitor, companions, rule }: { visitor: Visitor; companions: readonly Companion[]; rule: IdentityRule | undefined },
): Attendee[] {
  const [leader, ...others] = choice;
  const staff = [...(leader?.alsoInvited ?? []), ...others.map(({ email, name }) => ({ email, name }))];
  const outside = hasVisitors(eventType) ? [asAttendee(visitor, rule), ...companions.map(withoutSource)] : [];
  return withoutTwins([...outside, ...staff]);
}

/** The attendees of a meeting that one more visitor joins. */
export function withVisitor(
  eventType: EventTypeRow,
  attendees: readonly Attendee[],
  { visitor, companions, rule }: { visitor: Visitor; companions: readonly Companion[]; rule: IdentityRule | undefined },
): Attendee[] {
  if (!hasVisitors(eventType)) return [...attendees];
  return withoutTwins([...attendees, asAttendee(visitor, rule), ...companions.map(withoutSource)]);
}

/** The attendees that stay when some addresses leave. An address under which somebody was found goes with its visitor. */
export function withoutAddresses(attendees: readonly Attendee[], addresses: readonly string[]): Attendee[] {
  const leaving = new Set(addresses.map((email) => email.toLowerCase()));
  return attendees.filter(
    ({ email, match }) => !leaving.has(email.toLowerCase()) && !leaving.has((match ?? '').toLowerCase()),
  );
}

export function addCompanions(attendees: readonly Attendee[], companions: readonly Companion[]): Attendee[] {
  return withoutTwins([...attendees, ...companions.map(withoutSource)]);
}

/** A visitor who may be somebody of the tenant: looked up when the meeting is made, unless the address says all. */
function asAttendee(visitor: Visitor, rule: IdentityRule | undefined): Attendee {
  const attendee = { email: visitor.email, name: visitor.name };
  if (!rule || (rule.local === 'email' && rule.remote === 'mail')) return attendee;
  const match = rule.local === 'email' ? visitor.email : visitor.attributes?.[rule.local.replace(/^attribute:/, '')];
  return match === undefined ? attendee : { ...attendee, match };
}

function withoutSource({ email, name }: Companion): Attendee {
  return { email, name };
}

/** The same address is invited once, also where somebody books a time with themselves. */
function withoutTwins(attendees: readonly Attendee[]): Attendee[] {
  const known = new Set<string>();
  return attendees.filter(({ email }) => {
    const address = email.toLowerCase();
    return known.has(address) ? false : known.add(address);
  });
}

import { isOpenBooking, visitorSchema, type BookingRow, type Visitor } from '../bookings/booking.ts';
import { changeBooking } from '../bookings/change-booking.ts';
import { rescheduleBooking } from '../bookings/moves.ts';
import { createBooking } from '../bookings/new-booking.ts';
import { cancelBooking, getBooking } from '../bookings/service.ts';
import { addTeamsMeeting } from '../bookings/teams-meeting.ts';
import type { Companion } from '../database/schema.ts';
import { locales } from '../locale.ts';
import { Problem } from '../problem.ts';
import { findTimeZone } from '../scheduling/event-type.ts';
import type { Offer, OpenEventType, OpenHost } from '../scheduling/offer.ts';
import { listOperatorStates, openWith } from '../scheduling/open-event-type.ts';
import { getEventType } from '../scheduling/service.ts';
import type { FoundBooking } from './found.ts';
import type { Hosts, MemberOfWorkspace } from './hosts.ts';
import { findImported, rememberImported, type Imported, type StepDeps } from './imported.ts';
import { merge } from './merging.ts';
import { skipped, type Outcome } from './outcome.ts';

/** Whether visitors get a Teams meeting, and hear of it; without it nobody is told of anything. */
export type Meetings = 'none' | 'made';

/** In the outbox: who did it. What an import did in silence, nobody is written to about. */
const actors: Record<Meetings, string> = { none: 'import', made: 'parley' };

type Compared = { time: { start: string; end: string }; note: string; guests: Companion[]; teamsMeeting: boolean };

/** Books, moves or cancels an appointment as it is there. Throws the services’ Problems. */
export async function importBooking(
  deps: StepDeps,
  { hosts, meetings }: { hosts: Hosts; meetings: Meetings },
  found: FoundBooking,
): Promise<Outcome> {
  if (found.start <= deps.now()) return skipped('past', 'It has begun already.');
  const before = await findImported(deps, found.id);
  if (before) return changeAsThere(deps, { hosts, meetings, before }, found);
  if (found.status === 'cancelled') return skipped('cancelled', 'It is cancelled there.');
  if (found.status === 'unconfirmed') return skipped('unconfirmed', 'Nobody has confirmed it there yet.');
  const { offer, reason } = await offerFor(deps, hosts, found);
  if (!offer) return skipped('fault', reason);
  const visitor = visitorOf(found, offer);
  const teamsMeeting = meetings === 'made';
  const wish = { by: actors[meetings], approved: true, teamsMeeting, attendees: found.guests };
  const { booking } = await createBooking(deps, offer, visitor, wish);
  await rememberImported(deps, found, { targetId: booking.id, base: comparedOf(booking) });
  return { action: 'create', targetId: booking.id, ...(teamsMeeting && { tellsVisitor: visitor.email }) };
}

type Known = { hosts: Hosts; meetings: Meetings; before: Imported };

async function changeAsThere(
  deps: StepDeps,
  { hosts, meetings, before: { targetId, base } }: Known,
  found: FoundBooking,
): Promise<Outcome> {
  const { booking } = await getBooking(deps, deps.workspaceId, targetId);
  if (!isOpenBooking(booking)) return { action: 'unchanged', targetId, reason: `It is ${booking.status} here.` };
  const ours = comparedOf(booking);
  const known: Compared = { ...ours, ...base };
  const isThere = found.status !== 'cancelled';
  const merged = merge(known, isThere ? theirsOf(found, known, meetings) : {}, ours);
  const { changed, kept: keptHere } = merged;
  if (isThere && changed.length === 0) return { action: 'unchanged', targetId, keptHere };
  const wasMoved = JSON.stringify(ours.time) !== JSON.stringify(timeText(known.time));
  if (!isThere && wasMoved)
    return { action: 'unchanged', targetId, reason: 'It is cancelled there, but was moved here.' };
  if (booking.teams_meeting && meetings === 'none') {
    const reason = 'It has a Teams meeting here, and its visitor would hear of the change. Use --make-meetings.';
    return { ...skipped('conflict', reason), targetId };
  }
  const tells = (booking.teams_meeting || changed.includes('teamsMeeting')) && { tellsVisitor: booking.visitor_email };
  if (!isThere) {
    await cancelBooking(deps, booking, { reason: 'It was cancelled where it came from.', by: actors[meetings] });
    return { action: 'change', targetId, changed: ['cancelled'], ...tells };
  }
  const { offer, reason } = await offerFor(deps, hosts, found);
  if (!offer) return skipped('fault', reason);
  await write(deps, { booking, offer, meetings, changed }, found);
  await rememberImported(deps, found, { targetId, base: merged.base });
  return { action: 'change', targetId, changed, keptHere, ...tells };
}

type Change = { booking: BookingRow; offer: Offer; meetings: Meetings; changed: readonly (keyof Compared)[] };

async function write(
  deps: StepDeps,
  { booking, offer, meetings, changed }: Change,
  found: FoundBooking,
): Promise<void> {
  const by = actors[meetings];
  if (changed.includes('time')) await rescheduleBooking(deps, booking, offer, by);
  if (changed.includes('note') || changed.includes('guests')) {
    const note = changed.includes('note') ? found.note : undefined;
    await changeBooking(deps, booking, { note, attendees: changed.includes('guests') ? found.guests : undefined }, by);
  }
  const [choice] = offer.choices;
  if (changed.includes('teamsMeeting') && choice)
    await addTeamsMeeting(deps, booking, { open: offer.open, hosts: choice, by });
}

function theirsOf({ start, end, note, guests }: FoundBooking, known: Compared, meetings: Meetings): Compared {
  const time = { start: start.toISOString(), end: end.toISOString() };
  return { time, note, guests, teamsMeeting: meetings === 'made' || known.teamsMeeting };
}

function comparedOf({ starts_at, ends_at, note, attendees, teams_meeting }: BookingRow): Compared {
  const time = { start: starts_at.toISOString(), end: ends_at.toISOString() };
  return { time, note, guests: attendees, teamsMeeting: teams_meeting };
}

/** In the order of keys in which ours is written: `jsonb` has its own. */
function timeText({ start, end }: Compared['time']): Compared['time'] {
  return { start, end };
}

/**
 * The time as it was booked there, whatever our rules and Outlook say of it: its entry in Outlook is the old product’s
 * own. What else is booked here stays in the way; that the database decides.
 */
async function offerFor(
  deps: StepDeps,
  hosts: Hosts,
  found: FoundBooking,
): Promise<{ offer: Offer; reason?: never } | { offer?: never; reason: string }> {
  if (found.end <= found.start) return { reason: 'It ends before it begins.' };
  const eventType = await eventTypeOf(deps, found);
  if (!eventType) return { reason: 'Its event type was not imported: see above, or save the event types, too.' };
  const states = await listOperatorStates(deps, eventType);
  const open = openWith(eventType, states);
  const members = found.hosts.map((host) => hosts.find(host));
  const known = members.filter((member) => member !== undefined);
  if (known.length < members.length) {
    const labels = found.hosts.filter((_, index) => !members[index]).map(({ label }) => label);
    return { reason: `No member of the workspace: ${labels.join(', ')}.` };
  }
  const choice: OpenHost[] = [];
  for (const member of known.length > 0 ? known : onlyOne(open)) {
    const state = states.find(({ memberId }) => memberId === member.id);
    if (!state) return { reason: `${member.name} does not take bookings of this event type here.` };
    if (state.closedReason !== undefined) return { reason: `${state.name}: ${state.closedReason}` };
    choice.push(state.host);
  }
  if (choice.length === 0) return { reason: 'Who meets the visitor is not in the files.' };
  return { offer: { open, start: found.start, end: found.end, choices: [choice], guard: undefined } };
}

function onlyOne({ operatorIds, hosts }: OpenEventType): Pick<MemberOfWorkspace, 'id' | 'name'>[] {
  const [host] = hosts;
  return host && operatorIds.length === 1 ? [{ id: host.memberId, name: host.name }] : [];
}

async function eventTypeOf(deps: StepDeps, { eventTypeId }: FoundBooking) {
  const imported = await findImported(deps, eventTypeId);
  if (!imported) return undefined;
  try {
    return await getEventType(deps, deps.workspaceId, imported.targetId);
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** Under the rules for everybody who books. Throws `invalid_request`. */
function visitorOf({ visitor, note }: FoundBooking, { open: { eventType } }: Offer): Visitor {
  const parsed = visitorSchema.safeParse({
    name: visitor.name.trim() || visitor.email,
    email: visitor.email,
    timeZone: findTimeZone(visitor.timeZone ?? '') ?? eventType.time_zone,
    locale: locales.find((one) => one === visitor.locale?.slice(0, 2)),
    note,
  });
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, detail: message }));
  throw new Problem('invalid_request', { errors });
}

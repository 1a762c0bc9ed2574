import type { Kysely, Selectable } from 'kysely';
import type { Database, EventTypes, MeetingKind, OrganizerRule } from '../database/schema.ts';
import { newId } from '../id.ts';
import type { MeetingOptions } from '../microsoft/meeting-options.ts';
import { Problem } from '../problem.ts';
import type { EventTypeRules } from './event-type.ts';
import type { FreeBusy } from './free-busy.ts';
import type { OpenEventType } from './open-event-type.ts';
import { findSlots, isOffered, longestSearchDays, whyNot, type Slot } from './slots.ts';

export type SchedulingDeps = { db: Kysely<Database>; now: () => Date; freeBusy: FreeBusy };
type Write = Pick<SchedulingDeps, 'db' | 'now'>;
export type EventTypeRow = Selectable<EventTypes>;

export type EventTypeInput = EventTypeRules & {
  hostId: string;
  slug: string;
  title: string;
  description: string;
  active: boolean;
  organizer?: OrganizerRule;
  meetingKind?: MeetingKind;
  meetingOptions?: MeetingOptions | null;
};

/** Makes an event type. Throws `slug_taken`, or `invalid_request` when the host is not a member of the workspace. */
export async function createEventType(
  { db, now }: Write,
  workspaceId: string,
  input: EventTypeInput,
): Promise<EventTypeRow> {
  await requireHost({ db }, workspaceId, input.hostId);
  const row = await db
    .insertInto('event_types')
    .values({ id: newId('evt'), workspace_id: workspaceId, ...columns(input), created_at: now(), updated_at: now() })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'slug']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) throw slugTaken();
  return row;
}

/** Replaces an event type's settings. Bookings that exist keep the time they have. Throws `not_found`, `slug_taken`. */
export async function changeEventType(
  { db, now }: Write,
  workspaceId: string,
  id: string,
  input: EventTypeInput,
): Promise<EventTypeRow> {
  await requireHost({ db }, workspaceId, input.hostId);
  return db
    .updateTable('event_types')
    .set({ ...columns(input), updated_at: now() })
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .returningAll()
    .executeTakeFirstOrThrow(() => new Problem('not_found'))
    .catch((error: unknown) => {
      throw (error as { code?: string }).code === uniqueViolation ? slugTaken() : error;
    });
}

const uniqueViolation = '23505';

function slugTaken(): Problem {
  return new Problem('slug_taken', { errors: [{ pointer: '/slug', detail: 'Another event type has this address.' }] });
}

/** Takes an event type away. One with bookings is only closed, so that its history stays readable. Throws `not_found`. */
export async function deleteEventType({ db, now }: Write, workspaceId: string, id: string): Promise<void> {
  await getEventType({ db }, workspaceId, id);
  await db.updateTable('event_types').set({ active: false, updated_at: now() }).where('id', '=', id).execute();
  await db
    .deleteFrom('event_types')
    .where('id', '=', id)
    .where((where) =>
      where.not(where.exists(where.selectFrom('bookings').select('id').where('event_type_id', '=', id))),
    )
    .execute();
}

export async function getEventType({ db }: Pick<Write, 'db'>, workspaceId: string, id: string): Promise<EventTypeRow> {
  return db
    .selectFrom('event_types')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

export async function listEventTypes({ db }: Pick<Write, 'db'>, workspaceId: string): Promise<EventTypeRow[]> {
  return db
    .selectFrom('event_types')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .orderBy('title')
    .orderBy('id')
    .execute();
}

/** The free times of an event type between two instants: its rules, less what is booked here and busy in Outlook. */
export async function findFreeSlots(
  deps: SchedulingDeps,
  open: OpenEventType,
  { from, to, excludingBookingId }: { from: Date; to: Date; excludingBookingId?: string | undefined },
): Promise<Slot[]> {
  const rules = rulesOf(open.eventType);
  if (to.getTime() - from.getTime() > longestSearchDays * 24 * 60 * 60_000) {
    const detail = `Ask for at most ${longestSearchDays} days at once.`;
    throw new Problem('invalid_request', { errors: [{ pointer: '/to', detail }] });
  }
  const [booked, outlook] = await Promise.all([
    readBooked(deps, open.eventType, { from, to, excludingBookingId }),
    readOutlook(deps, open, { from, to, excludingBookingId }),
  ]);
  return findSlots({ rules, from, to, now: deps.now(), busy: [...booked, ...outlook] });
}

/**
 * Throws `slot_not_offered` or `slot_taken`, with the reason in words, unless the time can be booked now. Without
 * buffers our own bookings are left to the database, whose constraint decides them anyway.
 */
export async function requireOffered(
  deps: SchedulingDeps,
  open: OpenEventType,
  { start, excludingBookingId }: { start: Date; excludingBookingId?: string | undefined },
): Promise<Slot & OpenEventType> {
  const { eventType } = open;
  const rules = rulesOf(eventType);
  const end = new Date(start.getTime() + rules.durationMinutes * 60_000);
  const window = { from: start, to: end, excludingBookingId };
  const hasBuffers = rules.bufferBeforeMinutes > 0 || rules.bufferAfterMinutes > 0;
  const [booked, outlook] = await Promise.all([
    hasBuffers ? readBooked(deps, eventType, window) : [],
    readOutlook(deps, open, window),
  ]);
  const offer = isOffered({ rules, start, end, now: deps.now(), busy: [...booked, ...outlook] });
  if (offer.offered) return { start, end, ...open };
  throw new Problem(offer.reason === 'busy' ? 'slot_taken' : 'slot_not_offered', { detail: whyNot[offer.reason] });
}

export function rulesOf(row: EventTypeRow): EventTypeRules {
  return {
    durationMinutes: row.duration_minutes,
    slotStepMinutes: row.slot_step_minutes,
    bufferBeforeMinutes: row.buffer_before_minutes,
    bufferAfterMinutes: row.buffer_after_minutes,
    minNoticeMinutes: row.min_notice_minutes,
    horizonDays: row.horizon_days,
    timeZone: row.time_zone,
    schedule: row.schedule,
  };
}

type Window = { from: Date; to: Date; excludingBookingId: string | undefined };

/** A window widened by the event type's buffers: what lies there can stand in the way of a time inside. */
function widened(eventType: EventTypeRow, { from, to }: Window): { from: Date; to: Date } {
  return {
    from: new Date(from.getTime() - eventType.buffer_before_minutes * 60_000),
    to: new Date(to.getTime() + eventType.buffer_after_minutes * 60_000),
  };
}

/** Confirmed bookings of the host, but the one that is being moved: it does not stand in its own way. */
async function readBooked({ db }: Pick<SchedulingDeps, 'db'>, eventType: EventTypeRow, window: Window) {
  const { from, to } = widened(eventType, window);
  const rows = await db
    .selectFrom('bookings')
    .select(['id', 'starts_at as start', 'ends_at as end'])
    .where('host_id', '=', eventType.host_id)
    .where('status', '=', 'confirmed')
    .where('starts_at', '<', to)
    .where('ends_at', '>', from)
    .execute();
  return rows.filter((booking) => booking.id !== window.excludingBookingId);
}

/** What the host's calendar shows, but the event of the booking that is being moved. */
async function readOutlook(deps: SchedulingDeps, { eventType, calendar }: OpenEventType, window: Window) {
  if (!calendar) return [];
  const busy = await deps.freeBusy({ calendar, ...widened(eventType, window), timeZone: eventType.time_zone });
  const own = await excludedEvent(deps, eventType, window.excludingBookingId);
  return busy.filter((event) => event.eventId !== own);
}

async function excludedEvent(
  { db }: Pick<SchedulingDeps, 'db'>,
  eventType: EventTypeRow,
  bookingId: string | undefined,
): Promise<string | null | undefined> {
  if (!bookingId) return undefined;
  const row = await db
    .selectFrom('bookings')
    .innerJoin('meetings', 'meetings.id', 'bookings.meeting_id')
    .select('meetings.provider_event_id')
    .where('bookings.id', '=', bookingId)
    .where('bookings.host_id', '=', eventType.host_id)
    .executeTakeFirst();
  return row?.provider_event_id;
}

function columns(input: EventTypeInput) {
  return {
    host_id: input.hostId,
    slug: input.slug,
    title: input.title,
    description: input.description,
    duration_minutes: input.durationMinutes,
    slot_step_minutes: input.slotStepMinutes,
    buffer_before_minutes: input.bufferBeforeMinutes,
    buffer_after_minutes: input.bufferAfterMinutes,
    min_notice_minutes: input.minNoticeMinutes,
    horizon_days: input.horizonDays,
    time_zone: input.timeZone,
    schedule: JSON.stringify(input.schedule),
    active: input.active,
    organizer_rule: input.organizer ?? 'operator',
    meeting_kind: input.meetingKind ?? 'calendar',
    meeting_options: input.meetingOptions ? JSON.stringify(input.meetingOptions) : null,
  };
}

async function requireHost({ db }: Pick<Write, 'db'>, workspaceId: string, hostId: string): Promise<void> {
  const host = await db
    .selectFrom('members')
    .select('id')
    .where('id', '=', hostId)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst();
  if (host) return;
  throw new Problem('invalid_request', {
    errors: [{ pointer: '/hostId', detail: 'There is no such member in this workspace.' }],
  });
}

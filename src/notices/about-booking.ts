import type { Kysely, Selectable } from 'kysely';
import { inviterOf } from '../bookings/people-of-meeting.ts';
import type { Bookings, Database, EventTypes, Meetings } from '../database/schema.ts';
import type { Reader } from './notice.ts';

/** A booking with everything that letters about it say, as it is now. */
export type AboutBooking = {
  booking: Selectable<Bookings>;
  eventType: Pick<Selectable<EventTypes>, 'title' | 'meeting_kind' | 'invitations'>;
  workspaceName: string;
  workspaceSlug: string;
  meeting: Pick<Selectable<Meetings>, 'id' | 'kind' | 'wanted' | 'join_url' | 'attendees' | 'created_at'> | undefined;
  inviter: 'outlook' | 'parley';
  visitor: Reader;
  companions: Reader[];
  /** Who leads comes first. */
  operators: Reader[];
  /** Of a series: whether it is the first of those that began together, and the others. */
  series: { isFirst: boolean; others: { start: Date; end: Date }[] };
  /** The time before the last move. */
  before: { start: Date; end: Date } | undefined;
};

/**
 * Reads a booking for a letter. Its meeting is held until the transaction ends: so a link that arrives meanwhile finds
 * the letter that lacks it.
 */
export async function readAboutBooking(db: Kysely<Database>, bookingId: string): Promise<AboutBooking | undefined> {
  const booking = await db.selectFrom('bookings').selectAll().where('id', '=', bookingId).executeTakeFirst();
  if (!booking) return undefined;
  const { title, meeting_kind, invitations, assignment, workspace_name, workspace_slug } = await db
    .selectFrom('event_types')
    .innerJoin('workspaces', 'workspaces.id', 'event_types.workspace_id')
    .select(['title', 'meeting_kind', 'invitations', 'assignment'])
    .select(['workspaces.name as workspace_name', 'workspaces.slug as workspace_slug'])
    .where('event_types.id', '=', booking.event_type_id)
    .executeTakeFirstOrThrow();
  const eventType = { title, meeting_kind, invitations };
  const common = { locale: booking.locale, timeZone: booking.visitor_time_zone };
  return {
    booking,
    eventType,
    workspaceName: workspace_name,
    workspaceSlug: workspace_slug,
    meeting: booking.meeting_id === null ? undefined : await holdMeeting(db, booking.meeting_id),
    inviter: inviterOf(booking, eventType),
    visitor: { role: 'visitor', name: booking.visitor_name, email: booking.visitor_email, ...common },
    companions: booking.attendees.map(({ name, email }) => ({
      role: 'companion',
      name: name ?? email,
      email,
      ...common,
    })),
    operators: await readOperators(db, booking, assignment === 'collective'),
    series: await readSeries(db, booking),
    before: await lastMove(db, bookingId),
  };
}

function holdMeeting(db: Kysely<Database>, id: string) {
  return db
    .selectFrom('meetings')
    .select(['id', 'kind', 'wanted', 'join_url', 'attendees', 'created_at'])
    .where('id', '=', id)
    .forShare()
    .executeTakeFirst();
}

/** Those whose time it takes; once it is over or cancelled, those whose time it took. */
async function readOperators(
  db: Kysely<Database>,
  booking: Selectable<Bookings>,
  isCollective: boolean,
): Promise<Reader[]> {
  const rows = await db
    .selectFrom('members')
    .select(['id', 'name', 'email', 'locale', 'time_zone'])
    .where((where) =>
      where.or([
        where('id', '=', booking.host_id),
        where('id', 'in', (query) =>
          query.selectFrom('reservations').select('host_id').where('booking_id', '=', booking.id),
        ),
        ...(isCollective
          ? [
              where('id', 'in', (query) =>
                query
                  .selectFrom('event_type_operators')
                  .select('member_id')
                  .where('event_type_id', '=', booking.event_type_id),
              ),
            ]
          : []),
      ]),
    )
    .orderBy('name')
    .orderBy('id')
    .execute();
  return rows
    .map(({ id, name, email, locale, time_zone }): Reader => {
      return { role: 'operator', memberId: id, name, email, locale, timeZone: time_zone };
    })
    .toSorted((one, other) => Number(other.memberId === booking.host_id) - Number(one.memberId === booking.host_id));
}

/** The other times of its series that are as far as this one. */
async function readSeries(
  db: Kysely<Database>,
  { id, series_id, status, starts_at }: Selectable<Bookings>,
): Promise<AboutBooking['series']> {
  if (series_id === null) return { isFirst: true, others: [] };
  const rows = await db
    .selectFrom('bookings')
    .select(['starts_at as start', 'ends_at as end'])
    .where('series_id', '=', series_id)
    .where('status', '=', status)
    .where('id', '<>', id)
    .orderBy('starts_at')
    .execute();
  return { isFirst: rows.every(({ start }) => start > starts_at), others: rows };
}

async function lastMove(db: Kysely<Database>, bookingId: string): Promise<AboutBooking['before']> {
  const line = await db
    .selectFrom('outbox_events')
    .select('data')
    .where('booking_id', '=', bookingId)
    .where('type', '=', 'booking.rescheduled')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const from = line?.data['from'];
  if (typeof from !== 'object' || from === null || !('start' in from) || !('end' in from)) return undefined;
  const [start, end] = [new Date(String(from.start)), new Date(String(from.end))];
  return Number.isNaN(start.getTime()) || Number.isNaN(end.getTime()) ? undefined : { start, end };
}

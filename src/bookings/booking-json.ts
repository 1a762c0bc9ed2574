import { z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import { mayDo, type Principal } from '../access/principal.ts';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Database } from '../database/schema.ts';
import { instantOut } from '../http/router.ts';
import { meetingSchema, presentMeeting } from '../meetings/meeting-json.ts';
import { bookingUrl } from './booking-link.ts';
import { bookingStatuses, type BookingRow, type BookingWithMeeting } from './booking.ts';

const operatorSchema = z.object({ id: z.string(), name: z.string() });
type OperatorJson = z.infer<typeof operatorSchema>;

/** Somebody who comes along, as answers show them. */
export const companionOut = z.object({
  email: z.string(),
  name: z.string().nullable(),
  from: z.enum(['contact', 'user', 'email']).openapi({ description: 'Where they were picked from.' }),
});

/** A booking as the API shows it. */
export const bookingSchema = z
  .object({
    id: z.string().openapi({ example: 'bkg_4caregaekf0jcqrakuxmhygr' }),
    eventTypeId: z.string(),
    hostId: z.string().openapi({ description: 'The operator who leads.' }),
    operators: z.array(operatorSchema).openapi({ description: 'Everybody who meets the visitor, the leader first.' }),
    status: z.enum(bookingStatuses).openapi({
      description:
        'requested: somebody has to approve it · confirmed · declined: also where an approval was taken back · cancelled · completed: its time is over · no_show: the visitor did not come',
    }),
    start: instantOut,
    end: instantOut,
    visitor: z.object({
      name: z.string(),
      email: z.string(),
      timeZone: z.string(),
      note: z.string(),
      locale: z.string().openapi({ description: 'The language in which they are written to.' }),
    }),
    attendees: z.array(companionOut),
    contactId: z.string().nullable(),
    organisationId: z.string().nullable(),
    teamsMeeting: z.boolean(),
    meeting: meetingSchema
      .nullable()
      .openapi({ description: 'null while it is only requested, and where no Teams meeting is wanted.' }),
    seriesId: z.string().nullable(),
    moves: z.number().int().openapi({ description: 'How often the visitor has moved it.' }),
    decidedBy: z.string().nullable().openapi({ description: 'Who approved or declined it: a member, an API key.' }),
    decidedAt: instantOut.nullable(),
    decisionNote: z.string(),
    manageUrl: z.string().nullable().openapi({
      description:
        'The visitor’s own page: join, move, cancel. Whoever has it can do the same, so those who only look get `null`.',
    }),
    cancelReason: z.string().nullable().openapi({ description: 'Why it was cancelled or declined.' }),
    cancelledAt: instantOut.nullable(),
    hold: z
      .object({ at: instantOut, by: z.string(), reason: z.string() })
      .nullable()
      .openapi({ description: 'Legal hold: what is left of its meeting is not deleted.' }),
    createdAt: instantOut,
    updatedAt: instantOut,
  })
  .openapi('Booking');

export type BookingJson = z.infer<typeof bookingSchema>;
export type PresentDeps = { db: Kysely<Database>; dataKeys: DataKeys; publicUrl: string };

/** Bookings of one workspace as the API shows them to a principal, with the names of their operators. */
export async function presentBookings(
  deps: PresentDeps,
  principal: Principal,
  rows: readonly BookingWithMeeting[],
): Promise<BookingJson[]> {
  const operators = await operatorsOf(
    deps,
    rows.map(({ booking }) => booking),
  );
  return Promise.all(rows.map((row) => presentBooking(deps, principal, row, operators.get(row.booking.id) ?? [])));
}

/** {@link presentBookings} for one whose operators are known. */
export async function presentBooking(
  deps: Omit<PresentDeps, 'db'>,
  principal: Principal,
  { booking, meeting }: BookingWithMeeting,
  operators: OperatorJson[],
): Promise<BookingJson> {
  return {
    id: booking.id,
    eventTypeId: booking.event_type_id,
    hostId: booking.host_id,
    operators,
    status: booking.status,
    start: booking.starts_at.toISOString(),
    end: booking.ends_at.toISOString(),
    visitor: {
      name: booking.visitor_name,
      email: booking.visitor_email,
      timeZone: booking.visitor_time_zone,
      note: booking.note,
      locale: booking.locale,
    },
    attendees: booking.attendees,
    contactId: booking.contact_id,
    organisationId: booking.organisation_id,
    teamsMeeting: booking.teams_meeting,
    meeting: meeting ? presentMeeting(meeting) : null,
    seriesId: booking.series_id,
    moves: booking.moves,
    decidedBy: booking.decided_by,
    decidedAt: booking.decided_at?.toISOString() ?? null,
    decisionNote: booking.decision_note,
    manageUrl: mayDo(principal, 'book', 'bookings:write')
      ? bookingUrl(await deps.dataKeys(booking.workspace_id), deps.publicUrl, booking.id)
      : null,
    cancelReason: booking.cancel_reason,
    cancelledAt: booking.cancelled_at?.toISOString() ?? null,
    hold: holdOf(booking),
    createdAt: booking.created_at.toISOString(),
    updatedAt: booking.updated_at.toISOString(),
  };
}

function holdOf({ held_at: at, held_by: by, hold_reason: reason }: BookingRow): BookingJson['hold'] {
  return at && by !== null && reason !== null ? { at: at.toISOString(), by, reason } : null;
}

/** Who meets the visitors of some bookings, each leader first. Of what was ended only the leader is remembered. */
export async function operatorsOf(
  { db }: Pick<PresentDeps, 'db'>,
  bookings: readonly Pick<BookingRow, 'id' | 'host_id'>[],
): Promise<Map<string, OperatorJson[]>> {
  const ids = bookings.map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('bookings')
    .innerJoin('members', (join) =>
      join.on((on) =>
        on.or([
          on('members.id', '=', on.ref('bookings.host_id')),
          on.exists(
            on
              .selectFrom('reservations')
              .select('reservations.id')
              .whereRef('reservations.booking_id', '=', 'bookings.id')
              .whereRef('reservations.host_id', '=', 'members.id'),
          ),
        ]),
      ),
    )
    .select(['bookings.id as bookingId', 'bookings.host_id as hostId', 'members.id', 'members.name'])
    .where('bookings.id', 'in', ids)
    .whereRef('members.workspace_id', '=', 'bookings.workspace_id')
    .orderBy('members.name')
    .execute();
  const ofEach = Map.groupBy(rows, ({ bookingId }) => bookingId);
  return new Map(
    [...ofEach].map(([bookingId, operators]) => [
      bookingId,
      operators
        .toSorted((a, b) => Number(b.id === b.hostId) - Number(a.id === a.hostId))
        .map(({ id, name }) => ({ id, name })),
    ]),
  );
}

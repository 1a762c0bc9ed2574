import { Temporal } from 'temporal-polyfill';
import { z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import { mayDo } from '../access/principal.ts';
import { getMember } from '../access/service.ts';
import type { BookingWithMeeting } from '../bookings/booking.ts';
import { operatorsOf } from '../bookings/booking-json.ts';
import { listBookings } from '../bookings/service.ts';
import { connectionState, findConnection } from '../connections/service.ts';
import type { Database } from '../database/schema.ts';
import { instantOut } from '../http/router.ts';
import { meetingSchema, presentMeeting } from '../meetings/meeting-json.ts';
import { findOrganizerOfMember } from '../organizers/service.ts';
import { dateIn } from '../scheduling/date-text.ts';
import { takesMeetings } from '../tenants/tenant.ts';
import type { TabPrincipal } from './session.ts';

type Deps = { db: Kysely<Database>; now: () => Date; publicUrl: string };

const mostShown = 100;

const appointmentSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    status: z.enum(['requested', 'confirmed', 'declined', 'cancelled', 'completed', 'no_show']),
    start: instantOut,
    end: instantOut,
    visitor: z.object({ name: z.string(), email: z.string(), note: z.string() }),
    with: z.array(z.string()).openapi({ description: 'The colleagues who take part.' }),
    join: z.object({ status: meetingSchema.shape.status, url: z.string().nullable() }).nullable(),
    consoleUrl: z.string(),
  })
  .openapi('TabAppointment');

export const daySchema = z
  .object({
    date: z.string(),
    today: z.string(),
    previous: z.string(),
    next: z.string(),
    member: z.object({ name: z.string(), timeZone: z.string(), mayDecide: z.boolean() }),
    workspace: z.string(),
    connection: z
      .enum(['connected', 'reconnect_needed', 'personal_account', 'not_connected', 'not_needed'])
      .openapi({ description: 'not_needed: meetings are made through the tenant.' }),
    appointments: z.array(appointmentSchema),
    requests: z.array(appointmentSchema).openapi({ description: 'What waits for a decision, on any day.' }),
    moreRequests: z.boolean(),
    consoleUrl: z.string(),
  })
  .openapi('TabDay');

export type Day = z.infer<typeof daySchema>;
export type Appointment = z.infer<typeof appointmentSchema>;

/** What the tab shows an operator: a day in their own zone (today, unless another date is asked for), and what waits. */
export async function readDay(deps: Deps, principal: TabPrincipal, wanted: string | undefined): Promise<Day> {
  const { workspaceId, memberId } = principal;
  const member = await getMember(deps, workspaceId, memberId);
  const today = dateIn(deps.now(), member.time_zone);
  const date = wanted ?? today;
  const plain = Temporal.PlainDate.from(date);
  const startOf = (day: Temporal.PlainDate) => new Date(day.toZonedDateTime(member.time_zone).epochMilliseconds);
  const page = { hostId: memberId, limit: mostShown, order: 'asc' as const };
  const [appointments, requests, connection] = await Promise.all([
    listBookings(deps, workspaceId, {
      ...page,
      statuses: ['confirmed', 'completed', 'no_show'],
      from: startOf(plain),
      to: startOf(plain.add({ days: 1 })),
    }),
    listBookings(deps, workspaceId, { ...page, statuses: ['requested'], from: deps.now() }),
    connectionOf(deps, principal),
  ]);
  const present = await presenter(deps, principal, [...appointments, ...requests]);
  return {
    date,
    today,
    previous: plain.subtract({ days: 1 }).toString(),
    next: plain.add({ days: 1 }).toString(),
    member: { name: member.name, timeZone: member.time_zone, mayDecide: mayDo(principal, 'book', 'bookings:write') },
    workspace: member.workspace_name,
    connection,
    appointments: appointments.map(present),
    requests: requests.slice(0, mostShown).map(present),
    moreRequests: requests.length > mostShown,
    consoleUrl: `${deps.publicUrl}/console/`,
  };
}

/** Where a whole tenant makes the meetings of this member, there is nothing for them to connect. */
async function connectionOf(deps: Deps, principal: TabPrincipal): Promise<Day['connection']> {
  const connection = await findConnection(deps, principal);
  const state = connection ? connectionState(connection, []).state : 'not_connected';
  if (state === 'connected') return state;
  const matched = await findOrganizerOfMember(deps, principal);
  const isMadeForThem = matched && matched.organizer.allowed && takesMeetings(matched.tenant, matched.organizer);
  return isMadeForThem ? 'not_needed' : state;
}

/** One appointment as the tab shows it. */
export async function presentAppointment(
  deps: Deps,
  principal: TabPrincipal,
  row: BookingWithMeeting,
): Promise<Appointment> {
  return (await presenter(deps, principal, [row]))(row);
}

async function presenter(deps: Deps, { memberId }: TabPrincipal, rows: readonly BookingWithMeeting[]) {
  const bookings = rows.map(({ booking }) => booking);
  const operators = await operatorsOf(deps, bookings);
  const titles = await titlesOf(deps, new Set(bookings.map(({ event_type_id: id }) => id)));
  return ({ booking, meeting }: BookingWithMeeting): Appointment => ({
    id: booking.id,
    title: titles.get(booking.event_type_id) ?? '',
    status: booking.status,
    start: booking.starts_at.toISOString(),
    end: booking.ends_at.toISOString(),
    visitor: { name: booking.visitor_name, email: booking.visitor_email, note: booking.note },
    with: (operators.get(booking.id) ?? []).filter(({ id }) => id !== memberId).map(({ name }) => name),
    join: meeting ? joinOf(presentMeeting(meeting)) : null,
    consoleUrl: `${deps.publicUrl}/console/bookings/${booking.id}`,
  });
}

function joinOf({ status, joinUrl }: ReturnType<typeof presentMeeting>) {
  return { status, url: joinUrl };
}

async function titlesOf({ db }: Deps, ids: Set<string>): Promise<Map<string, string>> {
  if (ids.size === 0) return new Map();
  const rows = await db
    .selectFrom('event_types')
    .select(['id', 'title'])
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map(({ id, title }) => [id, title]));
}

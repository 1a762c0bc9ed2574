import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { MeetingRow } from '../meetings/meeting.ts';
import { Problem } from '../problem.ts';
import type { BookingRow, BookingWithMeeting } from './booking.ts';

type Shown = BookingWithMeeting & { operators: { id: string; name: string }[] };
type Found = { booking: AsJson<BookingRow>; meeting: AsJson<MeetingRow> | null; operators: Shown['operators'] | null };

/**
 * A booking with all that an answer shows of it, by one statement, which is the most of what reading one costs. Throws
 * `not_found`, also for another workspace's.
 */
export async function getShownBooking(
  { db }: { db: Kysely<Database> },
  workspaceId: string,
  id: string,
): Promise<Shown> {
  const { rows } = await sql<Found>`
    select to_json(b) as booking, to_json(m) as meeting, (
      select json_agg(json_build_object('id', o.id, 'name', o.name) order by o.id <> b.host_id, o.name)
      from members o
      where o.workspace_id = b.workspace_id
        and (o.id = b.host_id or o.id in (select host_id from reservations where booking_id = b.id))
    ) as operators
    from bookings b left join meetings m on m.id = b.meeting_id
    where b.id = ${id} and b.workspace_id = ${workspaceId}
  `.execute(db);
  const [found] = rows;
  if (!found) throw new Problem('not_found');
  return {
    booking: revived(found.booking, ofBooking),
    meeting: found.meeting ? revived(found.meeting, ofMeeting) : undefined,
    operators: found.operators ?? [],
  };
}

type InstantOf<Row> = { [Name in keyof Row]: Date extends Row[Name] ? Name : never }[keyof Row];
/** A row as JSON: its instants are texts. */
type AsJson<Row> = { [Name in keyof Row]: Date extends Row[Name] ? string | null : Row[Name] };

const ofBooking: Record<InstantOf<BookingRow>, true> = {
  starts_at: true,
  ends_at: true,
  decided_at: true,
  cancelled_at: true,
  held_at: true,
  updated_at: true,
  created_at: true,
};

const ofMeeting: Record<InstantOf<MeetingRow>, true> = {
  starts_at: true,
  ends_at: true,
  create_started_at: true,
  retry_at: true,
  revised_at: true,
  synced_at: true,
  options_retry_at: true,
  options_applied_at: true,
  updated_at: true,
  created_at: true,
};

function revived<Row>(json: AsJson<Row>, instants: Record<InstantOf<Row>, true>): Row {
  const row: Record<string, unknown> = json;
  for (const name in instants) if (typeof row[name] === 'string') row[name] = new Date(row[name]);
  return row as Row; // every instant is a date again, and nothing else differs
}

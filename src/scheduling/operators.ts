import { sql, type Kysely } from 'kysely';
import type { ConnectionRow } from '../connections/connection.ts';
import { canHoldMeetings } from '../connections/service.ts';
import type { Database, HolidayRegion } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import { defaultSchedule, type WeeklySchedule } from './event-type.ts';
import type { EventTypeRow } from './event-types.ts';
import type { OwnSchedule } from './operator-hours.ts';

type Read = { db: Kysely<Database> };

const connectionColumns = [
  'id',
  'status',
  'tenant_id',
  'object_id',
  'account_email',
  'account_name',
  'granted_scopes',
  'token_version',
] as const;
type ConnectionPart = Pick<ConnectionRow, (typeof connectionColumns)[number]>;

/** Somebody who takes the bookings of an event type, with the account that they connected themselves. */
export type OperatorOfEventType = {
  memberId: string;
  memberName: string;
  memberEmail: string;
  /** Whether any event type of theirs keeps time free around its bookings. */
  spaced: boolean;
  /** When they work, as far as this look could tell. */
  schedule: OwnSchedule;
  /** `canMeet`: it can hold meetings of the event type’s kind now. */
  connection: (ConnectionPart & { canMeet: boolean }) | undefined;
};

/** An event type and its operators in their order, in one look. Throws `not_found`. */
export async function readEventTypeWithOperators(
  { db }: Read,
  workspaceId: string,
  id: string,
): Promise<{ eventType: EventTypeRow; operators: OperatorOfEventType[] }> {
  const { rows } = await sql<EventTypeRow & Row>`
    select event_types.*, ${operatorColumns} ${withOperators}
    where event_types.id = ${id} and event_types.workspace_id = ${workspaceId} order by position
  `.execute(db);
  const [eventType] = rows;
  if (!eventType) throw new Problem('not_found');
  return { eventType, operators: rows.flatMap((row) => operatorOf(row, eventType)) };
}

/** The operators of an event type in their order. */
export async function readOperators({ db }: Read, eventTypeId: string): Promise<OperatorOfEventType[]> {
  const { rows } = await sql<Row & Pick<EventTypeRow, 'meeting_kind'>>`
    select event_types.meeting_kind, ${operatorColumns} ${withOperators}
    where event_types.id = ${eventTypeId} order by position
  `.execute(db);
  return rows.flatMap((row) => operatorOf(row, row));
}

// Written out: every visitor waits for it, and to build it from parts takes longer than PostgreSQL needs to answer.
const operatorColumns = sql.raw(`
  members.id as member_id, members.name as member_name, members.email as member_email, members.time_zone as member_zone,
  schedules.time_zone as own_zone, schedules.weekly as own_weekly, schedules.holidays as own_holidays,
  exists (select from time_off where time_off.member_id = members.id) as has_time_off,
  exists (
    select from event_type_operators theirs join event_types spaced on spaced.id = theirs.event_type_id
    where theirs.member_id = members.id and (spaced.buffer_before_minutes > 0 or spaced.buffer_after_minutes > 0)
  ) as spaced,
  ${connectionColumns.map((column) => `connections.${column} as "connection.${column}"`).join(', ')}`);
const withOperators = sql.raw(`
  from event_types
  left join event_type_operators on event_type_operators.event_type_id = event_types.id
  left join members on members.id = event_type_operators.member_id
  left join schedules on schedules.member_id = members.id
  left join connections on connections.member_id = members.id and connections.provider = 'teams'`);

type Row = {
  member_id: string | null;
  member_name: string | null;
  member_email: string | null;
  member_zone: string | null;
  own_zone: string | null;
  own_weekly: WeeklySchedule | null;
  own_holidays: HolidayRegion | null;
  has_time_off: unknown;
  spaced: unknown;
};

function operatorOf(row: Row, { meeting_kind: kind }: Pick<EventTypeRow, 'meeting_kind'>): OperatorOfEventType[] {
  const { member_id: memberId, member_name: memberName, member_email: memberEmail } = row;
  if (memberId === null || memberName === null || memberEmail === null) return [];
  const connection = connectionOf(row);
  return [
    {
      memberId,
      memberName,
      memberEmail,
      spaced: row.spaced === true,
      schedule: {
        timeZone: row.own_zone ?? row.member_zone ?? 'UTC',
        weekly: row.own_weekly ?? defaultSchedule,
        holidays: row.own_holidays,
        hasTimeOff: row.has_time_off === true,
      },
      connection: connection && { ...connection, canMeet: canHoldMeetings(connection, kind) },
    },
  ];
}

function connectionOf(row: Record<string, unknown>): ConnectionPart | undefined {
  if (row['connection.id'] === null) return undefined;
  return Object.fromEntries(connectionColumns.map((column) => [column, row[`connection.${column}`]])) as ConnectionPart;
}

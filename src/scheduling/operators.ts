import type { Kysely } from 'kysely';
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
  const rows = await withConnections({ db })
    .selectAll('event_types')
    .where('event_types.id', '=', id)
    .where('event_types.workspace_id', '=', workspaceId)
    .execute();
  const [eventType] = rows;
  if (!eventType) throw new Problem('not_found');
  return { eventType, operators: rows.flatMap((row) => operatorOf(row, eventType)) };
}

/** The operators of an event type in their order. */
export async function readOperators({ db }: Read, eventTypeId: string): Promise<OperatorOfEventType[]> {
  const rows = await withConnections({ db })
    .select('event_types.meeting_kind')
    .where('event_types.id', '=', eventTypeId)
    .execute();
  return rows.flatMap((row) => operatorOf(row, row));
}

function withConnections({ db }: Read) {
  return db
    .selectFrom('event_types')
    .leftJoin('event_type_operators', 'event_type_operators.event_type_id', 'event_types.id')
    .leftJoin('members', 'members.id', 'event_type_operators.member_id')
    .leftJoin('connections', (join) =>
      join.onRef('connections.member_id', '=', 'members.id').on('connections.provider', '=', 'teams'),
    )
    .leftJoin('schedules', 'schedules.member_id', 'members.id')
    .select(['members.id as member_id', 'members.name as member_name', 'members.email as member_email'])
    .select(['members.time_zone as member_zone', 'schedules.time_zone as own_zone'])
    .select(['schedules.weekly as own_weekly', 'schedules.holidays as own_holidays'])
    .select(connectionColumns.map((column) => `connections.${column} as connection.${column}` as const))
    .select((where) =>
      where
        .exists(
          where
            .selectFrom('event_type_operators as theirs')
            .innerJoin('event_types as spaced_types', 'spaced_types.id', 'theirs.event_type_id')
            .select('theirs.event_type_id')
            .whereRef('theirs.member_id', '=', 'members.id')
            .where((each) => each.or([each('buffer_before_minutes', '>', 0), each('buffer_after_minutes', '>', 0)])),
        )
        .as('spaced'),
    )
    .select((where) =>
      where
        .exists(where.selectFrom('time_off').select('time_off.id').whereRef('time_off.member_id', '=', 'members.id'))
        .as('has_time_off'),
    )
    .orderBy('event_type_operators.position');
}

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

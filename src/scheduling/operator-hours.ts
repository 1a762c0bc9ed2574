import type { Kysely } from 'kysely';
import type { Database, HolidayRegion } from '../database/schema.ts';
import type { OpeningHours } from './availability.ts';
import type { BusyTime } from './busy-times.ts';
import { asTimes, closedDays, daysOff, withoutDays, type DayAway, type DaySpan } from './days-away.ts';
import { defaultSchedule, type WeeklySchedule } from './event-type.ts';
import type { EventTypeRow } from './event-types.ts';
import { holidaysOf } from './holidays.ts';

type Read = { db: Kysely<Database> };

/** When an operator takes bookings of an event type. */
export type OperatorHours = OpeningHours & {
  /** Days on which they do not, in their own zone; those that the schedule does not close already are in `awayTimes`. */
  away: DayAway[];
  awayZone: string;
  awayTimes: BusyTime[];
};

/** When an operator works, whatever they take bookings of. */
export type OwnSchedule = {
  timeZone: string;
  weekly: WeeklySchedule;
  holidays: HolidayRegion | null;
  /** Whether they have ever noted days off. */
  hasTimeOff: boolean;
};

/** Somebody whose hours are asked for; a schedule that is known spares a look. */
type Asked = { memberId: string; schedule?: OwnSchedule | undefined };

/**
 * The hours of operators for an event type: its own, or each operator’s. Time off and public holidays are theirs in both
 * cases. Exact for times that begin or end within the instants asked for.
 */
export async function readOperatorHours(
  { db }: Read,
  { schedule, time_zone }: Pick<EventTypeRow, 'schedule' | 'time_zone'>,
  operators: readonly Asked[],
  { from, to }: { from: Date; to: Date },
): Promise<Map<string, OperatorHours>> {
  // No zone is more than a day away from UTC.
  const within = { first: dateOf(from, -2), last: dateOf(to, 2) };
  const found = new Map<string, OperatorHours>();
  for (const { memberId, timeZone: zone, weekly, holidays, off } of await schedulesOf({ db }, operators, within)) {
    const hours = schedule ? { timeZone: time_zone, schedule } : { timeZone: zone, schedule: weekly };
    const away = [...off, ...(holidays ? await daysOfHolidays(holidays, within) : [])];
    found.set(memberId, closedOn(hours, { away, zone }));
  }
  return found;
}

type KnownSchedule = Omit<OwnSchedule, 'hasTimeOff'> & { memberId: string; off: DayAway[] };

async function schedulesOf({ db }: Read, operators: readonly Asked[], within: DaySpan): Promise<KnownSchedule[]> {
  const known: KnownSchedule[] = [];
  const unknown: string[] = [];
  for (const { memberId, schedule } of operators) {
    if (schedule && !schedule.hasTimeOff) known.push({ ...schedule, memberId, off: [] });
    else unknown.push(memberId);
  }
  return unknown.length === 0 ? known : [...known, ...(await readSchedules({ db }, unknown, within))];
}

function closedOn(hours: OpeningHours, { away, zone }: { away: DayAway[]; zone: string }): OperatorHours {
  const closed = closedDays(hours.schedule, away);
  const sameDays = hours.timeZone === zone;
  return {
    timeZone: hours.timeZone,
    schedule: sameDays ? withoutDays(hours.schedule, closed) : hours.schedule,
    away: closed,
    awayZone: zone,
    awayTimes: sameDays ? [] : asTimes(closed, zone),
  };
}

/** The schedules of members with their days off, in one look: a visitor waits for it. */
async function readSchedules({ db }: Read, memberIds: readonly string[], within: DaySpan): Promise<KnownSchedule[]> {
  const rows = await db
    .selectFrom('members')
    .leftJoin('schedules', 'schedules.member_id', 'members.id')
    .leftJoin('time_off', (join) =>
      join
        .onRef('time_off.member_id', '=', 'members.id')
        .on('first_day', '<=', within.last)
        .on('last_day', '>=', within.first),
    )
    .select(['members.id', 'members.time_zone', 'schedules.time_zone as own_zone', 'weekly', 'holidays'])
    .select(['first_day', 'last_day', 'note'])
    .where('members.id', 'in', memberIds)
    .execute();
  return [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((ofMember) => {
    const [row] = ofMember;
    if (!row) return [];
    return {
      memberId: row.id,
      timeZone: row.own_zone ?? row.time_zone,
      weekly: row.weekly ?? defaultSchedule,
      holidays: row.holidays,
      off: ofMember.flatMap(({ first_day, last_day, note }) =>
        first_day === null || last_day === null ? [] : daysOff({ first_day, last_day, note: note ?? '' }, within),
      ),
    };
  });
}

async function daysOfHolidays(region: HolidayRegion, { first, last }: DaySpan): Promise<DayAway[]> {
  const days: DayAway[] = [];
  for (let year = Number(first.slice(0, 4)); year <= Number(last.slice(0, 4)); year++) {
    for (const { date, name } of await holidaysOf(region, year)) {
      if (date >= first && date <= last) days.push({ date, name, reason: 'holiday' });
    }
  }
  return days;
}

function dateOf(instant: Date, days: number): string {
  return new Date(instant.getTime() + days * 24 * 60 * 60_000).toISOString().slice(0, 10);
}

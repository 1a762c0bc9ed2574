import type { Kysely, Selectable } from 'kysely';
import { mayDo, principalScope, type Principal } from '../access/principal.ts';
import { getMember } from '../access/service.ts';
import type { Database, HolidayRegion, TimeOff } from '../database/schema.ts';
import { newId } from '../id.ts';
import { Problem } from '../problem.ts';
import { defaultSchedule, type WeeklySchedule } from './event-type.ts';
import { isHolidayRegion } from './holidays.ts';

type Read = { db: Kysely<Database> };
type Write = Read & { now: () => Date };

/** When a member works: what event types without hours of their own go by. */
export type MemberSchedule = { timeZone: string; weekly: WeeklySchedule; holidays: HolidayRegion | null };
export type TimeOffRow = Selectable<TimeOff>;

const mostTimeOff = 500;

/** A member’s schedule; before they have one, Monday to Friday, nine to five, in their zone. Throws `not_found`. */
export async function getSchedule({ db }: Read, workspaceId: string, memberId: string): Promise<MemberSchedule> {
  const member = await getMember({ db }, workspaceId, memberId);
  const row = await db.selectFrom('schedules').selectAll().where('member_id', '=', memberId).executeTakeFirst();
  if (!row) return { timeZone: member.time_zone, weekly: defaultSchedule, holidays: null };
  return { timeZone: row.time_zone, weekly: row.weekly, holidays: row.holidays };
}

/** Replaces a member’s schedule. Bookings that exist keep their time. Throws `forbidden`, `not_found`, `invalid_request`. */
export async function putSchedule(
  { db, now }: Write,
  principal: Principal,
  memberId: string,
  { timeZone, weekly, holidays }: MemberSchedule,
): Promise<MemberSchedule> {
  await getMember({ db }, principal.workspaceId, memberId);
  requireOwn(principal, memberId);
  if (holidays) await requireRegion(holidays, '/holidays');
  const columns = {
    time_zone: timeZone,
    weekly: JSON.stringify(weekly),
    holidays: holidays && JSON.stringify(holidays),
    updated_at: now(),
  };
  await db
    .insertInto('schedules')
    .values({ member_id: memberId, workspace_id: principal.workspaceId, ...columns })
    .onConflict((conflict) => conflict.column('member_id').doUpdateSet(columns))
    .execute();
  return { timeZone, weekly, holidays };
}

/** The days off of a member, in order; those that are over are left out after a year. Throws `not_found`. */
export async function listTimeOff({ db, now }: Write, workspaceId: string, memberId: string): Promise<TimeOffRow[]> {
  await getMember({ db }, workspaceId, memberId);
  const yearAgo = new Date(now().getTime() - 366 * 24 * 60 * 60_000).toISOString().slice(0, 10);
  return db
    .selectFrom('time_off')
    .selectAll()
    .where('member_id', '=', memberId)
    .where('last_day', '>=', yearAgo)
    .orderBy('first_day')
    .orderBy('id')
    .execute();
}

/** Adds days off. Bookings that exist on them stay. Throws `forbidden`, `not_found`, `invalid_request`. */
export async function addTimeOff(
  { db, now }: Write,
  principal: Principal,
  memberId: string,
  { firstDay, lastDay, note }: { firstDay: string; lastDay: string; note: string },
): Promise<TimeOffRow> {
  await getMember({ db }, principal.workspaceId, memberId);
  requireOwn(principal, memberId);
  const { count } = await db
    .selectFrom('time_off')
    .select((query) => query.fn.countAll<string>().as('count'))
    .where('member_id', '=', memberId)
    .executeTakeFirstOrThrow();
  if (Number(count) >= mostTimeOff) {
    const detail = `There are ${mostTimeOff} entries already: remove those that are over.`;
    throw new Problem('invalid_request', { detail, errors: [{ pointer: '/firstDay', detail }] });
  }
  return db
    .insertInto('time_off')
    .values({
      id: newId('off'),
      workspace_id: principal.workspaceId,
      member_id: memberId,
      first_day: firstDay,
      last_day: lastDay,
      note,
      created_at: now(),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Takes days off back. Throws `not_found`, `forbidden`. */
export async function removeTimeOff({ db }: Read, principal: Principal, id: string): Promise<void> {
  const row = await db
    .selectFrom('time_off')
    .select(['id', 'member_id'])
    .where('id', '=', id)
    .where('workspace_id', '=', principal.workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
  requireOwn(principal, row.member_id);
  await db.deleteFrom('time_off').where('id', '=', row.id).execute();
}

/** Throws `invalid_request` for a country or region without holidays. */
export async function requireRegion(region: HolidayRegion, below: string): Promise<void> {
  if (await isHolidayRegion(region)) return;
  const isCountry = await isHolidayRegion({ country: region.country });
  const fault = isCountry
    ? { pointer: `${below}/region`, detail: 'The holidays of this region are not known.' }
    : { pointer: `${below}/country`, detail: 'The holidays of this country are not known.' };
  throw new Problem('invalid_request', { errors: [fault] });
}

/** Operators see to their own hours; administrators to everybody’s. */
function requireOwn(principal: Principal, memberId: string): void {
  const own = principalScope(principal) === memberId && mayDo(principal, 'book', 'schedules:write');
  if (own || mayDo(principal, 'manage', 'schedules:write')) return;
  throw new Problem('forbidden', { detail: 'Only an administrator changes the hours of somebody else.' });
}

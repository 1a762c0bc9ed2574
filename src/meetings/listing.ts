import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import { containing, paged, type Page } from '../database/page.ts';
import type { Database } from '../database/schema.ts';
import type { Mailbox } from '../organizers/mailbox.ts';
import type { MeetingRow } from './meeting.ts';

type Read = { db: Kysely<Database> };

export type MeetingFilter = {
  externalId?: string | undefined;
  status?: MeetingRow['status'] | undefined;
  /** Only meetings that belong to a booking, or only those that do not. */
  booked?: boolean | undefined;
  /** Only meetings whose notes have this among them. */
  note?: { key: string; value: string } | undefined;
  /** Only meetings in the calendar of one mailbox, as it is reached on this authority. */
  calendarOf?: Pick<Mailbox, 'tenantId' | 'organizerId' | 'access'> | undefined;
  /** Only meetings that are wanted, or only those that are not. */
  wanted?: MeetingRow['wanted'] | undefined;
  /** A part of the subject. */
  subject?: string | undefined;
  icalUid?: string | undefined;
  endsAfter?: Date | undefined;
  endsBy?: Date | undefined;
};
export type MeetingPage = Page & MeetingFilter & { offset?: number | undefined };

/** One page of meetings by their start; one row more than `limit` tells of a next page. */
export async function listMeetings(
  { db }: Read,
  workspaceId: string,
  { offset = 0, ...page }: MeetingPage,
): Promise<MeetingRow[]> {
  return paged(db.selectFrom('meetings').selectAll(), page)
    .where('workspace_id', '=', workspaceId)
    .where((where) => where.and(conditions(page)))
    .offset(offset)
    .execute();
}

/** How many meetings a list has. */
export async function countMeetings(
  { db }: Read,
  workspaceId: string,
  { from, to, ...filter }: MeetingFilter & Pick<Page, 'from' | 'to'>,
): Promise<number> {
  let query = db
    .selectFrom('meetings')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('workspace_id', '=', workspaceId)
    .where((where) => where.and(conditions(filter)));
  if (from) query = query.where('starts_at', '>=', from);
  if (to) query = query.where('starts_at', '<', to);
  return Number((await query.executeTakeFirstOrThrow()).count);
}

function conditions(filter: MeetingFilter) {
  const { externalId, status, booked, note, calendarOf, wanted, subject, icalUid, endsAfter, endsBy } = filter;
  const all: RawBuilder<SqlBool>[] = [];
  if (externalId !== undefined) all.push(sql`external_id = ${externalId}`);
  if (status) all.push(sql`status = ${status}`);
  if (note)
    // The second as the index has it.
    all.push(sql`metadata @> ${JSON.stringify({ [note.key]: note.value })}::jsonb`, sql`metadata <> '{}'`);
  if (booked !== undefined) all.push(booked ? sql`booking_id is not null` : sql`booking_id is null`);
  if (calendarOf) {
    const { tenantId, organizerId, access } = calendarOf;
    all.push(sql`tenant_id = ${tenantId}`, sql`organizer_id = ${organizerId}`, sql`access = ${access}`);
    all.push(sql`kind <> 'standalone'`);
  }
  if (wanted) all.push(sql`wanted = ${wanted}`);
  if (subject !== undefined) all.push(sql`subject ilike ${containing(subject)}`);
  if (icalUid !== undefined) all.push(sql`ical_uid = ${icalUid}`);
  if (endsAfter) all.push(sql`ends_at > ${endsAfter}`);
  if (endsBy) all.push(sql`ends_at <= ${endsBy}`);
  return all;
}

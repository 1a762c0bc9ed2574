import { sql } from 'kysely';
import { queueEmail } from '../email/service.ts';
import { readAboutBooking } from './about-booking.ts';
import type { Planned } from './notice.ts';
import type { NoticeDeps } from './service.ts';
import { writeLetter } from './write-letter.ts';

type Due = { id: string; workspace_id: string; minutes: number };

/**
 * Writes the reminders that are due: for each booking the latest of its event type's that has come, once. Those whose
 * moment had passed before the time was chosen are left out: whoever books an hour before needs no word of a day before.
 */
export async function sweepReminders(deps: NoticeDeps, limit = 500): Promise<void> {
  if (!deps.sendMail) return;
  for (const { id, workspace_id, minutes } of await findDue(deps, limit)) {
    await deps.dataKeys(workspace_id);
    await deps.db.transaction().execute((trx) => remind({ ...deps, db: trx }, id, minutes));
  }
}

async function findDue({ db, now }: NoticeDeps, limit: number): Promise<Due[]> {
  const { rows } = await sql<Due>`
    select b.id, b.workspace_id, r.minutes
    from bookings b
    join event_types t on t.id = b.event_type_id
    cross join lateral (
      select min(value::int) as minutes from jsonb_array_elements_text(t.reminders)
      where b.starts_at - value::int * interval '1 minute' <= ${now()}
    ) r
    where t.reminders <> '[]'::jsonb and b.status = 'confirmed' and b.ends_at > ${now()} and b.starts_at > ${now()} and r.minutes is not null
      and not exists (
        select from outbox_events e where e.booking_id = b.id
          and e.type in ('booking.confirmed', 'booking.approved', 'booking.rescheduled')
          and e.created_at > b.starts_at - r.minutes * interval '1 minute'
      )
      and not exists (
        select from emails m where m.booking_id = b.id and m.template = 'reminder'
          and m.starts_at = b.starts_at and m.created_at >= b.starts_at - r.minutes * interval '1 minute'
      )
    order by b.starts_at, b.id limit ${limit}
  `.execute(db);
  return rows;
}

async function remind(deps: NoticeDeps, bookingId: string, minutes: number): Promise<void> {
  const about = await readAboutBooking(deps.db, bookingId);
  if (about?.booking.status !== 'confirmed') return;
  const key = `reminder:${bookingId}:${about.booking.starts_at.toISOString()}:${minutes}`;
  for (const reader of [about.visitor, ...about.companions]) {
    if (await hasRefused(deps, about.booking.workspace_id, reader.email)) continue;
    const planned: Planned = { reader, template: 'reminder', calendar: undefined };
    await queueEmail(deps, { ...(await writeLetter(deps, about, planned)), about: key });
  }
}

async function hasRefused({ db }: NoticeDeps, workspaceId: string, email: string): Promise<boolean> {
  const row = await db
    .selectFrom('reminder_refusals')
    .select('email')
    .where('workspace_id', '=', workspaceId)
    .where('email', '=', email.toLowerCase())
    .executeTakeFirst();
  return row !== undefined;
}

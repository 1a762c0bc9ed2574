import { isShared } from '../artifacts/sharing.ts';
import { queueEmail } from '../email/service.ts';
import { readAboutBooking } from './about-booking.ts';
import type { Line, Planned } from './notice.ts';
import type { NoticeDeps } from './service.ts';
import { writeLetter } from './write-letter.ts';

/** What was recorded longer ago is no news: a backlog that is worked off writes to nobody. */
const mostAgeMs = 7 * 24 * 60 * 60_000;

/**
 * Something was recorded: the visitor of each booking is told once, with the first of it that the portal shows them.
 * Part of the caller's transaction.
 */
export async function tellOfRecording(deps: NoticeDeps, { data }: Line): Promise<void> {
  for (const bookingId of await bookingsShownIt(deps, String(data['artifactId']))) {
    const about = await readAboutBooking(deps.db, bookingId);
    if (!about) continue;
    const planned: Planned = { reader: about.visitor, template: 'recording_ready', calendar: undefined };
    await queueEmail(deps, { ...(await writeLetter(deps, about, planned)), about: `recording:${bookingId}` });
  }
}

async function bookingsShownIt({ db, now }: NoticeDeps, artifactId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('artifacts')
    .innerJoin('bookings', 'bookings.meeting_id', 'artifacts.meeting_id')
    .select('bookings.id')
    .where('artifacts.id', '=', artifactId)
    .where('artifacts.starts_at', '>', new Date(now().getTime() - mostAgeMs))
    .where(isShared())
    .orderBy('bookings.id')
    .execute();
  return rows.map(({ id }) => id);
}

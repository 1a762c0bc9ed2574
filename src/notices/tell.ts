import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { ProblemCode } from '../problem.ts';
import { queueEmail, queueReconnectNeeded, rewriteWaiting, type BookingTemplate } from '../email/service.ts';
import { readAboutBooking, type AboutBooking } from './about-booking.ts';
import { decidingTypes, linkPatienceMs, type Line, type Planned } from './notice.ts';
import { planLetters, withSenderOfRecord, type Told } from './plan.ts';
import type { NoticeDeps } from './service.ts';
import { writeLetter } from './write-letter.ts';

/**
 * Writes the letters about what happened to a booking; part of the caller's transaction. They say how it is now, so that
 * of several changes the last one alone is told.
 */
export async function tellOfBooking(deps: NoticeDeps, line: Line): Promise<void> {
  if (line.booking_id === null || (await isSuperseded(deps.db, line))) return;
  const found = await readAboutBooking(deps.db, line.booking_id);
  if (!found || isOver(deps, found, line)) return;
  const told = await readTold(deps, found);
  const about = withSenderOfRecord(found, told);
  const planned = planLetters(line, about, told);
  for (const one of planned) {
    const letter = await writeLetter(deps, about, one);
    const notBefore = letter.linkFollows ? new Date(line.created_at.getTime() + linkPatienceMs) : undefined;
    await queueEmail(deps, { ...letter, about: `booking:${about.booking.id}:${line.id}`, notBefore });
  }
}

/** Of a time that is over, only that it does not take place is told: that may still free somebody who waits. */
function isOver({ now }: NoticeDeps, { booking }: AboutBooking, { type }: Line): boolean {
  return booking.ends_at <= now() && type !== 'booking.cancelled' && type !== 'booking.declined';
}

async function isSuperseded(db: Kysely<Database>, { id, booking_id, type }: Line): Promise<boolean> {
  if (type === 'booking.changed') return false;
  const later = await db
    .selectFrom('outbox_events')
    .select('id')
    .where('booking_id', '=', booking_id)
    .where('id', '>', `${id}`)
    .where('type', 'in', decidingTypes)
    .limit(1)
    .executeTakeFirst();
  return later !== undefined;
}

async function readTold({ db, now }: NoticeDeps, { booking }: AboutBooking): Promise<Told> {
  const letters = await db
    .selectFrom('emails')
    .distinctOn('recipient')
    .select(['recipient', 'calendar_method'])
    .where('booking_id', '=', booking.id)
    .where('calendar_method', 'in', ['REQUEST', 'CANCEL'])
    // What is due may be on its way.
    .where((where) =>
      where.or([
        where('status', '=', 'sent'),
        where.and([where('status', '=', 'queued'), where('retry_at', '<=', now())]),
      ]),
    )
    .orderBy('recipient')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const confirmed = await db
    .selectFrom('outbox_events')
    .select('id')
    .where('booking_id', '=', booking.id)
    .where('type', 'in', ['booking.confirmed', 'booking.approved'])
    .limit(1)
    .executeTakeFirst();
  return {
    invited: new Set(
      letters.filter(({ calendar_method }) => calendar_method === 'REQUEST').map(({ recipient }) => recipient),
    ),
    wasConfirmed: confirmed !== undefined,
  };
}

/**
 * The link to a meeting is there, or is another one: letters that wait for it are written anew, and whoever was told that
 * it would follow gets it. Part of the caller's transaction.
 */
export async function tellOfLink(deps: NoticeDeps, line: Line): Promise<void> {
  const bookings = await deps.db
    .selectFrom('bookings')
    .select('id')
    .where('meeting_id', '=', line.meeting_id)
    .where('status', '=', 'confirmed')
    .where('ends_at', '>', deps.now())
    .orderBy('id')
    .execute();
  const wasLate = line.type === 'meeting.conference_assigned' && (await didFail(deps.db, line));
  for (const { id } of bookings) {
    const found = await readAboutBooking(deps.db, id);
    if (!found?.meeting?.join_url) continue;
    const about = withSenderOfRecord(found, await readTold(deps, found));
    const waiting = await rewriteLetters(deps, about);
    const isNew = line.type === 'meeting.join_url_changed';
    for (const planned of linkLetters(about, { waiting, toAll: isNew && about.inviter === 'parley', wasLate })) {
      const letter = await writeLetter(deps, about, planned);
      await queueEmail(deps, { ...letter, about: `link:${id}:${line.id}` });
    }
  }
}

/** Addresses of those who were told that the link follows, and cannot be told otherwise any more. */
async function rewriteLetters(deps: NoticeDeps, about: AboutBooking): Promise<Set<string>> {
  const rows = await deps.db
    .selectFrom('emails')
    .select(['id', 'recipient', 'template', 'calendar_method', 'status'])
    .where('booking_id', '=', about.booking.id)
    .where('link_follows', '=', true)
    .where('status', 'in', ['queued', 'sent'])
    .orderBy('id')
    .execute();
  const told = new Set<string>();
  for (const row of rows) {
    const reader = readersOf(about).find(({ email }) => email.toLowerCase() === row.recipient);
    if (!reader) continue;
    const template = row.template as BookingTemplate; // of a letter about a booking
    const calendar = row.calendar_method ?? undefined;
    const letter = await writeLetter(deps, about, { reader, template, calendar });
    if (row.status === 'sent' || !(await rewriteWaiting(deps, row.id, letter))) told.add(row.recipient);
  }
  return told;
}

type LinkNews = {
  waiting: ReadonlySet<string>;
  /** The link is another one than before. */
  toAll: boolean;
  /** Outlook's invitation went out without a link. */
  wasLate: boolean;
};

function linkLetters(about: AboutBooking, { waiting, toAll, wasLate }: LinkNews): Planned[] {
  const { visitor, inviter } = about;
  return readersOf(about)
    .filter((reader) => {
      if (waiting.has(reader.email.toLowerCase())) return true;
      if (toAll) return reader.role !== 'operator';
      return wasLate && inviter === 'outlook' && reader === visitor;
    })
    .map((reader) => ({ reader, template: 'link_ready', calendar: calendarFor(about, reader) }));
}

function calendarFor({ inviter, meeting }: AboutBooking, { role }: Planned['reader']): Planned['calendar'] {
  if (role === 'operator') return meeting?.kind === 'calendar' ? undefined : 'PUBLISH';
  return inviter === 'parley' ? 'REQUEST' : undefined;
}

function readersOf({ visitor, companions, operators }: AboutBooking) {
  return [visitor, ...companions, ...operators];
}

async function didFail(db: Kysely<Database>, { meeting_id }: Line): Promise<boolean> {
  const line = await db
    .selectFrom('outbox_events')
    .select('id')
    .where('meeting_id', '=', meeting_id)
    .where('type', '=', 'meeting.conference_failing')
    .limit(1)
    .executeTakeFirst();
  return line !== undefined;
}

/**
 * An account has to be connected again: its member and the administrators are told, if it still has to be. Not where they
 * asked for that themselves: then its member has been written to.
 */
export async function tellOfConnection(deps: NoticeDeps, line: Line): Promise<void> {
  if (line.data['code'] === ('reauthentication_asked' satisfies ProblemCode)) return;
  const connection = await deps.db
    .selectFrom('connections')
    .innerJoin('members', 'members.id', 'connections.member_id')
    .select(['connections.id', 'connections.status', 'connections.account_email'])
    .select(['members.id as member_id', 'members.name', 'members.email'])
    .where('connections.id', '=', line.connection_id)
    .executeTakeFirst();
  if (connection?.status !== 'reconnect_needed') return;
  await queueReconnectNeeded(deps, {
    workspaceId: line.workspace_id,
    about: `connection:${connection.id}:${line.id}`,
    memberId: connection.member_id,
    memberName: connection.name,
    account: connection.account_email ?? connection.email,
  });
}

import { sql } from 'kysely';
import type { OutlookChange, SyncedMeeting } from '../database/schema.ts';
import { snapshot, type MeetingRow } from './meeting.ts';
import { enqueueSync, nextRevision, noEvent, noOptionsYet, recordEvent, type MeetingDeps } from './service.ts';

/** What the organizer's calendar shows of a meeting. */
export type ShownMeeting = {
  subject: string;
  start: Date;
  end: Date;
  isCancelled: boolean;
  /** What somebody made of it that no meeting of ours is. */
  became: 'all_day' | 'series' | undefined;
};

const minuteMs = 60_000;

/**
 * What somebody changed in Outlook, of a meeting of which nothing is on its way to Microsoft: what differs from what is
 * wanted. `shown` is left out where the event is not there any more; `undefined`: Outlook shows what is wanted.
 */
export function changeFound(row: MeetingRow, shown: ShownMeeting | undefined, now: Date): OutlookChange | undefined {
  const seenAt = now.toISOString();
  if (!shown) return { kind: 'deleted', seenAt };
  if (shown.isCancelled) return { kind: 'cancelled', seenAt };
  const moved = isFarFrom(row.starts_at, shown.start) || isFarFrom(row.ends_at, shown.end);
  const renamed = plain(row.subject) !== plain(shown.subject);
  if (!moved && !renamed) return undefined;
  return {
    kind: 'changed',
    seenAt,
    ...(renamed && { subject: shown.subject }),
    ...(moved && { start: shown.start.toISOString(), end: shown.end.toISOString() }),
    ...(moved && shown.became && { became: shown.became }),
  };
}

/** Outlook knows whole minutes; Parley sends whole seconds. */
function isFarFrom(wanted: Date, shown: Date): boolean {
  return Math.abs(wanted.getTime() - shown.getTime()) >= minuteMs;
}

/** What Exchange does to spaces and accents of a subject is nobody's change. */
function plain(subject: string): string {
  return subject.normalize().replaceAll(/\s+/g, ' ').trim();
}

/** The same was found before. */
export function isSameChange(one: OutlookChange | null, other: OutlookChange): boolean {
  const text = (change: OutlookChange) => {
    const { kind, subject, start, end } = { subject: '', start: '', end: '', ...change };
    return JSON.stringify([kind, subject, start, end]);
  };
  return one !== null && text(one) === text(other);
}

/**
 * Writes what was found, for a person to decide. Of this and the others below: in the caller's transaction, and false when
 * the row is not as it was read any more.
 */
export async function markOutOfSync(deps: MeetingDeps, row: MeetingRow, change: OutlookChange): Promise<boolean> {
  const stored = await asRead(deps, row)
    .set({ status: 'out_of_sync', outlook_change: JSON.stringify(change), updated_at: deps.now() })
    .returningAll()
    .executeTakeFirst();
  if (!stored) return false;
  const { kind, seenAt: _, ...what } = change;
  await recordEvent(deps, stored, 'meeting.out_of_sync', { change: kind, ...what });
  return true;
}

/** Somebody has undone in Outlook what was found there. */
export async function markInSync(deps: MeetingDeps, row: MeetingRow): Promise<boolean> {
  const stored = await asRead(deps, row)
    .set({ status: 'ready', outlook_change: null, updated_at: deps.now() })
    .returningAll()
    .executeTakeFirst();
  if (stored) await recordEvent(deps, stored, 'meeting.synced');
  return stored !== undefined;
}

/** Wants what Outlook shows already: nothing has to be sent. */
export async function takeOver(
  deps: MeetingDeps,
  row: MeetingRow,
  change: Extract<OutlookChange, { kind: 'changed' }>,
  by: string,
): Promise<boolean> {
  const wanted = {
    subject: change.subject ?? row.subject,
    starts_at: change.start ? new Date(change.start) : row.starts_at,
    ends_at: change.end ? new Date(change.end) : row.ends_at,
  };
  const stored = await asRead(deps, row)
    .set({
      ...nextRevision(deps),
      ...wanted,
      synced_revision: row.revision + 1,
      ready_revision: row.revision + 1,
      synced: JSON.stringify(snapshot({ ...row, ...wanted })),
      synced_at: deps.now(),
    })
    .returningAll()
    .executeTakeFirst();
  if (stored) await recordEvent(deps, stored, 'meeting.changed', { by });
  return stored !== undefined;
}

/** Sends what is wanted once more, over what somebody changed in Outlook. */
export async function restoreMeeting(deps: MeetingDeps, row: MeetingRow, by: string): Promise<boolean> {
  const synced: SyncedMeeting = { ...(row.synced ?? snapshot(row)), subject: '', start: '', end: '' };
  const stored = await asRead(deps, row)
    .set({ ...nextRevision(deps), synced: JSON.stringify(synced) })
    .returningAll()
    .executeTakeFirst();
  if (!stored) return false;
  await recordEvent(deps, stored, 'meeting.restored', { by });
  await enqueueSync(deps, stored);
  return true;
}

/** Makes a new event, with a new link, of a meeting that somebody removed in Outlook. */
export async function recreateMeeting(deps: MeetingDeps, row: MeetingRow, by: string): Promise<boolean> {
  const stored = await asRead(deps, row)
    .set({
      ...nextRevision(deps),
      ...noEvent,
      epoch: row.epoch + 1,
      status: 'pending',
      ...noOptionsYet,
      options_due: sql<boolean>`options is not null`,
    })
    .returningAll()
    .executeTakeFirst();
  if (!stored) return false;
  await recordEvent(deps, stored, 'meeting.recreated', { by });
  await enqueueSync(deps, stored);
  return true;
}

/** The row, as long as nobody has changed it or wants anything else since it was read. */
function asRead({ db }: Pick<MeetingDeps, 'db'>, row: MeetingRow) {
  return db
    .updateTable('meetings')
    .where('id', '=', row.id)
    .where('wanted', '=', 'scheduled')
    .where('status', '=', row.status)
    .where('revision', '=', row.revision)
    .where('synced_revision', '=', row.revision);
}

import type { Home } from '../organizers/home.ts';
import { Problem } from '../problem.ts';
import { heldByBooking, isSame, type MeetingRow, type WantedMeeting } from './meeting.ts';
import { changeMeeting, createUnlessTaken, type MeetingChanges, type MeetingDeps } from './service.ts';

/** A meeting by its external id; `bodyHtml` is left out to keep what was sent. */
export type WholeMeeting = Omit<WantedMeeting, 'home' | 'bodyHtml' | 'externalId'> & {
  externalId: string;
  bodyHtml?: string | undefined;
  connectionId: string | undefined;
  /** Asked only where it has to be known. */
  chooseHome: () => Promise<Home>;
};

/**
 * Makes the meeting with an external id be as given, whether it was there or not; part of the caller's transaction. Of two
 * at the same time one makes it and the other changes it; what is so already is left as it is. A cancelled meeting stays
 * cancelled: its external id goes over to a new one. Throws `meeting_differs`, `meeting_has_booking`.
 */
export async function putMeeting(
  deps: MeetingDeps,
  workspaceId: string,
  whole: WholeMeeting,
): Promise<{ row: MeetingRow; isNew: boolean }> {
  for (;;) {
    const known = await lock(deps, workspaceId, whole.externalId);
    if (known?.wanted === 'scheduled') return { row: await bring(deps, known, whole), isNew: false };
    if (known) await release(deps, known);
    const { chooseHome, connectionId: _, bodyHtml = '', ...wanted } = whole;
    const row = await createUnlessTaken(deps, { ...wanted, bodyHtml, home: await chooseHome() });
    if (row) return { row, isNew: true };
    // Somebody else was first, by a moment: it is there to be changed now.
  }
}

function lock({ db }: MeetingDeps, workspaceId: string, externalId: string): Promise<MeetingRow | undefined> {
  return db
    .selectFrom('meetings')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('external_id', '=', externalId)
    .forUpdate()
    .executeTakeFirst();
}

/** Whatever is left to be done about what was cancelled is done all the same. */
async function release({ db, now }: MeetingDeps, { id }: MeetingRow): Promise<void> {
  await db.updateTable('meetings').set({ external_id: null, updated_at: now() }).where('id', '=', id).execute();
}

async function bring(deps: MeetingDeps, row: MeetingRow, whole: WholeMeeting): Promise<MeetingRow> {
  await refuseOther(row, whole);
  const changes = changesTo(row, whole);
  if (Object.keys(changes).length === 0) return row;
  if (changes.start && row.booking_id) throw heldByBooking(row.booking_id);
  return changeMeeting(deps, row.workspace_id, row.id, changes);
}

/** What a meeting is made with, and stays. */
async function refuseOther(row: MeetingRow, whole: WholeMeeting): Promise<void> {
  const errors = [];
  if (row.kind !== whole.kind) errors.push({ pointer: '/kind', detail: `This meeting is of the kind “${row.kind}”.` });
  if (whole.bodyHtml !== undefined && whole.bodyHtml !== row.body_html)
    errors.push({ pointer: '/body', detail: 'The text was sent with the invitation. Leave it out, or as it was.' });
  if (!(await isInMailbox(row, whole)))
    errors.push({ pointer: '/organizer', detail: 'This meeting is in the mailbox of another organizer.' });
  if (errors.length > 0) throw new Problem('meeting_differs', { errors });
}

/** Who it was made through need not be able to make another one now: the change waits for them. */
async function isInMailbox(row: MeetingRow, { connectionId, chooseHome }: WholeMeeting): Promise<boolean> {
  if (connectionId !== undefined && connectionId === row.connection_id) return true;
  const { mailbox } = await chooseHome();
  return mailbox.tenantId === row.tenant_id && mailbox.organizerId === row.organizer_id;
}

/** What is wanted differently from what was wanted so far. */
function changesTo(row: MeetingRow, whole: WholeMeeting): MeetingChanges {
  const { subject, start, end, timeZone, attendees, options, conference = null, metadata = {} } = whole;
  const moved = start.getTime() !== row.starts_at.getTime() || end.getTime() !== row.ends_at.getTime();
  const invited = row.attendees.map(({ email, name, role }) => ({ email, name, role }));
  return {
    ...(subject !== row.subject && { subject }),
    ...(moved && { start, end }),
    ...(timeZone !== row.time_zone && { timeZone }),
    ...(!isSame(attendees, invited) && { attendees }),
    ...(!isSame(options ?? {}, row.options ?? {}) && { options }),
    ...(!isSame(conference, row.external_conference) && { conference }),
    ...(!isSame(metadata, row.metadata) && { metadata }),
  };
}

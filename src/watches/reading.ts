import type { DataKeys } from '../access/workspace-keys.ts';
import type { Log } from '../log.ts';
import { eventReference, isInSync, type MeetingRow } from '../meetings/meeting.ts';
import { changeFound } from '../meetings/outlook-change.ts';
import { enqueueCompare, type MeetingDeps } from '../meetings/service.ts';
import { findEvent, getEvent, shownIn, type CalendarEvent } from '../microsoft/calendar.ts';
import { readEventChanges, type EventChanges } from '../microsoft/event-delta.ts';
import { GraphError } from '../microsoft/graph.ts';
import type { InMailbox } from '../organizers/mailbox.ts';
import { Problem } from '../problem.ts';
import { open, seal, SealError, type SealContext } from '../seal.ts';
import { applyChange, Superseded } from './apply-change.ts';
import { isOutgrown, nextLook, windowFor, type WatchRow } from './watch.ts';

export type ReadingDeps = MeetingDeps & { dataKeys: DataKeys; log: Log };

/** How long a meeting that is on its way to Microsoft is given before it is compared. */
const settlesMs = 15_000;

/**
 * Reads what changed in a mailbox since the last time, and does what has to be done about it. All of it is done before the
 * place in the list is remembered, so that whatever is interrupted is read again.
 */
export async function readMailbox(
  deps: ReadingDeps,
  call: InMailbox,
  watch: WatchRow,
  meetings: { lastEnd: Date; list: () => Promise<MeetingRow[]> },
): Promise<void> {
  const { changes, whole, window } = await readChanges(deps, call, watch, meetings.lastEnd);
  const isQuiet = !whole && changes.changed.length === 0 && changes.removed.length === 0;
  // Only now, so that what these rows want is younger than what was read.
  const rows = isQuiet ? [] : await meetings.list();
  const { suspects, unsettled } = compareAll(rows, changes, { whole, now: deps.now() });
  for (const row of suspects) await compareUnlessSpoilt(deps, call, row);
  const dataKey = await deps.dataKeys(watch.workspace_id);
  await deps.db.transaction().execute(async (trx) => {
    for (const row of unsettled) await enqueueCompare({ ...deps, db: trx }, row, settlesMs);
    await trx
      .updateTable('calendar_watches')
      .set((set) => ({
        delta_link: seal(dataKey, changes.deltaLink, contextOf(watch)),
        window_from: window.from,
        window_to: window.to,
        read_at: deps.now(),
        // Who was told of something meanwhile looks again at once.
        read_due_at: set
          .case()
          .when('read_due_at', '=', watch.read_due_at)
          .then(nextLook(deps.now()))
          .else(set.ref('read_due_at'))
          .end(),
        attempts: 0,
        problem_code: null,
        provider_answer: null,
        updated_at: deps.now(),
      }))
      .where('id', '=', watch.id)
      .execute();
  });
}

type Changes = Extract<EventChanges, { reset: false }>;

async function readChanges(deps: ReadingDeps, { graph, access }: InMailbox, watch: WatchRow, lastEnd: Date) {
  const deltaLink = isOutgrown(watch, deps.now(), lastEnd) ? undefined : await openLink(deps, watch);
  if (deltaLink !== undefined && watch.window_from && watch.window_to) {
    const changes = await readEventChanges(graph, access, { deltaLink });
    const window = { from: watch.window_from, to: watch.window_to };
    if (!changes.reset) return { changes, whole: false, window };
    deps.log.info({ watchId: watch.id }, 'the list of changes of a calendar is read from its beginning');
  }
  const window = windowFor(deps.now(), lastEnd);
  const changes = await readEventChanges(graph, access, window);
  if (changes.reset)
    throw new Problem('microsoft_answer_unreadable', {
      detail: 'Microsoft keeps no list of changes of this calendar.',
    });
  return { changes, whole: true, window };
}

async function openLink(deps: ReadingDeps, watch: WatchRow): Promise<string | undefined> {
  if (!watch.delta_link) return undefined;
  try {
    return open(await deps.dataKeys(watch.workspace_id), watch.delta_link, contextOf(watch));
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

function contextOf({ id, workspace_id: workspaceId }: WatchRow): SealContext {
  return { purpose: 'Calendar.DeltaLink.v1', workspaceId, rowId: id, field: 'delta_link' };
}

/**
 * Which meetings may be different in Outlook, judged by the list alone; and those that are on their way to Microsoft, of
 * which the list says nothing yet. Where the whole calendar was read, also those that are not on it.
 */
function compareAll(meetings: MeetingRow[], changes: Changes, { whole, now }: { whole: boolean; now: Date }) {
  const events = new Map(changes.changed.map((event) => [event.seriesId ?? event.id, event]));
  const removed = new Set(changes.removed);
  const suspects: MeetingRow[] = [];
  const unsettled: MeetingRow[] = [];
  for (const row of meetings) {
    const id = row.provider_event_id ?? '';
    const event = events.get(id);
    if (!event && !removed.has(id) && !whole) continue;
    if (!isInSync(row)) unsettled.push(row);
    else if (!event || row.status === 'out_of_sync' || isDifferent(row, event, now)) suspects.push(row);
  }
  return { suspects, unsettled };
}

function isDifferent(row: MeetingRow, event: CalendarEvent, now: Date): boolean {
  return event.seriesId !== undefined || changeFound(row, shownIn(row.time_zone, event), now) !== undefined;
}

/** An event that Microsoft cannot show costs the others nothing. An answer that broke off says nothing of the event. */
async function compareUnlessSpoilt(deps: ReadingDeps, call: InMailbox, row: MeetingRow): Promise<void> {
  try {
    await compareWithOutlook(deps, call, row);
  } catch (error) {
    const isItsOwn =
      error instanceof GraphError && error.outcome === 'refused' && [400, 404, 422].includes(error.status);
    if (!isItsOwn || error.code === 'no_error_code') throw error;
    deps.log.warn({ meetingId: row.id, code: error.code }, 'a meeting could not be compared with Outlook');
  }
}

/**
 * Looks at a meeting's event and does what has to be done about what somebody changed. The row is one of which nothing is
 * on its way: if that is no longer so when the answer is there, it is looked at once more, later.
 */
export async function compareWithOutlook(deps: ReadingDeps, call: InMailbox, row: MeetingRow): Promise<void> {
  const event = await look(call, row);
  const change = changeFound(row, event && shownIn(row.time_zone, event), deps.now());
  if (event && event.id !== row.provider_event_id) await rememberId(deps, row, event.id);
  const done = await applyChange(deps, row, change).catch((error: unknown) => {
    if (error instanceof Superseded) return false;
    throw error;
  });
  if (!done) return enqueueCompare(deps, row, settlesMs);
  if (change) deps.log.info({ meetingId: row.id, change: change.kind }, 'a meeting was changed in Outlook');
}

/** Under another id it may be there all the same: an event that somebody restored. */
async function look({ graph, access }: InMailbox, row: MeetingRow): Promise<CalendarEvent | undefined> {
  const known = row.provider_event_id ? await getEvent(graph, access, { eventId: row.provider_event_id }) : undefined;
  if (known && !known.isCancelled) return known;
  return (await findEvent(graph, access, { meetingId: eventReference(row) })) ?? known;
}

async function rememberId({ db }: ReadingDeps, row: MeetingRow, eventId: string): Promise<void> {
  await db
    .updateTable('meetings')
    .set({ provider_event_id: eventId })
    .where('id', '=', row.id)
    .where('epoch', '=', row.epoch)
    .execute();
}

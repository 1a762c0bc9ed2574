import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { StoredProblem } from '../http/problems.ts';
import { Problem } from '../problem.ts';
import { isRemoved, isSettled, type MeetingRow } from './meeting.ts';
import { getMeeting } from './service.ts';

export const operationStatuses = ['pending', 'succeeded', 'failed', 'cancelled'] as const;
export type OperationStatus = (typeof operationStatuses)[number];
export const resourceKinds = ['meeting', 'booking', 'booking_series'] as const;

/** One wish of a request that Microsoft hears of later. It is not stored: its id says of which meeting, and since when. */
export type Operation = {
  id: string;
  status: OperationStatus;
  /** What the request made or changed. */
  resource: { kind: (typeof resourceKinds)[number]; id: string };
  /** The meetings that have to become true. */
  meetingIds: string[];
  /** Of one meeting: which wish it was; 1 made it. */
  revision: number | undefined;
  /** Why it failed, or why it takes longer. */
  problem: StoredProblem | undefined;
  createdAt: Date;
  updatedAt: Date;
};

type Deps = { db: Kysely<Database> };
type Wish = { revision: number; at: Date; bookingId: string | undefined };

/**
 * What is wanted of a meeting now, as an operation: to make its revision true at Microsoft. A booking that shares the
 * meeting with others is named, since the row knows only the first of them.
 */
export function operationOf(row: MeetingRow, bookingId = row.booking_id ?? undefined): Operation {
  return describe(row, { revision: row.revision, at: revisedAt(row), bookingId });
}

/** What became of an operation. Throws `not_found` for what is none, or another workspace's. */
export async function getOperation(deps: Deps, workspaceId: string, id: string): Promise<Operation> {
  const [, series] = /^opn_series-([a-z0-9]+)$/.exec(id) ?? [];
  if (series !== undefined) return operationOfSeries(deps, workspaceId, `ser_${series}`);
  const [, meeting = '', revision = '', at = '', booking] =
    /^opn_([a-z0-9]+)-([a-z0-9]{1,6})-([a-z0-9]{1,9})(?:-([a-z0-9]+))?$/.exec(id) ?? [];
  if (!meeting) throw new Problem('not_found');
  const row = await getMeeting(deps, workspaceId, `mtg_${meeting}`);
  if (booking !== undefined) await requireBooking(deps, workspaceId, `bkg_${booking}`);
  const wish = {
    revision: Number.parseInt(revision, 36),
    at: new Date(Number.parseInt(at, 36)),
    bookingId: booking === undefined ? (row.booking_id ?? undefined) : `bkg_${booking}`,
  };
  if (!mayHaveBeen(row, wish) || idOf(row, wish) !== id) throw new Problem('not_found');
  return describe(row, wish);
}

/** All meetings of a series as one operation, which ends when each of them is as it was booked. Throws `not_found`. */
export async function operationOfSeries({ db }: Deps, workspaceId: string, seriesId: string): Promise<Operation> {
  const bookings = await db
    .selectFrom('bookings')
    .select(['id', 'meeting_id', 'created_at'])
    .where('series_id', '=', seriesId)
    .where('workspace_id', '=', workspaceId)
    .orderBy('starts_at')
    .execute();
  const [first] = bookings;
  if (!first) throw new Problem('not_found');
  const meetingIds = [...new Set(bookings.flatMap(({ meeting_id: id }) => id ?? []))];
  const rows =
    meetingIds.length > 0 ? await db.selectFrom('meetings').selectAll().where('id', 'in', meetingIds).execute() : [];
  const ids = new Set(bookings.map(({ id }) => id));
  const parts = rows.map((row) => {
    // A meeting that was there before is waited for as it is wanted now.
    const own = row.booking_id !== null && ids.has(row.booking_id);
    return own ? describe(row, { revision: 1, at: row.created_at, bookingId: undefined }) : operationOf(row);
  });
  const status = statusOfAll(parts);
  return {
    id: `opn_series-${bare(seriesId)}`,
    status,
    resource: { kind: 'booking_series', id: seriesId },
    meetingIds,
    revision: undefined,
    problem: parts.find((part) => part.status === status && part.problem)?.problem,
    createdAt: first.created_at,
    updatedAt: new Date(Math.max(first.created_at.getTime(), ...parts.map((part) => part.updatedAt.getTime()))),
  };
}

/** Nothing more will come of it by itself soon, also where what was wanted has been replaced since. */
export function isOver({ status }: Pick<Operation, 'status'>): boolean {
  return status !== 'pending';
}

function describe(row: MeetingRow, wish: Wish): Operation {
  const status = statusOf(row, wish.revision);
  const { bookingId } = wish;
  return {
    id: idOf(row, wish),
    status,
    resource: bookingId === undefined ? { kind: 'meeting', id: row.id } : { kind: 'booking', id: bookingId },
    meetingIds: [row.id],
    revision: wish.revision,
    problem: status === 'pending' || status === 'failed' ? problemOf(row) : undefined,
    createdAt: wish.at,
    updatedAt: row.updated_at,
  };
}

/**
 * What was wanted last carries everything wanted before it: an earlier wish has succeeded when a later one has. Only a
 * cancellation ends what was not true before it.
 */
function statusOf(row: MeetingRow, revision: number): OperationStatus {
  if (revision <= row.ready_revision) return 'succeeded';
  if (row.cancel_revision !== null && revision < row.cancel_revision) return 'cancelled';
  if (isRemoved(row)) return 'failed';
  if (revision <= row.synced_revision) return 'succeeded';
  return isSettled(row) ? 'failed' : 'pending';
}

function statusOfAll(parts: readonly Operation[]): OperationStatus {
  const has = (status: OperationStatus) => parts.some((part) => part.status === status);
  if (has('failed')) return 'failed';
  if (has('pending')) return 'pending';
  return parts.length > 0 && parts.every(({ status }) => status === 'cancelled') ? 'cancelled' : 'succeeded';
}

function problemOf(row: MeetingRow): StoredProblem | undefined {
  if (isRemoved(row)) return { code: 'event_not_found', answer: null, retryAt: null };
  const { problem_code: code, problem_detail: detail, provider_answer: answer, retry_at: retryAt } = row;
  return code ? { code, detail, answer, retryAt } : undefined;
}

/** How far the clocks of two processes are apart at most. */
const clocksDifferMs = 60 * 60_000;

/** Whether a revision is, or was, one of this meeting, and came about when the id says, as far as that is known. */
function mayHaveBeen(row: MeetingRow, { revision, at }: Wish): boolean {
  const [time, earliest, latest] = [at.getTime(), row.created_at.getTime(), revisedAt(row).getTime()];
  if (revision < 1 || revision > row.revision) return false;
  if (revision === row.revision) return time === latest;
  return revision === 1 ? time === earliest : time > earliest - clocksDifferMs && time < latest + clocksDifferMs;
}

function idOf(row: MeetingRow, { revision, at, bookingId }: Wish): string {
  const shared = bookingId === undefined || bookingId === row.booking_id ? '' : `-${bare(bookingId)}`;
  return `opn_${bare(row.id)}-${revision.toString(36)}-${at.getTime().toString(36)}${shared}`;
}

function revisedAt({ revised_at: at, created_at: made }: MeetingRow): Date {
  return at ?? made;
}

/** An id without its prefix. */
function bare(id: string): string {
  return id.slice(id.indexOf('_') + 1);
}

async function requireBooking({ db }: Deps, workspaceId: string, id: string): Promise<void> {
  await db
    .selectFrom('bookings')
    .select('id')
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

import type { Selectable } from 'kysely';
import { mayDo } from '../access/principal.ts';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Members } from '../database/schema.ts';
import type { Queue } from '../jobs/queue.ts';
import { Problem } from '../problem.ts';
import { listOperatorStates } from '../scheduling/open-event-type.ts';
import { getEventType, requireOffer, type SchedulingDeps } from '../scheduling/service.ts';
import { claimedApproval, isApprovalToken } from './approval-link.ts';
import { approvalOf } from './approving.ts';
import { operatorsOf } from './booking-json.ts';
import type { BookingRow } from './booking.ts';
import { bookingHistory } from './history.ts';
import { hostsOfRequest } from './hosts-of-request.ts';
import { approveBooking, declineBooking } from './requests.ts';
import type { BookingDeps } from './service.ts';
import type { Operator } from './visitor.ts';

export type RequestDeps = SchedulingDeps & { queue: Queue; dataKeys: DataKeys };

type Member = Pick<Selectable<Members>, 'id' | 'name' | 'time_zone'>;

/** A request as one approver sees it by the link of their mail. */
export type RequestByLink = {
  booking: BookingRow;
  member: Member;
  title: string;
  workspaceName: string;
  /** Everybody who meets the visitor as it stands, the leader first. */
  operators: Operator[];
  /** Others who could take it. */
  candidates: Operator[];
  /** `undefined` while it can be decided with this link; else what happened to it. */
  outcome: Outcome | undefined;
};

/** What became of a request: who, when, and in which words. `changed`: it waits, but not as the mail says. */
export type Outcome = {
  kind: 'approved' | 'declined' | 'cancelled' | 'changed';
  byName: string | undefined;
  by: 'you' | 'visitor' | 'time' | 'other';
  at: Date;
  words: string;
};

/** The request that a link is about; `undefined` when the link was not made here, or not for somebody who may decide. */
export async function findRequest(deps: RequestDeps, token: string): Promise<RequestByLink | undefined> {
  const claim = claimedApproval(token);
  if (!claim) return undefined;
  const { db } = deps;
  const booking = await db.selectFrom('bookings').selectAll().where('id', '=', claim.bookingId).executeTakeFirst();
  if (!booking || !isApprovalToken(await deps.dataKeys(booking.workspace_id), token)) return undefined;
  const member = await db
    .selectFrom('members')
    .select(['id', 'name', 'time_zone', 'role'])
    .where('id', '=', claim.memberId)
    .where('workspace_id', '=', booking.workspace_id)
    .executeTakeFirst();
  if (!member || !mayDecide(member)) return undefined;
  const eventType = await getEventType(deps, booking.workspace_id, booking.event_type_id);
  const states = await listOperatorStates(deps, eventType);
  const isOpen = booking.status === 'requested' && booking.sequence === claim.sequence;
  const { name: workspaceName } = await db
    .selectFrom('workspaces')
    .select('name')
    .where('id', '=', booking.workspace_id)
    .executeTakeFirstOrThrow();
  const operators = (await operatorsOf(deps, [booking])).get(booking.id) ?? [];
  // Whoever leads it now stays among them, also while they cannot take new bookings.
  const candidates = states.filter(
    ({ memberId, closedReason }) => closedReason === undefined || memberId === booking.host_id,
  );
  return {
    booking,
    member,
    title: eventType.title,
    workspaceName,
    operators,
    candidates: eventType.assignment === 'collective' ? [] : candidates.map(({ memberId: id, name }) => ({ id, name })),
    outcome: isOpen ? undefined : await outcomeOf(deps, booking, member),
  };
}

function mayDecide({ id, role }: Pick<Selectable<Members>, 'id' | 'role'>): boolean {
  // No session stands behind a link; what counts is the role that its reader has now.
  const principal = { kind: 'member', workspaceId: '', memberId: id, role, sessionHash: Buffer.alloc(0) } as const;
  return mayDo(principal, 'book', 'bookings:write');
}

const kinds = {
  requested: 'changed',
  confirmed: 'approved',
  completed: 'approved',
  no_show: 'approved',
  declined: 'declined',
  cancelled: 'cancelled',
} as const satisfies Record<BookingRow['status'], Outcome['kind']>;

async function outcomeOf(deps: RequestDeps, booking: BookingRow, member: Member): Promise<Outcome> {
  const kind = kinds[booking.status];
  const line = { approved: 'booking.approved', declined: 'booking.declined', cancelled: 'booking.cancelled' };
  const wanted = kind === 'changed' ? undefined : line[kind];
  const happened = (await bookingHistory(deps, booking)).findLast(
    ({ type }) => wanted === undefined || type === wanted,
  );
  const who = happened?.by ?? booking.decided_by;
  const by = who === member.id ? 'you' : who === 'visitor' ? 'visitor' : who === 'parley' ? 'time' : 'other';
  return {
    kind,
    by,
    byName: by === 'visitor' ? booking.visitor_name : (happened?.byName ?? undefined),
    at: happened ? new Date(happened.at) : booking.updated_at,
    words: kind === 'approved' ? booking.decision_note : (booking.cancel_reason ?? ''),
  };
}

/** Whether the time of a request is free at this moment: `unknown` where a calendar cannot be read. */
export async function isStillFree(
  deps: RequestDeps,
  booking: BookingRow,
): Promise<{ kind: 'free' } | { kind: 'conflict' | 'unknown'; detail: string | undefined }> {
  try {
    const { open } = await hostsOfRequest(deps, booking);
    if (open.hosts.length === 0) return { kind: 'unknown', detail: undefined };
    await requireOffer(deps, open, {
      start: booking.starts_at,
      durationMinutes: (booking.ends_at.getTime() - booking.starts_at.getTime()) / 60_000,
      operatorId: open.eventType.assignment === 'collective' ? undefined : booking.host_id,
      excludingBookingId: booking.id,
      staff: true,
      ahead: true,
    });
    return { kind: 'free' };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const isTaken = error.code === 'slot_taken' || error.code === 'slot_not_offered';
    return { kind: isTaken ? 'conflict' : 'unknown', detail: error.detail };
  }
}

export type Decision =
  | {
      kind: 'approve';
      note: string;
      teamsMeeting: boolean;
      start: Date | undefined;
      operatorId: string | undefined;
    }
  | { kind: 'decline'; reason: string };

/** Decides a request by link, if it still is what the link is about. Throws `request_decided`, `slot_taken`. */
export async function decideRequest(
  deps: RequestDeps,
  { booking, member }: RequestByLink,
  decision: Decision,
): Promise<void> {
  const by = member.id;
  const { kind, ...wish } = decision;
  const approval = kind === 'approve' ? await approvalOf(deps, booking, { by, note: '', ...wish }) : undefined;
  await deps.db.transaction().execute(async (trx) => {
    const inTrx: BookingDeps = { ...deps, db: trx };
    await requireUnchanged(inTrx, booking);
    if (approval) await approveBooking(inTrx, booking, approval);
    if (decision.kind === 'decline') await declineBooking(inTrx, booking, { reason: decision.reason, by });
  });
}

/** A link decides what its mail told of, and nothing that came after. */
async function requireUnchanged({ db }: Pick<BookingDeps, 'db'>, { id, sequence }: BookingRow): Promise<void> {
  const found = await db
    .selectFrom('bookings')
    .select('id')
    .where('id', '=', id)
    .where('status', '=', 'requested')
    .where('sequence', '=', sequence)
    .forUpdate()
    .executeTakeFirst();
  if (!found) throw new Problem('request_decided');
}

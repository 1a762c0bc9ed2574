import { cancelBooking } from '../bookings/service.ts';
import { isRemoved, type MeetingRow } from '../meetings/meeting.ts';
import { recreateMeeting, restoreMeeting } from '../meetings/outlook-change.ts';
import { cancelMeeting, getMeeting } from '../meetings/service.ts';
import { Problem } from '../problem.ts';
import { decideInTurn, follow, openBookingsOf, Superseded, type InTransaction } from './apply-change.ts';

/** What holds from now on: what Outlook shows, what was wanted, a new event, or nothing. */
export const resolutions = ['accept', 'restore', 'recreate', 'cancel'] as const;
export type Resolution = { action: (typeof resolutions)[number]; reason: string; by: string };

/**
 * Decides on a meeting that was changed or removed in Outlook, in the caller's transaction. Of two people at once, one
 * wins. Throws `not_found`, `already_resolved`, `slot_taken`, `invalid_request` for what does not fit what was found.
 */
export async function resolveMeeting(
  deps: InTransaction,
  workspaceId: string,
  id: string,
  resolution: Resolution,
): Promise<MeetingRow> {
  await decideInTurn(deps, id);
  const row = await getMeeting(deps, workspaceId, id);
  if (row.status !== 'out_of_sync' || row.wanted === 'cancelled') throw new Problem('already_resolved');
  try {
    if (!(await carryOut(deps, row, resolution))) throw new Problem('already_resolved');
  } catch (error) {
    const isLate = error instanceof Superseded || (error instanceof Problem && error.code === 'booking_closed');
    throw isLate ? new Problem('already_resolved', { cause: error }) : error;
  }
  return getMeeting(deps, workspaceId, id);
}

async function carryOut(deps: InTransaction, row: MeetingRow, resolution: Resolution): Promise<boolean> {
  const { action, by } = resolution;
  const change = row.outlook_change;
  if (action === 'cancel') return cancelAll(deps, row, resolution);
  if (isRemoved(row)) {
    if (action === 'restore') throw unfit('Its event is gone: recreate makes a new one, accept cancels the meeting.');
    return action === 'recreate' ? recreateMeeting(deps, row, by) : cancelAll(deps, row, resolution);
  }
  if (action === 'recreate') throw unfit('Its event is still there: accept what it shows, or restore what was wanted.');
  if (action === 'restore') return restoreMeeting(deps, row, by);
  return change?.kind === 'changed' && follow(deps, row, change, by);
}

/** Everybody who is booked on it is told by their booking; a meeting without one goes alone. */
async function cancelAll(deps: InTransaction, row: MeetingRow, { reason, by }: Resolution): Promise<boolean> {
  for (const booking of await openBookingsOf(deps, row)) await cancelBooking(deps, booking, { reason, by });
  await cancelMeeting(deps, row.workspace_id, row.id, reason);
  return true;
}

function unfit(detail: string): Problem {
  return new Problem('invalid_request', { errors: [{ pointer: '/action', detail }] });
}

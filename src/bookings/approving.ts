import { Problem } from '../problem.ts';
import type { Offer, OpenEventType } from '../scheduling/offer.ts';
import { requireOffer, type SchedulingDeps } from '../scheduling/service.ts';
import type { BookingRow } from './booking.ts';
import { hostsOfRequest, openOrClosed } from './hosts-of-request.ts';
import { lengthOf } from './move-target.ts';
import type { Approval } from './requests.ts';

/** What an approver says of a request; what is left out stays as it was asked for. */
export type ApprovalWish = {
  by: string;
  note: string;
  start?: Date | undefined;
  durationMinutes?: number | undefined;
  operatorId?: string | undefined;
  teamsMeeting?: boolean | undefined;
};

/**
 * Everything that approving a request needs, looked up before its transaction: who meets the visitor, and whether the
 * time is still free. A calendar that cannot be read stops nobody from approving. Throws `slot_taken`, `booking_not_open`.
 */
export async function approvalOf(deps: SchedulingDeps, booking: BookingRow, wish: ApprovalWish): Promise<Approval> {
  const { by, note, start, durationMinutes, operatorId } = wish;
  const teamsMeeting = wish.teamsMeeting ?? booking.teams_meeting;
  const asksForMore = start !== undefined || operatorId !== undefined || durationMinutes !== undefined;
  // Without a Teams meeting nobody's mailbox is needed.
  const { open, hosts } = teamsMeeting
    ? await hostsOfRequest(deps, booking)
    : { open: await openOrClosed(deps, booking), hosts: [] };
  const target = {
    start: start ?? booking.starts_at,
    durationMinutes: durationMinutes ?? lengthOf(booking),
    operatorId: operatorId ?? (open.eventType.assignment === 'collective' ? undefined : booking.host_id),
    excludingBookingId: booking.id,
    staff: true,
  };
  if (asksForMore) return { by, note, teamsMeeting, hosts, open, instead: await requireOffer(deps, open, target) };
  if (booking.status === 'requested' && open.hosts.length > 0) await requireStillFree(deps, open, target);
  return { by, note, teamsMeeting, hosts, open };
}

async function requireStillFree(
  deps: SchedulingDeps,
  open: OpenEventType,
  target: Parameters<typeof requireOffer>[2],
): Promise<Offer | undefined> {
  try {
    return await requireOffer(deps, open, target);
  } catch (error) {
    const passes = error instanceof Problem && ['calendar_unreadable', 'booking_not_open'].includes(error.code);
    if (!passes) throw error;
    return undefined;
  }
}

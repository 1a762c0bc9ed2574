import type { Offer } from '../scheduling/offer.ts';
import { getOpenEventType } from '../scheduling/open-event-type.ts';
import { requireOffer, type SchedulingDeps } from '../scheduling/service.ts';
import type { BookingRow } from './booking.ts';

type Target = { start: Date; durationMinutes?: number | undefined; operatorId?: string | undefined; staff?: boolean };

/** Another time for a booking, as long as before and with the same operator unless something else is asked for. */
export async function moveTarget(deps: SchedulingDeps, booking: BookingRow, target: Target): Promise<Offer> {
  const open = await getOpenEventType(deps, booking.workspace_id, booking.event_type_id);
  return requireOffer(deps, open, {
    ...target,
    durationMinutes: target.durationMinutes ?? lengthOf(booking),
    operatorId: target.operatorId ?? (open.eventType.assignment === 'collective' ? undefined : booking.host_id),
    excludingBookingId: booking.id,
  });
}

/** How long a booking is, in minutes. */
export function lengthOf({ starts_at, ends_at }: Pick<BookingRow, 'starts_at' | 'ends_at'>): number {
  return (ends_at.getTime() - starts_at.getTime()) / 60_000;
}

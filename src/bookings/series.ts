import { Temporal } from 'temporal-polyfill';
import { newId } from '../id.ts';
import { Problem } from '../problem.ts';
import type { Offer, OpenEventType } from '../scheduling/offer.ts';
import { requireOffer, type SchedulingDeps } from '../scheduling/service.ts';
import type { BookingWithMeeting, Visitor } from './booking.ts';
import { createBooking, type BookingWish } from './new-booking.ts';
import type { BookingDeps } from './service.ts';

/** Weekly or fortnightly times, the first of them at `start`. */
export type Repeat = { start: Date; every: 'week' | 'fortnight'; times: number };

/** One time of a series: an offer, or why it cannot be booked. */
export type SeriesTime = { start: Date; end: Date; offer: Offer } | { start: Date; end: Date; problem: Problem };

export type SeriesWish = {
  /** How many times there may be: visitors are bound by their event type's `most_in_series`. */
  most: number;
  durationMinutes?: number | undefined;
  operatorId?: string | undefined;
  holdKey?: Buffer | undefined;
  /** Outside hours, notice and limits, too. */
  staff?: boolean | undefined;
};

/** Staff books longer series than visitors may. */
export const longestSeries = 52;

/**
 * The starts of a series: the same time on the clock of a zone, also where clocks change in between (a time that does not
 * exist on its day comes an hour later).
 */
export function startsOf({ start, every, times }: Repeat, timeZone: string): Date[] {
  const first = Temporal.Instant.fromEpochMilliseconds(start.getTime()).toZonedDateTimeISO(timeZone);
  const weeks = every === 'week' ? 1 : 2;
  return Array.from({ length: times }, (_, at) => new Date(first.add({ weeks: at * weeks }).epochMilliseconds));
}

/**
 * Looks at every time of a series before anything is booked. The same operator takes all of them where one can.
 * Throws `invalid_request` for a series that is longer than `most`.
 */
export async function previewSeries(
  deps: SchedulingDeps,
  open: OpenEventType,
  repeat: Repeat,
  { most, ...wish }: SeriesWish,
): Promise<SeriesTime[]> {
  const { eventType } = open;
  if (repeat.times > most) {
    const detail = most === 1 ? 'This event type is booked one time at a time.' : `Book at most ${most} times at once.`;
    throw new Problem('invalid_request', { detail, errors: [{ pointer: '/times', detail }] });
  }
  const lengthMs = (wish.durationMinutes ?? eventType.duration_minutes) * 60_000;
  const found: SeriesTime[] = [];
  for (const start of startsOf(repeat, eventType.time_zone)) {
    const end = new Date(start.getTime() + lengthMs);
    try {
      found.push({ start, end, offer: await requireOffer(deps, open, { ...wish, start, ahead: true }) });
    } catch (error) {
      if (!(error instanceof Problem) || !isAboutTheTime(error)) throw error;
      found.push({ start, end, problem: error });
    }
  }
  return withOneLeader(found);
}

/** Books every time of a series or none of it, in the caller's transaction. Throws `slot_taken`, naming each time. */
export async function createSeries(
  deps: BookingDeps,
  times: readonly SeriesTime[],
  visitor: Visitor,
  wish: Omit<BookingWish, 'seriesId'>,
): Promise<{ seriesId: string; bookings: BookingWithMeeting[] }> {
  const seriesId = newId('ser');
  const bookings: BookingWithMeeting[] = [];
  const faults: { pointer: string; detail: string }[] = [];
  for (const [at, time] of times.entries()) {
    if ('problem' in time) {
      faults.push({ pointer: `/times/${at}`, detail: time.problem.detail ?? time.problem.message });
      continue;
    }
    if (faults.length === 0) bookings.push(await createBooking(deps, time.offer, visitor, { ...wish, seriesId }));
  }
  if (faults.length > 0)
    throw new Problem('slot_taken', { detail: 'Not every time of the series can be booked.', errors: faults });
  return { seriesId, bookings };
}

function isAboutTheTime({ code }: Problem): boolean {
  return code === 'slot_taken' || code === 'slot_not_offered' || code === 'calendar_unreadable';
}

/** Whoever can lead most of the times is tried first at each of them. */
function withOneLeader(times: SeriesTime[]): SeriesTime[] {
  const counts = new Map<string, number>();
  for (const time of times)
    for (const [leader] of 'offer' in time ? time.offer.choices : [])
      if (leader) counts.set(leader.memberId, (counts.get(leader.memberId) ?? 0) + 1);
  const rank = (memberId: string | undefined) => -(counts.get(memberId ?? '') ?? 0);
  return times.map((time) =>
    'offer' in time
      ? {
          ...time,
          offer: {
            ...time.offer,
            choices: time.offer.choices.toSorted((a, b) => rank(a[0]?.memberId) - rank(b[0]?.memberId)),
          },
        }
      : time,
  );
}
